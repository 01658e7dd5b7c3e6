"""Settings: which source wins, where each value comes from, how slips are refused."""

from pathlib import Path

import pytest

from simulator.config import Configuration, load
from simulator.errors import ConfigurationError
from simulator.interaction.view import CHECKS
from tests.golden.loader import Case
from tests.golden.loader import load as golden


def project(folder: Path, text: str) -> Path:
    """A folder with this `pyproject.toml`."""
    (folder / "pyproject.toml").write_text(text, "utf-8")
    return folder


def message(start: Path, environment: dict[str, str] | None = None, **flags: object) -> str:
    """The message with which settings are refused."""
    with pytest.raises(ConfigurationError) as caught:
        load(start, flags, environment=environment or {}, checks=CHECKS)
    return str(caught.value).replace(f"{start}/", "")


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    """No flag, no variable and no file give the defaults."""
    defaults = Configuration(traces="traces", s3="moto", sections=None, frames=None, data_notes=("hnote", "rnote"))
    assert load(tmp_path, {}, environment={}) == defaults


def test_flag_beats_environment_beats_file_beats_default(tmp_path: Path) -> None:
    """Each setting comes from the first source that has it."""
    project(tmp_path, '[tool.simulator]\ns3 = "http://file"\ntraces = "file"\nsections = "auto"\n')
    environment = {"SIMULATOR_S3": "http://environment", "SIMULATOR_TRACES": "environment"}
    flags = {"s3": "http://flag", "traces": None, "frames": None}
    assert load(tmp_path, flags, environment=environment) == Configuration(
        s3="http://flag", traces="environment", sections="auto", frames=None
    )


def test_lists_are_lists_in_the_file_and_commas_in_the_environment(tmp_path: Path) -> None:
    """The shapes of data notes can be given in both."""
    project(tmp_path, '[tool.simulator]\ndata-notes = ["note"]\n')
    assert load(tmp_path, {}, environment={}).data_notes == ("note",)
    assert load(tmp_path, {}, environment={"SIMULATOR_DATA_NOTES": "hnote, note"}).data_notes == ("hnote", "note")


def test_roots_of_includes_can_be_said_in_both(tmp_path: Path) -> None:
    """Folders are a list in the file, and separated by commas in the environment."""
    project(tmp_path, '[tool.simulator]\ninclude-roots = ["shared", "../lib"]\n')
    assert load(tmp_path, {}, environment={}).include_roots == ("shared", "../lib")
    assert load(tmp_path, {}, environment={"SIMULATOR_INCLUDE_ROOTS": "a, b"}).include_roots == ("a", "b")


def test_depth_can_be_said_in_both(tmp_path: Path) -> None:
    """It is a number in the file and the digits of one in the environment, which comes first; any other is refused."""
    assert load(tmp_path, {}, environment={}).max_depth == 200
    project(tmp_path, "[tool.simulator]\nmax-depth = 7\n")
    assert load(tmp_path, {}, environment={}).max_depth == 7
    assert load(tmp_path, {}, environment={"SIMULATOR_MAX_DEPTH": "9"}).max_depth == 9
    assert load(tmp_path, {"max_depth": 8}, environment={"SIMULATOR_MAX_DEPTH": "9"}).max_depth == 8
    for wrong in ("deep", "0", "-1"):
        with pytest.raises(ConfigurationError, match=f"SIMULATOR_MAX_DEPTH is .*{wrong}"):
            load(tmp_path, {}, environment={"SIMULATOR_MAX_DEPTH": wrong})


def test_the_least_coverage_can_be_said_in_both(tmp_path: Path) -> None:
    """It is a percentage in the file, the environment and the flag; what is none is refused."""
    assert load(tmp_path, {}, environment={}).fail_under == 0
    project(tmp_path, "[tool.simulator]\nfail-under = 80\n")
    assert load(tmp_path, {}, environment={}).fail_under == 80
    assert load(tmp_path, {}, environment={"SIMULATOR_FAIL_UNDER": "87.5"}).fail_under == 87.5
    assert load(tmp_path, {"fail_under": 0.0}, environment={"SIMULATOR_FAIL_UNDER": "9"}).fail_under == 0
    for wrong in ("all", "101", "-1"):
        with pytest.raises(ConfigurationError, match=f"SIMULATOR_FAIL_UNDER is .*{wrong}"):
            load(tmp_path, {}, environment={"SIMULATOR_FAIL_UNDER": wrong})


