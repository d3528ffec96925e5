"""Records of three sheriffs and the tribal office: the same sort of facts, told in four ways."""

# ruff: noqa: SIM905 - a long list of words reads better as words

from tessera.demo.draw import Draw
from tessera.demo.feed import Feed, Row, Step, World, born_iso, case_year
from tessera.demo.formats import Cell
from tessera.demo.moments import MONTHS, clock_12
from tessera.demo.people import plain, see, vehicle
from tessera.demo.words import (
    COLORS,
    COMMON_OFFENCES,
    DETAILS,
    LABELS,
    LEVELS,
    NARROW,
    NOTE,
    OFFENCES,
    OFFICERS,
    STORIES,
)

_ROLES = ("V", "V", "V", "V", "S", "S", "S", "W", "W", "R")
_SUSSEX_ROLES = {"V": "VIC", "S": "SUS", "W": "WIT", "R": "RP"}
_CEDAR_ROLES = {"V": "victim", "S": "suspect", "W": "witness", "R": "reporter"}
_EXCEL_EPOCH = 25_569  # days from Excel's day 0 to 1970-01-01
_DAY = 86_400


def narrative(draw: Draw, offence: str) -> str:
    """Return two or three sentences about an offence."""
    at = draw.below(len(DETAILS) - 5)
    told = (draw.pick(STORIES[offence]), DETAILS[at], DETAILS[at + 5])
    return " ".join(told[: 2 + draw.below(2)])


def _new_castle(world: World, draw: Draw, step: Step) -> Row:
    days, offence = world.calendar, draw.pick(COMMON_OFFENCES)
    occurred = days.moment(draw, step.share)
    reported = days.after(occurred, draw.below(10_800))
    spot, person = world.spot(draw, "New Castle"), world.people.pick(draw, "New Castle")
    sighting, car = see(draw, person), vehicle(person.number)
    has_home, has_phone, has_car = draw.chance(0.85), draw.chance(0.6), draw.chance(0.25)
    serial, born = f"{step.number:06d}", sighting.born
    home, color = sighting.home, COLORS[car.color][1]
    cells: list[Cell] = [
        f"NC{case_year(world, occurred)}-{serial}",
        f"{days.days[occurred.day].american} {clock_12(occurred.second)}",
        f"{days.days[reported.day].american} {clock_12(reported.second)}",
        OFFENCES[offence][2],
        LABELS[offence],
        draw.pick("OOOCCAU"),
        spot.address,
        spot.town.name,
        spot.latitude,
        spot.longitude,
        draw.pick(_ROLES),
        f"NCN-{serial}",
        NARROW.get(sighting.family) or plain(sighting.family),
        NARROW.get(sighting.given) or plain(sighting.given),
        plain(sighting.middle),
        sighting.suffix,
        f"{born // 100 % 100:02d}/{born % 100:02d}/{born // 10_000}" if born else "",
        ("M" if person.male else "F") if draw.chance(0.97) else "U",
        "Y" if person.born > world.minor_since else "N",
        f"NCH-{serial}" if has_home else "",
        home.address if has_home else "",
        home.town.name if has_home else "",
        sighting.phone if has_phone else "",
        *((f"NCV-{serial}", car.plate, car.make, car.model, car.year, color) if has_car else ("",) * 6),
        narrative(draw, offence),
        NOTE,
    ]
    kinds = ("incident", "offence", "person", *_filled(has_home, has_phone, has_car))
    return Row(cells, kinds, len(kinds) - 1, ((person.number, f"NCN-{serial}"),))


def _filled(home: bool, phone: bool, car: bool) -> tuple[str, ...]:  # noqa: FBT001 - three like questions, in order
    return ("location",) * home + ("phone",) * phone + ("vehicle",) * car


def _correct_new_castle(cells: list[Cell]) -> None:
    cells[5] = "A" if cells[5] != "A" else "C"
    cells[-2] = f"{cells[-2]} Status reviewed."


def _sussex(world: World, draw: Draw, step: Step) -> Row:
    days, offence = world.calendar, draw.pick(COMMON_OFFENCES)
    when = days.moment(draw, step.share)
    spot, person = world.spot(draw, "Sussex"), world.people.pick(draw, "Sussex")
    seen = see(draw, person)
    born, has_phone = seen.born, draw.chance(0.6)
    name = f"{seen.family}, {' '.join(part for part in (seen.given, seen.middle, seen.suffix) if part)}"
    serial = f"{step.number:06d}"
    cells: list[Cell] = [
        f"S-{case_year(world, when)}-{serial}",
        days.days[when.day].named,
        f"{when.second // 3600:02d}{when.second // 60 % 60:02d}",
        OFFENCES[offence][3],
        spot.address,
        spot.town.name,
        f"{spot.latitude}, {spot.longitude}",
        f"SP-{serial}",
        _SUSSEX_ROLES[draw.pick(_ROLES)],
        plain(name).upper(),
        f"{born % 100:02d}-{MONTHS[born // 100 % 100 - 1]}-{born // 10_000}" if born else "",
        "MALE" if person.male else "FEMALE",
        f"{seen.home.address}, {seen.home.town.name}",
        f"({seen.phone[:3]}) {seen.phone[4:]}" if has_phone else "",
        narrative(draw, offence),
        NOTE,
    ]
    kinds = ("incident", "offence", "person", *_filled(False, has_phone, False))
    return Row(cells, kinds, len(kinds) - 1, ((person.number, f"SP-{serial}"),))


