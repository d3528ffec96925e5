"""GeoPackage: each layer of features, or table of attributes, is a table. Read-only, nothing of the file is run."""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final
from urllib.parse import quote

from tessera.errors import Hostile, Unreadable
from tessera.extract.batching import Row, in_batches, rejected
from tessera.extract.columns import check_width, unique_names
from tessera.extract.flatten import cell
from tessera.extract.geometry import NOWHERE, NoPlace, Place, from_wkb, with_place
from tessera.extract.piece import Piece
from tessera.model.rows import RejectedRow, RowBatch, TableFormat, TablePart

_WGS84: Final = 4326
_HEADER: Final = 8
_ENVELOPES: Final = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_EMPTY: Final = 0x10
_EXTENDED: Final = 0x20
_AGAIN: Final = "It may be cut off or damaged: ask for it again."


def parts(piece: Piece) -> Iterator[TablePart]:
    """Give one part for each layer."""
    with _opened(piece) as base:
        tables = {name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
        if "gpkg_contents" not in tables:
            message = "the file is a SQLite database but no GeoPackage"
            raise Unreadable(message, where=piece.where, advice="Export the table as CSV or GeoPackage.")
        layers = base.execute(
            "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY rowid"
        ).fetchall()
        found = [_layer(base, name, piece, tables) for (name,) in layers]
    if not found:
        raise Unreadable("the GeoPackage has no layers of features", where=piece.where, advice="Check the export.")
    yield from found


def batches(piece: Piece, part: TablePart, size: int) -> Iterator[RowBatch]:
    """Read the rows of one layer in the order they are stored."""
    with _opened(piece) as base:
        try:
            yield from in_batches(part, _rows(base, part), size, piece.limits)
        except sqlite3.DatabaseError as error:
            message = f"the GeoPackage is damaged ({error})"
            raise Unreadable(message, where=piece.where, advice=_AGAIN) from error


def _layer(base: sqlite3.Connection, name: str, piece: Piece, tables: set[str]) -> TablePart:
    kind = base.execute("SELECT type, sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    if kind is None or kind[0] != "table" or "VIRTUAL" in str(kind[1]).upper().split("(")[0]:
        message = f"the layer {name!r} is no plain table"
        raise Hostile(message, where=piece.where, advice="Export the layer as a table of its own.")
    geometry = _geometry_column(base, name, piece) if "gpkg_geometry_columns" in tables else ""
    stored = [row[1] for row in base.execute(f"PRAGMA table_info({_quoted(name)})") if row[1] != geometry]
    columns = with_place(unique_names(stored)) if geometry else unique_names(stored)
    check_width(len(columns), piece.limits, piece.where)
    options = {"layer": name, "geometry": geometry, "select": ", ".join(map(_quoted, stored))}
    return TablePart(path=piece.part_path(name), format=TableFormat.GEOPACKAGE, columns=columns, options=options)


def _geometry_column(base: sqlite3.Connection, name: str, piece: Piece) -> str:
    found = base.execute(
        "SELECT g.column_name, g.srs_id, s.organization, s.organization_coordsys_id, s.srs_name"
        " FROM gpkg_geometry_columns g LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id"
        " WHERE g.table_name = ?",
        (name,),
    ).fetchone()
    if found is None:
        return ""
    column, srs, organization, code, title = found
    is_wgs84 = srs == _WGS84 if organization is None else (str(organization).upper(), code) == ("EPSG", _WGS84)
    if not is_wgs84:
        message = f"the layer {name!r} is in {organization or 'EPSG'}:{code or srs} ({title}), not in WGS 84"
        raise Unreadable(message, where=piece.where, advice="Export the layer again in WGS 84 (EPSG:4326).")
    return str(column)


def _rows(base: sqlite3.Connection, part: TablePart) -> Iterator[Row | RejectedRow]:
    geometry, layer = part.options["geometry"], _quoted(part.options["layer"])
    wanted = ", ".join(name for name in (part.options["select"], _quoted(geometry) if geometry else "") if name)
    for number, row in enumerate(base.execute(f"SELECT {wanted} FROM {layer}"), start=1):  # noqa: S608 - quoted names
        values = [cell(value) for value in (row[:-1] if geometry else row)]
        if not geometry:
            yield Row(number, values)
            continue
        try:
            yield Row(number, [*values, *_place(row[-1])])
        except NoPlace as error:
            reason = f"The geometry cannot be read ({error}). Mend it, or deliver the row without it."
            yield rejected(number, reason, "\t".join(value or "" for value in values))


def _place(blob: object) -> Place:
    """Step over the GeoPackage header: magic `GP`, version, flags, SRS, envelope; then comes WKB."""
    if blob is None:
        return NOWHERE
    if not isinstance(blob, bytes) or len(blob) < _HEADER or blob[:2] != b"GP":
        raise NoPlace("no GeoPackage geometry")
    flags = struct.unpack_from("B", blob, 3)[0]
    envelope = _ENVELOPES.get((flags >> 1) & 0x07)
    if envelope is None or flags & _EXTENDED:
        raise NoPlace("an unknown sort of geometry")
    return NOWHERE if flags & _EMPTY else from_wkb(blob[_HEADER + envelope :])


@contextmanager
def _opened(piece: Piece) -> Iterator[sqlite3.Connection]:
    address = f"file:{quote(str(piece.path.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            # bytes that are no UTF-8 become lone surrogates, and their row is rejected
            base.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            base.execute("PRAGMA trusted_schema = OFF")
            base.execute("PRAGMA cell_size_check = ON")
            base.execute("PRAGMA query_only = ON")
            yield base
    except sqlite3.DatabaseError as error:
        message = f"the GeoPackage cannot be read ({error})"
        raise Unreadable(message, where=piece.where, advice=_AGAIN) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
