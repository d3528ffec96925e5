"""Messages of the standards: what comes in, what becomes of it, how fast; beside python-stix2 on the same files.

    python bench/messages.py [FOLDER]

FOLDER holds the data sets that are not part of the project: `threat`, `alerts`, `health`, `niem`. Without it, only the invented
bundle is measured. Seconds are CPU seconds of this process; memory is that of a process of its own.
"""

import json
import multiprocessing
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import stix2  # type: ignore[import-untyped]
from lxml import etree

from tessera.errors import TesseraError
from tessera.extract.limits import Limits
from tessera.extract.messages import cap, feeds, fhir, nibrs, nibrs_errors, nibrs_flat, niem, stix
from tessera.extract.piece import Budget, Piece
from tessera.extract.tools import Tools
from tessera.model.found import Draft, Finding, Off, Passage, Refused, Unmapped

NONE = Off(why="not measured", advice="")
TOOLS = Tools(pictures=NONE, speech=NONE, names=NONE)
MEGABYTES = 40
TIMES = 5
"""How often each file is read for the time."""


@dataclass(kw_only=True)
class Line:
    """What became of one data set."""

    name: str
    files: int = 0
    objects: int = 0
    accounted: int = 0
    drafts: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    unmapped: int = 0
    parts: int = 0
    seconds: float = 0.0


def main(folder: Path | None) -> None:
    """Print the tables."""
    if folder:
        table([measured(*each) for each in sets(folder)])
        beside(folder)
    large()


def sets(folder: Path) -> Iterator[tuple[str, ModuleType, list[Path], str]]:
    """Name the data sets: reader, files, and what the pointer of one object looks like."""
    threat, alerts = folder / "threat", folder / "alerts" / "cap"
    whole = r"(?:/objects/\d+)?"
    yield "ATT&CK ICS 18.1", stix, sorted((threat / "attack-ics").glob("*.json")), whole
    yield "STIX 2.1 examples", stix, sorted((threat / "stix21-examples").rglob("*.json")), whole
    samples = sorted((threat / "stix-validator").rglob("test_examples/*.json"))
    yield "STIX validator, good", stix, [each for each in samples if not each.name.startswith("invalid")], whole
    yield "STIX validator, bad", stix, [each for each in samples if each.name.startswith("invalid")], whole
    yield "CAP and EDXL-DE", cap, sorted({*alerts.glob("*.cap"), *alerts.glob("*.edxlde")}), r".*alert\[\d+\]"
    yield "Atom and RSS", feeds, sorted({*alerts.glob("*.atom"), *alerts.glob("*.rss")}), r".*(?:entry|item)\[\d+\]"
    yield (
        "FHIR R4, Synthea",
        fhir,
        sorted((folder / "health" / "synthea-fhir").glob("*.json")),
        r"/entry/\d+(?:/resource)?",
    )
    yield "NIBRS", nibrs, sorted((folder / "niem" / "nibrs").glob("*.xml")), r".*Report\[\d+\]/[^/]+\[\d+\]"
    lines = r"row=\d+"
    yield "NIBRS flat files", nibrs_flat, sorted((folder / "niem" / "nibrs").glob("Test-Submission-*.txt")), lines
    yield "NIBRS error sheets", nibrs_errors, sorted((folder / "niem" / "nibrs").glob("Test-EDS-*.txt")), lines
    yield "NIEM crash", niem, sorted((folder / "niem" / "crash-driver").glob("Crash*")), r".+"


def measured(name: str, reader: ModuleType, files: list[Path], one: str) -> Line:
    """Read a data set and count."""
    line = Line(name=name, files=len(files))
    for path in files:
        line.objects += objects_in(path)
        start = time.process_time()
        for _ in range(TIMES):
            found = read(reader, path)
        line.seconds += (time.process_time() - start) / TIMES
        count(line, found, one)
    return line


