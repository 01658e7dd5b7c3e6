"""Spans of time as scenarios write them: `90s`, `15m`, `1h`, `1h30m`.

Lives here: reading them. Pure. Must not live here: clocks.
"""

import re

_UNITS = {"d": 86_400, "h": 3600, "m": 60, "s": 1, "ms": 0.001}
_PART = r"[0-9]{1,6}(?:ms|[dhms])"


def seconds(text: str) -> float:
    """How many seconds a span has. Raises `ValueError` that says how to write one."""
    if not re.fullmatch(f"(?:{_PART})+", text):
        raise ValueError("a span of time is a number with d, h, m, s or ms, such as 1h or 1h30m")
    return sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"([0-9]+)([a-z]+)", text))
