"""Phrases as people write them, made into expressions that cost a time in proportion to the text and no more.

A phrase is words in small letters without accents. `protest*` finds any ending, `march/rally` is a choice for one word, and
`...` stands for up to four words in between. Nothing else has a meaning, so that no list can hold a slow expression.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate

from tessera.errors import Invalid

MOST_BETWEEN = 4
"""Words that three dots may stand for."""
NOTHING = r"[^\s\S]"
"""What finds nothing, in both grammars: the expression of no phrases."""
LAST = "\U0010ffff"
"""What sorts behind every letter."""
_GAP = "..."
_CHOICE = re.compile(r"[a-z0-9]+\*?(?:/[a-z0-9]+\*?)*")


def compile_phrases(phrases: Iterable[str]) -> re.Pattern[str]:
    """Make one expression that finds any of these phrases in a text of words with single spaces between.

    >>> compile_phrases(["attend* ... church*"]).search("he attended the old church daily").group()
    'attended the old church'
    """
    return re.compile(expression(phrases))


def expression(phrases: Iterable[str]) -> str:
    """Write the expression in the grammar that Python and RE2 share; phrases are sorted in by their first letter."""
    by_letter: dict[str, list[str]] = {}
    for phrase in phrases:
        for first, rest in _starts(phrase):
            by_letter.setdefault(first[0], []).append(first[1:] + rest)
    if not by_letter:
        return NOTHING
    branches = (f"{letter}(?:{'|'.join(dict.fromkeys(rests))})" for letter, rests in sorted(by_letter.items()))
    return rf"\b(?:{'|'.join(branches)})\b"


def telling_words(phrases: Iterable[str], sample: Iterable[str]) -> str:
    """Write an expression for one word of each phrase: where none of them stands, none of the phrases does.

    Of each phrase it takes the word that a sample of plain texts has least often, and of such the longest. Which one is
    taken changes how much is left out at first sight, and never what is found.

    >>> telling_words(["attend* ... church*", "at a vigil"], ["a church", "at the church"]).replace(chr(92), "/")
    '/b(?:attend|vigil/b)'
    """
    counts = _Counts(sample)
    words = (word for phrase in phrases for word in min(_words(phrase), key=counts.rank).split("/"))
    found = [word.rstrip("*") + ("" if word.endswith("*") else r"\b") for word in dict.fromkeys(words)]
    return rf"\b(?:{'|'.join(found)})" if found else NOTHING


def _words(phrase: str) -> list[str]:
    return [word for word in phrase.split() if word != _GAP]


class _Counts:
    """How often words, and beginnings of words, stand in some texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        counted = Counter(word for text in texts for word in text.split())
        self._words = sorted(counted)
        self._before = [0, *accumulate(counted[word] for word in self._words)]

    def rank(self, choice: str) -> tuple[int, int]:
        """Order words of a phrase: how often any of the choices stands, then the longer before the shorter."""
        ones = choice.split("/")
        return sum(map(self._count, ones)), -min(len(one.rstrip("*")) for one in ones)

    def _count(self, word: str) -> int:
        stem = word.rstrip("*")
        end = f"{stem}{LAST}" if word.endswith("*") else f"{stem}\0"
        return self._before[bisect_left(self._words, end)] - self._before[bisect_left(self._words, stem)]


def _starts(phrase: str) -> list[tuple[str, str]]:
    """Split a phrase into its possible first words and the expression for what follows."""
    words = phrase.split()
    if not words or _GAP in (words[0], words[-1]):
        raise Invalid(f"{phrase!r} is no phrase", advice="Begin and end it with a word.")
    rest, gap = "", False
    for word in words[1:]:
        if word == _GAP:
            gap = True
            continue
        rest += (rf"(?: \w+){{0,{MOST_BETWEEN}}} " if gap else " ") + _choice(word, phrase)
        gap = False
    _choice(words[0], phrase)
    return [(one.rstrip("*"), _ending(one) + rest) for one in words[0].split("/")]


def _choice(word: str, phrase: str) -> str:
    if not _CHOICE.fullmatch(word):
        advice = "Use small letters and digits; a star at a word's end, slashes for choices, three dots for a gap."
        raise Invalid(f"{word!r} in the phrase {phrase!r} cannot be read", advice=advice)
    found = "|".join(one.replace("*", r"\w*") for one in word.split("/"))
    return f"(?:{found})" if "/" in word else found


def _ending(word: str) -> str:
    return r"\w*" if word.endswith("*") else ""
