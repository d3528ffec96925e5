"""Lists of names that are screened: read with limits, looked for name by name, in parts that each leave an entry in the log.

A list is kept nowhere: it is somebody's data, and what it was screened for is in the log by its digest.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from tessera.errors import Invalid
from tessera.flow.center import OPERATOR, Center
from tessera.flow.isolation import in_child
from tessera.flow.list_reading import MOST_NAMES, read_names, too_long
from tessera.flow.pipeline import allowance
from tessera.model.access import Access
from tessera.model.naming import ListedName, NameList, NameQuery, Screened
from tessera.store import name_index, names

AT_ONCE = 25
_PARTS = 3


def read_file(center: Center, path: Path, filename: str) -> NameList:
    """Read a list out of a file: CSV, XLSX or whatever else can be a delivery."""
    with in_child(read_names, path, filename, allowance=allowance(center.settings), reads=(path,)) as batches:
        return listed([one for some in batches for one in some])


def read_lines(text: str) -> NameList:
    """Read a list that was typed: one name a line, then if known a semicolon, the birth date, a semicolon, the country."""
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [" ".join(part.split()) for part in line.split(";")]
        name, born, country = (parts + [""] * _PARTS)[:_PARTS]
        rows.append(ListedName(row=number, text=name, born=born, country=country))
    if sum(bool(one.text) for one in rows) > MOST_NAMES:
        raise too_long(len(rows))
    return listed(rows)


def listed(rows: Sequence[ListedName]) -> NameList:
    """Make a list of rows; those without a name are only counted."""
    found = [one for one in rows if one.text]
    if not found:
        raise Invalid("the list holds no name", advice="Check that the column of names is filled.")
    content = json.dumps([[one.row, one.text, one.born, one.country] for one in found], ensure_ascii=False)
    digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()
    return NameList(names=tuple(found), sha256=digest, skipped=len(rows) - len(found))


def to_lines(names_listed: NameList) -> str:
    """Write a list as `read_lines` reads it, each name in its row."""
    lines = [""] * max(one.row for one in names_listed.names)
    for one in names_listed.names:
        cells = [cell.replace(";", ",") for cell in (one.text, one.born, one.country)]
        lines[one.row - 1] = "; ".join(cells).rstrip("; ")
    return "\n".join(lines)


def screen(center: Center, access: Access, listed: NameList, query: NameQuery) -> Iterator[Screened]:
    """Look for every name of a list, in its order."""
    for i in range(0, len(listed.names), AT_ONCE):
        with center.store.reading(access) as tx:
            found = names.screen(tx, listed.names[i : i + AT_ONCE], query, sha256=listed.sha256)
        yield from found


def index_names(center: Center) -> int:
    """Index the names of records that are older than the index; return how many steps that took."""
    with center.store.dialect.engine.connect() as connection:
        behind = name_index.is_behind(connection, center.dictionary.names.terms)
    after, steps = (0 if behind else None), 0
    while after is not None:
        with center.store.writing(OPERATOR) as tx:
            after = name_index.index_again(tx, after=after)
        steps += 1
    return steps
