"""What the preprocessor makes of diagrams: golden cases (`tests/golden/preprocess/`), limits, and what is opened."""

import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.diagram.ast import Message
from simulator.diagram.includes import MAX_BYTES, Includes
from simulator.diagram.parser import parse, parse_file, read, read_file
from simulator.diagram.preprocess import expand
from simulator.diagram.source import blocks
from simulator.errors import DiagramError
from tests.golden.loader import Case, load
from tests.opened import opened


def tree(folder: Path, text: str) -> Path:
    """Write the files of a case, each behind a line `--- NAME`; one without such lines is `x.puml`. Give the first."""
    parts = text.split("--- ")[1:] if text.startswith("--- ") else [f"x.puml\n@startuml\n{text}\n@enduml"]
    files = [(folder / name, content) for name, _, content in (part.partition("\n") for part in parts)]
    for path, content in files:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return files[0][0]


def told(path: Path) -> Iterator[str]:
    """The lines of the diagrams in a file, each with its place; then the warnings; or the error."""
    folder = path.parent
    try:
        for block in blocks(path.read_text("utf-8"), str(path)):
            expanded = expand(block, Includes(folder))
            yield from (f"{line.place(0)}: {line.text}" for line in expanded.lines)
            yield from (f"{place}: warning: {message}" for place, message in expanded.warnings)
    except DiagramError as error:
        yield str(error)


def shown(folder: Path, text: str) -> str:
    """What is told of a case, without its folder and the name that most have."""
    lines = "\n".join(told(tree(folder, text)))
    return re.sub(r"^x\.puml:", "", lines.replace(f"{folder}/", "").replace(str(folder), "FOLDER"), flags=re.MULTILINE)


@pytest.mark.parametrize("case", load("preprocess"), ids=str)
def test_golden(case: Case, tmp_path: Path) -> None:
    """Lines become the lines that their case shows, each with the place where it was written."""
    assert shown(tmp_path, case.input) == case.expected


def test_what_is_not_used_costs_nothing() -> None:
    """A block without directives and calls is given back as it is."""
    (block,) = blocks("@startuml\nA -> B: 100 % done! $x %page%\n@enduml\n", "x.puml")
    assert expand(block, Includes()) is block


def test_a_text_that_is_no_file_includes_nothing() -> None:
    """Without a folder there is nothing to include, unless a root is given."""
    with pytest.raises(DiagramError, match="this text is no file in a folder"):
        parse("@startuml\n!include x.puml\n@enduml\n")


def test_places_of_nodes(tmp_path: Path) -> None:
    """A node of an included file has its place there, one of a procedure that of the call; columns follow the text."""
    text = """--- x.puml
@startuml
!include one.iuml
!$long = "a long name"
participant $long as L
  $call("L") /' twice '/
A -> L : x $long
@enduml
--- one.iuml
!procedure $call($to)
A -> $to : one
A -> $to : two
!endprocedure

  A -> B
"""
    path = tree(tmp_path, text.replace("$long as", '"$long" as'))
    (diagram,) = parse_file(path)
    places = [str(each.place).replace(f"{tmp_path}/", "") for each in diagram.body]
    assert places == ["one.iuml:6:3", "x.puml:4:1", "x.puml:5:3", "x.puml:5:3", "x.puml:6:1"]


def test_what_is_wrong_with_expanded_lines(tmp_path: Path) -> None:
    """The place is that of what is written; the message says what it became, and which macro made it."""
    text = """--- x.puml
@startuml
!include one.iuml
!$arrow = "- >"
  $call("L")
A $arrow B
@enduml
--- one.iuml
!procedure $call($to)
A -> B
A =>> $to
!endprocedure
"""
    path = tree(tmp_path, text)
    first, second = read_file(path).errors
    assert str(first).replace(f"{tmp_path}/", "").startswith("x.puml:4:3: ")
    assert str(first).replace(f"{tmp_path}/", "").endswith("Line 3 of one.iuml makes this `A =>> L`.")
    assert str(second).replace(f"{tmp_path}/", "").startswith("x.puml:5:3: ")
    assert str(second).endswith("The preprocessor makes this `A - > B`.")


