"""Purges to their end: what the database erased in one transaction is erased in every other copy, and receipted.

Each step does nothing when it is done again, so a purge that was killed at any moment is taken up by the next process that
opens the center. Until the bytes of a delivery are rewritten, they are sealed for every door.
"""

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from math import inf
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from uuid import UUID

from tessera import extract
from tessera.errors import TesseraError, Unavailable
from tessera.extract import Erased
from tessera.flow.isolation import in_child
from tessera.flow.pipeline import allowance
from tessera.flow.reading import Ground, Reading, rows_of_threads
from tessera.model.access import Access, Actor, Purpose, Role
from tessera.model.purge import Rewriting
from tessera.model.rows import TablePart
from tessera.store import deliveries, erasing, intelligence, purging
from tessera.trust import receipts

if TYPE_CHECKING:
    from tessera.flow.center import Center

PURGER = Access(
    actor=Actor(account="purge", agency="", roles=frozenset({Role.SERVICE})), purpose=Purpose.DATA_STEWARDSHIP
)
"""The center's own service that finishes what was decided. It reads no record."""
Traces = Sequence[bytes] | None
MOST_SWEEPS = 1_000
A_MINUTE = 60
A_DAY = 24 * 3600


def approve(center: "Center", access: Access, uid: UUID) -> bool:
    """Approve a purge and carry it out; say whether it is done. If not, it says what it waits for, and goes on later."""
    with center.store.writing(access) as tx:
        traces = purging.approve(tx, uid)
    return complete(center, uid, traces=traces)


def purge_overdue(center: "Center", access: Access, *, after_days: int) -> int:
    """Purge what has been overdue for longer than so many days; return how many purges that took."""
    with center.store.writing(access) as tx:
        intelligence.tell_overdue(tx)
    for count in range(MOST_SWEEPS):
        with center.store.writing(access) as tx:
            begun = purging.begin_overdue(tx, after_days=after_days)
        if begun is None:
            return count
        complete(center, begun[0], traces=begun[1])
    return MOST_SWEEPS


def purge_regularly(center: "Center", access: Access, stop: Event) -> None:
    """Every day, and once at the start: finish what was begun, and purge what has been overdue for too long."""
    while not stop.is_set():
        try:
            complete_all(center)
            purge_overdue(center, access, after_days=center.settings.purge_after_days)
        except Unavailable:  # a busy database; nothing was changed
            stop.wait(A_MINUTE)
        else:
            stop.wait(A_DAY)


def complete_all(center: "Center") -> int:
    """Finish every purge that was begun; return how many still wait."""
    with center.store.reading(PURGER) as tx:
        begun = erasing.unfinished(tx)
    waiting = sum(not complete(center, uid) for uid in begun)
    if not begun:
        with _turn(center):
            _write_receipts(center)
    return waiting


def complete(center: "Center", uid: UUID, *, traces: Traces = None) -> bool:
    """Finish a purge that was begun; say whether it is done. `traces`: pieces of its content to look for afterwards."""
    with _turn(center) as folder:
        try:
            steps = _erase_copies(center, uid, folder, traces)
        except (TesseraError, OSError) as error:
            with center.store.writing(PURGER) as tx:
                erasing.waits(tx, uid, _said(error))
            return False
        with center.store.writing(PURGER) as tx:
            erasing.done(tx, uid, steps=steps, write=center.write_receipt)
        _write_receipts(center)
    return True


def _said(error: TesseraError | OSError) -> str:
    return str(error) if isinstance(error, TesseraError) else f"the disk refused ({error.strerror or error})"


