"""When a question may be answered with "ask its owner": only where it names something, and then only whom to ask.

A question that points is one that somebody could only ask who has the name or number already: whole words, at least two of
them or one with a digit, all of which must occur. A beginning of a word, a choice between words, or a word left out would let a
reader feel the way forward in the dark.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST_WORDS = 2
MOST_WORDS = 12
SHORTEST_NUMBER = 4
"""Characters of a single word with a digit; a house number alone names nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as typed, told apart: phrases of folded words, and whether it used more than plain words."""

    phrases: tuple[tuple[str, ...], ...]
    plain: bool
    """No beginning of a word, no choice, nothing left out, no filter."""


def points(asked: Asked) -> bool:
    """Claim that this question names something, so that it may be asked of what is hidden.

    >>> points(Asked(phrases=(("elena",), ("munoz",)), plain=True)), points(Asked(phrases=(("munoz",),), plain=True))
    (True, False)
    """
    words = [word for phrase in asked.phrases for word in phrase]
    if not asked.plain or not words or len(words) > MOST_WORDS:
        return False
    distinct = set(words)
    if len(distinct) >= LEAST_WORDS:
        return any(len(word) > 1 for word in distinct)
    (only,) = distinct
    return len(only) >= SHORTEST_NUMBER and any(character.isdigit() for character in only)


def meets(asked: Asked, identifiers: Sequence[str]) -> bool:
    """Claim that a record whose identifiers have these folded words, in this order, answers the question.

    >>> meets(Asked(phrases=(("munoz",), ("elena",)), plain=True), ["elena", "munoz"])
    True
    """
    return points(asked) and all(_stands(phrase, identifiers) for phrase in asked.phrases)


def _stands(phrase: Sequence[str], words: Sequence[str]) -> bool:
    length = len(phrase)
    return any(tuple(words[at : at + length]) == tuple(phrase) for at in range(len(words) - length + 1))


def owners_to_name(asking: str, found: Iterable[frozenset[str]]) -> tuple[str, ...]:
    """Name each owner once, by name, and never the agency that asks: the same line whether one record answers or many.

    >>> owners_to_name("hospital", [frozenset({"sheriff"}), frozenset({"sheriff", "hospital"})])
    ('sheriff',)
    """
    return tuple(sorted(frozenset[str]().union(*found) - {asking}))
