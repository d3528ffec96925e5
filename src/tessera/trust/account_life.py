"""The life of accounts and sessions: when a session locks or ends, when an account closes, when a password is old.

Source: CJIS Security Policy 6.0. Instants and spans are milliseconds; days are ISO dates (UTC).
"""

from dataclasses import dataclass
from enum import StrEnum

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

LOCK_AFTER = 30 * MINUTE  # AC-11: a device lock after at most 30 minutes; IA-11 at AAL2 asks for the same
END_AFTER_IDLE = HOUR  # SC-10: the session ends after an hour without activity
END_AFTER = 12 * HOUR  # IA-11: re-authenticate every 12 hours
CONFIRM_AFTER = 15 * MINUTE  # IA-11: re-authenticate for privileged changes; how old is our choice (decision 0015)
INACTIVE_DAYS = 90  # AC-2(3): accounts that nobody has used for 90 days are disabled
PASSWORD_DAYS = 365  # IA-5: memorised secrets are changed once a year
FACTOR_WITHIN = 10 * MINUTE
"""A session that has passed the password only is given up after this."""
MOST_FAILURES = 5  # AC-7: five invalid attempts
FAILURE_WINDOW = 15 * MINUTE  # AC-7: within 15 minutes


class Stage(StrEnum):
    """How far somebody has come in. Only `open` opens pages; each other stage opens the page that leads on."""

    ENROL = "enrol"
    FACTOR = "factor"
    LOCKED = "locked"
    OPEN = "open"
    PASSWORD = "password"  # noqa: S105 - a stage, not a secret


class Closed(StrEnum):
    """Why an account opens nothing."""

    EXPIRED = "expired"
    FAILURES = "failures"
    INACTIVE = "inactive"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The instants of a session: begun, last used, locked by hand (None: not)."""

    started_at: int
    last_seen: int
    locked_at: int | None = None

    def has_ended(self, now: int) -> bool:
        """Claim that the session is over."""
        return now - self.last_seen > END_AFTER_IDLE or now - self.started_at > END_AFTER

    def is_locked(self, now: int) -> bool:
        """Claim that nothing may be shown until the same person has proved to be there."""
        return self.locked_at is not None or now - self.last_seen > LOCK_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What decides how far a session has come."""

    clocks: Clocks
    factor_passed: bool
    has_factor: bool
    factor_required: bool
    password_due: bool


def stage_of(standing: Standing, now: int) -> Stage | None:
    """Say how far a session has come; None: it has ended. What hides more comes first.

    A session that waits for a second factor is not an authenticated one, so it lives for minutes only.
    """
    if standing.clocks.has_ended(now):
        return None
    if standing.has_factor and not standing.factor_passed:
        return Stage.FACTOR if now - standing.clocks.started_at <= FACTOR_WITHIN else None
    if standing.clocks.is_locked(now):
        return Stage.LOCKED
    if standing.password_due:
        return Stage.PASSWORD
    return Stage.ENROL if standing.factor_required and not standing.factor_passed else Stage.OPEN


def is_fresh(confirmed_at: int, now: int) -> bool:
    """Claim that the person has proved to be there recently enough for a privileged change."""
    return now - confirmed_at <= CONFIRM_AFTER


def closes(*, expires: str, active_at: int, today: str, now: int) -> Closed | None:
    """Say why an account closes by itself: it is past its last day, or nobody has used it for 90 days (AC-2(3))."""
    if expires and expires < today:
        return Closed.EXPIRED
    return Closed.INACTIVE if now - active_at > INACTIVE_DAYS * DAY else None


def password_is_old(changed_at: int, now: int) -> bool:
    """Claim that a password has served its year."""
    return now - changed_at > PASSWORD_DAYS * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """How many wrong attempts in a row, and since when (None: none)."""

    count: int
    since: int | None

    def one_more(self, now: int) -> "Failures":
        """Count a wrong attempt; those of an older quarter of an hour no longer count.

        >>> Failures(count=4, since=0).one_more(60_000).lock, Failures(count=4, since=0).one_more(15 * 60_000).lock
        (True, False)
        """
        recent = self.since is not None and now - self.since < FAILURE_WINDOW
        return Failures(count=self.count + 1 if recent else 1, since=self.since if recent else now)

    @property
    def lock(self) -> bool:
        """Claim that the account locks until an administrator releases it."""
        return self.count >= MOST_FAILURES
