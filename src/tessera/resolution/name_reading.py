"""A name, read: its words folded and weighed, without titles and legal forms, particles bound to what they belong to."""

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tessera.dictionary.names import NameSort, NameWords
from tessera.resolution.name_romanising import romanised, script_of, standard_syllable
from tessera.resolution.name_sounds import sound

LONGEST_NAME = 300
"""Characters of a name that are looked at."""
MOST_TOKENS = 10
INITIAL_WEIGHT = 0.3
NUMBER_WEIGHT = 0.6
SHORT_WEIGHT = 0.85
SHORT_WORD = 0.15
"""Weight of and, of, the: an acronym leaves them out."""
LEGAL_WEIGHT = 0.1
_WITHOUT_VOWELS = frozenset({"Arabic", "Hebrew"})
_SHORT = 3
_LONG = 6
_WORD = re.compile(r"[a-z0-9]+")
_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]")
_NOT_NAMED = re.compile(r"\b(?:no\.?|number)\s*(?=\d)")
_SERVANT = re.compile(r"^abd(?:(?:[aeiou]{1,2})l?|[aeiou](?P<sun>sh|[rsdnzt])(?=(?P=sun)))(?P<rest>[a-z]{4,})$")
"""Arabic `abd al-`, "servant of the", in one word: Abdulrahman, Abdelkader, Abdurrahman."""
_ARTICLE = re.compile(r"^(?:al|el)(?=[bcdfghjkmnpqrstwxyz])(?P<rest>[a-z]{4,})$")
_FEWEST_LETTERS_OF_ACRONYM = 3


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a name. `also` are other ways to cut it: with its particles, without its article."""

    text: str
    weight: float
    code: str
    also: tuple[str, ...] = ()
    families: frozenset[str] = frozenset()
    """Leading spellings of the families that it belongs to."""
    counterparts: frozenset[str] = frozenset()
    """Leading forms of the names of other languages that it goes with."""
    full_forms: frozenset[str] = frozenset()
    """Names that it is a short form of."""
    syllable: str = ""
    """The word in pinyin, where it looks like a Chinese syllable."""

    bare: bool = False
    """It comes from a script that writes no vowels."""
    is_initial: bool = False
    """It is a single letter of a person's name."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a person or an organisation. No tokens: nothing in it can be compared."""

    said: str
    sort: NameSort
    tokens: tuple[Token, ...]
    generation: str = ""
    """jr, sr, ii, iii …; empty where the name does not say."""
    form: str = ""
    """Legal form, in short; empty where the name does not say."""
    script: str = ""
    """Of the name as it is written, where that is not Latin."""
    acronym: str = ""
    """First letters of an organisation's words, where there are three or more."""


