"""What the benches share: a throw-away center, invented rows, peak memory, and how a table is printed."""

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tessera import demo
from tessera.bootstrap import create_center, spare_collector
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import AgencyKind, Purpose
from tessera.model.delivery import Delivery, Via
from tessera.model.marking import Marking
from tessera.model.source import Agency, Agreement, Holding, Source
from tessera.receive import take_in
from tessera.store import parties

MAPPING = "demo-table"
PURPOSES = frozenset(Purpose)


@contextmanager
def throw_away(database: str = "", *, resolving: bool = False) -> Iterator[Center]:
    """A center in a temporary folder with one source of public rows, which resolves what arrives only where asked to."""
    with tempfile.TemporaryDirectory(prefix="tessera-bench-") as name:
        folder = Path(name) / "center"
        folder.mkdir()
        spare_collector()
        lines = ['name = "Bench"', "api_per_minute = 0", f"resolve_online = {str(resolving).lower()}"]
        lines += [f'database = "{database}"'] if database else []
        (folder / "settings.toml").write_text("\n".join(lines) + "\n")
        center = create_center(folder)
        register(center, "bench", Marking())
        yield center
        center.store.dialect.engine.dispose()


def register(center: Center, source: str, marking: Marking) -> None:
    """Enter a source, with an agency of its own."""
    agency = f"agency-{source}"
    with center.store.writing(OPERATOR) as tx:
        parties.register(
            tx,
            Agency(name=agency, label=agency, kind=AgencyKind.LOCAL),
            Agreement(name=f"a-{source}", agency=agency, purposes=PURPOSES, redissemination="ask", signed="2026-01-01"),
            Holding(name="bench", label="Bench", authority="none", retention_days=1, purposes=PURPOSES),
            Source(
                name=source, label=source, agency=agency, agreement=f"a-{source}", holding="bench",
                marking=marking, mapping=MAPPING,
            ),
        )  # fmt: skip


def table_of(rows: int, seed: int = 1) -> Path:
    """A CSV of invented incident rows, made once and kept in the temporary folder of this machine."""
    path = Path(tempfile.gettempdir()) / f"tessera-bench-{rows}-{seed}.csv"
    if not path.exists():
        demo.generate_table(path, rows, seed)
    return path


def ingest(center: Center, file: Path, source: str = "bench", *, mapping_text: str = "") -> tuple[Delivery, float]:
    """Take a file in and integrate it through the job engine; the delivery and the seconds it took."""
    started = time.perf_counter()
    with center.jobs() as jobs, file.open("rb") as stream:
        delivery = take_in(
            center.store, center.blobs, OPERATOR, stream, source=source, filename=file.name, via=Via.COMMAND
        )
        jobs.start(delivery, mapping_text=mapping_text)
        jobs.wait(delivery.uid)
    return delivery, time.perf_counter() - started


def peak_mb() -> tuple[float, float]:
    """Peak resident memory of this process, and of its largest child so far, in MiB."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return own / 1024, child / 1024


def in_fresh_process(script: str, *arguments: object) -> str:
    """Run one measurement in a process of its own, so that memory and caches do not carry over; its last line."""
    command = [sys.executable, script, *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1]


def median_ms(action: Callable[[], object], runs: int = 5) -> float:
    """Median milliseconds of an action."""
    return statistics.median(timed(action) for _ in range(runs))


def timed(action: Callable[[], object]) -> float:
    """Milliseconds of one run."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def print_table(title: str, headings: list[str], rows: list[list[object]]) -> None:
    """Print the result with the machine it was taken on."""
    table = Table(title=title, title_justify="left", caption=machine(), caption_justify="left")
    for heading in headings:
        table.add_column(heading)
    for row in rows:
        table.add_row(*(f"{cell:,.2f}" if isinstance(cell, float) else str(cell) for cell in row))
    Console(width=140).print(table)


def machine() -> str:
    """Say where this was measured."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {platform.machine()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
