"""Laws of watched folders: what is told is what happened, whoever did it."""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.events import Event
from simulator.interaction.vocabulary import AWS
from simulator.recording.files import WatchedFolder
from simulator.recording.recorder import Recorder

NAMES = st.sampled_from(["a", "b", "d", "d/a", "d/e", "none/a"])
STEPS = st.one_of(
    st.tuples(st.just("open"), NAMES, st.sampled_from(["r", "w", "a", "x", "r+", "w+", "xb"])),
    st.tuples(st.just("rename"), NAMES, NAMES),
    st.tuples(st.just("remove"), NAMES),
    st.tuples(st.just("mkdir"), NAMES),
)
Step = tuple[Any, ...]


def through_object(disk: WatchedFolder, step: Step) -> None:
    """Do it through the watched folder."""
    match step:
        case ("open", name, mode):
            disk.open(name, mode).close()
        case ("rename", old, new):
            disk.rename(old, new)
        case (method, name):
            getattr(disk, method)(name)


def by_itself(folder: Path, step: Step) -> None:
    """Do it as code does that knows nothing of us."""
    match step:
        case ("open", name, mode):
            (folder / name).open(mode).close()
        case ("rename", old, new):
            (folder / old).replace(folder / new)
        case ("remove", name):
            (folder / name).unlink()
        case ("mkdir", name):
            (folder / name).mkdir()


def told(recorder: Recorder, steps: Sequence[Step], do: Callable[[Step], None]) -> list[tuple[object, ...]]:
    """What is told of the steps, some of which fail."""
    for step in steps:
        with suppress(OSError):
            do(step)
    return [(each.label, [note.text for note in each.notes], each.attributes.get("size")) for each in recorder.events]


def left(events: Sequence[Event]) -> set[str]:
    """What must be in the folder after these events."""
    there: set[str] = set()
    for event in events:
        path, to = event.notes[0].text, event.notes[-1].text.removeprefix("To: ")
        if event.label in {"rename", "delete"}:
            below = {each for each in there if each == path or each.startswith(f"{path}/")}
            there -= below
            there |= {to + each.removeprefix(path) for each in below} if event.label == "rename" else set()
        else:
            there.add(path)
    return there


@given(steps=st.lists(STEPS, max_size=8))
def test_what_is_told_is_what_happened(steps: list[Step]) -> None:
    """Through the object and by itself the same is told, and what is there afterwards follows from it."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        first, second = Recorder("run", AWS.word), Recorder("run", AWS.word)
        disk = first.watch(one, "disk")
        of_object = told(first, steps, lambda step: through_object(disk, step))
        with second.watch(two, "disk"):
            of_itself = told(second, steps, lambda step: by_itself(Path(two), step))
        assert of_object == of_itself
        found = {str(path.relative_to(two)) for path in Path(two).rglob("*")}
        assert left(second.events) == found
