"""Announcements: what they hold, and what they cost when nobody listens."""

from simulator.blobs.announce import Announcer
from simulator.events import Operation


class Untouched(str):
    """A value that must not be looked at."""

    __slots__ = ()

    def __str__(self) -> str:
        """Complain."""
        raise AssertionError("somebody looked")


def test_announcement() -> None:
    """Name, lifelines and values arrive as given; temp names are volatile too."""
    heard: list[Operation] = []
    announce = Announcer(heard.append)
    announce("put", "Nuxeo", "S3", size=3, key="k")
    announce("temp-write", "Nuxeo", "tmp", temp="x1")
    assert heard == [
        Operation("put", "Nuxeo", "S3", {"size": 3, "key": "k"}),
        Operation("temp-write", "Nuxeo", "tmp", {"temp": "x1"}, {"TMP": "x1"}),
    ]


def test_unobserved_nothing_is_built() -> None:
    """Without an observer the values are not even looked at."""
    Announcer()("temp-write", "Nuxeo", "tmp", temp=Untouched("x1"))


def test_random_keys_are_volatile() -> None:
    """A copy can have two; with the directories that are made of its beginning a key differs as a whole."""
    heard: list[Operation] = []
    announce = Announcer(heard.append)
    one, other = "1234567890123456789-0", "9876543210987654321-0"
    announce("copy", "Nuxeo", "S3", source=f"a/tx/{one}", key=f"a/98/76/{other}")
    announce("copy", "Nuxeo", "S3", source=f"a/{one}", key=f"55/{one}")
    assert [operation.volatile for operation in heard] == [
        {"TMP": one, "COPY": other, "COPY_PATH": f"98/76/{other}"},
        {"TMP": one},
    ]
