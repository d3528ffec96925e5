"""One record: what its source says, its links and versions, its evidence in place, and the way it came."""

import json
from functools import reduce
from operator import or_
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import NotAllowed, NotFound, TesseraError
from tessera.flow import evidence
from tessera.flow.pipeline import allowance
from tessera.model.access import Permission
from tessera.model.contents import FileContents
from tessera.model.delivery import Delivery
from tessera.model.locator import Locator
from tessera.model.marking import Marking
from tessera.model.outline import box_of, said_of
from tessera.model.record import Evidence, RecordView
from tessera.model.source import Holding
from tessera.store import contents, deliveries, entities, parties, records
from tessera.store.transactions import Transaction
from tessera.web import errors
from tessera.web.forms import read_as_of
from tessera.web.page import Asked, page
from tessera.web.pages.contents import FILMS, PAGE_WORDS, PICTURES, SOUNDS, message_part, sound_at

ROUTES: list[Route] = []
AROUND = 7
"""Passages shown around a place in a file."""
MARGIN = 0.15
"""Share of an outline's box that is shown beyond it."""
_LEAST_BOX = 0.01
"""Degrees."""


@page(ROUTES, "/records/{uid}", needs=Permission.RECORD_READ)
def show(asked: Asked) -> Response:
    """Show one record, as it is known now or as it was known on a day."""
    uid, day = asked.uid("record"), asked.param("as_of").strip()
    as_of = read_as_of(day) if day else None
    with asked.center.store.reading(asked.access) as tx:
        view = records.get(tx, uid, as_of=as_of)
        links = records.links(tx, view.uid, as_of=as_of)
        versions = records.versions(tx, view.uid)
        delivery, holding = _delivery(asked, tx, view), _holding(asked, tx, view)
        of_one = _of_one(asked, tx, view)
        said = _said(tx, view)
    drawn, around = _drawn(view)
    part = _part(asked, view) if said else ("", "")
    found, problem = (None, "") if said else _evidence(asked, view.uid)
    shown = [view.marking, *(link.other.marking for link in links), *([found.marking] if found else [])]
    return asked.render(
        "record.html",
        under=reduce(or_, shown, Marking()),
        record=view,
        evidence=found,
        said=said,
        spot=Locator.read(view.locator.partition("#")[2]),
        part=part,
        FILMS=FILMS,
        PAGE_WORDS=PAGE_WORDS,
        PICTURES=PICTURES,
        SOUNDS=SOUNDS,
        sound_at=sound_at,
        evidence_problem=problem,
        links=links,
        of_one=of_one,
        versions=versions,
        delivery=delivery,
        holding=holding,
        as_of=as_of,
        as_of_text=day,
        drawn=drawn,
        around=around,
    )


def _drawn(view: RecordView) -> tuple[str, str]:
    """Say in words what outline is drawn, and the box around it."""
    if not view.outline or not view.outline.value or view.latitude is None:
        return "", ""
    geometry = json.loads(view.outline.value)
    west, south, east, north = box_of(geometry)
    wide, tall = max(east - west, _LEAST_BOX) * MARGIN, max(north - south, _LEAST_BOX) * MARGIN
    box = max(west - wide, -180.0), max(south - tall, -90.0), min(east + wide, 180.0), min(north + tall, 90.0)
    return said_of(geometry), ",".join(f"{degrees:.4f}" for degrees in box)


def _said(tx: Transaction, view: RecordView) -> FileContents | None:
    """Read what a file that is no table says around the record's place; None where it came from a table."""
    if not contents.format_of(tx, view.delivery):
        return None
    return contents.show(tx, view.delivery, here=view.uid, most=AROUND)


def _part(asked: Asked, view: RecordView) -> tuple[str, str]:
    """Give the part of a message that the record is, or why it cannot be shown."""
    pointer = Locator.read(view.locator.partition("#")[2]).pointer
    shown = pointer and Permission.DELIVERY_READ in asked.may
    return message_part(asked, view.delivery, pointer) if shown else ("", "")


def _delivery(asked: Asked, tx: Transaction, view: RecordView) -> Delivery | None:
    """Find the delivery, unless it as a whole is hidden from who may see this record of it."""
    if Permission.DELIVERY_READ not in asked.may:
        return None
    try:
        return deliveries.get(tx, view.delivery)
    except NotFound:
        return None


def _holding(asked: Asked, tx: Transaction, view: RecordView) -> Holding | None:
    if Permission.SOURCE_READ not in asked.may:
        return None
    return next((holding for holding in parties.holdings(tx) if holding.name == view.holding), None)


def _of_one(asked: Asked, tx: Transaction, view: RecordView) -> int:
    """Say how many records are held to be of the same thing as this one; 0 where nobody works that out."""
    if Permission.ENTITY_READ not in asked.may or view.kind not in tx.dictionary.resolution:
        return 0
    return entities.sizes(tx, [view.uid])[view.uid]


def _evidence(asked: Asked, uid: UUID) -> tuple[Evidence | None, str]:
    """Read the place that the record came from; where that cannot be done, say why and show the rest."""
    center = asked.center
    try:
        return evidence.show(center.store, center.blobs, asked.access, uid, allowance=allowance(center.settings)), ""
    except NotAllowed:
        raise
    except TesseraError as error:
        return None, errors.explained(error)
