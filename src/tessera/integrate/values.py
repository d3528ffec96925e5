"""Compiles one value rule: the text it starts from, the value as it is stored, and what is wrong with it."""

from dataclasses import dataclass
from enum import IntEnum

from tessera.dictionary import Dictionary, Term, TermType
from tessera.integrate import dates, sql
from tessera.integrate.mapping import Condition, KeyRule, OnInvalid, ValueRule
from tessera.integrate.rules import RULES, trim
from tessera.integrate.sql import Sql

LONGEST_TEXT = 1_000_000
NOW = sql.name("now")
_DAY_MS = 86_400_000
_WHOLE = r"^[+-]?(\d{1,18}|\d{1,3}(,\d{3}){1,5})(\.0+)?$"
_DECIMAL = r"^[+-]?((\d+|\d{1,3}(,\d{3})+)(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_EMAIL = r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$"
_URL = r"^(https?|ftp)://[^\s/]+\S*$"
# Types whose values may be of any length; all others are bounded by their form.
_FREE = frozenset({TermType.EMAIL, TermType.IDENTIFIER, TermType.TEXT, TermType.URL})
_PHONE = r"^\+[1-9][0-9]{7,14}$"


class Problem(IntEnum):
    """What can be wrong with a value; `faults.py` has the sentence for each."""

    UNREADABLE = 1
    OUT_OF_RANGE = 2
    UNKNOWN_CODE = 3
    MISSING = 4
    NUL = 5
    TOO_LONG = 6
    LATITUDE_UNREADABLE = 11
    LONGITUDE_UNREADABLE = 12
    HALF_A_PLACE = 13
    ZERO = 14
    SWAPPED = 15
    OFF_THE_GLOBE = 16
    OUT_OF_BOUNDS = 17
    NO_KEY = 20
    NO_RECORD = 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value on its way: `raw` over the batch's columns; `steps`, `value`, `millis`, `problem` over the raw text.

    The names are those of columns of the staging SELECT: r3 is the raw text of field 3, q3_0 its first reading as a
    time, i3 the instant and u3 the clock on the wall at it, v3 the value, e3 its problem.
    """

    index: int
    rule: ValueRule
    term: Term | None
    raw: Sql
    value: Sql
    problem: Sql
    steps: tuple[tuple[tuple[Sql, str], ...], ...] = ()
    """Layers between raw and value, each over the columns of the one before."""
    millis: Sql = sql.NULL

    def named(self, letter: str) -> Sql:
        """Name a column of this field."""
        return sql.name(f"{letter}{self.index}")

    @property
    def fixed(self) -> str | None:
        """The value where it is the same in every record, which then need not be looked at again."""
        same = self.term and self.term.type in {TermType.CODE, TermType.TEXT, TermType.IDENTIFIER}
        return self.rule.constant if same and self.rule.codes is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Time:
    """The layers of a value that is a time: readings of the text, the instant, the clock on the wall, and the rest."""

    readings: tuple[tuple[Sql, str], ...]
    instant: Sql
    wall: Sql
    value: Sql
    millis: Sql
    out_of_range: Sql


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The batch's columns, by their names in the file; `n0` is the first of them, trimmed, and empty where it says nothing."""

    names: tuple[str, ...]

    def cell(self, column: str) -> Sql:
        """Name the cleaned cell of a column; of an optional column that the file lacks, nothing."""
        if column not in self.names:
            return sql.cast(sql.NULL, "VARCHAR")
        return sql.name(f"n{self.names.index(column)}")

    def cleaned(self, index: int, null_values: tuple[str, ...]) -> Sql:
        """Empty a cell, trimmed already, where it stands for nothing."""
        return without(sql.name(f"c{index}"), ("", *null_values))


def without(value: Sql, nothing: tuple[str, ...]) -> Sql:
    """Empty a value that is one of these."""
    if nothing == ("",):
        return sql.call("nullif", value, sql.text(""))
    return sql.case([(sql.one_of(value, nothing), sql.NULL)], value) if nothing else value


def raw_text(rule: ValueRule, cells: Cells) -> Sql:
    """Compile where a value comes from: join, split, extract, cleanse. The result may be empty, never blank."""
    if rule.constant is not None:
        return sql.text(rule.constant)
    parts = [cells.cell(column) for column in rule.columns]
    value = parts[0] if len(parts) == 1 else sql.call("concat_ws", sql.text(rule.separator), *parts)
    if rule.split:
        separator, part = rule.split
        value = trim(sql.call("split_part", value, sql.text(separator), sql.number(part)))
    if rule.extract:
        value = trim(sql.call("regexp_extract", value, sql.text(rule.extract), sql.number(rule.extract_group)))
    for name in rule.clean:
        value = RULES[name].apply(value)
    bare = len(parts) == 1 and not (rule.split or rule.extract or rule.clean)
    return without(value, rule.null_values) if bare else without(value, ("", *rule.null_values))


