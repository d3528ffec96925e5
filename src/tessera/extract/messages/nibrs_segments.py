"""Segments of a NIBRS flat file as they are read: what was asked for is noted, what cannot stand in a field is refused."""

import re
from collections.abc import Iterator
from typing import Final

from tessera.extract.messages import stored
from tessera.extract.messages.json_message import SHOWN
from tessera.extract.messages.nibrs_codes import ACTIONS, CODES
from tessera.extract.messages.nibrs_layout import HEAD, SEGMENTS
from tessera.extract.nibrs_lines import LENGTHS
from tessera.extract.piece import Piece
from tessera.model.found import Refused
from tessera.model.locator import Locator

LONGEST: Final = 2_000
"""Characters of a line that are looked at; the longest segment has 307."""
KEY: Final = slice(16, 37)
"""Agency and incident number: what the segments of an incident have in common."""
_HEAD: Final = {field.name: slice(*field.span(0)) for field in HEAD}
_SPANS: Final = {
    level: {field.name: [field.span(number) for number in range(field.times)] for field in fields}
    for level, (_, fields) in SEGMENTS.items()
}
"""Where the fields of each level stand: every place of each."""
_ORI: Final = re.compile(r"[A-Z0-9]{9}", re.ASCII)
_NUMBER: Final = re.compile(r"[!-~]+", re.ASCII)
_MONTH: Final = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])", re.ASCII)
_DAY: Final = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_DIGITS: Final = re.compile(r"\d+", re.ASCII)
_ZERO: Final = "0"


class Segment:
    """A line of a submission. Fields are asked for by the names of the layout; those that stand several times by number too."""

    __slots__ = ("_asked", "_faults", "_spans", "_text", "action", "level", "month", "name", "number", "ori", "row")

    def __init__(self, text: str, row: int) -> None:
        """Read a line that `refusal` finds nothing wrong with."""
        self.row = row
        self.level = text[4]
        self.name = SEGMENTS[self.level][0]
        self.action = text[_HEAD["Action"]]
        self.ori = text[_HEAD["ORI"]]
        self.number = text[_HEAD["IncidentNumber"]].strip()
        self.month = f"{text[_HEAD['Year']]}-{text[_HEAD['Month']]}"
        self._text = text
        self._spans = _SPANS[self.level]
        self._asked = set[tuple[str, int]]()
        self._faults = dict[tuple[str, int], Refused]()

    @property
    def locator(self) -> Locator:
        """The whole line."""
        return Locator(row=self.row)

    @property
    def note(self) -> str:
        """Who reports it, how and for which month."""
        return stored.joined([f"agency {self.ori}", ACTIONS[self.action], f"reported for {self.month}"])

    def place(self, name: str, number: int = 0, last: str = "") -> Locator:
        """Give the characters of a field, or from it to the end of another."""
        start, _ = self._spans[name][number]
        return Locator(row=self.row, chars=(start, self._spans[last or name][number][1]))

    def text(self, name: str, number: int = 0) -> str:
        """Give what stands in a field; nothing where it is blank, or where the segment is too short to have it."""
        self._asked.add((name, number))
        return self._said(*self._spans[name][number])

    def code(self, name: str, number: int = 0) -> str:
        """Give a code; one that NIBRS does not have is refused."""
        said = self.text(name, number)
        if said and said not in CODES[name]:
            self.refuse(name, f"is {said!r}, which is no code of NIBRS", number)
            return ""
        return said

    def codes(self, name: str) -> list[str]:
        """Give the codes of a field that stands several times."""
        return [said for at in range(self.times(name)) if (said := self.code(name, at))]

    def day(self, name: str, number: int = 0) -> str:
        """Give a day; one that is in no calendar is refused."""
        said = self.text(name, number)
        found = _DAY.fullmatch(said)
        day = stored.day("-".join(found.groups())) if found else ""
        if said and not day:
            self.refuse(name, f"is {said!r}, which is no day", number)
        return day

    def whole(self, name: str, number: int = 0) -> str:
        """Give a whole number without zeros before it; what is none is refused."""
        said = self.text(name, number)
        if said and not _DIGITS.fullmatch(said):
            self.refuse(name, f"is {said!r}, which is no number", number)
            return ""
        return str(int(said)) if said else ""

    def times(self, name: str) -> int:
        """Say how often a field stands."""
        return len(self._spans[name])

    def refuse(self, name: str, wrong: str, number: int = 0) -> None:
        """Note that a field cannot be used; the rest of the segment is."""
        reason = f"`{self.name}.{name}` {wrong}. The agency has to mend it; the rest of the line was read."
        found = Refused(reason=reason, locator=self.place(name, number), value=self._said(*self._spans[name][number]))
        self._faults.setdefault((name, number), found)

    def left(self) -> Iterator[str]:
        """Name what nobody asked for and says something; what cannot stand there is refused in place of that."""
        for name, spans in self._spans.items():
            for number, span in enumerate(spans):
                if not self._said(*span) or (name, number) in self._asked:
                    continue
                if name not in CODES or self.code(name, number):
                    yield f"{self.name}.{name}"
        if self._text[max(LENGTHS[self.level]) :].strip():
            yield f"{self.name}.(behind the last field)"

    def faults(self) -> Iterator[Refused]:
        """Give what was refused of its fields."""
        yield from self._faults.values()

    def _said(self, start: int, end: int) -> str:
        return self._text[start:end].strip() if end <= len(self._text) else ""


