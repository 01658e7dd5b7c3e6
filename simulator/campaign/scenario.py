"""Scenarios: TOML beside a diagram that says what to run.

Lives here: `Scenario`, reading and writing it. Every complaint names file, line and column. Must not live here: which
steps and tables there are (a `system.System` says so with its forms), running (`runner`).

Law: `load(dump(scenario)) == scenario`, places aside.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from simulator.campaign.blob_system import BLOBS
from simulator.campaign.loading import SHIPPED, Systems
from simulator.campaign.locator import Locator
from simulator.campaign.locator import Path as Keys
from simulator.campaign.step import Arguments, Form, Key, Step, Tables, Value
from simulator.campaign.system import System
from simulator.errors import Place, ScenarioError, SimulatorError

_TYPES: Mapping[type, str] = {str: "text", int: "a whole number", bool: "true or false", tuple: "a list of texts"}
_BARE = re.compile("[A-Za-z0-9_-]+")
_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What to run.

    name: the file's stem, the name of the trace. folder: where the files lie that steps name.
    tables: as written (`tables["stores"]["main"]["prefix"]`). setup: steps before recording starts. steps: the rest.
    diagram: which one of the file beside it the run is judged by, and the place where it says so; empty: any of them.
    system: what is run.
    """

    name: str = field(compare=False)
    folder: Path = field(compare=False)
    tables: Tables
    setup: tuple[Step, ...]
    steps: tuple[Step, ...]
    diagram: str = ""
    diagram_place: Place = field(default=Place(""), compare=False)
    system: System = field(default=BLOBS, compare=False)


def is_scenario(path: Path) -> bool:
    """Whether a TOML file has steps: others may lie in the same folder."""
    try:
        return "steps" in tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        # `load` says what is wrong with a file that somebody names; one that nobody names is none of ours.
        return False


def load(path: Path, systems: Systems = SHIPPED) -> Scenario:
    """Read the scenario in a file; systems: those that it may be of.

    Raises `ScenarioError` with place, line and caret: no such file, no TOML, unknown or unsupported steps, keys and
    tables, wrong values, names of entries that the scenario does not have, files outside of its folder.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ScenarioError(
            f"not UTF-8 text: byte {problem.object[problem.start]:#04x} at offset {problem.start}",
            place=Place(str(path)),
            hint="save the scenario as UTF-8",
        ) from None
    except OSError as problem:
        raise ScenarioError(f"cannot read the scenario: {problem.strerror}", place=Place(str(path))) from None
    return parse(text, path, systems)


def parse(text: str, path: Path, systems: Systems = SHIPPED) -> Scenario:
    """Read a scenario's text; `path` is the file it stands in, or would. Raises as `load`."""
    locator = Locator(text, str(path))
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise _syntax_error(str(problem), text, locator) from None
    except (ValueError, RecursionError) as problem:
        # Numbers of thousands of digits and arrays in arrays in arrays: legal, and more than Python takes.
        raise locator.error((), f"no scenario: {problem}") from None
    system = _system(document.get("system", ""), systems, locator)
    return _Reader(locator, path.parent, system).scenario(document, path.stem)


def dump(scenario: Scenario) -> str:
    """Write a scenario as TOML."""
    blocks = [
        _block(
            f"[{_name(table)}]" if table in scenario.system.flat_tables else f"[{_name(table)}.{_name(entry)}]",
            options.items(),
        )
        for table, entries in scenario.tables.items()
        for entry, options in entries.items()
    ]
    said = {"system": scenario.system.name, "diagram": scenario.diagram}
    if head := "".join(f"{key} = {_literal(value)}\n" for key, value in said.items() if value):
        blocks.insert(0, head)
    blocks += [step_block("setup", step) for step in scenario.setup]
    blocks += [step_block("steps", step) for step in scenario.steps]
    return "\n".join(blocks)


