"""The parameters of a search, the same for hits, counts, map and export, and the question they make."""

from math import isfinite
from typing import Annotated

from pydantic import BaseModel, Field

from tessera.api.moments import Instant
from tessera.api.pages import MOST_ON_A_PAGE
from tessera.errors import Invalid
from tessera.model.record import Order, SearchQuery

Name = Annotated[str, Field(max_length=64)]
Names = Annotated[list[Name], Field(max_length=50)]
WHOLE_WORLD = (-180.0, -90.0, 180.0, 90.0)


class Filters(BaseModel):
    """What records are asked for."""

    q: str = Field("", max_length=1000, description='Words (all must occur), "phrases", OR, -word, prefix*.')
    kind: Names = Field([], description="Kinds; any of them.")
    source: Names = Field([], description="Sources; any of them.")
    holding: Names = Field([], description="Holdings; any of them.")
    since: Instant | None = Field(None, description="Earliest event time, inclusive.")
    until: Instant | None = Field(None, description="Latest event time, exclusive.")
    near: str = Field("", max_length=80, description="LATITUDE,LONGITUDE,KILOMETRES (WGS 84 degrees).")
    box: str = Field("", max_length=100, description="WEST,SOUTH,EAST,NORTH (WGS 84 degrees).")
    as_of: Instant | None = Field(None, description="Answer with what was known at this instant.")

    def question(self) -> SearchQuery:
        """Make the question."""
        near, box = _numbers(self.near, "near", 3), _numbers(self.box, "box", 4)
        _check_box(box)
        return SearchQuery(
            text=self.q,
            kinds=tuple(self.kind),
            sources=tuple(self.source),
            holdings=tuple(self.holding),
            since=self.since,
            until=self.until,
            near=(near[0], near[1], near[2]) if near else None,
            box=(box[0], box[1], box[2], box[3]) if box else None,
            as_of=self.as_of,
        )


class Search(Filters):
    """A page of hits."""

    order: Order = Field(Order.RECEIVED, description="How hits are sorted, newest first.")
    limit: int = Field(20, ge=1, le=MOST_ON_A_PAGE, description="Hits on a page.")
    cursor: str = Field("", max_length=200, description="`next_cursor` of the page before; empty for the first.")


class MapSearch(Filters):
    """What a map shows."""

    zoom: float = Field(8, ge=0, le=22, allow_inf_nan=False, description="0 is the whole world in 512 pixels.")


class ExportSearch(Filters):
    """What an export lets out."""

    kind: Names = Field(min_length=1, max_length=1, description="The one kind that is exported.")
    format: str = Field("csv", description="csv, geojson, ndjson or parquet.")


def _numbers(text: str, where: str, count: int) -> tuple[float, ...]:
    if not text:
        return ()
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != count or not all(isfinite(n) for n in numbers):
        advice = f"Give {count} numbers with commas between them."
        raise Invalid(f"{text!r} is no place", where=f"query.{where}", advice=advice)
    return numbers


def _check_box(box: tuple[float, ...]) -> None:
    limits = zip(box, WHOLE_WORLD[:2] * 2, WHOLE_WORLD[2:] * 2, strict=False)
    if any(not low <= degrees <= high for degrees, low, high in limits):
        advice = "Longitudes are -180 to 180, latitudes -90 to 90; west,south,east,north."
        raise Invalid("the box leaves the world", where="query.box", advice=advice)
