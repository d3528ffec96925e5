"""Where an address is, and how far off that can be."""

from dataclasses import dataclass
from math import cos, hypot, radians

_METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where an address is: degrees, how far off that can be in metres, and how it was found."""

    latitude: float
    longitude: float
    precision_m: float
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known about a point: its county by outlines, and the ZIP code whose centre is nearest, with how far that is.

    The nearest centre need not be that of the ZIP code which the point is in: the lists hold no outlines of ZIP codes.
    """

    county: str
    state: str
    postal_code: str
    away_m: float


def metres_between(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Measure between two points near one another, each latitude and longitude in degrees; within 1 % up to 200 km.

    >>> round(metres_between((39.0, -75.0), (39.0, -75.01)))
    864
    """
    east = (second[1] - first[1] + 180) % 360 - 180
    north = second[0] - first[0]
    return _METRES_PER_DEGREE * hypot(north, east * cos(radians((first[0] + second[0]) / 2)))


def is_on_earth(latitude: float, longitude: float) -> bool:
    """Claim that these are degrees."""
    return -90 <= latitude <= 90 and -180 <= longitude <= 180  # noqa: PLR2004 - degrees
