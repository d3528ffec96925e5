"""The keys by which names are found: pairs of sounds, so that a lookup in a million names gives hundreds, not tens of thousands.

A key is a number of 44 bits: what sort of key, then two codes of `name_sounds`. The same pairs are made of what is stored and of
what is asked for; a question also asks for short forms, other spellings, and codes that are one slip of the pen away.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations

from tessera.dictionary.names import NameSort, NameWords
from tessera.resolution.name_reading import Name, Token
from tessera.resolution.name_sounds import BITS, first_sounds, near, packed, sound

KEY_BITS = 2 * BITS + 4
MOST_WORDS = 6
"""Words of a stored name that make keys, the most telling first."""
_LEAST_NEAR = 3
"""Letters of a code from which on slips are looked for; shorter ones would reach every name."""
_WEIGHT_OF_PAIR = 0.3
_MOST_SHORT = 4


class KeySort(IntEnum):
    """What a key is made of."""

    PAIR = 1
    """Two words."""
    LETTER = 2
    """A word, and the first sound of another."""
    INITIAL = 3
    """A word, and an initial as it stands in the name."""
    WORD = 4
    """One word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedKeys:
    """Keys to look for, the telling ones first: `exact`, then `near` (one slip away), then `wide` (one word alone)."""

    exact: frozenset[int]
    near: frozenset[int]
    wide: frozenset[int]


def stored_keys(name: Name) -> set[int]:
    """Give the keys under which a name is kept."""
    slots = [_codes(token) for token in _telling(name.tokens)]
    firsts = [{code[0] for code in codes if code} for codes in slots]
    initials = [first_sounds(token.text) for token in name.tokens if token.is_initial]
    keys = {_key(KeySort.WORD, code, "") for codes in slots for code in codes}
    for (i, mine), (j, theirs) in combinations(enumerate(slots), 2):
        keys |= {_pair(a, b) for a in mine for b in theirs}
        keys |= {_key(KeySort.LETTER, a, letter) for a in mine for letter in firsts[j]}
        keys |= {_key(KeySort.LETTER, b, letter) for b in theirs for letter in firsts[i]}
    keys |= {_key(KeySort.INITIAL, code, s) for codes in slots for code in codes for some in initials for s in some}
    if name.acronym:
        keys.add(_key(KeySort.WORD, sound(name.acronym), ""))
    return keys


def asked_keys(name: Name, words: NameWords) -> AskedKeys:
    """Give the keys to look for a name by."""
    tokens = [*_telling(_with_neighbours(name)), *_telling(name.tokens)]
    own = [set(_codes(token)) for token in tokens]
    wider = [own[i] | _relatives(token, words) for i, token in enumerate(tokens)]
    initials = {s for token in name.tokens if token.is_initial for s in first_sounds(token.text)}
    exact: set[int] = set()
    close: set[int] = set()
    for i, j in combinations(range(len(tokens)), 2):
        exact |= {_pair(a, b) for a in wider[i] for b in wider[j]}
        close |= set(_close(own[i], own[j])) | set(_close(own[j], own[i]))
        exact |= {_key(KeySort.INITIAL, a, c[0]) for a in own[i] for c in wider[j] if c}
        exact |= {_key(KeySort.INITIAL, b, c[0]) for b in own[j] for c in wider[i] if c}
    exact |= {_key(KeySort.LETTER, a, s) for codes in wider for a in codes for s in initials}
    exact |= {_key(KeySort.INITIAL, a, s) for codes in wider for a in codes for s in initials}
    wide = {_key(KeySort.WORD, a, "") for codes in wider for a in codes}
    if len([t for t in name.tokens if not t.is_initial]) == 1:
        close |= {_key(KeySort.WORD, c, "") for codes in own for a in codes if len(a) >= _LEAST_NEAR for c in near(a)}
    if name.acronym:
        wide.add(_key(KeySort.WORD, sound(name.acronym), ""))
    return AskedKeys(exact=frozenset(exact), near=frozenset(close - exact), wide=frozenset(wide))


def _close(slipped: Iterable[str], kept: Iterable[str]) -> Iterator[int]:
    for code in slipped:
        if len(code) >= _LEAST_NEAR:
            for other in near(code):
                yield from (_pair(other, one) for one in kept)


def _telling(tokens: Sequence[Token]) -> list[Token]:
    """Choose the words that make keys: those that tell most, as many as MOST_WORDS."""
    some = [token for token in tokens if token.code and not token.is_initial and token.weight >= _WEIGHT_OF_PAIR]
    if len({token.text for token in some}) < 2:  # noqa: PLR2004 - a pair; else common words must do
        some = [token for token in tokens if token.code and not token.is_initial]
    return sorted(some, key=lambda token: -token.weight)[:MOST_WORDS]


def _codes(token: Token) -> list[str]:
    return list(dict.fromkeys([token.code, *(sound(text) for text in token.also)]))


def _with_neighbours(name: Name) -> list[Token]:
    """Add each two neighbours written as one word, where one of them is short: Xiao Ping is Xiaoping."""
    tokens = list(name.tokens)
    for first, second in zip(name.tokens, name.tokens[1:], strict=False):
        if name.sort is NameSort.PERSON and min(len(first.text), len(second.text)) <= _MOST_SHORT:
            joined = {first.text + second.text, first.syllable + second.syllable}
            tokens += [Token(text, 1.0, sound(text)) for text in sorted(joined)]
    return tokens


def _relatives(token: Token, words: NameWords) -> set[str]:
    """Give the codes of short forms, full forms and other spellings of a word."""
    names = set(token.full_forms) | words.short_forms.get(token.text, frozenset())
    for head in token.families:
        names |= words.families[head] | words.short_forms.get(head, frozenset())
    for head in token.counterparts:
        names |= words.languages[head]
    if token.syllable:
        names.add(token.syllable)
    return {code for name in names if (code := sound(name))}


def _pair(one: str, other: str) -> int:
    first, second = sorted((packed(one), packed(other)))
    return (KeySort.PAIR << BITS | first) << BITS | second


def _key(sort: KeySort, code: str, other: str) -> int:
    return (sort << BITS | packed(code)) << BITS | packed(other)
