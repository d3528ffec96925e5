"""Rows on their way: what extract hands to integrate, and what integrate hands to store. Columnar (Arrow)."""

from dataclasses import dataclass, field
from enum import StrEnum

import pyarrow as pa


class TableFormat(StrEnum):
    """How a part is laid out, which decides how a locator into it is written."""

    CONTENTS = "contents"
    """A file that is no table: each record has a locator of its own; `options` names the file's format."""
    DELIMITED = "delimited"
    GEOJSON = "geojson"
    GEOPACKAGE = "geopackage"
    JSON = "json"
    KML = "kml"
    NDJSON = "ndjson"
    PARQUET = "parquet"
    WORKBOOK = "workbook"
    XML = "xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePart:
    """One table inside a delivery: the file itself, a sheet, a layer, a member of an archive.

    `path` names the part inside the delivery (`""`, `"calls.csv"`, `"book.xlsx!Calls"`). `options` holds what was found
    out and is needed to read the same rows again (delimiter, encoding, JSON pointer, XPath of the repeated element).
    """

    path: str
    format: TableFormat
    columns: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)

    def locator(self, row: int) -> str:
        """Say where row `row` (1-based, within this part) stands in the delivered bytes.

        >>> TablePart(path="", format=TableFormat.GEOJSON, columns=(), options={"pointer": "/features"}).locator(3)
        '#/features/2'
        """
        match self.format:
            case TableFormat.JSON | TableFormat.GEOJSON:
                place = f"{self.options.get('pointer', '')}/{row - 1}"
            case TableFormat.XML | TableFormat.KML:
                place = f"{self.options.get('xpath', '')}[{row}]"
            case TableFormat.NDJSON:
                place = f"line={row}"
            case _:
                place = f"row={row}"
        return f"{self.path}#{place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row that could not even be split into columns. `text` is the row as it stood, shortened to 64 kB."""

    row: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBatch:
    """Some rows of one part. `table` has one nullable string column per column of the part; empty cells are null.

    `row_numbers` (int64, 1-based within the part, ascending) has one value per row of `table`.
    """

    part: TablePart
    table: pa.RecordBatch
    row_numbers: pa.Int64Array
    rejected: tuple[RejectedRow, ...] = ()


RECORD_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),  # row number within the part
        ("kind", pa.string()),
        ("thread", pa.binary(16)),  # identity of the thing at its source: digest of source, kind and source key
        ("source_key", pa.string()),
        ("payload", pa.string()),  # canonical JSON: dictionary term -> value
        ("event_time", pa.int64()),  # milliseconds since the epoch, UTC
        ("latitude", pa.float64()),  # WGS 84 degrees
        ("longitude", pa.float64()),
        ("marking", pa.int16()),  # index into the mapping's marking variants
        ("locator", pa.string()),  # where in the part it stands, for parts that are no table; null for a row of a table
        ("text_contact", pa.string()),  # folded words for search, by field class
        ("text_health", pa.string()),
        ("text_identifier", pa.string()),
        ("text_narrative", pa.string()),
        ("text_open", pa.string()),
        ("text_place", pa.string()),
    ],
)

LINK_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("type", pa.string()),
        ("role", pa.string()),
        ("from_thread", pa.binary(16)),
        ("to_thread", pa.binary(16)),
        ("marking", pa.int16()),
    ],
)

FAULT_SCHEMA = pa.schema(
    [
        ("row", pa.int64()),
        ("column", pa.string()),
        ("term", pa.string()),
        ("reason", pa.string()),  # a sentence: what is wrong with the value and what would fit
        ("value", pa.string()),
        ("raw", pa.string()),  # the whole row as JSON: column -> text, so that it can be mended and replayed
        ("marking", pa.int16()),  # index into the batch's markings; null: that of the source
    ],
)

PROFILE_SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("term", pa.string()),
        ("rows", pa.int64()),
        ("filled", pa.int64()),
        ("invalid", pa.int64()),
    ],
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """One batch after integration: every input row is in `records` (one or more times) or in `faults`, never both."""

    records: pa.Table
    links: pa.Table
    faults: pa.Table
    profile: pa.Table
    rows: int
