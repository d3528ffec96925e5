"""Criminal intelligence as 28 CFR Part 23 asks for it: what a submission holds, what may follow what, and who may do it.

Pure: each transition returns the submission as it is afterwards, or raises NotAllowed with the paragraph that forbids it. Days are
ISO dates in universal time. Nothing becomes intelligence without a predicate for every subject and a second trained person; what
is not validated before its day is closed at once, and only a fresh submission brings it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tessera.errors import NotAllowed
from tessera.model.marking import Marking, Regime
from tessera.trust.offences import Offences
from tessera.trust.retention import latest_day, purge_falls_due

DRAFT_DAYS = 30
"""Days for which a draft may wait for its reviewer; then it is closed like everything else that is overdue."""
FEWEST_WORDS = 5
"""Words below which a narrative states no facts that somebody else could examine."""
DISCLAIMER = (
    "The people and organisations named here are not suspected of anything. They are named only because it helps to identify "
    "the subject. Naming them has no criminal connotation, and is no ground for suspicion or for a record of their own."
)
"""Accompanies non-criminal identifying information wherever it is shown or written (28 CFR Part 23, clarification of 1998)."""


class State(StrEnum):
    """Where a submission stands."""

    ACTIVE = "active"
    DRAFT = "draft"
    LEGAL_HOLD = "legal-hold"
    PURGED = "purged"
    SUSPENDED = "suspended"
    """Its day has passed: nobody reads it, and nobody can validate it."""
    WITHDRAWN = "withdrawn"


GONE = frozenset({State.PURGED, State.WITHDRAWN})
READABLE = frozenset({State.ACTIVE, State.DRAFT})


class Deed(StrEnum):
    """What was done to a submission; its history is a row of these."""

    APPROVED = "approved"
    CLEARED = "cleared"
    """The privacy officer found that the protected activity in it relates directly to criminal conduct."""
    CORRECTED = "corrected"
    HELD = "held"
    PURGED = "purged"
    RELEASED = "released"
    RETURNED = "returned"
    REWRITTEN = "rewritten"
    SUBMITTED = "submitted"
    VALIDATED = "validated"
    WITHDRAWN = "withdrawn"


class SensitivityLevel(StrEnum):
    """The sensitivity level on the label (28 CFR 23.20(g))."""

    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"
    SENSITIVE = "sensitive"


class Reliability(StrEnum):
    """How far the source is to be trusted."""

    RELIABLE = "reliable"
    UNKNOWN = "unknown"
    UNRELIABLE = "unreliable"
    USUALLY_RELIABLE = "usually reliable"


class Validity(StrEnum):
    """How far what the source says is borne out."""

    CANNOT_BE_JUDGED = "cannot be judged"
    CONFIRMED = "confirmed"
    DOUBTFUL = "doubtful"
    PROBABLE = "probable"


class Nature(StrEnum):
    """What sort of source it is."""

    ANONYMOUS_TIP = "anonymous tip"
    CONFIDENTIAL_SOURCE = "confidential source"
    INVESTIGATOR = "trained interviewer or investigator"
    PRIVATE_SECTOR = "private sector"
    PUBLIC_RECORD = "public record"
    UNKNOWN = "unknown"
    WRITTEN_STATEMENT = "written statement"


class Method(StrEnum):
    """How it was come by. There is no member for a way that the law does not allow (28 CFR 23.20(d) and (k))."""

    CONSENT = "consent or voluntary statement"
    COURT_ORDER = "warrant or court order"
    INTERVIEW = "interview"
    OBSERVATION = "observation from a public place"
    RECORDS = "records lawfully held"
    REPORT = "report or tip received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who acts on a submission. `trained_until` is the last day of current training; empty: never trained."""

    account: str
    agency: str
    trained_until: str = ""

    def is_trained(self, today: str) -> bool:
        """Claim that the training is current."""
        return self.trained_until >= today


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """Why one subject is reasonably suspected: a definable offence, the facts, and how the information bears on it."""

    offence: str
    """Code of a specific offence of the site's list."""
    facts: str
    relevance: str
    determined_by: str
    determined_on: str
    trained_until: str
    """Until when the training of who determined it was current, as it stood on that day."""
    umbrella: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What is written on a submission wherever it goes (28 CFR 23.20(g))."""

    sensitivity: SensitivityLevel
    reliability: Reliability
    validity: Validity
    nature: Nature
    control_official: str
    """Who decides about its dissemination at the submitting agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """How it was collected and on what authority, attested by who submits, and where the supporting documents lie."""

    method: Method
    authority: str
    attested_by: str
    supporting: str
    """Where the documents behind it lie: a pointer, never the documents (28 CFR 23.20(n))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the history."""

    deed: Deed
    by: str
    on: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One submission without its subjects' records: what the rules weigh."""

    state: State
    author: str
    agency: str
    predicates: tuple[Predicate, ...]
    """One for each subject."""
    labels: Labels | None
    collection: Collection | None
    entered_on: str = ""
    """First day on which it was criminal intelligence; empty before."""
    period_from: str = ""
    """Day on which the present period began: made, approved, or last validated."""
    review_by: str = ""
    reviewed_by: str = ""
    gated: bool = False
    """Its narratives speak of protected activity, and no privacy officer has cleared them yet."""
    cleared_by: str = ""
    held_from: State | None = None
    """The state to which a legal hold returns."""
    steps: tuple[Step, ...] = ()


