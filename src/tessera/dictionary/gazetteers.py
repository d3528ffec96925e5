"""Gazetteers: lists of words that name a sort of thing, read from `packs/*/gazetteers/*.yaml`, and a search for all at once.

A list says the thing's one name and the ways in which people write it. Words that mean something else as well ("ice") count
only where a word of the list's context is near.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from tessera.dictionary.lines import LinedDict, check_keys, did_you_mean, flag_of, mapping_of, names_of, text_of
from tessera.errors import Invalid
from tessera.model.found import MentionType

_KEYS = frozenset(
    ["name", "label", "definition", "type", "cased", "tolerant", "entries", "ambiguous", "context", "not"]
)
_WORD = re.compile(r"[^\W\d_]+|\d+")
_LOST_SPACE = re.compile(r"[a-z][A-Z](?=[a-z])")
_JOINT = re.compile(r"[ \t\n]{0,2}[-'\u2019./,&]?[ \t\n]{0,2}")
_SHORT: Final = 2
"""Letters up to which a word stands inside too many others to be sought one by one."""
_LONGEST_JOINT: Final = 3
_NEAR: Final = 80
"""Characters on each side within which a word of the context counts."""
_SHORTEST_TOLERANT: Final = 7
"""Letters from which one wrong, missing, added or swapped letter is forgiven, where a word of the context is near."""
_END: Final = ""
_Node: TypeAlias = dict[str, "_Node | tuple[Phrase, ...]"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One way to write a thing. `value` is its one name, `list` the list that it stands in."""

    text: str
    value: str
    list: str
    type: MentionType
    cased: bool = False
    """Counts only where it is written with a capital letter."""
    ambiguous: bool = False
    """Counts only where a word of the list's context is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a phrase stands in a text, and whether a letter was forgiven."""

    start: int
    end: int
    phrase: Phrase
    misspelled: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Say whether a word of the context must stand near; other words of a phrase tell enough of a misspelled one."""
        return self.phrase.ambiguous or (self.misspelled and " " not in self.phrase.text)


class _Folding(dict[int, str]):
    """Small letters without accents, one for each character, so that places in the text stay what they are."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code).lower())
        base = "".join(c for c in plain if not unicodedata.combining(c))
        self[code] = base if len(base) == 1 else chr(code)
        return self[code]


_FOLDING = _Folding()
_ODD = re.compile(r"[^\x00-\x7f]")


