"""Addresses: the parts found in addresses of fifty states, and how far off the places are that are found for towns.

Parts: `us50_train_tagged.xml` of usaddress, every second line held out; it is among the texts that usaddress learnt from, so the parser
beside which we stand has seen it. (`labeled.xml`, its other training text, is not used.) ZIP code, state and town are compared as
written in one way.
Places: towns of the calls of one county (Pennsylvania) with the point of each call; and towns of GeoNames with 15,000 people and more.
"""

import csv
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import usaddress
from ground import print_table
from lxml import etree

from tessera.engines.geocoding import Geocoder
from tessera.model.located import Located
from tessera.resolution.addresses import address_of, city_of, postal_code_of, state_of

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PARTS = ("postal_code", "state", "city")
TAGS = {"ZipCode": "postal_code", "StateName": "state", "PlaceName": "city"}


def tagged(*, held_out: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """Give addresses and their true parts in one form."""
    root = etree.parse(DATA / "text" / "addresses" / "us50_train_tagged.xml").getroot()
    for at, one in enumerate(root):
        if (at % 2 == 1) == held_out:
            parts: dict[str, list[str]] = {}
            for part in one:
                parts.setdefault(TAGS.get(part.tag, ""), []).append(part.text or "")
            text = " ".join(t.strip() for t in one.itertext() if t.strip())
            yield text, one_form({name: " ".join(words).strip(" ,") for name, words in parts.items() if name})


def one_form(parts: dict[str, str]) -> dict[str, str]:
    """Write parts in one way."""
    made = {
        "postal_code": postal_code_of(parts.get("postal_code", "")) or "",
        "state": state_of(parts.get("state", "")) or "",
        "city": city_of(parts.get("city", "")) or "",
    }
    return {name: value for name, value in made.items() if value}


def ours(text: str) -> dict[str, str]:
    """Take an address apart as the platform does."""
    found = address_of(text)
    return one_form({name: getattr(found, name) for name in PARTS}) if found else {}


def bare(text: str) -> dict[str, str]:
    """Take an address apart by usaddress alone."""
    parts: dict[str, list[str]] = {}
    for word, tag in usaddress.parse(text):
        parts.setdefault(TAGS.get(tag, ""), []).append(word)
    return one_form({name: " ".join(words).strip(" ,") for name, words in parts.items() if name})


def parsing() -> list[list[object]]:
    """Compare parts and whole addresses."""
    examples = list(tagged(held_out=True))
    rows: list[list[object]] = []
    for who, parse in (("ours", ours), ("usaddress", bare)):
        found = [(parse(text), truth) for text, truth in examples]
        cells = [100 * sum(f.get(p) == t.get(p) for f, t in found) / len(found) for p in PARTS]
        rows.append([who, len(found), *cells, 100 * sum(f == t for f, t in found) / len(found)])
    return rows


def metres(found: Located, latitude: float, longitude: float) -> float:
    """Give the distance of two points."""
    from math import cos, hypot, radians  # noqa: PLC0415 - three plain functions

    north = radians(latitude - found.latitude) * 6_371_000
    return hypot(north, radians(longitude - found.longitude) * 6_371_000 * cos(radians(latitude)))


def calls() -> Iterator[tuple[str, float, float]]:
    """Give the town of each call and its point."""
    with (DATA / "incidents" / "montgomery_911_sample.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            try:
                yield f"{row[4].title()}, PA", float(row[0]), float(row[1])
            except (ValueError, IndexError):
                continue


def towns() -> Iterator[tuple[str, float, float]]:
    """Give towns of the United States with their state and point."""
    with gzip.open(DATA / "geo" / "geonames" / "cities15000.json.gz") as file:
        given = json.load(file)
    for one in given.values() if isinstance(given, dict) else given:
        if one["countrycode"] == "US":
            yield f"{one['name']}, {one['admin1code']}", float(one["latitude"]), float(one["longitude"])


def placing() -> list[list[object]]:
    """Compare found places with true ones."""
    geocoder = Geocoder(None)
    rows: list[list[object]] = []
    for name, some in (("towns of calls", list(calls())), ("towns of GeoNames", list(towns()))):
        pairs = [(geocoder.find(text), lat, lon) for text, lat, lon in some]
        off = [(metres(found, lat, lon), found.precision_m) for found, lat, lon in pairs if found]
        within = 100 * sum(far <= stated for far, stated in off) / max(len(off), 1)
        rows.append(
            [
                name,
                len(some),
                100 * len(off) / len(some),
                median(far for far, _ in off),
                median(p for _, p in off),
                within,
            ]
        )
    return rows


def main() -> None:
    """Print both tables."""
    print_table(
        "Parts of addresses, held out", ["parser", "addresses", "ZIP %", "state %", "town %", "all three %"], parsing()
    )
    heads = ["what", "asked", "found %", "median metres off", "median metres stated", "within what is stated %"]
    print_table("Places of towns", heads, placing())


if __name__ == "__main__":
    if not DATA.exists():
        sys.exit("The data sets are not here: nothing to measure.")
    main()