def missing(predicate: Predicate, offences: Offences) -> tuple[str, ...]:
    """Say, a sentence each, what a predicate lacks (28 CFR 23.20(a), (c) and 23.30); nothing where it is complete."""
    offence = offences.offences.get(predicate.offence)
    checks = (
        (bool(predicate.offence), "It names no offence."),
        (not predicate.offence or offence is not None, f"{predicate.offence!r} is no offence of the site's list."),
        (offence is None or offence.eligible, "The offence is not eligible under 28 CFR 23.30."),
        (not predicate.umbrella or predicate.umbrella in offences.umbrellas, "The umbrella is not on the list."),
        (_says_something(predicate.facts), "The facts are not stated so that another person could examine them."),
        (_says_something(predicate.relevance), "It does not say how the information bears on that conduct."),
        (bool(predicate.determined_by), "Nobody has determined it."),
        (bool(predicate.determined_on), "It does not say on which day it was determined."),
        (
            bool(predicate.trained_until) and predicate.trained_until >= predicate.determined_on,
            "Whoever determined it had no current training on that day.",
        ),
    )
    return tuple(sentence for holds, sentence in checks if not holds)


def _says_something(text: str) -> bool:
    return len(text.split()) >= FEWEST_WORDS


def submit(submission: Submission, author: Person, today: str) -> Submission:
    """Begin a draft. It may be incomplete, but who makes it is trained, attests how it was come by, and says where proof lies."""
    _trained(author, today)
    if submission.author != author.account or submission.agency != author.agency:
        raise _no("a submission is made in one's own name and agency", "28 CFR 23.20(g)")
    _check_collection(submission)
    step = Step(deed=Deed.SUBMITTED, by=author.account, on=today)
    return replace(
        submission,
        state=State.DRAFT,
        entered_on="",
        period_from=today,
        review_by=_after(today, DRAFT_DAYS),
        reviewed_by="",
        steps=(step,),
    )


def approve(submission: Submission, reviewer: Person, today: str, *, until: str, offences: Offences) -> Submission:
    """Make a draft criminal intelligence until a day."""
    now = on_day(submission, today)
    _must_be(now, State.DRAFT, "28 CFR 23.20(c)")
    _second(now, reviewer, today)
    _check_complete(now, offences)
    if now.gated:
        reason = "its narratives speak of protected activity, and no privacy officer has found that it relates directly to crime"
        raise _no(reason, "28 CFR 23.20(b)", "A privacy officer must clear it, or the author rewrite it.")
    _check_period(today, until)
    return _step(
        now, Deed.APPROVED, reviewer, today, state=State.ACTIVE, entered_on=today, period_from=today, review_by=until,
        reviewed_by=reviewer.account,
    )  # fmt: skip


def send_back(submission: Submission, reviewer: Person, today: str, *, reason: str) -> Submission:
    """Give a draft back to its author with a reason."""
    now = on_day(submission, today)
    _must_be(now, State.DRAFT, "28 CFR 23.20(c)")
    _second(now, reviewer, today)
    _reason(reason)
    return _step(now, Deed.RETURNED, reviewer, today, note=reason)


