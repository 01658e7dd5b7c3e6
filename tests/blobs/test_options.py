"""Options of a store, as TOML gives them and as Python does."""

from typing import Any

import msgspec
import pytest

from simulator.blobs.options import StoreOptions


def test_defaults() -> None:
    """A store without options is what the seed diagram shows."""
    assert msgspec.convert({}, StoreOptions) == StoreOptions(
        prefix="", cache=False, digest=None, verify_source=True, existence_check="metadata"
    )


def test_names_have_hyphens_outside() -> None:
    """In files, names are written with hyphens."""
    options = msgspec.convert({"verify-source": False, "existence-check": "exists"}, StoreOptions)
    assert options == StoreOptions(verify_source=False, existence_check="exists")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"cache-size": -1}, "cache-size"),
        ({"prefix": "../up"}, "prefix"),
        ({"digest": "crc"}, "digest"),
        ({"existence-check": "guess"}, "existence-check"),
        ({"verify-source": "yes"}, "verify-source"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_refused_option_is_named(options: dict[str, Any], named: str) -> None:
    """What cannot be is refused with the name of the option."""
    with pytest.raises(msgspec.ValidationError, match=named):
        msgspec.convert(options, StoreOptions)


@pytest.mark.parametrize(
    "options",
    [{"subdirs_depth": 16}, {"prefix": "/"}, {"digest": "crc"}, {"existence_check": "guess"}],
    ids=lambda options: next(iter(options)),
)
def test_python_is_refused_too(options: dict[str, Any]) -> None:
    """Made in Python, an impossible store is refused as well."""
    with pytest.raises(ValueError, match="option"):
        StoreOptions(**options)
