"""Witnesses, proofs, tiles, purged entries: what outsiders can hold the center to, on each database."""

import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from regions import ANALYST, AUDITOR, STEWARD, actor, deliver, rows
from sqlalchemy import select, update

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound, Tampered
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Purpose, Role
from tessera.model.record import SearchQuery
from tessera.store import auditing, proofs, records, tables, witnesses
from tessera.store.events import Event
from tessera.store.verifying import PAGE, Verification
from tessera.trust.audit import leaf_hash, verify_consistency, verify_inclusion
from tessera.trust.checkpoint import parse_checkpoint
from tessera.trust.tiles import Tile, tiles_of
from tessera.trust.witness import cosign, witness_key

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NAME = "board.example/witness"
e = tables.audit_entry.c
OFFICER = Access(actor=actor("pat", "fusion-unit", Role.PRIVACY_OFFICER), purpose=Purpose.OVERSIGHT)
DIRECTOR = Access(actor=actor("dir", "fusion-unit", Role.DIRECTOR), purpose=Purpose.OVERSIGHT)


def verified(center: Center) -> Verification:
    return auditing.verify(center.store, center.check_checkpoint)


def sign(center: Center) -> str:
    with center.store.writing(OPERATOR) as tx:
        return auditing.sign(tx, center.sign_checkpoint).note


def search(center: Center, times: int) -> None:
    for number in range(times):
        with center.store.reading(ANALYST) as tx:
            records.search(tx, SearchQuery(text=f"word{number}"))


def purger() -> Access:
    """Whoever policy lets approve a purge."""
    return Access(actor=actor("pia", "fusion-unit", Role.PRIVACY_OFFICER, Role.DIRECTOR), purpose=Purpose.OVERSIGHT)


@pytest.fixture
def logged(center: Center) -> Center:
    deliver(center, rows("A1,2026-03-01 10:00,burglary,x,39,-75,,,"), source="open-feed")
    search(center, 9)
    sign(center)
    return center


def at_seconds(center: Center) -> int:
    return center.clock() // 1000


def test_a_registered_witness_cosigns_and_the_checkpoint_carries_it(logged: Center) -> None:
    with logged.store.writing(AUDITOR) as tx:
        witnesses.register(tx, witness_key(NAME, KEY))
    note = proofs.public_checkpoint(logged.store)
    line = cosign(note, NAME, KEY, at=at_seconds(logged))
    for _ in range(2):  # twice harms nothing
        with logged.store.writing(AUDITOR) as tx:
            (found,) = witnesses.accept(tx, note + line)
    assert found.witness == NAME
    assert proofs.public_checkpoint(logged.store) == note + line
    assert verified(logged).findings == ()
    with logged.store.reading(AUDITOR) as tx:
        assert [(w.name, w.seen) for w in witnesses.listed(tx)] == [(NAME, parse_checkpoint(note).size)]
        assert witnesses.short_of(tx, 1) == []
        assert witnesses.short_of(tx, 2) == [(parse_checkpoint(note).size, 1)]


def test_a_cosignature_of_a_stranger_or_of_another_text_or_of_tomorrow_is_refused(logged: Center) -> None:
    note = proofs.public_checkpoint(logged.store)
    line = cosign(note, NAME, KEY, at=at_seconds(logged))
    with pytest.raises(Invalid, match="no registered witness"), logged.store.writing(OPERATOR) as tx:
        witnesses.accept(tx, note + line)
    with logged.store.writing(OPERATOR) as tx:
        witnesses.register(tx, witness_key(NAME, KEY))
    with pytest.raises(Invalid, match="future"), logged.store.writing(OPERATOR) as tx:
        witnesses.accept(tx, note + cosign(note, NAME, KEY, at=at_seconds(logged) + 3600))
    search(logged, 1)
    other = sign(logged)
    with pytest.raises(Tampered, match="signature of board"), logged.store.writing(OPERATOR) as tx:
        witnesses.accept(tx, other + line)
    with pytest.raises(Invalid, match="no checkpoint of"), logged.store.writing(OPERATOR) as tx:
        witnesses.accept(tx, other.replace(str(parse_checkpoint(other).size), "3", 1) + line)
    with logged.store.writing(OPERATOR) as tx:
        witnesses.end(tx, NAME)
    with pytest.raises(Invalid, match="no registered witness"), logged.store.writing(OPERATOR) as tx:
        witnesses.accept(tx, note + line)
    with pytest.raises(NotFound), logged.store.writing(OPERATOR) as tx:
        witnesses.end(tx, NAME)
    with pytest.raises(Conflict), logged.store.writing(OPERATOR) as tx:
        witnesses.register(tx, witness_key(NAME, Ed25519PrivateKey.generate()))
    with pytest.raises(NotAllowed), logged.store.writing(ANALYST) as tx:
        witnesses.register(tx, witness_key("other", KEY))
    assert proofs.public_checkpoint(logged.store) == other


