"""The program for outsiders, alone with Python's standard library, against what a real center signs; and the commands."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import regions
import uvicorn
from click.testing import CliRunner, Result
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from regions import ANALYST, deliver, rows
from sqlalchemy import select, update

from tessera import cli
from tessera.bootstrap import build_app, create_center, open_center
from tessera.cli.session import Openers
from tessera.flow.center import Center
from tessera.model.record import SearchQuery
from tessera.store import records, tables
from tessera.trust import checkpoint
from tessera.web.app import build_app as build_pages

TOOL = Path(__file__).resolve().parents[2] / "tools" / "verify_log.py"
AS = ("--as", "quinn", "--purpose", "oversight")

# RFC 8032, section 7.1: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


class Outsider:
    """Somebody with a center's files, who runs the commands and, without any of our code, the verifier."""

    def __init__(self, folder: Path, center: Center) -> None:
        self.folder, self.center, self.key = folder, center, center.verifier_key
        self.command = cli.build(Openers(create_center=create_center, open_center=open_center, build_app=build_app))

    def types(self, *words: object, code: int = 0) -> Result:
        result = CliRunner().invoke(self.command, ["--center", str(self.center.settings.center), *map(str, words)])
        assert result.exit_code == code, (result.output, result.exception)
        return result

    def keeps(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text)
        return file

    def checkpoint(self, name: str) -> Path:
        return self.keeps(name, self.types("audit", "checkpoint").stdout)

    def verifies(self, *words: object, code: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-I", "-S", self.folder / "verify_log.py", *map(str, words), "--key", self.key],
            capture_output=True, text=True, check=False, cwd=self.folder, timeout=60,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr


def work(center: Center, times: int = 5) -> None:
    for _ in range(times):
        with center.store.reading(ANALYST) as tx:
            records.search(tx, SearchQuery(text="x"))


@pytest.fixture
def outsider(tmp_path: Path) -> Iterator[Outsider]:
    center = regions.new_center(tmp_path / "center")
    regions.add_accounts(center)
    deliver(center, rows("A1,2026-03-01 10:00,burglary,x,39,-75,,,"), source="open-feed")
    shutil.copy(TOOL, tmp_path)
    yield Outsider(tmp_path, center)
    center.store.dialect.engine.dispose()


@pytest.fixture(scope="module")
def program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_log", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_program_is_one_small_file() -> None:
    lines = [line for line in TOOL.read_text().splitlines() if line.strip()]
    assert len(lines) < 250
    assert not [line for line in lines if "import tessera" in line or "cryptography" in line]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_its_ed25519_knows_the_published_signatures(
    program: ModuleType, public: str, message: str, signature: str
) -> None:
    key, text, signed = map(bytes.fromhex, (public, message, signature))
    assert program.is_signed(key, text, signed)
    assert not program.is_signed(key, text + b"x", signed)


def test_its_ed25519_says_what_the_library_says(program: ModuleType) -> None:
    """Also of signatures with a spoiled bit, and with s beyond the order of the group."""
    for seed in range(12):
        key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        public, message = key.public_key().public_bytes_raw(), os.urandom(seed)
        good = key.sign(message)
        place = os.urandom(1)[0] % 64
        spoiled = good[:place] + bytes([good[place] ^ 1 << seed % 8]) + good[place + 1 :]
        beyond = good[:32] + (int.from_bytes(good[32:], "little") + program.L).to_bytes(32, "little")
        for signature in (good, spoiled, beyond, good[:63]):
            assert program.is_signed(public, message, signature) is accepts(public, message, signature)


def accepts(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_a_checkpoint_and_its_witness_are_verified(outsider: Outsider) -> None:
    key = outsider.folder / "w.pem"
    public = outsider.types("audit", "witness-key", "board.example/w", key).stdout.strip()
    assert key.stat().st_mode & 0o777 == 0o600
    outsider.types("audit", "witness-key", "board.example/w", key, code=1)
    outsider.types("audit", "witnesses", "--add", public)
    note = outsider.checkpoint("one.txt")
    state = outsider.folder / "last.txt"
    words = (
        "audit",
        "witness",
        "--log-key",
        outsider.key,
        "--name",
        "board.example/w",
        "--key",
        key,
        "--against",
        state,
    )
    outsider.types(*words, note, code=1)  # who lost what they signed must not begin again by oversight
    cosigned = outsider.keeps("cosigned.txt", outsider.types(*words, note, "--first").stdout)
    assert "Cosigned by board.example/w" in outsider.types("audit", "cosign", cosigned).stdout
    assert "board.example/w" in outsider.types("audit", "witnesses").stdout
    said = outsider.verifies("checkpoint", cosigned, "--witness", public, "--need", "1")
    assert "cosigned by board.example/w" in said
    assert "0 of the witnesses" in outsider.verifies("checkpoint", note, "--witness", public, "--need", "1", code=1)
    changed = outsider.keeps("changed.txt", cosigned.read_text().replace("\n", "\n1", 1))
    assert "signature" in outsider.verifies("checkpoint", changed, code=1)

    old_size = checkpoint.parse_checkpoint(note.read_text()).size
    work(outsider.center)
    newer = outsider.checkpoint("two.txt")
    proof = outsider.keeps("proof.txt", outsider.types("audit", "consistency", old_size, *AS).stdout)
    assert "is the beginning of" in outsider.verifies("consistency", note, newer, proof)
    outsider.types(*words, newer, code=1)
    outsider.types(*words, newer, "--proof", proof, "--out", outsider.folder / "out.txt")
    assert "smaller" not in outsider.types(*words, note, code=1).output
    assert state.read_text() == newer.read_text()
    assert "cosignature" in outsider.verifies(
        "checkpoint", outsider.keeps("bad.txt", bad(cosigned)), "--witness", public, code=1
    )
    spoiled = proof.read_text().splitlines(keepends=True)
    wrong = outsider.keeps("wrong.txt", "".join(spoiled[::-1]))
    assert "NOT SO" in outsider.verifies("consistency", note, newer, wrong, code=1)
    assert "NOT SO" in outsider.verifies("consistency", newer, note, proof, code=1)


def bad(cosigned: Path) -> str:
    """The same with another time in the cosignature."""
    import base64

    head, _, last = cosigned.read_text().rstrip("\n").rpartition("\n")
    dash, name, encoded = last.split(" ")
    raw = bytearray(base64.b64decode(encoded))
    raw[11] ^= 1
    return f"{head}\n{dash} {name} {base64.b64encode(raw).decode()}\n"


def test_an_export_is_verified_whole_and_as_hashes(outsider: Outsider) -> None:
    old = outsider.checkpoint("old.txt")
    work(outsider.center)
    outsider.checkpoint("new.txt")
    whole, hashes = outsider.folder / "whole.jsonl", outsider.folder / "hashes.jsonl"
    outsider.types("audit", "export", whole, code=3)  # the operator may not read the log
    assert not whole.exists()
    outsider.types("audit", "export", whole, *AS)
    outsider.types("audit", "export", hashes, "--hashes-only")
    assert "0 as hashes only" in outsider.verifies("bundle", whole, "--old", old)
    assert "; 0 with what they say" in outsider.verifies("bundle", hashes, "--old", old)
    text = whole.read_text()
    assert "avery" in text
    assert "avery" not in hashes.read_text()
    for name, changed, finding in (
        ("word", text.replace("avery", "nobody", 1), "was changed"),
        ("cut", text[: text.rstrip("\n").rindex("\n") + 1], "were signed"),
        ("gap", "".join(line for n, line in enumerate(text.splitlines(keepends=True)) if n != 4), "is missing"),
    ):
        assert finding in outsider.verifies("bundle", outsider.keeps(name, changed), code=1)
    other = outsider.keeps("other.jsonl", "nonsense\n")
    assert "CANNOT TELL" in outsider.verifies("bundle", other, code=2)
    lines = hashes.read_text().splitlines(keepends=True)
    swapped = [lines[0], *(line.replace('"leaf":"', '"leaf":"0', 1)[:-4] + '"}\n' for line in lines[1:2]), *lines[2:]]
    assert "signed root" in outsider.verifies("bundle", outsider.keeps("swap", "".join(swapped)), code=1)


def test_a_proof_file_is_verified_for_its_entry_and_no_other(outsider: Outsider) -> None:
    work(outsider.center)
    outsider.checkpoint("one.txt")
    proof = outsider.keeps("entry.tlog-proof", outsider.types("audit", "proof", 3, *AS).stdout)
    e = tables.audit_entry.c
    with outsider.center.store.dialect.engine.connect() as connection:
        leaves = [bytes(x).hex() for x in connection.execute(select(e.leaf).order_by(e.index)).scalars()]
    assert "number 3" in outsider.verifies("proof", proof, "--leaf", leaves[3])
    assert "not in this log" in outsider.verifies("proof", proof, "--leaf", leaves[4], code=1)
    moved = outsider.keeps("moved", proof.read_text().replace("index 3", "index 5"))
    assert "NOT SO" in outsider.verifies("proof", moved, "--leaf", leaves[3], code=1)


def test_any_other_text_that_the_center_signed_is_verified(outsider: Outsider) -> None:
    key = checkpoint.load_signing_key(outsider.center.key_file.read_bytes())
    note = checkpoint.sign_note("Receipt of a purge\nrecords 3\n\nas ordered\n", outsider.center.origin, key)
    assert "records 3" in outsider.verifies("note", outsider.keeps("receipt.txt", note))
    assert "wrong" in outsider.verifies("note", outsider.keeps("receipt.txt", note.replace("3", "4")), code=1)
    stranger = checkpoint.sign_note("Receipt\n", outsider.center.origin, Ed25519PrivateKey.generate())
    assert "did not sign" in outsider.verifies("note", outsider.keeps("receipt.txt", stranger), code=1)


def test_the_log_is_compared_with_a_checkpoint_that_was_kept_elsewhere(outsider: Outsider) -> None:
    kept = outsider.checkpoint("kept.txt")
    work(outsider.center)
    said = outsider.types("audit", "verify", "--against", kept)
    assert "of the checkpoint that was kept elsewhere" in said.stdout
    outsider.types("audit", "verify", "--against", kept.read_text())
    signed = checkpoint.parse_checkpoint(kept.read_text())
    key = checkpoint.load_signing_key(outsider.center.key_file.read_bytes())
    origin = outsider.center.origin
    for text, finding in (
        (checkpoint.sign_checkpoint(origin, signed.size + 500, signed.root, key), "the log was cut"),
        (checkpoint.sign_checkpoint(origin, signed.size, bytes(32), key), "the log was forked"),
        (checkpoint.sign_checkpoint(origin, signed.size, signed.root, Ed25519PrivateKey.generate()), "no known key"),
        (kept.read_text().replace(str(signed.size), "1", 1), "signature"),
    ):
        said = outsider.types("audit", "verify", "--against", text, code=1)
        assert finding in said.stderr
    outsider.types("audit", "verify", "--against", outsider.folder / "nothing.txt", code=1)


def test_health_says_what_is_overdue(outsider: Outsider) -> None:
    said = outsider.types("audit", "health", code=1)
    assert "last signed never" in said.stderr
    outsider.checkpoint("one.txt")
    assert "Verified never" in outsider.types("audit", "health").stdout
    (outsider.center.settings.center / "alarms.log").write_text("2026-01-01T00:00:00Z audit-unwritten: no\n")
    assert "audit-unwritten: no" in outsider.types("audit", "health", code=1).stderr


@pytest.fixture
def address(outsider: Outsider) -> Iterator[str]:
    """The center's pages on a port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = uvicorn.Config(
        build_pages(outsider.center, None), host="127.0.0.1", port=port, log_level="error", ws="none"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/log"
    server.should_exit = True
    thread.join(timeout=10)


def test_published_tiles_are_verified_and_cosigned_from_afar(outsider: Outsider, address: str) -> None:
    key, state = outsider.folder / "w.pem", outsider.folder / "last.txt"
    outsider.types("audit", "witness-key", "w", key)
    words = ("audit", "witness", address, "--log-key", outsider.key, "--name", "w", "--key", key, "--against", state)
    outsider.types(*words, code=5)  # nothing is signed yet
    old = outsider.checkpoint("old.txt")
    outsider.types(*words, "--first")
    work(outsider.center, 300)
    outsider.checkpoint("new.txt")
    assert "the signed root" in outsider.verifies("tiles", address, "--old", old)
    outsider.types(*words)
    e, n = tables.audit_entry.c, tables.audit_node.c
    assert e is not None
    with outsider.center.store.dialect.engine.begin() as connection:
        connection.execute(update(tables.audit_node).where((n.level == 0) & (n.index == 3)).values(hash=bytes(32)))
    assert "signed root" in outsider.verifies("tiles", address, code=1)
    work(outsider.center, 3)
    outsider.checkpoint("newer.txt")
    state.write_text(old.read_text())
    assert "does not show" in outsider.types(*words, code=1).stderr
    assert state.read_text() == old.read_text()
    outsider.types("audit", "witness", "file:///etc/log", *words[3:], code=1)
