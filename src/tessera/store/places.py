"""Places in the tables: each record keeps the hexagon it lies in, and one ordinary index on it answers every place query.

A hexagon is an H3 cell of resolution 9 (about 0.1 square kilometres) as a 64-bit integer. The cells inside a coarser
cell are one contiguous range of integers, so "in this box" is a few ranges, on SQLite and PostgreSQL alike; the exact
coordinates are compared afterwards. An R-Tree did the same at ten times the cost of an insert (decisions/0013).
"""

from math import cos, radians

import h3
from sqlalchemy import BigInteger, ColumnElement, literal, or_

from tessera.errors import Invalid
from tessera.store import tables

r = tables.record.c
FINEST = 9
MOST_RANGES = 80
KM_PER_DEGREE = 111.195
"""Kilometres per degree of latitude on a sphere of 6,371 km."""
LARGEST_DEGREES = 60
"""A larger box is not narrowed down by hexagons: too many of them would be needed."""
_RESOLUTION_BITS = 52
_DIGIT_BITS = 3
_DIGITS = 15

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


def cell_of(latitude: float | None, longitude: float | None) -> int | None:
    """Give the cell that is kept with a record."""
    if latitude is None or longitude is None:
        return None
    return int(h3.str_to_int(h3.latlng_to_cell(latitude, longitude, FINEST)))


def coarser(resolution: int) -> ColumnElement[int]:
    """Turn a record's cell into its parent, in the database: clear the resolution, set it, and set the digits below."""
    below = (1 << _DIGIT_BITS * (_DIGITS - resolution)) - 1
    cleared = r.cell.op("&")(literal(~(0xF << _RESOLUTION_BITS), BigInteger))
    return cleared.op("|")(literal(below | resolution << _RESOLUTION_BITS, BigInteger))


def cells_within(parent: int) -> tuple[int, int]:
    """Give the first and last number that a cell of the finest resolution inside this one can have."""
    resolution = parent >> _RESOLUTION_BITS & 0xF
    unused = (1 << _DIGIT_BITS * (_DIGITS - FINEST)) - 1
    free = ((1 << _DIGIT_BITS * (FINEST - resolution)) - 1) << _DIGIT_BITS * (_DIGITS - FINEST)
    base = parent & ~(0xF << _RESOLUTION_BITS) & ~free & ~unused
    low = base | FINEST << _RESOLUTION_BITS | unused
    return low, low | free


def in_box(box: Box) -> list[ColumnElement[bool]]:
    """Conditions: the record's place lies in the box."""
    west, south, east, north = box
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):  # noqa: PLR2004 - degrees
        raise Invalid(f"the box {west},{south},{east},{north} is out of range", advice="Give W,S,E,N in degrees.")
    if south > north:
        raise Invalid("the box's south lies north of its north", advice="Give W,S,E,N in degrees.")
    if west > east:
        raise Invalid("the box crosses the antimeridian", advice="Ask for the two halves one after the other.")
    exact: list[ColumnElement[bool]] = [r.longitude.between(west, east), r.latitude.between(south, north)]
    ranges = _ranges(box)
    return [or_(*(r.cell.between(low, high) for low, high in ranges)), *exact] if ranges else exact


def near(latitude: float, longitude: float, km: float) -> list[ColumnElement[bool]]:
    """Conditions: within the radius, on a plane tangent to the sphere there (good to 0.1 % within 100 km)."""
    if not (-89 <= latitude <= 89 and -180 <= longitude <= 180 and 0 < km <= 1000):  # noqa: PLR2004 - degrees, km
        raise Invalid(
            f"cannot look near {latitude},{longitude},{km}", advice="Give LAT,LON,KM in degrees, at most 1000 km."
        )
    shrink = cos(radians(latitude))
    tall, wide = km / KM_PER_DEGREE, km / KM_PER_DEGREE / shrink
    box = (
        max(-180.0, longitude - wide),
        max(-90.0, latitude - tall),
        min(180.0, longitude + wide),
        min(90.0, latitude + tall),
    )
    north = (r.latitude - latitude) * KM_PER_DEGREE
    east = (r.longitude - longitude) * (KM_PER_DEGREE * shrink)
    return [*in_box(box), north * north + east * east <= km * km]


def _ranges(box: Box) -> list[tuple[int, int]]:
    """Cover the box with cells of the finest resolution that needs few of them; none where the box is very large.

    Cells do not nest exactly, so the neighbours of those that overlap the box are taken too.
    """
    west, south, east, north = box
    if east - west > LARGEST_DEGREES or north - south > LARGEST_DEGREES:
        return []
    shape = h3.LatLngPoly([(south, west), (south, east), (north, east), (north, west)])
    chosen: set[str] = set()
    for resolution in range(FINEST):
        overlapping = h3.polygon_to_cells_experimental(shape, resolution, contain="overlap")
        around = {cell for found in overlapping for cell in h3.grid_disk(found, 1)}
        if chosen and len(around) > MOST_RANGES:
            break
        chosen = around
    return _merged(sorted(cells_within(h3.str_to_int(cell)) for cell in chosen))


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ranges that touch."""
    joined: list[tuple[int, int]] = []
    for low, high in ranges:
        if joined and low <= joined[-1][1] + (1 << _DIGIT_BITS * (_DIGITS - FINEST)):
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined
