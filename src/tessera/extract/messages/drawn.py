"""Areas, circles and lines of a message as the outline of its record."""

from collections.abc import Sequence
from typing import Final

from tessera.extract.messages.ground import CORNERS, Circle, Point, ring_of, sagitta
from tessera.extract.outlines import NotKept, outline_terms

_QUARTER: Final = 10_000_000.0
"""Metres from a pole to the equator."""


def outline_of(
    rings: Sequence[Sequence[Point]], rounds: Sequence[Circle], lines: Sequence[Sequence[Point]] = ()
) -> tuple[dict[str, str], str]:
    """Give the terms of the outline, or why it is not kept. A circle without a radius is a point."""
    wide = [each for each in rounds if each.radius]
    if any(each.radius > _QUARTER for each in wide):
        return {}, "a circle around a quarter of the Earth"
    drawn = [*rings, *map(ring_of, wide)]
    if not (drawn or lines):
        return {}, ""
    import shapely  # noqa: PLC0415 - only where there are areas

    areas = shapely.MultiPolygon([shapely.Polygon(_turned(ring)) for ring in drawn])
    shape = (
        shapely.GeometryCollection([areas, *(shapely.LineString(_turned(line)) for line in lines)]) if lines else areas
    )
    note = f"Circles are kept as polygons of {CORNERS} corners." if wide else ""
    try:
        return outline_terms(shape, off=max(map(sagitta, wide), default=0.0), note=note), ""
    except NotKept as error:
        return {}, str(error)


def _turned(points: Sequence[Point]) -> list[tuple[float, float]]:
    """Write longitude first, as geometries have it."""
    return [(longitude, latitude) for latitude, longitude in points]
