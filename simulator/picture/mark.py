"""What a reader is told about an element beyond what its author wrote: passed, missing, ...

Lives here: `Mark`, and which sign each kind has. Must not live here: finding out (`report`).

Law: kinds differ by sign and line as well as by colour: nobody needs to see colours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from simulator.diagram.ast import Element

Kind = Literal["passed", "missing", "unexpected", "different", "moved", "forbidden", "never"]

SIGNS: dict[Kind, str] = {
    "passed": "✓",
    "missing": "✗",
    "unexpected": "+",
    "different": "≠",
    "moved": "⇅",
    "forbidden": "⊘",
    "never": "○",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """kind: what it is. tip: said when the pointer rests on the element. count: shown beside it (`3 x`), or empty.

    below: shown below the label of a message, as it is: what came instead.
    anchor: a name that links can jump to, unique in the page; empty for none. href: where a click leads.
    """

    kind: Kind | None = None
    tip: str = ""
    count: str = ""
    below: str = ""
    anchor: str = ""
    href: str = ""


NONE = Mark()
Marks = Callable[[Element], Mark]
"""What is to be said about an element, asked by identity."""


def unmarked(element: Element) -> Mark:
    """Nothing about any element."""
    del element
    return NONE
