"""From nested values to one level of columns with dotted names; every value as text in one canonical form."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

TOO_DEEP: Final = "Values in this row are nested too deeply. Deliver flatter data."


class TooDeep(ValueError):
    """A row is nested more deeply than the limits allow."""


def flatten(row: Mapping[str, object], most_levels: int) -> dict[str, str | None]:
    """Flatten nested objects; lists stay together as JSON text.

    >>> flatten({"a": {"b": 1.0, "c": None}, "d": [1, "x"]}, 9)
    {'a.b': '1', 'a.c': None, 'd': '[1, "x"]'}
    """
    flat: dict[str, str | None] = {}
    _into(flat, "", row, most_levels)
    return flat


def names_in(row: Mapping[str, object], most_levels: int) -> Iterable[str]:
    """Give the names that `flatten` would, faster where nothing is nested.

    >>> list(names_in({"a": 1, "b": {"c": 2}}, 9))
    ['a', 'b.c']
    """
    nested = any(isinstance(value, dict) for value in row.values())
    return flatten(row, most_levels) if nested else row


def cell(value: object) -> str | None:  # noqa: PLR0911 - one line for each sort of value
    """Write one value: ISO dates, whole numbers without a point, the shortest text that gives the same number.

    >>> [cell(value) for value in (True, 3.0, 0.1, None, date(2026, 1, 2))]
    ['true', '3', '0.1', None, '2026-01-02']
    """
    match value:
        case None:
            return None
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return number(value)
        case datetime():
            return _moment(value)
        case date() | time():
            return value.isoformat()
        case timedelta():
            return _duration(value)
        case bytes():
            return value.hex()
        case list() | dict():
            return json.dumps(value, ensure_ascii=False, default=cell)
        case _:
            return str(value)


def number(value: float) -> str:
    """Write a number in the shortest way, without `.0`."""
    text = repr(value)
    return text.removesuffix(".0")


def _duration(value: timedelta) -> str:
    """Write hours, minutes and seconds, as a workbook shows them."""
    seconds = round(value.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _moment(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _into(flat: dict[str, str | None], prefix: str, row: Mapping[str, object], levels: int) -> None:
    if levels <= 0:
        raise TooDeep(TOO_DEEP)
    for name, value in row.items():
        key = f"{prefix}{name}" if prefix else name
        if isinstance(value, dict) and value:
            _into(flat, f"{key}.", value, levels - 1)
            continue
        if key in flat:
            key = _free(flat, key)
        if isinstance(value, str):  # by far the most frequent
            flat[key] = value
        else:
            flat[key] = None if value == {} else cell(value)


def _free(flat: Mapping[str, object], key: str) -> str:
    """Tell `{"a.b": 1}` and `{"a": {"b": 2}}` in one row apart."""
    name, count = key, 1
    while name in flat:
        count += 1
        name = f"{key}_{count}"
    return name