def rewrite(
    submission: Submission, author: Person, today: str, *, predicates: tuple[Predicate, ...], gated: bool
) -> Submission:
    """Put other predicates into a draft. What was cleared before is examined again, and its days do not begin anew."""
    now = on_day(submission, today)
    _must_be(now, State.DRAFT, "28 CFR 23.20(c)")
    _author(now, author)
    _trained(author, today)
    return _step(now, Deed.REWRITTEN, author, today, predicates=predicates, gated=gated, cleared_by="")


def clear(submission: Submission, officer: Person, today: str, *, rationale: str) -> Submission:
    """Find, as privacy officer, that what is protected relates directly to criminal conduct."""
    now = on_day(submission, today)
    _must_be(now, State.DRAFT, "28 CFR 23.20(b)")
    if not now.gated:
        raise _no("nothing in it is held", "28 CFR 23.20(b)")
    if officer.account == now.author:
        raise _no("who wrote it does not clear it", "28 CFR 23.20(b)", "Another privacy officer must.")
    _reason(rationale)
    return _step(now, Deed.CLEARED, officer, today, note=rationale, gated=False, cleared_by=officer.account)


def withdraw(submission: Submission, author: Person, today: str, *, reason: str) -> Submission:
    """Take a draft back. Its content is deleted; that there was one, and who took it back, stays."""
    now = on_day(submission, today)
    _must_be(now, State.DRAFT, "28 CFR 23.20(h)")
    _author(now, author)
    _reason(reason)
    return _emptied(now, State.WITHDRAWN, Step(deed=Deed.WITHDRAWN, by=author.account, on=today))


def validate(
    submission: Submission, reviewer: Person, today: str, *, until: str, explanation: str, basis: str
) -> Submission:
    """Find, before its day, that the subject is still reasonably suspected; a new period of at most five years begins."""
    now = on_day(submission, today)
    if now.state is State.SUSPENDED:
        raise _no(
            f"its day, {now.review_by}, has passed, so it cannot be validated",
            "28 CFR 23.20(h)",
            "Make a fresh submission.",
        )
    _must_be(now, State.ACTIVE, "28 CFR 23.20(h)")
    _second(now, reviewer, today)
    if reviewer.agency != now.agency:
        raise _no(f"the submitting agency, {now.agency}, decides whether the suspicion stands", "28 CFR 23.20(h)")
    _reason(explanation)
    if not _says_something(basis):
        raise _no(
            "a review needs a basis of its own",
            "28 CFR 23.20(h)",
            "State the facts by which the subject is still reasonably suspected today.",
        )
    _check_period(today, until)
    return _step(
        now, Deed.VALIDATED, reviewer, today, note=explanation, period_from=today, review_by=until,
        reviewed_by=reviewer.account,
    )  # fmt: skip


def correct(submission: Submission, by: Person, today: str, *, reason: str) -> Submission:
    """Put identifiers of a subject right. The day to review it by stays as it was: editing is no review."""
    now = on_day(submission, today)
    if now.state not in READABLE:
        raise _no(f"what is {now.state} cannot be corrected", "28 CFR 23.20(h)")
    _trained(by, today)
    _reason(reason)
    return _step(now, Deed.CORRECTED, by, today, note=reason)


def hold(submission: Submission, by: str, today: str) -> Submission:
    """Seal it for a court or counsel. Its days run on meanwhile."""
    if submission.state in GONE | {State.LEGAL_HOLD}:
        raise _no(f"what is {submission.state} cannot be held", "28 CFR 23.20(g)")
    step = Step(deed=Deed.HELD, by=by, on=today)
    return replace(submission, state=State.LEGAL_HOLD, held_from=submission.state, steps=(*submission.steps, step))


def release(submission: Submission, by: str, today: str) -> Submission:
    """Lift a legal hold; what became overdue meanwhile is suspended at once."""
    _must_be(submission, State.LEGAL_HOLD, "28 CFR 23.20(g)")
    step = Step(deed=Deed.RELEASED, by=by, on=today)
    back = replace(
        submission, state=submission.held_from or State.DRAFT, held_from=None, steps=(*submission.steps, step)
    )
    return on_day(back, today)


def on_day(submission: Submission, today: str) -> Submission:
    """Give the submission as it stands on a day: suspended once its day has passed. The day itself still counts."""
    # 28 CFR 23.20(h): reviewed and validated before the period ends, or not used any more
    if submission.state in READABLE and submission.review_by < today:
        return replace(submission, state=State.SUSPENDED)
    return submission


