"""Reads mappings from YAML and checks every name in them against the dictionary and the declared columns."""

import hashlib
import re
from pathlib import Path

from tessera.dictionary import Dictionary, Kind, LinkType, TermType
from tessera.dictionary.lines import (
    LinedDict,
    check_keys,
    did_you_mean,
    flag_of,
    mapping_of,
    names_of,
    number_of,
    parse,
    read,
    text_of,
    whole_number_of,
)
from tessera.errors import Invalid
from tessera.integrate.mapping import (
    CONTENT,
    Condition,
    KeyRule,
    LinkRule,
    Mapping,
    MarkingChange,
    MarkingRule,
    OnInvalid,
    PlaceRule,
    RecordRule,
    ThreadRule,
    ValueRule,
)
from tessera.integrate.parse_value import Setting, read_value
from tessera.model.marking import Regime, Sensitivity, Tlp
from tessera.trust import cui

_NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,79}$")
_MAPPING_KEYS = frozenset(
    {
        "name",
        "version",
        "description",
        "columns",
        "optional_columns",
        "null_values",
        "zone",
        "on_invalid",
        "records",
        "links",
        "markings",
    }
)
_RECORD_KEYS = frozenset(["kind", "key", "when", "terms", "place", "event_time"])
_KEY_KEYS = frozenset(["columns", "separator", "clean"])
_PLACE_KEYS = frozenset(["latitude", "longitude", "bounds", "zero_is_missing", "on_invalid"])
_LINK_KEYS = frozenset(["type", "from", "to", "role", "when"])
_TESTS = frozenset(["equals", "in", "less_than", "greater_than", "matches", "present"])
# Every set of rules that can hold together is a marking of its own, so their number is bounded.
_MOST_MARKING_RULES = 6


def load_mapping(path: Path, dictionary: Dictionary) -> Mapping:
    """Read a mapping file; a mistake raises Invalid with file, line, column and term."""
    _, text = read(path)
    return parse_mapping(text, str(path), dictionary)


def parse_mapping(text: str, where: str, dictionary: Dictionary) -> Mapping:
    """Read a mapping from its text; `where` is how errors name it."""
    given = parse(text, where)
    check_keys(given, _MAPPING_KEYS, "a mapping")
    name = text_of(given, "name")
    if not _NAME.match(name):
        raise Invalid(
            f"{name!r} cannot name a mapping", where=given.at("name"), advice="Use small letters, digits and dashes."
        )
    required, optional = names_of(given, "columns"), names_of(given, "optional_columns")
    setting = Setting(
        dictionary=dictionary,
        columns=frozenset(required) | frozenset(optional),
        zone=text_of(given, "zone", "UTC"),
        on_invalid=_on_invalid(given, OnInvalid.QUARANTINE),
        where=given.at("zone"),
    )
    records = _records(given, setting)
    return Mapping(
        name=name,
        version=whole_number_of(given, "version", 1),
        description=text_of(given, "description", ""),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        dictionary=dictionary,
        columns=required,
        optional_columns=optional,
        null_values=names_of(given, "null_values"),
        records=records,
        links=_links(given, records, setting),
        markings=_markings(given, records, setting),
    )


def _on_invalid(given: LinedDict, default: OnInvalid) -> OnInvalid:
    word = text_of(given, "on_invalid", default.value)
    if word not in {choice.value for choice in OnInvalid}:
        raise Invalid(
            f"unknown on_invalid {word!r}",
            where=given.at("on_invalid"),
            advice=did_you_mean(word, [choice.value for choice in OnInvalid], hint="One of: quarantine, drop_value"),
        )
    return OnInvalid(word)


def _records(given: LinedDict, setting: Setting) -> tuple[RecordRule, ...]:
    records = mapping_of(given, "records")
    if not records:
        raise Invalid("a mapping must make at least one record", where=given.at("records"), advice="Add 'records:'.")
    return tuple(_record(name, mapping_of(records, name), setting) for name in records)


