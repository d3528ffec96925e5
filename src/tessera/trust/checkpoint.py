"""Signed checkpoints of the audit tree: C2SP signed notes with Ed25519, which outsiders can check and witness.

A checkpoint reads: origin, tree size, root in base64, each on its line; an empty line; then signature lines, each
`— name base64(key id, signature)`. The key id is the head of SHA-256(name, newline, 0x01, public key).
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tessera.errors import Invalid, Tampered

_ED25519 = b"\x01"
COSIGNATURE = b"\x04"
"""Sort of a key with which a witness signs text and time (C2SP tlog-cosignature); `trust.witness` has the rest."""
_KEY_ID_SIZE = 4
_PUBLIC_SIZE = 32
_ROOT_SIZE = 32
_BODY_LINES = 3
_MAX_BYTES = 1_000_000
_DASH = "\N{EM DASH} "
_WHERE = "checkpoint"
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The size and root that a log claims to have. `signers` names the keys whose signatures were checked."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierKey:
    """A public key with the name it signs under."""

    name: str
    key_id: bytes
    key: Ed25519PublicKey
    sort: bytes = _ED25519


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One signature line of a note: who signed, with which key, and what follows the key's id."""

    name: str
    key_id: bytes
    signature: bytes
    line: str


def generate_signing_key() -> bytes:
    """Return a fresh Ed25519 private key as unencrypted PKCS#8 PEM; keep it where only the center can read it."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_signing_key(pem: bytes) -> Ed25519PrivateKey:
    """Read a private key from PEM; Invalid where it is none or of another sort."""
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
        message = "the signing key cannot be read"
        raise Invalid(message, where="signing key", advice="It must be Ed25519, PKCS#8, PEM, unencrypted.") from problem
    if not isinstance(key, Ed25519PrivateKey):
        message = "the signing key is not an Ed25519 key"
        raise Invalid(message, where="signing key", advice="Generate one with this program.")
    return key


def verifier_key(name: str, key: Ed25519PrivateKey, *, sort: bytes = _ED25519) -> str:
    """Write the public key as outsiders need it: `name+key id in hex+base64(sort, public key)`."""
    check_name(name)
    public = key.public_key().public_bytes_raw()
    return f"{name}+{key_id(name, public, sort).hex()}+{_base64(sort + public)}"


def parse_verifier_key(text: str, *, sort: bytes = _ED25519) -> VerifierKey:
    """Read what `verifier_key` wrote; Invalid where its parts do not belong together."""
    name, _, rest = text.strip().partition("+")
    said, _, encoded = rest.partition("+")
    check_name(name)
    raw = _unbase64(encoded)
    if raw is None or len(raw) != 1 + _PUBLIC_SIZE or raw[:1] != sort:
        message = (
            "this is not a witness's verifier key" if sort == COSIGNATURE else "this is not an Ed25519 verifier key"
        )
        raise Invalid(message, where=name, advice="It reads name+eight hex digits+base64.")
    if key_id(name, raw[1:], sort).hex() != said:
        message = "the key id does not belong to this name and key"
        raise Invalid(message, where=name, advice="Copy the whole verifier key again.")
    return VerifierKey(
        name=name, key_id=bytes.fromhex(said), key=Ed25519PublicKey.from_public_bytes(raw[1:]), sort=sort
    )


def sign_checkpoint(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """Sign size and root under the origin's name. The caller sees to it that the tree only ever grew."""
    check_name(origin)
    if size < 0 or len(root) != _ROOT_SIZE:
        message = f"no tree has size {size} and a root of {len(root)} bytes"
        raise Invalid(message, where=_WHERE, advice="The size counts leaves; the root has 32 bytes.")
    return sign_note(f"{origin}\n{size}\n{_base64(root)}\n", origin, key)


def sign_note(body: str, name: str, key: Ed25519PrivateKey) -> str:
    """Sign a text that ends with a newline, under a name. Not only checkpoints: receipts are signed so as well."""
    check_name(name)
    if not body.endswith("\n") or _CONTROL.search(body):
        message = "a signed text ends with a newline and has no other control characters"
        raise Invalid(message, where=_WHERE)
    signature = key.sign(body.encode())
    return f"{body}\n" + signature_line(name, key_id(name, key.public_key().public_bytes_raw()), signature)


