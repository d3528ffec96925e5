"""All rules together, and which find stays where two overlap."""

from collections.abc import Iterator, Sequence
from typing import Final

from tessera.dictionary.gazetteers import Gazetteers
from tessera.extract.mentions import identifiers, network, persons, places, times
from tessera.extract.mentions.dispatch import DISPATCH, dispatch_mentions
from tessera.extract.mentions.pattern import words_in
from tessera.model.found import FoundBy, Mention, MentionType

RULES: Final = (*network.RULES, *identifiers.RULES, *places.RULES, *times.RULES, *persons.RULES)
LISTED: Final = 0.9
"""Confidence of a word of a list."""
_RANK: Final = {FoundBy.CHECKSUM: 0, FoundBy.PATTERN: 1, FoundBy.LIST: 2, FoundBy.MODEL: 3}


def find_mentions(text: str, words: Gazetteers, names: Sequence[Mention] = ()) -> tuple[Mention, ...]:
    """Find what a text names. `names` is what a model found in the same text."""
    dispatched = dispatch_mentions(text)
    found = [*dispatched, *_by_rules(text), *_by_lists(text, words), *names]
    return tuple(sorted(_chosen(found), key=lambda mention: mention.start))


def _by_rules(text: str) -> Iterator[Mention]:
    words = words_in(text)
    for rule in RULES:
        yield from rule.find(text, words)


def _by_lists(text: str, words: Gazetteers) -> Iterator[Mention]:
    for hit in words.find(text):
        yield Mention(
            start=hit.start,
            end=hit.end,
            type=MentionType(hit.type),
            value=hit.value,
            by=FoundBy.LIST,
            rule=hit.list,
            confidence=LISTED,
        )


def _chosen(found: Sequence[Mention]) -> list[Mention]:
    """Keep, where finds overlap, a dispatch line's own part, the surer sort, the longer, the one that stands first."""
    taken: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.rule != DISPATCH, _RANK[m.by], m.start - m.end, m.start)):
        if all(mention.end <= other.start or other.end <= mention.start for other in taken):
            taken.append(mention)
    return taken
