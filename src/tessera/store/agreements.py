"""Agreements: entered, renewed, suspended, resumed and ended, each with who, when and why; and what hangs on them."""

from dataclasses import replace
from datetime import date

from sqlalchemy import func, insert, select, update

from tessera.errors import Conflict, Invalid, NotFound
from tessera.model.access import Permission, Role
from tessera.model.agreement import AgreementStanding, AgreementStep, Step
from tessera.model.delivery import DeliveryState
from tessera.model.source import Agreement, AgreementState
from tessera.store import parties, tables
from tessera.store.events import Event
from tessera.store.policies import note_agreement
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

g, p, s, d, r = tables.agreement.c, tables.agreement_step.c, tables.source.c, tables.delivery.c, tables.record.c
LONGEST_REASON = 2000


def listed(tx: Transaction) -> list[AgreementStanding]:
    """List all agreements: those not in force first, then by how soon they end."""
    tx.require(Permission.SOURCE_READ)
    found = _standings(tx)
    tx.note(Event.PARTNER_READ, "agreements", agreements=len(found))
    return sorted(found, key=lambda one: (one.in_force, one.agreement.expires or "9999", one.agreement.name))


def get(tx: Transaction, name: str) -> AgreementStanding:
    """Read one agreement with how it stands."""
    tx.require(Permission.SOURCE_READ)
    found = next((one for one in _standings(tx) if one.agreement.name == name), None)
    if found is None:
        raise NotFound(f"no agreement {name!r}", advice="List them under Agreements.")
    tx.note(Event.PARTNER_READ, f"agreement:{name}")
    return found


def lapsed(tx: Transaction) -> list[AgreementStanding]:
    """List the agreements that are not in force although sources hang on them: what was given under them is closed."""
    tx.require(Permission.SOURCE_READ)
    found = [one for one in _standings(tx) if not one.in_force and one.sources]
    tx.note(Event.PARTNER_READ, "lapsed", agreements=len(found))
    return found


def history(tx: Transaction, name: str) -> list[AgreementStep]:
    """Say what was done to an agreement, newest first."""
    tx.require(Permission.SOURCE_READ)
    rows = tx.connection.execute(select(tables.agreement_step).where(p.agreement == name).order_by(p.id.desc()))
    tx.note(Event.PARTNER_READ, f"agreement:{name}", history=True)
    return [
        AgreementStep(at=row.at, account=row.account, step=Step(row.step), expires=row.expires, reason=row.reason)
        for row in rows
    ]


def hanging(tx: Transaction, name: str) -> tuple[list[tuple[str, str]], int, int]:
    """Say what hangs on an agreement: its sources (name, label) and records that this access may see, and its agency's readers."""
    tx.require(Permission.SOURCE_READ)
    seen = covers(s.marking_id, tx.store.scope_in_force(tx).visible)
    sources = tx.connection.execute(select(s.name, s.label).where(s.agreement == name, seen).order_by(s.name)).all()
    records = tx.connection.execute(
        select(func.count())
        .select_from(tables.record.join(tables.source, s.id == r.source_id))
        .where(s.agreement == name, r.known_to.is_(None), covers(r.marking_id, tx.scope.visible))
    ).scalar_one()
    readers = _readers(tx, name)
    tx.note(Event.PARTNER_READ, f"agreement:{name}", hanging=True)
    return [(row.name, row.label) for row in sources], int(records), readers


def _readers(tx: Transaction, name: str) -> int:
    """Count the partner accounts of the agreement's agency: they read what others share while it is in force."""
    a = tables.account.c
    agency = select(g.agency).where(g.name == name).scalar_subquery()
    query = select(a.roles).where(a.agency == agency, a.disabled.is_(False))
    return sum(Role.PARTNER.value in roles for roles in tx.connection.execute(query).scalars())


def enter(tx: Transaction, agreement: Agreement, reason: str) -> None:
    """Enter a new agreement of an agency that is known."""
    tx.require(Permission.AGREEMENT_MANAGE)
    if tx.connection.execute(select(g.name).where(g.name == agreement.name)).first() is not None:
        raise Conflict(f"agreement {agreement.name!r} exists", where="name", advice="Renew it, or choose another name.")
    if agreement.expires and agreement.expires < agreement.signed:
        raise Invalid("it would end before it was signed", where="expires")
    parties.put(tx, agreement)
    _put_down(tx, agreement, Step.ENTERED, reason)


