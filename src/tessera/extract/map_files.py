"""Maps: KML, KMZ, GPX, shapefiles, GeoJSON and GeoPackages. Each feature is a location, with its attributes beside it."""

from collections.abc import Iterator
from typing import Final

from tessera.errors import Unreadable
from tessera.extract import archives, geojson, geopackage, gpx, kml, shapefiles
from tessera.extract.features import Feature, findings_of, is_on_earth
from tessera.extract.formats import FileFormat, find_format
from tessera.extract.geometry import PLACE_COLUMNS
from tessera.extract.opening import batches_of
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Enclosed, Facts, Finding, Refused, Unmapped
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
        kept = 0
        for batch in batches_of(piece, part, _BATCH):
            kept += _drawn(batch)
            yield from _rows(batch, piece, page if len(parts) > 1 else 0)
        if kept:
            page_told = page if len(parts) > 1 else 0
            yield Unmapped(what="outlines of lines and areas", count=kept, locator=Locator(page=page_told))


def _rows(batch: RowBatch, piece: Piece, page: int) -> Iterator[Finding]:
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
        yield from _feature(told, batch.part, piece, locator)


def _feature(told: dict[str, str], part: TablePart, piece: Piece, locator: Locator) -> Iterator[Finding]:
    has_place = part.columns[-len(PLACE_COLUMNS) :] == PLACE_COLUMNS
    values = {name: value for name, value in told.items() if not (has_place and name in PLACE_COLUMNS)}
    place = _place(told) if has_place else None
    layer = part.path.rpartition("!")[2]
    shape = told.get("geometry", "").partition(" ")[0].title() if has_place else ""
    feature = Feature(
        row=locator.row, values=values, place=place, layer=layer, page=locator.page, shape=shape or "Feature"
    )
    yield from findings_of(feature, piece.filename)
    if place is None and has_place and "latitude" in told:
        yield Refused(reason=_OFF_EARTH, locator=locator, value=f"{told['latitude']}, {told['longitude']}")


def _place(told: dict[str, str]) -> tuple[float, float] | None:
    if "latitude" not in told or "longitude" not in told:
        return None
    latitude, longitude = float(told["latitude"]), float(told["longitude"])
    return (latitude, longitude) if is_on_earth(latitude, longitude) else None


def _drawn(batch: RowBatch) -> int:
    """Count the shapes that are more than a point."""
    if "geometry" not in batch.table.column_names:
        return 0
    shapes = batch.table.column("geometry").to_pylist()
    return sum(1 for shape in shapes if shape and not shape.startswith(_POINT))


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
    drawn = 0
    for one in shapefiles.features(layer, piece, page):
        locator = Locator(page=page, row=one.row)
        if isinstance(one, shapefiles.Faulty):
            yield Refused(reason=one.reason, locator=locator, value=str(one.values)[:_BATCH])
            continue
        drawn += one.place is not None and one.shape != "Point"
        yield from findings_of(one, piece.filename)
    if drawn:
        yield Unmapped(what="outlines of lines and areas", count=drawn, locator=Locator(page=page))