def purge(submission: Submission, by: str, today: str, *, after_days: int) -> Submission:
    """Delete what has been suspended for so many days. Who reviewed it, and when, stays; who it was about does not."""
    now = on_day(submission, today)
    _must_be(now, State.SUSPENDED, "28 CFR 23.20(h)")
    if not purge_falls_due(Marking(review_by=now.review_by), today=today, after_days=after_days):
        raise _no(f"it waits {after_days} days after its day before it is purged", "28 CFR 23.20(h)")
    return _emptied(now, State.PURGED, Step(deed=Deed.PURGED, by=by, on=today))


def may_read(submission: Submission, today: str) -> bool:
    """Claim that anybody at all may read its content on this day."""
    return on_day(submission, today).state in READABLE


def latest_review(today: str, retention_days: int = 0) -> str:
    """Say up to which day a period that begins today may last: five years, or less where the holding says so."""
    return latest_day(Marking(regimes=frozenset({Regime.CFR23})), today, retention_days)


def incomplete(submission: Submission, offences: Offences) -> tuple[str, ...]:
    """Say, a sentence each, what keeps a submission from being approved."""
    found = [
        f"Subject {number}: {sentence}"
        for number, predicate in enumerate(submission.predicates, start=1)
        for sentence in missing(predicate, offences)
    ]
    if not submission.predicates:
        found.append("It has no subject.")
    if submission.labels is None or not submission.labels.control_official.strip():
        found.append("Its labels are not complete.")
    return tuple(found)


def _check_complete(submission: Submission, offences: Offences) -> None:
    lacking = incomplete(submission, offences)
    if lacking:
        raise _no(
            f"the predicate is not complete: {' '.join(lacking)}", "28 CFR 23.20(a)", "Complete it, then ask again."
        )
    _check_collection(submission)


def _check_collection(submission: Submission) -> None:
    found = submission.collection
    if found is None or not found.authority.strip() or found.attested_by != submission.author:
        raise _no("nobody has attested that it was lawfully obtained, and how", "28 CFR 23.20(d)")
    if not found.supporting.strip():
        raise _no(
            "it does not say where the supporting documents lie", "28 CFR 23.20(n)", "Give a file number or a place."
        )


def _check_period(today: str, until: str) -> None:
    latest = latest_review(today)
    if not today < until <= latest:
        raise _no(f"the day to review it by must lie after {today} and not after {latest}", "28 CFR 23.20(h)")


def _must_be(submission: Submission, state: State, rule: str) -> None:
    if submission.state is not state:
        raise _no(f"it is {submission.state}, not {state}", rule)


def _trained(person: Person, today: str) -> None:
    if not person.is_trained(today):
        raise _no(f"{person.account} has no current training", "28 CFR 23.20(c)", "Renew it, then try again.")


def _second(submission: Submission, person: Person, today: str) -> None:
    _trained(person, today)
    if person.account == submission.author:
        raise _no("who submitted it does not review it", "28 CFR 23.20(c)", "Ask another trained analyst.")


def _author(submission: Submission, person: Person) -> None:
    if person.account != submission.author:
        raise _no(f"only its author, {submission.author}, may do this", "28 CFR 23.20(c)")


def _reason(text: str) -> None:
    if not text.strip():
        raise _no("no explanation is given", "28 CFR 23.20(h)", "Say why, in a sentence.")


def _step(
    submission: Submission, deed: Deed, by: Person, today: str, *, note: str = "", **changed: object
) -> Submission:
    step = Step(deed=deed, by=by.account, on=today, note=note.strip())
    return replace(submission, steps=(*submission.steps, step), **changed)  # type: ignore[arg-type]


def _emptied(submission: Submission, state: State, step: Step) -> Submission:
    """Keep who did what when, and nothing of what was said."""
    kept = tuple(replace(each, note="") for each in submission.steps)
    return replace(
        submission,
        state=state,
        predicates=(),
        labels=None,
        collection=None,
        gated=False,
        held_from=None,
        steps=(*kept, step),
    )


def _after(today: str, days: int) -> str:
    return latest_day(Marking(), today, days)


def _no(reason: str, rule: str, advice: str = "") -> NotAllowed:
    return NotAllowed(reason, where=rule, advice=advice)


def narratives(predicates: Sequence[Predicate]) -> str:
    """Join what the predicates say, for the gate before protected activity."""
    return "\n\n".join(part for p in predicates for part in (p.facts, p.relevance) if part.strip())
