"""Office documents that are zips of XML: Word, PowerPoint, OpenDocument and EPUB, block by block in reading order."""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tessera.errors import Hostile, Unreadable
from tessera.extract.archives import DAMAGE, open_zip
from tessera.extract.blocks import Block, row_block
from tessera.extract.compound import MACROS
from tessera.extract.formats import FileFormat
from tessera.extract.piece import Piece
from tessera.extract.web_pages import address_shown
from tessera.extract.xml_text import drop, local
from tessera.model.found import PassageSort

_ADVICE: Final = "Open it in its program, save it again and deliver it again."
_ENTITY: Final = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
_FAULTS: Final = (KeyError, *DAMAGE)
_HEADING: Final = re.compile(r"(heading|title|subtitle)\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(\d+)\.xml$")
_LEFT_OUT: Final = frozenset(
    {"del", "delText", "Fallback", "instrText", "moveFrom", "note-citation", "tracked-changes", "rPr", "pPr"}
)
"""Parts of a paragraph that a reader of the document does not see, or sees in another form."""
_DRAWN: Final = frozenset({"chart", "diagramData"})
"""Parts that are shown as drawings, and have words."""
_LABELS: Final = frozenset({"multiLvlStrCache", "strCache"})
"""Words of a chart, as it was drawn last."""
_REMARKS: Final = re.compile(r"xl/(comments/?\w*|threadedComments/\w+|drawings/drawing\d+)\.xml|content\.xml")
"""Parts of a workbook with words that are in no cell."""
_BY_WHOM: Final = frozenset({"creator", "date", "date-string"})
_BREAKS: Final = {"br": "\n", "cr": "\n", "line-break": "\n", "tab": "\t", "noBreakHyphen": "-"}
_SPACES: Final = re.compile(r"[ \t\r\n]+")


class Damaged(Exception):
    """A part of the document is missing or is no XML: what and why."""


Links = Mapping[str, str]
"""Where the links of a part lead, by their identifiers."""
Take = Callable[[str], None]
"""Told of each part that could not be read."""


def blocks(piece: Piece, sort: FileFormat, damaged: Take) -> Iterator[Block]:
    """Give what the document says; `damaged` is told of each part that cannot be read."""
    with open_zip(piece) as archive:
        names = set(archive.namelist())
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            advice = "Open it in its program, remove the password, save it and deliver it again."
            raise Unreadable("the document is encrypted with a password", where=piece.where, advice=advice)
        for part, page, headings in _parts(archive, names, sort, piece):
            try:
                yield from _walk(archive, part, page, headings, piece)
            except Damaged as error:
                damaged(str(error))


def remarks(piece: Piece) -> Iterator[Block]:
    """Give what is written beside the cells of a workbook: remarks, and boxes with text."""
    with open_zip(piece) as archive:
        for part in sorted(name for name in archive.namelist() if _REMARKS.fullmatch(name)):
            try:
                yield from _remarks(archive, part, piece)
            except Damaged:
                continue  # the cells are read all the same


def _remarks(archive: zipfile.ZipFile, part: str, piece: Piece) -> Iterator[Block]:
    from lxml import etree  # noqa: PLC0415 - loaded only where there is XML

    tags = [f"{{*}}{name}" for name in ("annotation", "comment", "p", "table-row", "threadedComment")]
    try:
        with archive.open(part) as head:
            _refuse_entities(head.read(65536), part, piece)
        with archive.open(part) as source:
            for _, element in etree.iterparse(
                source, tag=tags, resolve_entities=False, no_network=True, load_dtd=False
            ):
                name = local(element)
                if name == "table-row":
                    drop(element)
                elif name != "p" or part.startswith("xl/"):
                    yield from _remark(element, name)
    except (*_FAULTS, etree.XMLSyntaxError) as error:
        raise Damaged(f"The part {part} cannot be read to its end ({error}). {_ADVICE}") from error


def _remark(element: Any, name: str) -> Iterator[Block]:  # noqa: ANN401 - lxml elements have no useful types
    if name == "annotation":
        parts = ["".join(child.itertext()) + "\n" for child in element if local(child) not in _BY_WHOM]
    else:
        letters = "{*}text" if name == "threadedComment" else "{*}t"
        parts = [one.text or "" for one in element.iter(letters)]
    said = "".join(parts).strip()
    if said and not said.startswith("[Threaded comment]"):  # its words stand in a part of their own
        cell = element.get("ref", "")
        yield Block(text=f"{cell}: {said}" if cell else said)


