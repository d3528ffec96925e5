"""What is told in sentences: field reports, tips, notices, the utility's suspicious activity, overdoses at hospitals."""

# ruff: noqa: SIM905 - a long list of words reads better as words

from typing import TYPE_CHECKING

from tessera.demo.draw import Draw
from tessera.demo.feed import Feed, Row, Step, World, born_iso
from tessera.demo.law import narrative
from tessera.demo.moments import CLUSTER, clock
from tessera.demo.people import plain, see, vehicle
from tessera.demo.registers import company_name
from tessera.demo.words import (
    ASSETS,
    BEHAVIORS,
    COMMON_OFFENCES,
    DETAILS,
    LABELS,
    NOTE,
    OFFICERS,
    SEEN,
)

if TYPE_CHECKING:
    from tessera.demo.formats import Cell

_AGENCIES = ("new-castle-sheriff", "kent-sheriff", "sussex-sheriff", "fusion-unit")
_SCENES = ("boat ramp", "gas station", "bus stop", "trailer park", "feed store", "parking lot", "schoolyard fence")
_SUBSTANCES = (
    "fentanyl", "fentanyl", "fentanyl", "heroin", "cocaine", "methamphetamine", "benzodiazepine", "alcohol", "alcohol",
    "xylazine-mix", "unknown",
)  # fmt: skip
_OUTCOMES = ("discharged",) * 6 + ("admitted",) * 3 + ("transferred", "died", "left")
_REPORTERS = ("shift lead", "line crew", "guard", "control room")
_CHANNELS = ("web", "phone", "text", "walk-in")
_CLUSTER_TOWNS = ("Dover", "Smyrna", "Milford")


def _field_report(world: World, draw: Draw, step: Step) -> Row:
    days, serial = world.calendar, f"{step.number:07d}"
    when, spot, scene = days.moment(draw, step.share), world.spot(draw), draw.pick(_SCENES)
    person = world.people.pick(draw, spot.town.county)
    seen, car = see(draw, person), vehicle(person.number)
    has_person = draw.chance(0.85)
    has_car, has_phone = has_person and draw.chance(0.47), has_person and draw.chance(0.35)
    who = seen.full if has_person else "A person who gave no name"
    told = [
        f"At {clock(when.second)[:5].replace(':', '')} hours {who} was seen at the {scene} near {spot.address}, {spot.town.name}.",
        f"The person {draw.pick(SEEN)}.",
    ]
    if has_car:
        told.append(f"A {car.words} with plate {car.plate} stood beside.")
    told += [draw.pick(DETAILS) for _ in range(draw.below(3))]
    cells: list[Cell] = [
        f"FR-{serial}",
        f"{days.iso(when, 'T')}-0{days.offset(when) // 3600}:00",
        draw.pick(OFFICERS),
        draw.pick(_AGENCIES),
        f"Contact at {scene}, {spot.town.name}",
        " ".join(told),
        spot.latitude,
        spot.longitude,
        f"{scene.capitalize()}, {spot.town.name}",
        *((f"FS-{serial}", seen.full, born_iso(seen.born) or None) if has_person else (None,) * 3),
        *((f"FV-{serial}", car.plate, car.words) if has_car else (None,) * 3),
        seen.phone if has_phone else None,
        NOTE,
    ]
    kinds = ("document",) + ("person",) * has_person + ("vehicle",) * has_car + ("phone",) * has_phone
    links = has_person + 2 * has_car + has_phone
    return Row(cells, kinds, links, ((person.number, f"FS-{serial}"),) if has_person else ())


def _tip(world: World, draw: Draw, step: Step) -> Row:
    days, serial, offence = world.calendar, f"{step.number:06d}", draw.pick(COMMON_OFFENCES)
    spot, person = world.spot(draw), world.people.pick(draw)
    seen, car = see(draw, person), vehicle(person.number)
    has_person, has_car, has_place = draw.chance(0.6), draw.chance(0.2), draw.chance(0.7)
    name = " ".join(part for part in (seen.given, seen.family) if part)
    text = f"Caller believes {name if has_person else 'somebody'} is behind it. {narrative(draw, offence)}"
    cells: list[Cell] = [
        f"T-{serial}",
        days.utc(days.moment(draw, step.share)),
        draw.pick(_CHANNELS),
        offence,
        text,
        spot.town.name,
        spot.latitude if has_place else None,
        spot.longitude if has_place else None,
        *((f"TP-{serial}", name) if has_person else (None, None)),
        *((f"TV-{serial}", car.plate) if has_car else (None, None)),
        see(draw, world.people.pick(draw)).phone if draw.chance(0.4) else None,
        NOTE,
    ]
    kinds = ("document",) + ("person",) * has_person + ("vehicle",) * has_car
    return Row(cells, kinds, len(kinds) - 1, ((person.number, f"TP-{serial}"),) if has_person else ())


def _notice(world: World, draw: Draw, step: Step) -> Row:
    days, serial, topic = world.calendar, f"{step.number:05d}", draw.pick(COMMON_OFFENCES)
    when = days.universal(days.moment(draw, step.share, hours="office"))
    person, company = world.people.pick(draw), draw.below(60)
    seen, town = see(draw, person), world.places.town(draw)
    has_person, has_company = draw.chance(0.9), draw.chance(0.3)
    slashed = days.days[when.day].slashed
    subject = f"{plain(seen.family).upper()}, {' '.join(p for p in (seen.given, seen.middle, seen.suffix) if p)}"
    cells: list[Cell] = [
        f"LN-{serial}",
        f"{slashed} {clock(when.second)[:5]}",
        topic,
        f"{LABELS[topic]}: pattern in {town.county} County",
        f"{narrative(draw, topic)} Reports name {town.name} more than once.",
        *((f"LS-{serial}", subject, born_iso(seen.born) or None) if has_person else (None,) * 3),
        *((f"CO{company:07d}", company_name(company)) if has_company else (None, None)),
        town.county,
        f"{int(slashed[:4]) + 1}{slashed[4:8]}01",
        NOTE,
    ]
    kinds = ("document",) + ("person",) * has_person + ("organization",) * has_company
    return Row(cells, kinds, len(kinds) - 1, ((person.number, f"LS-{serial}"),) if has_person else ())


