"""What belongs to a submission of intelligence or to a report of suspicious activity, and goes with it.

A subject, why it is suspected, and who is named only to identify it are purged together (28 CFR Part 23, clarification of
1998). Their review and correction are acts on the submission; no other door does them.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import Table, func, insert, select, tuple_, update

from tessera.errors import Conflict
from tessera.store import tables
from tessera.store.transactions import Transaction
from tessera.trust.intelligence import GONE, Deed
from tessera.trust.intelligence import State as Standing
from tessera.trust.suspicious_activity import Deed as SarDeed
from tessera.trust.suspicious_activity import State as SarState

r, m, a = tables.record.c, tables.intelligence_member.c, tables.activity_member.c
AT_ONCE = 5_000
SUBJECT, PREDICATE, NCI = "subject", "predicate", "nci"
"""Roles in a submission: who is suspected, why, and who is named only to identify the subject."""
INTELLIGENCE, ACTIVITY = "submission of criminal intelligence", "report of suspicious activity"
OBSERVED, PERSON = "observed", "person"
"""Roles in a report: what was observed, and who or what was seen."""


class Going(Protocol):
    """What a purge takes, as far as this module weighs it."""

    @property
    def threads(self) -> frozenset[bytes]:
        """Things of which no version stays."""


def _pieces(keys: Iterable[int]) -> Iterable[list[int]]:
    listed = sorted(keys)
    return (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))


def refuse_submitted(tx: Transaction, keys: Sequence[int], advice: str) -> None:
    """Raise Conflict where one of these records belongs to a submission of intelligence."""
    _refuse(tx, keys, advice, ((m, INTELLIGENCE),))


def refuse_filed(tx: Transaction, keys: Sequence[int], advice: str) -> None:
    """Raise Conflict where one of these records belongs to a submission of intelligence or a report of suspicious activity."""
    _refuse(tx, keys, advice, ((m, INTELLIGENCE), (a, ACTIVITY)))


def _refuse(tx: Transaction, keys: Sequence[int], advice: str, kinds: Sequence[tuple[Any, str]]) -> None:
    for piece in _pieces(keys):
        for member, what in kinds:
            found = select(member.thread).join(tables.record, r.thread == member.thread).where(r.id.in_(piece)).limit(1)
            if tx.connection.execute(found).first() is not None:
                raise Conflict(f"a record among them belongs to a {what}", advice=advice)


def with_filed(tx: Transaction, keys: Iterable[int]) -> set[int]:
    """Add what goes with these records: with a subject, its predicate and those named to identify it; with a report, its people."""
    found: set[int] = set(keys)
    for piece in _pieces(found.copy()):
        groups = select(m.submission_id, m.number).join(tables.record, r.thread == m.thread)
        chosen = tx.connection.execute(groups.where(r.id.in_(piece), m.role != NCI).distinct()).all()
        whole = [(row.submission_id, row.number) for row in chosen]
        if whole:
            threads = select(m.thread).where(tuple_(m.submission_id, m.number).in_(whole))
            found |= set(tx.connection.execute(select(r.id).where(r.thread.in_(threads))).scalars())
        reports = select(a.report_id).join(tables.record, r.thread == a.thread)
        of = list(tx.connection.execute(reports.where(r.id.in_(piece), a.role == OBSERVED).distinct()).scalars())
        if of:
            threads = select(a.thread).where(a.report_id.in_(of))
            found |= set(tx.connection.execute(select(r.id).where(r.thread.in_(threads))).scalars())
    return found


def erase_submissions(tx: Transaction, doomed: Going) -> None:
    """Take what goes out of its submissions; one of which nothing is left keeps who did what when, and no word of why."""
    s, step = tables.intelligence_submission.c, tables.intelligence_step
    for key in _emptied(tx, tables.intelligence_member, "submission_id", doomed.threads):
        tx.connection.execute(update(step).where(step.c.submission_id == key).values(note=""))
        now = tx.connection.execute(select(s.state).where(s.id == key)).scalar_one()
        if Standing(now) not in GONE:
            gone = update(tables.intelligence_submission).where(s.id == key)
            tx.connection.execute(gone.values(state=Standing.PURGED.value))
            _note_purge(tx, step, "submission_id", key, {"deed": Deed.PURGED.value})


def erase_reports(tx: Transaction, doomed: Going) -> None:
    """Do the same for reports of suspicious activity."""
    s, step = tables.activity_report.c, tables.activity_step
    for key in _emptied(tx, tables.activity_member, "report_id", doomed.threads):
        tx.connection.execute(update(step).where(step.c.report_id == key).values(note=""))
        gone = update(tables.activity_report).where(s.id == key)
        tx.connection.execute(gone.values(state=SarState.PURGED.value, due=""))
        _note_purge(tx, step, "report_id", key, {"deed": SarDeed.PURGED.value, "trained_until": ""})


def _emptied(tx: Transaction, table: Table, owner: str, threads: frozenset[bytes]) -> list[int]:
    """Delete the members that go; name those whose last member went."""
    touched: set[int] = set()
    listed = sorted(threads)
    for start in range(0, len(listed), AT_ONCE):
        going = table.c.thread.in_(listed[start : start + AT_ONCE])
        touched |= set(tx.connection.execute(select(table.c[owner]).where(going).distinct()).scalars())
        tx.connection.execute(table.delete().where(going))
    left = select(table.c[owner]).where(table.c[owner].in_(touched)).distinct()
    return sorted(touched - set(tx.connection.execute(left).scalars()))


def _note_purge(tx: Transaction, step: Table, owner: str, key: int, deed: dict[str, str]) -> None:
    last = tx.connection.execute(select(func.max(step.c.number)).where(step.c[owner] == key)).scalar_one_or_none()
    values = {owner: key, "number": (last or 0) + 1, "by": tx.access.actor.account, "on": tx.today, "at": tx.at}
    tx.connection.execute(insert(step).values(**values, **deed))
