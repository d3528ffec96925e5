"""One wide table of plain incident rows, written as fast as can be, for measurements at a million rows."""

# ruff: noqa: SIM905 - a long list of words reads better as words

from bisect import bisect
from itertools import accumulate
from pathlib import Path

from tessera.demo.draw import Draw
from tessera.demo.moments import Calendar, clock
from tessera.demo.people import phone_number, plain, vehicle
from tessera.demo.places import Gazetteer
from tessera.demo.region import UNTIL
from tessera.demo.words import COMMON_OFFENCES, DETAILS, FAMILIES, MEN, OFFICERS, STORIES, WOMEN
from tessera.errors import Invalid

TABLE_COLUMNS = (
    "id", "reported", "category", "address", "town", "lat", "lon", "narrative", "officer", "person", "phone", "plate"
)  # fmt: skip
_VOCABULARY = 5_000
_SHORTEST, _LENGTHS = 10, 18
_TEXT = 1 << 16
_SPOTS = 20_000
_PEOPLE = 50_000
_AT_ONCE = 2_000
_STARTS = "b br c ch d dr f fl g gr h j k l m n p pl qu r s sh st t tr v w z".split()
_MIDDLES = "a e i o u ai ea oo".split()
_ENDS = "b ck d ft g l lm m n nd ng p r rn rt s sk st t th x".split()


def generate_table(path: Path, rows: int, seed: int = 1) -> Path:
    """Write `rows` rows of `TABLE_COLUMNS` as UTF-8 CSV without a cell that needs quotes; nothing in it is dirty.

    Words of the narrative follow Zipf's law over 5,000 words. The same rows and seed give the same bytes.
    """
    if rows < 0:
        raise Invalid(f"cannot write {rows} rows", where="rows", advice="Ask for 0 or more.")
    write = _Table(seed, rows)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(",".join(TABLE_COLUMNS) + "\n")
        for start in range(0, rows, _AT_ONCE):
            file.write("".join(map(write.row, range(start, min(rows, start + _AT_ONCE)))))
    return path


class _Table:
    """Ready-made pieces from which a row is put together with few draws."""

    def __init__(self, seed: int, rows: int) -> None:
        draw = Draw(seed, "table")
        self._random, self._rows = draw.random, max(rows, 1)
        self._days = [day.iso for day in Calendar(UNTIL).days]
        self._clock = [clock(minute * 60 + minute * 7 % 60) + "Z" for minute in range(1440)]
        self._words = _zipf_text(draw)
        places = Gazetteer(seed)
        spots = [places.spot(draw, places.town(draw)) for _ in range(_SPOTS)]
        self._spots = [f"{s.address},{s.town.name},{s.latitude},{s.longitude}" for s in spots]
        self._people = [_person(draw, number) for number in range(_PEOPLE)]

    def row(self, number: int) -> str:
        random = self._random
        day = self._days[number * 730 // self._rows]
        length = _SHORTEST + int(random() * _LENGTHS)
        at = int(random() * (_TEXT - length))
        return (
            f"I{number + 1:08d},{day}T{self._clock[int(random() * 1440)]},"
            f"{COMMON_OFFENCES[int(random() * len(COMMON_OFFENCES))]},{self._spots[int(random() * _SPOTS)]},"
            f"{' '.join(self._words[at : at + length])},{OFFICERS[number % len(OFFICERS)]},"
            f"{self._people[int(random() * _PEOPLE)]}\n"
        )


def _person(draw: Draw, number: int) -> str:
    name = f"{plain(draw.pick(MEN if number % 2 else WOMEN))} {plain(draw.pick(FAMILIES))}"
    return f"{name},{phone_number(number)},{vehicle(number).plate}"


def _zipf_text(draw: Draw) -> list[str]:
    """Return a long run of words; narratives are pieces of it, so that a word costs no draw."""
    words = _vocabulary(draw)
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    return [words[bisect(weights, draw.random() * weights[-1])] for _ in range(_TEXT)]


def _vocabulary(draw: Draw) -> list[str]:
    """Return common words first, then invented ones."""
    known = " ".join((*DETAILS, *(story for stories in STORIES.values() for story in stories))).lower()
    words = dict.fromkeys(word.strip(".,;'") for word in known.split())
    while len(words) < _VOCABULARY:
        words[_syllable(draw) + (_syllable(draw) if draw.chance(0.8) else "")] = None
    return list(words)[:_VOCABULARY]


def _syllable(draw: Draw) -> str:
    return draw.pick(_STARTS) + draw.pick(_MIDDLES) + draw.pick(_ENDS)