def _activity(world: World, draw: Draw, step: Step) -> Row:
    days, serial, behavior = world.calendar, f"{step.number:06d}", draw.pick(tuple(BEHAVIORS))
    when, spot = days.universal(days.moment(draw, step.share)), world.spot(draw)
    asset, has_car = draw.pick(ASSETS), draw.chance(0.35)
    car = vehicle(world.people.pick(draw).number)
    cells: list[Cell] = [
        f"PW-{serial}",
        f"{days.iso(when, 'T')}.000Z",
        behavior,
        asset,
        f"{asset.replace('-', ' ').capitalize()} {1 + draw.below(40)}",
        spot.town.name,
        f"{BEHAVIORS[behavior]} {draw.pick(DETAILS)}",
        *((car.plate, car.words, f"PV-{serial}") if has_car else (None,) * 3),
        draw.pick(_REPORTERS),
        NOTE,
        spot.latitude,
        spot.longitude,
    ]
    return Row(cells, ("event",) + ("vehicle",) * has_car, int(has_car), ())


def _overdose(world: World, draw: Draw, step: Step) -> Row:
    days, serial = world.calendar, f"{step.number:06d}"
    local = days.moment(draw, step.share, "cluster")
    clustered = local.day in CLUSTER and draw.chance(0.85)
    spot = world.spot(draw, "Kent" if clustered else "")
    while clustered and spot.town.name not in _CLUSTER_TOWNS:
        spot = world.spot(draw, "Kent")
    person, when = world.people.pick(draw, spot.town.county), days.universal(local)
    seen, named = see(draw, person), draw.chance(0.95)
    born = seen.born or person.born
    cells: list[Cell] = [
        f"BV-{serial}",
        f"{days.iso(when, 'T')}Z",
        f"Bayview {draw.pick(('Dover', 'Newark', 'Lewes'))}",
        draw.pick(("fentanyl", "xylazine-mix", "xylazine-mix")) if clustered else draw.pick(_SUBSTANCES),
        1 + draw.below(4),
        draw.pick(_OUTCOMES),
        draw.below(5),
        int(days.days[when.day].compact) // 10_000 - born // 10_000,
        ("male" if person.male else "female") if draw.chance(0.97) else "unknown",
        *((f"BP-{serial}", seen.family, seen.given, born_iso(seen.born)) if named else ("",) * 4),
        f"+1 {seen.phone.replace('-', ' ')}" if named and draw.chance(0.5) else "",
        spot.town.name,
        round(spot.latitude, 2),
        round(spot.longitude, 2),
        NOTE,
    ]
    people = ((person.number, f"BP-{serial}"),) if named else ()
    return Row(cells, ("event",) + ("person",) * named, int(named), people)


REPORTS = Feed(
    source="fusion-field-reports",
    filename="invented-field-reports.json",
    columns=tuple(
        "report written author agency title text lat lon place subject_id subject_name subject_dob vehicle_id plate "
        "vehicle phone note".split()
    ),
    share=0.05,
    per_row=2.55,
    make=_field_report,
    key="report",
    date="written",
    bad_date="2026-02-31T14:05:09-05:00",
    place=("lat", "lon"),
)
OVERDOSES = Feed(
    source="bayview-overdoses",
    filename="invented-bayview-overdoses.xml",
    columns=tuple(
        "visit arrived site substance severity outcome naloxone age sex patient family given born phone pickup_town lat "
        "lon note".split()
    ),
    share=0.025,
    per_row=1.95,
    make=_overdose,
    key="visit",
    date="arrived",
    bad_date="9999-99-99T99:99:99Z",
    code="severity",
    place=("lat", "lon"),
)
ACTIVITY = Feed(
    source="power-suspicious-activity",
    filename="invented-power-sar.geojson",
    columns=tuple(
        "sar seen behavior asset asset_name town text plate vehicle vehicle_id reported_by note lat lon".split()
    ),
    share=0.01,
    per_row=1.35,
    make=_activity,
    key="sar",
    date="seen",
    bad_date="2026-02-31T18:05:09.000Z",
    code="behavior",
    place=("lat", "lon"),
)
TIPS = Feed(
    source="tips-line",
    filename="invented-tips.ndjson",
    columns=tuple(
        "tip received channel subject text town lat lon about_id about_name about_vehicle_id about_plate caller_phone "
        "note".split()
    ),
    share=0.02,
    per_row=1.8,
    make=_tip,
    key="tip",
    date="received",
    bad_date="last night",
    code="channel",
    place=("lat", "lon"),
)
NOTICES = Feed(
    source="liaison-notices",
    filename="invented-liaison-notices.json",
    columns=tuple(
        "notice issued topic headline body subject_id subject subject_born org_id org county expires note".split()
    ),
    share=0.005,
    per_row=2.2,
    make=_notice,
    key="notice",
    date="issued",
    bad_date="2026/02/31 18:05",
    code="topic",
)
