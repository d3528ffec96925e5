"""Suspicious activity: the list, the form of a report, and one report with its vetting in two signed parts."""

import re
from collections.abc import Callable, Mapping
from functools import reduce
from operator import or_
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid, NotAllowed, TesseraError
from tessera.flow import entering
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.marking import Marking
from tessera.model.record import RecordView
from tessera.model.source import HoldingSort
from tessera.store import promotions, records, suspicious_activity, suspicious_activity_views
from tessera.store.filed_reading import person_of
from tessera.store.promotions import Origin
from tessera.store.suspicious_activity_shape import LABELS, OBSERVATION, SEEN, Observation, Seen
from tessera.store.suspicious_activity_views import Filed
from tessera.store.transactions import Transaction, day_of
from tessera.trust import suspicious_activity as rules
from tessera.trust.protected import examine
from tessera.trust.suspicious_activity import BEHAVIORS, NOTE_B, Deed, Feedback, Finding, Sort, State
from tessera.web import errors
from tessera.web.forms import read_choice
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
_SEEN = re.compile(r"p([1-9][0-9]?)\.kind")
WAITING = (
    State.RECEIVED,
    State.SUPERVISOR_REVIEW,
    State.VET_1,
    State.VET_2,
    State.NEED_INFO,
    State.ISE_SAR,
    State.CHECKED,
)
ROLES = ("mentioned", "suspect", "witness", "vehicle-used")
WAITS = {
    State.RECEIVED: "held at the gate, for a privacy officer",
    State.SUPERVISOR_REVIEW: "for a supervisor",
    State.VET_1: "for the first vetting",
    State.VET_2: "for the second vetting, by another analyst",
    State.NEED_INFO: "for more information",
    State.ISE_SAR: "for the privacy check",
    State.CHECKED: "to be shared",
    State.SHARED: "for feedback",
    State.INCONCLUSIVE: "for another answer",
    State.NEXUS: "taken over by those who investigate",
    State.NON_TERROR_CRIME: "ordinary crime: with the agency that investigates it",
    State.UNFOUNDED: "kept until its day, then purged",
    State.RETRACTED: "taken back from everybody",
    State.PURGED: "erased",
}
"""What each state means to who reads the list."""


@page(ROUTES, "/sar", needs=Permission.SAR_READ)
def index(asked: Asked) -> Response:
    """List reports: what waits first, what is late on top."""
    with asked.center.store.reading(asked.access) as tx:
        found = suspicious_activity_views.page(tx)
    waiting = [one for one in found if one.report.state in WAITING or one.late]
    rest = [one for one in found if one not in waiting]
    marking = reduce(or_, (one.marking for one in found), Marking())
    return asked.render("sar.html", under=marking, waiting=waiting, rest=rest, waits=WAITS, behaviors=BEHAVIORS)


@page(ROUTES, "/sar/new", needs=Permission.SAR_SUBMIT)
def new(asked: Asked) -> Response:
    """Show an empty form, or one for a promotion from a record of another holding."""
    return _form(asked, {"from": asked.param("from")}, [])


@page(
    ROUTES,
    "/sar/new",
    method="POST",
    needs=Permission.SAR_SUBMIT,
    signs="You take a record of another holding as the ground for a report of suspicious activity.",
)
def receive(asked: Asked) -> Response:
    """Enter a report, or show the form again with one more who was seen."""
    fields = dict(asked.form)
    seen = _seen(fields)
    if kind := fields.get("add", ""):
        more = Seen(kind=kind if kind in SEEN else "person", values={})
        return _form(asked, fields, [*seen, more])
    if number := fields.get("drop", ""):
        return _form(asked, fields, [one for at, one in enumerate(seen, start=1) if str(at) != number])
    try:
        if held := _held(asked, fields):
            return _form(asked, fields, seen, held=held)
        values = {name: fields.get(name, "") for name in (*OBSERVATION, *LABELS) if fields.get(name)}
        given = Observation(source=fields.get("source", ""), values=values, seen=tuple(seen))
        uid = entering.receive(asked.center, asked.access, given, _origin(fields))
    except (Conflict, Invalid, NotAllowed) as error:
        return _form(asked, fields, seen, error=error)
    return redirect(f"/sar/{uid}", said="sar-received")


def _seen(fields: Mapping[str, str]) -> list[Seen]:
    numbers = sorted(int(found[1]) for name in fields if (found := _SEEN.fullmatch(name)))
    return [_one_seen(fields, f"p{number}.") for number in numbers]


