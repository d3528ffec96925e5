"""The SQL of bulk comparison on DuckDB."""

# ruff: noqa: S608 - names come from a checked dictionary, values are numbers

import math
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from tessera.dictionary.resolution import BlockingRule, Comparison, Condition, KindModel, Level
from tessera.resolution.conditions import sql
from tessera.resolution.scoring import MISSING, companions_weight, exact_u, prior_weight
from tessera.resolution.trained import TrainedModel

NODE = "node"
"""The column that names a record; all others are prepared fields."""
SOURCE = "told_by"
"""The column that names who told of it; it may be missing."""
ONE_SOURCE = "both are of one source, which tells each thing once"
_MOST_SHARED = 500.0


def given(model: KindModel, schema: pa.Schema) -> str:
    """Load what was given, numbered from 0 in the order given; a field that is not there is empty."""
    there = set(schema.names)
    fields = ", ".join(f'"{f.name}"' if f.name in there else f'NULL::VARCHAR AS "{f.name}"' for f in model.fields)
    source = SOURCE if SOURCE in there else f"'' AS {SOURCE}"
    return f'CREATE TABLE bare AS SELECT row_number() OVER () - 1 AS id, "{NODE}", {source}, {fields} FROM given'


def frequencies(field: str, fewest: int) -> str:
    """Count how common each value of a field is among the records that have one; of fewer records that says nothing."""
    return (
        f'CREATE TABLE "frequency_{field}" AS SELECT "{field}", count(*)::DOUBLE / sum(count(*)) OVER () AS "tf_{field}"'
        f' FROM bare WHERE "{field}" IS NOT NULL'
        f' AND (SELECT count(*) FROM bare) >= {fewest} GROUP BY "{field}"'
    )


def nodes(model: KindModel) -> str:
    """Put beside each record how common its values are."""
    fields = model.frequency_fields()
    joins = "".join(f' LEFT JOIN "frequency_{field}" USING ("{field}")' for field in fields)
    shares = "".join(f', "tf_{field}"' for field in fields)
    return f"CREATE TABLE nodes AS SELECT bare.*{shares} FROM bare{joins}"


def equality(field: str) -> str:
    """Select the chance that two records with this field agree in it, and how many have it."""
    return (
        f"SELECT sum(c * (c - 1.0)) / (sum(c) * (sum(c) - 1.0)), sum(c) FROM"
        f' (SELECT count(*)::DOUBLE AS c FROM nodes WHERE "{field}" IS NOT NULL GROUP BY "{field}")'
    )


def keys(rule: BlockingRule, listed: frozenset[str]) -> str:
    """Select the records' keys by one rule: (id, key). A field of several values gives a key for each."""
    lists = [field for field in rule.fields if field in listed]
    joins = "".join(f' JOIN (SELECT id AS id_{f}, unnest("{f}") AS one_{f} FROM nodes) ON id = id_{f}' for f in lists)
    parts = [f"one_{field}" if field in listed else f'"{field}"' for field in rule.fields]
    filled = " AND ".join(f"{part} IS NOT NULL" for part in parts)
    once = "DISTINCT " if lists else ""
    return f"SELECT {once}id, hash({', '.join(parts)}) AS key FROM nodes{joins} WHERE {filled}"


def key_sizes(number: int) -> str:
    """Count the keys of one rule by how many records share them."""
    return f"SELECT c, count(*) FROM (SELECT count(*) AS c FROM keys_{number} GROUP BY key) WHERE c > 1 GROUP BY c ORDER BY c"


def apart(one_each: Sequence[str]) -> Iterator[str]:
    """Count the pairs inside each source that tells each thing once."""
    for name in one_each:
        yield f"SELECT count(*) * (count(*) - 1) / 2.0 FROM nodes WHERE {SOURCE} = {_text(name)}"


def _of_one_source(one_each: Sequence[str], left: str, right: str) -> str:
    names = ", ".join(_text(name) for name in one_each)
    return f"({left} = {right} AND {left} IN ({names}))"


