"""Sources, who gives them, under which authority, and how the center does as a whole."""

from pydantic import BaseModel, Field

from tessera.api.needs import Door
from tessera.api.pages import Listing
from tessera.api.source_answers import Agency, Holding, Source, SourceInFull, in_full
from tessera.api.visits import Here
from tessera.errors import NotFound
from tessera.model.access import Permission
from tessera.store import overview, parties

door = Door("Sources")


class Overview(BaseModel):
    """What arrived. A part that this access may not see is null."""

    center: str
    records: int | None = Field(description="Current records that this access may see.")
    sources: list[Source] | None


@door.get("/overview", need=Permission.OVERVIEW_READ, answers=Overview)
def overall(visit: Here) -> Overview:
    """Read how the center does: records, and each source with freshness, quality and quarantine."""
    shows_sources, shows_records = visit.may(Permission.SOURCE_READ), visit.may(Permission.RECORD_READ)
    sources, records = None, None
    if shows_sources or shows_records:
        with visit.store.reading(visit.access) as tx:
            sources = [Source.of(status) for status in overview.sources(tx)] if shows_sources else None
            records = overview.visible_count(tx) if shows_records else None
    return Overview(center=visit.center.settings.name, records=records, sources=sources)


@door.get("/sources", need=Permission.SOURCE_READ, answers=Listing[Source])
def sources(visit: Here) -> Listing[Source]:
    """List the sources."""
    with visit.store.reading(visit.access) as tx:
        return Listing(items=[Source.of(status) for status in overview.sources(tx)])


@door.get("/sources/{name}", need=Permission.SOURCE_READ, answers=SourceInFull, fails=(404,))
def one(visit: Here, name: str) -> SourceInFull:
    """Read one source and the agreement behind it."""
    with visit.store.reading(visit.access) as tx:
        found = next((status for status in overview.sources(tx) if status.source.name == name), None)
        if found is None:
            raise NotFound(f"no source {name!r}", where="path.name", advice="GET /sources lists them.")
        return in_full(found, parties.agreement_of(tx, found.source.agreement))


@door.get("/agencies", need=Permission.SOURCE_READ, answers=Listing[Agency])
def agencies(visit: Here) -> Listing[Agency]:
    """List the partner organisations."""
    with visit.store.reading(visit.access) as tx:
        return Listing(items=[Agency.of(each) for each in parties.agencies(tx)])


@door.get("/holdings", need=Permission.SOURCE_READ, answers=Listing[Holding])
def holdings(visit: Here) -> Listing[Holding]:
    """List the bodies of records and the authority for each."""
    with visit.store.reading(visit.access) as tx:
        return Listing(items=[Holding.of(each) for each in parties.holdings(tx)])
