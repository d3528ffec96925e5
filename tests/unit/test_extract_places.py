import json
import sqlite3
import struct
from pathlib import Path

import pytest
import shapely
from tables import read_all, read_one

from tessera import errors, extract
from tessera.model.rows import TableFormat

SQUARE = [[[-75.0, 39.0], [-75.0, 40.0], [-74.0, 40.0], [-75.0, 39.0]]]
KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>all</name>
<Folder><name>Districts</name><Placemark><name>A</name><description>first</description><Style><LineStyle/></Style>
<ExtendedData><Data name="chief"><value>Ann</value></Data><SchemaData><SimpleData name="size">4</SimpleData></SchemaData></ExtendedData>
<TimeStamp><when>2026-01-02</when></TimeStamp>
<MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>-75,39,0 -75,40,0 -74,40,0 -75,39,0</coordinates></LinearRing>
</outerBoundaryIs></Polygon></MultiGeometry></Placemark>
<Placemark><name>B</name></Placemark></Folder>
<Folder><name>Posts</name><Folder><name>North</name><Placemark><name>P</name><Point><coordinates> -75.5,39.1 </coordinates></Point></Placemark>
<Placemark><name>Q</name><Point><coordinates>-75.5</coordinates></Point></Placemark>
<Placemark><name>R</name><LineString><coordinates>-75,39 -74,39</coordinates></LineString></Placemark></Folder></Folder>
</Document></kml>"""


def _features(folder: Path, features: list[object], **more: object) -> Path:
    path = folder / "given"
    path.write_text(json.dumps({"type": "FeatureCollection"} | more | {"features": features}))
    return path


def _feature(geometry: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_features_become_rows_with_a_place(tmp_path: Path) -> None:
    point = _feature({"type": "Point", "coordinates": [-75.5, 39.25, 7]}, id=1, at={"town": "Dover"}) | {"id": "f1"}
    path = _features(
        tmp_path, [point, _feature({"type": "Polygon", "coordinates": SQUARE}, id=2), _feature(None, id=3)]
    )
    found = read_one(path)
    assert found.part.format is TableFormat.GEOJSON
    assert found.part.columns == ("feature_id", "id", "at.town", "longitude", "latitude", "geometry")
    assert found.cells[0] == ("f1", "1", "Dover", "-75.5", "39.25", "POINT (-75.5 39.25)")
    inside = shapely.Point(float(found.rows[2]["longitude"] or 0), float(found.rows[2]["latitude"] or 0))
    assert shapely.Polygon(SQUARE[0]).contains(inside)
    assert found.cells[2] == (None, "3", None, None, None, None)
    assert found.part.locator(2) == "#/features/1"
    assert extract.read_rows(path, found.part, 3, 3, filename="x") == [(3, found.cells[2])]


def test_properties_named_like_the_place_keep_their_values(tmp_path: Path) -> None:
    path = _features(tmp_path, [_feature({"type": "Point", "coordinates": [1, 2]}, latitude="n/a", latitude_2="x")])
    assert read_one(path).rows[1] == {
        "latitude_2": "n/a",
        "latitude_2_2": "x",
        "longitude": "1",
        "latitude": "2",
        "geometry": "POINT (1 2)",
    }


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": ["x", 1]},
        {"type": "Sphere"},
        {"type": "LineString", "coordinates": [[1, 2]]},
        7,
    ],
)
def test_a_geometry_that_cannot_be_read_rejects_its_row(tmp_path: Path, geometry: object) -> None:
    good = _feature({"type": "Point", "coordinates": [1, 2]}, id=1)
    found = read_one(_features(tmp_path, [good, _feature(geometry, id=2), good]))
    assert sorted(found.rows) == [1, 3]
    assert "geometry cannot be read" in found.rejected[2].reason


def test_coordinates_in_another_system_are_refused(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::26918"}}
    features: list[object] = [_feature({"type": "Point", "coordinates": [1, 2]}, id=1)]
    with pytest.raises(errors.Unreadable, match="26918"):
        read_one(_features(tmp_path, features, crs=crs))
    crs["properties"] = {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}
    assert len(read_one(_features(tmp_path, features, crs=crs)).rows) == 1


def test_each_folder_of_placemarks_is_a_part(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_text(KML)
    districts, posts = read_all(path, "x.kml")
    assert districts.part.format is TableFormat.KML
    assert (districts.part.path, posts.part.path) == ("Districts", "Posts/North")
    row = districts.rows[1]
    assert (row["name"], row["description"], row["chief"], row["size"], row["when"]) == (
        "A",
        "first",
        "Ann",
        "4",
        "2026-01-02",
    )
    assert str(row["geometry"]).startswith("MULTIPOLYGON (((-75 39")
    assert districts.rows[2] == dict.fromkeys(row) | {"name": "B"}
    assert posts.rows[1] == {"name": "P", "longitude": "-75.5", "latitude": "39.1", "geometry": "POINT (-75.5 39.1)"}
    assert sorted(posts.rejected) == [2]
    assert posts.rows[3]["geometry"] == "LINESTRING (-75 39, -74 39)"
    assert posts.part.locator(3) == "Posts/North#/kml/Document/Folder[2]/Folder[1]/Placemark[3]"
    assert extract.read_rows(path, posts.part, 1, 1, filename="x")[0][1][0] == "P"


def test_entities_in_kml_are_hostile(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_text('<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + KML.replace("first", "&x;"))
    with pytest.raises(errors.Hostile):
        read_all(path)


def test_kml_without_placemarks_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_text("<kml><Document/></kml>")
    with pytest.raises(errors.Unreadable, match="no placemarks"):
        read_all(path)


def _package(folder: Path, srs: int = 4326, layer: str = "posts") -> Path:
    path = folder / "given#1?.gpkg"
    base = sqlite3.connect(path)
    base.executescript(
        f"""
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326), ('UTM 18N', 26918, 'EPSG', 26918);
        CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
        INSERT INTO gpkg_contents VALUES ('{layer}', 'features'), ('notes', 'attributes'), ('tiles', 'tiles');
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
        INSERT INTO gpkg_geometry_columns VALUES ('posts', 'geom', {srs});
        CREATE TABLE posts (fid INTEGER PRIMARY KEY, geom BLOB, "a ""name"" x" TEXT, height REAL);
        CREATE VIEW sly AS SELECT * FROM posts;
        CREATE TABLE notes (id INTEGER, note TEXT);
        INSERT INTO notes VALUES (1, 'x');
        """
    )
    header = struct.pack("<2sBBi", b"GP", 0, 1, 4326)
    boxed = struct.pack("<2sBBi4d", b"GP", 0, 3, 4326, -75, -75, 39, 39)
    wkb = shapely.to_wkb(shapely.Point(-75, 39.5))
    blobs = [header + wkb, boxed + wkb, None, struct.pack("<2sBBi", b"GP", 0, 0x11, 4326), b"nonsense", header + b"\1"]
    base.executemany(
        'INSERT INTO posts (geom, "a ""name"" x", height) VALUES (?, \'x\', 2.0)', [(blob,) for blob in blobs]
    )
    base.commit()
    base.close()
    return path


def test_each_layer_of_a_geopackage_is_a_part(tmp_path: Path) -> None:
    path = _package(tmp_path)
    posts, notes = read_all(path)
    assert posts.part.columns == ("fid", 'a "name" x', "height", "longitude", "latitude", "geometry")
    assert posts.cells[:2] == [(str(n), "x", "2", "-75", "39.5", "POINT (-75 39.5)") for n in (1, 2)]
    assert posts.cells[2:] == [(str(n), "x", "2", None, None, None) for n in (3, 4)]
    assert sorted(posts.rejected) == [5, 6]
    assert notes.cells == [("1", "x")]
    assert extract.read_rows(path, posts.part, 2, 2, filename="x") == [(2, posts.cells[1])]
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_layer_in_another_system_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.Unreadable, match="EPSG:26918"):
        read_all(_package(tmp_path, srs=26918))


def test_a_layer_that_is_a_view_is_hostile(tmp_path: Path) -> None:
    with pytest.raises(errors.Hostile, match="no plain table"):
        read_all(_package(tmp_path, layer="sly"))


def test_another_database_is_no_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "given"
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE x (y)")
    base.close()
    with pytest.raises(errors.Unreadable, match="no GeoPackage"):
        read_all(path)


def test_a_truncated_geopackage_is_unreadable(tmp_path: Path) -> None:
    path = _package(tmp_path)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(errors.Unreadable):
        read_all(path)
