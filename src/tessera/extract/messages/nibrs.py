"""NIBRS submissions in NIEM XML: incidents with their offences, persons, arrests and property.

Elements are told by their local names, so that every release of NIEM and of the IEPD is read alike. Race, ethnicity and bias codes
have no term and are counted; they stay in the file.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.nibrs_codes import (
    ACTIONS,
    ARRESTS,
    CLEARED,
    DRUGS,
    GOODS,
    GRAVEST,
    OFFENCES,
    PLACES,
    SEXES,
    WEAPONS,
)
from tessera.extract.messages.paragraphs import with_prose
from tessera.extract.messages.parts import XmlPart
from tessera.extract.messages.tally import Tally
from tessera.extract.messages.xml_message import outermost, source_of, whole_or_tail
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.extract.xml_text import local
from tessera.model.found import Bond, Draft, Facts, Finding, Refused
from tessera.model.locator import Locator

_ROLES: Final = {"Victim": "victim", "Subject": "suspect", "Arrestee": "arrestee"}
_SEVERAL: Final = 3
_WHOLE: Final = frozenset({"I", "R"})
"""Actions that report an incident with all that belongs to it."""


@dataclass(kw_only=True)
class _Report:
    """One report as it is read: what its references point to."""

    part: XmlPart
    key: str
    action: str
    offences: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Records of offences by the identifier that the message gives them."""
    arrests: dict[str, tuple[str, str]] = field(default_factory=dict)
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Records of persons by the identifier of their role."""
    roles: dict[str, list[str]] = field(default_factory=dict)

    @property
    def incident(self) -> tuple[str, str]:
        return "incident", self.key


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give the reports of a NIBRS submission as records, links and refusals."""
    del tools
    yield from with_prose(whole_or_tail(piece, _findings(piece)))


def _findings(piece: Piece) -> Iterator[Finding]:
    tally, passed, told = Tally(), Counter[str](), False
    for part in outermost(piece, {"MessageMetadata", "Report"}.__contains__, passed):
        if local(part.element) == "MessageMetadata":
            yield _facts(part)
            told = True
            tally.rest(part, Locator(pointer=part.pointer))
            continue
        if not told:
            yield Facts(terms={})
            told = True
        yield from _report(part, tally)
    if not told:
        yield Facts(terms={})
    for name, count in passed.items():
        tally.count([f"Submission.{name}"] * count, Locator())
    yield from tally.findings()


def _facts(part: XmlPart) -> Facts:
    author = _agency(part.part("MessageSubmittingOrganization"))
    said = {
        "author": author,
        "made_at": stored.moment(part.text("MessageDateTime")),
        "message_id": part.part("MessageIdentification").text("IdentificationID"),
        "title": f"NIBRS {version}" if (version := part.text("MessageImplementationVersion")) else "NIBRS",
    }
    return Facts(terms=stored.filled(said))


def _agency(part: XmlPart) -> str:
    found = part.part("OrganizationAugmentation", "OrganizationORIIdentification")
    return found.text("IdentificationID")


def _report(part: XmlPart, tally: Tally) -> Iterator[Finding]:
    locator = Locator(pointer=part.pointer)
    header = part.part("ReportHeader")
    sort, action = header.text("NIBRSReportCategoryCode").upper(), header.text("ReportActionCategoryCode")
    agency = _agency(header.part("ReportingAgency"))
    wrong = list(_faults(part, sort, action, agency))
    if wrong:
        reason = " ".join(wrong[:_SEVERAL]) + " The agency has to mend it."
        yield Refused(reason=reason, locator=locator, value=source_of(part.element))
        return
    if sort.startswith("ZERO"):
        tally.count(["Report (zero report: nothing happened in the month)"], locator)
        return
    number = _number(part.part("Incident")) or _number(part.part("Arrest"))
    report = _Report(part=part, key=f"{agency}/{number}", action=action)
    month = header.part("ReportDate").text("YearMonthDate")
    note = stored.joined(
        [f"agency {agency}", f"{ACTIONS.get(action, action)}", f"reported for {month}" if month else ""]
    )
    yield from _read_report(report, note, tally)
    tally.rest(part, locator)


def _number(part: XmlPart) -> str:
    return part.part("ActivityIdentification").text("IdentificationID")


def _faults(part: XmlPart, sort: str, action: str, agency: str) -> Iterator[str]:
    if not sort:
        yield "`NIBRSReportCategoryCode` is missing."
    if action not in ACTIONS:
        yield f"`ReportActionCategoryCode` is {action[:10]!r}, which is none of {', '.join(ACTIONS)}."
    if not agency:
        yield "The agency's ORI is missing."
    if sort.startswith("GROUP A") and not _number(part.part("Incident")):
        yield "The incident has no number."
    if sort.startswith("GROUP B") and not any(map(_number, part.parts("Arrest"))):
        yield "The arrest has no number."
    if sort and not sort.startswith(("GROUP A", "GROUP B", "ZERO")):
        yield f"`NIBRSReportCategoryCode` is {sort[:40]!r}, which is no report that NIBRS knows."
    codes = [code for each in part.parts("Offense") for code in each.texts("OffenseUCRCode")]
    if sort.startswith("GROUP A") and action in _WHOLE and not codes:
        yield "No offence has a code."
    yield from (f"`OffenseUCRCode` {code[:10]!r} is no code of NIBRS." for code in codes if code not in OFFENCES)


