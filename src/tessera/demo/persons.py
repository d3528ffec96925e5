"""Who the records of the invented region are really about, as `truth/persons.csv` says."""

import csv
from pathlib import Path

Known = dict[tuple[str, str], str]
"""The true person by source and source key."""


def read_persons(folder: Path) -> Known:
    """Read the truth beside the region's files; nothing where it was left out."""
    file = folder / "truth" / "persons.csv"
    if not file.exists():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {(row["source"], row["source_key"]): row["person"] for row in csv.DictReader(lines)}
