"""Purges: proposed by one, approved by another, begun in one transaction, and finished copy by copy.

`begin` makes the records disappear everywhere in the database at once. What is left to do outside of its rows (bytes of
deliveries, index segments, free pages) is written down in the same transaction, so that a crash loses none of it.
"""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, or_, select, update

from tessera.clock import isoformat
from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.delivery import DeliveryState
from tessera.model.purge import Chosen, Foreseen, Purge, PurgeBy, PurgeState
from tessera.store import auditing, choosing, enclosures, filed, kept, name_index, tables, unresolving
from tessera.store.choosing import in_pieces
from tessera.store.events import Event
from tessera.store.remarking import count_stock
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction, day_of
from tessera.trust.receipts import Facts, record_hash

r, p, d, k, q = tables.record.c, tables.purge.c, tables.delivery.c, tables.link.c, tables.quarantine.c
MOST_AT_ONCE = 50_000
"""Records that one purge by rule takes; the next takes the next."""
MOST_TRACES = 200
TRACE_BYTES = 32
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Doomed:
    """What a purge takes: records, the rows they were made of, and the things of which nothing stays."""

    purge_id: int
    keys: Sequence[int]
    uids: Sequence[bytes]
    rows: Mapping[int, frozenset[int]]
    """By delivery."""
    threads: frozenset[bytes]
    """Things of which no version stays."""
    whole: frozenset[int]
    """Deliveries of which nothing is to stay."""
    search_in: frozenset[int]
    """Deliveries that may hold rows of these things without a record of their own."""
    stock: Counter[tuple[int, int]]
    traces: tuple[bytes, ...] | None
    """Pieces of their content, to look for afterwards; None: too many to look for."""


def propose(tx: Transaction, chosen: Chosen, *, reason: str, reference: str) -> Purge:
    """Ask for a purge. It happens when somebody else approves it."""
    tx.require(Permission.RETENTION_REVIEW)
    for name, text in (("reason", reason), ("reference", reference)):
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise Invalid(f"the {name} must be said in 1 to {LONGEST_TEXT} characters", where=name)
    if chosen.by in {PurgeBy.OVERDUE, PurgeBy.REPLAY}:
        raise Invalid("nobody proposes a purge that a rule asks for", advice="Name records, a subject or a delivery.")
    keys = choosing.keys_of(tx, chosen)
    if not keys and not choosing.rows_of(tx, chosen):
        raise Conflict("there is nothing to purge there", advice="It may have been purged before.")
    _check_may_go(tx, keys)
    uid = new_id()
    _enter(tx, uid, chosen, reason=reason, reference=reference, state=PurgeState.PROPOSED, records=len(keys))
    tx.note(Event.PURGE_PROPOSED, f"purge:{uid}", records=len(keys), by=chosen.by.value, reference=reference)
    return _one(tx, uid)


def foresee(tx: Transaction, chosen: Chosen) -> Foreseen:
    """Count what a purge would take."""
    tx.require(Permission.RETENTION_REVIEW)
    keys = choosing.keys_of(tx, chosen)
    threads: set[bytes] = set()
    deliveries: set[int] = set()
    for piece in in_pieces(keys):
        for row in tx.connection.execute(select(r.thread, r.delivery_id).where(r.id.in_(piece)).distinct()):
            threads.add(bytes(row.thread))
            deliveries.add(row.delivery_id)
    tx.note(Event.PURGE_LISTED, f"{chosen.by.value}s:{len(chosen.names)}", records=len(keys))
    return Foreseen(
        records=len(keys),
        threads=len(threads),
        deliveries=len(deliveries),
        held=len(choosing.held_among(tx, keys)),
        beside=len(choosing.beside(tx, keys)),
    )