def read(reader: ModuleType, path: Path) -> list[Finding] | TesseraError:
    """Read a file to its end; an error of ours means that all of it is refused."""
    piece = Piece(path=path, filename=path.name, budget=Budget(left=2**40), limits=Limits())
    try:
        return list(reader.read(piece, TOOLS))
    except TesseraError as error:
        return error


def count(line: Line, found: list[Finding] | TesseraError, one: str) -> None:
    """Count what became of the objects of a file."""
    if isinstance(found, TesseraError):
        line.refused[f"{type(found).__name__}: {found.message.partition('(')[0].strip()}"] += 1
        line.accounted += 1
        return
    places = set()
    for each in found:
        if isinstance(each, Draft):
            line.drafts += 1
        elif isinstance(each, Refused):
            line.refused[re.sub(r"'[^']*'", "…", each.reason.partition(". ")[0])[:80]] += 1
        elif isinstance(each, Unmapped):
            line.unmapped += each.count if "." not in each.what else 0
            line.parts += each.count if "." in each.what else 0
        if isinstance(each, (Draft, Refused, Passage)) and each.locator.row:
            places |= {f"row={each.locator.row}"} if re.fullmatch(one, f"row={each.locator.row}") else set()
        elif isinstance(each, (Draft, Refused)):
            pointer = re.sub(r"/(?:\w+:)?info\[\d+\]$", "", each.locator.pointer)
            places |= {pointer} if re.fullmatch(one, pointer) else set()
    line.accounted += len(places) + sum(
        e.count
        for e in found
        if isinstance(e, Unmapped) and "." not in e.what and ("(no " not in e.what or e.locator.row)
    )


def objects_in(path: Path) -> int:
    """Count the objects of a file by other means than ours: by parsing it whole, or, where that fails, as one."""
    if path.suffix == ".txt":
        return sum(1 for line in path.read_text(encoding="ascii").splitlines() if line)
    try:
        if path.suffix == ".json":
            return json_objects(json.loads(path.read_text(encoding="utf-8")))
        tree = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (ValueError, OSError, etree.XMLSyntaxError):
        return 1
    names = Counter(str(each.tag).rpartition("}")[2] for each in tree.iter() if isinstance(each.tag, str))
    if names["Submission"]:
        held = {"Arrest", "Incident", "Item", "Offense", "Person", "Substance"}
        return (
            sum(
                str(each.tag).rpartition("}")[2] in held
                for report in tree.getroot()
                for each in report
                if isinstance(each.tag, str)
            )
            or 1
        )
    if path.suffix in {".atom", ".rss"}:
        return max(names["entry"] + names["item"], 1) if path.stem == "xee" else names["entry"] + names["item"]
    return names["alert"] or 4


def json_objects(message: Any) -> int:  # noqa: ANN401 - any JSON
    """Count objects of a bundle, or one."""
    if "exch:CrashDriverInfo" in message:
        return 4
    return len(message["objects"]) if message.get("type") == "bundle" else len(message.get("entry", [0]))


