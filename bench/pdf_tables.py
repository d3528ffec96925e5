"""How well the cells of tables in PDF files are found: on published documents with their tables as CSV.

    python bench/pdf_tables.py [--data FOLDER] [--show NAME]

The folder holds NAME.pdf and NAME.csv. Every second file by name, from the first, is for development; the others are held out.
A cell is right where its text, without blanks, is a cell of the truth; each cell of the truth counts once. Truth covers one
page or part of a page: a found table is weighed where it shares at least a quarter of its cells with what is left of it.
"""

import argparse
import csv
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tessera.engines.pdf import Pdf
from tessera.extract.pdf_lines import words_of
from tessera.extract.pdf_order import in_reading_order
from tessera.extract.pdf_tables import Table, find_tables

ROOT = Path(__file__).resolve().parents[1]
SHARED_CELLS = 0.25


class Score(NamedTuple):
    """Cells found rightly, found, and there."""

    right: int
    found: int
    true: int

    def __add__(self, other: "Score") -> "Score":  # type: ignore[override]
        """Count both."""
        return Score(*(a + b for a, b in zip(self, other, strict=True)))

    def __str__(self) -> str:
        """Say precision and recall."""
        return f"{self.right / max(self.found, 1):7.1%} {self.right / max(self.true, 1):7.1%} {self.true:6,} {self.found:6,}"


def main() -> None:
    """Print a line for each file and the sums of both halves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "documents" / "pdf-tables")
    parser.add_argument("--show", default="", help="print the cells of this file that are wrong or missed")
    options = parser.parse_args()
    files = sorted(options.data.glob("*.pdf"))
    print(f"{len(files)} files; precision, recall, cells true and found, CPU ms")
    for name, half in (("development", files[::2]), ("held out", files[1::2])):
        total = Score(0, 0, 0)
        for file in half:
            start = time.process_time()
            tables = list(tables_of(file))
            spent = 1000 * (time.process_time() - start)
            score = scored(tables, truth_of(file), show=options.show == file.stem)
            total += score
            print(f"  {file.stem[:40]:40} {score} {spent:6.0f}")
        print(f"{name:42} {total}")


def tables_of(file: Path) -> list[list[list[str]]]:
    """Give the tables of a document: rows of cells, each without blanks."""
    found: list[list[list[str]]] = []
    with Pdf(file) as document:
        for number in range(1, len(document) + 1):
            page = document.page(number)
            found += [
                _texts(table)
                for table in find_tables(list(words_of(list(in_reading_order(page.letters)), page.rules)), page.rules)
            ]
    return found


def _texts(table: Table) -> list[list[str]]:
    return [[_squeezed("".join(word.text for word in words)) for _, words in cells] for _, cells in table.rows()]


def truth_of(file: Path) -> Counter[str]:
    """Give the cells that stand in the CSV beside the file."""
    with file.with_suffix(".csv").open(encoding="utf-8", newline="") as rows:
        return Counter(squeezed for row in csv.reader(rows) for cell in row if (squeezed := _squeezed(cell)))


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace("\u00ad", "-").replace("\x02", "-").replace("\ufffe", "-")


def scored(tables: list[list[list[str]]], truth: Counter[str], *, show: bool) -> Score:
    """Weigh the found cells against the truth."""
    cells: Counter[str] = Counter()
    for table in tables:
        mine = Counter(cell for row in table for cell in row)
        if sum((mine & (truth - cells)).values()) >= SHARED_CELLS * sum(mine.values()):
            cells += mine
    right = sum((cells & truth).values())
    if show:
        print("wrong", list((cells - truth).elements())[:80])
        print("missed", list((truth - cells).elements())[:80])
    return Score(right, sum(cells.values()), sum(truth.values()))


if __name__ == "__main__":
    main()
