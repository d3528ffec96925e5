"""Street files of a site: what is taken, what is refused and why, and that loading again changes nothing."""

import sqlite3
import zipfile
from pathlib import Path

import pytest
import streetgrid

from tessera.engines.geocoding import Geocoder
from tessera.engines.street_files import load_streets
from tessera.errors import Invalid

HEAD = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE\n"


def tables(path: Path) -> dict[str, set[tuple[object, ...]]]:
    with sqlite3.connect(path) as base:
        return {name: set(base.execute(f"SELECT * FROM {name}")) for name in ("street", "house", "segment")}


def test_points_and_ranges_are_counted(tmp_path: Path) -> None:
    files = [streetgrid.write_points(tmp_path / "a.csv"), streetgrid.write_ranges(tmp_path / "b")]
    report = load_streets(files, tmp_path / "places.sqlite")
    assert report.houses == len(list(streetgrid.houses()))
    assert report.segments == 2 * (5 * len(streetgrid.ACROSS) + 3 * len(streetgrid.DOWN))
    assert report.streets == 2 * (len(streetgrid.ACROSS) + len(streetgrid.DOWN))
    assert report.refused == {}


def test_loading_again_changes_nothing_and_loading_more_keeps_what_is_there(tmp_path: Path) -> None:
    target = tmp_path / "places.sqlite"
    points, ranges = streetgrid.write_points(tmp_path / "a.csv"), streetgrid.write_ranges(tmp_path / "b")
    load_streets([points], target)
    first = tables(target)
    load_streets([points], target)
    assert tables(target) == first
    load_streets([ranges], target)
    assert tables(target)["house"] == first["house"]
    assert tables(target)["segment"]


def test_bad_rows_are_counted_by_reason_and_the_rest_is_loaded(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(
        HEAD + "-75.52,39.15,12,Main St,,Dover,,DE,19901\n-75.52,39.15,,Main St,,Dover,,DE,19901\n"
        "east,39.15,14,Main St,,Dover,,DE,19901\n-75.52,139.15,16,Main St,,Dover,,DE,19901\n"
        "-75.52,39.15,18,,,Dover,,DE,19901\n0,0,20,Main St,,Dover,,DE,19901\n"
    )
    report = load_streets([bad], tmp_path / "places.sqlite")
    assert report.houses == 1
    assert report.refused == {
        "There is no house number.": 1,
        "The coordinates are no numbers.": 1,
        "The coordinates are no place on Earth.": 2,
        "The street has no name.": 1,
    }


def test_a_zip_with_the_shapefile_is_read_like_the_shapefile(tmp_path: Path) -> None:
    streetgrid.write_ranges(tmp_path / "tl_ranges")
    packed = tmp_path / "tl_ranges.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in tmp_path.glob("tl_ranges.*"):
            if path != packed:
                archive.write(path, path.name)
    assert load_streets([packed], tmp_path / "places.sqlite").segments > 0
    assert Geocoder(tmp_path / "places.sqlite").find("150 Water St, 19901") is not None


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("people.csv", "name,born\na,1990\n", "no column LAT, LON, NUMBER, STREET"),
        ("notes.docx", "x", "no file of streets"),
        ("torn.zip", "PK\3\4 torn", "damaged"),
        ("torn.shp", "torn", "damaged"),
    ],
)
def test_another_file_is_refused_and_the_street_file_stays(tmp_path: Path, name: str, content: str, why: str) -> None:
    target = tmp_path / "places.sqlite"
    load_streets([streetgrid.write_points(tmp_path / "a.csv")], target)
    before = target.read_bytes()
    (tmp_path / name).write_text(content)
    with pytest.raises(Invalid, match=why):
        load_streets([tmp_path / name], target)
    assert target.read_bytes() == before
    assert not target.with_suffix(".new").exists()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be opened"):
        load_streets([tmp_path / "absent.csv"], tmp_path / "places.sqlite")
