"""What a sentence says of two things that it names: who drives what, who is reached under which number, who lives where."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tessera.model.found import Mention, MentionType, Relation

_SENTENCE: Final = re.compile(r"(?:(?<=[.!?])|\n)\s+(?=[A-Z\"\u201c(\d])|\n{2,}")
_TITLES: Final = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Det|Sgt|Lt|Cpl|Ofc|Capt|Dep|Tpr|St|Ave|Rd|Blvd|No|Inc|Co|vs|approx|a\.m|p\.m)\.$"
)
_NEGATED: Final = re.compile(
    r"\b(?:not|never|no longer|denied|denies|without|neither|nor|unable|didn['\u2019]t|doesn['\u2019]t|isn['\u2019]t|wasn['\u2019]t|cannot|refused)\b",
    re.IGNORECASE,
)
_VEHICLES: Final = frozenset({MentionType.VEHICLE, MentionType.PLATE, MentionType.VIN})
_PLACES: Final = frozenset({MentionType.ADDRESS, MentionType.PLACE})
_WHO: Final = frozenset({MentionType.PERSON, MentionType.ORGANIZATION})
_LONGEST: Final = 120
"""Characters between two things beyond which a sentence no longer relates them directly."""


class _Saying:
    """Words between a subject and an object that state a relation; `turned` words stand between object and subject."""

    def __init__(
        self,
        words: str,
        subjects: frozenset[MentionType],
        objects: frozenset[MentionType],
        link: tuple[str, str],
        *,
        turned: str = "",
    ) -> None:
        self.words = re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
        self.turned = re.compile(rf"\b(?:{turned})\b", re.IGNORECASE) if turned else None
        self.subjects, self.objects, self.link = subjects, objects, link


_PERSON: Final = frozenset({MentionType.PERSON})
_SAYINGS: Final = (
    _Saying("own(?:s|ed)?|bought|purchased|is the (?:registered )?owner of|registered", _WHO & _PERSON, _VEHICLES, ("uses-vehicle", "owner"), turned="owned by|registered to|belong(?:s|ing|ed) to|is registered to"),
    _Saying("driv(?:es|ing|en)|drove|operat(?:es|ing|ed)|was (?:seen )?(?:driving|operating|behind the wheel of)|fled in|left in|arrived in|at the wheel of", _PERSON, _VEHICLES, ("uses-vehicle", "driver"), turned="driven by|operated by|with .{0,20}(?:driving|at the wheel)"),
    _Saying("passenger in|riding in|rode in|got into|entered|front seat of|back ?seat of", _PERSON, _VEHICLES, ("uses-vehicle", "passenger")),
    _Saying("call(?:ed|s|ing)? from|phoned from|texted from|us(?:es|ed|ing)|reach(?:ed|able)? (?:at|on|under)|contact(?:ed)? (?:at|on)|phone(?: number)?(?: is)?|cell(?: ?phone)?(?: is)?|telephone|mobile|tel|number is|at", _WHO, frozenset({MentionType.PHONE}), ("uses-phone", ""), turned="belong(?:s|ing|ed) to|subscribed to|registered to|used by|is used by|of|comes? back to"),
    _Saying("liv(?:es|ed|ing) (?:at|in|on)|resid(?:es|ed|ing) (?:at|in|on)|stay(?:s|ed|ing) at|home (?:address )?(?:is|at)|residence (?:is|at)|address(?: is)?|home at|of", _PERSON, _PLACES, ("resides-at", "home"), turned="(?:the )?(?:home|residence|apartment|house) of|occupied by|where"),
    _Saying("work(?:s|ed|ing) (?:for|at)|employed (?:by|at|with)|employee of|an? \\w+ (?:at|for|with)", _PERSON, frozenset({MentionType.ORGANIZATION}), ("employed-by", ""), turned="employs|hired|employee|employer of"),
)  # fmt: skip


def find_relations(text: str, mentions: Sequence[Mention]) -> tuple[Relation, ...]:
    """Find what the sentences of a text say of two of its mentions. What is denied is not taken."""
    if not any(mention.type in _WHO for mention in mentions):
        return ()
    return tuple(
        dict.fromkeys(found for start, end in sentences(text) for found in _in_sentence(text, mentions, start, end))
    )


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Give where each sentence begins and ends. Titles and short forms end none.

    >>> text = "Det. Sgt. Ruiz called. He left."
    >>> [text[start:end] for start, end in sentences(text)]
    ['Det. Sgt. Ruiz called.', 'He left.']
    """
    start = 0
    for gap in _SENTENCE.finditer(text):
        if _TITLES.search(text[max(start, gap.start() - 12) : gap.start()]) and "\n\n" not in gap[0]:
            continue
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _in_sentence(text: str, mentions: Sequence[Mention], start: int, end: int) -> Iterator[Relation]:
    here = [mention for mention in mentions if start <= mention.start and mention.end <= end]
    for at, first in enumerate(here):
        for second in here[at + 1 :]:
            found = _related(text, first, second)
            if found:
                subject, object_, (link, role) = found
                yield Relation(type=link, role=role, subject=subject, object=object_, start=start, end=end)


def _related(text: str, first: Mention, second: Mention) -> tuple[Mention, Mention, tuple[str, str]] | None:
    between = text[first.end : second.start]
    if len(between) > _LONGEST or _NEGATED.search(between):
        return None
    for saying in _SAYINGS:
        if first.type in saying.subjects and second.type in saying.objects and saying.words.search(between):
            return first, second, saying.link
        if (
            saying.turned
            and second.type in saying.subjects
            and first.type in saying.objects
            and saying.turned.search(between)
        ):
            return second, first, saying.link
    return None
