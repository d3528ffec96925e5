"""Weights as records arrive are those of the formula, whatever the records say."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from integrating import words

from tessera.resolution import Prepared, prepare, score, start_model
from tessera.resolution.quick import NOT_KNOWN, Scorer
from tessera.resolution.scoring import MISSING
from tessera.store.nodes import from_text, to_text

MODEL = words().resolution["person"]
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


@given(left=persons, right=persons, counted=shares)
def test_the_quick_weight_is_the_weight(left: dict[str, str], right: dict[str, str], counted: dict[str, float]) -> None:
    def frequency(_name: str, value: str) -> float | None:
        return counted.get(value, 1e-5) if counted else None

    one, other = prepared(left), prepared(right)
    wanted = score(MODEL, TRAINED, one, other, frequency)
    scorer = Scorer(MODEL, TRAINED, frequency, rarest=1e-5)
    for ends in ((one, other), (other, one)):
        found = scorer.against(ends[0], NO_FLOOR)(ends[1])
        assert found is not None
        assert found.weight == pytest.approx(wanted.weight, abs=1e-9)
        named = [
            MISSING if number == NOT_KNOWN else comparison.levels[number].name
            for comparison, (number, _) in zip(MODEL.comparisons, found.levels, strict=True)
        ]
        assert named == [step.level for step in wanted.steps]


@given(left=persons, right=persons, floor=st.floats(-40, 60))
def test_what_is_left_early_is_below_the_floor(left: dict[str, str], right: dict[str, str], floor: float) -> None:
    wanted = score(MODEL, TRAINED, prepared(left), prepared(right)).weight
    found = Scorer(MODEL, TRAINED).against(prepared(left), floor)(prepared(right))
    if abs(wanted - floor) > 1e-6:
        assert (found is not None) == (wanted >= floor)


@given(terms=persons)
def test_a_prepared_record_is_read_as_it_was_written(terms: dict[str, str]) -> None:
    made = prepared(terms)
    assert from_text(MODEL, to_text(MODEL, made)) == {name: value for name, value in made.items() if value is not None}
