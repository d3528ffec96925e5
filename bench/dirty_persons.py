"""Invented people, harder than FEBRL: what real registers do to names, dates and homes.

Surnames change at marriage, names stand in each other's place, dates are missing, mistyped or 1 January, families share
a home, a telephone and sometimes an e-mail address, twins share all but the given name, fathers and sons share all but
the birth date and a suffix that is often left out. Sources differ in what they know and how carefully they write.
Nothing here is about anybody; the same seed gives the same people.
"""

# ruff: noqa: SIM905 - lists of words read better as text

import random
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tessera.bootstrap import pack_folders
from tessera.dictionary import load
from tessera.settings import Settings

_COMMON = """smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas
taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king
wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez
phillips evans turner diaz parker cruz edwards collins reyes stewart morris morales murphy cook rogers gutierrez ortiz
morgan cooper peterson bailey reed kelly howard ramos kim cox ward richardson watson brooks chavez wood james bennett
gray mendoza ruiz hughes price alvarez castillo sanders patel myers long ross foster jimenez""".split()
_MALE = """james robert john michael david william richard joseph thomas christopher charles daniel matthew anthony mark
steven andrew paul joshua kenneth kevin brian timothy ronald jason george edward jeffrey ryan jacob nicholas gary eric
jonathan stephen larry justin scott brandon benjamin samuel gregory alexander patrick frank raymond jack dennis jose
luis carlos juan miguel jorge tyrone marcus darnell omar ahmed wei hiroshi""".split()
_FEMALE = """mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley
kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia dorothy amy kathleen
angela shirley emma brenda pamela nicole anna samantha katherine christine debra rachel carolyn janet maria olivia
heather helen catherine diane julie victoria joyce lauren kelly christina rosa guadalupe carmen latoya fatima mei""".split()
_STREETS = (
    "oak maple cedar pine elm main washington lincoln park lake hill church mill river spring walnut chestnut".split()
)
_KINDS = [("street", "st"), ("avenue", "ave"), ("road", "rd"), ("lane", "ln"), ("drive", "dr"), ("court", "ct")]
_SYLLABLES = "ba be bo da del do fa fer ga gor ha hol ja ka ken la lin lo ma mar mi mon na nor pa per ra ri ros sa sel ta tor va ver wal wi".split()
_ENDINGS = "ski son man er ez ova ini ell ford ton ley well sen berg ard ic".split()
_MAIL = "mail.example post.example inbox.example web.example".split()
_NOW = 2024


@dataclass(frozen=True, slots=True)
class Home:
    """Where a family lives."""

    line: tuple[str, int, str]
    city: str
    postal: str
    state: str
    phone: str


@dataclass(frozen=True, slots=True)
class Human:
    """One invented person."""

    uid: int
    sex: str
    given: str
    middle: str
    surname: str
    suffix: str
    born: tuple[int, int, int]
    home: Home
    license: str
    email: str
    phone: str
    former: tuple[str, ...] = ()
    """Surnames before marriage."""
    moves: tuple[Home, ...] = ()
    sorts: frozenset[str] = field(default_factory=frozenset)
    """What makes this one hard: twin, junior, senior, married, moved."""


