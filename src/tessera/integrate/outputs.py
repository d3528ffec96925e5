"""Writes the SELECTs over `stage`: records, links, faulty rows, counts."""

import json
import re
import unicodedata
from collections.abc import Iterable
from typing import cast

from tessera.dictionary import Dictionary, Term, TermType
from tessera.dictionary.values import WORDLESS
from tessera.integrate import sql
from tessera.integrate.mapping import ThreadRule
from tessera.integrate.sql import Sql
from tessera.integrate.stage import Plan
from tessera.integrate.values import Field, thread
from tessera.model.marking import FieldClass

_NUMBERS = frozenset({TermType.DECIMAL, TermType.INTEGER})
_CLASSES = (
    FieldClass.CONTACT,
    FieldClass.HEALTH,
    FieldClass.IDENTIFIER,
    FieldClass.NARRATIVE,
    FieldClass.OPEN,
    FieldClass.PLACE,
)
_GOOD = Sql("NOT bad")
_SOURCE = sql.name("source")


def _bare(value: Sql) -> Sql:
    """Make a text small and plain, and take the commonest marks out the cheap way; `_folded` does the rest."""
    small = sql.call("lower", sql.call("strip_accents", value))
    for mark in (". ", ", "):
        small = sql.call("replace", small, sql.text(mark), sql.text(" "))
    return small


def _folded(bare: Sql) -> Sql:
    """Fold for search: every run of marks that are no letter or digit is one space; empty is nothing."""
    # Most values are plain words by now, perhaps with a full stop; only the others pay for the replacement.
    plain = sql.call("regexp_full_match", bare, sql.text(r"[a-z0-9]+( [a-z0-9]+)*\.?"))
    short = sql.case([(sql.call("ends_with", bare, sql.text(".")), sql.call("left", bare, sql.number(-1)))], bare)
    words = sql.call("nullif", sql.call("trim", sql.replaced(bare, r"[^\pL\pN]+", " ")), sql.text(""))
    return sql.case([(plain, short)], words)


def folded(value: str) -> str:
    """Fold a text for search as the engine does: small letters, no accents, other marks as one space.

    >>> folded("O'Brién, 12-B")
    'o brien 12 b'
    """
    bare = "".join(c for c in unicodedata.normalize("NFD", value) if unicodedata.category(c) != "Mn")
    return re.sub(r"[\W_]+", " ", bare.lower()).strip()


def records(plan: Plan) -> Sql:
    """Select all records of the good rows, one kind of record after another."""
    return sql.union([_record(plan, number) for number in range(len(plan.mapping.records))])


def _record(plan: Plan, number: int) -> Sql:
    record, fields = plan.mapping.records[number], plan.fields[number]
    key = sql.name(f"k{number}")
    place = number in plan.places
    columns = [
        (sql.name("row"), "row"),
        (sql.text(record.kind.name), "kind"),
        (thread(_SOURCE, record.kind.name, key), "thread"),
        (key, "source_key"),
        (_payload(fields), "payload"),
        (sql.cast(sql.name(f"t{number}") if record.event_time else sql.NULL, "BIGINT"), "event_time"),
        (sql.cast(sql.name(f"y{number}") if place else sql.NULL, "DOUBLE"), "latitude"),
        (sql.cast(sql.name(f"x{number}") if place else sql.NULL, "DOUBLE"), "longitude"),
        (sql.cast(sql.name(f"m{number}"), "SMALLINT"), "marking"),
        (sql.cast(sql.NULL, "VARCHAR"), "locator"),
        *((_words(fields, one, plan.mapping.dictionary), f"text_{one.value}") for one in _CLASSES),
    ]
    texts = [(_bare(_together(loose)), f"bare_{one.value}") for one in _CLASSES if (loose := _loose(fields, one))]
    made = sql.select(texts, "stage", where=sql.both(_GOOD, sql.name(f"w{number}")), star=True)
    return sql.select(columns, made)


