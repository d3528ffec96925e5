"""Bodies of messages that are kept as rich text, packed as [MS-OXRTFCP] packs it: unpacked, and read as what they are."""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from tessera.extract.encapsulated import is_plain, is_web_page, unwrap
from tessera.extract.mail import Attachment, Written, say_most
from tessera.extract.rich_text import read_rich_text

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of a body, unpacked."""
_HEAD: Final = 16
_BEHIND_SIZE: Final = 4
_WINDOW: Final = 4096
_SIGN: Final = b"LZFu"
_BARE: Final = b"MELA"
_WORDS: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What the packing takes as written before the text begins."""
_DAMAGED: Final = (
    "The text of the message is damaged, and is read as far as it goes. Ask the sender for the message again."
)
_TOO_LONG: Final = f"The text of the message is longer than {MOST_BYTES:,} bytes; the rest was not read."


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a message says, chosen from its forms, with the pictures in it."""

    written: tuple[Written, ...]
    attachments: tuple[Attachment, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """Rich text as it was before it was packed; `fault` says why there is less of it, or why it may be wrong."""

    content: bytes
    fault: str = ""


def body_of(plain: str, html: str, packed: bytes) -> Body:
    """Choose what is read: the plain text or the page, as of any mail; rich text where it holds the page, or is all there is."""
    given = [Written(text=plain)] * bool(plain.strip())
    if html.strip() or not packed:
        return Body(written=tuple(say_most(given, [Written(text=html, is_html=True)] * bool(html.strip()))))
    unpacked = unpack_rtf(packed)
    told, files = _told(unpacked.content)
    written = say_most(given, told) if told and told[0].is_html else given or told
    is_damaged = bool(unpacked.fault) and list(written) != given
    return Body(written=tuple(written), attachments=files, faults=(unpacked.fault,) * (is_damaged or not written))


def _told(content: bytes) -> tuple[list[Written], tuple[Attachment, ...]]:
    """Give what rich text says, and the pictures in it."""
    if is_web_page(content):
        return [Written(text=unwrap(content), is_html=True)], ()
    if is_plain(content):
        return [Written(text=unwrap(content))], ()
    document = read_rich_text(content)
    files = tuple(Attachment(name=name, content=held) for name, held in document.files)
    said = "\n\n".join(block.text or " | ".join(block.cells) for block in document.blocks)
    return [Written(text=said, blocks=tuple(document.blocks))] * bool(said), files


def unpack_rtf(packed: bytes, *, most: int = MOST_BYTES) -> Unpacked:
    """Unpack rich text; what is damaged, cut off or longer than `most` bytes is unpacked as far as it goes."""
    if len(packed) < _HEAD:
        return Unpacked(content=b"", fault=_DAMAGED)
    size, length, sign, checksum = struct.unpack_from("<II4sI", packed)
    inner, shown = packed[_HEAD : size + _BEHIND_SIZE], min(length, most)
    if sign == _BARE:
        content, is_whole = packed[_HEAD : _HEAD + shown], len(packed) >= _HEAD + length
    elif sign == _SIGN:
        content, is_whole = _unpacked(inner, shown), _checksum(inner) == checksum
    else:
        content, is_whole = b"", False
    is_cut = length > most and len(content) == most
    return Unpacked(content=content, fault=_TOO_LONG if is_cut else "" if is_whole else _DAMAGED)


def _checksum(content: bytes) -> int:
    """Sum up bytes as the packing does: CRC-32 from zero on, not turned over at its ends."""
    return zlib.crc32(content, 0xFFFFFFFF) ^ 0xFFFFFFFF


def _unpacked(packed: bytes, most: int) -> bytes:
    """Write out letters and repeat what was written before; a repetition of the place that is written next is the end."""
    out, at = bytearray(_WORDS), 0
    begin = len(_WORDS)
    while at < len(packed) and len(out) - begin < most:
        flags, at = packed[at], at + 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += packed[at : at + 1]
                at += 1
                continue
            token, at = int.from_bytes(packed[at : at + 2], "big"), at + 2
            back = (len(out) - (token >> 4)) % _WINDOW
            if not back or at > len(packed):
                return bytes(out[begin : begin + most])
            _repeat(out, back, (token & 15) + 2)
    return bytes(out[begin : begin + most])


def _repeat(out: bytearray, back: int, count: int) -> None:
    """Write again what stands so far back, which may reach into what is being written; before the beginning are zeros."""
    start = len(out) - back
    seen = bytes(-start) + out if start < 0 else out[start : start + count]
    out += (seen * (-(-count // back)))[:count] if back < count else seen[:count]
