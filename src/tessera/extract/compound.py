"""Compound files [MS-CFB], in which office programs of 1997 to 2003 keep their streams, and what those say of themselves."""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import olefile

from tessera.errors import Unreadable
from tessera.extract.paragraphs import tidy
from tessera.extract.piece import Piece

MOST_STREAM: Final = 256 * 1024 * 1024
AGAIN: Final = "It may be cut off or damaged: open it in its program, save it again and deliver it again."
UNLOCK: Final = "Open it in its program, remove the password, save it and deliver it again."
MACROS: Final = "It holds macros, which were not run."
_SUMMARY: Final = "\x05SummaryInformation"
_TITLE, _AUTHOR, _MADE, _PAGES = 2, 4, 12, 14
_ENCODING: Final = 1
_NARROW_TEXT, _WIDE_TEXT = 0x1E, 0x1F
_MOST_SUMMARY: Final = 1024 * 1024
_MOST_PROPERTIES: Final = 200
_LONGEST: Final = 10_000
_BEGAN: Final = datetime(1601, 1, 1, tzinfo=UTC)
_CODE_PAGES: Final = {65001: "utf-8", 1200: "utf-16-le", 10000: "mac-roman", 20127: "ascii", 28591: "iso-8859-1"}


@contextmanager
def opened(piece: Piece) -> Iterator[olefile.OleFileIO]:
    """Open a compound file for a while; whatever broken bytes lead to is a damaged document."""
    try:
        with olefile.OleFileIO(str(piece.path)) as ole:
            _check_sizes(ole, piece)
            yield ole
    except Unreadable:
        raise
    except Exception as error:  # the library, and broken numbers, raise whatever they lead to
        raise Unreadable("the document is damaged", where=piece.where, advice=AGAIN) from error


def _check_sizes(ole: olefile.OleFileIO, piece: Piece) -> None:
    """Refuse a file whose lists claim to be larger than it is: the library would follow their sectors in circles."""
    if max(ole.num_mini_fat_sectors * ole.sectorsize, ole.root.size) > piece.path.stat().st_size:
        message = "the document claims to hold more than it has room for"
        raise Unreadable(message, where=piece.where, advice=AGAIN)


def stream(ole: olefile.OleFileIO, name: str | list[str]) -> bytes:
    """Give the bytes of a stream; empty where there is none, or it claims to be larger than the file."""
    if not ole.exists(name) or ole.get_size(name) > min(size_of(ole), MOST_STREAM):
        return b""
    return bytes(ole.openstream(name).read())


def size_of(ole: olefile.OleFileIO) -> int:
    """Give how many bytes the whole file has."""
    return int(ole.fp.seek(0, os.SEEK_END))


def stated(ole: olefile.OleFileIO) -> dict[str, str]:
    """Give title, author, moment and number of pages, where the file states them."""
    found = _summary(ole)
    encoding = encoding_of(code_page(ole))
    facts = {
        "title": _text(found.get(_TITLE), encoding),
        "author": _text(found.get(_AUTHOR), encoding),
        "made_at": moment(int.from_bytes(found[_MADE][1][:8], "little")) if _MADE in found else "",
        "pages": str(int.from_bytes(found[_PAGES][1][:4], "little") or "") if _PAGES in found else "",
        "note": MACROS if any("VBA" in entry for entry in ole.listdir()) else "",
    }
    return {name: text for name, text in facts.items() if text}


def code_page(ole: olefile.OleFileIO) -> int:
    """Give the code page of Windows in which the file writes what it says of itself; 0 where it does not tell."""
    return int.from_bytes(_summary(ole).get(_ENCODING, (0, b""))[1][:2], "little")


def moment(ticks: int) -> str:
    """Write a moment, counted in tenths of a millionth of a second from 1601, as ISO 8601 in UTC; empty where it is none.

    >>> moment(134_168_400_000_000_000), moment(0), moment(2**63)
    ('2026-03-01T12:00:00Z', '', '')
    """
    try:
        found = _BEGAN + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return ""
    return f"{found:%Y-%m-%dT%H:%M:%SZ}" if found.year > _BEGAN.year else ""


def _summary(ole: olefile.OleFileIO) -> dict[int, tuple[int, bytes]]:
    """Give the properties of the summary [MS-OLEPS], each with its sort and bytes; none where it is missing or damaged."""
    content = stream(ole, _SUMMARY)[:_MOST_SUMMARY]
    try:
        section = struct.unpack_from("<I", content, 44)[0]
        count = min(struct.unpack_from("<I", content, section + 4)[0], _MOST_PROPERTIES)
        listed = struct.unpack_from(f"<{2 * count}I", content, section + 8)
    except struct.error:
        return {}
    found: dict[int, tuple[int, bytes]] = {}
    for name, offset in zip(listed[::2], listed[1::2], strict=True):
        at = section + offset
        sort, value = int.from_bytes(content[at : at + 2], "little"), content[at + 4 :]
        found.setdefault(name, (sort, value[:_LONGEST]))
    return found


def encoding_of(page: int) -> str:
    """Name the encoding of a code page of Windows; cp1252 where there is none of that number.

    >>> encoding_of(1251), encoding_of(65001), encoding_of(7)
    ('cp1251', 'utf-8', 'cp1252')
    """
    name = _CODE_PAGES.get(page, f"cp{page}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def _text(value: tuple[int, bytes] | None, encoding: str) -> str:
    if value is None or value[0] not in {_NARROW_TEXT, _WIDE_TEXT}:
        return ""
    size, content = int.from_bytes(value[1][:4], "little"), value[1][4:]
    if value[0] == _WIDE_TEXT:
        text = content[: 2 * size].decode("utf-16-le", "replace")
    else:
        text = content[:size].decode(encoding, "replace")
    return " ".join(tidy(text.partition("\0")[0]).split())
