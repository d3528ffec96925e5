"""Deliveries: what arrived, how far each is, its rows that did not fit as a file, and its bytes."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tessera.errors import Invalid
from tessera.flow.center import Center
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.contents import FileSummary
from tessera.model.delivery import Delivery, DeliveryState
from tessera.model.marking import Marking
from tessera.model.source import Source
from tessera.share.faults import faults_csv
from tessera.store import contents, deliveries, enclosures, handling, kept, overview, parties, quarantine
from tessera.store.transactions import Transaction
from tessera.web.forms import read_choice
from tessera.web.page import Asked, page

ROUTES: list[Route] = []
PAGE = 50
FIRST_ROWS = 20
CHUNK = 1 << 20
FINISHED = frozenset({DeliveryState.DONE, DeliveryState.FAILED})


@page(ROUTES, "/deliveries", needs=Permission.DELIVERY_READ)
def index(asked: Asked) -> Response:
    """List deliveries, newest first."""
    source, chosen = asked.param("source"), asked.param("state")
    state = read_choice(DeliveryState, chosen, name="state") if chosen else None
    with asked.center.store.reading(asked.access) as tx:
        found = deliveries.recent(tx, source=source, state=state, limit=PAGE + 1, after=after_of(asked))
        sources = sources_of(asked, tx)
    shown = found[:PAGE]
    return asked.render(
        "deliveries.html",
        under=marking_of(sources, {delivery.source for delivery in shown}),
        deliveries=shown,
        params=asked.params,
        source=source,
        state=chosen,
        source_names=[(s.name, s.label) for s in sources],
        next_cursor=str(shown[-1].uid) if len(found) > PAGE else "",
    )


@page(ROUTES, "/deliveries/{uid}", needs=Permission.DELIVERY_READ)
def show(asked: Asked) -> Response:
    """Show one delivery: where it is on its way, and what became of its rows."""
    uid = asked.uid("delivery")
    with asked.center.store.reading(asked.access) as tx:
        delivery = deliveries.get(tx, uid)
        _, _, source = parties.read_source(tx, delivery.source)
        may_see_rows = Permission.QUARANTINE_READ in asked.may
        rows = quarantine.page(tx, delivery=uid, state=None, limit=FIRST_ROWS) if may_see_rows else []
        expected = _expected(tx, delivery)
        now = kept.state_of(tx, deliveries.key_of(tx, uid))
        said = contents.format_of(tx, uid)
        inside, outside = enclosures.inside(tx, uid), enclosures.outside(tx, uid)
        summary = _summary(asked, tx, delivery)
    return asked.render(
        "delivery.html",
        kept=now,
        said=said,
        summary=summary,
        inside=inside,
        outside=outside,
        under=source.marking,
        delivery=delivery,
        source=source,
        rows=rows,
        done=delivery.rows_in,
        expected=expected,
    )


@page(ROUTES, "/deliveries/{uid}/progress", needs=Permission.DELIVERY_READ)
def progress(asked: Asked) -> Response:
    """Show how far a delivery is."""
    with asked.center.store.reading(asked.access) as tx:
        delivery = deliveries.get(tx, asked.uid("delivery"))
        expected = _expected(tx, delivery)
        summary = _summary(asked, tx, delivery)
    response = asked.render(
        "_progress.html", delivery=delivery, done=delivery.rows_in, expected=expected, summary=summary
    )
    shown_on = asked.request.headers.get("hx-current-url", "")
    if delivery.state in FINISHED and shown_on.partition("?")[0].endswith(f"/deliveries/{delivery.uid}"):
        response.headers["HX-Refresh"] = "true"  # the page around it has figures and rows of its own
    return response


def _summary(asked: Asked, tx: Transaction, delivery: Delivery) -> FileSummary | None:
    """Say what was found in a file that was read for what it says; None until it is read, or where it is a table."""
    if delivery.state is not DeliveryState.DONE or Permission.RECORD_READ not in asked.may:
        return None
    return contents.summary(tx, delivery.uid) if contents.format_of(tx, delivery.uid) else None


def _expected(tx: Transaction, delivery: Delivery) -> int | None:
    """Guess how many rows there are, from the last delivery of this source with the same ending; None without one."""
    if delivery.state is DeliveryState.DONE:
        return delivery.rows_in
    ending = delivery.filename.rpartition(".")[2]
    earlier = deliveries.recent(tx, source=delivery.source, state=DeliveryState.DONE, limit=FIRST_ROWS)
    alike = next((d for d in earlier if d.size and d.rows_in and d.filename.endswith(ending)), None)
    return None if alike is None else max(delivery.rows_in, round(delivery.size * alike.rows_in / alike.size))


@page(ROUTES, "/deliveries/{uid}/errors.csv", needs=Permission.QUARANTINE_READ)
def errors_csv(asked: Asked) -> Response:
    """Stream every row of the delivery that did not fit, with its reasons and its cells."""
    uid = asked.uid("delivery")
    with asked.center.store.reading(asked.access) as tx:
        name = f"{deliveries.get(tx, uid).filename}.errors.csv"
    lines = faults_csv(asked.center.store, asked.access, uid)
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=as_file(name))


@page(ROUTES, "/deliveries/{uid}/bytes", needs=Permission.DELIVERY_READ)
def as_delivered(asked: Asked) -> Response:
    """Give the bytes to who may see every field of all that is in them; the name says if a purge has rewritten them."""
    uid = asked.uid("delivery")
    with asked.center.store.reading(asked.access) as tx:
        now = handling.open_bytes(tx, uid, given=asked.request.method == "GET")
        delivery = deliveries.get(tx, uid)
    name = delivery.filename if now.rewritten_at is None else f"rewritten-{delivery.filename}"
    headers = as_file(name if now.in_place else f"{name}.zip") | {"Content-Length": str(now.size)}
    chunks = _chunks(asked.center, now.sha256) if asked.request.method == "GET" else iter(())
    return StreamingResponse(chunks, media_type="application/octet-stream", headers=headers)


def _chunks(center: Center, sha256: str) -> Iterator[bytes]:
    with center.blobs.local(sha256) as path, path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def as_file(name: str) -> dict[str, str]:
    """Have the browser save an answer under this name, which came from outside."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%;' else "_" for c in name)
    encoded = quote(name, safe="")
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"}


def after_of(asked: Asked) -> UUID | None:
    """Read behind which row the list goes on."""
    text = asked.param("after")
    found = parse_id(text) if text else None
    if text and found is None:
        raise Invalid("this page mark is damaged", where="after", advice="Start again from the first page.")
    return found


def sources_of(asked: Asked, tx: Transaction) -> list[Source]:
    """The sources that the reader may know of, for filters and for the banner."""
    return [status.source for status in overview.sources(tx)] if Permission.SOURCE_READ in asked.may else []


def marking_of(sources: list[Source], shown: set[str]) -> Marking:
    """Join the markings of the sources that are on the page."""
    return reduce(or_, (source.marking for source in sources if source.name in shown), Marking())
