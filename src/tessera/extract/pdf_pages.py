"""PDF files: paragraphs, headings and table rows by page; pages that are pictures go to the reader of pictures."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from re import compile as pattern
from typing import Final

from tessera.engines.pdf import Pdf, PdfPage
from tessera.errors import Hostile, Unavailable, Unreadable
from tessera.extract.cells import Cell, row_passages
from tessera.extract.paragraphs import cut, tidy
from tessera.extract.pdf_lines import PdfWord, box_of, paragraphs_of, words_of
from tessera.extract.pdf_order import in_reading_order
from tessera.extract.pdf_tables import Table, find_tables
from tessera.extract.piece import Piece
from tessera.extract.tools import PictureReader, Tools
from tessera.model.found import Enclosed, Facts, Finding, Off, Passage, PassageSort, Portion, Refused
from tessera.model.locator import Box, Locator

DPI: Final = 200
"""How fine a page is drawn for the reader of pictures."""
MOST_PAGES: Final = 5_000
_LONGEST_FACT: Final = 2_000
_NAMED: Final = 20
"""Pages that a sentence names one by one."""
_PLACEHOLDERS: Final = frozenset({"(anonymous)", "(unspecified)", "anonymous", "untitled", "unspecified"})
_FEW_LETTERS: Final = 12
_SOME_LETTERS: Final = 120
_PICTURED: Final = 0.5
_UNKNOWN: Final = 0.3
"""A page of which so many signs have no meaning is read as a picture."""
_FEWEST_WORDS: Final = 20
_SENSELESS: Final = 0.4
"""Share of the words of a page with signs where no word has them."""
_ODD: Final = pattern(r"[^\W\d_][!;£¥¢¤¦§©¬®°±¶¿÷•\\^~]+[^\W_]|[\x00-\x08\x0e-\x1f]")
"""A sign between letters that stands between none, or one that is none at all."""
_MOMENT: Final = pattern(r"D?:?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-])(\d\d)'?(\d\d)?)?")


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Read a PDF page by page."""
    with Pdf(piece.path, where=piece.where) as document:
        yield _facts(document)
        off: list[int] = []
        for number in range(1, min(len(document), MOST_PAGES) + 1):
            yield from _unless_damaged(_page(piece, document, number, tools, off), number)
        if len(document) > MOST_PAGES:
            reason = f"The document has {len(document):,} pages; the first {MOST_PAGES:,} were read. Split it."
            yield Refused(reason=reason, locator=Locator(page=MOST_PAGES + 1))
        if off and isinstance(tools.pictures, Off):
            yield Refused(reason=_unread(off, tools.pictures), locator=Locator(page=off[0]))
        yield from _attached(piece, document)


def _unless_damaged(findings: Iterator[Finding], number: int) -> Iterator[Finding]:
    try:
        yield from findings
    except Unreadable as error:
        yield Refused(reason=_sentence(error), locator=Locator(page=number))


def _facts(document: Pdf) -> Facts:
    stated = document.stated()
    note = "It holds JavaScript, which was not run." if document.has_scripts() else ""
    made = moment_of(stated.get("CreationDate", ""))
    terms = {
        "title": _short(stated.get("Title", "")),
        "author": _short(stated.get("Author", "")),
        "subject": _short(stated.get("Subject", "")),
        "pages": str(len(document)),
        "made_at": made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if made else "",
        "note": note,
    }
    return Facts(terms={name: value for name, value in terms.items() if value})


def _short(text: str) -> str:
    """Give a stated text on one line; nothing where a program only filled the field."""
    short = " ".join(tidy(text).split())[:_LONGEST_FACT]
    return "" if short.lower() in _PLACEHOLDERS else short


def moment_of(text: str) -> datetime | None:
    """Read a moment as PDF writes it; without a zone it is taken as UTC.

    >>> moment_of("D:20260301120000-05'00'").isoformat()
    '2026-03-01T12:00:00-05:00'
    """
    found = _MOMENT.match(text.strip())
    if not found:
        return None
    year, month, day, hour, minute, second = (
        int(part or least) for part, least in zip(found.groups()[:6], "011000", strict=True)
    )
    zone = timedelta(hours=int(found[9] or 0), minutes=int(found[10] or 0)) * (-1 if found[8] == "-" else 1)
    with suppress(ValueError):
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=timezone(zone))
    return None


def _page(piece: Piece, document: Pdf, number: int, tools: Tools, off: list[int]) -> Iterator[Finding]:
    page = document.page(number)
    if not _is_picture(page):
        yield from _written(page)
    elif isinstance(tools.pictures, Off):
        off.append(number)
        yield from _written(page)
    else:
        yield Portion(number=number, read=partial(_recognised, piece, document, page, tools.pictures))


def _written(page: PdfPage) -> Iterator[Passage]:
    """Give what stands on the page as letters, and the comments on it."""
    if not _is_garbled(page):
        words = list(words_of(list(in_reading_order(page.letters)), page.rules))
        yield from (_as_shown(passage, page.quarters) for passage in _said(page, words))
    for note in page.notes:
        for part in cut(tidy(note)):
            yield Passage(text=part, locator=Locator(page=page.number))


def _is_garbled(page: PdfPage) -> bool:
    """Whether the signs have no meaning: fonts that do not say which letters they draw."""
    signs = [letter.text for letter in page.letters if not letter.text.isspace()]
    unknown = sum(1 for sign in signs if sign == "\ufffd" or sign < " " or "\ue000" <= sign <= "\uf8ff")
    return unknown > _UNKNOWN * max(len(signs), 1) or _is_senseless("".join(letter.text for letter in page.letters))


