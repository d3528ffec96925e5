"""The county of a point, by outlines in TopoJSON."""

from pathlib import Path

import pytest

from tessera.engines.counties import Counties, County, open_counties, polygons
from tessera.model.found import Off

EAST, WEST = "10001", "10003"
SQUARES = {
    "type": "Topology",
    "transform": {"scale": [0.1, 0.1], "translate": [-76.0, 39.0]},
    "arcs": [
        [[10, 0], [0, 10]],  # the border that both share
        [[10, 10], [-10, 0], [0, -10], [10, 0]],
        [[10, 10], [10, 0], [0, -10], [-10, 0]],  # run backwards
        [[3, 3], [2, 0], [0, 2], [-2, 0], [0, -2]],
    ],
    "objects": {
        "counties": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": WEST, "properties": {"name": "West"}, "arcs": [[0, 1], [3]]},
                {"type": "MultiPolygon", "id": EAST, "properties": {"name": "East"}, "arcs": [[[~0, ~2]]]},
                {"type": "Point", "id": "10005", "coordinates": [0, 0]},
            ],
        },
        "states": {"geometries": [{"type": "Polygon", "id": "10", "properties": {"name": "Delaware"}, "arcs": []}]},
    },
}


@pytest.fixture(scope="module")
def counties() -> Counties:
    return Counties(SQUARES)


def test_a_point_is_in_the_county_around_it(counties: Counties) -> None:
    assert counties.at(39.8, -75.9) == County(fips=WEST, name="West", state="DE")
    assert counties.at(39.8, -74.1) == County(fips=EAST, name="East", state="DE")


def test_a_hole_and_the_sea_are_in_no_county(counties: Counties) -> None:
    assert counties.at(39.4, -75.6) is None
    assert counties.at(50, -75.5) is None


def test_arcs_that_run_backwards_are_turned() -> None:
    arcs = [[(0.0, 0.0), (1.0, 0.0)], [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0)]]
    assert polygons({"type": "Polygon", "arcs": [[0, ~1]]}, arcs) == [
        [[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)]],
    ]


def test_without_the_outlines_it_says_why(tmp_path: Path) -> None:
    off = open_counties(tmp_path)
    assert isinstance(off, Off)
    assert "not here" in off.why
    (tmp_path / "manifest.json").write_text('{"node_modules/us-atlas/counties-10m.json": {"file": "counties.json"}}')
    (tmp_path / "counties.json").write_text("{}")
    open_counties.cache_clear()
    damaged = open_counties(tmp_path)
    assert isinstance(damaged, Off)
    assert "cannot be read" in damaged.why


def test_the_outlines_of_the_base_map_tell_the_counties_of_delaware() -> None:
    counties = open_counties()
    if isinstance(counties, Off):
        pytest.skip(counties.why)
    assert counties.at(39.158, -75.524) == County(fips="10001", name="Kent", state="DE")
    assert counties.at(39.7447, -75.5484) == County(fips="10003", name="New Castle", state="DE")
    assert counties.at(38.69, -75.386) == County(fips="10005", name="Sussex", state="DE")
    assert counties.at(38.0, -70.0) is None