def approve(tx: Transaction, uid: UUID) -> tuple[bytes, ...] | None:
    """Approve and begin a purge that somebody else proposed; return the traces to look for afterwards."""
    tx.require(Permission.PURGE_APPROVE)
    found = _row(tx, uid)
    _check_state(found, PurgeState.PROPOSED)
    if found.proposed_by == tx.access.actor.account:
        raise NotAllowed(
            "a purge takes two: who proposed it cannot approve it",
            where=f"purge:{uid}",
            advice="Ask another privacy officer.",
        )
    tx.sign()
    _decide(tx, uid, PurgeState.BEGUN)
    chosen = _chosen_of(found)
    keys = choosing.keys_of(tx, chosen)
    texts = _audit_texts(tx, keys)
    traces = _begin(tx, uid, found.id, keys, chosen)
    for piece in in_pieces(texts):
        auditing.purge_details(tx, piece, f"purge {uid}")
    return traces


def _audit_texts(tx: Transaction, keys: Sequence[int]) -> list[int]:
    """Give the audit entries about these records whose details hold text, and not only identifiers and counts."""
    a = tables.audit_entry.c
    found: list[int] = []
    for piece in in_pieces(keys):
        uids = tx.connection.execute(select(r.uid).where(r.id.in_(piece))).scalars()
        subjects = [f"record:{UUID(bytes=bytes(uid))}" for uid in uids]
        rows = tx.connection.execute(select(a.index.label("number"), a.details).where(a.subject.in_(subjects)))
        found += [row.number for row in rows if row.details and _holds_text(json.loads(row.details))]
    return found


def _holds_text(details: dict[str, object]) -> bool:
    return any(isinstance(value, str) and " " in value for value in details.values())


def reject(tx: Transaction, uid: UUID) -> Purge:
    """Turn a proposal down, or take one's own back."""
    found = _row(tx, uid)
    if found.proposed_by != tx.access.actor.account:
        tx.require(Permission.PURGE_APPROVE)
    _check_state(found, PurgeState.PROPOSED)
    _decide(tx, uid, PurgeState.REJECTED)
    tx.note(Event.PURGE_REJECTED, f"purge:{uid}")
    return _one(tx, uid)


def begin_overdue(tx: Transaction, *, after_days: int) -> tuple[UUID, tuple[bytes, ...] | None] | None:
    """Begin to purge what has been overdue for longer than so many days; None where there is nothing.

    The rule decides, so nobody approves (28 CFR 23.20(h)). Legal holds win, and so does a delivery still at work.
    """
    tx.require(Permission.RETENTION_REVIEW)
    chosen = Chosen(by=PurgeBy.OVERDUE, names=(str(after_days),))
    keys = _of_deliveries_at_rest(tx, choosing.keys_of(tx, chosen))[:MOST_AT_ONCE]
    if not keys:
        tx.note(Event.PURGE_LISTED, "overdue", records=0)
        return None
    reason = f"overdue for more than {after_days} days"
    return _begin_by_rule(tx, chosen, keys, reason=reason, reference="28 CFR 23.20(h)")


def begin_again(
    tx: Transaction, hashes: Mapping[bytes, frozenset[str]]
) -> tuple[UUID, tuple[bytes, ...] | None] | None:
    """Begin to purge what receipts say had been purged: hashes of records by salt. None where nothing came back."""
    tx.require(Permission.RETENTION_REVIEW)
    known = tx.connection.execute(select(r.id, r.uid).order_by(r.id))
    keys = [
        row.id
        for row in known
        if any(record_hash(salt, UUID(bytes=bytes(row.uid))) in wanted for salt, wanted in hashes.items())
    ]
    if not keys:
        tx.note(Event.PURGE_LISTED, "replay", records=0)
        return None
    chosen = Chosen(by=PurgeBy.REPLAY, names=())
    reason = "purged before, and back with an older backup"
    return _begin_by_rule(tx, chosen, keys, reason=reason, reference="receipts of purges")


def begin_withdrawn(
    tx: Transaction, keys: Sequence[int], *, reason: str, reference: str
) -> tuple[UUID, tuple[bytes, ...] | None]:
    """Begin to purge a draft that its author took back: what was never approved goes without another decision.

    The caller has decided that it is the author's own draft. A legal hold wins here too.
    """
    uids = tx.connection.execute(select(r.uid).where(r.id.in_(keys)).order_by(r.id)).scalars()
    chosen = Chosen(by=PurgeBy.RECORD, names=tuple(str(UUID(bytes=bytes(uid))) for uid in uids))
    return _begin_by_rule(tx, chosen, keys, reason=reason, reference=reference)


