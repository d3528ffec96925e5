"""Resources of FHIR R4 as records: which kind, which terms, which links."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.parts import JsonPart
from tessera.extract.messages.plain_text import plain_text

KINDS: Final[Mapping[str, str]] = {
    "AllergyIntolerance": "allergy",
    "Condition": "condition",
    "DiagnosticReport": "diagnostic-report",
    "Encounter": "encounter",
    "Immunization": "immunization",
    "Location": "location",
    "MedicationAdministration": "medication",
    "MedicationDispense": "medication",
    "MedicationRequest": "medication",
    "MedicationStatement": "medication",
    "Observation": "observation",
    "Organization": "organization",
    "Patient": "person",
    "Practitioner": "person",
    "Procedure": "procedure",
    "RelatedPerson": "person",
}
NOT_HEALTH: Final = frozenset({"Location", "Organization", "Practitioner"})
"""Resources that say nothing of a patient."""
# Link by link, the elements that state it. The kinds that a link may end at are the dictionary's.
LINKS: Final[Mapping[str, tuple[str, ...]]] = {
    "because-of": ("reasonReference",),
    "care-of": ("subject", "patient"),
    "during": ("encounter", "context"),
    "rests-on": ("result", "derivedFrom", "hasMember"),
    "treated-at": ("location",),
    "treated-by": ("performer", "requester", "recorder", "asserter", "serviceProvider", "participant"),
}
ENDS: Final[Mapping[str, frozenset[str]]] = {
    "because-of": frozenset({"condition", "observation", "procedure", "diagnostic-report"}),
    "care-of": frozenset({"person"}),
    "during": frozenset({"encounter"}),
    "rests-on": frozenset({"observation", "diagnostic-report"}),
    "treated-at": frozenset({"location"}),
    "treated-by": frozenset({"person", "organization"}),
}
_SSN: Final = ("us-ssn", "2.16.840.1.113883.4.1")
_LICENSE: Final = "2.16.840.1.113883.4.3.25"
_PHONE: Final = re.compile(r"\+?[0-9() .x-]{7,25}", re.ASCII)
_NORTH_AMERICAN: Final = re.compile(r"1?([2-9]\d{2}[2-9]\d{6})", re.ASCII)
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def terms_of(part: JsonPart, drugs: Mapping[str, str]) -> dict[str, str]:
    """Give the terms of a resource of a kind that the dictionary has; `drugs` names medications by their reference."""
    name = part.name
    if KINDS[name] == "medication":
        return stored.filled(_medication(part, drugs))
    return stored.filled(_READERS[name](part))


def _concept(part: JsonPart, name: str) -> tuple[str, str, str]:
    """Give words, code and code system of a concept; the first code stands, others are in the words."""
    each = part.part(name)
    codings = each.parts("coding")
    for coding in codings:
        coding.text("userSelected")
        coding.text("version")
    displays = [coding.text("display") for coding in codings]
    first = codings[0] if codings else JsonPart(None, "")
    words = each.text("text") or next(filter(None, displays), "") or first.text("code")
    other = [f"{one.text('system')} {one.text('code')}" for one in codings[1:]]
    return words, stored.joined([first.text("code"), *other]), first.text("system")


def _words(part: JsonPart, *names: str) -> str:
    """Give concepts, or lists of them, in words."""
    said = []
    for name in names:
        for each in part.parts(name):
            codings = each.parts("coding")
            for coding in codings:
                coding.text("system")
                coding.text("version")
            shown = [coding.text("display") or coding.text("code") for coding in codings]
            said.append(each.text("text") or next(filter(None, shown), "") or each.text("display") or each.text("code"))
            each.text("system")
    return stored.joined(said)


def _coded(part: JsonPart, name: str) -> dict[str, str]:
    words, code, system = _concept(part, name)
    return {"title": words, "code": code, "code_system": system}


def _numbers(part: JsonPart) -> str:
    return stored.joined(each.text("value") for each in part.parts("identifier"))


def _notes(part: JsonPart) -> str:
    return "\n".join(filter(None, (plain_text(each.text("text")) for each in part.parts("note"))))


def _reference(part: JsonPart, *names: str) -> str:
    said = (each.text("reference") for name in names for each in part.parts(name))
    return next(filter(None, said), "")


def _named(part: JsonPart, *names: str) -> str:
    """Give what references are shown as; nested ones too, such as the actor of a performer."""
    said = []
    for name in names:
        for each in part.parts(name):
            inner = [each.part(step) for step in ("actor", "individual", "location")]
            said += [one.text("display") for one in [each, *inner]]
    return stored.joined(said)


def _common(part: JsonPart) -> dict[str, str]:
    return {
        "number": _numbers(part),
        "patient_ref": _reference(part, "subject", "patient"),
        "encounter_ref": _reference(part, "encounter", "context"),
        "note": _notes(part),
    }


def _since(part: JsonPart, stem: str) -> str:
    """Give the beginning of a time that is written in one of several ways."""
    return part.moment(f"{stem}DateTime") or part.part(f"{stem}Period").moment("start")


def _until(part: JsonPart, stem: str) -> str:
    return part.part(f"{stem}Period").moment("end")


def _quantity(part: JsonPart) -> tuple[str, str]:
    part.text("system")
    number = stored.number(part.get("value")) if part.value.get("value") is not None else ""
    return f"{part.text('comparator')}{number}", part.text("unit") or part.text("code")


def _value(part: JsonPart) -> tuple[str, str]:
    """Give value and unit of a finding, in whichever way it is written."""
    if part.value.get("valueQuantity"):
        return _quantity(part.part("valueQuantity"))
    for name in ("valueString", "valueInteger", "valueBoolean", "valueDateTime", "valueTime"):
        if said := part.text(name):
            return said, ""
    if part.value.get("valueCodeableConcept"):
        return _words(part, "valueCodeableConcept"), ""
    bounds = part.part("valueRange")
    low, high = _quantity(bounds.part("low")), _quantity(bounds.part("high"))
    if low[0] or high[0]:
        return f"{low[0]} to {high[0]}", low[1] or high[1]
    ratio = part.part("valueRatio")
    over, under = _quantity(ratio.part("numerator")), _quantity(ratio.part("denominator"))
    return (f"{over[0]} / {under[0]}", f"{over[1]} / {under[1]}".strip(" /")) if over[0] else ("", "")


def _observation(part: JsonPart) -> dict[str, str]:
    value, unit = _value(part)
    missing = _words(part, "dataAbsentReason")
    return {
        **_common(part),
        **_coded(part, "code"),
        "status": part.text("status"),
        "category": _words(part, "category"),
        "value": value or (f"none: {missing}" if missing else ""),
        "unit": unit,
        "interpretation": _words(part, "interpretation"),
        "reference_range": stored.joined(_range(each) for each in part.parts("referenceRange")),
        "components": "\n".join(_component(each) for each in part.parts("component")),
        "observed_at": _since(part, "effective") or part.moment("issued"),
    }


def _range(part: JsonPart) -> str:
    low, high = _quantity(part.part("low")), _quantity(part.part("high"))
    return part.text("text") or " ".join(
        filter(None, (low[0], "to" if low[0] and high[0] else "", high[0], low[1] or high[1]))
    )


def _component(part: JsonPart) -> str:
    words, code, _ = _concept(part, "code")
    value, unit = _value(part)
    return f"{words} ({code}): {' '.join(filter(None, (value, unit)))}"


def _encounter(part: JsonPart) -> dict[str, str]:
    period = part.part("period")
    start, end = period.text("start"), period.text("end")
    length = _quantity(part.part("length"))
    stay = part.part("hospitalization")
    sort = part.part("class")
    sort.text("system")
    types = [_concept(part, "type")] if part.parts("type") else [("", "", "")]
    where = [_named(each, "location") for each in part.parts("location")]
    return {
        "number": _numbers(part),
        "status": part.text("status"),
        "class": sort.text("code") or sort.text("display"),
        "title": types[0][0] or sort.text("display"),
        "code": types[0][1],
        "code_system": types[0][2],
        "started_at": stored.moment(start),
        "ended_at": stored.moment(end),
        "stay_hours": stay_hours(start, end),
        "stay_stated": " ".join(filter(None, length)),
        "reason": _words(part, "reasonCode"),
        "discharge": _words(stay, "dischargeDisposition"),
        "ward": stored.joined(where),
        "hospital": _named(part, "serviceProvider"),
        "patient_ref": _reference(part, "subject"),
    }


def stay_hours(start: str, end: str) -> str:
    """Give the hours from beginning to end; nothing unless both are known to the minute and stand in order.

    >>> stay_hours("2026-03-01T23:30:00-05:00", "2026-03-03T07:30:00-05:00"), stay_hours("2026-03-01", "2026-03-03")
    ('32', '')
    """
    if min(len(stored.moment(start)), len(stored.moment(end))) <= len("2026-03-01"):
        return ""
    hours = (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 3600
    return stored.number(round(hours, 4)) if hours >= 0 else ""


def _condition(part: JsonPart) -> dict[str, str]:
    return {
        **_common(part),
        **_coded(part, "code"),
        "category": _words(part, "category"),
        "clinical_status": _words(part, "clinicalStatus"),
        "verification": _words(part, "verificationStatus"),
        "severity": _words(part, "severity"),
        "onset_at": _since(part, "onset"),
        "ended_at": _since(part, "abatement"),
        "recorded_at": part.moment("recordedDate"),
    }


def _medication(part: JsonPart, drugs: Mapping[str, str]) -> dict[str, str]:
    given = {"MedicationRequest": "ordered", "MedicationDispense": "handed out", "MedicationStatement": "stated"}
    coded = _coded(part, "medicationCodeableConcept")
    reference = _reference(part, "medicationReference")
    named = coded["title"] or drugs.get(reference, "") or _named(part, "medicationReference")
    period = _until(part, "effective")
    at = part.get("authoredOn") or part.get("whenHandedOver") or part.get("dateAsserted")
    return {
        **_common(part),
        **coded,
        "title": named or reference,
        "status": part.text("status"),
        "category": stored.joined([given.get(part.name, "given"), part.text("intent")]),
        "dose": stored.joined(_dose(each) for name in ("dosageInstruction", "dosage") for each in part.parts(name)),
        "reason": _words(part, "reasonCode"),
        "ordered_at": _since(part, "effective") or stored.moment(at),
        "ended_at": period,
        "ordered_by": _named(part, "requester", "performer"),
    }


def _dose(part: JsonPart) -> str:
    amounts = [_quantity(each.part("doseQuantity")) for each in part.parts("doseAndRate")] or [
        _quantity(part.part("dose"))
    ]
    repeat = part.part("timing").part("repeat")
    part.text("sequence")
    often = [repeat.text(name) for name in ("frequency", "period", "periodUnit")]
    said = [
        part.text("text"),
        *(" ".join(filter(None, each)) for each in amounts),
        f"{often[0]} times in {often[1]} {often[2]}" if all(often) else "",
        _words(part, "route"),
        "as needed" if part.text("asNeededBoolean") == "true" else "",
    ]
    return ", ".join(filter(None, said))


def _procedure(part: JsonPart) -> dict[str, str]:
    return {
        **_common(part),
        **_coded(part, "code"),
        "status": part.text("status"),
        "performed_at": _since(part, "performed"),
        "ended_at": _until(part, "performed"),
        "reason": _words(part, "reasonCode"),
        "outcome": _words(part, "outcome", "complication"),
    }


def _immunization(part: JsonPart) -> dict[str, str]:
    amount = " ".join(filter(None, _quantity(part.part("doseQuantity"))))
    series = [
        each.text("doseNumberPositiveInt") or each.text("doseNumberString") for each in part.parts("protocolApplied")
    ]
    return {
        **_common(part),
        **_coded(part, "vaccineCode"),
        "status": part.text("status"),
        "given_at": _since(part, "occurrence"),
        "lot": part.text("lotNumber"),
        "dose": stored.joined([amount, *(f"dose {said}" for said in series if said)]),
        "reason": _words(part, "statusReason", "reasonCode"),
    }


def _allergy(part: JsonPart) -> dict[str, str]:
    reactions = [_words(each, "manifestation", "substance") for each in part.parts("reaction")]
    return {
        **_common(part),
        **_coded(part, "code"),
        "category": stored.joined([part.text("type"), *part.texts("category")]),
        "clinical_status": _words(part, "clinicalStatus"),
        "verification": _words(part, "verificationStatus"),
        "criticality": part.text("criticality"),
        "reaction": stored.joined(reactions),
        "onset_at": _since(part, "onset"),
        "recorded_at": part.moment("recordedDate"),
    }


def _report(part: JsonPart) -> dict[str, str]:
    return {
        **_common(part),
        **_coded(part, "code"),
        "status": part.text("status"),
        "category": _words(part, "category"),
        "conclusion": stored.joined([part.text("conclusion"), _words(part, "conclusionCode")]),
        "observed_at": _since(part, "effective"),
        "issued_at": part.moment("issued"),
    }


def _person(part: JsonPart) -> dict[str, str]:
    names = sorted(part.parts("name"), key=lambda each: each.text("use") not in {"official", "usual", ""})
    name = names[0] if names else JsonPart(None, "")
    given = name.texts("given")
    said = " ".join(filter(None, (*given, name.text("family"))))
    terms = {
        "surname": name.text("family"),
        "given_name": given[0] if given else "",
        "middle_name": " ".join(given[1:]),
        "name_suffix": stored.joined(name.texts("suffix")),
        "full_name": name.text("text") if not said else "",
        "alias": stored.joined(_whole_name(each) for each in names[1:]),
        "birth_date": stored.birth(part.get("birthDate")),
        "sex": part.text("gender"),
        "national_id": _identified(part, _SSN),
        "license_number": _identified(part, (_LICENSE,)),
        "recorded_at": part.part("meta").moment("lastUpdated"),
    }
    name.text("text")
    name.texts("prefix")
    return terms | _reached(part, "phone", "email") | _living(part)


def _whole_name(part: JsonPart) -> str:
    return part.text("text") or " ".join(filter(None, (*part.texts("given"), part.text("family"))))


def _identified(part: JsonPart, systems: tuple[str, ...]) -> str:
    for each in part.parts("identifier"):
        if each.text("system").endswith(systems):
            return each.text("value")
    return ""


def _reached(part: JsonPart, *wanted: str) -> dict[str, str]:
    """Give the first telephone number and e-mail address, in the form in which they are stored."""
    found: dict[str, str] = {}
    for each in part.parts("telecom"):
        sort = each.text("system")
        each.text("use")
        said = _telephone(each.text("value")) if sort == "phone" else each.text("value")
        if sort == "email" and not _MAIL.fullmatch(said):
            said = ""
        if sort in wanted and said:
            found.setdefault(sort, said.lower() if sort == "email" else said)
    return found


def _telephone(said: str) -> str:
    if not _PHONE.fullmatch(said):
        return ""
    digits = re.sub(r"\D", "", said.partition("x")[0])
    american = _NORTH_AMERICAN.fullmatch(digits)
    if american:
        return f"+1{american[1]}"
    return f"+{digits}" if said.startswith("+") and not digits.startswith("1") else ""


def _living(part: JsonPart) -> dict[str, str]:
    address = part.part("address")
    address.text("use")
    address.text("type")
    lines = ", ".join(address.texts("line"))
    return {
        "address": lines or address.text("text"),
        "city": address.text("city"),
        "state": address.text("state"),
        "postal_code": address.text("postalCode"),
    }


def _patient(part: JsonPart) -> dict[str, str]:
    died = part.moment("deceasedDateTime")
    dead = part.text("deceasedBoolean") == "true"
    return {**_person(part), "description": f"died {died}" if died else "died" if dead else ""}


def _practitioner(part: JsonPart) -> dict[str, str]:
    skills = stored.joined(_words(each, "code") for each in part.parts("qualification"))
    part.text("active")
    return {**_person(part), "occupation": skills}


def _organization(part: JsonPart) -> dict[str, str]:
    part.text("active")
    living = _living(part)
    country = part.part("address").text("country")
    address = ", ".join(filter(None, (living["address"], living["city"], living["state"], living["postal_code"])))
    return {
        "name": part.text("name"),
        "alias": stored.joined(part.texts("alias")),
        "category": _words(part, "type"),
        "registration_number": _numbers(part),
        "address": address,
        "city": living["city"],
        "country": country,
        **_reached(part, "phone", "email"),
    }


def _location(part: JsonPart) -> dict[str, str]:
    part.text("status")
    part.text("mode")
    living = {name: said for name, said in _living(part).items() if name != "state"}
    state = part.part("address").text("state")
    return {
        "name": part.text("name"),
        "use": _words(part, "type", "physicalType"),
        "description": part.text("description"),
        **living,
        "state": state,
    }


_READERS: Final[Mapping[str, Callable[[JsonPart], dict[str, str]]]] = {
    "AllergyIntolerance": _allergy,
    "Condition": _condition,
    "DiagnosticReport": _report,
    "Encounter": _encounter,
    "Immunization": _immunization,
    "Location": _location,
    "Observation": _observation,
    "Organization": _organization,
    "Patient": _patient,
    "Practitioner": _practitioner,
    "Procedure": _procedure,
    "RelatedPerson": _person,
}


def references_in(part: JsonPart, link: str) -> Iterator[str]:
    """Give the references of a resource that state a link."""
    for name in LINKS[link]:
        for each in part.parts(name):
            yield from filter(None, [each.text("reference")])
            for step in ("actor", "individual", "location"):
                yield from filter(None, [each.part(step).text("reference")])
