"""How an agency's rows become a file: eight shapes, all written row by row, the same bytes each time."""

import csv
import gzip
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Protocol, TypeAlias, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

Cell: TypeAlias = str | int | float | None
Cells: TypeAlias = Sequence[Cell]


class RowFile(Protocol):
    """A file that takes one row at a time."""

    def add(self, row: Cells) -> None:
        """Write one row; the cells are in the order of the columns."""


class _Delimited:
    def __init__(self, text: IO[str], columns: Sequence[str], delimiter: str) -> None:
        self.add = csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow
        self.add(columns)


class _Lines:
    """NDJSON: one object a line."""

    def __init__(self, text: IO[str], columns: Sequence[str]) -> None:
        self._write, self._columns = text.write, columns

    def add(self, row: Cells) -> None:
        self._write(_object(self._columns, row) + "\n")


class _Array:
    """A JSON array of flat objects, or the features of a collection."""

    def __init__(self, text: IO[str], columns: Sequence[str], *, features: bool) -> None:
        self._write, self._columns, self._features, self._between = text.write, columns, features, ""

    def add(self, row: Cells) -> None:
        self._write(self._between + (_feature if self._features else _object)(self._columns, row))
        self._between = ",\n"


class _Encounters:
    """XML: one element a row, one child a column."""

    def __init__(self, text: IO[str], columns: Sequence[str]) -> None:
        self._write, self._columns = text.write, columns

    def add(self, row: Cells) -> None:
        cells = (f"<{n}>{escape(str(v))}</{n}>" for n, v in zip(self._columns, row, strict=True) if v is not None)
        self._write("  <encounter>" + "".join(cells) + "</encounter>\n")


class _Sheet:
    """One worksheet. A float in a column that `dates` names is shown as a date and time."""

    def __init__(self, out: IO[bytes], columns: Sequence[str]) -> None:
        self._out, self._dates = out, {i for i, name in enumerate(columns) if name == "Arrested"}
        self._number = 0
        self.add(columns)

    def add(self, row: Cells) -> None:
        self._number += 1
        cells = "".join(self._cell(i, value) for i, value in enumerate(row) if value not in (None, ""))
        self._out.write(f'<row r="{self._number}">{cells}</row>'.encode())

    def _cell(self, column: int, value: Cell) -> str:
        place = f'r="{chr(65 + column)}{self._number}"'
        if isinstance(value, str):
            return f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        style = ' s="1"' if column in self._dates else ""
        return f"<c {place}{style}><v>{value}</v></c>"


@contextmanager
def open_rows(
    path: Path, columns: Sequence[str], *, encoding: str = "utf-8", delimiter: str = ","
) -> Iterator[RowFile]:
    """Open a file whose ending says its shape (`.csv .tsv .csv.gz .ndjson .json .geojson .xml .xlsx`)."""
    with ExitStack() as stack:
        if path.suffix == ".xlsx":
            yield _Sheet(stack.enter_context(_open_sheet(path)), columns)
        else:
            text = stack.enter_context(io.TextIOWrapper(_open_bytes(stack, path), encoding=encoding, newline=""))
            yield _start(stack, text, path.suffix, columns, delimiter)


def _open_bytes(stack: ExitStack, path: Path) -> IO[bytes]:
    raw: IO[bytes] = stack.enter_context(path.open("wb"))
    if path.suffix != ".gz":
        return raw
    # Without a name and a time inside, so that equal rows give equal bytes.
    packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6)
    return cast("IO[bytes]", stack.enter_context(packed))


def _start(stack: ExitStack, text: IO[str], ending: str, columns: Sequence[str], delimiter: str) -> RowFile:
    match ending:
        case ".ndjson":
            return _Lines(text, columns)
        case ".json":
            text.write("[\n")
            stack.callback(text.write, "\n]\n")
            return _Array(text, columns, features=False)
        case ".geojson":
            text.write('{"type":"FeatureCollection","name":"invented demo data","features":[\n')
            stack.callback(text.write, "\n]}\n")
            return _Array(text, columns, features=True)
        case ".xml":
            text.write('<?xml version="1.0" encoding="UTF-8"?>\n<!-- invented demo data -->\n<encounters>\n')
            stack.callback(text.write, "</encounters>\n")
            return _Encounters(text, columns)
        case _:
            return _Delimited(text, columns, delimiter)


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_WORKBOOK_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Arrests" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


@contextmanager
def _open_sheet(path: Path) -> Iterator[IO[bytes]]:
    with ZipFile(path, "w", ZIP_DEFLATED) as book:
        for name, text in _WORKBOOK_PARTS.items():
            book.writestr(_member(name), f'<?xml version="1.0" encoding="UTF-8"?>{text}')
        with book.open(_member("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write(f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            yield sheet
            sheet.write(b"</sheetData></worksheet>")


def _member(name: str) -> ZipInfo:
    member = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    member.compress_type = ZIP_DEFLATED
    return member


def _object(columns: Sequence[str], row: Cells) -> str:
    return json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, separators=(",", ":"))


def _feature(columns: Sequence[str], row: Cells) -> str:
    properties = dict(zip(columns, row, strict=True))
    point = [properties.pop("lon"), properties.pop("lat")]
    feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": point}, "properties": properties}
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
