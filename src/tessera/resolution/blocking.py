"""Which records are worth comparing: equal in all fields of at least one blocking rule."""

import hashlib
import itertools
from collections.abc import Iterator

from tessera.dictionary.resolution import BlockingRule, KindModel
from tessera.resolution.prepare import Prepared


def keys_of(model: KindModel, prepared: Prepared) -> list[int]:
    """Give the record's blocking keys: signed 64-bit numbers, sorted, each once.

    Two records share a key if and only if some rule's fields are all equal and filled (for a field of several values:
    if they share one), but for accidents of hashing (2**-64 a pair of keys).
    """
    return sorted({_hashed(key) for rule in model.blocking for key in _keys(rule, prepared)})


def rule_keys(rule: BlockingRule, prepared: Prepared) -> list[int]:
    """Give the record's keys by one rule."""
    return sorted({_hashed(key) for key in _keys(rule, prepared)})


def _keys(rule: BlockingRule, prepared: Prepared) -> Iterator[tuple[str, ...]]:
    choices = []
    for name in rule.fields:
        value = prepared.get(name)
        several = (value,) if isinstance(value, str) else value or ()
        choices.append([one for one in several if one])
    for values in itertools.product(*choices):
        yield (rule.name, *values)


def _hashed(parts: tuple[str, ...]) -> int:
    digest = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
