"""A model as settings of Splink (5.0), so that anybody can check a weight, or draw Splink's charts, with Splink itself.

The discount for companions is not in it; see `resolution.scoring`.
"""

from tessera.dictionary.resolution import BlockingRule, Comparison, KindModel, Level
from tessera.engines.linking_sql import NODE
from tessera.resolution.conditions import sql
from tessera.resolution.trained import TrainedModel


def settings_for(model: KindModel, trained: TrainedModel) -> dict[str, object]:
    """Write the settings for DuckDB; the records have a column `node` and one for each prepared field."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": NODE,
        "probability_two_random_records_match": trained.prior,
        "blocking_rules_to_generate_predictions": [_rule(rule) for rule in model.blocking],
        "comparisons": [_comparison(comparison, trained) for comparison in model.comparisons],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }


def _rule(rule: BlockingRule) -> str:
    return " AND ".join(f'l."{field}" = r."{field}"' for field in rule.fields)


def _comparison(comparison: Comparison, trained: TrainedModel) -> dict[str, object]:
    missing = " OR ".join(f'"{name}_{side}" IS NULL' for name in comparison.needs for side in "lr")
    levels = [_level(comparison, level, trained) for level in comparison.levels]
    return {
        "output_column_name": comparison.name,
        "comparison_levels": [{"sql_condition": missing, "is_null_level": True}, *levels],
    }


def _level(comparison: Comparison, level: Level, trained: TrainedModel) -> dict[str, object]:
    chances = trained.chances[comparison.name][level.name]
    m, u = (0.5, 0.5) if level.weightless else (chances.m, chances.u)
    known: dict[str, object] = {"sql_condition": _condition(level), "m_probability": m, "u_probability": u}
    if level.frequency:
        known |= {"tf_adjustment_column": comparison.frequency, "tf_adjustment_weight": 1.0}
    return known


def _condition(level: Level) -> str:
    """Write a level; equality stands bare, so that Splink sees that it is one."""
    if level.when is None:
        return "ELSE"
    if level.when.op == "exact":
        return f'"{level.when.fields[0]}_l" = "{level.when.fields[0]}_r"'
    return sql(level.when)