def test_how_the_recorded_is_seen_can_be_said_in_both(tmp_path: Path) -> None:
    """Rules and names are a list of pairs and a table in the file, and the same TOML in the environment."""
    expected = Configuration(
        normalise=(("req-[0-9,]+", "REQ"), ("b", "B")), lifelines={"S3": "Store"}, ignore=("Log", "ping")
    )
    project(
        tmp_path,
        """
        [tool.simulator]
        normalise = [["req-[0-9,]+", "REQ"], ["b", "B"]]
        lifelines.S3 = "Store"
        ignore = ["Log", "ping"]
        """,
    )
    assert load(tmp_path, {}, environment={}, checks=CHECKS) == expected
    project(tmp_path, "")
    environment = {
        "SIMULATOR_NORMALISE": '[["req-[0-9,]+", "REQ"], ["b", "B"]]',
        "SIMULATOR_LIFELINES": '{S3 = "Store"}',
        "SIMULATOR_IGNORE": "Log, ping",
    }
    assert load(tmp_path, {}, environment=environment, checks=CHECKS) == expected


def test_types_of_holes_can_be_said_in_both(tmp_path: Path) -> None:
    """A table of patterns, which ignored labels may use, wherever either of the two is said."""
    project(tmp_path, """[tool.simulator]\ntypes = { etag = "[0-9a-f]{4}" }\nignore = ["drop ${E:etag}"]\n""")
    found = load(tmp_path, {}, environment={}, checks=CHECKS)
    assert (found.types, found.ignore) == ({"etag": "[0-9a-f]{4}"}, ("drop ${E:etag}",))
    environment = {"SIMULATOR_TYPES": '{part = "[0-9]"}', "SIMULATOR_IGNORE": "drop ${E:part}"}
    found = load(tmp_path, {}, environment=environment, checks=CHECKS)
    assert (found.types, found.ignore) == ({"part": "[0-9]"}, ("drop ${E:part}",))


def test_the_nearest_file_upward_counts_and_its_paths_start_there(tmp_path: Path) -> None:
    """From a folder below, `traces` of the file is still the same folder; files further up are not asked."""
    project(tmp_path, '[tool.simulator]\ns3 = "memory"\n')
    near = tmp_path / "near"
    below = near / "a" / "b"
    below.mkdir(parents=True)
    project(near, '[tool.simulator]\ntraces = "diagrams"\n')
    assert load(below, {}, environment={}) == Configuration(traces="../../diagrams")
    assert load(near, {}, environment={}) == Configuration(traces="diagrams")
    assert load(near / "pyproject.toml", {}, environment={}) == Configuration(traces="diagrams")


def test_a_file_without_our_table_says_nothing(tmp_path: Path) -> None:
    """A project that does not mention us has the defaults."""
    project(tmp_path, '[tool.other]\ntraces = "x"\n')
    assert load(tmp_path, {}, environment={}) == Configuration()


@pytest.mark.parametrize("case", golden("config"), ids=str)
def test_what_is_wrong_in_the_file_is_shown_at_its_place(case: Case, tmp_path: Path) -> None:
    """Each file of `refused.md` gives the message beside it: place, line, caret, what could stand there."""
    assert message(project(tmp_path, case.input)) == case.expected


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are named."""
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.\xff")
    assert message(tmp_path) == "pyproject.toml:1:1: byte 6 is not UTF-8"


def test_wrong_flags_and_variables_are_called_by_their_names(tmp_path: Path) -> None:
    """Without a file to point at, the message names the flag or the variable."""
    assert message(tmp_path, sections="lax") == "--sections is 'lax'\n  expected: strict, auto, ignore"
    assert message(tmp_path, {"SIMULATOR_LIFELINES": "a=b"}) == (
        "SIMULATOR_LIFELINES is 'a=b'\n  expected: a table of names, as {recorded = \"drawn\"}"
    )
    assert message(tmp_path, {"SIMULATOR_DATA_NOTES": "x"}) == (
        "SIMULATOR_DATA_NOTES is ['x']\n  expected: a list of note, hnote, rnote"
    )


def test_a_slip_in_a_variable_is_refused_and_variables_of_others_are_not(tmp_path: Path) -> None:
    """A name close to one of ours is taken for a slip; other programs may use the prefix too."""
    assert message(tmp_path, {"SIMULATOR_SECTION": "auto"}) == (
        "unknown variable SIMULATOR_SECTION\n  Did you mean SIMULATOR_SECTIONS?"
    )
    assert load(tmp_path, {}, environment={"SIMULATOR_DEVICE_NAME": "phone"}) == Configuration()
