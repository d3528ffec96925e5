"""NIBRS flat files: each level becomes the records that the XML form gives, and what cannot stand there is refused."""

from pathlib import Path

import pytest
from reading_messages import bonds, check_words, drafts, piece_of, read_text, refused, unmapped, words
from sample_messages import ERROR_SHEET, FLAT, flat, flat_file, submission

from tessera.errors import Unreadable
from tessera.extract.detect import find_sort
from tessera.extract.mentions import find_mentions
from tessera.extract.messages import nibrs, nibrs_errors, nibrs_flat
from tessera.extract.messages.nibrs_codes import ARRESTS, CLEARED, CODES, DRUGS
from tessera.extract.messages.nibrs_layout import ERROR_SHEET as SHEET
from tessera.extract.messages.nibrs_layout import HEAD, SEGMENTS
from tessera.extract.nibrs_lines import LENGTHS, is_submission
from tessera.model.found import Facts, Finding, MentionType, Passage, Refused

ADMINISTRATIVE, THEFT = FLAT[0], flat("2", {38: "23HC"}, 63)


def read(folder: Path, *segments: str) -> list[Finding]:
    found = read_text(nibrs_flat, folder, flat_file(*segments))
    check_words(found)
    return found


def terms(found: list[Finding], kind: str) -> list[dict[str, str]]:
    return [dict(each.terms) for each in drafts(found, kind)]


def refusals(found: list[Finding]) -> list[Refused]:
    return [each for each in found if isinstance(each, Refused)]


def test_a_flat_file_says_what_the_xml_form_says(tmp_path: Path) -> None:
    flat_form, xml = read(tmp_path), read_text(nibrs, tmp_path, submission())
    assert not refused(flat_form)
    for kind in ("incident", "offence", "arrest"):
        ours, theirs = terms(flat_form, kind), terms(xml, kind)
        for each in (*ours, *theirs):
            assert each.pop("note", "agency DE0010000").startswith("agency DE0010000")
        assert ours == theirs, kind
    links = [{(b.type, b.role, b.start[0], b.end[0]) for b in bonds(found)} for found in (flat_form, xml)]
    assert links[0] == links[1]
    assert {b.start for b in bonds(flat_form, "has-offence")} == {("incident", drafts(xml, "incident")[0].key)}
    assert flat_form[0] == Facts(terms={"title": "NIBRS flat file for 2026-02", "author": "DE0010000"})


def test_the_incident_has_its_place_hour_weapon_and_month(tmp_path: Path) -> None:
    (incident,) = drafts(read(tmp_path), "incident")
    assert incident.terms == {
        "incident_number": "26-1", "offence_category": "robbery", "source_category": "13B Simple assault; 120 Robbery", "occurred_at": "2026-02-19",
        "status": "cleared-by-arrest", "place_type": "street", "source_place_type": "18 Parking lot or garage", "weapon": "Handgun, automatic",
        "note": "agency DE0010000; incident report; reported for 2026-02; at 10:00 by the agency's clock",
    }  # fmt: skip
    assert str(incident.locator) == "row=1"


def test_a_report_date_is_none_of_the_incident_in_either_form(tmp_path: Path) -> None:
    found = read(tmp_path, flat("1", {38: "20260219R", 49: "A20260301", 88: "Y"}, 88), THEFT)
    (incident,) = terms(found, "incident")
    assert incident["reported_at"] == "2026-02-19"
    assert incident["status"] == "closed"
    assert incident["note"].endswith("cleared exceptionally: death of the offender 2026-03-01; cargo theft")
    assert "occurred_at" not in terms(found, "offence")[0]
    reported = "<IncidentAugmentation><IncidentReportDateIndicator>true</IncidentReportDateIndicator></IncidentAugmentation></Incident>"
    xml = read_text(nibrs, tmp_path, submission().replace("</Incident>", reported))
    assert terms(xml, "incident")[0]["reported_at"] == "2026-02-19"
    assert "occurred_at" not in terms(xml, "offence")[0]


