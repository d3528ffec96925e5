"""A rule finds one type of mention, and reads each find into its one form."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from tessera.extract.mentions.look import Look
from tessera.model.found import FoundBy, Mention, MentionType

Hit: TypeAlias = tuple[int, int, str]
"""Where it starts and ends, and its value."""
Finder: TypeAlias = Callable[[Look], Iterator[Hit]]
Reader: TypeAlias = Callable[[re.Match[str]], str | None]
"""Gives the value of a find, or None where it is none."""
_SHORT: Final = re.compile(r"\b(no|nos|num|acct|lic)\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How to find a type of mention.

    A text is searched only where it holds one of `parts` (in small letters), and one of `words`; without these, always.
    `confidence` is measured on the labelled lines for development, by the rule of succession: (right + 1) / (finds + 2), so
    that a rule that was seldom tried is not taken for a sure one.
    """

    name: str
    type: MentionType
    find: Finder
    confidence: float
    by: FoundBy = FoundBy.PATTERN
    parts: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()

    def mentions(self, look: Look) -> Iterator[Mention]:
        """Give what this rule finds."""
        if (self.parts and not look.has(self.parts)) or (self.words and self.words.isdisjoint(look.words)):
            return
        for start, end, value in self.find(look):
            yield Mention(
                start=start,
                end=end,
                type=self.type,
                value=value,
                by=self.by,
                rule=self.name,
                confidence=self.confidence,
            )


def anywhere(pattern: re.Pattern[str], read: Reader, group: int | str = 0) -> Finder:
    """Make a finder that tries a pattern at every character; for what has a rare sign."""

    def find(look: Look) -> Iterator[Hit]:
        for match in pattern.finditer(look.text):
            value = read(match)
            if value is not None:
                yield *match.span(group), value

    return find


def at_figures(pattern: re.Pattern[str], read: Reader, lead: str = "") -> Finder:
    """Make a finder that tries a pattern where figures begin, and at the signs of `lead` directly in front of them."""

    def find(look: Look) -> Iterator[Hit]:
        yield from tried(pattern, read, look.text, _led(look, lead) if lead else iter(look.figures))

    return find


def at_tokens(pattern: re.Pattern[str], read: Reader) -> Finder:
    """Make a finder that tries a pattern where long runs of letters and figures begin."""

    def find(look: Look) -> Iterator[Hit]:
        yield from tried(pattern, read, look.text, iter(look.tokens))

    return find


def at_capitals(pattern: re.Pattern[str], read: Reader, first: frozenset[str] = frozenset()) -> Finder:
    """Make a finder that tries a pattern at words with a capital letter; only at those of `first`, in small letters, if given."""

    def find(look: Look) -> Iterator[Hit]:
        starts = (start for start, end in look.capitals if not first or look.lower[start:end] in first)
        yield from tried(pattern, read, look.text, starts)

    return find


def _led(look: Look, lead: str) -> Iterator[int]:
    text = look.text
    for at in look.figures:
        start = at
        while start > 0 and text[start - 1] in lead:
            start -= 1
        yield from range(start, at + 1)


def tried(pattern: re.Pattern[str], read: Reader, text: str, starts: Iterator[int]) -> Iterator[Hit]:
    """Try a pattern at some places, in order; none begins within the find before."""
    after = 0
    for start in starts:
        if start < after:
            continue
        match = pattern.match(text, start)
        value = read(match) if match else None
        if match and value is not None:
            after = match.end()
            yield match.start(), after, value


def before(match: re.Match[str], reach: int, group: int | str = 0) -> str:
    """Give that many characters in front of a find; the full stop of "no." does not end a sentence, so it is a space."""
    start = match.start(group)
    said = match.string[max(0, start - reach) : start]
    return _SHORT.sub(r"\1 ", said) if "." in said else said


def behind(match: re.Match[str], reach: int, group: int | str = 0) -> str:
    """Give that many characters behind a find."""
    end = match.end(group)
    return match.string[end : end + reach]
