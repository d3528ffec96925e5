"""The file that goes back to who delivered: every row that did not fit, with its place and its reason."""

import json
from collections.abc import Iterator
from uuid import UUID

from tessera.model.access import Access
from tessera.model.delivery import QuarantinedRow
from tessera.share.formats import csv_lines
from tessera.store import deliveries, quarantine
from tessera.store.transactions import Store

PAGE = 1000
COLUMNS = ("row", "locator", "column", "term", "reason", "value", "state", "delivered")


def faults_csv(store: Store, access: Access, delivery: UUID) -> Iterator[bytes]:
    """Stream a delivery's rows in quarantine as CSV, newest first; an unknown delivery is refused at once.

    `delivered` holds the row as it arrived, as a JSON object of column to text, masked for this reader.
    """
    with store.reading(access) as tx:
        deliveries.get(tx, delivery)
    return _stream(store, access, delivery)


def _stream(store: Store, access: Access, delivery: UUID) -> Iterator[bytes]:
    yield csv_lines([list(COLUMNS)])
    after = None
    while True:
        with store.reading(access) as tx:
            rows = quarantine.page(tx, delivery=delivery, state=None, limit=PAGE, after=after)
        if rows:
            yield csv_lines([_cells(row) for row in rows])
        if len(rows) < PAGE:
            return
        after = rows[-1].uid


def _cells(row: QuarantinedRow) -> list[str]:
    delivered = json.dumps(row.raw, ensure_ascii=False) if row.raw else ""
    return [str(row.row), row.locator, row.column, row.term, row.reason, row.value, row.state.value, delivered]