def test_property_has_its_value_its_day_and_the_place_of_its_characters(tmp_path: Path) -> None:
    car, heroin = drafts(read(tmp_path), "property")
    assert car.terms == {
        "category": "03 Automobiles",
        "loss": "recovered",
        "value": "120",
        "recovered_on": "2026-02-21",
    }
    assert str(car.locator) == "row=4&char=38,57"
    assert heroin.terms == {"category": "10 Drugs", "loss": "seized", "drug": "Heroin", "quantity": "1.5 GM"}
    assert str(heroin.locator) == "row=5&char=232,247"


def test_each_drug_stands_by_itself_and_the_value_is_told_once(tmp_path: Path) -> None:
    drugs = {38: "7", 39: "10", 41: "000000900", 233: "E", 234: "000000000001", 246: "LB", 248: "E", 263: "X"}
    found = terms(read(tmp_path, ADMINISTRATIVE, THEFT, flat("3", drugs, 307)), "property")
    assert [each.get("quantity", "") for each in found] == ["0.001 LB", "", ""]
    assert [each.get("value", "") for each in found] == ["900", "", ""]
    assert [each["drug"] for each in found] == ["Marijuana", "Marijuana", "More than three sorts"]
    keys = [each.key for each in drafts(read(tmp_path, ADMINISTRATIVE, THEFT, flat("3", drugs, 307)), "property")]
    assert len(set(keys)) == len(keys), "a second one of the same name has a key of its own"


@pytest.mark.parametrize(
    ("said", "quantities", "note"),
    [
        ({39: "03", 58: "20", 229: "02"}, ["2", ""], ""),
        ({39: "03", 58: "37", 229: "04"}, ["", ""], "vehicles of all sorts in the segment: 4 stolen"),
    ],
)
def test_the_number_of_vehicles_is_kept(tmp_path: Path, said: dict[int, str], quantities: list[str], note: str) -> None:
    found = terms(read(tmp_path, ADMINISTRATIVE, THEFT, flat("3", {38: "7", **said}, 307)), "property")
    assert [each.get("quantity", "") for each in found] == quantities
    assert {each.get("note", "") for each in found} == {note}


def test_a_day_of_recovery_is_none_of_what_was_stolen(tmp_path: Path) -> None:
    said = {38: "7", 39: "20", 41: "000000050", 50: "20260221"}
    found = read(tmp_path, ADMINISTRATIVE, THEFT, flat("3", said, 307))
    assert terms(found, "property") == [{"category": "20 Money", "loss": "stolen", "value": "50"}]
    assert unmapped(found)["Property.DateRecovered"] == 1


def test_property_that_is_only_said_to_be_none_is_a_record_too(tmp_path: Path) -> None:
    assert terms(read(tmp_path, ADMINISTRATIVE, THEFT, flat("3", {38: "1"}, 307)), "property") == [{"loss": "none"}]


