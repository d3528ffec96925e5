"""The map: visible records by hexagon or as points, with a count per time step; its data and the same as tables."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid
from tessera.model.access import Permission
from tessera.model.outline import word_of
from tessera.model.record import MapCell, MapView
from tessera.store import handling, maps, overview
from tessera.trust.banner import banner
from tessera.web.forms import read_question
from tessera.web.page import Asked, as_json, page
from tessera.web.templating import timely

ROUTES: list[Route] = []
ALSO = ("zoom",)
LOWEST_ZOOM, HIGHEST_ZOOM, FIRST_ZOOM = 0.0, 22.0, 7.0
ANYWHERE = (-125.0, 24.0, -66.0, 50.0)
"""West, south, east, north of the contiguous United States: where the map starts when nothing has a place."""
MOST_OF_THEM = 0.98
"""Share of the records that the first view holds; a few stray places do not widen it."""
MARGIN = 0.05
Bounds = tuple[float, float, float, float]


@page(ROUTES, "/map", needs=Permission.RECORD_READ)
def show(asked: Asked) -> Response:
    """Show the map where the question's records are, and the same as a table."""
    query = read_question(asked.params, also=ALSO)
    with asked.center.store.reading(asked.access) as tx:
        view = maps.view(tx, query, zoom=_zoom(asked))
        marking = handling.of_visible(tx)
        statuses = overview.sources(tx) if Permission.SOURCE_READ in asked.may else []
    return asked.render(
        "map.html",
        under=marking,
        query=query,
        params=asked.params,
        view=view,
        kinds=[(name, kind.label) for name, kind in sorted(asked.center.dictionary.kinds.items())],
        source_names=[(status.source.name, status.source.label) for status in statuses],
        bounds=query.box or bounds_of(view.cells),
        word_of=word_of,
    )


@page(ROUTES, "/map/data", needs=Permission.RECORD_READ, data=True)
def data(asked: Asked) -> Response:
    """Give what the map draws."""
    query = read_question(asked.params, also=ALSO)
    with asked.center.store.reading(asked.access) as tx:
        view = maps.view(tx, query, zoom=_zoom(asked))
        marking = handling.of_visible(tx)
    return as_json(_plain(view) | {"banner": banner(marking)})


def _plain(view: MapView) -> dict[str, Any]:
    return {
        "cells": [{"cell": c.cell, "count": c.count, "outline": c.outline} for c in view.cells],
        "points": [
            {
                "uid": str(p.uid),
                "kind": p.kind,
                "headline": timely(p.headline),
                "latitude": p.latitude,
                "longitude": p.longitude,
                "event_time": p.event_time,
                "outline": p.outline,
                "shape": word_of(p.outline),
            }
            for p in view.points
        ],
        "timeline": view.timeline,
        "step": view.step,
        "total": view.total,
        "capped": view.capped,
    }


def _zoom(asked: Asked) -> float:
    text = asked.param("zoom") or str(FIRST_ZOOM)
    try:
        zoom = float(text)
    except ValueError:
        zoom = -1.0
    if not LOWEST_ZOOM <= zoom <= HIGHEST_ZOOM:
        raise Invalid(f"'zoom' cannot be {text[:20]!r}", where="zoom", advice="Give a number from 0 to 22.")
    return zoom


def bounds_of(cells: Sequence[MapCell]) -> Bounds:
    """Find west, south, east and north of where most records are; the fullest cells come first."""
    wanted, taken = MOST_OF_THEM * sum(cell.count for cell in cells), 0
    corners: list[tuple[float, float]] = []
    for cell in cells:
        if taken >= wanted:
            break
        taken += cell.count
        corners += cell.outline
    if not corners:
        return ANYWHERE
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    wide, tall = (east - west) * MARGIN, (north - south) * MARGIN
    return max(west - wide, -180.0), max(south - tall, -90.0), min(east + wide, 180.0), min(north + tall, 90.0)
