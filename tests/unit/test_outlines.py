"""Outlines: what a record keeps of a line or an area, what was done to it, and what is not kept."""

import json
import math
from datetime import date

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from reading_messages import words

from tessera.dictionary.values import LONGEST as LONGEST_VALUE
from tessera.dictionary.values import read_value, words_of
from tessera.errors import Invalid
from tessera.extract.geometry import place_of
from tessera.extract.outlines import NotKept, outline_terms
from tessera.integrate import parse_mapping
from tessera.model.outline import LONGEST, box_of, corners, read_outline, said_of, thinned

TODAY = date(2026, 11, 1)
METRES = 111_195.0


def kept(text: str) -> dict[str, str]:
    terms = outline_terms(shapely.from_wkt(text))
    if terms:
        read_outline(terms["outline"])
    return terms


def outline(text: str) -> shapely.Geometry:
    return shapely.from_geojson(kept(text)["outline"])


def ragged(count: int) -> shapely.Polygon:
    """A wide ring about a point on the equator, rough at the edge."""
    turns = [2 * math.pi * n / count for n in range(count)]
    wide = [0.5 + 0.02 * math.sin(turn * 40) + 0.0005 * (n % 7) for n, turn in enumerate(turns)]
    return shapely.Polygon([(r * math.cos(turn), r * math.sin(turn)) for r, turn in zip(wide, turns, strict=True)])


@pytest.mark.parametrize(
    ("wkt", "sort"),
    [
        ("LINESTRING (-75 39, -74 39.5)", "LineString"),
        ("POLYGON ((-75 39, -74 39, -74 40, -75 39), (-74.5 39.2, -74.3 39.4, -74.2 39.3, -74.5 39.2))", "Polygon"),
        ("MULTIPOINT ((1 2), (3 4))", "MultiPoint"),
        ("MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))", "MultiLineString"),
        ("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((2 2, 3 2, 3 3, 2 2)))", "MultiPolygon"),
        ("GEOMETRYCOLLECTION (POINT (5 5), POLYGON ((0 0, 1 0, 1 1, 0 0)))", "GeometryCollection"),
        ("GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)))", "Polygon"),
    ],
)
def test_a_sound_shape_is_kept_as_it_was_delivered(wkt: str, sort: str) -> None:
    terms = kept(wkt)
    assert list(terms) == ["outline"]
    assert json.loads(terms["outline"])["type"] == sort
    assert shapely.equals(shapely.from_geojson(terms["outline"]), shapely.from_wkt(wkt))


@pytest.mark.parametrize("wkt", ["POINT (1 2)", "POLYGON EMPTY", "LINESTRING (1 1, 1 1)", "MULTIPOINT ((1 2))"])
def test_a_point_has_no_outline(wkt: str) -> None:
    assert kept(wkt) == {}


@pytest.mark.parametrize(
    "wkt", ["POLYGON Z ((0 0 9, 1 0 9, 1 1 9, 0 0 9))", "POLYGON M ((0 0 9, 1 0 9, 1 1 9, 0 0 9))"]
)
def test_heights_and_measures_stay_behind(wkt: str) -> None:
    assert json.loads(kept(wkt)["outline"])["coordinates"] == [[[0, 0], [1, 0], [1, 1], [0, 0]]]


def test_outer_rings_go_against_the_clock_as_the_standard_asks() -> None:
    assert outline("POLYGON ((0 0, 0 1, 1 1, 0 0))").exterior.is_ccw


def test_an_area_that_crosses_itself_is_parted_there_and_says_so() -> None:
    terms = kept("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")
    assert shapely.from_geojson(terms["outline"]).area == pytest.approx(2)
    assert "crossed" in terms["outline_note"]


def test_areas_that_touch_or_overlap_stay_as_they_are() -> None:
    terms = kept("MULTIPOLYGON (((0 0, 2 0, 2 2, 0 2, 0 0)), ((1 0, 3 0, 3 2, 1 2, 1 0)), ((3 0, 4 0, 4 2, 3 2, 3 0)))")
    assert [part.area for part in shapely.from_geojson(terms["outline"]).geoms] == [4, 4, 2]
    assert list(terms) == ["outline"]


