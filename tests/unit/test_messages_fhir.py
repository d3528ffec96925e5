import json
from pathlib import Path
from typing import Any

import pytest
from reading_messages import bonds, check_words, drafts, read_text, refused, unmapped
from sample_messages import CODE, ENCOUNTER, OBSERVATION, PATIENT, SUBJECT, fhir_bundle, resource

from tessera.extract.messages import fhir
from tessera.model.found import Finding
from tessera.model.marking import Tlp


def read(folder: Path, *resources: dict[str, Any]) -> list[Finding]:
    found = read_text(fhir, folder, fhir_bundle(*resources))
    check_words(found)
    return found


def test_a_patient_is_a_person_under_health_privacy_with_identifiers(tmp_path: Path) -> None:
    numbers = [
        {"system": "urn:h", "value": "77", "type": {"text": "Medical record number"}},
        {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "999-12-3456"},
    ]
    found = read(
        tmp_path, {**PATIENT, "identifier": numbers, "telecom": [{"system": "phone", "value": "(302) 555-0147"}]}
    )
    person, *identifiers = drafts(found)
    assert person.terms == {
        "surname": "Hill", "given_name": "Ann", "middle_name": "May", "birth_date": "1984-07-19", "sex": "female", "national_id": "999-12-3456",
        "phone": "+13025550147",
    }  # fmt: skip
    assert (person.key, person.locator.pointer, person.health) == ("Patient/p1", "/entry/0/resource", True)
    assert [(each.terms["value"], each.health) for each in identifiers] == [("77", True), ("999-12-3456", True)]
    assert len(bonds(found, "identified-by")) == 2


def test_the_length_of_stay_is_told_in_hours_and_as_the_hospital_states_it(tmp_path: Path) -> None:
    (stay,) = drafts(read(tmp_path, ENCOUNTER))
    assert (stay.terms["stay_hours"], stay.terms["stay_stated"], stay.terms["class"]) == ("32", "2 d", "IMP")
    assert stay.terms["started_at"] == "2026-03-02T04:30:00Z"


def test_a_stay_that_goes_on_or_is_known_by_days_has_no_hours(tmp_path: Path) -> None:
    for period in ({"start": "2026-03-01T23:30:00-05:00"}, {"start": "2026-03-01", "end": "2026-03-03"}):
        assert "stay_hours" not in drafts(read(tmp_path, {**ENCOUNTER, "period": period}))[0].terms


@pytest.mark.parametrize(
    ("value", "said", "unit"),
    [
        ({"valueQuantity": {"value": 172.5, "unit": "cm"}}, "172.5", "cm"),
        ({"valueQuantity": {"value": 5, "comparator": "<", "code": "mg"}}, "<5", "mg"),
        ({"valueCodeableConcept": {"coding": [{"display": "Never smoker"}]}}, "Never smoker", ""),
        ({"valueString": "clear"}, "clear", ""),
        ({"valueBoolean": False}, "false", ""),
        ({"valueInteger": 3}, "3", ""),
        ({"valueRange": {"low": {"value": 1, "unit": "g"}, "high": {"value": 2}}}, "1 to 2", "g"),
        (
            {"valueRatio": {"numerator": {"value": 1, "unit": "mg"}, "denominator": {"value": 2, "unit": "L"}}},
            "1 / 2",
            "mg / L",
        ),
        ({"dataAbsentReason": {"text": "asleep"}}, "none: asleep", ""),
    ],
)
def test_a_finding_has_value_unit_and_code(tmp_path: Path, value: dict[str, Any], said: str, unit: str) -> None:
    (draft,) = drafts(read(tmp_path, {**OBSERVATION, **value}))
    assert (draft.terms["value"], draft.terms.get("unit", ""), draft.terms["code"]) == (said, unit, "8302-2")
    assert draft.health


def test_a_finding_of_several_parts_tells_them_all(tmp_path: Path) -> None:
    parts = [
        {"code": {"text": name}, "valueQuantity": {"value": n, "unit": "mmHg"}}
        for name, n in (("Systolic", 120), ("Diastolic", 80))
    ]
    (draft,) = drafts(read(tmp_path, {**OBSERVATION, "component": parts}))
    assert draft.terms["components"] == "Systolic (): 120 mmHg\nDiastolic (): 80 mmHg"


