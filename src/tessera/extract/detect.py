"""Which reader of tables takes a file: its format, seen as a table."""

from enum import StrEnum
from typing import Final

from tessera.errors import Unreadable
from tessera.extract.formats import FileFormat, find_format
from tessera.extract.piece import Piece


class Sort(StrEnum):
    """What a file is to the readers of tables."""

    DELIMITED = "delimited"
    GEOPACKAGE = "geopackage"
    GZIP = "gzip"
    JSON = "json"
    KML = "kml"
    NDJSON = "ndjson"
    PARQUET = "parquet"
    WORKBOOK = "workbook"
    XML = "xml"
    ZIP = "zip"


_SORTS: Final = {
    FileFormat.CAP: Sort.XML,
    FileFormat.DELIMITED: Sort.DELIMITED,
    FileFormat.EML: Sort.DELIMITED,
    FileFormat.FEED: Sort.XML,
    FileFormat.FHIR: Sort.JSON,
    FileFormat.GEOJSON: Sort.JSON,
    FileFormat.GEOPACKAGE: Sort.GEOPACKAGE,
    FileFormat.GPX: Sort.XML,
    FileFormat.GZIP: Sort.GZIP,
    FileFormat.GZIP_TABLE: Sort.GZIP,
    FileFormat.JSON: Sort.JSON,
    FileFormat.KML: Sort.KML,
    FileFormat.KMZ: Sort.ZIP,
    FileFormat.MISP: Sort.JSON,
    FileFormat.NDJSON: Sort.NDJSON,
    FileFormat.NIBRS: Sort.XML,
    FileFormat.NIEM: Sort.XML,
    FileFormat.ODS: Sort.WORKBOOK,
    FileFormat.PARQUET: Sort.PARQUET,
    FileFormat.STIX: Sort.JSON,
    FileFormat.TEXT: Sort.DELIMITED,
    FileFormat.XLS: Sort.WORKBOOK,
    FileFormat.XLSX: Sort.WORKBOOK,
    FileFormat.XML: Sort.XML,
    FileFormat.ZIP: Sort.ZIP,
    FileFormat.ZIP_TABLES: Sort.ZIP,
}
_ADVICE: Final = "Deliver a table: CSV, XLSX, JSON, XML, Parquet, GeoJSON, KML or GeoPackage."


def find_sort(piece: Piece) -> Sort:
    """Decide how to read the piece, or say why it cannot be read as a table."""
    found = find_format(piece)
    if found is FileFormat.HTML:
        advice = "It may be an error or sign-in page saved in place of the table; download the table again."
        raise Unreadable("the file is a web page, not a table", where=piece.where, advice=advice)
    if found not in _SORTS:
        raise Unreadable(f"the file is not a table ({found.label})", where=piece.where, advice=_ADVICE)
    return _SORTS[found]
