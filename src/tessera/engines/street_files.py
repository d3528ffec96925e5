"""Streets that a site loads, so that addresses are found to the house: OpenAddresses CSV into one SQLite file."""

import csv
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tessera.errors import Invalid
from tessera.resolution.addresses import address_of, city_of

NEEDED: Final = ("LON", "LAT", "NUMBER", "STREET")
_AT_ONCE: Final = 50_000
_TABLE: Final = (
    "CREATE TABLE house (street TEXT, number INTEGER, city TEXT, postal_code TEXT, latitude REAL, longitude REAL)"
)
_INDEX: Final = "CREATE INDEX ix_house_street ON house (street, postal_code, city, number, latitude, longitude)"
_House = tuple[str, int, str, str, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load took in, and how many rows it left out for which reason."""

    houses: int
    left_out: Mapping[str, int] = field(default_factory=dict)


def load_streets(paths: Sequence[Path], target: Path) -> LoadReport:
    """Write the houses of OpenAddresses files to `target`, in the place of what was loaded before.

    The new file takes the old one's place in one step, so that whoever reads meanwhile sees either. Raises Invalid where a
    file is not one of OpenAddresses.
    """
    left_out: Counter[str] = Counter()
    beside = target.with_suffix(".part")
    beside.unlink(missing_ok=True)
    houses = 0
    try:
        with closing(sqlite3.connect(beside)) as base:
            base.execute("PRAGMA journal_mode = OFF")
            base.execute(_TABLE)
            for path in paths:
                for some in _in_pieces(_houses(path, left_out)):
                    base.executemany("INSERT INTO house VALUES (?, ?, ?, ?, ?, ?)", some)
                    houses += len(some)
            base.execute(_INDEX)
            base.commit()
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return LoadReport(houses=houses, left_out=dict(left_out))


def _in_pieces(houses: Iterator[_House]) -> Iterator[list[_House]]:
    some: list[_House] = []
    for house in houses:
        some.append(house)
        if len(some) >= _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _houses(path: Path, left_out: Counter[str]) -> Iterator[_House]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in NEEDED if name not in {n.upper() for n in rows.fieldnames or ()}]
            if missing:
                advice = "Load the CSV files of OpenAddresses; their first line begins with LON,LAT,NUMBER,STREET."
                raise Invalid(f"the file has no column {', '.join(missing)}", where=str(path), advice=advice)
            for row in rows:
                house = _house(
                    {(name or "").upper(): value or "" for name, value in row.items() if isinstance(value, str)}
                )
                if isinstance(house, str):
                    left_out[house] += 1
                else:
                    yield house
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"the file cannot be read ({error})", where=str(path), advice="Get it again.") from error


def _house(row: Mapping[str, str]) -> _House | str:
    """Read one row; a sentence says why it is left out."""
    digits = "".join(c for c in row["NUMBER"].split("-")[0] if c.isdigit())
    if not digits or len(digits) > 9:  # noqa: PLR2004 - no house has a longer number
        return "no house number"
    try:
        latitude, longitude = float(row["LAT"]), float(row["LON"])
    except ValueError:
        return "no coordinates"
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude == 0 and longitude == 0):  # noqa: PLR2004 - degrees
        return "coordinates off the globe"
    address = address_of(f"{digits} {row['STREET']}")
    if address is None or not address.street:
        return "no street"
    street = " ".join(f"{address.direction} {address.street} {address.street_type}".split())
    code = "".join(c for c in row.get("POSTCODE", "") if c.isdigit())[:5]
    return street, int(digits), city_of(row.get("CITY", "")) or "", code, latitude, longitude