def table(lines: list[Line]) -> None:
    """Print what became of the data sets."""
    print(
        "| data set | files | objects | accounted for | records | refused | unmapped objects | other parts counted | objects per CPU second |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for each in lines:
        share = f"{each.accounted / each.objects:.1%}" if each.objects else "-"
        rate = f"{each.objects / each.seconds:,.0f}" if each.seconds else "-"
        numbers = (
            each.files,
            each.objects,
            share,
            each.drafts,
            sum(each.refused.values()),
            each.unmapped,
            each.parts,
            rate,
        )
        print(f"| {each.name} | " + " | ".join(map(str, numbers)) + " |")
    print()
    for each in lines:
        for reason, times in each.refused.most_common():
            print(f"{each.name}: {times} x {reason}")
    print()


def beside(folder: Path) -> None:
    """Compare with python-stix2 on the same objects: which are taken, and how fast."""
    files = [path for name, reader, paths, _ in sets(folder) if reader is stix for path in paths]
    both: Counter[tuple[bool, bool]] = Counter()
    seconds = {"ours": 0.0, "python-stix2": 0.0}
    objects = 0
    for path in files:
        start = time.process_time()
        ours = taken_by_us(path)
        seconds["ours"] += time.process_time() - start
        start = time.process_time()
        theirs = taken_by_stix2(path)
        seconds["python-stix2"] += time.process_time() - start
        objects += max(len(ours), len(theirs))
        both.update((each in ours, each in theirs) for each in ours | theirs)
    print(
        f"python-stix2 {stix2.__version__}, stix2.parse with allow_custom, on {objects:,} objects of {len(files)} files"
    )
    for name, spent in seconds.items():
        print(f"  {name}: {objects / spent:,.0f} objects per CPU second")
    print(
        f"  taken by both {both[True, True]:,}, by us alone {both[True, False]:,}, by python-stix2 alone {both[False, True]:,}\n"
    )


def taken_by_us(path: Path) -> set[str]:
    """Give the places of the objects that are not refused."""
    found = read(stix, path)
    if isinstance(found, TesseraError):
        return set()
    bad = {each.locator.pointer for each in found if isinstance(each, Refused)}
    message = json.loads(path.read_text(encoding="utf-8"))
    places = [f"/objects/{n}" for n in range(len(message["objects"]))] if message["type"] == "bundle" else [""]
    return {f"{path.name}{place}" for place in places if place not in bad}


def taken_by_stix2(path: Path) -> set[str]:
    """Give the places of the objects that python-stix2 parses."""
    try:
        message = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return set()
    objects = message["objects"] if message["type"] == "bundle" else [message]
    taken = set()
    for place, each in enumerate(objects):
        try:
            stix2.parse(each, allow_custom=True)
        except Exception:  # noqa: BLE001 - whatever it raises, it did not take the object
            continue
        taken.add(f"{path.name}/objects/{place}" if message["type"] == "bundle" else f"{path.name}")
    return taken


def large() -> None:
    """Read an invented bundle of many megabytes in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.json"
        count = write_large(path)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, megabytes, records = pool.apply(read_large, (path,))
    print(
        f"invented bundle of {MEGABYTES} MB, {count:,} objects: {count / seconds:,.0f} objects per CPU second, {records:,} records,",
        end=" ",
    )
    print(f"{megabytes:,.0f} MB of memory at most, the program itself included")


def write_large(path: Path) -> int:
    """Write an invented bundle of indicators with long descriptions."""
    count = 0
    with path.open("w", encoding="utf-8") as out:
        out.write('{"type":"bundle","id":"bundle--0f3a1c52-7d1e-4c55-9a70-5b1f0c2d3e4f","objects":[')
        while out.tell() < MEGABYTES * 1024**2:
            made = {
                "type": "indicator", "spec_version": "2.1", "id": f"indicator--{count:08x}-7d1e-4c55-9a70-5b1f0c2d3e4f",
                "created": "2026-01-02T03:04:05.000Z", "modified": "2026-01-02T03:04:05.000Z", "valid_from": "2026-01-02T03:04:05Z",
                "pattern_type": "stix", "pattern": f"[ipv4-addr:value = '10.{count >> 16 & 255}.{count >> 8 & 255}.{count & 255}']",
                "name": f"Invented {count}", "description": "An invented address that nobody ever saw. " * 8,
            }  # fmt: skip
            out.write(("," if count else "") + json.dumps(made))
            count += 1
        out.write("]}")
    return count


def read_large(path: Path) -> tuple[float, float, int]:
    """Give CPU seconds, the most megabytes, and records."""
    start = time.process_time()
    piece = Piece(path=path, filename=path.name, budget=Budget(left=2**40), limits=Limits())
    records = sum(isinstance(each, Draft) for each in stix.read(piece, TOOLS))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return time.process_time() - start, after / 1024, records


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
