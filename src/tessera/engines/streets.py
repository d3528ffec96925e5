"""Looks up houses, blocks and crossings in the street file that a site loaded."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from tessera.model.located import Located, metres_between
from tessera.resolution.addresses import Address, address_of, city_of

_HOUSE_M: Final = 25.0
"""A point of an address file stands on the roof, at the door or on the parcel."""
_RANGE_M: Final = 60.0
"""Houses are set back from the line, and numbers are not spread evenly along it."""
_CORNER_M: Final = 30.0
_LINES_MEET_M: Final = 40.0
_HOUSES_MEET_M: Final = 120.0
"""Streets meet where their lines touch; of streets known by their houses, where houses of both stand at one corner."""
_NEAR_NUMBERS: Final = 200
_BLOCK: Final = 99
_ALIKE: Final = 86
_CLEARLY: Final = 4
"""Another spelling counts where it is at least this many hundredths more alike than the next one."""
_ONE_PLACE_M: Final = 5_000.0
"""An address without a town is answered only where all streets of that name lie this near to each other."""
_SELECT: Final = "SELECT id, name, type, direction FROM street WHERE "

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Street:
    ids: tuple[int, ...]
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    first: int
    last: int
    line: tuple[Point, ...]

    def has(self, number: int) -> bool:
        low, high = sorted((self.first, self.last))
        return low <= number <= high

    def is_side_of(self, number: int) -> bool:
        return self.first % 2 == number % 2

    def at(self, number: float) -> Point:
        span = self.last - self.first
        return _along(self.line, (number - self.first) / span if span else 0.5)


class StreetFile:
    """The streets that a site loaded, opened for reading only."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`. Raises sqlite3.OperationalError where there is none."""
        address = f"file:{quote(str(path))}?mode=ro"
        self._base = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._base.execute("SELECT 1 FROM street LIMIT 1")

    def find(self, asked: Address) -> Located | None:
        """Give the place of a house, block, crossing or street; None where the file does not tell it."""
        if asked.crossing:
            return self._crossing(asked)
        street = self._street(asked, (asked.street, asked.street_type, asked.direction))
        return self._on(street, asked) if street else None

    def _on(self, street: _Street, asked: Address) -> Located | None:
        houses, segments = self._houses(street), self._segments(street)
        found: Located | None = None
        if asked.block:
            found = _block(houses, segments, int(asked.block))
        elif number := _digits(asked.number):
            found = _house(houses, number) or _in_range(segments, number) or _between(houses, number)
        found = found or _centre(houses, segments)
        if found is None or (not _has_town(asked) and found.precision_m > _ONE_PLACE_M):
            return None
        return _noted(found, street.note)

    def _crossing(self, asked: Address) -> Located | None:
        sides = [self._street(asked, _split(line)) for line in asked.crossing]
        first, second = sides
        if not (first and second):
            return None
        shapes = [(self._houses(side), self._segments(side)) for side in (first, second)]
        found = _meeting(*shapes)
        if found is None or (not _has_town(asked) and found.precision_m > _ONE_PLACE_M):
            return None
        return _noted(found, " ".join(note for note in (first.note, second.note) if note))

    def _street(self, asked: Address, said: tuple[str, str, str]) -> _Street | None:
        """Find the street in the ZIP code, else in the town; in neither spelt so, the one that is most alike there."""
        areas = _areas(asked)
        for where, values in areas:
            rows = self._base.execute(f"{_SELECT}{where} AND name = ?", (*values, said[0])).fetchall()
            if rows:
                return _best(rows, said)
        for where, values in areas:
            rows = self._base.execute(f"{_SELECT}{where}", values).fetchall() if values else []
            if name := _alike(said[0], {row[1] for row in rows}):
                street = _best([row for row in rows if row[1] == name], said)
                return _Street(ids=street.ids, name=name, note=f"the street read as {name}")
        return None

    def _houses(self, street: _Street) -> list[tuple[int, Point]]:
        rows = self._read("SELECT number, latitude, longitude FROM house WHERE street = ?", street.ids)
        return sorted((number, (latitude, longitude)) for number, latitude, longitude in rows)

    def _segments(self, street: _Street) -> list[_Segment]:
        rows = self._read("SELECT first, last, line FROM segment WHERE street = ?", street.ids)
        return [_Segment(first=first, last=last, line=_line(text)) for first, last, text in rows]

    def _read(self, select: str, ids: Iterable[int]) -> list[Any]:
        return [row for one in ids for row in self._base.execute(select, (one,))]


