"""The real open-data exports, where they are at hand: what arrives is what the publisher wrote."""

import csv
import gzip
from pathlib import Path

import pytest
from tables import SHARED, read_all, read_one

from tessera import errors, extract

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the real data sets are not at {SHARED}")

TABLES = {
    "incidents/bronx_shootings.csv": (267, ("incident_key", "occur_date", "murder", "longitude", "latitude")),
    "incidents/chicago_aggravated_assaults.csv.gz": (148_636, ("date", "loc_cat", "longitude", "latitude", "district")),
    "incidents/cincinnati_burglary.csv.gz": (
        8_723,
        ("incident_no", "offense_date", "offense", "longitude", "latitude"),
    ),
    "incidents/kansas_city_frauds.csv.gz": (
        6,
        ("uid", "offense_code", "offense_type", "date", "longitude", "latitude"),
    ),
    "incidents/montgomery_911_sample.csv": (3_051, tuple(f"column_{n}" for n in range(1, 7))),
    "incidents/nyc_homicides.csv": (904, ("uid", "offense_date", "longitude", "latitude")),
    "incidents/san_francisco_robbery.csv": (951, ("uid", "offense_type", "date_time", "longitude", "latitude")),
    "geo/quakes/zipcodes.csv": (42_049, ("zip_code", "latitude", "longitude", "city", "state", "county")),
    "entities/rldata/RLdata500.tsv": (500, ("fname_c1", "fname_c2", "lname_c1", "lname_c2", "by", "bm", "bd")),
}


@pytest.mark.parametrize("name", TABLES)
def test_delimited_exports_arrive_whole(name: str) -> None:
    path = SHARED / name
    count, columns = TABLES[name]
    found = read_one(path, size=50_000)
    assert found.part.columns == columns
    assert not found.rejected
    opener = gzip.open if name.endswith(".gz") else Path.open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file, delimiter="\t" if name.endswith(".tsv") else ","))
    expected = expected if columns[0] == "column_1" else expected[1:]
    assert len(expected) == count
    assert found.cells == [tuple(cell or None for cell in row) for row in expected]


@pytest.mark.parametrize("name", sorted({str(path.relative_to(SHARED)) for path in SHARED.rglob("*.csv")}))
def test_every_csv_at_hand_keeps_all_its_rows(name: str) -> None:
    path = SHARED / name
    found = read_one(path, size=50_000)
    encoding = "utf-8-sig" if found.part.options["encoding"].startswith("utf-8") else found.part.options["encoding"]
    with path.open(encoding=encoding, newline="") as file:
        expected = sum(1 for row in csv.reader(file, delimiter=found.part.options["delimiter"]) if row)
    assert len(found.rows) + len(found.rejected) + int(found.part.options["skip"]) == expected


def test_a_workbook_of_three_cities_has_three_parts() -> None:
    found = read_all(SHARED / "incidents" / "aggravated_assaults.xlsx")
    assert [(each.part.path, len(each.rows)) for each in found] == [
        ("Austin", 8696),
        ("Fort Worth", 1577),
        ("Seattle", 2529),
    ]


def test_police_districts_become_places() -> None:
    found = read_one(SHARED / "incidents" / "chicago_police_districts.kml")
    assert len(found.rows) == 25
    assert all(-88 < float(row["longitude"] or 0) < -87 for row in found.rows.values())


@pytest.mark.parametrize(("name", "count"), [("downtown_homicides.gpkg", 4), ("nyc_precincts.gpkg", 77)])
def test_layers_become_places(name: str, count: int) -> None:
    found = read_one(SHARED / "incidents" / name)
    assert len(found.rows) == count
    assert all(row["geometry"] for row in found.rows.values())


def test_earthquakes_become_places() -> None:
    found = read_one(SHARED / "geo" / "quakes" / "earthquakes.json")
    assert len(found.rows) == 1707
    assert found.part.columns[-3:] == ("longitude", "latitude", "geometry")


def test_nibrs_submissions_are_read_by_record_path() -> None:
    path = SHARED / "niem" / "nibrs" / "nibrs_GroupAIncident_Sample.xml"
    (table,) = extract.open_tables(path, filename=path.name, record_path="/Submission/Report")
    (batch,) = table.batches(10)
    row = batch.table.to_pylist()[0]
    assert row["ReportHeader.NIBRSReportCategoryCode"] == "GROUP A INCIDENT REPORT"
    assert table.part.locator(1) == "#/nibrs:Submission/nibrs:Report[1]"


def test_the_hostile_alerts_are_hostile() -> None:
    for name in ("xee.cap", "xee.atom"):
        with pytest.raises(errors.Hostile):
            read_all(SHARED / "alerts" / "cap" / name)