@pytest.mark.parametrize(
    ("wkt", "why"),
    [
        ("POLYGON ((0 0, 1 1, 2 2, 0 0))", "without an inside"),
        ("POLYGON ((0 0, 1 0, 1 91, 0 0))", "nowhere on Earth"),
        ("POLYGON ((450000 4300000, 450100 4300000, 450100 4300100, 450000 4300000))", "nowhere on Earth"),
        ("LINESTRING (190 0, 191 0)", "nowhere on Earth"),
        ("POLYGON ((0 80, 90 80, 180 80, -90 80, 0 80))", "around a pole"),
        ("LINESTRING (0 0, 170 0, -20 0, 10 0)", "whole Earth"),
    ],
)
def test_what_cannot_be_kept_says_why(wkt: str, why: str) -> None:
    with pytest.raises(NotKept, match=why):
        kept(wkt)


def test_corners_that_are_no_numbers_are_nowhere_on_earth() -> None:
    with pytest.raises(NotKept, match="nowhere on Earth"):
        outline_terms(shapely.LineString([(0, 0), (1, math.inf)]))


def test_a_hole_off_the_earth_does_not_pass() -> None:
    with pytest.raises(NotKept, match="nowhere on Earth"):
        kept("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (4 4, 5 4, 5 95, 4 4))")


@pytest.mark.parametrize(
    "wkt", ["POLYGON ((179 0, -179 0, -179 1, 179 1, 179 0))", "POLYGON ((179 0, 181 0, 181 1, 179 1, 179 0))"]
)
def test_an_area_across_the_180th_meridian_is_cut_there_and_has_its_point_there(wkt: str) -> None:
    terms = kept(wkt)
    west, east = sorted(shapely.from_geojson(terms["outline"]).geoms, key=lambda part: part.bounds[0])
    assert west.bounds == (-180, 0, -179, 1)
    assert east.bounds == (179, 0, 180, 1)
    assert "180th meridian" in terms["outline_note"]
    assert abs(float(place_of(shapely.from_wkt(wkt)).longitude or 0)) > 179


def test_the_hole_of_an_area_across_the_180th_meridian_stays_a_hole() -> None:
    hole = "(-179.5 0.2, -179.2 0.2, -179.2 0.8, -179.5 0.8, -179.5 0.2)"
    found = outline(f"POLYGON ((179 0, -179 0, -179 1, 179 1, 179 0), {hole})")
    assert found.area == pytest.approx(2 - 0.3 * 0.6)


def test_a_line_across_the_180th_meridian_is_cut_where_it_crosses() -> None:
    found = json.loads(kept("LINESTRING (179 0, -179 1)")["outline"])
    assert found["coordinates"] == [[[179, 0], [180, 0.5]], [[-180, 0.5], [-179, 1]]]


def test_the_whole_world_is_no_crossing() -> None:
    terms = kept("POLYGON ((-180 -90, 180 -90, 180 90, -180 90, -180 -90))")
    assert list(terms) == ["outline"]
    assert shapely.from_geojson(terms["outline"]).area == 360 * 180


def test_an_area_of_very_many_corners_is_simplified_and_says_by_how_much() -> None:
    whole = ragged(100_000)
    terms = outline_terms(whole)
    assert len(terms["outline"]) <= LONGEST
    found = shapely.from_geojson(terms["outline"])
    assert found.is_valid
    off = float(terms["outline_precision"])
    assert 0 < off < 1000
    furthest = max(shapely.distance(shapely.points(whole.exterior.coords), found.exterior))
    assert furthest * METRES <= off
    assert terms["outline_note"].startswith("Simplified from 100,000 corners to ")
    assert outline_terms(ragged(100_000)) == terms


def test_a_line_that_fits_is_not_simplified() -> None:
    line = shapely.LineString([(n / 1000, n % 2 / 1000) for n in range(600)])
    assert list(outline_terms(line)) == ["outline"]


def test_islands_smaller_than_the_tolerance_are_left_out_and_counted() -> None:
    islands = [shapely.box(2 + n * 1e-4, 0, 2 + n * 1e-4 + 5e-6, 5e-6) for n in range(2_000)]
    terms = outline_terms(shapely.MultiPolygon([ragged(2_000), *islands]))
    assert "and 2,000 parts smaller than that are left out" in terms["outline_note"]


def test_what_would_have_to_be_simplified_beyond_recognition_is_not_kept() -> None:
    grid = [shapely.box(x / 100, y / 100, x / 100 + 0.004, y / 100 + 0.004) for x in range(60) for y in range(50)]
    with pytest.raises(NotKept, match="more parts and corners"):
        outline_terms(shapely.MultiPolygon(grid))
    with pytest.raises(NotKept, match="more parts and corners"):
        outline_terms(shapely.MultiPoint([(n / 100, n / 100) for n in range(3_000)]))


