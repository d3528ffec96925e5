"""Laws of resolution: conditions are the same in Python and SQL, weights are Splink's, clusters honour what binds."""

import itertools
import logging
import math
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera import bootstrap
from tessera.dictionary import load
from tessera.dictionary.resolution import Condition, KindModel
from tessera.engines.linking import DuckLinker, components
from tessera.engines.splink_settings import settings_for
from tessera.resolution import Pair, Prepared, Rules, cluster, keys_of, prepare, score, start_model
from tessera.resolution.conditions import DUCKDB, holds, sql
from tessera.resolution.prepare import schema_of
from tessera.settings import Settings

NUMBERS = ("0", "1", "2.5", "-3", "100", "99", "x", "95.5", "-180", "41.881", "41.8812")
CONDITIONS = [
    *(("exact", 0.0), ("different", 0.0), ("present", 0.0), ("month_day_swapped", 0.0)),
    *(("jaro_winkler", x) for x in (0.0, 0.75, 0.88, 0.9, 1.0)),
    *(("damerau_levenshtein", x) for x in (0.0, 1.0, 2.0, 3.0)),
    *(("hamming", x) for x in (0.0, 1.0, 2.0)),
    *(("within_days", x) for x in (0.0, 31.0, 4000.0)),
    *(("number_within", x) for x in (0.0, 1.0, 10.0)),
    *(("ratio", x) for x in (0.9, 0.95)),
    *(("starts", x) for x in (1.0, 3.0)),
]


def sql_answers(conditions: list[Condition], rows: list[tuple[Prepared, Prepared]]) -> list[tuple[bool, ...]]:
    """Ask DuckDB of each row whether each condition holds."""
    names = sorted({name for left, _ in rows for name in left})
    columns = {}
    for side, place in (("l", 0), ("r", 1)):
        for name in names:
            values = [row[place].get(name) for row in rows]
            listed = name == "words"
            kind = pa.list_(pa.string()) if listed else pa.string()
            columns[f"{name}_{side}"] = pa.array([list(v) if isinstance(v, tuple) else v for v in values], kind)
    with duckdb.connect() as db:
        db.register("given", pa.table({"row_number": list(range(len(rows))), **columns}))
        asked = ", ".join(sql(condition, DUCKDB) for condition in conditions)
        return [row[1:] for row in db.execute(f"SELECT row_number, {asked} FROM given ORDER BY row_number").fetchall()]


def text(chance: random.Random) -> str:
    """Draw letters, a date or a number."""
    match chance.randrange(3):
        case 0:
            return "".join(chance.choices("abcde", k=chance.randrange(12)))
        case 1:
            return (date(1970, 1, 1) + timedelta(days=chance.randrange(9000))).isoformat()
        case _:
            return chance.choice(NUMBERS)


def edited(text: str, chance: random.Random) -> str:
    """Edit a text once, twice or thrice: swap, drop, insert or change a letter."""
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(max(len(text), 1))
        kinds = (text[:at] + text[at + 1 :], text[:at] + "z" + text[at + 1 :], text[:at] + "z" + text[at:])
        swapped = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
        text = chance.choice((*kinds, swapped))
    return text


@pytest.mark.parametrize("seed", range(4))
def test_a_condition_on_texts_is_the_same_in_python_and_in_sql(seed: int) -> None:
    chance = random.Random(seed)
    rows: list[tuple[Prepared, Prepared]] = []
    for _ in range(4000):
        one = text(chance)
        other = chance.choice((one, text(chance), edited(one, chance), edited(one, chance)))
        rows.append(({"text": one or None}, {"text": other or None}))
    conditions = [Condition(op=op, fields=("text",), value=value) for op, value in CONDITIONS]
    for row, answers in zip(rows, sql_answers(conditions, rows), strict=True):
        for condition, answer in zip(conditions, answers, strict=True):
            assert holds(condition, *row) == answer, (condition, row)


@pytest.mark.parametrize("seed", range(4))
def test_conditions_on_lists_pairs_and_groups_are_the_same_in_python_and_in_sql(seed: int) -> None:
    same = Condition(op="exact", fields=("a",))
    shared = Condition(op="any_same", fields=("words",))
    conditions = [
        shared,
        *(Condition(op="overlap", fields=("words",), value=x) for x in (0.5, 0.75, 1.0)),
        Condition(op="swapped", fields=("a", "b")),
        *(Condition(op="near", fields=("a", "b"), value=x) for x in (0.1, 500.0)),
        Condition(op="all", parts=(same, shared)),
        Condition(op="any", parts=(same, shared)),
        Condition(op="not", parts=(Condition(op="any", parts=(same, shared)),)),
    ]
    chance = random.Random(seed)

    def side() -> Prepared:
        words = tuple(chance.choices("abcdef", k=chance.randrange(5))) or None
        return {"words": words, "a": chance.choice(NUMBERS), "b": chance.choice((*NUMBERS, None))}

    rows = [(side(), side()) for _ in range(3000)]
    for row, answers in zip(rows, sql_answers(conditions, rows), strict=True):
        for condition, answer in zip(conditions, answers, strict=True):
            assert holds(condition, *row) == answer, (condition, row)


