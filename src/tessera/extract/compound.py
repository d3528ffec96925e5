"""Compound files [MS-CFB], in which office programs of 1997 to 2003 keep their streams, and what those say of themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
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
_CODE_PAGES: Final = {65001: "utf-8", 1200: "utf-16-le", 10000: "mac-roman", 20127: "ascii", 28591: "iso-8859-1"}


@contextmanager
def opened(piece: Piece) -> Iterator[olefile.OleFileIO]:
    """Open a compound file for a while; whatever broken bytes lead to is a damaged document."""
    try:
        with olefile.OleFileIO(str(piece.path)) as ole:
            yield ole
    except Unreadable:
        raise
    except Exception as error:  # the library, and broken numbers, raise whatever they lead to
        raise Unreadable("the document is damaged", where=piece.where, advice=AGAIN) from error


def stream(ole: olefile.OleFileIO, name: str) -> bytes:
    """Give the bytes of a stream; empty where there is none."""
    return bytes(ole.openstream(name).read(MOST_STREAM)) if ole.exists(name) else b""


def stated(ole: olefile.OleFileIO) -> dict[str, str]:
    """Give title, author, moment and number of pages, where the file states them."""
    found = _summary(ole)
    encoding = encoding_of(found.get(_ENCODING, 0))
    made = found.get(_MADE)
    pages = found.get(_PAGES)
    facts = {
        "title": _text(found.get(_TITLE), encoding),
        "author": _text(found.get(_AUTHOR), encoding),
        "made_at": f"{made:%Y-%m-%dT%H:%M:%SZ}" if isinstance(made, datetime) and made.year > 1601 else "",  # noqa: PLR2004 - 1601: none
        "pages": str(pages) if isinstance(pages, int) and pages > 0 else "",
        "note": MACROS if any("VBA" in entry for entry in ole.listdir()) else "",
    }
    return {name: text for name, text in facts.items() if text}


def code_page(ole: olefile.OleFileIO) -> int:
    """Give the code page of Windows in which the file writes what it says of itself; 0 where it does not tell."""
    page = _summary(ole).get(_ENCODING, 0)
    return page & 0xFFFF if isinstance(page, int) else 0


def _summary(ole: olefile.OleFileIO) -> dict[int, object]:
    """Give the properties of the summary; none where it is missing or damaged, for the text is read all the same."""
    try:
        return dict(ole.getproperties(_SUMMARY, convert_time=True)) if ole.exists(_SUMMARY) else {}
    except Exception:  # noqa: BLE001 - the library raises whatever broken bytes lead to
        return {}


def encoding_of(page: object) -> str:
    """Name the encoding of a code page of Windows; cp1252 where there is none of that number.

    >>> encoding_of(1251), encoding_of(65001), encoding_of(7)
    ('cp1251', 'utf-8', 'cp1252')
    """
    number = page & 0xFFFF if isinstance(page, int) else 0
    name = _CODE_PAGES.get(number, f"cp{number}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def _text(value: object, encoding: str) -> str:
    text = value.decode(encoding, "replace") if isinstance(value, bytes) else str(value or "")
    return " ".join(tidy(text).split())
