"""Presentations of PowerPoint 97 to 2003 [MS-PPT]: what their slides show, in order, with notes and comments.

The stream is a tree of records. Where each slide lies stands in directories, of which every saving writes another; the last
says first where something is. What the title and the list of a slide say may lie beside the slide, in the list of all texts.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from tessera.errors import Unreadable
from tessera.extract.blocks import Block, Document
from tessera.extract.compound import MOST_STREAM, UNLOCK, opened, stated, stream
from tessera.extract.embedded import file_in
from tessera.extract.piece import Piece
from tessera.model.found import PassageSort

_HEAD: Final = 8
_CONTAINER: Final = 0xF
_DEEPEST: Final = 40
_MOST_RECORDS: Final = 2_000_000
_MOST_EDITS: Final = 10_000
_DUAL: Final = "PP97_DUALSTORAGE/"
"""Where the newer form lies in a file that was saved for PowerPoint 95 as well."""
_LOCKED: Final = 0xF3D1C4DF
_DOCUMENT, _SLIDE, _NOTES = 0x03E8, 0x03EE, 0x03F0
_NOTES_ATOM, _PERSIST = 0x03F1, 0x03F3
_LIST, _EDIT, _DIRECTORY = 0x0FF0, 0x0FF5, 0x1772
_TEXT_HEAD, _WIDE, _NARROW, _STRING, _OUTLINE = 0x0F9F, 0x0FA0, 0x0FA8, 0x0FBA, 0x0F9E
_FOOTERS, _COMMENT, _TAG_DATA = 0x0FD9, 0x2EE0, 0x138B
_OBJECT: Final = 0x1011
_MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")
_TITLES: Final = frozenset({0, 6})
"""Sorts of text that are titles."""


class _Record(NamedTuple):
    """A record: its sort, its number among those of its sort, and where its content begins and ends."""

    sort: int
    instance: int
    start: int
    end: int
    holds_records: bool


class _Text(NamedTuple):
    """A text of a shape, and whether it is a title."""

    said: str
    is_title: bool


@dataclass(slots=True)
class _Listed:
    """A slide as the list of all texts has it."""

    place: int
    """Its number in the directory."""
    number: int
    """The number by which its notes name it."""
    texts: list[_Text] = field(default_factory=list)


def read_powerpoint(piece: Piece) -> Document:
    """Read a presentation of PowerPoint."""
    with opened(piece) as ole:
        within = _DUAL if ole.exists(f"{_DUAL}PowerPoint Document") else ""
        content = stream(ole, f"{within}PowerPoint Document")
        user = stream(ole, f"{within}Current User")
        if len(user) >= 20 and struct.unpack_from("<I", user, 12)[0] == _LOCKED:  # noqa: PLR2004 - the head of that stream
            raise Unreadable("the presentation is encrypted with a password", where=piece.where, advice=UNLOCK)
        edit = struct.unpack_from("<I", user, 16)[0] if len(user) >= 20 else _last_edit(content)  # noqa: PLR2004
        places, document = _places(content, edit)
        held = list(_objects(content, places))
        files = list(filter(None, map(file_in, held)))
        blocks = list(_slides(content, places, document))
        return Document(facts=stated(ole), blocks=blocks, files=files, objects=len(held) - len(files))


def _objects(content: bytes, places: dict[int, int]) -> Iterator[bytes]:
    """Give the objects in the presentation, which are compound files, packed or not; macros are none."""
    left = MOST_STREAM
    for at in sorted(set(places.values())):
        found = _at(content, at)
        if found is None or found.sort != _OBJECT or left <= 0:
            continue
        held = content[found.start : found.end]
        if found.instance:
            held = _unpacked(held[4:], left)
        left -= len(held)
        if _MACROS not in held:
            yield held


def _unpacked(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


def _last_edit(content: bytes) -> int:
    edits = [record.start - _HEAD for record in _records(content, 0, len(content)) if record.sort == _EDIT]
    return edits[-1] if edits else -1


def _places(content: bytes, edit: int) -> tuple[dict[int, int], int]:
    """Say where each numbered record lies, and which number the document has."""
    places: dict[int, int] = {}
    document = 0
    for _ in range(_MOST_EDITS):
        found = _at(content, edit)
        if found is None or found.sort != _EDIT:
            break
        before, directory, number = struct.unpack_from("<III", content, found.start + 8)
        document = document or number
        for place, at in _directory(content, directory):
            places.setdefault(place, at)
        if not 0 < before < edit:
            break
        edit = before
    return places, document


def _directory(content: bytes, at: int) -> Iterator[tuple[int, int]]:
    found = _at(content, at)
    if found is None or found.sort != _DIRECTORY:
        return
    place = found.start
    while place + 4 <= found.end:
        packed = struct.unpack_from("<I", content, place)[0]
        first, count = packed & 0xFFFFF, packed >> 20
        for number in range(min(count, (found.end - place - 4) // 4)):
            yield first + number, struct.unpack_from("<I", content, place + 4 + 4 * number)[0]
        place += 4 + 4 * count


def _slides(content: bytes, places: dict[int, int], document: int) -> Iterator[Block]:
    top = _at(content, places.get(document, -1))
    if top is None or top.sort != _DOCUMENT:
        top = next((one for one in _records(content, 0, len(content)) if one.sort == _DOCUMENT), None)
    if top is None:
        return
    within = list(_records(content, top.start, top.end))
    listed = {one.instance: list(_listed(content, one)) for one in within if one.sort == _LIST}
    footers = [_Text(said, is_title=False) for one in within if one.sort == _FOOTERS for said in _strings(content, one)]
    notes = dict(_notes(content, listed.get(2, ()), places))
    for page, slide in enumerate(listed.get(0, ()), start=1):
        shown = _at(content, places.get(slide.place, -1))
        texts = _texts(content, shown, slide.texts) if shown else slide.texts
        for text in [*texts, *notes.pop(slide.number, ())]:
            yield from _blocks(text, page)
    for text in [*(text for left in notes.values() for text in left), *footers]:
        yield from _blocks(text, 0)


def _notes(content: bytes, listed: Sequence[_Listed], places: dict[int, int]) -> Iterator[tuple[int, list[_Text]]]:
    for one in listed:
        shown = _at(content, places.get(one.place, -1))
        if shown is None or shown.sort != _NOTES:
            continue
        atom = next((each for each in _records(content, shown.start, shown.end) if each.sort == _NOTES_ATOM), None)
        number = struct.unpack_from("<I", content, atom.start)[0] if atom else -one.place
        yield number, [_Text(text.said, is_title=False) for text in _texts(content, shown, one.texts)]


def _listed(content: bytes, around: _Record) -> Iterator[_Listed]:
    """Give the slides of the list of all texts, each with its texts."""
    slide: _Listed | None = None
    for one in _records(content, around.start, around.end):
        if one.sort == _PERSIST:
            if slide:
                yield slide
            place, _, _, number = struct.unpack_from("<IIII", content, one.start)
            slide = _Listed(place, number)
        elif slide and one.sort == _TEXT_HEAD:
            slide.texts.append(_Text("", content[one.start] in _TITLES))
        elif slide and slide.texts and one.sort in {_WIDE, _NARROW}:
            slide.texts[-1] = slide.texts[-1]._replace(said=_said(content, one))
    if slide:
        yield slide


def _texts(content: bytes, around: _Record, listed: Sequence[_Text]) -> list[_Text]:
    """Give the texts of the shapes of a slide, and those of its list that no shape shows."""
    found: list[_Text] = []
    shown: set[int] = set()
    sort = -1
    for one in _all(content, around, 0):
        if one.sort == _TEXT_HEAD:
            sort = content[one.start]
        elif one.sort in {_WIDE, _NARROW}:
            found.append(_Text(_said(content, one), sort in _TITLES))
        elif one.sort == _OUTLINE:
            place = struct.unpack_from("<I", content, one.start)[0]
            found += [listed[place]] if place < len(listed) and place not in shown else []
            shown.add(place)
        elif one.sort in {_COMMENT, _FOOTERS}:
            said = ": ".join(_strings(content, one)) if one.sort == _COMMENT else "\r".join(_strings(content, one))
            found.append(_Text(said, is_title=False))
    return [text for place, text in enumerate(listed) if place not in shown] + found


def _all(content: bytes, around: _Record, depth: int) -> Iterator[_Record]:
    """Give the records that lie in one, however deep, those before others whose content they are."""
    for one in _records(content, around.start, around.end):
        yield one
        opens = one.holds_records or one.sort == _TAG_DATA
        if opens and depth < _DEEPEST and one.sort not in {_COMMENT, _FOOTERS}:
            yield from _all(content, one, depth + 1)


def _records(content: bytes, at: int, end: int) -> Iterator[_Record]:
    for _ in range(_MOST_RECORDS):
        one = _at(content, at, end)
        if one is None:
            return
        yield one
        at = one.end


def _at(content: bytes, at: int, end: int | None = None) -> _Record | None:
    """Give the record at this place; None where there is none, or it would reach beyond what it lies in."""
    end = len(content) if end is None else end
    if at < 0 or at + _HEAD > end:
        return None
    packed, sort, size = struct.unpack_from("<HHI", content, at)
    start = at + _HEAD
    return _Record(sort, packed >> 4, start, min(start + size, end), packed & _CONTAINER == _CONTAINER)


def _said(content: bytes, one: _Record) -> str:
    part = content[one.start : one.end]
    return part.decode("latin-1") if one.sort == _NARROW else part.decode("utf-16-le", "replace")


def _strings(content: bytes, around: _Record) -> list[str]:
    found = [one for one in _records(content, around.start, around.end) if one.sort == _STRING]
    texts = [content[one.start : one.end].decode("utf-16-le", "replace").strip() for one in found]
    return [text for text in texts if text]


def _blocks(text: _Text, page: int) -> Iterator[Block]:
    sort = PassageSort.HEADING if text.is_title else PassageSort.PARAGRAPH
    for part in text.said.split("\r"):
        said = part.replace("\x0b", "\n").strip()
        if said and said != "*":  # a star stands for the number of the slide, or the date
            yield Block(text=said, sort=sort, page=page)
