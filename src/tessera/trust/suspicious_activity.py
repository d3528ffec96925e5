"""Reports of suspicious activity: the vetting in two parts that makes an ISE-SAR, and what may follow what.

Pure: each act returns the report as it is afterwards, or raises NotAllowed with the rule that forbids it. Days are ISO dates in
universal time. Rules are those of the ISE-SAR Functional Standard 1.5.5 (ISE-FS-200): behavior that is reasonably indicative of
preparation for a crime, found by a trained analyst and again by another; what people believe, say or look like is no ground.
A report is never criminal intelligence: that takes a predicate of its own (Gill v. Department of Justice, 913 F.3d 1179).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tessera.errors import NotAllowed
from tessera.model.marking import Marking
from tessera.trust.intelligence import FEWEST_WORDS, Person
from tessera.trust.protected import Category, Rules, examine
from tessera.trust.retention import latest_day

INFO_DAYS = 30
"""Days within which missing information, or a better answer, is expected."""
UNFOUNDED_DAYS = 90
"""Days for which a report without ground is kept, so that who made it can object; then it is purged."""
STANDARD = "ISE-FS-200"


class Sort(StrEnum):
    """Which part of the standard a behavior belongs to."""

    DEFINED = "A"
    """Defined criminal activity with a potential nexus to terrorism."""
    NEEDS_MORE = "B"
    """Potentially criminal or not criminal at all: additional facts are needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """One of the sixteen behaviors. `code` is NIEM's."""

    code: str
    label: str
    sort: Sort
    means: str


def _behavior(code: str, label: str, sort: str, means: str) -> Behavior:
    return Behavior(code=code, label=label, sort=Sort(sort), means=means)


BEHAVIORS: Mapping[str, Behavior] = {
    one.code: one
    for one in (
        _behavior("INTRSN", "Breach or attempted intrusion", "A", "Entering, or trying to enter, a place that is closed to the public, or posing as somebody who may."),
        _behavior("MISREP", "Misrepresentation", "A", "Using false papers, insignia or uniforms to hide what may be unlawful."),
        _behavior("THEFT", "Theft, loss or diversion", "A", "Taking what belongs to a secured place: badges, uniforms, vehicles, plans."),
        _behavior("SABOT", "Sabotage, tampering or vandalism", "A", "Damaging or manipulating part of a facility or a secured place."),
        _behavior("CYBER", "Cyberattack", "A", "Breaking into, disrupting or trying to disrupt an organization's systems."),
        _behavior("THREAT", "Expressed or implied threat", "A", "Threatening a crime that would kill, injure or damage a facility."),
        _behavior("AVIATION", "Aviation activity", "A", "Operating, learning to operate or interfering with aircraft so that harm threatens."),
        _behavior("ELICIT", "Eliciting information", "B", "Asking, beyond curiosity, about the purpose, running or security of a place or event."),
        _behavior("TESTSEC", "Testing or probing of security", "B", "Challenging guards, systems or procedures to learn how they respond."),
        _behavior("RECRUT", "Recruiting or financing", "B", "Building or paying a team, or gathering data on people, banks or travel for it."),
        _behavior("PHOTO", "Photography", "B", "Taking pictures in an unusual or hidden way of what few people look at, such as guards or little used entrances."),
        _behavior("SURVL", "Observation or surveillance", "B", "Watching for longer, or more closely, than interest or work explains."),
        _behavior("MATRLS", "Acquiring or storing materials", "B", "Gathering unusual amounts of phones, fuel, chemicals, timers or the like."),
        _behavior("EXPERT", "Acquiring expertise", "B", "Seeking unusual training in security, weapons or tactics."),
        _behavior("WPNS", "Weapons collection or discovery", "B", "Unusual amounts or sorts of weapons or explosives, or traces of them."),
        _behavior("SECTOR", "Sector-specific incident", "B", "Acts that a sector knows to be a danger to its people, plants or systems."),
    )
}  # fmt: skip
"""By NIEM's code, in the order of the standard."""
NOTE_B = (
    "This behavior is not criminal by itself and may be protected. Gather facts and circumstances until they clearly support "
    "calling it suspicious, or let it go."
)