def test_a_victim_is_told_with_circumstances_relations_and_the_officer_in_both_forms(tmp_path: Path) -> None:
    said = {
        38: "001",
        41: "23H",
        71: "LNB  FWNR",
        80: "0120",
        84: "C",
        85: "MI",
        90: "01AQ00ST",
        130: "10G",
        133: "DE0020000",
    }
    found = read(tmp_path, ADMINISTRATIVE, THEFT, flat("4", said, 141))
    said_words = (
        "law enforcement officer; circumstance: argument; circumstance: criminal killed by a private citizen; justifiable homicide: criminal "
        "attacked a civilian; to offender 1: acquaintance; {}officer's activity: traffic pursuit or stop; officer's assignment: one-officer vehicle, "
        "alone; officer of the agency DE0020000"
    )
    assert terms(found, "person") == [
        {"sex": "female", "description": "age: newborn; " + said_words.format("to an offender: stranger; ")}
    ]
    assert unmapped(found)["Victim.Injury"] == 2, "injuries have no term and are counted"
    assert not any(each.health for each in drafts(found)), "the form has no marking of its own"
    victim = """<Victim s:id="V1"><RoleOfPerson s:ref="P1"/><VictimCategoryCode>L</VictimCategoryCode><VictimInjury/>
      <VictimAggravatedAssaultHomicideFactorCode>01</VictimAggravatedAssaultHomicideFactorCode>
      <VictimAggravatedAssaultHomicideFactorCode>20</VictimAggravatedAssaultHomicideFactorCode>
      <VictimJustifiableHomicideFactorCode>C</VictimJustifiableHomicideFactorCode></Victim>
      <EnforcementOfficial><RoleOfPerson s:ref="P1"/><EnforcementOfficialActivityCategoryCode>10</EnforcementOfficialActivityCategoryCode>
      <EnforcementOfficialAssignmentCategoryCode>G</EnforcementOfficialAssignmentCategoryCode><EnforcementOfficialUnit><OrganizationAugmentation>
      <OrganizationORIIdentification><IdentificationID>DE0020000</IdentificationID></OrganizationORIIdentification></OrganizationAugmentation>
      </EnforcementOfficialUnit></EnforcementOfficial><SubjectVictimAssociation><Subject s:ref="S1"/><Victim s:ref="V1"/>
      <VictimToSubjectRelationshipCode>Acquaintance</VictimToSubjectRelationshipCode></SubjectVictimAssociation>"""
    xml = submission().replace('<Victim s:id="V1"><RoleOfPerson s:ref="P1"/></Victim>', victim)
    xml = xml.replace(
        '<RoleOfPerson s:ref="P2"/></Subject>',
        '<SubjectSequenceNumberText>1</SubjectSequenceNumberText><RoleOfPerson s:ref="P2"/></Subject>',
    )
    assert terms(read_text(nibrs, tmp_path, xml), "person")[0]["description"] == said_words.format("")


def test_victims_and_offenders_who_are_no_persons_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path, *FLAT, flat("5", {38: "00"}, 45))
    assert unmapped(found)["Victim (no person)"] == 1
    assert unmapped(found)["Offender (no person)"] == 1
    assert unmapped(found)["Victim.OffenseCode"] == 1
    assert unmapped(found)["Offense.BiasMotivation"] == 2
    assert len(drafts(found, "person")) == 3


def test_an_arrest_of_group_b_stands_alone(tmp_path: Path) -> None:
    said = {38: "01", 40: "20260220", 48: "O", 49: "90D", 52: "01", 58: "22  MWN", 66: "H"}
    found = read(tmp_path, flat("7", said, 66, action="A", number="B-1"))
    (arrest,) = drafts(found, "arrest")
    assert arrest.key == "DE0010000/B-1/B-1/Arrest1"
    assert arrest.terms == {
        "arrest_number": "B-1", "arrested_at": "2026-02-20", "charge": "90D Driving under the influence",
        "note": "agency DE0010000; added; reported for 2026-02; on view",
    }  # fmt: skip
    assert [(b.type, b.role, b.end[0]) for b in bonds(found)] == [("involvement", "arrestee", "arrest")]
    assert terms(found, "person") == [{"age": "22", "sex": "male"}]
    assert unmapped(found)["GroupBArrestee.Disposition"] == 1


def test_a_zero_report_is_counted(tmp_path: Path) -> None:
    found = read(tmp_path, flat("0", {38: "022026"}, 43, number="000000000000"))
    assert unmapped(found) == {"Report (zero report: nothing happened in the month)": 1}
    assert not drafts(found)


def test_a_deletion_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, flat("1", {38: "20260219", 49: "N"}, 87, action="D"))
    assert "deleted by the agency" in terms(found, "incident")[0]["note"]