# -- weights ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def person() -> KindModel:
    return load(bootstrap.pack_folders(Settings(center=Path()))).resolution["person"]


def people() -> Iterator[dict[str, object]]:
    """Write some people who are much alike."""
    names = ["maria", "mary", "marie", "john", "jon", "jonathan", "smith", "smyth"]
    for at, (given_name, surname, year) in enumerate(itertools.product(names, names[3:], (1970, 1971, 1990))):
        yield {
            "given_name": given_name,
            "surname": surname,
            "birth_date": f"{year}-0{1 + at % 9}-1{at % 5}" if at % 7 else None,
            "city": ("dover", "dovre", "milford")[at % 3],
            "postal_code": f"1990{at % 4}",
            "address": f"{at % 5} oak {'st' if at % 2 else 'street'}",
            "phone": f"302555010{at % 6}" if at % 3 else None,
            "license_number": f"D{at % 11}" if at % 5 == 0 else None,
        }


def table_of(model: KindModel, rows: list[Prepared]) -> pa.Table:
    schema = pa.schema([("node", pa.string()), *schema_of(model)])
    return pa.Table.from_pylist([{"node": f"n{at:05d}", **row} for at, row in enumerate(rows)], schema)


@pytest.fixture(scope="module")
def linked(person: KindModel) -> Iterator[tuple[DuckLinker, list[Prepared]]]:
    rows = [prepare(person, terms) for terms in people()]
    with DuckLinker(table_of(person, rows), person, threads=2) as linker:
        yield linker, rows


def test_weights_and_levels_in_bulk_are_those_in_python(
    person: KindModel, linked: tuple[DuckLinker, list[Prepared]]
) -> None:
    linker, rows = linked
    trained = linker.train()
    assert trained.trained_on == len(rows)
    assert trained.companions > 0
    shares = {
        (field, row["value"]): row["share"]
        for field in person.frequency_fields()
        for row in linker.frequencies(field).to_pylist()
    }
    found = linker.predict(trained, -1e9).to_pylist()
    assert len(found) > 300
    for pair in found:
        left, right = (rows[int(pair[side][1:])] for side in ("left", "right"))
        told = score(person, trained, left, right, lambda field, value: shares.get((field, value)))
        assert math.isclose(told.weight, pair["weight"], abs_tol=1e-9)
        assert [step.level for step in told.steps] == pair["levels"]


def test_weights_without_the_discount_are_splinks(person: KindModel, linked: tuple[DuckLinker, list[Prepared]]) -> None:
    from splink import DuckDBAPI, Linker

    linker, rows = linked
    trained = linker.train()
    shares = {
        (field, row["value"]): row["share"]
        for field in person.frequency_fields()
        for row in linker.frequencies(field).to_pylist()
    }
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(connection=duckdb.connect())
    splink = Linker(api.register(table_of(person, rows)), settings_for(person, trained), log_level=logging.ERROR)
    weighed = splink.inference.predict(warning_mode="never").as_record_list()
    assert len(weighed) > 300
    for pair in weighed:
        left, right = (rows[int(pair[f"node_{side}"][1:])] for side in "lr")
        told = score(person, trained, left, right, lambda field, value: shares.get((field, value)))
        assert math.isclose(told.weight - told.companions, pair["match_weight"], abs_tol=1e-6)


def test_records_share_a_key_exactly_where_bulk_blocking_pairs_them(
    person: KindModel, linked: tuple[DuckLinker, list[Prepared]]
) -> None:
    linker, rows = linked
    start = start_model(person)
    bulk = {(pair["left"], pair["right"]) for pair in linker.predict(start, -1e9).to_pylist()}
    keys = [set(keys_of(person, row)) for row in rows]
    sizes = Counter(itertools.chain.from_iterable(keys))
    kept = [{key for key in some if sizes[key] <= 60} for some in keys]
    both = itertools.combinations(range(len(rows)), 2)
    shared, narrow = set(), set()
    for a, b in both:
        pair = (f"n{a:05d}", f"n{b:05d}")
        shared |= {pair} if keys[a] & keys[b] else set()
        narrow |= {pair} if kept[a] & kept[b] else set()
    assert narrow <= bulk <= shared


