"""GeoJSON: the features of a collection, their properties as columns, their geometry as a place; and plain JSON."""

import json
from collections.abc import Iterator
from typing import Final

from tessera.errors import Unreadable
from tessera.extract import json_tables
from tessera.extract.batching import Row, in_batches, rejected
from tessera.extract.columns import check_width
from tessera.extract.flatten import TooDeep, flatten
from tessera.extract.geometry import WGS84, NoPlace, from_geojson, with_place
from tessera.extract.piece import Piece
from tessera.model.rows import RejectedRow, RowBatch, TableFormat, TablePart

_FEATURES: Final = "/features"
_PROPERTIES: Final = "properties."


def parts(piece: Piece) -> Iterator[TablePart]:
    """Find the array of objects; where it is a feature collection, make its properties the columns."""
    for part in json_tables.parts(piece):
        yield _as_features(part, piece) if _is_collection(part) else part


def batches(piece: Piece, part: TablePart, size: int) -> Iterator[RowBatch]:
    """Read rows or features."""
    if part.format is TableFormat.JSON:
        yield from json_tables.batches(piece, part, size)
    else:
        yield from in_batches(part, _features(piece, part), size, piece.limits)


def _is_collection(part: TablePart) -> bool:
    names = set(part.columns)
    return part.options.get("pointer") == _FEATURES and "type" in names and any(n.startswith("geometry") for n in names)


def _as_features(part: TablePart, piece: Piece) -> TablePart:
    crs = part.options.get("crs", "")
    if crs and not crs.endswith(WGS84):
        message = f"the coordinates are in {crs}, not in longitude and latitude (WGS 84)"
        raise Unreadable(message, where=piece.where, advice="Export the layer again in WGS 84 (EPSG:4326).")
    names = [name.removeprefix(_PROPERTIES) for name in part.columns if name.startswith(_PROPERTIES)]
    if "id" in part.columns:
        names.insert(0, "feature_id")
    columns = with_place(names)
    check_width(len(columns), piece.limits, piece.where)
    options = part.options | {"names": json.dumps(names, ensure_ascii=False)}
    return TablePart(path=part.path, format=TableFormat.GEOJSON, columns=columns, options=options)


def _features(piece: Piece, part: TablePart) -> Iterator[Row | RejectedRow]:
    names = json.loads(part.options["names"])
    for number, item, text in json_tables.items(piece, part):
        if isinstance(item, RejectedRow):
            yield item
        elif not isinstance(item, dict):
            yield rejected(number, "The item is no feature. Remove it, or deliver it as a feature.", text)
        else:
            yield _feature(number, item, text, names, piece)


def _feature(number: int, item: dict[str, object], text: str, names: list[str], piece: Piece) -> Row | RejectedRow:
    properties = item.get("properties")
    values = dict(properties) if isinstance(properties, dict) else {}
    try:
        flat = flatten(values, piece.limits.max_nesting)
        if "feature_id" in names and "id" in item:
            flat |= flatten({"feature_id": item["id"]}, piece.limits.max_nesting)
        place = from_geojson(item.get("geometry"))
    except TooDeep as error:
        return rejected(number, str(error), text)
    except NoPlace as error:
        return rejected(number, f"The geometry cannot be read ({error}). Mend its coordinates.", text)
    return Row(number, [*(flat.get(name) for name in names), *place], text)
