"""Hostile diagrams: files changed so that whoever reads them carelessly fails, hangs, or opens what it should not.

Lives here: one function per kind of change, from lines to lines. Must not live here: what is done with them
(`survival`). Law: the same seed, number and files give the same bytes.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Lines = list[bytes]

# How deep something is nested, or how often it is repeated: around the limits, and far beyond them.
_DEPTHS = (2, 20, 99, 101, 199, 201, 1_000)
# Numbers that are none, or more than any that is meant.
_NUMBERS = ("0", "-0", "00", "-1", "4294967296", "9" * 20, "9" * 5_000, "٣", "²", "1_0", "0x1", "1.5", "1e999", "NaN")

_DEPTHS_IN_A_LINE = (*_DEPTHS, 20_000)

_LETTERS = tuple(
    letter.encode("utf-8")
    for letter in (
        *("\0", "\r", "\t", "\u00a0", "\u2028", "\x0b", "\x85", "\ufeff", "\u202e", "\U0001f600", "İ", "ß", "﷽", "é"),
        *("İ" * 30, "ΑΣ", "\u017f", "\u212a", "#x ", "#ΑΣ:b", "[#ΑΣ,İ]", "٣", "²", "\U0001d7d9", "e\u0301"),
        *('"', "“", "'", "''", "/'", "'/", "\\", "\\n", "\\\\n", "{", "}", "[", "]", "[[", "]]", "(", ")", "<<", ">>"),
        *("!", "$", "%", "#", "##", "&", "@", "@enduml", "@startuml", "...", "==", "||", ":", ";", "~", "`", "```"),
        *("${A}", "${", "<->", "-[", "end", "note", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")),
    )
)
_INCLUDED = (
    *("../outside.iuml", "../../../../../../../../etc/passwd", "/etc/passwd", "/dev/zero", "/dev/stdin", "/dev/tty"),
    *("/proc/self/environ", "/proc/self/mem", "file:///etc/passwd", "~/.bashrc", "link.iuml", "up/outside.iuml"),
    *(
        "https://127.0.0.1:1/x.iuml",
        "http://localhost/x.iuml!1",
        "//127.0.0.1/x",
        "\\\\127.0.0.1\\x",
        "<../../outside>",
    ),
    *("<C4/C4_Container>", "x.puml", "x.md", "sub/../x.puml", "other.puml", "..", ".", "sub", "pipe.iuml", "huge.iuml"),
    *(
        "loop.iuml",
        "latin.iuml",
        "nul.iuml",
        "many.iuml",
        "$up/outside.iuml",
        "%chr(46)%chr(46)/outside.iuml",
        "a" * 300,
    ),
    *("sub/" * 2_000 + "x", "inside.iuml!S", "inside.iuml!0", "inside.iuml", "inside.iuml\t", "", "\0", "%filename()"),
)
_INCLUDING = ("!include", "!include_many", "!include_once", "!includesub", "!includeurl", "!import", "!theme x from")
_REFERRED = (
    "x",
    "other",
    "huge",
    "secret",
    "pipe",
    "..",
    "../outside",
    "/etc/passwd",
    "https://127.0.0.1:1/x",
    "*",
    "[",
    "A -> B",
    "sub/x",
    "\\n",
)

_BOMBS = (
    "!$a = 'xy'\n!while 1\n!$a = $a + $a\n!endwhile",
    "!while 1\nA -> B\n!endwhile",
    "!while true\n!endwhile",
    "!procedure $p()\n$p()\n$p()\n!endprocedure\n$p()",
    "!procedure $p($n)\n!if $n > 0\n$p($n-1)\n$p($n-1)\n!endif\nA -> B\n!endprocedure\n$p(30)",
    "!function $f($n)\n!return $f($n + 1)\n!endfunction\nA -> B : $f(1)",
    "!function $f($n) return $f($f($n)) + $n\nA -> B : $f(1)",
    "!define F(x) F(x)F(x)\nA -> B : F(F(F(1)))",
    "!define A B B\n!define B A A\nA -> B : A",
    "!define A x x x x x x x x x x\n!define B AAAAAAAAAA\n!define C B B B B B B\n!define D C C C C C C\nA -> B : D D D",
    "!definelong L(x)\nL(x x)\nL(x)\n!enddefinelong\nL(1)",
    "!$l = [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "!foreach $a in $l\n" * 5 + "A -> B : $a\n" + "!endfor\n" * 5,
    "!$j = [1]\n!while 1\n!$j = %json_merge($j, $j)\n!endwhile",
    "!$j = {'a': [{}]}\n!foreach $k in $j\n!$j = %json_add($j, $k + 'x', $j)\n!endfor",
    "!$s = '%eval($s)'\nA -> B : %eval($s)",
    "!$s = 'x'\n!$s = %splitstr(%string($s) + $s, $s)\n!$s = %splitstr_regex($s, '(x+x+)+y')\nA -> B : $s",
    '!$s = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"\n!if %splitstr_regex($s, "(a+)+$")\nA -> B\n!endif',
    "!$n = 1\n!while $n < 100000\n!$n = $n * 2 + $n / 0\n!endwhile",
    "!$n = 9\n!while 1\n!$n = $n * $n\n!endwhile",
    "A -> B : %chr(1114112)%chr(-1)%chr(55296)%chr(0)%dec2hex(99999999999999999999)%hex2dec('zz')",
    "A -> B : %substr('abc', -5, 99999999999)%strpos('', '')%mod(1, 0)%size(1)%get_json_keys(3)",
    "!$x = %load_json('/etc/passwd')\n!$y = %load_json('../outside.iuml')\nA -> B : %getenv('A')%file_exists('/etc')",
    "!function f($a=f()) return f()\nA -> B : f()",
    "!procedure $p()\n!include x.puml\n!endprocedure\n$p()",
    "!startsub S\n!includesub x.puml!S\n!endsub",
    "!$v = %call_user_func('%call_user_func', '%call_user_func')\n%invoke_procedure('%invoke_procedure')\nA -> B",
    "!unquoted procedure p($a, $b=p($a))\np($a, $b)\n!endprocedure\np(p(p(1)))",
    "!assert 1 == 2 : %upper(%upper(%upper(x)))\n!log %string(1)\n!dump_memory\nA -> B",
)
_FUNCTIONS = (
    *("string", "upper", "lower", "strlen", "substr", "strpos", "intval", "chr", "dec2hex", "hex2dec", "splitstr"),
    *(
        "splitstr_regex",
        "json_add",
        "json_merge",
        "json_remove",
        "json_set",
        "get_json_type",
        "json_key_exists",
        "size",
    ),
    *("get_json_keys", "str2json", "load_json", "eval", "call_user_func", "function_exists", "variable_exists", "not"),
    *("get_variable_value", "set_variable_value", "newline", "breakline", "mod", "boolval", "true", "ord", "lighten"),
    *(
        "darken",
        "hsl_color",
        "is_dark",
        "reverse_color",
        "date",
        "now",
        "random",
        "feature",
        "version",
        "retrieve_procedure",
    ),
)
_VALUES = ("1", "-1", "0", "99999999999999999999", "'x'", '"', "$a", "[1, [2]]", '{"a": {"b": 1}}', "", "(", "'(a+)+b'")

_OPENINGS = (
    *("group", "alt x", "loop 3", "par", "par2", "critical", "break", "opt ${A}", "!if 1", "!ifdef A", "!while 0"),
    *("!foreach $x in [1]", "!startsub S", "!procedure $p()", "!function $f()", "box b", "note left", "ref over A"),
    *(
        "skinparam x {",
        "<style>",
        "title",
        "legend",
        "participant A [",
        "/'",
        "{",
        "@startuml",
        "sprite $s {",
        "!define F",
    ),
    *("activate A", "A -> B ++", "create C", "return x", "autoactivate on", "deactivate A", "A -> B --", "& A -> B"),
)
_CLOSINGS = ("end", "!endif", "!endwhile", "!endfor", "end box", "end note", "}", "]", "'/", "@enduml", "else", "also")
_BRACKETS = (
    "(",
    "[",
    "{",
    '"',
    "<<",
    "%upper(",
    "$f(",
    "F(1,",
    "[[",
    "<",
    "[[{",
    "((",
    "-",
    "'",
    "&",
    "\\",
    "#",
    "${",
    "!",
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A hostile file: its name, what it holds, and how it was made."""

    name: str
    content: bytes
    made_by: tuple[str, ...]


