"""Temp files: content on its way, for as long as one operation lasts.

Lives here: making, announcing and removing them. Must not live here: what is put into them.

Law: when `lend` is over - also by an error, also by Ctrl-C - its file is gone.
"""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

from simulator.blobs.announce import CALLER, TEMP, Announcer
from simulator.blobs.bucket import CHUNK_SIZE
from simulator.blobs.errors import BlobError
from simulator.blobs.journal import Journal, file_at

T = TypeVar("T")
# Makes a file, as `create` does.
Create = Callable[[Path], BinaryIO]


def random_name() -> str:
    """16 random letters of `[0-9a-f]`."""
    return secrets.token_hex(8)


def create(path: Path) -> BinaryIO:
    """Make a file that only this user may open, for writing and reading. Raises `BlobError` where that fails."""
    try:
        return open(path, "x+b", opener=_private)
    except OSError as error:
        raise BlobError(f"Cannot make a temp file: {error}") from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@dataclass(frozen=True, slots=True)
class TempFiles:
    """Lends temp files in `directory`, named `bin_` + what `name` gives + `.tmp`, and made by `create`."""

    directory: Path
    announce: Announcer
    name: Callable[[], str] = random_name
    journal: Journal = field(default_factory=Journal)
    create: Create = create

    @contextmanager
    def nameless(self) -> Iterator[BinaryIO]:
        """Lend a file that has no name, so that nothing of it can stay; what is small never reaches the disk."""
        with tempfile.SpooledTemporaryFile(CHUNK_SIZE, dir=str(self.directory)) as file:
            yield cast("BinaryIO", file)

    def lend(self, use: Callable[[BinaryIO], T]) -> T:
        """Call `use` with a new file, open for writing and reading, that only this user may open; return its result.

        Announces `temp-write` before the file is made and `temp-delete` before it is removed. Raises `BlobError` where
        the file cannot be made, and whatever `use` raises.
        """
        temp = self.name()
        path = os.path.join(self.directory, f"bin_{temp}.tmp")  # noqa: PTH118 - quicker
        entry = file_at(path)
        # Ctrl-C can strike whenever Python code is entered. So the way out is written here, not in a context manager,
        # and ends in one call into the operating system, which no first Ctrl-C can keep from being made.
        try:
            self.announce("temp-write", CALLER, TEMP, temp=temp)
            self.journal.begin(entry)
            file = self.create(Path(path))
            try:
                return use(file)
            finally:
                try:  # noqa: SIM105 - as below
                    file.close()
                except OSError:
                    # What a full disk did not take was said when it was written; the file goes anyway.
                    pass
        finally:
            try:
                self.announce("temp-delete", TEMP, TEMP, temp=temp)
            finally:
                try:
                    os.unlink(path)  # noqa: PTH108 - `Path.unlink` is Python code that could be interrupted
                    gone = True
                except FileNotFoundError:
                    gone = True
                except OSError:
                    # The content is where it belongs, or its own error says why not: this file is left to `recover`.
                    gone = False
                if gone:
                    self.journal.end(entry)
