"""Words with their seconds, put together to passages: a sentence each, none too long to be evidence."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from tessera.model.found import Means, Passage, PassageSort, Word
from tessera.model.locator import Locator

MOST_CHARS: Final = 300
MOST_SECONDS: Final = 30.0
PAUSE_S: Final = 2.0
"""A silence that parts two passages, whatever the signs say."""

_ENDS: Final = re.compile(r"[.?!。？！…][\"'”’)\]]*$")  # noqa: RUF001 - full-width signs of other scripts
_ABBREVIATED: Final = re.compile(
    r"^[\"'“‘(\[]*(?:[A-Z]|[A-Z](?:\.[A-Z])+|Ave|Blvd|Capt|Cpl|Det|Dr|Gen|Jr|Lt|Mr|Mrs|Ms|No|Sgt|Sr|St|vs)\.$"  # noqa: RUF001 - quotation marks
)


class Spoken(NamedTuple):
    """A word as it was heard, with the blank before it if there is one, and its seconds in the recording."""

    text: str
    start: float
    end: float
    probability: float


def passages(spoken: Iterable[Spoken], language: str) -> list[Passage]:
    """Put words of one voice or channel together, in order."""
    return [_passage(group, language) for group in _grouped(spoken)]


def _grouped(spoken: Iterable[Spoken]) -> Iterator[list[Spoken]]:
    group: list[Spoken] = []
    for word in spoken:
        if group and _parted(group, word):
            yield group
            group = []
        if group or word.text.strip():
            group.append(word)
    if group:
        yield group


def _parted(group: Sequence[Spoken], word: Spoken) -> bool:
    last = group[-1]
    return (
        _ends_a_sentence(last.text)
        or word.start - last.end > PAUSE_S
        or word.end - group[0].start > MOST_SECONDS
        or sum(len(one.text) for one in group) + len(word.text) > MOST_CHARS
    )


def _ends_a_sentence(text: str) -> bool:
    """Whether a sentence ends behind this word.

    >>> [_ends_a_sentence(word) for word in (" Mr.", " U.S.", " here.", ' "no?"', " 3.5")]
    [False, False, True, True, False]
    """
    bare = text.strip()
    return bool(_ENDS.search(bare)) and not _ABBREVIATED.match(bare)


def _passage(group: Sequence[Spoken], language: str) -> Passage:
    text, words = "", []
    for one in group:
        piece = one.text if text else one.text.lstrip()
        start = len(text) + len(piece) - len(piece.lstrip())
        text += piece
        words.append(Word(start=start, end=len(text.rstrip()), seconds=(one.start, one.end)))
    return Passage(
        text=text.rstrip(),
        locator=Locator(seconds=(group[0].start, max(one.end for one in group))),
        sort=PassageSort.SPEECH,
        means=Means.SPEECH,
        language=language,
        confidence=round(sum(one.probability for one in group) / len(group), 3),
        words=tuple(word for word in words if word.end > word.start),
    )