class NameReader:
    """Reads names by the words that the packs know. Readings are kept, because names recur."""

    def __init__(self, words: NameWords) -> None:
        """Read by these words."""
        self.words = words
        self.read = lru_cache(maxsize=1 << 16)(self._read)
        self._token = lru_cache(maxsize=1 << 16)(self._make_token)

    def forget(self) -> None:
        """Forget the names that were read: a purge wants that."""
        self.read.cache_clear()
        self._token.cache_clear()

    def _read(self, text: str, sort: NameSort) -> Name:
        """Read one name; of a very long one, the beginning."""
        said = " ".join(text[:LONGEST_NAME].split())
        if sort is NameSort.ORGANIZATION:
            return self._organization(said)
        return self._person(said)

    def _person(self, said: str) -> Name:
        plain = _BRACKETS.sub(" ", said) if _BRACKETS.sub("", said).strip(" ,.") else said
        words = _WORD.findall(romanised(plain).lower())
        generation, words = self._generation(words)
        kept = [word for word in words if word not in self.words.titles] or words
        tokens, script = self._bound(kept), script_of(said)
        if script in _WITHOUT_VOWELS:
            tokens = tuple(replace(token, bare=True) for token in tokens)
        return Name(said, NameSort.PERSON, tokens[:MOST_TOKENS], generation=generation, script=script)

    def _generation(self, words: list[str]) -> tuple[str, list[str]]:
        """Take what tells generations apart out of the end; a first or only word is never that."""
        for place in range(len(words) - 1, 1, -1):
            found = self.words.generations.get(words[place], "")
            if found and (found != "v" or place == len(words) - 1):
                return found, words[:place] + words[place + 1 :]
        return "", words

    def _bound(self, words: list[str]) -> tuple[Token, ...]:
        """Bind each particle to the word behind it. A name of nothing but particles is made of them."""
        tokens: list[Token] = []
        before: list[str] = []
        for word in self._parted(words):
            if word in self.words.particles and not (len(word) == 1 and not before and not tokens):
                before.append(word)
                continue
            joined = "".join(p for p in before if p in self.words.joined_particles)
            tokens.append(self._token(word, joined, NameSort.PERSON))
            before = []
        if before and (not tokens or len(before[-1]) == 1):
            tokens += [self._token(word, "", NameSort.PERSON) for word in before]
        return tuple(tokens)

    def _parted(self, words: list[str]) -> list[str]:
        parted: list[str] = []
        for word in words:
            servant = _SERVANT.match(word) if word.startswith("abd") and word not in self.words.spellings else None
            parted += ["abdul", servant["rest"]] if servant else [word]
        return parted

    def _organization(self, said: str) -> Name:
        words = _WORD.findall(romanised(said).lower().replace("&", " and "))
        words = _spelt_together(words)
        form, rest = self._legal_form(words)
        rest = [self.words.abbreviations.get(word, word) for word in rest or words]
        tokens = tuple(self._token(word, "", NameSort.ORGANIZATION) for word in rest)
        telling = [t.text[0] for t in tokens if len(t.text) > _SHORT or (t.weight > SHORT_WORD and t.text.isalpha())]
        acronym = "".join(telling) if len(telling) >= _FEWEST_LETTERS_OF_ACRONYM else ""
        return Name(
            said, NameSort.ORGANIZATION, tokens[:MOST_TOKENS], form=form, script=script_of(said), acronym=acronym
        )

    def _legal_form(self, words: list[str]) -> tuple[str, list[str]]:
        """Take the legal forms off both ends; a name that is nothing else keeps its words."""
        form = ""
        for _ in range(3):
            for length in range(min(6, len(words) - 1), 0, -1):
                ending, beginning = tuple(words[-length:]), tuple(words[:length])
                if ending in self.words.legal_forms:
                    form, words = form or self.words.legal_forms[ending], words[:-length]
                    break
                if beginning in self.words.legal_forms and length < len(words):
                    form, words = form or self.words.legal_forms[beginning], words[length:]
                    break
            else:
                break
        return form, words

    def _make_token(self, word: str, joined: str, sort: NameSort) -> Token:
        weight = self._weight(word, sort)
        if sort is NameSort.ORGANIZATION:
            return Token(word, weight, sound(word))
        also = [joined + word] if joined else []
        article = _ARTICLE.match(word)
        if article and word not in self.words.spellings and word not in self.words.short_forms:
            also.append(article["rest"])
        return Token(
            word,
            weight,
            sound(word),
            is_initial=len(word) == 1 and word.isalpha(),
            also=tuple(also),
            counterparts=self.words.counterparts.get(word, frozenset()),
            families=self.words.spellings.get(word, frozenset()),
            full_forms=self.words.full_forms.get(word, frozenset()),
            syllable=standard_syllable(word),
        )

    def _weight(self, word: str, sort: NameSort) -> float:
        if len(word) == 1 and word.isalpha():
            return INITIAL_WEIGHT
        if word.isdigit():
            return NUMBER_WEIGHT
        known = self.words.weights.get(sort, {})
        heads = self.words.spellings.get(word, ()) if sort is NameSort.PERSON else ()
        weight = min((known[name] for name in (word, *heads) if name in known), default=1.0)
        if sort is NameSort.ORGANIZATION and weight == 1.0:
            return self._weight_of_thing(word)
        return min(weight, SHORT_WEIGHT) if len(word) <= _SHORT else weight

    def _weight_of_thing(self, word: str) -> float:
        """Weigh a word of an organisation's name that is not known as common: a legal form, or a slip of a common word."""
        if word in self._legal_words:
            return LEGAL_WEIGHT
        if len(word) < _LONG:
            return 1.0
        known = self.words.weights[NameSort.ORGANIZATION]
        near = process.extractOne(word, self._common_words, scorer=OSA.distance, score_cutoff=1)
        return known.get(near[0], LEGAL_WEIGHT) if near else 1.0

    @cached_property
    def _legal_words(self) -> frozenset[str]:
        return frozenset(word for words in self.words.legal_forms for word in words)

    @cached_property
    def _common_words(self) -> list[str]:
        known = {*self.words.weights.get(NameSort.ORGANIZATION, ()), *self._legal_words}
        return sorted(word for word in known if len(word) >= _LONG)


def _spelt_together(words: list[str]) -> list[str]:
    """Put single letters that follow each other together: S.A. is SA, I.B.M. is IBM."""
    together: list[str] = []
    run = ""
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        if run:
            together.append(run)
            run = ""
        if word:
            together.append(word)
    return together
