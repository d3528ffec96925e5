"""What the access filter costs a search: the same questions with the filter and without it, in turn, in the same run.

    python bench/access_filter.py [ROWS] [DATABASE_URL]

The reader may see every record, under six markings, so both find the same hits. "Without" leaves out the condition on
the marking; deciding the policy is cached in both, as it is in use: its first decision is measured beside.
"""

import statistics
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from unittest.mock import patch

import ground
from search import READER, questions, vocabulary
from sqlalchemy import ColumnElement, select, true

from tessera.flow.center import Center
from tessera.model.marking import Marking, Sensitivity, Tlp
from tessera.model.record import SearchPage, SearchQuery
from tessera.store import questions as store_questions
from tessera.store import records, tables

ASKED = 41
_groups = store_questions._groups  # noqa: SLF001 - what is measured is taken apart here, never in the program
MARKINGS = tuple(Marking(sensitivity=s, tlp=t) for s in list(Sensitivity)[1:3] for t in list(Tlp)[:3])


def fill(center: Center, rows: int) -> None:
    """As many rows under each marking."""
    for number, marking in enumerate(MARKINGS):
        ground.register(center, f"open-{number}", marking)
        ground.ingest(center, ground.table_of(rows // len(MARKINGS), number + 1), f"open-{number}")


def drop_held(center: Center) -> None:
    """Take out what the gate before protected activity holds: without a filter it would be found, and nobody may read it."""
    r = tables.record.c
    with center.store.reading(READER) as tx:
        records.search(tx, SearchQuery())
        held = [key for key, marking in tx.store.markings(tx).items() if marking.holds]
    with center.store.dialect.engine.begin() as connection:
        keys = list(connection.execute(select(r.id).where(r.marking_id.in_(held))).scalars())
        center.store.dialect.delete_words(connection, keys)
        connection.execute(tables.record.delete().where(r.id.in_(keys)))


def unfiltered(_column: ColumnElement[int], _markings: object) -> ColumnElement[bool]:
    """Stand for the access filter where there is none."""
    return true()


def largest_group(*asked: Any, **how: Any) -> list[Any]:  # noqa: ANN401 - hands on whatever it is given
    """Look in the field classes of the markings that have records; without a filter the others would repeat them."""
    return sorted(_groups(*asked, **how), key=lambda group: len(group.markings))[-1:]


def ask(center: Center, query: SearchQuery) -> tuple[SearchPage, float]:
    """Ask for one page; the answer and the milliseconds until the rows are there, without the audit entry."""
    with center.store.reading(READER) as tx:
        started = time.perf_counter()
        page = records.search(tx, query)
        took = (time.perf_counter() - started) * 1000
    return page, took


def compare(center: Center, make: Callable[[], SearchQuery]) -> tuple[float, float]:
    """Median milliseconds with the filter and without; which comes first changes from question to question."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(ASKED):
        query, pages = make(), []
        for filtered in (True, False) if number % 2 else (False, True):
            with (
                nullcontext() if filtered else patch.multiple(store_questions, covers=unfiltered, _groups=largest_group)
            ):
                page, took = ask(center, query)
            times[filtered].append(took)
            pages.append([hit.uid for hit in page.hits])
        if pages[0] != pages[1]:
            message = f"the filter changed the answer to {query}, though the reader may see everything"
            raise AssertionError(message)
    return statistics.median(times[True]), statistics.median(times[False])


def main(rows: int, database: str = "") -> None:
    """Fill, ask, print."""
    with ground.throw_away(database) as center:
        fill(center, rows)
        drop_held(center)
        started = time.perf_counter()
        with center.store.reading(READER) as tx:
            records.search(tx, SearchQuery())
        first = (time.perf_counter() - started) * 1000
        table: list[list[object]] = []
        for name, make in questions(vocabulary(rows)).items():
            with_filter, without = compare(center, make)
            table.append([name, with_filter, without, with_filter / without])
        table.append(["first question, with the decision of the policy", first, "", ""])
    ground.print_table(
        f"Search with and without the access filter, {rows:,} records, {len(MARKINGS)} markings, "
        f"{center.store.dialect.name}, median of {ASKED}, ms",
        ["question", "with", "without", "ratio"],
        table,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, *sys.argv[2:3])
