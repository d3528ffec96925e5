"""Who lives in the region, and how an agency gets them wrong."""

# ruff: noqa: SIM905 - a long list of words reads better as words

from datetime import date
from typing import NamedTuple

from tessera.demo.draw import Draw
from tessera.demo.places import COUNTIES, Gazetteer, Spot
from tessera.demo.words import COLORS, FAMILIES, MAKES, MEN, NICKNAMES, PLAIN, WOMEN

# Area codes in use in the United States; in every one of them 555-0100 to 555-0199 are kept for fiction.
AREA_CODES = tuple(
    "302 410 443 215 267 610 484 609 856 732 908 201 973 301 240 202 703 571 804 757 540 276 304 412 724 814 717 570 "
    "212 718 646 347 914 516 631 845 518 607 315 585 716 203 860 401 508 617 781 978 413 802 603 207 704 919 336 910 "
    "252 828 803 843 864 404 770 678 912 706 305 786 954 561 407 321 813 727 850 904 205 251 334 615 901 865 423".split()
)
_LINES = 100
_COUNTY_SHARES = (0.55, 0.2, 0.25)
_YOUNGEST, _OLDEST = 14, 86


class Person(NamedTuple):
    """One true person. `born` is YYYYMMDD as a number; `home` changes for movers to `moved`."""

    number: int
    given: str
    middle: str
    family: str
    maiden: str
    suffix: str
    born: int
    male: bool
    home: Spot
    moved: Spot | None
    phone: int


class Sighting(NamedTuple):
    """A person as one agency wrote the person down. `born` may be empty, or wrong."""

    person: int
    given: str
    middle: str
    family: str
    suffix: str
    born: int
    male: bool
    home: Spot
    phone: str

    @property
    def full(self) -> str:
        """Given, middle and family name with suffix, in reading order."""
        return " ".join(part for part in (self.given, self.middle, self.family, self.suffix) if part)


class Vehicle(NamedTuple):
    """A vehicle of the region. Its number plate has the shape of no state's."""

    plate: str
    vin: str
    make: str
    model: str
    year: int
    color: int
    """Index into `words.COLORS`."""

    @property
    def words(self) -> str:
        """Color, make and model."""
        return f"{COLORS[self.color][1]} {self.make} {self.model}"


class People:
    """The pool of persons, in order of their counties, with fathers beside sons and households together."""

    def __init__(self, seed: int, size: int, places: Gazetteer, until: date) -> None:
        draw = Draw(seed, "people")
        self.everyone: list[Person] = []
        self._starts: dict[str, tuple[int, int]] = {}
        for county, share in zip(COUNTIES, _COUNTY_SHARES, strict=True):
            start = len(self.everyone)
            for _ in range(max(12, round(size * share))):
                self.everyone.append(self._one(draw, places, county, start, until))
            self._starts[county] = (start, len(self.everyone))
        self._starts[""] = (0, len(self.everyone))

    def _one(self, draw: Draw, places: Gazetteer, county: str, start: int, until: date) -> Person:
        number = len(self.everyone)
        before = self.everyone[-1] if number > start else None
        home = places.spot(draw, places.town(draw, county))
        newcomer = _newcomer(draw, number, home, until)
        newcomer = newcomer._replace(moved=places.spot(draw, places.town(draw, county)) if draw.chance(0.12) else None)
        if before is None or draw.chance(0.68):
            return newcomer
        if before.male and before.born < 19900000 and not before.suffix and draw.chance(0.12):  # noqa: PLR2004 - a day
            years = 20 + draw.below(15)
            born = min(before.born + years * 10_000, (until.year - _YOUNGEST) * 10_000 + 101)
            return before._replace(number=number, suffix="Jr", born=born, phone=number * 2, moved=None)
        return newcomer._replace(family=before.family, home=before.home)

    def pick(self, draw: Draw, county: str = "") -> Person:
        """Return somebody, mostly of the county; some people come up far more often than others."""
        start, end = self._starts[county if draw.random() < 0.9 else ""]  # noqa: PLR2004 - one in ten is from elsewhere
        return self.everyone[start + int((end - start) * draw.random() ** 1.6)]


