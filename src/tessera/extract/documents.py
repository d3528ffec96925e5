"""Documents of text: PDF, Word, PowerPoint, OpenDocument, RTF, EPUB and plain text, as paragraphs with their place."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from tessera.errors import Unreadable
from tessera.extract import office_xml, pdf_pages
from tessera.extract.archives import check_book, open_zip, unpack_member
from tessera.extract.blocks import Block, Document, told
from tessera.extract.encoding import find_encoding
from tessera.extract.formats import FileFormat, find_format
from tessera.extract.office_xml import Damaged
from tessera.extract.paragraphs import passages, split_paragraphs
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.extract.web_pages import read_page
from tessera.model.found import Enclosed, Facts, Finding, PassageSort, Refused
from tessera.model.locator import Locator

_OFFICE: Final = frozenset({FileFormat.DOCX, FileFormat.PPTX, FileFormat.ODT, FileFormat.ODP})
_OLDER: Final = frozenset({FileFormat.DOC, FileFormat.PPT, FileFormat.RTF})
_MOST_BYTES: Final = 128 * 1024 * 1024
_CHUNK: Final = 1024 * 1024


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give what the document says of itself, what it says, and the files in it."""
    sort = find_format(piece)
    if sort is FileFormat.PDF:
        yield from pdf_pages.read(piece, tools)
    elif sort in _OFFICE:
        yield from _office(piece, sort)
    elif sort is FileFormat.EPUB:
        yield from _book(piece)
    elif sort in _OLDER:
        yield from _older(piece, sort)
    else:
        yield from _plain(piece)


def _office(piece: Piece, sort: FileFormat) -> Iterator[Finding]:
    check_book(piece)
    damages: list[str] = []
    yield Facts(terms=office_xml.facts(piece))
    is_empty = True
    for passage in told(office_xml.blocks(piece, sort, damages.append)):
        is_empty = False
        yield passage
    if damages and is_empty:
        raise Unreadable("the document is damaged", where=piece.where, advice=damages[0])
    yield from (Refused(reason=reason, locator=Locator()) for reason in damages)
    for name in office_xml.enclosed(piece):
        yield from _member(piece, name)


def _member(piece: Piece, name: str) -> Iterator[Finding]:
    try:
        yield Enclosed(name=name, path=unpack_member(piece, name).path)
    except Unreadable as error:
        yield Refused(reason=f"{error.message.capitalize()}. {error.advice}", locator=Locator(), value=name)


def _older(piece: Piece, sort: FileFormat) -> Iterator[Finding]:
    if piece.path.stat().st_size > _MOST_BYTES:
        advice = "Save it in the newer format of its program and deliver that."
        raise Unreadable(f"the document is larger than {_MOST_BYTES:,} bytes", where=piece.where, advice=advice)
    if sort is FileFormat.DOC:
        from tessera.extract.word97 import read_word  # noqa: PLC0415 - loaded only where there is such a document

        yield from _whole(read_word(piece), piece)
    elif sort is FileFormat.PPT:
        from tessera.extract.powerpoint97 import read_powerpoint  # noqa: PLC0415 - loaded only where there is one

        yield from _whole(read_powerpoint(piece), piece)
    else:
        from tessera.extract.rich_text import read_rich_text  # noqa: PLC0415 - loaded only where there is one

        yield from _whole(read_rich_text(piece.path.read_bytes()), piece)


def _whole(document: Document, piece: Piece) -> Iterator[Finding]:
    yield Facts(terms=document.facts)
    if not document.blocks:
        yield Refused(reason="No text was found in the document. Save it as PDF and deliver that.", locator=Locator())
    yield from told(document.blocks)
    if document.objects:
        what = "An object lies" if document.objects == 1 else f"{document.objects:,} objects lie"
        reason = f"{what} in the document, and what is in it cannot be read there. Open it, and deliver that by itself."
        yield Refused(reason=reason, locator=Locator())
    for number, (name, content) in enumerate(document.files, start=1):
        target = piece.new_file()
        target.write_bytes(content)
        yield Enclosed(name=name or f"object {number}", path=target)


def _book(piece: Piece) -> Iterator[Finding]:
    check_book(piece)
    with open_zip(piece) as archive:
        try:
            package, facts, chapters = _package(archive, piece)
        except Damaged as error:
            raise Unreadable("the book is damaged", where=piece.where, advice=str(error)) from error
        yield Facts(terms=facts)
        for place, chapter in enumerate(chapters, start=1):
            yield from _chapter(archive, posixpath.normpath(posixpath.join(posixpath.dirname(package), chapter)), place)


def _package(archive: zipfile.ZipFile, piece: Piece) -> tuple[str, dict[str, str], list[str]]:
    """Give the name of the package file, what it says of the book, and the chapters in reading order."""
    container = office_xml.tree(archive, "META-INF/container.xml", piece)
    package = next((one.get("full-path", "") for one in container.iter("{*}rootfile")), "")
    root = office_xml.tree(archive, package, piece)
    items = {one.get("id"): unquote(one.get("href", "")) for one in root.iter("{*}item")}
    chapters = [items[one.get("idref")] for one in root.iter("{*}itemref") if one.get("idref") in items]
    stated = {"title": "title", "creator": "author", "date": "made_at"}
    facts = {
        term: " ".join((one.text or "").split()) for name, term in stated.items() for one in root.iter(f"{{*}}{name}")
    }
    return package, {term: text for term, text in facts.items() if text}, chapters


def _chapter(archive: zipfile.ZipFile, name: str, place: int) -> Iterator[Finding]:
    try:
        text = archive.read(name).decode("utf-8")
        yield from told(replace(block, page=place) for block in read_page(text).blocks)
    except (KeyError, UnicodeDecodeError, zipfile.BadZipFile, OSError, RuntimeError, Unreadable):
        reason = "This chapter is missing, damaged or encrypted. Ask for a copy without copy protection."
        yield Refused(reason=reason, locator=Locator(page=place), value=name)


def _plain(piece: Piece) -> Iterator[Finding]:
    """Read plain text of any length, paragraph by paragraph; Markdown headings are headings."""
    yield Facts(terms={})
    for text in _streamed(piece):
        block = _markdown(text.strip())
        yield from passages(block.text, Locator(), block.sort)


def _streamed(piece: Piece) -> Iterator[str]:
    waiting = ""
    with piece.path.open(encoding=find_encoding(piece.path), errors="replace") as file:
        while chunk := file.read(_CHUNK):
            *whole, waiting = split_paragraphs(waiting + chunk)
            yield from whole
            if len(waiting) > _CHUNK:
                yield waiting
                waiting = ""
    yield waiting


def _markdown(text: str) -> Block:
    first, _, rest = text.partition("\n")
    marks = len(first) - len(first.lstrip("#"))
    if not rest and 0 < marks <= 6 and first[marks : marks + 1] == " ":  # noqa: PLR2004 - six levels of headings
        return Block(text=first[marks:].strip(" #"), sort=PassageSort.HEADING)
    return Block(text=text)
