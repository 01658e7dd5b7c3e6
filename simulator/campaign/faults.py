"""The step `inject`: what a scenario lets go wrong, as a `Fault` of the blob manager's surroundings.

Lives here: its keys, and which of them go together. Must not live here: making faults happen (`blobs.faults`).
"""

from simulator.blobs.faults import (
    CUT_OFF,
    DISK_FULL,
    FILES,
    NO_ANSWER,
    PERMISSION_DENIED,
    REFUSALS,
    REQUESTS,
    SLOW,
    Fault,
)
from simulator.campaign.duration import seconds
from simulator.campaign.step import Arguments, Form, Key, Step

_OF_REQUESTS = (*REFUSALS, NO_ANSWER, SLOW)
_OF_FILES = (DISK_FULL, PERMISSION_DENIED)

# A scenario has fewer requests than that.
_MOST = 1000


def _times(value: int) -> None:
    if not 1 <= value <= _MOST:
        raise ValueError(f"a fault strikes between 1 and {_MOST} times")


def _together(keys: Arguments) -> None:
    on, fault = str(keys["on"]), str(keys["fault"])
    possible = _OF_FILES if on in FILES else (*_OF_REQUESTS, CUT_OFF) if on == "GetObject" else _OF_REQUESTS
    if fault not in possible:
        raise ValueError(f'"{fault}" cannot happen to {on}; what can: {", ".join(possible)}', "fault")
    if keys.get("after") and fault not in REFUSALS:
        raise ValueError(f'"after" is for what S3 answers, which "{fault}" is not', "after")
    if ("delay" in keys) is not (fault == SLOW):
        place = "delay" if "delay" in keys else "fault"
        raise ValueError(f'"delay" says how slow "{SLOW}" is, and belongs to it alone', place)


FORM = Form(
    {
        "on": Key(str, required=True, choices=(*REQUESTS, *FILES)),
        "fault": Key(str, required=True, choices=(*_OF_REQUESTS, CUT_OFF, *_OF_FILES)),
        "after": Key(bool),
        "times": Key(int, check=_times),
        "delay": Key(str, check=seconds),
    },
    check=_together,
)


def fault_of(step: Step) -> tuple[Fault, int]:
    """What goes wrong, and how often."""
    delay = seconds(step.text("delay")) if "delay" in step.arguments else 0.0
    fault = Fault(step.text("on"), step.text("fault"), after=bool(step.arguments.get("after")), delay=delay)
    return fault, int(step.text("times") or 1)
