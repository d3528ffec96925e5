"""Which records are worth comparing: equal in all fields of at least one blocking rule."""

import itertools
from hashlib import blake2b

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
    values = [prepared.get(name) for name in rule.fields]
    if not all(values):
        return []
    alone = [value for value in values if isinstance(value, str)]
    if len(alone) == len(values):
        return [_hashed([kind, rule.name, *alone])]
    choices = [(value,) if isinstance(value, str) else value or () for value in values]
    return sorted({_hashed([kind, rule.name, *chosen]) for chosen in itertools.product(*choices)})


def _hashed(parts: list[str]) -> int:
    return int.from_bytes(blake2b("\x1f".join(parts).encode(), digest_size=8).digest(), "big", signed=True)
