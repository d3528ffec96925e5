"""Streets that a site loads: address points of OpenAddresses and address ranges of the Census, in one file of its own.

The file is a SQLite database. A street is told apart by its name, type and direction and by the town or ZIP code it is
in. On it lie houses (a number and a point) and segments (the numbers along a side of a line).
"""

import csv
import sqlite3
import struct
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from shutil import copyfile
from typing import Any, Final

from tessera.errors import Invalid
from tessera.resolution.addresses import address_of, city_of, postal_code_of, state_of

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS street (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, direction TEXT NOT NULL,
    city TEXT NOT NULL, state TEXT NOT NULL, zip TEXT NOT NULL,
    UNIQUE (name, type, direction, city, state, zip)
);
CREATE INDEX IF NOT EXISTS street_by_zip ON street (zip, name);
CREATE INDEX IF NOT EXISTS street_by_city ON street (city, state, name);
CREATE TABLE IF NOT EXISTS house (
    street INTEGER NOT NULL, number INTEGER NOT NULL, latitude REAL NOT NULL, longitude REAL NOT NULL,
    PRIMARY KEY (street, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS segment (
    street INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, line TEXT NOT NULL,
    PRIMARY KEY (street, first, last, line)
) WITHOUT ROWID;
"""
_BATCH: Final = 5_000
_COLUMNS: Final = frozenset({"LON", "LAT", "NUMBER", "STREET"})
_SIDES: Final = (("LFROMHN", "LTOHN", "ZIPL"), ("RFROMHN", "RTOHN", "ZIPR"))
_LONGEST_NUMBER: Final = 9

StreetKey = tuple[str, str, str, str, str, str]
"""Name, type, direction, city, state, ZIP code; what was not told is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A house number with its point, in degrees."""

    street: StreetKey
    number: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The numbers along one side of a line, in the direction of the line; `line` is `longitude latitude,…`."""

    street: StreetKey
    first: int
    last: int
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What came of loading: how much there is now, and how many rows were refused, by reason."""

    streets: int
    houses: int
    segments: int
    refused: Mapping[str, int] = field(default_factory=dict)


class _Refused(Exception):
    """A row that says no place; its message is the reason."""


def load_streets(paths: Iterable[Path], target: Path) -> LoadReport:
    """Add files of streets to the street file at `target`, which is made anew beside it and then put in its place.

    Takes OpenAddresses CSV, and ADDRFEAT shapefiles of TIGER/Line (the .shp, or the zip that holds it). Loading a file
    again changes nothing. Raises Invalid for a file that is neither, and then leaves the street file as it was.
    """
    fresh = target.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    if target.is_file():
        copyfile(target, fresh)
    refused: Counter[str] = Counter()
    try:
        with closing(sqlite3.connect(fresh)) as base:
            base.executescript(_SCHEMA)
            base.execute("PRAGMA synchronous = OFF")
            for path in paths:
                _store(base, _found_in(path, refused))
            base.execute("ANALYZE")
            base.commit()
            report = _counted(base, refused)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return report


def _counted(base: sqlite3.Connection, refused: Counter[str]) -> LoadReport:
    streets, houses, segments = base.execute(
        "SELECT (SELECT count(*) FROM street), (SELECT count(*) FROM house), (SELECT count(*) FROM segment)"
    ).fetchone()
    return LoadReport(streets=streets, houses=houses, segments=segments, refused=dict(refused))


def _store(base: sqlite3.Connection, found: Iterator[House | Segment]) -> None:
    while some := list(islice(found, _BATCH)):
        ids = _street_ids(base, {one.street for one in some})
        base.executemany(
            "INSERT OR REPLACE INTO house VALUES (?, ?, ?, ?)",
            [(ids[h.street], h.number, h.latitude, h.longitude) for h in some if isinstance(h, House)],
        )
        base.executemany(
            "INSERT OR IGNORE INTO segment VALUES (?, ?, ?, ?)",
            [(ids[s.street], s.first, s.last, s.line) for s in some if isinstance(s, Segment)],
        )
        base.commit()


def _street_ids(base: sqlite3.Connection, keys: set[StreetKey]) -> dict[StreetKey, int]:
    insert = "INSERT OR IGNORE INTO street (name, type, direction, city, state, zip) VALUES (?, ?, ?, ?, ?, ?)"
    base.executemany(insert, keys)
    select = "SELECT id FROM street WHERE (name, type, direction, city, state, zip) = (?, ?, ?, ?, ?, ?)"
    return {key: base.execute(select, key).fetchone()[0] for key in keys}


def _found_in(path: Path, refused: Counter[str]) -> Iterator[House | Segment]:
    name = path.name.lower()
    try:
        if name.endswith((".csv", ".txt")):
            yield from _houses(path, refused)
        elif name.endswith((".shp", ".zip")):
            yield from _segments(path, refused)
        else:
            raise Invalid("this is no file of streets", where=path.name, advice=_TAKEN)
    except OSError as error:
        raise Invalid(f"the file cannot be opened ({error.strerror})", where=path.name, advice=_TAKEN) from error


_TAKEN: Final = "Give an OpenAddresses CSV, or an ADDRFEAT shapefile of TIGER/Line (.shp or .zip)."


def _houses(path: Path, refused: Counter[str]) -> Iterator[House]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.DictReader(file)
        names = {name.upper() for name in rows.fieldnames or ()}
        if not names >= _COLUMNS:
            missing = ", ".join(sorted(_COLUMNS - names))
            raise Invalid(f"the CSV has no column {missing}", where=path.name, advice=_TAKEN)
        for row in rows:
            told = {name.upper(): str(value or "").strip() for name, value in row.items() if name}
            try:
                yield _house(told)
            except _Refused as reason:
                refused[str(reason)] += 1


def _house(row: Mapping[str, str]) -> House:
    latitude, longitude = _degrees(row["LAT"], row["LON"])
    return House(
        street=street_key(row["STREET"], row.get("CITY", ""), row.get("REGION", ""), row.get("POSTCODE", "")),
        number=_number(row["NUMBER"]),
        latitude=latitude,
        longitude=longitude,
    )


def street_key(street: str, city: str, state: str, zip_code: str) -> StreetKey:
    """Write a street in the one form in which it is looked up."""
    name, kind, direction = _street(street)
    if not name:
        raise _Refused("The street has no name.")
    return name, kind, direction, city_of(city) or "", state_of(state) or "", postal_code_of(zip_code) or ""


@lru_cache(maxsize=65_536)
def _street(said: str) -> tuple[str, str, str]:
    found = address_of(f"1 {said}") if said.strip() else None
    return (found.street, found.street_type, found.direction) if found else ("", "", "")


def _degrees(latitude: str, longitude: str) -> tuple[float, float]:
    try:
        found = float(latitude), float(longitude)
    except ValueError:
        raise _Refused("The coordinates are no numbers.") from None
    if not (-90 <= found[0] <= 90 and -180 <= found[1] <= 180) or found == (0, 0):  # noqa: PLR2004 - degrees
        raise _Refused("The coordinates are no place on Earth.")
    return found


def _number(said: str) -> int:
    """Take the digits that a house number begins with: 12B and 12 1/2 are by number 12."""
    digits = said[: next((at for at, c in enumerate(said) if not c.isdecimal()), len(said))]
    if not digits or not digits.isascii() or len(digits) > _LONGEST_NUMBER or not int(digits):
        raise _Refused("There is no house number.")
    return int(digits)


def _segments(path: Path, refused: Counter[str]) -> Iterator[Segment]:
    import shapefile  # noqa: PLC0415 - only where a shapefile is loaded

    try:
        with shapefile.Reader(str(path)) as reader:
            names = {column[0].upper() for column in reader.fields}
            if "FULLNAME" not in names:
                raise Invalid("the shapefile has no column FULLNAME", where=path.name, advice=_TAKEN)
            for one in reader.iterShapeRecords():
                yield from _sides(one, refused)
    except (shapefile.ShapefileException, zipfile.BadZipFile, struct.error, ValueError) as error:
        raise Invalid(f"the shapefile is damaged ({error})", where=path.name, advice=_TAKEN) from error


def _sides(one: Any, refused: Counter[str]) -> Iterator[Segment]:  # noqa: ANN401 - pyshp has no useful types here
    row = {name.upper(): str(value or "").strip() for name, value in one.record.as_dict().items()}
    points = [point[:2] for point in getattr(one.shape, "points", ())]
    for low, high, code in _SIDES:
        if not (row.get(low) or row.get(high)):
            continue
        try:
            yield _segment(row, (row.get(low, ""), row.get(high, "")), row.get(code, ""), points)
        except _Refused as reason:
            refused[str(reason)] += 1


def _segment(
    row: Mapping[str, str], numbers: tuple[str, str], zip_code: str, points: list[tuple[float, float]]
) -> Segment:
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        raise _Refused("The segment has no line.")
    for longitude, latitude in points:
        _degrees(str(latitude), str(longitude))
    return Segment(
        street=street_key(row["FULLNAME"], "", "", zip_code),
        first=_number(numbers[0]),
        last=_number(numbers[1]),
        line=",".join(f"{longitude:.6f} {latitude:.6f}" for longitude, latitude in points),
    )
