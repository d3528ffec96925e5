"""Map files with areas become records with outlines, on both databases; who may not see places sees no outline anywhere."""

import io
import json
import zipfile
from pathlib import Path

import pyproj
import pytest
import regions
import shapefile

from tessera.errors import Invalid
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Purpose, Role
from tessera.model.delivery import Delivery
from tessera.model.marking import Marking, Regime, Sensitivity
from tessera.model.record import MapView, RecordView, SearchQuery
from tessera.model.source import FILES
from tessera.share import export
from tessera.store import corrections, maps, parties, records

KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>Sector Heron</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
-75.62,39.08 -75.45,39.08 -75.40,39.16 -75.62,39.08</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>Post Heron</name><Point><coordinates>-75.5,39.1</coordinates></Point></Placemark>
</Document></kml>"""
AREA = {"type": "Polygon", "coordinates": [[[-75.62, 39.08], [-75.45, 39.08], [-75.4, 39.16], [-75.62, 39.08]]]}
LOOKOUT = Access(actor=regions.actor("lou", "fusion-unit", Role.ANALYST), purpose=Purpose.SITUATIONAL_AWARENESS)
"""Sees records about persons, and none of their places."""
PERSONAL = Marking(sensitivity=Sensitivity.SENSITIVE, regimes=frozenset({Regime.PII}))
LOCATIONS = SearchQuery(kinds=("location",), limit=100)


@pytest.fixture
def center(center: Center) -> Center:
    """The small center with two sources that give files of any kind."""
    with center.store.writing(OPERATOR) as tx:
        for name, marking in (("files-feed", regions.PUBLIC), ("personal-files", PERSONAL)):
            parties.register(tx, regions.source(name, of="sheriff", marking=marking, mapping=FILES))
    return center


def read(center: Center, content: bytes, *, name: str = "heron.kml", source: str = "files-feed") -> Delivery:
    return regions.deliver(center, content, source=source, filename=name, mapping="")


def found(center: Center, access: Access = regions.ANALYST, text: str = "") -> dict[str, RecordView]:
    with center.store.reading(access) as tx:
        hits = records.search(tx, SearchQuery(kinds=("location",), text=text, limit=100)).hits
    return {next(t.value for t in hit.terms if t.term == "name"): hit for hit in hits if not hit.terms[0].masked}


def view_of(center: Center, access: Access) -> MapView:
    with center.store.reading(access) as tx:
        return maps.view(tx, LOCATIONS, zoom=9)


def test_an_area_is_a_record_with_its_outline_on_the_map_and_in_exports(
    center: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(center, KML.encode())
    made = found(center)
    sector, post = made["Sector Heron"], made["Post Heron"]
    assert sector.outline is not None
    assert json.loads(sector.outline.value) == AREA
    assert post.outline is None
    assert "outline" not in {term.term for term in sector.terms}
    drawn = {point.headline: point.outline for point in view_of(center, regions.ANALYST).points}
    assert {name: bool(outline) for name, outline in drawn.items()} == {sector.headline: True, post.headline: False}
    for word in ("75", "polygon", "coordinates"):
        assert not found(center, text=word)
    written = json.loads(b"".join(export(center.store, regions.ANALYST, LOCATIONS, "geojson", center.dictionary)))
    geometries = {one["properties"]["terms"]["name"]: one["geometry"] for one in written["features"]}
    assert geometries == {"Sector Heron": AREA, "Post Heron": {"type": "Point", "coordinates": [-75.5, 39.1]}}
    assert all("outline" not in one["properties"]["terms"] for one in written["features"])
    monkeypatch.setattr(maps, "MOST_CORNERS", 2)
    assert not any(point.outline for point in view_of(center, regions.ANALYST).points)
    plain = b"".join(export(center.store, regions.ANALYST, LOCATIONS, "ndjson", center.dictionary)).splitlines()
    assert [json.loads(one["terms"]["outline"]) for one in map(json.loads, plain) if "outline" in one["terms"]] == [
        AREA
    ]


def test_a_newer_file_that_says_the_same_changes_nothing(center: Center) -> None:
    read(center, KML.encode())
    before = {name: view.uid for name, view in found(center).items()}
    again = read(center, KML.replace("<Document>", "<Document><name>Again</name>").encode())
    assert not again.duplicate
    assert {name: view.uid for name, view in found(center).items()} == before
    read(center, KML.replace("39.16", "39.17").encode())
    after = {name: view.uid for name, view in found(center).items()}
    assert after["Post Heron"] == before["Post Heron"]
    assert after["Sector Heron"] != before["Sector Heron"]


def test_a_shapefile_with_areas_is_brought_to_degrees(center: Center, tmp_path: Path) -> None:
    to_utm = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:26918", always_xy=True)
    with shapefile.Writer(str(tmp_path / "areas"), shapeType=shapefile.POLYGON) as out:
        out.field("NAME", "C")
        out.poly([[to_utm.transform(*at) for at in ((-75.6, 39.1), (-75.5, 39.2), (-75.4, 39.1))]])
        out.record("Marsh Heron")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for end in (".shp", ".shx", ".dbf"):
            archive.write(tmp_path / f"areas{end}", f"areas{end}")
        archive.writestr("areas.prj", pyproj.CRS("EPSG:26918").to_wkt("WKT1_ESRI"))
    read(center, packed.getvalue(), name="areas.zip")
    marsh = found(center)["Marsh Heron"]
    assert marsh.outline is not None
    ring = json.loads(marsh.outline.value)["coordinates"][0]
    assert sorted(ring[:3]) == [pytest.approx(at, abs=1e-6) for at in ([-75.6, 39.1], [-75.5, 39.2], [-75.4, 39.1])]


def test_who_may_not_see_places_sees_no_outline_anywhere(center: Center) -> None:
    read(center, KML.encode(), source="personal-files")
    assert json.loads(getattr(found(center)["Sector Heron"].outline, "value", "")) == AREA
    with center.store.reading(LOOKOUT) as tx:
        hits = records.search(tx, LOCATIONS).hits
    assert len(hits) == 2
    masked = [hit.outline for hit in hits if hit.outline is not None]
    assert [(one.value, one.masked) for one in masked] == [("", True)]
    assert masked[0].masked_by
    assert all(hit.latitude is None for hit in hits)
    view = view_of(center, LOOKOUT)
    assert (view.total, view.points, view.cells) == (0, (), ())
    for one in hits:
        with center.store.reading(LOOKOUT) as tx:
            assert "39.08" not in repr(records.get(tx, one.uid))


def test_a_correction_of_an_outline_is_read_as_an_outline(center: Center) -> None:
    read(center, KML.encode())
    uid = found(center)["Sector Heron"].uid
    owner = Access(
        actor=regions.actor("sue", "sheriff", Role.PARTNER, groups=("law-enforcement", "cji-cleared")),
        purpose=Purpose.CRIMINAL_INVESTIGATION,
    )
    smaller = json.dumps({"type": "LineString", "coordinates": [[-75.5, 39.1], [-75.4, 39.1]]})
    with pytest.raises(Invalid, match="no outline"), center.store.writing(owner) as tx:
        corrections.correct(tx, uid, {"outline": "POINT (1 2)"}, "Wrong.")
    with center.store.writing(owner) as tx:
        fresh = corrections.correct(tx, uid, {"outline": smaller}, "It was a line.")
    with center.store.reading(regions.ANALYST) as tx:
        outline = records.get(tx, fresh).outline
    assert outline is not None
    assert outline.value == smaller
