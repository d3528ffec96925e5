"""Places of addresses: to the house where streets are loaded, else to the area, and always with how far off it can be."""

from pathlib import Path

import pytest

from tessera.engines.geocoding import Geocoder
from tessera.engines.street_files import load_streets
from tessera.errors import Invalid

STREETS = """LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE
-75.5240,39.1580,1200,N MAIN ST,,Dover,,DE,19901
-75.5240,39.1585,1210,N Main Street,,Dover,,DE,19901
-75.5240,39.1590,1220,N MAIN ST,,Dover,,DE,19901
-75.5238,39.1588,10,OAK AVE,,Dover,,DE,19901
-75.5200,39.1588,90,OAK AVE,,Dover,,DE,19901
0,0,5,NOWHERE ST,,Dover,,DE,19901
-75.5,39.1,,NAMELESS RD,,Dover,,DE,19901
,x,7,BROKEN LN,,Dover,,DE,19901
"""


@pytest.fixture(scope="module")
def geocoder(tmp_path_factory: pytest.TempPathFactory) -> Geocoder:
    folder = tmp_path_factory.mktemp("streets")
    (folder / "streets.csv").write_text(STREETS)
    report = load_streets([folder / "streets.csv"], folder / "places.sqlite")
    assert report.houses == 5
    assert dict(report.left_out) == {"coordinates off the globe": 1, "no house number": 1, "no coordinates": 1}
    return Geocoder(folder / "places.sqlite")


@pytest.mark.parametrize(
    ("text", "how", "within"),
    [
        ("1210 North Main Street, Apt 4, Dover, DE 19901", "house number", 100),
        ("1216 N Main St, Dover, DE 19901", "between two house numbers", 300),
        ("1200 BLK N MAIN ST, Dover, DE", "hundred-block", 400),
        ("N Main St & Oak Ave, Dover, DE 19901", "crossing of two streets", 400),
        ("Oak Ave, Dover, DE 19901", "middle of the street", 1_000),
    ],
)
def test_an_address_is_found_on_the_streets_that_were_loaded(
    text: str, how: str, within: float, geocoder: Geocoder
) -> None:
    found = geocoder.find(text)
    assert found is not None
    assert found.how == how
    assert found.precision_m <= within
    assert abs(found.latitude - 39.1585) < 0.002
    assert abs(found.longitude + 75.523) < 0.004


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("77 Unknown Rd, Dover, DE 19901", "centre of ZIP code 19901"),
        ("Wilmington, DE", "centre of Wilmington, DE"),
        ("Sussex County, Delaware", "middle of Sussex County, DE"),
        ("P.O. Box 12, Dover, DE 19903", "centre of ZIP code 19903"),
    ],
)
def test_what_is_on_no_street_is_found_as_an_area(text: str, how: str, geocoder: Geocoder) -> None:
    found = geocoder.find(text)
    assert found is not None
    assert found.how == how
    assert found.precision_m >= 1_500
    assert 38.4 < found.latitude < 39.9


@pytest.mark.parametrize("text", ["", "somewhere else", "Springfield", "the old mill", "\0", "1" * 5000])
def test_what_nobody_knows_is_nowhere(text: str, geocoder: Geocoder) -> None:
    assert geocoder.find(text) is None


def test_without_streets_the_areas_stay() -> None:
    found = Geocoder(None).find("1210 N Main St, Dover, DE 19901")
    assert found is not None
    assert found.how == "centre of ZIP code 19901"


def test_a_point_has_its_nearest_zip_code_with_the_distance() -> None:
    near = Geocoder(None).near(39.1564, -75.4955)
    assert near is not None
    assert near[:3] == ("19901", "KENT COUNTY", "DE")
    assert near[3] < 10


def test_a_file_of_another_sort_is_told_and_what_was_loaded_stays(tmp_path: Path) -> None:
    (tmp_path / "streets.csv").write_text(STREETS)
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    load_streets([tmp_path / "streets.csv"], tmp_path / "places.sqlite")
    with pytest.raises(Invalid, match="no column LON, LAT"):
        load_streets([tmp_path / "other.csv"], tmp_path / "places.sqlite")
    assert Geocoder(tmp_path / "places.sqlite").find("1210 N Main St, Dover, DE 19901").how == "house number"  # type: ignore[union-attr]
    assert not (tmp_path / "places.part").exists()
