"""Agencies and holdings as their pages show them, and how they are corrected. Each correction is an event with its reason."""

import json
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select, update

from tessera.errors import Invalid, NotFound
from tessera.model.access import AgencyKind, Permission
from tessera.model.agreement import AgencyStanding, HoldingStanding
from tessera.model.source import Agency, Holding
from tessera.store import parties, tables
from tessera.store.events import Event
from tessera.store.scope import covers
from tessera.store.transactions import Transaction

a, g, h, s, r = tables.agency.c, tables.agreement.c, tables.holding.c, tables.source.c, tables.record.c
DUE_WITHIN_DAYS = 60
LONGEST_REASON = 2000


def agencies(tx: Transaction) -> list[AgencyStanding]:
    """List the partner organisations with how much each has here."""
    tx.require(Permission.SOURCE_READ)
    account = tables.account.c
    sources = _counted(tx, s.agency, covers(s.marking_id, tx.store.scope_in_force(tx).visible))
    accounts = _counted(tx, account.agency, account.disabled.is_(False))
    agreements = _counted(tx, g.agency)
    lapsed = _counted(tx, g.agency, g.name.in_(tx.standing.lapsed))
    tx.note(Event.PARTNER_READ, "agencies")
    return [
        AgencyStanding(
            agency=Agency(
                name=row.name,
                label=row.label,
                kind=AgencyKind(row.kind),
                jurisdiction=row.jurisdiction,
                contact=row.contact,
            ),
            sources=sources.get(row.name, 0),
            accounts=accounts.get(row.name, 0),
            agreements=agreements.get(row.name, 0),
            in_force=agreements.get(row.name, 0) - lapsed.get(row.name, 0),
        )
        for row in tx.connection.execute(select(tables.agency).order_by(a.label))
    ]


def _counted(tx: Transaction, column: ColumnElement[str], *where: ColumnElement[bool]) -> dict[str, int]:
    query = select(column, func.count()).where(*where).group_by(column)
    return {name: int(found) for name, found in tx.connection.execute(query)}


def agency(tx: Transaction, name: str) -> AgencyStanding:
    """Read one partner organisation."""
    found = next((one for one in agencies(tx) if one.agency.name == name), None)
    if found is None:
        raise NotFound(f"no agency {name!r}", advice="List them under Agencies.")
    return found


def sources_of(tx: Transaction, *, agency: str = "", holding: str = "") -> list[tuple[str, str, str]]:
    """List the sources of an agency or in a holding that this access may know of: name, label, agreement."""
    tx.require(Permission.SOURCE_READ)
    query = select(s.name, s.label, s.agreement).where(covers(s.marking_id, tx.store.scope_in_force(tx).visible))
    query = query.where(s.agency == agency) if agency else query
    query = query.where(s.holding == holding) if holding else query
    tx.note(Event.SOURCE_LISTED, f"agency:{agency}" if agency else f"holding:{holding}")
    return [(row.name, row.label, row.agreement) for row in tx.connection.execute(query.order_by(s.name))]


def holdings(tx: Transaction) -> list[HoldingStanding]:
    """List the bodies of records with the authority for each, counted as far as this access may see."""
    tx.require(Permission.SOURCE_READ)
    horizon = (date.fromisoformat(tx.today) + timedelta(days=DUE_WITHIN_DAYS)).isoformat()
    known = tx.store.markings(tx)
    soon = [key for key in tx.scope.listed.visible if known[key].review_by and known[key].review_by <= horizon]
    records, due = _records(tx, sorted(tx.scope.listed.visible)), _records(tx, soon)
    sources = _counted(tx, s.holding, covers(s.marking_id, tx.store.scope_in_force(tx).visible))
    tx.note(Event.PARTNER_READ, "holdings")
    return [
        HoldingStanding(
            holding=parties.to_holding(row),
            sources=sources.get(row.name, 0),
            records=records.get(row.name, 0),
            due=due.get(row.name, 0),
        )
        for row in tx.connection.execute(select(tables.holding).order_by(h.label))
    ]


def _records(tx: Transaction, markings: list[int]) -> dict[str, int]:
    query = (
        select(s.holding, func.count())
        .select_from(tables.record.join(tables.source, s.id == r.source_id))
        .where(r.known_to.is_(None), r.marking_id.in_(markings))
        .group_by(s.holding)
    )
    return {name: int(found) for name, found in tx.connection.execute(query)}


def holding(tx: Transaction, name: str) -> HoldingStanding:
    """Read one body of records."""
    found = next((one for one in holdings(tx) if one.holding.name == name), None)
    if found is None:
        raise NotFound(f"no holding {name!r}", advice="List them under Holdings.")
    return found


def add(tx: Transaction, party: Agency | Holding) -> None:
    """Enter a new agency or holding."""
    tx.require(Permission.AGREEMENT_MANAGE)
    kind = type(party).__name__.lower()
    table = tables.metadata.tables[kind]
    if tx.connection.execute(select(table.c.name).where(table.c.name == party.name)).first() is not None:
        raise Invalid(f"{kind} {party.name!r} exists", where="name", advice="Choose another name.")
    parties.put(tx, party)
    tx.note(Event.PARTNER_REGISTERED, f"{kind}:{party.name}")


def correct_agency(tx: Transaction, changed: Agency, reason: str) -> None:
    """Correct what is known of an agency. Its short name stays: markings name it."""
    tx.require(Permission.AGREEMENT_MANAGE)
    values = {
        "label": changed.label, "kind": changed.kind.value, "jurisdiction": changed.jurisdiction, "contact": changed.contact,
    }  # fmt: skip
    _correct(tx, "agency", changed.name, values, reason)


def correct_holding(tx: Transaction, changed: Holding, reason: str) -> None:
    """Correct what is known of a holding. Records keep the day to review by that they got on arrival.

    Its sort stays: what is one holding's never becomes another's by a change of words.
    """
    tx.require(Permission.AGREEMENT_MANAGE)
    if not changed.authority.strip():
        raise Invalid("a holding needs the citation of its authority", where="authority")
    values = {
        "label": changed.label,
        "authority": changed.authority,
        "retention_days": changed.retention_days,
        "purposes": json.dumps(sorted(changed.purposes)),
        "unexamined_because": changed.unexamined_because,
    }
    _correct(tx, "holding", changed.name, values, reason)


def _correct(tx: Transaction, kind: str, name: str, values: Mapping[str, object], reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid(f"a reason of 1 to {LONGEST_REASON} characters is needed", where="reason", advice="Say why.")
    table = tables.metadata.tables[kind]
    found = tx.connection.execute(select(table).where(table.c.name == name)).mappings().one_or_none()
    if found is None:
        raise NotFound(f"no {kind} {name!r}")
    fields = sorted(key for key, value in values.items() if found[key] != value)
    if not fields:
        raise Invalid("nothing is changed", advice="Change something, or go back.")
    tx.connection.execute(update(table).where(table.c.name == name).values(**values))
    tx.note(Event.PARTNER_CORRECTED, f"{kind}:{name}", fields=fields, reason=reason.strip())