def field(index: int, rule: ValueRule, term: Term | None, cells: Cells, dictionary: Dictionary) -> Field:
    """Compile a value of a term. Without a term it is a text, with its codes translated (a role, a degree)."""
    raw, kind = sql.name(f"r{index}"), term.type if term else TermType.TEXT
    if kind in {TermType.DATE, TermType.DATETIME} and term:
        time = _time(index, raw, rule, term)
        return Field(
            index=index,
            rule=rule,
            term=term,
            raw=raw_text(rule, cells),
            steps=(time.readings, ((time.instant, f"i{index}"),), ((time.wall, f"u{index}"),)),
            value=time.value,
            millis=time.millis,
            problem=_problem(index, rule, kind, time.out_of_range),
        )
    coded = rule.codes is not None or kind is TermType.CODE
    number = sql.name(f"q{index}_0")
    if kind is TermType.PHONE and not coded:
        return Field(
            index=index,
            rule=rule,
            term=term,
            raw=raw_text(rule, cells),
            steps=(((RULES["phone_e164_us"].apply(raw), f"q{index}_0"),),),
            value=sql.case([(sql.matches(number, _PHONE), number)]),
            problem=_problem(index, rule, kind, sql.FALSE),
        )
    return Field(
        index=index,
        rule=rule,
        term=term,
        raw=raw_text(rule, cells),
        value=_code(raw, rule, term, dictionary) if coded else _plain(raw, kind, rule),
        problem=_problem(index, rule, kind, sql.FALSE),
    )


def _problem(index: int, rule: ValueRule, kind: TermType, out_of_range: Sql) -> Sql:
    raw, value = sql.name(f"r{index}"), sql.name(f"v{index}")
    coded = rule.codes is not None or kind is TermType.CODE
    unread = Problem.UNKNOWN_CODE if coded else Problem.UNREADABLE
    branches = [
        (sql.both(sql.present(raw), sql.absent(value)), sql.number(unread.value)),
    ]
    if out_of_range != sql.FALSE:
        branches.append((out_of_range, sql.number(Problem.OUT_OF_RANGE.value)))
    if rule.constant is None and kind in _FREE:
        too_long = sql.infix(">", sql.call("strlen", raw), sql.number(LONGEST_TEXT))
        branches.insert(0, (too_long, sql.number(Problem.TOO_LONG.value)))
    if rule.required:
        branches.insert(0, (sql.absent(raw), sql.number(Problem.MISSING.value)))
    return sql.case(branches)


def _code(raw: Sql, rule: ValueRule, term: Term | None, dictionary: Dictionary) -> Sql:
    otherwise = sql.text(rule.otherwise) if rule.otherwise is not None else sql.NULL
    if rule.codes is None:
        table = {code: code for code in dictionary.codes_of(term)} if term else {}
    else:
        table = dict(rule.codes)
    fallback = sql.case([(sql.present(raw), otherwise)]) if rule.otherwise is not None else sql.NULL
    return sql.lookup(raw, table, fallback)


def _plain(raw: Sql, kind: TermType, rule: ValueRule) -> Sql:
    if rule.decimal_comma and kind in {TermType.DECIMAL, TermType.INTEGER}:
        raw = sql.call("replace", sql.call("replace", raw, sql.text("."), sql.text("")), sql.text(","), sql.text("."))
    match kind:
        case TermType.INTEGER:
            whole = sql.call(
                "split_part", sql.call("replace", raw, sql.text(","), sql.text("")), sql.text("."), sql.number(1)
            )
            return sql.case([(sql.matches(raw, _WHOLE), sql.cast(sql.try_cast(whole, "BIGINT"), "VARCHAR"))])
        case TermType.DECIMAL:
            return sql.cast(degrees(raw), "VARCHAR")
        case TermType.BOOLEAN:
            small = sql.call("lower", raw)
            yes = sql.one_of(small, [word.lower() for word in rule.words_true])
            no = sql.one_of(small, [word.lower() for word in rule.words_false])
            return sql.case([(yes, sql.text("true")), (no, sql.text("false"))])
        case TermType.EMAIL:
            small = sql.call("lower", raw)
            return sql.case([(sql.matches(small, _EMAIL), small)])
        case TermType.URL:
            return sql.case([(sql.matches(raw, _URL), raw)])
        case _:
            return raw