def facts(piece: Piece) -> dict[str, str]:
    """Give title, author, moment and number of pages, where the document states them."""
    found: dict[str, str] = {}
    with open_zip(piece) as archive:
        names = archive.namelist()
        for part in ("docProps/core.xml", "docProps/app.xml", "meta.xml"):
            if part in names:
                found |= {name: text for name, text in _stated(archive, part, piece).items() if name not in found}
        if any(name.endswith("/vbaProject.bin") or name.startswith("Basic/") for name in names):
            found["note"] = MACROS
    return found


def enclosed(piece: Piece) -> list[str]:
    """Name the members that are files of their own: pictures and embedded objects."""
    with open_zip(piece) as archive:
        folders = re.compile(r"(word|ppt|xl)/(media|embeddings)/[^/]+\.\w+$|(Pictures|media)/[^/]+\.\w+$|Object \d+$")
        return [name for name in archive.namelist() if folders.match(name)]


def tree(archive: zipfile.ZipFile, part: str, piece: Piece) -> Any:  # noqa: ANN401 - lxml elements have no useful types
    """Read a small part whole."""
    from lxml import etree  # noqa: PLC0415 - loaded only where there is XML

    try:
        content = archive.read(part)
        _refuse_entities(content[:65536], part, piece)
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (*_FAULTS, etree.XMLSyntaxError) as error:
        raise Damaged(f"The part {part} cannot be read ({error}). {_ADVICE}") from error


def _refuse_entities(head: bytes, part: str, piece: Piece) -> None:
    if _ENTITY.search(head.replace(b"\0", b"")):
        message = f"the part {part} of the document declares entities"
        raise Hostile(message, where=piece.where, advice="No office program writes this. Ask the sender for it again.")


def _stated(archive: zipfile.ZipFile, part: str, piece: Piece) -> dict[str, str]:
    terms = {
        "title": "title",
        "creator": "author",
        "initial-creator": "author",
        "created": "made_at",
        "creation-date": "made_at",
        "Pages": "pages",
        "Slides": "pages",
    }
    found: dict[str, str] = {}
    try:
        for element in tree(archive, part, piece).iter():
            term, text = terms.get(local(element), ""), (element.text or "").strip()
            if term and text and text != "0":
                found.setdefault(term, text)
            count = next((value for name, value in element.attrib.items() if name.endswith("}page-count")), "")
            if count:
                found["pages"] = count
    except Damaged:
        return {}
    return found


def _parts(
    archive: zipfile.ZipFile, names: set[str], sort: FileFormat, piece: Piece
) -> Iterator[tuple[str, int, frozenset[str]]]:
    """Name the parts to read, in order, each with its page and the styles that are headings."""
    if sort is FileFormat.DOCX:
        main = _main_part(archive, names, piece)
        folder = re.escape(posixpath.dirname(main))
        headings = _heading_styles(archive, names, piece)
        yield main, 0, headings
        for name in ("header", "footer", "footnotes", "endnotes", "comments"):
            beside = sorted(part for part in names if re.fullmatch(rf"{folder}/{name}\d*\.xml", part))
            yield from ((part, 0, headings) for part in beside)
        yield from ((part, 0, headings) for part in _related(archive, main, _DRAWN, piece))
    elif sort is FileFormat.PPTX:
        for page, part in enumerate(_slides(archive, names, piece), start=1):
            yield part, page, frozenset()
            beside = _related(archive, part, _DRAWN | {"notesSlide", "comments"}, piece)
            yield from ((one, page, frozenset()) for one in beside)
    else:
        yield "content.xml", 0, frozenset()
        objects = sorted(part for part in names if re.fullmatch(r"Object \d+/content\.xml", part))
        yield from ((part, 0, frozenset[str]()) for part in (*objects, "styles.xml") if part in names)