def test_proofs_from_the_stored_nodes_hold_for_every_entry_and_every_older_size(logged: Center) -> None:
    signed = parse_checkpoint(proofs.public_checkpoint(logged.store))
    with logged.store.dialect.engine.connect() as connection:
        leaves = [bytes(leaf) for leaf in connection.execute(select(e.leaf).order_by(e.index)).scalars()]
    for index in range(signed.size):
        with logged.store.reading(AUDITOR) as tx:
            proof = proofs.inclusion(tx, index)
            grown = proofs.consistency(tx, index + 1)
        assert verify_inclusion(leaves[index], index, signed.size, proof.hashes, signed.root)
        old = proofs.root_at(logged.store, index + 1)
        assert old is not None
        assert verify_consistency(index + 1, signed.size, old, signed.root, grown)
    assert proofs.root_at(logged.store, signed.size) == signed.root
    assert proofs.root_at(logged.store, 10**6) is None
    with pytest.raises(NotFound), logged.store.reading(AUDITOR) as tx:
        proofs.inclusion(tx, signed.size)
    with pytest.raises(NotFound), logged.store.reading(AUDITOR) as tx:
        proofs.inclusion(tx, 0, signed.size - 1)
    with pytest.raises(NotAllowed), logged.store.reading(ANALYST) as tx:
        proofs.inclusion(tx, 0)


def test_tiles_are_given_for_signed_sizes_only(logged: Center) -> None:
    size = parse_checkpoint(proofs.public_checkpoint(logged.store)).size
    assert proofs.public_tile(logged.store, Tile(level=0, number=0, width=size)) is not None
    for width in (size - 1, size + 1, 256):
        assert proofs.public_tile(logged.store, Tile(level=0, number=0, width=width)) is None
    assert proofs.public_tile(logged.store, Tile(level=1, number=0, width=1)) is None
    assert proofs.public_tile(logged.store, Tile(level=63, number=10**20)) is None
    search(logged, 300)
    later = parse_checkpoint(sign(logged)).size
    assert [t.level for t in tiles_of(later)] == [0, 0, 1]
    for tile in tiles_of(later):
        content = proofs.public_tile(logged.store, tile)
        assert content is not None
        assert len(content) == 32 * tile.width
    assert proofs.public_tile(logged.store, Tile(level=0, number=0, width=size)) is not None


def test_details_are_purged_and_everything_still_verifies(logged: Center) -> None:
    with logged.store.reading(AUDITOR) as tx:
        wanted = [each.index for each in auditing.entries(tx, event=Event.RECORD_SEARCHED)][:3]
    size, root = verified(logged).size, proofs.root_at(logged.store, verified(logged).size)
    with logged.store.writing(purger()) as tx:
        assert auditing.purge_details(tx, wanted, "28 CFR 23.20(h)") == 3
    with logged.store.writing(purger()) as tx:
        assert auditing.purge_details(tx, wanted, "again") == 0
    found = verified(logged)
    assert found.findings == ()
    assert found.purged == 3
    assert proofs.root_at(logged.store, size) == root
    with logged.store.dialect.engine.connect() as connection:
        (row, *_) = connection.execute(select(tables.audit_entry).where(e.index == wanted[0])).mappings()
    assert (row["details"], bytes(row["salt"]), row["need_to_know"], row["subject"]) == ("", b"", "", "")
    assert row["account"] == "avery"
    with logged.store.reading(AUDITOR) as tx:
        assert [x.purged_at is not None for x in auditing.entries(tx) if x.index in wanted] == [True] * 3


def test_nobody_purges_details_without_the_permission_or_the_purges_own_entry(logged: Center) -> None:
    for access in (ANALYST, AUDITOR, STEWARD):
        with pytest.raises(NotAllowed), logged.store.writing(access) as tx:
            auditing.purge_details(tx, [1], "x")
    with logged.store.writing(purger()) as tx:
        auditing.purge_details(tx, [1], "expired")
    last = verified(logged).size - 1
    with pytest.raises(Invalid, match="cannot be purged"), logged.store.writing(purger()) as tx:
        auditing.purge_details(tx, [last], "hide it")
    with pytest.raises(NotFound), logged.store.writing(purger()) as tx:
        auditing.purge_details(tx, [10**7], "x")
    for indexes, reason in (([], "x"), ([1], " ")):
        with pytest.raises(Invalid), logged.store.writing(purger()) as tx:
            auditing.purge_details(tx, indexes, reason)


def test_a_purged_entry_cannot_be_filled_again_unnoticed(logged: Center) -> None:
    with logged.store.dialect.engine.connect() as connection:
        (before, *_) = connection.execute(select(tables.audit_entry).where(e.index == 5)).mappings()
    with logged.store.writing(purger()) as tx:
        auditing.purge_details(tx, [5], "expired")
    forged = {"salt": os.urandom(16), "details": '{"harmless": true}', "purged_at": None}
    restored = {name: before[name] for name in ("salt", "details", "need_to_know", "subject", "purged_at")}
    half = {"details": "{}"}
    tried: list[dict[str, object]] = [{**forged}, {**restored}, {**half}]
    expected = ["was changed", "has details again", "yet has details"]
    for values, finding in zip(tried, expected, strict=True):
        with logged.store.dialect.engine.begin() as connection:
            connection.execute(update(tables.audit_entry).where(e.index == 5).values(**values))
        assert any("entry 5 was" in f and finding in f for f in verified(logged).findings), finding
        with logged.store.dialect.engine.begin() as connection:
            emptied = {"salt": b"", "details": "", "need_to_know": "", "subject": "", "purged_at": 1}
            connection.execute(update(tables.audit_entry).where(e.index == 5).values(**emptied))
        assert verified(logged).findings == ()


