"""The models of the packs decide sensibly from the first records on, with the parameters that they are shipped with."""

from pathlib import Path

import pytest

from tessera import bootstrap
from tessera.dictionary import load
from tessera.dictionary.resolution import KindModel
from tessera.resolution import conflict_of, keys_of, prepare, score, start_model
from tessera.resolution.prepare import makers
from tessera.settings import Settings

VIN, OTHER_VIN = "1M8GDM9AXKP042788", "5GZCZ43D13S812715"


@pytest.fixture(scope="module")
def models() -> dict[str, KindModel]:
    return dict(load(bootstrap.pack_folders(Settings(center=Path()))).resolution)


def verdict(model: KindModel, left: dict[str, object], right: dict[str, object]) -> str:
    """Say what a center of few records makes of two: unseen, apart, joined, asked or different."""
    trained, one, other = start_model(model), prepare(model, left), prepare(model, right)
    if not set(keys_of(model, one)) & set(keys_of(model, other)):
        return "unseen"
    if conflict_of(model, one, other):
        return "apart"
    weight = score(model, trained, one, other).weight
    return (
        "joined"
        if weight >= trained.thresholds.same
        else "asked"
        if weight >= trained.thresholds.possible
        else "different"
    )


def test_every_prepared_field_has_its_maker(models: dict[str, KindModel]) -> None:
    assert {field.make for model in models.values() for field in model.fields} <= makers()


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"vin": VIN, "color": "red"}, {"vin": VIN, "make": "VW"}, "joined"),
        ({"vin": VIN, "plate": "QX10001"}, {"vin": OTHER_VIN, "plate": "QX10001"}, "apart"),
        ({"plate": "QX10001", "plate_state": "DE"}, {"plate": "QX 10-001", "plate_state": "Delaware"}, "joined"),
        ({"plate": "QX10001", "plate_state": "DE"}, {"plate": "QX10001", "plate_state": "MD"}, "apart"),
        ({"plate": "QX10001", "make": "FORD", "model": "F-150"}, {"plate": "QX10001", "description": "blue Honda Civic"}, "apart"),
        ({"plate": "ABO123", "make": "Ford"}, {"plate": "AB0123", "make": "FORD"}, "joined"),
        ({"plate": "FLT1001", "make": "Ford", "model": "Transit", "model_year": 2020, "color": "white"},
         {"plate": "FLT1002", "make": "Ford", "model": "Transit", "model_year": 2020, "color": "white"}, "apart"),
        ({"make": "Ford", "model": "Focus", "model_year": 2019, "color": "red"},
         {"make": "Ford", "model": "Focus", "model_year": 2019, "color": "red"}, "apart"),
    ],
)  # fmt: skip
def test_vehicles(
    models: dict[str, KindModel], left: dict[str, object], right: dict[str, object], expected: str
) -> None:
    assert verdict(models["vehicle"], left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("12 North Main Street Apt 4, Dover, DE", "12 N MAIN ST #4, DOVER DE", "joined"),
        ("12 N Main St Apt 4, Dover, DE", "12 N Main St Apt 5, Dover, DE", "apart"),
        ("12 N Main St, Dover, DE", "12 N Main St Apt 5, Dover, DE", "apart"),
        ("12 N Main St, Dover, DE", "12 S Main St, Dover, DE", "apart"),
        ("12 Main St, Dover, DE", "12 Main Rd, Dover, DE", "apart"),
        ("1200 block of Main St, Dover, DE", "12XX Main St, Dover, DE", "joined"),
        ("1200 block of Main St, Dover, DE", "1234 Main St, Dover, DE", "unseen"),
        ("Main St & 5th Ave, Dover, DE", "FIFTH AVENUE / MAIN ST, DOVER, DE", "joined"),
        ("12 Fifth St, Dover, DE", "12 Sixth St, Dover, DE", "apart"),
        ("12 Loockerman St, Dover, DE", "12 Lockerman St, Dover, DE", "joined"),
        ("12 Main St, Dover, DE", "12 Main St, Newark, DE", "asked"),
    ],
)
def test_places(models: dict[str, KindModel], left: str, right: str, expected: str) -> None:
    assert verdict(models["location"], {"address": left}, {"address": right}) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"number": "302-555-0101"}, {"number": "+1 (302) 555 0101"}, "joined"),
        ({"number": "302-555-0101 x4"}, {"number": "302-555-0101", "extension": "4"}, "joined"),
        ({"number": "302-555-0101 x4"}, {"number": "302-555-0101"}, "apart"),
        ({"number": "302-555-0101"}, {"number": "410-555-0101"}, "apart"),
        ({"number": "302-555-0101"}, {"number": "555-0101"}, "asked"),
    ],
)
def test_telephones(
    models: dict[str, KindModel], left: dict[str, object], right: dict[str, object], expected: str
) -> None:
    assert verdict(models["phone"], left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"value": "AB 1234567", "category": "passport no.", "issuer": "U.S. Department of State"},
         {"value": "ab1234567", "category": "Passport", "issuer": "US Dept of State"}, "joined"),
        ({"value": "1357924", "category": "passport", "issuer": "Delaware"},
         {"value": "1357924", "category": "account", "issuer": "Heron Bank"}, "apart"),
        ({"value": "1234567"}, {"value": "7654321"}, "unseen"),
    ],
)  # fmt: skip
def test_identifiers(
    models: dict[str, KindModel], left: dict[str, object], right: dict[str, object], expected: str
) -> None:
    assert verdict(models["identifier"], left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"name": "Heron Roofing LLC", "city": "Dover"}, {"name": "HERON ROOFING, L.L.C.", "city": "Dover"}, "joined"),
        ({"name": "Heron Holdings LLC d/b/a Heron Works", "city": "Dover"}, {"name": "Heron Works", "city": "Dover"}, "joined"),
        ({"name": "Heron Roofing LLC", "city": "Dover"}, {"name": "Heron Roofing Inc.", "city": "Newark"}, "asked"),
        ({"name": "Delaware State Police", "phone": "302-555-0101"}, {"name": "DSP", "phone": "302-555-0101"}, "joined"),
        ({"name": "Heron Roofing", "city": "Dover"}, {"name": "Heron Catering", "city": "Dover"}, "different"),
        ({"name": "Coastal Kent Construction"}, {"name": "Curlew Kent Catering"}, "different"),
    ],
)  # fmt: skip
def test_bodies(models: dict[str, KindModel], left: dict[str, object], right: dict[str, object], expected: str) -> None:
    assert verdict(models["organization"], left, right) == expected


