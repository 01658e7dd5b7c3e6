"""The seed diagram cannot lie: every small change of it is noticed, and the changed line is named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from simulator.api import check_paths, record_run, write_log
from simulator.report.result import Result
from simulator.where import Where

TRACES = Path(__file__).parents[2] / "traces"
SEED = (TRACES / "basic.puml").read_text().splitlines()
FIRST = SEED.index("== Write ==")
IN_MEMORY = Where("memory")


@dataclass(frozen=True)
class Mutant:
    """The seed with one change: its lines, and the lines (1-based) that the first deviation may name."""

    name: str
    lines: tuple[str, ...]
    named: frozenset[int]


def is_note(line: str) -> bool:
    """Whether the line is an attached note."""
    return line.lstrip().startswith("hnote")


def blocks() -> list[range]:
    """The lines of each section mark and each message with its notes, 0-based."""
    starts = [number for number, line in enumerate(SEED) if number >= FIRST and not is_note(line)]
    assert SEED[starts[-1]] == "@enduml"
    return [range(start, end) for start, end in pairwise(starts)]


def mutants() -> Iterator[Mutant]:
    """Every small change."""
    yield from deletions()
    yield from swaps()
    for number, line in enumerate(SEED):
        if number >= FIRST and line != "@enduml":
            for what, changed in changes(line):
                lines = (*SEED[:number], changed, *SEED[number + 1 :])
                # A note that differs is named itself; where its message differs, so is the message.
                yield Mutant(f"{what} {number + 1}", lines, frozenset({number + 1}))


def deletions() -> Iterator[Mutant]:
    """One message, note or section line less: the event before the gap or the event after it is named."""
    for number in range(FIRST, len(SEED) - 1):
        lines = (*SEED[:number], *SEED[number + 1 :])
        at = next(index for index, block in enumerate(blocks()) if number in block)
        around = blocks()[max(0, at - 1) : at + 2]
        named = {line + 1 - (line > number) for block in around for line in block}
        yield Mutant(f"without {number + 1}", lines, frozenset(named))


def swaps() -> Iterator[Mutant]:
    """Two unequal neighbouring messages, with their notes, the other way round: one of them is named."""
    for one, two in pairwise(blocks()):
        first, second = SEED[one.start : one.stop], SEED[two.start : two.stop]
        if "==" not in first[0] + second[0] and first != second:
            lines = (*SEED[: one.start], *second, *first, *SEED[two.stop :])
            yield Mutant(f"swapped {one.start + 1}", lines, frozenset(range(one.start + 1, two.stop + 1)))


def changes(line: str) -> Iterator[tuple[str, str]]:
    """One line with something else in it."""
    if is_note(line):
        for digest in re.finditer(r"[0-9a-f]{32}", line):
            yield "digest", line[: digest.start()] + "0" * 32 + line[digest.end() :]
        for wrong in ("bin_${TMP1}.tmp", "bin_${TMP2}.tmp", "bin_${TMP3}.tmp"):
            if "${TMP" in line and wrong not in line:
                yield f"bound as {wrong}", re.sub(r"bin_\S+", wrong, line)
        yield "shape", line.replace("hnote", "rnote")
        yield "text", f"{line}x"
    elif line.startswith("=="):
        yield "title", line.replace("== ", "== Not ")
    else:
        yield "label", f"{line} now"
        if "3 bytes" in line:
            yield "size", line.replace("3 bytes", "4 bytes")
        left, arrow, rest = line.split(" ", 2)
        yield "line", f"{left} {arrow.replace('--', '-') if '--' in arrow else arrow.replace('-', '--')} {rest}"
        yield "left", f"Other {arrow} {rest}"
        yield "right", f"{left} {arrow} Other:{rest.partition(':')[2]}"
        if not rest.startswith(f"{left}:"):
            dashes = arrow.strip("<>")
            yield "direction", f"{left} {f'<{dashes}' if arrow.endswith('>') else f'{dashes}>'} {rest}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All mutants as files."""
    folder = tmp_path_factory.mktemp("mutants")
    for mutant in mutants():
        (folder / f"{mutant.name}.puml").write_text("\n".join(mutant.lines))
    return folder


def is_noticed(mutant: Mutant, result: Result) -> bool:
    """Whether the verdict is no, and the first deviation names the change."""
    verdict = result.verdict
    assert verdict is not None
    return verdict.outcome in {"deviates", "prefix"} and verdict.deviations[0].place.line in mutant.named


def test_there_are_hundreds_of_mutants_and_all_differ() -> None:
    """No mutant is the seed, and none is made twice."""
    texts = [mutant.lines for mutant in mutants()]
    assert len(texts) > 200
    assert len(set(texts)) == len(texts)
    assert tuple(SEED) not in texts


def test_every_mutant_is_noticed_when_it_is_run(folder: Path) -> None:
    """Run by the seed's scenario, no mutant conforms, and the first deviation names the changed line."""
    missed = []
    for mutant in mutants():
        path = str(folder / f"{mutant.name}.puml")
        (result,) = check_paths([path], scenario=TRACES / "basic.toml", where=IN_MEMORY).results
        if not is_noticed(mutant, result):
            missed.append((mutant.name, result.verdict and result.verdict.deviations[:1]))
    assert missed == []


def test_every_mutant_is_noticed_in_a_log(folder: Path, tmp_path: Path) -> None:
    """Judged by a recorded log of the seed's run, it is the same."""
    log = tmp_path / "run.jsonl"
    write_log([record_run(str(TRACES / "basic.toml"), where=IN_MEMORY)], log)
    assert check_paths([str(TRACES / "basic.puml")], log=log).status == 0
    paths = [str(folder / f"{mutant.name}.puml") for mutant in mutants()]
    report = check_paths(paths, log=log, all_pairs=True)
    assert (report.status, report.errors) == (1, ())
    missed = [
        mutant.name for mutant, result in zip(mutants(), report.results, strict=True) if not is_noticed(mutant, result)
    ]
    assert missed == []
