"""Shapefiles: a shape and a row of a table for each feature, brought to degrees by what the .prj says."""

import struct
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final
from zipfile import is_zipfile

from tessera.errors import Unreadable
from tessera.extract import archives
from tessera.extract.features import Feature
from tessera.extract.geometry import NoPlace, from_geojson
from tessera.extract.outlines import kept_of
from tessera.extract.piece import Piece
from tessera.model.located import is_on_earth

_CHUNK: Final = 1024 * 1024
_PARTS: Final = (".shp", ".dbf", ".shx", ".prj", ".cpg")
_ADVICE: Final = "Pack the .shp, .dbf, .shx and .prj of the layer into one zip and deliver that."
_MOST_PRJ: Final = 20_000

Transform = Callable[[Any, Any], tuple[Any, Any]]
"""From the layer's x and y, one or an array of each, to longitude and latitude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The files of one shapefile, unpacked."""

    name: str
    files: dict[str, Piece]

    @property
    def projection(self) -> str:
        """What the .prj says; empty where there is none."""
        prj = self.files.get(".prj")
        return prj.path.read_bytes()[:_MOST_PRJ].decode("utf-8", "replace").strip() if prj else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    """A row whose shape cannot be read."""

    row: int
    reason: str
    values: dict[str, str]


def layers(piece: Piece) -> Iterator[Layer]:
    """Give the shapefiles in a zip, or the one .shp that was delivered alone."""
    if not is_zipfile(piece.path):
        yield Layer(name="", files={".shp": piece})
        return
    names: dict[str, dict[str, str]] = {}
    for info in archives.members(piece):
        path = PurePosixPath(info.filename)
        if path.suffix.lower() in _PARTS:
            names.setdefault(str(path.with_suffix("")), {})[path.suffix.lower()] = info.filename
    found = {stem: files for stem, files in names.items() if ".shp" in files}
    if not found:
        raise Unreadable("the zip holds no .shp", where=piece.where, advice=_ADVICE)
    for stem, files in found.items():
        unpacked = {end: archives.unpack_member(piece, name) for end, name in files.items()}
        yield Layer(name=PurePosixPath(stem).name, files=unpacked)


def features(layer: Layer, piece: Piece, page: int) -> Iterator[Feature | Faulty]:
    """Give the features of a layer, each with a point on it or inside of it where its place is known."""
    to_degrees = _transform(layer, piece)
    for row, (geometry, values) in enumerate(_rows(layer, piece), start=1):
        shape = str(geometry.get("type", "Shape")) if geometry else "Shape"
        try:
            place = _place(geometry, to_degrees)
        except NoPlace as error:
            yield Faulty(
                row=row, reason=f"The shape cannot be read ({error}). Mend it and deliver it again.", values=values
            )
            continue
        outline, unkept = _outline(geometry, to_degrees) if place and shape != "Point" else ({}, "")
        yield Feature(
            row=row,
            values=values,
            place=place,
            layer=layer.name,
            page=page,
            shape=shape,
            outline=outline,
            unkept=unkept,
        )


def note_of(layer: Layer) -> str:
    """Say what is to be known about the places of a layer."""
    if layer.projection:
        return ""
    name = f"The layer {layer.name}" if layer.name else "The shapefile"
    return f"{name} has no .prj: its coordinates are taken for degrees (WGS 84), and left out where they cannot be."


def _rows(layer: Layer, piece: Piece) -> Iterator[tuple[dict[str, Any] | None, dict[str, str]]]:
    import shapefile  # noqa: PLC0415 - only where there is a shapefile

    with ExitStack() as stack:
        given = {
            end.removeprefix("."): stack.enter_context(one.path.open("rb"))
            for end, one in layer.files.items()
            if end != ".prj"
        }
        try:
            encoding = {} if "cpg" in given else {"encoding": _encoding(given.get("dbf"))}
            reader = stack.enter_context(shapefile.Reader(**given, **encoding, encodingErrors="replace"))
            if ".dbf" in layer.files:
                yield from ((_geometry(one.shape), _values(one.record)) for one in reader.iterShapeRecords())
            else:
                yield from ((_geometry(shape), {}) for shape in reader.iterShapes())
        except (shapefile.ShapefileException, struct.error, ValueError, IndexError, EOFError) as error:
            advice = "It may be cut off or damaged: ask for it again."
            raise Unreadable(f"the shapefile cannot be read on ({error})", where=piece.where, advice=advice) from error


def _encoding(table: BinaryIO | None) -> str:
    """Tell in which encoding a table is that does not say: UTF-8 where it can be, else that of Western Windows."""
    if table is None:
        return "utf-8"
    decoder = getincrementaldecoder("utf-8")()
    try:
        table.seek(int.from_bytes(table.read(10)[8:], "little"))  # its rows begin behind the header
        while chunk := table.read(_CHUNK):
            decoder.decode(chunk)
    except UnicodeDecodeError:
        return "cp1252"
    finally:
        table.seek(0)
    return "utf-8"


def _geometry(shape: Any) -> dict[str, Any] | None:  # noqa: ANN401 - pyshp's shapes have no useful types
    return shape.__geo_interface__ if getattr(shape, "shapeType", 0) else None


def _values(record: Any) -> dict[str, str]:  # noqa: ANN401 - pyshp's records have no useful types
    return {name: str(value).strip() for name, value in record.as_dict().items() if value not in (None, "")}


def _place(geometry: dict[str, Any] | None, to_degrees: Transform) -> tuple[float, float] | None:
    """Take the point in the layer's own system, where the shape is not bent, and bring it to degrees."""
    found = from_geojson(geometry)
    if found.longitude is None or found.latitude is None:
        return None
    longitude, latitude = map(float, to_degrees(float(found.longitude), float(found.latitude)))
    return (latitude, longitude) if is_on_earth(latitude, longitude) else None


def _outline(geometry: dict[str, Any] | None, to_degrees: Transform) -> tuple[dict[str, str], str]:
    """Bring every corner to degrees; the sides between them stay straight."""
    import numpy as np  # noqa: PLC0415 - only where there are outlines
    import shapely  # noqa: PLC0415 - only where there are outlines
    from shapely.geometry import shape  # noqa: PLC0415 - only where there are outlines

    moved = shapely.transform(shape(geometry), lambda at: np.column_stack(to_degrees(at[:, 0], at[:, 1])))
    return kept_of(moved)


def _transform(layer: Layer, piece: Piece) -> Transform:
    if not layer.projection:
        return _as_it_is
    import pyproj  # noqa: PLC0415 - only where there is a projection
    from pyproj.network import (  # type: ignore[attr-defined]  # noqa: PLC0415 - only where there is a projection
        set_network_enabled,
    )

    set_network_enabled(active=False)
    try:
        found = pyproj.Transformer.from_crs(pyproj.CRS.from_wkt(layer.projection), "EPSG:4326", always_xy=True)
    except pyproj.exceptions.ProjError as error:
        advice = "Deliver the layer in WGS 84 (EPSG:4326)."
        raise Unreadable(
            f"the .prj is not understood ({str(error)[:100]})", where=piece.where, advice=advice
        ) from error
    return lambda x, y: found.transform(x, y)[:2]


def _as_it_is(x: Any, y: Any) -> tuple[Any, Any]:  # noqa: ANN401 - one or an array of each
    return x, y
