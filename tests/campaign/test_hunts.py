"""Which tasks a campaign begins with, and those that fill the time."""

import itertools
import math
import time

from simulator.blobs.backends import open_backend
from simulator.campaign.hunts import boxed
from simulator.campaign.machine import explore
from simulator.campaign.task import Hunt
from tests.campaign.shipped import shipped


def test_time_is_filled_with_sequences_that_are_all_different() -> None:
    """First what is not generated, then rounds of generated sequences, each hunt with a seed of its own."""
    hunts = [Hunt({}, aimed=True, seed=number << 64, sequences=5, length=7) for number in (3, 4)]
    first, second, *rounds = itertools.islice(boxed(hunts, math.inf), 8)
    assert [(each.aimed, each.sequences) for each in (first, second) if isinstance(each, Hunt)] == [(True, 0)] * 2
    assert len({each.seed for each in rounds if isinstance(each, Hunt)}) == 6
    assert {(each.aimed, each.sequences > 0, each.length) for each in rounds if isinstance(each, Hunt)} == {
        (False, True, 7)
    }


def test_no_time_is_no_sequence() -> None:
    """The search ends in time, and what was found until then is told."""
    with open_backend("memory") as backend:
        none = explore(shipped("basic"), backend, seconds=0)
        assert (none.sequences, none.seconds, none.passed) == (0, 0, True)
        began = time.monotonic()
        some = explore(shipped("basic"), backend, seconds=3)
        assert time.monotonic() - began < 30
        assert some.sequences > explore(shipped("basic"), backend, sequences=0).sequences
    assert some.reachable is not None
    assert some.reachable.missed == ()
