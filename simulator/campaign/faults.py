"""The step `inject`: what a scenario lets go wrong, as a `Fault` of the blob manager's surroundings.

Lives here: its keys, and which of them go together. Must not live here: making faults happen (`blobs.faults`).
"""

from collections.abc import Iterator, Sequence

from simulator.blobs.faults import (
    CRASH,
    CUT_OFF,
    DISK_FULL,
    FILES,
    NO_ANSWER,
    PERMISSION_DENIED,
    REFUSALS,
    REQUESTS,
    SLOW,
    Fault,
)
from simulator.campaign.duration import seconds
from simulator.campaign.step import Arguments, Form, Key, Step

_OF_REQUESTS = (*REFUSALS, NO_ANSWER, SLOW, CRASH)
_OF_FILES = (DISK_FULL, PERMISSION_DENIED, CRASH)
_OF_DELETIONS = (PERMISSION_DENIED, CRASH)

# A scenario has fewer requests than that.
_MOST = 1000


# One of each kind of error: which one S3 gives makes no difference, but for whether it is retried. An answer that is
# lost after the last attempt is an error; before, the request takes effect twice.
_INJECTED: Sequence[tuple[str, Arguments]] = (
    ("error", {"fault": "AccessDenied"}),
    ("lost answer", {"fault": "InternalError", "after": True, "times": 3}),
    ("lost answer", {"fault": "InternalError", "after": True}),
    ("throttling", {"fault": "SlowDown", "times": 2}),
    ("throttling", {"fault": "SlowDown", "times": 3}),
    ("cut-off body", {"fault": CUT_OFF}),
    ("slow answer", {"fault": SLOW, "delay": "1ms"}),
    ("disk full", {"fault": DISK_FULL}),
    ("permission denied", {"fault": PERMISSION_DENIED}),
    ("crash", {"fault": CRASH}),
    ("crash", {"fault": CRASH, "after": True}),
)


def _times(value: int) -> None:
    if not 1 <= value <= _MOST:
        raise ValueError(f"a fault strikes between 1 and {_MOST} times")


def _nth(value: int) -> None:
    if not 1 <= value <= _MOST:
        raise ValueError(f"the first one that a fault strikes is between 1 and {_MOST}")


def kinds_on(on: str) -> tuple[str, ...]:
    """What can happen to a request or a file."""
    if on in FILES:
        return _OF_DELETIONS if on.endswith("delete") else _OF_FILES
    return (*_OF_REQUESTS, CUT_OFF) if on == "GetObject" else _OF_REQUESTS


def _together(keys: Arguments) -> None:
    on, fault = str(keys["on"]), str(keys["fault"])
    possible = kinds_on(on)
    if fault not in possible:
        raise ValueError(f'"{fault}" cannot happen to {on}; what can: {", ".join(possible)}', "fault")
    if keys.get("after") and (on in FILES or fault not in {*REFUSALS, CRASH}):
        raise ValueError(f'"after" is for what S3 answers, which "{fault}" is not', "after")
    if ("delay" in keys) is not (fault == SLOW):
        place = "delay" if "delay" in keys else "fault"
        raise ValueError(f'"delay" says how slow "{SLOW}" is, and belongs to it alone', place)


FORM = Form(
    {
        "on": Key(str, required=True, choices=(*REQUESTS, *FILES)),
        "fault": Key(str, required=True, choices=(*_OF_REQUESTS, CUT_OFF, DISK_FULL, PERMISSION_DENIED)),
        "after": Key(bool),
        "times": Key(int, check=_times),
        "nth": Key(int, check=_nth),
        "delay": Key(str, check=seconds),
    },
    check=_together,
)


def injections(on: str, nth: int) -> Iterator[tuple[str, Step]]:
    """Everything that can happen to the nth request or file of a kind: in words, and as a step."""
    at: Arguments = {"on": on} if nth == 1 else {"on": on, "nth": nth}
    possible = kinds_on(on)
    for kind, keys in _INJECTED:
        after_on_disk = on in FILES and "after" in keys
        if keys["fault"] in possible and not after_on_disk:
            yield kind, Step("inject", {**at, **keys})


def fault_of(step: Step) -> tuple[Fault, int]:
    """What goes wrong, and how often."""
    delay = seconds(step.text("delay")) if "delay" in step.arguments else 0.0
    after, nth = bool(step.arguments.get("after")), int(step.text("nth") or 1)
    fault = Fault(step.text("on"), step.text("fault"), after, delay, nth)
    return fault, int(step.text("times") or 1)
