"""What a comparison level may claim about two records, in Python and in SQL, held equal by a property test.

A condition on a missing value is false. Texts are ASCII, so that distances count the same letters everywhere.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import DamerauLevenshtein, Hamming, JaroWinkler

from tessera.dictionary.resolution import Condition
from tessera.resolution.prepare import Prepared

_EARTH_KM = 6371.0088
_ALIKE = 0.5
_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
"""Engines read more as a day than ISO 8601 allows, and Python reads weeks; only this form counts."""
Test = Callable[[str, str, float], bool]


def holds(condition: Condition, left: Prepared, right: Prepared) -> bool:
    """Claim that the condition holds for these two records."""
    match condition.op:
        case "all":
            return all(holds(part, left, right) for part in condition.parts)
        case "any":
            return any(holds(part, left, right) for part in condition.parts)
        case "not":
            return not holds(condition.parts[0], left, right)
        case "crosses":
            return _crosses(condition, left, right)
        case "swapped" | "near":
            return _of_two(condition, left, right)
        case _:
            name = condition.fields[0]
            return _of_one(condition, left.get(name), right.get(name))


def _of_one(condition: Condition, left: object, right: object) -> bool:
    if left is None or right is None:
        return False
    if condition.op in {"any_same", "overlap"}:
        return _of_lists(condition, _listed(left), _listed(right))
    if condition.op in {"exact", "different", "present"}:
        return {"exact": left == right, "different": left != right, "present": True}[condition.op]
    return TESTS[condition.op](str(left), str(right), condition.value)


def _listed(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else tuple(value) if isinstance(value, list) else (str(value),)


def _of_lists(condition: Condition, left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    if not left or not right:
        return False
    common = len(set(left) & set(right))
    return (
        common > 0 if condition.op == "any_same" else common / min(len(set(left)), len(set(right))) >= condition.value
    )


def _crosses(condition: Condition, left: Prepared, right: Prepared) -> bool:
    first, second = condition.fields
    return any(
        set(_listed(a)) & set(_listed(b))
        for a, b in ((left.get(first), right.get(second)), (left.get(second), right.get(first)))
        if a is not None and b is not None
    )


def _of_two(condition: Condition, left: Prepared, right: Prepared) -> bool:
    first, second = condition.fields
    values = (left.get(first), left.get(second), right.get(first), right.get(second))
    if any(value is None for value in values):
        return False
    left_first, left_second, right_first, right_second = map(str, values)
    if condition.op == "swapped":
        return left_first == right_second and left_second == right_first
    numbers = [_number(value) for value in (left_first, left_second, right_first, right_second)]
    if any(number is None for number in numbers):
        return False
    return _kilometres(*[number for number in numbers if number is not None]) <= condition.value


def _kilometres(left_lat: float, left_lon: float, right_lat: float, right_lon: float) -> float:
    """Great-circle distance (haversine), degrees in."""
    half_lat = math.sin(math.radians(right_lat - left_lat) / 2) ** 2
    half_lon = math.sin(math.radians(right_lon - left_lon) / 2) ** 2
    inner = half_lat + math.cos(math.radians(left_lat)) * math.cos(math.radians(right_lat)) * half_lon
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, inner)))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _jaro_winkler(left: str, right: str, least: float) -> bool:
    return JaroWinkler.similarity(left, right) >= least


def _damerau_levenshtein(left: str, right: str, most: float) -> bool:
    return DamerauLevenshtein.distance(left, right) <= most


def _hamming(left: str, right: str, most: float) -> bool:
    return len(left) == len(right) and Hamming.distance(left, right) <= most


def _within_days(left: str, right: str, most: float) -> bool:
    if not (re.fullmatch(_DAY, left) and re.fullmatch(_DAY, right)):
        return False
    try:
        return abs((date.fromisoformat(left) - date.fromisoformat(right)).days) <= most
    except ValueError:
        return False


def _month_day_swapped(left: str, right: str, _: float) -> bool:
    return left != right and left == f"{right[:4]}-{right[8:10]}-{right[5:7]}"


def _number_within(left: str, right: str, most: float) -> bool:
    first, second = _number(left), _number(right)
    return first is not None and second is not None and abs(first - second) <= most


def _ratio(left: str, right: str, least: float) -> bool:
    first, second = _number(left), _number(right)
    if first is None or second is None or first <= 0 or second <= 0:
        return False
    return min(first, second) >= least * max(first, second)


def _starts(left: str, right: str, least: float) -> bool:
    short, long = sorted((left, right), key=len)
    return len(short) >= least and long.startswith(short)


TESTS: dict[str, Test] = {
    "damerau_levenshtein": _damerau_levenshtein,
    "hamming": _hamming,
    "jaro_winkler": _jaro_winkler,
    "month_day_swapped": _month_day_swapped,
    "number_within": _number_within,
    "ratio": _ratio,
    "starts": _starts,
    "within_days": _within_days,
}
"""What the conditions on one text ask of two texts that are there, and a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What differs between the engines' SQL. The templates take {l} and {r}."""

    name: str
    quote: str
    jaro_winkler: str
    damerau_levenshtein: str
    hamming: str
    days: str
    number: str
    any_same: str
    overlap: str