def pairs(
    model: KindModel, caps: Mapping[int, int], one_each: Sequence[str] = (), *, new_from: int | None = None
) -> str:
    """Select the pairs that share a key that is not left out, as Splink takes them, with how many rules found each."""
    new = f" AND r.id >= {new_from}" if new_from is not None else ""
    parts = [
        f"SELECT l.id AS a, r.id AS b FROM kept_{number} l JOIN kept_{number} r ON l.key = r.key AND l.id < r.id{new}"
        for number, _ in enumerate(model.blocking)
        if caps[number] > 1
    ]
    kept = ", ".join(
        f"kept_{number} AS (SELECT k.* FROM keys_{number} k SEMI JOIN (SELECT key FROM keys_{number} GROUP BY key"
        f" HAVING count(*) BETWEEN 2 AND {caps[number]}) USING (key))"
        for number, _ in enumerate(model.blocking)
        if caps[number] > 1
    )
    found = " UNION ALL ".join(parts) or "SELECT 0 AS a, 0 AS b WHERE FALSE"
    if one_each:
        sides = "JOIN nodes x ON a = x.id JOIN nodes y ON b = y.id"
        found = f"SELECT a, b FROM ({found}) {sides} WHERE NOT {_of_one_source(one_each, f'x.{SOURCE}', f'y.{SOURCE}')}"
    return (
        f"{'WITH ' + kept if kept else ''} SELECT a AS join_key_l, b AS join_key_r, '0' AS match_key, count(*) AS rules"
        f" FROM ({found}) GROUP BY a, b"
    )


def compared(model: KindModel, pairs: str) -> str:
    """Select (id_l, id_r) with the place of the level (-1 for missing) and the commoner frequency, by comparison."""
    columns = []
    for at, comparison in enumerate(model.comparisons):
        columns.append(f"({_place(comparison)})::TINYINT AS level_{at}")
        if comparison.frequency:
            left, right = (f'{side}."tf_{comparison.frequency}"' for side in "lr")
            columns.append(f"greatest({left}, {right}) AS common_{at}")
    return (
        f"SELECT p.join_key_l AS id_l, p.join_key_r AS id_r, {', '.join(columns)} FROM {pairs} p"
        " JOIN nodes l ON p.join_key_l = l.id JOIN nodes r ON p.join_key_r = r.id"
    )


def _place(comparison: Comparison) -> str:
    missing = " OR ".join(f'{side}."{name}" IS NULL' for name in comparison.needs for side in "lr")
    levels = " ".join(
        f"WHEN {_beside(level.when)} THEN {place}" for place, level in enumerate(comparison.levels) if level.when
    )
    return f"CASE WHEN {missing} THEN -1 {levels} ELSE {len(comparison.levels) - 1} END"


def _beside(condition: Condition) -> str:
    """Write a condition over the two sides of a join."""
    text = sql(condition)
    for field in _fields_of(condition):
        text = text.replace(f'"{field}_l"', f'l."{field}"').replace(f'"{field}_r"', f'r."{field}"')
    return text


def weighed(model: KindModel, trained: TrainedModel, pairs: str, floor: float) -> str:
    """Select (id_l, id_r, weight, places) of a table of pairs, from the floor on. The weight is that of `scoring`."""
    places = ", ".join(f"level_{at}" for at, _ in enumerate(model.comparisons))
    rarity = " + ".join(_rarity(model, trained, at) for at, c in enumerate(model.comparisons) if c.frequency) or "0.0"
    alike = " + ".join(
        _sum(model, at, {v: _weight(c, trained, v) for v in c.levels}) for at, c in enumerate(model.comparisons)
    )
    discount = _discount(model, trained)
    return (
        f"SELECT id_l, id_r, weight, places FROM (SELECT id_l, id_r, [{places}] AS places,"
        f" {prior_weight(trained.prior)!r} + {alike} + rarity{discount} AS weight"
        f" FROM (SELECT *, {rarity} AS rarity FROM ({compared(model, pairs)}))) WHERE weight >= {floor!r}"
    )


def _weight(comparison: Comparison, trained: TrainedModel, level: Level) -> float:
    chances = trained.chances[comparison.name][level.name]
    return 0.0 if level.weightless else math.log2(chances.m / chances.u)


def _sum(model: KindModel, at: int, weights: Mapping[Level, float]) -> str:
    """Read the weight of the level of one comparison."""
    places = {level: place for place, level in enumerate(model.comparisons[at].levels)}
    cases = " ".join(f"WHEN {places[level]} THEN {weight!r}::DOUBLE" for level, weight in weights.items())
    return f"CASE level_{at} {cases} ELSE 0.0::DOUBLE END"


def _rarity(model: KindModel, trained: TrainedModel, at: int) -> str:
    comparison = model.comparisons[at]
    places = ", ".join(str(place) for place, level in enumerate(comparison.levels) if level.frequency)
    weight = f"log2({exact_u(comparison, trained)!r}::DOUBLE / common_{at})"
    return f"CASE WHEN level_{at} IN ({places or -2}) AND common_{at} > 0 THEN {weight} ELSE 0.0::DOUBLE END"


