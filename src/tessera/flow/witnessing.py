"""What an outside witness does: fetch or read a checkpoint, see that the log only grew, and cosign it. Needs no center."""

from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tessera.engines.fetching import fetch
from tessera.trust.audit import consistency_spans
from tessera.trust.checkpoint import Checkpoint, verify_checkpoint
from tessera.trust.tiles import roots_of_spans
from tessera.trust.witness import cosign, may_cosign

Prover = Callable[[Checkpoint, Checkpoint], Sequence[bytes]]
"""Gives the hashes that show that the second checkpoint's log is the first one's, grown."""


def cosign_next(
    note: str, *, after: str, log_key: str, prove: Prover, name: str, key: Ed25519PrivateKey, at: int
) -> str:
    """Give the cosignature line for a checkpoint that is `after`, the last one cosigned ("" for the first), grown.

    Raises Tampered where it is not, and where the log's own key did not sign both. `at` is in seconds since the epoch.
    """
    new = verify_checkpoint(note, [log_key])
    old = verify_checkpoint(after, [log_key]) if after else None
    grown = old is not None and old.origin == new.origin and 0 < old.size < new.size
    may_cosign(old, new, prove(old, new) if old is not None and grown else ())
    return cosign(note, name, key, at=at)


def prove_from_tiles(log: str) -> Prover:
    """Compute proofs from the tiles that a log serves at this address."""

    def prove(old: Checkpoint, new: Checkpoint) -> Sequence[bytes]:
        return roots_of_spans(
            consistency_spans(old.size, new.size), new.size, lambda tile: fetch(f"{log}/tile/{tile.path}")
        )

    return prove
