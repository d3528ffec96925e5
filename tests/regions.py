"""Small centers for tests: made through the ordinary functions, never by inserting rows."""

import io
import tempfile
from functools import cache
from pathlib import Path

from tessera.bootstrap import create_center
from tessera.clock import Clock, system_clock
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Actor, AgencyKind, Presence, Purpose, Role
from tessera.model.delivery import Delivery, Via
from tessera.model.marking import Marking, Regime, Sensitivity, Tlp
from tessera.model.source import Agency, Agreement, Holding, Source
from tessera.receive import take_in
from tessera.store import parties, schema
from tessera.store.accounts import Account, create
from tessera.store.dialects import open_dialect

PASSWORD = "a quiet harbour in winter"
ALL_PURPOSES = frozenset(Purpose)

MAPPING = """\
name: test-incidents
version: 1
description: Incidents of the tests, one row each, with the person involved where there is one.
columns: [id, when, what, text, lat, lon, person, phone, age]
markings:
  - {when: {column: age, less_than: 18}, add: {regimes: [JUVENILE], sensitivity: RESTRICTED}}
records:
  incident:
    kind: incident
    key: [id]
    place: {latitude: {column: lat}, longitude: {column: lon}}
    event_time: occurred_at
    terms:
      incident_number: {column: id}
      occurred_at: {column: when, formats: ["%Y-%m-%d %H:%M"], zone: UTC}
      source_category: {column: what}
      text: {column: text}
  person:
    kind: person
    key: [person]
    when: {column: person, present: true}
    terms:
      full_name: {column: person}
      phone: {column: phone}
      age: {column: age}
links:
  - {type: involvement, role: victim, from: person, to: incident}
"""


def agency(name: str, kind: AgencyKind = AgencyKind.LOCAL) -> Agency:
    return Agency(name=name, label=name.replace("-", " ").title(), kind=kind)


def source(name: str, *, of: str, marking: Marking, mapping: str = "", holding: str = "incidents") -> Source:
    return Source(
        name=name, label=name, agency=of, agreement=f"agreement-{of}", holding=holding, marking=marking, mapping=mapping,
        cadence_hours=24,
    )  # fmt: skip


PUBLIC = Marking()
POLICE = Marking(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER, regimes=frozenset({Regime.CJI, Regime.PII}))
HEALTH = Marking(
    sensitivity=Sensitivity.RESTRICTED,
    tlp=Tlp.AMBER_STRICT,
    regimes=frozenset({Regime.PHI, Regime.PII}),
    purposes=frozenset({Purpose.PUBLIC_HEALTH.value}),
    releasable_to=frozenset({"hospital"}),
)


def actor(account: str, agency: str, *roles: Role, groups: tuple[str, ...] = ()) -> Actor:
    return Actor(
        account=account, agency=agency, roles=frozenset(roles), groups=frozenset(groups), trained_until="2099-12-31"
    )


HERE = Presence(by="password", at=253_402_300_799_000)
"""Of a person who can sign whatever the clock of a test says."""
ANALYST = Access(
    actor=actor("avery", "fusion-unit", Role.ANALYST, groups=("law-enforcement", "cji-cleared", "juvenile-cleared")),
    purpose=Purpose.CRIMINAL_INVESTIGATION,
    presence=HERE,
)
DEPUTY = Access(
    actor=actor("sam", "sheriff", Role.PARTNER, groups=("law-enforcement",)), purpose=Purpose.CRIMINAL_INVESTIGATION
)
EPIDEMIOLOGIST = Access(actor=actor("harper", "hospital", Role.PARTNER), purpose=Purpose.PUBLIC_HEALTH)
STEWARD = Access(
    actor=actor(
        "morgan", "fusion-unit", Role.DATA_STEWARD, Role.ADMINISTRATOR, groups=("law-enforcement", "cji-cleared")
    ),
    purpose=Purpose.DATA_STEWARDSHIP,
)
AUDITOR = Access(actor=actor("quinn", "fusion-unit", Role.AUDITOR), purpose=Purpose.OVERSIGHT, presence=HERE)
INTAKE = Access(actor=actor("ira", "fusion-unit", Role.INTAKE_ANALYST), purpose=Purpose.DATA_STEWARDSHIP)


