"""Which records are worth comparing: equal in all fields of at least one blocking rule."""

import hashlib
import itertools

from tessera.dictionary.resolution import BlockingRule, KindModel
from tessera.resolution.prepare import Prepared


def keys_of(model: KindModel, prepared: Prepared) -> list[int]:
    """Give the record's blocking keys: signed 64-bit numbers, sorted, each once.

    Two records of a kind share a key if and only if some rule's fields are all equal and filled (for a field of several
    values: if they share one), but for accidents of hashing (2**-64 a pair of keys). Keys of two kinds are never the same.
    """
    return sorted({key for rule in model.blocking for key in rule_keys(model.kind, rule, prepared)})


def rule_keys(kind: str, rule: BlockingRule, prepared: Prepared) -> list[int]:
    """Give the record's keys by one rule of a kind."""
    choices = []
    for name in rule.fields:
        value = prepared.get(name)
        if not value:
            return []
        choices.append((value,) if isinstance(value, str) else value)
    return sorted({_hashed((kind, rule.name, *values)) for values in itertools.product(*choices)})


def _hashed(parts: tuple[str, ...]) -> int:
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