def _main_part(archive: zipfile.ZipFile, names: set[str], piece: Piece) -> str:
    """Name the part that is the document, as the file says itself; most call it by this name."""
    try:
        found = [target for sort, target in _targets(archive, "", piece).values() if sort == "officeDocument"]
    except Damaged:
        found = []
    return next((one for one in found if one in names), "word/document.xml")


def _heading_styles(archive: zipfile.ZipFile, names: set[str], piece: Piece) -> frozenset[str]:
    if "word/styles.xml" not in names:
        return frozenset()
    found = set()
    try:
        for style in tree(archive, "word/styles.xml", piece).iter("{*}style"):
            name = next((_value(child) for child in style if local(child) == "name"), "")
            if _HEADING.match(name):
                found.add(_value(style, "styleId"))
    except Damaged:
        return frozenset()
    return frozenset(found)


def _slides(archive: zipfile.ZipFile, names: set[str], piece: Piece) -> list[str]:
    """Give the slides in the order of the presentation; by their numbers where that cannot be read."""
    numbered = [name for name in names if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)]
    fallback = sorted(numbered, key=lambda name: int(_NUMBER.search(name)[1]))  # type: ignore[index]
    try:
        targets = _targets(archive, "ppt/presentation.xml", piece)
        shown = [
            _value(one, "id", "relationships") for one in tree(archive, "ppt/presentation.xml", piece).iter("{*}sldId")
        ]
    except Damaged:
        return fallback
    ordered = [targets[one][1] for one in shown if one in targets and targets[one][1] in names]
    return ordered + [name for name in fallback if name not in ordered]


def _links(archive: zipfile.ZipFile, part: str, piece: Piece) -> Links:
    """Say where the links of a part lead to outside."""
    folder, name = posixpath.split(part)
    try:
        root = tree(archive, f"{folder}/_rels/{name}.rels", piece)
    except Damaged:
        return {}
    outside = (one for one in root if one.get("TargetMode") == "External")
    return {one.get("Id", ""): one.get("Target", "") for one in outside if one.get("Type", "").endswith("/hyperlink")}


def _related(archive: zipfile.ZipFile, part: str, kinds: frozenset[str], piece: Piece) -> list[str]:
    try:
        found = _targets(archive, part, piece).values()
    except Damaged:
        return []
    names = set(archive.namelist())
    return [target for sort, target in found if sort in kinds and target in names]


def _targets(archive: zipfile.ZipFile, part: str, piece: Piece) -> dict[str, tuple[str, str]]:
    """Give what a part refers to inside the file: identifier to sort and name."""
    folder, name = posixpath.split(part)
    root = tree(archive, posixpath.join(folder, "_rels", f"{name}.rels"), piece)
    inside = [one for one in root if one.get("TargetMode") != "External"]
    return {
        one.get("Id", ""): (
            one.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/" + folder, one.get("Target", ""))).lstrip("/"),
        )
        for one in inside
    }


