"""What goes wrong in code that is not ours, told in a line with its place.

Lives here: the way from any exception to a `ConfigurationError`. Must not live here: calling such code.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.errors import ConfigurationError, Place, SimulatorError

# Where our own code lies: what foreign code calls of it is not to blame.
_OURS = str(Path(__file__).parents[1])


@contextmanager
def blamed(what: str) -> Iterator[None]:
    """Let foreign code run; what it raises is raised as `ConfigurationError`, what is told by us already stays."""
    try:
        yield
    except SimulatorError:
        raise
    except (Exception, SystemExit) as problem:
        raise broken(what, problem) from problem


def broken(what: str, problem: BaseException) -> ConfigurationError:
    """What was raised, and in which line of foreign code; what: whose code that is."""
    if isinstance(problem, SyntaxError) and problem.filename:
        place = Place(problem.filename, problem.lineno or 1, problem.offset or 1)
        return ConfigurationError(f"{what}: {problem.msg}", place=place, source=(problem.text or "").rstrip())
    message = f"{what}: {type(problem).__name__}: {problem}".partition("\n")[0]
    frames = [each for each in traceback.extract_tb(problem.__traceback__) if _is_foreign(each.filename)]
    if not frames:
        return ConfigurationError(message)
    last = frames[-1]
    return ConfigurationError(message, place=Place(last.filename, last.lineno or 1), source=last.line or None)


def _is_foreign(file: str) -> bool:
    return not file.startswith(("<", _OURS))
