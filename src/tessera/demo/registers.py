"""The state unit's two registers: the master name index and the vehicles."""

# ruff: noqa: SIM905 - a long list of words reads better as words

from tessera.demo.draw import Draw
from tessera.demo.feed import Feed, Row, Step, World
from tessera.demo.formats import Cell
from tessera.demo.people import plain, see, vehicle
from tessera.demo.places import SHORT_STREETS, TOWNS
from tessera.demo.words import COLORS, COMPANY_FORMS, COMPANY_TRADES, COMPANY_WORDS, NICKNAMES, NOTE

_ENDINGS = ("com", "org", "net")
_LATER_MILLIS = 20 * 86_400_000


def _person(world: World, draw: Draw, step: Step) -> Row:
    everyone = world.people.everyone
    again = draw.chance(0.04)  # some people stand in the index twice
    person = world.people.pick(draw) if again else everyone[(step.number - 1) * len(everyone) // step.rows]
    seen, days = see(draw, person), world.calendar
    has_phone, has_home, nickname = draw.chance(0.7), draw.chance(0.9), NICKNAMES.get(person.given)
    letters = plain(f"{seen.given}.{seen.family}").lower().replace(" ", "").replace("'", "")
    email = f"{letters}{person.number % 97}@example.{draw.pick(_ENDINGS)}"
    home, key = seen.home, f"M{step.number:07d}"
    zip_code = f"000{len(home.town.name) * 7 % 90 + 10}"
    partial = draw.chance(0.04)
    cells: list[Cell] = [
        key,
        seen.given,
        seen.middle or None,
        seen.family,
        seen.suffix or None,
        nickname if draw.chance(0.3) else None,
        (str(seen.born)[:4] if partial else str(seen.born)) if seen.born else None,
        ("m" if person.male else "f") if draw.chance(0.97) else "x",
        f"INV{person.number:07d}" if draw.chance(0.75) and person.born <= world.minor_since else None,
        email if draw.chance(0.35) else None,
        seen.phone.replace("-", "") if has_phone else None,
        f"A{step.number:07d}" if has_home else None,
        f"{home.number} {SHORT_STREETS[home.street]}" if has_home else None,
        home.town.name if has_home else None,
        zip_code if has_home else None,
        days.utc(days.moment(draw, step.share, hours="office")) * 1000,
        NOTE,
    ]
    kinds = ("person",) + ("phone",) * has_phone + ("location",) * has_home
    return Row(cells, kinds, len(kinds) - 1, ((person.number, key),))


def _correct_person(cells: list[Cell]) -> None:
    stamp = cells[15]
    cells[15] = stamp + _LATER_MILLIS if isinstance(stamp, int) else stamp
    cells[9] = f"{str(cells[0]).lower()}@example.net"


def _vehicle(world: World, draw: Draw, step: Step) -> Row:
    everyone, days = world.people.everyone, world.calendar
    number = (step.number - 1) * len(everyone) // step.rows
    car, key = vehicle(number), f"R{step.number:07d}"
    registered = days.days[days.moment(draw, step.share, hours="office").day].compact
    cells: list[Cell] = [
        key, car.plate, "DE", car.vin, car.make, car.model, car.year, COLORS[car.color][0], registered,
    ]  # fmt: skip
    if draw.chance(0.15):
        company = draw.below(9 * 9 * 4)
        town = TOWNS[company % len(TOWNS)]
        cells += ["", "", "", f"CO{company:07d}", company_name(company), town.name, NOTE]
        return Row(cells, ("vehicle", "organization"), 1, ())
    seen = see(draw, everyone[number])
    cells += [f"RO{step.number:07d}", seen.full, str(seen.born or ""), "", "", "", NOTE]
    return Row(cells, ("vehicle", "person"), 1, ((number, f"RO{step.number:07d}"),))


def company_name(number: int) -> str:
    """Return the name of the invented company with this number (0 to 323).

    >>> company_name(0)
    'Saltwind Roofing LLC'
    """
    rest, word = divmod(number, len(COMPANY_WORDS))
    form, trade = divmod(rest, len(COMPANY_TRADES))
    return f"{COMPANY_WORDS[word]} {COMPANY_TRADES[trade]} {COMPANY_FORMS[form]}"


PERSONS = Feed(
    source="fusion-persons",
    filename="invented-fusion-persons.ndjson",
    columns=tuple(
        "mni given middle family suffix aka dob sex licence email phone addr_id street town zip updated note".split()
    ),
    share=0.13,
    per_row=2.6,
    make=_person,
    key="mni",
    date="updated",
    bad_date="n/a",
    code="sex",
    correct=_correct_person,
)
VEHICLES = Feed(
    source="fusion-vehicles",
    filename="invented-fusion-vehicles.csv.gz",
    columns=tuple(
        "reg_no plate plate_state vin make model year color registered owner_id owner_name owner_dob company_id "
        "company_name company_town note".split()
    ),
    share=0.07,
    per_row=2,
    make=_vehicle,
    key="reg_no",
    date="registered",
    bad_date="20260231",
    code="color",
)
