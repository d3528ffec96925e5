"""A PDF, page by page: paragraphs with the place of each word; pages without text are read as pictures."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from statistics import median
from typing import Final

from tessera.engines.documents import PageLine, Pdf, around, open_pdf
from tessera.errors import TesseraError, Unreadable
from tessera.extract.paragraphs import MOST, tidy
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Enclosed, Facts, Finding, Off, Passage, Refused, Word
from tessera.model.locator import Box, Locator

_DPI: Final = 200
_WIDE_GAP: Final = 0.6
"""Space between lines, in heights of a line, beyond which a paragraph ends."""
_OTHER_SIZE: Final = 1.5
"""How much taller or lower the next line is where another paragraph, such as the text under a heading, begins."""
_UP: Final = -2
"""Space between lines, in heights of a line, where the next line stands so much higher that it begins a column."""
_FULL: Final = 0.85
"""How far a line reaches, in widths of its paragraph, where the sentence simply goes on in the next line."""
_PDF_DATE: Final = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+-])(\d\d)'?(\d\d)?)?")
_STAMP: Final = 25
"""Letters below which the text of a page may be no more than what a scanner wrote on it."""
_COLUMN: Final = 1.5
"""Space between two words, in heights of the line, beyond which they stand in different columns."""
_NAMES: Final = (("Title", "title"), ("Author", "author"))
_PLACEHOLDERS: Final = frozenset({"(anonymous)", "(unspecified)", "anonymous", "untitled", "unspecified"})


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give what the document says of itself, its paragraphs, and the files embedded in it."""
    with open_pdf(piece.path, where=piece.where) as pdf:
        yield Facts(terms=_facts(pdf))
        without: list[int] = []
        for page in range(1, pdf.pages + 1):
            yield from _page(pdf, page, piece, tools, without)
        if without and isinstance(tools.pictures, Off):
            yield _without_text(without, tools.pictures)
        yield from _attachments(pdf, piece)


def paragraphs_of(lines: Sequence[PageLine]) -> Iterator[list[PageLine]]:
    """Put lines that follow one another closely, in letters of one size, together."""
    paragraph: list[PageLine] = []
    usual = _usual_gap(lines)
    for line in lines:
        if paragraph and _ends(paragraph[-1], line, usual):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _facts(pdf: Pdf) -> dict[str, str]:
    told = pdf.facts()
    facts = {term: told.get(name, "").strip() for name, term in _NAMES}
    facts = {term: text for term, text in facts.items() if text.lower() not in _PLACEHOLDERS}
    facts["made_at"] = _moment(told.get("CreationDate", ""))
    facts["pages"] = str(pdf.pages)
    return {term: text for term, text in facts.items() if text}


def _moment(text: str) -> str:
    """Write a PDF date as ISO 8601 in UTC; empty where it is none, or names no zone and no time of day.

    >>> _moment("D:20260302080000-05'00'")
    '2026-03-02T13:00:00Z'
    """
    found = _PDF_DATE.match(text)
    if not found:
        return ""
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in found.group(1, 2, 3, 4, 5, 6))
    hours, minutes = int(found[8] or 0), int(found[9] or 0)
    try:
        zone = timezone((-1 if found[7] == "-" else 1) * timedelta(hours=hours, minutes=minutes))
        moment = datetime(year, month or 1, day or 1, hour, minute, second, tzinfo=zone)
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError):
        return ""


def _page(pdf: Pdf, page: int, piece: Piece, tools: Tools, without: list[int]) -> Iterator[Finding]:
    try:
        lines = pdf.lines(page)
        is_picture = _is_picture(pdf, page, lines)
        if is_picture and not isinstance(tools.pictures, Off):
            picture = piece.new_file()
            picture.write_bytes(pdf.draw(page, dpi=_DPI))
            yield from tools.pictures.read(picture, page=page)
            picture.unlink(missing_ok=True)
            return
        if is_picture:
            without.append(page)
        for paragraph in paragraphs_of(lines):
            yield from _passages(paragraph, page)
    except TesseraError as error:
        reason = f"Page {page} could not be read: {error.message}. {error.advice}".strip()
        yield Refused(reason=reason, locator=Locator(page=page))


