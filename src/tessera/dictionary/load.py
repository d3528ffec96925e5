"""Reads packs and checks them against each other."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from tessera.dictionary.gazetteers import read_gazetteers
from tessera.dictionary.lines import (
    LinedDict,
    check_keys,
    did_you_mean,
    mapping_of,
    names_of,
    read,
    text_of,
    whole_number_of,
)
from tessera.dictionary.names import full_names, read_names
from tessera.dictionary.resolution import KindModel, read_model, with_given_names
from tessera.dictionary.words import Code, CodeList, Dictionary, Kind, LinkType, Role, Term, TermType, slots_of
from tessera.errors import Invalid
from tessera.model.marking import FieldClass

_Word = TypeVar("_Word", bound=StrEnum)
_TERM_KEYS = frozenset(
    [
        "label",
        "definition",
        "type",
        "unit",
        "code_list",
        "field_class",
        "steward",
        "niem",
        "stix",
        "ftm",
        "earliest_year",
        "future_days",
    ],
)
_KIND_KEYS = frozenset(
    ["name", "label", "definition", "terms", "headline", "event_time", "steward", "niem", "stix", "ftm"]
)
_LINK_KEYS = frozenset(["label", "inverse_label", "definition", "from", "to", "roles", "niem", "ftm"])
_LIST_KEYS = frozenset(["name", "label", "definition", "codes"])


@dataclass(slots=True)
class _Gathered:
    """What the packs said so far, and where, until all of it is checked."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    links: dict[str, LinkType] = field(default_factory=dict)
    lists: dict[str, CodeList] = field(default_factory=dict)
    given_models: list[LinedDict] = field(default_factory=list)
    given_names: list[LinedDict] = field(default_factory=list)
    models: dict[str, KindModel] = field(default_factory=dict)
    given_gazetteers: list[LinedDict] = field(default_factory=list)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)

    def note(self, sort: str, name: str, where: str) -> None:
        first = self.places.get((sort, name))
        if first is not None:
            raise Invalid(f"the {sort} {name!r} is defined twice; the first is at {first}", where=where)
        self.places[(sort, name)] = where


def load(paths: Sequence[Path]) -> Dictionary:
    """Read the packs in these folders, in this order, and check every word against the others.

    A folder is a pack (it holds `pack.yaml`). Any mistake raises Invalid with file, line and term.
    """
    gathered = _Gathered()
    for path in paths:
        _read_pack(path, gathered)
    _check_kinds(gathered)
    _check_links(gathered)
    names = read_names(gathered.given_names, _classes_of(gathered))
    _read_models(gathered, full_names(names))
    return Dictionary(
        digest=hashlib.sha256("\x1e".join(gathered.texts).encode()).hexdigest(),
        kinds=gathered.kinds,
        link_types=gathered.links,
        code_lists=gathered.lists,
        resolution=gathered.models,
        names=names,
        gazetteers=read_gazetteers(gathered.given_gazetteers),
    )


def _read_pack(path: Path, gathered: _Gathered) -> None:
    if not path.is_dir():
        raise Invalid("there is no such pack", where=str(path), advice="A pack is a folder with a pack.yaml")
    about = _take(path / "pack.yaml", path, gathered)
    check_keys(about, {"name", "label", "description", "version", "steward", "needs"}, "a pack")
    pack, steward = text_of(about, "name"), text_of(about, "steward", "")
    for file in sorted((path / "codes").glob("*.yaml")):
        _read_code_list(_take(file, path, gathered), pack, gathered)
    for file in sorted((path / "kinds").glob("*.yaml")):
        _read_kind(_take(file, path, gathered), pack, steward, gathered)
    if (path / "links.yaml").exists():
        _read_links(_take(path / "links.yaml", path, gathered), pack, gathered)
    gathered.given_models += [_take(file, path, gathered) for file in sorted((path / "resolution").glob("*.yaml"))]
    gathered.given_gazetteers += [_take(file, path, gathered) for file in sorted((path / "gazetteers").glob("*.yaml"))]
    gathered.given_names += [_take(file, path, gathered) for file in sorted((path / "names").glob("*.yaml"))]


def _take(file: Path, pack: Path, gathered: _Gathered) -> LinedDict:
    given, text = read(file, f"{pack.name}/{file.relative_to(pack).as_posix()}")
    gathered.texts.append(text)
    return given


def _read_code_list(given: LinedDict, pack: str, gathered: _Gathered) -> None:
    check_keys(given, _LIST_KEYS, "a code list")
    name = text_of(given, "name")
    gathered.note("code list", name, given.at("name"))
    codes = mapping_of(given, "codes")
    gathered.lists[name] = CodeList(
        name=name,
        label=text_of(given, "label"),
        definition=text_of(given, "definition"),
        codes={code: _code(codes, code) for code in codes},
        pack=pack,
    )


def _code(codes: LinedDict, code: str) -> Code:
    """Read one code: its label alone, or label, definition and NIEM code."""
    if not isinstance(codes[code], LinedDict):
        return Code(code=code, label=text_of(codes, code))
    given = mapping_of(codes, code)
    check_keys(given, {"label", "definition", "niem"}, f"code {code!r}")
    return Code(
        code=code,
        label=text_of(given, "label"),
        definition=text_of(given, "definition", ""),
        niem=text_of(given, "niem", ""),
    )


