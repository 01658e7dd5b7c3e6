"""The files that a diagram includes: where they may be, and what is in them.

Lives here: finding and opening them. Must not live here: what their lines mean (`preprocess`).

Laws: a file is opened only when it stands, links followed, in the folder of the diagram, below it, or in or below one
of the roots; it is a regular file, and no longer than `MAX_BYTES`. Nothing is ever fetched from anywhere else.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.diagram.source import shown
from simulator.diagram.values import Wrong

MAX_BYTES = 10_000_000
"""How long an included file may be, in bytes."""

LONGEST_PATH = 500
"""How much of a path is told, in letters: names come from diagrams, and may be of any length."""


@dataclass(frozen=True, slots=True)
class Includes:
    """Where a diagram may take files from: its own folder (None for a text that is no file), and more roots."""

    folder: Path | None = None
    roots: tuple[Path, ...] = ()

    def find(self, name: str, beside: Path | None) -> Path:
        """The file that `name` means in a file of the folder `beside`; then as seen from each root. Raises `Wrong`."""
        inside = []
        for candidate in self._candidates(name, beside):
            if self._holds(candidate):
                inside.append(candidate)
                if os.path.isfile(candidate):  # noqa: PTH113 - a name may be too long for the other one
                    return candidate
        if inside:
            raise Wrong(f"there is no file `{shown(name)}` to include", hint=f"It was looked for at {_either(inside)}.")
        allowed = list(self._allowed())
        if not allowed:
            raise Wrong(f"cannot include `{shown(name)}`: this text is no file in a folder")
        raise Wrong(
            f"`{shown(name)}` stands outside of what may be included",
            hint=f"Files may come from {_either(allowed)}; `--include-root DIR` adds a folder.",
        )

    def read(self, path: Path) -> str:
        """The text of a file that was found. Raises `Wrong`."""
        try:
            # Links were followed before: a link that is put there meanwhile is refused, and nothing blocks.
            handle = os.open(path.resolve(), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    raise Wrong(f"`{path}` is not a regular file")
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise Wrong(f"cannot include `{path}`: {error.strerror}") from None
        if len(content) > MAX_BYTES:
            raise Wrong(f"`{path}` is longer than {MAX_BYTES} bytes")
        if b"\0" in content:
            raise Wrong(f"`{path}` is no text: it holds a zero byte")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise Wrong(f"`{path}` is not UTF-8: byte 0x{error.object[error.start]:02x} at {error.start}") from None

    def _candidates(self, name: str, beside: Path | None) -> Iterator[Path]:
        if "\0" in name or not name:
            return
        for folder in (beside, *self.roots):
            if folder is not None:
                yield Path(os.path.normpath(folder / name))

    def _allowed(self) -> Iterator[Path]:
        if self.folder is not None:
            yield self.folder
        yield from self.roots

    def _holds(self, path: Path) -> bool:
        try:
            real = path.resolve()
            return any(real.is_relative_to(root.resolve()) for root in self._allowed())
        except (OSError, RuntimeError, ValueError):
            return False


NO_FILES = Includes()
"""For a text that is no file: nothing can be included."""


def _either(paths: Sequence[Path]) -> str:
    return " or ".join(f"`{shown(str(path), LONGEST_PATH)}`" for path in paths)
