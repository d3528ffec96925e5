"""Names of columns: never empty, never twice the same."""

from collections.abc import Iterable

from tessera.errors import Unreadable
from tessera.extract.limits import Limits


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Name what has no name by its place and tell namesakes apart by a number.

    >>> unique_names(["Date", "", "Date "])
    ('Date', 'column_2', 'Date_2')
    """
    seen: set[str] = set()
    out: list[str] = []
    for place, raw in enumerate(names, start=1):
        name = _clean(raw) or f"column_{place}"
        final, count = name, 1
        while final in seen:
            count += 1
            final = f"{name}_{count}"
        seen.add(final)
        out.append(final)
    return tuple(out)


def check_width(count: int, limits: Limits, where: str) -> None:
    """Refuse a table with no columns or with more than the limits allow."""
    if not count:
        raise Unreadable("there are no columns in this table", where=where, advice="Deliver a table with a header row.")
    if count > limits.max_columns:
        message = f"the table has {count:,} columns; at most {limits.max_columns:,} are taken"
        raise Unreadable(message, where=where, advice="Check the delimiter, or deliver fewer columns.")


def _clean(name: str) -> str:
    spaced = " ".join(name.split())
    return "".join(mark for mark in spaced if mark.isprintable())
