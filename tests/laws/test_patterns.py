"""Laws of texts with holes (semantics.md 3)."""

from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from simulator.errors import Place
from simulator.interaction.holes import Hole
from simulator.interaction.patterns import TextPattern, escape, fold, parse_text

PLACE = Place("law.puml")
parts = st.lists(
    st.sampled_from(
        [
            "a",
            "-",
            " ",
            "1b",
            "%s",
            "${X}",
            "${Y}",
            "${X:hex}",
            "${Z:any}",
            "${N:int}",
            r"${E:/(a|b1)+-?|\s/}",
            "${F:/[ab]{2}/}",
        ]
    ),
    max_size=5,
)
texts = st.text("ab-1 ", max_size=8).map(fold)
bindings = st.dictionaries(st.sampled_from("XY"), st.sampled_from(["a", "b", " ", "a-"]))


def splits(pieces: list[str | Hole], text: str, bound: dict[str, str]) -> Iterator[dict[str, str]]:
    """Every reading of a text, by trying every length of every hole."""
    if not pieces:
        if not text:
            yield bound
        return
    first, *rest = pieces
    value = bound.get(first.name) if isinstance(first, Hole) else first
    if value is not None:
        if text.startswith(value):
            yield from splits(rest, text[len(value) :], bound)
        return
    assert isinstance(first, Hole)
    for end in range(1, len(text) + 1):
        if first.kind.allows(text[:end]):
            yield from splits(rest, text[end:], {**bound, first.name: text[:end]})


@given(parts, texts, bindings)
def test_every_split_is_found_once(pieces: list[str], text: str, bound: dict[str, str]) -> None:
    """Matching finds exactly the readings that trying all lengths finds."""
    pattern = parse_text("".join(pieces), PLACE)
    found = [dict(each) for each in pattern.match(text, bound)]
    assert sorted(found, key=str) == sorted(splits(list(pattern.parts), text, bound), key=str)


@given(parts, texts)
@example(["${X}", "${X}"], "abab")
@example(["${X}", "-", "${Z:any}", "a"], "a-1a-a")
@example(["${Z:any}", " ", "${N:int}", "${F:/[ab]{2}/}"], "a -1 -1ab")
def test_what_is_extracted_are_the_splits(pieces: list[str], text: str) -> None:
    """The values of distinct names, for each split once; one look is enough only where there is one split at most."""
    pattern = parse_text("".join(pieces), PLACE)
    found = pattern.extract(text)
    names = list(dict.fromkeys(hole.name for hole in pattern.holes))
    expected = sorted(tuple(each[name] for name in names) for each in splits(list(pattern.parts), text, {}))
    assert sorted(found or ()) == expected
    assert found is None or len(found) == 1 or not pattern.extraction.single
    assert pattern.extract(text, most=2) == (found[:2] if found else None)
    assert all(pattern.extraction.filled(values) == text for values in found or ())


@given(st.text(), st.text("$<U+0{}24>nX\\", max_size=20))
def test_an_escaped_text_reads_back_as_itself(anything: str, hostile: str) -> None:
    """A recorded text is never mistaken for a hole or for an escape."""
    for text in (fold(anything), fold(hostile)):
        assert parse_text(escape(text), PLACE) == TextPattern((text,) if text else ())


@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    """A folded text is its own folding."""
    assert fold(fold(text)) == fold(text)
