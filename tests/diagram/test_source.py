"""What the parser says about files, and that neither length nor depth harms it."""

import time
from pathlib import Path

import pytest

from simulator.diagram.ast import Message
from simulator.diagram.parser import MAX_DEPTH, MAX_ERRORS, parse, parse_file, read
from simulator.diagram.printer import print_diagram
from simulator.diagram.source import MAX_BYTES
from simulator.errors import DiagramError, Place
from simulator.interaction.lower import lower

DIAGRAM = b"@startuml\nA -> B\n@enduml\n"


def write(folder: Path, content: bytes) -> Path:
    """Make a diagram file."""
    path = folder / "x.puml"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [DIAGRAM, DIAGRAM.rstrip(), b"\xef\xbb\xbf" + DIAGRAM, DIAGRAM.replace(b"\n", b"\r\n")],
    ids=["plain", "no last line end", "byte order mark", "Windows"],
)
def test_same_diagram(tmp_path: Path, content: bytes) -> None:
    """Line ends, a missing last one and a byte order mark change neither the tree nor its places."""
    (diagram,) = parse_file(write(tmp_path, content))
    assert diagram.body == (Message("A", "B"),)
    assert diagram.place == Place(str(tmp_path / "x.puml"), 1, 1)
    assert diagram.body[0].place == Place(str(tmp_path / "x.puml"), 2, 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ":1:1: the file is empty"),
        (b" \n", ":1:1: there is no diagram in this text"),
        (b"@startuml\nA -> B: gr\xf6\xdfe\n@enduml", ":2:11: byte 0xf6 is not UTF-8"),
        ("@startuml\nö\n".encode() + b"\xff", ":3:1: byte 0xff is not UTF-8"),
        (b"\xef\xbb\xbf@startuml\rA\r\nB\xf6", ":3:2: byte 0xf6 is not UTF-8"),
        (DIAGRAM.decode().encode("utf-16"), ":1:1: byte 0xff is not UTF-8"),
        (b"\x7fELF\0\0", ":1:5: this is no text: it holds a zero byte"),
    ],
)
def test_refused_content(tmp_path: Path, content: bytes, message: str) -> None:
    """A file that is no UTF-8 text with a diagram is refused with the place where that shows."""
    path = write(tmp_path, content)
    with pytest.raises(DiagramError) as caught:
        parse_file(path)
    assert str(caught.value).startswith(f"{path}{message}\n")


def test_refused_paths(tmp_path: Path) -> None:
    """What is no readable file is refused by name."""
    with pytest.raises(DiagramError, match="is a folder, not a diagram"):
        parse_file(tmp_path)
    with pytest.raises(DiagramError, match="there is no file"):
        parse_file(tmp_path / "absent.puml")
    with pytest.raises(DiagramError, match="is not a regular file"):
        parse_file(Path("/dev/zero"))
    with (tmp_path / "long.puml").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(DiagramError, match=f"is longer than {MAX_BYTES} bytes"):
        parse_file(tmp_path / "long.puml")


def test_shipped_diagram() -> None:
    """The seed gives every statement, with its place, and prints as it reads."""
    path = Path(__file__).parents[2] / "traces" / "basic.puml"
    (diagram,) = parse_file(path)
    written = path.read_text(encoding="utf-8").split("\n")
    assert len(diagram.body) == len([line for line in written if line and not line.startswith("@")])
    for element in diagram.body:
        assert written[element.place.line - 1][: element.place.column - 1].strip() == ""
    assert print_diagram(diagram) == "\n".join(line.lstrip() for line in written)


def test_depth() -> None:
    """Groups may be nested as deep as the limit says, and not deeper."""
    (diagram,) = parse(nested(MAX_DEPTH))
    assert parse(print_diagram(diagram)) == (diagram,)
    assert len(list(diagram.elements())) == MAX_DEPTH + 1
    with pytest.raises(DiagramError, match=r"^x\.puml:202:3: groups are nested deeper than 200"):
        parse(nested(MAX_DEPTH + 1), "x.puml")
    with pytest.raises(DiagramError, match="groups are nested deeper than 200"):
        parse("@startuml\n" + "group\n" * 20_000 + "@enduml")


