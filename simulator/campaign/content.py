"""The bytes that a step writes: `content`, `hex`, `size` or `file`.

Lives here: the four ways to say it. Laws: the same step gives the same bytes; `size = M` is the beginning of
`size = N` for M < N.
"""

import hashlib
from functools import cache
from pathlib import Path

from simulator.campaign.step import Step


def content_of(step: Step, folder: Path) -> bytes:
    """The bytes of a step; `file` is read below `folder`."""
    arguments = step.arguments
    if "file" in arguments:
        return (folder / step.text("file")).read_bytes()
    if "size" in arguments:
        return sized(int(step.text("size")))
    return bytes.fromhex(step.text("hex")) if "hex" in arguments else step.text("content").encode()


@cache
def sized(size: int) -> bytes:
    """The first `size` bytes of the endless output of SHAKE-256 (FIPS 202) for no input."""
    return hashlib.shake_256(b"").digest(size)
