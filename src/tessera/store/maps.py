"""The map: visible records by hexagon, the newest as points with their outlines, and a count per time step for the brush.

A coarser hexagon is the same number with its finer digits set (see `places`), so every zoom is grouped by arithmetic in
the database, through the same access filter as search.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

import h3
from sqlalchemy import Select, func, select

from tessera.model.access import Permission
from tessera.model.outline import Geometry, corners, thinned
from tessera.model.record import MapCell, MapPoint, MapView, RecordView, SearchQuery
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.places import FINEST, coarser
from tessera.store.questions import hits, matching
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS, to_views

r = tables.record.c
MOST_POINTS = 300
MOST_CELLS = 4000
MOST_CORNERS = 50_000
"""Corners of all outlines of one view together."""
WHOLE_EARTH = 360.0
PIXELS = 512
"""How wide the whole Earth is at zoom 0."""
HOUR_MS = 3_600_000
STEPS_MS = (HOUR_MS, 21_600_000, 86_400_000, 604_800_000, 2_629_800_000, 31_557_600_000)
MOST_STEPS = 120


def resolution_for(zoom: float) -> int:
    """Choose hexagons some thirty pixels wide at this map zoom (0 is the whole world in 512 pixels)."""
    return max(1, min(FINEST, round(zoom * 0.72 - 0.6)))


def view(tx: Transaction, query: SearchQuery, *, zoom: float) -> MapView:
    """Draw what the query finds within its box and times. The time line ignores the query's own times (the brush)."""
    tx.require(Permission.RECORD_READ)
    resolution = resolution_for(zoom)
    cells = _cells(tx, query, resolution)
    total = sum(cell.count for cell in cells)
    points = _points(tx, query, zoom) if 0 < total <= MOST_POINTS else ()
    timeline, step = _timeline(tx, replace(query, since=None, until=None))
    tx.note(Event.MAP_READ, details={"box": query.box, "zoom": zoom, "text": query.text, "kinds": query.kinds})
    return MapView(
        cells=cells,
        points=points,
        timeline=timeline,
        step=step,
        total=total,
        capped=len(cells) >= MOST_CELLS,
    )


def _cells(tx: Transaction, query: SearchQuery, resolution: int) -> tuple[MapCell, ...]:
    chosen = matching(tx, query, (coarser(resolution).label("coarse"),), placed=True)
    if chosen is None:
        return ()
    c = chosen.subquery().c
    grouped: Select[Any] = (
        select(c.coarse, func.count().label("n"))
        .where(c.coarse.is_not(None))
        .group_by(c.coarse)
        .order_by(func.count().desc(), c.coarse)
        .limit(MOST_CELLS)
    )
    return tuple(_cell(row.coarse, row.n) for row in tx.connection.execute(grouped))


def _cell(index: int, count: int) -> MapCell:
    name = h3.int_to_str(index)
    outline = tuple((longitude, latitude) for latitude, longitude in h3.cell_to_boundary(name))
    return MapCell(cell=name, count=count, outline=outline)


def _points(tx: Transaction, query: SearchQuery, zoom: float) -> tuple[MapPoint, ...]:
    chosen = hits(tx, query, VIEW_COLUMNS, limit=MOST_POINTS, placed=True)
    rows = list(tx.connection.execute(chosen)) if chosen is not None else []
    views = to_views(tx, rows)
    outlines = _outlines(views, zoom)
    return tuple(
        MapPoint(
            uid=seen.uid,
            kind=seen.kind,
            headline=seen.headline,
            latitude=seen.latitude,
            longitude=seen.longitude,
            event_time=seen.event_time,
            outline=outlines.get(seen.uid),
        )
        for seen in views
        if seen.latitude is not None and seen.longitude is not None
    )


def _outlines(views: Iterable[RecordView], zoom: float) -> dict[UUID, Geometry]:
    """Give the lines and areas that this reader may see, to the pixel; coarser where all of them together are very many corners."""
    whole = {seen.uid: json.loads(seen.outline.value) for seen in views if seen.outline and seen.outline.value}
    step = WHOLE_EARTH / (PIXELS * 2**zoom)
    while True:
        drawn = {uid: fewer for uid, one in whole.items() if (fewer := thinned(one, step)) is not None}
        if sum(map(corners, drawn.values())) <= MOST_CORNERS:
            return drawn
        step *= 2


def _timeline(tx: Transaction, query: SearchQuery) -> tuple[tuple[tuple[int, int], ...], int]:
    chosen = matching(tx, query, ((r.event_time // HOUR_MS).label("hour"),), placed=True)
    if chosen is None:
        return (), STEPS_MS[2]
    hour = chosen.subquery().c.hour
    rows = tx.connection.execute(select(hour, func.count().label("n")).where(hour.is_not(None)).group_by(hour)).all()
    return _steps([(int(row[0]) * HOUR_MS, row.n) for row in rows])


def _steps(hours: list[tuple[int, int]]) -> tuple[tuple[tuple[int, int], ...], int]:
    """Choose the shortest step that needs no more than MOST_STEPS, and add the hours up."""
    if not hours:
        return (), STEPS_MS[2]
    first, last = min(h for h, _ in hours), max(h for h, _ in hours)
    step = next((s for s in STEPS_MS if (last - first) / s <= MOST_STEPS), STEPS_MS[-1])
    counts: dict[int, int] = {}
    for start, count in hours:
        counts[start // step * step] = counts.get(start // step * step, 0) + count
    return tuple(sorted(counts.items())), step
