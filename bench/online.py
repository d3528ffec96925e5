"""Records resolved as they arrive, against so many persons: milliseconds for one, records a second, and what is found.

    python bench/online.py --persons 100000 [--database postgresql://…] [--singles 300] [--batch 5000] [--start]

The persons are those of the invented region, as three agencies wrote them down, with mistakes; who is who is known. They are
made ready to be compared first, and a model is learnt from them (with --start: none is); then some more arrive, one by one and as a delivery, and
each is compared with all. Time of the processor is that of the process that resolves, without the child that reads the file.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from ground import ingest, peak_mb, print_table, register, throw_away
from sqlalchemy import select

from tessera.demo.draw import Draw
from tessera.demo.people import People, Sighting, see
from tessera.demo.places import Gazetteer
from tessera.flow import resolving_all
from tessera.flow.center import Center
from tessera.flow.pipeline import PIPELINE
from tessera.ids import new_ids
from tessera.model.marking import Marking, Sensitivity
from tessera.store import growing, models, nodes, pairs, tables
from tessera.store.choosing import thread_of
from tessera.store.events import Event
from tessera.store.intake import RECORD_COLUMNS, enter_kinds
from tessera.store.models import Running

SOURCES = ("bench", "police", "clinic")
MARKINGS = (Marking(sensitivity=Sensitivity.INTERNAL), Marking(sensitivity=Sensitivity.SENSITIVE))
EACH = 2.0
"""Records of one person, on average."""
AT_ONCE = 5_000
MAPPING = """\
name: bench-persons
version: 1
description: Persons of the bench.
columns: [id, surname, given, middle, suffix, born, phone, address, city]
records:
  person:
    kind: person
    key: [id]
    terms:
      surname: {column: surname}
      given_name: {column: given}
      middle_name: {column: middle}
      name_suffix: {column: suffix}
      birth_date: {column: born, formats: ["%Y-%m-%d"]}
      phone: {column: phone}
      address: {column: address}
      city: {column: city}
"""
COLUMNS = "id,surname,given,middle,suffix,born,phone,address,city"


def sightings(persons: int) -> Iterator[tuple[str, Sighting]]:
    """Write persons down without end: (key, what was written); a key holds the true person's number."""
    pool = People(7, round(persons / EACH), Gazetteer(7), date(2026, 6, 1))
    draw = Draw(11, "bench-online")
    number = 0
    while True:
        number += 1
        person = pool.everyone[draw.below(len(pool.everyone))]
        yield f"{number}-{person.number}", see(draw, person)


def terms_of(seen: Sighting) -> dict[str, str]:
    """Give what was written as terms of a person."""
    born = f"{seen.born // 10_000:04d}-{seen.born // 100 % 100:02d}-{seen.born % 100:02d}" if seen.born else ""
    found = {
        "surname": seen.family,
        "given_name": seen.given,
        "middle_name": seen.middle,
        "name_suffix": seen.suffix,
        "birth_date": born,
        "phone": seen.phone if " x" not in seen.phone else "",
        "address": seen.home.address,
        "city": seen.home.town.name,
    }
    return {name: value for name, value in found.items() if value}


class Persons:
    """A center with persons, written straight into its tables."""

    def __init__(self, center: Center) -> None:
        """Take the center's sources, and one delivery of each."""
        self.center = center
        with center.store.writing(PIPELINE) as tx:
            tx.note(Event.RECORD_READ)
            s = tables.source.c
            known = {row.name: row for row in tx.connection.execute(select(s.name, s.id, s.marking_id))}
            self.sources = [known[name] for name in SOURCES]
            self.kind = enter_kinds(tx)["person"]

    def write(self, some: Sequence[tuple[str, Sighting]], *, ready: bool) -> None:
        """Write records; `ready` also makes them ready to be compared, as if they had been resolved long ago."""
        with self.center.store.writing(PIPELINE) as tx:
            tx.note(Event.RECORD_READ)
            ids = tx.dialect.take_ids(tx.connection, len(some))
            rows = []
            for key, uid, (name, seen) in zip(ids, new_ids(len(some)), some, strict=True):
                source = self.sources[key % len(self.sources)]
                thread = thread_of(source.name, "person", name)
                payload = json.dumps(terms_of(seen))
                rows.append((key, uid, thread, self.kind, source.id, 0, key, name, payload, None, None, None, None,
                             source.marking_id, tx.at, None, None))  # fmt: skip
            tx.dialect.insert(tx.connection, "record", RECORD_COLUMNS, rows)
            if ready:
                running = models.begin(tx, "person")
                assert running is not None
                found = nodes.to_prepare(tx, {running.kind_id: ids[0] - 1}, limit=len(some))
                nodes.enter(tx, running, found)
                models.resolved(tx, [running.id], ids[-1])


