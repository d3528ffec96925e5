import json
from pathlib import Path

import pytest
from reading_messages import bonds, check_words, drafts, read_text, refused, unmapped
from sample_messages import CRASH, INCIDENT, submission

from tessera.errors import Hostile, Unreadable
from tessera.extract.messages import nibrs, niem
from tessera.extract.messages.nibrs_codes import GOODS, GRAVEST, OFFENCES, PLACES
from tessera.model.found import Facts, Finding, Passage


def read(folder: Path, text: str) -> list[Finding]:
    found = read_text(nibrs, folder, text)
    check_words(found)
    return found


@pytest.mark.parametrize("release", ["3.0", "4.0", "5.0"])
def test_an_incident_is_read_with_all_that_belongs_to_it_whatever_the_release(tmp_path: Path, release: str) -> None:
    found = read(tmp_path, submission(release=release))
    (incident,) = drafts(found, "incident")
    assert incident.key == "DE0010000/26-1"
    assert {"incident_number": "26-1", "offence_category": "robbery", "occurred_at": "2026-02-19", "place_type": "street", "status": "cleared-by-arrest",
            "weapon": "Handgun, automatic"}.items() <= incident.terms.items()  # fmt: skip
    assert "at 10:00 by the agency's clock" in incident.terms["note"]
    assert [draft.terms["offence_category"] for draft in drafts(found, "offence")] == ["simple-assault", "robbery"]
    assert [draft.terms.get("age") or draft.terms["description"] for draft in drafts(found, "person")] == [
        "32",
        "25 to 30 years old",
    ]
    assert drafts(found, "property")[0].terms == {
        "category": "03 Automobiles",
        "loss": "recovered",
        "value": "120",
        "recovered_on": "2026-02-21",
    }
    assert drafts(found, "property")[1].terms == {"drug": "Heroin", "quantity": "1.5 GM"}


def test_persons_have_their_parts_in_the_incident_the_offence_and_the_arrest(tmp_path: Path) -> None:
    found = read(tmp_path, submission())
    assert {(b.role, b.start[1][-2:], b.end[0]) for b in bonds(found, "involvement")} == {
        ("victim", "P1", "incident"), ("victim", "P1", "offence"), ("suspect", "P2", "incident"), ("arrestee", "P2", "incident"), ("arrestee", "P2", "arrest"),
    }  # fmt: skip
    assert [bond.end[0] for bond in bonds(found, "resulted-in")] == ["arrest"]
    assert unmapped(found)["Victim (no person)"] == 1
    assert unmapped(found)["Report.Person.PersonRaceNDExCode"] == 1


def test_an_arrest_report_stands_alone(tmp_path: Path) -> None:
    inner = INCIDENT[INCIDENT.index('<Person s:id="P2"') :]
    found = read(tmp_path, submission(inner, "GROUP B ARREST REPORT", "A"))
    assert drafts(found, "arrest")[0].terms["arrest_number"] == "A-7"
    assert not drafts(found, "incident")


def test_a_deletion_says_so_and_a_zero_report_is_counted(tmp_path: Path) -> None:
    inner = INCIDENT[: INCIDENT.index("<Offense")]
    assert "deleted by the agency" in drafts(read(tmp_path, submission(inner, action="D")))[0].terms["note"]
    found = read(tmp_path, submission("", "ZERO REPORT", "A"))
    assert not drafts(found)
    assert sum(unmapped(found).values()) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (submission(action="Q"), "`ReportActionCategoryCode` is 'Q'"),
        (submission(sort="GROUP C"), "no report that NIBRS knows"),
        (submission(INCIDENT.replace("13B", "99X")), "`OffenseUCRCode` '99X' is no code"),
        (submission(INCIDENT.replace("<IdentificationID>26-1</IdentificationID>", "")), "The incident has no number"),
        (submission(INCIDENT[: INCIDENT.index("<Offense")]), "No offence has a code"),
        (submission().replace("DE0010000", ""), "ORI is missing"),
    ],
)
def test_a_report_that_breaks_the_rules_is_refused_with_the_reason(tmp_path: Path, text: str, says: str) -> None:
    found = read(tmp_path, text)
    assert says in refused(found)[0]
    assert not drafts(found)


