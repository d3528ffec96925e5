"""Addresses: taking them apart, ours beside bare usaddress; and placing them, by how far off the answer is.

Parsing: the labelled addresses of usaddress, on which it was trained, so bare usaddress is at home there; of the larger file every second line
is held out;
and the crossings of a sample of 911 calls of Montgomery County, Pennsylvania, whose two streets are known from how they
are written. Placing without a street file: the calls by their township, the cities of GeoNames by name and state, and the
ZIP codes of another, older list. "within": the share whose true place lies within the stated precision.
"""

import csv
import gzip
import json
import re
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import usaddress
from ground import print_table

from tessera.engines.geocoding import Geocoder
from tessera.model.located import metres_between
from tessera.resolution.addresses import Address, address_of, postal_code_of, state_of
from tessera.resolution.usps import DIRECTIONS, OPENING, ORDINALS, STREET_TYPES

DATA = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared" / "data"
PARTS = {
    "number": ("AddressNumber", "AddressNumberSuffix"),
    "street": ("StreetNamePreDirectional", "StreetNamePreModifier", "StreetNamePreType", "StreetName",
               "StreetNamePostModifier", "StreetNamePostType", "StreetNamePostDirectional"),
    "box": ("USPSBoxID",),
    "city": ("PlaceName",),
    "state": ("StateName",),
    "ZIP": ("ZipCode",),
}  # fmt: skip
_WORD = re.compile(r"[A-Z0-9]+")
_SHORT = OPENING | DIRECTIONS | ORDINALS | STREET_TYPES
_HIGHWAYS = {"HWY", "RTE", "SR", "STATE", "RD", "NO"}
_ALIKE = {"SAINT": "ST", "DOCTOR": "DR", "INTERSTATE": "I", "COUNTY": "CR", "ONE": "1"}
"""Spellings of ours for what the label holds in another."""
Parts = dict[str, object]
Point = tuple[float, float]


def words(text: str) -> tuple[str, ...]:
    """Write a street so that two spellings of it are equal: short words, in the order of the alphabet."""
    plain = re.sub(r"\b[A-Z](?:\.[A-Z])+\b", lambda found: found[0].replace(".", ""), text.upper())
    short = [_ALIKE.get(word, _SHORT.get(word, word)) for word in _WORD.findall(plain)]
    short = [_ALIKE.get(word, word) for word in short]
    is_numbered = any(word.isdigit() for word in short)
    return tuple(sorted(word for word in short if not (is_numbered and word in _HIGHWAYS)))


def by_labels(labelled: Iterable[tuple[str, str]]) -> Parts:
    """Gather the words of each part from their labels."""
    gathered: dict[str, list[str]] = defaultdict(list)
    for word, label in labelled:
        gathered[label].append(word)
    said = {part: " ".join(word for label in labels for word in gathered[label]) for part, labels in PARTS.items()}
    return {
        **{part: words(text) for part, text in said.items()},
        "state": state_of(said["state"]) or "",
        "ZIP": postal_code_of(said["ZIP"].strip(" .,")) or "",
    }


def by_us(text: str) -> Parts:
    """Give the parts as our parser finds them."""
    found = address_of(text) or Address()
    return {
        "number": words(found.number),
        "street": words(" ".join(found.crossing) or found.line),
        "box": words(found.box),
        "city": words(found.city),
        "state": found.state,
        "ZIP": found.postal_code,
    }


def labelled(name: str) -> list[tuple[str, Parts]]:
    """Give the labelled addresses of a file with their true parts; those with a street, a box or a city."""
    tree = ET.parse(DATA / "text" / "addresses" / name)
    rows = [[((part.text or ""), part.tag) for part in one] for one in tree.getroot()]
    found = [(" ".join(word for word, _ in row), by_labels(row)) for row in rows]
    return [(text, truth) for text, truth in found if truth["street"] or truth["box"] or truth["city"]]


def parsing(rows: list[tuple[str, Parts]]) -> list[list[object]]:
    """Measure both parsers on labelled addresses: each part, and whole addresses."""
    table: list[list[object]] = []
    parsers: dict[str, Callable[[str], Parts]] = {
        "ours": by_us,
        "bare usaddress": lambda text: by_labels(usaddress.parse(text)),
    }
    for who, parse in parsers.items():
        found = [(parse(text), truth) for text, truth in rows]
        if "--tell" in sys.argv and who == "ours":
            for (text, truth), (said, _) in zip(rows, found, strict=True):
                if said != truth:
                    print(text, {part: (truth[part], said[part]) for part in PARTS if truth[part] != said[part]})
        shares = [sum(said[part] == truth[part] for said, truth in found) / len(found) for part in PARTS]
        whole = sum(said == truth for said, truth in found) / len(found)
        table.append([who, len(found), *(f"{100 * share:.1f}" for share in (*shares, whole))])
    return table


