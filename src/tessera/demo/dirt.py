"""Rows spoilt on purpose, so that quarantine has something to show."""

from collections.abc import Sequence

from tessera.demo.draw import Draw
from tessera.demo.feed import Feed
from tessera.demo.formats import Cell

DIRTY_SHARE = 0.02
_UNKNOWN_CODE = "??7"
_LOST_CELLS = 3


def spoilt_by(feed: Feed, luck: Draw) -> str:
    """Return what is to be wrong with the next row: `date`, `place`, `code`, `key`, `ragged`, or nothing."""
    if luck.random() >= DIRTY_SHARE:
        return ""
    ways = ["date", "date", "key"] + ["place"] * 2 * bool(feed.place) + ["code"] * 2 * bool(feed.code)
    return luck.pick(ways + ["ragged"] * feed.is_text_table)


def spoil(feed: Feed, cells: Sequence[Cell], reason: str, number: int) -> list[Cell]:
    """Return the row with one thing wrong."""
    spoilt = list(cells)
    match reason:
        case "date":
            spoilt[feed.columns.index(feed.date)] = feed.bad_date
        case "code":
            spoilt[feed.columns.index(feed.code)] = _UNKNOWN_CODE
        case "key":
            spoilt[feed.columns.index(feed.key)] = ""
        case "place":
            _misplace(feed, spoilt, number % 3)
        case _:
            return spoilt[:-_LOST_CELLS] if number % 2 else [*spoilt, "one", "too many"]
    return spoilt


def _misplace(feed: Feed, cells: list[Cell], way: int) -> None:
    at = [feed.columns.index(name) for name in feed.place]
    if len(at) == 1:
        latitude, longitude = str(cells[at[0]]).split(", ")
        cells[at[0]] = ("0, 0", f"{longitude}, {latitude}", "138.7, -275.1")[way]
        return
    north, east = cells[at[0]], cells[at[1]]
    swapped = (0, 0) if north is None else (east, north)
    cells[at[0]], cells[at[1]] = ((0, 0), swapped, (138.7, -275.1))[way]
