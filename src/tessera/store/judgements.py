"""Judgements of people: made, taken back, read. Rows are only ever added.

The newest judgement of a pair that is not taken back is in force. "Different" parts two records for ever, whatever any model
says, until it is taken back. A judgement may be seen by who may see both records.
"""

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select

from tessera.clock import isoformat
from tessera.errors import Conflict, Invalid, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.judgement import JudgedBy, Judgement, Verdict
from tessera.store import entities, judging, models, tables
from tessera.store.events import Event
from tessera.store.models import check_reason
from tessera.store.nodes import prepared_of, source_names
from tessera.store.pairs import levels_of, weigh
from tessera.store.standing import Standing, standing_of
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.visible import edges
from tessera.store.waterfalls import pair_views

j = tables.judgement.c
ANY = UUID(int=0)
"""Given as `seen`: the judge did not look at what others said, and does not mind."""
MOST_PARTED = 2_000
MOST_SCANNED = 2_000


def judge(
    tx: Transaction, left_uid: UUID, right_uid: UUID, verdict: Verdict, reason: str, *, seen: UUID | None = ANY
) -> Judgement:
    """Say whether two records are of one thing. Needs JUDGEMENT_CREATE, and that both may be read.

    `reason` is 1 to 2,000 characters. `seen` is the newest judgement of the pair that the judge has read (None: there was
    none); Conflict names who judged since. Invalid: one thing twice, two kinds, or verdict `undone`.
    """
    tx.require(Permission.JUDGEMENT_CREATE)
    said = check_reason(reason)
    if verdict is Verdict.UNDONE:
        raise Invalid("to take a judgement back, undo it", where="verdict", advice="Say same, different or unsure.")
    left, right = _in_order(entities.current(tx, left_uid), entities.current(tx, right_uid))
    _check_unseen(tx, left, right, seen)
    return _enter(tx, left, right, verdict, said)


def _in_order(one: AnyRow, other: AnyRow) -> tuple[AnyRow, AnyRow]:
    if bytes(one.thread) == bytes(other.thread):
        raise Invalid(
            "both are versions of one record of one source",
            where="records",
            advice="Versions are one by their key; no judgement parts or joins them.",
        )
    if one.kind_id != other.kind_id:
        raise Invalid("the two are of different kinds", where="records", advice="Compare two of one kind.")
    return (one, other) if bytes(one.thread) < bytes(other.thread) else (other, one)


def _check_unseen(tx: Transaction, left: AnyRow, right: AnyRow, seen: UUID | None) -> None:
    """Refuse to overrule what the judge has not read (two people who decide at the same moment)."""
    if seen == ANY:
        return
    newest = _standing(tx, left, right).newest
    uid = UUID(bytes=bytes(newest.uid)) if newest is not None else None
    if newest is not None and uid != seen:
        raise Conflict(
            f"{newest.account} judged this pair {newest.verdict!r} on {isoformat(newest.at)}: {newest.reason}",
            where=f"judgement:{uid}",
            advice="Read why, then decide again if you still see it otherwise.",
        )


def _standing(tx: Transaction, left: AnyRow, right: AnyRow) -> Standing:
    ends = bytes(left.thread), bytes(right.thread)
    return standing_of(tx, ends).get(ends) or Standing(verdict=None, in_force=frozenset(), undone={}, rows=())


def _enter(tx: Transaction, left: AnyRow, right: AnyRow, verdict: Verdict, reason: str) -> Judgement:
    kind = {row.id: row.name for row in tx.connection.execute(select(tables.kind))}[left.kind_id]
    weights, model_id = _weights(tx, kind, left, right)
    uid = new_id()
    actor = tx.access.actor
    values = {
        "uid": uid.bytes,
        "kind_id": left.kind_id,
        "left_thread": bytes(left.thread),
        "right_thread": bytes(right.thread),
        "verdict": verdict.value,
        "by": JudgedBy.PERSON.value,
        "reason": reason,
        "weights": weights,
        "model_id": model_id,
        "account": actor.account,
        "agency": actor.agency,
        "at": tx.at,
    }
    tx.connection.execute(insert(tables.judgement).values(**values))
    tx.note(Event.JUDGED, f"judgement:{uid}", verdict=verdict.value, records=_uids(left, right))
    return next(one for one in judging.to_judgements(tx, _of(tx, left, right)) if one.uid == uid)