def _record(name: str, given: LinedDict, setting: Setting) -> RecordRule:
    check_keys(given, _RECORD_KEYS, f"record {name!r}")
    kind = _kind(text_of(given, "kind"), given.at("kind"), setting)
    terms = mapping_of(given, "terms")
    for term in terms:
        if term not in kind.terms:
            raise Invalid(
                f"unknown term {term!r} of kind {kind.name}",
                where=terms.at(term),
                advice=did_you_mean(term, kind.terms),
            )
        if kind.terms[term].type is TermType.GEOMETRY:
            advice = "Deliver the map to a source that takes files of any kind; there its outlines are kept."
            raise Invalid(f"a mapping cannot give the outline {term!r}", where=terms.at(term), advice=advice)
    key = _key(given, setting)
    return RecordRule(
        name=name,
        kind=kind,
        key=key,
        terms={term: read_value(terms, term, setting, kind.terms[term]) for term in kind.terms if term in terms},
        when=_when(given, setting, key),
        place=_place(given, setting),
        event_time=_event_time(given, kind, terms),
        where=given.at(),
    )


def _kind(name: str, where: str, setting: Setting) -> Kind:
    kinds = setting.dictionary.kinds
    if name not in kinds:
        raise Invalid(f"unknown kind {name!r}", where=where, advice=did_you_mean(name, kinds))
    return kinds[name]


def _event_time(given: LinedDict, kind: Kind, terms: LinedDict) -> str:
    term = text_of(given, "event_time", kind.event_time)
    if "event_time" in given and term and term not in terms:
        raise Invalid(
            f"the event time {term!r} is not among the terms of this record",
            where=given.at("event_time"),
            advice=did_you_mean(term, terms),
        )
    return term if term in terms else ""


def _key(given: LinedDict, setting: Setting) -> KeyRule:
    if "key" not in given:
        raise Invalid("a record needs a key", where=given.at(), advice=f"Write 'key: [columns]' or 'key: {CONTENT}'.")
    value = given["key"]
    if value == CONTENT:
        return KeyRule()
    if isinstance(value, LinedDict):
        check_keys(value, _KEY_KEYS, "a key")
        return KeyRule(
            parts=_parts(value, "columns", setting),
            separator=_raw_text(value, "separator", "|"),
            clean=setting.rules(value, "clean"),
        )
    return KeyRule(parts=_parts(given, "key", setting))


def _raw_text(given: LinedDict, key: str, default: str) -> str:
    """Read a text without trimming it: a separator may be a space."""
    value = given.get(key, default)
    return value if isinstance(value, str) else text_of(given, key, default)


def _parts(given: LinedDict, key: str, setting: Setting) -> tuple[tuple[str, bool], ...]:
    value = given.get(key)
    items = value if isinstance(value, list) else [value]
    parts = tuple(_part(item, given, key, setting) for item in items)
    if not any(not constant for _, constant in parts):
        raise Invalid("a key needs at least one column", where=given.at(key))
    return parts


def _part(item: object, given: LinedDict, key: str, setting: Setting) -> tuple[str, bool]:
    if isinstance(item, LinedDict):
        check_keys(item, {"constant"}, "a part of a key")
        return text_of(item, "constant"), True
    if not isinstance(item, str):
        raise Invalid("a key is a list of columns", where=given.at(key))
    return setting.column(item, given.at(key)), False


def _when(given: LinedDict, setting: Setting, key: KeyRule | None = None) -> tuple[Condition, ...]:
    value = given.get("when")
    if value is None:
        return ()
    if value == "present":
        if key is None or key.is_content:
            raise Invalid("'when: present' needs a record with key columns", where=given.at("when"))
        return tuple(Condition(column=column, present=True) for column in key.columns)
    items = value if isinstance(value, list) else [value]
    return tuple(_condition(item, given.at("when"), setting) for item in items)


