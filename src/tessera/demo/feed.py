"""What a feed is: its file, its columns, how a row is drawn, and which of its cells can be spoilt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias

from tessera.demo.draw import Draw
from tessera.demo.formats import Cell
from tessera.demo.moments import Calendar, Moment
from tessera.demo.people import People
from tessera.demo.places import Gazetteer, Spot


class World:
    """The invented region: its days, streets and people."""

    def __init__(self, seed: int, population: int, until: date) -> None:
        self.calendar = Calendar(until)
        self.places = Gazetteer(seed)
        self.people = People(seed, population, self.places, until)
        self.minor_since = (until.year - 18) * 10_000 + until.month * 100 + until.day
        """Born after this day (YYYYMMDD): a minor at the end of the two years."""

    def spot(self, draw: Draw, county: str = "") -> Spot:
        """Return a place where something happens."""
        return self.places.spot(draw, self.places.town(draw, county))


class Row(NamedTuple):
    """One row as drawn: its cells, the kinds of the records it makes, its links, and the true persons behind it."""

    cells: list[Cell]
    kinds: tuple[str, ...]
    links: int
    persons: tuple[tuple[int, str], ...]
    """True person number and source key."""


class Step(NamedTuple):
    """Which row is drawn: number `number` of `rows`."""

    number: int
    rows: int

    @property
    def share(self) -> float:
        """How far through the two years this row lies, 0 to 1."""
        return (self.number - 0.5) / self.rows


Maker: TypeAlias = Callable[[World, Draw, Step], Row]
Corrector: TypeAlias = Callable[[list[Cell]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One source's file. `share` is its part of all records, `per_row` the records that a row makes on average."""

    source: str
    filename: str
    columns: tuple[str, ...]
    share: float
    per_row: float
    make: Maker
    key: str
    date: str
    bad_date: Cell
    code: str = ""
    place: tuple[str, ...] = ()
    encoding: str = "utf-8"
    delimiter: str = ","
    correct: Corrector | None = None
    """How a later delivery changes a row, for feeds that are delivered again."""

    @property
    def again(self) -> str:
        """Name of the file with corrections."""
        stem, dot, ending = self.filename.partition(".")
        return f"{stem}-2{dot}{ending}"

    @property
    def is_text_table(self) -> bool:
        """Say whether a row can lose or gain a cell."""
        return self.filename.endswith((".csv", ".tsv", ".csv.gz"))


def born_iso(born: int) -> str:
    """Write YYYYMMDD as an ISO day; nothing for nothing."""
    return f"{born // 10_000}-{born // 100 % 100:02d}-{born % 100:02d}" if born else ""


def case_year(world: World, moment: Moment) -> str:
    """Return the last two digits of the year."""
    return world.calendar.days[moment.day].iso[2:4]
