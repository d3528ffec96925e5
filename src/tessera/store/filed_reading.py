"""How submissions of intelligence and reports of suspicious activity are read alike: who acts, what holds them, what is seen of them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from tessera.model.access import Access, Permission
from tessera.model.flag import FlagState
from tessera.model.record import RecordView
from tessera.store import flags, tables
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS, to_views
from tessera.trust.intelligence import Person

r, f = tables.record.c, tables.flag.c


def person_of(access: Access) -> Person:
    """Say who acts, as the rules weigh it."""
    actor = access.actor
    return Person(account=actor.account, agency=actor.agency, trained_until=actor.trained_until)


def oversees(tx: Transaction) -> bool:
    """Claim that this access decides about what the gate holds."""
    return bool(tx.store.policy.may(tx.access, Permission.FLAG_DECIDE, today=tx.today))


def flags_on(tx: Transaction, keys: Sequence[int]) -> list[AnyRow]:
    """List the flags on these records, the oldest first."""
    chosen = select(f.uid, f.rules, f.state, f.decided_by, f.record_id).where(f.record_id.in_(keys)).order_by(f.id)
    return list(tx.connection.execute(chosen).all())


def not_cleared(held: Iterable[AnyRow], author: str) -> tuple[AnyRow, ...]:
    """Give the flags that still hold a text.

    One that its own author released is not cleared (28 CFR 23.20(b): a second person finds the direct relation).
    """
    return tuple(each for each in held if each.state != FlagState.RELEASED.value or each.decided_by == author)


def rules_named(tx: Transaction, held: Iterable[AnyRow]) -> tuple[tuple[str, str], ...]:
    """Name the rules of the gate behind these flags, each with its sentence."""
    known = tx.store.protected.by_name
    names = {name for row in held for name in flags.rules_of(row)}
    return tuple((name, known[name].sentence if name in known else name) for name in sorted(names))


def views_of(tx: Transaction, keys: Sequence[int]) -> dict[UUID, RecordView]:
    """Compute what this reader sees of these records, by identifier."""
    chosen = select(*VIEW_COLUMNS).where(r.id.in_(keys), covers(r.marking_id, tx.scope.visible)).order_by(r.id)
    return {view.uid: view for view in to_views(tx, tx.connection.execute(chosen).all())}
