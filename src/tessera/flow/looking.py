"""The page picture, the stretch of sound or the part of a message at which a record stands, made anew from the bytes kept.

A picture of a page shows all that is on it: it is made only for who may see every field of all that was made of the file.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from tessera.engines.blobs import Blobs
from tessera.engines.picture_views import media_type
from tessera.errors import Invalid, NotFound
from tessera.extract.contents import format_of
from tessera.extract.formats import FileFormat
from tessera.extract.limits import Limits
from tessera.flow.isolation import Allowance, in_child
from tessera.model.access import Access
from tessera.model.locator import Box, Locator
from tessera.store import contents, deliveries, handling
from tessera.store.transactions import Store

__all__ = ["Looking", "film_picture", "media_type", "page_picture", "part_of_message", "place_of", "sound"]
DPI = 110
WIDEST = 1_400
LONGEST_SOUND = 300.0
LONGEST_PART = 20_000
LINE = 4
"""Thickness of the frame around what is shown, in pixels."""
FRAME = (216, 57, 51)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Who looks, through which center, and what the child that draws may use."""

    store: Store
    blobs: Blobs
    access: Access
    allowance: Allowance


def page_picture(looking: Looking, delivery: UUID, page: int, *, here: UUID | None = None) -> bytes:
    """Draw a page of a document, or a picture, as PNG; with a frame around the place of a record on that page."""
    box = _box_on(looking, delivery, page, here) if here else None
    return bytes(_made(looking, delivery, _draw, page, box))


def film_picture(looking: Looking, delivery: UUID, second: float, *, here: UUID | None = None) -> bytes:
    """Draw the picture of a film at a second, or at that of a record, with a frame around the record's place."""
    place = place_of(looking, here) if here else None
    at = place[2] if place and place[0] == delivery else Locator()
    return bytes(_made(looking, delivery, _show, at.seconds[0] if at.seconds else second, at.box))


def sound(looking: Looking, delivery: UUID, *, start: float, seconds: float) -> bytes:
    """Give a stretch of a recording as WAV."""
    if not (start >= 0 and 0 < seconds <= LONGEST_SOUND):
        raise Invalid(f"a stretch has 0 to {LONGEST_SOUND:.0f} seconds", where="seconds", advice="Ask for less.")
    return bytes(_made(looking, delivery, _play, start, seconds))


def part_of_message(looking: Looking, delivery: UUID, pointer: str) -> str:
    """Give the part of a message at a JSON pointer or XPath, as it stands, shortened where it is very long."""
    return str(_made(looking, delivery, _cut_out, pointer))


def _box_on(looking: Looking, delivery: UUID, page: int, here: UUID) -> Box | None:
    with looking.store.reading(looking.access) as tx:
        found, _, locator = contents.spot_of(tx, here)
    return locator.box if found == delivery and max(locator.page, 1) == page else None


def _made(looking: Looking, delivery: UUID, make: Callable[..., Iterator[Any]], *args: object) -> Any:  # noqa: ANN401 - whatever is made
    with looking.store.reading(looking.access) as tx:
        kept = handling.open_bytes(tx, delivery)
        filename = deliveries.get(tx, delivery).filename
    with (
        looking.blobs.local(kept.sha256) as path,
        in_child(make, path, filename, *args, allowance=looking.allowance, reads=(path,)) as made,
    ):
        return next(made)


def _draw(path: Path, filename: str, page: int, box: Box | None) -> Iterator[bytes]:
    from tessera.engines import pdf, picture_views  # noqa: PLC0415 - heavy, and needed in the child only

    sort = format_of(path, filename, Limits())
    if sort is FileFormat.PDF:
        picture = pdf.page_picture(path, page, dpi=DPI)
    elif sort.is_picture:
        picture = picture_views.view(path, page=page, widest=WIDEST)
    else:
        raise NotFound("this file has no pages to look at", advice="Its text is shown instead.")
    yield picture_views.framed(picture, box, color=FRAME, line=LINE) if box else picture


def _show(path: Path, filename: str, second: float, box: Box | None) -> Iterator[bytes]:
    from tessera.engines import picture_views, video  # noqa: PLC0415 - heavy, and needed in the child only

    if format_of(path, filename, Limits()).reader != "films":
        raise NotFound("this file is no film", advice="Its text is shown instead.")
    picture = video.picture_at(path, second)
    yield picture_views.framed(picture, box, color=FRAME, line=LINE) if box else picture


def _play(path: Path, _: str, start: float, seconds: float) -> Iterator[bytes]:
    import tempfile  # noqa: PLC0415 - in the child only, where it is told its own folder

    from tessera.engines import sounds  # noqa: PLC0415 - heavy, and needed in the child only

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "sound.wav"
        sounds.playable(path, out, start=start, seconds=seconds)
        yield out.read_bytes()


def _cut_out(path: Path, _: str, pointer: str) -> Iterator[str]:
    text = _of_json(path, pointer) if pointer.startswith("/") and not pointer.startswith("//") else None
    yield (text if text is not None else _of_xml(path, pointer))[:LONGEST_PART]


def _of_json(path: Path, pointer: str) -> str | None:
    """Follow a JSON pointer (RFC 6901); None where the file is no JSON."""
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError:
        return None
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (KeyError, IndexError, ValueError, TypeError):
            raise NotFound("the message has no such part", where=pointer) from None
    return json.dumps(value, indent=2, ensure_ascii=False)


def _of_xml(path: Path, pointer: str) -> str:
    from lxml import etree  # noqa: PLC0415 - in the child only

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.parse(path, parser)
        found = tree.getroot().xpath(pointer, namespaces=_namespaces(tree.getroot()))
    except (etree.XMLSyntaxError, etree.XPathError) as error:
        raise NotFound(f"the message has no such part ({error})", where=pointer) from None
    if not found:
        raise NotFound("the message has no such part", where=pointer)
    return str(etree.tostring(found[0], encoding="unicode", pretty_print=True))


def _namespaces(root: Any) -> dict[str, str]:  # noqa: ANN401 - lxml elements have no useful types
    return {prefix: uri for element in root.iter("*") for prefix, uri in element.nsmap.items() if prefix}


def place_of(looking: Looking, uid: UUID) -> tuple[UUID, str, Locator]:
    """Say where a record stands: the delivery, its format, and the place in it."""
    with looking.store.reading(looking.access) as tx:
        return contents.spot_of(tx, uid)
