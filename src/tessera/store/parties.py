"""Who gives the center data, and under which authority: agencies, agreements, holdings, sources."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import insert, select

from tessera.errors import Conflict, Invalid, NotFound
from tessera.model.access import AgencyKind, Permission, Purpose
from tessera.model.marking import Marking, Regime
from tessera.model.source import Agency, Agreement, AgreementState, Holding, HoldingSort, Source
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.policies import note_agreement
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.trust.policy import completed


def register(tx: Transaction, *parties: Agency | Agreement | Holding | Source) -> None:
    """Enter partners, in this order. One that is there already with the same values is left alone."""
    tx.require(Permission.SOURCE_MANAGE)
    for party in parties:
        put(tx, party)
    tx.note(Event.PARTNER_REGISTERED, details=[f"{type(p).__name__.lower()}:{p.name}" for p in parties])


def put(tx: Transaction, party: Agency | Agreement | Holding | Source) -> None:
    """Enter one partner. The caller has asked whether this access may; a new source needs an agreement in force."""
    match party:
        case Agency():
            _enter(tx, "agency", _agency_row(party))
        case Agreement():
            _enter(tx, "agreement", _agreement_row(party), changing=("expires", "state"))
            note_agreement(tx, party.name)
        case Holding():
            _enter(tx, "holding", _holding_row(party))
        case Source():
            if (
                tx.connection.execute(select(tables.source.c.id).where(tables.source.c.name == party.name)).first()
                is None
            ):
                require_in_force(tx, party.agreement)
            _enter(tx, "source", _source_row(tx, party))


def require_in_force(tx: Transaction, name: str) -> None:
    """Go on only if this agreement is in force; an unknown one is left to whoever names it."""
    why_not = why_not_in_force(tx, name)
    if why_not:
        raise Invalid(
            f"agreement {name!r} {why_not}, so nothing may be given under it",
            where="agreement",
            advice="Renew or resume it under Agreements, then register the source.",
        )


def why_not_in_force(tx: Transaction, name: str) -> str:
    """Say in a clause why an agreement is not in force today; nothing where it is, or where it is not known."""
    row = tx.connection.execute(select(tables.agreement).where(tables.agreement.c.name == name)).one_or_none()
    return to_agreement(row).why_not(tx.today) if row else ""


def expiring(tx: Transaction, *, within_days: int = 60) -> list[Agreement]:
    """List the agreements in force that end within so many days, the soonest first."""
    tx.require(Permission.SOURCE_READ)
    until = (date.fromisoformat(tx.today) + timedelta(days=within_days)).isoformat()
    g = tables.agreement.c
    query = select(tables.agreement).where(g.expires != "", g.expires <= until).order_by(g.expires, g.name)
    found = [to_agreement(row) for row in tx.connection.execute(query)]
    tx.note(Event.PARTNER_READ, "expiring", within_days=within_days)
    return [one for one in found if one.in_force(tx.today)]


def _enter(tx: Transaction, name: str, row: dict[str, object], changing: Sequence[str] = ()) -> None:
    """Enter a row, or find it with the same values; those that change over time are as they are by now."""
    table = tables.metadata.tables[name]
    found = tx.connection.execute(select(table).where(table.c.name == row["name"])).mappings().one_or_none()
    if found is None:
        _check_references(tx, name, row)
        tx.connection.execute(insert(table).values(**row))
        return
    differing = sorted(key for key, value in row.items() if found[key] != value and key not in changing)
    if differing:
        raise Conflict(
            f"{name} {row['name']!r} exists with other values of {', '.join(differing)}",
            advice="Choose another name.",
        )


def _check_references(tx: Transaction, name: str, row: dict[str, object]) -> None:
    table = tables.metadata.tables[name]
    for key in table.foreign_keys:
        target = key.column.table
        value = row[key.parent.name]
        if tx.connection.execute(select(key.column).where(key.column == value)).first() is None:
            raise Invalid(f"{name} {row['name']!r} names an unknown {target.name} {value!r}", advice="Enter it first.")


def _agency_row(agency: Agency) -> dict[str, object]:
    return {
        "name": agency.name,
        "label": agency.label,
        "kind": agency.kind.value,
        "jurisdiction": agency.jurisdiction,
        "contact": agency.contact,
    }


def _agreement_row(agreement: Agreement) -> dict[str, object]:
    return {
        "name": agreement.name,
        "agency": agreement.agency,
        "purposes": json.dumps(sorted(agreement.purposes)),
        "redissemination": agreement.redissemination,
        "signed": agreement.signed,
        "expires": agreement.expires,
        "state": agreement.state.value,
    }


def _holding_row(holding: Holding) -> dict[str, object]:
    return {
        "name": holding.name,
        "label": holding.label,
        "authority": holding.authority,
        "retention_days": holding.retention_days,
        "purposes": json.dumps(sorted(holding.purposes)),
        "unexamined_because": holding.unexamined_because,
        "sort": holding.sort.value,
    }


def _regimes_of(tx: Transaction, holding: str) -> frozenset[Regime]:
    """Give the regimes that a holding brings with it, whatever its source says: intelligence is always under 28 CFR 23."""
    h = tables.holding.c
    sort = tx.connection.execute(select(h.sort).where(h.name == holding)).scalar_one_or_none()
    return frozenset({Regime.CFR23}) if sort == HoldingSort.INTELLIGENCE else frozenset()


def _source_row(tx: Transaction, source: Source) -> dict[str, object]:
    """A source's marking always names its agreement, its holding and its owner: who gave it, and why we may have it."""
    base = Marking(
        agreements=frozenset({source.agreement}),
        holdings=frozenset({source.holding}),
        regimes=_regimes_of(tx, source.holding),
    )
    marked = completed(source.marking | base, source.agency)
    return {
        "name": source.name,
        "label": source.label,
        "agency": source.agency,
        "agreement": source.agreement,
        "holding": source.holding,
        "marking_id": tx.store.marking_id(tx, marked),
        "mapping": source.mapping,
        "cadence_hours": source.cadence_hours,
        "reliability": source.reliability,
    }