def test_the_submission_says_what_it_is(tmp_path: Path) -> None:
    assert read(tmp_path, submission())[0] == Facts(terms={"title": "NIBRS 4.2", "made_at": "2026-03-01"})


def test_every_code_of_an_offence_or_place_is_one_of_ours_and_has_words() -> None:
    from reading_messages import words

    assert {category for _, category in OFFENCES.values()} <= set(words().code_lists["offence-category"].codes)
    assert {place for _, place in PLACES.values()} <= set(words().code_lists["place-type"].codes)
    assert set(GRAVEST) <= set(OFFENCES)
    assert all(GOODS.values())


def test_our_codes_agree_with_the_tables_of_nibrs() -> None:
    from tables import SHARED

    tables = SHARED / "niem" / "nibrs" / "NIBRSCodeTables.xlsx"
    if not tables.exists():
        pytest.skip(f"the code tables are not at {tables}")
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(str(tables))
    for sheet, known in (
        ("UCROffenseCodeType", OFFENCES),
        ("LocationTypeType", PLACES),
        ("PropertyDescriptionType", GOODS),
    ):
        codes = {str(row[1]).strip().removesuffix(".0") for row in book.get_sheet_by_name(sheet).to_python()[1:]}
        assert {code for code in codes if len(code) > 1} - {"99", "999"} <= set(known), sheet


def test_a_niem_message_gives_person_incident_vehicle_and_charge(tmp_path: Path) -> None:
    found = read_text(niem, tmp_path, CRASH)
    check_words(found)
    person, incident, vehicle, offence = drafts(found)
    assert person.terms == {
        "surname": "Hill",
        "given_name": "Ann",
        "birth_date": "1990-05-04",
        "license_number": "D123",
        "description": "injury: Broken arm",
    }
    assert person.health, "an injury is told"
    assert (incident.kind, incident.place) == ("incident", (38.5, -75.25))
    assert vehicle.terms == {"vin": "1HGCM82633A004352"}
    assert offence.terms == {"charge": "Speeding"}
    assert {(b.type, b.role, b.end[0]) for b in bonds(found)} == {
        ("involvement", "driver", "incident"), ("uses-vehicle", "driver", "vehicle"), ("involvement", "mentioned", "incident"), ("involvement", "suspect", "offence"),
    }  # fmt: skip


def test_what_no_term_takes_is_kept_as_words_or_counted(tmp_path: Path) -> None:
    found = read_text(niem, tmp_path, CRASH)
    assert [each.text for each in found if isinstance(each, Passage)] == ["The road was wet and no lamp was lit."]
    assert unmapped(found) == {"ext.WeatherCode": 1, "WeatherCode.mood": 1}


def test_identifiers_hold_inside_one_message_only(tmp_path: Path) -> None:
    one, other = (drafts(read_text(niem, tmp_path, text))[0].key for text in (CRASH, CRASH.replace("Ann", "Bo")))
    assert one != other
    assert one.endswith("/P1")


def test_niem_in_json_is_read_like_niem_in_xml(tmp_path: Path) -> None:
    message = {"x:Info": {"nc:Person": {"@id": "#P1", "nc:PersonName": {"nc:PersonSurName": "Hill", "nc:PersonGivenName": {"rdf:value": "Ann"}}},
                          "j:Crash": {"nc:ActivityDate": {"nc:Date": "2026-05-04"}, "j:CrashPerson": {"nc:RoleOfPerson": {"@id": "#P1"}}}}, "@context": {"nc": "x"}}  # fmt: skip
    found = read_text(niem, tmp_path, json.dumps(message))
    assert [draft.kind for draft in drafts(found)] == ["person", "incident"]
    assert drafts(found)[0].terms == {"surname": "Hill", "given_name": "Ann"}
    assert drafts(found)[0].locator.pointer == "/x:Info/nc:Person"
    assert bonds(found)[0].end == ("incident", drafts(found)[1].key)


@pytest.mark.parametrize("text", ["", "{", "<a", "<a>" * 99, "[" * 9999])
def test_what_is_no_message_is_unreadable(tmp_path: Path, text: str) -> None:
    with pytest.raises(Unreadable):
        read_text(niem, tmp_path, text)


def test_entities_are_hostile(tmp_path: Path) -> None:
    for reader in (niem, nibrs):
        with pytest.raises(Hostile):
            read_text(reader, tmp_path, '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')
