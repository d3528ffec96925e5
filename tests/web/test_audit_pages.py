"""The audit log to its readers, and its published side to everybody."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import regions
from api_center import Door, open_door
from browsing import Browser
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from tessera.flow.center import OPERATOR, Center
from tessera.model.access import AgencyKind
from tessera.model.record import SearchQuery
from tessera.model.source import Agency
from tessera.store import auditing, parties, records, witnesses
from tessera.store.alarms import AlarmKind
from tessera.trust.checkpoint import parse_checkpoint, verify_checkpoint
from tessera.trust.proof import read_proof
from tessera.trust.tiles import roots_of_spans, tiles_of
from tessera.trust.witness import cosign, witness_key
from tessera.web.app import build_app

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
Readers = Callable[[str], Browser]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Center, Browser]]:
    """A center of this test's own, and a stranger's browser."""
    center = regions.new_center(tmp_path / "center")
    regions.add_accounts(center)
    app = build_app(center, None)
    yield center, Browser(TestClient(app, base_url="http://center.example", raise_server_exceptions=False))
    center.store.dialect.engine.dispose()


def sign(center: Center) -> int:
    with center.store.writing(OPERATOR) as tx:
        return auditing.sign(tx, center.sign_checkpoint).size


def test_a_stranger_reads_the_checkpoint_and_rebuilds_its_root_from_the_tiles(own: tuple[Center, Browser]) -> None:
    center, stranger = own
    assert stranger.get("/log/checkpoint").status_code == 404
    for _ in range(300):
        with center.store.reading(regions.ANALYST) as tx:
            records.search(tx, SearchQuery(text="x"))
    size = sign(center)
    with center.store.reading(regions.AUDITOR) as tx:
        before = auditing.entries(tx, limit=1)[0].index
    answer = stranger.get("/log/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=5"
    assert "set-cookie" not in answer.headers
    signed = verify_checkpoint(answer.text, [center.verifier_key])
    assert signed.size == size
    (root,) = roots_of_spans([(0, size)], size, lambda tile: bytes(stranger.get(f"/log/tile/{tile.path}").content))
    assert root == signed.root
    for tile in tiles_of(size):
        answer = stranger.get(f"/log/tile/{tile.path}")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert len(answer.content) == 32 * tile.width
    with center.store.reading(regions.AUDITOR) as tx:
        assert auditing.entries(tx, limit=1)[0].index == before + 1  # nobody can fill the log from outside


def test_beyond_the_signed_checkpoint_there_is_nothing(own: tuple[Center, Browser]) -> None:
    center, stranger = own
    size = sign(center)
    for path in (
        f"0/000.p/{size + 1}", f"0/000.p/{size - 1}", "0/000", "0/001", "1/000.p/1", "0/000.p/0", "0/000.p/256", "entries/000",
        "entries/000.p/3", "64/000", "0/0", "0/../000", "9" * 40, "63/x999/x999/x999/x999/x999/x999/999", "0/000%00",
    ):  # fmt: skip
        answer = stranger.get(f"/log/tile/{path}")
        assert answer.status_code == 404, path
        assert "no-store" in answer.headers["cache-control"]
    assert stranger.get(f"/log/tile/0/000.p/{size}").status_code == 200
    assert stranger.client.post("/log/checkpoint").status_code == 405


def test_entries_are_filtered_by_day_event_account_and_subject(browser: Readers) -> None:
    auditor = browser("auditor")
    for query, shown in (
        ("since=2000-01-01&until=2100-01-01", True), ("until=2000-01-01", False), ("since=2100-01-01", False),
        ("account=nobody", False), ("subject=record:none", False), ("event=trust:center:created", False),
    ):  # fmt: skip
        text = auditor.get(f"/audit?{query}").text
        assert ("No entry fits these filters" not in text) is shown, query
    assert auditor.get("/audit?since=yesterday").status_code == 400
    assert 'value="2000-01-01"' in auditor.get("/audit?since=2000-01-01").text


def test_the_page_says_by_which_door_and_from_where(browser: Readers) -> None:
    auditor = browser("auditor")
    auditor.get("/audit")
    assert "page testclient" in auditor.get("/audit?account=quinn").text


def test_a_proof_and_the_program_are_handed_out(site: Center, browser: Readers) -> None:
    size = sign(site)
    auditor = browser("auditor")
    page = auditor.get("/audit?event=receive:partner:registered").text
    assert "/audit/proof/" in page
    assert site.verifier_key.replace("+", "&#43;") in page or site.verifier_key in page
    proof = auditor.get("/audit/proof/0")
    assert read_proof(proof.text).index == 0
    assert parse_checkpoint(read_proof(proof.text).note).size == size
    assert auditor.get(f"/audit/proof/{size}").status_code == 404
    assert browser("analyst").get("/audit/proof/0").status_code == 403
    program = auditor.get("/audit/verify_log.py")
    assert program.text == (Path(__file__).parents[2] / "tools" / "verify_log.py").read_text()


def test_the_page_names_witnesses_and_checkpoints_that_are_short_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TESSERA_WITNESSES_REQUIRED", "1")
    center = regions.new_center(tmp_path / "center")
    regions.add_accounts(center)
    browser = Browser(TestClient(build_app(center, None), base_url="http://center.example"))
    assert browser.sign_in("quinn", "oversight").status_code == 303
    assert "Nobody outside watches this log yet" in browser.get("/audit").text
    first = sign(center)
    assert f"{first} entries: 0 of 1" in browser.get("/audit").text
    with center.store.writing(OPERATOR) as tx:
        witnesses.register(tx, witness_key("board.example/w", KEY))
    note = browser.get("/log/checkpoint").text
    with center.store.writing(OPERATOR) as tx:
        witnesses.accept(tx, note + cosign(note, "board.example/w", KEY, at=center.clock() // 1000))
    page = browser.get("/audit").text
    assert "Short of witnesses" not in page
    assert "1 witness of 1 required" in page
    assert "board.example/w" in page
    center.store.dialect.engine.dispose()


def test_an_alarm_is_shown_to_those_who_can_act_and_to_nobody_else(own: tuple[Center, Browser]) -> None:
    center, browser = own
    center.store.alarms.sound(AlarmKind.TAMPERED, "the audit log is not what was signed: entry 5 was changed")
    answer = browser.get("/healthz")
    assert (answer.status_code, answer.text) == (503, "alarm\n")
    assert browser.sign_in("morgan", "data-stewardship").status_code == 303
    assert "entry 5 was changed" in browser.get("/").text
    analyst = Browser(TestClient(build_app(center, None), base_url="http://center.example"))
    assert analyst.sign_in("avery", "criminal-investigation").status_code == 303
    assert "entry 5 was changed" not in analyst.get("/").text


def test_verifying_by_the_page_is_noted_as_the_readers_own(own: tuple[Center, Browser]) -> None:
    center, browser = own
    assert browser.sign_in("quinn", "oversight").status_code == 303
    assert "The log is intact" in browser.post("/audit/verify", {}, page="/audit").text
    with center.store.reading(regions.AUDITOR) as tx:
        (entry,) = auditing.entries(tx, event="trust:audit:verified")
    assert (entry.account, entry.details["findings"], entry.via) == ("quinn", 0, "page")


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with open_door(tmp_path / "center", filled=False) as door:
        yield door


def test_the_api_takes_cosignatures_and_gives_proofs(door: Door) -> None:
    note = door.post("/audit/checkpoint", "officer").json()["note"]
    size = parse_checkpoint(note).size
    line = cosign(note, "w", KEY, at=door.center.clock() // 1000)
    assert door.post("/audit/cosignatures", "officer", json={"note": note + line}).status_code == 422
    with door.center.store.writing(OPERATOR) as tx:
        witnesses.register(tx, witness_key("w", KEY))
    assert door.post("/audit/cosignatures", "analyst", json={"note": note + line}).status_code == 403
    taken = door.post("/audit/cosignatures", "officer", json={"note": note + line})
    assert [each["witness"] for each in taken.json()["items"]] == ["w"]
    latest = door.get("/audit/checkpoint", "officer").json()
    assert (latest["note"], latest["cosigned"]) == (note + line, 1)
    inclusion = door.get("/audit/proofs/inclusion", "officer", index=2).json()
    assert read_proof(inclusion["tlog_proof"]).index == 2
    assert len(inclusion["hashes"]) == len(read_proof(inclusion["tlog_proof"]).hashes)
    assert door.get("/audit/proofs/inclusion", "officer", index=size).status_code == 404
    grown = door.get("/audit/proofs/consistency", "officer", old_size=3).json()
    assert grown["hashes"]
    assert door.get("/audit/proofs/consistency", "officer", old_size=0).status_code == 422
    assert door.get("/audit/proofs/consistency", "analyst", old_size=3).status_code == 403
    entry = door.get("/audit/entries", "officer", limit=1).json()["items"][0]
    assert (entry["via"], entry["address"], entry["purged_at"]) == ("api", "testclient", None)
    assert door.get("/audit/entries", "officer", until="2000-01-01T00:00:00Z").json()["items"] == []


def test_a_door_of_one_request_is_not_noted_for_the_next(own: tuple[Center, Browser]) -> None:
    center, browser = own
    browser.get("/log/checkpoint")
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, Agency(name="new", label="New", kind=AgencyKind.LOCAL))
    with center.store.reading(regions.AUDITOR) as tx:
        (entry,) = auditing.entries(tx, limit=1)
    assert entry.via in {"", "command"}
