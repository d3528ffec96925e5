"""A text as plain words: small letters, no accents, one space between, with where each word stood and in which sentence."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain, pairwise, zip_longest

_WORD = re.compile(r"[^\W_]+")
_END = re.compile(r"[.!?;]+(?=\s|$)|\n")
# What ends in a full stop without ending a sentence, in the way reports are written.
_SHORT = frozenset(
    "ave approx capt co col cpl dep det dr etc ft hwy inc jr lt mr mrs ms no ofc pl pvt rd rev sgt sr st vs".split()  # noqa: SIM905 - a list of words
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words of a text in order. `starts` and `ends` are character positions in it; `sentences` numbers from 0.

    `plain` has the words with one space between, and a line feed between sentences, which no phrase crosses.
    """

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[int]
    plain: str


def word_text(text: str) -> Wording:
    """Take a text apart into plain words.

    >>> word_text("St. Mary's café. Then home!").words
    ['st', 'mary', 's', 'cafe', 'then', 'home']
    """
    folded, places = _fold(text)
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    sentences: list[int] = []
    sentence = before = 0
    for found in _WORD.finditer(folded):
        if words and _ends_between(folded, before, found.start(), words[-1]):
            sentence += 1
        words.append(found.group())
        starts.append(places[found.start()])
        ends.append(places[found.end() - 1] + 1)
        sentences.append(sentence)
        before = found.end()
    gaps = ("\n" if before != after else " " for before, after in pairwise(sentences))
    plain = "".join(chain.from_iterable(zip_longest(words, gaps, fillvalue="")))
    return Wording(text=text, words=words, starts=starts, ends=ends, sentences=sentences, plain=plain)


def _ends_between(folded: str, start: int, end: int, last: str) -> bool:
    mark = _END.search(folded, start, end)
    if mark is None:
        return False
    dotted = mark.group() == "."
    return not (dotted and (last in _SHORT or len(last) == 1))


def _fold(text: str) -> tuple[str, range | list[int]]:
    """Fold as the word index does; say for each folded character where it stood."""
    if text.isascii():
        return text.lower(), range(len(text))
    letters: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(text):
        for part in unicodedata.normalize("NFD", letter).lower():
            if unicodedata.category(part) != "Mn":
                letters.append(part)
                places.append(at)
    return "".join(letters), places
