"""Lists of words that name drugs, weapons, organisations: data of packs and of the site, found in texts word by word."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tessera.dictionary.lines import LinedDict, check_keys, mapping_of, names_of, text_of
from tessera.errors import Invalid

NEAR: Final = 160
"""Characters within which a word of context must stand, for a name that means something else by itself."""
_WORD: Final = re.compile(r"(?:(?![a-z][A-Z])[^\W_])*[^\W_](?:['\u2019-](?:(?![a-z][A-Z])[^\W_])*[^\W_])*")
"""Words; a capital behind a small letter begins another, as where a space was lost."""
LEAST_SLIPPED: Final = 7
"""Letters that a name must have to be known with one slip of the pen."""
TYPES: Final = ("drug", "organization", "place", "weapon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing and the words that name it. `loose` words name it only where a word of its list's context stands near."""

    value: str
    words: tuple[str, ...]
    loose: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """A list of things of one type."""

    name: str
    type: str
    label: str
    entries: tuple[Entry, ...]
    context: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Words of a text that a list holds: where they stand, what they name, in which list."""

    start: int
    end: int
    type: str
    value: str
    list: str


_Names = dict[str, list[tuple[tuple[str, ...], str, str, str, bool]]]


@dataclass(frozen=True, kw_only=True)
class Gazetteers:
    """All lists in use."""

    lists: tuple[Gazetteer, ...] = ()

    def with_names(self, organizations: Iterable[str]) -> "Gazetteers":
        """Add names of organisations that the center itself knows, such as its partners."""
        entries = tuple(Entry(value=name, words=(name,)) for name in dict.fromkeys(organizations) if len(name) > 3)  # noqa: PLR2004 - shorter names are words
        known = Gazetteer(name="partners", type="organization", label="Partners of the center", entries=entries)
        return Gazetteers(lists=(*self.lists, known)) if entries else self

    def find(self, text: str) -> Iterator[Hit]:
        """Find the words of the lists: the longest at each place, in the order of the text."""
        if not self._first:
            return
        words = [(m.start(), m.end(), fold(m[0])) for m in _WORD.finditer(text)]
        folded = [word for _, _, word in words]
        at = 0
        while at < len(words):
            found = self._at(folded, at) or self._slipped(folded[at])
            if found is None:
                at += 1
                continue
            length, kind, value, name, loose = found
            start, end = words[at][0], words[at + length - 1][1]
            if not loose or self._in_context(name, words, at, length):
                yield Hit(start=start, end=end, type=kind, value=value, list=name)
            at += length

    def _at(self, folded: Sequence[str], at: int) -> tuple[int, str, str, str, bool] | None:
        """Give the longest name that begins at a word; a plural of its last word counts as the word."""
        for first in (folded[at], _singular(folded[at])):
            for phrase, kind, value, name, loose in self._first.get(first, ()):
                length = len(phrase)
                told = tuple(folded[at : at + length])
                if told == phrase or (len(told) == length and (*told[:-1], _singular(told[-1])) == phrase):
                    return length, kind, value, name, loose
        return None

    def _slipped(self, word: str) -> tuple[int, str, str, str, bool] | None:
        """Know a long name with one letter lost, added, changed or swapped. It counts only in context, as loose names do."""
        if len(word) < LEAST_SLIPPED - 1 or not word.isalpha():
            return None
        for shorter in {word, *_shortened(word)}:
            for name in self._slips.get(shorter, ()):
                if _one_slip(name[0][0], word):
                    return 1, *name[1:4], True
        return None

    def _in_context(self, name: str, words: Sequence[tuple[int, int, str]], at: int, length: int) -> bool:
        """Claim that a word of the list's context, or a sure name of it, stands near and is not the name itself."""
        around = self._context[name]
        left = next((i for i in range(at, -1, -1) if words[at][0] - words[i][1] > NEAR), -1)
        beside = [*range(left + 1, at), *range(at + length, len(words))]
        return any(
            words[i][2] in around or _singular(words[i][2]) in around
            for i in beside
            if words[i][0] - words[at + length - 1][1] <= NEAR
        )

    @cached_property
    def _first(self) -> _Names:
        """Names by their first word, the longest first."""
        names: _Names = {}
        for one in self.lists:
            for entry in one.entries:
                for word, loose in [*((w, False) for w in entry.words), *((w, True) for w in entry.loose)]:
                    phrase = tuple(fold(m[0]) for m in _WORD.finditer(word))
                    if phrase:
                        names.setdefault(phrase[0], []).append((phrase, one.type, entry.value, one.name, loose))
        for some in names.values():
            some.sort(key=lambda found: (-len(found[0]), found[4]))
        return names

    @cached_property
    def _slips(self) -> _Names:
        """Sure names of one long word, under themselves and under what is left of them without one letter."""
        found: _Names = {}
        for names in self._first.values():
            for name in names:
                (word, *more), loose = name[0], name[4]
                if not more and not loose and len(word) >= LEAST_SLIPPED and word.isalpha():
                    for shorter in {word, *_shortened(word)}:
                        found.setdefault(shorter, []).append(name)
        return found

    @cached_property
    def _context(self) -> Mapping[str, frozenset[str]]:
        """Words that make loose names sure, by list: its context, and every sure name of one word."""
        return {
            one.name: frozenset(
                [*map(fold, one.context), *(fold(w) for entry in one.entries for w in entry.words if " " not in w)]
            )
            for one in self.lists
        }