def _condition(given: object, where: str, setting: Setting) -> Condition:
    if not isinstance(given, LinedDict):
        raise Invalid("a condition is a column and a test, such as {column: JUV, equals: Y}", where=where)
    check_keys(given, _TESTS | {"column"}, "a condition")
    column = setting.column(text_of(given, "column"), given.at("column"))
    tests = [key for key in given if key in _TESTS]
    if len(tests) != 1:
        raise Invalid(
            "a condition has exactly one test", where=given.at(), advice="One of: " + ", ".join(sorted(_TESTS))
        )
    return Condition(
        column=column,
        equals=text_of(given, "equals") if "equals" in given else None,
        one_of=names_of(given, "in") if "in" in given else None,
        less_than=number_of(given, "less_than") if "less_than" in given else None,
        greater_than=number_of(given, "greater_than") if "greater_than" in given else None,
        matches=setting.pattern(given, "matches") if "matches" in given else None,
        present=flag_of(given, "present") if "present" in given else None,
    )


def _place(given: LinedDict, setting: Setting) -> PlaceRule | None:
    if "place" not in given:
        return None
    place = mapping_of(given, "place")
    check_keys(place, _PLACE_KEYS, "a place")
    return PlaceRule(
        latitude=read_value(place, "latitude", setting, None),
        longitude=read_value(place, "longitude", setting, None),
        bounds=_bounds(place),
        zero_is_missing=flag_of(place, "zero_is_missing"),
        on_invalid=_on_invalid(place, setting.on_invalid),
    )


def _bounds(place: LinedDict) -> tuple[float, float, float, float] | None:
    if "bounds" not in place:
        return None
    try:
        west, south, east, north = (float(value) for value in names_of(place, "bounds"))
    except ValueError:
        west, south, east, north = 1.0, 1.0, 0.0, 0.0
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - degrees
        raise Invalid("bounds are west, south, east, north in degrees", where=place.at("bounds"))
    return west, south, east, north


def _links(given: LinedDict, records: tuple[RecordRule, ...], setting: Setting) -> tuple[LinkRule, ...]:
    links = given.get("links")
    if links is None:
        return ()
    if not isinstance(links, list):
        raise Invalid("'links' should be a list", where=given.at("links"))
    return tuple(_link(link, given.at("links"), records, setting) for link in links)


def _link(given: object, where: str, records: tuple[RecordRule, ...], setting: Setting) -> LinkRule:
    if not isinstance(given, LinedDict):
        raise Invalid("a link is {type, from, to, role}", where=where)
    check_keys(given, _LINK_KEYS, "a link")
    types = setting.dictionary.link_types
    name = text_of(given, "type")
    if name not in types:
        raise Invalid(f"unknown link type {name!r}", where=given.at("type"), advice=did_you_mean(name, types))
    start, start_kind = _end(given, "from", records, setting)
    end, end_kind = _end(given, "to", records, setting)
    _check_ends(given, types[name], start_kind, end_kind)
    return LinkRule(
        type=name,
        start=start,
        end=end,
        role=_role(given, types[name], setting),
        when=_when(given, setting),
        where=given.at(),
    )


def _end(given: LinedDict, key: str, records: tuple[RecordRule, ...], setting: Setting) -> tuple[str | ThreadRule, str]:
    value = given.get(key)
    if isinstance(value, LinedDict):
        check_keys(value, {"kind", "key", "source"}, "an end of a link")
        kind = _kind(text_of(value, "kind"), value.at("kind"), setting)
        rule = _key(value, setting)
        if rule.is_content:
            raise Invalid("a record made elsewhere is found by key columns", where=value.at("key"))
        return ThreadRule(kind=kind.name, key=rule, source=text_of(value, "source", "")), kind.name
    name = text_of(given, key)
    known = {record.name: record.kind.name for record in records}
    if name not in known:
        raise Invalid(f"unknown record {name!r}", where=given.at(key), advice=did_you_mean(name, known))
    return name, known[name]