@pytest.mark.timeout(60)
def test_a_line_made_to_be_slow_is_read_in_time() -> None:
    with pytest.raises(NotKept):
        outline_terms(shapely.LineString([(n * 1e-4, n % 2 * 0.5) for n in range(20_000)]))


coordinate = st.tuples(st.floats(-179, 179), st.floats(-89, 89)).map(lambda at: (round(at[0], 5), round(at[1], 5)))


@given(st.lists(coordinate, min_size=4, max_size=12))
def test_whatever_ring_is_kept_can_be_read_again(ring: list[tuple[float, float]]) -> None:
    try:
        terms = outline_terms(shapely.Polygon(ring))
    except NotKept:
        return
    if terms:
        found = read_outline(terms["outline"])
        assert all(shapely.is_valid(shapely.get_parts(shapely.from_geojson(terms["outline"]))))
        assert corners(found) > 0
        said_of(found)


@given(st.lists(coordinate, min_size=2, max_size=30), st.floats(0.0001, 50))
def test_a_thinned_line_is_a_line_within_a_step(line: list[tuple[float, float]], step: float) -> None:
    geometry = {"type": "LineString", "coordinates": [list(at) for at in line]}
    drawn = thinned(geometry, step)
    if drawn is None:
        return
    assert corners(drawn) <= corners(geometry)
    west, south, east, north = box_of(geometry)
    found = box_of(drawn)
    assert max(abs(a - b) for a, b in zip(found, (west, south, east, north), strict=True)) <= step


def test_a_hole_smaller_than_a_pixel_is_not_drawn_and_an_area_smaller_than_one_neither() -> None:
    area = json.loads(kept("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (4 4, 4.1 4, 4.1 4.1, 4 4))")["outline"])
    assert thinned(area, 0.5) == {"type": "Polygon", "coordinates": [[[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]]]}
    assert thinned(area, 30) is None


@pytest.mark.parametrize(
    "text",
    [
        "POINT (1 2)",
        "7",
        "[" * 9_000,
        '{"type":"Sphere","coordinates":[1,2]}',
        '{"type":"Point","coordinates":[1]}',
        '{"type":"Point","coordinates":[181,2]}',
        '{"type":"LineString","coordinates":[[1,2]]}',
        '{"type":"LineString","coordinates":[[1,2],[1,NaN]]}',
        '{"type":"LineString","coordinates":[[1,2],["1",2]]}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}',
        '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}',
        '{"type":"GeometryCollection","geometries":[]}',
        '{"type":"GeometryCollection","geometries":[{"type":"GeometryCollection","geometries":[]}]}',
        '{"type":["Point"],"coordinates":[1,2]}',
        "x" * (LONGEST + 1),
    ],
)
def test_what_is_no_outline_is_refused_as_a_value(text: str) -> None:
    term = words().kinds["location"].terms["outline"]
    with pytest.raises(Invalid):
        read_value(words(), term, text, today=TODAY)


def test_an_outline_is_a_value_that_no_word_finds() -> None:
    kind = words().kinds["location"]
    text = kept("POLYGON ((0 0, 1 0, 1 1, 0 0))")["outline"]
    assert read_value(words(), kind.terms["outline"], text, today=TODAY) == text
    assert kind.outline == "outline"
    assert set(words_of(words(), kind, {"name": "Heron", "outline": text}).values()) == {"heron"}
    assert LONGEST == LONGEST_VALUE


def test_a_mapping_cannot_give_an_outline() -> None:
    text = "name: m\nversion: 1\ndescription: d\ncolumns: [geometry]\nrecords:\n  a:\n    kind: location\n    key: [geometry]\n    terms:\n      outline: {column: geometry}\n"  # fmt: skip
    with pytest.raises(Invalid, match="cannot give the outline"):
        parse_mapping(text, "m", words())


def test_the_resolution_of_places_looks_at_no_outline() -> None:
    named = {term for field in words().resolution["location"].fields for term in field.terms}
    assert named
    assert not {name for name in named if name.startswith("outline")}


def test_sizes_are_said_as_they_are_on_the_ground() -> None:
    assert (
        said_of(json.loads(kept("POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))")["outline"])) == "area of 12,364 km², 4 corners"
    )
    assert said_of(json.loads(kept("MULTIPOINT ((1 2), (3 4))")["outline"])) == "2 points"
