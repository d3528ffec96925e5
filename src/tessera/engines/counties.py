"""Which county a point is in, by the outlines of us-atlas (Census, 1 : 10 million) that the base map is drawn with.

The outlines are simplified: within some kilometres of a border the neighbour may be meant.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from tessera.model.found import Off
from tessera.resolution.addresses import state_of

_SOURCE: Final = "us-atlas/counties-10m.json"
_ADVICE: Final = "Install a wheel of Tessera, or build the front end: its map brings the outlines."
_CORNERS: Final = 4
"""A ring ends where it began, so a triangle has four."""

Ring = list[tuple[float, float]]
"""Longitude and latitude of each corner, in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county or its equivalent, with its code of five digits."""

    fips: str
    name: str
    state: str


class Counties:
    """Finds the county of a point."""

    def __init__(self, topology: Mapping[str, Any]) -> None:
        """Read the outlines of a TopoJSON topology with the objects `counties` and `states`."""
        import shapely  # noqa: PLC0415 - only where a county is asked

        arcs = [_arc(arc, topology.get("transform")) for arc in topology["arcs"]]
        states = {one["id"]: _named(one) for one in topology["objects"]["states"]["geometries"]}
        shapes: list[Any] = []
        self._counties: list[County] = []
        for one in topology["objects"]["counties"]["geometries"]:
            county = County(fips=one["id"], name=_named(one), state=_postal(states.get(one["id"][:2], "")))
            for rings in polygons(one, arcs):
                shapes.append(shapely.Polygon(rings[0], rings[1:]))
                self._counties.append(county)
        self._tree = shapely.STRtree(shapes)

    def at(self, latitude: float, longitude: float) -> County | None:
        """Give the county of a point; None where it is in none."""
        import shapely  # noqa: PLC0415 - only where a county is asked

        found = self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")
        return self._counties[int(min(found))] if len(found) else None


def polygons(geometry: Mapping[str, Any], arcs: Sequence[Ring]) -> list[list[Ring]]:
    """Put the arcs of a TopoJSON geometry together to polygons, each an outer ring and its holes.

    An islet that was simplified to a line or a point is left out.
    """
    match geometry.get("type"):
        case "Polygon":
            parts = [geometry["arcs"]]
        case "MultiPolygon":
            parts = geometry["arcs"]
        case _:
            return []
    shapes = [[ring for indexes in part if len(ring := _ring(indexes, arcs)) >= _CORNERS] for part in parts]
    return [shape for shape in shapes if shape]


def _ring(indexes: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    """Join arcs end to end; a number below zero is an arc run backwards, counted from -1."""
    ring: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc[1:] if ring else arc
    return ring


def _arc(arc: Sequence[Sequence[float]], transform: Mapping[str, Any] | None) -> Ring:
    """Give the corners of an arc in degrees; with a transform they are written as whole steps from the last one."""
    if transform is None:
        return [(point[0], point[1]) for point in arc]
    (across, up), (west, south) = transform["scale"], transform["translate"]
    x = y = 0.0
    points: Ring = []
    for step in arc:
        x, y = x + step[0], y + step[1]
        points.append((x * across + west, y * up + south))
    return points


def _named(one: Mapping[str, Any]) -> str:
    return str(one.get("properties", {}).get("name", ""))


def _postal(state: str) -> str:
    return state_of(state) or state


@cache
def open_counties(static: Path | None = None) -> Counties | Off:
    """Give the counties of this process, or why there are none. `static` is the folder of the built front end."""
    folder = static or Path(str(files("tessera"))) / "web" / "static"
    path = _outlines(folder)
    if path is None:
        return Off(why="The outlines of the counties are not here.", advice=_ADVICE)
    try:
        return Counties(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        return Off(why=f"The outlines of the counties cannot be read ({type(error).__name__}).", advice=_ADVICE)


def _outlines(folder: Path) -> Path | None:
    """Find the file that the build named by its content."""
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return None
    built = json.loads(manifest.read_bytes())
    found = next((str(one["file"]) for source, one in built.items() if source.endswith(_SOURCE)), "")
    path = folder / found
    return path if found and path.is_file() else None


def county_of(latitude: float, longitude: float) -> County | None:
    """Give the county of a point; None outside of the United States, and where the outlines are not here."""
    counties = open_counties()
    return None if isinstance(counties, Off) else counties.at(latitude, longitude)
