"""NIBRS submissions in NIEM XML: incidents with their offences, persons, arrests and property.

Elements are told by their local names, so that every release of NIEM and of the IEPD is read alike. Race, ethnicity, bias
and injuries have no term and are counted; they stay in the file.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.nibrs_codes import ACTIONS, OFFENCES
from tessera.extract.messages.nibrs_records import Arrest, Incident, Offence, Person, Property, Victim
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
    yield from whole_or_tail(piece, _findings(piece))


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
    more = part.parts("IncidentAugmentation")
    at, hour = _when(part.part("ActivityDate"))
    told = Incident(
        number=_number(part),
        codes=_codes(report),
        at=at,
        hour=hour,
        is_report_date="true" in [each.text("IncidentReportDateIndicator") for each in more],
        cleared=[each.text("IncidentExceptionalClearanceCode") for each in more],
        cleared_on=next(
            filter(None, [each.part("IncidentExceptionalClearanceDate").text("Date") for each in more]), ""
        ),
        has_arrest=report.part.has("Arrest"),
        places=[code for each in report.part.parts("Location") for code in each.texts("LocationCategoryCode")],
        weapons=[code for each in report.part.parts("Offense") for code in _weapons(each)],
        is_cargo_theft="true" in [each.text("OffenseCargoTheftIndicator") for each in more],
        note=note,
    )
    yield Draft(kind="incident", key=report.key, terms=told.terms(), locator=Locator(pointer=part.pointer))


def _when(part: XmlPart) -> tuple[str, str]:
    """Give the day, or the time where it has its zone; the hour of one without comes beside it."""
    said = part.text("DateTime") or part.text("Date") or part.text("YearMonthDate")
    for name in ("Date", "YearMonthDate"):
        part.text(name)
    found = stored.moment(said)
    return found, said[11:16] if "T" in said and len(found) <= len("2026-03-01") else ""


def _occurred(incident: XmlPart) -> str:
    """Give when an incident happened; nothing where the date that is told is that of its report."""
    more = incident.parts("IncidentAugmentation")
    reported = "true" in [each.text("IncidentReportDateIndicator") for each in more]
    return "" if reported else _when(incident.part("ActivityDate"))[0]


def _weapons(offence: XmlPart) -> list[str]:
    return [code for each in offence.parts("OffenseForce") for code in each.texts("ForceCategoryCode")]


def _offences(report: _Report) -> Iterator[Finding]:
    at = _occurred(report.part.part("Incident"))
    for place, each in enumerate(report.part.parts("Offense"), start=1):
        named = each.attribute("id") or f"Offense{place}"
        key = f"{report.key}/{named}"
        told = Offence(
            code=each.text("OffenseUCRCode"),
            is_attempt=each.text("OffenseAttemptedIndicator") == "true",
            at=at,
            weapons=_weapons(each),
        )
        report.offences[named] = ("offence", key)
        yield Draft(kind="offence", key=key, terms=told.terms(), locator=Locator(pointer=each.pointer))
        if report.part.has("Incident"):
            yield Bond(type="has-offence", start=report.incident, end=("offence", key))


def _persons(report: _Report, tally: Tally) -> Iterator[Finding]:
    """Give the persons, and their parts in the incident; roles without a person (a business, the public) are counted."""
    people = {
        each.attribute("id") or f"Person{at}": each for at, each in enumerate(report.part.parts("Person"), start=1)
    }
    words = _victims(report, set(people))
    for named, each in people.items():
        own = ("person", f"{report.key}/{named}")
        report.people[named] = own
        terms = _person(each, words.get(named, []))
        yield Draft(kind="person", key=own[1], terms=terms, locator=Locator(pointer=each.pointer))
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


def _victims(report: _Report, people: set[str]) -> dict[str, list[str]]:
    """Give what makes persons victims, in words, by the identifier of the person."""
    behind = {each.attribute("id"): each.part("RoleOfPerson").attribute("ref") for each in report.part.parts("Victim")}
    relations = dict[str, list[tuple[str, str]]]()
    numbers = {each.attribute("id"): each.text("SubjectSequenceNumberText") for each in report.part.parts("Subject")}
    for each in report.part.parts("SubjectVictimAssociation"):
        victim = behind.get(_ref(each, "Victim"), "")
        if victim in people and (word := each.text("VictimToSubjectRelationshipCode")):
            relation = numbers.get(_ref(each, "Subject"), ""), word.lower().replace("_", " ")
            relations.setdefault(victim, []).append(relation)
    officials = {each.part("RoleOfPerson").attribute("ref"): each for each in report.part.parts("EnforcementOfficial")}
    nobody = XmlPart(None, "EnforcementOfficial")
    words = dict[str, list[str]]()
    for each in report.part.parts("Victim"):
        person = behind[each.attribute("id")]
        if person not in people:
            continue
        officer = officials.get(person, nobody)
        told = Victim(
            sort=each.text("VictimCategoryCode"),
            circumstances=each.texts("VictimAggravatedAssaultHomicideFactorCode"),
            justified=each.texts("VictimJustifiableHomicideFactorCode"),
            relations=relations.get(person, []),
            activity=officer.text("EnforcementOfficialActivityCategoryCode"),
            assignment=officer.text("EnforcementOfficialAssignmentCategoryCode"),
            agency=_agency(officer.part("EnforcementOfficialUnit")),
        )
        words.setdefault(person, []).extend(told.words())
    return words


def _person(part: XmlPart, beside: Sequence[str]) -> dict[str, str]:
    name = part.part("PersonName")
    measure = part.part("PersonAgeMeasure")
    span = measure.part("MeasureIntegerRange")
    told = Person(
        sex=part.text("PersonSexCode"),
        age=measure.text("MeasureIntegerValue"),
        span=(span.text("RangeMinimumIntegerValue"), span.text("RangeMaximumIntegerValue")),
        age_word=measure.text("MeasureValueText"),
        beside=beside,
    )
    names = {
        "surname": name.text("PersonSurName"),
        "given_name": name.text("PersonGivenName"),
        "middle_name": " ".join(name.texts("PersonMiddleName")),
        "full_name": name.text("PersonFullName"),
        "birth_date": stored.day(part.part("PersonBirthDate").text("Date")),
    }
    return {**stored.filled(names), **told.terms()}


def _arrests(report: _Report, note: str) -> Iterator[Finding]:
    for place, each in enumerate(report.part.parts("Arrest"), start=1):
        named = each.attribute("id") or f"Arrest{place}"
        number = _number(each)
        own = ("arrest", f"{report.key}/{number or named}/{named}")
        report.arrests[named] = own
        at, hour = _when(each.part("ActivityDate"))
        told = Arrest(
            number=number,
            at=at,
            hour=hour,
            codes=[code for charge in each.parts("ArrestCharge") for code in charge.texts("ChargeUCRCode")],
            sort=each.text("ArrestCategoryCode"),
            note=note,
        )
        yield Draft(kind="arrest", key=own[1], terms=told.terms(), locator=Locator(pointer=each.pointer))
        if report.part.has("Incident"):
            yield Bond(type="resulted-in", start=report.incident, end=own)


def _property(report: _Report, part: XmlPart, key: str) -> Iterator[Finding]:
    worth = part.part("ItemValue")
    measure = part.part("SubstanceQuantityMeasure")
    amount = " ".join(filter(None, (measure.text("MeasureDecimalValue"), measure.text("SubstanceUnitCode"))))
    date = worth.part("ItemValueDate")
    days = date.text("Date"), date.text("DateTime")
    told = Property(
        code=part.text("ItemCategoryNIBRSPropertyCategoryCode"),
        loss=part.part("ItemStatus").text("ItemStatusCode").lower().replace("_", ", "),
        value=worth.part("ItemValueAmount").text("Amount"),
        day=stored.day(days[0] or days[1]),
        quantity=part.text("ItemQuantity") or amount,
        drugs=part.texts("DrugCategoryCode"),
        make=part.text("ItemMakeName"),
        description=part.text("ItemDescriptionText"),
    )
    yield Draft(kind="property", key=key, terms=told.terms(), locator=Locator(pointer=part.pointer))
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
