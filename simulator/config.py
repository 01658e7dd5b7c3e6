"""Settings: a flag, else the environment (`SIMULATOR_*`), else `[tool.simulator]` in `pyproject.toml`, else a default.

Lives here: what can be set, and where each value comes from. Must not live here: what a setting does.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from simulator.errors import ConfigurationError, Place, SimulatorError

Marks = Literal["strict", "auto", "ignore"]
Order = Literal["strict", "lifeline"]
NoteShape = Literal["note", "hnote", "rnote"]
Source = Literal["default", "file", "environment", "flag"]
Text = Annotated[str, msgspec.Meta(min_length=1)]
# Raises `SimulatorError` for a value of the right type that means nothing.
Check = Callable[["Configuration"], object]


class Configuration(msgspec.Struct, frozen=True, rename="kebab"):
    """Every setting with its default.

    traces: the folder of the diagrams, as seen from the folder the search started in.
    s3: `moto`, `memory`, or the URL of an S3 endpoint.
    sections, frames: how marks are compared (semantics.md 1); None leaves it to the command.
    order: how the events of runs are in order (semantics.md 2): all of them, or those that share a lifeline.
    data_notes: the shapes of notes that carry data.
    include_roots: folders that the includes of diagrams may come from, beside that of each diagram.
    fail_under: the least percentage of the parts of the diagrams that `check` and `explore` must exercise.
    max_depth: how deep the fragments of a diagram may be nested.
    normalise, lifelines, ignore: how what was recorded is seen (`interaction.view`): pairs of a pattern and the kind of
    volatile value it finds; names in diagrams by recorded name; lifelines, messages and operations that are left out.
    types: of holes, by name: the regular expression that their values fit.
    system: what scenarios run that name no system, `package.module:factory`; empty for the blob manager.
    """

    traces: str = "traces"
    s3: Annotated[str, msgspec.Meta(pattern="^(moto|memory|https?://.+)$")] = "moto"
    sections: Marks | None = None
    frames: Marks | None = None
    order: Order = "strict"
    data_notes: tuple[NoteShape, ...] = ("hnote", "rnote")
    include_roots: tuple[Text, ...] = ()
    max_depth: Annotated[int, msgspec.Meta(ge=1)] = 200
    fail_under: Annotated[float, msgspec.Meta(ge=0, le=100)] = 0
    normalise: tuple[tuple[str, str], ...] = ()
    lifelines: Mapping[Text, Text] = {}
    ignore: tuple[str, ...] = ()
    types: Mapping[Text, Text] = {}
    system: Annotated[str, msgspec.Meta(pattern=r"^([\w.]+:\w+)?$")] = ""


_SETTINGS = {field.encode_name: field for field in msgspec.structs.fields(Configuration)}
_EXPECTED = {
    "traces": ("a path",),
    "s3": ("moto", "memory", "a URL"),
    "sections": ("strict", "auto", "ignore"),
    "frames": ("strict", "auto", "ignore"),
    "order": ("strict", "lifeline"),
    "data-notes": ("a list of note, hnote, rnote",),
    "include-roots": ("a list of folders",),
    "max-depth": ("a number, 1 or more",),
    "fail-under": ("a number from 0 to 100",),
    "normalise": ('pairs of a pattern and a kind, as [["req-[0-9a-f]+", "REQ"]]',),
    "lifelines": ('a table of names, as {recorded = "drawn"}',),
    "ignore": ("a list of lifelines and labels",),
    "system": ("package.module:factory",),
    "types": ('a table of patterns, as {etag = "[0-9a-f]{32}"}',),
}
# How a variable of the environment holds what is more than one text.
_LISTS = ("data-notes", "include-roots", "ignore")
_TABLES = ("normalise", "lifelines", "types")
_NUMBERS = ("max-depth", "fail-under")
_PREFIX = "SIMULATOR_"
_TABLE = "tool.simulator"


@dataclass(frozen=True, slots=True)
class Effective:
    """One setting as it holds; source: who says so, place: the flag, the variable, or `file:line:column`."""

    name: str
    value: object
    source: Source
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Setting:
    """One value that somebody gave: its name, and where to point when it is wrong."""

    name: str
    value: object
    kind: Source
    title: str
    place: Place | None = None
    source: str | None = None


def load(
    start: Path,
    flags: Mapping[str, object],
    *,
    environment: Mapping[str, str] | None = None,
    checks: Mapping[str, Check] | None = None,
) -> Configuration:
    """Gather the settings for a command that works in the folder (or on the file) `start`.

    flags: values from the command line by field name; None is not given. environment: `os.environ` unless told
    otherwise; lists are separated by commas, tables and lists of lists are written as in TOML. The file is the nearest
    `pyproject.toml` at or above `start`. checks: by the name of the setting they know more about, asked in this order
    where it is given.
    Raises ConfigurationError for an unknown name or a wrong value, with the place where there is one.
    """
    return _load(start, flags, environment, checks)[0]


def effective(
    start: Path,
    flags: Mapping[str, object],
    *,
    environment: Mapping[str, str] | None = None,
    checks: Mapping[str, Check] | None = None,
) -> tuple[Effective, ...]:
    """Every setting as it holds, and who says so, by name. Parameters and errors as of `load`."""
    settings, given = _load(start, flags, environment, checks)
    found = []
    for name, field in sorted(_SETTINGS.items()):
        value = getattr(settings, field.name)
        match given.get(name):
            case None:
                found.append(Effective(name, value, "default"))
            case _Setting(kind=kind, title=title, place=None):
                found.append(Effective(name, value, kind, title))
            case _Setting(kind=kind, place=Place(file, line, column)):
                found.append(Effective(name, value, kind, f"{os.path.relpath(file, start)}:{line}:{column}"))
    return tuple(found)


def _load(
    start: Path,
    flags: Mapping[str, object],
    environment: Mapping[str, str] | None,
    checks: Mapping[str, Check] | None,
) -> tuple[Configuration, Mapping[str, _Setting]]:
    folder = start if start.is_dir() else start.parent
    values: dict[str, Any] = {}
    given: dict[str, _Setting] = {}
    for source in (
        _from_file(folder),
        _from_environment(os.environ if environment is None else environment),
        _from_flags(flags),
    ):
        for setting in source:
            values[setting.name], given[setting.name] = _value(setting), setting
    settings = Configuration(**{_SETTINGS[name].name: value for name, value in values.items()})
    for name, check in (checks or {}).items():
        if name in given:
            _check(given[name], check, settings)
    return settings, given


def _from_flags(flags: Mapping[str, object]) -> Iterator[_Setting]:
    for name, value in flags.items():
        if value is not None:
            option = name.replace("_", "-")
            yield _Setting(option, value, "flag", f"--{option}")


def _from_environment(environment: Mapping[str, str]) -> Iterator[_Setting]:
    known = {_PREFIX + name.upper().replace("-", "_"): name for name in _SETTINGS}
    for variable, text in sorted(environment.items()):
        if variable in known:
            name = known[variable]
            yield _Setting(name, _from_variable(name, text), "environment", variable)
        elif variable.startswith(_PREFIX) and (meant := difflib.get_close_matches(variable, known, 1, 0.9)):
            # Other programs have variables with this prefix too: only what looks like a slip is refused.
            raise ConfigurationError(f"unknown variable {variable}", hint=f"Did you mean {meant[0]}?")


def _from_variable(name: str, text: str) -> object:
    if name in _LISTS:
        return [part.strip() for part in text.split(",")]
    if name in _TABLES:
        try:
            return tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            return text
    if name in _NUMBERS and re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return float(text) if "." in text else int(text)
    return text


def project(folder: Path) -> Path | None:
    """The nearest folder that has a `pyproject.toml`: this one, or one that it is in."""
    above = (folder, *folder.absolute().parents)
    return next((each for each in above if (each / "pyproject.toml").is_file()), None)


def _from_file(folder: Path) -> Iterator[_Setting]:
    above = project(folder)
    if above is None:
        return
    path = above / "pyproject.toml"
    text, table = _read(path)
    for name, value in table.items():
        place, source = _find(path, text, name)
        if name == "traces" and isinstance(value, str) and above is not folder:
            value = os.path.relpath(above / value, folder)  # noqa: PLW2901
        yield _Setting(name, value, "file", f"`{name}` in [{_TABLE}]", place, source)


def _read(path: Path) -> tuple[str, Mapping[str, object]]:
    """The text of a `pyproject.toml` and its table for us, empty where it has none."""
    try:
        text = path.read_text("utf-8")
        document: Any = tomllib.loads(text)
    except UnicodeDecodeError as problem:
        raise ConfigurationError(f"byte {problem.start} is not UTF-8", place=Place(str(path))) from problem
    except OSError as problem:
        raise ConfigurationError(f"{path}: cannot read the configuration: {problem.strerror}") from problem
    except tomllib.TOMLDecodeError as problem:
        raise _not_toml(path, text, str(problem)) from problem
    for name in _TABLE.split("."):
        document = document.get(name, {})
        if not isinstance(document, dict):
            place, source = _find(path, text, name)
            raise ConfigurationError(f"`{name}` is {document!r}", place=place, source=source, expected=("a table",))
    return text, document


def _not_toml(path: Path, text: str, problem: str) -> ConfigurationError:
    where = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", problem)
    lines = text.splitlines() or [""]
    line, column = (int(where[1]), int(where[2])) if where and where[1] else (len(lines), len(lines[-1]) + 1)
    source = lines[line - 1] if line <= len(lines) else None
    message = problem[: where.start()] if where else problem
    return ConfigurationError(f"not TOML: {message}", place=Place(str(path), line, column), source=source)


def _find(path: Path, text: str, name: str) -> tuple[Place, str | None]:
    """Where a key of our table is written: below its header, else (dotted, inline) where it first shows."""
    key = re.compile(rf"[\"']?\b{re.escape(name)}\b[\"']?\s*[=.\]]")
    found: list[tuple[bool, int, int, str]] = []
    outside = True
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            outside = f"[{_TABLE}]" not in line
        if match := key.search(line):
            found.append((outside, number, match.start() + 1, line))
    if not found:
        return Place(str(path)), None
    _, number, column, line = min(found)
    return Place(str(path), number, column), line


def _value(setting: _Setting) -> Any:  # noqa: ANN401 - the type of its field
    """The value as its field wants it."""
    if setting.name not in _SETTINGS:
        meant = difflib.get_close_matches(setting.name, _SETTINGS, 1)
        raise ConfigurationError(
            f"unknown setting {setting.title}",
            place=setting.place,
            source=setting.source,
            expected=() if meant else tuple(_SETTINGS),
            hint=f"Did you mean `{meant[0]}`?" if meant else None,
        )
    try:
        return msgspec.convert(setting.value, _SETTINGS[setting.name].type)
    except msgspec.ValidationError as problem:
        raise ConfigurationError(
            f"{setting.title} is {setting.value!r}",
            place=setting.place,
            source=setting.source,
            expected=_EXPECTED[setting.name],
        ) from problem


def _check(setting: _Setting, check: Check, settings: Configuration) -> None:
    try:
        check(settings)
    except SimulatorError as problem:
        raise ConfigurationError(
            f"{setting.title}: {problem.message}",
            place=setting.place,
            source=setting.source,
            expected=problem.expected,
            hint=problem.hint,
        ) from problem
