"""What a step is remembered by before there are words for it."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.campaign.shape import Shape
from simulator.campaign.system import Part
from simulator.campaign.worded import Worded
from simulator.discovery.rules import Meaning
from simulator.events import Operation
from simulator.interaction.vocabulary import BLOB

RANDOM = ("0123456789abcdef", "fedcba9876543210", "1000000000000000001-0", "2000000000000000002-0")
TEXTS = st.sampled_from(["foo", "a/b", "", *RANDOM, *(f"tx/{each}" for each in RANDOM)])


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    """One of a few that a blob manager announces, with values that are volatile or not."""
    name, value = draw(st.sampled_from([("temp-write", "temp"), ("head", "key"), ("temp-delete", "temp")]))
    text, is_volatile = draw(TEXTS), draw(st.booleans())
    random = [each for each in RANDOM if each in text]
    volatile = {"TMP": random[0]} if random and is_volatile else {}
    return Operation(name, draw(st.sampled_from(["Nuxeo", "tmp"])), "S3", {value: text}, volatile)


STEPS = st.tuples(st.lists(operations(), max_size=3), st.dictionaries(st.sampled_from(["key", "size"]), TEXTS))


@given(STEPS, STEPS)
def test_steps_with_one_key_have_one_shape(
    one: tuple[list[Operation], dict[str, str]], other: tuple[list[Operation], dict[str, str]]
) -> None:
    """Judging looks up the key first, and takes what is found for what the shape would have led to."""
    keys, shapes = [], []
    for told, values in (one, other):
        meanings = {name: Meaning(value, "note", volatile=value in RANDOM) for name, value in values.items()}
        parts, events = [[Part(("new",), meanings)]], Worded(told, BLOB.word)
        keys.append(events.key(parts))
        shapes.append(Shape.of(parts, tuple(events)).key)
    assert keys[0] is None or keys[0] != keys[1] or shapes[0] == shapes[1]


def test_made_up_names_make_no_difference() -> None:
    """Two steps that differ in the random part of a name have one key; a name that is short has none."""
    first, second = (
        Worded([Operation("temp-write", "Nuxeo", "tmp", {"temp": each}, {"TMP": each})], BLOB.word)
        for each in RANDOM[:2]
    )
    short = Worded([Operation("temp-write", "Nuxeo", "tmp", {"temp": "aaaa"}, {"TMP": "aaaa"})], BLOB.word)
    assert first.key([]) == second.key([])
    assert short.key([]) is None
