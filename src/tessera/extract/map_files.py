"""Maps: KML, KMZ, GPX, shapefiles, GeoJSON and GeoPackages. Each feature is a location, with its attributes beside it."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from tessera.errors import Unreadable
from tessera.extract import archives, geojson, geopackage, gpx, kml, shapefiles
from tessera.extract.features import Feature, findings_of, not_kept
from tessera.extract.formats import FileFormat, find_format
from tessera.extract.geometry import PLACE_COLUMNS
from tessera.extract.opening import batches_of
from tessera.extract.outlines import kept_of
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Enclosed, Facts, Finding, Refused
from tessera.model.located import is_on_earth
from tessera.model.locator import Locator
from tessera.model.rows import RowBatch, TablePart

_BATCH: Final = 1_000
_TABLES: Final = {FileFormat.GEOJSON: geojson, FileFormat.GEOPACKAGE: geopackage, FileFormat.KML: kml}
_POINT: Final = "POINT"
_OFF_EARTH: Final = (
    "The point is not on Earth: latitude goes to 90 and longitude to 180 degrees. Are they swapped, or in metres?"
)


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:  # noqa: ARG001 - every reader is handed the recognisers
    """Give the features of a map in its order; one that cannot be read is refused, and the others are read.

    Raises Unreadable where the file holds no features, or where its coordinates cannot be brought to degrees.
    """
    sort = find_format(piece)
    if sort is FileFormat.GPX:
        yield from gpx.read(piece)
    elif sort is FileFormat.SHAPEFILE:
        yield from _shapes(piece)
    elif sort is FileFormat.KMZ:
        yield Facts(terms={})
        yield from _packed(piece)
    else:
        parts = list(_TABLES[sort].parts(piece))
        yield Facts(terms={})
        yield from _layers(parts, piece)


def _packed(piece: Piece) -> Iterator[Finding]:
    """Read the KML in a KMZ; its pictures are files of their own."""
    for info in archives.members(piece):
        member = archives.unpack_member(piece, info.filename)
        if member.suffix == ".kml":
            yield from _layers(list(kml.parts(member)), member)
        else:
            yield Enclosed(name=info.filename, path=member.path)


def _layers(parts: list[TablePart], piece: Piece) -> Iterator[Finding]:
    for page, part in enumerate(parts, start=1):
        page_told = page if len(parts) > 1 else 0
        unkept = Counter[str]()
        for batch in batches_of(piece, part, _BATCH):
            yield from _rows(batch, piece, page_told, unkept)
        yield from not_kept(unkept, Locator(page=page_told))


def _rows(batch: RowBatch, piece: Piece, page: int, unkept: Counter[str]) -> Iterator[Finding]:
    """Give accepted and rejected rows of a batch in the order of the file."""
    rejected = {one.row: one for one in batch.rejected}
    columns = batch.table.to_pydict()
    numbers = batch.row_numbers.to_pylist()
    at = {number: place for place, number in enumerate(numbers)}
    for number in sorted({*rejected, *numbers}):
        locator = Locator(page=page, row=number)
        if number in rejected:
            yield Refused(reason=rejected[number].reason, locator=locator, value=rejected[number].text)
            continue
        told = {name: str(values[at[number]]) for name, values in columns.items() if values[at[number]] is not None}
        feature = _feature(told, batch.part, locator)
        unkept.update([feature.unkept] if feature.unkept else [])
        yield from findings_of(feature, piece.filename)
        if feature.place is None and "latitude" in told and _has_place(batch.part):
            yield Refused(reason=_OFF_EARTH, locator=locator, value=f"{told['latitude']}, {told['longitude']}")


def _has_place(part: TablePart) -> bool:
    return part.columns[-len(PLACE_COLUMNS) :] == PLACE_COLUMNS


def _feature(told: dict[str, str], part: TablePart, locator: Locator) -> Feature:
    has_place = _has_place(part)
    values = {name: value for name, value in told.items() if not (has_place and name in PLACE_COLUMNS)}
    place = _place(told) if has_place else None
    layer = part.path.rpartition("!")[2]
    geometry = told.get("geometry", "") if has_place else ""
    shape = geometry.partition(" ")[0].title()
    outline, unkept = _outline(geometry) if place else ({}, "")
    return Feature(
        row=locator.row,
        values=values,
        place=place,
        layer=layer,
        page=locator.page,
        shape=shape or "Feature",
        outline=outline,
        unkept=unkept,
    )


def _outline(geometry: str) -> tuple[dict[str, str], str]:
    """Read well-known text."""
    if not geometry or geometry.startswith(_POINT):
        return {}, ""
    import shapely  # noqa: PLC0415 - only where there are outlines

    return kept_of(shapely.from_wkt(geometry))


def _place(told: dict[str, str]) -> tuple[float, float] | None:
    if "latitude" not in told or "longitude" not in told:
        return None
    latitude, longitude = float(told["latitude"]), float(told["longitude"])
    return (latitude, longitude) if is_on_earth(latitude, longitude) else None


def _shapes(piece: Piece) -> Iterator[Finding]:
    found = list(shapefiles.layers(piece))
    note = " ".join(filter(None, map(shapefiles.note_of, found)))
    yield Facts(terms={"note": note} if note else {})
    for page, layer in enumerate(found, start=1):
        page_told = page if len(found) > 1 else 0
        try:
            yield from _shapes_of(layer, piece, page_told)
        except Unreadable as error:
            if len(found) == 1:
                raise
            yield Refused(reason=f"{error.message}. {error.advice}", locator=Locator(page=page_told), value=layer.name)


def _shapes_of(layer: shapefiles.Layer, piece: Piece, page: int) -> Iterator[Finding]:
    unkept = Counter[str]()
    for one in shapefiles.features(layer, piece, page):
        locator = Locator(page=page, row=one.row)
        if isinstance(one, shapefiles.Faulty):
            yield Refused(reason=one.reason, locator=locator, value=str(one.values)[:_BATCH])
            continue
        unkept.update([one.unkept] if one.unkept else [])
        yield from findings_of(one, piece.filename)
    yield from not_kept(unkept, Locator(page=page))