def _payload(fields: Iterable[Field]) -> Sql:
    """Write canonical JSON: terms in dictionary order, what is missing left out, numbers as numbers."""
    pairs = [_pair(one, one.term) for one in fields if one.term]
    if not pairs:
        return sql.text("{}")
    return sql.infix("||", sql.text("{"), sql.call("concat_ws", sql.text(","), *pairs), sql.text("}"))


def _pair(one: Field, term: Term) -> Sql:
    if one.fixed is not None:
        return sql.text(f'"{term.name}":{json.dumps(one.fixed, ensure_ascii=False)}')
    value = one.named("v")
    known_form = term.type in {TermType.BOOLEAN, TermType.CODE, TermType.DATE, TermType.DATETIME, TermType.PHONE}
    if known_form:
        # Nothing in these can need an escape.
        return sql.infix("||", sql.text(f'"{term.name}":"'), value, sql.text('"'))
    written = value if term.type in _NUMBERS else sql.cast(sql.call("to_json", value), "VARCHAR")
    return sql.infix("||", sql.text(f'"{term.name}":'), written)


def _words(fields: Iterable[Field], field_class: FieldClass, dictionary: Dictionary) -> Sql:
    texts = [_formed_words(one, dictionary) for one in _searched(fields, field_class) if _is_formed(one)]
    if _loose(fields, field_class):
        texts.append(_folded(sql.name(f"bare_{field_class.value}")))
    if not texts:
        return sql.cast(sql.NULL, "VARCHAR")
    return texts[0] if len(texts) == 1 else sql.call("nullif", _together(texts), sql.text(""))


def _searched(fields: Iterable[Field], field_class: FieldClass) -> list[Field]:
    """Pick the values of a class that words can find."""
    return [one for one in fields if one.term and one.term.field_class is field_class and one.term.type not in WORDLESS]


def _loose(fields: Iterable[Field], field_class: FieldClass) -> list[Sql]:
    """Pick the values of a class whose words must be found row by row."""
    return [one.named("v") for one in _searched(fields, field_class) if not _is_formed(one)]


def _together(texts: list[Sql]) -> Sql:
    return texts[0] if len(texts) == 1 else sql.call("concat_ws", sql.text(" "), *texts)


def _is_formed(one: Field) -> bool:
    """Claim that the words of a value are known from its form, so that they need not be folded row by row."""
    return one.fixed is not None or bool(one.term and one.term.type in {TermType.CODE, TermType.DATE, TermType.PHONE})


def _formed_words(one: Field, dictionary: Dictionary) -> Sql:
    if one.term and one.term.type is TermType.CODE:
        return _code_words(one, dictionary)
    if one.fixed is not None:
        return sql.text(folded(one.fixed))
    if one.term and one.term.type is TermType.PHONE:
        return _phone_words(one.named("v"))
    return sql.call("replace", one.named("v"), sql.text("-"), sql.text(" "))


def _code_words(one: Field, dictionary: Dictionary) -> Sql:
    """A code is found by its own words and by those of its label."""
    known = dictionary.codes_of(one.term) if one.term else {}
    words = {code: folded(f"{code} {known[code].label}") for code in known}
    if one.fixed is not None:
        return sql.text(words[one.fixed])
    reached = set(known if one.rule.codes is None else one.rule.codes.values())
    reached |= {one.rule.otherwise} if one.rule.otherwise else set()
    return sql.lookup(one.named("v"), {code: words[code] for code in known if code in reached})


def _phone_words(value: Sql) -> Sql:
    """A telephone number is found whole, without its country code, and in its usual groups."""
    groups = [
        sql.call("substring", value, sql.number(at), sql.number(size)) for at, size in ((3, 10), (3, 3), (6, 3), (9, 4))
    ]
    digits = sql.call("substring", value, sql.number(2))
    american = sql.infix("|| ' ' ||", digits, *groups)
    return sql.case([(sql.call("starts_with", value, sql.text("+1")), american)], digits)


def links(plan: Plan) -> Sql:
    """Select all links of the good rows."""
    if not plan.mapping.links:
        kinds = (
            ("row", "BIGINT"),
            ("type", "VARCHAR"),
            ("role", "VARCHAR"),
            ("from_thread", "BLOB"),
            ("to_thread", "BLOB"),
            ("marking", "SMALLINT"),
        )
        return sql.select([(sql.cast(sql.NULL, kind), name) for name, kind in kinds], "stage", where=sql.FALSE)
    return sql.union([_link(plan, number) for number in range(len(plan.mapping.links))])