def _of(tx: Transaction, left: AnyRow, right: AnyRow) -> dict[tuple[bytes, bytes], Standing]:
    return {(bytes(left.thread), bytes(right.thread)): _standing(tx, left, right)}


def _uids(*rows: AnyRow) -> list[str]:
    return [str(UUID(bytes=bytes(row.uid))) for row in rows]


def _weights(tx: Transaction, kind: str, left: AnyRow, right: AnyRow) -> tuple[str, int | None]:
    """Keep what the running model says of the two at this moment."""
    running = models.running(tx, kind)
    if running is None:
        return "{}", None
    sources = source_names(tx)
    ends = [prepared_of(running.declared, row, sources) for row in (left, right)]
    weighed = weigh(running, ends[0], ends[1])
    levels = json.loads(levels_of(running.declared, weighed))
    return json.dumps({"levels": levels, "weight": round(weighed.weight, 6)}), running.id


def keep_apart(tx: Transaction, stays: UUID, leaves: list[UUID], reason: str) -> list[Judgement]:
    """Part records from an entity: each of `leaves` is judged different from every other member of the entity of `stays`."""
    tx.require(Permission.JUDGEMENT_CREATE)
    gone = {_thread(tx, uid) for uid in leaves}
    found = entities.find(tx, stays)
    left_behind = [thread for thread in found.members if thread not in gone]
    if _thread(tx, stays) in gone or not left_behind:
        raise Invalid("nothing would stay", where="stays", advice="Leave at least one record where it is.")
    if len(gone) * len(left_behind) > MOST_PARTED:
        raise Invalid(f"more than {MOST_PARTED:,} pairs would be judged", advice="Part fewer records at a time.")
    uid = {thread: UUID(bytes=bytes(row.uid)) for thread, row in found.graph.records.items()}
    outside = sorted(gone - uid.keys())
    if outside:
        raise Invalid("some of these records are not part of it", where="leaves", advice="Load the page again.")
    return [judge(tx, uid[one], uid[other], Verdict.DIFFERENT, reason) for one in sorted(gone) for other in left_behind]


def _thread(tx: Transaction, uid: UUID) -> str:
    return bytes(entities.current(tx, uid).thread).hex()


def merge(tx: Transaction, uids: Sequence[UUID], reason: str) -> list[Judgement]:
    """Judge that all these records are of one thing: a chain of judgements from the first on."""
    tx.require(Permission.JUDGEMENT_CREATE)
    chain = list(dict.fromkeys(uids))
    if len(chain) < 2:  # noqa: PLR2004 - a pair
        raise Invalid("name two records or more", where="uids")
    return [judge(tx, chain[0], other, Verdict.SAME, reason) for other in chain[1:]]


def undo(tx: Transaction, uid: UUID, reason: str) -> Judgement:
    """Take a judgement back, whoever made it and however long ago. Taking back an undoing brings the first back in force.

    NotFound where a purge took one of its records: then nothing is left to undo. Conflict where it was taken back already.
    """
    tx.require(Permission.JUDGEMENT_CREATE)
    said = check_reason(reason)
    row, left, right = _row(tx, uid)
    standing = _standing(tx, left, right)
    if row.id in standing.undone:
        by = next(one for one in standing.rows if one.id == standing.undone[row.id])
        raise Conflict(
            f"{by.account} took this judgement back on {isoformat(by.at)}: {by.reason}",
            where=f"judgement:{uid}",
            advice="To bring it back, undo that.",
        )
    fresh = new_id()
    actor = tx.access.actor
    values = {name: getattr(row, name) for name in ("kind_id", "left_thread", "right_thread", "by", "model_id")} | {
        "uid": fresh.bytes,
        "verdict": Verdict.UNDONE.value,
        "reason": said,
        "weights": "{}",
        "account": actor.account,
        "agency": actor.agency,
        "at": tx.at,
        "undoes": row.id,
    }
    tx.connection.execute(insert(tables.judgement).values(**values))
    tx.note(Event.JUDGEMENT_UNDONE, f"judgement:{uid}", by=str(fresh), verdict=row.verdict, records=_uids(left, right))
    return next(one for one in judging.to_judgements(tx, _of(tx, left, right)) if one.uid == fresh)


