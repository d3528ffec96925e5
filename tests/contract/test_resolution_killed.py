"""Who is who, killed in the middle: the next start goes on, and ends with the same pairs, none twice."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import regions
from people import add_sources, bring
from sqlalchemy import func, select

from tessera.bootstrap import open_center
from tessera.flow.center import Center
from tessera.store import auditing, tables

PERSONS = 1_200
RUN = """
from pathlib import Path
from tessera.bootstrap import open_center
from tessera.flow import resolving_all

def main():
    resolving_all.FEW = {few}
    with open_center(Path({center!r})).jobs() as jobs:
        jobs.resolve("run", "person", account="dana")

if __name__ == "__main__":
    main()
"""


@pytest.fixture(scope="module")
def unresolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A center whose persons nobody has resolved yet."""
    folder = tmp_path_factory.mktemp("unresolved") / "center"
    center = regions.new_center(folder, resolving=False)
    add_sources(center)
    lines = [
        f"r{n},{('Nunez', 'Brown', 'Ng', 'Petrov')[n % 4]}{n // 40},{('Ana', 'Eva', 'Tom')[n % 3]},19{60 + n % 40}-0{n % 9 + 1}-11,F,,"
        f"302-555-{n % 1200:04d},{n // 3} Oak Street,Dover"
        for n in range(PERSONS)
    ]
    bring(center, *lines)
    center.store.dialect.engine.dispose()
    return folder


def start(center: Path, few: int) -> "subprocess.Popen[bytes]":
    runner = center.parent / f"run-{time.monotonic_ns()}.py"
    runner.write_text(RUN.format(center=str(center), few=few))
    return subprocess.Popen([sys.executable, runner], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(process: "subprocess.Popen[bytes]") -> None:
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()[-2000:]


def rows_of(center: Center, table: str) -> int:
    with center.store.dialect.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.metadata.tables[table])).scalar_one())


def pairs_of(center: Center) -> list[tuple[object, ...]]:
    """Every pair that was ever put down, by the things that it is about."""
    p, left, right = tables.pair.c, tables.node.alias("l"), tables.node.alias("r")
    query = (
        select(left.c.thread, right.c.thread, p.weight, p.levels, p.known_to.is_(None))
        .join(left, left.c.id == p.left_id)
        .join(right, right.c.id == p.right_id)
        .order_by(left.c.thread, right.c.thread)
    )
    with center.store.dialect.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


@pytest.mark.parametrize("few", [100, PERSONS + 1], ids=["in bulk", "one by one"])
def test_killed_in_the_middle_it_ends_with_the_same_pairs(unresolved: Path, tmp_path: Path, few: int) -> None:
    for name in ("undisturbed", "killed"):
        shutil.copytree(unresolved, tmp_path / name / "center")
    finish(start(tmp_path / "undisturbed" / "center", few))
    undisturbed = open_center(tmp_path / "undisturbed" / "center")
    wanted = pairs_of(undisturbed)
    assert wanted

    folder = tmp_path / "killed" / "center"
    killed = open_center(folder)
    for table in ("node", "pair"):
        process = start(folder, few)
        while rows_of(killed, table) == 0 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stderr.close()  # type: ignore[union-attr]
    finish(start(folder, few))

    assert pairs_of(killed) == wanted
    assert rows_of(killed, "block_key") == rows_of(undisturbed, "block_key")
    assert auditing.verify(killed.store, killed.check_checkpoint).findings == ()


def test_two_processes_resolve_at_once(unresolved: Path, tmp_path: Path) -> None:
    for name in ("alone", "both"):
        shutil.copytree(unresolved, tmp_path / name / "center")
    finish(start(tmp_path / "alone" / "center", 100))
    for process in [start(tmp_path / "both" / "center", 100) for _ in range(2)]:
        finish(process)
    assert pairs_of(open_center(tmp_path / "both" / "center")) == pairs_of(open_center(tmp_path / "alone" / "center"))
