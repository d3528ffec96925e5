"""Words about names, read from `packs/*/names/*.yaml`: short forms, spellings, particles, titles, legal forms, countries.

They also say which terms of a kind are names, and how much a word tells by itself. That table is shipped with the packs and is
the same for everybody, so no score depends on records that a reader may not see.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tessera.dictionary.lines import LinedDict, check_keys, did_you_mean, mapping_of, names_of, text_of
from tessera.errors import Invalid
from tessera.model.marking import FieldClass

RATHER_COMMON, VERY_COMMON = 0.7, 0.5
"""How much a common word of a person's name tells; any other tells 1."""
RATHER_COMMON_THING, VERY_COMMON_THING = 0.4, 0.15
"""The same for names of organisations, where most words are of the language."""
_SECTIONS = frozenset(
    [
        "kinds",
        "short_forms",
        "spellings",
        "counterparts",
        "particles",
        "joined_particles",
        "titles",
        "generations",
        "legal_forms",
        "abbreviations",
        "organization_words",
        "person_words",
        "countries",
    ]
)
_KIND_KEYS = frozenset(["sort", "whole", "parts", "suffix", "aliases", "born", "countries"])


class NameSort(StrEnum):
    """Whose names: they are read and weighed by different rules."""

    ORGANIZATION = "organization"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTerms:
    """Which terms of a kind are names. `parts` stand in the order in which they are said."""

    kind: str
    sort: NameSort
    whole: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    born: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    classes: frozenset[FieldClass] = frozenset()
    """Classes of all terms that are names: who may not see every one of them cannot search by any."""

    @property
    def named(self) -> tuple[str, ...]:
        """All terms that are names."""
        return (*self.whole, *self.parts, *self.suffix, *self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWords:
    """What is known of names. All words are small letters of ASCII."""

    terms: Mapping[str, NameTerms] = field(default_factory=dict)
    """By kind."""
    full_forms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The names that a short form stands for."""
    short_forms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The short forms of a name."""
    spellings: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The leading spellings of the families that a spelling belongs to."""
    families: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """All spellings of a family, by its leading one."""
    counterparts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The leading forms of the names of other languages that a name goes with."""
    languages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """A name in all languages, by its leading form."""
    particles: frozenset[str] = frozenset()
    joined_particles: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    generations: Mapping[str, str] = field(default_factory=dict)
    legal_forms: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """The short form of a legal form, by the words that it can be written in."""
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[NameSort, Mapping[str, float]] = field(default_factory=dict)
    """How much a common word tells, between 0 and 1; a word that is not named tells 1."""
    countries: Mapping[str, str] = field(default_factory=dict)
    """The two-letter code (ISO 3166-1), by every way to write a country."""


def read_names(files: Iterable[LinedDict], kinds: Mapping[str, Mapping[str, FieldClass]]) -> NameWords:
    """Put the files of all packs together; what a later one says is added to what earlier ones said.

    `kinds` gives the field class of every term, by kind.
    """
    sections: dict[str, list[LinedDict]] = {name: [] for name in _SECTIONS}
    lists: dict[str, set[str]] = {name: set() for name in ("particles", "joined_particles", "titles")}
    for given in files:
        check_keys(given, _SECTIONS, "a file of names")
        for name in given:
            if name in lists:
                lists[name] |= set(names_of(given, name))
            else:
                sections[name].append(mapping_of(given, name))
    short_forms = _families(sections["short_forms"])
    families = {head: also | {head} for head, also in _families(sections["spellings"]).items()}
    languages = {head: also | {head} for head, also in _families(sections["counterparts"]).items()}
    return NameWords(
        terms={kind: _terms(kind, given, kinds) for some in sections["kinds"] for kind, given in _each(some)},
        full_forms=_turned(short_forms),
        short_forms=short_forms,
        spellings=_turned(families),
        families=families,
        counterparts=_turned(languages),
        languages=languages,
        particles=frozenset(lists["particles"]),
        joined_particles=frozenset(lists["joined_particles"]),
        titles=frozenset(lists["titles"]),
        generations=_one_of(sections["generations"]),
        legal_forms={tuple(words.split()): form for words, form in _one_of(sections["legal_forms"]).items()},
        abbreviations={word: full for word, full in _one_of(sections["abbreviations"]).items() if word != full},
        weights={
            NameSort.PERSON: _weights(sections["person_words"], RATHER_COMMON, VERY_COMMON),
            NameSort.ORGANIZATION: _weights(sections["organization_words"], RATHER_COMMON_THING, VERY_COMMON_THING),
        },
        countries={text.lower(): code for text, code in _one_of(sections["countries"]).items()},
    )


def full_names(words: NameWords) -> dict[str, tuple[str, ...]]:
    """Give for each given name that has forms the names that it may stand for: two that share one can be one name."""
    known = words.short_forms.keys() | words.full_forms.keys() | words.spellings.keys() | words.counterparts.keys()
    return {name: tuple(sorted(_stands_for(words, name))) for name in known}


def _stands_for(words: NameWords, name: str) -> set[str]:
    full = {name, *words.full_forms.get(name, ())}
    spelled = {head for one in full for head in words.spellings.get(one, ())}
    return full | spelled | words.counterparts.get(name, frozenset())


def _each(given: LinedDict) -> list[tuple[str, LinedDict]]:
    return [(name, mapping_of(given, name)) for name in given]


def _terms(kind: str, given: LinedDict, kinds: Mapping[str, Mapping[str, FieldClass]]) -> NameTerms:
    check_keys(given, _KIND_KEYS, f"the names of kind {kind!r}")
    if kind not in kinds:
        raise Invalid(f"unknown kind {kind!r} in names", where=given.at(), advice=did_you_mean(kind, kinds))
    known = kinds[kind]
    lists = {key: names_of(given, key) for key in _KIND_KEYS if key != "sort"}
    for key, names in lists.items():
        for name in names:
            if name not in known:
                raise Invalid(
                    f"unknown term {name!r} in the names of {kind}",
                    where=given.at(key),
                    advice=did_you_mean(name, known),
                )
    found = NameTerms(
        kind=kind,
        sort=_sort(given),
        whole=lists["whole"],
        parts=lists["parts"],
        suffix=lists["suffix"],
        aliases=lists["aliases"],
        born=lists["born"],
        countries=lists["countries"],
    )
    if not found.whole and not found.parts:
        raise Invalid(f"no term of kind {kind!r} is a name", where=given.at(), advice="Say whole, or parts")
    return replace(found, classes=frozenset(known[name] for name in found.named))


def _sort(given: LinedDict) -> NameSort:
    text = text_of(given, "sort")
    try:
        return NameSort(text)
    except ValueError:
        raise Invalid(
            f"unknown sort of names {text!r}", where=given.at("sort"), advice="person or organization"
        ) from None


def _families(sections: Iterable[LinedDict]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for given in sections:
        for head in given:
            found[head] = found.get(head, frozenset()) | frozenset(names_of(given, head))
    return found


def _turned(families: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    turned: dict[str, set[str]] = {}
    for head, words in families.items():
        for word in words:
            turned.setdefault(word, set()).add(head)
    return {word: frozenset(heads) for word, heads in turned.items()}


def _one_of(sections: Iterable[LinedDict]) -> dict[str, str]:
    """Say of each word what it stands for; the head stands for itself."""
    return {word: head for given in sections for head in given for word in (head, *names_of(given, head))}


def _weights(sections: Iterable[LinedDict], rather: float, very: float) -> dict[str, float]:
    found: dict[str, float] = {}
    for given in sections:
        check_keys(given, {"rather", "very"}, "common words")
        found |= dict.fromkeys(names_of(given, "rather"), rather)
        found |= dict.fromkeys(names_of(given, "very"), very)
    return found