def step_block(header: str, step: Step) -> str:
    """Write one step as TOML; header: `setup` or `steps`."""
    section: list[tuple[str, Value]] = [("section", step.section)] if step.section else []
    return _block(f"[[{header}]]", [*section, ("do", step.do), *step.arguments.items()])


def _block(header: str, items: Iterable[tuple[str, Value]]) -> str:
    return "".join(f"{line}\n" for line in (header, *(f"{_name(key)} = {_literal(value)}" for key, value in items)))


def _name(key: str) -> str:
    return key if _BARE.fullmatch(key) else _literal(key)


def _literal(value: Value) -> str:
    # JSON's strings are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _system(name: object, systems: Systems, locator: Locator) -> System:
    if not isinstance(name, str):
        raise locator.error(
            ("system",), f"a system has a name, not {_shown(name)}", expected=("package.module:factory",)
        )
    try:
        return systems.named(name)
    except SimulatorError as problem:
        if not name or problem.place:
            raise
        hint, expected = problem.hint, problem.expected
        raise locator.error(("system",), problem.message, expected=expected, hint=hint) from problem


def _syntax_error(problem: str, text: str, locator: Locator) -> ScenarioError:
    position = _POSITION.search(problem)
    message = problem[: position.start()] if position else problem
    lines = text.split("\n")
    file = locator.place(()).file
    place = Place(file, len(lines), len(lines[-1]) + 1)
    if position and position[1]:
        place = Place(file, int(position[1]), int(position[2]))
    return locator.error(place, f"not TOML: {message[:1].lower()}{message[1:]}", hint="see toml.io for the syntax")


