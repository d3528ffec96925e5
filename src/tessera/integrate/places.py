"""Compiles the checks of coordinates: numbers, both given, on the globe, inside the bounds, not swapped."""

from dataclasses import dataclass

from tessera.integrate import sql
from tessera.integrate.mapping import PlaceRule
from tessera.integrate.sql import Sql
from tessera.integrate.values import Cells, Problem, degrees, raw_text

_GLOBE = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The coordinates of one record. Columns: ry, rx the raw texts; y, x the degrees; pe the problem; then lat, lon."""

    index: int
    rule: PlaceRule
    raw: tuple[tuple[Sql, str], ...]
    steps: tuple[tuple[Sql, str], ...]
    problem: Sql

    def named(self, letter: str) -> Sql:
        """Name a column of this place."""
        return sql.name(f"{letter}{self.index}")


def place(index: int, rule: PlaceRule, cells: Cells) -> Place:
    """Compile the coordinates of record `index`."""
    raws = (sql.name(f"ry{index}"), sql.name(f"rx{index}"))
    numbers = [_number(raw, other, rule) for raw, other in (raws, raws[::-1])]
    return Place(
        index=index,
        rule=rule,
        raw=((raw_text(rule.latitude, cells), f"ry{index}"), (raw_text(rule.longitude, cells), f"rx{index}")),
        steps=((numbers[0], f"y{index}"), (numbers[1], f"x{index}")),
        problem=_problem(index, rule),
    )


def _number(raw: Sql, other: Sql, rule: PlaceRule) -> Sql:
    """Read one coordinate; zeros that stand for "not known" are nothing."""
    plain, beside = (_point(one, rule) for one in (raw, other))
    value = degrees(plain)
    if not rule.zero_is_missing:
        return value
    nothing = sql.both(sql.infix("=", value, sql.number(0.0)), sql.infix("=", degrees(beside), sql.number(0.0)))
    return sql.case([(nothing, sql.NULL)], value)


def _point(raw: Sql, rule: PlaceRule) -> Sql:
    return sql.call("replace", raw, sql.text(","), sql.text(".")) if rule.latitude.decimal_comma else raw


def _problem(index: int, rule: PlaceRule) -> Sql:
    y, x, ry, rx = (sql.name(f"{letter}{index}") for letter in ("y", "x", "ry", "rx"))
    bounds = rule.bounds or _GLOBE
    swapped = sql.both(_inside(x, y, bounds), Sql(f"NOT {_inside(y, x, bounds)}"))
    both_zero = sql.both(sql.infix("=", y, sql.number(0.0)), sql.infix("=", x, sql.number(0.0)))
    unread = [
        (sql.both(sql.present(raw), sql.absent(value), *_no_number(raw, rule)), sql.number(problem.value))
        for raw, value, problem in (
            (ry, y, Problem.LATITUDE_UNREADABLE),
            (rx, x, Problem.LONGITUDE_UNREADABLE),
        )
    ]
    return sql.case(
        [
            *unread,
            (sql.infix("<>", sql.absent(y), sql.absent(x)), sql.number(Problem.HALF_A_PLACE.value)),
            (sql.absent(y), sql.NULL),
            (both_zero, sql.number(Problem.ZERO.value)),
            (swapped, sql.number(Problem.SWAPPED.value)),
            (Sql(f"NOT {_inside(y, x, _GLOBE)}"), sql.number(Problem.OFF_THE_GLOBE.value)),
            (Sql(f"NOT {_inside(y, x, bounds)}"), sql.number(Problem.OUT_OF_BOUNDS.value)),
        ]
    )


def _no_number(raw: Sql, rule: PlaceRule) -> list[Sql]:
    """Where zeros stand for nothing, a missing number need not be an unreadable one."""
    return [sql.absent(degrees(_point(raw, rule)))] if rule.zero_is_missing else []


def _inside(y: Sql, x: Sql, bounds: tuple[float, float, float, float]) -> Sql:
    west, south, east, north = bounds
    return sql.both(
        Sql(f"({y} BETWEEN {sql.number(south)} AND {sql.number(north)})"),
        Sql(f"({x} BETWEEN {sql.number(west)} AND {sql.number(east)})"),
    )