def lines(piece: Piece, encoding: str) -> Iterator[tuple[int, str]]:
    """Give the lines that say something, numbered from 1; of one that is too long, only its beginning."""
    row, begins = 0, True
    with piece.path.open(encoding=encoding, errors="replace") as file:
        while text := file.readline(LONGEST):
            row += begins
            if begins and text.strip(" \t\r\n\0\x1a\ufeff"):
                yield row, text.rstrip("\r\n\x1a")
            begins = text.endswith("\n")


def fitted(text: str) -> str:
    """Take off the blanks that some programs put behind a segment, so that all lines are of one length; NUL is a blank."""
    text = text.replace("\0", " ")
    stated = int(text[:4]) if _DIGITS.fullmatch(text[:4]) else len(text)
    return text[:stated] if text[stated:].isspace() else text


def refusal(text: str, row: int) -> Refused | None:
    """Say why a line cannot be read as a segment; None where it can."""
    wrong = next(_faults(text), "")
    if not wrong:
        return None
    return Refused(reason=f"{wrong} The agency has to mend it.", locator=Locator(row=row), value=text[:SHOWN])


def _faults(text: str) -> Iterator[str]:
    stated, level, action = text[:4], text[4:5], text[5:6]
    if not _DIGITS.fullmatch(stated) or len(stated) < len("0000"):
        yield f"The line does not begin with its length in four digits, but with {stated!r}."
        return
    if level not in SEGMENTS:
        yield f"The level of the segment is {level!r}, which is none of {', '.join(SEGMENTS)}."
        return
    name, known = SEGMENTS[level][0], LENGTHS[level]
    if int(stated) != len(text):
        cut = " Blanks at its end may have been trimmed, or it was cut off." if len(text) < int(stated) else ""
        yield f"The line says that it has {int(stated)} characters and has {len(text)}.{cut}"
    if int(stated) not in known and int(stated) < max(known):
        yield f"A segment of level {level} ({name}) has {' or '.join(map(str, known))} characters, not {int(stated)}."
    if action not in ACTIONS:
        yield f"The action is {action!r}, which is none of {', '.join(ACTIONS)}."
    if not _MONTH.fullmatch(month := f"{text[_HEAD['Year']]}-{text[_HEAD['Month']]}"):
        yield f"The month of the report is {month!r}, which is no month."
    if not _ORI.fullmatch(text[_HEAD["ORI"]]):
        yield f"The agency's ORI is {text[_HEAD['ORI']]!r}, which is none."
    if level != _ZERO and not _NUMBER.fullmatch(number := text[_HEAD["IncidentNumber"]].strip()):
        yield f"The number of the incident is {number!r}." if number else "The incident has no number."
