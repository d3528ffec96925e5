"""A purge reaches every copy: after it no byte of what was purged is left, and everything else is as it was."""

import errno
import gzip
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import regions
from regions import ANALYST, STEWARD, deliver, rows

from tessera.bootstrap import open_center
from tessera.clock import to_datetime
from tessera.errors import Conflict, NotAllowed, NotFound, Tampered, Unavailable
from tessera.flow import evidence
from tessera.flow import purging as carried_out
from tessera.flow.center import OPERATOR, Center
from tessera.flow.pipeline import allowance
from tessera.model.access import Access, Purpose, Role
from tessera.model.delivery import Via
from tessera.model.purge import Chosen, PurgeBy, PurgeState
from tessera.model.record import RecordView, SearchQuery
from tessera.receive import take_in
from tessera.store import auditing, handling, maps, purging, quarantine, records, retention
from tessera.trust.receipts import read_receipt, record_hash

PRIVACY = Access(
    actor=regions.actor("pat", "fusion-unit", Role.PRIVACY_OFFICER), purpose=Purpose.OVERSIGHT, presence=regions.HERE
)
PLANTED = "Zyxwan Quillfeather"
ROWS = rows(
    "A1,2026-01-01 10:00,theft,bicycle gone,39.1,-75.5,Ann Brown,302-555-0101,41",
    f"A2,2026-01-02 10:00,theft,wallet gone,39.2,-75.5,{PLANTED},302-555-0199,42",
    "A3,2026-01-03 10:00,fire,shed burnt,39.3,-75.5,Cal Dunn,302-555-0103,43",
    f"A4,31/02/2026,theft,bad date,39.2,-75.5,{PLANTED},302-555-0199,42",
)


def find(center: Center, text: str, access: Access = ANALYST) -> list[RecordView]:
    with center.store.reading(access) as tx:
        return list(records.search(tx, SearchQuery(text=text)).hits)


def person(center: Center, name: str = PLANTED) -> RecordView:
    with center.store.reading(ANALYST) as tx:
        hits = records.search(tx, SearchQuery(kinds=("person",), limit=1000)).hits
    return next(hit for hit in hits if name in str(hit.terms))


def purge(center: Center, chosen: Chosen) -> UUID:
    with center.store.writing(STEWARD) as tx:
        uid = purging.propose(tx, chosen, reason="a court asked for it", reference="order 7").uid
    assert carried_out.approve(center, PRIVACY, uid), waiting(center)
    return uid


def waiting(center: Center) -> list[str]:
    with center.store.reading(PRIVACY) as tx:
        return [one.problem for one in purging.recent(tx)]


def subject(record: RecordView) -> Chosen:
    return Chosen(by=PurgeBy.SUBJECT, names=(str(record.uid),), whole_rows=True)


def data_folder(center: Center) -> Path | None:
    """Where the PostgreSQL server of this center keeps its files."""
    if center.store.dialect.name != "postgresql":
        return None
    with psycopg.connect(center.settings.database_url, autocommit=True) as connection:
        found = connection.execute("SHOW data_directory").fetchone()
        connection.execute("SELECT pg_switch_wal()")
        connection.execute("CHECKPOINT")
    assert found
    return Path(found[0])


def files_with(center: Center, words: tuple[str, ...]) -> list[str]:
    """Every file of the center and of its database server in which one of the words stands, in whatever encoding."""
    folders = [center.settings.center] + ([folder / "base"] if (folder := data_folder(center)) else [])
    needles = [w.lower().encode(coding) for w in words for coding in ("utf-8", "utf-16-le")]
    return [
        str(file.relative_to(folder))
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file() and any(needle in file.read_bytes().lower() for needle in needles)
    ]


def everything(center: Center, access: Access = ANALYST) -> dict[UUID, tuple[object, ...]]:
    """What every door answers about every record: the record, its links, its evidence."""
    found: dict[UUID, tuple[object, ...]] = {}
    with center.store.reading(access) as tx:
        hits = records.search(tx, SearchQuery(limit=1000)).hits
        for hit in hits:
            linked = sorted(str(link.other.uid) for link in records.links(tx, hit.uid))
            found[hit.uid] = (hit, linked)
    for uid, told in found.items():
        shown = evidence.show(center.store, center.blobs, access, uid, allowance=allowance(center.settings))
        here = next(row.cells for row in shown.rows if row.here)
        found[uid] = (*told, here)
    return found


