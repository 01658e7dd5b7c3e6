"""Terms made of terms: the same operators over other parts.

Lives here: putting other parts into a term, and doing so bottom up. Pure. Must not live here: what a change means
(`discovery.rules`, `campaign.cutting`).

Law: a term that is rebuilt with its own parts is equal to itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from simulator.interaction.guards import Guard
from simulator.interaction.patterns import TextPattern
from simulator.interaction.terms import Combined, Consider, Expected, Group, Ignore, Loop, Strict, Term, parts, walk


def rebuilt(term: Term, make: Callable[[Term, Sequence[Term]], Term]) -> Term:
    """What `make` gives for a term and what it gave for its parts, inner ones first."""
    # In the order of the walk parts come after what they are parts of; terms may nest deeper than Python's calls do.
    made: dict[int, Term] = {}
    for each in reversed(list(walk(term))):
        made[id(each)] = make(each, [made[id(part)] for part in parts(each)])
    return made[id(term)]


def with_parts(term: Term, inner: Sequence[Term]) -> Term:
    """The term with other parts, as many as `parts` gives."""
    match term:
        case Expected():
            return term
        case Strict():
            return Strict(tuple(inner))
        case Group(begin=Expected(), end=Expected()):
            begin, body, end = inner
            inside = (replace(term.operands[0], body=body),)
            return replace(term, operands=inside, begin=cast(Expected, begin), end=cast(Expected, end))
        case _:
            pairs = zip(term.operands, inner, strict=True)
            return replace(term, operands=tuple(replace(operand, body=body) for operand, body in pairs))


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of the texts in a term. pattern: of a message that an `ignore` or `consider` names."""

    event: Callable[[Expected], Expected]
    guard: Callable[[Guard], Guard]
    pattern: Callable[[TextPattern], TextPattern]
    fresh: Callable[[str], str] = lambda name: name

    def __call__(self, term: Term) -> Term:
        """The term with its texts changed."""
        return rebuilt(term, self._changed)

    def _changed(self, term: Term, inner: Sequence[Term]) -> Term:
        if isinstance(term, Expected):
            return self.event(term)
        changed = with_parts(term, inner)
        if not isinstance(changed, Combined):
            return changed
        operands = tuple(replace(operand, guard=self.guard(operand.guard)) for operand in changed.operands)
        match changed:
            case Ignore() | Consider():
                return replace(changed, operands=operands, messages=tuple(map(self.pattern, changed.messages)))
            case Loop():
                return replace(changed, operands=operands, fresh=frozenset(map(self.fresh, changed.fresh)))
            case _:
                return replace(changed, operands=operands)


def renaming(names: Mapping[str, str]) -> Change:
    """Give holes other names."""

    def event(event: Expected) -> Expected:
        notes = tuple(replace(note, text=note.text.renamed(names)) for note in event.notes)
        return replace(event, text=event.text.renamed(names), notes=notes)

    def guard(guard: Guard) -> Guard:
        compared = guard.comparison
        if compared is None:
            return guard
        other = names.get(compared.other, compared.other) if compared.named else compared.other
        return replace(guard, comparison=replace(compared, hole=names.get(compared.hole, compared.hole), other=other))

    return Change(event, guard, lambda pattern: pattern.renamed(names), lambda name: names.get(name, name))


def holes_of(term: Term) -> Mapping[str, None]:
    """The names of its holes, in reading order."""
    found: dict[str, None] = {}
    for each in walk(term):
        texts = each.patterns if isinstance(each, Expected) else getattr(each, "messages", ())
        found.update(dict.fromkeys(hole.name for text in texts for hole in text.holes))
    return found
