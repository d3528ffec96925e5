"""Reading records: search, one record with its versions and links, its evidence, counts, and streams for export."""

import base64
import time
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, or_, select

from tessera.errors import Invalid, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.record import Facets, FacetValue, LinkView, RecordView, SearchPage, SearchQuery
from tessera.store import tables
from tessera.store.choosing import in_pieces, thread_of
from tessera.store.events import Event
from tessera.store.questions import hits, known_at
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS, to_views
from tessera.store.words import parse_question

r = tables.record.c
FACET_CAP = 10_000
MOST_HITS = 1000
MOST_LINKS = 200


def search(tx: Transaction, query: SearchQuery) -> SearchPage:
    """Find the newest records that answer the query, a page at a time."""
    tx.require(Permission.RECORD_READ)
    _check(tx, query)
    chosen = hits(tx, query, VIEW_COLUMNS, limit=query.limit + 1, after=_after(tx, query.cursor))
    rows = list(tx.connection.execute(chosen)) if chosen is not None else []
    views = to_views(tx, rows[: query.limit])
    more = len(rows) > query.limit
    question = parse_question(query.text)
    tx.note(Event.RECORD_SEARCHED, details=_asked(query), hits=len(views))
    return SearchPage(
        hits=tuple(views),
        next_cursor=_cursor(views[-1].uid) if more else "",
        words=question.words if question else (),
    )


def facets(tx: Transaction, query: SearchQuery) -> Facets:
    """Count the newest hits by kind, source, holding and month; at most FACET_CAP of them."""
    tx.require(Permission.RECORD_READ)
    _check(tx, query)
    month = tx.dialect.month(r.event_time)
    chosen = hits(tx, query, (r.kind_id, r.source_id, month.label("month")), limit=FACET_CAP + 1)
    found: list[AnyRow] = []
    if chosen is not None:
        c = chosen.subquery().c
        found = list(
            tx.connection.execute(
                select(c.kind_id, c.source_id, c.month, func.count().label("n")).group_by(
                    c.kind_id, c.source_id, c.month
                )
            )
        )
    total = sum(row.n for row in found)
    tx.note(Event.RECORD_COUNTED, details=_asked(query), counted=total)
    return _to_facets(tx, found, total)


def _to_facets(tx: Transaction, found: list[AnyRow], total: int) -> Facets:
    kinds = {row.id: row.name for row in tx.connection.execute(select(tables.kind))}
    sources = {row.id: row for row in tx.connection.execute(select(tables.source))}
    holdings = {row.name: row.label for row in tx.connection.execute(select(tables.holding))}
    kind_labels = {name: k.label for name, k in tx.dictionary.kinds.items()}
    return Facets(
        counted=min(total, FACET_CAP),
        capped=total > FACET_CAP,
        kinds=_facet([(kinds[row.kind_id], row.n) for row in found], kind_labels),
        sources=_facet(
            [(sources[row.source_id].name, row.n) for row in found], {s.name: s.label for s in sources.values()}
        ),
        holdings=_facet([(sources[row.source_id].holding, row.n) for row in found], holdings),
        months=tuple(sorted(_facet([(row.month, row.n) for row in found if row.month], {}), key=lambda f: f.value)),
    )


def _facet(pairs: list[tuple[str, int]], labels: dict[str, str]) -> tuple[FacetValue, ...]:
    counts: dict[str, int] = {}
    for value, count in pairs:
        counts[value] = counts.get(value, 0) + count
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetValue(value=v, label=labels.get(v, v), count=n) for v, n in ordered)


def get(tx: Transaction, uid: UUID, *, as_of: int | None = None) -> RecordView:
    """Read one record. With `as_of`, the version of the same thing that was known at that instant.

    A record that is hidden and one that does not exist give the same answer.
    """
    tx.require(Permission.RECORD_READ)
    row = _row(tx, uid)
    if as_of is not None:
        row = tx.connection.execute(
            select(*VIEW_COLUMNS)
            .where(r.thread == row.thread, known_at(as_of), covers(r.marking_id, tx.scope.visible))
            .order_by(r.id.desc())
            .limit(1)
        ).one_or_none()
        if row is None:
            raise NotFound("nothing was known about this at that time", where=str(uid))
    view = to_views(tx, [row])[0]
    tx.note(Event.RECORD_READ, f"record:{view.uid}", as_of=as_of)
    return view


def versions(tx: Transaction, uid: UUID) -> list[RecordView]:
    """All versions of the same thing from the same source that this access may see, newest first."""
    tx.require(Permission.RECORD_READ)
    thread = _row(tx, uid).thread
    rows = tx.connection.execute(
        select(*VIEW_COLUMNS)
        .where(r.thread == thread, covers(r.marking_id, tx.scope.visible))
        .order_by(r.id.desc())
        .limit(MOST_LINKS)
    ).all()
    tx.note(Event.RECORD_READ, f"record:{uid}", versions=len(rows))
    return to_views(tx, rows)


