"""Addresses as police records write them, taken apart by the rules of USPS Publication 28."""

import pytest

from tessera.resolution.addresses import Address, address_of, city_of, postal_code_of, state_of
from tessera.resolution.prepare import maker_of
from tessera.resolution.usps import DIRECTIONS, STATES, STREET_TYPES, UNITS


def parts(text: str) -> dict[str, object]:
    address = address_of(text)
    assert address is not None
    return {name: value for name in Address.__dataclass_fields__ if (value := getattr(address, name))}


@pytest.mark.parametrize(
    "text",
    [
        "1234 North Main Street, Apartment 5, Dover, DE 19901",
        "1234 N. Main St. Apt 5, Dover, Delaware 19901-0042",
        "1234 N MAIN ST #5, DOVER DE 19901",
        "1234 N Main Str Unit 5,Dover,DE,19901",
    ],
)
def test_one_address_in_many_spellings_is_one(text: str) -> None:
    assert parts(text) == {
        "number": "1234",
        "street": "MAIN",
        "street_type": "ST",
        "direction": "N",
        "unit": "5",
        "city": "DOVER",
        "state": "DE",
        "postal_code": "19901",
    }


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("1200 BLOCK OF N MAIN ST", "1200"),
        ("1200 blk N Main St", "1200"),
        ("12XX N MAIN ST", "1200"),
        ("12XX BLOCK N MAIN ST", "1200"),
        ("1200-1299 N Main St", "1200"),
        ("1234 block N Main Street", "1200"),
        ("000 BLOCK N MAIN ST", "0"),
        ("XX N Main St", "0"),
    ],
)
def test_a_hundred_block_is_a_stretch_of_street_and_no_house(text: str, block: str) -> None:
    assert parts(text) == {"block": block, "street": "MAIN", "street_type": "ST", "direction": "N"}


def test_a_house_number_with_a_dash_is_no_block() -> None:
    assert parts("10-12 Market St")["number"] == "10-12"
    assert "block" not in parts("1200-1250 Market St")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("985 Cox Ave., S.W., Dover", {"number": "985", "street": "COX", "street_type": "AVE", "direction": "SW", "city": "DOVER"}),
        ("N79W5406 Bywater Ln", {"number": "N79W5406", "street": "BYWATER", "street_type": "LN"}),
        ("W210 N16570 Glencoe Ln", {"number": "W210N16570", "street": "GLENCOE", "street_type": "LN"}),
        ("One Park Place", {"number": "1", "street": "PARK", "street_type": "PL"}),
        ("Dept 30525, PO Box 790126, Dover DE 19901", {"box": "790126", "unit": "30525", "city": "DOVER", "state": "DE", "postal_code": "19901"}),
        ("Anchor Point, AK 99556", {"city": "ANCHOR POINT", "state": "AK", "postal_code": "99556"}),
        ("Main St, DE 19901", {"street": "MAIN", "street_type": "ST", "state": "DE", "postal_code": "19901"}),
        ("253 Broadway, New York, N.Y.", {"number": "253", "street": "BROADWAY", "city": "NEW YORK", "state": "NY"}),
        ("Corner of First and Albemarle Streets", {"crossing": ("1ST ST", "ALBEMARLE ST")}),
        ("5th and Main, Dover, DE", {"crossing": ("5TH", "MAIN"), "city": "DOVER", "state": "DE"}),
    ],
)  # fmt: skip
def test_addresses_as_people_write_them(text: str, told: dict[str, object]) -> None:
    assert parts(text) == told


@pytest.mark.parametrize(
    "text",
    [
        "N Main St & Fifth Ave",
        "FIFTH AVENUE / N MAIN ST",
        "N Main Street and 5th Av",
        "5TH AVE AT N MAIN ST",
        "n main st @ 5th ave",
    ],
)
def test_a_crossing_has_no_order(text: str) -> None:
    assert parts(text) == {"crossing": ("5TH AVE", "N MAIN ST")}


