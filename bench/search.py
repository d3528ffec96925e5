"""Search under an access filter that passes a third of the records: whole calls, with masking and the audit entry.

    python bench/search.py [ROWS] [DATABASE_URL]

The bare limit beside it is the database's own full-text lookup of the newest 20 matches, without filter, view or audit.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable

import ground
from sqlalchemy import text

from tessera.errors import Invalid
from tessera.flow.center import Center
from tessera.model.access import Access, Actor, AgencyKind, Purpose, Role
from tessera.model.marking import Marking, Regime, Sensitivity, Tlp
from tessera.model.record import SearchQuery
from tessera.store import maps, overview, records
from tessera.store.words import fts5_query, parse_question, tsquery

QUERIES = 60
READER = Access(
    actor=Actor(
        account="bench", agency="elsewhere", agency_kind=AgencyKind.LOCAL, roles=frozenset({Role.ANALYST}),
        trained_until="9999-12-31",
    ),
    purpose=Purpose.CRIMINAL_INVESTIGATION,
)  # fmt: skip
HIDDEN = (
    Marking(sensitivity=Sensitivity.RESTRICTED, tlp=Tlp.RED),
    Marking(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER, regimes=frozenset({Regime.CJI})),
)


def fill(center: Center, rows: int) -> None:
    """A third public, two thirds under markings that the reader may not see."""
    for number, marking in enumerate(HIDDEN):
        ground.register(center, f"hidden-{number}", marking)
    for seed, source in enumerate(("hidden-0", "bench", "hidden-1"), start=1):
        ground.ingest(center, ground.table_of(rows // 3, seed), source)


def vocabulary(rows: int) -> list[str]:
    """Words of the narratives, from the commonest to the rarest."""
    counts: dict[str, int] = {}
    with ground.table_of(rows // 3, 2).open(encoding="utf-8") as file:
        next(file)
        for _, line in zip(range(20_000), file, strict=False):
            for word in line.split(",")[7].strip('"').split():
                counts[word.lower().strip(".")] = counts.get(word.lower().strip("."), 0) + 1
    return sorted((w for w in counts if w.isalpha()), key=lambda w: -counts[w])


def questions(words: list[str]) -> dict[str, Callable[[], SearchQuery]]:
    """Sorts of questions that people ask; each call makes another one."""
    pick = random.Random(7)

    def word(low: int = 0, high: int = 2000) -> str:
        return words[pick.randrange(low, min(high, len(words)))]

    march = 1_772_323_200_000
    return {
        "one common word": lambda: SearchQuery(text=word(0, 50)),
        "one word": lambda: SearchQuery(text=word()),
        "two words": lambda: SearchQuery(text=f"{word(0, 300)} {word(0, 300)}"),
        "three words, OR": lambda: SearchQuery(text=f"{word()} OR {word()} OR {word()}"),
        "prefix": lambda: SearchQuery(text=word()[:4] + "*"),
        "word, kind and month": lambda: SearchQuery(
            text=word(0, 300), kinds=("incident",), since=march, until=march + 2_678_400_000
        ),
        "word near a town": lambda: SearchQuery(text=word(0, 300), near=(39.158, -75.524, 5)),
        "no words, newest": lambda: SearchQuery(kinds=("incident",)),
    }


def percentiles(
    action: Callable[[SearchQuery], object], make: Callable[[], SearchQuery], runs: int = QUERIES
) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    times = []
    for _ in range(runs):
        asked = make()
        started = time.perf_counter()
        action(asked)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def main(rows: int, database: str = "") -> None:
    """Fill, ask, print."""
    with ground.throw_away(database) as center:
        fill(center, rows)
        with center.store.reading(READER) as tx:
            seen = overview.visible_count(tx)
        if not rows // 4 < seen < rows // 2:
            raise Invalid(
                f"the reader sees {seen:,} of {rows:,} records; the bench's markings no longer fit the policy"
            )
        table: list[list[object]] = []
        for name, make in questions(vocabulary(rows)).items():
            found = percentiles(lambda q: search(center, q), make)
            count = percentiles(lambda q: _count(center, q), make)
            bare = percentiles(lambda q: _bare(center, q), make) if make().text else (0.0, 0.0)
            table.append([name, *found, *count, *bare])
        box = percentiles(lambda _: _map(center), SearchQuery, runs=9)
        table.append(["map of the region, all times", *box, "", "", "", ""])
    ground.print_table(
        f"Search, {rows:,} records, a third visible, {center.store.dialect.name}, {QUERIES} questions of each sort, ms",
        ["question", "hits p50", "p95", "facets p50", "p95", "bare full-text p50", "p95"],
        table,
    )


def search(center: Center, query: SearchQuery) -> None:
    """Ask for one page of hits, as a page does."""
    with center.store.reading(READER) as tx:
        records.search(tx, query)


def _count(center: Center, query: SearchQuery) -> None:
    with center.store.reading(READER) as tx:
        records.facets(tx, query)


def _map(center: Center) -> None:
    with center.store.reading(READER) as tx:
        maps.view(tx, SearchQuery(box=(-76, 38.4, -74.9, 39.9)), zoom=8)


def _bare(center: Center, query: SearchQuery) -> None:
    question = parse_question(query.text)
    if question is None:
        return
    classes = ["narrative", "open"]
    if center.store.dialect.name == "sqlite":
        sql, words = "record_text MATCH :q ORDER BY rowid", fts5_query(question, classes)
    else:
        sql, words = "words @@ to_tsquery('simple', :q) ORDER BY record_id", tsquery(question, classes)
    with center.store.dialect.engine.connect() as connection:
        connection.execute(text(f"SELECT 1 FROM record_text WHERE {sql} DESC LIMIT 20"), {"q": words}).all()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, *sys.argv[2:3])