def read_source(tx: Transaction, name: str) -> tuple[int, int, Source]:
    """Find a source by name: its key, its marking's key, and the source. An unknown one is Invalid, naming the known."""
    row = tx.connection.execute(
        select(tables.source, tables.marking.c.value).join(tables.marking).where(tables.source.c.name == name)
    ).one_or_none()
    if row is None:
        known = ", ".join(_known_names(tx)) or "none that you may know of"
        raise Invalid(f"unknown source {name!r}", advice=f"The sources are: {known}.")
    return row.id, row.marking_id, to_source(row)


def _known_names(tx: Transaction) -> list[str]:
    """Sources that this access may know of: those it may read from, or all for who manages them."""
    query = select(tables.source.c.name).order_by(tables.source.c.name)
    if not tx.store.policy.may(tx.access, Permission.SOURCE_MANAGE, today=tx.today):
        query = query.where(covers(tables.source.c.marking_id, tx.scope.visible))
    return list(tx.connection.execute(query).scalars())


def to_source(row: AnyRow) -> Source:
    """Make a Source of a row of `source` joined with its marking's value."""
    return Source(
        name=row.name,
        label=row.label,
        agency=row.agency,
        agreement=row.agreement,
        holding=row.holding,
        marking=Marking.from_json(json.loads(row.value)),
        mapping=row.mapping,
        cadence_hours=row.cadence_hours,
        reliability=row.reliability,
    )


def agencies(tx: Transaction) -> list[Agency]:
    """List the partner organisations."""
    tx.require(Permission.SOURCE_READ)
    tx.note(Event.SOURCE_LISTED, "agencies")
    return [
        Agency(name=r.name, label=r.label, kind=AgencyKind(r.kind), jurisdiction=r.jurisdiction, contact=r.contact)
        for r in tx.connection.execute(select(tables.agency).order_by(tables.agency.c.name))
    ]


def holdings(tx: Transaction) -> list[Holding]:
    """List the bodies of records and the authority for each."""
    tx.require(Permission.SOURCE_READ)
    tx.note(Event.SOURCE_LISTED, "holdings")
    return [to_holding(r) for r in tx.connection.execute(select(tables.holding).order_by(tables.holding.c.name))]


def to_holding(row: AnyRow) -> Holding:
    """Make a Holding of its row."""
    return Holding(
        name=row.name,
        label=row.label,
        authority=row.authority,
        retention_days=row.retention_days,
        purposes=frozenset(Purpose(p) for p in json.loads(row.purposes)),
        unexamined_because=row.unexamined_because,
        sort=HoldingSort(row.sort),
    )


def agreement_of(tx: Transaction, name: str) -> Agreement:
    """Read the agreement behind a source."""
    tx.require(Permission.SOURCE_READ)
    row = tx.connection.execute(select(tables.agreement).where(tables.agreement.c.name == name)).one_or_none()
    if row is None:
        raise NotFound(f"no agreement {name!r}")
    tx.note(Event.SOURCE_LISTED, f"agreement:{name}")
    return to_agreement(row)


def to_agreement(row: AnyRow) -> Agreement:
    """Make an Agreement of its row."""
    return Agreement(
        name=row.name,
        agency=row.agency,
        purposes=frozenset(Purpose(p) for p in json.loads(row.purposes)),
        redissemination=row.redissemination,
        signed=row.signed,
        expires=row.expires,
        state=AgreementState(row.state),
    )