def mutant(files: Sequence[bytes], seed: int, number: int) -> Mutant:
    """Make the hostile file of this number."""
    choice = random.Random(f"{seed} {number}")
    lines = choice.choice(files).split(b"\n")
    names = choice.choices(list(_WEIGHTS), list(_WEIGHTS.values()), k=choice.choice((1, 1, 2, 3)))
    for name in names:
        lines = MUTATIONS[name](lines, choice, files) or [b""]
    suffix = "puml" if choice.random() < 0.95 else choice.choice(("md", "adoc"))
    if suffix == "md":
        lines = [b"# Text", b"```plantuml", *lines, b"```", b"text", *lines[:3]]
    elif suffix == "adoc":
        lines = [b"[plantuml]", b"----", *lines, b"----", b"text"]
    return Mutant(f"x.{suffix}", b"\n".join(lines), tuple(dict.fromkeys(names)))


def _flipped(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """Bytes changed, put in, taken away."""
    content = bytearray(b"\n".join(lines))
    for _time in range(choice.choice((1, 1, 3, 20))):
        at = choice.randrange(len(content) + 1)
        change = choice.randrange(4)
        if change == 0:
            content[at : at + 1] = bytes((choice.randrange(256),))
        elif change == 1 and at < len(content):
            content[at] ^= 1 << choice.randrange(7)
        elif change == 2:
            content[at:at] = bytes((choice.randrange(32, 127),))
        else:
            del content[at : at + choice.choice((1, 1, 5))]
    return bytes(content).split(b"\n")


def _lettered(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """Letters that mean something somewhere, put in anywhere."""
    content = b"\n".join(lines).decode("latin-1")
    for _time in range(choice.choice((1, 2, 5))):
        at = choice.randrange(len(content) + 1)
        content = content[:at] + choice.choice(_LETTERS).decode("latin-1") + content[at:]
    return content.encode("latin-1").split(b"\n")


def _counted(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """Numbers in the place of others, and of words."""
    content = b"\n".join(lines)
    places = [found.span() for found in re.finditer(rb"[0-9]+", content)] or [(0, 0)]
    words = [found.span() for found in re.finditer(rb"\w+", content)] or [(0, 0)]
    for _time in range(choice.choice((1, 2, 5))):
        start, end = choice.choice(choice.choice((places, places, words)))
        content = content[:start] + choice.choice(_NUMBERS).encode() + content[end:]
    return content.split(b"\n")


def _cut(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """Lines left out; or all behind a place in one."""
    if choice.random() < 0.3:
        content = b"\n".join(lines)
        return content[: choice.randrange(len(content) + 1)].split(b"\n")
    start = choice.randrange(len(lines))
    return lines[:start] + lines[start + choice.choice((1, 1, 2, 5, 20)) :]


def _doubled(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """Some lines again, and again."""
    start = choice.randrange(len(lines))
    end = start + choice.choice((1, 1, 3, 10))
    return lines[:end] + lines[start:end] * choice.choice((1, 1, 2, 10, 100)) + lines[end:]


def _shuffled(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """Lines in another order, all of them or those between the first and the last."""
    ends = choice.choice((0, 1, 1))
    inner = lines[ends : len(lines) - ends]
    choice.shuffle(inner)
    return lines[:ends] + inner + lines[max(ends, len(lines) - ends) :]


def _spliced(lines: Lines, choice: random.Random, files: Sequence[bytes]) -> Lines:
    """Lines of another file put in; or its end in the place of ours."""
    other = choice.choice(files).split(b"\n")
    at, start = choice.randrange(len(lines) + 1), choice.randrange(len(other))
    if choice.random() < 0.3:
        return lines[:at] + other[start:]
    return lines[:at] + other[start : start + choice.choice((1, 5, 20))] + lines[at:]


def _nested(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """Lines that open something, very often, closed or not; or brackets in a line."""
    at = choice.randrange(len(lines) + 1)
    if choice.random() < 0.5:
        depth = choice.choice(_DEPTHS_IN_A_LINE)
        line = lines[at] if at < len(lines) else b""
        cut = choice.randrange(len(line) + 1)
        many = (choice.choice(_BRACKETS) * depth + choice.choice(("", "1" + ")" * depth, "]" * depth))).encode()
        return [*lines[:at], line[:cut] + many + line[cut:], *lines[at + 1 :]]
    depth = choice.choice(_DEPTHS)
    opening = [each.encode() for each in choice.choices(_OPENINGS, k=choice.choice((1, 1, 2)))]
    closing = [choice.choice(_CLOSINGS).encode()] * choice.choice((0, depth, depth))
    return lines[:at] + opening * depth + lines[at : at + 2] + closing + lines[at + 2 :]


def _long(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """A piece of a line repeated in it, so that whatever scans it more than once takes long."""
    at = choice.randrange(len(lines))
    line = lines[at]
    start = choice.randrange(len(line) + 1)
    end = start + choice.choice((1, 1, 2, 5, 30))
    many = line[start:end] * choice.choice((50, 500, 5_000, 20_000))
    return [*lines[:at], line[:end] + many[:100_000] + line[end:], *lines[at + 1 :]]


def _put_in(lines: Lines, text: str, choice: random.Random) -> Lines:
    """Lines put in somewhere, most often behind the first."""
    at = choice.choice((1, 1, choice.randrange(len(lines) + 1)))
    return lines[:at] + text.encode("utf-8").split(b"\n") + lines[at:]


def _bombed(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """Macros, functions and loops that never end, or write without end."""
    return _put_in(lines, choice.choice(_BOMBS), choice)


def _called(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """Functions of the preprocessor with any arguments, in any place."""
    values = [choice.choice(_VALUES) for _time in range(choice.randrange(5))]
    call = f"%{choice.choice(_FUNCTIONS)}({', '.join(values)})"
    where = choice.choice(("A -> B : {}", "!$a = {}", "!if {}", "!foreach $x in {}", "!while {}", "{}", "!return {}"))
    return _put_in(
        lines, where.format(call) if choice.random() < 0.7 else where.format(f"%upper({call} + {call})"), choice
    )


def _including(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """Includes of what stands elsewhere, of itself, of what is no file, of what is too long."""
    name = choice.choice(_INCLUDED)
    part = choice.choice(("", "", "!S", "!1"))
    asking = choice.choice((f"{choice.choice(_INCLUDING)} {name}{part}", f'!$j = %load_json("{name}")'))
    return _put_in(lines, f"!$up = '..'\n{asking}", choice)


def _referring(lines: Lines, choice: random.Random, _: Sequence[bytes]) -> Lines:
    """References to itself, to what refers back, to what stands elsewhere."""
    names = choice.choices(_REFERRED, k=choice.choice((1, 2, 10)))
    return _put_in(lines, "\n".join(f"ref over A : {name}" for name in names), choice)


MUTATIONS: Mapping[str, Callable[[Lines, random.Random, Sequence[bytes]], Lines]] = {
    "flipped": _flipped,
    "lettered": _lettered,
    "counted": _counted,
    "cut": _cut,
    "doubled": _doubled,
    "shuffled": _shuffled,
    "spliced": _spliced,
    "nested": _nested,
    "long": _long,
    "bombed": _bombed,
    "called": _called,
    "including": _including,
    "referring": _referring,
}

# The other way round than the time that they take.
_WEIGHTS = dict.fromkeys(MUTATIONS, 10) | {"nested": 4, "long": 4, "bombed": 2}