def test_a_deletion_and_a_report_of_one_incident_are_two(tmp_path: Path) -> None:
    first, second = drafts(read(tmp_path, flat("1", {38: "20260219"}, 87, action="D"), *FLAT), "incident")
    assert first.key == second.key
    assert ["deleted" in each.terms["note"] for each in (first, second)] == [True, False]


def test_an_arrest_that_is_added_is_bound_to_the_incident_that_was_reported_before(tmp_path: Path) -> None:
    found = read(tmp_path, FLAT[-1].replace("6I", "6A"))
    assert not drafts(found, "incident"), "it would take the place of the whole one"
    assert [b.start for b in bonds(found, "resulted-in")] == [("incident", "DE0010000/26-1")]
    assert terms(found, "arrest")[0]["note"].startswith("agency DE0010000; added")


def test_a_clearance_in_the_time_window_names_its_offences(tmp_path: Path) -> None:
    found = read(tmp_path, flat("1", {38: "20250219", 49: "B20260201", 58: "13A120"}, 87, action="W"))
    assert terms(found, "incident")[0]["offence_category"] == "robbery"


def test_segments_that_stand_apart_are_one_incident(tmp_path: Path) -> None:
    other = [segment.replace("26-1 ", "26-2 ") for segment in FLAT]
    mixed = [each for pair in zip(FLAT, other, strict=True) for each in pair]
    found = read(tmp_path, *mixed)
    upside_down = read(tmp_path, *reversed(FLAT))
    assert [len(drafts(found, kind)) for kind in ("incident", "offence", "person", "arrest", "property")] == [
        2,
        4,
        6,
        2,
        4,
    ]
    assert {b.start[1] for b in bonds(found, "has-offence")} == {"DE0010000/26-1", "DE0010000/26-2"}
    assert {each.key for each in drafts(upside_down)} == {each.key for each in drafts(read(tmp_path))}


