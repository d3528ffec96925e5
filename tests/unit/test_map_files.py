"""Maps become locations: each feature with its place, its attributes beside it, and what cannot be read refused."""

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyproj
import pytest
import shapefile
import shapely

from tessera.errors import Unreadable
from tessera.extract.limits import Limits
from tessera.extract.map_files import read
from tessera.extract.piece import Budget, Piece
from tessera.extract.tools import Tools
from tessera.model.found import Draft, Enclosed, Facts, Finding, Off, Passage, PassageSort, Refused, Unmapped

OFF = Off(why="", advice="")
TOOLS = Tools(pictures=OFF, speech=OFF, names=OFF)
KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>Camp</name><description><![CDATA[<b>Two</b> tents<br>by the creek]]></description>
<ExtendedData><Data name="City"><value>Dover</value></Data><Data name="ZIP"><value>19901-1234</value></Data></ExtendedData>
<Point><coordinates>-75.52,39.15,0</coordinates></Point></Placemark>
<Placemark><name>Search area</name><Polygon><outerBoundaryIs><LinearRing>
<coordinates>-75,39 -75,40 -74,40 -74,39 -75,39</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>Swapped</name><Point><coordinates>39.15,-175.52</coordinates></Point></Placemark>
<Placemark><name>No place</name></Placemark>
</Document></kml>"""
GPX = """<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><name>Search of 3 May</name><author><name>Unit 12</name></author><time>2026-05-03T08:00:00Z</time></metadata>
<wpt lat="39.15" lon="-75.52"><name>Cache</name><desc>Found a bag</desc></wpt>
<wpt lat="north" lon="-75.52"><name>Lost</name></wpt>
<rte><name>Way in</name><rtept lat="39.1" lon="-75.5"/><rtept lat="39.2" lon="-75.5"/></rte>
<trk><name>Patrol</name><trkseg><trkpt lat="39.0" lon="-75.0"><time>2026-05-03T08:01:00Z</time></trkpt>
<trkpt lat="39.01" lon="-75.0"><time>2026-05-03T08:05:00Z</time></trkpt></trkseg>
<trkseg><trkpt lat="39.5" lon="-75.0"/><trkpt lat="39.51" lon="-75.0"><time>2026-05-03T09:00:00Z</time></trkpt></trkseg></trk>
</gpx>"""


def piece_of(path: Path) -> Piece:
    limits = Limits()
    return Piece(path=path, filename=path.name, budget=Budget(left=limits.max_unpacked_bytes), limits=limits)


def found(path: Path) -> list[Finding]:
    findings = list(read(piece_of(path), TOOLS))
    assert isinstance(findings[0], Facts)
    return findings


def drafts(findings: list[Finding]) -> list[Draft]:
    return [one for one in findings if isinstance(one, Draft)]


def texts(findings: list[Finding]) -> list[str]:
    return [one.text for one in findings if isinstance(one, Passage)]


def refused(findings: list[Finding]) -> list[Refused]:
    return [one for one in findings if isinstance(one, Refused)]


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content)
    return path


def test_placemarks_are_locations_with_their_attributes_beside_them(tmp_path: Path) -> None:
    findings = found(written(tmp_path, "map.kml", KML))
    camp, area = drafts(findings)
    assert json.loads(area.terms["outline"]) == {
        "type": "Polygon", "coordinates": [[[-75, 39], [-74, 39], [-74, 40], [-75, 40], [-75, 39]]],
    }  # fmt: skip
    assert camp.kind == "location"
    assert camp.key == "map.kml/1"
    assert camp.place == (39.15, -75.52)
    assert camp.terms == {
        "name": "Camp", "description": "Two tents by the creek", "city": "Dover", "postal_code": "19901",
    }  # fmt: skip
    assert area.place is not None
    assert 39 < area.place[0] < 40
    assert -75 < area.place[1] < -74
    assert texts(findings)[0] == "name: Camp\ndescription: Two tents by the creek\nCity: Dover\nZIP: 19901-1234"
    assert [one.sort for one in findings if isinstance(one, Passage)] == [PassageSort.ROW] * 4
    assert [one.locator.row for one in refused(findings)] == [3]
    assert "swapped" in refused(findings)[0].reason
    assert not [one for one in findings if isinstance(one, Unmapped)]


def test_a_kmz_is_the_map_in_it_and_its_pictures_are_files_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "map.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", KML)
        archive.writestr("files/camp.jpg", b"\xff\xd8\xff picture")
    findings = found(path)
    assert [one.terms["name"] for one in drafts(findings)] == ["Camp", "Search area"]
    assert [one.name for one in findings if isinstance(one, Enclosed)] == ["files/camp.jpg"]


def test_waypoints_are_locations_and_tracks_are_summed_up(tmp_path: Path) -> None:
    findings = found(written(tmp_path, "search.gpx", GPX))
    facts = {name: value for one in findings if isinstance(one, Facts) for name, value in one.terms.items()}
    assert facts == {"title": "Search of 3 May", "author": "Unit 12", "made_at": "2026-05-03T08:00:00Z"}
    cache, route, track = drafts(findings)
    assert cache.terms == {"name": "Cache", "description": "Found a bag"}
    assert route.place == (39.1, -75.5)
    assert route.terms["description"] == "Route of 2 points, 11.1 km, from 39.10000,-75.50000 to 39.20000,-75.50000."
    assert track.place == (39.0, -75.0)
    assert json.loads(route.terms["outline"]) == {"type": "LineString", "coordinates": [[-75.5, 39.1], [-75.5, 39.2]]}
    assert json.loads(track.terms["outline"]) == {
        "type": "MultiLineString", "coordinates": [[[-75, 39], [-75, 39.01]], [[-75, 39.5], [-75, 39.51]]],
    }  # fmt: skip
    assert "outline" not in cache.terms
    assert track.terms["description"] == (
        "Track of 4 points, 2.2 km, from 39.00000,-75.00000 to 39.51000,-75.00000,"
        " 2026-05-03T08:01:00Z to 2026-05-03T09:00:00Z."
    )
    assert [one.value for one in refused(findings)] == ["Lost"]


def test_a_gpx_that_is_cut_off_keeps_what_stood_before(tmp_path: Path) -> None:
    findings = found(written(tmp_path, "cut.gpx", GPX[: GPX.index("<rte>")] + "<rte><na"))
    assert [one.terms["name"] for one in drafts(findings)] == ["Cache"]
    assert "cut off" in refused(findings)[-1].reason


def test_features_of_geojson_are_locations(tmp_path: Path) -> None:
    features = [
        {"type": "Feature", "properties": {"Title": "Pump", "St": "Delaware"}, "geometry": {"type": "Point", "coordinates": [-75.5, 39.1]}},
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[-75, 39], [-74, 39]]}},
    ]  # fmt: skip
    findings = found(written(tmp_path, "x.geojson", json.dumps({"type": "FeatureCollection", "features": features})))
    assert [one.terms for one in drafts(findings)] == [
        {"name": "Pump", "state": "DE"},
        {
            "description": "Linestring 2 of x.geojson",
            "outline": '{"type":"LineString","coordinates":[[-75,39],[-74,39]]}',
        },
    ]


def test_layers_of_a_geopackage_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "map.gpkg"
    header = b"GP\0\x01" + struct.pack("<i", 4326)
    with sqlite3.connect(path) as base:
        base.executescript(
            "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);"
            "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);"
            "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, srs_name TEXT);"
            "INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, 'WGS 84');"
        )
        for layer in ("posts", "camps"):
            base.execute(f"CREATE TABLE {layer} (name TEXT, geom BLOB)")
            base.execute("INSERT INTO gpkg_contents VALUES (?, 'features')", (layer,))
            base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 4326)", (layer,))
            point = header + struct.pack("<BIdd", 1, 1, -75.5, 39.1)
            base.execute(f"INSERT INTO {layer} VALUES (?, ?)", (f"one of {layer}", point))
    findings = found(path)
    assert [one.key for one in drafts(findings)] == ["map.gpkg/posts/1", "map.gpkg/camps/1"]
    assert [one.locator.page for one in drafts(findings)] == [1, 2]


Write = Callable[[Path, str], Path]


@pytest.fixture
def shapes() -> Write:
    """Write a zip with a shapefile of two points and, between them, a row without a shape, in UTM 18 N."""

    def write(folder: Path, prj: str) -> Path:
        with shapefile.Writer(str(folder / "posts"), shapeType=shapefile.POINT) as out:
            out.field("NAME", "C")
            to_utm = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:26918", always_xy=True)
            for longitude, latitude, name in (
                (-75.52, 39.15, "Post A"),
                (None, None, "Unknown"),
                (-75.6, 39.7, "Post B"),
            ):
                if longitude is None:
                    out.null()
                else:
                    out.point(*(to_utm.transform(longitude, latitude) if prj != "degrees" else (longitude, latitude)))
                out.record(name)
        packed = folder / "posts.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            for end in (".shp", ".shx", ".dbf"):
                archive.write(folder / f"posts{end}", f"layer/posts{end}")
            if prj == "utm":
                archive.writestr("layer/posts.prj", pyproj.CRS("EPSG:26918").to_wkt("WKT1_ESRI"))
            if prj == "nonsense":
                archive.writestr("layer/posts.prj", "nonsense")
        return packed

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_names_of_a_shapefile_that_does_not_say_its_encoding_are_read(tmp_path: Path, encoding: str) -> None:
    with shapefile.Writer(str(tmp_path / "cafes"), shapeType=shapefile.POINT, encoding=encoding) as out:
        out.field("NAME", "C")
        out.point(-75.5, 39.1)
        out.record("Café Núñez")
    packed = tmp_path / "cafes.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for end in (".shp", ".shx", ".dbf"):
            archive.write(tmp_path / f"cafes{end}", f"cafes{end}")
    (place,) = drafts(found(packed))
    assert "Café Núñez" in place.terms.values()


def test_a_shapefile_is_brought_to_degrees(tmp_path: Path, shapes: Write) -> None:
    findings = found(shapes(tmp_path, "utm"))
    first, second = drafts(findings)
    assert first.place == pytest.approx((39.15, -75.52), abs=1e-6)
    assert second.place == pytest.approx((39.7, -75.6), abs=1e-6)
    assert [one.key for one in drafts(findings)] == ["posts.zip/posts/1", "posts.zip/posts/3"]
    assert texts(findings) == ["NAME: Post A", "NAME: Unknown", "NAME: Post B"]
    assert findings[0] == Facts(terms={})


def test_a_shapefile_without_a_projection_says_so_and_its_metres_make_no_place(tmp_path: Path, shapes: Write) -> None:
    metres = found(shapes(tmp_path, "none"))
    assert not drafts(metres)
    assert len(texts(metres)) == 3
    assert isinstance(metres[0], Facts)
    assert "has no .prj" in metres[0].terms["note"]
    degrees = found(shapes(tmp_path, "degrees"))
    assert drafts(degrees)[0].place == (39.15, -75.52)


def test_a_shapefile_alone_gives_its_places(tmp_path: Path, shapes: Write) -> None:
    shapes(tmp_path, "degrees")
    assert [one.place for one in drafts(found(tmp_path / "posts.shp"))] == [(39.15, -75.52), (39.7, -75.6)]


@pytest.mark.parametrize("fault", ["nonsense", "torn"])
def test_a_shapefile_that_cannot_be_read_says_why(tmp_path: Path, shapes: Write, fault: str) -> None:
    path = shapes(tmp_path, fault)
    if fault == "torn":
        path = tmp_path / "posts.shp"
        path.write_bytes(path.read_bytes()[:30])
    with pytest.raises(Unreadable):
        found(path)


def test_a_map_without_features_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        found(written(tmp_path, "empty.gpx", '<gpx xmlns="http://www.topografix.com/GPX/1/1"></gpx>'))


AREAS = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>Flat</name><Polygon><outerBoundaryIs><LinearRing>
<coordinates>-75,39 -74,39 -73,39 -75,39</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>Two corners</name><Polygon><outerBoundaryIs><LinearRing>
<coordinates>-75,39 -74,39</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>Open ring</name><Polygon><outerBoundaryIs><LinearRing>
<coordinates>-75,39,12 -74,39,12 -74,40,12</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>With its label</name><MultiGeometry><Point><coordinates>-75.5,39.5</coordinates></Point>
<LineString><coordinates>-75,39 -74,40</coordinates></LineString></MultiGeometry></Placemark>
<Placemark><name>Beyond the pole</name><LineString><coordinates>0,80 90,95</coordinates></LineString></Placemark>
<Placemark><name>Bow tie</name><Polygon><outerBoundaryIs><LinearRing>
<coordinates>0,0 2,2 2,0 0,2 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</Document></kml>"""


