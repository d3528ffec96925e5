"""Rows that were pasted from a table into a text: what the heading of its column says of a cell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_ROW_END: Final = re.compile(r"\n|\s/\s")
_SIGNS: Final = "|\t;,"
_LONGEST_ROW: Final = 400
_LONGEST_HEADING: Final = 30
_NO_HEADING: Final = re.compile(r"\d{2}|[$€£@]|\d/")
_WORD: Final = re.compile(r"[a-z]+")
_AROUND: Final = ' "'
_WHOLE: Final = re.compile(r'"[^"]*"|[$€£]\d{1,3}(?:,\d{3})+')
"""A sign in it parts no cells."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell below a heading: where its words begin and end, the words of the heading in small letters, and its row."""

    start: int
    end: int
    heading: frozenset[str]
    row: int


def cells(text: str) -> Iterator[Cell]:
    """Give the cells of rows that stand below a row of headings and are parted as often by the same sign."""
    headings: list[frozenset[str]] = []
    sign, row = "", 0
    for start, end in _rows(text):
        line = text[start:end]
        parts = _parted(line, sign) if headings else []
        if headings and len(parts) == len(headings):
            row += 1
            yield from _cells(parts, start, headings, row)
        else:
            sign = next((one for one in _SIGNS if one in line), "")
            headings = _headings(line, sign) if sign else []


def _parted(line: str, sign: str) -> list[str]:
    """Part a row at a sign that stands neither in quotes nor in an amount.

    >>> _parted('First Tidewater,"Dover, DE","$9,400.00",$1,250', ",")
    ['First Tidewater', '"Dover, DE"', '"$9,400.00"', '$1,250']
    """
    plain = _WHOLE.sub(lambda whole: whole[0].replace(sign, " "), line)
    ends = [at for at, letter in enumerate(plain) if letter == sign]
    return [line[start:end] for start, end in zip([0, *(at + 1 for at in ends)], [*ends, len(line)], strict=True)]


def _rows(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in _ROW_END.finditer(text):
        yield start, min(stop.start(), start + _LONGEST_ROW)
        start = stop.end()
    yield start, min(len(text), start + _LONGEST_ROW)


def _headings(line: str, sign: str) -> list[frozenset[str]]:
    """Read a row of headings: short, and without numbers."""
    parts = line.split(sign)
    if _NO_HEADING.search(line) or any(len(part.strip(_AROUND)) > _LONGEST_HEADING for part in parts):
        return []
    return [frozenset(_WORD.findall(part.lower())) for part in parts]


def _cells(parts: list[str], start: int, headings: list[frozenset[str]], row: int) -> Iterator[Cell]:
    at = start
    for part, heading in zip(parts, headings, strict=True):
        inner = part.strip(_AROUND)
        begin = at + part.find(inner)
        if inner and heading:
            yield Cell(begin, begin + len(inner), heading, row)
        at += len(part) + 1
