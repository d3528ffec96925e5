"""Documents of Word 6 to 2003 [MS-DOC]: their text in the order of its pieces, as paragraphs, headings and rows.

The text lies in pieces, of one or two bytes a letter. Runs of the same form lie in pages of 512 bytes, which say what was
deleted, which paragraphs are headings, and where a row of a table ends.
"""

import re
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

import olefile

from tessera.errors import Hostile, Unreadable
from tessera.extract.blocks import Block, Document, row_block
from tessera.extract.compound import AGAIN, UNLOCK, code_page, encoding_of, opened, size_of, stated, stream
from tessera.extract.embedded import wrapped_file
from tessera.extract.piece import Piece
from tessera.extract.web_pages import address_shown
from tessera.model.found import PassageSort

_NEW: Final = 0xC1
"""The version that Word 97 writes; older ones lay out the head of the file otherwise."""
_COMPLEX, _ENCRYPTED, _TABLE_1, _WIDE = 0x4, 0x100, 0x200, 0x1000
_MOST_LETTERS: Final = 100_000_000
_PAGE: Final = 512
_AROUND: Final = 64 * 1024
_MOST_PAGES: Final = 200_000
_DELETED: Final = 0x0800
_IN_TABLE, _ROW_END = 0x2416, 0x2417
_HEADINGS: Final = range(1, 10)
_SIZES: Final = (1, 1, 2, 4, 2, 2, -1, 3)
"""Bytes of what stands behind a code of formatting, by its upper three bits; -1: the next byte tells."""
_LONG_CODES: Final = frozenset({0xD606, 0xD608})
_NARROW: Final = 0x40000000
"""Marks a piece of one byte a letter."""
_BEGINS, _SHOWS, _ENDS = "\x13", "\x14", "\x15"
_FIELD: Final = re.compile(f"[{_BEGINS}{_SHOWS}{_ENDS}]")
_LINK: Final = re.compile(r'\s*HYPERLINK\s+"([^"]{1,2000})"')
_CELL: Final = "\x07"
_MARK: Final = re.compile("[\r\x07\x0c\x0e]")
_SIGNS: Final = str.maketrans(
    {"\x0b": "\n", "\x1e": "-", "\x1f": None} | dict.fromkeys("\0\x01\x02\x03\x04\x05\x06\x08\x13\x14\x15\xad")
)

_OLD_PAGES: Final = frozenset({874, 932, 936, 949, 950, *range(1250, 1259), 10000})
"""Code pages in which such a document may be written; others are those of the program that made it later."""
_PAGES_OF_LANGUAGES: Final = {
    0x01: 1256, 0x04: 936, 0x05: 1250, 0x08: 1253, 0x0D: 1255, 0x0E: 1250, 0x11: 932, 0x12: 949, 0x15: 1250, 0x18: 1250,
    0x19: 1251, 0x1B: 1250, 0x1E: 874, 0x1F: 1254, 0x22: 1251, 0x23: 1251, 0x24: 1250, 0x25: 1257, 0x26: 1257,
    0x27: 1257, 0x29: 1256, 0x2A: 1258, 0x2F: 1251,
}  # fmt: skip
"""Code pages of Windows by the lower ten bits of a language's number [MS-LCID]."""


class _Run(NamedTuple):
    """A stretch of text: the number of its first letter, its letters, and which byte of the file the first is at."""

    first: int
    text: str
    at: int
    width: int


class _Form(NamedTuple):
    """How a stretch of bytes is formed: where it begins and ends, the number of its style, and the codes that are on."""

    at: int
    end: int
    style: int
    codes: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What the head of the file tells."""

    is_new: bool
    is_wide: bool
    """Whether letters take two bytes where their piece does not say."""
    encoding: str
    pieces: tuple[int, int]
    """Where the list of pieces lies, and how long it is."""
    plain: tuple[int, int]
    """Where the text lies if there are no pieces."""
    letters: tuple[int, int]
    """Where the list of pages of letters' forms lies."""
    paragraphs: tuple[int, int]


def read_word(piece: Piece) -> Document:
    """Read a document of Word."""
    with opened(piece) as ole:
        main = stream(ole, "WordDocument")
        version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 10)[0]
        if flags & _ENCRYPTED:
            raise Unreadable("the document is encrypted with a password", where=piece.where, advice=UNLOCK)
        head = _new_head(main) if version >= _NEW else _old_head(main, flags, code_page(ole))
        table = stream(ole, "1Table" if flags & _TABLE_1 else "0Table") if head.is_new else main
        runs = list(_runs(main, table, head))
        letters = _forms(main, table, head.letters, of_paragraphs=False)
        paragraphs = _forms(main, table, head.paragraphs, of_paragraphs=True)
        text, links = _shown("".join(run.text for run in runs), _deleted(runs, letters))
        blocks = list(_blocks(_paragraphs(text, links, runs, paragraphs)))
        objects = sorted({tuple(entry[:2]) for entry in ole.listdir() if entry[0] == "ObjectPool" and len(entry) > 2})  # noqa: PLR2004 - a stream of an object
        files = list(_files(ole, objects))
        return Document(facts=stated(ole), blocks=blocks, files=files, objects=len(objects) - len(files))


