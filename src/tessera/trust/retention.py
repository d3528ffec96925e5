"""How long data may be used without a review: the day that its marking carries.

28 CFR 23.20(h) and each holding's authority set the longest time. The day is never later than that. For long retentions it
is the first day of a week or month, so that a center has hundreds of distinct markings, not thousands.
"""

from datetime import date, timedelta

from tessera.model.decision import Decision
from tessera.model.marking import Hold, Marking, Regime

EXACT_DAYS = 60
WEEKLY_DAYS = 400
LONGEST_INTELLIGENCE_YEARS = 5


def review_day(received: str, retention_days: int) -> str:
    """Say by which day (ISO) something received on a day must be reviewed or purged; "" where retention is 0: no limit.

    >>> review_day("2026-03-17", 30), review_day("2026-03-17", 365), review_day("2026-03-17", 1825)
    ('2026-04-16', '2027-03-15', '2031-03-01')
    """
    if not retention_days:
        return ""
    last = date.fromisoformat(received) + timedelta(days=retention_days)
    if retention_days > WEEKLY_DAYS:
        last = last.replace(day=1)
    elif retention_days > EXACT_DAYS:
        last -= timedelta(days=last.weekday())
    return last.isoformat()


def latest_day(marking: Marking, today: str, retention_days: int) -> str:
    """Say up to which day a review today may keep something; "" where neither its holding nor a regime sets a limit.

    `retention_days` is the shortest of its holdings, 0 for no limit. Criminal intelligence is never kept longer than
    five years without another review (28 CFR 23.20(h)).

    >>> latest_day(Marking(), "2026-03-17", 30)
    '2026-04-16'
    >>> latest_day(Marking(regimes=frozenset({Regime.CFR23})), "2024-02-29", 0)
    '2029-02-28'
    """
    start = date.fromisoformat(today)
    limits = [(start + timedelta(days=retention_days)).isoformat()] if retention_days else []
    if Regime.CFR23 in marking.regimes:
        limits.append(_years_later(start, LONGEST_INTELLIGENCE_YEARS).isoformat())
    return min(limits, default="")


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def is_overdue(marking: Marking, today: str) -> bool:
    """Claim that the day to review it by has passed. The day itself still counts."""
    return bool(marking.review_by) and marking.review_by < today


def may_keep(marking: Marking, until: str, *, today: str, retention_days: int) -> Decision:
    """Decide whether a review today may keep something until a day.

    >>> may_keep(Marking(review_by="2026-03-01"), "2027-01-01", today="2026-03-02", retention_days=365).allowed
    False
    """
    # 28 CFR 23.20(h): a review comes before the time is over; afterwards only a fresh submission brings it back
    if is_overdue(marking, today):
        reason = f"its day to be reviewed by, {marking.review_by}, has passed: it needs a fresh submission"
        return Decision(allowed=False, reason=reason)
    if until <= today:
        return Decision(allowed=False, reason=f"the new day to review it by must lie after today, {today}")
    latest = latest_day(marking, today, retention_days)
    if latest and until > latest:
        return Decision(allowed=False, reason=f"its authority allows to keep it until {latest} at the latest")
    return Decision(allowed=True, reason="it was reviewed before its day")


def may_purge(marking: Marking) -> Decision:
    """Decide whether something may be purged: whatever else asks for it, a legal hold wins.

    >>> may_purge(Marking(holds=frozenset({Hold.LEGAL}))).allowed
    False
    """
    if Hold.LEGAL in marking.holds:
        return Decision(allowed=False, reason="it is kept for a court or counsel until the hold is lifted")
    return Decision(allowed=True, reason="no legal hold")


def purge_falls_due(marking: Marking, *, today: str, after_days: int) -> bool:
    """Claim that the rule itself asks to purge it: overdue for longer than so many days, and not held.

    >>> purge_falls_due(Marking(review_by="2026-03-01"), today="2026-03-31", after_days=30)
    False
    >>> purge_falls_due(Marking(review_by="2026-03-01"), today="2026-04-01", after_days=30)
    True
    """
    if not marking.review_by or not may_purge(marking):
        return False
    return date.fromisoformat(marking.review_by) + timedelta(days=after_days) < date.fromisoformat(today)
