"""Inside the child process: a list of names, out of whatever table a person uploads."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tessera import extract
from tessera.errors import Invalid
from tessera.model.naming import ListedName
from tessera.model.rows import RowBatch

MOST_NAMES = 1000
"""Names of one list. A longer one is refused as a whole, so that nobody takes a part for all of it."""
MOST_ROWS = 20_000
LONGEST_CELL = 300
_AT_ONCE = 2000
_NOT_A_LETTER = re.compile(r"[\W_]+")
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "name", "full name", "fullname", "names", "person", "person name", "subject", "subject name", "entity", "entity name",
        "party", "company", "company name", "organization", "organisation", "organization name", "organisation name", "customer",
        "customer name", "nombre completo", "name of person",
    ),
    "given": ("given name", "given names", "first name", "firstname", "forename", "given", "first", "nombre", "nombres"),
    "middle": ("middle name", "middle names", "middlename", "middle", "second name"),
    "surname": ("surname", "last name", "lastname", "family name", "last", "family", "apellido", "apellidos"),
    "born": (
        "birth date", "birthdate", "date of birth", "dob", "born", "year of birth", "yob", "birth year", "fecha de nacimiento",
    ),
    "country": ("country", "nationality", "citizenship", "country code", "pais", "nacionalidad", "citizen of"),
}  # fmt: skip
"""What each column may be called; capitals and marks do not matter."""


def read_names(path: Path, filename: str) -> Iterator[list[ListedName]]:
    """Yield the names of the first table that has a column of names. Raises Invalid where none has, or it is too long."""
    seen: list[str] = []
    for table in extract.open_tables(path, filename=filename):
        columns = columns_of(table.part.columns)
        if "name" in columns or "surname" in columns:
            yield from _names(table.batches(_AT_ONCE), columns)
            return
        seen += table.part.columns
    told = ", ".join(repr(column[:40]) for column in dict.fromkeys(seen)) or "none"
    raise Invalid(
        f"no column of the list is called name; its columns are: {told}"[:600],
        where=filename,
        advice="Give it a first row of headings: name (or given name and surname), and if you like birth date and country.",
    )


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Say which column holds what, by its heading; the first of several counts.

    >>> columns_of(["No.", "Last Name", "First_Name", "DOB"])
    {'given': 2, 'surname': 1, 'born': 3}
    """
    folded = [_NOT_A_LETTER.sub(" ", heading.lower()).strip() for heading in headings]
    found = {}
    for what, names in HEADINGS.items():
        at = next((folded.index(name) for name in names if name in folded), None)
        if at is not None:
            found[what] = at
    return found


def _names(batches: Iterator[RowBatch], columns: Mapping[str, int]) -> Iterator[list[ListedName]]:
    count = 0
    for batch in batches:
        cells = {what: batch.table.column(at).to_pylist() for what, at in columns.items()}
        rows = batch.row_numbers.to_pylist()
        some = [_name(row, {what: (column[at] or "") for what, column in cells.items()}) for at, row in enumerate(rows)]
        some += [ListedName(row=rejected.row, text="") for rejected in batch.rejected]
        count += sum(bool(one.text) for one in some)
        if count > MOST_NAMES or (rows and rows[-1] > MOST_ROWS):
            raise too_long(count)
        yield some


def too_long(count: int) -> Invalid:
    """Refuse a list that is too long."""
    return Invalid(
        f"the list holds more than {MOST_NAMES:,} names ({count:,} were read until then)",
        advice=f"Split it into lists of at most {MOST_NAMES:,} names.",
    )


def _name(row: int, cells: Mapping[str, str]) -> ListedName:
    parts = [cells[what] for what in ("given", "middle", "surname") if cells.get(what)]
    text = cells.get("name", "").strip() or " ".join(part.strip() for part in parts)
    return ListedName(
        row=row,
        text=" ".join(text.split())[:LONGEST_CELL],
        born=cells.get("born", "").strip()[:LONGEST_CELL],
        country=cells.get("country", "").strip()[:LONGEST_CELL],
    )
