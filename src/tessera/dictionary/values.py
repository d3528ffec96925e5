"""Values that a person types for a term: read and checked as the dictionary says, and the words they are found by."""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from tessera.clock import to_millis
from tessera.dictionary.words import Dictionary, Kind, Term, TermType
from tessera.errors import Invalid
from tessera.model.marking import FieldClass
from tessera.model.outline import read_outline

LONGEST = 20_000
"""Characters of one value."""
WORDLESS = frozenset(
    {
        TermType.BOOLEAN,
        TermType.DATETIME,
        TermType.DECIMAL,
        TermType.GEOMETRY,
        TermType.INTEGER,
        TermType.TECHNICAL,
    }
)
"""Numbers, times and outlines are found by filters, not by words."""
Value = str | int | float
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PART_OF_A_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?", re.ASCII)
"""A year or a month, where nobody knows the day."""
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_NORTH_AMERICAN = re.compile(r"\+?1?([2-9]\d{2}[2-9]\d{6})")
_E164 = re.compile(r"\+[1-9]\d{6,14}")


def read_value(dictionary: Dictionary, term: Term, text: str, *, today: date) -> Value | None:
    """Read what was typed as a value of this term; None for nothing. Invalid says what is wrong, and how to write it."""
    plain = text.strip()
    if not plain:
        return None
    if len(plain) > LONGEST or "\x00" in plain:
        raise _wrong(term, f"a value holds at most {LONGEST} characters and no NUL", "Say it shorter.")
    match term.type:
        case TermType.CODE | TermType.BOOLEAN:
            known = ("true", "false") if term.type is TermType.BOOLEAN else tuple(dictionary.codes_of(term))
            return _among(term, plain.lower() if term.type is TermType.BOOLEAN else plain, known)
        case TermType.INTEGER | TermType.DECIMAL:
            return _number(term, plain)
        case TermType.DATE | TermType.DATETIME:
            return _time(term, plain, today)
        case TermType.EMAIL | TermType.GEOMETRY | TermType.PHONE | TermType.URL:
            return _formed(term, plain)
        case _:
            return plain


def _wrong(term: Term, message: str, advice: str) -> Invalid:
    return Invalid(message, where=term.name, advice=advice)


def _among(term: Term, text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise _wrong(term, f"{text[:40]!r} is not one of its values", f"Use one of: {', '.join(known)}.")
    return text


def _number(term: Term, text: str) -> int | float:
    if re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII):
        return int(text)
    if term.type is TermType.DECIMAL and re.fullmatch(r"[+-]?\d{1,15}\.\d{1,15}", text, re.ASCII):
        return float(text)
    sort = "whole number" if term.type is TermType.INTEGER else "number"
    raise _wrong(term, f"{text[:40]!r} is no {sort}", "Write digits, with a point before decimals.")


def _time(term: Term, text: str, today: date) -> str:
    if term.type is TermType.DATE and _PART_OF_A_DATE.fullmatch(text):
        if term.earliest_year <= int(text[:4]) <= (today + timedelta(days=term.future_days)).year:
            return text
        raise _wrong(term, f"{text} is out of range", f"It must be from {term.earliest_year} on.")
    try:
        only_day = len(text) == len("2026-03-01")
        moment = datetime.fromisoformat(text) if not only_day else None
        day = moment.date() if moment else date.fromisoformat(text)
    except ValueError:
        raise _wrong(term, f"{text[:40]!r} is no {term.type.value}", _how(term)) from None
    if day.year < term.earliest_year or day > today + timedelta(days=term.future_days):
        latest = today + timedelta(days=term.future_days)
        raise _wrong(term, f"{day} is out of range", f"It must be from {term.earliest_year}-01-01 to {latest}.")
    if moment is None or term.type is TermType.DATE:
        return day.isoformat()
    if moment.tzinfo is None:
        raise _wrong(term, "the time has no zone", _how(term))
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _how(term: Term) -> str:
    return "Write it as 2026-03-01" + ("T14:05:00Z, or as 2026-03-01." if term.type is TermType.DATETIME else ".")


def _outline(term: Term, text: str) -> str:
    try:
        read_outline(text)
    except ValueError as error:
        how = "Write a geometry of GeoJSON, in degrees (WGS 84)."
        raise _wrong(term, f"this is no outline: {error}", how) from None
    return text


def _phone(term: Term, text: str) -> str:
    signs = re.sub(r"[\s().\-/]", "", text)
    american = _NORTH_AMERICAN.fullmatch(signs)
    if american:
        return f"+1{american[1]}"
    if _E164.fullmatch(signs) and not signs.startswith("+1"):
        return signs
    raise _wrong(term, f"{text[:40]!r} is no telephone number", "Write it as 302-555-0143, or as +44 20 7946 0000.")


def _formed(term: Term, text: str) -> str:
    if term.type is TermType.GEOMETRY:
        return _outline(term, text)
    return _phone(term, text) if term.type is TermType.PHONE else _address(term, text)


def _address(term: Term, text: str) -> str:
    email = term.type is TermType.EMAIL
    small = text.lower() if email else text
    if not (_EMAIL if email else _URL).fullmatch(small):
        raise _wrong(term, f"{text[:40]!r} is no {term.type.value}", "Write it in full.")
    return small


def instant_of(value: Value | None) -> int | None:
    """Give the instant (milliseconds UTC) of a day or time as a payload holds it; a day means its midnight.

    >>> instant_of("1970-01-01"), instant_of("1970-01-01T00:00:01Z")
    (0, 1000)
    """
    if not isinstance(value, str):
        return None
    moment = datetime.fromisoformat(value + "-01-01"[len(value) - 4 :] if len(value) in {4, 7} else value)
    return to_millis(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def write_payload(kind: Kind, values: Mapping[str, object]) -> str:
    """Write canonical JSON: terms in dictionary order, others behind them, what is missing left out."""
    order = {name: at for at, name in enumerate(kind.terms)}
    names = sorted((n for n, value in values.items() if value is not None), key=lambda n: (order.get(n, len(order)), n))
    return json.dumps({name: values[name] for name in names}, ensure_ascii=False, separators=(",", ":"))


def words_of(dictionary: Dictionary, kind: Kind, values: Mapping[str, object]) -> dict[FieldClass, str]:
    """Give the folded words by which a record is found, by class of field, as the pipeline makes them."""
    words: dict[FieldClass, list[str]] = {}
    for name, term in kind.terms.items():
        value = values.get(name)
        if isinstance(value, str) and term.type not in WORDLESS:
            words.setdefault(term.field_class, []).append(_words(dictionary, term, value))
    return {field_class: " ".join(filter(None, some)) for field_class, some in words.items()}


def _words(dictionary: Dictionary, term: Term, value: str) -> str:
    if term.type is TermType.CODE:
        known = dictionary.codes_of(term)
        return folded(f"{value} {known[value].label}" if value in known else value)
    if term.type is TermType.PHONE and value.startswith("+1"):
        return " ".join((value[1:], value[2:], value[2:5], value[5:8], value[8:12]))
    return folded(value)


def folded(text: str) -> str:
    """Fold a text for search: small letters, no accents, every other mark a space.

    >>> folded("O'Brién, 12-B")
    'o brien 12 b'
    """
    return re.sub(r"[\W_]+", " ", _without_accents(text).lower()).strip()


def _without_accents(text: str) -> str:
    if text.isascii():  # has none, and needs no look at each letter
        return text
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
