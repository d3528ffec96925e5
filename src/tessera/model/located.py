"""Where an address is, as far as it could be found, and how far off that can be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A point in degrees (WGS 84), how far off it can be in metres, and how it was found, in words."""

    latitude: float
    longitude: float
    precision_m: float
    how: str
