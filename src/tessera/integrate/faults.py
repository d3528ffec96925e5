"""Sentences for what is wrong with a row: what was found, and what would fit."""

import json
import re
from collections.abc import Mapping

from tessera.clock import isoformat
from tessera.dictionary import Dictionary, Term, TermType
from tessera.integrate.mapping import PlaceRule, ValueRule
from tessera.integrate.values import LONGEST_TEXT, Problem

LONGEST_VALUE = 1000
_DAY_MS = 86_400_000
_DIRECTIVE = re.compile(r"%(-?[A-Za-z%])")
_WRITTEN = {
    "%": "%", "A": "Tuesday", "B": "March", "H": "14", "I": "02", "M": "05", "S": "09", "Y": "2026", "a": "Tue", "b": "Mar",
    "d": "31", "f": "000000", "j": "090", "m": "03", "p": "PM", "y": "26", "z": "-0400",
}  # fmt: skip
"""Tuesday, 31 March 2026, nine seconds past 14:05 in New York, by directive of strptime."""
_SHOWN_CODES = 12
_FIT = {
    TermType.BOOLEAN: "a word for yes or no",
    TermType.DECIMAL: "a number such as 12.5",
    TermType.EMAIL: "an address such as name@example.org",
    TermType.INTEGER: "a whole number",
    TermType.PHONE: "a telephone number with its area code, or in international form with +",
    TermType.URL: "an address that starts with https://",
}

_PLACE_REASONS = {
    Problem.LATITUDE_UNREADABLE: "Latitude is no number. Expected decimal degrees such as 39.16012.",
    Problem.LONGITUDE_UNREADABLE: "Longitude is no number. Expected decimal degrees such as -75.52811.",
    Problem.HALF_A_PLACE: "One of latitude and longitude is missing. Give both or none.",
    Problem.ZERO: "Latitude and longitude are both 0, a point in the Gulf of Guinea. Leave both empty if not known.",
    Problem.SWAPPED: "Latitude and longitude seem to be swapped: the other way round they fit. Exchange the two.",
    Problem.OFF_THE_GLOBE: "Latitude must lie between -90 and 90 and longitude between -180 and 180 degrees.",
}


def value_reason(problem: Problem, rule: ValueRule, term: Term | None, dictionary: Dictionary, now: int) -> str:
    """Say what is wrong with the value of a term (or of a role, where there is no term)."""
    label = term.label if term else "Role"
    match problem:
        case Problem.MISSING:
            return f"{label} is empty, and this record needs it."
        case Problem.TOO_LONG:
            return f"{label} is longer than {LONGEST_TEXT:,} characters."
        case Problem.UNKNOWN_CODE:
            return f"{label} is a code that the mapping does not know. {_known_codes(rule, term, dictionary)}"
        case Problem.OUT_OF_RANGE if term:
            latest = isoformat(now + term.future_days * _DAY_MS)[:10]
            return f"{label} lies outside the range that can be true: {term.earliest_year} to {latest}."
        case _:
            return f"{label} cannot be read. Expected {_expected(rule, term)}."


def place_reason(problem: Problem, rule: PlaceRule) -> str:
    """Say what is wrong with coordinates."""
    if problem is not Problem.OUT_OF_BOUNDS:
        return _PLACE_REASONS[problem]
    west, south, east, north = rule.bounds or (-180.0, -90.0, 180.0, 90.0)
    return (
        f"The point lies outside this source's area: latitude {south:g} to {north:g}, longitude {west:g} to {east:g}."
    )


def raw_row(cells: Mapping[str, str | None]) -> str:
    """Write the whole row as JSON, column to text; an empty cell is an empty text."""
    return json.dumps({name: value or "" for name, value in cells.items()}, ensure_ascii=False, separators=(",", ":"))


def shortened(value: str | None) -> str:
    """Keep what fits, without NUL characters, which not every store can hold."""
    return (value or "").replace("\x00", "\ufffd")[:LONGEST_VALUE]


def _known_codes(rule: ValueRule, term: Term | None, dictionary: Dictionary) -> str:
    codes = list(rule.codes) if rule.codes is not None else list(dictionary.codes_of(term)) if term else []
    more = f" and {len(codes) - _SHOWN_CODES} more" if len(codes) > _SHOWN_CODES else ""
    return f"Known are: {', '.join(codes[:_SHOWN_CODES])}{more}."


def example_of(form: str, kind: TermType) -> str:
    """Write one and the same moment in a format of a mapping, for people who do not read strptime.

    >>> example_of("%d.%m.%Y %H:%M", TermType.DATETIME)
    '31.03.2026 14:05'
    """
    special = {
        "epoch_ms": "1774980309000 (milliseconds since 1970)",
        "epoch_s": "1774980309 (seconds since 1970)",
        "iso": "2026-03-31" if kind is TermType.DATE else "2026-03-31T14:05:09-04:00",
    }
    return special.get(form) or _DIRECTIVE.sub(lambda found: _WRITTEN.get(found[1].lstrip("-"), found[0]), form)


def _expected(rule: ValueRule, term: Term | None) -> str:
    if term is None:
        return "a value that the mapping knows"
    if term.type in {TermType.DATE, TermType.DATETIME}:
        written = dict.fromkeys(example_of(form, term.type) for form in rule.formats or ("iso",))
        return "a day that exists, written like " + " or ".join(written)
    return _FIT.get(term.type, "a text")
