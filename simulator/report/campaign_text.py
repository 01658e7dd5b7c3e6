"""What `explore` and `replay` say in a terminal.

Lives here: the order and the words of both. Must not live here: the text of `check` (`text`), one deviation
(`deviation`).

Law: with the time left out, the same campaign gives the same lines.
"""

from collections.abc import Iterator, Sequence

from simulator.conformance.exploration import Exhausted, Exploration, Failure, Struck
from simulator.conformance.verdict import Verdict
from simulator.diagram.ast import SequenceDiagram
from simulator.interaction.lower import lower
from simulator.report.account import Account
from simulator.report.context import runs
from simulator.report.contradiction import contradiction_lines
from simulator.report.covered import explored_lines
from simulator.report.deviation import block
from simulator.report.line import EMPTY, Line, Span, line
from simulator.report.notation import Notation
from simulator.report.result import Campaign, Replayed
from simulator.report.text import Detail, counted

_SHOWN = 3


def campaign_lines(campaign: Campaign, detail: Detail = "normal", again: str = "") -> Iterator[Line]:
    """The whole outcome of an `explore`.

    again: the command that runs it once more, without the seed; empty to leave the line out.
    """
    exploration = campaign.exploration
    if exploration is None:
        return
    if detail != "quiet":
        yield from _rules(exploration, detail, looked=exploration.exhausted is None and not campaign.interrupted)
        yield from _uncovered(exploration, campaign.drawn)
        yield from _reachable(exploration, named=detail == "verbose" or not campaign.interrupted)
        yield from explored_lines(exploration, verbose=detail == "verbose")
    for verdict in exploration.broken:
        yield EMPTY
        headline = f": {verdict.reason or verdict.outcome}: its own scenario does not run as it says; see `check`"
        yield line(Span("broken ", "bad"), Span(verdict.diagram, "strong"), headline)
        yield from _differences(verdict, detail)
    for contradiction in exploration.contradictions:
        yield EMPTY
        yield from contradiction_lines(contradiction)
    for failure in exploration.failures:
        yield EMPTY
        yield from failure_lines(failure, detail)
        if path := campaign.saved.get(failure.name):
            yield line("  run again: ", Span(f"simulator replay {path}", "strong"))
    if detail != "quiet" or not exploration.passed:
        yield EMPTY
    if detail != "quiet" and exploration.exhausted is not None:
        yield from _exhausted(exploration.exhausted)
    if exploration.faults and (detail != "quiet" or exploration.faults.failures):
        yield _faults(exploration.faults)
    yield _summary(campaign, exploration)
    if again and not exploration.passed:
        yield line("run again: ", Span(f"{again} --seed {exploration.seed}", "strong"))


def replayed_lines(replayed: Replayed, detail: Detail = "normal") -> Iterator[Line]:
    """The whole outcome of a `replay`; nothing where no failure could be run again, which its errors say."""
    if replayed.errors and not replayed.replays:
        return
    for replay in replayed.replays:
        if replay.failure is None:
            if detail != "quiet":
                yield line(Span("fixed          ", "good"), replay.path)
        else:
            yield line(Span("still failing  ", "bad"), replay.path)
    for replay in replayed.replays:
        if replay.failure is not None:
            yield EMPTY
            yield from failure_lines(replay.failure, detail)
    fixed = sum(replay.fixed for replay in replayed.replays)
    failing = len(replayed.replays) - fixed
    yield EMPTY
    text = f"{'stopped: ' if replayed.interrupted else ''}{fixed} fixed, {failing} still failing"
    yield line(Span(text, "bad" if replayed.status else "good"), Span(f" ({replayed.seconds:.2f} s)", "faint"))


def failure_lines(failure: Failure, detail: Detail = "normal") -> Iterator[Line]:
    """One failure: what went wrong, the operations that lead to it, and how its events deviate."""
    title = failure.behaviour.title
    yield line(Span("failure ", "bad"), Span(failure.name, "strong"), f" ({failure.kind}, {title}): {failure.message}")
    for index, operation in enumerate(failure.sequence, start=1):
        yield line(f"  {index:>3}. ", operation)
    deviates = failure.verdict is not None and not failure.verdict.conforms
    if failure.verdict is not None and deviates:
        yield from _deviations(failure.verdict, detail)
    if detail == "verbose" or not deviates:
        yield from _drawings(failure)


def _deviations(verdict: Verdict, detail: Detail) -> Iterator[Line]:
    yield line("  nearest rule: ", Span(verdict.diagram, "strong"))
    yield from _differences(verdict, detail)


def _differences(verdict: Verdict, detail: Detail) -> Iterator[Line]:
    found = list(runs(Account(verdict, ())))
    shown = found if detail == "verbose" else found[:_SHOWN]
    for run in shown:
        yield from (each.indented(2) for each in block(run))
    if len(found) > len(shown):
        yield line("  ", Span(f"and {counted(len(found) - len(shown), 'more deviation')}; -v shows all", "faint"))


def _drawings(failure: Failure) -> Iterator[Line]:
    """The events that are due and those that came; once, where something else is wrong."""
    actual = list(_events(failure.actual))
    expected = None if failure.expected is None else list(_events(failure.expected))
    if expected == actual:
        yield from _titled("events, as expected", actual)
        return
    if expected is not None:
        yield from _titled("expected", expected)
    yield from _titled("actual", actual)


def _titled(title: str, events: Sequence[Line]) -> Iterator[Line]:
    yield line(f"  {title}:", "" if events else " no event")
    yield from events


