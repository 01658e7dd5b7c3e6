"""What names stand for while a diagram is expanded: variables, macros, and the functions that ask for them.

Lives here: the memory of one expansion, and looking names up. Must not live here: directives (`preprocess`), functions
that follow from their arguments alone (`builtins`).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulator.diagram.budget import Budget
from simulator.diagram.builtins import BUILTINS, MOMENTARY
from simulator.diagram.expressions import Arguments, evaluate
from simulator.diagram.includes import Includes
from simulator.diagram.macros import Macro, Macros, counted
from simulator.diagram.source import Line, included, lines_of, shown
from simulator.diagram.values import Value, Wrong, of_bool, read_json, text
from simulator.diagram.weaving import weave
from simulator.errors import Place

# A file, and the line where the part of it begins that is meant.
Part = tuple[Path, int]

START_OR_END = re.compile(r"[ \t\u00a0]*+!(?:(startsub)[ \t\u00a0]++(\S++)|(endsub)\b)")
"""The first line of a part that `!includesub` can name, with its name, and the last one."""


@dataclass(slots=True)
class Memory:
    """What is known by now.

    subs: the lines of each `!startsub`. included, including: the files that were and are being included, with the line
    where the chosen part begins; the first of the latter is the diagram. found, texts, parts: what was found, and read
    from files, once.
    """

    includes: Includes
    budget: Budget = field(default_factory=Budget)
    variables: dict[str, Value] = field(default_factory=dict)
    macros: Macros = field(default_factory=Macros)
    subs: dict[str, list[Line]] = field(default_factory=dict)
    included: set[Part] = field(default_factory=set)
    including: list[Part] = field(default_factory=list)
    found: dict[tuple[str, Path | None], Path] = field(default_factory=dict)
    texts: dict[Path, str] = field(default_factory=dict)
    parts: dict[tuple[Path, str], tuple[Part, Sequence[Line]]] = field(default_factory=dict)
    warnings: list[tuple[Place, str]] = field(default_factory=list)
    exited: bool = False

    def text(self, path: Path) -> str:
        """The text of a file; each is read once. Raises `Wrong`."""
        if path not in self.texts:
            self.texts[path] = self.includes.read(path)
            self.budget.credit(self.texts[path].count("\n") + 1, len(self.texts[path]))
        return self.texts[path]

    def find(self, name: str, folder: Path | None) -> Path:
        """The file that is meant by a name in a file of this folder. Raises `Wrong`."""
        if (name, folder) not in self.found:
            self.found[name, folder] = self.includes.find(name, folder)
        return self.found[name, folder]

    def part(self, path: Path, chosen: str) -> tuple[Part, Sequence[Line]]:
        """The lines of a file, or of one of its diagrams, and what identifies them. Raises `Wrong` and DiagramError."""
        if (path, chosen) not in self.parts:
            try:
                start, lines = included(self.text(path), str(path), chosen)
            except LookupError:
                raise Wrong(f"there is no diagram `{shown(chosen)}` in {path}") from None
            self.parts[path, chosen] = (path.resolve(), start), lines
        return self.parts[path, chosen]

    def sub(self, path: Path, name: str) -> Sequence[Line]:
        """The lines between each `!startsub` of this name in a file and its `!endsub`. Raises `Wrong`."""
        key = (path, f"!{name}")
        if key not in self.parts:
            lines = tuple(_sub(lines_of(self.text(path), str(path)), name))
            self.parts[key] = (path, 0), lines
        if not self.parts[key][1]:
            raise Wrong(f"there is no `!startsub {shown(name)}` in {path}")
        return self.parts[key][1]


@dataclass(frozen=True, slots=True)
class Naming:
    """What names stand for at one line: a `Scope` for its expressions, `Names` for its text.

    local: the variables of the macro, None outside of one. out: where lines go. run: runs the lines of a macro with
    its variables.
    """

    memory: Memory
    local: dict[str, Value] | None
    out: list[Line]
    run: Callable[[Sequence[Line], dict[str, Value], str], tuple[Value | None, list[Line]]]

    @property
    def budget(self) -> Budget:
        """What all of this may cost."""
        return self.memory.budget

    def known(self, words: set[str]) -> set[str]:
        """Those that stand for something."""
        names = (self.memory.variables, self.memory.macros.found, self.local or {}, BUILTINS, ASKING)
        return set().union(*(words.intersection(each) for each in names if not words.isdisjoint(each)))

    def variable(self, name: str) -> Value | None:
        """The value of a variable of the macro, or of the diagram."""
        if self.local is not None and name in self.local:
            return self.local[name]
        return self.memory.variables.get(name)

    def knows(self, name: str) -> bool:
        """Whether a name in the text stands for a function that is called."""
        return name in self.memory.macros.found or name in BUILTINS or name in ASKING

    def defined(self, name: str) -> bool:
        """Whether a name stands for anything."""
        return self.variable(name) is not None or self.knows(name)

    def takes_text(self, name: str) -> bool | None:
        """Whether a function takes its arguments as they are written; None where there is no such function."""
        if found := self.memory.macros.found.get(name):
            return found[-1].as_text
        return False if self.knows(name) or name in MOMENTARY else None

    def call(self, name: str, given: Arguments) -> Value:
        """What a function gives. Raises `Wrong`, also for a procedure."""
        value = self.write(name, given)
        if isinstance(value, list):
            raise Wrong(f"`{name}` writes lines, and has no value", hint="Call it in a line of its own.")
        return value

    def expand(self, written: str) -> str:
        """A text with its variables and calls replaced. Raises `Wrong`."""
        try:
            with self.budget.deeper():
                return "\n".join(line.text for line in weave(Line(written, "", 1, 1, written), self, placed=False))
        except Wrong as wrong:
            raise Wrong(wrong.message, None, wrong.hint) from None

    def write(self, name: str, given: Arguments) -> Value | list[Line]:
        """What a call gives: a value, or the lines of a procedure. Raises `Wrong`."""
        if name in self.memory.macros.found:
            return self.run_macro(self.memory.macros.meant(name, given), given)
        if name in MOMENTARY:
            raise Wrong(f"`{name}` says something else at another time or place", hint="Write a value instead.")
        if not self.knows(name):
            raise Wrong(f"there is no function `{name[:40]}`")
        least, most, function = ASKING[name] if name in ASKING else (*BUILTINS[name][:2], None)
        count = len(given.positional)
        if given.named or not least <= count <= most:
            takes = counted(most) if least == most else f"{least} to {counted(most)}"
            raise Wrong(f"`{name}` takes {takes}, not {count + len(given.named)}")
        self.budget.step(0)
        if function:
            return function(self, *given.positional)
        self.budget.spend(*given.positional)
        value = BUILTINS[name][2](*given.positional)
        self.budget.spend(value)
        return value

    def run_macro(self, macro: Macro, given: Arguments) -> Value | list[Line]:
        """What a macro gives. Raises `Wrong`, and DiagramError for what is wrong in its lines."""
        self.budget.step(0)
        local = macro.bind(given)
        if macro.kind == "define":
            return Naming(self.memory, local, self.out, self.run).expand(macro.body[0].text)
        # A function evaluates what it returns: that is its other level.
        with self.budget.deeper(levels=1 if macro.kind == "function" else 2):
            result, lines = self.run(macro.body, local, macro.kind)
        return lines if macro.kind != "function" else "" if result is None else result

    def meant(self, name: Value, rest: Sequence[Value]) -> tuple[Macro, Arguments]:
        """The macro that a call by name means, with its arguments. Raises `Wrong`."""
        given = Arguments(tuple(rest))
        return self.memory.macros.meant(text(name), given), given


def _sub(lines: Sequence[Line], name: str) -> Iterator[Line]:
    """The lines between each `!startsub` of this name and its `!endsub`."""
    inside = False
    for line in lines:
        if found := START_OR_END.match(line.text):
            inside = found[2] == name
        elif inside:
            yield line


def _variable_exists(names: Naming, name: Value) -> Value:
    return of_bool(names.variable(text(name)) is not None)


def _function_exists(names: Naming, name: Value) -> Value:
    return of_bool(names.knows(text(name)))


def _get_variable(names: Naming, name: Value) -> Value:
    value = names.variable(text(name))
    return "" if value is None else value


def _set_variable(names: Naming, name: Value, value: Value) -> Value:
    (names.memory.variables if names.local is None else names.local)[text(name)] = value
    return ""


def _call_function(names: Naming, name: Value, *rest: Value) -> Value:
    return names.call(text(name), Arguments(rest))


def _invoke(names: Naming, name: Value, *rest: Value) -> Value | list[Line]:
    return names.run_macro(*names.meant(name, rest))


def _retrieve(names: Naming, name: Value, *rest: Value) -> Value:
    lines = _invoke(names, name, *rest)
    return r"\n".join(line.text for line in lines) if isinstance(lines, list) else lines


def _evaluate(names: Naming, written: Value) -> Value:
    try:
        with names.budget.deeper():
            return evaluate(text(written), 0, names)[0]
    except Wrong as wrong:
        raise Wrong(wrong.message, None, wrong.hint) from None


def _filename(names: Naming) -> Value:
    return names.memory.including[0][0].name


def _filename_no_extension(names: Naming) -> Value:
    return names.memory.including[0][0].stem


def _file_exists(names: Naming, name: Value) -> Value:
    """Whether a file can be included; what may not be looked at is not there."""
    try:
        names.memory.find(text(name), names.memory.includes.folder)
    except Wrong:
        return 0
    return 1


def _load_json(names: Naming, name: Value, default: Value | None = None) -> Value:
    if default is not None and not _file_exists(names, name):
        return read_json(text(default).strip())[0]
    found = names.memory.find(text(name), names.memory.includes.folder)
    value, _ = read_json(names.memory.text(found).strip())
    return value


_Asking = Callable[..., Value | list[Line]]

_MANY = 20

ASKING: Mapping[str, tuple[int, int, _Asking]] = {
    "%variable_exists": (1, 1, _variable_exists),
    "%function_exists": (1, 1, _function_exists),
    "%get_variable_value": (1, 1, _get_variable),
    "%set_variable_value": (2, 2, _set_variable),
    "%call_user_func": (1, _MANY, _call_function),
    "%invoke_procedure": (1, _MANY, _invoke),
    "%retrieve_procedure": (1, _MANY, _retrieve),
    "%eval": (1, 1, _evaluate),
    "%filename": (0, 0, _filename),
    "%filename_no_extension": (0, 0, _filename_no_extension),
    "%file_exists": (1, 1, _file_exists),
    "%load_json": (1, 2, _load_json),
}
"""By name: how many arguments at least and at most, and what they give."""
