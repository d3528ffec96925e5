"""Records for tests of the engines that compare them: invented persons by the demo's own generator, as a prepared table."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import pyarrow as pa

from tessera.demo.draw import Draw
from tessera.demo.feed import World, born_iso
from tessera.demo.people import see
from tessera.dictionary.resolution import KindModel
from tessera.resolution import Prepared, prepare


def persons(records: int, *, people: int, seed: int = 1) -> Iterator[Mapping[str, object]]:
    """Draw terms of person records, several of most people."""
    world = World(seed, people, date(2026, 11, 1))
    draw = Draw(seed, "linked")
    for number in range(records):
        seen = see(draw, world.people.everyone[number * 7919 % len(world.people.everyone)])
        yield {
            "given_name": seen.given,
            "middle_name": seen.middle,
            "surname": seen.family,
            "name_suffix": seen.suffix,
            "birth_date": born_iso(seen.born),
            "phone": seen.phone if draw.chance(0.5) else "",
            "address": seen.home.address if draw.chance(0.7) else "",
            "city": seen.home.town.name,
            "license_number": f"INV{seen.person:07d}" if draw.chance(0.5) else "",
        }


def prepared_table(model: KindModel, records: Sequence[Prepared]) -> pa.Table:
    """Put prepared records into columns: `node`, counted from 0, and the fields, lists where the maker gives several."""
    columns = {"node": pa.array(range(len(records)), pa.int64())}
    for field in model.fields:
        values = [record[field.name] for record in records]
        several = any(isinstance(value, tuple) for value in values)
        columns[field.name] = pa.array(values, pa.list_(pa.string()) if several else pa.string())
    return pa.table(columns)


def person_table(model: KindModel, records: int, *, people: int) -> tuple[pa.Table, list[Prepared]]:
    """Draw and prepare persons."""
    made = [prepare(model, terms) for terms in persons(records, people=people)]
    return prepared_table(model, made), made