def _events(diagram: SequenceDiagram) -> Iterator[Line]:
    """The events of a drawn run, without its marks."""
    events = [event for event in lower(diagram, "").events if event.kind in {"message", "note"}]
    notation = Notation.over(events)
    return (line(f"    {notation.words(event)}") for event in events)


def _rules(exploration: Exploration, detail: Detail, *, looked: bool) -> Iterator[Line]:
    """A line for each rule that was never exercised, in detail for each: how often, and the sections that say it.

    looked: there was an occasion for each rule. Going through all sequences on a few stores leaves the rules about
    others aside, and who stops a run knows that much is missing.
    """
    rules = sorted(exploration.rules, key=lambda rule: rule.count > 0)
    never = [rule for rule in rules if not rule.count]
    count = f"rules ({len(rules)}): "
    told = [Span(f"{len(never)} never exercised", "doubt") if never else "all exercised"]
    more = [Span("; -v lists all", "faint")] if detail == "normal" and len(never) < len(rules) else []
    yield line(count, *told, *more)
    shown = rules if detail == "verbose" else never if looked else []
    width = max((len(str(rule.count)) for rule in shown), default=0)
    column = max((len(rule.behaviour.title) for rule in shown), default=0)
    for rule in shown:
        times = Span(f"  {rule.count:>{width}} x  ", "plain" if rule.count else "doubt")
        sources = (f"{source.diagram}:{source.place.line} {source.section}".rstrip() for source in rule.sources)
        yield line(times, f"{rule.behaviour.title:<{column}}   ", Span(", ".join(sources), "faint"))


def _uncovered(exploration: Exploration, drawn: tuple[str, ...]) -> Iterator[Line]:
    if not exploration.uncovered:
        return
    yield line(Span(f"uncovered ({len(exploration.uncovered)}): no diagram describes", "doubt"))
    width = max(len(str(each.count)) for each in exploration.uncovered)
    column = max(len(each.behaviour.title) for each in exploration.uncovered)
    for each in exploration.uncovered:
        told = f"  {each.count:>{width}} x  {each.behaviour.title:<{column}}   "
        yield line(told, Span("; ".join(each.sequence), "faint"))
    for path in drawn:
        yield line("  drawn: ", Span(path, "strong"))
    if not drawn:
        yield line(Span("  --accept adds a diagram and a scenario for each, -o DIR puts them elsewhere", "faint"))


def _reachable(exploration: Exploration, *, named: bool) -> Iterator[Line]:
    """How much of what can be reached was, and how far anybody looked; named: what was missed is listed."""
    reachable = exploration.reachable
    if reachable is None:
        return
    least = counted(reachable.depth, "operation")
    left = "none left" if reachable.complete else "longer ways were not all looked at"
    yield line(
        Span(
            f"reached {reachable.reached} of {reachable.behaviours} behaviours", "doubt" if reachable.missed else "good"
        ),
        f" that {least} can reach, after {counted(reachable.after, 'operation')} ",
        Span(f"({counted(reachable.states, 'state')}, {left})", "faint"),
    )
    for behaviour in reachable.missed if named else ():
        yield line("  not reached: ", Span(behaviour.title, "doubt"))


def _exhausted(all_of_them: Exhausted) -> Iterator[Line]:
    """What was gone through completely: all sequences, and why so few of them were run."""
    where = f" on {', '.join(all_of_them.names)}" if all_of_them.names else ""
    domain = f"{counted(all_of_them.operations, 'operation')}{where}"
    yield line(f"every sequence of up to {counted(all_of_them.depth, 'operation')}, out of {domain}:")
    states = counted(all_of_them.states, "distinct state")
    width = len(f"{all_of_them.sequences:,}")
    for number, text in (
        (all_of_them.sequences, "sequences"),
        (all_of_them.equal, "pruned by equal states: another one leads to the state from which they go on"),
        (all_of_them.symmetric, "pruned by symmetry: contents and keys renamed, another one is the same"),
        (all_of_them.transitions, f"transitions are left to run, between {states}"),
    ):
        yield line(f"  {number:>{width},}  {text}")
    if all_of_them.complete:
        yield line("  longer sequences lead to no other state")


def _faults(faults: Struck) -> Line:
    """What was injected, and what came of it."""
    failed = counted(faults.failures, "failure")
    text = (
        f"{faults.injected:,} injected, {counted(len(faults.kinds), 'kind')}, {failed}, {faults.uncovered:,} uncovered"
    )
    return line("faults: ", Span(text, "bad" if faults.failures else "good"))


def _summary(campaign: Campaign, exploration: Exploration) -> Line:
    ran = f"{counted(exploration.sequences, 'sequence')}, {counted(exploration.operations, 'operation')}"
    failed = counted(len(exploration.failures) + len(exploration.broken), "failure")
    text = f"{ran}, {counted(len(exploration.rules), 'rule')}: {failed}, {len(exploration.uncovered)} uncovered"
    if exploration.contradictions:
        text += f", {counted(len(exploration.contradictions), 'contradiction')}"
    if exploration.left_out:
        text += f", {counted(exploration.left_out, 'scenario')} left out"
    boxed = "" if exploration.seconds is None else ", boxed by time: other runs do more or less"
    services = exploration.backend
    if exploration.confirmed:
        services += f", samples and failures confirmed on {exploration.confirmed}"
    about = f" ({services}, {campaign.seconds:.2f} s, seed {exploration.seed}{boxed})"
    stopped = "stopped: " if campaign.interrupted else ""
    return line(Span(stopped + text, "bad" if campaign.status else "good"), Span(about, "faint"))