def _areas(asked: Address) -> list[tuple[str, tuple[str, ...]]]:
    """Say where to look: the ZIP code, then the town, each with its condition in SQL; anywhere where none was told."""
    areas: list[tuple[str, tuple[str, ...]]] = []
    if asked.postal_code:
        areas.append(("zip = ?", (asked.postal_code,)))
    if asked.city:
        city = city_of(asked.city) or ""
        areas.append(("city = ? AND state IN (?, '')", (city, asked.state)) if asked.state else ("city = ?", (city,)))
    return areas or [("1 = 1", ())]


def _has_town(asked: Address) -> bool:
    return bool(asked.city or asked.postal_code)


def _split(line: str) -> tuple[str, str, str]:
    """Take a street of a crossing apart again."""
    found = address_of(f"1 {line}")
    return (found.street, found.street_type, found.direction) if found else (line, "", "")


def _best(rows: Sequence[tuple[int, str, str, str]], said: tuple[str, str, str]) -> _Street:
    """Take the streets whose type and direction agree best with what was said."""
    scores = {row[0]: _agreement(row[2], said[1]) + _agreement(row[3], said[2]) for row in rows}
    top = max(scores.values())
    return _Street(ids=tuple(one for one, score in scores.items() if score == top), name=rows[0][1])


def _agreement(there: str, said: str) -> int:
    if there == said:
        return 2
    return 0 if there and said else 1