def test_after_a_purge_no_byte_of_it_is_left_and_everything_else_answers_as_before(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    before = everything(center)
    gone = {uid for uid, (hit, *_) in before.items() if PLANTED in str(hit) or "wallet" in str(hit)}
    assert len(gone) == 2
    assert files_with(center, ("zyxwan", "quillfeather", "302-555-0199"))

    purge(center, subject(person(center)))
    with center.store.reading(STEWARD) as tx:
        bad = quarantine.page(tx, state=None)[0]
    purge(center, Chosen(by=PurgeBy.QUARANTINED, names=(str(bad.uid),)))

    assert not files_with(center, ("zyxwan", "quillfeather", "302-555-0199", "wallet"))
    assert everything(center) == {uid: told for uid, told in before.items() if uid not in gone}
    assert not find(center, "wallet")
    with center.store.reading(ANALYST) as tx:
        assert records.facets(tx, SearchQuery()).counted == len(before) - 2
        assert sum(cell.count for cell in maps.view(tx, SearchQuery(), zoom=8).cells) == 2
        for uid in gone:
            with pytest.raises(NotFound):
                records.get(tx, uid)
    assert auditing.verify(center.store, center.check_checkpoint).findings == ()


def test_the_bytes_that_are_left_say_so_and_the_same_file_again_brings_nothing_back(center: Center) -> None:
    delivery = deliver(center, ROWS, source="open-feed")
    uid = purge(center, subject(person(center)))
    original = center.settings.center / "blobs" / delivery.sha256[:2] / delivery.sha256
    assert not original.exists()

    again = take_in(
        center.store, center.blobs, STEWARD, io.BytesIO(ROWS), source="open-feed", filename="b.csv", via=Via.API
    )
    assert again.duplicate
    assert again.uid == delivery.uid
    assert again.sha256 == delivery.sha256
    assert not original.exists()
    assert not find(center, "quillfeather")

    with center.store.reading(STEWARD) as tx:
        now = handling.open_bytes(tx, delivery.uid)
        told = json.loads(purging.receipt(tx, uid))["facts"]["deliveries"][0]
    assert now.rewritten_at is not None
    assert now.sha256 != delivery.sha256
    assert (told["as_delivered_sha256"], told["new_sha256"], told["rows"]) == (delivery.sha256, now.sha256, 1)
    center.blobs.check(now.sha256)


def test_a_delivery_that_is_purged_whole_leaves_no_bytes(center: Center) -> None:
    delivery = deliver(center, ROWS, source="open-feed")
    purge(center, Chosen(by=PurgeBy.DELIVERY, names=(str(delivery.uid),)))
    assert not [file for file in (center.settings.center / "blobs").rglob("*") if file.is_file()]
    assert not everything(center)
    assert not files_with(center, ("zyxwan", "quillfeather", "bicycle", "bad date"))
    with pytest.raises(NotFound, match="purged"), center.store.reading(STEWARD) as tx:
        handling.open_bytes(tx, delivery.uid)


def test_bytes_that_two_sources_delivered_stay_with_the_other_one(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    deliver(center, ROWS, source="police-feed")
    mine = next(hit for hit in find(center, "quillfeather") if hit.source == "open-feed")
    purge(center, subject(mine))
    shown = evidence.show(
        center.store, center.blobs, ANALYST, find(center, "quillfeather")[0].uid, allowance=allowance(center.settings)
    )
    assert any(PLANTED in row.cells for row in shown.rows)


def test_rows_that_made_no_record_because_they_were_known_go_too(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    later = ROWS.replace(b"A4,31/02/2026", b"A5,31/02/2026").replace(b"A3,", b"A6,")
    deliver(center, later, source="open-feed", filename="later.csv")
    with center.store.reading(STEWARD) as tx:
        bad = [str(row.uid) for row in quarantine.page(tx, state=None)]
    purge(center, Chosen(by=PurgeBy.QUARANTINED, names=tuple(bad)))
    purge(center, subject(person(center)))
    assert not files_with(center, ("zyxwan", "quillfeather", "302-555-0199"))


def test_every_version_of_a_subject_goes_however_often_it_was_marked_anew(center: Center) -> None:
    for age in range(20, 40):
        versions = [f"V{n},2026-01-01 10:00,theft,thing {n},39.1,-75.5,{'Someone Else'} {n},,{age}" for n in range(300)]
        mine = f"A2,2026-01-02 10:00,theft,wallet gone,39.2,-75.5,{PLANTED},302-555-0199,{age}"
        deliver(center, rows(*versions, mine), source="open-feed", filename=f"{age}.csv")
    found = person(center)
    for order in ("one", "two"):
        with center.store.writing(PRIVACY) as tx:
            uid = retention.set_hold(tx, subject(found), reference=order, reason="a test of it").uid
        with center.store.writing(PRIVACY) as tx:
            retention.lift_hold(tx, uid, reason="a test of it")
    purge(center, subject(found))
    assert not files_with(center, ("zyxwan", "quillfeather", "302-555-0199"))
    assert len(find(center, "thing")) == 20


NDJSON = b"\n".join(
    json.dumps(
        {"id": f"J{n}", "when": f"2026-01-0{n} 10:00", "what": "theft", "text": f"note {n}", "lat": 39.1, "lon": -75.5,
         "person": PLANTED if n == 2 else f"Person {n}", "phone": "", "age": 40}
    ).encode()
    for n in range(1, 6)
)  # fmt: skip


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("one.csv", ROWS)
        archive.writestr("two.csv", ROWS.replace(b"A", b"B").replace(PLANTED.encode(), b"Another Body"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "filename"),
    [
        (NDJSON, "rows.ndjson"),
        (b"[" + b",\n".join(NDJSON.splitlines()) + b"]", "rows.json"),
        (zipped(), "rows.zip"),
        (gzip.compress(ROWS), "rows.csv.gz"),
        (ROWS.decode().encode("utf-16"), "rows.csv"),
        (ROWS.replace(b"bicycle", b'5" bicycle'), "rows.csv"),
        (ROWS.replace(b",bicycle gone,", b',"bicycle\r\n""gone""",'), "rows.csv"),
    ],
    ids=["ndjson", "json", "zip", "gzip", "utf-16", "stray-quote", "quoted-lines"],
)
def test_every_format_is_rewritten_without_the_purged_row(tmp_path: Path, content: bytes, filename: str) -> None:
    center = regions.new_center(tmp_path / "center")
    deliver(center, content, source="open-feed", filename=filename)
    with center.store.reading(STEWARD) as tx:
        bad = [str(row.uid) for row in quarantine.page(tx, state=None) if PLANTED in str(row.raw)]
    if bad:
        purge(center, Chosen(by=PurgeBy.QUARANTINED, names=tuple(bad)))
    before = everything(center)
    found = person(center)
    purge(center, subject(found))
    after = everything(center)
    assert len(before) - len(after) == 2
    assert {uid: (told[1], told[2]) for uid, told in after.items()} == {
        uid: (told[1], told[2]) for uid, told in before.items() if uid in after
    }
    assert not files_with(center, ("zyxwan", "quillfeather"))
    assert not [f for f in blobs_unpacked(center) if PLANTED.encode() in f]


def blobs_unpacked(center: Center) -> Iterator[bytes]:
    for file in (center.settings.center / "blobs").rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            yield gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
            yield content.replace(b"\x00", b"")


def test_a_purge_takes_two(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    chosen = subject(person(center))
    both = replace(PRIVACY, actor=replace(PRIVACY.actor, roles=frozenset({Role.PRIVACY_OFFICER, Role.DATA_STEWARD})))
    with center.store.writing(both) as tx:
        uid = purging.propose(tx, chosen, reason="a test", reference="none").uid
    with pytest.raises(NotAllowed, match="takes two"):
        carried_out.approve(center, both, uid)
    with pytest.raises(NotAllowed):
        carried_out.approve(center, STEWARD, uid)
    assert person(center).kind == "person"
    with pytest.raises(NotAllowed), center.store.writing(ANALYST) as tx:
        purging.propose(tx, chosen, reason="a test", reference="none")


def test_a_legal_hold_wins_over_a_purge_and_opens_when_the_last_is_lifted(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    found = person(center)
    chosen = Chosen(by=PurgeBy.RECORD, names=(str(found.uid),))
    with center.store.writing(STEWARD) as tx:
        waits = purging.propose(tx, chosen, reason="a test", reference="none").uid
    with center.store.writing(PRIVACY) as tx:
        first = retention.set_hold(tx, chosen, reference="order 1", reason="a suit").uid
        second = retention.set_hold(tx, chosen, reference="order 2", reason="another suit").uid
    assert not find(center, "quillfeather")
    with pytest.raises(Conflict, match="legal hold"):
        carried_out.approve(center, PRIVACY, waits)
    other = next(hit for hit in find(center, "wallet"))
    with pytest.raises(Conflict, match="held record"), center.store.writing(STEWARD) as tx:
        purging.propose(tx, Chosen(by=PurgeBy.RECORD, names=(str(other.uid),)), reason="same row", reference="none")
    for uid in (first, second):
        assert not find(center, "quillfeather")
        with center.store.writing(PRIVACY) as tx:
            retention.lift_hold(tx, uid, reason="settled")
    assert find(center, "quillfeather")
    assert carried_out.approve(center, PRIVACY, waits)


class Days:
    """A clock that goes as told."""

    def __init__(self) -> None:
        self.at = 1_767_225_600_000  # 2026-01-01

    def __call__(self) -> int:
        self.at += 1
        return self.at

    def go(self, days: int) -> None:
        self.at += days * 86_400_000

    @property
    def today(self) -> str:
        return to_datetime(self.at).date().isoformat()


def test_what_is_overdue_is_closed_the_day_after_and_purged_when_the_setting_says(
    database: str, tmp_path: Path
) -> None:
    clock = Days()
    center = regions.new_center(tmp_path / "center", database=database, clock=clock)
    deliver(center, ROWS, source="open-feed")
    held = person(center)
    with center.store.writing(PRIVACY) as tx:
        hold = retention.set_hold(
            tx, Chosen(by=PurgeBy.SUBJECT, names=(str(held.uid),)), reference="order", reason="a suit"
        ).uid
    with center.store.reading(STEWARD) as tx:
        group = retention.due(tx, within_days=3650)[0]
    assert (group.records, group.held) == (6, 1)
    clock.go(group.days)
    assert clock.today == group.review_by
    assert everything(center)
    clock.go(1)
    assert not everything(center)
    with center.store.reading(STEWARD) as tx:
        assert retention.due(tx, within_days=0)[0].state == "overdue"
    assert carried_out.purge_overdue(center, OPERATOR, after_days=30) == 0
    clock.go(30)
    assert carried_out.purge_overdue(center, OPERATOR, after_days=30) == 1
    with center.store.reading(STEWARD) as tx:
        assert [(g.records, g.held) for g in retention.due(tx, within_days=0)] == [(2, 1)]  # the held one, and its row
    with center.store.writing(PRIVACY) as tx:
        retention.lift_hold(tx, hold, reason="settled")
    assert not everything(center)
    assert carried_out.purge_overdue(center, OPERATOR, after_days=30) == 1
    with center.store.reading(STEWARD) as tx:
        assert not retention.due(tx, within_days=0)
        assert {one.state for one in purging.recent(tx)} == {PurgeState.DONE}
    center.store.dialect.engine.dispose()


def test_a_review_keeps_with_reviewer_day_and_reason_but_never_too_long_or_too_late(
    database: str, tmp_path: Path
) -> None:
    clock = Days()
    center = regions.new_center(tmp_path / "center", database=database, clock=clock)
    delivery = deliver(center, ROWS, source="open-feed")
    chosen = Chosen(by=PurgeBy.DELIVERY, names=(str(delivery.uid),))
    clock.go(1000)
    with center.store.reading(STEWARD) as tx:
        latest = retention.latest_for(tx, chosen)
    day_after = (date.fromisoformat(latest) + timedelta(days=1)).isoformat()
    for until, reason in ((day_after, "at the latest"), (clock.today, "after today")):
        with pytest.raises(Conflict, match=reason), center.store.writing(STEWARD) as tx:
            retention.keep(tx, chosen, until=until, explanation="still needed")
    with center.store.writing(STEWARD) as tx:
        assert retention.keep(tx, chosen, until=latest, explanation="still needed for a case") == 6
        kept = retention.reviews(tx)[0]
    assert (kept["reviewer"], kept["to_day"], kept["explanation"]) == ("morgan", latest, "still needed for a case")
    clock.go(1825)
    assert everything(center)
    clock.go(1)
    assert not everything(center)
    with pytest.raises(Conflict, match="fresh submission"), center.store.writing(STEWARD) as tx:
        retention.keep(tx, chosen, until=latest, explanation="too late")
    center.store.dialect.engine.dispose()


def test_a_receipt_is_signed_names_nobody_and_tells_to_whom_it_had_been_disclosed(center: Center) -> None:
    deliver(center, ROWS, source="open-feed")
    found = person(center)
    uid = purge(center, subject(found))
    with center.store.reading(PRIVACY) as tx:
        text = purging.receipt(tx, uid)
    facts = read_receipt(text, [center.verifier_key])
    assert not re.search("zyxwan|quillfeather|302-555", text, re.IGNORECASE)
    assert str(found.uid) not in json.dumps(facts["record_hashes"])
    mine = record_hash(bytes.fromhex(facts["salt"]), found.uid)
    told = next(each for each in facts["record_hashes"] if each["record"] == mine)["disclosed_to"]
    assert {(line["agency"], line["account"]) for line in told} == {("fusion-unit", "avery")}
    assert set(facts["erased"]) >= {"database", "delivered bytes", "free pages", "word index", "write-ahead log"}
    with pytest.raises(Tampered):
        read_receipt(text.replace('"records": 2', '"records": 1'), [center.verifier_key])
    assert (center.settings.center / "receipts" / f"{uid}.json").read_text() == text


@pytest.mark.parametrize("bytes_too", [True, False], ids=["everything-restored", "database-restored"])
@pytest.mark.parametrize("filename", ["rows.csv", "rows.csv.gz"])
def test_after_a_restore_what_had_been_purged_is_purged_again(
    tmp_path: Path, *, bytes_too: bool, filename: str
) -> None:
    center = regions.new_center(tmp_path / "center")
    deliver(center, gzip.compress(ROWS) if filename.endswith("gz") else ROWS, source="open-feed", filename=filename)
    with center.store.reading(STEWARD) as tx:
        bad = quarantine.page(tx, state=None)[0]
    purge(center, Chosen(by=PurgeBy.QUARANTINED, names=(str(bad.uid),)))
    found = person(center)
    center.store.dialect.engine.dispose()
    saved = ("tessera.sqlite", "blobs") if bytes_too else ("tessera.sqlite",)
    for name in saved:
        copy(tmp_path / "center" / name, tmp_path / "backup" / name)
    center = open_center(tmp_path / "center")
    purge(center, subject(found))
    others = everything(center)
    center.store.dialect.engine.dispose()

    for name in saved:
        copy(tmp_path / "backup" / name, tmp_path / "center" / name)
    center = open_center(tmp_path / "center")
    assert files_with(center, ("zyxwan",))
    assert carried_out.replay(center, OPERATOR) == 1
    assert not waiting(center)[0]
    assert not files_with(center, ("zyxwan", "quillfeather"))
    assert {uid: told[1:] for uid, told in everything(center).items()} == {uid: t[1:] for uid, t in others.items()}
    assert carried_out.replay(center, OPERATOR) == 0
    center.store.dialect.engine.dispose()


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)


def test_a_full_disk_leaves_the_purge_open_and_the_old_bytes_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    center = regions.new_center(tmp_path / "center")
    delivery = deliver(center, ROWS, source="open-feed")
    other, chosen = person(center, "Ann Brown"), subject(person(center))
    with center.store.writing(STEWARD) as tx:
        uid = purging.propose(tx, chosen, reason="a test", reference="none").uid
    full = errno.ENOSPC
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(full, os.strerror(full))))
        assert not carried_out.approve(center, PRIVACY, uid)
    assert "No space left" in waiting(center)[0]
    assert not find(center, "quillfeather")
    with pytest.raises(Unavailable, match="rewriting"):
        evidence.show(center.store, center.blobs, ANALYST, other.uid, allowance=allowance(center.settings))
    with pytest.raises(Unavailable, match="rewriting"), center.store.reading(STEWARD) as tx:
        handling.open_bytes(tx, delivery.uid)
    assert carried_out.complete_all(center) == 0
    assert not waiting(center)[0]
    assert evidence.show(center.store, center.blobs, ANALYST, other.uid, allowance=allowance(center.settings)).rows


KILL = """
import os, signal, sys
from pathlib import Path
from uuid import UUID
sys.path.insert(0, {tests!r})
import regions
from test_purge import PRIVACY
from tessera.bootstrap import open_center
from tessera.engines.blobs import Blobs
from tessera.flow import purging
from tessera.store import erasing
from tessera.store.dialects import SQLite

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after(function):
    def run(*given, **named):
        function(*given, **named)
        die()
    return run

def main():
    where, name = {point!r}.split()
    owner = {{"put": Blobs, "drop": Blobs, "erase_traces": SQLite, "rewritten": erasing, "done": erasing,
             "_write_receipts": purging, "complete": purging}}[name]
    setattr(owner, name, die if where == "before" else after(getattr(owner, name)))
    purging.approve(open_center(Path({center!r})), PRIVACY, UUID({uid!r}))

if __name__ == "__main__":
    main()
"""
POINTS = [
    "before complete", "before put", "after put", "after rewritten", "before drop", "after drop", "before erase_traces",
    "after erase_traces", "before done", "after done", "after _write_receipts",
]  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_step_it_is_invisible_at_once_and_finished_by_the_next_start(tmp_path: Path, point: str) -> None:
    center = regions.new_center(tmp_path / "center")
    deliver(center, ROWS, source="open-feed")
    with center.store.reading(STEWARD) as tx:
        bad = quarantine.page(tx, state=None)[0]
    purge(center, Chosen(by=PurgeBy.QUARANTINED, names=(str(bad.uid),)))
    chosen = subject(person(center))
    with center.store.writing(STEWARD) as tx:
        uid = purging.propose(tx, chosen, reason="a test", reference="none").uid
    center.store.dialect.engine.dispose()
    here = Path(__file__).parent
    script = KILL.format(tests=str(here.parent), point=point, center=str(tmp_path / "center"), uid=str(uid))
    runner = tmp_path / "run.py"
    runner.write_text(script)
    ended = subprocess.run(
        [sys.executable, runner], capture_output=True, env=os.environ | {"PYTHONPATH": str(here)}, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-2000:]

    center = open_center(tmp_path / "center")
    with center.store.reading(ANALYST) as tx:  # a search by name would put it into the audit log
        assert PLANTED not in str(records.search(tx, SearchQuery(limit=1000)).hits)
    with center.jobs():
        pass
    assert not files_with(center, ("zyxwan", "quillfeather", "302-555-0199"))
    assert find(center, "bicycle")
    assert len(everything(center)) == 4
    assert (tmp_path / "center" / "receipts" / f"{uid}.json").exists()
    with center.store.reading(STEWARD) as tx:
        assert {one.state for one in purging.recent(tx)} == {PurgeState.DONE}
    assert auditing.verify(center.store, center.check_checkpoint).findings == ()
    center.store.dialect.engine.dispose()
