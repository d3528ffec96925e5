"""Search by name under an access filter that passes half of the records, and a list of a thousand names.

    python bench/name_search.py [PERSONS] [DATABASE_URL]

Whole calls, with masking, reasons and the audit entry. Names are drawn from some hundred given names and invented surnames whose
counts fall as those of a census do, so that common names are really common. With TESSERA_RESOLVE_ONLINE=false records are written
without being resolved.
"""

import random
import statistics
import sys
import tempfile
import time
from itertools import accumulate
from pathlib import Path

import ground
from search import READER

from tessera import bootstrap
from tessera.dictionary import load
from tessera.flow import screening
from tessera.flow.center import Center
from tessera.flow.pipeline import PIPELINE
from tessera.model.delivery import Via
from tessera.model.marking import Marking, Sensitivity, Tlp
from tessera.model.naming import ListedName, NameQuery
from tessera.receive import take_in
from tessera.settings import Settings
from tessera.store import names

QUERIES = 60
MAPPING = """\
name: demo-table
version: 1
description: People of the measurement.
columns: [id, given, middle, surname, born]
records:
  person:
    kind: person
    key: [id]
    terms:
      given_name: {column: given}
      middle_name: {column: middle}
      surname: {column: surname}
      birth_date: {column: born, formats: ["%Y-%m-%d"]}
"""


def people(count: int, seed: int) -> Path:
    """Write a table of invented people."""
    path = Path(tempfile.gettempdir()) / f"tessera-bench-people-{count}-{seed}.csv"
    if path.exists():
        return path
    pick = random.Random(seed)
    words = load(bootstrap.pack_folders(Settings(center=Path()))).names
    given = sorted(words.short_forms)
    surnames = [f"{a}{b}{c}" for a in ("Har", "Smi", "Gar", "Lop", "Nev", "Kow", "Vander", "Oka", "Bren", "Tal", "Mc", "Ros", "Pe")
                for b in ("", "ri", "la", "te", "no", "va", "di", "mo") for c in ("son", "ez", "ley", "ski", "ton", "berg", "man", "field", "er", "ova")]  # fmt: skip
    ranks = list(accumulate(1 / (n + 3) for n in range(len(surnames))))
    firsts = list(accumulate(1 / (n + 5) for n in range(len(given))))
    with path.open("w", encoding="utf-8") as file:
        file.write("id,given,middle,surname,born\n")
        for number in range(count):
            first, second = pick.choices(given, cum_weights=firsts, k=2)
            last = pick.choices(surnames, cum_weights=ranks)[0]
            born = f"{pick.randint(1940, 2005)}-{pick.randint(1, 12):02}-{pick.randint(1, 28):02}"
            middle = second.title() if pick.random() < 0.5 else second[:1].upper()
            file.write(f"{seed}-{number},{first.title()},{middle},{last},{born}\n")
    return path


def bring(center: Center, file: Path, source: str) -> float:
    """Integrate a table; the seconds it took."""
    begun = time.perf_counter()
    with file.open("rb") as stream:
        delivery = take_in(center.store, center.blobs, PIPELINE, stream, source=source, filename=file.name, via=Via.API)
    center.pipeline.begin(delivery, mapping_text=MAPPING)
    number = 0
    while center.pipeline.store_batch(delivery.uid, number) is not None:
        number += 1
    center.pipeline.finish(delivery.uid)
    return time.perf_counter() - begun


def asked(file: Path, count: int, seed: int) -> list[str]:
    """Draw names to look for, half of them with a slip, an initial or in another order."""
    pick = random.Random(seed)
    lines = file.read_text(encoding="utf-8").splitlines()[1:]
    found = []
    for line in pick.sample(lines, count):
        _, given, _, surname, _ = line.split(",")
        at = pick.randrange(1, len(surname))
        ways = [
            f"{given} {surname}",
            f"{surname}, {given}",
            f"{given[:1]}. {surname}",
            f"{given} {surname[:at]}{surname[at + 1 :]}",
        ]
        found.append(pick.choice([ways[0], *ways]))
    return found


def main() -> None:
    """Fill a center, ask, and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with ground.throw_away(sys.argv[2] if len(sys.argv) > 2 else "") as center:
        ground.register(center, "hidden", Marking(sensitivity=Sensitivity.RESTRICTED, tlp=Tlp.RED))
        half = people(count // 2, 1)
        seconds = bring(center, half, "bench") + bring(center, people(count // 2, 2), "hidden")
        rows: list[list[object]] = [["records written and indexed in a second", count / seconds]]
        for sort, limit in (("people as they are looked for", 20), ("a surname alone", 20)):
            queries = asked(half, QUERIES, 3)
            if sort.startswith("a surname"):
                queries = [q.replace(",", "").split()[-1] for q in queries]
            times: list[float] = []
            worked = time.process_time()
            for text in queries:
                begun = time.perf_counter()
                with center.store.reading(READER) as tx:
                    names.search(tx, NameQuery(text=text, limit=limit))
                times.append(1000 * (time.perf_counter() - begun))
            rows.append([f"{sort}: mean of processor time, ms", 1000 * (time.process_time() - worked) / len(queries)])
            rows.append([f"{sort}: median, ms", statistics.median(times)])
            rows.append([f"{sort}: 95 of 100 within, ms", sorted(times)[int(0.95 * len(times))]])
        some = [
            ListedName(row=row, text=text) for row, text in enumerate(asked(half, min(1000, count // 4), 4), start=1)
        ]
        begun, worked = time.perf_counter(), time.process_time()
        hits = sum(
            len(one.page.hits)
            for one in screening.screen(center, READER, screening.listed(some), NameQuery(text="-", limit=10))
        )
        rows.append([f"a list of {len(some)} names, s ({hits} hits)", time.perf_counter() - begun])
        rows.append([f"a list of {len(some)} names, s of processor time", time.process_time() - worked])
    ground.print_table(
        f"Search by name, {count:,} persons, half of them hidden from the reader", ["what", "figure"], rows
    )


if __name__ == "__main__":
    main()
