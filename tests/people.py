"""Persons of several agencies, some one and the same, for tests of resolution."""

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

import pyarrow as pa
from regions import ANALYST, HEALTH, POLICE, PUBLIC, deliver, new_center, source
from sqlalchemy import select

from tessera.clock import Clock, system_clock
from tessera.flow.center import OPERATOR, Center
from tessera.flow.pipeline import PIPELINE, Plan
from tessera.flow.reading import cells_of
from tessera.integrate import compile_mapping
from tessera.model.access import Access
from tessera.model.delivery import Delivery
from tessera.model.rows import RowBatch, TableFormat, TablePart
from tessera.store import intake, parties, tables
from tessera.store.events import Event
from tessera.store.intake import NewBatch

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


class World:
    """Persons written straight into a center's store, batch by batch, without reading files: many small worlds, quickly."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self._plans: dict[str, Plan] = {}
        self._batches = 0

    def bring(self, source: str, *lines: str) -> None:
        """Write one batch and resolve it."""
        plan = self.plan(source)
        self._batches += 1
        columns = COLUMNS.split(",")
        cells = [line.split(",") for line in lines]
        arrays = [pa.array([row[at] or None for row in cells], pa.string()) for at in range(len(columns))]
        batch = RowBatch(
            part=TablePart(path="", format=TableFormat.DELIMITED, columns=tuple(columns)),
            table=pa.RecordBatch.from_arrays(arrays, names=columns),
            row_numbers=pa.array(range(1, len(lines) + 1), pa.int64()),
        )
        mapped = compile_mapping(plan.mapping, source=source, columns=tuple(columns)).apply(batch)
        with self.center.store.writing(PIPELINE) as tx:
            new = NewBatch(
                delivery_id=plan.delivery_id, source_id=plan.source_id, number=self._batches,
                first_row=self._batches * 1000, mapped=mapped, cells=cells_of(mapped), markings=plan.markings,
            )  # fmt: skip
            intake.add_batch(tx, new)
        self.center.pipeline.resolve()

    def plan(self, source: str) -> Plan:
        """Look up how a source is integrated, at first with a delivery of its own."""
        if source in self._plans:
            return self._plans[source]
        bring(self.center, BOB.format(id="nobody"), source=source, name=f"{source}.csv")
        with self.center.store.writing(PIPELINE) as tx:
            tx.note(Event.DELIVERY_READ)
            d, s = tables.delivery.c, tables.source.c
            joined = select(d.uid).join(tables.source, s.id == d.source_id).where(s.name == source)
            uid = UUID(bytes=bytes(tx.connection.execute(joined).scalar_one()))
            plan = self._plans[source] = self.center.pipeline._plan(tx, uid)  # noqa: SLF001 - as the pipeline plans it
        return plan

    def clear(self) -> None:
        """Take all persons out again, with what was made of them."""
        with self.center.store.writing(PIPELINE) as tx:
            tx.note(Event.RECORD_READ)
            for name in ("judgement", "pair", "block_key", "node", "link", "record"):
                tx.connection.execute(tables.metadata.tables[name].delete())
