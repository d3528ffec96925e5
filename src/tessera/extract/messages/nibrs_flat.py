"""NIBRS flat files: segments of fixed length, one a line, to the records that the XML form gives.

The segments of an incident may stand apart; each is kept until the last line of its incident was read. Where an incident is
only added to (actions A, M, W without an administrative segment), its parts are bound to the incident that was reported before.
"""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tessera.errors import Unreadable
from tessera.extract.encoding import find_encoding
from tessera.extract.messages import stored
from tessera.extract.messages.nibrs_codes import AGES, DRUG_GOODS, LOSSES, RELATIONSHIPS, VEHICLES
from tessera.extract.messages.nibrs_records import Arrest, Incident, Offence, Person, Property, Victim
from tessera.extract.messages.nibrs_segments import KEY, Segment, fitted, lines, refusal
from tessera.extract.messages.tally import Tally
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Bond, Draft, Facts, Finding
from tessera.model.locator import Locator

MOST: Final = 5_000
"""Segments of one incident that are kept at once; NIBRS allows some 1,200."""
_WHOLE: Final = frozenset({"I", "R"})
_PERSONS: Final = frozenset({"I", "L"})
"""Types of victims who are persons."""
_RECOVERED: Final = "5"
_AGE: Final = 2
"""Digits of an age; four are the least and the greatest."""