def calls() -> Iterator[tuple[str, str, Point]]:
    """Give address, township and true place of each 911 call."""
    with (DATA / "incidents" / "montgomery_911_sample.csv").open(newline="") as file:
        for row in csv.reader(file):
            if row[0] != "lat" and row[5].strip():
                yield row[5].strip(), row[4].strip(), (float(row[0]), float(row[1]))


def crossings() -> list[list[object]]:
    """Measure how many crossings are read as their two streets."""
    rows = sorted({address for address, _, _ in calls() if address.count("&") == 1})
    rows = [row for row in rows if all(words(side) for side in row.split("&"))]
    truth = [tuple(sorted(words(side) for side in row.split("&"))) for row in rows]
    ours = [tuple(sorted(words(side) for side in (address_of(row) or Address()).crossing)) for row in rows]
    bare = [bare_crossing(row) for row in rows]
    return [
        [who, len(rows), f"{100 * sum(a == b for a, b in zip(found, truth, strict=True)) / len(rows):.1f}"]
        for who, found in (("ours", ours), ("bare usaddress", bare))
    ]


def bare_crossing(text: str) -> tuple[tuple[str, ...], ...]:
    """Give the streets around the separator, where usaddress says that it is one."""
    labels = usaddress.parse(text)
    at = next((place for place, (_, label) in enumerate(labels) if label == "IntersectionSeparator"), None)
    if at is None or any("Street" not in label for place, (_, label) in enumerate(labels) if place != at):
        return ()
    sides = (labels[:at], labels[at + 1 :])
    return tuple(sorted(words(" ".join(word for word, _ in side)) for side in sides))


def cities() -> Iterator[tuple[str, Point]]:
    """Give the cities of GeoNames in the United States, with their state."""
    with gzip.open(DATA / "geo" / "geonames" / "cities15000.json.gz", "rt", encoding="utf-8") as file:
        for one in json.load(file).values():
            if one["countrycode"] == "US":
                yield f"{one['name']}, {one['admin1code']}", (one["latitude"], one["longitude"])


def zip_codes() -> Iterator[tuple[str, Point]]:
    """Give the ZIP codes of another list, each with its own point: what shares a point stands at its county's middle."""
    with (DATA / "geo" / "quakes" / "zipcodes.csv").open(newline="") as file:
        rows = [(row["zip_code"], row["latitude"], row["longitude"]) for row in csv.DictReader(file) if row["latitude"]]
    crowds: dict[tuple[str, str], int] = defaultdict(int)
    for _, *place in rows:
        crowds[place[0], place[1]] += 1
    yield from ((code, (float(n), float(e))) for code, n, e in rows if crowds[n, e] == 1)


def placing() -> list[list[object]]:
    """Measure how often and how well addresses are placed without a street file."""
    geocoder = Geocoder(None)
    sets: dict[str, list[tuple[str, Point]]] = {
        "911 calls, with the county": [
            (f"{address}, {town}, Montgomery County, PA", place)
            for address, town, place in calls()
            if "COUNTY" not in town
        ],
        "911 calls, crossing and township": [(f"{address}, {town}, PA", place) for address, town, place in calls()],
        "GeoNames cities": list(cities()),
        "ZIP codes of an older list": list(zip_codes()),
    }
    table: list[list[object]] = []
    for name, rows in sets.items():
        started = time.process_time()
        found = [(geocoder.find(text), place) for text, place in rows]
        spent = time.process_time() - started
        by_how: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for located, place in found:
            if located:
                off = metres_between((located.latitude, located.longitude), place)
                by_how[located.how].append((off, located.precision_m))
        for how, offs in sorted(by_how.items()):
            within = sum(off <= stated for off, stated in offs) / len(offs)
            middle = [f"{statistics.median(side) / 1000:.1f}" for side in zip(*offs, strict=True)]
            share = f"{100 * len(offs) / len(rows):.1f}"
            table.append([name, len(rows), how, share, f"{100 * within:.1f}", *middle, f"{len(rows) / spent:,.0f}"])
    return table


def main() -> None:
    """Print the tables."""
    heads = ["parser", "addresses", *PARTS, "whole"]
    print_table("Addresses of the fifty states taken apart: % right", heads, parsing(labelled("us50_train_tagged.xml")))
    many = labelled("labeled.xml")
    print_table("Labelled addresses, development half: % right", heads, parsing(many[::2]))
    print_table("Labelled addresses, held-out half: % right", heads, parsing(many[1::2]))
    print_table("Crossings of 911 calls read as their two streets", ["parser", "crossings", "% right"], crossings())
    heads = ["set", "asked", "how", "placed %", "within %", "median off, km", "median stated, km", "asked/CPU-s"]
    print_table("Places without a street file", heads, placing())
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(f"{usage.ru_utime:.1f} CPU-s, {usage.ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    if not (DATA / "text" / "addresses").exists():
        sys.exit("The data sets are not here: nothing to measure.")
    main()
