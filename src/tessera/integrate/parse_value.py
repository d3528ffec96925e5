"""Reads how one value is made: columns, constant, join, split, extract, cleansing, codes, formats."""

import re
from dataclasses import dataclass

import pytz

from tessera.dictionary import Dictionary, Term, TermType
from tessera.dictionary.lines import (
    LinedDict,
    check_keys,
    did_you_mean,
    flag_of,
    mapping_of,
    names_of,
    text_of,
    whole_number_of,
)
from tessera.errors import Invalid
from tessera.integrate.dates import SPECIAL_FORMATS, unknown_directives
from tessera.integrate.mapping import OnInvalid, ValueRule
from tessera.integrate.rules import RULES

_VALUE_KEYS = frozenset(
    {
        "column",
        "columns",
        "constant",
        "separator",
        "split",
        "extract",
        "clean",
        "null_values",
        "codes",
        "otherwise",
        "formats",
        "zone",
        "decimal",
        "words",
        "required",
        "on_invalid",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the rest of the mapping says that each of its values may lean on."""

    dictionary: Dictionary
    columns: frozenset[str]
    zone: str
    on_invalid: OnInvalid
    where: str

    def column(self, name: str, where: str) -> str:
        """Check that a column is declared."""
        if name not in self.columns:
            raise Invalid(
                f"unknown column {name!r}",
                where=where,
                advice=did_you_mean(name, self.columns, hint="List it under 'columns' or 'optional_columns'."),
            )
        return name

    def rules(self, given: LinedDict, key: str) -> tuple[str, ...]:
        """Check the names of cleansing rules."""
        names = names_of(given, key)
        for name in names:
            if name not in RULES:
                advice = did_you_mean(name, RULES)
                raise Invalid(f"unknown cleansing rule {name!r}", where=given.at(key), advice=advice)
        return names

    def pattern(self, given: LinedDict, key: str) -> str:
        """Check a regular expression."""
        pattern = text_of(given, key)
        try:
            re.compile(pattern)
        except re.error as problem:
            raise Invalid(f"{pattern!r} is no pattern: {problem}", where=given.at(key)) from None
        return pattern


def read_value(parent: LinedDict, key: str, setting: Setting, term: Term | None) -> ValueRule:
    """Read the rule for one value. A word alone is the column of that name. `term` is None for degrees and roles."""
    if not isinstance(parent[key], LinedDict):
        column = setting.column(text_of(parent, key), parent.at(key))
        return _checked(
            ValueRule(where=parent.at(key), columns=(column,), zone=setting.zone, on_invalid=setting.on_invalid),
            term,
            setting,
        )
    given = mapping_of(parent, key)
    check_keys(given, _VALUE_KEYS, f"the value of {key!r}")
    pattern = setting.pattern(given, "extract") if "extract" in given else None
    words = mapping_of(given, "words")
    check_keys(words, {"true", "false"}, "words")
    default = ValueRule(where="")
    return _checked(
        ValueRule(
            where=given.at(),
            columns=_columns(given, setting),
            constant=text_of(given, "constant") if "constant" in given else None,
            separator=_verbatim(given, "separator", " "),
            split=_split(given),
            extract=pattern,
            extract_group=min(1, re.compile(pattern).groups) if pattern else 0,
            clean=setting.rules(given, "clean"),
            null_values=names_of(given, "null_values"),
            codes=_codes(given, term, setting),
            otherwise=text_of(given, "otherwise") if given.get("otherwise") is not None else None,
            formats=_formats(given),
            zone=_zone(given, setting),
            decimal_comma=_decimal_comma(given),
            words_true=names_of(words, "true", default.words_true),
            words_false=names_of(words, "false", default.words_false),
            required=flag_of(given, "required"),
            on_invalid=_on_invalid(given, setting.on_invalid),
        ),
        term,
        setting,
    )


def _columns(given: LinedDict, setting: Setting) -> tuple[str, ...]:
    names = names_of(given, "columns") or names_of(given, "column")
    if bool(names) == ("constant" in given):
        raise Invalid("a value comes from a column, from columns or from a constant", where=given.at())
    return tuple(setting.column(name, given.at("columns" if "columns" in given else "column")) for name in names)


def _verbatim(given: LinedDict, key: str, default: str) -> str:
    value = given.get(key, default)
    return value if isinstance(value, str) else text_of(given, key, default)


def _split(given: LinedDict) -> tuple[str, int] | None:
    if "split" not in given:
        return None
    split = mapping_of(given, "split")
    check_keys(split, {"separator", "part"}, "a split")
    separator, part = _verbatim(split, "separator", ""), whole_number_of(split, "part", 0)
    if not separator or not part:
        raise Invalid("a split has a separator and a part (1 is the first, -1 the last)", where=given.at("split"))
    return separator, part


def _codes(given: LinedDict, term: Term | None, setting: Setting) -> dict[str, str] | None:
    if "codes" not in given:
        return None
    codes = mapping_of(given, "codes")
    table = {code: text_of(codes, code) for code in codes}
    for code, target in table.items():
        _check_code(target, codes.at(code), term, setting)
    return table


def _check_code(target: str, where: str, term: Term | None, setting: Setting) -> None:
    if term is None or term.type is not TermType.CODE:
        return
    known = setting.dictionary.codes_of(term)
    if target not in known:
        raise Invalid(
            f"unknown code {target!r} for term {term.name!r} (code list {term.code_list})",
            where=where,
            advice=did_you_mean(target, known),
        )


def _formats(given: LinedDict) -> tuple[str, ...]:
    formats = names_of(given, "formats")
    for one in formats:
        wrong = [] if one in SPECIAL_FORMATS else unknown_directives(one)
        if wrong:
            raise Invalid(
                f"{one!r} is no format for dates: {wrong[0]}",
                where=given.at("formats"),
                advice="Use %Y %m %d %H %M %S %b %p %I %y %z and the like, or: " + ", ".join(SPECIAL_FORMATS) + ".",
            )
    return formats


def _zone(given: LinedDict, setting: Setting) -> str:
    zone, where = text_of(given, "zone", setting.zone), given.at("zone") if "zone" in given else setting.where
    if zone not in pytz.all_timezones_set:
        raise Invalid(
            f"unknown time zone {zone!r}",
            where=where,
            advice=did_you_mean(zone, pytz.common_timezones, hint="Use an IANA name such as America/New_York."),
        )
    return zone


def _decimal_comma(given: LinedDict) -> bool:
    mark = text_of(given, "decimal", "point")
    if mark not in {"point", "comma"}:
        raise Invalid(f"'decimal' is point or comma, not {mark!r}", where=given.at("decimal"))
    return mark == "comma"


def _on_invalid(given: LinedDict, default: OnInvalid) -> OnInvalid:
    word = text_of(given, "on_invalid", default.value)
    if word not in {choice.value for choice in OnInvalid}:
        raise Invalid(
            f"unknown on_invalid {word!r}", where=given.at("on_invalid"), advice="One of: quarantine, drop_value"
        )
    return OnInvalid(word)


def _checked(rule: ValueRule, term: Term | None, setting: Setting) -> ValueRule:
    """Check what depends on the term: constants and fallbacks must be codes of its list, the zone must exist."""
    for target in (rule.constant, rule.otherwise):
        if target is not None:
            _check_code(target, rule.where, term, setting)
    if rule.zone not in pytz.all_timezones_set:
        raise Invalid(f"unknown time zone {rule.zone!r}", where=setting.where, advice="Use an IANA name.")
    return rule
