"""Receipts of purges: what is left when the content is gone, signed so that outsiders can check it offline.

A receipt names no person of whom records spoke. A record is a salted hash of its identifier: who holds the identifier can
find out that the record was purged, and from a receipt nobody can find out the identifier.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias
from uuid import UUID

from tessera.errors import Tampered
from tessera.trust.checkpoint import VerifierKey, verify_note

Facts: TypeAlias = dict[str, Any]
WHERE = "purge receipt"


def record_hash(salt: bytes, uid: UUID) -> str:
    """Hash a record's identifier with the receipt's salt (HMAC-SHA-256, hexadecimal)."""
    return hmac.new(salt, uid.bytes, hashlib.sha256).hexdigest()


def write_receipt(facts: Facts, sign: Callable[[str], str]) -> str:
    """Write facts and their signed note as one JSON document; `sign` signs a text that ends with a newline."""
    note = sign(f"tessera purge receipt\n{facts['purge']}\n{_digest(facts)}\n")
    return json.dumps({"facts": facts, "note": note}, indent=1, sort_keys=True) + "\n"


def read_receipt(text: str, verifier_keys: Iterable[str | VerifierKey]) -> Facts:
    """Check a receipt's signature and that it belongs to its facts; return the facts. Raises Tampered."""
    try:
        written = json.loads(text)
        facts, note = written["facts"], written["note"]
        named = str(facts["purge"])
    except (ValueError, KeyError, TypeError):
        raise Tampered("this is no purge receipt", where=WHERE, advice="Fetch it again, unchanged.") from None
    body, _ = verify_note(note, verifier_keys)
    if body != f"tessera purge receipt\n{named}\n{_digest(facts)}\n":
        raise Tampered("the receipt does not say what was signed", where=WHERE, advice="Fetch it again, unchanged.")
    return dict(facts)


def _digest(facts: Facts) -> str:
    plain = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(plain.encode()).hexdigest()