def test_an_incident_of_too_many_segments_is_given_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nibrs_flat, "MOST", 4)
    found = read(tmp_path)
    assert len(drafts(found, "offence")) == 2
    assert len(drafts(found, "arrest")) == 1


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (THEFT[:-3], "says that it has 63 characters and has 60. Blanks at its end may have been trimmed"),
        (THEFT + "X", "says that it has 63 characters and has 64."),
        (THEFT.replace("0063", "006x"), "does not begin with its length in four digits, but with '006x'"),
        (THEFT.replace("0063", "00\u06606"), "does not begin with its length"),
        (flat("2", {38: "23HC"}, 65), "level 2 (Offense) has 63 or 71 characters, not 65"),
        (flat("9", {}, 63), "level of the segment is '9', which is none of 0, 1, 2"),
        (flat("2", {38: "23HC"}, 63, action="X"), "action is 'X', which is none of A, D, I"),
        (THEFT.replace("I02", "I13"), "month of the report is '2026-13'"),
        (THEFT.replace("DE0010000", "DE00 0000"), "ORI is 'DE00 0000', which is none"),
        (THEFT.replace("26-1", "    "), "The incident has no number"),
        (THEFT.replace("26-1", "2\t-1"), "The number of the incident is '2\\t-1'"),
        ("x", "does not begin with its length"),
        ("0002", "The level of the segment is ''"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_segment_is_refused_with_its_place_and_the_rest_is_read(
    tmp_path: Path, line: str, says: str
) -> None:
    found = read(tmp_path, FLAT[0], line, *FLAT[1:])
    (wrong,) = refusals(found)
    assert says in wrong.reason
    assert wrong.reason.endswith("The agency has to mend it.")
    assert str(wrong.locator) == "row=2"
    assert wrong.value == line
    assert len(drafts(found)) == len(drafts(read(tmp_path)))


@pytest.mark.parametrize(
    ("line", "says", "place"),
    [
        (flat("1", {38: "20260230"}, 87), "`Administrative.IncidentDate` is '20260230', which is no day", "37,45"),
        (flat("1", {38: "2026 219"}, 87), "`Administrative.IncidentDate` is '2026 219'", "37,45"),
        (flat("1", {38: "20260219", 47: "24"}, 87), "`Administrative.IncidentHour` is '24', which is no hour", "46,48"),
        (flat("1", {38: "20260219", 47: "1x"}, 87), "`Administrative.IncidentHour` is '1x', which is no number", "46,48"),
        (flat("1", {38: "20260219", 49: "Q"}, 87), "`Administrative.ClearedExceptionally` is 'Q', which is no code", "48,49"),
        (flat("2", {38: "99XC"}, 63), "`Offense.OffenseCode` is '99X', which is no code of NIBRS", "37,40"),
        (flat("2", {41: "C"}, 63), "`Offense.OffenseCode` is missing", "37,40"),
        (flat("2", {38: "23HC", 53: "99A"}, 63), "`Offense.WeaponForce` is '99A'", "52,55"),
        (flat("2", {38: "23HC", 45: "99"}, 63), "`Offense.LocationType` is '99'", "44,46"),
        (flat("2", {38: "23HC", 62: "00"}, 63), "`Offense.BiasMotivation` is '00'", "61,63"),
        (flat("3", {38: "9"}, 307), "`Property.Loss` is '9'", "37,38"),
        (flat("3", {38: "7", 39: "03", 58: "00"}, 307), "`Property.PropertyDescription` is '00'", "57,59"),
        (flat("3", {38: "7", 39: "03", 41: "12.50"}, 307), "`Property.PropertyValue` is '12.50', which is no number", "40,49"),
        (flat("3", {38: "5", 39: "03", 50: "20261301"}, 307), "`Property.DateRecovered` is '20261301'", "49,57"),
        (flat("3", {38: "6", 39: "10", 233: "E", 234: "1.5"}, 307), "`Property.DrugQuantity` is '1.5', which is no number", "233,245"),
        (flat("4", {38: "001", 71: "I32  FWNR", 41: "999"}, 129), "`Victim.OffenseCode` is '999', which is no code", "40,43"),
        (flat("4", {38: "001", 71: "I32  FWNR", 41: "200"}, 129), "is '200', an offence that the incident does not have", "40,43"),
        (flat("4", {38: "001", 71: "I320 FWNR"}, 129), "`Victim.Age` is '320', which is no age", "71,75"),
        (flat("4", {38: "001", 71: "I32  FWNR", 90: "01ZZ"}, 129), "`Victim.Relationship` is 'ZZ'", "91,93"),
        (flat("4", {38: "001", 71: "I32  FWNR", 85: "Z"}, 129), "`Victim.Injury` is 'Z'", "84,85"),
        (flat("5", {38: "01", 40: "NB", 44: "MW"}, 45), "`Offender.Age` is 'NB', which is no age", "39,43"),
        (flat("5", {38: "01", 40: "3025MW"}, 45), "`Offender.Age` is '3025', which is no age", "39,43"),
        (flat("5", {38: "01", 40: "30  ZW"}, 45), "`Offender.Sex` is 'Z'", "43,44"),
        (flat("6", {38: "02", 52: "20260231", 62: "120"}, 110), "`Arrestee.ArrestDate` is '20260231'", "51,59"),
        (flat("6", {38: "02", 52: "20260220", 62: "120", 65: "10"}, 110), "`Arrestee.ArmedWith` is '10'", "64,67"),
        (flat("7", {38: "01", 40: "20260220", 49: "90X"}, 66, number="B-1"), "`GroupBArrestee.OffenseCode` is '90X'", "48,51"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_a_field_is_refused_with_its_characters_and_the_rest_of_the_line_is_read(
    tmp_path: Path, line: str, says: str, place: str
) -> None:
    found = read(tmp_path, line, *([ADMINISTRATIVE] if line[4] != "1" else []), *FLAT[1:])
    (wrong,) = refusals(found)
    assert says in wrong.reason
    assert str(wrong.locator) == f"row=1&char={place}"
    assert line[4:5] == "2" or any(each.locator.row == 1 for each in drafts(found)), "the segment is a record still"


def test_the_incident_is_kept_where_its_administrative_segment_is_refused(tmp_path: Path) -> None:
    found = read(tmp_path, ADMINISTRATIVE[:-1], *FLAT[1:])
    (incident,) = terms(found, "incident")
    assert incident["note"].endswith("its administrative segment is missing or could not be read")
    assert incident["offence_category"] == "robbery"


def test_blanks_behind_a_segment_are_none_of_it_and_longer_segments_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path, *(segment.ljust(320) for segment in FLAT))
    assert not refused(found)
    assert not refused(read(tmp_path, *(segment.replace(" ", "\0") for segment in FLAT))), (
        "some programs fill up with NUL"
    )
    longer = read(tmp_path, ADMINISTRATIVE, flat("2", {38: "23HC", 70: "88", 72: "ours"}, 80))
    assert not refused(longer)
    assert unmapped(longer)["Offense.(behind the last field)"] == 1


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r\n\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_and_encodings_change_nothing(tmp_path: Path, ends: str, encoding: str) -> None:
    text = "".join(segment + ends for segment in FLAT) + "\x1a"
    found = read_text(nibrs_flat, tmp_path, text.encode(encoding))
    assert [each.terms for each in drafts(found)] == [each.terms for each in drafts(read(tmp_path))]
    assert not refused(found)


def test_a_line_without_end_is_refused_by_its_beginning(tmp_path: Path) -> None:
    (wrong,) = refusals(read(tmp_path, *FLAT, "0063" + "x" * 1_000_000))
    assert len(wrong.value) < 5_000
    assert wrong.locator.row == len(FLAT) + 1


@pytest.mark.parametrize("text", ["", "0", "\r\n\r\n", "What was seen\nat 0400.\n", THEFT[:20]])
def test_what_has_no_segment_is_unreadable(tmp_path: Path, text: str) -> None:
    for reader in (nibrs_flat, nibrs_errors):
        with pytest.raises(Unreadable) as caught:
            read_text(reader, tmp_path, text)
        assert caught.value.advice


def test_the_layout_has_no_character_in_two_fields_and_none_behind_the_segment() -> None:
    assert set(SEGMENTS) == set(LENGTHS)
    for level, (_, fields) in SEGMENTS.items():
        taken = [at for field in (*HEAD, *fields) for number in range(field.times) for at in range(*field.span(number))]
        assert len(taken) == len(set(taken)), level
        assert max(taken) + 1 == max(LENGTHS[level]) or level in {"3", "1"}, level
        assert max(taken) < max(LENGTHS[level])
    taken = [at for field in SHEET for at in range(*field.span(0))]
    assert taken == list(range(146))


def test_every_code_that_is_checked_belongs_to_a_field() -> None:
    names = {field.name for _, fields in SEGMENTS.values() for field in fields}
    assert set(CODES) <= names
    coded = names - set(CODES)
    assert coded == {
        "Age", "ArrestDate", "ArrestNumber", "DateRecovered", "DrugQuantity", "ExceptionalClearanceDate", "IncidentDate", "IncidentHour", "OffenderNumber",
        "OfficerORI", "PremisesEntered", "PropertyValue", "RecoveredVehicles", "SequenceNumber", "StolenVehicles", "ZeroMonth", "ZeroYear",
    }  # fmt: skip


def test_our_codes_of_fields_agree_with_the_tables_of_nibrs() -> None:
    from tables import SHARED

    tables = SHARED / "niem" / "nibrs" / "NIBRSCodeTables.xlsx"
    if not tables.exists():
        pytest.skip(f"the code tables are not at {tables}")
    calamine = pytest.importorskip("python_calamine")
    book = calamine.CalamineWorkbook.from_path(str(tables))
    sheets = {
        "AdditionalJustifiableHomicideCi": CODES["JustifiableHomicide"], "AggravatedAssaultHomicideCircum": CODES["Circumstance"],
        "ArresteeWasArmedWithType": CODES["ArmedWith"], "BiasMotivationType": CODES["BiasMotivation"], "ClearedExceptionallyType": {*CLEARED, "N"},
        "DispositionOfArresteeUnder18Typ": CODES["Disposition"], "EthnicityOfPersonType": CODES["Ethnicity"], "MethodOfEntryType": CODES["MethodOfEntry"],
        "MultipleArresteeSegmentsIndicat": CODES["MultipleArrestees"], "OffenderSuspectedOfUsingType": CODES["SuspectedOfUsing"],
        "OfficerActivityCircumstanceType": CODES["OfficerActivity"], "OfficerAssignmentTypeType": CODES["OfficerAssignment"], "RaceOfPersonType": CODES["Race"],
        "RelationshipsVictimToOffendersT": CODES["Relationship"], "ResidentStatusOfPersonType": CODES["ResidentStatus"], "SexOfPersonType": CODES["Sex"],
        "SuspectedDrugTypeType": set(DRUGS), "TypeDrugMeasurementType": CODES["Measurement"], "TypeInjuryType": CODES["Injury"],
        "TypeOfArrestType": set(ARRESTS), "TypeOfCriminalActivityType": CODES["CriminalActivity"], "TypeOfVictimType": CODES["TypeOfVictim"],
        "TypeOfWeaponForceInvolvedType": CODES["WeaponForce"], "TypePropertyLossEtcType": CODES["Loss"],
    }  # fmt: skip
    for sheet, known in sheets.items():
        codes = {str(row[1]).strip().removesuffix(".0") for row in book.get_sheet_by_name(sheet).to_python()[1:]}
        assert codes - {"", "9", "99"} <= set(known), sheet


def test_the_beginning_of_a_flat_file_is_enough_to_know_it_by() -> None:
    text = flat_file(*FLAT[:2])
    assert is_submission(text + FLAT[3][:20], is_whole=False)
    assert not is_submission(text + FLAT[3][:20], is_whole=True)
    assert is_submission(FLAT[0][:60], is_whole=False)
    assert not is_submission(FLAT[0][:30], is_whole=False)


def test_a_flat_file_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_text(flat_file())
    with pytest.raises(Unreadable, match="NIBRS flat file"):
        find_sort(piece_of(path))


def test_an_error_sheet_gives_each_error_as_a_row(tmp_path: Path) -> None:
    found = read_text(nibrs_errors, tmp_path, ERROR_SHEET)
    check_words(found)
    assert found[0] == Facts(terms={"title": "NIBRS error data sheet for 2026-02"})
    first, second, last = (each for each in found if isinstance(each, Passage))
    assert first.text == (
        "Month: 2026-02; Line: 0000015; Action: I; ORI: DE0010000; Incident number: 26-1; Segment: 3 Property; Property loss: 6; Data element: 20; "
        "Error number: 306; Value: E; Message: NCA07: duplicate value=e; Medium: FLOPPY"
    )
    assert "Segment" not in second.text
    assert last.text == "FBI processed diskette on 03/24/26"
    assert [each.locator.row for each in (first, second, last)] == [1, 2, 3]


def test_the_capitals_of_an_error_sheet_name_nobody(tmp_path: Path) -> None:
    rows = (each.text for each in read_text(nibrs_errors, tmp_path, ERROR_SHEET) if isinstance(each, Passage))
    found = {mention.type for text in rows for mention in find_mentions(text, words().gazetteers)}
    assert MentionType.PERSON not in found


def test_a_line_of_an_error_sheet_that_tells_none_is_refused(tmp_path: Path) -> None:
    found = read_text(nibrs_errors, tmp_path, ERROR_SHEET + "What is this?\n")
    (wrong,) = refusals(found)
    assert (wrong.locator.row, wrong.value) == (4, "What is this?")