def measure(center: Center, persons: int, singles: int, batch: int, *, learn: bool = True) -> list[list[object]]:
    """Fill the center, let records arrive, and say how long it took and what was found."""
    stream, store = sightings(persons), Persons(center)
    started = time.perf_counter()
    for first in range(0, persons, AT_ONCE):
        store.write([next(stream) for _ in range(min(AT_ONCE, persons - first))], ready=True)
    filled = time.perf_counter() - started
    with center.store.writing(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        tx.dialect.gather_statistics(tx.connection)
    if learn:
        _train(center)
    else:
        _fitting(center)
    alone = [_one(store, next(stream)) for _ in range(singles)]
    store.write([next(stream) for _ in range(batch)], ready=False)
    some = [next(stream) for _ in range(batch)]
    clocks = _clocks()
    center.pipeline.resolve()
    together, busy = _since(clocks)
    clocks = _clocks()
    through = _deliver(center, some)
    _, busy_through = _since(clocks)
    figures = _found(center, persons)
    quantiles = statistics.quantiles(alone, n=100)
    return [
        ["persons made ready, records/s", persons / filled],
        ["one record, p50 ms", quantiles[49]],
        ["one record, p95 ms", quantiles[94]],
        ["one record, p99 ms", quantiles[98]],
        ["a batch, resolving alone, records/s", batch / together],
        ["the same, processor time, µs a record", busy / batch * 1e6],
        ["through ingest, records/s", batch / through],
        ["the same, processor time, µs a record", busy_through / batch * 1e6],
        *figures,
        ["peak MiB", peak_mb()[0]],
    ]


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(before: tuple[float, float]) -> tuple[float, float]:
    now = _clocks()
    return now[0] - before[0], now[1] - before[1]


def _fitting(center: Center) -> None:
    """Let the start parameters for so many persons run, as they would if the persons had come one by one."""
    with center.store.writing(PIPELINE) as tx:
        running = growing.fitting(tx, models.begin(tx, "person"))
        models.resolved(tx, [running.id], models.newest_record(tx))


def _train(center: Center) -> None:
    """Let a model run that was learnt from these persons, as a site of this size would; none of them is resolved again."""
    uid = resolving_all.train(center.pipeline, "person", account="bench", reason="A measurement.").uid
    with center.store.writing(resolving_all.steward("bench")) as tx:
        models.resolved(tx, [models.key_of(tx, uid)], models.newest_record(tx))
        models.switch(tx, uid, reason="A measurement.")


def _one(store: Persons, seen: tuple[str, Sighting]) -> float:
    store.write([seen], ready=False)
    started = time.perf_counter()
    with store.center.store.writing(PIPELINE) as tx:
        pairs.resolve_next(tx)
    return (time.perf_counter() - started) * 1000


def _deliver(center: Center, some: Sequence[tuple[str, Sighting]]) -> float:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "persons.csv"
        names = ("surname", "given_name", "middle_name", "name_suffix", "birth_date", "phone", "address", "city")
        lines = [COLUMNS]
        for key, seen in some:
            terms = terms_of(seen)
            lines.append(",".join([key, *(f'"{terms.get(name, "")}"' for name in names)]))
        file.write_text("\n".join(lines) + "\n")
        return ingest(center, file, mapping_text=MAPPING)[1]


def _found(center: Center, persons: int) -> list[list[object]]:
    """Hold the pairs that were joined against who is who, for records that arrived after the first `persons`."""
    r, n, p = tables.record.c, tables.node.c, tables.pair.c
    with center.store.writing(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        running = models.running(tx, "person")
        assert running is not None
        m = tables.resolution_model.c
        capped = tx.connection.execute(select(m.capped).where(m.id == running.id)).scalar_one()
        query = select(n.id, r.source_key).join(tables.record, r.id == n.record_id).where(r.kind_id == running.kind_id)
        truth = {row.id: row.source_key.rpartition("-")[2] for row in tx.connection.execute(query)}
        fresh = set(sorted(truth)[persons:])
        kept = tx.connection.execute(select(p.left_id, p.right_id, p.weight).where(p.model_id == running.id)).all()
    same = running.trained.thresholds.same
    joined = {(row.left_id, row.right_id) for row in kept if row.weight >= same}
    batch = _by_batch(center, running, persons)
    right = sum(truth[left] == truth[right] for left, right in joined)
    of_person: dict[str, list[int]] = {}
    for node, person in truth.items():
        of_person.setdefault(person, []).append(node)
    true = sum(
        len(fresh & set(some)) * (len(some) - len(fresh & set(some)))
        + len(fresh & set(some)) * (len(fresh & set(some)) - 1) // 2
        for some in of_person.values()
    )
    return [
        ["pairs kept", len(kept)],
        ["pairs joined", len(joined)],
        ["precision of pairs", f"{right / max(1, len(joined)):.4f}"],
        ["recall of pairs", f"{right / max(1, true):.4f}"],
        ["pairs that a batch joins", len(batch)],
        ["recall against batch", f"{len(joined & batch) / max(1, len(batch)):.4f}"],
        ["precision against batch", f"{len(joined & batch) / max(1, len(joined)):.4f}"],
        ["comparisons left out by frequent keys", capped],
    ]


def _by_batch(center: Center, running: Running, persons: int) -> set[tuple[int, int]]:
    """Give the pairs of fresh records that the batch engine brings together and this model joins."""
    table = resolving_all.table_of(center.store, running)
    folder = center.settings.center / "run"
    folder.mkdir(exist_ok=True)
    same = running.trained.thresholds.same
    with center.pipeline.linker(table, running.declared, folder=folder) as linker:
        found = linker.predict(running.trained, same - resolving_all.MARGIN, new_from=persons)
    ends = list(zip(found["left"].to_pylist(), found["right"].to_pylist(), strict=True))
    with center.store.reading(PIPELINE) as tx:
        tx.note(Event.RECORD_READ)
        rows = nodes.load(tx, running.alone, {end for some in ends for end in some})
    return set(running.scorer.weigh(rows, ends, same))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--singles", type=int, default=200)
    parser.add_argument("--batch", type=int, default=2_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--start", action="store_true", help="learn nothing: the start parameters as shipped")
    asked = parser.parse_args()
    with throw_away(asked.database, resolving=True) as center:
        for name, marking in zip(SOURCES[1:], MARKINGS, strict=True):
            register(center, name, marking)
        rows = measure(center, asked.persons, asked.singles, asked.batch, learn=not asked.start)
    how = "start parameters" if asked.start else "a model learnt from them"
    print_table(f"Online resolution against {asked.persons:,} persons, {how}", ["what", "measured"], rows)


if __name__ == "__main__":
    main()