def _is_picture(pdf: Pdf, page: int, lines: Sequence[PageLine]) -> bool:
    """Whether what a page says stands on a picture: it has no text, or no more than a stamp, and something is drawn."""
    letters = sum(len(word.text) for line in lines for word in line.words)
    return letters < _STAMP and pdf.has_marks(page, pictures_only=letters > 0)


def _without_text(pages: Sequence[int], why: Off) -> Refused:
    named = ", ".join(map(str, pages[:20])) + (f" and {len(pages) - 20} more" if len(pages) > 20 else "")  # noqa: PLR2004
    reason = f"These pages are pictures without text: {named}. They were not read, because {why.why} {why.advice}"
    return Refused(reason=reason.strip(), locator=Locator(page=pages[0]))


def _attachments(pdf: Pdf, piece: Piece) -> Iterator[Finding]:
    for name, content in pdf.attachments():
        if not content:
            reason = "The embedded file cannot be taken out. Ask the sender for it on its own."
            yield Refused(reason=reason, locator=Locator(), value=name)
            continue
        piece.budget.left -= len(content)
        if piece.budget.left < 0:
            raise Unreadable(
                "the embedded files are too large together", where=piece.where, advice="Deliver them apart."
            )
        target = piece.new_file()
        target.write_bytes(content)
        yield Enclosed(name=name, path=target)


def _passages(paragraph: Sequence[PageLine], page: int) -> Iterator[Passage]:
    """Write a paragraph as text, each word with its box; long ones are cut between words."""
    reach = max(line.box.left + line.box.width for line in paragraph)
    begin = min(line.box.left for line in paragraph)
    text, joint, words = "", "", list[Word]()
    for line in paragraph:
        for word in line.words:
            if len(text) + len(word.text) > MOST and joint:
                yield _passage(text, words, page)
                text, joint, words = "", "", []
            text += joint
            written = word.text if word.text.isprintable() else tidy(word.text)
            words.append(Word(start=len(text), end=len(text) + len(written), box=word.box))
            text += written
            joint = " "
        joint = _joint(line, begin, reach)
    if text.strip():
        yield _passage(text, words, page)


def _joint(line: PageLine, begin: float, reach: float) -> str:
    """Say what stands between a line and the next: nothing, a space where the line is full, else the end of a line."""
    if line.goes_on:
        return ""
    is_full = line.box.left + line.box.width - begin >= _FULL * (reach - begin)
    return " " if is_full and not _has_columns(line) else "\n"


def _has_columns(line: PageLine) -> bool:
    wide = _COLUMN * max(word.box.height for word in line.words)
    return any(after.box.left - before.box.left - before.box.width > wide for before, after in pairwise(line.words))


def _passage(text: str, words: Sequence[Word], page: int) -> Passage:
    box = around([word.box for word in words if word.box])
    return Passage(text=text, locator=Locator(page=page, box=box), words=tuple(words))


def _usual_gap(lines: Sequence[PageLine]) -> float:
    """Give the usual space between a line and the next, in heights of a line."""
    gaps = [_gap(above.box, below.box) for above, below in pairwise(lines)]
    near = [gap for gap in gaps if 0 <= gap < 1.5]  # noqa: PLR2004 - beyond it no text goes on
    return median(near) if near else 0.0


def _gap(above: Box, below: Box) -> float:
    height = max(min(above.height, below.height), 0.1)
    return (below.top - above.top - above.height) / height


def _ends(line: PageLine, following: PageLine, usual: float) -> bool:
    above, below = line.box, following.box
    if line.goes_on:
        return False
    low, high = sorted((max(above.height, 0.1), max(below.height, 0.1)))
    gap = _gap(above, below)
    is_aside = below.left > above.left + above.width or above.left > below.left + below.width
    return gap > usual + _WIDE_GAP or gap < _UP or high > _OTHER_SIZE * low or (is_aside and gap > -_WIDE_GAP)
