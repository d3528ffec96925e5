"""From a delivered shape to the outline that a record keeps: checked, cut at the 180th meridian, simplified where it is too long.

Nothing is changed in silence: how far a corner can be off and what else was done stand in terms beside the outline.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import cos, hypot, radians
from typing import Any, Final, NamedTuple, TypeAlias

from tessera.model.outline import LONGEST, corners

Shape: TypeAlias = Any
"""Any geometry of shapely; the library has no types."""
Corners: TypeAlias = Any
"""An array of longitudes and latitudes, one corner a row."""
WHAT: Final = "outlines of lines and areas"
"""What is counted where one is not kept."""
_SORTS: Final = ("Polygon", "LineString", "Point")
_PLAIN: Final = frozenset({"LineString", "LinearRing", "Point", "Polygon"})
_DECIMALS: Final = 7
"""Digits of a degree that are kept: about a centimetre."""
_SHORTEST: Final = 9
"""Characters that one corner needs at least."""
_MOST_FINE: Final = 10_000
"""Corners from which an outline is simplified once before a fitting tolerance is sought."""
_STRETCH: Final = 500
"""Corners of a path that are simplified together: the rule's cost grows with their square, and so does its depth."""
_SHARE: Final = 0.01
"""A corner may be off by so much of the extent of all; what would need more is not kept."""
_DOUBLINGS: Final = 18
"""From one metre to 131 km."""
_METRES: Final = 111_195.0
"""Metres of a degree of latitude."""
_RING: Final = 4
_TURN: Final = 360.0
_HALF: Final = 180.0
_NORTH: Final = 90.0
_NOWHERE: Final = "points that are nowhere on Earth"
_TOO_MUCH: Final = "more parts and corners than a record takes"


class NotKept(ValueError):
    """An outline that cannot be kept; the message says in a few words why."""


