"""Persons of several agencies, some one and the same, for tests of resolution."""

import io
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

import pyarrow as pa
from regions import ANALYST, HEALTH, POLICE, PUBLIC, STEWARD, deliver, new_center, source
from sqlalchemy import select

from tessera.clock import Clock, system_clock
from tessera.flow.center import OPERATOR, Center
from tessera.flow.pipeline import PIPELINE, Plan, markings_of
from tessera.flow.reading import cells_of
from tessera.integrate import compile_mapping
from tessera.model.access import Access
from tessera.model.delivery import Delivery, Via
from tessera.model.rows import RowBatch, TableFormat, TablePart
from tessera.receive import take_in
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
    add_sources(center)
    return center


def add_sources(center: Center) -> None:
    """Enter sources of persons, each marked in its own way."""
    with center.store.writing(OPERATOR) as tx:
        parties.register(
            tx,
            source("open-persons", of="sheriff", marking=PUBLIC),
            source("police-persons", of="sheriff", marking=POLICE),
            source("health-persons", of="hospital", marking=HEALTH, holding="health"),
        )


def bring(center: Center, *lines: str, source: str = "open-persons", name: str = "rows.csv") -> Delivery:
    """Deliver persons, one line each, with the columns of MAPPING."""
    content = "\n".join([COLUMNS, *lines, ""]).encode()
    return deliver(center, content, source=source, filename=name, mapping=MAPPING)


def uid_of(center: Center, key: str, source: str = "") -> UUID:
    """Give the current record of a source key."""
    r, s = tables.record.c, tables.source.c
    query = select(r.uid).join(tables.source, s.id == r.source_id).where(r.known_to.is_(None))
    wanted = (r.source_key == key, *([s.name == source] if source else []))
    with center.store.dialect.engine.connect() as connection:  # a writing transaction of the test may be open
        (uid,) = [bytes(found) for found in connection.execute(query.where(*wanted)).scalars()]
    return UUID(bytes=uid)


def keys_of(center: Center, uids: Iterable[UUID]) -> set[str]:
    """Give the source keys of records."""
    r = tables.record.c
    query = select(r.source_key).where(r.uid.in_([uid.bytes for uid in uids]))
    with center.store.dialect.engine.connect() as connection:
        return set(connection.execute(query).scalars())


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
        assert plan.mapping is not None
        mapped = compile_mapping(plan.mapping, source=source, columns=tuple(columns)).apply(batch)
        with self.center.store.writing(PIPELINE) as tx:
            markings = markings_of(tx, plan, None)
            new = NewBatch(
                delivery_id=plan.delivery_id, source_id=plan.source_id, number=self._batches,
                first_row=self._batches * 1000, mapped=mapped, cells=cells_of(mapped), markings=markings,
            )  # fmt: skip
            intake.add_batch(tx, new)
        self.center.pipeline.resolve()

    def plan(self, source: str) -> Plan:
        """Look up how a source is integrated, at first with a delivery of its own."""
        if source in self._plans:
            return self._plans[source]
        content = io.BytesIO(f"{COLUMNS}\n{source}\n".encode())
        delivery = take_in(
            self.center.store, self.center.blobs, STEWARD, content, source=source, filename="rows.csv", via=Via.API
        )
        self.center.pipeline.begin(delivery, mapping_text=MAPPING)
        with self.center.store.writing(PIPELINE) as tx:
            tx.note(Event.DELIVERY_READ)
            part = TablePart(path="", format=TableFormat.DELIMITED, columns=tuple(COLUMNS.split(",")))
            plan = self._plans[source] = self.center.pipeline._plan(tx, delivery.uid)  # noqa: SLF001 - as the pipeline plans it
            intake.enter_part(tx, plan.delivery_id, number=0, first_row=0, part=part, column_classes={})
        self.center.pipeline.finish(delivery.uid)
        return plan

    def clear(self) -> None:
        """Take all persons out again, with what was made of them."""
        with self.center.store.writing(PIPELINE) as tx:
            tx.note(Event.RECORD_READ)
            for name in ("judgement", "pair", "block_key", "node", "link", "record"):
                tx.connection.execute(tables.metadata.tables[name].delete())
