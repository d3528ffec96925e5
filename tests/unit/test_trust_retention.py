"""Reviews, holds and the rule that purges (28 CFR 23.20(h))."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tessera.model.marking import Hold, Marking, Regime
from tessera.trust.retention import is_overdue, latest_day, may_keep, may_purge, purge_falls_due, review_day

INTELLIGENCE = Marking(regimes=frozenset({Regime.CFR23}), review_by="2026-06-30")


def test_the_day_itself_still_counts_and_the_next_does_not() -> None:
    assert not is_overdue(INTELLIGENCE, "2026-06-30")
    assert is_overdue(INTELLIGENCE, "2026-07-01")
    assert not is_overdue(Marking(), "9999-12-31")


def test_intelligence_is_never_kept_longer_than_five_years_whatever_its_holding_says() -> None:
    assert latest_day(INTELLIGENCE, "2026-06-01", 0) == "2031-06-01"
    assert latest_day(INTELLIGENCE, "2026-06-01", 9999) == "2031-06-01"
    assert latest_day(INTELLIGENCE, "2026-06-01", 30) == "2026-07-01"
    assert latest_day(INTELLIGENCE, "2024-02-29", 0) == "2029-02-28"
    assert not may_keep(INTELLIGENCE, "2031-06-02", today="2026-06-01", retention_days=0)
    assert may_keep(INTELLIGENCE, "2031-06-01", today="2026-06-01", retention_days=0)


def test_a_review_comes_before_the_day_has_passed() -> None:
    late = may_keep(INTELLIGENCE, "2027-01-01", today="2026-07-01", retention_days=0)
    assert not late
    assert "fresh submission" in late.reason
    assert may_keep(INTELLIGENCE, "2027-01-01", today="2026-06-30", retention_days=0)


def test_a_review_moves_the_day_into_the_future() -> None:
    assert not may_keep(Marking(), "2026-06-01", today="2026-06-01", retention_days=0)
    assert may_keep(Marking(), "2026-06-02", today="2026-06-01", retention_days=0)


def test_the_rule_purges_after_its_days_but_never_what_is_held() -> None:
    held = Marking(review_by="2026-06-30", holds=frozenset({Hold.LEGAL}))
    assert purge_falls_due(INTELLIGENCE, today="2026-07-31", after_days=30)
    assert not purge_falls_due(INTELLIGENCE, today="2026-07-30", after_days=30)
    assert not purge_falls_due(held, today="2099-01-01", after_days=30)
    assert not purge_falls_due(Marking(), today="2099-01-01", after_days=0)
    assert not may_purge(held)
    assert may_purge(Marking(review_by="2026-06-30", holds=frozenset(set(Hold) - {Hold.LEGAL})))


@given(st.dates().filter(lambda d: 1 < d.year < 9000), st.integers(1, 40_000), st.booleans())
def test_no_review_day_lies_behind_what_a_review_may_give(day: date, days: int, intelligence: bool) -> None:
    today = day.isoformat()
    marking = Marking(regimes=frozenset({Regime.CFR23}) if intelligence else frozenset())
    latest = latest_day(marking, today, days)
    assert latest > today
    assert may_keep(marking, latest, today=today, retention_days=days)
    if not intelligence:
        assert review_day(today, days) <= latest
