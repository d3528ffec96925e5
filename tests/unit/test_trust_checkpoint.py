from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tessera.errors import Invalid, Tampered
from tessera.trust import checkpoint
from tessera.trust.audit import EMPTY_ROOT

# RFC 8032, section 7.1, test 1: a key that everybody may know.
KEY = Ed25519PrivateKey.from_private_bytes(
    bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
)
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "center.example/audit"
VKEY = checkpoint.verifier_key(ORIGIN, KEY)
ROOT = bytes(range(32))
TEXT = checkpoint.sign_checkpoint(ORIGIN, 12, ROOT, KEY)

# The example with which the signed note format was published.
NEUMANN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def signed(body: str, *, name: str = ORIGIN, key: Ed25519PrivateKey = KEY) -> str:
    return checkpoint.sign_note(body, name, key)


def test_a_checkpoint_reads_as_the_standard_says() -> None:
    body, signature = TEXT.split("\n\n")
    assert body == f"{ORIGIN}\n12\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert signature.startswith(f"— {ORIGIN} ")
    assert signature.endswith("\n")


def test_a_verifier_key_is_pinned() -> None:
    assert VKEY == "center.example/audit+f3b0e683+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
    assert checkpoint.parse_verifier_key(VKEY).name == ORIGIN


def test_the_published_note_verifies() -> None:
    body, signers = checkpoint.verify_note(NEUMANN_NOTE, [NEUMANN_KEY])
    assert body.startswith("If you think")
    assert signers == ("PeterNeumann",)


def test_the_published_note_with_another_word_is_tampered() -> None:
    with pytest.raises(Tampered, match="signature of PeterNeumann is wrong"):
        checkpoint.verify_note(NEUMANN_NOTE.replace("answer", "Answer"), [NEUMANN_KEY])


def test_what_was_signed_is_read_back() -> None:
    found = checkpoint.verify_checkpoint(TEXT, [VKEY])
    assert (found.origin, found.size, found.root, found.signers) == (ORIGIN, 12, ROOT, (ORIGIN,))


def test_an_empty_log_can_be_signed() -> None:
    text = checkpoint.sign_checkpoint(ORIGIN, 0, EMPTY_ROOT, KEY)
    assert checkpoint.verify_checkpoint(text, [VKEY]).size == 0


def test_reading_without_keys_believes_nobody() -> None:
    assert checkpoint.parse_checkpoint(TEXT).signers == ()


def test_a_witness_may_sign_below_and_unknown_signatures_are_passed_over() -> None:
    body = TEXT.split("\n\n")[0] + "\n"
    witness = signed(body, name="witness", key=OTHER).split("\n\n")[1]
    assert checkpoint.verify_checkpoint(TEXT + witness, [VKEY]).signers == (ORIGIN,)
    both = checkpoint.verify_checkpoint(TEXT + witness, [VKEY, checkpoint.verifier_key("witness", OTHER)])
    assert both.signers == (ORIGIN, "witness")


def test_one_wrong_signature_of_a_known_key_spoils_the_others() -> None:
    forged = signed("something else\n", name="witness", key=OTHER).split("\n\n")[1]
    with pytest.raises(Tampered, match="signature of witness is wrong"):
        checkpoint.verify_checkpoint(TEXT + forged, [VKEY, checkpoint.verifier_key("witness", OTHER)])


@pytest.mark.parametrize("keys", [[], [checkpoint.verifier_key(ORIGIN, OTHER)], [checkpoint.verifier_key("x", KEY)]])
def test_without_a_known_key_nothing_is_believed(keys: list[str]) -> None:
    with pytest.raises(Tampered, match="no known key"):
        checkpoint.verify_checkpoint(TEXT, keys)