def signature_line(name: str, key: bytes, signature: bytes) -> str:
    """Write one signature line of a note; `key` is the key's id."""
    return f"{_DASH}{name} {_base64(key + signature)}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint without believing it: no signature is checked. Tampered where its form is broken."""
    body, _ = split_note(text)
    return _parse_body(body)


def verify_checkpoint(text: str, verifier_keys: Iterable[str | VerifierKey]) -> Checkpoint:
    """Read a checkpoint that at least one of these keys signed and none of them signed wrongly; else Tampered."""
    body, signers = verify_note(text, verifier_keys)
    found = _parse_body(body)
    return Checkpoint(
        origin=found.origin, size=found.size, root=found.root, extensions=found.extensions, signers=signers
    )


def verify_note(text: str, verifier_keys: Iterable[str | VerifierKey]) -> tuple[str, tuple[str, ...]]:
    """Check a signed note; return its text and the names that signed it. Unknown signatures are passed over."""
    keys = [parse_verifier_key(key) if isinstance(key, str) else key for key in verifier_keys]
    known = {(key.name, key.key_id): key.key for key in keys}
    body, lines = split_note(text)
    signers = list[str]()
    for each in lines:
        key = known.get((each.name, each.key_id))
        if key is None:
            continue
        check_signature(key, each.name, each.signature, body)
        signers.append(each.name)
    if not signers:
        message = "no known key signed this"
        raise Tampered(message, where=_WHERE, advice=f"Known keys: {', '.join(k.name for k in keys) or 'none'}.")
    return body, tuple(dict.fromkeys(signers))


def check_signature(key: Ed25519PublicKey, name: str, signature: bytes, body: str) -> None:
    """Raise Tampered unless this key signed this text."""
    try:
        key.verify(signature, body.encode())
    except InvalidSignature as problem:
        message = f"the signature of {name} is wrong"
        raise Tampered(message, where=_WHERE, advice="The text was changed after it was signed.") from problem


def split_note(text: str) -> tuple[str, list[NoteSignature]]:
    """Part a note into its text, which ends with a newline, and its signatures, which nobody has checked yet."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise _broken("it is not UTF-8") from None
    if size > _MAX_BYTES:
        raise _broken("it is too long")
    if _CONTROL.search(text):
        raise _broken("it has control characters")
    body, gap, signatures = text.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise _broken("it has no signature lines after an empty line, or does not end with a newline")
    return body + "\n", [parse_signature(line) for line in signatures[:-1].split("\n")]


def parse_signature(line: str) -> NoteSignature:
    """Read one signature line, without its newline; Tampered where it is none."""
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = _unbase64(encoded)
    if not line.startswith(_DASH) or not _is_name(name) or raw is None or len(raw) <= _KEY_ID_SIZE:
        raise _broken("a signature line is malformed")
    return NoteSignature(name=name, key_id=raw[:_KEY_ID_SIZE], signature=raw[_KEY_ID_SIZE:], line=line + "\n")


def _parse_body(body: str) -> Checkpoint:
    lines = body[:-1].split("\n")
    if len(lines) < _BODY_LINES or "" in lines:
        raise _broken("it needs an origin, a size and a root, and no empty lines")
    origin, size, encoded, *extensions = lines
    root = _unbase64(encoded)
    if not _SIZE.fullmatch(size):
        raise _broken("its size is not a plain decimal number")
    if root is None or len(root) != _ROOT_SIZE:
        raise _broken("its root is not 32 bytes in base64")
    return Checkpoint(origin=origin, size=int(size), root=root, extensions=tuple(extensions))


def _broken(why: str) -> Tampered:
    return Tampered(f"this is not a signed checkpoint: {why}", where=_WHERE, advice="Fetch it again, unchanged.")


def key_id(name: str, public: bytes, sort: bytes = _ED25519) -> bytes:
    """Give the short id of a key of this sort under this name (4 bytes)."""
    return hashlib.sha256(name.encode() + b"\n" + sort + public).digest()[:_KEY_ID_SIZE]


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not _CONTROL.search(name) and name.split() == [name]


def check_name(name: str) -> None:
    """Raise Invalid unless keys may have this name."""
    if not _is_name(name):
        message = f"{name!r} cannot be the name of a key"
        raise Invalid(message, where=_WHERE, advice="Use a name without spaces and plus signs.")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _unbase64(text: str) -> bytes | None:
    """Read base64 that is written in the one canonical way, or return None."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _base64(raw) == text else None