def _shortened(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _one_slip(name: str, word: str) -> bool:
    """Claim that one letter lost, added, changed or swapped with its neighbour makes the word of the name.

    >>> [_one_slip("cocaine", word) for word in ("cocanie", "cocain", "cocaiine", "cokaine", "cocoon")]
    [True, True, True, True, False]
    """
    if len(name) == len(word):
        differing = [at for at in range(len(name)) if name[at] != word[at]]
        if len(differing) == 2:  # noqa: PLR2004 - two letters swapped
            first, second = differing
            return second == first + 1 and name[first] == word[second] and name[second] == word[first]
        return len(differing) == 1
    longer, shorter = (name, word) if len(name) > len(word) else (word, name)
    return len(longer) == len(shorter) + 1 and shorter in _shortened(longer)


def fold(word: str) -> str:
    """Fold a word: small letters, no accents, a plain apostrophe; possessives lose theirs.

    >>> fold("Fentanyl's"), fold("Café")
    ('fentanyl', 'cafe')
    """
    small = word.lower().replace("\u2019", "'")
    small = small.removesuffix("'s")
    return (
        small
        if small.isascii()
        else "".join(c for c in unicodedata.normalize("NFD", small) if unicodedata.category(c) != "Mn")
    )


def _singular(word: str) -> str:
    """Take a plural ending off, where what is left is long enough to be a word."""
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004 - "ties" is no plural of "ty"
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004 - "gas"


def read_gazetteer(given: LinedDict) -> Gazetteer:
    """Read one list: its name, the type of what it names, and its entries with their words."""
    check_keys(given, {"name", "type", "label", "context", "entries"}, "a gazetteer")
    kind = text_of(given, "type")
    if kind not in TYPES:
        raise Invalid(f"unknown type {kind!r}", where=given.at("type"), advice=f"Use one of: {', '.join(TYPES)}.")
    entries = mapping_of(given, "entries")
    return Gazetteer(
        name=text_of(given, "name"),
        type=kind,
        label=text_of(given, "label"),
        entries=tuple(_entry(value, mapping_of(entries, value)) for value in entries),
        context=names_of(given, "context") if "context" in given else (),
    )


def _entry(value: str, given: LinedDict) -> Entry:
    check_keys(given, {"words", "loose"}, f"entry {value!r}")
    words = names_of(given, "words") if "words" in given else ()
    loose = names_of(given, "loose") if "loose" in given else ()
    return Entry(value=value, words=(value, *words), loose=loose)