def test_an_entry_that_was_emptied_without_a_purge_is_found(logged: Center) -> None:
    with logged.store.dialect.engine.begin() as connection:
        connection.execute(
            update(tables.audit_entry).where(e.index == 5).values(salt=b"", details="", need_to_know="", purged_at=1)
        )
    assert any("entry 5 was emptied" in f for f in verified(logged).findings)


@pytest.mark.parametrize(
    ("level", "finding"), [(0, "its leaf in the tree differ"), (2, "at level 2"), (3, "at level 3")]
)
def test_a_changed_node_of_the_tree_is_found(logged: Center, level: int, finding: str) -> None:
    n = tables.audit_node.c
    with logged.store.dialect.engine.begin() as connection:
        connection.execute(update(tables.audit_node).where((n.level == level) & (n.index == 1)).values(hash=bytes(32)))
    assert any(finding in f for f in verified(logged).findings)


def test_every_column_is_held_by_the_leaf(logged: Center) -> None:
    """Also the door and the address, and the form itself."""
    with logged.store.dialect.engine.connect() as connection:
        (row, *_) = connection.execute(select(tables.audit_entry).where(e.index == 5)).mappings()
    assert row["form"] == 2
    for name in auditing.PUBLIC:
        if name == "index":
            continue
        other = 1 if isinstance(row[name], int) else "other"
        with logged.store.dialect.engine.begin() as connection:
            connection.execute(update(tables.audit_entry).where(e.index == 5).values(**{name: other}))
        assert any("entry 5 was changed" in f for f in verified(logged).findings), name
        with logged.store.dialect.engine.begin() as connection:
            connection.execute(update(tables.audit_entry).where(e.index == 5).values(**{name: row[name]}))
    assert verified(logged).findings == ()


def test_a_log_longer_than_a_page_of_verification_verifies_and_names_its_faults(center: Center) -> None:
    from tessera.store import audit

    def grow(count: int) -> None:
        with center.store.dialect.engine.begin() as connection:
            many = [audit.Entry(event=Event.RECORD_READ, subject=f"record:{i}") for i in range(count)]
            audit.append(connection, many, access=ANALYST, at=center.clock())

    signed = []
    start = verified(center).size
    for size in (PAGE - 3, PAGE + 1, PAGE + 4, 2 * PAGE + 1, 3 * PAGE + 5):
        grow(size - 1 - start)
        note = sign(center)
        start = size
        signed.append(parse_checkpoint(note).size)
    found = verified(center)
    assert found.findings == ()
    assert found.checkpoints == 5
    assert (signed[1], signed[3]) == (PAGE, 2 * PAGE)
    n = tables.audit_node.c
    with center.store.dialect.engine.begin() as connection:
        connection.execute(update(tables.audit_node).where(n.level == 15).values(hash=bytes(32)))
    assert any("level 15" in f for f in verified(center).findings)


def test_the_export_says_what_its_reader_may_know(logged: Center) -> None:
    size = parse_checkpoint(proofs.public_checkpoint(logged.store)).size
    with logged.store.writing(purger()) as tx:
        auditing.purge_details(tx, [2], "expired")
    with logged.store.reading(AUDITOR) as tx:
        whole = list(auditing.export(tx, size, hashes_only=False))
    assert [leaf.index for leaf in whole] == list(range(size))
    assert [leaf.index for leaf in whole if not leaf.text] == [2]
    from tessera.trust.audit import commitment

    assert all(leaf_hash(commitment(x.salt, x.text.encode())) == x.leaf for x in whole if x.text)
    with logged.store.reading(OPERATOR) as tx:
        hashes = list(auditing.export(tx, size, hashes_only=True))
    assert not any(leaf.text or leaf.salt for leaf in hashes)
    with pytest.raises(NotAllowed), logged.store.reading(OPERATOR) as tx:
        list(auditing.export(tx, size, hashes_only=False))


def test_the_heartbeat_says_when_the_log_was_written_signed_and_verified(logged: Center, tmp_path: Path) -> None:
    from tessera.flow import log_keeping

    log_keeping.verify(logged, OPERATOR)
    with logged.store.reading(OPERATOR) as tx:
        beat = auditing.heartbeat(tx)
    assert beat.size > beat.signed_size > 0
    assert beat.verified_findings == 0
    assert beat.written_at is not None
    assert beat.signed_at is not None
    assert beat.verified_at is not None
    assert beat.signed_at <= beat.verified_at <= beat.written_at
