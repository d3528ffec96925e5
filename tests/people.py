"""Persons of several agencies, some one and the same, for tests of resolution."""

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from regions import ANALYST, HEALTH, POLICE, PUBLIC, deliver, new_center, source
from sqlalchemy import select

from tessera.clock import Clock, system_clock
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access
from tessera.model.delivery import Delivery
from tessera.store import parties, tables
from tessera.store.events import Event

COLUMNS = "id,surname,given,born,sex,license,phone,address,city"
MAPPING = """\
name: test-persons
version: 1
description: Persons of the tests, one row each.
columns: [id, surname, given, born, sex, license, phone, address, city]
records:
  person:
    kind: person
    key: [id]
    terms:
      surname: {column: surname}
      given_name: {column: given}
      birth_date: {column: born, formats: ["%Y-%m-%d"]}
      license_number: {column: license}
      phone: {column: phone}
      address: {column: address}
      city: {column: city}
"""
ANA = "{id},Nunez,Ana,1984-03-09,F,D1234567,302-555-0143,12 Oak Street,Dover"
ANA_AGAIN = "{id},Núñez,Anna,1984-03-09,F,D1234567,302-555-0143,12 Oak St,Dover"
ANA_MAYBE = "{id},Nunez,Ana,1991-09-13,F,,,,"
BOB = "{id},Brown,Robert,1970-01-31,M,B7654321,302-555-0199,3 Pine Road,Smyrna"


def people_center(folder: Path, *, database: str = "", clock: Clock = system_clock, batch_rows: int = 0) -> Center:
    """A center with two more sources of persons, each marked in its own way."""
    center = new_center(folder, database=database, clock=clock, batch_rows=batch_rows)
    with center.store.writing(OPERATOR) as tx:
        parties.register(
            tx,
            source("open-persons", of="sheriff", marking=PUBLIC),
            source("police-persons", of="sheriff", marking=POLICE),
            source("health-persons", of="hospital", marking=HEALTH, holding="health"),
        )
    return center


def bring(center: Center, *lines: str, source: str = "open-persons", name: str = "rows.csv") -> Delivery:
    """Deliver persons, one line each, with the columns of MAPPING."""
    content = "\n".join([COLUMNS, *lines, ""]).encode()
    return deliver(center, content, source=source, filename=name, mapping=MAPPING)


def uid_of(center: Center, key: str, source: str = "") -> UUID:
    """Give the current record of a source key."""
    r, s = tables.record.c, tables.source.c
    query = select(r.uid).join(tables.source, s.id == r.source_id).where(r.known_to.is_(None))
    with center.store.writing(ANALYST) as tx:
        tx.note(Event.RECORD_READ)
        rows = tx.connection.execute(
            query.where(r.source_key.like(f"%{key}%"), *([s.name == source] if source else []))
        ).scalars()
        (uid,) = [bytes(found) for found in rows]
    return UUID(bytes=uid)


def keys_of(center: Center, uids: Iterable[UUID]) -> set[str]:
    """Give the source keys of records."""
    r = tables.record.c
    with center.store.writing(ANALYST) as tx:
        tx.note(Event.RECORD_READ)
        found = tx.connection.execute(select(r.source_key).where(r.uid.in_([uid.bytes for uid in uids]))).scalars()
        return set(found)


def members(center: Center, key: str, access: Access = ANALYST) -> set[str]:
    """Give the source keys of the entity of a record."""
    from tessera.store import entities

    with center.store.reading(access) as tx:
        found = entities.members(tx, uid_of(center, key))
    return keys_of(center, [one.uid for one in found])
