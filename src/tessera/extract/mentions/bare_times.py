"""Times of four figures and nothing else, "arrived 0915": weighed, for the same four figures may be a year, a house or an amount.

Each clue of the surroundings has a weight, and their sum is the log odds that a time is meant. `bench/bare_times.py` fits the
weights to labelled lines, prints them, and says how well they do on lines that they were not fitted to.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from tessera.extract.mentions.bare_time_clues import BEFORE, BEHIND, CLOCK, NEAR
from tessera.extract.mentions.bare_time_weights import WEIGHTS
from tessera.extract.mentions.look import Look
from tessera.extract.mentions.rule import Hit, Rule
from tessera.model.found import MentionType

_FOUR: Final = re.compile(
    rf"(?:(?<![\w.:/$#£€=+\u2010-\u2015-])|(?<=[A-Z]{{3}}:)|(?<={CLOCK}[/\u2013-])(?<![\w-]\d{{4}}[-\u2013]))(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)"
    rf"(?![\w%$€]|[.:]\w|/(?!{CLOCK}(?!\w))\d|,\d{{3}}(?!\d)|[-\u2013](?!{CLOCK}(?![\w-])))",
    re.ASCII,
)
_REACH: Final = 48
_LINE: Final = 160
_HEADINGS: Final = frozenset(
    {"time", "times", "start", "begin", "end", "hour", "hrs", "arrived", "cleared", "dispatched"}
)
_LAST_YEAR: Final = "41"
"""Of this century, that a text is likely to tell of."""
_SOON: Final = 90
"""Minutes."""
_JOINED: Final = re.compile(
    r"(?:\s?(?:hrs|hours|hr)[.,]?)?(?:,?\s(?:and|or|then)(?:\sagain)?(?:\sat)?\s|\s?(?:\b(?:to|until|till?|thru|through)\b|[,&/\u2013-])\s?)"
)
_BEGINS: Final = re.compile(r"(?:[,;|]\s|\.\s|\A|:\s|\n)\Z")
_TELLS: Final = re.compile(r":?\s[A-Za-z]")


@dataclass(frozen=True)
class Candidate:
    """Four figures that might be a time, and what stands around them."""

    text: str
    start: int
    headed: bool = False
    """Whether it stands below the heading of a column of times."""

    @property
    def end(self) -> int:
        """Where the figures end."""
        return self.start + 4

    @property
    def hour(self) -> str:
        """The first two figures."""
        return self.text[self.start : self.start + 2]

    @property
    def minute(self) -> str:
        """The last two figures."""
        return self.text[self.start + 2 : self.end]

    @property
    def minutes(self) -> int:
        """The minutes since midnight."""
        return int(self.hour) * 60 + int(self.minute)

    @cached_property
    def line(self) -> tuple[int, int]:
        """Where the part of its line that is looked at begins and ends."""
        begins = self.text.rfind("\n", 0, self.start) + 1
        ends = self.text.find("\n", self.end)
        return max(begins, self.start - _LINE), min(ends if ends >= 0 else len(self.text), self.end + _LINE)

    @cached_property
    def before(self) -> str:
        """What stands in front in its line; the full stop of "no." ends no sentence."""
        said = self.text[max(self.line[0], self.start - _REACH) : self.start]
        return _SHORT.sub(r"\1 ", said) if "." in said else said

    @cached_property
    def behind(self) -> str:
        """What stands behind in its line."""
        return self.text[self.end : min(self.line[1], self.end + _REACH)]

    @cached_property
    def around(self) -> str:
        """The line without the figures."""
        return self.text[self.line[0] : self.start] + "\x00" + self.text[self.end : self.line[1]]


_SHORT: Final = re.compile(r"\b(no|nos|num|acct|lic)\.", re.IGNORECASE)
_TOLD: Final = frozenset({"before: at", "before: about", "before: until or since", "before: from or by"})
_STOPS: Final = frozenset(
    {"behind: the end of a clause", "behind: how it goes on", "behind: who did something", "behind: a day"}
)
_DAYS: Final = frozenset({"before: a day with its year", "before: a day without a year"})
_CELL: Final = frozenset({"before: a cell's begin", "behind: a cell's end"})


def clues(candidate: Candidate) -> frozenset[str]:
    """Name what tells for or against a time, but for the company that it is in."""
    found = {f"before: {name}" for name, pattern in BEFORE.items() if pattern.search(candidate.before)}
    found |= {f"behind: {name}" for name, pattern in BEHIND.items() if pattern.match(candidate.behind)}
    found |= {f"near: {name}" for name, pattern in NEAR.items() if pattern.search(candidate.around)}
    found |= {name for name, holds in _OWN.items() if holds(candidate)}
    if found & _DAYS:
        found.discard("before: a figure")
    return frozenset(found)


_OWN: Final[Mapping[str, Callable[[Candidate], bool]]] = {
    "early": lambda one: one.hour[0] == "0",
    "may be a year of ours": lambda one: one.hour == "19" or (one.hour == "20" and one.minute < _LAST_YEAR),
    "may be an old year": lambda one: one.hour in {"16", "17", "18"},
    "below a heading of times": lambda one: one.headed,
    "all that its line says": lambda one: not one.before.strip() and not one.behind.strip(" ."),
    "full hour": lambda one: one.minute == "00",
    "quarter of an hour": lambda one: one.minute in {"15", "30", "45"},
}
_TOGETHER: Final[Mapping[str, Callable[[frozenset[str]], bool]]] = {
    "told, and the clause ends": lambda found: bool(found & _TOLD) and bool(found & _STOPS),
    "told, and early": lambda found: bool(found & _TOLD) and "early" in found,
    "what happened, and the clause ends": lambda found: "before: what happened" in found and bool(found & _STOPS),
    "done, and the clause ends": lambda found: "before: a verb" in found and bool(found & _STOPS),
    "done, and early": lambda found: "before: a verb" in found and "early" in found,
    "an early end": lambda found: found >= {"behind: the end of a clause", "early"},
    "what happened, and early": lambda found: "before: what happened" in found and "early" in found,
    "a cell of its own": lambda found: found >= _CELL,
    "a cell of its own, a day near": lambda found: found >= _CELL | {"near: a day"},
    "begins, and something was done": lambda found: (
        bool(found & {"before: the begin of its line", "before: the begin of a part"})
        and bool(found & {"behind: what was done", "behind: a colon or a dash", "behind: who did something"})
    ),
    "in a row, and something was done": lambda found: found >= {"in a row that rises", "behind: what was done"},
    "begins its line, and early": lambda found: found >= {"before: the begin of its line", "early"},
    "begins its line, and a unit follows": lambda found: (
        found >= {"before: the begin of its line", "behind: the code of a unit"}
    ),
    "ends a note": lambda found: (
        found >= {"before: the end of a clause", "behind: the end of a clause", "near: a note"}
    ),
    "a year behind a day or a month": lambda found: (
        "may be a year of ours" in found
        and "before: a day without a year" in found
        and "before: a day in figures" not in found
    ),
    "a year, told by its word": lambda found: found >= {"may be a year of ours", "before: a word for years"},
    "below a heading, and may be a year": lambda found: found >= {"may be a year of ours", "below a heading of times"},
    "a year, told by at": lambda found: found >= {"may be a year of ours", "before: at"},
    "a year, told by more": lambda found: (
        "may be a year of ours" in found
        and bool(found & {"behind: hours", "behind: a zone", "joined to a time", "before: a stage of a call"})
    ),
}


_RISES: Final = "in a row that rises"
_ROW_OF_THREE: Final = "in a row of three that rises"
_ROW_OF_NUMBERS: Final = "in a row that counts"
_SOON_AFTER: Final = "soon after or before another"
_SOON_AFTER_TIME: Final = "soon after or before a time"
_NUMBER_OF_A_YEAR: Final = "joined by a dash to what may be a year"
_ONE_IS_EARLY: Final = "of two that are joined, one is early"
_COUNTS: Final = "before: a number of something"
_JOINED_TO: Final = {True: "joined to a time", False: "joined to no time"}
CLUES: Final = frozenset(
    {
        *(f"before: {name}" for name in BEFORE),
        *(f"behind: {name}" for name in BEHIND),
        *(f"near: {name}" for name in NEAR),
        *(*_OWN, *_TOGETHER, *_JOINED_TO.values()),
        *(_RISES, _ROW_OF_THREE, _ROW_OF_NUMBERS, _SOON_AFTER, _SOON_AFTER_TIME, _ONE_IS_EARLY, _NUMBER_OF_A_YEAR),
    }
)
"""All that may tell for or against a time."""


def candidates(look: Look) -> list[Candidate]:
    """Give what might be a time."""
    starts = [start for start in look.figures if _FOUR.match(look.text, start)]
    headed = {cell.start for cell in look.below(_HEADINGS)} if starts else set()
    return [Candidate(text=look.text, start=start, headed=start in headed) for start in starts]


def all_clues(some: Sequence[Candidate], weigh: Callable[[frozenset[str]], float]) -> list[frozenset[str]]:
    """Name what tells for or against each of a text, with the company of those that are more likely times than not."""
    alone = [clues(one) for one in some]
    found = [one | _together(one) for one in alone]
    for _ in range(_LINKS if len(some) > 1 else 0):
        company = _company(some, alone, [weigh(one) > 0 for one in found])
        both = [one | beside for one, beside in zip(alone, company, strict=True)]
        found = [one | _together(one) for one in both]
    return found


def _company(some: Sequence[Candidate], alone: Sequence[frozenset[str]], likely: Sequence[bool]) -> list[set[str]]:
    found: list[set[str]] = [set() for _ in some]
    for at, (one, after) in enumerate(pairwise(some)):
        told = set()
        if _JOINED.fullmatch(one.text, one.end, after.start):
            found[at].add(_JOINED_TO[likely[at + 1]])
            found[at + 1].add(_JOINED_TO[likely[at]])
            is_number = one.text[one.end] in "-\u2013" and "may be a year of ours" in alone[at] and int(one.minute) % 5
            told |= {_NUMBER_OF_A_YEAR} if is_number else set()
            told |= {_ONE_IS_EARLY} if "0" in {one.hour[0], after.hour[0]} else set()
        apart = after.start - one.end
        if apart <= _LINE and one.minutes <= after.minutes and _tells_a_part(one) and _tells_a_part(after):
            told |= {_RISES} | ({_ROW_OF_NUMBERS} if _COUNTS in alone[at] else set())
        if apart <= _REACH and 0 < after.minutes - one.minutes <= _SOON:
            told.add(_SOON_AFTER)
            found[at] |= {_SOON_AFTER_TIME} if likely[at + 1] else set()
            found[at + 1] |= {_SOON_AFTER_TIME} if likely[at] else set()
        found[at] |= told
        found[at + 1] |= told
    for three in zip(found, found[1:], found[2:], strict=False):
        if all(_RISES in some_of_it for some_of_it in three):
            for some_of_it in three:
                some_of_it.add(_ROW_OF_THREE)
    return found


_LINKS: Final = 2
"""How often a time tells of the one that is joined to it."""


def _together(found: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name, holds in _TOGETHER.items() if holds(found))


def _tells_a_part(one: Candidate) -> bool:
    return (
        _BEGINS.search(one.text, max(0, one.start - 2), one.start) is not None
        and _TELLS.match(one.text, one.end) is not None
    )


def weigh(found: frozenset[str]) -> float:
    """Give the log odds of a time that these clues tell."""
    return WEIGHTS[""] + sum(WEIGHTS.get(clue, 0.0) for clue in found)


def _find(look: Look) -> Iterator[Hit]:
    some = candidates(look)
    for one, found in zip(some, all_clues(some, weigh), strict=True):
        if weigh(found) > 0:
            yield one.start, one.end, f"{one.hour}:{one.minute}"


RULES: Final = (Rule(name="time of four figures", type=MentionType.TIME, find=_find, confidence=0.94),)