def folded(text: str) -> str:
    """Write a text in small letters without accents, as long as it was.

    >>> folded("José HÄHN")
    'jose hahn'
    """
    plain = text.lower()
    if plain.isascii():
        return plain
    if len(plain) != len(text):
        return text.translate(_FOLDING)
    return _ODD.sub(lambda match: _FOLDING[ord(match.group())], plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteers:
    """All lists, ready to be searched in one pass over a text."""

    phrases: tuple[Phrase, ...] = ()
    contexts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The words that make an ambiguous one count, by list."""
    start: _Node = field(default_factory=dict, repr=False, compare=False)
    near: Mapping[str, Phrase] = field(default_factory=dict, repr=False, compare=False)
    """Words with one letter left out, of lists that forgive one."""
    shapes: frozenset[str] = frozenset()
    """First letters, beginnings and ends of those words, to pass over most others quickly."""
    other: frozenset[str] = frozenset()
    """Words of the language that are no misspelled words of a list."""

    @classmethod
    def of(
        cls,
        phrases: Iterable[Phrase],
        contexts: Mapping[str, frozenset[str]],
        tolerant: Iterable[str] = (),
        other: frozenset[str] = frozenset(),
    ) -> "Gazetteers":
        """Make the search over these phrases; lists named in `tolerant` forgive one letter of a long word."""
        kept = tuple(dict.fromkeys(phrases))
        forgiving = frozenset(tolerant)
        near = _near(phrase for phrase in kept if phrase.list in forgiving)
        return cls(phrases=kept, contexts=contexts, start=_tree(kept), near=near, shapes=_shapes(near), other=other)

    def with_names(self, organizations: Iterable[str]) -> "Gazetteers":
        """Add names of organizations, such as those of the center's own agencies."""
        names = (" ".join(name.split()) for name in organizations)
        added = [
            Phrase(text=name, value=name, list="own organizations", type=MentionType.ORGANIZATION, cased=True)
            for name in names
            if _WORD.search(name)
        ]
        kept = tuple(dict.fromkeys((*self.phrases, *added)))
        return replace(self, phrases=kept, start=_tree(kept))

    def find(self, text: str) -> Iterator[Found]:
        """Give every longest phrase in order; none overlaps another."""
        plain = folded(text)
        seen = set(_WORD.findall(plain))
        if _LOST_SPACE.search(text):
            seen |= set(_WORD.findall(folded(_LOST_SPACE.sub(lambda lost: " ".join(lost.group()), text))))
        shapes = self.shapes
        likely = [
            word
            for word in seen
            if len(word) >= _SHORTEST_TOLERANT - 1 and word[0] in shapes and (word[:3] in shapes or word[-4:] in shapes)
        ]
        near = {word: phrase for word in likely if (phrase := self._near_word(word))}
        read = seen.union(*map(_meant, near.values()))
        begun = {word for word in seen & self.start.keys() if _may_go_on(self.start[word], read)}
        near = {word: phrase for word, phrase in near.items() if word not in begun}
        after = 0
        for start, word in sorted(_places(text, plain, begun | near.keys())) if begun or near else ():
            if start < after:
                continue
            found = self._found_at(text, plain, start, word) if word in begun else _near_at(start, word, near[word])
            if found and (not found.is_doubtful or self._is_told(plain, found)):
                after = found.end
                yield found

    def _found_at(self, text: str, plain: str, start: int, first: str) -> Found | None:
        """Read the longest phrase that begins with this word."""
        node, best, end = self.start.get(first), None, start + len(first)
        slips = False
        while isinstance(node, dict):
            for phrase in _ends(node):
                if not _goes_on(text, end) and _is_written(text, start, phrase):
                    stop = phrase.text.endswith(".") and text.startswith(".", end)
                    best = Found(start=start, end=end + stop, phrase=phrase, misspelled=slips)
                    break
            joint = _JOINT.match(plain, end)
            word = _WORD.match(plain, joint.end()) if joint and joint.end() - end <= _LONGEST_JOINT else None
            if word is None:
                break
            branch = node.get(word.group())
            if branch is None and (meant := self._near_word(word.group())):
                branch, slips = next((node[one] for one in _meant(meant) if one in node), None), True
            node, end = branch, word.end()
        return best

    def _near_word(self, word: str) -> Phrase | None:
        """Give the word of a list that this one is a misspelling of."""
        if word in self.other:
            return None
        for shorter in _shorter(word):
            phrase = self.near.get(shorter)
            if phrase and phrase.text[0] == word[0] and is_one_off(word, phrase.text):
                return phrase
        return None

    def _is_told(self, plain: str, found: Found) -> bool:
        """Say whether a word of the context stands near."""
        context = self.contexts.get(found.phrase.list, frozenset())
        left = plain[max(0, found.start - _NEAR) : found.start]
        right = plain[found.end : found.end + _NEAR]
        return not context.isdisjoint([*_WORD.findall(left), *_WORD.findall(right)])


def _may_go_on(node: "_Node | tuple[Phrase, ...]", seen: set[str]) -> bool:
    """Say whether a phrase ends with this word, or the text holds a word that goes on with one."""
    return isinstance(node, dict) and (_END in node or not seen.isdisjoint(node))


def _meant(phrase: Phrase) -> tuple[str, str]:
    """Give the words that a misspelled one may stand for within a longer phrase."""
    return folded(phrase.text), folded(phrase.value)


def _ends(node: _Node) -> tuple[Phrase, ...]:
    ends = node.get(_END, ())
    return ends if isinstance(ends, tuple) else ()


def _near_at(start: int, word: str, phrase: Phrase) -> Found:
    return Found(start=start, end=start + len(word), phrase=phrase, misspelled=True)


def _places(text: str, plain: str, words: Collection[str]) -> Iterator[tuple[int, str]]:
    """Give where each of these words stands whole."""
    short = {word for word in words if len(word) <= _SHORT}
    if short:
        yield from (
            (match.start(), match.group())
            for match in _WORD.finditer(plain)
            if match.group() in short and not _is_inside(text, match.start())
        )
    for word in words:
        at = plain.find(word) if word not in short else -1
        while at >= 0:
            if not (_is_inside(text, at) or _splits(text, at + len(word))):
                yield at, word
            at = plain.find(word, at + 1)


def _splits(text: str, at: int) -> bool:
    """Say whether a word goes on here."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    return (left.isalpha() and right.isalpha() and not _is_lost_space(text, at)) or (left.isdigit() and right.isdigit())


def _is_lost_space(text: str, at: int) -> bool:
    """Say whether a space was lost here, as in "DrugToxicity"."""
    return text[at - 1].islower() and text[at].isupper() and text[at + 1 : at + 2].islower()


def _shapes(near: Mapping[str, Phrase]) -> frozenset[str]:
    """Give first letters, beginnings and ends of the words that may be misspelled: one slip never changes both ends."""
    words = {folded(phrase.text) for phrase in near.values()}
    return frozenset({word[0] for word in words} | {word[:3] for word in words} | {word[-4:] for word in words})


def _is_inside(text: str, at: int) -> bool:
    """Say whether a word, a number or a name of both goes on here."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    return (left.isalnum() or left == "_") and (right.isalnum() or right == "_") and not _is_lost_space(text, at)


def _goes_on(text: str, at: int) -> bool:
    """Say whether a phrase goes on here; the plural of a number, as in AK47s, does not count."""
    return _is_inside(text, at) and not (
        text[at] == "s" and text[at - 1].isdigit() and not text[at + 1 : at + 2].isalnum()
    )


def _is_written(text: str, start: int, phrase: Phrase) -> bool:
    return not phrase.cased or text[start].isupper() or text[start].isdigit()


def _tree(phrases: Iterable[Phrase]) -> _Node:
    """Put phrases that begin alike on one branch. The last word may stand in the plural."""
    start: _Node = {}
    for phrase in phrases:
        words = _WORD.findall(folded(phrase.text))
        for last in _numbers(words[-1]) if words else ():
            node = start
            for word in (*words[:-1], last):
                node = node.setdefault(word, {})  # type: ignore[assignment]
            ends = _ends(node)
            node[_END] = ends if phrase in ends else (*ends, phrase)
    return start


def _numbers(word: str) -> tuple[str, ...]:
    """Give a word and its plural."""
    if not word.isalpha() or len(word) < 3 or word.endswith("s"):  # noqa: PLR2004 - "ar" has no plural
        return (word,)
    if word.endswith(("x", "ch", "sh", "z")):
        return word, word + "es"
    return (word, word + "s", word[:-1] + "ies") if word.endswith("y") else (word, word + "s")


def _shorter(word: str) -> Iterator[str]:
    """Give the word, and it with each letter left out in turn."""
    yield word
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]