def _read_report(report: _Report, note: str, tally: Tally) -> Iterator[Finding]:
    part = report.part
    if part.has("Incident"):
        yield from _incident(report, note)
    yield from _offences(report)
    yield from _persons(report, tally)
    yield from _arrests(report, note)
    for name in ("Item", "Substance"):
        for place, each in enumerate(part.parts(name), start=1):
            yield from _property(report, each, f"{report.key}/{name}{place}")
    yield from _associations(report)


def _codes(report: _Report) -> list[str]:
    return [code for each in report.part.parts("Offense") for code in each.texts("OffenseUCRCode")]


def _incident(report: _Report, note: str) -> Iterator[Finding]:
    part = report.part.part("Incident")
    exceptional = [each.text("IncidentExceptionalClearanceCode") for each in part.parts("IncidentAugmentation")]
    cleared = next((CLEARED[code] for code in exceptional if code in CLEARED), "")
    dates = [each.part("IncidentExceptionalClearanceDate").text("Date") for each in part.parts("IncidentAugmentation")]
    reported = "true" in [each.text("IncidentReportDateIndicator") for each in part.parts("IncidentAugmentation")]
    cargo = "true" in [each.text("OffenseCargoTheftIndicator") for each in part.parts("IncidentAugmentation")]
    codes = _codes(report)
    gravest = next((code for code in GRAVEST if code in codes), codes[0] if codes else "")
    at, hour = _when(part.part("ActivityDate"))
    where = [code for each in report.part.parts("Location") for code in each.texts("LocationCategoryCode")]
    cleared_note = f"cleared exceptionally: {cleared} {next(filter(None, dates), '')}".strip() if cleared else ""
    terms = {
        "incident_number": _number(part),
        "offence_category": OFFENCES[gravest][1] if gravest else "",
        "source_category": stored.joined(_offence_words(code) for code in codes),
        "reported_at" if reported else "occurred_at": at,
        "status": "closed" if cleared else "cleared-by-arrest" if report.part.has("Arrest") else "",
        "place_type": PLACES[where[0]][1] if where and where[0] in PLACES else "",
        "source_place_type": stored.joined(f"{code} {PLACES[code][0]}" if code in PLACES else code for code in where),
        "weapon": stored.joined(said for each in report.part.parts("Offense") for said in _weapons(each)),
        "fatal": "true" if {"09A", "09B", "09C"} & set(codes) else "",
        "note": stored.joined([note, hour, cleared_note, "cargo theft" if cargo else ""]),
    }
    yield Draft(
        kind="incident", key=report.key, terms=stored.filled(terms), locator=Locator(pointer=part.pointer), place=None
    )


def _when(part: XmlPart) -> tuple[str, str]:
    """Give the day, or the time where it has its zone; the hour of one without is told beside it."""
    said = part.text("DateTime") or part.text("Date") or part.text("YearMonthDate")
    for name in ("Date", "YearMonthDate"):
        part.text(name)
    found = stored.moment(said)
    return found, f"at {said[11:16]} by the agency's clock" if "T" in said and len(found) <= len("2026-03-01") else ""


def _offence_words(code: str) -> str:
    return f"{code} {OFFENCES[code][0]}" if code in OFFENCES else code


def _weapons(offence: XmlPart) -> list[str]:
    codes = [code for each in offence.parts("OffenseForce") for code in each.texts("ForceCategoryCode")]
    return [_weapon(code) for code in codes]


def _weapon(code: str) -> str:
    """Name a weapon; an A behind the number says that it is automatic."""
    words = WEAPONS.get(code.rstrip("A"), "")
    return f"{words}, automatic" if words and code.endswith("A") else words or code


def _offences(report: _Report) -> Iterator[Finding]:
    at, _ = _when(report.part.part("Incident").part("ActivityDate"))
    for place, each in enumerate(report.part.parts("Offense"), start=1):
        named = each.attribute("id") or f"Offense{place}"
        key = f"{report.key}/{named}"
        code = each.text("OffenseUCRCode")
        tried = "attempted" if each.text("OffenseAttemptedIndicator") == "true" else ""
        terms = {
            "offence_category": OFFENCES[code][1] if code in OFFENCES else "",
            "source_category": stored.joined([_offence_words(code), tried]),
            "occurred_at": at,
            "weapon": stored.joined(_weapons(each)),
            "fatal": "true" if code in {"09A", "09B", "09C"} else "",
        }
        report.offences[named] = ("offence", key)
        yield Draft(kind="offence", key=key, terms=stored.filled(terms), locator=Locator(pointer=each.pointer))
        if report.part.has("Incident"):
            yield Bond(type="has-offence", start=report.incident, end=("offence", key))