def _files(ole: olefile.OleFileIO, objects: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, bytes]]:
    """Give the files in the objects; together they cannot be larger than the file, but for what each gets around it."""
    left = size_of(ole) + _AROUND * len(objects)
    for found in filter(None, (wrapped_file(ole, path) for path in objects)):
        left -= len(found[1])
        if left < 0:
            message, advice = "the objects in the document claim to hold more than it has room for", AGAIN
            raise Hostile(message, advice=advice)
        yield found


def _new_head(main: bytes) -> _Head:
    def pair(number: int) -> tuple[int, int]:
        at, size = struct.unpack_from("<II", main, 0x9A + 8 * number)
        return at, size

    return _Head(
        is_new=True,
        is_wide=False,
        encoding="cp1252",
        pieces=pair(33),
        plain=(0, 0),
        letters=pair(12),
        paragraphs=pair(13),
    )


def _old_head(main: bytes, flags: int, page: int) -> _Head:
    """Read the head as Word 6 and 95 lay it out. The code page of the file tells its letters, else its language."""
    language = struct.unpack_from("<H", main, 6)[0] & 0x3FF
    page = page if page in _OLD_PAGES else _PAGES_OF_LANGUAGES.get(language, 1252)
    begin, end = struct.unpack_from("<II", main, 0x18)
    at, size = struct.unpack_from("<II", main, 0x160)
    return _Head(
        is_new=False,
        is_wide=bool(flags & _WIDE),
        encoding=encoding_of(page),
        pieces=(at, size if flags & _COMPLEX else 0),
        plain=(begin, end),
        letters=(0, 0),
        paragraphs=(0, 0),
    )


def _runs(main: bytes, table: bytes, head: _Head) -> Iterator[_Run]:
    at, size = head.pieces
    listed = _places(table[at : at + size]) if size else b""
    if not listed:
        begin, end = head.plain
        yield _run(main, 0, begin, end - begin, head)
        return
    count = (len(listed) - 4) // 12
    first = 0
    for number, (begin, end) in enumerate(pairwise(struct.unpack_from(f"<{count + 1}I", listed))):
        length = min(max(end - begin, 0), _MOST_LETTERS - first)
        start = struct.unpack_from("<I", listed, 4 * (count + 1) + 8 * number + 2)[0]
        is_narrow = head.is_new and bool(start & _NARROW)
        at = (start ^ _NARROW) // 2 if is_narrow else start
        run = _run(main, first, at, length, replace(head, is_wide=head.is_wide or (head.is_new and not is_narrow)))
        yield run
        first += len(run.text)


def _run(main: bytes, first: int, at: int, length: int, head: _Head) -> _Run:
    if head.is_wide:
        return _Run(first, _halves(main[at : at + 2 * length]), at, 2)
    return _Run(first, main[at : at + length].decode(head.encoding, "replace"), at, 1)