@pytest.mark.parametrize(
    ("given", "kind", "term"),
    [
        (resource("Condition", code=CODE, onsetDateTime="2026-01-05"), "condition", "onset_at"),
        (resource("MedicationRequest", status="active", intent="order", medicationCodeableConcept=CODE, dosageInstruction=[{"text": "daily"}]), "medication", "dose"),
        (resource("MedicationAdministration", status="completed", medicationCodeableConcept=CODE, effectiveDateTime="2026-01-01"), "medication", "ordered_at"),
        (resource("Procedure", status="completed", code=CODE, performedPeriod={"start": "2026-01-01"}), "procedure", "performed_at"),
        (resource("Immunization", status="completed", vaccineCode=CODE, patient=SUBJECT, occurrenceDateTime="2026-01-01", lotNumber="7"), "immunization", "lot"),
        (resource("AllergyIntolerance", patient=SUBJECT, code=CODE, criticality="high"), "allergy", "criticality"),
        (resource("DiagnosticReport", status="final", code=CODE, conclusion="Well."), "diagnostic-report", "conclusion"),
        ({"resourceType": "Practitioner", "id": "d", "name": [{"family": "Bo"}]}, "person", "surname"),
        ({"resourceType": "Organization", "id": "o", "name": "Marsh Hospital"}, "organization", "name"),
        ({"resourceType": "Location", "id": "l", "name": "Ward 3", "position": {"latitude": 38.5, "longitude": -75.1}}, "location", "name"),
    ],
    ids=lambda each: each["resourceType"] if isinstance(each, dict) else "",
)  # fmt: skip
def test_each_resource_has_its_kind(tmp_path: Path, given: dict[str, Any], kind: str, term: str) -> None:
    (draft,) = drafts(read(tmp_path, given))
    assert (draft.kind, bool(draft.terms[term])) == (kind, True)
    assert draft.health == (kind not in {"organization", "location"} and given["resourceType"] != "Practitioner")


def test_references_become_links_whichever_way_they_are_written(tmp_path: Path) -> None:
    stay = {**ENCOUNTER, "subject": {"reference": "urn:uuid:0"}}
    finding = {
        **OBSERVATION,
        "subject": {"reference": "https://h.example/Patient/p1/_history/2"},
        "encounter": {"reference": "urn:uuid:1"},
    }
    found = read(tmp_path, PATIENT, stay, finding)
    assert {(b.type, b.start[1], b.end[1]) for b in bonds(found)} == {
        ("care-of", "Encounter/r1", "Patient/p1"), ("care-of", "Observation/r1", "Patient/p1"), ("during", "Observation/r1", "Encounter/r1"),
    }  # fmt: skip


def test_a_medication_is_named_by_the_resource_that_is_referred_to(tmp_path: Path) -> None:
    drug = {"resourceType": "Medication", "id": "m", "code": {"text": "Aspirin"}}
    found = read(
        tmp_path,
        resource(
            "MedicationRequest", status="active", intent="order", medicationReference={"reference": "Medication/m"}
        ),
        drug,
    )
    assert drafts(found)[0].terms["title"] == "Aspirin"
    assert unmapped(found)["Medication"] == 1


def test_security_labels_raise_the_level(tmp_path: Path) -> None:
    assert drafts(read(tmp_path, {**OBSERVATION, "meta": {"security": [{"code": "V"}]}}))[0].tlp is Tlp.RED


def test_other_resources_and_parts_are_counted(tmp_path: Path) -> None:
    found = read(
        tmp_path, resource("Claim"), resource("Claim"), {**PATIENT, "maritalStatus": {"text": "M"}, "photo": []}
    )
    assert unmapped(found) == {"Claim": 2, "Patient.maritalStatus": 1}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (resource("Observation", code=CODE), "`status` is missing"),
        ({**OBSERVATION, "status": "done"}, "`status` is 'done'"),
        ({**OBSERVATION, "id": "a b"}, "`id` is none"),
        ({**OBSERVATION, "effectiveDateTime": "2026-13"}, "`effectiveDateTime` is '2026-13'"),
        ({**OBSERVATION, "valueString": "a", "valueInteger": 1}, "`value[x]` of Observation"),
        ({**ENCOUNTER, "period": {"start": "x"}}, "`period` has 'x'"),
        (resource("Immunization", status="completed", vaccineCode=CODE, patient=SUBJECT), "`occurrence[x]` is missing"),
        ({**PATIENT, "gender": "F"}, "`gender` is 'F'"),
        ({"id": "1"}, "`resourceType` is missing"),
    ],
)
def test_a_resource_that_breaks_the_standard_is_refused_with_the_reason(
    tmp_path: Path, given: dict[str, Any], says: str
) -> None:
    found = read(tmp_path, given, PATIENT)
    assert says in refused(found)[0]
    assert len(drafts(found, "person")) == 1


def test_lines_of_a_bulk_export_are_told_by_their_number(tmp_path: Path) -> None:
    found = read_text(fhir, tmp_path, "\n".join(json.dumps({**OBSERVATION, "id": f"o{n}"}) for n in range(3)))
    assert [str(draft.locator) for draft in drafts(found)] == ["row=1", "row=2", "row=3"]


def test_a_single_resource_and_a_transaction_are_read(tmp_path: Path) -> None:
    assert len(drafts(read_text(fhir, tmp_path, json.dumps(PATIENT)))) == 1
    assert len(drafts(read_text(fhir, tmp_path, fhir_bundle(PATIENT, sort="transaction")))) == 1


def test_a_list_has_entries_and_is_no_bundle(tmp_path: Path) -> None:
    found = read_text(
        fhir, tmp_path, json.dumps({"resourceType": "List", "entry": [{"item": SUBJECT}, {"item": SUBJECT}]})
    )
    assert not refused(found)
    assert unmapped(found) == {"List": 1, "List.entry": 2}


def test_an_empty_bundle_is_counted(tmp_path: Path) -> None:
    found = read_text(fhir, tmp_path, json.dumps({"resourceType": "Bundle", "type": "searchset", "total": 0}))
    assert unmapped(found) == {"Bundle (empty)": 1}
