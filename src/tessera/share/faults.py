"""The file that goes back to who delivered: every row that did not fit, with its place, its reason and its cells."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from tessera.model.access import Access
from tessera.model.delivery import QuarantinedRow
from tessera.share.formats import csv_lines
from tessera.store import deliveries, quarantine
from tessera.store.transactions import Store, Transaction

PAGE = 1000
ABOUT = (
    "error_row",
    "error_place",
    "error_column",
    "error_term",
    "error_reason",
    "error_value",
    "error_state",
    "error_text",
)
"""`error_text` holds a row that could not be split into cells; the delivered columns follow."""
WHOLE_ROW = ""


def faults_csv(store: Store, access: Access, delivery: UUID) -> Iterator[bytes]:
    """Stream a delivery's rows in quarantine as CSV, newest first, masked for this reader; no cell can be a formula.

    An unknown delivery or a missing permission is refused at once.
    """
    with store.reading(access) as tx:
        deliveries.get(tx, delivery)
        columns = _columns_of(tx, delivery)
    return _stream(store, access, delivery, columns)


def _columns_of(tx: Transaction, delivery: UUID) -> tuple[str, ...]:
    """Name the columns of all tables in the delivery, each once."""
    key = deliveries.key_of(tx, delivery)
    parts = deliveries.parts_of(tx, {key}).get(key, [])
    return tuple(dict.fromkeys(column for _, part, _ in parts for column in part.columns))


def _stream(store: Store, access: Access, delivery: UUID, columns: Sequence[str]) -> Iterator[bytes]:
    yield csv_lines([[*ABOUT, *columns]])
    after = None
    while True:
        with store.reading(access) as tx:
            rows = quarantine.page(tx, delivery=delivery, state=None, limit=PAGE, after=after)
        if rows:
            yield csv_lines([_cells(row, columns) for row in rows])
        if len(rows) < PAGE:
            return
        after = rows[-1].uid


def _cells(row: QuarantinedRow, columns: Sequence[str]) -> list[str]:
    about = [str(row.row), row.locator, row.column, row.term, row.reason, row.value, row.state.value]
    return [*about, row.raw.get(WHOLE_ROW, ""), *(row.raw.get(column, "") for column in columns)]