class State(StrEnum):
    """Where a report stands; each names what it waits for, or how it ended."""

    CHECKED = "checked"
    """An ISE-SAR that the privacy officer has checked: it may be shared."""
    INCONCLUSIVE = "inconclusive"
    ISE_SAR = "ise-sar"
    """Both analysts found a potential nexus; the privacy check comes before sharing."""
    NEED_INFO = "need-info"
    NEXUS = "nexus"
    """Those who investigate found a nexus and took it over."""
    NON_TERROR_CRIME = "non-terror-crime"
    """Ordinary crime: it goes to the agency that investigates it, and is not shared as an ISE-SAR."""
    PURGED = "purged"
    RECEIVED = "received"
    """Held at the gate: it speaks of protected activity, and no privacy officer has decided."""
    RETRACTED = "retracted"
    SHARED = "shared"
    SUPERVISOR_REVIEW = "supervisor-review"
    UNFOUNDED = "unfounded"
    VET_1 = "vet-1"
    VET_2 = "vet-2"


VETTED = frozenset({State.ISE_SAR, State.CHECKED, State.SHARED, State.INCONCLUSIVE, State.NEXUS})
"""States after both analysts found a potential nexus."""
DECIDED = VETTED | {State.NON_TERROR_CRIME, State.UNFOUNDED, State.RETRACTED}
"""States in which descriptions of people may be shown: the nexus decision is noted."""
OUT = frozenset({State.SHARED, State.INCONCLUSIVE, State.NEXUS})
"""States in which others have it."""


class Deed(StrEnum):
    """What was done to a report; its history is a row of these."""

    ANSWERED = "answered"
    ASKED = "asked"
    """More information is needed."""
    CHECKED = "checked"
    CLEARED = "cleared"
    FED_BACK = "fed-back"
    PASSED = "passed"
    PURGED = "purged"
    RECEIVED = "received"
    RETRACTED = "retracted"
    SHARED = "shared"
    VETTED_1 = "vetted-1"
    VETTED_2 = "vetted-2"


class Finding(StrEnum):
    """What the second analyst finds."""

    NEED_INFO = "need-info"
    NEXUS = "nexus"
    NON_TERROR_CRIME = "non-terror-crime"
    UNFOUNDED = "unfounded"