def test_a_crossing_keeps_its_town() -> None:
    assert parts("Green Ln & Old York Rd, Dover, DE") == {
        "crossing": ("GREEN LN", "OLD YORK RD"),
        "city": "DOVER",
        "state": "DE",
    }


def test_a_street_whose_name_holds_and_is_no_crossing() -> None:
    assert parts("12 Orchard and Vine Rd") == {"number": "12", "street": "ORCHARD AND VINE", "street_type": "RD"}


def test_the_number_may_stand_behind_the_street() -> None:
    assert parts("Heronmoor Lane 12") == parts("12 Heronmoor Ln")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1432 US Highway 40", "1432 U.S. Route 40"),
        ("5 State Route 1", "5 SR 1"),
        ("5 DE 1", "5 State Rte. 1"),
        ("100 Sixth St", "100 6th Street"),
        ("5 St. Clair Ave", "5 Saint Clair Avenue"),
        ("40 Mt Pleasant Rd", "40 Mount Pleasant Road"),
        ("12 King Blvd N", "12 King Boulevard North"),
        ("7 Ñandú Way", "7 nandu wy"),
    ],
)
def test_two_ways_to_write_a_street_meet(first: str, second: str) -> None:
    assert parts(first) == parts(second)


def test_streets_that_differ_in_type_or_direction_differ() -> None:
    assert len({address_of(t) for t in ("5 Main St", "5 Main Rd", "5 N Main St", "5 S Main St")}) == 4


@pytest.mark.parametrize("text", ["", "   ", "?!", "-", "N/A", "unknown"])
def test_what_tells_no_place_is_none(text: str) -> None:
    assert address_of(text) is None


def test_a_post_office_box_and_a_half_number() -> None:
    assert parts("PO BOX 12, Dover DE")["box"] == "12"
    assert parts("123 1/2 Main St")["number"] == "123 1/2"


def test_very_long_texts_are_cut_and_not_refused() -> None:
    assert address_of("12 Main St " + "x " * 100_000) is not None


def test_towns_states_and_codes_have_one_spelling() -> None:
    assert city_of("ST. GEORGES") == city_of("Saint Georges")
    assert state_of("N.J.") == state_of("new jersey") == "NJ"
    assert state_of("Ontario") is None
    assert postal_code_of("19901 1234") is None
    assert postal_code_of("00000") is None
    assert postal_code_of("7030") == "07030"


def test_the_tables_lead_to_short_forms_only() -> None:
    for table, count in ((STREET_TYPES, 200), (DIRECTIONS, 8), (UNITS, 24), (STATES, 56)):
        assert len(set(table.values())) >= count
        assert all(table[short] == short for short in table.values())


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("12 Main St", "house"),
        ("1200 block Main St", "block"),
        ("Main St & 5th Ave", "crossing"),
        ("Main St", "street"),
        ("PO Box 5", "box"),
        ("Dover, DE", None),
    ],
)
def test_the_form_of_an_address_is_told(text: str, form: str | None) -> None:
    assert (maker_of("address-form")({"address": text}, ("address",)) or None) == form


def test_a_house_without_a_unit_says_so_and_a_street_does_not() -> None:
    unit = maker_of("unit")
    assert unit({"a": "12 Main St"}, ("a",)) == "-"
    assert unit({"a": "12 Main St Apt 4-B"}, ("a",)) == "4b"
    assert not unit({"a": "Main St"}, ("a",))


def test_a_town_is_taken_from_its_term_or_else_from_the_address() -> None:
    city = maker_of("city")
    assert city({"city": "Dover", "address": "1 A St, Newark, DE"}, ("city", "address")) == "dover"
    assert city({"city": "", "address": "1 A St, Newark, DE"}, ("city", "address")) == "newark"
    assert not city({"address": "1 A St"}, ("city", "address"))