@contextmanager
def _turn(center: "Center") -> Iterator[Path]:
    """Let one process finish purges at a time, in a folder that is empty before and gone after."""
    run = center.settings.center / "run"
    run.mkdir(exist_ok=True)
    folder = run / "purging"
    with (run / "purging.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _erase_copies(center: "Center", uid: UUID, folder: Path, traces: Traces) -> dict[str, str]:
    """Erase what is left, copy by copy. Later stores (entities, lake, models) add their step here."""
    with center.store.reading(PURGER) as tx:
        left = erasing.rewritings(tx, uid)
    for work in left:
        _rewrite(center, uid, work, folder)
    with center.store.writing(PURGER) as tx:  # nobody can hand the same bytes in while they are dropped
        dropped = sum(center.blobs.drop(sha256) for sha256 in erasing.unneeded(tx))
    center.blobs.sweep(older_than_seconds=center.settings.reader_seconds)
    steps = center.store.dialect.erase_traces(traces)
    return {"delivered bytes": f"{dropped} rewritten or dropped", "temporary files": "removed", **steps}


def _rewrite(center: "Center", uid: UUID, work: Rewriting, folder: Path) -> None:
    """Put the bytes that stay beside the old ones, and say which are kept from now on."""
    if work.search:
        rows = _search(center, uid, work)
        with center.store.writing(PURGER) as tx:
            work = erasing.found_rows(tx, work, rows)
    if not work.rows and not work.whole:
        with center.store.writing(PURGER) as tx:
            erasing.untouched(tx, work)
        return
    if work.whole or work.contents:
        with center.store.writing(PURGER) as tx:
            erasing.rewritten(tx, work, sha256="", size=0, in_place=True, new_parts=None)
        return
    if not center.blobs.exists(work.sha256) and _take_from_receipts(center, work):
        return
    out = folder / "bytes"
    erased = _erase(center, work, out)
    with out.open("rb") as stream:
        blob = center.blobs.put(stream)
    out.unlink()
    with center.store.writing(PURGER) as tx:
        erasing.rewritten(
            tx, work, sha256=blob.sha256, size=blob.size, in_place=erased.in_place, new_parts=erased.parts
        )


def _erase(center: "Center", work: Rewriting, out: Path) -> Erased:
    with center.store.reading(PURGER) as tx:
        parts = erasing.parts(tx, work.delivery_id)
    tables = [part for _, part, _ in parts]
    bounds = [*(float(first) for first, _, _ in parts), inf]
    rows = [[row - int(first) for row in work.rows if first < row <= last] for first, last in pairwise(bounds)]
    with center.blobs.local(work.sha256) as path:
        if extract.erase_in_place(path, tables, rows, out):
            return Erased(parts=tuple(tables), in_place=True)
        rest = in_child(
            _erase_in_child,
            path,
            tables,
            rows,
            out,
            work.filename,
            allowance=allowance(center.settings),
            reads=(path,),
            writes=(out.parent,),
        )
        with rest as answers:
            return next(answers)  # type: ignore[no-any-return]


def _erase_in_child(
    path: Path, parts: Sequence[TablePart], rows: Sequence[Sequence[int]], out: Path, filename: str
) -> Iterator[Erased]:
    try:
        yield extract.erase_rows(path, parts, rows, out, filename=filename)
    except OSError as error:
        raise Unavailable(f"no room to rewrite the bytes ({error.strerror})", advice="Free some disk space.") from error


def _search(center: "Center", uid: UUID, work: Rewriting) -> frozenset[int]:
    """Look in a delivery for rows of purged things that made no record, because they were known already."""
    with center.store.reading(PURGER) as tx:
        threads = erasing.threads_of(tx, uid)
        plan = deliveries.to_search(tx, work.delivery)
    if plan is None:
        return frozenset()
    with center.blobs.local(work.sha256) as path:
        reading = Reading(
            filename=work.filename,
            source=work.source,
            mapping_text=plan[1],
            mapping_name=plan[0],
            batch_rows=center.settings.batch_rows,
            skip=0,
            digest=work.sha256,
        )
        with in_child(
            rows_of_threads,
            path,
            Ground(dictionary=center.dictionary),
            reading,
            threads,
            allowance=allowance(center.settings),
            reads=(path,),
        ) as found:
            return frozenset(row for rows in found for row in rows)


def _take_from_receipts(center: "Center", work: Rewriting) -> bool:
    """After a restore of the database alone, the bytes are rewritten already: a receipt says as what."""
    after = {each["old_sha256"]: each for _, facts in read_receipts(center) for each in facts.get("deliveries", ())}
    digest, told = work.sha256, None
    while digest in after and after[digest]["new_sha256"] != digest:
        told = after[digest]
        digest = told["new_sha256"]
    if told is None or not (digest and center.blobs.exists(digest)):
        return False
    parts = [erasing.part_from_json(plain) for plain in told["parts"]]
    with center.store.writing(PURGER) as tx:
        erasing.rewritten(
            tx, work, sha256=digest, size=told["size"], in_place=told["in_place"], new_parts=parts or None
        )
    return True


def folder_of(center: "Center") -> Path:
    """Where receipts lie as files, to be kept with every backup and apart from it."""
    return center.settings.center / "receipts"


def _write_receipts(center: "Center") -> None:
    """Write every receipt that is not yet a file. A file appears whole or not at all."""
    with center.store.reading(PURGER) as tx:
        signed = erasing.receipts(tx)
    folder = folder_of(center)
    folder.mkdir(exist_ok=True)
    for uid, text in signed:
        file = folder / f"{uid}.json"
        if not file.exists():
            beside = file.with_suffix(".part")
            beside.write_text(text, encoding="utf-8")
            beside.replace(file)


def read_receipts(center: "Center", folder: Path | None = None) -> list[tuple[str, receipts.Facts]]:
    """Read and check the receipts that lie in a folder. Raises Tampered where one is not what was signed."""
    files = sorted((folder or folder_of(center)).glob("*.json"))
    return [
        (file.name, receipts.read_receipt(file.read_text(encoding="utf-8"), [center.verifier_key])) for file in files
    ]


def replay(center: "Center", access: Access, *, folder: Path | None = None) -> int:
    """Purge again what receipts say had been purged; return how many purges that took, 0 where nothing came back."""
    hashes: dict[bytes, frozenset[str]] = {}
    for _, facts in read_receipts(center, folder):
        salt = bytes.fromhex(facts["salt"])
        hashes[salt] = hashes.get(salt, frozenset()) | {each["record"] for each in facts["record_hashes"]}
    with center.store.writing(access) as tx:
        begun = purging.begin_again(tx, hashes)
    if begun is None:
        return 0
    complete(center, begun[0], traces=begun[1])
    return 1