class Feedback(StrEnum):
    """What those who investigate say."""

    INCONCLUSIVE = "inconclusive"
    NEXUS = "nexus"
    NO_NEXUS = "no-nexus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One signed line of the history. `trained_until` is the signer's training as it stood on that day."""

    deed: Deed
    by: str
    on: str
    trained_until: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report without its records: what the rules weigh."""

    state: State
    author: str
    agency: str
    behaviors: tuple[str, ...] = ()
    gated: bool = False
    """It speaks of protected activity, and no privacy officer has cleared it yet."""
    due: str = ""
    """Last day on which an answer is expected; empty where none is."""
    detailed: bool = False
    """Shared with what names people; otherwise without (the summary form)."""
    shared_with: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    def signer(self, deed: Deed) -> str:
        """Name who last did this; nobody: empty."""
        return next((step.by for step in reversed(self.steps) if step.deed is deed), "")


def receive(author: Person, today: str, *, gated: bool) -> Report:
    """Begin a report. What speaks of protected activity waits at the gate; everything else goes to a supervisor."""
    state = State.RECEIVED if gated else State.SUPERVISOR_REVIEW
    made = Report(state=state, author=author.account, agency=author.agency, gated=gated)
    return _step(made, Deed.RECEIVED, author, today)


def clear(report: Report, officer: Person, today: str, *, rationale: str) -> Report:
    """Find, as privacy officer, that what is protected relates directly to criminal conduct."""
    _must_be(report, State.RECEIVED)
    _other_than(officer, {report.author: "made the report"})
    _reason(rationale)
    return _step(report, Deed.CLEARED, officer, today, rationale, state=State.SUPERVISOR_REVIEW, gated=False)


def pass_on(report: Report, supervisor: Person, today: str, *, note: str) -> Report:
    """Say, as supervisor, that it is complete and worth vetting."""
    _must_be(report, State.SUPERVISOR_REVIEW)
    _trained(supervisor, today)
    _other_than(supervisor, {report.author: "made the report"})
    return _step(report, Deed.PASSED, supervisor, today, note, state=State.VET_1)


def vet_first(report: Report, analyst: Person, today: str, *, behaviors: Sequence[str], facts: str) -> Report:
    """First part: which of the sixteen behaviors was observed, and what facts say so."""
    _must_be(report, State.VET_1)
    _trained(analyst, today)
    _other_than(analyst, {report.author: "made the report"})
    chosen = _known(behaviors)
    _facts(facts, "the facts are not stated so that another analyst could examine them")
    _no_traits(facts)
    return _step(report, Deed.VETTED_1, analyst, today, facts, state=State.VET_2, behaviors=chosen)


def vet_second(
    report: Report, analyst: Person, today: str, *, finding: Finding, context: str, more: str = ""
) -> Report:
    """Second part, by another analyst: whether it has a potential nexus to terrorism, seen in its context.

    `more` are the additional facts that behaviors of sort B need before they can be shared.
    """
    _must_be(report, State.VET_2)
    _trained(analyst, today)
    _other_than(analyst, {report.author: "made the report", report.signer(Deed.VETTED_1): "did the first vetting"})
    _facts(context, "the context and circumstances are not stated")
    _no_traits(f"{context}\n{more}")
    if finding is Finding.NEED_INFO:
        return _step(report, Deed.ASKED, analyst, today, context, state=State.NEED_INFO, due=_after(today, INFO_DAYS))
    if finding is Finding.NEXUS and any(BEHAVIORS[code].sort is Sort.NEEDS_MORE for code in report.behaviors):
        _facts(more, "a behavior of sort B needs additional facts: by itself it may be lawful and protected")
    note = f"{context.strip()}\n{more.strip()}"
    ends = {
        Finding.NEXUS: State.ISE_SAR,
        Finding.NON_TERROR_CRIME: State.NON_TERROR_CRIME,
        Finding.UNFOUNDED: State.UNFOUNDED,
    }
    due = _after(today, UNFOUNDED_DAYS) if finding is Finding.UNFOUNDED else ""
    return _step(report, Deed.VETTED_2, analyst, today, note, state=ends[finding], due=due)


def answer(report: Report, by: Person, today: str, *, information: str) -> Report:
    """Add what was missing; the second vetting is taken up again."""
    _must_be(report, State.NEED_INFO)
    _facts(information, "no information is given")
    _no_traits(information)
    return _step(report, Deed.ANSWERED, by, today, information, state=State.VET_2, due="")


def check(report: Report, officer: Person, today: str, *, detailed: bool, rationale: str) -> Report:
    """Check, as privacy officer, that it rests on no protected activity, and whether what names people must go along."""
    _must_be(report, State.ISE_SAR)
    signers = {
        report.author: "made the report",
        report.signer(Deed.VETTED_1): "did the first vetting",
        report.signer(Deed.VETTED_2): "did the second vetting",
    }
    _other_than(officer, signers)
    _reason(rationale)
    return _step(report, Deed.CHECKED, officer, today, rationale, state=State.CHECKED, detailed=detailed)


def share(report: Report, by: Person, today: str, *, recipients: Iterable[str]) -> Report:
    """Share it with agencies by name; more can be added while it is out."""
    if report.state not in OUT | {State.CHECKED}:
        raise _no(f"it is {report.state}: nothing is shared before the privacy check", "Vet and check it first.")
    _trained(by, today)
    _own(report, by)
    named = tuple(sorted({*recipients} - {report.agency, ""}))
    if not named:
        raise _no("it names nobody to share it with", "Choose at least one agency.")
    state = State.SHARED if report.state is State.CHECKED else report.state
    shared = tuple(sorted({*report.shared_with, *named}))
    return _step(report, Deed.SHARED, by, today, ", ".join(named), state=state, shared_with=shared)


def feed_back(report: Report, by: Person, today: str, *, feedback: Feedback, note: str) -> Report:
    """Note what those who investigate found. No nexus means that it is taken back from everybody."""
    if report.state not in {State.SHARED, State.INCONCLUSIVE}:
        raise _no(f"it is {report.state}, and nobody is asked about it")
    _reason(note)
    if feedback is Feedback.NO_NEXUS:
        return _taken_back(_step(report, Deed.FED_BACK, by, today, note), by, today, note)
    state = State.NEXUS if feedback is Feedback.NEXUS else State.INCONCLUSIVE
    due = _after(today, INFO_DAYS) if feedback is Feedback.INCONCLUSIVE else ""
    return _step(report, Deed.FED_BACK, by, today, note, state=state, due=due)


def retract(report: Report, by: Person, today: str, *, reason: str) -> Report:
    """Take it back from everybody who has it. The owner controls its report, whoever investigates."""
    if report.state not in OUT | {State.CHECKED, State.ISE_SAR}:
        raise _no(f"it is {report.state}, and nobody has it")
    _own(report, by)
    _reason(reason)
    return _taken_back(report, by, today, reason)


def _taken_back(report: Report, by: Person, today: str, reason: str) -> Report:
    return _step(
        report,
        Deed.RETRACTED,
        by,
        today,
        reason,
        state=State.RETRACTED,
        shared_with=(),
        due=_after(today, UNFOUNDED_DAYS),
    )


def emptied(report: Report, by: Person, today: str) -> Report:
    """Keep who decided what when, and nothing of what was said."""
    kept = tuple(replace(each, note="") for each in report.steps)
    gone = replace(report, state=State.PURGED, gated=False, due="", steps=kept)
    return _step(gone, Deed.PURGED, by, today)


def keep_until(report: Report) -> str:
    """Say by which day it is purged because of how it ended; empty: its holding decides."""
    return report.due if report.state in {State.UNFOUNDED, State.RETRACTED} else ""


def is_late(report: Report, today: str) -> bool:
    """Claim that an answer is overdue."""
    return report.state in {State.NEED_INFO, State.INCONCLUSIVE} and bool(report.due) and report.due < today


def may_show_people(report: Report) -> bool:
    """Claim that descriptions of people may be shown: not before the nexus decision, so that none is a factor in it."""
    return report.state in DECIDED


def rests_on_traits(text: str, rules: Rules | None = None) -> tuple[str, ...]:
    """Quote the words by which a reasoning rests on what people look like or where they come from; none is as it must be."""
    found = examine(text, rules)
    return tuple(sorted({one.words for one in found.reasons if one.category is Category.PROTECTED_TRAITS}))


def _no_traits(text: str) -> None:
    words = rests_on_traits(text)
    if words:
        quoted = ", ".join(f'"{one}"' for one in words)
        raise _no(
            f"race, ethnicity, national origin, religion, gender and orientation are no factor, and it gives {quoted} as one",
            "Say what was done. What somebody looks like belongs into the description of a suspect alone.",
        )


def _known(codes: Sequence[str]) -> tuple[str, ...]:
    unknown = sorted(set(codes) - set(BEHAVIORS))
    if unknown or not codes:
        raise _no(
            f"{', '.join(unknown)} is none of the sixteen behaviors"
            if unknown
            else "none of the sixteen behaviors is named",
            "Where none fits, it is no ISE-SAR: let the second analyst find it unfounded, or an ordinary crime.",
        )
    return tuple(code for code in BEHAVIORS if code in codes)


def _facts(text: str, lacking: str) -> None:
    if len(text.split()) < FEWEST_WORDS:
        raise _no(lacking, f"Say it in a sentence of at least {FEWEST_WORDS} words.")


def _trained(person: Person, today: str) -> None:
    if not person.is_trained(today):
        raise _no(f"{person.account} has no current training", "Renew it, then try again.")


def _other_than(person: Person, those: Mapping[str, str]) -> None:
    if person.account in those:
        raise _no(f"{person.account} {those[person.account]}, and does not decide about it again", "Ask somebody else.")


def _own(report: Report, person: Person) -> None:
    if person.agency != report.agency:
        raise _no(f"it is {report.agency}'s, which shares it and takes it back", f"Ask {report.agency}.")


def _must_be(report: Report, state: State) -> None:
    if report.state is not state:
        raise _no(f"it is {report.state}, not {state}")


def _reason(text: str) -> None:
    if not text.strip():
        raise _no("no reason is given", "Say why, in a sentence.")


def _step(report: Report, deed: Deed, by: Person, today: str, note: str = "", **changed: object) -> Report:
    step = Step(deed=deed, by=by.account, on=today, trained_until=by.trained_until, note=note.strip())
    return replace(report, steps=(*report.steps, step), **changed)  # type: ignore[arg-type]


def _after(today: str, days: int) -> str:
    return latest_day(Marking(), today, days)


def _no(reason: str, advice: str = "") -> NotAllowed:
    return NotAllowed(reason, where=STANDARD, advice=advice)