@pytest.mark.parametrize("place", range(0, len(TEXT), 7))
def test_a_changed_character_anywhere_is_noticed(place: int) -> None:
    swapped = "A" if TEXT[place] != "A" else "B"
    with pytest.raises(Tampered):
        checkpoint.verify_checkpoint(TEXT[:place] + swapped + TEXT[place + 1 :], [VKEY])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (f"{ORIGIN}\n012\n{b64encode(ROOT).decode()}\n", "plain decimal"),
        (f"{ORIGIN}\n-1\n{b64encode(ROOT).decode()}\n", "plain decimal"),
        (f"{ORIGIN}\n+1\n{b64encode(ROOT).decode()}\n", "plain decimal"),
        (f"{ORIGIN}\n\uff11\n{b64encode(ROOT).decode()}\n", "plain decimal"),
        (f"{ORIGIN}\n1 \n{b64encode(ROOT).decode()}\n", "plain decimal"),
        (f"{ORIGIN}\n1\n{b64encode(ROOT[:-1]).decode()}\n", "32 bytes"),
        (f"{ORIGIN}\n1\n{b64encode(ROOT).decode().rstrip('=')}\n", "32 bytes"),
        (f"{ORIGIN}\n1\n{b64encode(ROOT).decode()[:-2]}9=\n", "32 bytes"),
        (f"{ORIGIN}\n1\n", "needs an origin"),
        (f"\n1\n{b64encode(ROOT).decode()}\n", "no empty lines"),
        (f"{ORIGIN}\n1\n{b64encode(ROOT).decode()}\n\nmore\n", "no empty lines"),
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(body: str, why: str) -> None:
    with pytest.raises(Tampered, match=why):
        checkpoint.verify_checkpoint(signed(body), [VKEY])


def test_extension_lines_are_read_and_signed() -> None:
    text = signed(f"{ORIGIN}\n1\n{b64encode(ROOT).decode()}\nmore\nand more\n")
    assert checkpoint.verify_checkpoint(text, [VKEY]).extensions == ("more", "and more")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no signature lines"),
        (TEXT[:-1], "no signature lines"),
        (TEXT.split("\n\n")[0] + "\n", "no signature lines"),
        (TEXT.replace("\n", "\r\n"), "control characters"),
        (TEXT.replace("12", "12\x00"), "control characters"),
        (TEXT.replace("12", "12\t"), "control characters"),
        (TEXT.replace("12", "\ud800"), "UTF-8"),
        (TEXT + "\n", "no signature lines"),
        (TEXT + "— name\n", "malformed"),
        (TEXT + "- name AAAAAAA=\n", "malformed"),
        (TEXT + "— na+me AAAAAAA=\n", "malformed"),
        (TEXT + "— name AAAA\n", "malformed"),
        (TEXT + "— name AAAAAA==AAAA\n", "malformed"),
        (TEXT + "—  AAAAAAA=\n", "malformed"),
        ("x" * 1_000_001, "too long"),
    ],
)
def test_a_broken_note_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(Tampered, match=why):
        checkpoint.verify_checkpoint(text, [VKEY])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        VKEY.replace("f3b0e683", "f3b0e684"),
        VKEY.replace("f3b0e683", "F3B0E683"),
        VKEY.replace("center", "centre"),
        VKEY[:-4],
        VKEY.replace("+Add", "+Bdd"),
        " +f3b0e683+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea",
    ],
)
def test_a_verifier_key_whose_parts_do_not_fit_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        checkpoint.parse_verifier_key(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak", "no\u00a0space", "tab\t"])
def test_a_key_cannot_have_such_a_name(name: str) -> None:
    with pytest.raises(Invalid, match="cannot be the name"):
        checkpoint.sign_checkpoint(name, 1, ROOT, KEY)


@pytest.mark.parametrize(("size", "root"), [(-1, ROOT), (1, b""), (1, ROOT + b"x")])
def test_a_tree_that_cannot_be_is_not_signed(size: int, root: bytes) -> None:
    with pytest.raises(Invalid, match="no tree"):
        checkpoint.sign_checkpoint(ORIGIN, size, root, KEY)


@pytest.mark.parametrize("body", ["no newline", "bell\x07\n"])
def test_a_text_that_cannot_be_a_note_is_not_signed(body: str) -> None:
    with pytest.raises(Invalid, match="ends with a newline"):
        signed(body)


def test_a_generated_key_signs_after_it_was_stored() -> None:
    key = checkpoint.load_signing_key(checkpoint.generate_signing_key())
    text = checkpoint.sign_checkpoint("log", 3, ROOT, key)
    assert checkpoint.verify_checkpoint(text, [checkpoint.verifier_key("log", key)]).size == 3


def test_another_sort_of_key_is_refused() -> None:
    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(Invalid, match="not an Ed25519 key"):
        checkpoint.load_signing_key(pem)
    with pytest.raises(Invalid, match="cannot be read"):
        checkpoint.load_signing_key(b"not a key")
