"""How fast runs are judged: `python -m pytest tests/benchmarks/bench_judging.py`.

Beside us pm4py aligns the same run with the same model, where `PM4PY_PYTHON` names the Python of an environment that
has it (it is under the AGPL, so it is in no environment of ours): files are all that goes over, see `with_pm4py.py`.

Not part of the tests: numbers are read by people. Time is what this thread computed, of several passes the quickest.
"""

import gc
import io
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from simulator.conformance.check import Judge, check
from simulator.conformance.verdict import Verdict
from simulator.diagram.parser import parse
from simulator.eventlog import jsonl
from simulator.events import Event, Trace
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation

PASSES = 3

Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Say a line to whoever runs this."""

    def said(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"{line}\n")

    return said


def expectation(*lines: str) -> Expectation:
    """What the lines of a diagram expect."""
    (diagram,) = parse("\n".join(("@startuml", *lines, "@enduml")), "d.puml")
    return lower(diagram, "d")


def messages(labels: Sequence[str]) -> list[str]:
    """A line of a diagram for each label."""
    return [f"A -> B: {label}" for label in labels]


def run(labels: Sequence[str]) -> Trace:
    """A run with a message for each label."""
    return Trace("run", tuple(Event(source="A", target="B", label=label) for label in labels))


def edited(labels: Sequence[str], edits: int, seed: int = 1) -> list[str]:
    """The labels with some lost, some strange, some doubled."""
    random, changed = Random(seed), list(labels)
    for _ in range(edits):
        at = random.randrange(len(changed))
        changed[at : at + 1] = random.choice([[], ["strange"], [changed[at], changed[at]]])
    return changed


def seconds(work: Callable[[], object], passes: int = PASSES) -> float:
    """What the quickest of several passes took."""
    quickest = float("inf")
    for _ in range(passes):
        gc.collect()
        began = time.thread_time()
        work()
        quickest = min(quickest, time.thread_time() - began)
    return quickest


def told(name: str, expected: Expectation, trace: Trace, passes: int = PASSES) -> str:
    """A line about judging one trace, as by a judge who sees the diagram for the first time."""
    verdicts: list[Verdict] = []
    took = seconds(lambda: verdicts.append(check(expected, trace)), passes)
    verdict = verdicts[0]
    cost = f"at least {verdict.bound}" if verdict.cost is None else str(verdict.cost)
    return f"{name:<58}{took * 1e3:>10.1f} ms   {verdict.outcome}, cost {cost}"


def test_one_missing(say: Say, tmp_path: Path) -> None:
    """1,007 events, one of which is missing; with pm4py beside it, where there is one."""
    labels = [f"step {number}" for number in range(1_007)]
    trace = run(labels[:500] + labels[501:])
    say("\n" + told("1,007 events, one missing", expectation(*messages(labels)), trace))
    python = os.environ.get("PM4PY_PYTHON")
    if not python:
        say("pm4py was not asked: PM4PY_PYTHON names no Python that has it")
        return
    (tmp_path / "model.txt").write_text("\n".join(labels), "utf-8")
    (tmp_path / "trace.txt").write_text("\n".join(event.label for event in trace.events), "utf-8")
    script = Path(__file__).with_name("with_pm4py.py")
    done = subprocess.run([python, script, tmp_path], capture_output=True, text=True, timeout=900, check=False)
    say(done.stdout.rstrip() or f"pm4py failed: {done.stderr.splitlines()[-1]}")


def test_long_runs(say: Say) -> None:
    """100,000 events with ten edits, of a loop and of a straight diagram: the work should follow the edits."""
    body = [f"step {number}" for number in range(24)]
    rounds = body * (100_000 // 24)
    loop = expectation("loop", *messages(body), "end")
    say("\n" + told("100,000 events of a loop of 24", loop, run(rounds), 1))
    for edits in (1, 10, 20):
        say(told(f"100,000 events of a loop of 24, {edits} edits", loop, run(edited(rounds, edits)), 1))
    straight = [f"step {number}" for number in range(100_000)]
    judge = Judge(expectation(*messages(straight)))
    for seed, which in ((1, "seen for the first time"), (2, "seen before, another run")):
        trace = run(edited(straight, 10, seed))
        took = seconds(lambda trace=trace: judge.verdict(trace), 1)  # type: ignore[misc]  # a default of a lambda
        say(f"{f'100,000 events of a straight diagram {which}':<62}{took * 1e3:>6.1f} ms")


def test_no_blow_up(say: Say) -> None:
    """Operators that allow very many runs."""
    operands = [[f"p{operand}{number}" for number in range(5)] for operand in range(5)]
    mixed = [operand[number] for number in range(5) for operand in operands]
    say("\n" + told("par of 5 operands with 5 events each", par(operands), run(mixed)))
    say(told("the same, one missing", par(operands), run(mixed[1:])))
    same = par([["same"] * 5] * 5)
    say(told("the same with equal labels", same, run(["same"] * 25)))
    say(told("the same with equal labels, one missing", same, run(["same"] * 24)))
    opts = expectation("loop", *(["opt", "A -> B: a"] * 12), *(["end"] * 13))
    say(told("12 nested opts, 1,000 events", opts, run(["a"] * 1_000)))
    say(told("the same, one of them another", opts, run(["a"] * 500 + ["b"] + ["a"] * 499)))
    row = expectation(*(["opt", "A -> B: a", "end"] * 200))
    say(told("200 opts in a row, 100 events", row, run(["a"] * 100)))
    say(told("the same, 100 events of another kind", row, run(["b"] * 100), 1))
    say(f"peak of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def par(operands: Sequence[Sequence[str]]) -> Expectation:
    """Operands side by side."""
    lines = ["par"]
    for operand in operands:
        lines += [*messages(operand), "else"]
    return expectation(*lines[:-1], "end")


DIAGRAM = [f"A -> B: step {number}" for number in range(24)]
DIAGRAM[3], DIAGRAM[15] = "A -> B: create bin_${TMP1}.tmp", "A -> B: delete bin_${TMP1}.tmp"
DIAGRAM[9], DIAGRAM[20] = "A -> B: put ${KEY}", "A -> B: done ${KEY}"


def traces(count: int, seed: int, *, wrong: bool) -> list[Trace]:
    """Runs of the diagram, each with values of its own; wrong: with one edit in each."""
    random, made = Random(seed), []
    for number in range(count):
        values = {"${TMP1}": f"{random.getrandbits(40):x}", "${KEY}": f"{random.getrandbits(128):032x}"}
        labels = [line.partition(": ")[2] for line in DIAGRAM]
        for name, value in values.items():
            labels = [label.replace(name, value) for label in labels]
        events = run(edited(labels, 1, random.getrandbits(32)) if wrong else labels).events
        made.append(Trace(f"t{number}", events))
    return made


def judged(expected: Expectation, log: Sequence[Trace]) -> int:
    """How many of the traces conform, by a judge who has seen none before."""
    judge = Judge(expected)
    return sum(judge.verdict(trace).conforms for trace in log)


@pytest.mark.parametrize("wrong", [False, True], ids=["right", "wrong"])
def test_many_traces(say: Say, *, wrong: bool) -> None:
    """Runs of 24 events with two bound holes: from memory, and from JSON Lines to verdict; right and wrong ones."""
    expected, kind = expectation(*DIAGRAM), "wrong" if wrong else "right"
    say("")
    for count in (5_000, 20_000, 80_000):
        log = traces(count, count, wrong=wrong)
        size = sum(len(trace.events) for trace in log)
        assert judged(expected, log) == (0 if wrong else count)
        rate = size / seconds(lambda log=log: judged(expected, log))  # type: ignore[misc]  # a default of a lambda
        say(f"{count:>7,} {kind} traces of 24 events, from memory: {rate:>12,.0f} events/s")
    packed = io.BytesIO()
    jsonl.write(log[:20_000], packed)
    data, size = packed.getvalue(), sum(len(trace.events) for trace in log[:20_000])
    rate = size / seconds(lambda: judged(expected, jsonl.read(io.BytesIO(data), "log").traces))
    say(f" 20,000 {kind} traces, from JSON Lines to verdict: {rate:>12,.0f} events/s")


def test_wrong_beside_right(say: Say) -> None:
    """Logs of wrong traces should cost no more than twice those of right ones; the two take turns."""
    expected, took = expectation(*DIAGRAM), {False: [0.0], True: [0.0]}
    logs = {wrong: traces(5_000, 1, wrong=wrong) for wrong in took}
    for _ in range(PASSES):
        for wrong, log in logs.items():
            took[wrong].append(seconds(lambda log=log: judged(expected, log), 1))  # type: ignore[misc]  # as above
    say(f"\nwrong traces cost {min(took[True][1:]) / min(took[False][1:]):.2f} times what right ones cost")
