"""A report of suspicious activity, found by who may know of it, with all that the rules weigh."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from tessera.errors import NotFound
from tessera.store import entering, tables
from tessera.store.filed import OBSERVED
from tessera.store.filed_reading import flags_on, not_cleared, oversees
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.trust.suspicious_activity import Deed, Report, State, Step

c, m, st = tables.activity_report.c, tables.activity_member.c, tables.activity_step.c


@dataclass(frozen=True, slots=True)
class Found:
    """A report with all that the rules weigh of it, whoever asks."""

    row: AnyRow
    records: Mapping[bytes, AnyRow]
    roles: Mapping[bytes, str]
    report: Report
    open_flags: tuple[AnyRow, ...]

    @property
    def uid(self) -> UUID:
        """Its identifier."""
        return UUID(bytes=bytes(self.row.uid))

    def keys(self, *roles: str) -> list[int]:
        """Keys of its records in these roles."""
        return sorted(row.id for thread, row in self.records.items() if self.roles[thread] in roles)

    @property
    def observed(self) -> AnyRow | None:
        """The record of what was observed; None once it is purged."""
        return next((row for thread, row in self.records.items() if self.roles[thread] == OBSERVED), None)


def weigh(tx: Transaction, row: AnyRow) -> Found:
    """Read a report with all that the rules weigh of it."""
    members = tx.connection.execute(select(tables.activity_member).where(m.report_id == row.id)).all()
    roles = {bytes(member.thread): member.role for member in members}
    records = entering.payloads(tx, list(roles))
    waiting = not_cleared(flags_on(tx, [one.id for one in records.values()]), row.author)
    steps = tx.connection.execute(select(tables.activity_step).where(st.report_id == row.id).order_by(st.number)).all()
    report = Report(
        state=State(row.state),
        author=row.author,
        agency=row.agency,
        behaviors=tuple(json.loads(row.behaviors)),
        gated=bool(waiting),
        due=row.due,
        detailed=row.detailed,
        shared_with=tuple(json.loads(row.shared_with)),
        steps=tuple(
            Step(deed=Deed(s.deed), by=s.by, on=s.on, trained_until=s.trained_until, note=s.note) for s in steps
        ),
    )
    return Found(row, records, roles, report, waiting)


def find(tx: Transaction, uid: UUID) -> Found:
    """Look up a report that this access may know of."""
    row = tx.connection.execute(select(tables.activity_report).where(c.uid == uid.bytes)).one_or_none()
    found = weigh(tx, row) if row is not None else None
    if found is None or not _may_know(tx, found):
        raise NotFound("no such report", where=str(uid), advice="It does not exist, or you may not know of it.")
    return found


def _may_know(tx: Transaction, found: Found) -> bool:
    actor, observed = tx.access.actor, found.observed
    if found.row.author == actor.account or (observed is not None and observed.marking_id in tx.scope.visible):
        return True
    return bool(found.row.agency == actor.agency and (observed is None or oversees(tx)))
