"""The audit log: every read and change leaves an entry, and whoever changes the log is found out."""

import pytest
from regions import ANALYST, AUDITOR, deliver, rows
from sqlalchemy import delete, select, update

from tessera.errors import NotAllowed, NotFound
from tessera.flow.center import OPERATOR, Center
from tessera.ids import new_id
from tessera.model.record import SearchQuery
from tessera.store import auditing, records, tables
from tessera.store.auditing import Verification
from tessera.store.events import Event
from tessera.trust.audit import canonical, commitment, leaf_hash

e = tables.audit_entry.c


def verified(center: Center) -> Verification:
    return auditing.verify(center.store, center.check_checkpoint)


def sign(center: Center) -> int:
    with center.store.writing(OPERATOR) as tx:
        return auditing.sign(tx, center.sign_checkpoint).size


def tamper(center: Center, *statements: object) -> None:
    with center.store.dialect.engine.begin() as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


@pytest.fixture
def logged(center: Center) -> Center:
    """A center with some history and two signed checkpoints."""
    deliver(center, rows("A1,2026-03-01 10:00,burglary,x,39,-75,,,"), source="open-feed")
    sign(center)
    for word in ("burglary", "robbery", "theft"):
        with center.store.reading(ANALYST) as tx:
            records.search(tx, SearchQuery(text=word))
    sign(center)
    return center


def test_an_untouched_log_verifies(logged: Center) -> None:
    found = verified(logged)
    assert found.findings == ()
    assert found.checkpoints == 2
    assert found.size > 10


def test_every_read_and_every_refusal_is_an_entry(center: Center) -> None:
    with center.store.reading(ANALYST) as tx:
        records.search(tx, SearchQuery(text="who"))
    with pytest.raises(NotFound), center.store.reading(ANALYST) as tx:
        records.get(tx, new_id())
    with pytest.raises(NotAllowed), center.store.reading(AUDITOR) as tx:
        records.search(tx, SearchQuery(text="who"))
    with center.store.reading(AUDITOR) as tx:
        last = auditing.entries(tx, limit=3)
    assert [(entry.event, entry.account, entry.outcome) for entry in reversed(last)] == [
        (Event.RECORD_SEARCHED, "avery", "done"),
        (Event.REFUSED, "avery", "denied"),
        (Event.REFUSED, "quinn", "denied"),
    ]
    assert {entry.purpose for entry in last} == {"criminal-investigation", "oversight"}


def test_a_transaction_that_notes_nothing_is_an_error_and_changes_nothing(center: Center) -> None:
    with pytest.raises(AssertionError, match="without noting"), center.store.writing(OPERATOR) as tx:
        tx.connection.execute(delete(tables.source))
    with center.store.reading(ANALYST) as tx:
        assert tx.connection.execute(select(tables.source.c.id)).all()
        tx.note(Event.OVERVIEW_READ)


def test_a_change_and_its_entry_are_undone_together(center: Center) -> None:
    before = verified(center).size
    with pytest.raises(KeyError), center.store.writing(OPERATOR) as tx:  # noqa: PT012 - the failure comes after the note
        tx.note(Event.PARTNER_REGISTERED)
        raise KeyError
    assert verified(center).size == before


def test_a_changed_entry_is_named(logged: Center) -> None:
    tamper(logged, update(tables.audit_entry).where(e.index == 5).values(account="nobody"))
    assert any("entry 5 was changed" in finding for finding in verified(logged).findings)


def test_a_missing_entry_is_named(logged: Center) -> None:
    tamper(logged, delete(tables.audit_entry).where(e.index == 4))
    assert any("entry 4 is missing" in finding for finding in verified(logged).findings)


def test_a_cut_off_end_is_named(logged: Center) -> None:
    last = verified(logged).size - 1
    tamper(logged, delete(tables.audit_entry).where(e.index == last))
    assert any(f"ends at entry {last - 1}" in finding for finding in verified(logged).findings)


def test_reordered_entries_are_named(logged: Center) -> None:
    away = 10**9
    tamper(
        logged,
        update(tables.audit_entry).where(e.index == 6).values(index=away),
        update(tables.audit_entry).where(e.index == 7).values(index=6),
        update(tables.audit_entry).where(e.index == away).values(index=7),
    )
    findings = " ".join(verified(logged).findings)
    assert "entry 6 was changed" in findings
    assert "entry 7 was changed" in findings


def test_a_log_that_was_rewritten_whole_does_not_match_its_signed_checkpoints(logged: Center) -> None:
    """Even who recomputes every hash cannot make a signature."""
    with logged.store.dialect.engine.begin() as connection:
        history = connection.execute(select(tables.audit_entry).order_by(e.index)).mappings().all()
        peaks: list[bytes] = []
        connection.execute(delete(tables.audit_node))
        for size, row in enumerate(history):
            public = {name: row[name] for name in auditing.PUBLIC} | (
                {"account": "nobody"} if row["index"] == 3 else {}
            )
            leaf = leaf_hash(commitment(bytes(row["salt"]), canonical(public)))
            connection.execute(
                update(tables.audit_entry).where(e.index == row["index"]).values(account=public["account"], leaf=leaf)
            )
            connection.execute(tables.audit_node.insert().values(level=0, index=size, hash=leaf))
            auditing.grow(peaks, size, leaf)
        connection.execute(update(tables.audit_head).values(peaks=b"".join(peaks)))
    findings = verified(logged).findings
    assert any("are not the ones that checkpoint" in finding for finding in findings)
    assert any(finding.startswith("entries 0 to") for finding in findings)


def test_a_forged_checkpoint_is_named(logged: Center) -> None:
    c = tables.audit_checkpoint.c
    with logged.store.dialect.engine.begin() as connection:
        note = connection.execute(select(c.note).order_by(c.size)).scalars().first() or ""
        lines = note.split("\n")
        lines[1] = str(int(lines[1]) + 1)
        connection.execute(update(tables.audit_checkpoint).where(c.note == note).values(note="\n".join(lines)))
    assert any("checkpoint" in finding for finding in verified(logged).findings)


def test_purging_the_details_of_an_entry_is_seen_but_the_tree_still_stands(logged: Center) -> None:
    """The leaf is a commitment: without the details the tree verifies, and the entry is reported as changed."""
    tamper(logged, update(tables.audit_entry).where(e.index == 5).values(details="{}"))
    findings = verified(logged).findings
    assert findings == ("entry 5 was changed after it was written",)


def test_the_log_survives_two_writers(center: Center) -> None:
    from threading import Thread

    def work() -> None:
        for _ in range(10):
            with center.store.reading(ANALYST) as tx:
                records.search(tx, SearchQuery(text="x"))

    before = verified(center).size
    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = verified(center)
    assert found.findings == ()
    assert found.size == before + 40
