"""Systems that are named as `package.module:factory`, imported.

Lives here: who may name one, and what can be wrong with the name or the code behind it. Must not live here: what a
system is (`system`), reading scenarios or settings.

Laws: no code is imported that neither the configuration names nor somebody trusts. What is wrong with foreign code is
told in a line, with its place.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module, invalidate_caches
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from simulator.campaign.blob_system import BLOBS
from simulator.campaign.foreign import broken
from simulator.campaign.simple_system import SimpleSystem
from simulator.campaign.system import System
from simulator.errors import ConfigurationError, SimulatorError

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_EXPECTED = ("package.module:factory",)


@dataclass(frozen=True, slots=True)
class Systems:
    """The systems that scenarios may be of.

    default: of those that name none, and may be named. folders: where modules are looked for first. trusted: whether
    any other may be named too.
    """

    default: System = BLOBS
    folders: tuple[Path, ...] = ()
    trusted: bool = False

    def named(self, name: str) -> System:
        """The system of a scenario that names it so; empty: of one that names none. Raises `ConfigurationError`."""
        if name in {"", self.default.name}:
            return self.default
        if not self.trusted:
            raise ConfigurationError(
                f"the code {name!r} is not run, because a scenario names it, and nobody else",
                hint=f'if you trust it, add --trust; or say so for good: system = "{name}" in [tool.simulator]',
            )
        return load_system(name, self.folders)


SHIPPED = Systems()


def load_system(name: str, folders: Sequence[Path]) -> System:
    """Import what is named `package.module:factory`: a system, or what gives one when it is called.

    folders: on the path for this import, before all others. Raises `ConfigurationError`.
    """
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{name!r} does not name a system", expected=_EXPECTED)
    module_name, _, factory_name = name.partition(":")
    with _on_path(folders):
        _refuse_taken(module_name, folders)
        try:
            module = import_module(module_name)
            found = _found(module, factory_name)
            made: Any = found if not _lacks(found) or not callable(found) else found()
        except SimulatorError as problem:
            told = f"the system {name!r}: {problem.message}"
            raise ConfigurationError(told, expected=problem.expected, hint=problem.hint) from None
        except ModuleNotFoundError as problem:
            raise _missing(name, problem, folders) from problem
        except (Exception, SystemExit) as problem:
            raise broken(f"the system {name!r}", problem) from problem
    if lacks := _lacks(made):
        told = f"{name!r} gives no system: what is of type {type(made).__name__} has no `{lacks[0]}`"
        raise ConfigurationError(told, hint="SimpleSystem(YourClass) makes a system of a class")
    if isinstance(made, SimpleSystem):
        return replace(made, name=name)
    if made.name != name:
        raise ConfigurationError(f"the system {name!r} calls itself {made.name!r}", hint="its `name` is its full name")
    return cast("System", made)


def _found(module: ModuleType, name: str) -> object:
    if not hasattr(module, name):
        raise ConfigurationError(f"{_origin(module)} has no {name!r}", expected=_public(module))
    return getattr(module, name)


@contextmanager
def _on_path(folders: Sequence[Path]) -> Iterator[None]:
    before = list(sys.path)
    sys.path[:0] = [str(folder) for folder in folders]
    invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = before


def _refuse_taken(module: str, folders: Sequence[Path]) -> None:
    """Where a module of that name is loaded already, ours would not be."""
    top = module.partition(".")[0]
    ours = PathFinder.find_spec(top, [str(folder) for folder in folders])
    loaded = sys.modules.get(top)
    if ours and ours.origin and loaded and getattr(loaded, "__file__", None) not in {ours.origin, None}:
        raise ConfigurationError(
            f"{ours.origin} cannot be imported: there is {_origin(loaded)} already", hint="give it another name"
        )


def _missing(name: str, problem: ModuleNotFoundError, folders: Sequence[Path]) -> ConfigurationError:
    """Either the module itself is not there, or one that it needs."""
    module = name.partition(":")[0]
    if problem.name is None or not f"{module}.".startswith(f"{problem.name}."):
        return broken(f"the system {name!r}", problem)
    looked = ", ".join(dict.fromkeys(map(str, folders)))
    told = f"the system {name!r}: there is no module {problem.name!r}"
    return ConfigurationError(told, hint=f"it is looked for in {looked or 'what Python has installed'}")


def _lacks(made: object) -> Sequence[str]:
    """What a system has, and this has not; of a class, what its objects have is not its own."""
    names = [name for name in vars(System) if not name.startswith("_")]
    return names if isinstance(made, type) else [name for name in names if not hasattr(made, name)]


def _origin(module: ModuleType) -> str:
    return str(getattr(module, "__file__", None) or f"the module {module.__name__!r} of Python")


def _public(module: ModuleType) -> tuple[str, ...]:
    return tuple(name for name, each in vars(module).items() if not name.startswith("_") and not _lacks(each))
