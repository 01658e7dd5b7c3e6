"""Ctrl-C is never lost."""

import signal
import sys
import time
import weakref

import pytest

from simulator.campaign.interruption import never_lost


class Thing:
    """Something that has a finalizer."""


def test_what_strikes_in_a_finalizer_comes_again() -> None:
    """Python itself only writes about it."""
    with pytest.raises(KeyboardInterrupt), never_lost():
        _strike()


def test_what_else_is_lost_is_told_as_ever() -> None:
    """By whoever told it before, within the block and after it."""
    told: list[type] = []
    before, sys.unraisablehook = sys.unraisablehook, lambda lost: told.append(lost.exc_type)
    try:
        with never_lost():
            _lose()
        _lose()
    finally:
        sys.unraisablehook = before
    assert told == [IndexError, IndexError]


def _strike() -> None:
    weakref.finalize(Thing(), signal.raise_signal, signal.SIGINT)
    time.sleep(5)


def _lose() -> None:
    weakref.finalize(Thing(), [].pop)
