"""The life of accounts and sessions: each rule at its edge, and what holds for every session."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.trust import account_life
from tessera.trust.account_life import DAY, HOUR, MINUTE, Clocks, Closed, Failures, Stage, Standing

NOW = 1_800_000_000_000
instants = st.integers(min_value=NOW - 2 * DAY, max_value=NOW)
standings = st.builds(
    lambda started, seen, locked, **flags: Standing(
        clocks=Clocks(started_at=started, last_seen=max(started, seen), locked_at=locked), **flags
    ),
    started=instants,
    seen=instants,
    locked=st.none() | instants,
    factor_passed=st.booleans(),
    has_factor=st.booleans(),
    factor_required=st.booleans(),
    password_due=st.booleans(),
)


def standing(*, started: int = 0, seen: int = 0, locked: bool = False, **flags: bool) -> Standing:
    """A session `started` and `seen` so many milliseconds ago, with everything in order unless said otherwise."""
    known = {"factor_passed": True, "has_factor": True, "factor_required": True, "password_due": False} | flags
    clocks = Clocks(started_at=NOW - started, last_seen=NOW - seen, locked_at=NOW - seen if locked else None)
    return Standing(clocks=clocks, **known)


def test_the_numbers_are_those_of_the_policy() -> None:
    """CJIS Security Policy 6.0: AC-11 and AC-2(5), SC-10, IA-11, AC-2(3), IA-5(1), AC-7."""
    assert (MINUTE, HOUR, DAY) == (60_000, 3_600_000, 86_400_000)
    assert account_life.LOCK_AFTER == 30 * MINUTE
    assert account_life.END_AFTER_IDLE == HOUR
    assert account_life.END_AFTER == 12 * HOUR
    assert account_life.INACTIVE_DAYS == 90
    assert account_life.PASSWORD_DAYS == 365
    assert (account_life.MOST_FAILURES, account_life.FAILURE_WINDOW) == (5, 15 * MINUTE)


@pytest.mark.parametrize(
    ("given_", "stage"),
    [
        (standing(), Stage.OPEN),
        (standing(started=HOUR, seen=30 * MINUTE), Stage.OPEN),
        (standing(started=HOUR, seen=30 * MINUTE + 1), Stage.LOCKED),
        (standing(started=2 * HOUR, seen=HOUR), Stage.LOCKED),
        (standing(started=2 * HOUR, seen=HOUR + 1), None),
        (standing(started=12 * HOUR), Stage.OPEN),
        (standing(started=12 * HOUR + 1), None),
        (standing(locked=True), Stage.LOCKED),
        (standing(password_due=True), Stage.PASSWORD),
        (standing(password_due=True, locked=True), Stage.LOCKED),
        (standing(factor_passed=False), Stage.FACTOR),
        (standing(factor_passed=False, started=10 * MINUTE), Stage.FACTOR),
        (standing(factor_passed=False, started=10 * MINUTE + 1), None),
        (standing(factor_passed=False, factor_required=False), Stage.FACTOR),
        (standing(factor_passed=False, locked=True, password_due=True), Stage.FACTOR),
        (standing(factor_passed=False, has_factor=False), Stage.ENROL),
        (standing(factor_passed=False, has_factor=False, password_due=True), Stage.PASSWORD),
        (standing(factor_passed=False, has_factor=False, factor_required=False), Stage.OPEN),
        (standing(factor_passed=True, has_factor=False), Stage.OPEN),
    ],
)
def test_how_far_a_session_has_come(given_: Standing, stage: Stage | None) -> None:
    assert account_life.stage_of(given_, NOW) is stage


@given(standings)
def test_only_a_session_with_everything_in_order_is_open(given_: Standing) -> None:
    if account_life.stage_of(given_, NOW) is not Stage.OPEN:
        return
    assert given_.factor_passed or not (given_.has_factor or given_.factor_required)
    assert not given_.password_due
    assert given_.clocks.locked_at is None
    assert NOW - given_.clocks.last_seen <= 30 * MINUTE
    assert NOW - given_.clocks.started_at <= 12 * HOUR


@given(standings, st.integers(min_value=0, max_value=2 * DAY))
def test_what_has_ended_stays_ended_and_what_is_locked_does_not_open_by_waiting(given_: Standing, later: int) -> None:
    before, after = account_life.stage_of(given_, NOW), account_life.stage_of(given_, NOW + later)
    if before is None:
        assert after is None
    if before is Stage.LOCKED:
        assert after in {Stage.LOCKED, None}


def test_a_proof_is_fresh_for_a_quarter_of_an_hour() -> None:
    assert account_life.is_fresh(NOW - 15 * MINUTE, NOW)
    assert not account_life.is_fresh(NOW - 15 * MINUTE - 1, NOW)


@pytest.mark.parametrize(
    ("expires", "idle_days", "closed"),
    [
        ("", 90, None),
        ("2026-11-26", 0, None),
        ("2026-11-25", 0, Closed.EXPIRED),
        ("2026-11-25", 400, Closed.EXPIRED),
        ("2099-12-31", 91, Closed.INACTIVE),
    ],
)
def test_an_account_closes_after_its_last_day_or_after_ninety_days_without_use(
    expires: str, idle_days: int, closed: Closed | None
) -> None:
    found = account_life.closes(expires=expires, active_at=NOW - idle_days * DAY, today="2026-11-26", now=NOW)
    assert found is closed


def test_ninety_days_and_a_moment_are_too_long() -> None:
    assert account_life.closes(expires="", active_at=NOW - 90 * DAY - 1, today="2026-11-26", now=NOW) is Closed.INACTIVE


def test_a_password_serves_a_year() -> None:
    assert not account_life.password_is_old(NOW - 365 * DAY, NOW)
    assert account_life.password_is_old(NOW - 365 * DAY - 1, NOW)


@given(st.lists(st.integers(min_value=0, max_value=40 * MINUTE), min_size=1, max_size=30))
def test_an_account_locks_exactly_when_a_run_of_attempts_has_five_within_a_quarter_of_an_hour(gaps: list[int]) -> None:
    """A run begins with its first attempt; one that comes a quarter of an hour after that begins the next."""
    failures, now, run = Failures(count=0, since=None), NOW, list[int]()
    for gap in gaps:
        now += gap
        run = [*run, now] if run and now - run[0] < 15 * MINUTE else [now]
        failures = failures.one_more(now)
        assert failures.lock == (len(run) >= 5)
        assert (failures.count, failures.since) == (len(run), run[0])
