"""Widths of texts without a font."""

import pytest

from simulator.picture.measure import width


@pytest.mark.parametrize(
    ("text", "thousandths"),
    [("i", 222), ("W", 944), ("ii", 444), ("é", 556), ("日", 1000), ("e\u0301", 556), ("\u200d", 0), ("", 0)],
)
def test_letters_have_the_widths_of_their_face(text: str, thousandths: int) -> None:
    """Helvetica's metrics; composed letters are as wide as their base, wide ones fill a square, marks take none."""
    assert width(text, 1000) == pytest.approx(thousandths)


def test_bold_is_wider_and_monospaced_is_even() -> None:
    """The faces differ as people expect."""
    assert width("abc", 10, bold=True) > width("abc", 10)
    assert width("iii", 10, monospaced=True) == width("WWW", 10, monospaced=True)
