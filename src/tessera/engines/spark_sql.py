"""The SQL of bulk comparison on Spark: which pairs to compare, the level of each comparison, and the weight."""

# ruff: noqa: S608 - names come from a checked dictionary, values are numbers

import math
from collections.abc import Callable, Mapping, Sequence

from tessera.dictionary.resolution import BlockingRule, Comparison, KindModel, Level
from tessera.engines.linking_sql import SOURCE
from tessera.resolution.conditions import SPARK, sql
from tessera.resolution.scoring import companions_weight, exact_u, prior_weight
from tessera.resolution.trained import TrainedModel

_MOST_SHARED = 500.0


def keys(model: KindModel, listed: frozenset[str]) -> str:
    """Select each record's blocking keys as (id, rule, key), each once; `listed` names the fields of several values.

    A key is a hash: two values that fall together by accident cost one comparison, and nothing else. All rules are worked out
    in one pass, for Spark compiles each SELECT of a UNION by itself, which takes longer than the work.
    """
    parts = ", ".join(_rule_keys(number, rule, listed) for number, rule in enumerate(model.blocking))
    return f"SELECT id, inline(concat({parts})) FROM nodes"


def _rule_keys(number: int, rule: BlockingRule, listed: frozenset[str]) -> str:
    """Write the keys of one rule as an array of (rule, key); a field of several values gives a key for each."""
    several = [name for name in rule.fields if name in listed]
    values = ", ".join(f"one_{name}" if name in listed else f"`{name}`" for name in rule.fields)
    made = f"named_struct('rule', {number}, 'key', xxhash64({values}))"
    for depth, name in enumerate(reversed(several)):
        made = f"transform(`{name}`, one_{name} -> {made})"
        made = f"flatten({made})" if depth else made
    made = f"array_distinct({made})" if several else f"array({made})"
    filled = " AND ".join(f"`{name}` IS NOT NULL" for name in rule.fields)
    return f"CASE WHEN {filled} THEN {made} ELSE array() END"


KEY_SIZES = "SELECT rule, c, count(*) AS n FROM (SELECT rule, count(*) AS c FROM keys GROUP BY rule, key) WHERE c > 1 GROUP BY rule, c"
"""Count the keys of each rule by how many records share them."""


def pairs(caps: Mapping[int, int], one_each: Sequence[str] = (), *, new_from: int | None = None) -> str:
    """Select the pairs that share a key of up to so many records, each once, with how many rules found each.

    Two records of one source in `one_each`, which tells each thing once, are no pair.
    """
    most = " ".join(f"WHEN {number} THEN {cap}" for number, cap in sorted(caps.items()))
    new = f" AND b >= {new_from}" if new_from is not None else ""
    names = ", ".join("'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'" for name in one_each)
    apart = f" WHERE NOT (x.{SOURCE} = y.{SOURCE} AND x.{SOURCE} IN ({names}))" if one_each else ""
    sides = " JOIN nodes x ON x.id = a JOIN nodes y ON y.id = b" if one_each else ""
    # The records of a key are gathered in a list, so that pairs are made where they lie, without another join.
    return (
        "WITH kept AS (SELECT k.* FROM keys k LEFT SEMI JOIN (SELECT rule, key FROM keys GROUP BY rule, key"
        f" HAVING count(*) BETWEEN 2 AND CASE rule {most} ELSE 0 END) s ON k.rule = s.rule AND k.key = s.key),"
        " met AS (SELECT collect_list(id) AS ids FROM kept GROUP BY rule, key),"
        " found AS (SELECT a, b FROM met LATERAL VIEW explode(ids) ids_a AS a LATERAL VIEW explode(ids) ids_b AS b"
        f" WHERE a < b{new})"
        f" SELECT a AS join_key_l, b AS join_key_r, '0' AS match_key, count(*) AS rules FROM found{sides}{apart}"
        " GROUP BY a, b"
    )


