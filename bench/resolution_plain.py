"""Plain Splink 5, set up for people as its documentation does: the other side of bench/resolution.py.

Trained as documented (prior by deterministic rules with an assumed recall of 0.7, u by random sampling, m by EM over two
blocks), predicted, and clustered by connected components. One configuration for all sets; columns that a set lacks are
left out.
"""

import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from resolution_sets import LabelledSet
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from tessera.engines.linking import Ints, components

_BLOCKS = (
    ("given_name", "surname"), ("surname", "birth_date"), ("given_name", "birth_date"), ("birth_date", "postal_code"),
    ("given_name", "city"), ("surname", "city"), ("email",), ("national_id",), ("license_number",), ("phone",),
)  # fmt: skip
_NEAR = "substr(l.memo, 1, 3) = substr(r.memo, 1, 3) and l.amount / r.amount > 0.7 and l.amount / r.amount < 1.3"
_MONTH = "strftime(l.booked_on + {d}, '%Y%m') = strftime(r.booked_on + {d}, '%Y%m')"
COLUMNS = (
    "given_name", "surname", "birth_date", "address", "city", "postal_code", "email", "phone", "national_id", "license_number",
)  # fmt: skip
_WIDE = (("given_name",), ("surname",), ("birth_date",), ("postal_code",), ("email",), ("national_id",))
"""For small sets, as in the documentation's first example."""
_FEW = 20_000
_RULES = (("given_name", "surname", "birth_date"), ("email",), ("national_id",), ("license_number",))
_ROWS = 1_000_000


def comparisons(present: set[str]) -> list[Any]:
    """Give the library's comparison for each column."""
    made: dict[str, Any] = {
        "given_name": cl.JaroWinklerAtThresholds("given_name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        "surname": cl.JaroWinklerAtThresholds("surname", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        "birth_date": cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
        "address": cl.JaroWinklerAtThresholds("address", [0.9, 0.8]),
        "city": cl.JaroWinklerAtThresholds("city", [0.9]).configure(term_frequency_adjustments=True),
        "postal_code": cl.LevenshteinAtThresholds("postal_code", [1]),
        "email": cl.JaroWinklerAtThresholds("email", [0.88]).configure(term_frequency_adjustments=True),
        "phone": cl.ExactMatch("phone"),
        "national_id": cl.LevenshteinAtThresholds("national_id", [1]),
        "license_number": cl.LevenshteinAtThresholds("license_number", [1]),
    }
    return [comparison for column, comparison in made.items() if column in present]


def table_of(labelled: LabelledSet) -> pa.Table:
    """Put the terms into columns, in small letters."""
    count = len(labelled.terms)
    columns: dict[str, Any] = {"unique_id": list(range(count)), "source_dataset": [f"s{s}" for s in labelled.sources]}
    for name in COLUMNS:
        values = [str(one[name]).lower() if one.get(name) else None for one in labelled.terms]
        if any(values):
            columns[name] = pa.array(values, pa.string())
    return pa.table(columns)


def weigh_transactions(db: duckdb.DuckDBPyConnection, labelled: LabelledSet) -> str:
    """Train and predict for movements of money, as in the documentation's example of them."""
    rows = [
        {"unique_id": at, "source_dataset": side, "memo": one["memo"], "amount": float(str(one["amount"])),
         "booked_on": date.fromisoformat(str(one["booked_on"]))}
        for at, (one, side) in enumerate(zip(labelled.terms, labelled.sources, strict=True))
    ]  # fmt: skip
    db.register("given", pa.Table.from_pylist(rows))
    sides = sorted(set(labelled.sources))
    for side in sides:
        db.execute(f"CREATE TABLE side_{side} AS SELECT * FROM given WHERE source_dataset = '{side}'")
    amounts: list[Any] = [
        cll.NullLevel("amount"), cll.ExactMatchLevel("amount"), cll.PercentageDifferenceLevel("amount", 0.01),
        cll.PercentageDifferenceLevel("amount", 0.03), cll.PercentageDifferenceLevel("amount", 0.1), cll.ElseLevel(),
    ]  # fmt: skip
    days = cl.AbsoluteTimeDifferenceAtThresholds(
        "booked_on", input_is_string=False, metrics=["day"] * 4, thresholds=[1, 4, 10, 30]
    )
    blocks: list[Any] = [
        f"{_MONTH.format(d=0)} and {_NEAR}",
        f"{_MONTH.format(d=15)} and {_NEAR}",
        "substr(l.memo, 1, 9) = substr(r.memo, 1, 9) and l.amount / r.amount > 0.7 and l.amount / r.amount < 1.3",
    ]
    settings = SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=2 / len(rows),
        comparisons=[
            cl.CustomComparison(output_column_name="amount", comparison_levels=amounts),
            days,
            cl.LevenshteinAtThresholds("memo", [2, 6, 10]).configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=blocks,
    )
    api = DuckDBAPI(connection=db)
    linker = Linker([api.register(f"side_{side}") for side in sides], settings, log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(max_pairs=_ROWS)
    for block in ("memo", "amount"):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(block))
    return linker.inference.predict(threshold_match_probability=0.0001, warning_mode="never").physical_name


def weigh(db: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], *, linked_only: bool = False) -> str:
    """Train and predict; return the name of the table of weighed pairs (unique_id_l, unique_id_r, match_probability)."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    api, present = DuckDBAPI(connection=db), set(columns)
    few = int(db.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]) <= _FEW
    blocks: list[Any] = [block_on(*block) for block in (_WIDE if few else _BLOCKS) if set(block) <= present]
    settings = SettingsCreator(
        link_type="link_only" if linked_only else "dedupe_only",
        comparisons=comparisons(present),
        blocking_rules_to_generate_predictions=blocks,
    )
    tables: list[Any] = [api.register(table)]
    if linked_only:
        names = [row[0] for row in db.execute(f"SELECT DISTINCT source_dataset FROM {table} ORDER BY 1").fetchall()]
        for name in names:
            db.execute(f"CREATE TABLE side_{name} AS SELECT * FROM {table} WHERE source_dataset = '{name}'")
        tables = [api.register(f"side_{name}") for name in names]
    linker = Linker(tables if linked_only else tables[0], settings, log_level=logging.ERROR)
    rules: list[Any] = [block_on(*rule) for rule in _RULES if set(rule) <= present]
    try:
        linker.training.estimate_probability_two_random_records_match(rules, recall=0.7)
    except ValueError:  # no pair meets a rule, or every pair does: the default stays
        logging.getLogger(__name__).warning("the prior is Splink's default")
    linker.training.estimate_u_using_random_sampling(max_pairs=_ROWS)
    for block in (("birth_date",), ("given_name", "surname")):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*block))
    return linker.inference.predict(threshold_match_probability=0.0001, warning_mode="never").physical_name


def clusters(db: duckdb.DuckDBPyConnection, weighed: str, count: int) -> list[tuple[float, Ints]]:
    """Give connected components at each threshold of a grid: (threshold, cluster of each record)."""
    found = db.execute(f"SELECT unique_id_l AS l, unique_id_r AS r, match_probability AS p FROM {weighed}").fetchnumpy()
    left, right, chance = found["l"].astype(np.int64), found["r"].astype(np.int64), found["p"].astype(float)
    grid = [
        0.0001,
        0.0003,
        0.001,
        0.003,
        0.01,
        *np.arange(0.02, 0.99, 0.02).round(2),
        0.95,
        0.99,
        0.995,
        0.999,
        0.9999,
        0.99999,
    ]
    return [(float(t), components(count, left[chance >= t], right[chance >= t])) for t in sorted(grid)]