def _near(phrases: Iterable[Phrase]) -> dict[str, Phrase]:
    found: dict[str, Phrase] = {}
    for phrase in phrases:
        word = folded(phrase.text)
        if len(word) >= _SHORTEST_TOLERANT and word.isalpha() and not phrase.ambiguous:
            for shorter in _shorter(word):
                found.setdefault(shorter, phrase)
    return found


def is_one_off(word: str, other: str) -> bool:
    """Say whether one letter added, left out, changed or swapped with its neighbour makes one of the other.

    >>> is_one_off("fentnayl", "fentanyl"), is_one_off("fentanly", "fentanyl"), is_one_off("fentynil", "fentanyl")
    (True, True, False)
    """
    short, long = sorted((word, other), key=len)
    head = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) != len(long):
        return short[head:] == long[head + 1 :]
    swapped = short[head : head + 2] == long[head : head + 2][::-1] and short[head + 2 :] == long[head + 2 :]
    return swapped or short[head + 1 :] == long[head + 1 :]


def read_gazetteers(files: Iterable[LinedDict]) -> Gazetteers:
    """Put the lists of all packs together; a later file may add to a list that an earlier one began."""
    phrases: list[Phrase] = []
    contexts: dict[str, frozenset[str]] = {}
    tolerant: set[str] = set()
    other: set[str] = set()
    meant: dict[tuple[str, str], str] = {}
    for given in files:
        check_keys(given, _KEYS, "a gazetteer")
        name = text_of(given, "name")
        _check_told(given, name)
        phrases += _phrases(given, name, meant)
        contexts[name] = contexts.get(name, frozenset()) | {folded(word) for word in names_of(given, "context")}
        other |= {folded(word) for word in names_of(given, "not")}
        if flag_of(given, "tolerant"):
            tolerant.add(name)
    return Gazetteers.of(phrases, contexts, tolerant, frozenset(other))


def _check_told(given: LinedDict, name: str) -> None:
    for key in ("label", "definition"):
        text_of(given, key)
    if given.get("ambiguous") and not given.get("context"):
        raise Invalid(
            f"gazetteer {name!r} has ambiguous words and no context",
            where=given.at("ambiguous"),
            advice="Name words under `context` that tell when they are meant",
        )


def _phrases(given: LinedDict, name: str, meant: dict[tuple[str, str], str]) -> Iterator[Phrase]:
    sort, cased = _type(given), flag_of(given, "cased")
    for key in ("entries", "ambiguous"):
        section = mapping_of(given, key)
        for value in section:
            own = (value,) if key == "entries" else ()
            for text in (*own, *names_of(section, value)):
                _check_meaning(meant, (name, folded(text)), value, section.at(value))
                yield Phrase(text=text, value=value, list=name, type=sort, cased=cased, ambiguous=key == "ambiguous")


def _check_meaning(meant: dict[tuple[str, str], str], phrase: tuple[str, str], value: str, where: str) -> None:
    """Refuse what holds no word, and a word that one list uses for two things."""
    name, text = phrase
    if not _WORD.search(text):
        raise Invalid(f"{text!r} holds no word", where=where)
    first = meant.setdefault(phrase, value)
    if first != value:
        raise Invalid(f"gazetteer {name!r} takes {text!r} for {first!r} and for {value!r}", where=where)


def _type(given: LinedDict) -> MentionType:
    word, known = text_of(given, "type"), [member.value for member in MentionType]
    if word not in known:
        raise Invalid(f"unknown type of mention {word!r}", where=given.at("type"), advice=did_you_mean(word, known))
    return MentionType(word)