def _kent(world: World, draw: Draw, step: Step) -> Row:
    days, offence = world.calendar, draw.pick(COMMON_OFFENCES)
    when = days.moment(draw, step.share)
    spot, person = world.spot(draw, "Kent"), world.people.pick(draw, "Kent")
    seen, serial = see(draw, person), f"{step.number:06d}"
    cells: list[Cell] = [
        f"KA-{serial}",
        round(days.days[when.day].epoch / _DAY + _EXCEL_EPOCH + when.second // 60 * 60 / _DAY, 8),
        OFFENCES[offence][4],
        LABELS[offence],
        LEVELS.get(offence, "M"),
        f"KP-{serial}",
        " ".join(part for part in (plain(seen.family), seen.suffix) if part),
        " ".join(part for part in (plain(seen.given), plain(seen.middle)) if part),
        born_iso(seen.born),
        "1" if person.male else "2",
        f"INV{person.number:07d}" if draw.chance(0.6) else "",
        f"KAD-{serial}",
        seen.home.address,
        seen.home.town.name,
        spot.latitude,
        spot.longitude,
        draw.pick(OFFICERS),
        NOTE,
    ]
    return Row(cells, ("arrest", "offence", "person", "location"), 3, ((person.number, f"KP-{serial}"),))


def _cedar(world: World, draw: Draw, step: Step) -> Row:
    days, offence = world.calendar, draw.pick(COMMON_OFFENCES)
    when = days.moment(draw, step.share)
    spot, person = world.spot(draw, "Sussex"), world.people.pick(draw, "Sussex")
    seen, serial = see(draw, person), f"{step.number:05d}"
    born = f"{seen.born // 10_000}/{seen.born // 100 % 100:02d}/{seen.born % 100:02d}" if seen.born else ""
    cells: list[Cell] = [
        f"CM-{serial}",
        f"{days.iso(when)} -0{days.offset(when) // 3600}00",
        OFFENCES[offence][5],
        f"{spot.street} {spot.number}",
        spot.town.name,
        spot.latitude,
        spot.longitude,
        f"CMP-{serial}",
        seen.full,
        born,
        _CEDAR_ROLES[draw.pick(_ROLES)],
        "man" if person.male else "woman",
        narrative(draw, offence),
        NOTE,
    ]
    return Row(cells, ("incident", "offence", "person"), 2, ((person.number, f"CMP-{serial}"),))


NEW_CASTLE = Feed(
    source="new-castle-rms",
    filename="invented-new-castle-rms.csv",
    columns=tuple(
        "CASE_NO OCCURRED REPORTED OFFENSE OFFENSE_TEXT STATUS LOC_ADDR LOC_TOWN LAT LON ROLE NAME_ID LAST FIRST MIDDLE "
        "SUFFIX DOB SEX JUV HOME_ID HOME_ADDR HOME_TOWN PHONE VEH_ID PLATE VEH_MAKE VEH_MODEL VEH_YEAR VEH_COLOR "
        "NARRATIVE NOTE".split()
    ),
    share=0.22,
    per_row=4.7,
    make=_new_castle,
    key="CASE_NO",
    date="OCCURRED",
    bad_date="31/02/2026 2:05 PM",
    code="OFFENSE",
    place=("LAT", "LON"),
    encoding="cp1252",
    delimiter=";",
    correct=_correct_new_castle,
)
SUSSEX = Feed(
    source="sussex-rms",
    filename="invented-sussex-rms.tsv",
    columns=tuple(
        "incident date time crime place town position party_id party_role party_name party_dob party_sex party_address "
        "party_phone remarks note".split()
    ),
    share=0.12,
    per_row=3.6,
    make=_sussex,
    key="incident",
    date="date",
    bad_date="31-Feb-2026",
    code="crime",
    place=("position",),
    delimiter="\t",
)
KENT = Feed(
    source="kent-arrests",
    filename="invented-kent-arrests.xlsx",
    columns=(
        "Arrest No", "Arrested", "Statute", "Charge", "Level", "Person Ref", "Family Name", "Given Names", "Born", "Sex",
        "Licence No", "Address Ref", "Address", "Town", "Latitude", "Longitude", "Officer", "Note",
    ),
    share=0.07,
    per_row=4,
    make=_kent,
    key="Arrest No",
    date="Arrested",
    bad_date="31/02/2026",
    code="Statute",
    place=("Latitude", "Longitude"),
)  # fmt: skip
CEDAR = Feed(
    source="cedar-marsh-incidents",
    filename="invented-cedar-marsh.csv",
    columns=(
        "Report Number", "When", "What Happened", "Where", "Town", "North", "East", "Person Number", "Person", "Born",
        "Role", "Gender", "Story", "Note",
    ),
    share=0.02,
    per_row=3,
    make=_cedar,
    key="Report Number",
    date="When",
    bad_date="2026-02-31 14:05:09 -0500",
    code="What Happened",
    place=("North", "East"),
    encoding="utf-8-sig",
)  # fmt: skip
