"""One look over a text, shared by all rules: its words, and the places where something may begin.

A rule that begins with a figure is tried at figures only, and so on; that is what makes many rules cheap.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from tessera.extract.mentions.headings import Cell, cells

_WORD = re.compile(r"[^\W\d_]+")
_FIGURES = re.compile(r"\d\d*", re.ASCII)
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-ÞŠŽĄĆŁŃŚŹŻČĎĚŇŘŤŮ][^\W\d_]*(?:['’-][^\W\d_]+)*")
_TOKEN = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_SHORTEST_TOKEN: Final = 14
_LONGEST_TOKEN: Final = 140


@dataclass(frozen=True)
class Look:
    """A text, and what is to be seen in it at once. All places count characters from 0."""

    text: str
    above: str = ""
    """The row of headings of the table that the text is a row of."""

    @cached_property
    def lower(self) -> str:
        """The text in small letters, as long as it was."""
        plain = self.text.lower()
        return (
            plain
            if len(plain) == len(self.text)
            else "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)
        )

    @cached_property
    def starts(self) -> Mapping[str, Sequence[int]]:
        """Where each of its words begins, the words in small letters."""
        found: dict[str, list[int]] = {}
        for match in _WORD.finditer(self.lower):
            word = match.group()
            if word in found:
                found[word].append(match.start())
            else:
                found[word] = [match.start()]
        return found

    @property
    def words(self) -> KeysView[str]:
        """Its words in small letters."""
        return self.starts.keys()

    @cached_property
    def figures(self) -> tuple[int, ...]:
        """Where figures begin."""
        return tuple(match.start() for match in _FIGURES.finditer(self.text))

    @cached_property
    def capitals(self) -> tuple[tuple[int, int], ...]:
        """Where words with a capital letter begin and end."""
        text = self.text
        return tuple(
            match.span()
            for match in _CAPITAL.finditer(text)
            if match.start() == 0 or not text[match.start() - 1].isalnum()
        )

    @cached_property
    def tokens(self) -> tuple[int, ...]:
        """Where long runs of letters and figures begin that hold a figure."""
        found, after = [], 0
        for at in self.figures:
            if at < after:
                continue
            start = self._start_of_token(at, after)
            match = _TOKEN.match(self.text, start)
            after = match.end() if match else at + 1
            if after - start >= _SHORTEST_TOKEN:
                found.append(start)
        return tuple(found)

    def _start_of_token(self, at: int, after: int) -> int:
        lowest = max(after, at - _LONGEST_TOKEN)
        while at > lowest and self.text[at - 1].isascii() and self.text[at - 1].isalnum():
            at -= 1
        return at

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of rows of a table, with their headings."""
        if not self.above:
            return tuple(cells(self.text))
        before = len(self.above) + 1
        told = cells(f"{self.above}\n{self.text}")
        own = (cell for cell in told if cell.start >= before)
        return tuple(replace(cell, start=cell.start - before, end=cell.end - before) for cell in own)

    def below(self, words: frozenset[str]) -> Iterator[Cell]:
        """Give the cells below a heading that has one of these words."""
        may_be = not words.isdisjoint(self.words) or any(word in self.above.lower() for word in words)
        return (cell for cell in self.cells if cell.heading & words) if may_be else iter(())

    def places(self, words: frozenset[str]) -> Iterator[tuple[int, int]]:
        """Give where any of these words stands, each word whole."""
        starts = self.starts
        yield from sorted((at, at + len(word)) for word in starts.keys() & words for at in starts[word])

    def near(self, words: frozenset[str]) -> "Near":
        """Give a quick answer to whether one of these words is near a place."""
        return Near(tuple(start for start, _ in self.places(words)))

    def has(self, parts: Iterable[str]) -> bool:
        """Say whether the text holds any of these, in small letters."""
        return any(part in self.lower for part in parts)


@dataclass(frozen=True)
class Near:
    """Where some words stand, in order."""

    starts: tuple[int, ...]

    def between(self, start: int, end: int) -> bool:
        """Say whether one of the words begins from `start` on and before `end`."""
        at = bisect_left(self.starts, start)
        return at < len(self.starts) and self.starts[at] < end
