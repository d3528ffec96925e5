"""What policies weigh of accounts and agreements, kept as it was, so that decisions of the past can be made again.

Whoever makes or changes an account or an agreement calls `note_account` or `note_agreement` in the same transaction.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Table, func, insert, select

from tessera.model.access import Actor, AgencyKind, Role
from tessera.model.source import AgreementState, Standing
from tessera.store import tables
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

a, g = tables.account.c, tables.agency.c
av, gv = tables.account_version.c, tables.agreement_version.c


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountThen:
    """An account as it was: who acts, and whether it could sign in at all."""

    actor: Actor
    disabled: bool


def note_account(tx: Transaction, name: str) -> None:
    """Keep how this account is from now on; nothing where that is how it was."""
    row = _account_now(tx, name)
    last = _last(tx, tables.account_version, "account", name)
    if last is None or {key: last[key] for key in row} != row:
        tx.connection.execute(insert(tables.account_version).values(account=name, at=tx.at, **row))


def note_agreement(tx: Transaction, name: str) -> None:
    """Keep how this agreement is from now on; nothing where that is how it was."""
    m = tables.agreement.c
    query = select(m.agency, m.signed, m.expires, m.state).where(m.name == name)
    row = dict(tx.connection.execute(query).mappings().one())
    last = _last(tx, tables.agreement_version, "agreement", name)
    if last is None or {key: last[key] for key in row} != row:
        tx.connection.execute(insert(tables.agreement_version).values(agreement=name, at=tx.at, **row))


def accounts_at(tx: Transaction, at: int, names: Iterable[str] | None = None) -> list[AccountThen]:
    """Give all accounts, or these, as they were at an instant; those made later are left out."""
    newest = select(func.max(av.id)).where(av.at <= at).group_by(av.account)
    query = select(tables.account_version).where(av.id.in_(newest)).order_by(av.account)
    if names is not None:
        query = query.where(av.account.in_(sorted(set(names))))
    return [_to_account(row) for row in tx.connection.execute(query)]


def standing_at(tx: Transaction, at: int, day: str) -> Standing:
    """Say which agreements were not in force on a day, as they stood at an instant, and which agencies had none."""
    newest = select(func.max(gv.id)).where(gv.at <= at).group_by(gv.agreement)
    rows = tx.connection.execute(select(tables.agreement_version).where(gv.id.in_(newest))).all()
    current = AgreementState.CURRENT.value
    bound = [r for r in rows if r.state == current and r.signed <= day and (not r.expires or day <= r.expires)]
    agencies = frozenset(tx.connection.execute(select(g.name)).scalars())
    return Standing(
        lapsed=frozenset(row.agreement for row in rows) - {row.agreement for row in bound},
        unbound=agencies - {row.agency for row in bound},
    )


def _account_now(tx: Transaction, name: str) -> dict[str, object]:
    query = (
        select(a.agency, g.kind.label("agency_kind"), a.roles, a.groups, a.trained_until, a.disabled)
        .join(tables.agency, g.name == a.agency)
        .where(a.name == name)
    )
    return dict(tx.connection.execute(query).mappings().one())


def _last(tx: Transaction, table: Table, key: str, name: str) -> AnyRow:
    query = select(table).where(table.c[key] == name).order_by(table.c.id.desc()).limit(1)
    return tx.connection.execute(query).mappings().one_or_none()


def _to_account(row: AnyRow) -> AccountThen:
    actor = Actor(
        account=row.account,
        agency=row.agency,
        agency_kind=AgencyKind(row.agency_kind),
        groups=frozenset(json.loads(row.groups)),
        roles=frozenset(Role(role) for role in json.loads(row.roles)),
        trained_until=row.trained_until,
    )
    return AccountThen(actor=actor, disabled=row.disabled)
