"""Composes SQL expressions. Every name and literal passes through here, so none is ever taken for SQL."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NewType

Sql = NewType("Sql", str)

NULL = Sql("NULL")
TRUE = Sql("TRUE")
FALSE = Sql("FALSE")


def text(value: str) -> Sql:
    """Write a text literal.

    >>> text("O'Brien'; DROP TABLE x --")
    "'O''Brien''; DROP TABLE x --'"
    """
    if "\x00" in value:
        msg = "a literal cannot hold a NUL character"
        raise ValueError(msg)
    return Sql("'" + value.replace("'", "''") + "'")


def number(value: float) -> Sql:
    """Write a number literal."""
    return Sql(repr(value))


def name(word: str) -> Sql:
    """Write a column name of ours."""
    return Sql('"' + word.replace('"', '""') + '"')


def parameter(word: str) -> Sql:
    """Name a value that is given when the statement runs."""
    return Sql("$" + word)


def call(function: str, *arguments: Sql) -> Sql:
    """Call a function of the engine."""
    return Sql(f"{function}({', '.join(arguments)})")


def infix(operator: str, *parts: Sql) -> Sql:
    """Join expressions by an operator, in brackets."""
    return Sql("(" + f" {operator} ".join(parts) + ")")


def both(*claims: Sql) -> Sql:
    """Claim that all hold; of nothing, it is true."""
    held = [claim for claim in claims if claim != TRUE]
    return infix("AND", *held) if held else TRUE


def either(*claims: Sql) -> Sql:
    """Claim that at least one holds; of nothing, it is false."""
    held = [claim for claim in claims if claim != FALSE]
    return infix("OR", *held) if held else FALSE


def absent(expression: Sql) -> Sql:
    """Claim that there is no value."""
    return Sql(f"({expression} IS NULL)")


def present(expression: Sql) -> Sql:
    """Claim that there is a value."""
    return Sql(f"({expression} IS NOT NULL)")


def one_of(expression: Sql, values: Iterable[str]) -> Sql:
    """Claim that a text is one of these."""
    listed = ", ".join(text(value) for value in values)
    return Sql(f"({expression} IN ({listed}))") if listed else FALSE


def case(branches: Iterable[tuple[Sql, Sql]], otherwise: Sql = NULL) -> Sql:
    """Take the value of the first claim that holds."""
    whens = " ".join(f"WHEN {claim} THEN {value}" for claim, value in branches)
    return Sql(f"CASE {whens} ELSE {otherwise} END") if whens else otherwise


def lookup(expression: Sql, values: Mapping[str, str], otherwise: Sql = NULL) -> Sql:
    """Translate a text by a table."""
    whens = " ".join(f"WHEN {text(key)} THEN {text(value)}" for key, value in values.items())
    return Sql(f"CASE {expression} {whens} ELSE {otherwise} END") if whens else otherwise


def cast(expression: Sql, kind: str) -> Sql:
    """Turn a value into another type; what cannot be turned stops the statement."""
    return Sql(f"CAST({expression} AS {kind})")


def try_cast(expression: Sql, kind: str) -> Sql:
    """Turn a value into another type, or into nothing."""
    return Sql(f"TRY_CAST({expression} AS {kind})")


def matches(expression: Sql, pattern: str) -> Sql:
    """Claim that a text has a part that fits the pattern (RE2)."""
    return call("regexp_matches", expression, text(pattern))


def replaced(expression: Sql, pattern: str, by: str) -> Sql:
    """Replace every part that fits the pattern (RE2)."""
    return call("regexp_replace", expression, text(pattern), text(by), text("g"))


def select(columns: Sequence[tuple[Sql, str]], source: str, *, where: Sql = TRUE, star: bool = False) -> Sql:
    """Select named expressions from a table or another SELECT."""
    listed = ", ".join((["*"] if star else []) + [f"{expression} AS {name(alias)}" for expression, alias in columns])
    origin = f"({source})" if source.startswith("SELECT") else source
    condition = "" if where == TRUE else f" WHERE {where}"
    return Sql(f"SELECT {listed} FROM {origin}{condition}")  # noqa: S608 - made of parts composed here


def union(selects: Sequence[Sql]) -> Sql:
    """Put the rows of several SELECTs under one another."""
    return Sql(" UNION ALL ".join(selects))
