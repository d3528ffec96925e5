"""Areas of messages (polygons and circles in degrees) as one point, with how far it can be off."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Point: TypeAlias = tuple[float, float]
"""Latitude and longitude in degrees, WGS 84."""
_EARTH: Final = 6_371_008.8
_HALF: Final = 180.0
_TINY: Final = 1e-12
CORNERS: Final = 72
"""Corners of the polygon that stands for a circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A point with a radius in metres."""

    center: Point
    radius: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """The middle of some areas, and the largest distance in metres from it to their edge."""

    point: Point
    within: float


def middle(polygons: Iterable[Sequence[Point]], circles: Iterable[Circle]) -> Spot | None:
    """Give the middle of areas, each weighed by its size; None where there are none.

    >>> middle([[(0.0, 0.0), (0.0, 2.0), (2.0, 2.0), (2.0, 0.0), (0.0, 0.0)]], []).point
    (1.0, 1.0)
    >>> middle([], [Circle(center=(10.0, 20.0), radius=500.0)])
    Spot(point=(10.0, 20.0), within=500.0)
    """
    rings, rounds = [list(ring) for ring in polygons if ring], list(circles)
    crosses = _crosses([lon for ring in rings for _, lon in ring] + [each.center[1] for each in rounds])
    shift = (lambda p: (p[0], p[1] + 360 if p[1] < 0 else p[1])) if crosses else (lambda p: p)
    rings = [[shift(point) for point in ring] for ring in rings]
    rounds = [Circle(center=shift(each.center), radius=each.radius) for each in rounds]
    weighed = [*map(_centroid, rings), *((each.center, _size(each)) for each in rounds)]
    if not weighed:
        return None
    total = sum(weight for _, weight in weighed)
    latitude = sum(point[0] * weight for point, weight in weighed) / total
    longitude = sum(point[1] * weight for point, weight in weighed) / total
    point = (round(latitude, 6), round(longitude - 360 if longitude > _HALF else longitude, 6))
    far = [distance(point, corner) for ring in rings for corner in ring]
    far += [distance(point, each.center) + each.radius for each in rounds]
    return Spot(point=point, within=round(max(far), 1))


def distance(one: Point, other: Point) -> float:
    """Give the distance of two points on a sphere, in metres.

    >>> round(distance((0, 0), (0, 1)))
    111195
    """
    a, b = math.radians(one[0]), math.radians(other[0])
    turn = math.radians(other[1] - one[1])
    half = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(turn / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(half)))


def ring_of(circle: Circle) -> list[Point]:
    """Give corners on the edge of a circle, closed: a polygon that is nowhere further from the circle than `sagitta`.

    >>> [round(at, 3) for at in ring_of(Circle(center=(0.0, 0.0), radius=111_195.0))[CORNERS // 4]]
    [0.0, 1.0]
    """
    latitude, longitude = map(math.radians, circle.center)
    wide = circle.radius / _EARTH
    corners = []
    for number in range(CORNERS):
        bearing = 2 * math.pi * number / CORNERS
        north = math.sin(latitude) * math.cos(wide) + math.cos(latitude) * math.sin(wide) * math.cos(bearing)
        up = math.asin(max(-1.0, min(1.0, north)))
        across = math.sin(bearing) * math.sin(wide) * math.cos(latitude)
        east = longitude + math.atan2(across, math.cos(wide) - math.sin(latitude) * math.sin(up))
        corners.append((math.degrees(up), (math.degrees(east) + _HALF) % 360 - _HALF))
    return [*corners, corners[0]]


def sagitta(circle: Circle) -> float:
    """Say how far, in metres, the sides of its polygon lie within a circle."""
    return circle.radius * (1 - math.cos(math.pi / CORNERS))


def _crosses(longitudes: Sequence[float]) -> bool:
    """Claim that areas lie on both sides of the 180th meridian: taken as they stand they would span most of the globe."""
    return bool(longitudes) and max(longitudes) - min(longitudes) > _HALF


def _centroid(ring: Sequence[Point]) -> tuple[Point, float]:
    """Give the centre of gravity of a ring and its size; of one without an inside, the mean of its corners."""
    size = latitude = longitude = 0.0
    for (a, b), (c, d) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = b * c - d * a
        size += cross
        latitude += (a + c) * cross
        longitude += (b + d) * cross
    if abs(size) < _TINY:
        return (sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)), _TINY
    return (latitude / (3 * size), longitude / (3 * size)), abs(size) / 2


def _size(circle: Circle) -> float:
    degrees = circle.radius / 111_195
    return max(math.pi * degrees * degrees, _TINY)
