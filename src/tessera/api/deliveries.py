"""Deliveries: take in, list, read, and get back what was delivered."""

from collections.abc import Iterator
from functools import partial
from typing import IO, Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from tessera import share
from tessera.api.delivery_answers import Delivery, QuarantinedRow
from tessera.api.needs import Door
from tessera.api.pages import LINK_HEADER, Cursor, Limit, Page, Paged, uid_after
from tessera.api.routes import MIB
from tessera.api.streams import binary, streamed
from tessera.api.uploads import BODY, uploaded
from tessera.api.visits import Here, Visit
from tessera.engines.blobs import CHUNK, Blobs
from tessera.model import delivery as model
from tessera.model.access import Permission
from tessera.model.delivery import DeliveryState, Via
from tessera.receive import take_in
from tessera.store import deliveries, handling, quarantine

door = Door("Deliveries")
PAGED = {200: {"headers": LINK_HEADER}}
Source = Annotated[str, Query(max_length=64, description="Name of a source.")]
LOCATION = {"Location": {"description": "Address of the delivery.", "schema": {"type": "string"}}}


@door.post(
    "/deliveries",
    need=Permission.DELIVERY_CREATE,
    answers=Delivery,
    status=201,
    uploads=True,
    document=BODY,
    fails=(404,),
    responses={
        200: {"model": Delivery, "description": "The same bytes had arrived before; this is that delivery."},
        201: {"description": "Kept and receipted; its rows are being read.", "headers": LOCATION},
    },
)
async def deliver(
    visit: Here,
    request: Request,
    response: Response,
    source: Annotated[str, Query(min_length=1, max_length=64, description="The source that it comes from.")],
    filename: Annotated[str, Query(max_length=255, description="Its name; else that of the form's part.")] = "",
) -> Delivery:
    """Deliver a file. It is kept unchanged and receipted before anything is read from it."""
    async with uploaded(request) as (stream, sent_name):
        name = filename or sent_name or "unnamed"
        taken = await run_in_threadpool(_take_in, visit, stream, source=source, filename=name)
    response.headers["Location"] = f"{request.url.path}/{taken.uid}"
    if taken.duplicate:
        response.status_code = 200
    return Delivery.of(taken)


def _take_in(visit: Visit, stream: IO[bytes], *, source: str, filename: str) -> model.Delivery:
    limit = visit.center.settings.upload_limit_mb * MIB
    taken = take_in(
        visit.store,
        visit.center.blobs,
        visit.access,
        stream,
        source=source,
        filename=filename,
        via=Via.API,
        limit=limit,
    )
    if visit.jobs is not None:
        visit.jobs.start(taken)
    return taken


@door.get("/deliveries", need=Permission.DELIVERY_READ, answers=Page[Delivery], responses=PAGED)
def recent(
    visit: Here,
    pager: Paged,
    *,
    source: Source = "",
    state: Annotated[DeliveryState | None, Query(description="Only those in this state.")] = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[Delivery]:
    """List deliveries, newest first."""
    after = uid_after(cursor)
    with visit.store.reading(visit.access) as tx:
        found = deliveries.recent(tx, source=source, state=state, limit=limit + 1, after=after)
    return pager.cut([Delivery.of(each) for each in found], limit, lambda each: each.uid)


@door.get("/deliveries/{uid}", need=Permission.DELIVERY_READ, answers=Delivery, fails=(404,))
def one(visit: Here, uid: UUID) -> Delivery:
    """Read one delivery."""
    with visit.store.reading(visit.access) as tx:
        return Delivery.of(deliveries.get(tx, uid))


@door.get("/deliveries/{uid}/quarantine", need=Permission.QUARANTINE_READ, answers=Page[QuarantinedRow],
          fails=(404,), responses=PAGED)  # fmt: skip
def rows(visit: Here, uid: UUID, pager: Paged, *, limit: Limit = 50, cursor: Cursor = "") -> Page[QuarantinedRow]:
    """List the rows of a delivery that did not fit, in any state."""
    after = uid_after(cursor)
    with visit.store.reading(visit.access) as tx:
        deliveries.get(tx, uid)
        found = quarantine.page(tx, delivery=uid, state=None, limit=limit + 1, after=after)
    return pager.cut([QuarantinedRow.of(row) for row in found], limit, lambda row: row.uid)


@door.get("/deliveries/{uid}/errors.csv", need=Permission.QUARANTINE_READ, fails=(404,),
          responses=binary("One line for each fault.", "text/csv; charset=utf-8"))  # fmt: skip
def faults(visit: Here, uid: UUID) -> StreamingResponse:
    """Get the rows that did not fit as a file for who delivered them, with place and reason."""
    chunks = share.faults_csv(visit.store, visit.access, uid)
    return streamed(chunks, "text/csv; charset=utf-8", f"errors-{uid}.csv")


@door.get("/deliveries/{uid}/content", need=Permission.DELIVERY_READ, fails=(404,),
          responses=binary("The bytes as they arrived.", "application/octet-stream"))  # fmt: skip
def content(visit: Here, uid: UUID) -> StreamingResponse:
    """Get the delivered bytes; a name that starts with "rewritten-" says that a purge has blanked rows. Only who may see every field of every record made of them."""
    with visit.store.reading(visit.access) as tx:
        now = handling.open_bytes(tx, uid)
        delivery = deliveries.get(tx, uid)
    name = delivery.filename if now.rewritten_at is None else f"rewritten-{delivery.filename}"
    chunks = _bytes(visit.center.blobs, now.sha256)
    return streamed(chunks, "application/octet-stream", name if now.in_place else f"{name}.zip")


def _bytes(blobs: Blobs, sha256: str) -> Iterator[bytes]:
    with blobs.local(sha256) as path, path.open("rb") as file:
        yield from iter(partial(file.read, CHUNK), b"")