def of_sources(tx: Transaction, kind: str, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """Find current records of a kind by source and source key; those that this access may not see are left out."""
    tx.require(Permission.RECORD_READ)
    threads = {thread_of(source, kind, key): (source, key) for source, key in keys}
    found: dict[tuple[str, str], UUID] = {}
    for piece in in_pieces(sorted(threads)):  # type: ignore[arg-type]
        query = select(r.thread, r.uid).where(
            r.thread.in_(piece), known_at(None), covers(r.marking_id, tx.scope.visible)
        )
        found |= {threads[bytes(row.thread)]: UUID(bytes=bytes(row.uid)) for row in tx.connection.execute(query)}
    tx.note(Event.RECORD_READ, "keys", records=len(found))
    return found


def links(tx: Transaction, uid: UUID, *, as_of: int | None = None) -> list[LinkView]:
    """Links of a record whose other end, and whose own marking, this access may see."""
    tx.require(Permission.RECORD_READ)
    thread = bytes(_row(tx, uid).thread)
    k = tables.link.c
    found = tx.connection.execute(
        select(k.type, k.role, k.from_thread, k.to_thread)
        .where(or_(k.from_thread == thread, k.to_thread == thread), covers(k.marking_id, tx.scope.visible))
        .order_by(k.id)
        .limit(MOST_LINKS)
    ).all()
    ends = {bytes(row.to_thread) if bytes(row.from_thread) == thread else bytes(row.from_thread) for row in found}
    others = tx.connection.execute(
        select(*VIEW_COLUMNS).where(r.thread.in_(ends), known_at(as_of), covers(r.marking_id, tx.scope.visible))
    ).all()
    seen = {bytes(row.thread): view for row, view in zip(others, to_views(tx, others), strict=True)}
    tx.note(Event.RECORD_READ, f"record:{uid}", links=len(seen))
    return [view for row in found if (view := _link_view(tx, row, thread, seen)) is not None]


def _link_view(tx: Transaction, row: AnyRow, thread: bytes, seen: dict[bytes, RecordView]) -> LinkView | None:
    outgoing = bytes(row.from_thread) == thread
    other = seen.get(bytes(row.to_thread if outgoing else row.from_thread))
    if other is None:
        return None
    known = tx.dictionary.link_types.get(row.type)
    label = row.type if known is None else (known.label if outgoing else known.inverse_label)
    return LinkView(type=row.type, role=row.role, label=label, other=other)


def begin_export(tx: Transaction, query: SearchQuery, format_name: str) -> tuple[int, str]:
    """Note the question of an export; return the instant as of which its pages are to be read, and the export's number."""
    tx.require(Permission.RECORD_EXPORT)
    _check_kinds(tx, query)
    number = str(new_id())
    tx.note(Event.RECORDS_EXPORT_BEGUN, f"export:{number}", details=_asked(query), format=format_name)
    time.sleep(0.002)  # other writers wait meanwhile, so nothing else can become known in this same millisecond
    return tx.at, number


def end_export(tx: Transaction, query: SearchQuery, format_name: str, *, records: int, sha256: str) -> None:
    """Note what an export let out: how many records, and the SHA-256 of the bytes."""
    tx.require(Permission.RECORD_EXPORT)
    tx.note(
        Event.RECORDS_EXPORTED,
        f"export:{tx.exporting}",
        details=_asked(query),
        format=format_name,
        records=records,
        sha256=sha256,
    )


def export(tx: Transaction, query: SearchQuery, *, after: UUID | None = None) -> list[RecordView]:
    """Read one page of an export: up to `query.limit` records behind `after`. The caller notes begin and end."""
    tx.require(Permission.RECORD_EXPORT)
    chosen = hits(tx, query, VIEW_COLUMNS, limit=query.limit, after=_row(tx, after).id if after else None)
    views = to_views(tx, list(tx.connection.execute(chosen)) if chosen is not None else [])
    tx.note(Event.RECORDS_EXPORT_PAGE, f"export:{tx.exporting}", details=_asked(query), records=len(views))
    return views


def _row(tx: Transaction, uid: UUID) -> AnyRow:
    row = tx.connection.execute(
        select(*VIEW_COLUMNS).where(r.uid == uid.bytes, covers(r.marking_id, tx.scope.visible))
    ).one_or_none()
    if row is None:
        raise NotFound("no such record", where=str(uid), advice="It does not exist, or you may not know of it.")
    return row


def _check(tx: Transaction, query: SearchQuery) -> None:
    if not 1 <= query.limit <= MOST_HITS:
        raise Invalid(f"a page holds 1 to {MOST_HITS} hits, not {query.limit}")
    _check_kinds(tx, query)


def _check_kinds(tx: Transaction, query: SearchQuery) -> None:
    unknown = sorted(set(query.kinds) - set(tx.dictionary.kinds))
    if unknown:
        known = ", ".join(sorted(tx.dictionary.kinds))
        raise Invalid(f"unknown kind {', '.join(unknown)}", advice=f"The kinds are: {known}.")


def _asked(query: SearchQuery) -> dict[str, object]:
    """The question for the audit log: filters as they are, words too, because what was asked is what must be checked."""
    plain = {
        "text": query.text, "kinds": query.kinds, "sources": query.sources, "holdings": query.holdings,
        "since": query.since, "until": query.until, "near": query.near, "box": query.box, "as_of": query.as_of,
    }  # fmt: skip
    return {name: value for name, value in plain.items() if value}


def _cursor(uid: UUID) -> str:
    return base64.urlsafe_b64encode(uid.bytes).decode().rstrip("=")


def _after(tx: Transaction, cursor: str) -> int | None:
    if not cursor:
        return None
    try:
        uid = UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except ValueError:
        raise Invalid("this page mark is damaged", advice="Start again from the first page.") from None
    return int(_row(tx, uid).id)
