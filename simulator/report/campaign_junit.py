"""Campaigns as JUnit XML.

Lives here: the cases of `explore` and `replay`. Must not live here: the document (`junit`), wording (`campaign_text`).

Laws: a case per rule, skipped where no operation met it, and one per failure. There is a failure or an error exactly
where the exit status is not 0.
"""

from collections.abc import Iterator

from simulator.conformance.exploration import Exploration, Failure, Replay
from simulator.report.campaign_finding import BROKEN, NOTHING_REPLAYED
from simulator.report.campaign_text import failure_lines
from simulator.report.contradiction import contradiction_lines, sentence
from simulator.report.finding import STOPPED
from simulator.report.junit import OURS, Case, case_of_coverage, case_of_error, junit
from simulator.report.line import plain
from simulator.report.result import Campaign, Replayed


def campaign_junit(campaign: Campaign) -> str:
    """The document of an `explore`."""
    return junit(_cases(campaign))


def replayed_junit(replayed: Replayed) -> str:
    """The document of a `replay`: a case for each saved failure, which passes when it is fixed."""
    return junit(_replayed(replayed))


def _cases(campaign: Campaign) -> Iterator[Case]:
    if campaign.exploration is not None:
        yield from _explored(campaign.exploration)
        if campaign.fail_uncovered:
            yield from _uncovered(campaign.exploration)
        if campaign.under:
            yield case_of_coverage(campaign)
    yield from map(case_of_error, campaign.errors)
    if campaign.interrupted:
        yield Case(OURS, "stopped", 0.0, "error", "stopped", STOPPED)
    elif campaign.exploration is None and not campaign.errors:
        yield Case(OURS, "nothing was explored", 0.0, "error", "input", "nothing was explored")


def _explored(exploration: Exploration) -> Iterator[Case]:
    for rule in exploration.rules:
        diagram = rule.sources[0].diagram if rule.sources else OURS
        if rule.count:
            yield Case(diagram, rule.behaviour.title)
        else:
            why = "no generated operation met this rule"
            yield Case(diagram, rule.behaviour.title, 0.0, "skipped", "not met", why)
    for verdict in exploration.broken:
        yield Case(verdict.diagram, verdict.trace, 0.0, "failure", "broken", f"{BROKEN}; see `simulator check`")
    for each in exploration.contradictions:
        name, text = f"contradiction: {each.behaviour.title}", plain(contradiction_lines(each))
        yield Case(each.one.source.diagram, name, 0.0, "failure", "contradiction", sentence(each), text)
    for failure in exploration.failures:
        yield _failed("failures", failure.name, failure)


def _uncovered(exploration: Exploration) -> Iterator[Case]:
    for each in exploration.uncovered:
        said = f"no diagram describes {each.behaviour.title!r}"
        yield Case("uncovered", each.name, 0.0, "failure", "uncovered", said, "\n".join(each.sequence))


def _replayed(replayed: Replayed) -> Iterator[Case]:
    yield from map(_case, replayed.replays)
    yield from map(case_of_error, replayed.errors)
    if replayed.interrupted:
        yield Case(OURS, "stopped", 0.0, "error", "stopped", STOPPED)
    elif not replayed.replays and not replayed.errors:
        yield Case(OURS, "nothing was replayed", 0.0, "error", "input", NOTHING_REPLAYED)


def _case(replay: Replay) -> Case:
    return Case("replay", replay.path) if replay.failure is None else _failed("replay", replay.path, replay.failure)


def _failed(suite: str, name: str, failure: Failure) -> Case:
    text = plain(failure_lines(failure)).strip("\n")
    return Case(suite, name, 0.0, "failure", failure.kind, failure.message, text)
