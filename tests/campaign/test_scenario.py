"""Scenarios: read, refused with a place, written, and read again."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.campaign.scenario import Scenario, dump, load, parse
from simulator.campaign.step import Step
from simulator.errors import Place, ScenarioError
from tests.golden.loader import Case
from tests.golden.loader import load as golden

TRACES = Path(__file__).parents[2] / "traces"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TITLES = TEXTS.filter(str.strip)
STORES: st.SearchStrategy[dict[str, dict[str, Any]]] = st.dictionaries(
    TEXTS,
    st.fixed_dictionaries(
        {},
        optional={
            "prefix": st.sampled_from(["", "a", "other/"]),
            "cache": st.booleans(),
            "verify-source": st.booleans(),
            "digest": st.sampled_from(["md5", "sha-256"]),
        },
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def steps(draw: st.DrawFn, stores: list[str]) -> Step:
    """Any step that is supported and needs no file."""
    store = st.sampled_from(stores)
    content = draw(st.sampled_from([("content", TEXTS), ("size", st.integers(0, 9)), ("hex", st.just("00fF"))]))
    form: dict[str, st.SearchStrategy[Any]] = {
        "write": st.fixed_dictionaries({"store": store, content[0]: content[1]}, optional={"as": TEXTS}),
        "read": st.fixed_dictionaries({"store": store, "key": TEXTS}, optional={"expect": TEXTS}),
        "copy": st.fixed_dictionaries({"from": store, "to": store, "key": TEXTS}, optional={"error": TEXTS}),
        "exists": st.fixed_dictionaries({"store": store, "key": TEXTS, "expect-missing": st.just(value=True)}),
        "collect-garbage": st.fixed_dictionaries({"store": store}, optional={"mark": st.lists(TEXTS).map(tuple)}),
        "delete": st.fixed_dictionaries({"store": store, "key": TEXTS}),
    }
    do = draw(st.sampled_from(sorted(form)))
    return Step(do, draw(form[do]), draw(st.just("") | TITLES))


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any scenario, with names and texts of all letters."""
    stores = draw(STORES)
    some = st.lists(steps(sorted(stores)), max_size=3)
    mark = Step("mark", {}, draw(TITLES))
    bucket = draw(st.sampled_from([{}, {"bucket": {"": {"versioning": True}}}]))
    diagram = draw(st.just("") | TITLES.map(str.strip))
    return Scenario("s", Path(), {"stores": stores, **bucket}, tuple(draw(some)), (*draw(some), mark), diagram)


@given(scenarios())
def test_what_is_written_reads_back(scenario: Scenario) -> None:
    """`load(dump(scenario)) == scenario`."""
    text = dump(scenario)
    assert parse(text, Path("s.toml")) == scenario
    assert dump(parse(text, Path("s.toml"))) == text


@pytest.mark.parametrize("case", golden("scenario"), ids=str)
def test_refused(case: Case) -> None:
    """Wrong input gives one message with place, line and caret."""
    with pytest.raises(ScenarioError) as refused:
        parse(case.input, Path("s.toml"))
    assert str(refused.value) == case.expected


def test_every_step_knows_its_place() -> None:
    """The n-th step stands at its n-th header, multi-line strings and comments notwithstanding."""
    text = (
        "# [[steps]]\n[[setup]]\ndo = 'mark'\nsection = '''\n[[steps]]\n'''\n\n"
        "  [[ steps ]] # here\nsection = 'A'\ndo = 'mark'\n"
    )
    scenario = parse(text, Path("s.toml"))
    assert [step.place for step in scenario.setup] == [Place("s.toml", 2, 3)]
    assert [step.place for step in scenario.steps] == [Place("s.toml", 8, 6)]


def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    """A file from another system reads the same."""
    text = (TRACES / "basic.toml").read_text(encoding="utf-8")
    (tmp_path / "basic.toml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load(tmp_path / "basic.toml") == load(TRACES / "basic.toml")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[" * 20_000, b"a = " + b"1" * 5_000, b"a = ["])
def test_hostile_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    """What is no text, no TOML, or too much for Python is an error with the file's name."""
    (tmp_path / "s.toml").write_bytes(content)
    with pytest.raises(ScenarioError, match=r"s\.toml"):
        load(tmp_path / "s.toml")


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """No such file, or a folder: an error, not a crash."""
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(ScenarioError, match="cannot read the scenario"):
            load(path)


def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    """A file is where it really lies."""
    (tmp_path / "outside.bin").write_bytes(b"secret")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "link.bin").symlink_to(tmp_path / "outside.bin")
    text = '[stores.main]\n[[steps]]\ndo = "write"\nstore = "main"\nfile = "link.bin"\n'
    with pytest.raises(ScenarioError, match="outside of the scenario's folder"):
        parse(text, tmp_path / "inside" / "s.toml")
