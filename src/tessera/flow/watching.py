"""Folders that are watched: a file that appears, and has stopped growing, is taken in."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import watchfiles

from tessera.errors import TesseraError
from tessera.flow.center import OPERATOR, Center
from tessera.flow.jobs import Jobs
from tessera.model.delivery import Via
from tessera.receive import take_in

SETTLED_SECONDS = 1.0
"""A file that has not changed for so long is complete."""
TAKEN = "received"
REFUSED = "refused"


def arrivals(*folders: Path, stop: Event | None = None) -> Iterator[Path]:
    """Yield the files that are in these folders, and then those that appear, once each and only when complete."""
    seen: dict[Path, tuple[int, int]] = {}
    waiting = {path for folder in folders for path in folder.iterdir() if _is_wanted(path)}
    watch = watchfiles.watch(
        *folders, stop_event=stop, recursive=False, rust_timeout=500, yield_on_timeout=True, raise_interrupt=True
    )
    for changes in watch:
        waiting |= {Path(name) for _, name in changes if _is_wanted(Path(name))}
        for path in sorted(waiting):
            mark = _mark(path)
            if mark is None or seen.get(path) == mark:
                waiting.discard(path)
            elif time.time() - mark[1] / 1e9 >= SETTLED_SECONDS:
                waiting.discard(path)
                seen[path] = mark
                yield path


def _is_wanted(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.suffix not in {".part", ".tmp", ".crdownload"}


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def watch_drop_folder(center: Center, jobs: Jobs, stop: Event) -> None:
    """Take in what is dropped into `drop/SOURCE/`, and move it to `received` or, with its reason, to `refused`."""
    drop = center.settings.center / "drop"
    while not stop.is_set():
        folders = [f for f in drop.iterdir() if f.is_dir()] if drop.exists() else []
        if not folders:
            stop.wait(2)
            continue
        for path in _rounds(folders, stop):
            _take_dropped(center, jobs, path)


def _rounds(folders: list[Path], stop: Event) -> Iterator[Path]:
    """Watch these folders until a new one appears beside them."""
    drop = folders[0].parent
    for path in arrivals(*folders, stop=stop):
        yield path
        if {f for f in drop.iterdir() if f.is_dir()} != set(folders):
            return


def _take_dropped(center: Center, jobs: Jobs, path: Path) -> None:
    try:
        with path.open("rb") as stream:
            delivery = take_in(
                center.store,
                center.blobs,
                OPERATOR,
                stream,
                source=path.parent.name,
                filename=path.name,
                via=Via.DROP_FOLDER,
            )
    except TesseraError as error:
        _move(path, REFUSED)
        (path.parent / REFUSED / f"{path.name}.reason.txt").write_text(f"{error}\n", encoding="utf-8")
        return
    _move(path, TAKEN)
    jobs.start(delivery)
    jobs.resume_waiting()


def _move(path: Path, folder: str) -> None:
    target = path.parent / folder
    target.mkdir(exist_ok=True)
    path.replace(target / path.name)
