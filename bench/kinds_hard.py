"""Invented records of each kind with the truth, harder than the demo region: slips, lookalikes, fleets, parts of houses.

Everything is drawn from a seed and none of it is real. What makes each kind hard stands at its function.
"""

# ruff: noqa: SIM905 - long lists of words read better as words

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tessera.resolution.vehicles import check_digit

Terms = dict[str, object]
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
START = datetime(2024, 11, 1, tzinfo=UTC)
STATES = ("DE", "MD", "PA", "NJ")
TOWNS = (("Dover", "19901"), ("Smyrna", "19977"), ("Newark", "19711"), ("Saint Georges", "19733"), ("Milford", "19963"))
MISREAD = {"0": "O", "O": "0", "1": "I", "I": "1", "8": "B", "B": "8", "5": "S", "S": "5", "2": "Z", "Z": "2"}


@dataclass(slots=True)
class Labelled:
    """Records of one kind, and the true thing behind each."""

    kind: str
    terms: list[Terms] = field(default_factory=list)
    truth: list[str] = field(default_factory=list)

    def add(self, truth: str, source: str, **terms: object) -> None:
        """Add a record; values that are None or empty are left out."""
        self.terms.append(
            {"source": source, **{name: value for name, value in terms.items() if value not in (None, "")}}
        )
        self.truth.append(truth)


def slip(draw: random.Random, text: str) -> str:
    """Change one character, leave one out, or swap two."""
    if len(text) < 3:
        return text
    at = draw.randrange(len(text) - 1)
    match draw.randrange(3):
        case 0:
            new = draw.choice("0123456789" if text[at].isdigit() else LETTERS)
            return text[:at] + new + text[at + 1 :]
        case 1:
            return text[:at] + text[at + 1 :]
        case _:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def misread(draw: random.Random, plate: str) -> str:
    """Take one sign for one that looks like it."""
    places = [at for at, sign in enumerate(plate) if sign in MISREAD]
    if not places:
        return plate
    at = draw.choice(places)
    return plate[:at] + MISREAD[plate[at]] + plate[at + 1 :]


# Vehicles: fleets with neighbouring plates and VINs, plates given out again, plates misread, states and VINs left out

MAKES = (
    ("Toyota", "TOYT", ("Camry", "Corolla", "RAV4")), ("Honda", "HOND", ("Civic", "Accord", "CR-V")), ("Ford", "FORD", ("F-150", "Escape", "Transit")),
    ("Chevrolet", "CHEV", ("Silverado", "Malibu", "Equinox")), ("Nissan", "NISS", ("Altima", "Rogue", "Sentra")), ("Jeep", "JEEP", ("Wrangler", "Cherokee")),
    ("Volkswagen", "VW", ("Jetta", "Golf")), ("Mercedes-Benz", "MERZ", ("Sprinter", "C300")), ("Tesla", "TESL", ("Model 3", "Model Y")),
)  # fmt: skip
COLORS = ("black", "white", "gray", "silver", "blue", "red", "green", "brown", "tan")


@dataclass(slots=True)
class _Car:
    number: int
    plate: str
    state: str
    vin: str
    make: tuple[str, str, tuple[str, ...]]
    model: str
    year: int
    color: str
    day: datetime