def degrees(raw: Sql) -> Sql:
    """Read a finite decimal number, as DOUBLE, or nothing."""
    number = sql.try_cast(sql.call("replace", raw, sql.text(","), sql.text("")), "DOUBLE")
    return sql.case([(sql.both(sql.matches(raw, _DECIMAL), sql.call("isfinite", number)), number)])


def _time(index: int, raw: Sql, rule: ValueRule, term: Term) -> _Time:
    found = [reading for form in rule.formats or ("iso",) for reading in dates.readings(form, raw)]
    columns = [f"q{index}_{at}" for at in range(len(found))]
    named = [(reading, sql.name(column)) for reading, column in zip(found, columns, strict=True)]
    instant, wall = sql.name(f"i{index}"), sql.name(f"u{index}")
    precise = term.type is TermType.DATETIME
    latest = sql.infix("+", NOW, sql.number(term.future_days * _DAY_MS))
    millis = sql.call("epoch_ms", instant)
    early = sql.infix("<", sql.call("year", wall), sql.number(term.earliest_year))
    return _Time(
        readings=tuple((r.expression, column) for r, column in zip(found, columns, strict=True)),
        instant=sql.case((sql.present(c), dates.instant(r, c, rule.zone)) for r, c in named),
        wall=dates.wall(instant, rule.zone),
        value=sql.case(
            (
                sql.present(c),
                dates.written(
                    r.precision if precise else min(r.precision, "day", key=dates.PRECISIONS.index),
                    wall,
                    instant,
                    rule.zone,
                ),
            )
            for r, c in named
        ),
        millis=millis,
        out_of_range=sql.either(early, sql.infix(">", millis, latest)),
    )


def condition(claim: Condition, cells: Cells) -> Sql:
    """Compile a condition; it is never NULL."""
    cell = cells.cell(claim.column)
    if claim.present is not None:
        return sql.present(cell) if claim.present else sql.absent(cell)
    if claim.less_than is not None or claim.greater_than is not None:
        operator, bound = ("<", claim.less_than) if claim.less_than is not None else (">", claim.greater_than)
        compared = sql.infix(operator, degrees(cell), sql.number(bound or 0.0))
        return sql.call("coalesce", compared, sql.present(cell))
    if claim.matches is not None:
        held = sql.matches(cell, claim.matches)
    elif claim.one_of is not None:
        held = sql.one_of(cell, claim.one_of)
    else:
        held = sql.infix("=", cell, sql.text(claim.equals or ""))
    return sql.call("coalesce", held, sql.FALSE)


def conditions(claims: tuple[Condition, ...], cells: Cells) -> Sql:
    """Claim that all conditions hold."""
    return sql.both(*(condition(claim, cells) for claim in claims))


def key(rule: KeyRule, cells: Cells) -> Sql:
    """Compile a source key: NULL where any of its columns is empty."""
    if rule.is_content:
        return content(cells)
    parts = [sql.text(part) if constant else _key_part(part, rule, cells) for part, constant in rule.parts]
    if len(parts) == 1:
        return parts[0]
    joined: list[Sql] = []
    for part in parts:
        joined += [sql.text(rule.separator), part]
    return sql.infix("||", *joined[1:])


def _key_part(column: str, rule: KeyRule, cells: Cells) -> Sql:
    value = cells.cell(column)
    for name in rule.clean:
        value = RULES[name].apply(value)
    if len(rule.parts) > 1 and rule.separator == "|":
        # So that the parts can be told apart whatever they hold.
        value = sql.call(
            "replace", sql.call("replace", value, sql.text("\\"), sql.text("\\\\")), sql.text("|"), sql.text("\\|")
        )
    return without(value, ("",))


def content(cells: Cells) -> Sql:
    """Digest every filled cell of the row, in the order of the columns' names, so that empty columns do not matter."""
    order = sorted(range(len(cells.names)), key=lambda at: cells.names[at])
    parts = [
        sql.infix(
            "||",
            sql.text(cells.names[at].replace("\x00", "") + "\x1f"),
            sql.call("nullif", sql.name(f"c{at}"), sql.text("")),
        )
        for at in order
    ]
    return sql.call("left", sql.call("sha256", sql.call("concat_ws", sql.text("\x1e"), *parts)), sql.number(32))


def thread(source: Sql, kind: str, source_key: Sql) -> Sql:
    """Give the 16 bytes that name a thing at its source."""
    whole = sql.infix("||", source, sql.text("\x1f" + kind + "\x1f"), source_key)
    return sql.call("unhex", sql.call("left", sql.call("sha256", whole), sql.number(32)))


def quarantines(rule: ValueRule) -> bool:
    """Claim that a value that does not fit keeps its row out."""
    return rule.on_invalid is OnInvalid.QUARANTINE