@dataclass(frozen=True, slots=True)
class _Reader:
    """The walk through one document that `tomllib` has read."""

    locator: Locator
    folder: Path
    system: System

    def scenario(self, document: Mapping[str, Any], name: str) -> Scenario:
        known = {*self.system.tables, "diagram", "setup", "steps", "system"}
        for key in document:
            self.known((key,), key, known, "table")
        tables = {
            table: self.entries(table, form, document[table])
            for table, form in self.system.tables.items()
            if table in document
        }
        setup = self.steps("setup", document.get("setup", []), tables)
        steps = self.steps("steps", document.get("steps", []), tables)
        if not steps:
            raise self.locator.error((), "the scenario has no step", expected=("[[steps]]",))
        diagram = document.get("diagram", "")
        if not isinstance(diagram, str) or ("diagram" in document and not diagram.strip()):
            raise self.locator.error(("diagram",), f"a diagram has a name, not {_shown(diagram)}")
        place = self.locator.place(("diagram",))
        return Scenario(name, self.folder, tables, setup, steps, diagram.strip(), place, self.system)

    def entries(self, table: str, form: Form, value: object) -> Mapping[str, Arguments]:
        if table in self.system.flat_tables:
            if not isinstance(value, dict):
                raise self.locator.error((table,), f"{_shown(table)} is a table", expected=(f"[{table}]",))
            return {"": self.arguments((table,), form, value, {})}
        if not isinstance(value, dict) or not all(isinstance(entry, dict) for entry in value.values()):
            raise self.locator.error((table,), f"{_shown(table)} holds named tables", expected=(f"[{table}.NAME]",))
        return {entry: self.arguments((table, entry), form, keys, {}) for entry, keys in value.items()}

    def steps(self, header: str, value: object, tables: Tables) -> tuple[Step, ...]:
        if not isinstance(value, list) or not all(isinstance(step, dict) for step in value):
            raise self.locator.error((header,), f"{_shown(header)} is a list of tables", expected=(f"[[{header}]]",))
        return tuple(self.step((header, index), step, tables) for index, step in enumerate(value))

    def step(self, path: Keys, keys: Mapping[str, Any], tables: Tables) -> Step:
        do = keys.get("do")
        if not isinstance(do, str):
            message = "a step says what to do" if do is None else f'"do" is text, not {_shown(do)}'
            expected = [f'do = "{name}"' for name in self.system.forms]
            raise self.locator.error(path if do is None else (*path, "do"), message, expected=expected)
        self.known((*path, "do"), do, self.system.forms, "step")
        section = keys.get("section", "")
        if not isinstance(section, str) or ("section" in keys and not section.strip()):
            raise self.locator.error((*path, "section"), f"a section has a title, not {_shown(section)}")
        if do == "mark" and not section:
            raise self.locator.error(path, "a mark needs a section", expected=('section = "TITLE"',))
        rest = {key: value for key, value in keys.items() if key not in {"do", "section"}}
        arguments = self.arguments(path, self.system.forms[do], rest, tables)
        return Step(do, arguments, section, self.locator.place(path))

    def arguments(self, path: Keys, form: Form, keys: Mapping[str, Any], tables: Tables) -> Arguments:
        for key, value in keys.items():
            self.known((*path, key), key, form.keys, "key")
            self.value((*path, key), form.keys[key], value, tables)
        for key, rule in form.keys.items():
            if rule.required and key not in keys:
                raise self.locator.error(path, f"{_shown(key)} is missing", expected=(f"{key} = ...",))
        for group, least in ((form.one_of, 1), (form.at_most_one, 0)):
            given = [key for key in keys if key in group]
            if group and len(given) < least:
                raise self.locator.error(path, f"one of {_listed(group)} is missing")
            if len(given) > 1:
                raise self.locator.error((*path, given[1]), f"only one of {_listed(given)} can be given")
        if form.some_of and not any(key in keys for key in form.some_of):
            raise self.locator.error(path, f"one of {_listed(form.some_of)} is missing")
        if form.check:
            try:
                form.check(keys)
            except ValueError as problem:
                message, at = problem.args
                raise self.locator.error((*path, at), message) from None
        return {key: tuple(value) if isinstance(value, list) else value for key, value in keys.items()}

    def value(self, path: Keys, rule: Key, value: object, tables: Tables) -> None:
        key = path[-1]
        if not _is_a(rule.type, value):
            raise self.locator.error(path, f"{_shown(key)} is {_TYPES[rule.type]}, not {_shown(value)}")
        if rule.choices and value not in rule.choices:
            raise self.unknown(path, str(value), [str(choice) for choice in rule.choices], f"value of {_shown(key)}")
        if rule.table and value not in tables.get(rule.table, {}):
            raise self.unknown(path, str(value), list(tables.get(rule.table, {})), f"name in {_shown(rule.table)}")
        if rule.check:
            try:
                rule.check(value)
            except ValueError as problem:
                raise self.locator.error(path, f"{_shown(key)} cannot be {_shown(value)}: {problem}") from None
        if rule.path:
            self.file(path, str(value))

    def file(self, path: Keys, value: str) -> None:
        try:
            target = (self.folder / value).resolve()
            inside = target.is_relative_to(self.folder.resolve())
            there = inside and target.is_file()
        except (OSError, ValueError):
            inside, there = True, False
        if not inside:
            raise self.locator.error(path, f"{_shown(value)} is outside of the scenario's folder")
        if not there:
            raise self.locator.error(path, f"there is no file {_shown(value)} in the scenario's folder")

    def known(self, path: Keys, word: str, known: Iterable[str], what: str) -> None:
        if word not in known:
            raise self.unknown(path, word, sorted(known), what)

    def unknown(self, path: Keys, word: str, known: Sequence[str], what: str) -> ScenarioError:
        close = get_close_matches(word, known, n=1)
        hint = f"did you mean {_shown(close[0])}?" if close else None
        return self.locator.error(path, f"unknown {what}: {_shown(word)}", expected=known, hint=hint)


def _is_a(kind: type, value: object) -> bool:
    if kind is tuple:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    # In Python True is an int; in TOML it is not.
    return isinstance(value, kind) and isinstance(value, bool) is (kind is bool)


def _shown(value: object) -> str:
    """A value as TOML writes it, or nearly."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(_shown(key) for key in keys)
