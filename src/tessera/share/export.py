"""One export: a snapshot, read page by page, written in one format, disclosed in the audit log."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tessera.dictionary import Dictionary, Kind
from tessera.errors import Invalid
from tessera.model.access import Access
from tessera.model.record import Order, RecordView, SearchQuery
from tessera.share.formats import media_type, write
from tessera.share.watermark import Watermark, watermark_of
from tessera.store import records
from tessera.store.transactions import Store

PAGE = 2000


def export(
    store: Store,
    access: Access,
    query: SearchQuery,
    format: str,  # noqa: A002 - the field's own word
    dictionary: Dictionary,
) -> Iterator[bytes]:
    """Stream every record that answers the query and that this access may see, as known at one instant.

    The query names exactly one kind. A wrong question or a missing permission is refused here, before the stream begins.
    Each page is audited and disclosed before its bytes leave; when the last has left, their count and SHA-256 are noted. The
    watermark in the file and all disclosures of its pages bear the same export number.
    """
    media_type(format)
    kind = _kind_of(query, dictionary)
    with store.writing(access) as tx:
        as_of, number = records.begin_export(tx, query, format)
    fixed = replace(query, as_of=as_of if query.as_of is None else query.as_of, limit=PAGE, order=Order.RECEIVED)
    return _stream(_Reader(store, access, watermark_of(access, as_of, number)), fixed, format, kind)


def _kind_of(query: SearchQuery, dictionary: Dictionary) -> Kind:
    names = query.kinds
    if len(names) != 1:
        raise Invalid("an export is of one kind", where="kind", advice=f"Choose of: {', '.join(dictionary.kinds)}.")
    if names[0] not in dictionary.kinds:
        known = ", ".join(sorted(dictionary.kinds))
        raise Invalid(f"unknown kind {names[0]!r}", where="kind", advice=f"The kinds are: {known}.")
    return dictionary.kinds[names[0]]


@dataclass(frozen=True, slots=True)
class _Reader:
    store: Store
    access: Access
    watermark: Watermark


def _stream(reader: _Reader, query: SearchQuery, name: str, kind: Kind) -> Iterator[bytes]:
    digest, counted = hashlib.sha256(), _Counted(_pages(reader, query))
    for chunk in write(counted, name, kind, reader.watermark):
        digest.update(chunk)
        yield chunk
    with reader.store.writing(reader.access) as tx:
        tx.exporting = reader.watermark.export
        records.end_export(tx, query, name, records=counted.count, sha256=digest.hexdigest())


def _pages(reader: _Reader, query: SearchQuery) -> Iterator[RecordView]:
    after = None
    while True:
        with reader.store.reading(reader.access) as tx:
            tx.exporting = reader.watermark.export
            views = records.export(tx, query, after=after)
        yield from views
        if len(views) < query.limit:
            return
        after = views[-1].uid


class _Counted:
    """An iterator that knows how many it has given."""

    def __init__(self, views: Iterator[RecordView]) -> None:
        self._views = views
        self.count = 0

    def __iter__(self) -> "Iterator[RecordView]":
        return self

    def __next__(self) -> RecordView:
        view = next(self._views)
        self.count += 1
        return view
