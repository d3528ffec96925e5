"""Witnesses: outsiders who sign that a log only grew, with the time at which they saw it (C2SP tlog-cosignature v1).

A cosignature is one more signature line below a checkpoint: the key's id, the time (8 bytes, seconds since the epoch), and
an Ed25519 signature over a header, the time and the checkpoint's text. A key of a witness is of sort 0x04, so that it can
never be taken for one that signs checkpoints, nor the other way round.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tessera.errors import Invalid, Tampered
from tessera.trust.audit import verify_consistency
from tessera.trust.checkpoint import (
    COSIGNATURE,
    Checkpoint,
    NoteSignature,
    VerifierKey,
    check_name,
    check_signature,
    key_id,
    parse_verifier_key,
    signature_line,
    split_note,
    verifier_key,
)

_HEADER = "cosignature/v1"
_TIME_SIZE = 8
_SIZE = _TIME_SIZE + 64
_LATEST = 2**63 - 1
_WHERE = "cosignature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosignature:
    """What a witness said under a checkpoint. `at` is in seconds since the epoch, by the witness's clock."""

    witness: str
    at: int
    line: str


def witness_key(name: str, key: Ed25519PrivateKey) -> str:
    """Write a witness's public key as others need it: `name+key id in hex+base64(0x04, public key)`."""
    return verifier_key(name, key, sort=COSIGNATURE)


def parse_witness_key(text: str) -> VerifierKey:
    """Read what `witness_key` wrote; Invalid where it is a key of another sort."""
    return parse_verifier_key(text, sort=COSIGNATURE)


def cosign(note: str, name: str, key: Ed25519PrivateKey, *, at: int) -> str:
    """Give the signature line of this witness for a checkpoint. The caller has checked that the log only grew.

    `at` is in seconds since the epoch.
    """
    check_name(name)
    if not 0 <= at <= _LATEST:
        message = f"{at} cannot be the time of a cosignature"
        raise Invalid(message, where=_WHERE, advice="Set this machine's clock.")
    body, _ = split_note(note)
    signature = key.sign(_message(body, at).encode())
    identity = key_id(name, key.public_key().public_bytes_raw(), COSIGNATURE)
    return signature_line(name, identity, at.to_bytes(_TIME_SIZE, "big") + signature)


def cosignatures(note: str, keys: Iterable[VerifierKey]) -> tuple[Cosignature, ...]:
    """Read the cosignatures of these witnesses, each checked, the first of each. A wrong one is Tampered; others are passed over."""
    known = {(key.name, key.key_id): key for key in keys}
    body, lines = split_note(note)
    found: dict[str, Cosignature] = {}
    for each in lines:
        key = known.get((each.name, each.key_id))
        if key is not None:
            found.setdefault(each.name, _checked(each, key, body))
    return tuple(found.values())


def with_cosignatures(note: str, lines: Sequence[str]) -> str:
    """Put signature lines below a signed note, each once."""
    known = {each.line for each in split_note(note)[1]}
    return note + "".join(line for line in dict.fromkeys(lines) if line not in known)


def may_cosign(old: Checkpoint | None, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Raise Tampered unless the new checkpoint is the old one, grown. A witness signs nothing that has not passed here.

    `old` is what this witness signed last, or None where it has never signed for this log.
    """
    if old is None:
        return
    if old.origin != new.origin:
        raise _refused(f"it is of the log {new.origin}, not {old.origin}")
    if new.size < old.size:
        raise _refused(f"it has {new.size} entries, fewer than the {old.size} that were cosigned before")
    if new.size == old.size and new.root != old.root:
        raise _refused(f"it has another root for the same {new.size} entries: the log was forked")
    grown = 0 < old.size < new.size
    if grown and not verify_consistency(old.size, new.size, old.root, new.root, proof):
        raise _refused(f"the proof does not show that the {old.size} entries cosigned before are its first ones")


def _checked(found: NoteSignature, key: VerifierKey, body: str) -> Cosignature:
    if len(found.signature) != _SIZE:
        message = f"the cosignature of {found.name} has {len(found.signature)} bytes instead of {_SIZE}"
        raise Tampered(message, where=_WHERE, advice="Ask the witness for it again.")
    at = int.from_bytes(found.signature[:_TIME_SIZE], "big")
    check_signature(key.key, found.name, found.signature[_TIME_SIZE:], _message(body, at))
    return Cosignature(witness=found.name, at=at, line=found.line)


def _message(body: str, at: int) -> str:
    return f"{_HEADER}\ntime {at}\n{body}"


def _refused(why: str) -> Tampered:
    return Tampered(
        f"this checkpoint is not cosigned: {why}",
        where=_WHERE,
        advice="Keep both checkpoints: together they are evidence. Tell the center's privacy officer and oversight board.",
    )