def vehicles(size: int, seed: int = 1) -> Labelled:
    """Draw `size` vehicles with one to five records each."""
    draw, labelled = random.Random(seed), Labelled("vehicle")
    cars: list[_Car] = []
    while len(cars) < size:
        car = _car(draw, len(cars))
        fleet = draw.randrange(3, 9) if draw.random() < 0.03 else 1
        for more in range(fleet):
            cars.append(_next_in_fleet(car, len(cars), more))
    for car in cars[size // 20 :: 20]:
        old = cars[draw.randrange(len(cars))]
        car.plate, car.state, car.day = old.plate, old.state, old.day + timedelta(days=2600)
    for car in cars:
        for _ in range(draw.choice((1, 1, 2, 2, 3, 4, 5))):
            _see_car(draw, labelled, car)
    return labelled


def _car(draw: random.Random, number: int) -> _Car:
    make = draw.choice(MAKES)
    maker, design = draw.choice("1J5"), "".join(draw.choice(LETTERS + "123456789") for _ in range(7))
    return _Car(
        number=number, plate=f"{''.join(draw.choice(LETTERS + 'IOQ') for _ in range(3))}{draw.randrange(1000, 10_000)}",
        state=draw.choice(STATES), vin=_vin(maker + design, draw.randrange(900_000)), make=make, model=draw.choice(make[2]),
        year=draw.randrange(2003, 2026), color=draw.choice(COLORS), day=START + timedelta(days=draw.randrange(700)),
    )  # fmt: skip


def _vin(design: str, serial: int) -> str:
    bare = f"{design}0LA{serial:06d}"
    return f"{design}{check_digit(bare)}LA{serial:06d}"


def _next_in_fleet(car: _Car, number: int, more: int) -> _Car:
    digits = int(car.plate[3:]) + more
    return _Car(
        number=number, plate=f"{car.plate[:3]}{digits:04d}", state=car.state, vin=_vin(car.vin[:8], int(car.vin[-6:]) + more),
        make=car.make, model=car.model, year=car.year, color=car.color, day=car.day,
    )  # fmt: skip


def _see_car(draw: random.Random, labelled: Labelled, car: _Car) -> None:
    how, truth = draw.random(), f"V{car.number}"
    plate = car.plate
    color = car.color if draw.random() < 0.92 else draw.choice(COLORS)
    if how < 0.4:  # a register
        labelled.add(
            truth, "register", plate=plate, plate_state=car.state, vin=car.vin, make=car.make[0].upper(), model=car.model,
            model_year=car.year, color=car.color, registered_on=(car.day + timedelta(days=draw.randrange(300))).date().isoformat(),
        )  # fmt: skip
    elif how < 0.75:  # a report
        plate = misread(draw, plate) if draw.random() < 0.06 else slip(draw, plate) if draw.random() < 0.03 else plate
        vin = (car.vin if draw.random() < 0.9 else slip(draw, car.vin)) if draw.random() < 0.35 else ""
        labelled.add(
            truth, "reports", plate=plate if not vin or draw.random() < 0.9 else "", plate_state=car.state if draw.random() < 0.7 else "",
            vin=vin, make=car.make[1], model=car.model if draw.random() < 0.8 else "",
            model_year=car.year + draw.choice((0,) * 8 + (1, -1)) if draw.random() < 0.6 else "", color=color,
        )  # fmt: skip
    else:  # a witness
        plate = misread(draw, plate) if draw.random() < 0.12 else slip(draw, plate) if draw.random() < 0.08 else plate
        said = (
            f"{color} {car.year if draw.random() < 0.3 else ''} {car.make[0]} {car.model}"
            if draw.random() < 0.8
            else color
        )
        labelled.add(truth, "tips", plate=plate.lower(), description=" ".join(said.split()))


# Places: one number on North and South, Street and Road; houses beside their blocks, flats beside their house, crossings

STREETS = (
    "Main", "Church", "Division", "Loockerman", "Saint Clair", "Mount Pleasant", "Walnut", "Chestnut", "Governors", "Fifth", "Sixth",
    "Heronmoor", "Saltwind", "Cordgrass", "Millrace", "Orchard", "Martin Luther King Jr", "Old Mill", "Union", "Bayview", "Cedar", "Ridge",
)  # fmt: skip
TYPES = (("Street", "St"), ("Road", "Rd"), ("Avenue", "Ave"), ("Lane", "Ln"), ("Drive", "Dr"), ("Boulevard", "Blvd"))
SHORTER = {"Saint": "St", "Mount": "Mt", "Fifth": "5th", "Sixth": "6th"}


def places(size: int, seed: int = 1) -> Labelled:
    """Draw about `size` places with one to four records each."""
    draw, labelled = random.Random(seed), Labelled("location")
    while len(set(labelled.truth)) < size:
        street, kind = draw.choice(STREETS), draw.choice(TYPES)
        side = draw.choice(("", "", "", "North", "South"))
        (town, code), number = draw.choice(TOWNS), draw.randrange(1, 1300)
        form = draw.random()
        if form < 0.15:
            _see_place(draw, labelled, ("block", number // 100 * 100 or 100, side, street, kind), (town, code))
        elif form < 0.3:
            other = draw.choice([s for s in STREETS if s != street])
            _see_crossing(draw, labelled, ((street, kind), (other, draw.choice(TYPES))), (town, code))
        else:
            _see_place(draw, labelled, ("house", number, side, street, kind), (town, code))
            if draw.random() < 0.25:
                for unit in draw.sample(range(1, 30), 3):
                    _see_place(draw, labelled, ("house", number, side, street, kind), (town, code), str(unit))
            if draw.random() < 0.2:  # the same number over the way
                other_side = {"North": "South", "South": "North"}.get(side, side)
                other_kind = kind if other_side != side else draw.choice([k for k in TYPES if k != kind])
                _see_place(draw, labelled, ("house", number, other_side, street, other_kind), (town, code))
    return labelled


def _street(draw: random.Random, street: str, kind: tuple[str, str]) -> str:
    name = " ".join(SHORTER.get(word, word) if draw.random() < 0.5 else word for word in street.split())
    if draw.random() < 0.03:
        name = slip(draw, name)
    return f"{name} {draw.choice(kind)}"


def _dressed(draw: random.Random, text: str) -> str:
    return text.upper() if draw.random() < 0.4 else text


def _see_place(
    draw: random.Random,
    labelled: Labelled,
    place: tuple[str, int, str, str, tuple[str, str]],
    town: tuple[str, str],
    unit: str = "",
) -> None:
    form, number, side, street, kind = place
    truth = f"{form} {number} {side} {street} {kind[0]} {unit} {town[0]}"
    for _ in range(draw.choice((1, 2, 2, 3, 4))):
        front = (
            draw.choice((f"{number} block of", f"{number} BLK", f"{number // 100}XX"))
            if form == "block"
            else str(number)
        )
        towards = side if draw.random() < 0.5 else side[:1]
        flat = draw.choice((f" Apt {unit}", f" #{unit}", f" Unit {unit}", f", Apartment {unit}")) if unit else ""
        line = " ".join(part for part in (front, towards, _street(draw, street, kind)) if part) + flat
        written = town[0].replace("Saint", "St.") if draw.random() < 0.3 else town[0]
        if draw.random() < 0.2:
            labelled.add(truth, "x", address=_dressed(draw, f"{line}, {written}, DE {town[1]}"))
        else:
            labelled.add(
                truth, "x", address=_dressed(draw, line), city=_dressed(draw, written), state="DE" if draw.random() < 0.7 else "",
                postal_code=town[1] if draw.random() < 0.5 else "",
            )  # fmt: skip


def _see_crossing(
    draw: random.Random, labelled: Labelled, streets: tuple[tuple[str, tuple[str, str]], ...], town: tuple[str, str]
) -> None:
    truth = " & ".join(sorted(f"{street} {kind[0]}" for street, kind in streets)) + f" {town[0]}"
    for _ in range(draw.choice((1, 2, 2, 3))):
        sides = [_street(draw, street, kind) for street, kind in draw.sample(streets, 2)]
        labelled.add(
            truth, "x", address=_dressed(draw, draw.choice((" & ", " / ", " and ", " at ")).join(sides)), city=town[0]
        )


# Bodies: forms left out, names shortened, trade names; two bodies of one name in two towns; one family's several companies

WORDS = (
    *(
        "Heron Saltwind Tidewater Ironbell Curlew Lantern Bayview Diamond Coastal Harvest Summit Quillback Barleymow Cordgrass Foxglade"
    ).split(),
    *(
        "Abbott Baxter Calloway Dempsey Ellison Farrow Gaskill Hastings Irwin Jessup Kilbride Lofland Maddox Newsome Outten Pusey"
    ).split(),
    *(
        "Quigley Rickards Sipple Tull Upshur Venables Wingate Yoder Zook Atkins Burton Collins Derrickson Eskridge Fisher Givens"
    ).split(),
    *(
        "Hudson Ingram Jester Knox Layton Messick Niblett Ockels Passwaters Radish Short Timmons Vickers Webb Workman Ellis"
    ).split(),
)
TRADES = (
    "Roofing",
    "Construction",
    "Trucking",
    "Poultry",
    "Landscaping",
    "Electric",
    "Marine Services",
    "Catering",
    "Salvage",
    "Properties",
    "Auto Repair",
    "Insurance Group",
)
FORMS = ("LLC", "Inc.", "Corp.", "Co.", "")
WRITTEN = {
    "LLC": ("LLC", "L.L.C.", "Limited Liability Company"),
    "Inc.": ("Inc", "Incorporated", ", Inc."),
    "Corp.": ("Corp", "Corporation"),
    "Co.": ("Co", "Company"),
}
ABBREVIATED = {
    "Construction": "Const.",
    "Services": "Svcs",
    "Trucking": "Trkg",
    "Insurance": "Ins",
    "Group": "Grp",
    "Properties": "Props",
}


def bodies(size: int, seed: int = 1) -> Labelled:
    """Draw `size` bodies with one to four records each."""
    draw, labelled = random.Random(seed), Labelled("organization")
    for number in range(size):
        name = (
            f"{draw.choice(WORDS)} {draw.choice(('', '', 'Bros', '& Sons', 'of Kent', 'East'))} {draw.choice(TRADES)}"
        )
        body = {
            "name": " ".join(name.split()), "form": draw.choice(FORMS), "town": draw.choice(TOWNS)[0], "trade": draw.choice(WORDS) + " Works",
            "phone": f"302-{draw.randrange(200, 999)}-{draw.randrange(10_000):04d}", "house": draw.randrange(1, 900), "street": draw.choice(STREETS),
            "number": f"{draw.randrange(1_000_000, 9_999_999)}", "domain": f"{name.partition(' ')[0].lower()}{number}.example",
        }  # fmt: skip
        for _ in range(draw.choice((1, 2, 2, 3, 4))):
            _see_body(draw, labelled, f"O{number}", body)
    return labelled


def _see_body(draw: random.Random, labelled: Labelled, truth: str, body: dict[str, object]) -> None:
    name, form = str(body["name"]), str(body["form"])
    if draw.random() < 0.35:
        name = " ".join(ABBREVIATED.get(word, word) for word in name.split())
    if draw.random() < 0.06:
        name = slip(draw, name)
    if form and draw.random() < 0.75:
        name = f"{name} {draw.choice(WRITTEN[form])}"
    if draw.random() < 0.1:
        name = f"{name} d/b/a {body['trade']}"
    labelled.add(
        truth, "x", name=_dressed(draw, name), city=body["town"] if draw.random() < 0.8 else "",
        phone=body["phone"] if draw.random() < 0.45 else "", address=f"{body['house']} {body['street']} St" if draw.random() < 0.45 else "",
        registration_number=body["number"] if draw.random() < 0.3 else "", website=f"www.{body['domain']}" if draw.random() < 0.25 else "",
        alias=body["trade"] if draw.random() < 0.1 else "",
    )  # fmt: skip


# Telephones: six ways to write one, extensions of one switchboard, area codes left out


def phones(size: int, seed: int = 1) -> Labelled:
    """Draw `size` telephones with one to five records each."""
    draw, labelled = random.Random(seed), Labelled("phone")
    for _ in range(size):
        area, office, line = draw.choice(("302", "410", "215")), draw.randrange(200, 999), draw.randrange(10_000)
        for extension in ["", *map(str, draw.sample(range(1, 400), 3))] if draw.random() < 0.1 else [""]:
            for _ in range(draw.choice((1, 2, 3, 5))):
                shape = draw.choice(
                    ("{a}-{o}-{l:04d}", "({a}) {o}-{l:04d}", "+1{a}{o}{l:04d}", "{a}.{o}.{l:04d}", "1-{a}-{o}-{l:04d}")
                )
                text = shape.format(a=area, o=office, l=line)
                if extension and draw.random() < 0.5:
                    text += draw.choice((" x", " ext. ", " ext ")) + extension
                    labelled.add(f"{area}{office}{line} {extension}", "x", number=text)
                else:
                    labelled.add(f"{area}{office}{line} {extension}", "x", number=text, extension=extension)
    return labelled


# Incidents: a third told by two agencies, with other times, points, addresses and words; the same places again and again

TELLING = (
    "canoe boathouse crowbar window purse necklace generator copper trailer padlock screwdriver bicycle laptop ladder mower catalytic converter "
    "shotgun pistol knife bottle brick syringe pills cash register jewelry camera drone boat motor anchor saddle horse tractor pallet scaffold "
    "mailbox graffiti lighter gasoline garage basement attic balcony fence gate alley church school diner arcade laundromat pharmacy "
    "warehouse dock pier campground orchard silo barn shed kennel parrot violin trumpet television stroller wallet passport"
).split()
CATEGORIES = ("theft", "burglary", "vandalism", "simple-assault", "aggravated-assault", "drugs", "robbery", "fraud")
CONFUSED = {
    "theft": "burglary",
    "burglary": "theft",
    "simple-assault": "aggravated-assault",
    "aggravated-assault": "simple-assault",
    "robbery": "theft",
}
AGENCIES = ("county", "city", "state-police")


def incidents(size: int, seed: int = 1) -> Labelled:
    """Draw `size` incidents of two years."""
    draw, labelled = random.Random(seed), Labelled("incident")
    spots = [
        (
            39.1 + draw.random() * 0.12,
            -75.6 + draw.random() * 0.12,
            draw.randrange(1, 1300),
            draw.choice(STREETS),
            draw.choice(TOWNS)[0],
        )
        for _ in range(size // 3)
    ]
    for number in range(size):
        when = START + timedelta(minutes=draw.randrange(2 * 365 * 24 * 60))
        spot, category = spots[int(len(spots) * draw.random() ** 2)], draw.choice(CATEGORIES)
        words, plate = draw.sample(TELLING, 6), f"QX{draw.randrange(10_000, 99_999)}" if draw.random() < 0.2 else ""
        for agency in draw.sample(AGENCIES, 2 if draw.random() < 0.35 else 1):
            _tell(draw, labelled, f"I{number}", agency, (when, spot, category, words, plate))
    return labelled


def _tell(
    draw: random.Random, labelled: Labelled, truth: str, agency: str,
    what: tuple[datetime, tuple[float, float, int, str, str], str, list[str], str],
) -> None:  # fmt: skip
    when, (latitude, longitude, house, street, town), category, words, plate = what
    told = when + timedelta(minutes=round(draw.gauss(8, 14)))
    told_words = [word for word in words if draw.random() < 0.65] + draw.sample(TELLING, draw.randrange(3))
    point = draw.random() < 0.7
    address = draw.choice(
        (f"{house} {street} St", f"{house} {street} Street", f"{house // 100 * 100} block {street} St")
    )
    labelled.add(
        truth, agency, incident_number=f"{agency[:2]}-{len(labelled.terms):06d}",
        occurred_at=told.date().isoformat() if draw.random() < 0.08 else told.isoformat(),
        offence_category=CONFUSED.get(category, category) if draw.random() < 0.15 else category,
        address=address if not point or draw.random() < 0.85 else "", city=town,
        latitude=round(latitude + draw.gauss(0, 0.0005), 5) if point else None, longitude=round(longitude + draw.gauss(0, 0.0006), 5) if point else None,
        text=f"The victim said that {' and '.join(told_words)} were reported.", vehicle_plate=plate if draw.random() < 0.8 else "",
    )  # fmt: skip


HARD: dict[str, Callable[[int, int], Labelled]] = {
    "incident": incidents,
    "location": places,
    "organization": bodies,
    "phone": phones,
    "vehicle": vehicles,
}


def all_hard(size: int, seed: int) -> Iterator[Labelled]:
    """Draw each kind."""
    for make in HARD.values():
        yield make(size, seed)
