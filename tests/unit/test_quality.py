import pytest

from tessera.integrate import TermCount, score

HOUR = 3_600_000
FULL = [TermCount(kind="person", term="surname", rows=100, filled=100)]


def test_data_without_a_flaw_scores_one() -> None:
    got = score(FULL, rows=100, quarantined=0, age_ms=HOUR, cadence_hours=24)
    assert got.value == 1.0
    assert got.reasons == ("All rows fit, are filled, unique and on time.",)


def test_nothing_scores_nothing() -> None:
    assert score([], rows=0, quarantined=0).value == 0.0


@pytest.mark.parametrize(
    ("change", "part", "says"),
    [
        ({"quarantined": 20}, "validity", "20 of 100 rows did not fit"),
        ({"duplicates": 50}, "uniqueness", "50 of 100 rows repeat what was known already"),
        (
            {"age_ms": 60 * HOUR, "cadence_hours": 24},
            "timeliness",
            "The last delivery is 60 hours old; one is expected every 24",
        ),
    ],
)
def test_each_flaw_lowers_the_score_and_is_said(change: dict[str, int], part: str, says: str) -> None:
    got = score(FULL, **({"rows": 100, "quarantined": 0} | change))
    assert got.value < 1
    assert dict(got.parts)[part] < 1
    assert any(says in reason for reason in got.reasons)


def test_gaps_name_the_term_that_is_filled_least() -> None:
    counts = [*FULL, TermCount(kind="person", term="age", rows=100, filled=30, invalid=10)]
    got = score(counts, rows=100, quarantined=10)
    assert "age of person is filled in 40% of its records" in " ".join(got.reasons)
    assert "most often the age of person" in " ".join(got.reasons)


def test_a_term_that_a_source_never_fills_is_no_gap() -> None:
    counts = [*FULL, TermCount(kind="person", term="email", rows=100, filled=0)]
    assert score(counts, rows=100, quarantined=0).value == 1.0


def test_more_flaws_never_score_higher_and_the_score_stays_between_0_and_1() -> None:
    values = [
        score(FULL, rows=100, quarantined=q, duplicates=100 - q, age_ms=q * 10 * HOUR, cadence_hours=1).value
        for q in range(0, 101, 10)
    ]
    assert all(0 <= value <= 1 for value in values)
    only_worse = [score(FULL, rows=100, quarantined=q).value for q in range(0, 101, 10)]
    assert only_worse == sorted(only_worse, reverse=True)
