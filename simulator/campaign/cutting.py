"""A diagram cut into its operations: which part of its term is due for which step.

Lives here: cutting along the events that steps caused, and along sections. Pure. Must not live here: running a scenario
(`runner`), what is made of the parts (`discovery.rules`).

A fragment all of whose events are of one step is that step's, with the operands and iterations that did not come about.
What no step caused an event of (an `opt` that was left out) belongs to the last step before it in its section, else to
the first of the section. A fragment around several steps is cut: of an `alt` the operand that came about, of a `loop`
one iteration, of an `opt` its body; other operators stay around what is the step's.

Law: where every section has one step, its part is what stands between its mark and the next.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from simulator.interaction.rebuilding import with_parts
from simulator.interaction.terms import (
    Alternatives,
    Break,
    Combined,
    Expected,
    Group,
    Loop,
    Option,
    Parallel,
    Strict,
    Term,
    Use,
    parts,
    walk,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run showed. owners: the steps that caused an event, by its identity in the diagram; several times: again.

    sections: the steps of each section, from the first mark on; marks: those of sections, by identity.
    """

    owners: Mapping[int, Sequence[int]]
    sections: Sequence[Sequence[int]]
    marks: frozenset[int]


def by_evidence(term: Term, evidence: Evidence) -> Mapping[int, Term]:
    """The part of each step that has one."""
    owners: dict[int, frozenset[int]] = {}
    for each in reversed(list(walk(term))):
        inner = [owners[id(part)] for part in parts(each)]
        owners[id(each)] = frozenset(evidence.owners.get(id(each), ())).union(*inner)
    cutting = _Cutting(owners, {leaf: steps for leaf, steps in evidence.owners.items() if len(set(steps)) < len(steps)})
    found: dict[int, list[Term]] = {step: [] for steps in evidence.sections for step in steps}
    section = -1
    last: int | None = None
    for item in items(term):
        if id(item) in evidence.marks:
            section, last = section + 1, None
            continue
        whose = owners[id(item)]
        if not whose and 0 <= section < len(evidence.sections) and evidence.sections[section]:
            found[evidence.sections[section][0] if last is None else last].append(item)
        for step in whose:
            found.setdefault(step, []).append(cutting.of(item, step))
        last = max(whose, default=last)
    return {step: Strict(tuple(items)) for step, items in found.items()}


def by_sections(term: Term, titles: Sequence[str]) -> Sequence[tuple[str, Term]]:
    """The titles and what stands below each, from the first section on; other marks are the system's own."""
    sections: list[tuple[str, list[Term]]] = []
    for item in items(term):
        if isinstance(item, Expected) and item.kind == "section" and str(item.text) in titles:
            sections.append((str(item.text), []))
        elif sections:
            sections[-1][1].append(item)
    return [(title, Strict(tuple(items))) for title, items in sections]


def items(term: Term) -> Iterator[Term]:
    """What stands one below the other, in no fragment."""
    stack = [term]
    while stack:
        term = stack.pop()
        if isinstance(term, Strict):
            stack += reversed(term.items)
        else:
            yield term


@dataclass(frozen=True, slots=True)
class _Cutting:
    """owners: the steps that have events in a term, by its identity. again: the events that a step caused again."""

    owners: Mapping[int, frozenset[int]]
    again: Mapping[int, Sequence[int]]

    def of(self, term: Term, step: int) -> Term:
        """What is left of a term for one step that has events in it."""
        if self.owners[id(term)] == {step}:
            return term
        # Parts come after what they are parts of; terms may nest deeper than Python's calls do.
        made: dict[int, Term] = {}
        for each in reversed(list(walk(term))):
            whose = self.owners[id(each)]
            if step in whose and len(whose) > 1:
                made[id(each)] = self._cut(each, [made[id(part)] for part in parts(each)], step)
            else:
                made[id(each)] = each
        return made[id(term)]

    def _cut(self, term: Term, inner: Sequence[Term], step: int) -> Term:
        """A term that several steps share, of whose parts those are known that are left of them."""
        own = [step in self.owners[id(part)] for part in parts(term)]
        left = [part for part, mine in zip(inner, own, strict=True) if mine]
        match term:
            case Expected():
                return term
            case Strict():
                return Strict(tuple(self._with_silent(term, inner, step)))
            case Group(begin=Expected()):
                return Strict(tuple(left))
            case Loop() if any(step in self._repeated(each) for each in walk(term)):
                return replace(term, operands=(replace(term.operands[0], body=left[0]),))
            case Group() | Loop() | Option() | Break() | Use() | Alternatives() | Parallel() if len(left) == 1:
                return left[0]
            case Combined() if len(left) == len(term.operands):
                return with_parts(term, inner)
            case Combined():
                pairs = zip(term.operands, inner, own, strict=True)
                return replace(term, operands=tuple(replace(each, body=body) for each, body, mine in pairs if mine))

    def _with_silent(self, term: Strict, inner: Sequence[Term], step: int) -> Iterator[Term]:
        """The items of a step, with those behind them that are nobody's; those before all others are the first's."""
        last = next((min(self.owners[id(item)]) for item in term.items if self.owners[id(item)]), None)
        for item, part in zip(term.items, inner, strict=True):
            whose = self.owners[id(item)]
            last = max(whose, default=last)
            if step in whose or (not whose and not _is_mark(item) and last == step):
                yield part

    def _repeated(self, term: Term) -> set[int]:
        steps = self.again.get(id(term), ())
        return {step for step in steps if steps.count(step) > 1}


def _is_mark(term: Term) -> bool:
    return isinstance(term, Expected) and term.kind == "section"
