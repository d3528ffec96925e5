"""Outlines: lines and areas on the ground, as geometries of GeoJSON (RFC 7946): longitude before latitude, degrees, WGS 84."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import isfinite, radians, sin
from typing import Any, Final, TypeAlias

from tessera.model.located import metres_between

Geometry: TypeAlias = Mapping[str, Any]
"""An object of GeoJSON with `type` and `coordinates`, or with `geometries`."""
Path: TypeAlias = Sequence[Sequence[float]]
LONGEST: Final = 20_000
"""Characters of one outline: some eight hundred corners."""
_DEPTHS: Final = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3,
}  # fmt: skip
"""How deep the lists of positions lie in one another."""
_WORDS: Final = {
    "GeometryCollection": "several shapes", "LineString": "line", "MultiLineString": "lines", "MultiPoint": "points",
    "MultiPolygon": "areas", "Point": "point", "Polygon": "area",
}  # fmt: skip
_COLLECTION: Final = "GeometryCollection"
_LEAST: Final = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}
_EAST: Final = 180
_NORTH: Final = 90
_RADIUS: Final = 6_371_008.8
_SQUARE_KILOMETRE: Final = 1_000_000.0
_KILOMETRE: Final = 1_000.0


def read_outline(text: str) -> Geometry:
    """Read a geometry and check every part of it; ValueError says in a few words what is wrong.

    >>> read_outline('{"type":"LineString","coordinates":[[-75,39],[-74,39]]}')["type"]
    'LineString'
    """
    if len(text) > LONGEST:
        raise ValueError(f"an outline holds at most {LONGEST:,} characters")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON") from None
    _check(found)
    return found  # type: ignore[no-any-return]


def _check(found: object, *, within: bool = False) -> None:
    sort = found.get("type") if isinstance(found, dict) else None
    if sort == _COLLECTION and not within and isinstance(found, dict):
        parts = found.get("geometries")
        if not isinstance(parts, list) or not parts:
            raise ValueError("a collection holds geometries")
        for part in parts:
            _check(part, within=True)
        return
    if not isinstance(found, dict) or not isinstance(sort, str) or sort not in _DEPTHS:
        raise ValueError("it is no geometry of GeoJSON")
    for path in _paths(found.get("coordinates"), _DEPTHS[sort]):
        _check_path(path, sort)


def _paths(coordinates: object, depth: int) -> Iterator[list[object]]:
    """Give the lists of positions."""
    if not isinstance(coordinates, list) or not coordinates:
        raise ValueError("coordinates are missing")
    if depth == 0:
        yield [coordinates]
    elif depth == 1:
        yield coordinates
    else:
        for part in coordinates:
            yield from _paths(part, depth - 1)


def _check_path(path: list[object], sort: str) -> None:
    for position in path:
        match position:
            case [(int() | float()) as x, (int() | float()) as y] if isfinite(x) and isfinite(y):
                if abs(x) > _EAST or abs(y) > _NORTH:
                    raise ValueError("longitude goes to 180 and latitude to 90 degrees")
            case _:
                raise ValueError("a position is longitude and latitude")
    least = _LEAST.get(sort, 1)
    if len(path) < least:
        raise ValueError(f"a {'ring' if least == _LEAST['Polygon'] else 'line'} has at least {least} positions")
    if least == _LEAST["Polygon"] and path[0] != path[-1]:
        raise ValueError("a ring ends where it begins")


def parts_of(geometry: Geometry) -> Iterator[tuple[str, list[Path]]]:
    """Give its points, lines and areas one by one, each with its paths; the first of an area goes around it.

    >>> list(parts_of({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}))
    [('Point', [[[1, 2]]]), ('Point', [[[3, 4]]])]
    """
    if geometry["type"] == _COLLECTION:
        for part in geometry["geometries"]:
            yield from parts_of(part)
        return
    sort = geometry["type"].removeprefix("Multi")
    for coordinates in [geometry["coordinates"]] if sort == geometry["type"] else geometry["coordinates"]:
        yield sort, {"Point": [[coordinates]], "LineString": [coordinates]}.get(sort, coordinates)


def corners(geometry: Geometry) -> int:
    """Count its corners; a ring ends where it begins, and that corner counts once."""
    return sum(len(path) - (sort == "Polygon") for sort, paths in parts_of(geometry) for path in paths)


def box_of(geometry: Geometry) -> tuple[float, float, float, float]:
    """Give the west, south, east and north of it.

    >>> box_of({"type": "LineString", "coordinates": [[-75, 39], [-74, 38]]})
    (-75, 38, -74, 39)
    """
    every = [position for _, paths in parts_of(geometry) for path in paths for position in path]
    longitudes, latitudes = [position[0] for position in every], [position[1] for position in every]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def said_of(geometry: Geometry) -> str:
    """Say in words what it is and how large.

    >>> said_of({"type": "LineString", "coordinates": [[-75, 39], [-75, 39.01]]})
    'line of 1.11 km, 2 corners'
    >>> said_of({"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]]]})
    'area of 12,364 km², 4 corners'
    """
    parts = list(parts_of(geometry))
    areas = [paths for sort, paths in parts if sort == "Polygon"]
    lines = [paths[0] for sort, paths in parts if sort == "LineString"]
    points = sum(sort == "Point" for sort, _ in parts)
    said = []
    if areas:
        size = sum(abs(_size(shell)) - sum(abs(_size(hole)) for hole in holes) for shell, *holes in areas)
        said.append(f"{_many(len(areas), 'area')} of {_figure(size / _SQUARE_KILOMETRE)} km²")
    if lines:
        long = sum(metres_between((a[1], a[0]), (b[1], b[0])) for line in lines for a, b in pairwise(line))
        said.append(f"{_many(len(lines), 'line')} of {_figure(long / _KILOMETRE)} km")
    if points:
        said.append(f"{points:,} point{'s' if points > 1 else ''}")
    return ", ".join([*said, f"{corners(geometry):,} corners"] if areas or lines else said)


def word_of(geometry: Geometry | None) -> str:
    """Say in a word what is drawn.

    >>> word_of({"type": "MultiPolygon", "coordinates": []}), word_of(None)
    ('areas', 'point')
    """
    return _WORDS[geometry["type"]] if geometry else "point"


def _many(count: int, what: str) -> str:
    return what if count == 1 else f"{count:,} {what}s"


def _figure(value: float) -> str:
    """Write three figures that count; nothing is written smaller than it is."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three figures


def _size(ring: Path) -> float:
    """Measure the inside of a ring on a sphere in square metres."""
    turned = ((radians(b[0] - a[0]), 2 + sin(radians(a[1])) + sin(radians(b[1]))) for a, b in pairwise(ring))
    return sum(east * north for east, north in turned) * _RADIUS * _RADIUS / 2


def thinned(geometry: Geometry, step: float) -> Geometry | None:
    """Leave out what cannot be told apart on a grid of so many degrees; None where nothing of it can be seen.

    >>> thinned({"type": "LineString", "coordinates": [[0, 0], [0.01, 0.02], [1, 1]]}, 0.5)
    {'type': 'LineString', 'coordinates': [[0.0, 0.0], [1.0, 1.0]]}
    """
    if geometry["type"] == _COLLECTION:
        kept = [part for each in geometry["geometries"] if (part := thinned(each, step)) is not None]
        return {"type": _COLLECTION, "geometries": kept} if kept else None
    sort = geometry["type"].removeprefix("Multi")
    drawn = [thin for _, paths in parts_of(geometry) if (thin := _thin(sort, paths, step))]
    if not drawn:
        return None
    is_one = sort == geometry["type"]
    return {"type": geometry["type"], "coordinates": drawn[0] if is_one else drawn}


def _thin(sort: str, paths: list[Path], step: float) -> list[Any]:
    grids = [_on_grid(path, step) for path in paths]
    if sort == "Polygon":
        rings = [ring for ring in grids if len(ring) >= _LEAST["Polygon"]]
        return rings if rings and rings[0] is grids[0] else []
    return grids[0][0] if sort == "Point" else grids[0] if len(grids[0]) >= _LEAST["LineString"] else []


def _on_grid(path: Path, step: float) -> list[list[float]]:
    cells = [(round(x / step), round(y / step)) for x, y in path]
    kept = [here for at, here in enumerate(cells) if at == 0 or here != cells[at - 1]]
    return [[max(-180.0, min(180.0, round(x * step, 7))), max(-90.0, min(90.0, round(y * step, 7)))] for x, y in kept]
