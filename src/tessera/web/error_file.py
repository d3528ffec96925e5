"""The rows that did not fit, as a CSV file that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from tessera.model.access import Access
from tessera.model.delivery import QuarantinedRow
from tessera.store import deliveries, quarantine
from tessera.store.transactions import Store, Transaction

FIRST_COLUMNS = (
    "error_row",
    "error_place",
    "error_column",
    "error_term",
    "error_reason",
    "error_value",
    "error_state",
)
WHOLE_ROW = ""
"""The column name under which a row is kept that could not be split."""
PAGE = 1000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula; numbers stay as they are.

    >>> harmless("=cmd|' /C calc'!A0"), harmless("-75.5"), harmless("-2+3")
    ("'=cmd|' /C calc'!A0", '-75.5', "'-2+3")
    """
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    digits = cell.lstrip("+-") if cell[:1] in {"+", "-"} and cell[1:2] not in {"+", "-"} else cell
    whole, _, rest = digits.partition(".")
    return digits.isascii() and (whole + rest).isdigit()


def columns_of(tx: Transaction, uid: UUID) -> tuple[str, ...]:
    """Name the columns of all tables in the delivery, each once, in their order."""
    key = deliveries.key_of(tx, uid)
    parts = deliveries.parts_of(tx, {key}).get(key, [])
    return tuple(dict.fromkeys(column for _, part, _ in parts for column in part.columns))


def lines(store: Store, access: Access, uid: UUID, columns: Sequence[str]) -> Iterator[bytes]:
    """Write the file page by page; each page is a read of its own, with its own entry in the audit log."""
    yield "\N{ZERO WIDTH NO-BREAK SPACE}".encode() + _write([[*FIRST_COLUMNS, *columns]])
    after: UUID | None = None
    while True:
        with store.reading(access) as tx:
            rows = quarantine.page(tx, delivery=uid, state=None, limit=PAGE, after=after)
        if not rows:
            return
        yield _write(_cells(row, columns) for row in rows)
        after = rows[-1].uid


def _cells(row: QuarantinedRow, columns: Sequence[str]) -> list[str]:
    about = [str(row.row), row.locator, row.column, row.term, row.reason, row.value, row.state.value]
    return [*about, *(row.raw.get(column) or "" for column in columns)]


def _write(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return out.getvalue().encode("utf-8", "replace")