@pytest.mark.parametrize("depth", [MAX_DEPTH, 2_000])
def test_depth_of_a_setting(depth: int) -> None:
    """What is nested as deep as somebody says is read, compared, hashed, written and given a meaning."""
    text = nested(depth)
    (one,), (other,), (flatter,) = (
        parse(text, depth=depth),
        parse(text, depth=depth),
        parse(nested(depth - 1), depth=depth),
    )
    assert one == other != flatter
    assert hash(one) == hash(other) != hash(flatter)
    assert parse(print_diagram(one, depth), depth=depth) == (one,)
    meant, same, another = lower(one, "x"), lower(other, "x"), lower(flatter, "x")
    assert meant == same != another
    assert hash(meant.term) == hash(same.term) != hash(another.term)
    with pytest.raises(DiagramError, match=f"groups are nested deeper than {depth - 1}"):
        parse(text, depth=depth - 1)


def nested(depth: int) -> str:
    """Write a diagram with a message that many groups deep."""
    return "@startuml\n" + "  group g\n" * depth + "A -> B\n" + "end\n" * depth + "@enduml\n"


@pytest.mark.parametrize(
    "line",
    [
        "a" * 200_000,
        "A -> B" + " " * 200_000 + "x",
        "A " + "-" * 200_000,
        '"' * 200_000,
        '"a' * 100_000,
        "==" * 100_000 + "x",
        "== " * 100_000 + "x",
        "note right of " + "a " * 100_000,
        "note over A" + "," * 200_000,
        "note right\n" + "x\n" * 100_000,
        "note right\n" + " " * 200_000,
        "participant " + "as " * 100_000,
        "group\n" * 20_000 + "x",
        "A -> B: \\\n" * 100_000,
        "/'" * 100_000,
        "A -> B: " + "/'''" * 100_000,
        "A -> B: " + "'''/" * 100_000 + "/'''",
        "A -[" * 50_000,
        "<<" * 100_000,
        "end" * 100_000,
        "! " * 100_000,
    ],
    ids=lambda line: line[:16].replace("\n", " "),
)
def test_hostile_lines(line: str) -> None:
    """No line takes more than linear time, whether it is refused or not."""
    start = time.perf_counter()
    with pytest.raises(DiagramError):
        parse(f"@startuml\n{line}\nA - B\n@enduml")
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    "line",
    [
        *("foo bar", "A - B", "note right", "note rigth", "title", "ref over A", "class A", "<style>", "skinparam x {"),
        *("participant A [", "sprite s <svg", "create A", "return", "deactivate", "atl", "end", "A -[#nosuch]> B"),
        *("/'", "%%"),
    ],
)
def test_many_errors(line: str) -> None:
    """Errors are counted in linear time, and only the first ones told."""
    start = time.perf_counter()
    reading = read("@startuml\n" + f"{line}\n" * 5_000 + "A ~> B\n@enduml")
    assert time.perf_counter() - start < 5
    assert 1 <= len(reading.errors) <= MAX_ERRORS


def test_errors_beyond_the_limit() -> None:
    """What is not told any more is counted, and what can be read is read."""
    reading = read("@startuml\n" + "A - B\nA -> B\n" * (MAX_ERRORS + 5) + "@enduml")
    assert len(reading.errors) == MAX_ERRORS
    assert reading.more == 5
    assert len(reading.partial[0].body) == MAX_ERRORS + 5
    assert not reading.diagrams
    with pytest.raises(DiagramError, match=f"and {MAX_ERRORS + 4} more errors: `simulator parse` tells all"):
        reading.checked()


def test_long_diagram() -> None:
    """Twenty thousand lines are read in a time in proportion."""
    text = "@startuml\n" + "A -> B: m\nhnote right: n\n" * 10_000 + "@enduml\n"
    (diagram,) = parse(text)
    assert len(diagram.body) == 20_000
    assert diagram.body[-1].place.line == 20_001