def renew(tx: Transaction, name: str, expires: str, reason: str) -> Agreement:
    """Give a new last day (ISO; empty: no end) to an agreement that was not ended. A suspension stays."""
    found = _to_change(tx, name, reason)
    if expires and expires < tx.today:
        raise Invalid("the new last day has passed", where="expires", advice="Give a day from today on.")
    if found.expires and expires and expires <= found.expires:
        raise Invalid(f"it lasts until {found.expires} already", where="expires", advice="Give a later day.")
    return _change(tx, replace(found, expires=expires), Step.RENEWED, reason)


def suspend(tx: Transaction, name: str, reason: str) -> Agreement:
    """Stop an agreement for now: deliveries wait and readers stop, until it is resumed."""
    found = _to_change(tx, name, reason, AgreementState.CURRENT)
    return _change(tx, replace(found, state=AgreementState.SUSPENDED), Step.SUSPENDED, reason)


def resume(tx: Transaction, name: str, reason: str) -> Agreement:
    """Let a suspended agreement go on."""
    found = _to_change(tx, name, reason, AgreementState.SUSPENDED)
    return _change(tx, replace(found, state=AgreementState.CURRENT), Step.RESUMED, reason)


def end(tx: Transaction, name: str, reason: str) -> Agreement:
    """End an agreement for good. What was given under it stays closed until it is purged, or a new agreement names it."""
    found = _to_change(tx, name, reason)
    return _change(tx, replace(found, state=AgreementState.ENDED), Step.ENDED, reason)


def _to_change(tx: Transaction, name: str, reason: str, *states: AgreementState) -> Agreement:
    tx.require(Permission.AGREEMENT_MANAGE)
    row = tx.connection.execute(select(tables.agreement).where(g.name == name)).one_or_none()
    if row is None:
        raise NotFound(f"no agreement {name!r}")
    found = parties.to_agreement(row)
    if found.state is AgreementState.ENDED or (states and found.state not in states):
        raise Conflict(
            f"the agreement is {found.state.value}", where=f"agreement:{name}", advice="Look at its history."
        )
    _check_reason(reason)
    return found


def _check_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid(f"a reason of 1 to {LONGEST_REASON} characters is needed", where="reason", advice="Say why.")


def _change(tx: Transaction, agreement: Agreement, step: Step, reason: str) -> Agreement:
    changed = update(tables.agreement).where(g.name == agreement.name)
    tx.connection.execute(changed.values(expires=agreement.expires, state=agreement.state.value))
    _put_down(tx, agreement, step, reason)
    return agreement


def _put_down(tx: Transaction, agreement: Agreement, step: Step, reason: str) -> None:
    _check_reason(reason)
    line = {"agreement": agreement.name, "at": tx.at, "account": tx.access.actor.account, "step": step.value}
    tx.connection.execute(
        insert(tables.agreement_step).values(**line, expires=agreement.expires, reason=reason.strip())
    )
    note_agreement(tx, agreement.name)
    tx.note(Event.AGREEMENT_CHANGED, f"agreement:{agreement.name}", step=step.value, expires=agreement.expires)


def _standings(tx: Transaction) -> list[AgreementStanding]:
    hanging = select(s.agreement, func.count()).group_by(s.agreement)
    resting = select(s.agreement, func.count()).select_from(tables.delivery.join(tables.source, s.id == d.source_id))
    resting = resting.where(d.state == DeliveryState.WAITING.value).group_by(s.agreement)
    sources = {name: int(count) for name, count in tx.connection.execute(hanging)}
    waiting = {name: int(count) for name, count in tx.connection.execute(resting)}
    query = select(tables.agreement, tables.agency.c.label).join(tables.agency, tables.agency.c.name == g.agency)
    return [_standing(row, sources, waiting, tx.today) for row in tx.connection.execute(query.order_by(g.name))]


def _standing(row: AnyRow, sources: dict[str, int], waiting: dict[str, int], today: str) -> AgreementStanding:
    agreement = parties.to_agreement(row)
    why_not = agreement.why_not(today)
    ends = date.fromisoformat(agreement.expires) if agreement.expires and not why_not else None
    return AgreementStanding(
        agreement=agreement,
        agency_label=row.label,
        in_force=not why_not,
        why_not=why_not,
        days_left=(ends - date.fromisoformat(today)).days if ends else None,
        sources=sources.get(row.name, 0),
        waiting=waiting.get(row.name, 0),
    )
