"""A submission of criminal intelligence, found by who may know of it, with all that the rules weigh."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from tessera.errors import Conflict, NotFound
from tessera.model.flag import FlagState
from tessera.model.marking import Hold
from tessera.store import entering, tables
from tessera.store.filed import PREDICATE
from tessera.store.filed_reading import flags_on, not_cleared, oversees
from tessera.store.intelligence_shape import read_collection, read_labels, read_predicate
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.trust import intelligence as rules
from tessera.trust.intelligence import Deed, State, Step, Submission

s, m, st = tables.intelligence_submission.c, tables.intelligence_member.c, tables.intelligence_step.c


@dataclass(frozen=True, slots=True)
class Found:
    """A submission with all that the rules weigh of it, whoever asks."""

    row: AnyRow
    members: tuple[AnyRow, ...]
    records: Mapping[bytes, AnyRow]
    submission: Submission
    open_flags: tuple[AnyRow, ...]

    @property
    def uid(self) -> UUID:
        """Its identifier."""
        return UUID(bytes=bytes(self.row.uid))

    @property
    def keys(self) -> list[int]:
        """Keys of its records, as they are now."""
        return sorted(row.id for row in self.records.values())


def find(tx: Transaction, uid: UUID) -> Found:
    """Look up a submission that this access may know of: its author, or whoever may read something of it."""
    row = tx.connection.execute(select(tables.intelligence_submission).where(s.uid == uid.bytes)).one_or_none()
    found = weigh(tx, row) if row is not None else None
    if found is None or not _may_know(tx, found):
        raise NotFound("no such submission", where=str(uid), advice="It does not exist, or you may not know of it.")
    return found


def _may_know(tx: Transaction, found: Found) -> bool:
    actor = tx.access.actor
    if found.row.author == actor.account or any(row.marking_id in tx.scope.visible for row in found.records.values()):
        return True
    own = found.row.agency == actor.agency
    # its state, never its content: so that who answers for the holding can see what became of it, and seal or purge it
    return own and (not found.records or oversees(tx))


def weigh(tx: Transaction, row: AnyRow) -> Found:
    """Read a submission with all that the rules weigh of it."""
    members = tuple(tx.connection.execute(select(tables.intelligence_member).where(m.submission_id == row.id)).all())
    records = entering.payloads(tx, [bytes(member.thread) for member in members])
    held = flags_on(tx, [each.id for each in records.values()])
    why = [
        entering.values_of(records[bytes(member.thread)])
        for member in sorted(members, key=lambda each: each.number)
        if member.role == PREDICATE and bytes(member.thread) in records
    ]
    known = tx.store.markings(tx)
    sealed = any(Hold.LEGAL in known[each.marking_id].holds for each in records.values())
    steps = tx.connection.execute(
        select(tables.intelligence_step).where(st.submission_id == row.id).order_by(st.number)
    ).all()
    waiting = not_cleared(held, row.author)
    state = State(row.state)
    submission = Submission(
        state=State.LEGAL_HOLD if sealed and state not in rules.GONE else state,
        author=row.author,
        agency=row.agency,
        predicates=tuple(read_predicate(values) for values in why),
        labels=read_labels(why),
        collection=read_collection(why),
        entered_on=row.entered_on,
        period_from=row.period_from,
        review_by=row.review_by,
        reviewed_by=row.reviewed_by,
        gated=bool(waiting),
        cleared_by=next((each.decided_by for each in held if each.state == FlagState.RELEASED.value), ""),
        held_from=state if sealed else None,
        steps=tuple(Step(deed=Deed(each.deed), by=each.by, on=each.on, note=each.note) for each in steps),
    )
    return Found(row, members, records, submission, waiting)


def is_readable(tx: Transaction, found: Found) -> bool:
    """Claim that this access may read all of it."""
    return bool(found.records) and all(row.marking_id in tx.scope.visible for row in found.records.values())


def require_readable(tx: Transaction, found: Found) -> None:
    """Go on only where this access may read all of it."""
    if not is_readable(tx, found):
        raise Conflict(
            "you may not read all of it, so you cannot decide about it",
            where=f"intelligence:{found.uid}",
            advice="State your need to know, or ask a privacy officer why it is held.",
        )


def source_of(tx: Transaction, found: Found) -> str:
    """Name the source that it was entered by."""
    named = select(tables.source.c.name).where(tables.source.c.id == found.row.source_id)
    return str(tx.connection.execute(named).scalar_one())
