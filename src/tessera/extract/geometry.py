"""Places: from a geometry to a longitude, a latitude and its text (WKT)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from tessera.extract.outlines import point_within

PLACE_COLUMNS: Final = ("longitude", "latitude", "geometry")
_PLAIN: Final = 1e15
"""Below this Python writes a number as anybody would."""
WGS84: Final = ("4326", "CRS84", "OGC:CRS84", "WGS84", "WGS 84")


class Place(NamedTuple):
    """Degrees (WGS 84) as text, of the point or of a point within the area, and the geometry as WKT."""

    longitude: str | None
    latitude: str | None
    geometry: str | None


NOWHERE: Final = Place(None, None, None)


class NoPlace(ValueError):
    """A geometry that cannot be read."""


def with_place(names: Iterable[str]) -> tuple[str, ...]:
    """Put the three columns of the place behind the others; an attribute of the same name gets a number.

    >>> with_place(["label", "latitude"])
    ('label', 'latitude_2', 'longitude', 'latitude', 'geometry')
    """
    taken = set(PLACE_COLUMNS)
    out: list[str] = []
    for name in names:
        final, count = name, 1
        while final in taken:
            count += 1
            final = f"{name}_{count}"
        taken.add(final)
        out.append(final)
    return (*out, *PLACE_COLUMNS)


def from_geojson(geometry: object) -> Place:
    """Read a GeoJSON geometry object."""
    if geometry is None:
        return NOWHERE
    if not isinstance(geometry, Mapping):
        raise NoPlace("the geometry is no object")
    if geometry.get("type") == "Point" and (point := _plain_point(geometry.get("coordinates"))):
        return point
    import shapely.geometry as geo  # noqa: PLC0415 - loaded only where there are geometries

    try:
        return place_of(geo.shape(dict(geometry)))
    except NoPlace:
        raise
    except Exception as error:
        raise NoPlace(_said(error)) from error


def _plain_point(coordinates: object) -> Place | None:
    """Take the frequent case without building a shape: two or three plain numbers."""
    match coordinates:
        case [(int() | float()) as x, (int() | float()) as y, *_] if abs(x) < _PLAIN and abs(y) < _PLAIN:
            longitude, latitude = _degrees(float(x)), _degrees(float(y))
            return Place(longitude, latitude, f"POINT ({longitude} {latitude})")
        case _:
            return None


def from_wkb(blob: bytes) -> Place:
    """Read well-known binary."""
    import shapely  # noqa: PLC0415 - loaded only where there are geometries

    try:
        return place_of(shapely.from_wkb(blob))
    except (shapely.errors.ShapelyError, NotImplementedError) as error:  # the latter: curved lines
        raise NoPlace(_said(error)) from error


def place_of(shape: Any) -> Place:  # noqa: ANN401 - any shapely geometry
    """Give the point itself, or a point that lies within the shape."""
    import shapely  # noqa: PLC0415 - loaded only where there are geometries

    if shapely.is_empty(shape):
        return NOWHERE
    flat = shapely.force_2d(shape)
    point = flat if flat.geom_type == "Point" else point_within(flat)
    return Place(_degrees(point.x), _degrees(point.y), shapely.to_wkt(flat, rounding_precision=-1))


def _degrees(value: float) -> str:
    return repr(value).removesuffix(".0")


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]