def test_what_was_left_out_is_told_where_a_line_is_wrong() -> None:
    """It may be what the line needs."""
    (error,) = read("@startuml\n!include <C4/C4_Container>\nA -> B\nRel(A, B)\n@enduml\n", "x.puml").errors
    assert str(error).endswith(
        "x.puml:2:1: `<C4/C4_Container>` is left out: the standard library of PlantUML is not read."
    )


def test_links_are_followed_before_it_is_asked_where_a_file_is(tmp_path: Path) -> None:
    """A link inside of the folder to a file inside is one of it, a link that leaves the folder is none."""
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    path = tree(inside, "--- x.puml\n@startuml\n!include link.iuml\n@enduml\n--- real.iuml\nA -> B\n")
    tree(outside, "--- other.iuml\nA -> C\n")
    (inside / "link.iuml").symlink_to("real.iuml")
    assert [each.place.file for each in parse_file(path)[0].body] == [str(inside / "link.iuml")]
    (inside / "link.iuml").unlink()
    (inside / "link.iuml").symlink_to(outside / "other.iuml")
    with pytest.raises(DiagramError, match="stands outside"):
        parse_file(path)
    assert [each.place.file for each in parse_file(path, (outside,))[0].body] == [str(inside / "link.iuml")]


def test_roots(tmp_path: Path) -> None:
    """Files are looked for beside the one that names them, then as seen from each root."""
    path = tree(tmp_path / "docs", "--- x.puml\n@startuml\n!include one.iuml\n!include ../lib/two.iuml\n@enduml\n")
    tree(tmp_path / "lib", "--- one.iuml\nA -> B : lib\n--- two.iuml\nA -> B : two\n")
    tree(tmp_path / "more", "--- one.iuml\nA -> B : more\n")
    (diagram,) = parse_file(path, (tmp_path / "more", tmp_path / "lib"))
    assert [each.label for each in diagram.body if isinstance(each, Message)] == ["more", "two"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("long.iuml", f"is longer than {MAX_BYTES} bytes"),
        ("latin.iuml", "is not UTF-8: byte 0xf6 at 2"),
        ("zero.iuml", "is no text: it holds a zero byte"),
        ("pipe.iuml", "there is no file"),
        ("loop.iuml", "stands outside"),
        ("a" * 5000, "there is no file"),
    ],
)
def test_files_that_cannot_be_included(tmp_path: Path, name: str, message: str) -> None:
    """No very long file, no bytes that are no text, no pipe, no link to itself, no name that none can have."""
    with (tmp_path / "long.iuml").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (tmp_path / "latin.iuml").write_bytes(b"gr\xf6\xdfe")
    (tmp_path / "zero.iuml").write_bytes(b"A -> B : \0")
    os.mkfifo(tmp_path / "pipe.iuml")
    (tmp_path / "loop.iuml").symlink_to("loop.iuml")
    with pytest.raises(DiagramError, match=message):
        parse_file(tree(tmp_path, f"!include {name}"))


HOSTILE = (
    "../outside.iuml",
    "../../../../../../etc/passwd",
    "/etc/passwd",
    "/dev/zero",
    "/dev/stdin",
    "/proc/self/environ",
    "file:///etc/passwd",
    "~/.bashrc",
    "link.iuml",
    "folder-link/outside.iuml",
    "https://127.0.0.1:1/x.iuml",
    "<../../outside>",
    "x.puml",
    "sub/../x.puml",
    "..",
    ".",
    "sub",
    "inside.iuml\t",
    "$up/outside.iuml",
    "%chr(46)%chr(46)/outside.iuml",
)