def _halves(content: bytes) -> str:
    """Decode two bytes to a letter each, so that letters keep their numbers."""
    return "".join(map(chr, struct.unpack(f"<{len(content) // 2}H", content[: len(content) // 2 * 2])))


def _places(listed: bytes) -> bytes:
    """Give the list of pieces, which stands behind any number of stretches of formatting."""
    at = 0
    while at + 5 <= len(listed) and listed[at] == 1:
        at += 3 + struct.unpack_from("<H", listed, at + 1)[0]
    if at + 5 > len(listed) or listed[at] != 2:  # noqa: PLR2004 - the mark of the list
        return b""
    return listed[at + 5 : at + 5 + struct.unpack_from("<I", listed, at + 1)[0]]


def _forms(main: bytes, table: bytes, place: tuple[int, int], *, of_paragraphs: bool) -> list[_Form]:
    """Give how stretches of the file are formed, in the order of the bytes."""
    at, size = place
    listed = table[at : at + size]
    count = min(max(len(listed) - 4, 0) // 8, _MOST_PAGES)
    found: list[_Form] = []
    for number in range(count):
        page = struct.unpack_from("<I", listed, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF
        found += _page(main[page * _PAGE : (page + 1) * _PAGE], of_paragraphs=of_paragraphs)
    return sorted(found)


def _page(page: bytes, *, of_paragraphs: bool) -> Iterator[_Form]:
    if len(page) < _PAGE:
        return
    count = min(page[-1], _PAGE // 5)
    starts = struct.unpack_from(f"<{count + 1}I", page)
    step = 13 if of_paragraphs else 1
    for number in range(count):
        place = 4 * (count + 1) + step * number
        offset = 2 * page[place] if place < _PAGE else 0
        style, codes = _formatting(page, offset, of_paragraphs=of_paragraphs) if offset else (0, b"")
        yield _Form(starts[number], starts[number + 1], style, frozenset(_codes(codes)))


def _formatting(page: bytes, offset: int, *, of_paragraphs: bool) -> tuple[int, bytes]:
    """Give the number of the style and the codes that stand at this place of a page."""
    size = page[offset]
    if not of_paragraphs:
        return 0, page[offset + 1 : offset + 1 + size]
    begin, size = (offset + 1, 2 * size - 1) if size else (offset + 2, 2 * page[min(offset + 1, _PAGE - 1)])
    content = page[begin : begin + size]
    return int.from_bytes(content[:2], "little"), content[2:]


def _codes(content: bytes) -> Iterator[int]:
    """Give the codes that are on; a code's value follows it."""
    at = 0
    while at + 3 <= len(content):
        code = int.from_bytes(content[at : at + 2], "little")
        size = _SIZES[code >> 13]
        if size < 0:
            size = 1 + (int.from_bytes(content[at + 2 : at + 4], "little") if code in _LONG_CODES else content[at + 2])
        if content[at + 2] & 1:
            yield code
        at += 2 + size


def _deleted(runs: Sequence[_Run], forms: Sequence[_Form]) -> list[tuple[int, int]]:
    """Say which letters were deleted while changes were tracked."""
    gone = [form for form in forms if _DELETED in form.codes]
    starts = [form.at for form in gone]
    found: list[tuple[int, int]] = []
    for run in runs:
        end = run.at + len(run.text) * run.width
        for form in gone[max(bisect_right(starts, run.at) - 1, 0) : bisect_right(starts, end)]:
            start, stop = max(form.at, run.at), min(form.end, end)
            if start < stop:
                found.append((run.first + (start - run.at) // run.width, run.first + (stop - run.at) // run.width))
    return found


def _shown(text: str, gone: list[tuple[int, int]]) -> tuple[str, dict[int, str]]:
    """Blank what a reader does not see, letter for letter; give the text, and where links lead, by the ends of fields."""
    links: dict[int, str] = {}
    open_fields: list[tuple[int, int]] = []
    for found in _FIELD.finditer(text):
        at = found.start()
        if found[0] == _BEGINS:
            open_fields.append((at, -1))
        elif open_fields and found[0] == _SHOWS:
            open_fields[-1] = (open_fields[-1][0], at)
        elif open_fields and found[0] == _ENDS:
            begin, shows = open_fields.pop()
            gone.append((begin, at if shows < 0 else shows))
            link = _LINK.match(text, begin + 1)
            if link and shows > 0:
                links[at] = address_shown(link[1], text[shows + 1 : at])
    parts, done = [], 0
    for start, end in sorted(gone):
        begin = max(start, done)
        if end > begin:
            parts += [text[done:begin], "\0" * (end - begin)]
            done = end
    return "".join([*parts, text[done:]]), links


class _Paragraph(NamedTuple):
    """A paragraph as it stands: its letters, the sign that ends it, and how it is formed, where that is known."""

    text: str
    mark: str
    form: _Form | None
    is_empty: bool


def _paragraphs(text: str, links: dict[int, str], runs: Sequence[_Run], forms: Sequence[_Form]) -> Iterator[_Paragraph]:
    starts, firsts = [form.at for form in forms], [run.first for run in runs]
    stops = sorted(links)
    begin = 0
    for at, mark in [*((found.start(), found[0]) for found in _MARK.finditer(text)), (len(text), "\r")]:
        run = runs[max(bisect_right(firsts, at) - 1, 0)] if runs else None
        place = bisect_right(starts, run.at + (at - run.first) * run.width) - 1 if run and forms else -1
        within = stops[bisect_left(stops, begin) : bisect_left(stops, at)]
        said = "".join(text[start:end] + links.get(end, "") for start, end in pairwise([begin, *within, at]))
        yield _Paragraph(_joined(said.translate(_SIGNS)), mark, forms[place] if place >= 0 else None, begin == at)
        begin = at + 1


def _joined(text: str) -> str:
    """Put together the halves of signs beyond the first plane."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _blocks(paragraphs: Iterable[_Paragraph]) -> Iterator[Block]:
    """Put paragraphs together: those of a table to cells and rows."""
    cells, cell = list[str](), list[str]()
    for one in paragraphs:
        codes = one.form.codes if one.form else frozenset[int]()
        ends_row = one.mark == _CELL and (_ROW_END in codes if one.form else one.is_empty)
        if ends_row:
            yield from _row(cells)
            cells = []
        elif one.mark == _CELL:
            cells.append(" ".join([*cell, one.text]))
            cell = []
        elif _IN_TABLE in codes:
            cell.append(one.text)
        else:
            yield from _row([*cells, *cell])
            cells, cell = [], []
            is_heading = one.form is not None and one.form.style in _HEADINGS
            if one.text.strip():
                yield Block(text=one.text, sort=PassageSort.HEADING if is_heading else PassageSort.PARAGRAPH)
    yield from _row([*cells, *cell])


def _row(cells: Sequence[str]) -> Iterator[Block]:
    if block := row_block(cells):
        yield block