def _begin_by_rule(
    tx: Transaction, chosen: Chosen, keys: Sequence[int], *, reason: str, reference: str
) -> tuple[UUID, tuple[bytes, ...] | None]:
    uid = new_id()
    key = _enter(tx, uid, chosen, reason=reason, reference=reference, state=PurgeState.BEGUN, records=len(keys))
    return uid, _begin(tx, uid, key, keys, chosen)


def _begin(tx: Transaction, uid: UUID, purge_id: int, keys: Sequence[int], chosen: Chosen) -> tuple[bytes, ...] | None:
    rows = choosing.rows_of(tx, chosen)
    if not keys and not rows:
        raise Conflict("there is nothing left to purge", where=f"purge:{uid}", advice="Reject the proposal.")
    _check_may_go(tx, keys)
    doomed = _doom(tx, purge_id, keys, rows, whole=chosen.by is PurgeBy.DELIVERY)
    work = {"facts": _facts(tx, uid, doomed), "threads": sorted(thread.hex() for thread in doomed.threads)}
    for erase in COPIES.values():
        erase(tx, doomed)
    values = {"work": json.dumps(work, sort_keys=True), "records": len(keys)}
    tx.connection.execute(update(tables.purge).where(p.id == purge_id).values(**values))
    tx.note(Event.PURGE_BEGUN, f"purge:{uid}", records=len(keys), deliveries=len(doomed.rows))
    return doomed.traces


def _check_may_go(tx: Transaction, keys: Sequence[int]) -> None:
    held = choosing.held_among(tx, keys)
    if held:
        raise Conflict(
            f"{len(held)} of these records are under legal hold, or come from a row that made a held record",
            advice="A legal hold wins over a purge. Lift it first, if the court or counsel allows.",
        )
    if len(_of_deliveries_at_rest(tx, keys)) < len(keys):
        raise Conflict("a delivery of these records is still at work", advice="Wait until it is done, then try again.")


def _of_deliveries_at_rest(tx: Transaction, keys: Sequence[int]) -> list[int]:
    working = (DeliveryState.RECEIVED.value, DeliveryState.PROCESSING.value)
    busy = set(tx.connection.execute(select(d.id).where(d.state.in_(working))).scalars()) | kept.sealed(tx)
    if not busy:
        return list(keys)
    return [
        key
        for piece in in_pieces(keys)
        for key in tx.connection.execute(
            select(r.id).where(r.id.in_(piece), r.delivery_id.not_in(busy)).order_by(r.id)
        ).scalars()
    ]


def _doom(
    tx: Transaction, purge_id: int, keys: Sequence[int], beside: Mapping[int, frozenset[int]], *, whole: bool
) -> Doomed:
    columns = (r.uid, r.thread, r.kind_id, r.marking_id, r.delivery_id, r.row, r.source_id, r.payload)
    rows: dict[int, set[int]] = {delivery: set(numbers) for delivery, numbers in beside.items()}
    stock: Counter[tuple[int, int]] = Counter()
    threads: Counter[bytes] = Counter()
    uids: list[bytes] = []
    sources: set[int] = set()
    traces: list[bytes] = _traces_of_rows(tx, beside)
    for piece in in_pieces(keys):
        for row in tx.connection.execute(select(*columns).where(r.id.in_(piece))):
            rows.setdefault(row.delivery_id, set()).add(row.row)
            stock[row.marking_id, row.kind_id] += 1
            threads[bytes(row.thread)] += 1
            uids.append(bytes(row.uid))
            sources.add(row.source_id)
            if len(uids) <= MOST_TRACES:
                traces += _traces_of(row)
    gone = _of_which_nothing_stays(tx, threads)
    return Doomed(
        purge_id=purge_id,
        keys=keys,
        uids=uids,
        rows={delivery: frozenset(found) for delivery, found in rows.items()},
        threads=gone,
        whole=frozenset(rows) if whole else frozenset(),
        search_in=_with_duplicates(tx, sources) if gone else frozenset(),
        stock=stock,
        traces=tuple(traces) if len(uids) <= MOST_TRACES else None,
    )


