"""When things happen: two years of days with weekdays, hours, a storm week and an overdose cluster."""

from bisect import bisect
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from tessera.demo.draw import Draw

DAYS = 730
DAY_SECONDS = 86_400
_SPARE_DAYS = 40  # clearing a call or correcting a report may fall after the last day
STORM = range(455, 462)
"""Days (from the first) of the storm week."""
CLUSTER = range(688, 698)
"""Days of the overdose cluster."""
_SUMMER_TIME, _WINTER_TIME = 4 * 3600, 5 * 3600  # seconds behind UTC in America/New_York
_CHANGE = 2 * 3600
_BY_WEEKDAY = (0.92, 0.9, 0.93, 0.97, 1.15, 1.2, 1.0)
_CRIME_HOURS = (7, 6, 5, 3, 2, 2, 2, 3, 4, 5, 5, 6, 7, 7, 8, 9, 10, 11, 11, 11, 12, 12, 11, 9)
_OFFICE_HOURS = (0, 0, 0, 0, 0, 0, 1, 3, 8, 10, 10, 9, 6, 9, 10, 9, 7, 4, 2, 1, 1, 1, 0, 0)


class Day(NamedTuple):
    """One local day, written in every way that a file needs."""

    iso: str
    american: str
    named: str
    compact: str
    slashed: str
    epoch: int
    """Seconds from 1970-01-01 to this midnight, read as if it were UTC."""
    offset_early: int
    """Seconds behind UTC until 02:00 local time, and after."""
    offset_late: int


class Moment(NamedTuple):
    """An instant as local day number (from the first day) and second of that day."""

    day: int
    second: int


class Calendar:
    """The days up to `until` (not included), and how much happens on each."""

    def __init__(self, until: date) -> None:
        self.first = until - timedelta(days=DAYS)
        self.days = [_describe(self.first + timedelta(days=n)) for n in range(DAYS + _SPARE_DAYS)]
        plain = [_BY_WEEKDAY[(self.first + timedelta(days=n)).weekday()] for n in range(DAYS)]
        self._profiles = {
            "plain": list(accumulate(plain)),
            "storm": list(accumulate(w * (4.0 if n in STORM else 1.0) for n, w in enumerate(plain))),
            "cluster": list(accumulate(w * (9.0 if n in CLUSTER else 1.0) for n, w in enumerate(plain))),
        }
        self._hours = {"street": _spread(_CRIME_HOURS), "office": _spread(_OFFICE_HOURS)}

    def moment(self, draw: Draw, share: float, profile: str = "plain", hours: str = "street") -> Moment:
        """Return the moment at which this share (0 to 1) of all events of the profile has happened."""
        weights = self._profiles[profile]
        day = min(bisect(weights, share * weights[-1]), DAYS - 1)
        return self.after(Moment(day, 0), draw.pick(self._hours[hours]) * 3600 + draw.below(3600))

    def after(self, moment: Moment, seconds: int) -> Moment:
        """Return the local time so many seconds on; an hour that the clocks skip is stepped over."""
        more, second = divmod(moment.second + seconds, DAY_SECONDS)
        number = min(moment.day + more, len(self.days) - 1)
        day = self.days[number]
        skipped = day.offset_late < day.offset_early and _CHANGE <= second < _CHANGE + 3600
        return Moment(number, second + 3600 if skipped else second)

    def offset(self, moment: Moment) -> int:
        """Return seconds behind UTC."""
        day = self.days[moment.day]
        return day.offset_early if moment.second < _CHANGE else day.offset_late

    def utc(self, moment: Moment) -> int:
        """Return seconds since the epoch."""
        return self.days[moment.day].epoch + moment.second + self.offset(moment)

    def universal(self, moment: Moment) -> Moment:
        """Return the same instant as a UTC day and second."""
        more, second = divmod(moment.second + self.offset(moment), DAY_SECONDS)
        return Moment(moment.day + more, second)

    def iso(self, moment: Moment, between: str = " ") -> str:
        """Write `YYYY-MM-DD HH:MM:SS`."""
        return f"{self.days[moment.day].iso}{between}{clock(moment.second)}"


def clock(second: int) -> str:
    """Write a second of the day as HH:MM:SS.

    >>> clock(3661)
    '01:01:01'
    """
    minutes, second = divmod(second, 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}"


def clock_12(second: int) -> str:
    """Write a second of the day as Americans say it.

    >>> clock_12(0), clock_12(13 * 3600 + 300)
    ('12:00 AM', '1:05 PM')
    """
    hour, minute = divmod(second // 60, 60)
    return f"{(hour - 1) % 12 + 1}:{minute:02d} {'AM' if hour < 12 else 'PM'}"  # noqa: PLR2004 - hours of a half day


def _describe(day: date) -> Day:
    epoch = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    tomorrow = day + timedelta(days=1)
    return Day(
        iso=day.isoformat(),
        american=f"{day.month:02d}/{day.day:02d}/{day.year}",
        named=f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}",
        compact=f"{day.year}{day.month:02d}{day.day:02d}",
        slashed=f"{day.year}/{day.month:02d}/{day.day:02d}",
        epoch=epoch,
        offset_early=_SUMMER_TIME if _is_summer(day) else _WINTER_TIME,
        offset_late=_SUMMER_TIME if _is_summer(tomorrow) else _WINTER_TIME,
    )


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _is_summer(day: date) -> bool:
    """Say whether the day begins in summer time: second Sunday of March to first Sunday of November."""
    return _sunday(day.year, 3, 8) < day <= _sunday(day.year, 11, 1)


def _sunday(year: int, month: int, earliest: int) -> date:
    day = date(year, month, earliest)
    return day + timedelta(days=(6 - day.weekday()) % 7)


def _spread(weights: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(hour for hour, weight in enumerate(weights) for _ in range(weight))