def incident(source: str, number: str, **changes: object) -> dict[str, object]:
    facts = {
        "source": source, "incident_number": number, "offence_category": "burglary", "occurred_at": "2026-03-01T14:05:00-05:00",
        "address": "1234 Main St", "city": "Dover", "latitude": 39.16, "longitude": -75.52,
        "text": "A generator and a canoe were taken from the boathouse.",
    }  # fmt: skip
    return facts | changes


def test_one_incident_told_by_two_agencies_is_one(models: dict[str, KindModel]) -> None:
    told = incident("county", "C-1")
    again = incident(
        "city",
        "26-0099",
        occurred_at="2026-03-01T19:15:00Z",
        address="1200 block Main St",
        text="Canoe and generator stolen.",
    )
    assert verdict(models["incident"], told, again) == "joined"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"source": "county"}, "apart"),
        ({"occurred_at": "2026-03-08T14:05:00-05:00"}, "unseen"),
        (
            {
                "occurred_at": "2026-03-02T08:05:00-05:00",
                "text": "Purse taken from a car.",
                "offence_category": "theft",
            },
            "different",
        ),
        ({"address": "9 Oak Rd", "latitude": 39.165, "longitude": -75.527}, "apart"),
    ],
)
def test_another_incident_stays_another(
    models: dict[str, KindModel], changes: dict[str, object], expected: str
) -> None:
    assert verdict(models["incident"], incident("county", "C-1"), incident("city", "26-0099") | changes) == expected


def test_a_call_that_two_centers_took_is_one(models: dict[str, KindModel]) -> None:
    def call(source: str, at: str, address: str) -> dict[str, object]:
        return {"source": source, "call_number": source, "received_at": at, "address": address, "city": "Dover", "call_category": "collision",
                "latitude": 39.16, "longitude": -75.52}  # fmt: skip

    first = call("county", "2026-03-01T14:05:00Z", "US 13 & SR 8")
    assert verdict(models["call-for-service"], first, call("city", "2026-03-01T14:08:00Z", "Rt 8 / US 13")) == "joined"
    assert verdict(models["call-for-service"], first, call("city", "2026-03-01T18:08:00Z", "Rt 8 / US 13")) == "unseen"
