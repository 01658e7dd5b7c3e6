"""Coverage of a campaign: operations that hold to a rule show parts of the diagrams that it was learnt from."""

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from simulator.blobs.backends import open_backend
from simulator.campaign.examples import Pair
from simulator.campaign.exercising import coverage, ways
from simulator.campaign.machine import explore
from simulator.campaign.scenario import parse
from simulator.conformance.check import check
from simulator.conformance.counting import Counting
from simulator.conformance.exploration import Exploration
from simulator.diagram.parser import parse as parse_diagrams
from simulator.discovery.chains import chain, origins
from simulator.discovery.rules import Example, Rule, learn
from simulator.errors import Place
from simulator.interaction.lower import lower
from simulator.interaction.terms import Expectation, Strict
from tests.agreement.cases import Case, draw_case

cases = st.randoms(use_true_random=False).map(draw_case)


def rule(case: Case) -> Rule:
    """What a diagram says as a whole."""
    return rule_of(case.expectation)


def rule_of(meant: Expectation) -> Rule:
    """The same of what it means."""
    (found,) = learn([Example("do", (), {}, meant.name, "", Place("d"), meant.term)])
    return found


@given(cases)
def test_an_operation_counts_like_a_run(case: Case) -> None:
    """Law: what an operation shows of its rule is what `check` counts for a run by the diagram."""
    expectation = case.expectation
    learnt = rule_of(expectation)
    nothing, once = Counting(expectation), Counting(expectation)
    once.add(check(expectation, case.trace))
    verdict = check(learnt.expectation, case.trace)
    if verdict.conforms:
        way = {(0, word): 1 for _, word in ways(learnt.expectation, verdict, [[learnt]], [(1, 1)]).through}
        assert coverage([learnt], [nothing.coverage], [way]) == once.coverage


@given(st.lists(st.lists(cases.map(rule), min_size=1, max_size=3), min_size=1, max_size=3))
def test_whose_events_are(groups: list[list[Rule]]) -> None:
    """Law: each event of rules put together is that of the parts which it is said to be of."""
    parts = [each for group in groups for each in group]
    events = chain(groups, [(0, 0)] * len(groups)).expectation.events
    whose = list(origins(groups, [(0, 0)] * len(groups)))
    assert len(whose) == len(events)
    for event, [(part, number)] in zip(events, whose, strict=True):
        own = parts[part].expectation.events[number]
        assert (event.kind, event.source, event.target, event.on) == (own.kind, own.source, own.target, own.on)
    told = Counter(part for [(part, _)] in whose)
    assert all(told[number] == len(each.expectation.events) for number, each in enumerate(parts))


def test_what_parts_share_is_of_all_of_them() -> None:
    """The beginning and the end of a transaction belong to each of its operations."""
    lines = "@startuml\n== TX ==\nA -> B: one\nA -> B: two\n== end ==\n@enduml"
    (diagram,) = parse_diagrams(lines)
    (learnt,) = learn([Example("do", (), {}, "d", "", Place("d"), lower(diagram, "d").term)])
    whose = list(origins([[learnt, learnt], [learnt]]))
    assert whose[:6] == [[(0, 0), (1, 0)], [(0, 1)], [(0, 2)], [(1, 1)], [(1, 2)], [(0, 3), (1, 3)]]
    assert whose[6:] == [[(2, number)] for number in range(4)]
    together = chain([[learnt, learnt], [learnt]]).expectation
    assert isinstance(together.term, Strict)
    assert len(together.events) == len(whose)


FOO = "acbd18db4cc2f85cedef654fccc4a4d8"
WRITE = """== Write ==
Nuxeo -> tmp: write
hnote right: bin_${T}.tmp
Nuxeo --> S3: getObjectMetadata
hnote right: FOO
alt new
Nuxeo <-- S3: missing
tmp -> S3: write 3 bytes
hnote right: FOO
else stored
Nuxeo <-- S3: exists (3 bytes)
end
tmp --> tmp: delete
hnote right: bin_${T}.tmp
"""
READ = "== Read ==\nNuxeo <- S3: read 3 bytes\nhnote right: FOO\n"
STEPS = """[stores.main]
cache = false
[[steps]]
section = "Write"
do = "write"
store = "main"
content = "foo"
as = "k"
[[steps]]
section = "Read"
do = "read"
store = "main"
key = "k"
"""


def explored(*diagrams: str) -> Exploration:
    """Explore a little what these diagrams say, each with the scenario that writes and reads."""
    pairs = []
    for number, text in enumerate(diagrams):
        name = f"d{number}.puml"
        (diagram,) = parse_diagrams(f"@startuml\n{text.replace('FOO', FOO)}@enduml", name)
        pairs.append(Pair((lower(diagram, name),), parse(STEPS, Path(f"d{number}.toml"))))
    with open_backend("memory") as backend:
        return explore(pairs, backend, sequences=1, length=8)


def test_operations_show_parts_of_diagrams() -> None:
    """The scenario's own run counts, and so does every operation that a rule allowed."""
    found = explored(WRITE + READ)
    counts = {(part.name, part.case): count for part, count in found.coverage.counts}
    assert found.passed
    assert counts["new", "taken"] == counts["tmp -> S3: write 3 bytes", "shown"] > 1
    assert [(part.place.line, part.name) for part in found.coverage.missing] == [
        (11, "stored"),
        (12, "S3 --> Nuxeo: exists (3 bytes)"),
    ]


def test_diagrams_that_contradict_each_other_fail() -> None:
    """Both places are named; what is a hole in one of them is none."""
    found = explored(WRITE + READ, WRITE + READ.replace("read 3", "read 4"), WRITE + READ.replace(" 3 ", " ${SIZE} "))
    (contradiction,) = found.contradictions
    assert not found.passed
    assert (contradiction.behaviour.operation, contradiction.event) == ("read", 0)
    assert [str(said.place) for said in (contradiction.one, contradiction.other)] == ["d0.puml:17:1", "d1.puml:17:1"]
