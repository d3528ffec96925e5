"""The words of the agreed language, as plain frozen values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tessera.dictionary.gazetteers import Gazetteers
from tessera.dictionary.names import NameWords
from tessera.dictionary.resolution import KindModel
from tessera.model.marking import FieldClass

_SLOT = re.compile(r"\{([a-z0-9_]+)\}")


class TermType(StrEnum):
    """What sort of value a term holds, and so how it is read, checked and written."""

    BOOLEAN = "boolean"
    CODE = "code"
    DATE = "date"
    DATETIME = "datetime"
    DECIMAL = "decimal"
    EMAIL = "email"
    GEOMETRY = "geometry"
    """An outline on the ground as a geometry of GeoJSON (WGS 84); drawn, neither searched nor written out."""
    IDENTIFIER = "identifier"
    INTEGER = "integer"
    TECHNICAL = "technical"
    """For programs alone, such as fingerprints and places of words; neither searched nor shown."""
    PHONE = "phone"
    TEXT = "text"
    URL = "url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One agreed word of a kind.

    `earliest_year` and `future_days` bound dates: a day before 1 January of that year, or later than that many days
    from now, is a mistake. `niem`, `stix` and `ftm` are the names of the same thing in the National Information
    Exchange Model, STIX 2.1 and FollowTheMoney; empty where there is none.
    """

    name: str
    label: str
    definition: str
    type: TermType = TermType.TEXT
    unit: str = ""
    code_list: str = ""
    field_class: FieldClass = FieldClass.OPEN
    steward: str = ""
    niem: str = ""
    stix: str = ""
    ftm: str = ""
    earliest_year: int = 1700
    future_days: int = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code of a list. `niem` is the code that NIEM or NIBRS uses."""

    code: str
    label: str
    definition: str = ""
    niem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """The values that a term of type code may have."""

    name: str
    label: str
    definition: str
    codes: Mapping[str, Code]
    pack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a record can be about. `terms` is in dictionary order, the order of payloads and pages.

    `event_time` names the term that dates a record of this kind; empty where it has no time of its own.
    """

    name: str
    label: str
    definition: str
    terms: Mapping[str, Term]
    headline: str
    pack: str = ""
    event_time: str = ""
    steward: str = ""
    niem: str = ""
    stix: str = ""
    ftm: str = ""

    @property
    def outline(self) -> str:
        """Name the term that holds its outline on the ground; empty where it has none."""
        return next((name for name, term in self.terms.items() if term.type is TermType.GEOMETRY), "")

    def headline_for(self, values: Mapping[str, str]) -> str:
        """Name a record by its values. A missing or masked part drops out together with the marks around it.

        A template is a row of segments between `|`; a segment in which no slot is filled is left out whole. Where
        nothing at all is filled, the kind's label stands in. Segments are parted by a middle dot.
        """
        segments = (_filled(segment, values) for segment in self.headline.split("|"))
        line = " · ".join(segment for segment in segments if segment)
        return line or self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What the record that a link starts from does in the one it points to."""

    name: str
    label: str
    definition: str
    inverse_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkType:
    """A typed relation between records of the named kinds. `inverse_label` reads it from the other end."""

    name: str
    label: str
    inverse_label: str
    definition: str
    from_kinds: tuple[str, ...]
    to_kinds: tuple[str, ...]
    roles: Mapping[str, Role] = field(default_factory=dict)
    pack: str = ""
    niem: str = ""
    ftm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryEntry:
    """One line of the glossary: a word, where it belongs, and what it means."""

    word: str
    label: str
    definition: str
    sort: str
    """"kind", "term", "code list", "code", "link" or "role"."""
    of: str
    """The kind, code list or link that it belongs to; empty for those themselves."""
    pack: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """All words in use. `digest` is the SHA-256 of the packs' texts, in hexadecimal."""

    digest: str
    kinds: Mapping[str, Kind]
    link_types: Mapping[str, LinkType]
    code_lists: Mapping[str, CodeList]
    resolution: Mapping[str, KindModel] = field(default_factory=dict)
    """How records are compared, by kind; a kind that is not here is not resolved."""
    names: NameWords = field(default_factory=NameWords)
    """What is known of names, and which terms are names."""
    gazetteers: Gazetteers = field(default_factory=Gazetteers)
    """Lists of words that are found in texts."""

    def codes_of(self, term: Term) -> Mapping[str, Code]:
        """Return the codes that a term may have; none where it is no code."""
        return self.code_lists[term.code_list].codes if term.code_list else {}

    def glossary(self) -> Iterator[GlossaryEntry]:
        """Give every word with its definition: kinds with their terms, then links with roles, then codes."""
        for kind in self.kinds.values():
            yield _entry(kind, "kind", "", kind.pack)
            for term in kind.terms.values():
                yield _entry(term, "term", kind.name, kind.pack)
        for link in self.link_types.values():
            yield _entry(link, "link", "", link.pack)
            for role in link.roles.values():
                yield _entry(role, "role", link.name, link.pack)
        for codes in self.code_lists.values():
            yield _entry(codes, "code list", "", codes.pack)
            for code in codes.codes.values():
                yield GlossaryEntry(
                    word=code.code,
                    label=code.label,
                    definition=code.definition,
                    sort="code",
                    of=codes.name,
                    pack=codes.pack,
                )


def slots_of(headline: str) -> list[str]:
    """Return the terms that a headline template names.

    >>> slots_of("{surname}, {given_name}|({birth_date})")
    ['surname', 'given_name', 'birth_date']
    """
    return _SLOT.findall(headline)


def _entry(word: Kind | Term | LinkType | Role | CodeList, sort: str, of: str, pack: str) -> GlossaryEntry:
    return GlossaryEntry(word=word.name, label=word.label, definition=word.definition, sort=sort, of=of, pack=pack)


def _filled(segment: str, values: Mapping[str, str]) -> str:
    """Fill one segment; an empty slot takes the marks between it and its neighbour along."""
    parts = _SLOT.split(segment)
    names, marks = parts[1::2], parts[0::2]
    if not names:
        return segment.strip()
    kept = [(marks[at], values.get(name, "").strip()) for at, name in enumerate(names)]
    kept = [(mark, value) for mark, value in kept if value]
    if not kept:
        return ""
    before = marks[0] + kept[0][1]
    return (before + "".join(mark + value for mark, value in kept[1:]) + marks[-1]).strip()
