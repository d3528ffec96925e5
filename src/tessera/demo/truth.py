"""The truth beside the files: who is who, and how many rows, records and quarantined rows there must be."""

import csv
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tessera.demo.feed import Row


@dataclass(slots=True)
class Count:
    """What one delivery holds."""

    source: str
    rows: int = 0
    links: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    """Rows by what is wrong with them."""
    records: Counter[str] = field(default_factory=Counter)
    """Records by kind, as the rows map to them; a thing that stands in two rows counts twice."""

    def add(self, row: Row) -> None:
        """Count a row that can be read."""
        self.rows += 1
        self.links += row.links
        for kind in row.kinds:
            self.records[kind] += 1

    def add_spoilt(self, reason: str) -> None:
        """Count a row that cannot."""
        self.rows += 1
        self.quarantined[reason] += 1

    def plus(self, other: "Count") -> "Count":
        """Return both together, under this one's source."""
        return Count(
            self.source,
            self.rows + other.rows,
            self.links + other.links,
            self.quarantined + other.quarantined,
            self.records + other.records,
        )

    def to_json(self) -> dict[str, object]:
        """Write as plain values."""
        return {
            "source": self.source,
            "rows": self.rows,
            "quarantined": self.quarantined.total(),
            "quarantined_by_reason": dict(sorted(self.quarantined.items())),
            "records": self.records.total(),
            "records_by_kind": dict(sorted(self.records.items())),
            "links": self.links,
        }


class PersonList:
    """`persons.csv`: true person, source, source key; one line for each person record that can be read."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._add = csv.writer(self._file, lineterminator="\n").writerow
        self._add(("person", "source", "source_key"))

    def add(self, source: str, row: Row) -> None:
        """Write down who the row is really about."""
        for number, key in row.persons:
            self._add((f"P{number:07d}", source, key))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


@contextmanager
def person_list(folder: Path) -> Iterator[PersonList]:
    """Open the list of true persons in the folder."""
    persons = PersonList(folder / "persons.csv")
    try:
        yield persons
    finally:
        persons.close()


def in_all(counts: Mapping[str, Count]) -> Count:
    """Return the sum over all deliveries."""
    total = Count("")
    for count in counts.values():
        total = total.plus(count)
    return total


def write_counts(path: Path, counts: Mapping[str, Count]) -> None:
    """Write the expected numbers by delivery, by source and in all."""
    sources: dict[str, Count] = {}
    for count in counts.values():
        known = sources.get(count.source)
        sources[count.source] = known.plus(count) if known else count
    plain = {
        "note": "invented demo data; records are counted as the rows map to them, corrections included",
        "total": in_all(counts).to_json(),
        "sources": {name: count.to_json() for name, count in sources.items()},
        "deliveries": {name: count.to_json() for name, count in counts.items()},
    }
    path.write_text(json.dumps(plain, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
