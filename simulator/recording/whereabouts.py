"""Where the code stands that does what is recorded.

Lives here: finding the user's own frame among those of libraries. Must not live here: what is done there (`aws`,
`files`), which lifeline it is (`recorder`).
"""

import sys
import threading
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

# Frames that are not the calling code: ourselves, and the way from there to us.
_PASSING = sys.stdlib_module_names | {"simulator", "botocore", "boto3", "s3transfer"}

_MAIN = threading.main_thread().ident


def add_whereabouts(attributes: dict[str, Any], frame: FrameType | None) -> None:
    """Add where the calling code stands, as `code`: `file:line`, and its `thread` if that is not the main one.

    The user's own frame is the first on the way up that belongs neither to Python's standard library nor to boto3 nor
    to us. A thread that holds none, as those in which boto3 transfers files, adds no place. frame: where to begin.
    """
    while frame is not None and _is_passing(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    if frame is not None:
        attributes["code"] = f"{_shown(frame.f_code.co_filename)}:{frame.f_lineno}"
    if threading.get_ident() != _MAIN:
        attributes["thread"] = threading.current_thread().name


@cache
def _is_passing(module: str) -> bool:
    return module.partition(".")[0] in _PASSING


@cache
def _shown(file: str) -> str:
    """A file as seen from the working folder, if it is in there: logs of two machines are the same."""
    try:
        folder = Path.cwd()
    except OSError:
        return file
    path = Path(file)
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else file