class Region:
    """Draws people and what sources write of them."""

    def __init__(self, seed: int = 1, surnames: int = 6000, cities: int = 120, *, shared: bool = False) -> None:
        """Prepare names and places; `shared` ones are the same whatever the seed."""
        self.draw = random.Random(0 if shared else seed)
        self.uid = 0
        made = [self._word(2) + self.draw.choice(_ENDINGS) for _ in range(surnames)]
        self.surnames = _COMMON + sorted(set(made))
        self.surname_weights = self._cumulative(len(self.surnames), 0.85)
        self.places = [(self._word(2) + self.draw.choice(["ton", "ville", "burg", "field", ""]),
                        self.draw.choice(["de", "md", "pa", "nj"]), f"{self.draw.randrange(19000, 22000)}")
                       for _ in range(cities)]  # fmt: skip
        self.place_weights = self._cumulative(cities, 0.9)
        self.streets = [*_STREETS, *(self._word(2) for _ in range(400))]
        self.draw = random.Random(seed)

    def _word(self, syllables: int) -> str:
        return "".join(self.draw.choice(_SYLLABLES) for _ in range(syllables))

    @staticmethod
    def _cumulative(count: int, power: float) -> list[float]:
        total, out = 0.0, []
        for rank in range(1, count + 1):
            total += rank**-power
            out.append(total)
        return out

    def _surname(self) -> str:
        return self.draw.choices(self.surnames, cum_weights=self.surname_weights)[0]

    def _given(self, sex: str) -> str:
        names = _MALE if sex == "m" else _FEMALE
        return names[min(int(self.draw.expovariate(1 / 16)), len(names) - 1)]

    def _home(self) -> Home:
        city, state, postal = self.draw.choices(self.places, cum_weights=self.place_weights)[0]
        number, street = self.draw.randrange(1, 999), self.draw.choice(self.streets)
        return Home((f"{number} {street}", self.draw.randrange(len(_KINDS)), ""), city, postal, state, self._digits(10))

    def _digits(self, count: int) -> str:
        return str(self.draw.randrange(2, 10)) + "".join(self.draw.choices(string.digits, k=count - 1))

    def _human(self, surname: str, year: int, home: Home, *, sex: str = "", given: str = "", **more: object) -> Human:
        draw = self.draw
        self.uid += 1
        sex = sex or draw.choice("mf")
        given = given or self._given(sex)
        middle = self._given(sex) if draw.random() < 0.7 else ""
        born = (year, draw.randrange(1, 13), draw.randrange(1, 29))
        mail = f"{given[: draw.choice([1, 20])]}.{surname}{draw.choice(['', str(year % 100), self._digits(2)])}"
        human = Human(
            uid=self.uid, sex=sex, given=given, middle=middle, surname=surname, suffix="", born=born, home=home,
            license=self._digits(8), email=f"{mail}@{draw.choice(_MAIL)}", phone=self._digits(10),
        )  # fmt: skip
        return replace(human, **more)  # type: ignore[arg-type]

    def family(self) -> list[Human]:
        """Draw one household: a couple, one alone, or parents with children, some of them twins or juniors."""
        draw, home, surname = self.draw, self._home(), self._surname()
        year = draw.randrange(1940, 1996)
        father = self._human(surname, year, home, sex="m")
        if draw.random() < 0.3:
            return [self._moved(replace(father, sex=father.sex))]
        mother = self._married(self._human(surname, year + draw.randrange(-6, 7), home, sex="f"))
        people = [father, mother]
        for _ in range(draw.choice([0, 0, 1, 1, 2, 3])):
            people += self._births(people[0], surname, year + draw.randrange(20, 36), home)
        if any("junior" in human.sorts for human in people):
            people[0] = replace(father, suffix=draw.choice(["sr", ""]), sorts=father.sorts | {"senior"})
        return [self._moved(human) if human.born[0] < 2000 else human for human in people if human.born[0] < 2012]

    def _births(self, father: Human, surname: str, year: int, home: Home) -> list[Human]:
        child = self._human(surname, year, home)
        if child.sex == "m" and self.draw.random() < 0.08:
            middle = father.middle if self.draw.random() < 0.7 else child.middle
            child = replace(child, given=father.given, middle=middle, suffix="jr", sorts=frozenset({"junior"}))
        if self.draw.random() < 0.02:
            twin = self._human(surname, year, home)
            if twin.given != child.given:
                both = frozenset({"twin"})
                return [replace(child, sorts=child.sorts | both), replace(twin, born=child.born, sorts=both)]
        return [child]

    def _married(self, wife: Human) -> Human:
        if self.draw.random() < 0.25:
            return replace(wife, former=(self._surname(),), sorts=wife.sorts | {"married"})
        return wife

    def _moved(self, human: Human) -> Human:
        if self.draw.random() < 0.25:
            return replace(human, moves=(self._home(),), sorts=human.sorts | {"moved"})
        return human


@dataclass(frozen=True, slots=True)
class Source:
    """How one source writes: the chance that it knows a thing, and that it gets one wrong."""

    name: str
    knows: Mapping[str, float]
    wrong: float


SOURCES = (
    Source("register", {"birth_date": 0.99, "license_number": 0.95, "address": 0.95, "middle_name": 0.9, "phone": 0.2, "email": 0.1, "name_suffix": 0.7}, 0.01),
    Source("police", {"birth_date": 0.92, "license_number": 0.35, "address": 0.8, "middle_name": 0.5, "phone": 0.5, "email": 0.05, "name_suffix": 0.4}, 0.05),
    Source("jail", {"birth_date": 0.97, "license_number": 0.2, "address": 0.6, "middle_name": 0.7, "phone": 0.2, "email": 0.0, "name_suffix": 0.5}, 0.04),
    Source("tips", {"birth_date": 0.45, "license_number": 0.02, "address": 0.6, "middle_name": 0.1, "phone": 0.6, "email": 0.35, "name_suffix": 0.1}, 0.10),
    Source("courts", {"birth_date": 0.95, "license_number": 0.3, "address": 0.7, "middle_name": 0.8, "phone": 0.1, "email": 0.1, "name_suffix": 0.6}, 0.03),
)  # fmt: skip
_FORMS = {name: sorted(forms) for name, forms in load(pack_folders(Settings(center=Path()))).names.short_forms.items()}


