"""Redress: what may follow what, until when, and who may decide, when somebody disputes what is held about them.

The P/CRCL template for fusion centers asks for intake, an acknowledgement, a clock, a flag on what is disputed, and enumerated
reasons of refusal; CJIS AC-3(14) for access of people to what is held about them. Days here are ISO dates in universal time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from tessera.errors import Invalid
from tessera.model.decision import Decision

SATURDAY = 5


class Stage(StrEnum):
    """How far a request is."""

    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    IDENTIFIED = "identified"
    """Who asks has shown to be the person, or to act for them."""
    OPEN = "open"
    """It is being looked into; what it disputes is flagged."""
    DECIDED = "decided"
    APPEALED = "appealed"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a request was decided."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"


class Remedy(StrEnum):
    """What is done where a request is granted."""

    CORRECTED = "corrected"
    MARKED = "marked"
    """The record stays, and its marking or a remark says what is disputed."""
    PURGED = "purged"


class Refusal(StrEnum):
    """Why a request is refused. There are no other reasons."""

    ACCURATE = "accurate"
    ANOTHER_AGENCY = "another-agency"
    COURT_ORDER = "court-order"
    EXEMPT = "exempt"
    IDENTITY = "identity"
    NEITHER_CONFIRMED = "neither-confirmed"
    REPEATED = "repeated"


class Closing(StrEnum):
    """Why a request is closed."""

    DONE = "done"
    """It was decided, and nothing is left to do."""
    NO_REPLY = "no-reply"
    NOT_A_REQUEST = "not-a-request"
    WITHDRAWN = "withdrawn"


FOLLOWS: Mapping[Stage, frozenset[Stage]] = {
    Stage.RECEIVED: frozenset({Stage.ACKNOWLEDGED, Stage.CLOSED}),
    Stage.ACKNOWLEDGED: frozenset({Stage.IDENTIFIED, Stage.DECIDED, Stage.CLOSED}),
    Stage.IDENTIFIED: frozenset({Stage.OPEN, Stage.CLOSED}),
    Stage.OPEN: frozenset({Stage.DECIDED, Stage.CLOSED}),
    Stage.DECIDED: frozenset({Stage.APPEALED, Stage.CLOSED}),
    Stage.APPEALED: frozenset({Stage.DECIDED, Stage.CLOSED}),
    Stage.CLOSED: frozenset(),
}
"""What may follow what. There is one appeal; its decision is the last."""
CLOSES: Mapping[Stage, frozenset[Closing]] = {
    Stage.RECEIVED: frozenset({Closing.NOT_A_REQUEST, Closing.WITHDRAWN}),
    Stage.ACKNOWLEDGED: frozenset({Closing.NO_REPLY, Closing.NOT_A_REQUEST, Closing.WITHDRAWN}),
    Stage.IDENTIFIED: frozenset({Closing.NO_REPLY, Closing.WITHDRAWN}),
    Stage.OPEN: frozenset({Closing.WITHDRAWN}),
    Stage.DECIDED: frozenset({Closing.DONE}),
    Stage.APPEALED: frozenset({Closing.WITHDRAWN}),
    Stage.CLOSED: frozenset(),
}
"""Why each stage may be closed. What is being looked into ends with a decision, or because the person takes it back."""
ANSWERED = frozenset({Stage.DECIDED, Stage.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What is decided about a request, with the sentences that the person gets."""

    outcome: Outcome
    explanation: str
    remedies: frozenset[Remedy] = field(default_factory=frozenset)
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How long the center gives itself; settings of the site."""

    within: int = 30
    """Calendar days to decide, and again to decide an appeal."""
    acknowledge_within: int = 5
    """Working days."""
    contact_days: int = 90
    """Days after closing until all that the person wrote is deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """When a request reached each stage that a clock hangs on: ISO days, empty where it has not."""

    received: str
    decided: str = ""
    """When it was first decided."""
    appealed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What has to be done next, and by which ISO day. `days_left` is negative once it is overdue."""

    what: str
    day: str
    days_left: int

    @property
    def overdue(self) -> bool:
        """Claim that the day has passed."""
        return self.days_left < 0


def check_step(now: Stage, then: Stage, *, appealed: bool = False) -> None:
    """Refuse a step that may not follow."""
    if then not in FOLLOWS[now]:
        can = ", ".join(sorted(FOLLOWS[now])) or "nothing"
        raise Invalid(f"{now} is not followed by {then}", where="state", advice=f"What may follow: {can}.")
    if then is Stage.APPEALED and appealed:
        raise Invalid(
            "there was an appeal already", where="state", advice="Its decision is the last; close the request."
        )


def check_ruling(now: Stage, ruling: Ruling) -> None:
    """Refuse a decision that does not say what is done, or why not, or that comes too early."""
    if not ruling.explanation.strip():
        raise Invalid("the decision has no reason", where="explanation", advice="Say why, as the person will read it.")
    if ruling.outcome is not Outcome.REFUSED and not ruling.remedies:
        raise Invalid("nothing is granted", where="remedies", advice="Choose what is done: corrected, purged, marked.")
    if ruling.outcome is Outcome.REFUSED and ruling.remedies:
        raise Invalid("a refusal has no remedy", where="remedies", advice="Choose partly, or take the remedy out.")
    if (ruling.outcome is Outcome.GRANTED) == (ruling.refusal is not None):
        advice = "A grant has none; a refusal, whole or in part, has one of the list."
        raise Invalid("the reason of refusal does not fit the outcome", where="refusal", advice=advice)
    if now is Stage.ACKNOWLEDGED and ruling.refusal is not Refusal.IDENTITY:
        advice = "Until the person is identified, only a refusal for want of identity can be decided."
        raise Invalid("the identity is not checked yet", where="outcome", advice=advice)


def may_decide(decider: str, *, entered_by: frozenset[str], first_decided_by: str = "") -> Decision:
    """Decide whether this account may rule on a request; `entered_by` entered the data that it disputes."""
    if decider in entered_by:
        return _no("Whoever entered the disputed data does not decide about it; another privacy officer must.")
    if first_decided_by and decider == first_decided_by:
        return _no("An appeal is decided by another person than the first decision.")
    return Decision(allowed=True, policies=("redress-is-decided-by-others",), reason="They entered none of it.")


def check_closing(now: Stage, closing: Closing) -> None:
    """Refuse to close as done what was never decided, or for another reason what was."""
    if closing not in CLOSES[now]:
        can = ", ".join(sorted(CLOSES[now])) or "nothing"
        raise Invalid(f"a request that is {now} is not closed as {closing}", where="closing", advice=f"Choose: {can}.")


def due(stage: Stage, days: Days, today: str, clocks: Clocks) -> Due | None:
    """Say what is to be done next and until when; None where nothing is."""
    if stage in ANSWERED:
        return None
    if stage is Stage.RECEIVED:
        return _due("acknowledge", after_working_days(days.received, clocks.acknowledge_within), today)
    if stage is Stage.APPEALED:
        return _due("decide the appeal", add_days(days.appealed, clocks.within), today)
    return _due("decide", add_days(days.received, clocks.within), today)


def decided_late(days: Days, clocks: Clocks) -> bool:
    """Claim that a request was first decided after its day."""
    return bool(days.decided) and days.decided > add_days(days.received, clocks.within)


def after_working_days(day: str, count: int) -> str:
    """Count working days on from an ISO day: Monday to Friday, holidays not left out, so never later than due.

    >>> after_working_days("2026-11-20", 5)  # a Friday
    '2026-11-27'
    """
    found = date.fromisoformat(day)
    while count > 0:
        found += timedelta(days=1)
        count -= found.weekday() < SATURDAY
    return found.isoformat()


def add_days(day: str, count: int) -> str:
    """Count calendar days on from an ISO day."""
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()


def _due(what: str, day: str, today: str) -> Due:
    left = (date.fromisoformat(day) - date.fromisoformat(today)).days
    return Due(what=what, day=day, days_left=left)


def _no(reason: str) -> Decision:
    return Decision(allowed=False, policies=("redress-is-decided-by-others",), reason=reason)
