"""How long data may be used without a review: the day that its marking carries.

28 CFR 23.20(h) and each holding's authority set the longest time. The day is never later than that. For long retentions it
is the first day of a week or month, so that a center has hundreds of distinct markings, not thousands.
"""

from datetime import date, timedelta

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