# -- clusters --------------------------------------------------------------------------------------------------------

NODES = "abcdefgh"
PAIRS = st.lists(
    st.builds(Pair, st.sampled_from(NODES), st.sampled_from(NODES), st.integers(-12, 12).map(float)), max_size=24
)
SAID = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda p: p[0] != p[1]), max_size=3)
RULES = Rules(same=0.0)


def once(pairs: list[Pair]) -> list[Pair]:
    """Keep one weight for two nodes, so that the order of the list says nothing."""
    return list({tuple(sorted((p.left, p.right))): p for p in pairs if p.left != p.right}.values())


@settings(max_examples=100, deadline=None)
@given(PAIRS, SAID, SAID, st.randoms(use_true_random=False))
def test_clusters_do_not_depend_on_order_and_explain_each_cut(pairs, same, different, chance) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    pairs = once(pairs)
    done = cluster(NODES, pairs, RULES, same, different)
    for some in (pairs, same, different):
        chance.shuffle(some)
    turned = [Pair(pair.right, pair.left, pair.weight) for pair in pairs]
    assert cluster(reversed(NODES), turned, RULES, [(b, a) for a, b in same], different) == done
    cut = {tuple(sorted((c.left, c.right))) for c in done.cuts}
    for pair in pairs:
        if pair.weight >= RULES.same and done.label[pair.left] != done.label[pair.right]:
            assert tuple(sorted((pair.left, pair.right))) in cut
    assert all(c.why for c in done.cuts)


@settings(max_examples=100, deadline=None)
@given(PAIRS, SAID, SAID)
def test_what_people_said_binds(pairs, same, different) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    done = cluster(NODES, once(pairs), RULES, same, different)
    assert all(done.label[a] != done.label[b] for a, b in different)
    told = {tuple(sorted((c.left, c.right))) for c in done.cuts}
    for a, b in same:
        assert done.label[a] == done.label[b] or tuple(sorted((a, b))) in told
    free = cluster(NODES, once(pairs), RULES, same)
    assert all(free.label[a] == free.label[b] for a, b in same)


@settings(max_examples=80, deadline=None)
@given(PAIRS, PAIRS)
def test_pairs_elsewhere_do_not_matter(here: list[Pair], there: list[Pair]) -> None:
    elsewhere = [Pair(p.left.upper(), p.right.upper(), p.weight) for p in once(there)]
    alone, beside = cluster(NODES, once(here), RULES), cluster(NODES, [*once(here), *elsewhere], RULES)
    assert {node: beside.label[node] for node in NODES} == dict(alone.label)


@settings(max_examples=80, deadline=None)
@given(PAIRS)
def test_a_guard_is_never_broken_by_weight(pairs: list[Pair]) -> None:
    def vowels(a: str, b: str) -> str | None:
        return "two vowels" if {a, b} <= set("aeiou") else None

    done = cluster(NODES, once(pairs), RULES, conflict=vowels)
    assert done.label["a"] != done.label["e"]
    joined = cluster(NODES, once(pairs), RULES, [("a", "e")], conflict=vowels)
    assert joined.label["a"] == joined.label["e"]


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 30), st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40))
def test_components_are_what_is_connected(count: int, edges: list[tuple[int, int]]) -> None:
    import numpy as np
    import rustworkx as rx

    inside = [(a, b) for a, b in edges if a < count and b < count]
    graph: rx.PyGraph[None, None] = rx.PyGraph()
    graph.add_nodes_from([None] * count)
    graph.add_edges_from_no_data(inside)
    heads = components(
        count, np.array([a for a, _ in inside], dtype=np.int64), np.array([b for _, b in inside], dtype=np.int64)
    )
    for part in rx.connected_components(graph):
        assert {int(heads[node]) for node in part} == {min(part)}


def test_a_cluster_that_would_swallow_everything_goes_to_review() -> None:
    nodes = [f"{at:03d}" for at in range(80)]
    pairs = [Pair(a, b, 1.0) for a, b in itertools.combinations(nodes, 2)]
    done = cluster(nodes, pairs, Rules(same=0.0, most_members=50))
    assert len(done.review) == 1
    assert set(done.review[0].members) == set(nodes)
    assert "person's eye" in done.review[0].why
    assert max(map(len, done.members().values())) <= 50
