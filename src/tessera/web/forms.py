"""What a person typed, read strictly: questions from an address, choices and numbers from a form."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from math import isfinite
from typing import TypeVar

from tessera.clock import to_millis
from tessera.errors import Invalid
from tessera.model.record import Order, SearchQuery

_Choice = TypeVar("_Choice", bound=StrEnum)

MANY = frozenset({"holding", "kind", "source"})
ONCE = frozenset({"as_of", "bbox", "cursor", "near", "order", "q", "since", "until"})
LONGEST = 2000
"""Characters in one value of a question."""
MOST_VALUES = 200
DAY = timedelta(days=1)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


def read_question(params: Iterable[tuple[str, str]], *, also: Sequence[str] = ()) -> SearchQuery:
    """Read a question from the parameters of an address; `also` names further parameters that the page knows.

    Empty values count as absent, because forms send them.
    """
    given = _sorted_out(params, also)
    one = {name: values[0] for name, values in given.items() if name in ONCE}
    return SearchQuery(
        text=one.get("q", ""),
        kinds=tuple(given.get("kind", ())),
        sources=tuple(given.get("source", ())),
        holdings=tuple(given.get("holding", ())),
        since=read_instant(one["since"], name="since") if "since" in one else None,
        until=read_instant(one["until"], name="until", end=True) if "until" in one else None,
        near=_near(one["near"]) if "near" in one else None,
        box=_box(one["bbox"]) if "bbox" in one else None,
        as_of=read_as_of(one["as_of"]) if "as_of" in one else None,
        order=read_choice(Order, one.get("order", Order.RECEIVED), name="order"),
        cursor=one.get("cursor", ""),
    )


def _sorted_out(params: Iterable[tuple[str, str]], also: Sequence[str]) -> dict[str, list[str]]:
    known = sorted(MANY | ONCE | set(also))
    given: dict[str, list[str]] = {}
    for name, value in params:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            advice = f"Did you mean {near[0]!r}?" if near else f"The parameters are: {', '.join(known)}."
            raise Invalid(f"unknown parameter {name!r}", advice=advice)
        if value.strip():
            given.setdefault(name, []).append(_plain(value, name))
    for name, values in given.items():
        if name in ONCE and len(values) > 1:
            raise Invalid(f"{name!r} is given {len(values)} times", where=name, advice="Give it once.")
        if len(values) > MOST_VALUES:
            raise Invalid(f"{name!r} is given {len(values)} times", where=name, advice=f"Give at most {MOST_VALUES}.")
    return given


def _plain(value: str, name: str) -> str:
    if len(value) > LONGEST:
        raise Invalid(f"{name!r} is longer than {LONGEST} characters", where=name, advice="Ask for fewer words.")
    if "\x00" in value:
        raise Invalid(f"{name!r} holds a NUL character", where=name, advice="Leave it out.")
    return value.strip()


def read_instant(text: str, *, name: str, end: bool = False) -> int:
    """Read an ISO day or an RFC 3339 instant as milliseconds. With `end`, a day means the midnight that ends it.

    >>> read_instant("1970-01-01", name="until", end=True), read_instant("1970-01-01T00:00:01Z", name="since")
    (86400000, 1000)
    """
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-01-01") else None
        if day is not None:
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return to_millis(midnight + DAY if end else midnight)
        return to_millis(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise Invalid(
            f"{name!r} is no day or instant: {text[:40]!r}",
            where=name,
            advice="Write it as 2026-03-01, or as 2026-03-01T14:05:00Z.",
        ) from None


def read_as_of(text: str) -> int:
    """Read up to when something was known: a day means all of it."""
    return read_instant(text, name="as_of", end=True) - (1 if len(text) == len("2026-01-01") else 0)


def _near(text: str) -> tuple[float, float, float]:
    parts = ("latitude", "longitude", "kilometres")
    latitude, longitude, km = _numbers(text, parts, name="near", example="38.91,-75.43,5")
    return latitude, longitude, km


def _box(text: str) -> tuple[float, float, float, float]:
    parts = ("west", "south", "east", "north")
    west, south, east, north = _numbers(text, parts, name="bbox", example="-75.8,38.4,-75.0,39.9")
    # a map that is zoomed out shows more than the world
    return max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0)


def _numbers(text: str, parts: Sequence[str], *, name: str, example: str) -> tuple[float, ...]:
    pieces = text.split(",")
    try:
        numbers = tuple(float(piece) for piece in pieces)
    except ValueError:
        numbers = ()
    if len(numbers) != len(parts) or not all(isfinite(n) for n in numbers):
        raise Invalid(
            f"{name!r} needs {', '.join(parts)}, not {text[:60]!r}", where=name, advice=f"Write it as {example}."
        )
    return numbers


def read_choice(kind: type[_Choice], text: str, *, name: str) -> _Choice:
    """Read one of the values of an enum."""
    try:
        return kind(text)
    except ValueError:
        advice = f"Choose one of: {', '.join(kind)}."
        raise Invalid(f"{name!r} cannot be {text[:60]!r}", where=name, advice=advice) from None


def read_whole_number(text: str, *, name: str, least: int = 0, most: int = 2**53) -> int:
    """Read a whole number within bounds."""
    if not (text.isascii() and text.isdigit() and len(text) < len(str(2**63)) and least <= int(text) <= most):
        raise Invalid(f"{name!r} needs a whole number from {least} to {most}, not {text[:40]!r}", where=name)
    return int(text)


def read_name(text: str, *, name: str) -> str:
    """Read a short name as accounts and agencies have them."""
    if not text:
        raise Invalid(f"{name!r} is empty", where=name, advice="Fill it in.")
    if not _NAME.fullmatch(text):
        raise Invalid(
            f"{name!r} cannot be {text[:60]!r}",
            where=name,
            advice="Use up to 64 of the letters a to z, digits, dash, dot and underscore.",
        )
    return text


def read_day(text: str, *, name: str, needed: bool = True) -> str:
    """Read a day as its ISO date."""
    if not text.strip() and not needed:
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Invalid(f"{name!r} is no day: {text[:40]!r}", where=name, advice="Write it as 2026-03-31.") from None


def read_text(text: str, *, name: str, most: int = 200, needed: bool = True) -> str:
    """Read one line of text."""
    plain = text.strip()
    if needed and not plain:
        raise Invalid(f"{name!r} is empty", where=name, advice="Fill it in.")
    if len(plain) > most or not plain.isprintable():
        raise Invalid(f"{name!r} must be one line of at most {most} characters", where=name)
    return plain
