"""Compiles the reading of dates and times: several formats, a zone, and the precision that the source gives."""

import re
from dataclasses import dataclass

from tessera.integrate import sql
from tessera.integrate.sql import Sql

SPECIAL_FORMATS = ("iso", "epoch_s", "epoch_ms")

PRECISIONS = ("year", "month", "day", "time")
_SHORT = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}
_DIRECTIVE = re.compile(r"%(-?[A-Za-z%])")
_KNOWN = frozenset("aAbBdHIjmMpSyYfz%") | {"-d", "-H", "-I", "-m", "-M", "-S", "-j", "-y"}
_ISO_OFFSET = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s?(Z|z|[+-]\d{2}(:?\d{2})?)$"
_ISO_LOCAL = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?$"
_ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
# So many digits that the microseconds still fit a BIGINT.
_EPOCH = {"epoch_s": (r"^-?\d{1,12}(\.0+)?$", 1_000_000), "epoch_ms": (r"^-?\d{1,15}(\.0+)?$", 1000)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a text as a time. `pattern` guards `expression`; `precision` is year, month, day or time."""

    expression: Sql
    precision: str
    zoned: bool


def unknown_directives(form: str) -> list[str]:
    """Say what is wrong with a strptime format, or nothing."""
    found = _DIRECTIVE.findall(form)
    wrong = [f"%{one} is not known" for one in found if one not in _KNOWN]
    if not wrong and not {"Y", "y", "-y"} & set(found):
        wrong.append("it has no year")
    return wrong


def readings(form: str, value: Sql) -> list[Reading]:
    """Compile one format to the ways it can be read, strictest first."""
    if form == "iso":
        return [
            Reading(expression=_guarded(value, _ISO_OFFSET, "TIMESTAMPTZ"), precision="time", zoned=True),
            Reading(expression=_guarded(value, _ISO_LOCAL, "TIMESTAMP"), precision="time", zoned=False),
            Reading(expression=_guarded(value, _ISO_DATE, "TIMESTAMP"), precision="day", zoned=False),
        ]
    if form in SPECIAL_FORMATS:
        return [Reading(expression=_epoch(value, *_EPOCH[form]), precision="time", zoned=True)]
    directives = {one.lstrip("-") for one in _DIRECTIVE.findall(form)}
    return [
        Reading(
            expression=sql.call("try_strptime", value, sql.text(form)),
            precision=_precision(directives),
            zoned="z" in directives,
        )
    ]


def _guarded(value: Sql, pattern: str, kind: str) -> Sql:
    plain = sql.call("replace", value, sql.text(","), sql.text("."))
    return sql.case([(sql.matches(value, pattern), sql.try_cast(plain, kind))])


def _epoch(value: Sql, pattern: str, factor: int) -> Sql:
    whole = sql.call("split_part", value, sql.text("."), sql.number(1))
    micros = sql.infix("*", sql.try_cast(whole, "BIGINT"), sql.number(factor))
    return sql.case([(sql.matches(value, pattern), sql.call("make_timestamptz", micros))])


def _precision(directives: set[str]) -> str:
    if directives & {"H", "I"}:
        return "time"
    if directives & {"d", "j"}:
        return "day"
    return "month" if directives & {"m", "b", "B"} else "year"


def instant(reading: Reading, column: Sql, zone: str) -> Sql:
    """Give the instant, as TIMESTAMPTZ.

    A local time that the clocks skipped is taken an hour later, one that they struck twice is taken as standard time.
    """
    return column if reading.zoned else sql.call("timezone", sql.text(zone), column)


def wall(moment: Sql, zone: str) -> Sql:
    """Give the time on the wall in the zone at an instant, as TIMESTAMP."""
    return sql.call("timezone", sql.text(zone), moment)


def written(precision: str, clock: Sql, moment: Sql, zone: str) -> Sql:
    """Write a time as ISO 8601, as precisely as the source gave it: with an offset where there is a time of day."""
    if precision != "time":
        return sql.call("strftime", clock, sql.text(_SHORT[precision]))
    if zone == "UTC":
        return sql.call("strftime", clock, sql.text("%Y-%m-%dT%H:%M:%SZ"))
    return sql.infix("||", sql.call("strftime", clock, sql.text("%Y-%m-%dT%H:%M:%S")), _offset(clock, moment))


def _offset(clock: Sql, moment: Sql) -> Sql:
    """Write the zone's offset, such as -05:00."""
    ahead = sql.infix("-", sql.call("epoch_ms", clock), sql.call("epoch_ms", moment))
    minutes = sql.infix("//", sql.call("abs", ahead), sql.number(60_000))
    sign = sql.case([(sql.infix("<", ahead, sql.number(0)), sql.text("-"))], sql.text("+"))
    hours, rest = (sql.infix(operator, minutes, sql.number(60)) for operator in ("//", "%"))
    two_digits = (sql.call("lpad", sql.cast(part, "VARCHAR"), sql.number(2), sql.text("0")) for part in (hours, rest))
    return sql.infix("||", sign, sql.infix("|| ':' ||", *two_digits))
