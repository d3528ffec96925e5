"""What a rule is: a pattern, and a function that makes the one form of what was found, or says that it is not one."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tessera.model.found import FoundBy, Mention, MentionType

BEFORE: Final = 40
"""Characters before a find in which words may speak for or against it."""
Read = Callable[[re.Match[str]], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A pattern for one type of mention. `read` gives its value, or None where the text only looks like it.

    `hint` and `words` say what a text must hold to have a match at all, so that most texts are passed over at no cost. The confidence
    is the share of finds that were right on the labelled development lines (tests/labelled), at most .99.
    """

    name: str
    type: MentionType
    pattern: re.Pattern[str]
    read: Read
    confidence: float
    by: FoundBy = FoundBy.PATTERN
    hint: re.Pattern[str] | None = None
    words: frozenset[str] = frozenset()
    """Small words of which a text must hold one; empty: any text will do."""
    group: int = 0
    trim: Callable[[str], str] | None = None
    """Takes off the end of a find what is of the sentence and not of the thing."""

    def find(self, text: str, words: frozenset[str]) -> Iterator[Mention]:
        """Find what the rule knows, from left to right. `words` are the text's own words, small."""
        if (self.words and self.words.isdisjoint(words)) or (self.hint is not None and not self.hint.search(text)):
            return
        for match in self.pattern.finditer(text):
            value = self.read(match)
            if value is not None:
                start, end = match.span(self.group)
                end = start + len(self.trim(text[start:end])) if self.trim else end
                yield Mention(
                    start=start,
                    end=end,
                    type=self.type,
                    value=value,
                    by=self.by,
                    rule=self.name,
                    confidence=self.confidence,
                )


def words_in(text: str) -> frozenset[str]:
    """Give the words of a text, small.

    >>> sorted(words_in("The F-150's plate"))
    ['150', 'f', 'plate', 's', 'the']
    """
    return frozenset(_WORD.findall(text.lower()))


_WORD: Final = re.compile(r"[^\W_]+")


def before(match: re.Match[str], group: int = 0) -> str:
    """Give the characters before a match, small."""
    start = match.start(group)
    return match.string[max(0, start - BEFORE) : start].lower()


def after(match: re.Match[str], group: int = 0) -> str:
    """Give the characters behind a match, small."""
    end = match.end(group)
    return match.string[end : end + BEFORE].lower()


def says(words: str) -> re.Pattern[str]:
    """Compile words of which one stands directly before a find, with at most a colon, a number sign or 'is' between."""
    return re.compile(rf"(?:^|[^a-z])(?:{words})s?(?:\s+(?:number|no|num|is|was|of|id))*\s*[.:#=(]*\s*#?$")