def _persons(report: _Report, tally: Tally) -> Iterator[Finding]:
    """Give the persons, and their parts in the incident; roles without a person (a business, the public) are counted."""
    for place, each in enumerate(report.part.parts("Person"), start=1):
        named = each.attribute("id") or f"Person{place}"
        own = ("person", f"{report.key}/{named}")
        report.people[named] = own
        yield Draft(
            kind="person", key=own[1], terms=stored.filled(_person(each)), locator=Locator(pointer=each.pointer)
        )
    for name, role in _ROLES.items():
        for each in report.part.parts(name):
            each.text("VictimSequenceNumberText")
            each.text("SubjectSequenceNumberText")
            each.text("ArrestSequenceID")
            behind = each.part("RoleOfPerson").attribute("ref")
            if behind not in report.people:
                tally.count([f"{name} (no person)"], Locator(pointer=each.pointer))
                continue
            report.people[each.attribute("id")] = report.people[behind]
            if report.part.has("Incident"):
                yield Bond(type="involvement", start=report.people[behind], end=report.incident, role=role)
    for each in report.part.parts("EnforcementOfficial"):
        each.part("RoleOfPerson")


def _person(part: XmlPart) -> dict[str, str]:
    name = part.part("PersonName")
    measure = part.part("PersonAgeMeasure")
    span = measure.part("MeasureIntegerRange")
    least, most = span.text("RangeMinimumIntegerValue"), span.text("RangeMaximumIntegerValue")
    said = measure.text("MeasureValueText")
    return {
        "surname": name.text("PersonSurName"),
        "given_name": name.text("PersonGivenName"),
        "middle_name": " ".join(name.texts("PersonMiddleName")),
        "full_name": name.text("PersonFullName"),
        "birth_date": stored.day(part.part("PersonBirthDate").text("Date")),
        "age": stored.whole(measure.text("MeasureIntegerValue")),
        "sex": SEXES.get(part.text("PersonSexCode"), ""),
        "description": f"{least} to {most} years old" if least and most else f"age: {said.lower()}" if said else "",
    }


def _arrests(report: _Report, note: str) -> Iterator[Finding]:
    for place, each in enumerate(report.part.parts("Arrest"), start=1):
        named = each.attribute("id") or f"Arrest{place}"
        number = _number(each)
        own = ("arrest", f"{report.key}/{number or named}/{named}")
        report.arrests[named] = own
        at, hour = _when(each.part("ActivityDate"))
        codes = [code for charge in each.parts("ArrestCharge") for code in charge.texts("ChargeUCRCode")]
        sort = each.text("ArrestCategoryCode")
        terms = {
            "arrest_number": number,
            "arrested_at": at,
            "charge": stored.joined(map(_offence_words, codes)),
            "note": stored.joined([note, ARRESTS.get(sort, sort), hour]),
        }
        yield Draft(kind="arrest", key=own[1], terms=stored.filled(terms), locator=Locator(pointer=each.pointer))
        if report.part.has("Incident"):
            yield Bond(type="resulted-in", start=report.incident, end=own)


def _property(report: _Report, part: XmlPart, key: str) -> Iterator[Finding]:
    code = part.text("ItemCategoryNIBRSPropertyCategoryCode")
    worth = part.part("ItemValue")
    measure = part.part("SubstanceQuantityMeasure")
    amount = " ".join(filter(None, (measure.text("MeasureDecimalValue"), measure.text("SubstanceUnitCode"))))
    drugs = part.texts("DrugCategoryCode")
    date = worth.part("ItemValueDate")
    loss = part.part("ItemStatus").text("ItemStatusCode").lower().replace("_", ", ")
    terms = {
        "category": f"{code} {GOODS[code]}" if code in GOODS else code,
        "loss": loss,
        "value": stored.number(worth.part("ItemValueAmount").text("Amount")),
        "recovered_on" if loss.startswith("recovered") else "": stored.day(date.text("Date") or date.text("DateTime")),
        "quantity": part.text("ItemQuantity") or amount,
        "drug": stored.joined(DRUGS.get(drug, drug) for drug in drugs),
        "make": part.text("ItemMakeName"),
        "description": part.text("ItemDescriptionText"),
    }
    terms.pop("", None)
    date.text("DateTime")
    yield Draft(kind="property", key=key, terms=stored.filled(terms), locator=Locator(pointer=part.pointer))
    if report.part.has("Incident"):
        yield Bond(type="has-property", start=report.incident, end=("property", key))


def _associations(report: _Report) -> Iterator[Finding]:
    for each in report.part.parts("ArrestSubjectAssociation"):
        person = report.people.get(_ref(each, "Subject"))
        arrest = report.arrests.get(_ref(each, "Activity"))
        if person and arrest:
            yield Bond(type="involvement", start=person, end=arrest, role="arrestee")
    for each in report.part.parts("OffenseVictimAssociation"):
        person = report.people.get(_ref(each, "Victim"))
        offence = report.offences.get(_ref(each, "Offense"))
        if person and offence:
            yield Bond(type="involvement", start=person, end=offence, role="victim")
    for each in report.part.parts("OffenseLocationAssociation"):
        _ref(each, "Offense")
        _ref(each, "Location")


def _ref(part: XmlPart, name: str) -> str:
    return part.part(name).attribute("ref")
