"""What diagrams would have to say for their runs to conform, to be accepted hunk by hunk.

Lives here: proposals, and how a hunk is shown. Must not live here: hunks of one diagram (`revision`), questions and
files (the command line).

Law: a proposal whose hunks nobody accepts changes nothing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from simulator.errors import SimulatorError
from simulator.report.account import Account
from simulator.report.deviation import sentence
from simulator.report.line import Line, Span, line
from simulator.report.result import Report
from simulator.report.revision import Hunk, lines_of, proposed, revised

_AROUND = 2
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Proposal:
    """One file that may change; text: what it holds now. is_new: there is no such file yet, and one hunk."""

    path: str
    text: str
    hunks: tuple[Hunk, ...]
    is_new: bool = False

    def accepted(self, chosen: Collection[Hunk]) -> str:
        """The text with these hunks."""
        return revised(self.text, chosen)


@dataclass(frozen=True, slots=True)
class Review:
    """All proposals, in order. unsettled: what deviates and has no proposal, a sentence each. errors: wrong input.

    judged: how many runs were judged.
    """

    proposals: tuple[Proposal, ...] = ()
    unsettled: tuple[str, ...] = ()
    errors: tuple[SimulatorError, ...] = field(default=())
    judged: int = 0

    @property
    def hunks(self) -> Sequence[tuple[Proposal, Hunk]]:
        """Every hunk with its proposal: the first one is number 1."""
        return [(proposal, hunk) for proposal in self.proposals for hunk in proposal.hunks]


def review_of(
    report: Report,
    reads: Callable[[str, str], bool],
    drafts: Sequence[Proposal] = (),
    unsettled: Iterable[str] = (),
) -> Review:
    """Propose a change for each diagram that does not allow its run.

    reads: whether a text can be read as that of a file. drafts: of files that are not there yet. unsettled: what is
    told of them.
    """
    found: dict[str, Proposal] = {}
    unsettled = [*unsettled]
    for result in report.results:
        if result.verdict is None or result.outcome == "conforms":
            continue
        account = Account(result.verdict, result.events, result.expectation)
        written, file = report.diagrams.get(result.diagram), _file(account)
        if written is None:
            continue
        asked: list[Hunk] = []
        unsettled += [f"{result.diagram}: {result.reason}"] if result.reason else []
        for context, hunk in proposed(account, written.text, file):
            if hunk is not None and reads(revised(written.text, [hunk]), file):
                asked.append(hunk)
            else:
                what = f"{context.deviation.place}: {sentence(context)}"
                unsettled.append(f"{result.diagram}: {what}; no change of single lines does it, edit it by hand")
        if asked:
            known = found.get(file, Proposal(file, written.text, ()))
            found[file] = Proposal(file, known.text, (*known.hunks, *asked))
    return Review((*found.values(), *drafts), tuple(unsettled), report.errors, report.summary.judged)


def _file(account: Account) -> str:
    return account.expectation.place.file if account.expectation is not None else ""


def draft(path: str, text: str) -> Proposal:
    """A diagram for a scenario that has none."""
    return Proposal(
        path, "", (Hunk("no diagram yet: what the run did", (), tuple(text.splitlines()), 1, 0),), is_new=True
    )


def hunk_lines(proposal: Proposal, hunk: Hunk, number: int, total: int) -> Iterator[Line]:
    """A hunk with the lines around it, as `diff` shows them."""
    what = "new" if proposal.is_new else "changed"
    yield line(Span(proposal.path, "strong"), f"  {what}, hunk {number} of {total}: {hunk.said}")
    lines = lines_of(proposal.text)
    last_gone = max(hunk.gone, default=0)
    # What comes instead is shown below what goes.
    shown_at = last_gone + 1 if hunk.before in hunk.gone else hunk.before
    touched = {*hunk.gone, shown_at}
    for at in range(max(1, min(touched) - _AROUND), min(len(lines) + 1, max(touched) + _AROUND - 1) + 1):
        if at == shown_at:
            shown = hunk.come[:_LONGEST]
            yield from (line("       ", Span(f"+ {each}", "good")) for each in shown)
            if rest := len(hunk.come) - len(shown):
                yield line("       ", Span(f"  and {rest} more lines", "faint"))
        if at <= len(lines):
            gone = at in hunk.gone
            text = Span(f"{'-' if gone else ' '} {lines[at - 1]}", "bad" if gone else "plain")
            yield line(Span(f"{at:>6} ", "faint"), text)
