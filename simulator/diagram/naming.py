"""What names stand for while a diagram is expanded: variables, macros, and the functions that ask for them.

Lives here: the memory of one expansion, and looking names up. Must not live here: directives (`preprocess`), functions
that follow from their arguments alone (`builtins`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from simulator.diagram.budget import Budget
from simulator.diagram.builtins import BUILTINS, MOMENTARY
from simulator.diagram.expressions import Arguments, evaluate
from simulator.diagram.includes import Includes
from simulator.diagram.macros import Macro, Macros
from simulator.diagram.source import Line
from simulator.diagram.values import Value, Wrong, of_bool, text
from simulator.diagram.weaving import weave
from simulator.errors import Place


@dataclass(slots=True)
class Memory:
    """What is known by now.

    subs: the lines of each `!startsub`. included, including: the files that were and are being included, with the line
    where the chosen part begins. texts: what was read from files.
    """

    includes: Includes
    budget: Budget = field(default_factory=Budget)
    variables: dict[str, Value] = field(default_factory=dict)
    macros: Macros = field(default_factory=Macros)
    subs: dict[str, list[Line]] = field(default_factory=dict)
    included: set[tuple[Path, int]] = field(default_factory=set)
    including: list[tuple[Path, int]] = field(default_factory=list)
    texts: dict[Path, str] = field(default_factory=dict)
    warnings: list[tuple[Place, str]] = field(default_factory=list)
    exited: bool = False

    def text(self, path: Path) -> str:
        """The text of a file; each is read once. Raises `Wrong`."""
        if path not in self.texts:
            self.texts[path] = self.includes.read(path)
            self.budget.credit(self.texts[path].count("\n") + 1, len(self.texts[path]))
        return self.texts[path]


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
            takes = str(least) if least == most else f"{least} to {most}"
            raise Wrong(f"`{name}` takes {takes} arguments, not {count + len(given.named)}")
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
}
"""By name: how many arguments at least and at most, and what they give."""