def _check_ends(given: LinedDict, link: LinkType, start: str, end: str) -> None:
    for key, kind, allowed in (("from", start, link.from_kinds), ("to", end, link.to_kinds)):
        if kind not in allowed:
            raise Invalid(
                f"a link {link.name!r} cannot go {key} a {kind}",
                where=given.at(key),
                advice=f"It goes {key}: {', '.join(allowed)}.",
            )


def _role(given: LinedDict, link: LinkType, setting: Setting) -> ValueRule | None:
    if "role" not in given:
        return None
    if isinstance(given["role"], LinedDict):
        rule = read_value(given, "role", setting, None)
        targets = [*(rule.codes or {}).values(), *([rule.otherwise] if rule.otherwise else [])]
        if rule.constant is not None:
            targets = [rule.constant]
    else:
        rule = ValueRule(where=given.at("role"), constant=text_of(given, "role"))
        targets = [rule.constant or ""]
    for role in targets:
        if role not in link.roles:
            raise Invalid(
                f"unknown role {role!r} of link {link.name}", where=rule.where, advice=did_you_mean(role, link.roles)
            )
    return rule


def _markings(given: LinedDict, records: tuple[RecordRule, ...], setting: Setting) -> tuple[MarkingRule, ...]:
    rules = given.get("markings")
    if rules is None:
        return ()
    if not isinstance(rules, list) or len(rules) > _MOST_MARKING_RULES:
        raise Invalid(f"'markings' should be a list of at most {_MOST_MARKING_RULES}", where=given.at("markings"))
    return tuple(_marking(rule, given.at("markings"), records, setting) for rule in rules)


def _marking(given: object, where: str, records: tuple[RecordRule, ...], setting: Setting) -> MarkingRule:
    if not isinstance(given, LinedDict):
        raise Invalid("a marking rule is {when, add, records}", where=where)
    check_keys(given, {"when", "add", "records"}, "a marking rule")
    add = mapping_of(given, "add")
    check_keys(add, {"cui", "dissemination", "regimes", "sensitivity", "tlp"}, "what a marking rule adds")
    known = {record.name for record in records}
    for name in names_of(given, "records"):
        if name not in known:
            raise Invalid(f"unknown record {name!r}", where=given.at("records"), advice=did_you_mean(name, known))
    when = _when(given, setting)
    if not when:
        raise Invalid("a marking rule needs 'when'", where=given.at())
    return MarkingRule(when=when, change=_change(add), records=names_of(given, "records"))


def _change(add: LinedDict) -> MarkingChange:
    regimes = {regime.value: regime for regime in Regime}
    for name in names_of(add, "regimes"):
        if name not in regimes:
            raise Invalid(f"unknown regime {name!r}", where=add.at("regimes"), advice=did_you_mean(name, regimes))
    sensitivity = text_of(add, "sensitivity", "PUBLIC").upper()
    tlp = text_of(add, "tlp", "CLEAR").upper().removeprefix("TLP:").replace("+", "_")
    if sensitivity not in Sensitivity.__members__:
        advice = did_you_mean(sensitivity, Sensitivity.__members__)
        raise Invalid(f"unknown sensitivity {sensitivity!r}", where=add.at("sensitivity"), advice=advice)
    if tlp not in Tlp.__members__:
        raise Invalid(f"unknown TLP label {tlp!r}", where=add.at("tlp"), advice=did_you_mean(tlp, Tlp.__members__))
    codes, controls = frozenset(names_of(add, "cui")), frozenset(names_of(add, "dissemination"))
    if problem := cui.wrong_part(codes, controls):
        raise Invalid(
            problem, where=add.at(), advice="Use the codes of the CUI registry, such as LEI, SP-CHRI, NOFORN."
        )
    return MarkingChange(
        cui=codes,
        dissemination=controls,
        regimes=frozenset(regimes[name] for name in names_of(add, "regimes")),
        sensitivity=Sensitivity[sensitivity],
        tlp=Tlp[tlp],
    )
