"""Map files without a mapping: places with their point and their words; what stands nowhere is told."""

import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import shapefile

from tessera.errors import TesseraError
from tessera.extract import map_files
from tessera.extract.limits import Limits
from tessera.extract.piece import Budget, Piece
from tessera.extract.tools import Tools
from tessera.model.found import Draft, Facts, Finding, Off, Passage, Refused

OFF = Off(why="It is off.", advice="Leave it.")
TOOLS = Tools(pictures=OFF, speech=OFF, names=OFF)
GPX = """<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">
<wpt lat="39.15" lon="-75.52"><name>Boat ramp</name><desc>Seen by Ann Lee</desc></wpt>
<wpt lat="139.15" lon="-75.52"><name>Nowhere</name></wpt>
<trk><name>Patrol</name><trkseg><trkpt lat="39.1" lon="-75.5"><time>2026-03-01T10:00:00Z</time></trkpt>
<trkpt lat="39.2" lon="-75.6"><time>2026-03-01T11:00:00Z</time></trkpt></trkseg></trk></gpx>"""
KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Depot</name><description>Gate 4</description>
<Point><coordinates>-75.5,39.1</coordinates></Point></Placemark></Document></kml>"""
GEOJSON = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Pier","zip":"19901"},"geometry":{"type":"Polygon","coordinates":[[[-75.5,39],[-75.4,39],[-75.4,39.1],[-75.5,39.1],[-75.5,39]]]}}]}'


def found_in(path: Path) -> list[Finding]:
    piece = Piece(path=path, filename=path.name, budget=Budget(left=1 << 30), limits=Limits())
    return list(map_files.read(piece, TOOLS))


def test_waypoints_and_tracks_of_a_gpx_become_locations(tmp_path: Path) -> None:
    file = tmp_path / "a.gpx"
    file.write_text(GPX)
    found = found_in(file)
    drafts = [one for one in found if isinstance(one, Draft)]
    assert [(d.terms.get("name"), d.place) for d in drafts] == [
        ("Boat ramp", (39.15, -75.52)),
        ("Patrol", (39.1, -75.5)),
    ]
    assert "2 points" in drafts[1].terms["description"]
    assert [one.locator.row for one in found if isinstance(one, Refused)] == [2]
    assert any("Ann Lee" in one.text for one in found if isinstance(one, Passage))


@pytest.mark.parametrize(
    ("name", "text", "place"), [("a.kml", KML, (39.1, -75.5)), ("a.geojson", GEOJSON, (39.05, -75.45))]
)
def test_features_of_other_map_files_become_locations(
    name: str, text: str, place: tuple[float, float], tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_text(text)
    [draft] = [one for one in found_in(file) if isinstance(one, Draft)]
    assert draft.place == pytest.approx(place, abs=0.06)
    assert draft.terms["name"] in {"Depot", "Pier"}


def test_a_shapefile_in_an_archive_is_read_with_its_attributes(tmp_path: Path) -> None:
    with shapefile.Writer(str(tmp_path / "s")) as out:
        out.field("NAME", "C")
        out.point(-75.5, 39.1)
        out.record("Tower")
    packed = tmp_path / "s.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for ending in ("shp", "dbf", "shx"):
            archive.write(tmp_path / f"s.{ending}", f"s.{ending}")
    found = found_in(packed)
    [draft] = [one for one in found if isinstance(one, Draft)]
    assert (draft.terms["name"], draft.place) == ("Tower", (39.1, -75.5))
    assert any("no .prj" in one.terms.get("note", "") for one in found if isinstance(one, Facts))


def test_damaged_maps_are_told_and_never_crash(tmp_path: Path) -> None:
    for name, text in (("a.gpx", GPX), ("a.kml", KML), ("a.geojson", GEOJSON)):
        for end in range(60, len(text), 37):
            file = tmp_path / name
            file.write_text(text[:end])
            with suppress(TesseraError):
                assert found_in(file)