def _one_seen(fields: Mapping[str, str], prefix: str) -> Seen:
    given = fields.get(f"{prefix}kind", "")
    kind = given if given in SEEN else "person"
    values = {name: fields.get(prefix + name, "").replace("\r\n", "\n") for name in SEEN[kind]}
    return Seen(kind=kind, values=values, role=fields.get(f"{prefix}role", "") or ROLES[0])


def _held(asked: Asked, fields: Mapping[str, str]) -> list[str]:
    if fields.get("gate") == "seen":
        return []
    text = "\n".join(fields[name] for name in fields if name == "text" or name.endswith(".description"))
    return [str(one) for one in examine(text, asked.center.store.protected).reasons]


def _origin(fields: Mapping[str, str]) -> Origin | None:
    if not fields.get("from"):
        return None
    record = parse_id(fields["from"])
    if record is None:
        raise Invalid("this is no identifier of a record", where="from", advice="Begin on the page of the record.")
    return Origin(record=record, reason=fields.get("why", ""), signed=fields.get("signed") == "yes")


def _form(
    asked: Asked,
    fields: dict[str, str],
    seen: list[Seen],
    *,
    error: TesseraError | None = None,
    held: list[str] | None = None,
) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        sources = suspicious_activity_views.sources(tx)
        origin = _origin_view(tx, fields.get("from", ""))
    return asked.render(
        "sar_new.html",
        code=errors.status_of(error) if error else 200,
        problem=errors.explained(error) if error else "",
        under=origin.marking if origin else None,
        sources=sources,
        values=fields,
        seen=seen,
        asked_of=SEEN,
        labels=LABELS,
        roles=ROLES,
        kinds=asked.center.dictionary.kinds,
        held=held or [],
        origin=origin,
    )


def _origin_view(tx: Transaction, text: str) -> RecordView | None:
    record = parse_id(text) if text else None
    if record is None:
        return None
    promotions.check(tx, record, HoldingSort.SUSPICIOUS_ACTIVITY)
    return records.get(tx, record)


@page(ROUTES, "/sar/{uid}", needs=Permission.SAR_READ)
def show(asked: Asked) -> Response:
    """Show one report."""
    return _show(asked)


def _show(asked: Asked, *, error: TesseraError | None = None) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        filed = suspicious_activity_views.get(tx, asked.uid("report"))
        agencies = suspicious_activity_views.agencies(tx) if Permission.SAR_VET in asked.may else []
    deeds = _deeds(asked, filed)
    return asked.render(
        "sar_one.html",
        code=errors.status_of(error) if error else 200,
        problem=errors.explained(error) if error else "",
        under=filed.marking,
        filed=filed,
        deeds=deeds,
        acts=deeds - {"vet-1"},
        behaviors=BEHAVIORS,
        needs_more=Sort.NEEDS_MORE,
        note_b=NOTE_B,
        findings=tuple(Finding),
        feedbacks=tuple(Feedback),
        agencies=agencies,
        waits=WAITS,
        values=dict(asked.form),
        chosen=asked.fields("behaviors"),
        recipients=asked.fields("recipients"),
    )


def _deeds(asked: Asked, filed: Filed) -> frozenset[str]:
    """Name what is offered: what the rules let this person do as it stands now."""
    report, me, may = filed.report, person_of(asked.access), asked.may
    state, readable = report.state, filed.observed is not None
    vets = readable and Permission.SAR_VET in may and me.is_trained(day_of(asked.center.clock()))
    officer = readable and Permission.FLAG_DECIDE in may
    signers = {report.author, report.signer(Deed.VETTED_1), report.signer(Deed.VETTED_2)}
    own = me.agency == report.agency
    offered = {
        "clear": state is State.RECEIVED and officer and me.account != report.author,
        "pass": state is State.SUPERVISOR_REVIEW and vets and me.account != report.author,
        "vet-1": state is State.VET_1 and vets and me.account != report.author,
        "vet-2": state is State.VET_2 and vets and me.account not in {report.author, report.signer(Deed.VETTED_1)},
        "answer": state is State.NEED_INFO and readable and Permission.SAR_SUBMIT in may,
        "check": state is State.ISE_SAR and officer and me.account not in signers,
        "share": state in rules.OUT | {State.CHECKED} and vets and own,
        "feedback": state in {State.SHARED, State.INCONCLUSIVE} and vets,
        "retract": state in rules.OUT | {State.CHECKED, State.ISE_SAR} and vets and own,
    }
    return frozenset(name for name, can in offered.items() if can)


