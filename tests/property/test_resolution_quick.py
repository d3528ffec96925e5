"""Weights as records arrive are those of the formula, whatever the records say."""

import itertools
import math
import random
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from integrating import words

from tessera.resolution import Prepared, prepare, score, start_model
from tessera.resolution.prepare import SEVERAL, listed_fields
from tessera.resolution.quick import NOT_KNOWN, Scorer
from tessera.resolution.rows import Row, prepared_of, row_of
from tessera.resolution.scoring import MISSING, weight_of

MODELS = words().resolution
MODEL = MODELS["person"]
MISSING_SHARE = 0.2
NUMBERS = ("39.1", "39.1004", "-75.5", "-75.5003")
TEXTS = ("ana", "anna", "brown", "1984-03-09", "1984-09-03", "1984-03-10", "12", "13", "39.1", "39.1004")
TRAINED = start_model(MODEL)
NO_FLOOR = -1e9
some = st.none() | st.sampled_from(("", "Ana", "Anna", "Nunez", "Núñez", "Brown", "O'Brien-Smith", "Li"))
persons = st.fixed_dictionaries(
    {
        "surname": some,
        "given_name": some,
        "middle_name": some,
        "birth_date": st.none() | st.dates().map(str) | st.sampled_from(("1984-03-09", "1984-09-03", "1984-03-10")),
        "phone": st.none() | st.sampled_from(("+13025550143", "+13025550144", "+14105550143")),
        "license_number": st.none() | st.sampled_from(("D123", "D124", "X9")),
        "email": st.none() | st.sampled_from(("ana@example.org", "anna@example.org", "b@example.com")),
        "address": st.none() | st.sampled_from(("12 Oak Street", "12 Oak St Apt 4", "3 Pine Road")),
        "city": st.none() | st.sampled_from(("Dover", "Dovre", "Smyrna")),
    }
).map(lambda terms: {name: value for name, value in terms.items() if value})
shares = st.dictionaries(st.sampled_from(("ana", "nunez", "brown", "dover")), st.floats(1e-5, 0.5))


def prepared(terms: Mapping[str, str]) -> Prepared:
    return prepare(MODEL, terms)


def row(terms: Mapping[str, str]) -> Row:
    return row_of(MODEL, prepared(terms))


@given(left=persons, right=persons, counted=shares)
def test_the_quick_weight_is_the_weight(left: dict[str, str], right: dict[str, str], counted: dict[str, float]) -> None:
    def frequency(_name: str, value: str) -> float | None:
        return counted.get(value, 1e-5) if counted else None

    wanted = score(MODEL, TRAINED, prepared(left), prepared(right), frequency)
    scorer = Scorer(MODEL, TRAINED, frequency, rarest=1e-5)
    weighed = scorer.weigh({1: row(left), 2: row(right)}, [(1, 2), (2, 1)], NO_FLOOR)
    for ends in ((1, 2), (2, 1)):
        found = weighed.get(ends)
        assert found is not None
        assert found.weight == pytest.approx(wanted.weight, abs=1e-9)
        named = [
            MISSING if number == NOT_KNOWN else comparison.levels[number].name
            for comparison, (number, _) in zip(MODEL.comparisons, found.levels, strict=True)
        ]
        assert named == [step.level for step in wanted.steps]
        assert weight_of(MODEL, TRAINED, found.levels) == pytest.approx(wanted.weight, abs=1e-9)


@pytest.mark.parametrize("kind", sorted(MODELS))
@given(chance=st.randoms(use_true_random=False))
def test_the_quick_weight_is_the_weight_in_every_kind(kind: str, chance: random.Random) -> None:
    model = MODELS[kind]
    trained = start_model(model)
    several = listed_fields(model) | {field.name for field in model.fields if field.make in SEVERAL}
    drawn = [{field.name: value_for(field.name, several, chance) for field in model.fields} for _ in range(4)]
    rows = [row_of(model, one) for one in drawn]
    ends = list(itertools.product(range(len(rows)), range(len(rows))))
    found = Scorer(model, trained).weigh(dict(enumerate(rows)), ends, NO_FLOOR)
    assert found.keys() == set(ends)
    for (left, right), weighed in found.items():
        assert weighed.weight == pytest.approx(score(model, trained, drawn[left], drawn[right]).weight, abs=1e-9)


def value_for(name: str, several: frozenset[str], chance: random.Random) -> str | tuple[str, ...] | None:
    texts = NUMBERS if name in {"latitude", "longitude", "minute", "day_number"} else TEXTS
    if chance.random() < MISSING_SHARE:
        return None
    return tuple(sorted(chance.sample(texts, chance.randint(1, 3)))) if name in several else chance.choice(texts)


@given(left=persons, right=persons, floor=st.floats(-40, 60))
def test_what_is_left_early_is_below_the_floor(left: dict[str, str], right: dict[str, str], floor: float) -> None:
    wanted = score(MODEL, TRAINED, prepared(left), prepared(right)).weight
    found = Scorer(MODEL, TRAINED).weigh({1: row(left), 2: row(right)}, [(1, 2)], floor)
    if abs(wanted - floor) > 1e-6:
        assert bool(found) == (wanted >= floor)


@given(left=persons, right=persons, size=st.sampled_from((4_000, 64_000, 1_024_000)))
def test_start_parameters_for_more_records_never_weigh_more(
    left: dict[str, str], right: dict[str, str], size: int
) -> None:
    larger = start_model(MODEL, records=size)
    small, large = (score(MODEL, one, prepared(left), prepared(right)).weight for one in (TRAINED, larger))
    assert large <= small + 1e-9
    assert large >= small - math.log2(size / 1000) - 0.01


@given(terms=persons)
def test_a_prepared_record_is_read_as_it_was_written(terms: dict[str, str]) -> None:
    made = prepared(terms)
    read = prepared_of(MODEL, row_of(MODEL, made))
    assert read == {name: value for name, value in made.items() if value is not None}
