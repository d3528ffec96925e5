"""Start and idle memory of `tessera serve`: seconds until the first answer, and resident memory of all its processes.

python bench/serve.py
"""

import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import ground

RUNS = 5
PORT = 8377


def main() -> None:
    """Start it several times on a center with some records, and print the medians."""
    with ground.throw_away() as center:
        ground.ingest(center, ground.table_of(20_000))
        runs = [start(center.settings.center) for _ in range(RUNS)]
        seconds, megabytes = (statistics.median(values) for values in zip(*runs, strict=True))
    bare = statistics.median(ground.timed(_python) / 1000 for _ in range(RUNS))
    ground.print_table(
        f"tessera serve, median of {RUNS}",
        ["ready, s", "idle memory, MB", "an interpreter that imports FastAPI and pyarrow, s"],
        [[seconds, megabytes, bare]],
    )


def start(folder: Path) -> tuple[float, float]:
    """Seconds until it answers, and its memory after three quiet seconds."""
    command = [sys.executable, "-m", "tessera", "--center", str(folder), "serve", "--port", str(PORT)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while not _answers():
            time.sleep(0.02)
        ready = time.perf_counter() - started
        time.sleep(3)
        return ready, sum(_resident_mb(pid) for pid in _family(process.pid))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def _answers() -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(p for child in children for p in _family(int(child)))]


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _python() -> None:
    subprocess.run([sys.executable, "-c", "import fastapi, pyarrow"], check=True)


if __name__ == "__main__":
    main()
