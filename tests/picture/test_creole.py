"""Markup in labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.picture.creole import Run, css, runs

BOLD = Run("b", bold=True)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a **b** c", (Run("a "), BOLD, Run(" c"))),
        ("<b>b</b>", (BOLD,)),
        ("//i// and ''no''", (Run("i", italic=True), Run(" and ''no''"))),
        ("<color:red>r</color>.", (Run("r", color="red"), Run("."))),
        ('<font color="#ff0000">r</font>', (Run("r", color="#ff0000"),)),
        ("https://host/path", (Run("https://host/path"),)),
        ("a -- b", (Run("a -- b"),)),
        ("A<sub>n</sub>.", (Run("A"), Run("n", raised=-1), Run("."))),
        ("x<SUP>2</SUP>", (Run("x"), Run("2", raised=1))),
        ("--gone--", (Run("gone", struck=True),)),
        ("[[http://x named]]", (Run("named"),)),
        ("~**plain~**", (Run("**plain**"),)),
        ("<U+0041>&#66;", (Run("AB"),)),
        ("a < b > c", (Run("a < b > c"),)),
        ("* item", (Run("• item"),)),
        ("= Title", (Run("Title", bold=True),)),
    ],
)
def test_markup_becomes_runs(text: str, line: tuple[Run, ...]) -> None:
    """What looks alike is one run; what is no markup stays."""
    assert runs(text) == (line,)


def test_what_is_bold_anyway_stays_bold() -> None:
    """Markup that says nothing new is taken away all the same."""
    bold = Run("", bold=True)
    assert {run.text for run in runs("a **b** c", plain=bold)[0]} == {"a ", "b", " c"}
    assert all(run.bold for run in runs("a **b** c", plain=bold)[0])


def test_lines_end_at_every_kind_of_break() -> None:
    r"""A line feed, `\n` and `<br>`; an escaped backslash breaks none."""
    assert [line[0].text for line in runs("a\nb\\nc<br>d\\\\n")] == ["a", "b", "c", "d\\n"]


@given(st.text(st.sampled_from("abc xyz.:;()")))
def test_text_without_markup_is_one_run(text: str) -> None:
    """Letter for letter."""
    assert "".join(run.text for line in runs(text) for run in line) == text


@pytest.mark.parametrize(
    ("written", "color"),
    [
        ("#red", "red"),
        ("#F00", "#f00"),
        ("#red|blue", "red"),
        ("#back:gold;line:black", "gold"),
        ("#line:black", ""),
        ("#transparent", ""),
        ("", ""),
    ],
)
def test_colors_as_css_writes_them(written: str, color: str) -> None:
    """Of a gradient the first; of a style the background."""
    assert css(written) == color
