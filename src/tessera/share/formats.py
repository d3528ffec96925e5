"""From records to bytes, one small writer for each format; none holds more than a few hundred rows at a time."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar

from tessera.dictionary import Kind
from tessera.errors import Invalid
from tessera.model.record import RecordView
from tessera.share.cells import neutral
from tessera.share.columns import COMMON, HANDLING, columns_of, common_values, masked_terms, term_values
from tessera.share.parquet import write_parquet
from tessera.share.watermark import Watermark

ROWS_AT_ONCE = 500
_Item = TypeVar("_Item")


def write(
    views: Iterator[RecordView],
    format: str,  # noqa: A002 - the field's own word
    kind: Kind,
    watermark: Watermark,
) -> Iterator[bytes]:
    """Write records of one kind in one of FORMATS. An unknown format is refused before anything is read."""
    return _of(format)[1](views, kind, watermark)


def media_type(format: str) -> str:  # noqa: A002 - the field's own word
    """Name the media type of a format.

    >>> media_type("geojson")
    'application/geo+json'
    """
    return _of(format)[0]


def write_csv(views: Iterator[RecordView], kind: Kind, watermark: Watermark) -> Iterator[bytes]:
    """Write RFC 4180 in UTF-8 without a byte order mark; no cell can become a formula."""
    columns = columns_of(kind)
    yield csv_lines([[*COMMON, *columns.values(), HANDLING]])
    for some in in_groups(views):
        yield csv_lines([[*_csv_row(view, columns), watermark.beside(view.marking)] for view in some])


def csv_lines(rows: list[list[str]]) -> bytes:
    """Write some rows as CSV, each cell made harmless."""
    out = io.StringIO()
    csv.writer(out).writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def _csv_row(view: RecordView, columns: dict[str, str]) -> list[str]:
    common, terms = common_values(view), term_values(view)
    first = ["" if common[name] is None else str(common[name]) for name in COMMON]
    return first + [terms.get(term) or "" for term in columns]


def write_ndjson(views: Iterator[RecordView], kind: Kind, watermark: Watermark) -> Iterator[bytes]:  # noqa: ARG001 - every writer is asked alike
    """Write one JSON object a line; terms stand under `terms`, also such as the dictionary has dropped since."""
    for some in in_groups(views):
        yield b"".join(_json(_plain(view, watermark)) + b"\n" for view in some)


def write_geojson(views: Iterator[RecordView], kind: Kind, watermark: Watermark) -> Iterator[bytes]:  # noqa: ARG001 - every writer is asked alike
    """Write a FeatureCollection (RFC 7946): the outline or else the point; without a place to be seen, geometry is null.

    The watermark is a foreign member of the collection (RFC 7946, 6.1), and a property of each feature.
    """
    yield b'{"type":"FeatureCollection","handling":' + _json(watermark.plain()) + b',"features":[\n'
    between = b""
    for some in in_groups(views):
        yield between + b",\n".join(_json(_feature(view, watermark)) for view in some)
        between = b",\n"
    yield b"\n]}\n"


def _feature(view: RecordView, watermark: Watermark) -> dict[str, object]:
    properties = _plain(view, watermark)
    if view.outline:
        terms = term_values(view)
        terms.pop(view.outline.term, None)  # the geometry says it
        properties["terms"] = terms
    return {"type": "Feature", "id": str(view.uid), "geometry": _geometry(view), "properties": properties}


def _geometry(view: RecordView) -> object:
    """Give the outline that the reader may see, else the point, else nothing."""
    if view.outline and view.outline.value:
        return json.loads(view.outline.value)
    if view.latitude is None or view.longitude is None:
        return None
    return {"type": "Point", "coordinates": [view.longitude, view.latitude]}


def _plain(view: RecordView, watermark: Watermark) -> dict[str, object]:
    return {
        **common_values(view),
        "masked": masked_terms(view),
        "terms": term_values(view),
        HANDLING: watermark.beside(view.marking),
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def in_groups(items: Iterator[_Item], size: int = ROWS_AT_ONCE) -> Iterator[list[_Item]]:
    """Take so many at a time."""
    while some := list(islice(items, size)):
        yield some


_Writer = Callable[[Iterator[RecordView], Kind, Watermark], Iterator[bytes]]
_WRITERS: dict[str, tuple[str, _Writer]] = {
    "csv": ("text/csv; charset=utf-8", write_csv),
    "geojson": ("application/geo+json", write_geojson),
    "ndjson": ("application/x-ndjson", write_ndjson),
    "parquet": ("application/vnd.apache.parquet", write_parquet),
}
FORMATS = tuple(_WRITERS)


def _of(name: str) -> tuple[str, _Writer]:
    if name not in _WRITERS:
        raise Invalid(f"unknown format {name!r}", where="format", advice=f"Choose of: {', '.join(FORMATS)}.")
    return _WRITERS[name]
