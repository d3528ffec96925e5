"""Proof files that need no network: an entry is in a log that others watched (C2SP tlog-proof v1), or a log only grew."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from tessera.errors import Tampered
from tessera.trust.audit import HASH_SIZE

_HEAD = "c2sp.org/tlog-proof@v1"
_INDEX = "index "
_EXTRA = "extra "


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That the entry at `index` (from 0) is in the tree of the signed checkpoint `note`."""

    index: int
    hashes: tuple[bytes, ...]
    note: str


def write_proof(proof: Proof) -> str:
    """Write the file: what it is, the index, the hashes from the leaf up, an empty line, the checkpoint as it is."""
    return f"{_HEAD}\n{_INDEX}{proof.index}\n{write_hashes(proof.hashes)}\n{proof.note}"


def read_proof(text: str) -> Proof:
    """Read what `write_proof` wrote, also with extra data, which is passed over because nobody signed it."""
    head, gap, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    if lines and lines[0].startswith(_EXTRA):
        lines = lines[1:]
    if first != _HEAD or not gap or not lines or not lines[0].startswith(_INDEX):
        raise _broken("it does not begin as one")
    number = lines[0].removeprefix(_INDEX)
    if not (number.isascii() and number.isdecimal()) or str(int(number)) != number:
        raise _broken("its index is not a plain decimal number")
    return Proof(index=int(number), hashes=read_hashes("\n".join(lines[1:])), note=note)


def write_hashes(hashes: Sequence[bytes]) -> str:
    """Write hashes in base64, each on its line."""
    return "".join(base64.b64encode(each).decode() + "\n" for each in hashes)


def read_hashes(text: str) -> tuple[bytes, ...]:
    """Read hashes in base64, each on its line; Tampered where one is none."""
    return tuple(_read_hash(line) for line in text.split("\n") if line)


def _read_hash(line: str) -> bytes:
    try:
        found = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        raise _broken("a hash is not base64") from None
    if len(found) != HASH_SIZE:
        raise _broken(f"a hash has {len(found)} bytes")
    return found


def _broken(why: str) -> Tampered:
    return Tampered(f"this is no proof: {why}", where="proof", advice="Ask for it again, and keep the file unchanged.")
