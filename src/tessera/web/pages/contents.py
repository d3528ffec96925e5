"""What a file says: its text with every mention in colour, its pages as pictures, its sound from any word on."""

from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid, NotFound, TesseraError
from tessera.flow import looking
from tessera.flow.looking import LONGEST_SOUND, Looking
from tessera.flow.pipeline import allowance
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.contents import FileContents
from tessera.model.delivery import Delivery
from tessera.store import contents, deliveries, enclosures
from tessera.web import errors
from tessera.web.page import Asked, page

ROUTES: list[Route] = []
SOUND_SECONDS = 30.0
BEFORE_SECONDS = 1.0
PICTURES = frozenset({"pdf", "jpeg", "png", "tiff", "gif", "webp", "bmp", "heic"})
SOUNDS = frozenset({"wav", "mp3", "m4a", "ogg", "flac", "amr"})


@page(ROUTES, "/contents/{uid}", needs=Permission.RECORD_READ)
def show(asked: Asked) -> Response:
    """Show some passages of the file, from a row on or around a record."""
    uid, here = asked.uid("delivery"), _here(asked)
    with asked.center.store.reading(asked.access) as tx:
        found = contents.show(tx, uid, first_row=_row(asked), here=here)
        delivery = _delivery(asked, uid)
        inside = enclosures.inside(tx, uid) if delivery else []
        outside = enclosures.outside(tx, uid) if delivery else []
    return asked.render(
        "contents.html",
        under=found.marking,
        contents=found,
        delivery=delivery,
        inside=inside,
        outside=outside,
        at=here,
        has_pictures=found.format in PICTURES,
        has_sound=found.format in SOUNDS,
        pages=_pages(found),
        page=_page(asked, found),
    )


@page(ROUTES, "/contents/{uid}/page.png", needs=Permission.DELIVERY_READ, data=True)
def picture(asked: Asked) -> Response:
    """Give one page as a picture, with a frame around the place of a record."""
    number = asked.param("page") or "1"
    if not number.isdigit() or not int(number):
        raise Invalid("a page is a whole number from 1", where="page", advice="Follow the links of the file's page.")
    drawn = looking.page_picture(of(asked), asked.uid("delivery"), int(number), here=_here(asked))
    return Response(drawn, media_type=looking.media_type(drawn), headers={"Cache-Control": "private, max-age=300"})


@page(ROUTES, "/contents/{uid}/sound.wav", needs=Permission.DELIVERY_READ, data=True)
def sound(asked: Asked) -> Response:
    """Give a stretch of a recording."""
    try:
        start = float(asked.param("start") or 0)
        seconds = float(asked.param("seconds") or SOUND_SECONDS)
    except ValueError:
        raise Invalid("start and seconds are numbers", where="start", advice="Follow the links of the page.") from None
    played = looking.sound(of(asked), asked.uid("delivery"), start=start, seconds=min(seconds, LONGEST_SOUND))
    return Response(played, media_type="audio/wav", headers={"Cache-Control": "private, max-age=300"})


def of(asked: Asked) -> Looking:
    """Say who looks."""
    center = asked.center
    return Looking(store=center.store, blobs=center.blobs, access=asked.access, allowance=allowance(center.settings))


def message_part(asked: Asked, delivery: UUID, pointer: str) -> tuple[str, str]:
    """Give the part of a message at a pointer, or nothing and why not."""
    try:
        return looking.part_of_message(of(asked), delivery, pointer), ""
    except TesseraError as error:
        return "", errors.explained(error)


def sound_at(delivery: UUID, seconds: tuple[float, float]) -> str:
    """Write the address of the sound around some seconds."""
    start = max(0.0, seconds[0] - BEFORE_SECONDS)
    length = min(LONGEST_SOUND, max(SOUND_SECONDS, seconds[1] - start + BEFORE_SECONDS))
    return f"/contents/{delivery}/sound.wav?" + urlencode({"start": f"{start:g}", "seconds": f"{length:g}"})


def _delivery(asked: Asked, uid: UUID) -> Delivery | None:
    if Permission.DELIVERY_READ not in asked.may:
        return None
    try:
        with asked.center.store.reading(asked.access) as tx:
            return deliveries.get(tx, uid)
    except NotFound:
        return None


def _here(asked: Asked) -> UUID | None:
    text = asked.param("at").strip()
    found = parse_id(text) if text else None
    if text and found is None:
        raise Invalid("this is no record", where="at", advice="Follow the link of a record.")
    return found


def _row(asked: Asked) -> int:
    text = asked.param("row").strip()
    if text and not text.isdigit():
        raise Invalid("a row is a whole number", where="row", advice="Follow the links of the page.")
    return max(1, int(text or 1))


def _pages(found: FileContents) -> int:
    """Say how many pages the file has, as its record tells."""
    terms = found.file.terms if found.file else ()
    text = next((term.value for term in terms if term.term == "pages" and not term.masked), "")
    return int(text) if text.isdigit() else 1


def _page(asked: Asked, found: FileContents) -> int:
    """Say which page to draw: the one asked for, that of the record looked at, or the first one shown."""
    asked_for = asked.param("page")
    if asked_for.isdigit() and int(asked_for):
        return min(int(asked_for), _pages(found))
    marked = [p.page for p in found.passages if p.here or any(s.here for s in p.stretches)]
    return next((p for p in [*marked, *(p.page for p in found.passages)] if p), 1)
