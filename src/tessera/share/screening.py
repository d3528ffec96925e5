"""A screened list as a file: every name with its hits, scores and reasons, watermarked, and disclosed like an export."""

import hashlib
from collections.abc import Iterator

from tessera.model.access import Access
from tessera.model.naming import NameHit, NameList, NameQuery, Screened
from tessera.share.columns import handling
from tessera.share.formats import csv_lines
from tessera.share.watermark import Watermark, watermark_of
from tessera.store import names
from tessera.store.transactions import Store

AT_ONCE = 25
COLUMNS = (
    "row", "name", "birth_date", "country", "result", "rank", "score", "found_name", "by_alias", "reasons", "record", "kind",
    "headline", "source", "agency", "marking", "handling",
)  # fmt: skip
"""`result` is hit, none, or what was wrong with the row. `handling` ends every line: portion mark and watermark."""


def screening_csv(store: Store, access: Access, listed: NameList, query: NameQuery) -> Iterator[bytes]:
    """Stream the hits of a list as CSV, a line a hit and one for each name without; no cell can become a formula.

    A missing permission is refused here, before the stream begins. Each part is noted and disclosed before its bytes leave; when
    the last has left, their count and SHA-256 are noted. The watermark and all disclosures bear the same export number.
    """
    with store.writing(access) as tx:
        at, number = names.begin_export(tx, listed)
    return _stream(store, access, listed, query, watermark_of(access, at, number))


def _stream(store: Store, access: Access, listed: NameList, query: NameQuery, watermark: Watermark) -> Iterator[bytes]:
    digest, hits = hashlib.sha256(), 0
    head = csv_lines([list(COLUMNS)])
    digest.update(head)
    yield head
    for i in range(0, len(listed.names), AT_ONCE):
        with store.reading(access) as tx:
            tx.exporting = watermark.export
            found = names.screen(tx, listed.names[i : i + AT_ONCE], query, sha256=listed.sha256)
        hits += sum(len(one.page.hits) for one in found)
        chunk = csv_lines([line for one in found for line in _lines(one, watermark)])
        digest.update(chunk)
        yield chunk
    with store.writing(access) as tx:
        tx.exporting = watermark.export
        names.end_export(tx, listed, hits=hits, sha256=digest.hexdigest())


def _lines(one: Screened, watermark: Watermark) -> list[list[str]]:
    asked = [str(one.listed.row), one.listed.text, one.listed.born, one.listed.country]
    if not one.page.hits:
        empty = [""] * (len(COLUMNS) - len(asked) - 2)
        return [[*asked, one.problem or "none", *empty, watermark.line]]
    return [
        [*asked, one.problem or "hit", *_cells(rank, hit), watermark.beside(hit.record.marking)]
        for rank, hit in enumerate(one.page.hits, start=1)
    ]


def _cells(rank: int, hit: NameHit) -> list[str]:
    record = hit.record
    return [
        str(rank),
        f"{hit.score:.3f}",
        hit.name,
        "yes" if hit.by_alias else "",
        " ".join(hit.reasons),
        str(record.uid),
        record.kind,
        record.headline,
        record.source,
        record.agency,
        handling(record.marking),
    ]