class Part(NamedTuple):
    """One point, line or area: its paths, the first of an area going around it."""

    sort: str
    paths: tuple[Corners, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """An outline on its way, and what was done to it."""

    parts: tuple[Part, ...]
    off: float = 0.0
    """Metres that a corner can be off."""
    left_out: int = 0
    """Parts smaller than that."""
    notes: tuple[str, ...] = field(default=())

    @property
    def corners(self) -> int:
        return sum(len(path) - (part.sort == "Polygon") for part in self.parts for path in part.paths)


def kept_of(shape: Shape) -> tuple[dict[str, str], str]:
    """Give the terms of a shape's outline, or why it is not kept; neither for a point."""
    try:
        return outline_terms(shape), ""
    except NotKept as error:
        return {}, str(error)


def outline_terms(shape: Shape, *, off: float = 0.0, note: str = "") -> dict[str, str]:
    """Give the terms that hold a shape's outline; none for a point. `off`: metres that its corners are off already.

    Raises NotKept where it lies off the Earth, has no inside, or is too much for a record even when simplified.
    """
    parts = tuple(_parts(shape))
    if not parts or (len(parts) == 1 and parts[0].sort == "Point"):
        return {}
    rolled, crosses = _unrolled(parts)
    whole = _Made(parts=rolled, off=off, notes=(note,) if note else ())
    for made in _ever_simpler(whole):
        text, is_mended = ("", False) if made.corners * _SHORTEST > LONGEST else _written(made.parts)
        if text and len(text) <= LONGEST:
            return _terms(
                text, made, is_mended=is_mended, crosses=crosses, before=0 if made is whole else whole.corners
            )
    raise NotKept(_TOO_MUCH)


def counted(reason: str) -> str:
    """Name what is not kept with its reason."""
    return f"{WHAT}: {reason}"


def point_within(shape: Shape) -> Shape:
    """Give a point within a shape, also where it crosses the 180th meridian."""
    import shapely  # noqa: PLC0415 - only where there are outlines

    west, _, east, _ = shapely.bounds(shape)
    if east - west > _HALF or west < -_HALF or east > _HALF:
        with suppress(NotKept):
            parts, crosses = _unrolled(tuple(_parts(shape)))
            if crosses:
                at = shapely.GeometryCollection(list(_shapes(parts))).representative_point()
                return shapely.Point((at.x + _HALF) % _TURN - _HALF, at.y)
    return shape.representative_point()


def _terms(text: str, made: _Made, *, is_mended: bool, crosses: bool, before: int) -> dict[str, str]:
    notes = list(made.notes)
    if before:
        small = f", and {made.left_out:,} parts smaller than that are left out" if made.left_out else ""
        left = corners(json.loads(text))
        notes.append(
            f"Simplified from {before:,} corners to {left:,}: none is off by more than {made.off:,.0f} m{small}."
        )
    if is_mended:
        notes.append("Its lines crossed; it was parted there.")
    if crosses:
        notes.append("It crosses the 180th meridian and is cut there.")
    precision = {"outline_precision": f"{made.off:.1f}"} if made.off else {}
    return {"outline": text} | precision | ({"outline_note": " ".join(notes)} if notes else {})


def _parts(shape: Shape) -> Iterator[Part]:
    """Take a shape apart. Heights and measures stay behind."""
    import numpy as np  # noqa: PLC0415 - only where there are outlines
    import shapely  # noqa: PLC0415 - only where there are outlines

    waiting = [shape]
    while waiting:
        one = waiting.pop()
        if shapely.is_empty(one):
            continue
        if one.geom_type not in _PLAIN:
            waiting += reversed(one.geoms)
            continue
        sort = "LineString" if one.geom_type == "LinearRing" else one.geom_type
        rings = [one.exterior, *one.interiors] if sort == "Polygon" else [one]
        paths = tuple(shapely.get_coordinates(ring) for ring in rings)
        if not all(np.isfinite(path).all() for path in paths):
            raise NotKept(_NOWHERE)
        yield Part("Point" if sort == "LineString" and (paths[0] == paths[0][0]).all() else sort, paths)


def _unrolled(parts: Sequence[Part]) -> tuple[tuple[Part, ...], bool]:
    """Lay parts that cross the 180th meridian flat, with longitudes beyond 180 degrees; claim whether there are any.

    A side of more than 180 degrees is taken to go the short way round the Earth. Raises NotKept for what lies off the Earth.
    """
    flat = tuple(Part(part.sort, _aligned([_flat(path, part.sort) for path in part.paths])) for part in parts)
    if any(abs(path[:, 1]).max() > _NORTH for part in flat for path in part.paths):
        raise NotKept(_NOWHERE)
    crossing = [_crosses(part.paths[0]) for part in flat]
    return flat, any(crossing)


def _crosses(path: Corners) -> bool:
    west, east = path[:, 0].min(), path[:, 0].max()
    if west > _HALF or east < -_HALF:
        raise NotKept(_NOWHERE)
    if east - west > _TURN:
        raise NotKept("a line around the whole Earth")
    if max(-west, east) > _TURN:
        raise NotKept(_NOWHERE)
    return bool(west < -_HALF or east > _HALF)


def _flat(path: Corners, sort: str) -> Corners:
    import numpy as np  # noqa: PLC0415 - only where there are outlines

    sides = np.diff(path[:, 0])
    turns = np.where((abs(sides) > _HALF) & (abs(sides) < _TURN), -_TURN * np.sign(sides), 0.0)
    if not turns.any():
        return path
    flat = path.copy()
    flat[1:, 0] += np.cumsum(turns)
    if sort == "Polygon" and abs(flat[-1, 0] - flat[0, 0]) > 1:
        raise NotKept("an area around a pole")
    return flat


def _aligned(paths: Sequence[Corners]) -> tuple[Corners, ...]:
    """Bring the holes of an area to the turn of the globe on which the area was laid flat."""
    shell, *holes = paths
    middle = (shell[:, 0].min() + shell[:, 0].max()) / 2
    return (shell, *(_turned(hole, round((middle - hole[:, 0].mean()) / _TURN)) for hole in holes))


def _turned(path: Corners, turns: int) -> Corners:
    if not turns:
        return path
    moved = path.copy()
    moved[:, 0] += turns * _TURN
    return moved


def _ever_simpler(whole: _Made) -> Iterator[_Made]:
    """Give an outline as it is, then simplified more and more; one of very many corners becomes a smaller one first."""
    yield whole
    base, most = whole, _extent(whole.parts) * _SHARE
    while base.corners > _MOST_FINE and base.off - whole.off < most:
        metres = max(2 * (base.off - whole.off), 1.0)
        base = replace(_simplified(whole, metres), off=whole.off + metres)
        if not base.parts:
            return
        yield base
    for power in range(_DOUBLINGS):
        made = replace(_simplified(base, 2.0**power), off=base.off + 2.0**power)
        if not made.parts or made.off - whole.off > most:
            return
        yield made


def _extent(parts: Sequence[Part]) -> float:
    """Measure from one corner of the box around the lines and areas to the other, in metres; nothing for points."""
    paths = [path for part in parts if part.sort != "Point" for path in part.paths]
    if not paths:
        return 0.0
    wide = max(path[:, 0].max() for path in paths) - min(path[:, 0].min() for path in paths)
    tall = max(path[:, 1].max() for path in paths) - min(path[:, 1].min() for path in paths)
    return hypot(wide * _scale(parts), tall * _METRES)


def _scale(parts: Sequence[Part]) -> float:
    """Give the metres of a degree of longitude where it is longest among these parts."""
    return _METRES * cos(radians(min(abs(path[:, 1]).min() for part in parts for path in part.paths)))


def _simplified(made: _Made, metres: float) -> _Made:
    """Leave out corners within so many metres of the line, and areas, holes and loops that become nothing by it."""
    paths = [path for part in made.parts for path in part.paths]
    fewer = iter(_lines(paths, (_scale(made.parts), _METRES), metres))
    kept, gone = [], 0
    for part in made.parts:
        own = [next(fewer) for _ in part.paths]
        large = [path for path in own if part.sort == "Point" or not _is_nothing(path, part.sort)]
        if large and large[0] is own[0]:
            kept.append(Part(part.sort, tuple(large)))
            gone += len(own) - len(large)
        else:
            gone += 1
    return replace(made, parts=tuple(kept), left_out=made.left_out + gone)


def _is_nothing(path: Corners, sort: str) -> bool:
    return len(path) < _RING if sort == "Polygon" else len(path) == 2 and bool((path[0] == path[1]).all())  # noqa: PLR2004 - both ends


def _lines(paths: Sequence[Corners], scale: tuple[float, float], metres: float) -> list[Corners]:
    """Simplify paths by the rule of Douglas and Peucker, in metres; long ones stretch by stretch."""
    import numpy as np  # noqa: PLC0415 - only where there are outlines
    import shapely  # noqa: PLC0415 - only where there are outlines

    stretches = [path[at : at + _STRETCH + 1] for path in paths for at in range(0, max(len(path) - 1, 1), _STRETCH)]
    long = [one if len(one) > 1 else np.repeat(one, 2, axis=0) for one in stretches]
    lines = shapely.linestrings(
        np.concatenate(long) * scale, indices=np.repeat(range(len(long)), [len(x) for x in long])
    )
    found, of = shapely.get_coordinates(shapely.simplify(lines, metres, preserve_topology=False), return_index=True)
    fewer = iter(np.split(found / scale, np.flatnonzero(np.diff(of)) + 1))
    joined = []
    for path in paths:
        some = [next(fewer) for _ in range(0, max(len(path) - 1, 1), _STRETCH)]
        joined.append(np.concatenate([some[0], *(one[1:] for one in some[1:])]) if len(path) > 1 else path)
    return joined


def _written(parts: Sequence[Part]) -> tuple[str, bool]:
    """Write a geometry, and claim whether its areas had to be mended."""
    import shapely  # noqa: PLC0415 - only where there are outlines

    made = list(_shapes(parts))
    areas, lines, points = ([one for one in made if one.geom_type == sort] for sort in _SORTS)
    is_sound = shapely.is_valid(areas)
    mended = [area if sound else _mended(area) for area, sound in zip(areas, is_sound, strict=True)]
    covered = shapely.MultiPolygon([part for area in mended for part in shapely.get_parts(area)])
    groups: dict[str, list[Any]] = {
        "Polygon": [rings for area in _cut(covered) if (rings := _rings(shapely.orient_polygons(area)))],
        "LineString": [path for line in _cut(shapely.MultiLineString(lines)) if len(path := _path(line)) > 1],
        "Point": [_path(point)[0] for point in _cut(shapely.MultiPoint(points))],
    }
    if areas and not groups["Polygon"]:
        raise NotKept("an area without an inside")
    found = [_geometry(sort, coordinates) for sort, coordinates in groups.items() if coordinates]
    if not found:
        raise NotKept("a line without a length")
    geometry = found[0] if len(found) == 1 else {"type": "GeometryCollection", "geometries": found}
    return json.dumps(geometry, separators=(",", ":")), not all(is_sound)


def _mended(area: Shape) -> Shape:
    """Part an area where its lines cross; areas that touch or overlap one another stay as they are."""
    import shapely  # noqa: PLC0415 - only where there are outlines

    return shapely.make_valid(area, method="structure", keep_collapsed=False)


def _shapes(parts: Sequence[Part]) -> Iterator[Shape]:
    import shapely  # noqa: PLC0415 - only where there are outlines

    for part in parts:
        match part.sort:
            case "Polygon":
                yield shapely.Polygon(part.paths[0], part.paths[1:])
            case "LineString":
                yield shapely.LineString(part.paths[0])
            case _:
                yield shapely.Point(part.paths[0][0])


def _geometry(sort: str, found: list[Any]) -> dict[str, Any]:
    if len(found) == 1:
        return {"type": sort, "coordinates": found[0]}
    return {"type": f"Multi{sort}", "coordinates": found}


def _cut(shapes: Shape) -> Iterator[Shape]:
    """Give the pieces of some shapes, each between 180 degrees west and east."""
    import shapely  # noqa: PLC0415 - only where there are outlines

    for one in shapely.get_parts(shapes):
        west, _, east, _ = shapely.bounds(one)
        if west >= -_HALF and east <= _HALF:
            yield one
            continue
        for turn in (-1, 0, 1):
            strip = shapely.box(turn * _TURN - _HALF, -_NORTH, turn * _TURN + _HALF, _NORTH)
            piece = shapely.intersection(one, strip)
            moved = shapely.transform(piece, lambda at, turn=turn: at - [turn * _TURN, 0.0])
            yield from (part for part in shapely.get_parts(moved) if part.geom_type == one.geom_type)


def _rings(area: Shape) -> list[list[list[float]]]:
    """Write the rings of an area, the outer against the clock (RFC 7946); one that is smaller than a centimetre is none."""
    rings = [_path(ring) for ring in (area.exterior, *area.interiors)]
    return [ring for ring in rings if len(ring) >= _RING] if len(rings[0]) >= _RING else []


def _path(line: Shape) -> list[list[float]]:
    import numpy as np  # noqa: PLC0415 - only where there are outlines
    import shapely  # noqa: PLC0415 - only where there are outlines

    rounded = np.round(shapely.get_coordinates(line), _DECIMALS) + 0.0
    moves = np.ones(len(rounded), dtype=bool)
    moves[1:] = (rounded[1:] != rounded[:-1]).any(axis=1)
    return [[_plain(x), _plain(y)] for x, y in rounded[moves].tolist()]


def _plain(value: float) -> float:
    """Write whole degrees without a decimal point."""
    return int(value) if value.is_integer() else value