def _link(plan: Plan, number: int) -> Sql:
    link, role = plan.mapping.links[number], plan.roles.get(number)
    names = [record.name for record in plan.mapping.records]
    threads, masks = [], []
    for end, letter in ((link.start, "ls"), (link.end, "le")):
        if isinstance(end, ThreadRule):
            source = sql.text(end.source) if end.source else _SOURCE
            threads.append(thread(source, end.kind, sql.name(f"{letter}{number}")))
        else:
            at = names.index(end)
            threads.append(thread(_SOURCE, plan.mapping.records[at].kind.name, sql.name(f"k{at}")))
            masks.append(sql.cast(sql.name(f"m{at}"), "SMALLINT"))
    return sql.select(
        [
            (sql.name("row"), "row"),
            (sql.text(link.type), "type"),
            (sql.call("coalesce", role.named("v"), sql.text("")) if role else sql.text(""), "role"),
            (threads[0], "from_thread"),
            (threads[1], "to_thread"),
            (sql.infix("|", *masks) if masks else sql.cast(sql.number(0), "SMALLINT"), "marking"),
        ],
        "stage",
        where=sql.both(_GOOD, sql.name(f"l{number}")),
    )


def faulty(plan: Plan) -> Sql:
    """Select what is needed to say what is wrong with the bad rows."""
    letters = ["row", "at", "nul"]
    letters += [f"{letter}{number}" for number in range(len(plan.mapping.records)) for letter in ("w", "k")]
    letters += [f"e{one.index}" for one in plan.keeping_out]
    letters += [f"pe{one.index}" for one in plan.places_keeping_out]
    return sql.select([(sql.name(word), word) for word in letters], "stage", where=Sql("bad"))


def row_problems(plan: Plan, staged: dict[str, object], row: dict[str, str | None]) -> list[tuple[str, str, str, str]]:
    """Say what is wrong with a row as a whole: column, term, reason, value."""
    found = []
    if staged["nul"] is not None:
        column = plan.cells.names[cast("int", staged["nul"])]
        reason = "The value holds a NUL character, which no text has. Remove it."
        found.append((column, "", reason, row[column] or ""))
    made = [number for number in range(len(plan.mapping.records)) if staged[f"w{number}"]]
    if not made:
        reason = "No record can be made of this row: the conditions of none of the mapping's records hold."
        found.append(("", "", reason, ""))
    for number in made:
        record = plan.mapping.records[number]
        if staged[f"k{number}"] is None:
            reason = f"The key of the {record.kind.label.lower()} is empty, so that it could not be told from others."
            found.append((", ".join(record.key.columns), "", reason, ""))
    return found


def profile(plan: Plan) -> Sql:
    """Count, for each term: rows that make the record, filled values, invalid values. One row of counters."""
    columns: list[tuple[Sql, str]] = []
    for number in range(len(plan.mapping.records)):
        made = sql.name(f"w{number}")
        columns.append((_count(made), f"rows_{number}"))
        for one in plan.fields[number]:
            columns.append((_count(sql.both(made, sql.present(one.named("v")))), f"filled_v{one.index}"))
            columns.append((_count(sql.present(one.named("e"))), f"invalid_v{one.index}"))
        if number in plan.places:
            columns.append((_count(sql.both(made, sql.present(sql.name(f"y{number}")))), f"filled_y{number}"))
            columns.append((_count(sql.present(sql.name(f"pe{number}"))), f"invalid_y{number}"))
    return sql.select(columns, "stage")


def examples(plan: Plan) -> Sql:
    """Select the values of some rows."""
    words = ["at", *(column for _, column in plan.shown())]
    return Sql(sql.select([(sql.name(word), word) for word in words], "stage") + " LIMIT 200")


def _count(claim: Sql) -> Sql:
    return sql.call("count_if", claim)
