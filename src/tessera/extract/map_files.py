"""Map files that no mapping reads: each place, track or area becomes a location, and its words a passage."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from tessera.errors import Unreadable
from tessera.extract import archives
from tessera.extract.formats import FileFormat, find_format, head_of
from tessera.extract.opening import open_tables
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.extract.xml_text import BrokenXml, drop, elements, local, not_xml
from tessera.model.found import Draft, Facts, Finding, Passage, PassageSort, Refused
from tessera.model.locator import Locator

_SCAN: Final = 2_000
_PLACE: Final = ("latitude", "longitude", "geometry")
_NAMES: Final = {
    "name": ("name", "title", "label", "namelsad", "placename"),
    "description": ("description", "desc", "cmt", "comment", "remarks", "notes"),
    "address": ("address", "addr", "street"),
    "city": ("city", "town", "municipality"),
    "postal_code": ("zip", "zipcode", "postal_code", "postcode"),
}
_LONGEST: Final = 2_000
_MARKS: Final = frozenset({"wpt", "rte", "trk"})
_GPX_SOURCE: Final = "stated in a GPX file"
_SOURCE: Final = "stated in a map file"
_SHAPES: Final = {".shp": "shp", ".dbf": "dbf", ".shx": "shx", ".prj": "prj"}
Point = tuple[float, float]


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:  # noqa: ARG001 - as every reader; a map needs no recogniser
    """Give each feature as a location with its point, and what is written beside it as a passage."""
    sort = find_format(piece)
    yield Facts(terms={})
    match sort:
        case FileFormat.GPX:
            yield from _gpx(piece)
        case FileFormat.SHAPEFILE:
            yield from _shapes(piece)
        case _:
            yield from _tables(piece)


def _tables(piece: Piece) -> Iterator[Finding]:
    """KML, GeoJSON and GeoPackage are read as tables, whose rows bring their place along."""
    for number, table in enumerate(open_tables(piece.path, filename=piece.filename, limits=piece.limits), start=1):
        for batch in table.batches(_SCAN):
            for row, cells in zip(batch.row_numbers.to_pylist(), batch.table.to_pylist(), strict=True):
                values = {name: str(value) for name, value in cells.items() if value}
                point = _point(values.pop("latitude", ""), values.pop("longitude", ""))
                values.pop("geometry", None)
                yield from _feature(piece, values, point, Locator(page=number, row=row))
            for rejected in batch.rejected:
                locator = Locator(page=number, row=rejected.row)
                yield Refused(reason=rejected.reason, locator=locator, value=rejected.text)


def _feature(
    piece: Piece, values: Mapping[str, str], point: Point | None, locator: Locator, source: str = _SOURCE
) -> Iterator[Finding]:
    small = {name.lower().rpartition(".")[2]: value for name, value in values.items()}
    terms = {term: small[name][:_LONGEST] for term, names in _NAMES.items() for name in names[::-1] if name in small}
    if point is not None:
        key = f"{piece.filename}/{locator.page}/{locator.row}"
        yield Draft(kind="location", key=key, terms=terms | {"place_source": source}, locator=locator, place=point)
    text = "; ".join(f"{name}: {value}" for name, value in values.items())[:_LONGEST]
    if text:
        yield Passage(text=text, locator=locator, sort=PassageSort.ROW)


def _point(latitude: str, longitude: str) -> Point | None:
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        return None
    return point if -90 <= point[0] <= 90 and -180 <= point[1] <= 180 else None  # noqa: PLR2004 - degrees


def _gpx(piece: Piece) -> Iterator[Finding]:
    """Waypoints stand for themselves; a route or track is one location at its start, with its end and length in points."""
    row = 0
    try:
        for event, element in elements(piece):
            if event != "end" or local(element) not in _MARKS:
                continue
            row += 1
            yield from _gpx_mark(piece, element, Locator(row=row))
            drop(element)
    except BrokenXml as error:
        if not row:
            raise not_xml(piece, error) from error
        reason = f"The file is not well-formed from here on ({error}); it may be cut off. Ask for it again."
        yield Refused(reason=reason, locator=Locator(row=row + 1))


def _gpx_mark(piece: Piece, element: Any, locator: Locator) -> Iterator[Finding]:  # noqa: ANN401 - lxml elements have no useful types
    sort = local(element)
    values = {
        local(child): (child.text or "").strip()
        for child in element.iterchildren("*")
        if local(child) in {"name", "desc", "cmt", "time", "type", "src"} and (child.text or "").strip()
    }
    points = [element] if sort == "wpt" else [p for p in element.iter("*") if local(p) in {"rtept", "trkpt"}]
    placed = [point for p in points if (point := _point(p.get("lat", ""), p.get("lon", ""))) is not None]
    if sort != "wpt" and placed:
        times = [t.text for p in (points[0], points[-1]) for t in p.iterchildren("*") if local(t) == "time" and t.text]
        last = f"{placed[-1][0]:.5f}, {placed[-1][1]:.5f}"
        when = f", from {times[0]} to {times[-1]}" if times else ""
        values["description"] = f"{'Route' if sort == 'rte' else 'Track'} of {len(placed):,} points to {last}{when}"
    if not placed:
        yield Refused(
            reason="It has no point on the globe, so it stands nowhere.", locator=locator, value=str(values)[:_LONGEST]
        )
        return
    yield from _feature(piece, values, placed[0], locator, _GPX_SOURCE)


def _shapes(piece: Piece) -> Iterator[Finding]:
    """Read a shapefile: the shapes in an archive beside their attributes, or alone."""
    import shapefile  # noqa: PLC0415 - loaded only where there is one
    from shapely.geometry import shape  # noqa: PLC0415 - loaded only where there are shapes

    found = _unpacked(piece)
    if "shp" not in found:
        raise Unreadable(
            "the archive holds no .shp", where=piece.where, advice="Pack .shp, .dbf, .shx and .prj together."
        )
    to_degrees, note = _projection(found.get("prj"))
    if note:
        yield Facts(terms={"note": note})
    try:
        with ExitStack() as stack:
            parts = {
                name: stack.enter_context(path.open("rb")) for name, path in found.items() if name in {"shp", "dbf"}
            }
            book = stack.enter_context(shapefile.Reader(**parts))
            names = [field[0] for field in book.fields if field[0] != "DeletionFlag"]
            for row, one in enumerate(book.iterShapeRecords() if names else book.iterShapes(), start=1):
                form = one.shape if names else one
                values = (
                    {n: str(v).strip() for n, v in zip(names, one.record, strict=False) if v not in {None, ""}}
                    if names
                    else {}
                )
                point = None
                if form.shapeType:
                    inside = shape(form.__geo_interface__).representative_point()
                    longitude, latitude = to_degrees(inside.x, inside.y)
                    point = _point(str(latitude), str(longitude))
                yield from _feature(piece, values, point, Locator(row=row))
    except (shapefile.ShapefileException, ValueError, OSError, IndexError, KeyError) as error:
        raise Unreadable(
            f"the shapefile cannot be read ({error})", where=piece.where, advice="Ask for it again."
        ) from error


def _unpacked(piece: Piece) -> dict[str, Path]:
    if not head_of(piece.path).startswith(b"PK"):
        return {"shp": piece.path}
    found: dict[str, Path] = {}
    for info in archives.members(piece):
        ending = _SHAPES.get(Path(info.filename).suffix.lower())
        if ending and ending not in found:
            found[ending] = archives.unpack_member(piece, info.filename).path
    return found


def _projection(prj: Path | None) -> tuple[Any, str]:
    """Give what turns coordinates into degrees, and a note where that had to be guessed."""
    import pyproj  # noqa: PLC0415 - loaded only where there is a shapefile

    same = lambda x, y: (x, y)  # noqa: E731 - degrees as they are
    if prj is None:
        return same, "It has no .prj, so its coordinates were taken for degrees (WGS 84)."
    try:
        given = pyproj.CRS.from_wkt(prj.read_text(encoding="utf-8", errors="replace"))
        return pyproj.Transformer.from_crs(given, "EPSG:4326", always_xy=True).transform, ""
    except (pyproj.exceptions.ProjError, ValueError, OSError):
        return same, "Its .prj is not understood, so its coordinates were taken for degrees (WGS 84)."