def _traces_of(row: AnyRow) -> list[bytes]:
    """Take pieces of a record that are long enough to be found nowhere else."""
    payload = row.payload.encode()
    places = {len(payload) // 5, len(payload) // 2, max(len(payload) - TRACE_BYTES - 1, 0)}
    return [bytes(row.uid), *(payload[at : at + TRACE_BYTES] for at in sorted(places))]


def _traces_of_rows(tx: Transaction, rows: Mapping[int, frozenset[int]]) -> list[bytes]:
    found = [
        row.raw.encode()
        for delivery, numbers in rows.items()
        for piece in in_pieces(sorted(numbers))
        for row in tx.connection.execute(select(q.raw).where(q.delivery_id == delivery, q.row.in_(piece)))
    ]
    return [raw[len(raw) // 2 : len(raw) // 2 + TRACE_BYTES] for raw in found[:MOST_TRACES]]


def _of_which_nothing_stays(tx: Transaction, threads: Counter[bytes]) -> frozenset[bytes]:
    gone = set(threads)
    for piece in in_pieces(sorted(threads)):  # type: ignore[arg-type]
        counted = select(r.thread, func.count().label("n")).where(r.thread.in_(piece)).group_by(r.thread)
        gone -= {bytes(t) for t, n in tx.connection.execute(counted) if n > threads[bytes(t)]}
    return frozenset(gone)


def _with_duplicates(tx: Transaction, sources: set[int]) -> frozenset[int]:
    """Give the deliveries of these sources that had rows which made no record, because they were known already."""
    b = tables.batch.c
    found = (
        select(d.id)
        .join(tables.batch, b.delivery_id == d.id)
        .where(d.source_id.in_(sources))
        .group_by(d.id)
        .having(func.sum(b.rows_duplicate) > 0)
    )
    return frozenset(tx.connection.execute(found).scalars())


def _facts(tx: Transaction, uid: UUID, doomed: Doomed) -> Facts:
    """Put down what the receipt will say: no content, no names of those the records speak of."""
    row = _row(tx, uid)
    salt = secrets.token_bytes(16)
    told = _disclosed(tx, doomed.keys)
    ids = {
        key: bytes(found)
        for piece in in_pieces(doomed.keys)
        for key, found in tx.connection.execute(select(r.id, r.uid).where(r.id.in_(piece)))
    }
    return {
        "approved_by": row.decided_by or "the rule",
        "begun": isoformat(tx.at),
        "proposed_by": row.proposed_by,
        "purge": str(uid),
        "reason": row.reason,
        "record_hashes": [
            {"disclosed_to": told.get(key, []), "record": record_hash(salt, UUID(bytes=ids[key]))}
            for key in doomed.keys
        ],
        "records": len(doomed.keys),
        "reference": row.reference,
        "rule": row.chosen_by,
        "salt": salt.hex(),
    }


def _disclosed(tx: Transaction, keys: Sequence[int]) -> dict[int, list[dict[str, str]]]:
    """Say to whom each record had been disclosed: who, of which agency, on which day, for what purpose."""
    s, t = tables.disclosure.c, tables.disclosure_record.c
    found: dict[int, set[tuple[str, str, str, str]]] = {}
    for piece in in_pieces(keys):
        rows = tx.connection.execute(
            select(t.record_id, s.account, s.agency, s.at, s.purpose)
            .join(tables.disclosure, s.id == t.disclosure_id)
            .where(t.record_id.in_(piece))
        )
        for row in rows:
            found.setdefault(row.record_id, set()).add((day_of(row.at), row.agency, row.account, row.purpose))
    names = ("day", "agency", "account", "purpose")
    return {key: [dict(zip(names, line, strict=True)) for line in sorted(lines)] for key, lines in found.items()}


def _erase_records(tx: Transaction, doomed: Doomed) -> None:
    for piece in in_pieces(doomed.keys):
        tx.connection.execute(tables.record.delete().where(r.id.in_(piece)))


def _erase_words(tx: Transaction, doomed: Doomed) -> None:
    tx.dialect.delete_words(tx.connection, doomed.keys)


def _erase_name_keys(tx: Transaction, doomed: Doomed) -> None:
    name_index.erase_copies(tx, doomed.keys)


def _erase_stock(tx: Transaction, doomed: Doomed) -> None:
    count_stock(tx, Counter({where: -count for where, count in doomed.stock.items()}))


def _erase_links(tx: Transaction, doomed: Doomed) -> None:
    for piece in in_pieces(sorted(doomed.threads)):  # type: ignore[arg-type]
        gone = or_(k.from_thread.in_(piece), k.to_thread.in_(piece))
        tx.connection.execute(tables.link.delete().where(gone))


def _erase_quarantine(tx: Transaction, doomed: Doomed) -> None:
    for delivery, rows in doomed.rows.items():
        for piece in in_pieces(sorted(rows)):
            tx.connection.execute(tables.quarantine.delete().where(q.delivery_id == delivery, q.row.in_(piece)))


def _erase_corrections(tx: Transaction, doomed: Doomed) -> None:
    c = tables.correction.c
    for piece in in_pieces(doomed.keys):
        gone = or_(c.record_id.in_(piece), c.delivered_id.in_(piece))
        tx.connection.execute(tables.correction.delete().where(gone))


def _erase_bytes(tx: Transaction, doomed: Doomed) -> None:
    """Seal the delivered bytes at once, and put down what is to be rewritten.

    What lay in another file lies in its bytes too: those go as a whole.
    """
    around = enclosures.ancestors(tx, frozenset(doomed.rows))
    for delivery in sorted({*doomed.rows, *doomed.search_in, *around}):
        now = kept.state_of(tx, delivery).sha256
        if now:
            whole = delivery in doomed.whole or delivery in around
            values = {"old_sha256": now, "search": delivery in doomed.search_in and not whole, "whole": whole}
            entry = insert(tables.purge_blob).values(purge_id=doomed.purge_id, delivery_id=delivery, **values)
            tx.connection.execute(entry)
        put_down_rows(tx, doomed.purge_id, delivery, doomed.rows.get(delivery, frozenset()))


def put_down_rows(tx: Transaction, purge_id: int, delivery_id: int, rows: frozenset[int]) -> None:
    """Note that the bytes of these rows go, or went."""
    fresh = sorted(rows - kept.erased_rows(tx, delivery_id, rows)) if rows else []
    columns = ("delivery_id", "row", "purge_id")
    tx.dialect.insert(tx.connection, "erased_row", columns, [(delivery_id, row, purge_id) for row in fresh])


def _erase_judgements(tx: Transaction, doomed: Doomed) -> None:
    unresolving.empty_judgements(tx, doomed.keys, doomed.threads)


def _erase_pairs(tx: Transaction, doomed: Doomed) -> None:
    unresolving.erase_pairs(tx, doomed.keys)


def _erase_keys(tx: Transaction, doomed: Doomed) -> None:
    unresolving.erase_keys(tx, doomed.keys)


def _erase_nodes(tx: Transaction, doomed: Doomed) -> None:
    unresolving.erase_nodes(tx, doomed.keys)


Eraser = Callable[[Transaction, Doomed], None]
COPIES: dict[str, Eraser] = {
    "judgement": _erase_judgements,
    "pair": _erase_pairs,
    "block_key": _erase_keys,
    "node": _erase_nodes,
    "record": _erase_records,
    "record_text": _erase_words,
    "name_key": _erase_name_keys,
    "link": _erase_links,
    "quarantine": _erase_quarantine,
    "correction": _erase_corrections,
    "intelligence_member": filed.erase_submissions,
    "activity_member": filed.erase_reports,
    "stock": _erase_stock,
    "delivery": _erase_bytes,
}
"""Every place that holds what records say, and how a purge erases it there, in this order. A store of derived data (entities, lake,
models, workspace) must enter itself here; a house test compares this list with the tables."""

KEYS_ONLY = {
    "batch": "counts by delivery",
    "delivery_bytes": "digests of what a purge left",
    "delivery_part": "names of columns",
    "delivery_stock": "counts by delivery",
    "disclosure_record": "the dissemination record stays; its keys lead nowhere any more",
    "erased_row": "numbers of rows",
    "flag": "keys of records, names of rules, and places in texts",
    "legal_hold_record": "keys",
    "notice_record": "whom a notice told of what, by identifier; part of the dissemination record",
    "purge_blob": "digests",
    "quality": "counts by delivery",
    "recall_record": "keys",
    "redress_record": "identifiers; a request goes when its own time is over",
    "remarking": "keys of records and markings",
}
"""Tables that name records or deliveries by key only, and stay."""


def get(tx: Transaction, uid: UUID) -> Purge:
    """Read one purge."""
    tx.require(Permission.RETENTION_REVIEW)
    tx.note(Event.PURGE_LISTED, f"purge:{uid}")
    return _one(tx, uid)


def recent(tx: Transaction, *, state: PurgeState | None = None, limit: int = 100) -> list[Purge]:
    """List purges, newest first."""
    tx.require(Permission.RETENTION_REVIEW)
    query = select(tables.purge).order_by(p.id.desc()).limit(limit)
    if state:
        query = query.where(p.state == state.value)
    tx.note(Event.PURGE_LISTED, state.value if state else "")
    return [_to_purge(row) for row in tx.connection.execute(query)]


def receipt(tx: Transaction, uid: UUID) -> str:
    """Read the signed receipt of a purge that is done."""
    tx.require(Permission.RETENTION_REVIEW)
    found = _row(tx, uid)
    if not found.receipt:
        raise Conflict("this purge is not done, so it has no receipt yet", where=f"purge:{uid}")
    tx.note(Event.PURGE_LISTED, f"purge:{uid}", receipt=True)
    return str(found.receipt)


def _check_state(row: AnyRow, state: PurgeState) -> None:
    if row.state != state.value:
        raise Conflict(f"this purge is {row.state}, not {state.value}", advice="Load the page again.")


def _decide(tx: Transaction, uid: UUID, state: PurgeState) -> None:
    values = {"state": state.value, "decided_by": tx.access.actor.account, "decided_at": tx.at}
    tx.connection.execute(update(tables.purge).where(p.uid == uid.bytes).values(**values))


def _enter(
    tx: Transaction, uid: UUID, chosen: Chosen, *, reason: str, reference: str, state: PurgeState, records: int
) -> int:
    values: dict[str, Any] = {
        "uid": uid.bytes,
        "chosen_by": chosen.by.value,
        "names": json.dumps(chosen.names),
        "whole_rows": chosen.whole_rows,
        "reason": reason.strip(),
        "reference": reference.strip(),
        "state": state.value,
        "proposed_by": tx.access.actor.account,
        "proposed_at": tx.at,
        "records": records,
    }
    return int(tx.connection.execute(insert(tables.purge).values(**values).returning(p.id)).scalar_one())


def _row(tx: Transaction, uid: UUID) -> AnyRow:
    row = tx.connection.execute(select(tables.purge).where(p.uid == uid.bytes)).one_or_none()
    if row is None:
        raise NotFound("no such purge", where=str(uid), advice="List them with: tessera purge list")
    return row


def _one(tx: Transaction, uid: UUID) -> Purge:
    return _to_purge(_row(tx, uid))


def _chosen_of(row: AnyRow) -> Chosen:
    return Chosen(by=PurgeBy(row.chosen_by), names=tuple(json.loads(row.names)), whole_rows=row.whole_rows)


def _to_purge(row: AnyRow) -> Purge:
    return Purge(
        uid=UUID(bytes=bytes(row.uid)),
        chosen=_chosen_of(row),
        reason=row.reason,
        reference=row.reference,
        state=PurgeState(row.state),
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        records=row.records,
        done_at=row.done_at,
        problem=row.problem,
    )
