"""The disk of a blob manager that may fail or die: what it does to files, seen as it is about to be done.

Lives here: which change of a file is which one of `blobs.faults.FILES`, and the journals of a process that is gone.
Must not live here: what goes wrong when (`blobs.faults`).

Laws: only files below the folders of one manager are looked at. The journals that `abandon` leaves are those of the
moment of the crash, and nobody holds them.
"""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from simulator.blobs.faults import Faults
from simulator.recording.audit import Change, listening


@dataclass(slots=True)
class Disk:
    """Lets `faults` strike when a file in `temp` or below `caches` is about to be renamed or deleted."""

    faults: Faults
    temp: Path
    caches: Path
    _watching: ExitStack = field(default_factory=ExitStack)
    _watches: bool = False

    def watch(self) -> None:
        """Look at all changes from now on, until `close`."""
        if not self._watches:
            self._watches = True
            self._watching.enter_context(listening(self._change))

    def close(self) -> None:
        """Look at none any more."""
        self._watches = False
        self._watching.close()

    def _change(self, change: Change, _: FrameType) -> None:
        path = Path(change.path)
        if not path.exists():
            # Nothing is done to it then, whatever its disk is like.
            return
        if path.parent == self.temp and change.kind == "delete":
            self.faults.touch("temp-delete", path)
        elif path.parent.parent == self.caches and change.kind in {"delete", "rename"}:
            self.faults.touch(f"cache-{change.kind}", path)


@dataclass(slots=True)
class Journals:
    """The journals in `folder`, as a crash leaves them."""

    folder: Path
    _kept: dict[Path, bytes] = field(default_factory=dict)

    def keep(self) -> None:
        """Remember what they hold now."""
        self._kept = {path: path.read_bytes() for path in self.folder.glob("*/*.journal")}

    def abandon(self) -> None:
        """Give them back what they held; the locks of the dead process, which lives on here, go with its files."""
        for path, content in self._kept.items():
            path.unlink(missing_ok=True)
            path.with_name(f"dead-{path.name}").write_bytes(content)
