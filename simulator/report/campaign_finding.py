"""What is wrong in a campaign, one thing at a time, as code hosts show it.

Lives here: the findings of `explore` and `replay`. Must not live here: those of `check` (`finding`), sentences.

Law: there is a finding exactly where the exit status is not 0.
"""

from collections.abc import Iterator
from pathlib import PurePath

from simulator.conformance.exploration import Behaviour, Contradiction, Exploration, Failure, Uncovered
from simulator.conformance.verdict import Verdict
from simulator.errors import Place
from simulator.report.account import Account
from simulator.report.context import contexts
from simulator.report.contradiction import sentence
from simulator.report.finding import STOPPED, Finding, Kind, of_context, of_coverage, of_error
from simulator.report.result import Campaign, Replayed

NOTHING_REPLAYED = "no saved failure was run again"
BROKEN = "its own scenario does not run as it says"


def campaign_findings(campaign: Campaign) -> Iterator[Finding]:
    """What is wrong with an `explore`, each failure at the line of the diagram that says otherwise."""
    exploration = campaign.exploration
    if exploration is not None:
        yield from map(_broken, exploration.broken)
        yield from map(_contradiction, exploration.contradictions)
        for failure in exploration.failures:
            saved = campaign.saved.get(failure.name)
            yield _failure(failure, exploration, None if saved is None else Place(saved))
        if campaign.fail_uncovered:
            yield from map(_uncovered, exploration.uncovered)
        if campaign.under:
            yield of_coverage(campaign)
    yield from map(of_error, campaign.errors)
    if campaign.interrupted:
        yield Finding("stopped", STOPPED)
    elif exploration is None and not campaign.errors:
        yield Finding("input", "nothing was explored")


def replayed_findings(replayed: Replayed) -> Iterator[Finding]:
    """What is wrong with a `replay`: each failure that is still there, at its scenario."""
    for replay in replayed.replays:
        if replay.failure is not None:
            failure = replay.failure
            said = f"still failing: {_said(failure)}"
            name = PurePath(replay.path).stem
            yield Finding(_kind(failure), said, Place(replay.path), replay.path, failure.message, f"failure {name}")
    yield from map(of_error, replayed.errors)
    if replayed.interrupted:
        yield Finding("stopped", STOPPED)
    elif not replayed.replays and not replayed.errors:
        yield Finding("input", NOTHING_REPLAYED)


def _kind(failure: Failure) -> Kind:
    """The kind of its first deviation, where it has one."""
    return failure.verdict.deviations[0].kind if failure.verdict and failure.verdict.deviations else failure.kind


def _said(failure: Failure) -> str:
    return f"{failure.message}; after: {'; '.join(failure.sequence)}"


def _failure(failure: Failure, exploration: Exploration, saved: Place | None) -> Finding:
    """It stands at the first deviation, else where the rule about the operation is, else at the saved scenario."""
    verdict, seen = failure.verdict, f"failure {failure.name}"
    diagram, rule = _rule(failure.behaviour, exploration)
    about = f"{failure.behaviour.title}\n{failure.message}"
    if verdict is not None and verdict.deviations:
        context = next(contexts(Account(verdict, ())))
        found = of_context(context, verdict.diagram, seen)
        said = f"{failure.message}: {found.message}; after: {'; '.join(failure.sequence)}"
        return Finding(found.kind, said, found.place, verdict.diagram, f"{about}\n{found.about}", seen)
    return Finding(_kind(failure), _said(failure), rule or saved, diagram, about, seen)


def _rule(behaviour: Behaviour, exploration: Exploration) -> tuple[str, Place | None]:
    sources = (source for rule in exploration.rules if rule.behaviour == behaviour for source in rule.sources)
    source = next(sources, None)
    return ("", None) if source is None else (source.diagram, source.place)


def _broken(verdict: Verdict) -> Finding:
    place = verdict.deviations[0].place if verdict.deviations else Place(verdict.diagram)
    return Finding(
        "deviates", f"{BROKEN}; see `simulator check`", place, verdict.diagram, seen=f"trace {verdict.trace}"
    )


def _contradiction(contradiction: Contradiction) -> Finding:
    one, about = contradiction.one, f"{contradiction.behaviour.title}\n{contradiction.other.source.diagram}"
    return Finding("contradiction", sentence(contradiction), one.place, one.source.diagram, about)


def _uncovered(uncovered: Uncovered) -> Finding:
    title = uncovered.behaviour.title
    said = f"no diagram describes {title!r}; for example: {'; '.join(uncovered.sequence)}"
    return Finding("uncovered", said, about=title, seen=f"uncovered {uncovered.name}")