def _discount(model: KindModel, trained: TrainedModel) -> str:
    """Write what is taken off for what companions share; see `scoring.discount_of`."""
    if not trained.companions:
        return ""
    shared = " + ".join(
        _sum(model, at, {v: companions_weight(trained, c.name, v.name) for v in c.levels})
        for at, c in enumerate(model.comparisons)
    )
    return f" - log2(1.0 + {trained.companions!r}::DOUBLE * pow(2.0::DOUBLE, least({_MOST_SHARED}, {shared} + rarity)))"


def named(model: KindModel, table: str) -> str:
    """Select weighed pairs with the names of nodes and levels; the smaller node is left."""
    levels = ", ".join(
        f"list_extract([{', '.join(_text(name) for name in (MISSING, *(v.name for v in c.levels)))}], places[{at + 1}] + 2)"
        for at, c in enumerate(model.comparisons)
    )
    return (
        f'SELECT least(l."{NODE}", r."{NODE}") AS "left", greatest(l."{NODE}", r."{NODE}") AS "right", weight, [{levels}] AS levels'
        f" FROM {table} JOIN nodes l ON id_l = l.id JOIN nodes r ON id_r = r.id ORDER BY ALL"
    )


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def said() -> str:
    """Select the rows of the nodes that people judged, and that are here."""
    return f'SELECT l.id, r.id FROM said JOIN nodes l ON said.l = l."{NODE}"::VARCHAR JOIN nodes r ON said.r = r."{NODE}"::VARCHAR'


def within(dense: int) -> str:
    """Make the table of all pairs inside the parts of `inside` (id, head); of parts over `dense`, those that share a key."""
    return f"""
        CREATE TABLE within AS
        WITH sized AS (SELECT head, count(*) AS size FROM inside GROUP BY head),
             parts AS (SELECT id, head, size FROM inside JOIN sized USING (head))
        SELECT l.id AS join_key_l, r.id AS join_key_r, '0' AS match_key
        FROM parts l JOIN parts r ON l.head = r.head AND l.id < r.id WHERE l.size <= {dense}
        UNION ALL
        SELECT join_key_l, join_key_r, '0' FROM pairs
        JOIN parts l ON l.id = join_key_l JOIN parts r ON r.id = join_key_r AND l.head = r.head WHERE l.size > {dense}
    """


def guarded(model: KindModel, table: str) -> str:
    """Select a record of each pair of a weighed table that a guard keeps apart."""
    says = " OR ".join(sql(guard.when) for guard in model.guards)
    return f"SELECT id_l FROM ({_sides(model, table, 'id_l', 'id_r')}) WHERE {says}"


def conflicts(model: KindModel, table: str, one_each: Sequence[str] = ()) -> str:
    """Select the pairs that a guard keeps apart, or a source that tells each thing once, with the reason."""
    cases = " ".join(f"WHEN {sql(guard.when)} THEN {_text(guard.says)}" for guard in model.guards)
    if one_each:
        cases += f" WHEN {_of_one_source(one_each, f'{SOURCE}_l', f'{SOURCE}_r')} THEN '{ONE_SOURCE}'"
    sides = _sides(model, table, "join_key_l", "join_key_r")
    return f"SELECT * FROM (SELECT id_l, id_r, CASE {cases} END AS why FROM ({sides})) WHERE why IS NOT NULL"


def _sides(model: KindModel, table: str, left: str, right: str) -> str:
    """Put the fields that guards look at side by side."""
    fields = sorted({field for guard in model.guards for field in _fields_of(guard.when)})
    columns = ", ".join(f'l."{field}" AS "{field}_l", r."{field}" AS "{field}_r"' for field in (SOURCE, *fields))
    return (
        f"SELECT p.{left} AS id_l, p.{right} AS id_r, {columns} FROM {table} p"
        f" JOIN nodes l ON p.{left} = l.id JOIN nodes r ON p.{right} = r.id"
    )


def _fields_of(condition: Condition) -> set[str]:
    return {*condition.fields, *(field for part in condition.parts for field in _fields_of(part))}


def labels() -> str:
    """Select each node with its cluster, which is named by its smallest node."""
    return (
        f'SELECT "{NODE}" AS node, min("{NODE}") OVER (PARTITION BY head) AS cluster'
        " FROM heads JOIN nodes USING (id) ORDER BY node"
    )
