"""The preprocessor: lines with `!directives`, variables, macros and includes to lines of a diagram.

Lives here: what each directive does. Must not live here: what names stand for (`naming`), expressions
(`expressions`), which lines count (`control`), how a line is put together (`weaving`), files (`includes`).

Laws: `expand` gives lines or a DiagramError, within the limits of `budget`; a block that uses nothing of all this is
given back as it is, at next to no cost. Every line keeps the place where it was written: one of an included file has
its place there, one that a macro wrote has that of the call, for there may be many, and the line of the macro as its
`origin`. What is wrong with a directive of a macro is told at that directive.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from simulator.diagram.builtins import MOMENTARY
from simulator.diagram.control import Control
from simulator.diagram.expressions import evaluate, skip
from simulator.diagram.includes import Includes
from simulator.diagram.macros import read_head, returning
from simulator.diagram.naming import START_OR_END, Memory, Naming
from simulator.diagram.source import BLANKS, Block, Line, Span, empty, joined, shown
from simulator.diagram.values import Json, Value, Wrong, end_of_json, is_true, of_data, text
from simulator.diagram.weaving import weave
from simulator.errors import DiagramError

_DIRECTIVE = re.compile(r"[ \t\u00a0]*+!([a-zA-Z_]++)(?![\w$])")
_ASSIGNMENT = re.compile(
    r"[ \t\u00a0]*+![ \t\u00a0]*+(?:(local|global)[ \t\u00a0]++)?(\$?[^\W\d]\w*+)[ \t\u00a0]*+(\?)?=(?!=)"
)
_VARIABLE = re.compile(r"[ \t\u00a0]*+!define[ \t\u00a0]++([^\W\d]\w*+)(?!\()(.*)")
_END_OF_MACRO = re.compile(r"[ \t\u00a0]*+!end[ \t\u00a0]*+(?:function|procedure|definelong)\b")
# As in PlantUML, which knows the others in small letters only.
_IN_ANY_CASE = frozenset({"else", "endif", "endwhile", "endfor", "endsub"})
_CALL = re.compile(r"%\w+\(")
_FOREACH = re.compile(r"[ \t\u00a0]*+\(?[ \t\u00a0]*+(\$?[^\W\d]\w*+)[ \t\u00a0]++in\b")
_DEFINED = re.compile(r"(![ \t\u00a0]*+)?([$%]?[^\W\d]\w*+)")
_FROM_AFAR = re.compile(r"<|\w++://")
_PART = re.compile(r"(.+)!([\w.-]++)")


def expand(block: Block, includes: Includes) -> Block:
    """The block with its directives carried out. Raises DiagramError, also where nothing is left of it."""
    if not any(("!" in line.text or "%" in line.text) and _uses_preprocessor(line.text) for line in block.lines):
        return block
    memory = Memory(includes)
    memory.budget.credit(len(block.lines), sum(len(line.text) for line in block.lines))
    file = Path(block.place.file)
    memory.including.append((file.resolve(), block.place.line))
    run = _Run(memory, block.lines, includes.folder, [], file=file)
    run.go()
    if not any(line.text.strip(BLANKS) for line in run.out):
        raise empty(block.place)
    return replace(block, lines=tuple(run.out), warnings=tuple(memory.warnings))


def _uses_preprocessor(line: str) -> bool:
    return ("!" in line and line.lstrip(BLANKS)[:1] == "!") or ("%" in line and _CALL.search(line) is not None)


def _placed(wrong: Wrong, line: Line) -> DiagramError:
    column = skip(line.text, 0) if wrong.column is None else wrong.column
    return DiagramError(wrong.message, place=line.place(column), source=line.source(column), hint=wrong.hint)


@dataclass(slots=True)
class _Run:
    """The lines of one file or macro being run.

    folder: where the files are looked for that it names. out: where its lines go. kind: that of the macro. counts:
    whether its lines may be run again and again.
    """

    memory: Memory
    lines: Sequence[Line]
    folder: Path | None
    out: list[Line]
    file: Path = Path()
    local: dict[str, Value] | None = None
    kind: str = ""
    index: int = 0
    result: Value | None = None
    control: Control = field(default_factory=Control)
    in_sub: bool = False
    counts: bool = False

    @property
    def names(self) -> Naming:
        return Naming(self.memory, self.local, self.out, self._macro)

    def go(self) -> None:
        """Run the lines up to a `!return` or `!exit`. Raises DiagramError."""
        while self.index < len(self.lines) and self.result is None and not self.memory.exited:
            line = self.lines[self.index]
            self.index += 1
            try:
                self._line(line)
            except Wrong as wrong:
                raise _placed(wrong, line) from None

    def _line(self, line: Line) -> None:
        if self.counts or self.kind or self.control.loops:
            self.memory.budget.step(len(line.text))
        found = _DIRECTIVE.match(line.text)
        name = found[1] if found else ""
        name = name.lower() if name.lower() in _IN_ANY_CASE else name
        if found and name in _CONTROL:
            _CONTROL[name](self, line, found.end())
        elif not self.control.active:
            pass
        elif found and name in _DIRECTIVES:
            _DIRECTIVES[name](self, line, found.end())
        elif assignment := _ASSIGNMENT.match(line.text):
            self._assign(line, assignment)
        else:
            self._plain(line)

    def _plain(self, line: Line) -> None:
        names = self.names
        if "%" in line.text:
            for momentary in sorted(MOMENTARY):
                if f"{momentary}(" in line.text:
                    self._warn(line, f"`{momentary}` says something else at another time or place: it stays as it is")
        lines = weave(line, names, placed=self.local is None)
        if self.kind == "function":
            # What it says beside its value is not written, but what the procedures write that it calls is.
            spans = (Span(0, line.number, line.column, line.written, fixed=True),)
            lines = [each._replace(spans=spans) for each in lines if each.origin]
        for each in lines:
            self.memory.budget.write(len(each.text))
        self.out.extend(lines)

    def _warn(self, line: Line, message: str) -> None:
        self.memory.warnings.append((line.place(skip(line.text, 0)), message))

    # --- variables ------------------------------------------------------------------------------------------------

    def _assign(self, line: Line, found: re.Match[str]) -> None:
        where, name, only_new = found.groups()
        if only_new and self.names.variable(name) is not None:
            return
        line = self._whole(line, skip(line.text, found.end()))
        try:
            value, _ = evaluate(line.text, found.end(), self.names)
        except Wrong as wrong:
            raise _placed(wrong, line) from None
        if where == "local" and self.local is None:
            raise Wrong("`!local` stands outside of a function or procedure")
        self._variables(name, where)[name] = value

    def _variables(self, name: str, where: str | None) -> dict[str, Value]:
        """Where a variable belongs: to the macro, unless it is one of the diagram by now."""
        shared = self.memory.variables
        if self.local is None or where == "global" or (not where and name in shared and name not in self.local):
            return shared
        return self.local

    def _whole(self, line: Line, start: int) -> Line:
        """The line, with the lines behind it that complete the JSON value which begins at a letter."""
        if line.text[start : start + 1] not in {"{", "["}:
            return line
        count, whole = 1, line
        while end_of_json(whole.text, start) is None and self.index - 1 + count < len(self.lines):
            count *= 2
            whole = joined([line, *self.lines[self.index : self.index - 1 + count]], by="\n")
        end = end_of_json(whole.text, start)
        if end is None:
            raise Wrong("this JSON value is never closed", start)
        used = whole.text.count("\n", 0, end)
        self.index += used
        return joined([line, *self.lines[self.index - used : self.index]], by="\n") if used else line

    def undefine(self, line: Line, end: int) -> None:
        name = line.text[end:].strip(BLANKS)
        self.memory.variables.pop(name, None)
        self.memory.macros.found.pop(name, None)

    # --- what is run ----------------------------------------------------------------------------------------------

    def begin_if(self, line: Line, end: int) -> None:
        self.control.begin_if(condition=self.control.active and self._holds(line, end))

    def ifdef(self, line: Line, end: int) -> None:
        self.control.begin_if(condition=self.control.active and self._defined(line, end))

    def ifndef(self, line: Line, end: int) -> None:
        self.control.begin_if(condition=self.control.active and not self._defined(line, end))

    def elseif(self, line: Line, end: int) -> None:
        self.control.otherwise(condition=self.control.wants_condition() and self._holds(line, end))

    def otherwise(self, _: Line, __: int) -> None:
        self.control.otherwise(condition=True)

    def endif(self, _: Line, __: int) -> None:
        self.control.end_if()

    def begin_while(self, line: Line, end: int) -> None:
        self.control.begin_while(self.index - 1, condition=self.control.active and self._holds(line, end))

    def endwhile(self, _: Line, __: int) -> None:
        start = self.control.end_while()
        self.index = self.index if start is None else start

    def foreach(self, line: Line, end: int) -> None:
        name, items = self._items(line, end) if self.control.active else ("", iter(()))
        self._next(name, self.control.begin_for(self.index - 1, items))

    def endfor(self, _: Line, __: int) -> None:
        if again := self.control.end_for():
            start, item = again
            self.index = start + 1
            found = _FOREACH.match(self.lines[start].text, _end_of_directive(self.lines[start]))
            self._next(found[1] if found else "", item)

    def _next(self, name: str, item: Value | None) -> None:
        if item is not None:
            (self.memory.variables if self.local is None else self.local)[name] = item

    def _items(self, line: Line, end: int) -> tuple[str, Iterator[Value]]:
        found = _FOREACH.match(line.text, end)
        if not found:
            raise Wrong("`!foreach` needs a variable and a list", hint="`!foreach $x in [1, 2]`")
        value, _ = evaluate(line.text, found.end(), self.names, ")")
        if isinstance(value, Json) and isinstance(value.data, list | dict):
            return found[1], map(of_data, value.data)
        wrong = f"`!foreach` goes through a list or the keys of an object, and `{shown(text(value))}` is none"
        raise Wrong(wrong, skip(line.text, found.end()))

    def _holds(self, line: Line, end: int) -> bool:
        return is_true(evaluate(line.text, end, self.names)[0])

    def _defined(self, line: Line, end: int) -> bool:
        """The value of names joined by `&&`, `||`, `!` and parentheses: each is whether it is defined."""

        def digit(found: re.Match[str]) -> str:
            return "1" if self.names.defined(found[2]) != bool(found[1]) else "0"

        try:
            return is_true(evaluate(_DEFINED.sub(digit, line.text[end:]), 0, self.names)[0])
        except Wrong as wrong:
            raise Wrong(wrong.message, end, wrong.hint) from None

    def stop(self, _: Line, __: int) -> None:
        self.memory.exited = True

    def check(self, line: Line, end: int) -> None:
        value, end = evaluate(line.text, end, self.names, ":")
        if not is_true(value):
            told = f": {text(evaluate(line.text, end + 1, self.names)[0])}" if end < len(line.text) else ""
            raise Wrong(f"this assertion does not hold{told}")

    # --- macros ---------------------------------------------------------------------------------------------------

    def define(self, line: Line, _: int) -> None:
        if variable := _VARIABLE.match(line.text):
            self.memory.variables[variable[1]] = self.names.expand(variable[2]).strip(BLANKS)
            return
        head = read_head(line, self.names)
        if head.kind == "define":
            rest = line.text[head.end :].strip(BLANKS)
            self.memory.macros.add(head.macro((line._replace(text=rest),)))
        elif head.one_line:
            self.memory.macros.add(head.macro((returning(head),)))
        else:
            self.memory.macros.add(head.macro(tuple(self._body(line))))

    def _body(self, head: Line) -> Iterator[Line]:
        while self.index < len(self.lines):
            line = self.lines[self.index]
            self.index += 1
            if _END_OF_MACRO.match(line.text):
                return
            yield line
        raise Wrong(f"`{head.text.strip(BLANKS)[:40]}` is never closed", hint="Add a line `!endfunction` or the like.")

    def give(self, line: Line, end: int) -> None:
        if self.kind != "function":
            raise Wrong("`!return` stands outside of a function")
        self.result, _ = evaluate(line.text, end, self.names)

    def _macro(self, lines: Sequence[Line], local: dict[str, Value], kind: str) -> tuple[Value | None, list[Line]]:
        """Run a macro: what it returns, and the lines that it writes. Raises DiagramError."""
        out: list[Line] = self.out if kind == "function" else []
        run = _Run(self.memory, lines, self.folder, out, self.file, local, kind)
        try:
            run.go()
        except DiagramError as error:
            if not self.kind:
                raise _told(error, "Called", self.lines[self.index - 1]) from None
            raise
        return run.result, out

    # --- files ----------------------------------------------------------------------------------------------------

    def include(self, line: Line, end: int) -> None:
        self._include_as("include", line, end)

    def include_once(self, line: Line, end: int) -> None:
        self._include_as("include_once", line, end)

    def include_many(self, line: Line, end: int) -> None:
        self._include_as("include_many", line, end)

    def _include_as(self, directive: str, line: Line, end: int) -> None:
        meant = self.names.expand(line.text[end:]).strip(BLANKS)
        if _FROM_AFAR.match(meant):
            what = "the standard library of PlantUML is not read" if meant[0] == "<" else "nothing is read from the net"
            self._warn(line, f"`{shown(meant)}` is left out: {what}")
            return
        part = _PART.fullmatch(meant)
        name, chosen = part.groups() if part else (meant, "")
        path = self._found(name)
        key, lines = self.memory.part(path, chosen)
        if key in self.memory.including:
            raise Wrong(f"`{meant}` includes itself")
        if key in self.memory.included and directive != "include_many":
            if directive == "include_once":
                raise Wrong(f"`{meant}` has been included before", hint="`!include` would do nothing here.")
            return
        self.memory.included.add(key)
        self.memory.including.append(key)
        self._file(lines, path, line)
        self.memory.including.pop()

    def _file(self, lines: Sequence[Line], path: Path, line: Line) -> None:
        run = _Run(self.memory, lines, path.parent, self.out, path, self.local, self.kind, counts=True)
        try:
            with self.memory.budget.deeper():
                run.go()
        except DiagramError as error:
            raise _told(error, "Included", line) from None

    def _found(self, name: str) -> Path:
        if not name:
            raise Wrong("the file to include is missing")
        return self.memory.find(name, self.folder)

    def includesub(self, line: Line, end: int) -> None:
        meant = self.names.expand(line.text[end:]).strip(BLANKS)
        if "!" not in meant:
            if meant not in self.memory.subs:
                raise Wrong(f"there is no `!startsub {meant}` before this line")
            self._file(self.memory.subs[meant], self.file, line)
            return
        name, _, sub = meant.rpartition("!")
        path = self._found(name.strip(BLANKS))
        self._file(self.memory.sub(path, sub.strip(BLANKS)), path, line)

    def startsub(self, line: Line, _: int) -> None:
        found = START_OR_END.match(line.text)
        if not found or self.in_sub:
            raise Wrong("`!startsub` needs a name" if not found else "a `!startsub` stands inside of another one")
        sub = self.memory.subs.setdefault(found[2], [])
        for number in range(self.index, len(self.lines)):
            each = self.lines[number]
            other = START_OR_END.match(each.text)
            if other and other[3]:
                self.in_sub = True
                return
            if other:
                break
            sub.append(each)
        raise Wrong("this `!startsub` is never closed", hint="Add a line `!endsub`.")

    def endsub(self, _: Line, __: int) -> None:
        if not self.in_sub:
            raise Wrong("this `!endsub` belongs to no `!startsub`")
        self.in_sub = False

    def refuse_import(self, _: Line, __: int) -> None:
        raise Wrong("archives are not imported", hint="Unpack it, and `!include` what you need.")

    def nothing(self, _: Line, __: int) -> None:
        """Change nothing: what only helps to write a diagram."""


def _end_of_directive(line: Line) -> int:
    found = _DIRECTIVE.match(line.text)
    return found.end() if found else 0


def _told(error: DiagramError, how: str, line: Line) -> DiagramError:
    """The error of something that was called or included, with the line that did that."""
    told = f"{how} in line {line.number} of {line.file}."
    hint = f"{error.hint} {told}" if error.hint else told
    return DiagramError(error.message, place=error.place, source=error.source, expected=error.expected, hint=hint)


_Handler = Callable[[_Run, Line, int], None]

# What is looked at in lines that do not count, too.
_CONTROL: Mapping[str, _Handler] = {
    "if": _Run.begin_if,
    "ifdef": _Run.ifdef,
    "ifndef": _Run.ifndef,
    "elseif": _Run.elseif,
    "else": _Run.otherwise,
    "endif": _Run.endif,
    "while": _Run.begin_while,
    "endwhile": _Run.endwhile,
    "foreach": _Run.foreach,
    "endfor": _Run.endfor,
}
_DIRECTIVES: Mapping[str, _Handler] = {
    "define": _Run.define,
    "definelong": _Run.define,
    "function": _Run.define,
    "procedure": _Run.define,
    "unquoted": _Run.define,
    "final": _Run.define,
    "undef": _Run.undefine,
    "return": _Run.give,
    "include": _Run.include,
    "includeurl": _Run.include,
    "include_once": _Run.include_once,
    "include_many": _Run.include_many,
    "includesub": _Run.includesub,
    "startsub": _Run.startsub,
    "endsub": _Run.endsub,
    "import": _Run.refuse_import,
    "assert": _Run.check,
    "exit": _Run.stop,
    **dict.fromkeys(("log", "dump_memory", "option", "includedef"), _Run.nothing),
    **dict.fromkeys(("end", "endfunction", "endprocedure", "enddefinelong"), _Run.nothing),
}
