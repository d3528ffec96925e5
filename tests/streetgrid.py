"""An invented town: streets north to south and east to west, 100 house numbers to a block, every tenth one built."""

import csv
from collections.abc import Iterator
from pathlib import Path

import shapefile

NORTH, WEST = 39.15, -75.52
BLOCK = 0.0015
"""Degrees of a block, some 150 metres."""
ACROSS = ("Main St", "Oak Ave", "Chestnut Grove Rd", "S Governors Ave")
DOWN = ("1st St", "2nd St", "Water St")
WGS84 = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]]'
)


def houses() -> Iterator[tuple[str, int, float, float]]:
    """Give street, number, latitude and longitude: numbers grow eastward from 100 and southward from 100."""
    for row, street in enumerate(ACROSS):
        for number in range(100, 600, 10):
            yield street, number, NORTH - row * BLOCK, WEST + (number - 100) / 100 * BLOCK
    for column, street in enumerate(DOWN):
        for number in range(100, 400, 10):
            yield street, number, NORTH - (number - 100) / 100 * BLOCK, WEST + column * BLOCK


def write_points(path: Path, *, city: str = "Dover", zip_code: str = "19901") -> Path:
    """Write the houses as OpenAddresses does."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["LON", "LAT", "NUMBER", "STREET", "UNIT", "CITY", "DISTRICT", "REGION", "POSTCODE", "ID", "HASH"]
        )
        for street, number, latitude, longitude in houses():
            rows.writerow([longitude, latitude, number, street, "", city, "", "DE", zip_code, "", ""])
    return path


def write_ranges(path: Path, *, zip_code: str = "19901") -> Path:
    """Write the same streets as the ranges of both sides of each block, as TIGER/Line does."""
    with shapefile.Writer(str(path), shapeType=shapefile.POLYLINE) as out:
        for name in ("FULLNAME", "LFROMHN", "LTOHN", "RFROMHN", "RTOHN", "ZIPL", "ZIPR"):
            out.field(name, "C", size=100)
        for row, street in enumerate(ACROSS):
            for block in range(1, 6):
                latitude, west = NORTH - row * BLOCK, WEST + (block - 1) * BLOCK
                out.line([[[west, latitude], [west + BLOCK, latitude]]])
                _sides(out, street, block, zip_code)
        for column, street in enumerate(DOWN):
            for block in range(1, 4):
                north, longitude = NORTH - (block - 1) * BLOCK, WEST + column * BLOCK
                out.line([[[longitude, north], [longitude, north - BLOCK]]])
                _sides(out, street, block, zip_code)
    path.with_suffix(".prj").write_text(WGS84)
    return path.with_suffix(".shp")


def _sides(out: shapefile.Writer, street: str, block: int, zip_code: str) -> None:
    first = block * 100
    out.record(street, str(first), str(first + 98), str(first + 1), str(first + 99), zip_code, zip_code)
