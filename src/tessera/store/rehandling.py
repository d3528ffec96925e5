"""People change how a record is to be handled: with a reason, for all its versions, and whoever was shown it is told."""

from dataclasses import replace
from functools import partial
from uuid import UUID

from sqlalchemy import select

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.model.access import Permission
from tessera.model.handling import Handling, HandlingChange
from tessera.model.marking import Marking
from tessera.model.notice import NoticeKind
from tessera.store import flags, notices, tables
from tessera.store.events import Event
from tessera.store.filed import refuse_filed
from tessera.store.remarking import remark
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.trust import cui
from tessera.trust.handling_change import may_change
from tessera.trust.policy import completed

r, s, g = tables.record.c, tables.source.c, tables.remarking.c
LONGEST_REASON = 1000
MOST = 100


def change(tx: Transaction, uid: UUID, wanted: Handling, reason: str) -> int:
    """Mark a record and its versions so; return how many changed. Invalid, Conflict and NotAllowed say why not.

    Opening it further sends its text through the gate before protected activity once more.
    """
    tx.require(Permission.MARKING_CHANGE)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid(f"a reason of 1 to {LONGEST_REASON} characters is needed", where="reason", advice="Say why.")
    row = _find(tx, uid)
    keys = list(tx.connection.execute(select(r.id).where(r.thread == row.thread).order_by(r.id)).scalars())
    refuse_filed(tx, keys, "Change it on the page of the submission or report.")
    before = tx.store.markings(tx)[row.marking_id]
    after = _handled(tx, row.agency, wanted, before)
    if after == before:
        raise Conflict("nothing is changed", advice="Choose another marking, or go back.")
    if wrong := cui.wrong_part(after.cui, after.dissemination):
        raise Invalid(wrong, where="dissemination", advice="Choose among the controls of the registry.")
    changed = remark(tx, keys, partial(_handled, tx, row.agency, wanted), reason=reason.strip())
    if not after.protects_at_least(before):
        flags.check_release(tx, keys)
    notices.tell(
        tx, NoticeKind.CORRECTION, keys, f"Its marking has changed: {reason.strip()} Handle copies by the new one."
    )
    return changed


def history(tx: Transaction, uid: UUID) -> list[HandlingChange]:
    """List the changes of marking of a record and its versions, newest first."""
    row = _find(tx, uid)
    known = tx.store.markings(tx)
    query = (
        select(g.at, g.account, g.reason, g.from_marking, g.to_marking)
        .join(tables.record, r.id == g.record_id)
        .where(r.thread == row.thread)
        .distinct()
        .order_by(g.at.desc())
        .limit(MOST)
    )
    tx.note(Event.RECORD_READ, f"record:{uid}", at="changes of marking")
    return [
        HandlingChange(
            at=each.at, account=each.account, reason=each.reason, before=known[each.from_marking],
            after=known[each.to_marking],
        )
        for each in tx.connection.execute(query)
    ]  # fmt: skip


def handled(marking: Marking, wanted: Handling, giver: str) -> Marking:
    """Put the chosen parts into a marking; what it must say is filled in: what names no owner is its giver's."""
    chosen = replace(
        marking,
        sensitivity=wanted.sensitivity,
        tlp=wanted.tlp,
        releasable_to=wanted.releasable_to,
        dissemination=wanted.dissemination,
    )
    return completed(chosen, giver)


def _handled(tx: Transaction, giver: str, wanted: Handling, marking: Marking) -> Marking:
    """Decide for each version, whose markings may differ. What names no owner is of the agency that gave it."""
    after = handled(marking, wanted, giver)
    before = replace(marking, owners=marking.owners or frozenset({giver}))
    if not (decision := may_change(tx.access.actor.agency, before, after)):
        raise NotAllowed(decision.reason, where="marking", advice="Ask its owner.")
    return after


def _find(tx: Transaction, uid: UUID) -> AnyRow:
    chosen = (
        select(r.thread, r.marking_id, s.agency)
        .join(tables.source, s.id == r.source_id)
        .where(r.uid == uid.bytes, covers(r.marking_id, tx.scope.visible))
    )
    row = tx.connection.execute(chosen).one_or_none()
    if row is None:
        raise NotFound("no such record", where=str(uid))
    return row
