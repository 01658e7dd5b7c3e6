"""How a proposed change of a diagram is written."""

import pytest

from simulator.report.patch import Patch


@pytest.mark.parametrize(
    ("patch", "place", "words"),
    [
        (Patch("replace", "x.puml", (3,), ("A -> B: y",)), "x.puml:3", "A -> B: y"),
        (Patch("remove", "x.puml", (5, 6)), "x.puml:5-6", "remove"),
        (Patch("remove", "x.puml", (10, 11, 12, 14, 15)), "x.puml:10-12,14-15", "remove"),
        (
            Patch("insert", "x.puml", (), ("A -> B: y", "hnote right: k"), 4),
            "x.puml:4",
            "insert before: A -> B: y / hnote right: k",
        ),
        (Patch("insert", "x.puml", (), ("A -> B: y",), 8, behind=True), "x.puml:8", "insert after: A -> B: y"),
        (Patch("insert", "x.puml", (), ("A -> B: y",)), "x.puml", "insert before @enduml: A -> B: y"),
        (Patch("move", "x.puml", (2, 3), (), 7), "x.puml:2-3", "move before line 7"),
        (Patch("move", "x.puml", (2,)), "x.puml:2", "move before @enduml"),
        (
            Patch("insert", "x.puml", (), tuple("abcdefg"), 4),
            "x.puml:4",
            "insert before: a / b / c / d / ... (3 more lines)",
        ),
    ],
)
def test_words(patch: Patch, place: str, words: str) -> None:
    """The lines that change, and what they become; of many lines the first."""
    assert (patch.place, str(patch)) == (place, words)
