import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tessera.errors import Invalid, Tampered
from tessera.trust import checkpoint, witness
from tessera.trust.audit import consistency_proof, leaf_hash, root_of_leaves
from tessera.trust.checkpoint import Checkpoint, parse_verifier_key
from tessera.trust.proof import Proof, read_hashes, read_proof, write_hashes, write_proof

LOG = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = Ed25519PrivateKey.from_private_bytes(
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")  # RFC 8032, section 7.1, test 1
)
NAME = "witness.example.com/w1"
WKEY = witness.parse_witness_key(witness.witness_key(NAME, KEY))
NOTE = checkpoint.sign_checkpoint("center.example/audit", 12, bytes(32), LOG)
LEAVES = [leaf_hash(bytes([n])) for n in range(20)]


def point(size: int, leaves: list[bytes] = LEAVES, origin: str = "log") -> Checkpoint:
    return Checkpoint(origin=origin, size=size, root=root_of_leaves(leaves[:size]))


def test_the_key_id_of_a_witness_is_of_its_own_sort() -> None:
    """SHA-256(name, newline, 0x04, key)[:4], and the sort is the first byte of the key."""
    import base64
    import hashlib

    public = KEY.public_key().public_bytes_raw()
    expected = hashlib.sha256(NAME.encode() + b"\n\x04" + public).digest()[:4].hex()
    encoded = base64.b64encode(b"\x04" + public).decode()
    assert witness.witness_key(NAME, KEY) == f"{NAME}+{expected}+{encoded}"


def test_a_cosignature_signs_header_time_and_text() -> None:
    line = witness.cosign(NOTE, NAME, KEY, at=1679315147)
    raw = checkpoint.parse_signature(line[:-1]).signature
    assert int.from_bytes(raw[:8], "big") == 1679315147
    body = NOTE.split("\n\n")[0] + "\n"
    KEY.public_key().verify(raw[8:], f"cosignature/v1\ntime 1679315147\n{body}".encode())


def test_a_cosigned_checkpoint_says_who_and_when_and_is_still_the_logs() -> None:
    both = witness.with_cosignatures(NOTE, [witness.cosign(NOTE, NAME, KEY, at=7)] * 2)
    (found,) = witness.cosignatures(both, [WKEY])
    assert (found.witness, found.at) == (NAME, 7)
    assert both.count(NAME) == 1
    log = checkpoint.verifier_key("center.example/audit", LOG)
    assert checkpoint.verify_checkpoint(both, [log]).signers == ("center.example/audit",)
    assert witness.cosignatures(NOTE, [WKEY]) == ()


def test_a_changed_time_or_text_or_length_is_noticed() -> None:
    line = witness.cosign(NOTE, NAME, KEY, at=7)
    with pytest.raises(Tampered, match="signature of witness"):
        witness.cosignatures(NOTE.replace("12", "13") + line, [WKEY])
    raw = checkpoint.parse_signature(line[:-1]).signature
    later = checkpoint.signature_line(NAME, WKEY.key_id, (8).to_bytes(8, "big") + raw[8:])
    with pytest.raises(Tampered, match="signature of witness"):
        witness.cosignatures(NOTE + later, [WKEY])
    short = checkpoint.signature_line(NAME, WKEY.key_id, raw[8:])
    with pytest.raises(Tampered, match="64 bytes instead of 72"):
        witness.cosignatures(NOTE + short, [WKEY])


def test_the_key_of_a_log_is_no_key_of_a_witness_nor_the_other_way_round() -> None:
    with pytest.raises(Invalid, match="not a witness"):
        witness.parse_witness_key(checkpoint.verifier_key(NAME, KEY))
    with pytest.raises(Invalid, match="not an Ed25519 verifier key"):
        parse_verifier_key(witness.witness_key(NAME, KEY))


@pytest.mark.parametrize("at", [-1, 2**63])
def test_a_time_that_cannot_be_is_refused(at: int) -> None:
    with pytest.raises(Invalid, match="time of a cosignature"):
        witness.cosign(NOTE, NAME, KEY, at=at)


def test_a_witness_signs_what_grew() -> None:
    witness.may_cosign(None, point(5), ())
    witness.may_cosign(point(5), point(5), ())
    witness.may_cosign(point(0), point(5), ())
    witness.may_cosign(point(5), point(20), consistency_proof(LEAVES, 5))


OTHERS = [leaf_hash(b"other"), *LEAVES[1:]]


@pytest.mark.parametrize(
    ("old", "new", "proof", "why"),
    [
        (point(9), point(5), [], "fewer than the 9"),
        (point(5), point(5, OTHERS), [], "forked"),
        (point(5), point(20, OTHERS), consistency_proof(OTHERS, 5), "does not show"),
        (point(5), point(20), consistency_proof(OTHERS, 5), "does not show"),
        (point(5), point(20), consistency_proof(LEAVES, 6), "does not show"),
        (point(5), point(20), [], "does not show"),
        (point(5), point(20, origin="another"), consistency_proof(LEAVES, 5), "of the log another"),
    ],
)
def test_a_witness_never_signs_what_did_not_only_grow(
    old: Checkpoint, new: Checkpoint, proof: list[bytes], why: str
) -> None:
    with pytest.raises(Tampered, match=why):
        witness.may_cosign(old, new, proof)


def test_a_proof_file_reads_as_the_standard_says_and_is_read_back() -> None:
    proof = Proof(index=3, hashes=(bytes(32), b"\x01" * 32), note=NOTE)
    text = write_proof(proof)
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 3\n" + "A" * 43 + "=\n")
    assert text.endswith("\n\n" + NOTE)
    assert read_proof(text) == proof
    assert read_proof(text.replace("index 3", "extra AAAA\nindex 3")) == proof
    alone = Proof(index=0, hashes=(), note=NOTE)
    assert read_proof(write_proof(alone)) == alone
    assert read_hashes(write_hashes(proof.hashes)) == proof.hashes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("proof@v1", "proof@v2"),
        ("index 3", "index 03"),
        ("index 3", "index x"),
        ("index 3\n", ""),
        ("A" * 43 + "=", "A" * 40),
        ("A" * 43 + "=", "not base64"),
        ("\n\n", "\n"),
    ],
)
def test_a_file_that_is_no_proof_is_refused(old: str, new: str) -> None:
    text = write_proof(Proof(index=3, hashes=(bytes(32),), note="x\n"))
    with pytest.raises(Tampered, match="this is no proof"):
        read_proof(text.replace(old, new, 1))
