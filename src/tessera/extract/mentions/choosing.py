"""Chooses among finds that overlap.

The parts of a dispatch line win over all, rules and checks over lists, lists over the model, and the longer one among equals.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from typing import Final

from tessera.extract.mentions.dispatch import DISPATCH
from tessera.model.found import FoundBy, Mention

_RANKS: Final = {FoundBy.CHECKSUM: 0, FoundBy.PATTERN: 0, FoundBy.LIST: 1, FoundBy.MODEL: 2}


def chosen(found: Iterable[Mention]) -> tuple[Mention, ...]:
    """Keep finds that do not overlap, in the order of the text. Of equals the one that was found first is kept."""
    kept: list[tuple[int, int]] = []
    best: list[Mention] = []
    for mention in sorted(found, key=_worth):
        if _is_free(kept, mention.start, mention.end):
            insort(kept, (mention.start, mention.end))
            best.append(mention)
    return tuple(sorted(best, key=lambda mention: mention.start))


def _worth(mention: Mention) -> tuple[bool, int, int]:
    return mention.rule != DISPATCH, _RANKS[mention.by], mention.start - mention.end


def _is_free(kept: list[tuple[int, int]], start: int, end: int) -> bool:
    at = bisect_left(kept, (start, end))
    return (at == len(kept) or kept[at][0] >= end) and (at == 0 or kept[at - 1][1] <= start)