DUCKDB = Dialect(
    name="duckdb",
    quote='"',
    jaro_winkler="jaro_winkler_similarity({l}, {r})",
    damerau_levenshtein="damerau_levenshtein({l}, {r})",
    hamming="hamming({l}, {r})",
    days=f"CASE WHEN regexp_full_match({{l}}, '{_DAY}') AND regexp_full_match({{r}}, '{_DAY}')"
    " THEN abs(date_diff('day', try_cast({l} AS DATE), try_cast({r} AS DATE))) END",
    number="try_cast({l} AS DOUBLE)",
    any_same="list_has_any({l}, {r})",
    overlap="len(list_intersect({l}, {r})) / least(len(list_distinct({l})), len(list_distinct({r})))",
)
SPARK = Dialect(
    name="spark",
    quote="`",
    jaro_winkler="jaro_winkler({l}, {r})",
    damerau_levenshtein="damerau_levenshtein({l}, {r})",
    hamming="size(filter(zip_with(split({l}, ''), split({r}, ''), (a, b) -> a <> b), x -> x))",
    days=f"CASE WHEN {{l}} RLIKE '^{_DAY}$' AND {{r}} RLIKE '^{_DAY}$'"
    " THEN abs(datediff(try_cast({l} AS DATE), try_cast({r} AS DATE))) END",
    number="try_cast({l} AS DOUBLE)",
    any_same="arrays_overlap({l}, {r})",
    overlap="size(array_intersect({l}, {r})) / least(size(array_distinct({l})), size(array_distinct({r})))",
)


def sql(condition: Condition, dialect: Dialect = DUCKDB) -> str:
    """Write the condition over columns `FIELD_l` and `FIELD_r`; never null.

    Field names come from a checked dictionary and hold letters, digits and underscores only.
    """
    match condition.op:
        case "all" | "any":
            return _group(condition, dialect)
        case "not":
            return f"(NOT {sql(condition.parts[0], dialect)})"
        case _:
            return f"coalesce({_bare(condition, dialect)}, FALSE)"


def _group(condition: Condition, dialect: Dialect) -> str:
    """Write AND and OR as CASE: engines stop at the first answer there, so cheap parts should come first."""
    text = sql(condition.parts[-1], dialect)
    for part in reversed(condition.parts[:-1]):
        one = sql(part, dialect)
        text = (
            f"CASE WHEN {one} THEN {text} ELSE FALSE END"
            if condition.op == "all"
            else f"CASE WHEN {one} THEN TRUE ELSE {text} END"
        )
    return f"({text})"