@pytest.mark.parametrize("directive", ["include", "include_many", "include_once", "includesub", "includeurl", "import"])
def test_nothing_outside_of_the_folder_is_opened(tmp_path: Path, directive: str) -> None:
    """Whatever a diagram names: files are opened in its folder only, and the answer is a diagram or one error."""
    inside = tmp_path / "inside"
    inside.mkdir()
    secret = "!startsub S\nA -> B : secret\n!endsub\n"
    (tmp_path / "outside.iuml").write_text(secret, "utf-8")
    (inside / "inside.iuml").write_text("A -> B\n", "utf-8")
    (inside / "sub").mkdir()
    (inside / "link.iuml").symlink_to("../outside.iuml")
    (inside / "folder-link").symlink_to("..")
    for name in HOSTILE:
        for line in (f"!{directive} {name}", f"!{directive} {name}!S", f'!$j = %load_json("{name}")'):
            path = tree(inside, f"!$up = '..'\nA -> B\n{line}")
            with opened() as files:
                reading = read_file(path)
            assert reading.errors or "secret" not in str(reading.diagrams)
            assert [file for file in files if inside not in Path(file).resolve().parents] == []
            assert path in map(Path, files)


def test_the_hook_hears_of_opened_files_and_sockets(tmp_path: Path) -> None:
    """The test above can fail."""
    with opened() as files:
        (tmp_path / "x").write_text("", "utf-8")
        socket.socket().close()
    assert files == [str(tmp_path / "x"), "socket.__new__"]


@pytest.mark.parametrize(
    "text",
    [
        "!$a = 'x'\n!while 1\n!$a = $a + $a\n!endwhile",
        "!while 1\nA -> B\n!endwhile",
        "!procedure $p()\n$p()\n$p()\n!endprocedure\n$p()",
        "!function $f($n)\n!return $f($n + $f(1))\n!endfunction\nA -> B : $f(1)",
        "!procedure $p($n)\n!if $n > 0\n$p($n-1)\n$p($n-1)\n!endif\nA -> B\n!endprocedure\n$p(30)",
        "!define F(x) F(x)F(x)\nA -> B : F(F(F(1)))",
        "!define A x x x x x x x x x x\n"
        + "".join(f"!define {b} {a * 10}\n" for a, b in ("AB", "BC", "CD", "DE", "EF")),
        "!$j = [1]\n!while 1\n!$j = %json_merge($j, $j)\n!endwhile",
        f"!$j = {list(range(5000))}\n!while $j == $j\n!$n = %strlen($j)\n!endwhile",
        f"!$a = '{'x' * 100_000}'\nA -> B : {'$a' * 10_000}",
        "!$a = %breakline()\n" + "!$a = $a + $a\n" * 30 + "A -> B : $a",
        "A -> B : " + "%upper(" * 50_000,
        "!$a = " + "(" * 50_000 + "1" + ")" * 50_000 + "(",
        "!$a = " + "[" * 50_000,
        "!$a = [0]\nA -> B : " + "$a[" * 10_000,
        "!define F(x) x\nA -> B : " + "F(1," * 10_000,
        "!$s = '%eval($s)'\nA -> B : %eval($s)",
        "!startsub S\n" * 20_000 + "!endsub",
        "!procedure $p()\nx\n!endprocedure\n!function $f()\n$f()\n!return 1\n!endfunction\n$f()",
    ],
    ids=range(19),
)
def test_bombs(text: str) -> None:
    """What would never end, or fill the memory, is refused soon."""
    start = time.process_time()
    with pytest.raises(DiagramError):
        parse(f"@startuml\n{text}\n@enduml\n")
    assert time.process_time() - start < 10


def test_an_include_bomb(tmp_path: Path) -> None:
    """Files that include each other again and again are refused soon."""
    files = "".join(f"--- {n}.iuml\n" + f"!include_many {n + 1}.iuml\n" * 20 for n in range(6))
    path = tree(tmp_path, f"--- x.puml\n@startuml\n!include 0.iuml\n@enduml\n{files}--- 6.iuml\nA -> B\n")
    with pytest.raises(DiagramError, match="the preprocessor stops here"):
        parse_file(path)


def test_expanding_takes_linear_time() -> None:
    """Ten times the lines take about ten times as long, also with many macros."""

    def seconds(lines: int) -> float:
        text = "".join(f"!define V{number} {number}\nA -> B : V{number}\n" for number in range(lines))
        (block,) = blocks(f"@startuml\n{text}@enduml\n", "x.puml")
        start = time.process_time()
        expand(block, Includes())
        return time.process_time() - start

    seconds(100)
    assert min(seconds(2_000) for _ in range(2)) < 40 * min(seconds(200) for _ in range(3))
