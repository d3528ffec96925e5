"""Records: search, counts, one record with its versions, links and evidence, and export."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from fastapi.responses import StreamingResponse

from tessera import share
from tessera.api.moments import Instant
from tessera.api.needs import Door
from tessera.api.pages import LINK_HEADER, Listing, Page, Paged
from tessera.api.questions import ExportSearch, Filters, Search
from tessera.api.record_answers import Evidence, Facets, Link, Record
from tessera.api.streams import binary, streamed
from tessera.api.visits import Here
from tessera.flow import evidence
from tessera.flow.pipeline import allowance
from tessera.model.access import Permission
from tessera.model.record import SearchQuery
from tessera.store import records

door = Door("Records")
AsOf = Annotated[Instant | None, Query(description="The version that was known at this instant.")]
PAGED = {200: {"headers": LINK_HEADER}}


@door.get("/records", need=Permission.RECORD_READ, answers=Page[Record], fails=(404,), responses=PAGED)
def search(visit: Here, asked: Annotated[Search, Query()], pager: Paged) -> Page[Record]:
    """Find records, newest first."""
    with visit.store.reading(visit.access) as tx:
        found = records.search(tx, _page_of(asked))
    return pager.page([Record.of(view) for view in found.hits], found.next_cursor)


def _page_of(asked: Search) -> SearchQuery:
    question = asked.question()
    return SearchQuery(
        **{name: getattr(question, name) for name in SearchQuery.__slots__ if name not in {"order", "limit", "cursor"}},
        order=asked.order,
        limit=asked.limit,
        cursor=asked.cursor,
    )


@door.get("/records/facets", need=Permission.RECORD_READ, answers=Facets)
def facets(visit: Here, asked: Annotated[Filters, Query()]) -> Facets:
    """Count what a search finds, by kind, source, holding and month."""
    with visit.store.reading(visit.access) as tx:
        return Facets.of(records.facets(tx, asked.question()))


@door.get("/records/{uid}", need=Permission.RECORD_READ, answers=Record, fails=(404,))
def one(visit: Here, uid: UUID, as_of: AsOf = None) -> Record:
    """Read one record."""
    with visit.store.reading(visit.access) as tx:
        return Record.of(records.get(tx, uid, as_of=as_of))


@door.get("/records/{uid}/versions", need=Permission.RECORD_READ, answers=Listing[Record], fails=(404,))
def versions(visit: Here, uid: UUID) -> Listing[Record]:
    """List all versions of the same thing from the same source, newest first."""
    with visit.store.reading(visit.access) as tx:
        return Listing(items=[Record.of(view) for view in records.versions(tx, uid)])


@door.get("/records/{uid}/links", need=Permission.RECORD_READ, answers=Listing[Link], fails=(404,))
def links(visit: Here, uid: UUID, as_of: AsOf = None) -> Listing[Link]:
    """List the links of a record to others that this access may see."""
    with visit.store.reading(visit.access) as tx:
        return Listing(items=[Link.of(view) for view in records.links(tx, uid, as_of=as_of)])


@door.get("/records/{uid}/evidence", need=Permission.RECORD_READ, answers=Evidence, fails=(404,))
def proof(visit: Here, uid: UUID) -> Evidence:
    """Read the place in the delivered bytes that a record came from; masked cell by cell."""
    allowed = allowance(visit.center.settings)
    return Evidence.of(evidence.show(visit.store, visit.center.blobs, visit.access, uid, allowance=allowed))


@door.get(
    "/export",
    need=Permission.RECORD_EXPORT,
    responses=binary("Every record that was found, as a stream.", *(share.media_type(f) for f in share.FORMATS)),
)
def export(visit: Here, asked: Annotated[ExportSearch, Query()]) -> StreamingResponse:
    """Export every record of one kind that answers, as known at one instant; disclosed in the audit log."""
    chunks = share.export(visit.store, visit.access, asked.question(), asked.format, visit.center.dictionary)
    return streamed(chunks, share.media_type(asked.format), f"{asked.kind[0]}.{asked.format}")