def compared(model: KindModel) -> str:
    """Select the pairs of `sides` as (id_l, id_r) with the place of the level (-1 for missing) and the commoner frequency.

    It should be kept: Spark would write the levels into each place of the weight where they are read, and work them out there.
    """
    columns = [
        f"CAST({_place(comparison)} AS TINYINT) AS level_{at}" for at, comparison in enumerate(model.comparisons)
    ]
    for at, comparison in enumerate(model.comparisons):
        if comparison.frequency:
            left, right = (f"`{share_of(comparison.frequency)}_{side}`" for side in "lr")
            columns.append(f"greatest({left}, {right}) AS common_{at}")
    return f"SELECT id_l, id_r, {', '.join(columns)} FROM sides"


def weighed(model: KindModel, trained: TrainedModel, floor: float) -> str:
    """Select (id_l, id_r, weight, places) of the pairs of `compared`, from the floor on. The weight is that of `scoring`."""
    places = ", ".join(f"level_{at}" for at, _ in enumerate(model.comparisons))
    rarity = " + ".join(_rarity(c, trained, at) for at, c in enumerate(model.comparisons) if c.frequency) or "0.0D"
    alike = " + ".join(_sum(c, at, _weight_of(c, trained)) for at, c in enumerate(model.comparisons))
    return (
        f"SELECT id_l, id_r, weight, places FROM (SELECT id_l, id_r, array({places}) AS places,"
        f" {_number(prior_weight(trained.prior))} + {alike} + rarity{_discount(model, trained)} AS weight"
        f" FROM (SELECT *, {rarity} AS rarity FROM compared)) WHERE weight >= {_number(floor)}"
    )


def share_of(field: str) -> str:
    """Name the column that holds how common a record's value of the field is."""
    return f"tf_{field}"


def _place(comparison: Comparison) -> str:
    missing = " OR ".join(f"`{name}_{side}` IS NULL" for name in comparison.needs for side in "lr")
    levels = " ".join(
        f"WHEN {sql(level.when, SPARK)} THEN {place}" for place, level in enumerate(comparison.levels) if level.when
    )
    return f"CASE WHEN {missing} THEN -1 {levels} ELSE {len(comparison.levels) - 1} END"


def _number(value: float) -> str:
    """Write a number as a double; Spark would take it for a decimal."""
    return f"{value!r}D"


def _weight_of(comparison: Comparison, trained: TrainedModel) -> Callable[[Level], float]:
    chances = trained.chances[comparison.name]
    return lambda level: 0.0 if level.weightless else math.log2(chances[level.name].m / chances[level.name].u)


def _sum(comparison: Comparison, at: int, weigh: Callable[[Level], float]) -> str:
    """Read the weight of the level of one comparison."""
    cases = " ".join(f"WHEN {place} THEN {_number(weigh(level))}" for place, level in enumerate(comparison.levels))
    return f"CASE level_{at} {cases} ELSE 0.0D END"


def _rarity(comparison: Comparison, trained: TrainedModel, at: int) -> str:
    places = ", ".join(str(place) for place, level in enumerate(comparison.levels) if level.frequency)
    weight = f"log2({_number(exact_u(comparison, trained))} / common_{at})"
    return f"CASE WHEN level_{at} IN ({places or -2}) AND common_{at} > 0 THEN {weight} ELSE 0.0D END"


def _discount(model: KindModel, trained: TrainedModel) -> str:
    """Write what is taken off for what companions share; see `scoring.discount_of`."""
    if not trained.companions:
        return ""
    shared = " + ".join(
        _sum(c, at, lambda level, name=c.name: companions_weight(trained, name, level.name))  # type: ignore[misc]
        for at, c in enumerate(model.comparisons)
    )
    shared = f"least({_number(_MOST_SHARED)}, {shared} + rarity)"
    return f" - log2(1.0D + {_number(trained.companions)} * power(2.0D, {shared}))"