@page(
    ROUTES,
    "/sar/{uid}/clear",
    method="POST",
    needs=Permission.FLAG_DECIDE,
    signs="You find that what is protected in this report relates directly to criminal conduct.",
)
def clear(asked: Asked) -> Response:
    """Clear what the gate holds."""
    return _do(asked, lambda tx, uid: suspicious_activity.clear(tx, uid, rationale=asked.field("rationale")))


@page(
    ROUTES,
    "/sar/{uid}/pass",
    method="POST",
    needs=Permission.SAR_VET,
    signs="You find, as supervisor, that this report is complete and worth vetting.",
)
def pass_on(asked: Asked) -> Response:
    """Pass it on to be vetted, as supervisor."""
    return _do(asked, lambda tx, uid: suspicious_activity.pass_on(tx, uid, note=asked.field("note")))


@page(
    ROUTES,
    "/sar/{uid}/vet-1",
    method="POST",
    needs=Permission.SAR_VET,
    signs="You sign the first part of the vetting: which behaviors were observed, by what facts.",
)
def vet_first(asked: Asked) -> Response:
    """Sign the first part."""
    codes, facts = asked.fields("behaviors"), asked.field("facts")
    return _do(asked, lambda tx, uid: suspicious_activity.vet_first(tx, uid, behaviors=codes, facts=facts))


@page(
    ROUTES,
    "/sar/{uid}/vet-2",
    method="POST",
    needs=Permission.SAR_VET,
    signs="You sign the second part of the vetting: whether there is a potential nexus.",
)
def vet_second(asked: Asked) -> Response:
    """Sign the second part."""

    def work(tx: Transaction, uid: UUID) -> None:
        finding = read_choice(Finding, asked.field("finding"), name="finding")
        context, more = asked.field("context"), asked.field("more")
        suspicious_activity.vet_second(tx, uid, finding=finding, context=context, more=more)

    return _do(asked, work)


@page(ROUTES, "/sar/{uid}/answer", method="POST", needs=Permission.SAR_SUBMIT)
def answer(asked: Asked) -> Response:
    """Add what was missing."""
    return _do(asked, lambda tx, uid: suspicious_activity.answer(tx, uid, information=asked.field("information")))


@page(
    ROUTES,
    "/sar/{uid}/check",
    method="POST",
    needs=Permission.FLAG_DECIDE,
    signs="You sign the privacy check: what this report rests on, and whether what names people goes along.",
)
def check(asked: Asked) -> Response:
    """Sign the privacy check."""
    detailed, rationale = asked.field("detailed") == "yes", asked.field("rationale")
    return _do(asked, lambda tx, uid: suspicious_activity.check(tx, uid, detailed=detailed, rationale=rationale))


@page(
    ROUTES,
    "/sar/{uid}/share",
    method="POST",
    needs=Permission.SAR_VET,
    signs="You release this report to the agencies that you name.",
)
def share(asked: Asked) -> Response:
    """Share it with agencies by name."""
    return _do(asked, lambda tx, uid: suspicious_activity.share(tx, uid, recipients=asked.fields("recipients")))


@page(ROUTES, "/sar/{uid}/feedback", method="POST", needs=Permission.SAR_VET)
def feed_back(asked: Asked) -> Response:
    """Note what those who investigate found."""

    def work(tx: Transaction, uid: UUID) -> None:
        feedback = read_choice(Feedback, asked.field("feedback"), name="feedback")
        suspicious_activity.feed_back(tx, uid, feedback=feedback, note=asked.field("note"))

    return _do(asked, work)


@page(ROUTES, "/sar/{uid}/retract", method="POST", needs=Permission.SAR_VET)
def retract(asked: Asked) -> Response:
    """Take it back from everybody."""
    return _do(asked, lambda tx, uid: suspicious_activity.retract(tx, uid, reason=asked.field("reason")))


def _do(asked: Asked, work: Callable[[Transaction, UUID], None]) -> Response:
    uid = asked.uid("report")
    try:
        with asked.center.store.writing(asked.access) as tx:
            work(tx, uid)
    except (Conflict, Invalid, NotAllowed) as error:
        return _show(asked, error=error)
    return redirect(f"/sar/{uid}", said="sar-step")