def columns(field: str, dialect: Dialect) -> tuple[str, str]:
    """Name the two sides of a field."""
    return f"{dialect.quote}{field}_l{dialect.quote}", f"{dialect.quote}{field}_r{dialect.quote}"


def _bare(condition: Condition, dialect: Dialect) -> str:
    left, right = columns(condition.fields[0], dialect)
    plain = {
        "exact": f"{left} = {right}",
        "different": f"{left} <> {right}",
        "present": f"({left} IS NOT NULL AND {right} IS NOT NULL)",
        "any_same": dialect.any_same.format(l=left, r=right),
    }
    if condition.op in plain:
        return plain[condition.op]
    return _bare_text(condition, dialect, (left, right))


def _bare_text(condition: Condition, dialect: Dialect, sides: tuple[str, str]) -> str:  # noqa: PLR0911 - one a word
    left, right = sides
    value = repr(condition.value)
    match condition.op:
        case "jaro_winkler":
            return f"{dialect.jaro_winkler.format(l=left, r=right)} >= CAST({value} AS DOUBLE)"
        case "damerau_levenshtein":
            return _damerau(condition, dialect)
        case "hamming":
            same_length = f"length({left}) = length({right})"
            return f"CASE WHEN {same_length} THEN {dialect.hamming.format(l=left, r=right)} <= {value} ELSE FALSE END"
        case "within_days":
            return f"{dialect.days.format(l=left, r=right)} <= {value}"
        case "overlap":
            return f"{dialect.overlap.format(l=left, r=right)} >= CAST({value} AS DOUBLE)"
        case "swapped":
            other_left, other_right = columns(condition.fields[1], dialect)
            return f"({left} = {other_right} AND {other_left} = {right})"
        case _:
            return _bare_number(condition, dialect)


def _damerau(condition: Condition, dialect: Dialect) -> str:
    """Ask the slow distance only of texts that are alike: n edits in 4n letters leave a Jaro similarity over 0.5."""
    left, right = columns(condition.fields[0], dialect)
    slow = f"{dialect.damerau_levenshtein.format(l=left, r=right)} <= {condition.value!r}"
    short = f"least(length({left}), length({right})) < {4 * condition.value!r}"
    alike = f"{dialect.jaro_winkler.format(l=left, r=right)} >= CAST({_ALIKE} AS DOUBLE)"
    return f"CASE WHEN {short} THEN {slow} WHEN {alike} THEN {slow} ELSE FALSE END"


def _bare_number(condition: Condition, dialect: Dialect) -> str:
    left, right = columns(condition.fields[0], dialect)
    first, second, value = dialect.number.format(l=left), dialect.number.format(l=right), repr(condition.value)
    match condition.op:
        case "number_within":
            return f"abs({first} - {second}) <= {value}"
        case "ratio":
            both = f"{first} > 0 AND {second} > 0"
            return f"({both} AND least({first}, {second}) >= {value} * greatest({first}, {second}))"
        case "starts":
            short = f"least(length({left}), length({right}))"
            return f"({short} >= {value} AND left({left}, {short}) = left({right}, {short}))"
        case "month_day_swapped":
            turned = f"concat(substr({right}, 1, 4), '-', substr({right}, 9, 2), '-', substr({right}, 6, 2))"
            return f"({left} <> {right} AND {left} = {turned})"
        case _:
            return _near(condition, dialect)


def _near(condition: Condition, dialect: Dialect) -> str:
    sides = [columns(name, dialect) for name in condition.fields]
    (lat, other_lat), (lon, other_lon) = [tuple(dialect.number.format(l=side) for side in pair) for pair in sides]
    half_lat = f"power(sin(radians({other_lat} - {lat}) / 2), 2)"
    half_lon = f"power(sin(radians({other_lon} - {lon}) / 2), 2)"
    inner = f"{half_lat} + cos(radians({lat})) * cos(radians({other_lat})) * {half_lon}"
    return f"2 * {_EARTH_KM} * asin(sqrt(least(1.0, {inner}))) <= {condition.value!r}"
