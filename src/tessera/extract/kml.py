"""KML: the placemarks of each folder are a table."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tessera.errors import Unreadable
from tessera.extract.batching import Row, in_batches, rejected
from tessera.extract.columns import check_width
from tessera.extract.geometry import NOWHERE, NoPlace, Place, place_of, with_place
from tessera.extract.piece import Piece
from tessera.extract.xml_text import BrokenXml, drop, elements, local, not_xml
from tessera.model.rows import RejectedRow, RowBatch, TableFormat, TablePart

_GEOMETRIES: Final = {"LineString", "LinearRing", "MultiGeometry", "Point", "Polygon"}
_NO_VALUES: Final = _GEOMETRIES | {"ExtendedData", "Style", "StyleMap", "TimeSpan", "TimeStamp"}


@dataclass(kw_only=True)
class _Step:
    """One open element on the way down: its path, its name for people, and how many children of each sort it had."""

    path: str
    title: str = ""
    children: Counter[str] = field(default_factory=Counter)


@dataclass(kw_only=True)
class _Folder:
    """A folder with placemarks, and the names of the values in them."""

    title: str
    names: dict[str, None] = field(default_factory=dict)


def parts(piece: Piece) -> Iterator[TablePart]:
    """Give one part for each folder (or document) that holds placemarks."""
    folders: dict[str, _Folder] = {}
    try:
        for path, title, mark in _placemarks(piece):
            folder = folders.setdefault(path, _Folder(title=title))
            folder.names.update(dict.fromkeys(_values(mark)))
    except BrokenXml as error:
        if not folders:
            raise not_xml(piece, error) from error
    if not folders:
        raise Unreadable("the KML has no placemarks", where=piece.where, advice="Check what was exported.")
    for path, folder in folders.items():
        yield _part(piece, path, folder, alone=len(folders) == 1)


def batches(piece: Piece, part: TablePart, size: int) -> Iterator[RowBatch]:
    """Read the placemarks of one folder."""
    yield from in_batches(part, _rows(piece, part), size, piece.limits)


def _part(piece: Piece, path: str, folder: _Folder, *, alone: bool) -> TablePart:
    columns = with_place(folder.names)
    check_width(len(columns), piece.limits, piece.where)
    options = {
        "folder": path,
        "names": json.dumps(list(folder.names), ensure_ascii=False),
        "xpath": f"{path}/Placemark",
    }
    inner = "" if alone else folder.title or path
    return TablePart(path=piece.part_path(inner), format=TableFormat.KML, columns=columns, options=options)


def _rows(piece: Piece, part: TablePart) -> Iterator[Row | RejectedRow]:
    names = json.loads(part.options["names"])
    number = 0
    try:
        for path, _, mark in _placemarks(piece):
            if path != part.options["folder"]:
                continue
            number += 1
            values = _values(mark)
            try:
                yield Row(number, [*(values.get(name) for name in names), *_place(mark)])
            except NoPlace as error:
                reason = f"The geometry cannot be read ({error}). Mend its coordinates."
                yield rejected(number, reason, "\t".join(f"{name}={value}" for name, value in values.items()))
    except BrokenXml as error:
        reason = f"The KML is broken from here on ({error}); it may be cut off. Ask for the file again."
        yield rejected(number + 1, reason, "")


def _placemarks(piece: Piece) -> Iterator[tuple[str, str, Any]]:
    """Give each placemark with the path and the title of the folder it stands in."""
    way: list[_Step] = [_Step(path="")]
    inside = 0
    for event, element in elements(piece):
        tag = local(element)
        if event == "start":
            way.append(_step(way[-1], tag))
            inside += tag == "Placemark"
            continue
        way.pop()
        if tag == "Placemark":
            inside -= 1
            yield way[-1].path, "/".join(step.title for step in way if step.title), element
        elif tag == "name" and not inside and local(element.getparent()) == "Folder":
            way[-1].title = " ".join((element.text or "").split())
        if not inside:
            drop(element)


def _step(parent: _Step, tag: str) -> _Step:
    parent.children[tag] += 1
    count = f"[{parent.children[tag]}]" if tag == "Folder" else ""
    return _Step(path=f"{parent.path}/{tag}{count}")


def _values(mark: Any) -> dict[str, str]:  # noqa: ANN401 - lxml elements have no useful types
    found: dict[str, str] = {}
    for child in mark.iterchildren("*"):
        if local(child) not in _NO_VALUES and not len(child):
            found[local(child)] = (child.text or "").strip()
    for node in mark.iterdescendants("*"):
        tag = local(node)
        if tag in {"when", "begin", "end"} and local(node.getparent()) in {"TimeStamp", "TimeSpan"}:
            found[tag] = (node.text or "").strip()
        elif tag == "SimpleData":
            found[node.get("name", "")] = (node.text or "").strip()
        elif tag == "Data":
            found[node.get("name", "")] = "".join(node.itertext()).strip()
    return found


def _place(mark: Any) -> Place:  # noqa: ANN401 - lxml elements have no useful types
    shape = next((child for child in mark.iterchildren("*") if local(child) in _GEOMETRIES), None)
    if shape is None:
        return NOWHERE
    try:
        return place_of(_shape(shape))
    except NoPlace:
        raise
    except Exception as error:  # shapely raises errors of several families for coordinates that make no shape
        raise NoPlace(f"{type(error).__name__}: {error}"[:200]) from error


def _shape(node: Any) -> Any:  # noqa: ANN401 - lxml elements and shapely geometries
    import shapely  # noqa: PLC0415 - loaded only where there are geometries

    match local(node):
        case "Point":
            return shapely.Point(*_coordinates(node)[:1])
        case "LineString" | "LinearRing":
            return shapely.LineString(_coordinates(node))
        case "Polygon":
            rings = [_coordinates(ring) for ring in node.iterdescendants("{*}LinearRing")]
            return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()
        case _:
            return _collection([_shape(child) for child in node.iterchildren("*") if local(child) in _GEOMETRIES])


def _collection(shapes: list[Any]) -> Any:  # noqa: ANN401 - shapely geometries
    import shapely  # noqa: PLC0415 - loaded only where there are geometries

    kinds = {shape.geom_type for shape in shapes}
    if kinds == {"Polygon"}:
        return shapely.MultiPolygon(shapes)
    return shapely.MultiPoint(shapes) if kinds == {"Point"} else shapely.GeometryCollection(shapes)


def _coordinates(node: Any) -> list[tuple[float, float]]:  # noqa: ANN401 - lxml elements
    text = "".join(each.text or "" for each in node.iterdescendants("{*}coordinates"))
    pairs = [point.split(",") for point in text.split()]
    if any(len(pair) < 2 for pair in pairs):  # noqa: PLR2004 - longitude and latitude
        raise NoPlace("a point needs longitude and latitude")
    return [(float(pair[0]), float(pair[1])) for pair in pairs]
