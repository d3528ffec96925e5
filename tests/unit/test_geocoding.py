"""Places of addresses: as exact as the sources allow, and honest about how far off they can be."""

from pathlib import Path

import pytest
import streetgrid
from hypothesis import given, settings
from hypothesis import strategies as some
from streetgrid import BLOCK, NORTH, WEST

from tessera.engines import counties
from tessera.engines.geocoding import Geocoder
from tessera.engines.street_files import load_streets
from tessera.errors import Invalid
from tessera.flow.recognisers import Recognisers, home_state
from tessera.model.found import Off
from tessera.model.located import Located, metres_between
from tessera.settings import Settings


@pytest.fixture(scope="module", params=["points", "ranges", "both"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Geocoder:
    folder = tmp_path_factory.mktemp("town")
    points = streetgrid.write_points(folder / "houses.csv")
    ranges = streetgrid.write_ranges(folder / "ranges")
    files = {"points": [points], "ranges": [ranges], "both": [points, ranges]}[request.param]
    load_streets(files, folder / "places.sqlite")
    return Geocoder(folder / "places.sqlite")


def near(found: Located | None, latitude: float, longitude: float) -> bool:
    return (
        found is not None
        and metres_between((found.latitude, found.longitude), (latitude, longitude)) <= found.precision_m
    )


def plain(geocoder: Geocoder, address: str) -> tuple[str, int]:
    found = geocoder.find(address)
    assert found is not None, address
    return found.how, round(found.precision_m)


BARE = Geocoder(None)


@pytest.mark.parametrize("town", ["points"], indirect=True)
def test_a_house_of_the_street_file_is_where_it_says_within_some_metres(town: Geocoder) -> None:
    found = town.find("230 Main Street, Dover, DE 19901")
    assert near(found, NORTH, WEST + 1.3 * BLOCK)
    assert plain(town, "230 Main Street, Dover, DE 19901") == ("house number in the street file", 25)


@pytest.mark.parametrize(
    "address", ["230 Main St, Dover, DE 19901", "230 MAIN ST 19901", "230 main street, apt 4, 19901"]
)
def test_a_house_is_found_in_its_zip_code(town: Geocoder, address: str) -> None:
    found = town.find(address)
    assert near(found, NORTH, WEST + 1.3 * BLOCK)
    assert found is not None
    assert found.precision_m <= 130


def test_a_number_that_was_not_built_is_interpolated(town: Geocoder) -> None:
    found = town.find("234 Main St, Dover, DE 19901")
    assert near(found, NORTH, WEST + 1.34 * BLOCK)
    assert found is not None
    assert found.how.startswith("interpolated")
    assert found.precision_m <= 130


def test_a_hundred_block_is_the_middle_of_its_houses(town: Geocoder) -> None:
    found = town.find("200 block of Main St, Dover, DE 19901")
    assert near(found, NORTH, WEST + 1.5 * BLOCK)
    assert found is not None
    assert found.how == "hundred-block"
    assert found.precision_m < 200


def test_a_crossing_is_where_both_streets_meet(town: Geocoder) -> None:
    found = town.find("OAK AVE & 2ND ST, Dover, DE 19901")
    assert near(found, NORTH - BLOCK, WEST + BLOCK)
    assert found is not None
    assert "crossing" in found.how or "nearest houses" in found.how
    assert found.precision_m <= 60


def test_streets_that_do_not_meet_make_no_crossing(town: Geocoder) -> None:
    assert plain(town, "MAIN ST & OAK AVE, 19901")[0] == "centre of the ZIP code"


def test_a_street_without_a_number_is_its_middle_with_its_length(town: Geocoder) -> None:
    how, precision = plain(town, "Main St, Dover, DE 19901")
    assert how == "middle of the street"
    assert 300 < precision < 500


def test_a_misspelt_street_is_read_as_the_one_that_is_clearly_meant_and_says_so(town: Geocoder) -> None:
    found = town.find("230 Chesnut Grove Rd, 19901")
    assert near(found, NORTH - 2 * BLOCK, WEST + 1.3 * BLOCK)
    assert found is not None
    assert found.how.endswith("the street read as CHESTNUT GROVE")


def test_a_numbered_street_has_no_other_spelling(town: Geocoder) -> None:
    assert plain(town, "230 3rd St, 19901")[0] == "centre of the ZIP code"


def test_a_street_of_another_town_is_not_taken(town: Geocoder) -> None:
    assert plain(town, "230 Main St, Newark, DE 19711")[0] == "centre of the ZIP code"


def test_an_address_without_a_town_is_answered_where_only_one_place_has_the_street(
    town: Geocoder, tmp_path: Path
) -> None:
    assert near(town.find("300 BLK WATER ST"), NORTH - 2.5 * BLOCK, WEST + 2 * BLOCK)
    files = [streetgrid.write_points(tmp_path / "here.csv")]
    (tmp_path / "there.csv").write_text(files[0].read_text().replace("39.1", "39.7").replace("Dover", "Newark"))
    load_streets([*files, tmp_path / "there.csv"], tmp_path / "two.sqlite")
    assert Geocoder(tmp_path / "two.sqlite").find("300 BLK WATER ST") is None


def test_a_street_file_that_is_not_there_or_damaged_leaves_the_zip_codes(tmp_path: Path) -> None:
    damaged = tmp_path / "places.sqlite"
    damaged.write_bytes(b"SQLite format 3\0" + b"\1" * 400)
    for path in (tmp_path / "absent.sqlite", damaged, None):
        assert plain(Geocoder(path), "230 Main St, Dover, DE 19901")[0] == "centre of the ZIP code"


@pytest.mark.parametrize(
    ("address", "how", "latitude", "longitude"),
    [
        ("19901", "centre of the ZIP code", 39.16, -75.50),
        ("Dover, DE", "centre of the city", 39.158, -75.524),
        ("Dover DE", "centre of the city", 39.158, -75.524),
        ("PO Box 12, Dover, DE 19903", "centre of the ZIP code", 39.158, -75.524),
        ("Sussex County, Delaware", "middle of the county", 38.66, -75.39),
        ("Kansas City, Missouri", "centre of the city", 39.0997, -94.5786),
        ("St. Georges, Del.", "centre of the city", 39.555, -75.651),
        ("Kalamazoo", "centre of the city", 42.2917, -85.5872),
    ],
)
def test_without_streets_the_answer_is_an_area_and_the_place_lies_in_it(
    address: str, how: str, latitude: float, longitude: float
) -> None:
    assert plain(BARE, address)[0] == how
    assert near(BARE.find(address), latitude, longitude)


@pytest.mark.parametrize(
    "nowhere", ["", "Dover", "Delaware", "New York", "Sussex County", "Dover, England", "Main Street", "00000", "the bank", "Brazil", "Syria", "Bogota", "1200 BLK N MAIN ST"]
)  # fmt: skip
def test_what_is_not_one_place_is_not_found(nowhere: str) -> None:
    assert BARE.find(nowhere) is None


def test_a_city_without_a_state_is_that_of_the_center() -> None:
    assert near(Geocoder(None, state="DE").find("Dover"), 39.158, -75.524)
    assert near(Geocoder(None, state="DE").find("Kalamazoo"), 42.2917, -85.5872)


def test_a_county_tells_towns_of_one_name_apart() -> None:
    here = BARE.find("Springfield Township, Montgomery County, PA")
    there = BARE.find("Springfield, PA")
    assert here is not None
    assert there is not None
    assert metres_between((here.latitude, here.longitude), (40.1, -75.2)) < here.precision_m
    assert here != there
    assert plain(BARE, "12 Main St, Nowhereville, Kent County, Delaware")[0] == "middle of the county"
    assert BARE.find("Main St, Kent County, Nowhere") is None


def test_a_state_that_is_none_is_refused_by_the_name_of_its_setting(tmp_path: Path) -> None:
    assert home_state(Settings(center=tmp_path, home_state="Delaware")) == "DE"
    assert home_state(Settings(center=tmp_path)) == ""
    with pytest.raises(Invalid, match="home_state"):
        home_state(Settings(center=tmp_path, home_state="Atlantis"))


def test_a_point_is_told_with_its_county_and_the_nearest_zip_code() -> None:
    around = BARE.around(39.1582, -75.5244)
    if isinstance(counties.open_counties(), Off):
        pytest.skip("The front end is not built, so there are no outlines of counties.")
    assert around is not None
    assert (around.county, around.state, around.postal_code[:3]) == ("Kent", "DE", "199")
    assert around.away_m < 5_000
    assert BARE.around(48.8566, 2.3522) is None


def test_a_center_that_reads_asks_the_geocoder_and_one_that_purges_does_not() -> None:
    assert Recognisers(on=True).find_places().find("Dover, DE") is not None
    assert Recognisers(on=False).find_places().find("Dover, DE") is None


@settings(max_examples=150, deadline=None)
@given(some.text(max_size=60))
def test_no_text_breaks_it_and_every_answer_is_a_place_on_earth(text: str) -> None:
    found = BARE.find(text)
    assert found is None or (-90 <= found.latitude <= 90 and -180 <= found.longitude <= 180 and found.precision_m > 0)


@settings(max_examples=40, deadline=None)
@given(number=some.integers(100, 598), street=some.sampled_from(range(len(streetgrid.ACROSS))))
def test_a_house_lies_within_the_stated_precision(town: Geocoder, number: int, street: int) -> None:
    found = town.find(f"{number} {streetgrid.ACROSS[street]}, Dover, DE 19901")
    assert near(found, NORTH - street * BLOCK, WEST + (number - 100) / 100 * BLOCK)
