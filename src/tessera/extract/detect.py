"""What sort of file is this? The bytes decide; the name breaks ties."""

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import Final

from tessera.errors import Unreadable
from tessera.extract.piece import Piece

HEAD: Final = 64 * 1024


class Sort(StrEnum):
    """What a file turned out to be."""

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


_TABLES: Final = (
    (b"\x1f\x8b", Sort.GZIP),
    (b"PK\x03\x04", Sort.ZIP),
    (b"PK\x05\x06", Sort.ZIP),
    (b"PAR1", Sort.PARQUET),
    (b"SQLite format 3\x00", Sort.GEOPACKAGE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Sort.WORKBOOK),
)
_TABULAR_ADVICE: Final = "Deliver a table: CSV, XLSX, JSON, XML, Parquet, GeoJSON, KML or GeoPackage."
_ARCHIVE_ADVICE: Final = "Unpack it and deliver the table, or pack it as .zip or .gz."
_OTHERS: Final = (
    (b"%PDF", "a PDF document", _TABULAR_ADVICE),
    (b"\x89PNG", "a picture (PNG)", _TABULAR_ADVICE),
    (b"\xff\xd8\xff", "a picture (JPEG)", _TABULAR_ADVICE),
    (b"GIF8", "a picture (GIF)", _TABULAR_ADVICE),
    (b"II*\x00", "a picture (TIFF)", _TABULAR_ADVICE),
    (b"MM\x00*", "a picture (TIFF)", _TABULAR_ADVICE),
    (b"{\\rtf", "a text document (RTF)", _TABULAR_ADVICE),
    (b"RIFF", "a sound, film or picture (RIFF)", _TABULAR_ADVICE),
    (b"fLaC", "a sound recording", _TABULAR_ADVICE),
    (b"OggS", "a sound recording", _TABULAR_ADVICE),
    (b"ID3", "a sound recording", _TABULAR_ADVICE),
    (b"\x7fELF", "a program", _TABULAR_ADVICE),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _ARCHIVE_ADVICE),
    (b"Rar!", "a RAR archive", _ARCHIVE_ADVICE),
    (b"BZh", "a bzip2 archive", _ARCHIVE_ADVICE),
    (b"\xfd7zXZ\x00", "an xz archive", _ARCHIVE_ADVICE),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", _ARCHIVE_ADVICE),
    (b"ARROW1", "an Arrow file", "Deliver it as Parquet."),
    (b"\x00\x00\x27\x0a", "a shapefile", "Deliver it as GeoPackage or GeoJSON."),
)
_NDJSON_NAMES: Final = {".geojsonl", ".jsonl", ".ndjson"}
_NOT_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1e\x7f]")
_BINARY_SHARE: Final = 0.02


def head_of(path: Path) -> bytes:
    """Read the start of a file."""
    with path.open("rb") as file:
        return file.read(HEAD)


def find_sort(piece: Piece) -> Sort:
    """Decide how to read the piece, or say why it cannot be read as a table."""
    head = head_of(piece.path)
    if not head:
        raise Unreadable("the file is empty (0 bytes)", where=piece.where, advice="Ask the sender for it again.")
    for magic, sort in _TABLES:
        if head.startswith(magic):
            return sort
    _refuse_others(head, piece)
    text = _text_of(head)
    if _is_binary(head, text):
        message = "the file holds binary data, not a table"
        raise Unreadable(message, where=piece.where, advice="Check what was delivered. " + _TABULAR_ADVICE)
    return _sort_of_text(text.lstrip("\ufeff \t\r\n"), piece)


def _refuse_others(head: bytes, piece: Piece) -> None:
    for magic, name, advice in _OTHERS:
        if head.startswith(magic) and (len(magic) > 3 or _NOT_TEXT.search(head)):  # noqa: PLR2004 - "ID3" may be a word
            raise Unreadable(f"the file is {name}, not a table", where=piece.where, advice=advice)
    if head[4:8] == b"ftyp":
        raise Unreadable("the file is a film or picture, not a table", where=piece.where, advice=_TABULAR_ADVICE)


def _text_of(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    half = max(len(head) // 2, 1)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) / half > 0.3 and min(even, odd) * 10 < max(even, odd):  # noqa: PLR2004 - Latin text in UTF-16
        return head.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    return head.decode("utf-8", "replace")


def _is_binary(head: bytes, text: str) -> bool:
    """Whether the bytes are no text: too many control characters for a table with a few damaged rows."""
    marks = _NOT_TEXT.findall(text.encode("utf-8", "replace"))
    return len(marks) > max(_BINARY_SHARE * len(text), 8) or (len(head) < HEAD and len(marks) * 4 > len(text))


def _sort_of_text(text: str, piece: Piece) -> Sort:
    if re.match(r"<(!doctype\s+html|html)\b", text, re.IGNORECASE):
        advice = "It may be an error or sign-in page saved in place of the table; download the table again."
        raise Unreadable("the file is a web page, not a table", where=piece.where, advice=advice)
    if re.match(r"<[?!A-Za-z_]", text):
        return _sort_of_xml(text)
    if text.startswith(("{", "[")) and not _only_looks_like_json(text):
        return _sort_of_json(text, piece)
    return Sort.DELIMITED


def _sort_of_xml(text: str) -> Sort:
    without = re.sub(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(\[.*?\])?\s*>", "", text, flags=re.DOTALL)
    root = re.match(r"\s*<(?:\w+:)?(\w+)", without)
    return Sort.KML if root and root[1] == "kml" else Sort.XML


def _only_looks_like_json(text: str) -> bool:
    """A bracket can also begin the first cell of a delimited file."""
    inside = text[1:].lstrip()
    if not inside:
        return False
    return inside[0] not in '"}' if text[0] == "{" else inside[0] not in '{["]-0123456789tfn'


def _sort_of_json(text: str, piece: Piece) -> Sort:
    lines = [line for line in text.splitlines() if line.strip()][:2]
    if text[0] == "[" or not _is_object(lines[0]):
        return Sort.NDJSON if piece.suffix in _NDJSON_NAMES else Sort.JSON
    several = len(lines) > 1 and lines[1].lstrip().startswith("{")
    return Sort.NDJSON if several or piece.suffix in _NDJSON_NAMES else Sort.JSON


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