def _read_kind(given: LinedDict, pack: str, pack_steward: str, gathered: _Gathered) -> None:
    check_keys(given, _KIND_KEYS, "a kind")
    name = text_of(given, "name")
    gathered.note("kind", name, given.at("name"))
    steward = text_of(given, "steward", pack_steward)
    terms = mapping_of(given, "terms")
    kind = Kind(
        name=name,
        label=text_of(given, "label"),
        definition=text_of(given, "definition"),
        terms={term: _term(term, mapping_of(terms, term), steward) for term in terms},
        headline=text_of(given, "headline"),
        pack=pack,
        event_time=text_of(given, "event_time", ""),
        steward=steward,
        niem=text_of(given, "niem", ""),
        stix=text_of(given, "stix", ""),
        ftm=text_of(given, "ftm", ""),
    )
    gathered.kinds[name] = kind
    if sum(term.type is TermType.GEOMETRY for term in kind.terms.values()) > 1:
        raise Invalid(f"kind {name!r} has more than one outline", where=given.at("terms"), advice="Keep one of them")
    for slot in slots_of(kind.headline):
        _known(slot, kind.terms, f"term {slot!r} in the headline of kind {name}", given.at("headline"))
    if kind.event_time:
        _known(kind.event_time, kind.terms, f"term {kind.event_time!r} as event time", given.at("event_time"))
    for term in terms:
        gathered.places[("term", f"{name}.{term}")] = terms.at(term)


def _term(name: str, given: LinedDict, steward: str) -> Term:
    check_keys(given, _TERM_KEYS, f"term {name!r}")
    if not given.get("definition"):
        raise Invalid(f"term {name!r} has no definition", where=given.at(), advice="Say what it means in a sentence")
    term = Term(
        name=name,
        label=text_of(given, "label"),
        definition=text_of(given, "definition"),
        type=_member(TermType, given, "type", "text"),
        unit=text_of(given, "unit", ""),
        code_list=text_of(given, "code_list", ""),
        field_class=_member(FieldClass, given, "field_class", "open"),
        steward=text_of(given, "steward", steward),
        niem=text_of(given, "niem", ""),
        stix=text_of(given, "stix", ""),
        ftm=text_of(given, "ftm", ""),
        earliest_year=whole_number_of(given, "earliest_year", 1700),
        future_days=whole_number_of(given, "future_days", 730),
    )
    if (term.type is TermType.CODE) != bool(term.code_list):
        raise Invalid(f"term {name!r}: type code and a code_list belong together", where=given.at())
    if term.type is TermType.GEOMETRY and term.field_class is not FieldClass.PLACE:
        raise Invalid(f"term {name!r}: an outline is of the field class place", where=given.at())
    return term


def _read_links(given: LinedDict, pack: str, gathered: _Gathered) -> None:
    for name in given:
        link = mapping_of(given, name)
        check_keys(link, _LINK_KEYS, f"link {name!r}")
        gathered.note("link", name, given.at(name))
        gathered.places[("from", name)], gathered.places[("to", name)] = link.at("from"), link.at("to")
        roles = mapping_of(link, "roles")
        gathered.links[name] = LinkType(
            name=name,
            label=text_of(link, "label"),
            inverse_label=text_of(link, "inverse_label"),
            definition=text_of(link, "definition"),
            from_kinds=names_of(link, "from"),
            to_kinds=names_of(link, "to"),
            roles={role: _role(role, mapping_of(roles, role)) for role in roles},
            pack=pack,
            niem=text_of(link, "niem", ""),
            ftm=text_of(link, "ftm", ""),
        )


def _role(name: str, given: LinedDict) -> Role:
    check_keys(given, {"label", "inverse_label", "definition"}, f"role {name!r}")
    return Role(
        name=name,
        label=text_of(given, "label"),
        definition=text_of(given, "definition"),
        inverse_label=text_of(given, "inverse_label", ""),
    )


def _read_models(gathered: _Gathered, names: Mapping[str, tuple[str, ...]]) -> None:
    """Read the resolution models last: a pack may compare a kind that another one defines."""
    for given in gathered.given_models:
        model = read_model(given, {name: kind.terms.keys() for name, kind in gathered.kinds.items()})
        gathered.note("resolution model", model.kind, given.at("kind"))
        gathered.models[model.kind] = with_given_names(model, names)


def _classes_of(gathered: _Gathered) -> dict[str, dict[str, FieldClass]]:
    return {
        name: {term.name: term.field_class for term in kind.terms.values()} for name, kind in gathered.kinds.items()
    }


def _check_kinds(gathered: _Gathered) -> None:
    for kind in gathered.kinds.values():
        for term in kind.terms.values():
            if term.code_list:
                where = gathered.places[("term", f"{kind.name}.{term.name}")]
                _known(term.code_list, gathered.lists, f"code list {term.code_list!r} of term {term.name!r}", where)


def _check_links(gathered: _Gathered) -> None:
    for link in gathered.links.values():
        for end, kinds in (("from", link.from_kinds), ("to", link.to_kinds)):
            for kind in kinds:
                _known(kind, gathered.kinds, f"kind {kind!r} in link {link.name}", gathered.places[(end, link.name)])


def _known(word: str, known: Mapping[str, object] | Collection[str], what: str, where: str) -> None:
    if word not in known:
        raise Invalid(f"unknown {what}", where=where, advice=did_you_mean(word, known))


def _member(kind: type[_Word], given: LinedDict, key: str, default: str) -> _Word:
    word = text_of(given, key, default)
    values = [member.value for member in kind]
    if word not in values:
        raise Invalid(f"unknown {key} {word!r}", where=given.at(key), advice=did_you_mean(word, values))
    return kind(word)
