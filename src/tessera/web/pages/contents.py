"""What a file says: its text with every mention in colour, its pages as pictures, its sound from any word on."""

from dataclasses import dataclass
from functools import reduce
from math import isfinite
from operator import or_
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
from tessera.model.judgement import PairView
from tessera.model.record import RecordView
from tessera.store import contents, deliveries, enclosures, entities
from tessera.store.transactions import Transaction
from tessera.web import errors
from tessera.web.page import Asked, page

ROUTES: list[Route] = []
SOUND_SECONDS = 30.0
BEFORE_SECONDS = 1.0
MOST_ALIKE = 20
LONGEST_NUMBER = 9
"""Digits of a row or page."""
PICTURES = frozenset({"pdf", "jpeg", "png", "tiff", "gif", "webp", "bmp", "heic"})
RECORDINGS = frozenset({"wav", "mp3", "m4a", "ogg", "flac", "amr", "aac", "aiff"})
FILMS = frozenset({"avi", "mkv", "mov", "mp4", "webm"})
SOUNDS = RECORDINGS | FILMS
PAGE_WORDS = dict.fromkeys(("ods", "xls", "xlsx"), "Sheet") | dict.fromkeys(("odp", "ppt", "pptx"), "Slide")
"""What the parts of a file are called where they are no pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A file that says or shows nearly the same: what is alike, and whether the two are held to be one."""

    file: RecordView
    says: str
    is_one: bool


@page(ROUTES, "/contents/{uid}", needs=Permission.RECORD_READ)
def show(asked: Asked) -> Response:
    """Show some passages of the file: from a row or a page on, around a record, or those that name one sort of thing."""
    uid, here, named = asked.uid("delivery"), _here(asked), asked.param("named")
    with asked.center.store.reading(asked.access) as tx:
        found = contents.show(
            tx, uid, first_row=_number(asked, "row") or 1, page=_number(asked, "page"), named=named, here=here
        )
        legend = contents.legend(tx, uid)
        delivery = _delivery(asked, uid)
        inside = enclosures.inside(tx, uid) if delivery else []
        outside = enclosures.outside(tx, uid) if delivery else []
        alike = _alike(asked, tx, found)
    return asked.render(
        "contents.html",
        under=reduce(or_, (one.file.marking for one in alike), found.marking),
        contents=found,
        legend=legend,
        named=named,
        alike=alike,
        delivery=delivery,
        inside=inside,
        outside=outside,
        at=here,
        has_pictures=found.format in PICTURES,
        is_film=found.format in FILMS,
        has_sound=found.format in RECORDINGS or (found.format in FILMS and _is_spoken(found)),
        page_word=PAGE_WORDS.get(found.format, "Page"),
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


@page(ROUTES, "/contents/{uid}/frame.png", needs=Permission.DELIVERY_READ, data=True)
def frame(asked: Asked) -> Response:
    """Give the picture of a film at a second, or at a record, with a frame around its place."""
    drawn = looking.film_picture(of(asked), asked.uid("delivery"), _seconds(asked, "second", 0), here=_here(asked))
    return Response(drawn, media_type=looking.media_type(drawn), headers={"Cache-Control": "private, max-age=300"})


@page(ROUTES, "/contents/{uid}/sound.wav", needs=Permission.DELIVERY_READ, data=True)
def sound(asked: Asked) -> Response:
    """Give a stretch of a recording."""
    start, seconds = _seconds(asked, "start", 0), _seconds(asked, "seconds", SOUND_SECONDS)
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


def _alike(asked: Asked, tx: Transaction, found: FileContents) -> tuple[Alike, ...]:
    """Find files that are held to be this one, and those that come near it."""
    if found.file is None or Permission.ENTITY_READ not in asked.may or "file" not in tx.dictionary.resolution:
        return ()
    own = found.file.uid
    entity = entities.get(tx, own)
    said = {uid: _says(pair) for pair in entity.pairs for uid in (pair.left.uid, pair.right.uid)}
    one = [Alike(file=m, says=said.get(m.uid, ""), is_one=True) for m in entity.members if m.uid != own]
    near = [Alike(file=miss.pair.right, says=_says(miss.pair), is_one=False) for miss in entity.near_misses]
    return tuple([*one, *near][:MOST_ALIKE])


def _says(pair: PairView) -> str:
    return "; ".join(step.says for step in pair.waterfall.steps if step.weight > 0 and not step.masked)


def _is_spoken(found: FileContents) -> bool:
    return any(passage.means == "speech" for passage in found.passages)


def _number(asked: Asked, name: str) -> int:
    """Read a whole number from the address; 0 where it is not given."""
    text = asked.param(name).strip()
    if text and not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise Invalid(f"a {name} is a whole number", where=name, advice="Follow the links of the page.")
    return int(text or 0)


def _seconds(asked: Asked, name: str, otherwise: float) -> float:
    try:
        seconds = float(asked.param(name) or otherwise)
    except ValueError:
        seconds = -1.0
    if not (isfinite(seconds) and seconds >= 0):
        raise Invalid(f"'{name}' is a number of seconds", where=name, advice="Follow the links of the page.")
    return seconds


def _pages(found: FileContents) -> int:
    """Say how many pages the file has, as its record tells."""
    terms = found.file.terms if found.file else ()
    text = next((term.value for term in terms if term.term == "pages" and not term.masked), "")
    return int(text) if text.isdigit() else 1


def _page(asked: Asked, found: FileContents) -> int:
    """Say which page to draw: the one asked for, that of the record looked at, or the first one shown."""
    if asked_for := _number(asked, "page"):
        return min(asked_for, _pages(found))
    marked = [p.page for p in found.passages if p.here or any(s.here for s in p.stretches)]
    return next((p for p in [*marked, *(p.page for p in found.passages)] if p), 1)
