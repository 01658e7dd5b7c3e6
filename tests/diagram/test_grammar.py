"""Which statement is found at a place."""

import re
from pathlib import Path

from simulator.diagram.grammar import grammar

GOLDEN = Path(__file__).parents[1] / "golden" / "diagram"


def test_what_is_tried_first_changes_nothing() -> None:
    """At every line that the golden examples hold, in small and large letters, the first of all statements is found."""
    statements = {kind: re.compile(look) for kind, look in grammar().statements.items()}
    lines = {line.strip() for file in GOLDEN.glob("*.md") for line in file.read_text("utf-8").splitlines()}
    kinds = set[str]()
    for line in sorted(lines - {""}):
        for text in (f"{line}\nA -> B", f"{line.upper()}\nend note", f"{line.lower()}\nend ref\n</style>"):
            every = ((kind, look.match(text)) for kind, look in statements.items() if kind != "PLAIN")
            kind, first = next(((kind, found) for kind, found in every if found), ("", None))
            found = grammar().find(text, 0, frozenset())
            assert (found and found[1].group()) == (first and first.group())
            assert not found or found[0] == kind or (found[0], kind) == ("PLAIN", "MESSAGE")
            kinds.add(kind)
    assert kinds >= {
        "MESSAGE",
        "TO_BORDER",
        "FROM_BORDER",
        "PARTICIPANT",
        "NOTE",
        "NOTE_BLOCK",
        "REF",
        "FRAGMENT",
        "END",
    }