def make_tables(url: str) -> None:
    """Make all tables in an empty database."""
    dialect = open_dialect(url)
    schema.upgrade(dialect)
    dialect.engine.dispose()


@cache
def _tables_of_sqlite() -> bytes:
    """The file of a database with all tables and no rows: copying it is quicker than making them."""
    with tempfile.TemporaryDirectory() as folder:
        make_tables(f"sqlite:///{folder}/tessera.sqlite")
        return (Path(folder) / "tessera.sqlite").read_bytes()


def new_center(folder: Path, *, database: str = "", clock: Clock = system_clock, batch_rows: int = 0,
               resolving: bool = True) -> Center:  # fmt: skip
    """A center with three agencies and a source of each sort of marking; a password alone opens it, as often as one likes."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ['name = "Test Center"', 'second_factor = "offered"', "sign_ins_per_minute = 0", "api_per_minute = 0"]
    lines += [f'database = "{database}"'] if database else []
    lines += [f"batch_rows = {batch_rows}"] if batch_rows else []
    lines += [] if resolving else ["resolve_online = false"]
    (folder / "settings.toml").write_text("\n".join(lines) + "\n")
    if not database:
        (folder / "tessera.sqlite").write_bytes(_tables_of_sqlite())
    center = create_center(folder, clock=clock)
    purposes = ALL_PURPOSES
    agencies = [agency("fusion-unit", AgencyKind.STATE), agency("sheriff"), agency("hospital", AgencyKind.PRIVATE)]
    agreements = [
        Agreement(
            name=f"agreement-{a.name}", agency=a.name, purposes=purposes, redissemination="ask", signed="2026-01-01"
        )
        for a in agencies
    ]
    holdings = [
        Holding(name="incidents", label="Incidents", authority="Test Code 1", retention_days=1825, purposes=purposes),
        Holding(name="health", label="Health", authority="Test Code 2", retention_days=365, purposes=purposes),
    ]
    sources = [
        source("open-feed", of="sheriff", marking=PUBLIC),
        source("police-feed", of="sheriff", marking=POLICE),
        source("health-feed", of="hospital", marking=HEALTH, holding="health"),
    ]
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, *agencies, *agreements, *holdings, *sources)
    return center


def add_accounts(center: Center) -> None:
    """Give each of the accesses above an account with the password PASSWORD."""
    with center.store.writing(OPERATOR) as tx:
        for access in (ANALYST, DEPUTY, EPIDEMIOLOGIST, STEWARD, AUDITOR):
            create(tx, account_of(access), PASSWORD)


def account_of(access: Access) -> Account:
    """Write the account of somebody of the tests."""
    who = access.actor
    return Account(
        name=who.account, label=who.account.title(), agency=who.agency, agency_label="", roles=tuple(who.roles),
        groups=tuple(who.groups), trained_until=who.trained_until, disabled=False,
    )  # fmt: skip


def deliver(
    center: Center,
    content: bytes,
    *,
    source: str,
    filename: str = "rows.csv",
    mapping: str = MAPPING,
    by: Access = STEWARD,
) -> Delivery:
    """Take bytes in and integrate them at once, without the job engine."""
    delivery = take_in(
        center.store, center.blobs, by, io.BytesIO(content), source=source, filename=filename, via=Via.API
    )
    if delivery.duplicate:
        return delivery
    center.pipeline.begin(delivery, mapping_text=mapping)
    number = 0
    while center.pipeline.store_batch(delivery.uid, number) is not None:
        number += 1
    return center.pipeline.finish(delivery.uid)


def rows(*lines: str) -> bytes:
    """A table of incidents with the columns that MAPPING expects."""
    return "\n".join(["id,when,what,text,lat,lon,person,phone,age", *lines, ""]).encode()
