"""The cleansing rules: each has a name, says what it does, shows it on an example, and compiles to one expression."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

from tessera.integrate import sql
from tessera.integrate.sql import Sql

# White space as Unicode knows it, and the invisible marks that spreadsheets and web pages leave at the edges.
BLANKS = " \t\n\r\v\f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"

_E164 = r"^\+[1-9][0-9]{7,14}$"
_USUAL = r"^(\+?1[ .-]?)?\(?[2-9][0-9]{2}\)?[ ./-]?[2-9][0-9]{2}[ .-]?[0-9]{4}$"
_AMERICAN = r"^1?([2-9][0-9]{2}[2-9][0-9]{6})$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A cleansing rule. `before` and `after` are its example; `apply` turns one text expression into another."""

    name: str
    definition: str
    before: str
    after: str
    apply: Callable[[Sql], Sql]


def trim(value: Sql) -> Sql:
    """Take white space off both ends."""
    # Trimming by a set of characters is slow, and nearly every value begins and ends in plain ASCII.
    plain = sql.call("regexp_full_match", value, sql.text(r"[!-~]([ -~]*[!-~])?"))
    return sql.case([(plain, value)], sql.call("trim", value, sql.text(BLANKS)))


def _title(value: Sql) -> Sql:
    by_space = _capitals(sql.call("lower", value), " ")
    return _capitals(by_space, "-")


def _capitals(value: Sql, mark: str) -> Sql:
    words = sql.call("string_split", value, sql.text(mark))
    capital = Sql("lambda w: upper(w[1]) || w[2:]")
    return sql.call("array_to_string", sql.call("list_transform", words, capital), sql.text(mark))


def _phone(value: Sql) -> Sql:
    """Bring a number to E.164; what does not look like one stays, for the term's check to find."""
    plain = sql.replaced(sql.call("lower", value), r"\s*(x|ext\.?|extension|#)\s*[0-9]+\s*$", "")
    signs = sql.replaced(plain, r"[\s().\-/\x{00a0}\x{2010}-\x{2015}]", "")
    international = sql.matches(signs, _E164)
    # +1 is the North American plan, which has its own rules for what a number can be.
    bare = sql.call("ltrim", signs, sql.text("+"))
    american = sql.both(sql.matches(bare, _AMERICAN), sql.matches(signs, r"^(\+1|[^+])"))
    whole = sql.infix("||", sql.text("+1"), sql.call("right", bare, sql.number(10)))
    foreign = sql.both(international, Sql(f"NOT starts_with({signs}, '+1')"))
    # Nearly every number is written in one of the usual American ways; only the others take the long way.
    digits = value
    for mark in "-. ()/":
        digits = sql.call("replace", digits, sql.text(mark), sql.text(""))
    usual = sql.infix("||", sql.text("+1"), sql.call("right", digits, sql.number(10)))
    return sql.case([(sql.matches(value, _USUAL), usual), (american, whole), (foreign, signs)], value)


_ALL = (
    Rule(
        name="collapse_spaces",
        definition="Turns every run of white space into one space.",
        before="12   Saltwind\tRoad",
        after="12 Saltwind Road",
        apply=lambda value: sql.replaced(value, r"[\s\x{00a0}\x{2000}-\x{200b}\x{202f}\x{3000}]+", " "),
    ),
    Rule(
        name="digits",
        definition="Keeps the digits 0 to 9 and drops all else.",
        before="No. 12-345",
        after="12345",
        apply=lambda value: sql.replaced(value, r"[^0-9]", ""),
    ),
    Rule(
        name="letters_and_digits",
        definition="Keeps letters and digits and drops all else, as plates and identification numbers are compared.",
        before="QX 41-213",
        after="QX41213",
        apply=lambda value: sql.replaced(value, r"[^\pL\pN]", ""),
    ),
    Rule(
        name="lower",
        definition="Writes all letters small.",
        before="Elena MUÑOZ",
        after="elena muñoz",
        apply=lambda value: sql.call("lower", value),
    ),
    Rule(
        name="no_leading_zeros",
        definition="Drops zeros at the start, but never the last digit.",
        before="00042",
        after="42",
        apply=lambda value: sql.replaced(value, r"^0+(.)", r"\1"),
    ),
    Rule(
        name="phone_e164_us",
        definition="Writes a telephone number in international form (E.164); without a country code it is taken as "
        "North American. An extension is dropped. What is no telephone number stays as it is.",
        before="(302) 555-0143 x12",
        after="+13025550143",
        apply=_phone,
    ),
    Rule(
        name="strip_accents",
        definition="Writes letters without their accents.",
        before="Muñoz",
        after="Munoz",
        apply=lambda value: sql.call("strip_accents", value),
    ),
    Rule(
        name="strip_trailing_dash",
        definition="Drops dashes and spaces at the end, which some dispatch systems leave there.",
        before="VEHICLE ACCIDENT -",
        after="VEHICLE ACCIDENT",
        apply=lambda value: sql.replaced(value, r"[\s\-]+$", ""),
    ),
    Rule(
        name="title_case",
        definition="Writes words with a capital first letter and the rest small.",
        before="ANNE-MARIE OKAFOR",
        after="Anne-Marie Okafor",
        apply=_title,
    ),
    Rule(
        name="trim",
        definition="Takes white space off both ends. Done to every value anyway.",
        before="  Dover ",
        after="Dover",
        apply=trim,
    ),
    Rule(
        name="upper",
        definition="Writes all letters in capitals.",
        before="qx41213",
        after="QX41213",
        apply=lambda value: sql.call("upper", value),
    ),
)

RULES = MappingProxyType({rule.name: rule for rule in _ALL})
