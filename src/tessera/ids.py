"""Identifiers: UUIDv7 (RFC 9562) outside, small integers inside."""

import os
import time
from uuid import UUID

_SIZE = 16
_VERSION = bytes(byte & 0x0F | 0x70 for byte in range(256))
_VARIANT = bytes(byte & 0x3F | 0x80 for byte in range(256))


def new_id() -> UUID:
    """Return one fresh UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    return UUID(bytes=new_ids(1)[0])


def new_ids(count: int) -> list[bytes]:
    """Return `count` fresh UUIDv7 as 16 bytes each; a batch shares its millisecond.

    >>> {UUID(bytes=b).version for b in new_ids(3)}
    {7}
    """
    buffer = bytearray(os.urandom(_SIZE * count))
    for position, byte in enumerate((time.time_ns() // 1_000_000).to_bytes(6, "big")):
        buffer[position::_SIZE] = bytes((byte,)) * count
    buffer[6::_SIZE] = buffer[6::_SIZE].translate(_VERSION)
    buffer[8::_SIZE] = buffer[8::_SIZE].translate(_VARIANT)
    packed = bytes(buffer)
    return [packed[start : start + _SIZE] for start in range(0, len(packed), _SIZE)]


def parse_id(text: str) -> UUID | None:
    """Read an outside identifier, or return None where the text is none.

    >>> parse_id("../etc/passwd") is None
    True
    """
    try:
        return UUID(text)
    except ValueError:
        return None