def _value(element: Any, name: str = "val", space: str = "") -> str:  # noqa: ANN401 - lxml elements have no useful types
    """Give an attribute by its name without the namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name and space in key:
            return str(value)
    return ""


def _walk(archive: zipfile.ZipFile, part: str, page: int, headings: frozenset[str], piece: Piece) -> Iterator[Block]:
    """Give the paragraphs and rows of a part; each is freed when it is told."""
    from lxml import etree  # noqa: PLC0415 - loaded only where there is XML

    try:
        with archive.open(part) as head:
            _refuse_entities(head.read(65536), part, piece)
        with archive.open(part) as source:
            walk = etree.iterparse(
                source,
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
            )
            yield from _told(walk, page, headings, _links(archive, part, piece))
    except (*_FAULTS, etree.XMLSyntaxError) as error:
        raise Damaged(f"The part {part} cannot be read to its end ({error}). {_ADVICE}") from error


def _told(walk: Any, page: int, headings: frozenset[str], links: Links) -> Iterator[Block]:  # noqa: ANN401 - lxml has no useful types
    tables = 0
    labels = set[str]()
    for event, element in walk:
        name = local(element)
        if event == "start":
            tables += name in {"tbl", "table"}
            page += name == "page"
        elif name in {"tbl", "table"}:
            tables -= 1
            _free(element, tables)
        elif tables == 1 and name in {"tr", "table-row"}:
            cells = [_cell(cell, links) for cell in element if local(cell) in {"tc", "table-cell", "sdt"}]
            if row := row_block(cells, page):
                yield row
            drop(element)
        elif name in _LABELS or (name == "text" and local(element.getparent()) == "cm"):
            said = "; ".join(text.strip() for text in element.itertext() if text.strip())
            if said not in labels:
                yield Block(text=said, page=page)
            labels.add(said)
        elif not tables and name in {"p", "h"}:
            if not _is_hidden(element) and (text := _text(element, links).strip()):
                is_heading = name == "h" or _is_heading(element, headings)
                yield Block(text=text, sort=PassageSort.HEADING if is_heading else PassageSort.PARAGRAPH, page=page)
            element.clear(keep_tail=True)


def _free(element: Any, tables: int) -> None:  # noqa: ANN401 - lxml elements have no useful types
    if not tables:
        element.clear(keep_tail=True)


def _is_hidden(element: Any) -> bool:  # noqa: ANN401 - lxml elements have no useful types
    return any(local(above) in _LEFT_OUT for above in element.iterancestors())


def _is_heading(element: Any, headings: frozenset[str]) -> bool:  # noqa: ANN401 - lxml elements have no useful types
    style = next((_value(one) for one in element.iterfind("{*}pPr/{*}pStyle")), "")
    if style:
        return style in headings
    shape = next((above for above in element.iterancestors() if local(above) == "sp"), None)
    kinds = [one.get("type") for one in shape.iterfind("{*}nvSpPr/{*}nvPr/{*}ph")] if shape is not None else []
    return "title" in kinds or "ctrTitle" in kinds


def _cell(element: Any, links: Links) -> str:  # noqa: ANN401 - lxml elements have no useful types
    return "\n".join(_text(one, links) for one in element.iter("{*}p", "{*}h") if not _is_nested(one, element))


def _is_nested(element: Any, within: Any) -> bool:  # noqa: ANN401 - lxml elements have no useful types
    """Whether a paragraph stands in another one, whose text holds it, or is not shown."""
    for above in element.iterancestors():
        if above is within:
            return False
        if local(above) in {"p", "h"} or local(above) in _LEFT_OUT:
            return True
    return False


def _text(element: Any, links: Links) -> str:  # noqa: ANN401 - lxml elements have no useful types
    """Write out a paragraph: its letters, tabs and line breaks, without what is deleted or an instruction."""
    is_open = element.tag.endswith("opendocument:xmlns:text:1.0}p") or element.tag.endswith("text:1.0}h")
    return "".join(_open_letters(element) if is_open else _letters(element, links))


def _letters(element: Any, links: Links) -> Iterator[str]:  # noqa: ANN401 - lxml elements have no useful types
    for child in element:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name in {"hyperlink", "r"} and links:
            said = "".join(_letters(child, links))
            yield said + address_shown(links.get(_link(child), ""), said)
        elif name not in _LEFT_OUT:
            yield from _letters(child, links)
        if name == "p":
            yield "\n"


def _link(element: Any) -> str:  # noqa: ANN401 - lxml elements have no useful types
    """Give the identifier of the link that a run of text is; empty where it is none."""
    if local(element) == "hyperlink":
        return _value(element, "id")
    return next((_value(one, "id") for one in element.iterfind("{*}rPr/{*}hlinkClick")), "")


def _open_letters(element: Any) -> Iterator[str]:  # noqa: ANN401 - lxml elements have no useful types
    yield _SPACES.sub(" ", element.text or "")
    for child in element:
        name = local(child)
        if name == "s":
            yield " " * min(_count(_value(child, "c")), 100)
        elif name in _BREAKS:
            yield _BREAKS[name]
        elif name == "a":
            said = "".join(_open_letters(child))
            yield said + address_shown(_value(child, "href"), said)
        elif name in {"annotation", "note"}:
            beside = ("".join(_open_letters(one)) for one in child.iter("{*}p"))
            yield from (f"\n{text}\n" for text in beside if text.strip())
        elif name not in _LEFT_OUT:
            yield from _open_letters(child)
        yield _SPACES.sub(" ", child.tail or "")


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1  # noqa: PLR2004 - no text has more blanks