def _is_senseless(text: str) -> bool:
    """Whether hardly a word of a text is one: its font draws other letters than it names.

    >>> _is_senseless("m!n£o p;q " * 40), _is_senseless("On 3/4 at 08:30 O'Hara paid $1,482.65 (of 12/B-7). " * 40)
    (True, False)
    """
    words = text.split()
    if len(words) < _FEWEST_WORDS:
        return False
    odd = sum(1 for word in words if _ODD.search(word))
    return odd > _SENSELESS * len(words)


def _is_picture(page: PdfPage) -> bool:
    """Whether what the page says, or most of it, is on a picture or only drawn."""
    signs = sum(1 for letter in page.letters if not letter.text.isspace())
    if _is_garbled(page):
        return True
    if signs < _FEW_LETTERS:
        return page.pictured > _PICTURED / 10 or (page.drawn and not signs)
    return signs < _SOME_LETTERS and page.pictured >= _PICTURED


def _recognised(piece: Piece, document: Pdf, page: PdfPage, reader: PictureReader) -> Iterator[Finding]:
    """Give what stands on the page, and what its picture says."""
    yield from _written(page)
    yield from _unless_damaged(_lines(piece, document, page.number, reader), page.number)


def _lines(piece: Piece, document: Pdf, number: int, reader: PictureReader) -> Iterator[Finding]:
    drawn = piece.new_file()
    try:
        drawn.write_bytes(document.picture(number, dpi=DPI))
        yield from reader.read(drawn, page=number)
    except OSError as error:
        message = f"there is no room to draw a page: {error.strerror or error}"
        raise Unavailable(message, where=piece.where, advice="Free some disk space, then try again.") from error
    finally:
        drawn.unlink(missing_ok=True)


def _unread(pages: Sequence[int], off: Off) -> str:
    more = f" and {len(pages) - _NAMED} more" if len(pages) > _NAMED else ""
    named = ", ".join(map(str, pages[:_NAMED])) + more
    return f"These pages are pictures without text: {named}. They were not read, because {off.why} {off.advice}".strip()


def _said(page: PdfPage, words: Sequence[PdfWord]) -> Iterator[Passage]:
    """Give paragraphs in the order of the page, and each table where its first word stands."""
    tables = find_tables(words, page.rules)
    taken = {id(word) for table in tables for cell in table.cells.values() for word in cell}
    waiting = sorted(tables, key=_first_line)
    left = [word for word in words if id(word) not in taken]
    rows = 0
    for paragraph in paragraphs_of(left, page.width, page.height):
        while waiting and _first_line(waiting[0]) <= paragraph.line:
            table = waiting.pop(0)
            yield from _rows(table, page, rows)
            rows += len(list(table.rows()))
        box = paragraph.words[0].box
        for word in paragraph.words[1:]:
            box = box | word.box if box and word.box else box
        sort = PassageSort.HEADING if paragraph.heading else PassageSort.PARAGRAPH
        locator = Locator(page=page.number, box=box)
        yield Passage(text=paragraph.text, locator=locator, sort=sort, words=paragraph.words)
    for table in waiting:
        yield from _rows(table, page, rows)
        rows += len(list(table.rows()))


def _as_shown(passage: Passage, quarters: int) -> Passage:
    """Give the places of a passage on the page as it is shown, whose text may lie on its side."""
    if not quarters:
        return passage
    words = tuple(replace(word, box=word.box and _turned(word.box, quarters)) for word in passage.words)
    box = passage.locator.box and _turned(passage.locator.box, quarters)
    return replace(passage, words=words, locator=replace(passage.locator, box=box))


def _turned(box: Box, quarters: int) -> Box:
    """Turn a box with its page by some quarters to the right.

    >>> _turned(Box(left=10, top=0, width=20, height=5), 1)
    Box(left=95, top=10, width=5, height=20)
    """
    right, bottom = 100 - box.left - box.width, 100 - box.top - box.height
    match quarters:
        case 1:
            return Box(left=bottom, top=box.left, width=box.height, height=box.width)
        case 2:
            return Box(left=right, top=bottom, width=box.width, height=box.height)
        case _:
            return Box(left=box.top, top=right, width=box.height, height=box.width)


def _first_line(table: Table) -> int:
    return min(word.line for cell in table.cells.values() for word in cell)


def _rows(table: Table, page: PdfPage, before: int) -> Iterator[Passage]:
    """Give the rows of a table, numbered on from those of the tables before it on the page."""
    for number, (_, cells) in enumerate(table.rows(), start=before + 1):
        told = (
            Cell(column=column, words=[(word.text, box_of(word, page.width, page.height)) for word in said])
            for column, said in cells
        )
        yield from row_passages(told, Locator(page=page.number, row=number), row=number - 1)


def _attached(piece: Piece, document: Pdf) -> Iterator[Finding]:
    for nth, (name, content) in enumerate(document.attached(), start=1):
        inside = piece.new_file()
        piece.budget.left -= len(content)
        if piece.budget.left < 0:
            message = "the files packed into the document hold more bytes than a delivery may"
            raise Hostile(message, where=piece.where, advice="Deliver them by themselves.")
        inside.write_bytes(content)
        yield Enclosed(name=name or f"attachment-{nth}", path=inside)


def _sentence(error: Unreadable) -> str:
    message = error.message[:1].upper() + error.message[1:]
    return f"{message.rstrip('.')}. {error.advice}"
