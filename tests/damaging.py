"""Damage to files, drawn by a seed: flipped bits, cut ends, halves of another file, repeats, and swapped members of zips."""

import io
import random
import zipfile
import zlib
from collections.abc import Mapping

from document_samples import pack


def damaged(content: bytes, draw: random.Random, others: Mapping[str, bytes]) -> bytes:
    """Damage a file in one to three ways. A zip is damaged inside as often as outside, so that its readers see it."""
    for _ in range(draw.choice((1, 1, 2, 3))):
        inside = content[:4] == b"PK\x03\x04" and draw.random() < 0.6
        content = _inside(content, draw) if inside else _outside(content, draw, others)
        if not content:
            return b"\0"
    return content


def _outside(content: bytes, draw: random.Random, others: Mapping[str, bytes]) -> bytes:
    at, end = sorted(draw.randrange(len(content) + 1) for _ in range(2))
    other = others[draw.choice(sorted(others))]
    odd = draw.choice((b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\x80"))
    ways = (
        lambda: _flipped(content, draw),
        lambda: content[:at],
        lambda: content[:at] + content[end:],
        lambda: content[:end] + content[at : at + 600] * draw.choice((1, 3, 200)) + content[end:],
        lambda: content[:at] + other[draw.randrange(len(other)) :],
        lambda: content[:at] + odd + content[at + 4 :],
        lambda: content[:at] + draw.randbytes(draw.randrange(1, 40)) + content[at:],
    )
    return draw.choice(ways)()


def _flipped(content: bytes, draw: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(draw.choice((1, 4, 40))):
        changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _inside(content: bytes, draw: random.Random) -> bytes:
    """Damage one member, or swap the contents of two, and pack all of them again."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error):
        return _flipped(content, draw)
    if not files:
        return content
    one, two = (draw.choice(sorted(files)) for _ in range(2))
    if draw.random() < 0.3:
        files[one], files[two] = files[two], files[one]
    elif draw.random() < 0.2:
        del files[one]
    else:
        part = files[one]
        files[one] = _outside(part if isinstance(part, bytes) and part else b"x", draw, {"it": content})
    return pack(files)
