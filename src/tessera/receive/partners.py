"""Who gives data, read from a file: agencies, agreements, holdings and sources, each checked and named by its line."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import TypeAlias, TypeVar

from tessera.dictionary.lines import (
    LinedDict,
    check_keys,
    did_you_mean,
    mapping_of,
    names_of,
    parse,
    text_of,
    whole_number_of,
)
from tessera.errors import Invalid
from tessera.model.access import AgencyKind, Purpose
from tessera.model.marking import Marking
from tessera.model.source import Agency, Agreement, Holding, Source
from tessera.trust import cui

Partner: TypeAlias = Agency | Agreement | Holding | Source
_Word = TypeVar("_Word", bound=StrEnum)
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_RELIABILITY = "ABCDEF"
_MARKING_KEYS = frozenset(
    ["cui", "dissemination", "owners", "purposes", "regimes", "releasable_to", "sensitivity", "tlp"]
)


def read_partners(text: str, where: str) -> tuple[Partner, ...]:
    """Read a YAML text with lists `agencies`, `agreements`, `holdings` and `sources`, each optional; return them in this order.

    A mistake raises Invalid with its line. Whether an agency that is named exists is found out when they are entered.
    """
    given = parse(text, where)
    check_keys(given, _READERS, "a file of partners")
    return tuple(partner for section, read in _READERS.items() for partner in _each(given, section, read))


def _each(given: LinedDict, section: str, read: Callable[[LinedDict], Partner]) -> Iterator[Partner]:
    items = given.get(section)
    if items is None:
        return
    if not isinstance(items, list):
        raise Invalid(f"{section!r} should be a list", where=given.at(section), advice="Begin each one with a dash.")
    for item in items:
        if not isinstance(item, LinedDict):
            raise Invalid(f"one of the {section} has no names and values", where=given.at(section))
        yield read(item)


def _agency(given: LinedDict) -> Agency:
    check_keys(given, {"name", "label", "kind", "jurisdiction", "contact"}, "an agency")
    return Agency(
        name=_name(given, "name"),
        label=text_of(given, "label"),
        kind=_word(AgencyKind, given, "kind"),
        jurisdiction=text_of(given, "jurisdiction", ""),
        contact=text_of(given, "contact", ""),
    )


def _agreement(given: LinedDict) -> Agreement:
    check_keys(given, {"name", "agency", "purposes", "redissemination", "signed", "expires"}, "an agreement")
    return Agreement(
        name=_name(given, "name"),
        agency=_name(given, "agency"),
        purposes=_purposes(given),
        redissemination=text_of(given, "redissemination"),
        signed=_day(given, "signed"),
        expires=_day(given, "expires", ""),
    )


def _holding(given: LinedDict) -> Holding:
    check_keys(given, {"name", "label", "authority", "retention_days", "purposes"}, "a holding")
    days = whole_number_of(given, "retention_days", 0)
    if days < 1:
        raise Invalid("a holding keeps its records for a number of days", where=given.at("retention_days"))
    return Holding(
        name=_name(given, "name"),
        label=text_of(given, "label"),
        authority=text_of(given, "authority"),
        retention_days=days,
        purposes=_purposes(given),
    )


def _source(given: LinedDict) -> Source:
    known = {"name", "label", "agency", "agreement", "holding", "marking", "mapping", "cadence_hours", "reliability"}
    check_keys(given, known, "a source")
    hours, grade = whole_number_of(given, "cadence_hours", 0), text_of(given, "reliability", "F")
    if hours < 0:
        raise Invalid("a cadence is a number of hours, or 0 for none", where=given.at("cadence_hours"))
    if len(grade) != 1 or grade not in _RELIABILITY:
        raise Invalid(
            f"{grade!r} is no reliability", where=given.at("reliability"), advice="A is best, F is not known."
        )
    return Source(
        name=_name(given, "name"),
        label=text_of(given, "label"),
        agency=_name(given, "agency"),
        agreement=_name(given, "agreement"),
        holding=_name(given, "holding"),
        marking=_marking(given),
        mapping=text_of(given, "mapping", ""),
        cadence_hours=hours,
        reliability=grade,
    )


_READERS: dict[str, Callable[[LinedDict], Partner]] = {
    "agencies": _agency,
    "agreements": _agreement,
    "holdings": _holding,
    "sources": _source,
}


def _marking(given: LinedDict) -> Marking:
    """Read a default marking. Its holding is the source's, its owner the agency; `store` adds both."""
    if given.get("marking") is None:
        advice = "Write {sensitivity: PUBLIC} for what anybody may have."
        raise Invalid("a source needs a marking", where=given.at(), advice=advice)
    plain = mapping_of(given, "marking")
    check_keys(plain, _MARKING_KEYS, "a marking")
    for name in names_of(plain, "purposes"):
        _known(Purpose, name, plain.at("purposes"), "purpose")
    codes, controls = names_of(plain, "cui"), names_of(plain, "dissemination")
    if problem := cui.wrong_part(codes, controls):
        raise Invalid(
            problem, where=plain.at(), advice="Use the codes of the CUI registry, such as LEI, SP-CHRI, NOFORN."
        )
    try:
        return Marking.from_json(dict(plain))
    except ValueError as problem:
        raise Invalid(str(problem), where=plain.at()) from None


def _name(given: LinedDict, key: str) -> str:
    name = text_of(given, key)
    if not _NAME.fullmatch(name):
        advice = "Use up to 64 small letters, digits and dashes."
        raise Invalid(f"{name!r} cannot be a short name", where=given.at(key), advice=advice)
    return name


def _word(kind: type[_Word], given: LinedDict, key: str) -> _Word:
    return _known(kind, text_of(given, key), given.at(key), key)


def _known(kind: type[_Word], text: str, where: str, what: str) -> _Word:
    try:
        return kind(text)
    except ValueError:
        raise Invalid(
            f"unknown {what} {text!r}", where=where, advice=did_you_mean(text, [word.value for word in kind])
        ) from None


def _purposes(given: LinedDict) -> frozenset[Purpose]:
    found = names_of(given, "purposes")
    if not found:
        raise Invalid("'purposes' is missing", where=given.at(), advice=f"Choose of: {', '.join(Purpose)}.")
    return frozenset(_known(Purpose, name, given.at("purposes"), "purpose") for name in found)


def _day(given: LinedDict, key: str, default: str | None = None) -> str:
    text = text_of(given, key, default)
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise Invalid(f"{text!r} is no day", where=given.at(key), advice="Write it as 2026-03-31.") from None
