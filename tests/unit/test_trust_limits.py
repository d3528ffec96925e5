"""Limits: how many pass in a minute, how long the next one waits, and who counts as one visitor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import TooMany
from tessera.flow.limits import MOST_BUCKETS, Limits
from tessera.trust.limits import Bucket, neighbourhood, take

rates = st.integers(min_value=1, max_value=200)
gaps = st.lists(st.integers(min_value=0, max_value=90_000), max_size=120)


def test_a_minutes_worth_passes_at_once_and_the_next_waits_its_share() -> None:
    bucket: Bucket | None = None
    for _ in range(6):
        bucket, wait = take(bucket, now=1000, per_minute=6)
        assert wait == 0
    bucket, wait = take(bucket, now=1000, per_minute=6)
    assert wait == 10
    assert take(bucket, now=10_999, per_minute=6)[1] == 1
    assert take(bucket, now=11_000, per_minute=6)[1] == 0


@given(rates, gaps)
def test_in_any_minute_pass_at_most_two_minutes_worth(per_minute: int, waits: list[int]) -> None:
    """What was left from before, and what came in meanwhile."""
    bucket, now, passed = None, 0, list[int]()
    for gap in waits:
        now += gap
        bucket, wait = take(bucket, now=now, per_minute=per_minute)
        passed += [now] if not wait else []
        assert len([at for at in passed if now - at < 60_000]) <= 2 * per_minute


@given(rates, gaps)
def test_whoever_waits_as_long_as_told_passes(per_minute: int, waits: list[int]) -> None:
    bucket, now = None, 0
    for gap in waits:
        now += gap
        bucket, wait = take(bucket, now=now, per_minute=per_minute)
        if wait:
            now += wait * 1000
            bucket, again = take(bucket, now=now, per_minute=per_minute)
            assert again == 0


@given(rates, st.integers(min_value=0, max_value=10**9))
def test_a_clock_that_is_set_back_gives_nothing(per_minute: int, back: int) -> None:
    empty = Bucket(left=0.0, at=10**9)
    assert take(empty, now=10**9 - back, per_minute=per_minute)[1] > 0


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("x" * 100, "x" * 64),
    ],
)
def test_who_counts_as_one_visitor(address: str, known: str) -> None:
    assert neighbourhood(address) == known


def test_names_and_visitors_are_counted_apart_and_nought_is_no_limit() -> None:
    limits = Limits(lambda: 0)
    limits.count("a", "x", per_minute=1)
    limits.count("b", "x", per_minute=1)
    limits.count("a", "y", per_minute=1)
    with pytest.raises(TooMany) as refused:
        limits.count("a", "x", per_minute=1)
    assert refused.value.wait_s == 60
    for _ in range(5):
        limits.count("free", "x", per_minute=0)


def test_a_flood_of_addresses_fills_no_memory_and_frees_nobody_who_is_busy() -> None:
    limits = Limits(lambda: 0)
    limits.count("a", "busy", per_minute=1)
    for number in range(MOST_BUCKETS - 1):
        limits.count("a", str(number), per_minute=1)
    with pytest.raises(TooMany):
        limits.count("a", "busy", per_minute=1)
    for number in range(MOST_BUCKETS):
        limits.count("b", str(number), per_minute=1)
    limits.count("a", "busy", per_minute=1)  # forgotten, like whoever was not there for longest
