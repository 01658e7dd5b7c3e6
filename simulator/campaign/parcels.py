"""Records as bytes, for other processes of the same campaign.

Lives here: packing and unpacking. Must not live here: who sends what (`crew`, `worker`).
"""

import pickle
from dataclasses import dataclass, replace
from io import BytesIO
from types import MappingProxyType
from typing import Any

from simulator.conformance.verdict import Step, Verdict


@dataclass(frozen=True, slots=True)
class _Steps:
    """What `Verdict.steps` is once they are made."""

    made: tuple[Step, ...]

    def __call__(self) -> tuple[Step, ...]:
        return self.made


def _fixed(entries: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(entries)


class _Packer(pickle.Pickler):
    def reducer_override(self, value: object, /) -> Any:  # noqa: ANN401  # as its base says
        """Say how to make again what pickle cannot: mappings that do not change, an alignment that is still to come."""
        if isinstance(value, MappingProxyType):
            return _fixed, (dict(value),)
        if isinstance(value, Verdict):
            return replace(value, steps=_Steps(value.alignment)).__reduce_ex__(pickle.HIGHEST_PROTOCOL)
        return NotImplemented


def packed(value: object) -> bytes:
    """Give the bytes of a value. Raises what pickle raises where it cannot be sent: mostly a class without a name."""
    into = BytesIO()
    _Packer(into, pickle.HIGHEST_PROTOCOL).dump(value)
    return into.getvalue()


def unpacked(parcel: bytes) -> Any:  # noqa: ANN401  # whatever was packed
    """Give the value again. Raises anything that loading its classes can raise."""
    return pickle.loads(parcel)  # noqa: S301  # from our own process, over a pipe that nobody else has