class Writer:
    """Writes records of people as sources would."""

    def __init__(self, seed: int = 2) -> None:
        """Start its own row of chances."""
        self.draw = random.Random(seed)

    def write(self, human: Human, source: Source) -> dict[str, object]:
        """Write one record."""
        draw = self.draw
        terms = self._known(human, source)
        if draw.random() < source.wrong / 3 and "given_name" in terms:
            terms["given_name"], terms["surname"] = terms["surname"], terms["given_name"]
        for name in list(terms):
            if draw.random() < source.wrong:
                terms[name] = self._mistype(str(terms[name]), digits=name in {"birth_date", "phone", "license_number"})
        if draw.random() < source.wrong / 4 and str(terms["birth_date"]).count("-") == 2:
            year, month, day = str(terms["birth_date"]).split("-")
            terms["birth_date"] = f"{year}-{day}-{month}" if int(day) <= 12 else f"{year}-01-01"
        return {name: value for name, value in terms.items() if value}

    def _known(self, human: Human, source: Source) -> dict[str, object]:
        draw = self.draw
        knows = {name: draw.random() < chance for name, chance in source.knows.items()}
        home = draw.choice((human.home, *human.moves))
        line, kind, _ = home.line
        street = draw.choice(_KINDS[kind])
        phone = human.phone if draw.random() < 0.7 else home.phone
        return {
            "given_name": self._called(human, source),
            "middle_name": (human.middle if draw.random() < 0.5 else human.middle[:1]) if knows["middle_name"] else "",
            "surname": draw.choice((human.surname, *human.former)),
            "name_suffix": human.suffix if knows["name_suffix"] else "",
            "birth_date": "{:04d}-{:02d}-{:02d}".format(*human.born) if knows["birth_date"] else "",
            "license_number": human.license if knows["license_number"] else "",
            "address": f"{line} {street}" if knows["address"] else "",
            "city": home.city if knows["address"] else "",
            "postal_code": home.postal if knows["address"] and draw.random() < 0.8 else "",
            "phone": phone if knows["phone"] else "",
            "email": human.email if knows["email"] else "",
        }

    def _called(self, human: Human, source: Source) -> str:
        forms = _FORMS.get(human.given, [])
        if forms and self.draw.random() < 2 * source.wrong + 0.03:
            return self.draw.choice(forms)
        if human.middle and self.draw.random() < 0.02:
            return human.middle
        return human.given[:1] if self.draw.random() < source.wrong / 5 else human.given

    def _mistype(self, text: str, *, digits: bool) -> str:
        draw = self.draw
        letters = string.digits if digits else string.ascii_lowercase
        spots = [at for at, sign in enumerate(text) if sign.isalnum()]
        if len(spots) < 3:
            return text
        at = draw.choice(spots[1:])
        match draw.randrange(4 if not digits else 2):
            case 0:
                return text[:at] + draw.choice(letters) + text[at + 1 :]
            case 1:
                before = at - 1
                return text[:before] + text[at] + text[before] + text[at + 1 :] if text[before].isalnum() else text
            case 2:
                return text[:at] + text[at + 1 :]
            case _:
                return text[:at] + draw.choice(letters) + text[at:]


def people(seed: int = 1, *, shared: bool = False) -> Iterator[Human]:
    """Draw people without end, family by family."""
    region = Region(seed, *((60_000, 1500) if shared else ()), shared=shared)
    while True:
        yield from region.family()


def records(count: int, seed: int = 1, *, shared: bool = False) -> Iterator[tuple[dict[str, object], str, Human]]:
    """Write `count` records in random order: terms, source, and whose they are.

    `shared` draws from the names and places of one large country, so that several seeds make one population.
    """
    draw, writer = random.Random(seed + 1000), Writer(seed + 2000)
    made: list[tuple[dict[str, object], str, Human]] = []
    for human in people(seed, shared=shared):
        if len(made) >= count:
            break
        for _ in range(draw.choice([1, 1, 1, 1, 2, 2, 3, 4])):
            source = draw.choice(SOURCES)
            made.append((writer.write(human, source), source.name, human))
    made = made[:count]
    draw.shuffle(made)
    yield from made