def _newcomer(draw: Draw, number: int, home: Spot, until: date) -> Person:
    male = draw.chance(0.56)
    names = MEN if male else WOMEN
    born_year = until.year - _YOUNGEST - int(draw.random() ** 1.1 * (_OLDEST - _YOUNGEST))
    return Person(
        number=number,
        given=draw.pick(names),
        middle=draw.pick(names) if draw.chance(0.75) else "",
        family=draw.pick(FAMILIES),
        maiden=draw.pick(FAMILIES) if not male and draw.chance(0.35) else "",
        suffix="",
        born=born_year * 10_000 + (1 + draw.below(12)) * 100 + 1 + draw.below(28),
        male=male,
        home=home,
        moved=None,
        phone=number * 2,
    )


def see(draw: Draw, person: Person) -> Sighting:
    """Write a person down as an agency would: nicknames, typing errors, swapped days, missing parts, old names."""
    given, middle, family, suffix = person.given, person.middle, person.family, person.suffix
    if draw.random() < 0.1:  # noqa: PLR2004 - the shares of error are this function's matter
        given = NICKNAMES.get(given, given)
    elif draw.random() < 0.04:  # noqa: PLR2004
        given = misspell(draw, given)
    if person.maiden and draw.random() < 0.3:  # noqa: PLR2004
        family = person.maiden
    elif draw.random() < 0.06:  # noqa: PLR2004
        family = misspell(draw, family)
    if middle:
        how = draw.random()
        middle = "" if how < 0.4 else middle[0] if how < 0.8 else middle  # noqa: PLR2004
    if suffix and draw.random() < 0.4:  # noqa: PLR2004
        suffix = ""
    home = person.moved if person.moved and draw.random() < 0.5 else person.home  # noqa: PLR2004
    number = person.phone + (draw.random() < 0.15)  # noqa: PLR2004
    return Sighting(
        person.number, given, middle, family, suffix, _date_as_written(draw, person.born), person.male, home,
        phone_number(number),
    )  # fmt: skip


def _date_as_written(draw: Draw, born: int) -> int:
    luck = draw.random()
    if luck > 0.1:  # noqa: PLR2004 - nine in ten are right
        return born
    year, month, day = born // 10_000, born // 100 % 100, born % 100
    if luck < 0.05:  # noqa: PLR2004
        return 0
    if luck < 0.075 and day <= 12:  # noqa: PLR2004 - only then does the swapped date exist
        month, day = day, month
    elif luck < 0.085:  # noqa: PLR2004
        year += 1 if day % 2 else -1
    else:
        day = day % 28 + 1
    return year * 10_000 + month * 100 + day


def misspell(draw: Draw, name: str) -> str:
    """Make one slip of the hand: two letters swapped, one left out, one doubled, or an ending lost.

    >>> from tessera.demo.draw import Draw
    >>> misspell(Draw(1, "x"), "Okafor") != "Okafor"
    True
    """
    if len(name) < 4:  # noqa: PLR2004 - a slip in a short name leaves no name
        return name + name[-1]
    at = 1 + draw.below(len(name) - 2)
    slip = draw.below(3)
    if slip == 0 and name[at] != name[at + 1]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + name[at + 1 :] if slip == 1 else name[:at] + name[at] + name[at:]


def phone_number(number: int) -> str:
    """Write a number kept for fiction, `NPA-555-01XX`; beyond these it gets an extension.

    >>> phone_number(0), phone_number(9_000)
    ('302-555-0100', '518-555-0108 x1')
    """
    line, area = divmod(number, len(AREA_CODES))
    extension, line = divmod(line, _LINES)
    text = f"{AREA_CODES[area]}-555-01{line:02d}"
    return f"{text} x{extension}" if extension else text


def plain(name: str) -> str:
    """Return the name without accents, as it stands in systems that know no others."""
    known = PLAIN.get(name)
    return known if known is not None else "".join(PLAIN_LETTERS.get(c, c) for c in name)


PLAIN_LETTERS = dict(zip("ÁáéíóúñÑśçèëü", "AaeiounNsceeu", strict=True))


def vehicle(number: int) -> Vehicle:
    """Return the vehicle with this number; VINs begin with INV, and no real one has an I."""
    make, model = MAKES[number * 7 % len(MAKES)]
    plate = f"{('QX', 'QZ', 'OQ')[number % 3]}{number // 3 + 10_000:05d}"
    return Vehicle(plate, f"INV0PX1KU{number:08d}", make, model, 1998 + number * 13 % 28, number * 5 % len(COLORS))
