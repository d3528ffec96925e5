"""Time, as one argument: every part that needs "now" is given a Clock.

Inside, an instant is an integer: milliseconds since 1970-01-01T00:00:00Z. It sorts, compares and indexes alike in
SQLite, PostgreSQL, DuckDB and Arrow, and cannot lose its zone.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from time import time_ns
from typing import TypeAlias

Clock: TypeAlias = Callable[[], int]


def system_clock() -> int:
    """Return now, in milliseconds since the epoch."""
    return time_ns() // 1_000_000


def to_millis(moment: datetime) -> int:
    """Turn an aware datetime into milliseconds.

    >>> to_millis(datetime(1970, 1, 2, tzinfo=UTC))
    86400000
    """
    if moment.tzinfo is None:
        msg = "an instant needs a time zone"
        raise ValueError(msg)
    return round(moment.timestamp() * 1000)


def to_datetime(millis: int) -> datetime:
    """Turn milliseconds into an aware UTC datetime."""
    return datetime.fromtimestamp(millis / 1000, tz=UTC)


def isoformat(millis: int | None) -> str:
    """Write an instant as RFC 3339 UTC, whole seconds; nothing for nothing.

    >>> isoformat(0)
    '1970-01-01T00:00:00Z'
    """
    if millis is None:
        return ""
    return to_datetime(millis).strftime("%Y-%m-%dT%H:%M:%SZ")