def _row(tx: Transaction, uid: UUID) -> tuple[AnyRow, AnyRow, AnyRow]:
    """Find a judgement with the records of both its ends, which must be there and visible."""
    row = tx.connection.execute(select(tables.judgement).where(j.uid == uid.bytes)).one_or_none()
    if row is not None and row.left_thread is not None and row.right_thread is not None:
        ends = bytes(row.left_thread), bytes(row.right_thread)
        found = judging.visible_records(tx, ends)
        if found.keys() >= set(ends):
            return row, found[ends[0]], found[ends[1]]
    raise NotFound(
        "no such judgement", where=str(uid), advice="A purge of one of its records leaves nothing of it to undo."
    )


def get(tx: Transaction, uid: UUID) -> Judgement:
    """Read one judgement. Needs ENTITY_READ."""
    tx.require(Permission.ENTITY_READ)
    _, left, right = _row(tx, uid)
    tx.note(Event.JUDGEMENT_READ, f"judgement:{uid}")
    return next(one for one in judging.to_judgements(tx, _of(tx, left, right)) if one.uid == uid)


def history(tx: Transaction, uid: UUID, *, limit: int = 200) -> list[Judgement]:
    """Everything that was ever said about this record and one that the reader may see too: people and models, newest first."""
    tx.require(Permission.ENTITY_READ)
    thread = bytes(entities.current(tx, uid).thread)
    found = [*judging.about(tx, [thread]), *_by_models(tx, thread, limit)]
    tx.note(Event.JUDGEMENT_READ, f"record:{uid}", judgements=len(found))
    return sorted(found, key=lambda one: (-one.at, str(one.uid)))[:limit]


def _by_models(tx: Transaction, thread: bytes, limit: int) -> list[Judgement]:
    """Give what models said that joins this thing with others, also what was closed since."""
    found = []
    query = select(tables.resolution_model.c.id).join(
        tables.node, tables.node.c.kind_id == tables.resolution_model.c.kind_id
    )
    for key in tx.connection.execute(query.where(tables.node.c.thread == thread)).scalars().all():
        running = models.load_quietly(tx, key)
        if running is None:
            continue
        same = running.trained.thresholds.same
        rows = sorted(edges(tx, running, [thread], least=same, closed=True), key=lambda row: -row.known_from)[:limit]
        records = judging.visible_records(tx, {bytes(e) for row in rows for e in (row.left_thread, row.right_thread)})
        named = {end.hex(): row for end, row in records.items()}
        rows = [row for row in rows if {bytes(row.left_thread).hex(), bytes(row.right_thread).hex()} <= named.keys()]
        for row, pair in zip(rows, pair_views(tx, running, rows, named), strict=True):
            found.append(
                Judgement(
                    uid=UUID(int=row.id),
                    left=pair.left.uid,
                    right=pair.right.uid,
                    left_headline=pair.left.headline,
                    right_headline=pair.right.headline,
                    verdict=Verdict.SAME,
                    by=JudgedBy.MODEL,
                    reason="",
                    account="",
                    agency="",
                    at=row.known_from,
                    model=running.uid,
                    waterfall=pair.waterfall,
                    in_force=row.known_to is None,
                )
            )
    return found


def recent(tx: Transaction, *, account: str = "", limit: int = 50, before: UUID | None = None) -> list[Judgement]:
    """List judgements of people that this access may see, newest first; of one account where named."""
    tx.require(Permission.ENTITY_READ)
    query = select(j.id, j.left_thread, j.right_thread, j.uid).where(j.left_thread.is_not(None)).order_by(j.id.desc())
    if account:
        query = query.where(j.account == account)
    if before is not None:
        query = query.where(j.id < select(j.id).where(j.uid == before.bytes).scalar_subquery())
    found: list[Judgement] = []
    for row in tx.connection.execute(query.limit(MOST_SCANNED)).all():
        if len(found) == limit:
            break
        ends = bytes(row.left_thread), bytes(row.right_thread)
        shown = judging.to_judgements(tx, {ends: standing_of(tx, ends)[ends]})
        found += [one for one in shown if one.uid.bytes == bytes(row.uid)]
    tx.note(Event.JUDGEMENT_READ, account, judgements=len(found))
    return found
