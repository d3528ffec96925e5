"""Compiles the reading of dates and times: several formats, a zone, and the precision that the source gives."""

import re
from dataclasses import dataclass

from tessera.integrate import sql
from tessera.integrate.sql import Sql

SPECIAL_FORMATS = ("iso", "epoch_s", "epoch_ms")

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


def local(reading: Reading, column: Sql, zone: str) -> Sql:
    """Give the time on the wall in the zone, as TIMESTAMP."""
    return sql.call("timezone", sql.text(zone), column) if reading.zoned else column


def instant(reading: Reading, column: Sql, zone: str) -> Sql:
    """Give the instant, as TIMESTAMPTZ. A local time that the clocks skipped is taken an hour later, one that they
    struck twice is taken as standard time.
    """
    return column if reading.zoned else sql.call("timezone", sql.text(zone), column)


def written(reading: Reading, column: Sql, zone: str, *, day_only: bool) -> Sql:
    """Write it as ISO 8601, as precisely as the source gave it: an offset where there is a time of day."""
    wall = local(reading, column, zone)
    if reading.precision != "time" or day_only:
        form = {"year": "%Y", "month": "%Y-%m"}.get(reading.precision, "%Y-%m-%d")
        return sql.call("strftime", wall, sql.text(form))
    if zone == "UTC":
        return sql.call("strftime", wall, sql.text("%Y-%m-%dT%H:%M:%SZ"))
    moment = instant(reading, column, zone)
    return sql.infix(
        "||",
        sql.call("strftime", sql.call("timezone", sql.text(zone), moment), sql.text("%Y-%m-%dT%H:%M:%S")),
        _offset(moment, zone),
    )


def _offset(moment: Sql, zone: str) -> Sql:
    """Write the zone's offset at an instant, such as -05:00."""
    there = sql.call("timezone", sql.text(zone), moment)
    here = sql.call("timezone", sql.text("UTC"), moment)
    minutes = sql.call("date_diff", sql.text("minute"), here, there)
    sign = sql.case([(sql.infix("<", minutes, sql.number(0)), sql.text("-"))], sql.text("+"))
    size = sql.call("abs", minutes)
    pattern = sql.text("{:02d}:{:02d}")
    clock = sql.call("format", pattern, sql.infix("//", size, sql.number(60)), sql.infix("%", size, sql.number(60)))
    return sql.infix("||", sign, clock)