def test_what_is_wrong_with_a_shape_is_told_and_the_place_is_kept(tmp_path: Path) -> None:
    findings = found(written(tmp_path, "areas.kml", AREAS))
    made = {one.terms["name"]: one.terms for one in drafts(findings)}
    assert set(made) == {"Flat", "Open ring", "With its label", "Beyond the pole", "Bow tie"}
    assert [one.locator.row for one in refused(findings)] == [2]
    assert "geometry cannot be read" in refused(findings)[0].reason
    assert "outline" not in made["Flat"]
    assert json.loads(made["Open ring"]["outline"])["coordinates"] == [[[-75, 39], [-74, 39], [-74, 40], [-75, 39]]]
    assert json.loads(made["With its label"]["outline"])["type"] == "GeometryCollection"
    assert "crossed" in made["Bow tie"]["outline_note"]
    assert {one.what: one.count for one in findings if isinstance(one, Unmapped)} == {
        "outlines of lines and areas: an area without an inside": 1,
        "outlines of lines and areas: points that are nowhere on Earth": 1,
    }


def test_the_same_file_gives_the_same_records(tmp_path: Path) -> None:
    path = written(tmp_path, "areas.kml", AREAS)
    assert drafts(found(path)) == drafts(found(path))


def test_a_track_of_too_many_points_is_summed_up_without_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tessera.extract.gpx._MOST_DRAWN", 3)
    findings = found(written(tmp_path, "long.gpx", GPX))
    track = drafts(findings)[-1]
    assert track.terms["description"].startswith("Track of 4 points")
    assert "outline" not in track.terms
    assert [one.what for one in findings if isinstance(one, Unmapped)] == [
        "outlines of lines and areas: a line of more than 3 points"
    ]


