"""Makers for movements of money: amounts in bands, days in windows, memos that may be cut short."""

import math
from datetime import date

from tessera.resolution.prepare import Terms, Value, day, first_of, maker

_BAND = math.log(1.1)
"""Bands are ten per cent wide, and each begins in the middle of the one before."""
_WINDOW_DAYS = 30
_START = 3


def _amount(terms: Terms, names: tuple[str, ...]) -> float | None:
    for name in names:
        try:
            value = abs(float(str(terms.get(name) or "").replace(",", "")))
        except ValueError:
            continue
        if 0 < value < math.inf:
            return value
    return None


@maker("amount")
def amount(terms: Terms, names: tuple[str, ...]) -> Value:
    """An amount without sign, with two decimals."""
    value = _amount(terms, names)
    return None if value is None else f"{value:.2f}"


@maker("amount-bands", several=True)
def amount_bands(terms: Terms, names: tuple[str, ...]) -> Value:
    """The two bands that an amount falls into: amounts less than five per cent apart always share one."""
    value = _amount(terms, names)
    if value is None:
        return None
    place = math.log(value) / _BAND
    return f"a{math.floor(place)}", f"b{math.floor(place + 0.5)}"


@maker("month-windows", several=True)
def month_windows(terms: Terms, names: tuple[str, ...]) -> Value:
    """The two windows of thirty days that a day falls into: days up to two weeks apart always share one."""
    try:
        number = date.fromisoformat(str(day(terms, names))).toordinal()
    except ValueError:
        return None
    return f"a{number // _WINDOW_DAYS}", f"b{(number + _WINDOW_DAYS // 2) // _WINDOW_DAYS}"


@maker("line")
def line(terms: Terms, names: tuple[str, ...]) -> Value:
    """The first filled term, folded, without spaces."""
    return first_of(terms, names).replace(" ", "")


@maker("line-start")
def line_start(terms: Terms, names: tuple[str, ...]) -> Value:
    """The first three letters of it."""
    value = line(terms, names)
    return value[:_START] if isinstance(value, str) and value else None
