"""Lines of a report."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.report.line import EMPTY, Span, line, plain, utf8, visible


@given(st.text())
def test_no_control_character_comes_through(text: str) -> None:
    """Whatever the input holds, a line is one line, and steers no terminal."""
    assert str(line(text, Span(text, "bad"))).isprintable()


@given(st.text(st.characters(categories=["L", "N", "P"])))
def test_printable_text_stays(text: str) -> None:
    """What can be printed is shown as it is."""
    assert visible(text) == text


def test_escapes() -> None:
    """Control characters are shown as Python writes them."""
    assert visible("a\x1b[31m\n\tb\u202e\udcff") == "a\\x1b[31m\\n\\tb\\u202e\\udcff"
    assert visible("a\tb\x00", "\t") == "a\tb\\x00"


def test_plain() -> None:
    """Plain text has the words, no trailing blanks, and a line feed after each line."""
    assert (
        plain([line("a ", Span("b", "good"), "  "), EMPTY, line("c").indented(2), EMPTY.indented(2)])
        == "a b\n\n  c\n\n"
    )


def test_utf8() -> None:
    """A file name that is no UTF-8 becomes a text that is."""
    assert utf8("a\udcff") == "a\\udcff"