@pytest.mark.parametrize("sort", [shapefile.POLYGON, shapefile.POLYGONZ, shapefile.POLYGONM])
def test_areas_of_a_shapefile_are_brought_to_degrees(tmp_path: Path, sort: int) -> None:
    to_utm = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:26918", always_xy=True)
    corners = [(-75.6, 39.1), (-75.5, 39.2), (-75.4, 39.1)]
    with shapefile.Writer(str(tmp_path / "areas"), shapeType=sort) as out:
        out.field("NAME", "C")
        ring = [[*to_utm.transform(*at), *([7.0, 7.0] if sort != shapefile.POLYGON else [])] for at in corners]
        {shapefile.POLYGON: out.poly, shapefile.POLYGONZ: out.polyz, shapefile.POLYGONM: out.polym}[sort]([ring])
        out.record("Sector")
    packed = tmp_path / "areas.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for end in (".shp", ".shx", ".dbf"):
            archive.write(tmp_path / f"areas{end}", f"areas{end}")
        archive.writestr("areas.prj", pyproj.CRS("EPSG:26918").to_wkt("WKT1_ESRI"))
    (sector,) = drafts(found(packed))
    ring = json.loads(sector.terms["outline"])["coordinates"][0]
    assert sorted(map(tuple, ring[:3])) == [pytest.approx(at, abs=1e-6) for at in sorted(corners)]


def test_an_area_of_a_geopackage_keeps_its_outline(tmp_path: Path) -> None:
    path = tmp_path / "map.gpkg"
    header = b"GP\0\x01" + struct.pack("<i", 4326)
    with sqlite3.connect(path) as base:
        base.executescript(
            "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);"
            "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);"
            "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER, srs_name TEXT);"
            "INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, 'WGS 84');"
            "CREATE TABLE camps (name TEXT, geom BLOB); INSERT INTO gpkg_contents VALUES ('camps', 'features');"
            "INSERT INTO gpkg_geometry_columns VALUES ('camps', 'geom', 4326);"
        )
        area = header + shapely.to_wkb(shapely.from_wkt("POLYGON Z ((0 0 1, 1 0 1, 1 1 1, 0 0 1))"), output_dimension=3)
        curved = header + struct.pack("<BII6d", 1, 8, 3, 0, 0, 1, 1, 2, 0)
        base.executemany("INSERT INTO camps VALUES (?, ?)", [("Area", area), ("Curve", curved)])
    findings = found(path)
    (camp,) = drafts(findings)
    assert json.loads(camp.terms["outline"])["coordinates"] == [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    assert len(refused(findings)) == 1