@dataclass(kw_only=True)
class _Report:
    """What a file says of one incident."""

    key: str
    parts: dict[str, list[Segment]] = field(default_factory=dict)
    """Segments by level."""
    names: Counter[str] = field(default_factory=Counter)
    count: int = 0

    @property
    def incident(self) -> tuple[str, str]:
        return "incident", self.key

    @property
    def administrative(self) -> Segment | None:
        return next(iter(self.parts.get("1", [])), None)

    def add(self, segment: Segment) -> None:
        self.parts.setdefault(segment.level, []).append(segment)
        self.count += 1

    def named(self, name: str) -> str:
        """Give the key of a part of the incident; a second one of the same name gets a number."""
        self.names[name] += 1
        return f"{self.key}/{name}.{self.names[name]}" if self.names[name] > 1 else f"{self.key}/{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Survey:
    """What one pass over the file tells: where each incident ends, who reports, and for which months."""

    last: dict[str, int]
    agencies: frozenset[str]
    months: frozenset[str]


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give the segments of a submission as records, links and refusals."""
    del tools
    encoding = find_encoding(piece.path)
    survey = _survey(piece, encoding)
    yield _facts(survey)
    tally, open_ = Tally(), dict[str, _Report]()
    for row, line in lines(piece, encoding):
        text = fitted(line)
        wrong = refusal(text, row)
        if wrong:
            yield wrong
        else:
            yield from _segment(Segment(text, row), open_, tally)
        if survey.last.get(text[KEY]) == row and text[KEY] in open_:
            yield from _report(open_.pop(text[KEY]), tally)
    for report in open_.values():
        yield from _report(report, tally)
    yield from tally.findings()


def _survey(piece: Piece, encoding: str) -> _Survey:
    last, agencies, months = dict[str, int](), set[str](), set[str]()
    for row, line in lines(piece, encoding):
        text = fitted(line)
        last[text[KEY]] = row
        if not refusal(text, row):
            segment = Segment(text, row)
            agencies.add(segment.ori)
            months.add(segment.month)
    if not agencies:
        advice = "Ask the agency for the file as its records system wrote it."
        raise Unreadable("no line is a segment of NIBRS", where=piece.where, advice=advice)
    return _Survey(last=last, agencies=frozenset(agencies), months=frozenset(months))


def _facts(survey: _Survey) -> Facts:
    month = f" for {next(iter(survey.months))}" if len(survey.months) == 1 else ""
    author = next(iter(survey.agencies)) if len(survey.agencies) == 1 else ""
    return Facts(terms=stored.filled({"title": f"NIBRS flat file{month}", "author": author}))


def _segment(segment: Segment, open_: dict[str, _Report], tally: Tally) -> Iterator[Finding]:
    """Read what stands alone at once; keep the rest until its incident is whole."""
    if segment.level == "0":
        for name in ("ZeroMonth", "ZeroYear"):
            segment.whole(name)
        tally.count(["Report (zero report: nothing happened in the month)"], segment.locator)
        yield from _rest(segment, tally)
        return
    key = f"{segment.ori}/{segment.number}"
    if segment.level == "7":
        yield from _arrest(segment, _Report(key=key), tally, number=segment.number)
        return
    place = f"{segment.ori}{segment.number:12}"
    report = open_.setdefault(place, _Report(key=key))
    if report.count >= MOST or (segment.level == "1" and report.administrative):
        yield from _report(report, tally)
        report = open_[place] = _Report(key=key)
    report.add(segment)


def _report(report: _Report, tally: Tally) -> Iterator[Finding]:
    """Give an incident with all that belongs to it."""
    occurred = yield from _incident(report, tally)
    offences = dict[str, tuple[str, str]]()
    for segment in report.parts.get("2", []):
        yield from _offence(segment, report, offences, occurred)
        yield from _rest(segment, tally)
    for segment in report.parts.get("4", []):
        yield from _victim(segment, report, offences, tally)
    for segment in report.parts.get("5", []):
        yield from _offender(segment, report, tally)
    for segment in report.parts.get("6", []):
        yield from _arrest(segment, report, tally, number=segment.text("ArrestNumber"))
    for segment in report.parts.get("3", []):
        yield from _properties(segment, report)
        yield from _rest(segment, tally)


def _rest(segment: Segment, tally: Tally) -> Iterator[Finding]:
    """Count what no term takes, and give what was refused."""
    tally.count(segment.left(), segment.locator)
    yield from segment.faults()


def _incident(report: _Report, tally: Tally) -> Generator[Finding, None, str]:
    """Give the incident, and return when it happened; of one that is only added to, nothing is said again."""
    offences = report.parts.get("2", [])
    codes = [code for each in offences if (code := each.code("OffenseCode"))]
    told = report.administrative
    first = told or next((each for parts in report.parts.values() for each in parts), None)
    if first is None or (
        told is None and not any(each.action in _WHOLE for parts in report.parts.values() for each in parts)
    ):
        return ""
    missing = "" if told else "its administrative segment is missing or could not be read"
    at = told.day("IncidentDate") if told else ""
    reported = told is not None and told.code("ReportDateIndicator") == "R"
    incident = Incident(
        number=first.number,
        codes=codes or (told.codes("WindowOffenseCode") if told else []),
        at=at,
        hour=_hour(told) if told else "",
        is_report_date=reported,
        cleared=[told.code("ClearedExceptionally")] if told else [],
        cleared_on=told.day("ExceptionalClearanceDate") if told else "",
        has_arrest="6" in report.parts,
        places=[code for each in offences if (code := each.code("LocationType"))],
        weapons=[code for each in offences for code in each.codes("WeaponForce")],
        is_cargo_theft=told is not None and told.code("CargoTheft") == "Y",
        note=stored.joined([first.note, missing]),
    )
    yield Draft(kind="incident", key=report.key, terms=incident.terms(), locator=first.locator)
    if told:
        yield from _rest(told, tally)
    return "" if reported else at


def _hour(told: Segment) -> str:
    said = told.whole("IncidentHour")
    if said and int(said) >= 24:  # noqa: PLR2004 - hours of a day
        told.refuse("IncidentHour", f"is {said!r}, which is no hour")
        return ""
    return f"{int(said):02}:00" if said else ""


def _offence(
    segment: Segment, report: _Report, offences: dict[str, tuple[str, str]], occurred: str
) -> Iterator[Finding]:
    code = segment.code("OffenseCode")
    if not code:
        if not segment.text("OffenseCode"):
            segment.refuse("OffenseCode", "is missing")
        return
    own = offences.setdefault(code, ("offence", report.named(f"Offense{code}")))
    told = Offence(
        code=code,
        is_attempt=segment.code("AttemptedOrCompleted") == "A",
        at=occurred,
        weapons=segment.codes("WeaponForce"),
    )
    segment.code("LocationType")
    yield Draft(kind="offence", key=own[1], terms=told.terms(), locator=segment.locator)
    yield Bond(type="has-offence", start=report.incident, end=own)


def _victim(segment: Segment, report: _Report, offences: dict[str, tuple[str, str]], tally: Tally) -> Iterator[Finding]:
    number, sort = segment.whole("SequenceNumber"), segment.code("TypeOfVictim")
    if sort in _PERSONS or (not sort and any(map(segment.text, ("Age", "Sex")))):
        own = "person", report.named(f"PersonVictim{number}")
        terms = _person(segment, _victim_words(segment, sort))
        yield Draft(kind="person", key=own[1], terms=terms, locator=segment.locator)
        yield Bond(type="involvement", start=own, end=report.incident, role="victim")
        for at in range(segment.times("OffenseCode")):
            code = segment.code("OffenseCode", at)
            if code and code not in offences and "2" in report.parts:
                segment.refuse("OffenseCode", f"is {code!r}, an offence that the incident does not have", at)
            elif code:
                offence = offences.get(code, ("offence", f"{report.key}/Offense{code}"))
                yield Bond(type="involvement", start=own, end=offence, role="victim")
    else:
        tally.count(["Victim (no person)"], segment.locator)
    yield from _rest(segment, tally)


def _victim_words(segment: Segment, sort: str) -> list[str]:
    return Victim(
        sort=sort,
        circumstances=segment.codes("Circumstance"),
        justified=segment.codes("JustifiableHomicide"),
        relations=list(_relations(segment)),
        activity=segment.code("OfficerActivity"),
        assignment=segment.code("OfficerAssignment"),
        agency=segment.text("OfficerORI"),
    ).words()


def _relations(segment: Segment) -> Iterator[tuple[str, str]]:
    """Give the offenders that a victim is related to; 00 stands for one not known."""
    for at in range(segment.times("Relationship")):
        number, code = segment.whole("OffenderNumber", at), segment.code("Relationship", at)
        if code or number not in {"", "0"}:
            yield number.strip("0") and number, RELATIONSHIPS.get(code, "not stated")


def _offender(segment: Segment, report: _Report, tally: Tally) -> Iterator[Finding]:
    number = segment.whole("SequenceNumber")
    if number in {"", "0"}:
        tally.count(["Offender (no person)"], segment.locator)
    else:
        own = "person", report.named(f"PersonSubject{number}")
        yield Draft(kind="person", key=own[1], terms=_person(segment), locator=segment.locator)
        yield Bond(type="involvement", start=own, end=report.incident, role="suspect")
    yield from _rest(segment, tally)


def _arrest(segment: Segment, report: _Report, tally: Tally, *, number: str) -> Iterator[Finding]:
    """Give an arrest and who was arrested, of an incident (level 6) or by itself (level 7)."""
    sequence = segment.whole("SequenceNumber")
    own = "arrest", report.named(f"{number or 'Arrest'}/Arrest{sequence}")
    person = "person", report.named(f"PersonArrestee{sequence}")
    code = segment.code("OffenseCode")
    told = Arrest(
        number=number,
        at=segment.day("ArrestDate"),
        codes=[code] if code else [],
        sort=segment.code("TypeOfArrest"),
        note=segment.note,
    )
    yield Draft(kind="person", key=person[1], terms=_person(segment), locator=segment.locator)
    if segment.level == "6":
        yield Bond(type="involvement", start=person, end=report.incident, role="arrestee")
    yield Draft(kind="arrest", key=own[1], terms=told.terms(), locator=segment.locator)
    if segment.level == "6":
        yield Bond(type="resulted-in", start=report.incident, end=own)
    yield Bond(type="involvement", start=person, end=own, role="arrestee")
    yield from _rest(segment, tally)


def _person(segment: Segment, beside: Sequence[str] = ()) -> dict[str, str]:
    told = Person(sex=segment.code("Sex"), beside=beside)
    return _aged(told, segment).terms()


def _aged(told: Person, segment: Segment) -> Person:
    """Add the age: a number, the least and the greatest that it can be, or a word for those below a year of age."""
    said = segment.text("Age")
    digits, least, most = said.isascii() and said.isdigit(), said[:_AGE], said[_AGE:]
    if said in AGES and (segment.level == "4" or digits):
        return replace(told, age_word=AGES[said])
    if digits and len(said) == _AGE:
        return replace(told, age=said)
    if digits and len(said) == 2 * _AGE and least < most:
        return replace(told, span=(str(int(least)), most))
    if said:
        segment.refuse("Age", f"is {said!r}, which is no age")
    return told


def _properties(segment: Segment, report: _Report) -> Iterator[Finding]:
    """Give each sort of property of a segment, and each drug in the place of drugs."""
    figure = segment.code("Loss")
    loss = LOSSES.get(figure, "")
    codes = {
        at: code
        for at in range(segment.times("PropertyDescription"))
        if (code := segment.code("PropertyDescription", at))
    }
    drugs = [at for at in range(segment.times("Drug")) if segment.code("Drug", at)]
    counts, note = _vehicles(segment, [at for at, code in codes.items() if code in VEHICLES])
    for at, code in codes.items():
        place = segment.place("PropertyDescription", at, "DateRecovered")
        value = segment.whole("PropertyValue", at)
        day = segment.day("DateRecovered", at) if figure == _RECOVERED else ""
        told = Property(
            code=code,
            loss=loss,
            value=value,
            day=day,
            quantity=counts.get(at, ""),
            note=note if code in VEHICLES else "",
        )
        if code != DRUG_GOODS or not drugs:
            yield from _property(report, f"Item{figure}-{code}", told, place)
            continue
        yield from _drugs(segment, report, drugs, told)
        drugs = []
    if drugs:
        yield from _drugs(segment, report, drugs, Property(code=DRUG_GOODS, loss=loss))
    elif not codes:
        yield from _property(report, f"Item{figure}", Property(loss=loss), segment.locator)


def _vehicles(segment: Segment, vehicles: list[int]) -> tuple[dict[int, str], str]:
    """Give how many vehicles there were: the quantity of the one sort, or a remark for all of several sorts."""
    stolen, recovered = segment.whole("StolenVehicles"), segment.whole("RecoveredVehicles")
    said = [f"{stolen} stolen" if stolen else "", f"{recovered} recovered" if recovered else ""]
    if len(vehicles) == 1 and not (stolen and recovered):
        return {vehicles[0]: stolen or recovered}, ""
    words = " and ".join(filter(None, said))
    return {}, f"vehicles of all sorts in the segment: {words}" if words else ""


def _drugs(segment: Segment, report: _Report, drugs: list[int], told: Property) -> Iterator[Finding]:
    """Give each drug by itself; the value that all of them have stands with the first."""
    for place, at in enumerate(drugs):
        drug = segment.code("Drug", at)
        one = Property(
            code=told.code,
            loss=told.loss,
            value=told.value if place == 0 else "",
            day=told.day,
            quantity=_quantity(segment, at),
            drugs=[drug],
        )
        yield from _property(
            report, f"Substance{_figure(told.loss)}-{drug}", one, segment.place("Drug", at, "Measurement")
        )


def _figure(loss: str) -> str:
    return next((figure for figure, word in LOSSES.items() if word == loss), "")


def _quantity(segment: Segment, at: int) -> str:
    """Give how much of a drug there was: nine digits before the point and three behind it, and the unit."""
    said, unit = segment.text("DrugQuantity", at), segment.code("Measurement", at)
    if said and not (said.isascii() and said.isdigit()):
        segment.refuse("DrugQuantity", f"is {said!r}, which is no number", at)
        said = ""
    amount = stored.number(f"{said[:-3] or 0}.{said[-3:]}") if said else ""
    return " ".join(filter(None, (amount, unit)))


def _property(report: _Report, name: str, told: Property, place: Locator) -> Iterator[Finding]:
    own = "property", report.named(name)
    yield Draft(kind="property", key=own[1], terms=told.terms(), locator=place)
    yield Bond(type="has-property", start=report.incident, end=own)