def _alike(said: str, names: set[str]) -> str | None:
    """Give the one name that is clearly most alike; a street that is a number has no other spelling."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only where a street is not found as it is spelt

    if any(c.isdigit() for c in said):
        return None
    worded = [name for name in names if not any(c.isdigit() for c in name)]
    found = process.extract(said, worded, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=2)
    if not found or (len(found) > 1 and found[0][1] - found[1][1] < _CLEARLY):
        return None
    return str(found[0][0])


def _house(houses: Sequence[tuple[int, Point]], number: int) -> Located | None:
    points = [point for one, point in houses if one == number]
    return _middle(points, _HOUSE_M, "house number in the street file") if points else None


def _in_range(segments: Sequence[_Segment], number: int) -> Located | None:
    held = [one for one in segments if one.has(number)]
    held = [one for one in held if one.is_side_of(number)] or held
    if not held:
        return None
    least = max(_RANGE_M, *(_length(one.line) / 3 for one in held))
    return _middle([one.at(number) for one in held], least, "interpolated along the street")


def _between(houses: Sequence[tuple[int, Point]], number: int) -> Located | None:
    """Place a number between the nearest lower and higher ones, on its own side of the street if that is known."""
    own = [(one, point) for one, point in houses if one % 2 == number % 2]
    for some in (own, houses):
        lower = [(one, point) for one, point in some if number - _NEAR_NUMBERS <= one < number]
        higher = [(one, point) for one, point in some if number < one <= number + _NEAR_NUMBERS]
        if lower and higher:
            (low, start), (high, end) = lower[-1], higher[0]
            point = _part_way(start, end, (number - low) / (high - low))
            return _located(point, max(_RANGE_M, metres_between(start, end)), "interpolated between houses")
        if nearest := lower[-1:] or higher[:1]:
            off = max(2 * _RANGE_M, 5.0 * abs(nearest[0][0] - number))
            return _located(nearest[0][1], off, "the nearest house number of the street")
    return None


def _block(houses: Sequence[tuple[int, Point]], segments: Sequence[_Segment], block: int) -> Located | None:
    points = [point for one, point in houses if block <= one <= block + _BLOCK]
    for one in segments:
        low, high = max(min(one.first, one.last), block), min(max(one.first, one.last), block + _BLOCK)
        if low <= high:
            points += [one.at(low), one.at(high)]
    if points:
        return _middle(points, _RANGE_M, "hundred-block")
    return _between(houses, block + _BLOCK // 2)


def _centre(houses: Sequence[tuple[int, Point]], segments: Sequence[_Segment]) -> Located | None:
    points = [point for _, point in houses] + [point for one in segments for point in one.line]
    return _middle(points, _RANGE_M, "middle of the street") if points else None


_Shape = tuple[Sequence[tuple[int, Point]], Sequence[_Segment]]


def _meeting(first: _Shape, second: _Shape) -> Located | None:
    """Find where two streets cross: where their lines touch, else between their nearest houses."""
    import shapely.ops  # noqa: PLC0415 - only where a crossing is asked

    middle = next((point for shape in (first, second) for point in _points(shape)), None)
    if middle is None:
        return None
    shrink = cos(radians(middle[0]))
    one, other = (_geometry(shape, shrink) for shape in (first, second))
    if one.is_empty or other.is_empty:
        return None
    near = shapely.ops.nearest_points(one, other)
    gap = metres_between(_back(near[0], shrink), _back(near[1], shrink))
    if gap > (_LINES_MEET_M if first[1] and second[1] else _HOUSES_MEET_M):
        return None
    touching = shapely.intersection(one, other)
    points = [_back(part, shrink) for part in _parts(touching)] or [_back(end, shrink) for end in near]
    least = _CORNER_M if gap < 1 else max(2 * _RANGE_M, 2 * gap)
    return _middle(points, least, "crossing" if gap < 1 else "between the nearest houses of both streets")


def _points(shape: _Shape) -> Iterable[Point]:
    yield from (point for _, point in shape[0])
    yield from (point for one in shape[1] for point in one.line)


def _geometry(shape: _Shape, shrink: float) -> Any:  # noqa: ANN401 - any shapely geometry
    import shapely  # noqa: PLC0415 - only where a crossing is asked

    houses, segments = shape
    if segments:
        lines = [[(longitude * shrink, latitude) for latitude, longitude in one.line] for one in segments]
        return shapely.unary_union(shapely.MultiLineString(lines))
    return shapely.MultiPoint([(longitude * shrink, latitude) for _, (latitude, longitude) in houses])


def _parts(shape: Any) -> list[Any]:  # noqa: ANN401 - any shapely geometry
    parts = getattr(shape, "geoms", [shape])
    return [part.representative_point() for part in parts if not part.is_empty]


def _back(point: Any, shrink: float) -> Point:  # noqa: ANN401 - a shapely point
    return point.y, point.x / shrink


def _middle(points: Sequence[Point], least_m: float, how: str) -> Located:
    """Give the middle of some points; it is as far off as the farthest of them."""
    lows, highs = [min(side) for side in zip(*points, strict=True)], [max(side) for side in zip(*points, strict=True)]
    middle = ((lows[0] + highs[0]) / 2, (lows[1] + highs[1]) / 2)
    return _located(middle, max(metres_between(middle, point) for point in points) + least_m, how)


def _located(point: Point, precision_m: float, how: str) -> Located:
    return Located(latitude=point[0], longitude=point[1], precision_m=precision_m, how=how)


def _noted(found: Located, note: str) -> Located:
    how = f"{found.how}; {note}" if note else found.how
    return _located((found.latitude, found.longitude), found.precision_m, how)


def _line(text: str) -> tuple[Point, ...]:
    pairs = (pair.split(" ") for pair in text.split(","))
    return tuple((float(latitude), float(longitude)) for longitude, latitude in pairs)


def _along(line: Sequence[Point], part: float) -> Point:
    """Give the point at a part of the line's length, from 0 to 1."""
    left = max(0.0, min(1.0, part)) * _length(line)
    for start, end in pairwise(line):
        step = metres_between(start, end)
        if left <= step and step:
            return _part_way(start, end, left / step)
        left -= step
    return line[-1]


def _length(line: Sequence[Point]) -> float:
    return sum(metres_between(start, end) for start, end in pairwise(line))


def _part_way(start: Point, end: Point, part: float) -> Point:
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _digits(number: str) -> int:
    first = number.partition(" ")[0].partition("-")[0]
    digits = "".join(c for c in first if c.isdecimal())
    return int(digits) if digits.isascii() and digits else 0
