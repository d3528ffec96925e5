"""How a stored weight came about, for a reader: one step for each comparison, masked where its values are."""

import json
import math
from collections.abc import Iterable, Mapping

from tessera.dictionary.resolution import Comparison, Condition, KindModel
from tessera.model.judgement import PairView, Waterfall, WeightStep
from tessera.model.marking import FieldClass, Marking
from tessera.model.record import RecordView
from tessera.resolution.scoring import discount_of, prior_weight, probability_of
from tessera.store.models import Running
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import to_views, why_masked

UNKNOWN = "not known on one side"
SHARED = "what relatives, housemates and neighbors have in common without being one"
FACT_CLASSES = {
    "event_time": FieldClass.OPEN,
    "latitude": FieldClass.PLACE,
    "longitude": FieldClass.PLACE,
    "source": FieldClass.OPEN,
}


def pair_views(
    tx: Transaction, running: Running, edges: Iterable[AnyRow], records: Mapping[str, AnyRow]
) -> list[PairView]:
    """Show pairs (rows of `visible.EDGE` with their threads) with the records of both ends, which this access may see."""
    chosen = list(edges)
    threads = sorted({bytes(end).hex() for row in chosen for end in (row.left_thread, row.right_thread)})
    views = dict(zip(threads, to_views(tx, [records[thread] for thread in threads]), strict=True))
    return [
        PairView(
            left=views[bytes(row.left_thread).hex()],
            right=views[bytes(row.right_thread).hex()],
            waterfall=waterfall(
                tx, running, row.levels, (records[bytes(row.left_thread).hex()], records[bytes(row.right_thread).hex()])
            ),
            model=running.uid,
            known_from=row.known_from,
            known_to=row.known_to,
        )
        for row in chosen
    ]


def turned(pair: PairView, left: RecordView) -> PairView:
    """Give the same pair with this record on the left."""
    if pair.left.uid == left.uid:
        return pair
    return PairView(
        left=pair.right, right=pair.left, waterfall=pair.waterfall, model=pair.model, known_from=pair.known_from,
        known_to=pair.known_to,
    )  # fmt: skip


def waterfall(tx: Transaction, running: Running, levels: str, ends: tuple[AnyRow, AnyRow]) -> Waterfall:
    """Lay out a weight by its levels (JSON, as `pairs.levels_of` writes it) for who may see both ends in part or whole."""
    kept = [(one, 0.0) if isinstance(one, int) else (int(one[0]), float(one[1])) for one in json.loads(levels)]
    declared = running.declared
    prior = prior_weight(running.trained.prior)
    steps = [
        _step(tx, running, comparison, level, ends)
        for comparison, level in zip(declared.comparisons, kept, strict=True)
    ]
    steps += _companions(running, kept, steps)
    exact = prior + math.fsum(step.weight + step.frequency_weight for step in steps)
    masked = any(step.masked for step in steps)
    return Waterfall(
        prior=prior,
        steps=tuple(_rounded(step) if step.masked else step for step in steps),
        weight=float(round(exact)) if masked else exact,
        probability=probability_of(float(round(exact)) if masked else exact, running.trained),
    )


def _step(
    tx: Transaction,
    running: Running,
    comparison: Comparison,
    kept: tuple[int, float],
    ends: tuple[AnyRow, AnyRow],
) -> WeightStep:
    number, rarity = kept
    said, weight = UNKNOWN, 0.0
    if number >= 0:
        level = comparison.levels[number]
        chances = running.trained.chances[comparison.name][level.name]
        said, weight = level.says, 0.0 if level.weightless else math.log2(chances.m / chances.u)
    why = masked_because(tx, running.declared, _fields_of(comparison), ends)
    return WeightStep(
        comparison=comparison.name,
        label=comparison.label,
        says=why or said,
        weight=weight,
        frequency_weight=rarity,
        masked=bool(why),
    )


def _companions(running: Running, kept: list[tuple[int, float]], steps: list[WeightStep]) -> list[WeightStep]:
    """Lay out what is taken off for what companions share; masked where any comparison is, since it is made of them all."""
    found = [
        (comparison.name, comparison.levels[number].name, rarity)
        for comparison, (number, rarity) in zip(running.declared.comparisons, kept, strict=True)
        if number >= 0
    ]
    discount = discount_of(running.trained, found)
    if not discount:
        return []
    why = next((step.says for step in steps if step.masked), "")
    return [
        WeightStep(
            comparison="companions", label="Shared by companions", says=why or SHARED, weight=discount, masked=bool(why)
        )
    ]


def _rounded(step: WeightStep) -> WeightStep:
    return WeightStep(
        comparison=step.comparison,
        label=step.label,
        says=step.says,
        weight=float(round(step.weight + step.frequency_weight)),
        masked=True,
    )


def masked_because(tx: Transaction, declared: KindModel, fields: Iterable[str], ends: Iterable[AnyRow]) -> str:
    """Say why this access may not be told how these prepared fields compare; empty where it may."""
    classes = _classes(tx, declared, set(fields))
    known: Mapping[int, Marking] = tx.store.markings(tx)
    for row in ends:
        for field_class in sorted(classes - tx.scope.fields[row.marking_id]):
            return why_masked(tx, known[row.marking_id], field_class)
    return ""


def _classes(tx: Transaction, declared: KindModel, fields: set[str]) -> set[FieldClass]:
    terms = tx.dictionary.kinds[declared.kind].terms
    read = {term for field in declared.fields if field.name in fields for term in field.terms}
    return {terms[name].field_class if name in terms else FACT_CLASSES[name] for name in read}


def _fields_of(comparison: Comparison) -> set[str]:
    conditions = [level.when for level in comparison.levels if level.when is not None]
    used = {name for condition in conditions for name in fields_in(condition)}
    return used | set(comparison.needs) | ({comparison.frequency} if comparison.frequency else set())


def fields_in(condition: Condition) -> set[str]:
    """Name the prepared fields that a condition is about."""
    return set(condition.fields).union(*(fields_in(part) for part in condition.parts))
