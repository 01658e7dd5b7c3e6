"""What to do where deviations do not say it: a run that stops, one that cannot be judged, one that hardly fits.

Lives here: one sentence for each. Must not live here: deviations (`deviation`), outcomes (`conformance.check`).
"""

from simulator.conformance.check import NO_DATA, NO_RUN
from simulator.conformance.verdict import Verdict

# With so little that fits, one looks at another diagram.
_LITTLE = 0.5


def advice(verdict: Verdict) -> str:
    """What to do about a verdict; empty where its deviations say it."""
    match verdict.outcome:
        case "prefix":
            return "record the run to its end; if this is its end, take what is still expected out of the diagram"
        case "inconclusive" if verdict.reason == NO_DATA:
            return "record a run that sends something; what `ignore` and `lifelines` leave out does not count"
        case "inconclusive" if verdict.reason == NO_RUN:
            return "look at its guards: together they can never hold"
        case "inconclusive":
            return "give holes narrower types, loops bounds, or judge a part of the run by a part of the diagram"
        case "deviates" if verdict.fitness < _LITTLE:
            return "hardly anything fits: is this the diagram for this run?"
        case _:
            return ""
