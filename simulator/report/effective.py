"""What `simulator config` says: each setting with its value and who says so.

Lives here: both formats. Must not live here: which settings there are (`config`).
"""

import json
from collections.abc import Iterator, Sequence

import msgspec

from simulator.config import Effective
from simulator.report.line import Line, Span, line

_UNSET = "(each command decides)"


def effective_lines(settings: Sequence[Effective]) -> Iterator[Line]:
    """A table: name, value as TOML has it (nearly), source."""
    rows = [(each, _UNSET if each.value is None else _written(each.value)) for each in settings]
    name_width = max(len(each.name) for each in settings)
    width = max(len(value) for _, value in rows)
    for each, value in rows:
        name, told = each.name.ljust(name_width), value.ljust(width)
        value_span = Span(told, "faint" if each.source == "default" else "plain")
        yield line(Span(name, "strong"), "   ", value_span, f"   {each.place or each.source}")


def effective_json(settings: Sequence[Effective]) -> str:
    """`{"version": 1, "settings": [{"name", "value", "source", "place"}]}`; place: null for a default."""
    rows = [
        {
            "name": each.name,
            "value": msgspec.to_builtins(each.value),
            "source": each.source,
            "place": each.place or None,
        }
        for each in settings
    ]
    return json.dumps({"version": 1, "settings": rows}, indent=2, ensure_ascii=False) + "\n"


def _written(value: object) -> str:
    if isinstance(value, dict):
        pairs = (f"{json.dumps(name, ensure_ascii=False)} = {_written(each)}" for name, each in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    return json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
