"""The dissemination record as a file, for an audit of 28 CFR 23.20(g) away from the center."""

from collections.abc import Iterator
from dataclasses import replace

from tessera.clock import isoformat
from tessera.model.access import Access
from tessera.model.disclosure import Disclosure, DisclosureQuery
from tessera.share.formats import csv_lines
from tessera.store import disclosures
from tessera.store.transactions import Store

PAGE = 1000
COLUMNS = (
    "number", "at", "account", "agency", "purpose", "need_to_know", "event", "owner", "records", "export",
)  # fmt: skip


def disclosures_csv(store: Store, access: Access, query: DisclosureQuery) -> Iterator[bytes]:
    """Stream disclosures as CSV, newest first; a missing permission is refused at once."""
    with store.reading(access) as tx:
        disclosures.page(tx, replace(query, limit=1))
    return _stream(store, access, replace(query, limit=PAGE, before=None))


def _stream(store: Store, access: Access, query: DisclosureQuery) -> Iterator[bytes]:
    yield csv_lines([list(COLUMNS)])
    while True:
        with store.reading(access) as tx:
            found = disclosures.page(tx, query)
            if len(found) == PAGE:  # the lines of one disclosure stay together
                whole = [one for one in found if one.number != found[-1].number]
                found = whole or found
        if not found:
            return
        yield csv_lines([_cells(one) for one in found])
        query = replace(query, before=found[-1].number)


def _cells(one: Disclosure) -> list[str]:
    values = {name: getattr(one, name) for name in COLUMNS} | {"at": isoformat(one.at)}
    return [str(values[name]) for name in COLUMNS]
