"""One report of each kind, and of the strangest texts.

Lives here: reports, campaigns and replays by what is special about them. Must not live here: what is expected of them.
"""

from collections.abc import Mapping
from dataclasses import replace

from simulator.conformance.counting import Book
from simulator.conformance.exploration import Replay
from simulator.conformance.selection import nothing
from simulator.diagram.parser import parse
from simulator.errors import DiagramError, Place
from simulator.report.result import Campaign, Remark, Replayed, Report, Result, Written
from tests.report import explored
from tests.report.judged import FILE, judged

HOSTILE = (
    "\x1b[31mred\x00\x7f",
    "]]></failure><![CDATA[ & <b> \"'",
    "::error file=x::owned",
    "%0A::error::owned %25",
    "one\n::error::owned\r\n::stop-commands::x\u2028\x85end",
    "``` ```` <script>alert(1)</script> | x |",
    "caf\udce9 \ud83d \ufffe",
    "\u202ereversed",
    "x" * 100_000,
)
"""Control characters, ends of what is around them, commands, odd bytes in names, and length."""


def report(diagram: str, run: str, name: str = FILE) -> Report:
    """What `check` says about a diagram and a run, both without their first and last line."""
    text = f"@startuml\n{diagram}\n@enduml\n"
    result = replace(judged(f"{text}@startuml\n{run}\n@enduml\n"), diagram=name)
    assert result.expectation is not None
    assert result.verdict is not None
    book = Book(nothing, weak=False)
    book.add(result.expectation, result.verdict)
    return Report((result,), coverage=book.coverage, diagrams={name: Written(parse(text, name)[0], text)})


PASSED = report("A -> B: one", "A -> B: one")
DEVIATES = report("== S ==\nA -> B: one\nA -> B: two\nB -> A: three", "== S ==\nA -> B: one\nA -> B: 2\nB -> A: x")
WRONG = DiagramError("no such arrow", place=Place("traces/wrong.puml", 3, 7), source="A => B", expected=("->",))
STEP = Remark(Place("traces/one.toml", 4, 1), "expected 'foo', got 'bar'")
NOT_RUN = Report((Result("traces/lone.puml"),))


def _with(report: Report, **changes: object) -> Report:
    return replace(report, results=tuple(replace(each, **changes) for each in report.results))  # type: ignore[arg-type]


REPORTS: Mapping[str, Report] = {
    "conforms": PASSED,
    "conforms, and one is not run": Report((*PASSED.results, *NOT_RUN.results)),
    "deviates": DEVIATES,
    "forbidden": report("A -> B: one\ngroup neg\nA -> B: bad\nend", "A -> B: one\nA -> B: bad"),
    "moved": report("A -> B: one\nA -> B: two\nA -> B: three", "A -> B: two\nA -> B: three\nA -> B: one"),
    "prefix": report("A -> B: one\nA -> B: two", "A -> B: one"),
    "inconclusive": report("A -> B: one", "== S =="),
    "a step failed": _with(PASSED, failures=(STEP,)),
    "a step failed, and it deviates": _with(DEVIATES, failures=(STEP,)),
    "wrong input beside what conforms": replace(PASSED, errors=(WRONG,)),
    "wrong input without a place": Report((), (DiagramError("there is no folder x"),)),
    "not run": NOT_RUN,
    "nothing": Report(),
    "too little coverage": replace(report("A -> B: one\nopt\nA -> B: two\nend", "A -> B: one"), fail_under=90),
    "interrupted": replace(PASSED, interrupted=True),
    "two services": Report((*_with(PASSED, s3="moto").results, *_with(DEVIATES, s3="http://127.0.0.1:9000").results)),
    "a group": Report(tuple(replace(DEVIATES.results[0], trace=f"run-{number}") for number in range(30))),
}


def hostile(text: str) -> Report:
    """The same text wherever a text can be."""
    # No name of a file is half a surrogate pair, and no label is everything.
    name = text.replace("\ud83d", "")
    label = "".join(letter for letter in text if letter.isprintable()).strip("%:")
    found = report(f"A -> B: {label}", "A -> B: one", f"{name}.puml").results[0]
    one = replace(found, trace=text, failures=(Remark(Place(f"{name}.toml", 1, 1), text),))
    other = replace(_with(PASSED, s3=text).results[0], diagram=f"{name}#{text}", trace=text)
    lone = Result(f"{name}.puml", not_run=text)
    wrong = DiagramError(text, place=Place(f"{name}.puml"), source=text, expected=(text,), hint=text)
    return Report((one, other, lone), (wrong, DiagramError(text)), diagrams={one.diagram: DEVIATES.diagrams[FILE]})


CAMPAIGNS: Mapping[str, Campaign] = {
    "passed": Campaign(explored.PASSED),
    "uncovered": Campaign(explored.PASSED, fail_uncovered=True),
    "failed": Campaign(explored.FAILED, {"write-1": "found/write-1.toml", "read-1": "found/read-1.toml"}),
    "too little coverage": Campaign(
        replace(explored.PASSED, coverage=REPORTS["too little coverage"].coverage), fail_under=90
    ),
    "wrong input": Campaign(errors=(WRONG,)),
    "a failure that cannot be saved": Campaign(explored.FAILED, errors=(DiagramError("cannot write"),)),
    "interrupted": Campaign(replace(explored.PASSED, interrupted=True)),
    "nothing": Campaign(),
}

REPLAYS: Mapping[str, Replayed] = {
    "fixed": Replayed((Replay("found/a.toml", None),)),
    "still failing": Replayed((Replay("found/a.toml", None), Replay("found/b.toml", explored.DEVIATION))),
    "another result": Replayed((Replay("found/c.toml", explored.RESULT),)),
    "wrong input": Replayed((Replay("found/a.toml", None),), (WRONG,)),
    "interrupted": Replayed((Replay("found/a.toml", None),), interrupted=True),
    "nothing": Replayed(),
}
