"""Identifiers: UUIDv7 (RFC 9562) outside, small integers inside."""

import os
import time
from uuid import UUID

_RANDOM_BYTES = 10


def new_id() -> UUID:
    """Return one fresh UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    return UUID(bytes=new_ids(1)[0])


def new_ids(count: int) -> list[bytes]:
    """Return `count` fresh UUIDv7 as 16 bytes each; a batch shares its millisecond.

    >>> {UUID(bytes=b).version for b in new_ids(3)}
    {7}
    """
    prefix = (time.time_ns() // 1_000_000).to_bytes(6, "big")
    noise = os.urandom(_RANDOM_BYTES * count)
    ids = []
    for start in range(0, len(noise), _RANDOM_BYTES):
        tail = bytearray(noise[start : start + _RANDOM_BYTES])
        tail[0] = (tail[0] & 0x0F) | 0x70
        tail[2] = (tail[2] & 0x3F) | 0x80
        ids.append(prefix + bytes(tail))
    return ids


def parse_id(text: str) -> UUID | None:
    """Read an outside identifier, or return None where the text is none.

    >>> parse_id("../etc/passwd") is None
    True
    """
    try:
        return UUID(text)
    except ValueError:
        return None
