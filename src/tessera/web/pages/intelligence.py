"""Criminal intelligence: what waits for whom, the form of a submission, and one submission with what can be done about it."""

from datetime import date, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid, NotAllowed, TesseraError
from tessera.flow import entering
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.marking import Marking
from tessera.model.record import RecordView
from tessera.model.source import HoldingSort
from tessera.share.filed import write_submission
from tessera.share.watermark import watermark_of
from tessera.store import intelligence_views, promotions, records
from tessera.store.filed_reading import person_of
from tessera.store.intelligence_views import Filed, Listed
from tessera.store.promotions import Origin
from tessera.store.transactions import Transaction, day_of
from tessera.trust import intelligence as rules
from tessera.trust.intelligence import DISCLAIMER, Method, Nature, Reliability, SensitivityLevel, State, Validity
from tessera.trust.protected import examine
from tessera.web import errors
from tessera.web.page import Asked, page, redirect
from tessera.web.pages.intelligence_form import Row, add, draft_of, drop, filled, subjects_of

ROUTES: list[Route] = []
SOON_DAYS = 60
CHOICES = {
    "sensitivity": tuple(SensitivityLevel),
    "reliability": tuple(Reliability),
    "validity": tuple(Validity),
    "nature": tuple(Nature),
    "method": tuple(Method),
}


@page(ROUTES, "/intelligence", needs=Permission.INTELLIGENCE_READ)
def index(asked: Asked) -> Response:
    """List one's own submissions, those to review, and those that are due."""
    with asked.center.store.reading(asked.access) as tx:
        found = intelligence_views.page(tx)
    today = day_of(asked.center.clock())
    soon = (date.fromisoformat(today) + timedelta(days=SOON_DAYS)).isoformat()
    me = asked.access.actor.account
    marking = reduce(or_, (one.marking for one in found), Marking())
    groups = _groups(found, me, soon)
    return asked.render("intelligence.html", under=marking, groups=groups, need=asked.access.need_to_know)


def _groups(found: list[Listed], me: str, soon: str) -> list[tuple[str, str, list[Listed]]]:
    """Sort submissions by what waits: (identifier, title, lines). Each stands once, where it is most urgent."""
    review = [one for one in found if one.state is State.DRAFT and one.author != me]
    due = [one for one in found if one.state is State.ACTIVE and one.review_by <= soon]
    mine = [one for one in found if one.author == me and one not in due]
    rest = [one for one in found if one not in review and one not in due and one not in mine]
    return [
        ("review", "To review", review),
        ("due", f"To validate within {SOON_DAYS} days", due),
        ("mine", "Yours", mine),
        ("others", "Others that you may know of", rest),
    ]


@page(ROUTES, "/intelligence/new", needs=Permission.INTELLIGENCE_SUBMIT)
def new(asked: Asked) -> Response:
    """Show an empty form, or one for a promotion from a record of another holding."""
    return _form(asked, {"from": asked.param("from")}, [])


@page(
    ROUTES,
    "/intelligence/new",
    method="POST",
    needs=Permission.INTELLIGENCE_SUBMIT,
    signs="You take a record of another holding as the ground for a submission of criminal intelligence.",
)
def submit(asked: Asked) -> Response:
    """Enter a draft, or show the form again with a subject more or less."""
    fields = dict(asked.form)
    rows = subjects_of(fields)
    if changed := _changed(fields, rows):
        return _form(asked, fields, changed)
    try:
        if held := _held(asked, fields, rows):
            return _form(asked, fields, rows, held=held)
        uid = entering.submit(asked.center, asked.access, draft_of(fields, rows), _origin(fields))
    except (Conflict, Invalid, NotAllowed) as error:
        return _form(asked, fields, rows, problem=errors.explained(error), status=errors.status_of(error))
    return redirect(f"/intelligence/{uid}", said="submitted")


def _changed(fields: dict[str, str], rows: list[Row]) -> list[Row]:
    """Add or take out a subject where a button asked for it; nothing where the form is to be entered."""
    if fields.get("add"):
        return add(rows, fields["add"])
    return drop(rows, fields["drop"]) or add([], "person") if fields.get("drop") else []


def _held(asked: Asked, fields: dict[str, str], rows: list[Row]) -> list[str]:
    """Say why the gate will hold the text, until the author has seen it and sends it all the same."""
    if fields.get("gate") == "seen":
        return []
    text = rules.narratives([p for row in rows for p in _predicate(row)])
    return [str(one) for one in examine(text, asked.center.store.protected).reasons]


def _predicate(row: Row) -> list[rules.Predicate]:
    values = {name: row.values.get(name, "") for name in ("offence", "facts", "relevance")}
    return [rules.Predicate(determined_by="", determined_on="", trained_until="", **values)]


def _origin(fields: dict[str, str]) -> Origin | None:
    if not fields.get("from"):
        return None
    record = parse_id(fields["from"])
    if record is None:
        raise Invalid("this is no identifier of a record", where="from", advice="Begin on the page of the record.")
    return Origin(record=record, reason=fields.get("why", ""), signed=fields.get("signed") == "yes")


def _form(
    asked: Asked,
    fields: dict[str, str],
    rows: list[Row],
    *,
    problem: str = "",
    status: int = 200,
    held: list[str] | None = None,
    filed: Filed | None = None,
) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        sources = intelligence_views.sources(tx)
        origin = _origin_view(tx, fields.get("from", ""))
    offences = asked.center.offences
    return asked.render(
        "intelligence_new.html",
        code=status,
        under=filed.marking if filed else None,
        sources=sources,
        values=fields,
        rows=rows or add([], "person"),
        choices=CHOICES,
        offences=offences.eligible,
        umbrellas=sorted(offences.umbrellas.items(), key=lambda each: each[1]),
        kinds=asked.center.dictionary.kinds,
        problem=problem,
        held=held or [],
        origin=origin,
        filed=filed,
        disclaimer=DISCLAIMER,
        draft_days=rules.DRAFT_DAYS,
    )


def _origin_view(tx: Transaction, text: str) -> RecordView | None:
    record = parse_id(text) if text else None
    if record is None:
        return None
    promotions.check(tx, record, HoldingSort.INTELLIGENCE)
    return records.get(tx, record)


@page(ROUTES, "/intelligence/{uid}", needs=Permission.INTELLIGENCE_READ)
def show(asked: Asked) -> Response:
    """Show one submission."""
    return show_one(asked)


@page(ROUTES, "/intelligence/{uid}/text", needs=Permission.RECORD_EXPORT)
def text(asked: Asked) -> Response:
    """Give a submission as plain text with its labels, the disclaimer and a watermark; the disclosure is recorded."""
    uid = asked.uid("submission")
    with asked.center.store.writing(asked.access) as tx:
        filed, number = intelligence_views.export(tx, uid)
        at = tx.at
    written = write_submission(filed, watermark_of(asked.access, at, number))
    return PlainTextResponse(written, headers={"Content-Disposition": f'attachment; filename="submission-{uid}.txt"'})


@page(ROUTES, "/intelligence/{uid}/rewrite", needs=Permission.INTELLIGENCE_SUBMIT)
def rewriting(asked: Asked) -> Response:
    """Show the form with a draft of one's own, to be written anew."""
    filed = _read(asked, asked.uid("submission"))
    values, rows = filled(filed)
    return _form(asked, values, rows, filed=filed)


@page(ROUTES, "/intelligence/{uid}/rewrite", method="POST", needs=Permission.INTELLIGENCE_SUBMIT)
def rewrite(asked: Asked) -> Response:
    """Write a draft anew."""
    uid, fields = asked.uid("submission"), dict(asked.form)
    rows, filed = subjects_of(fields), _read(asked, uid)
    if changed := _changed(fields, rows):
        return _form(asked, fields, changed, filed=filed)
    try:
        if held := _held(asked, fields, rows):
            return _form(asked, fields, rows, held=held, filed=filed)
        entering.rewrite(asked.center, asked.access, uid, draft_of(fields, rows))
    except (Conflict, Invalid, NotAllowed) as error:
        said, status = errors.explained(error), errors.status_of(error)
        return _form(asked, fields, rows, problem=said, status=status, filed=filed)
    return redirect(f"/intelligence/{uid}", said="rewritten")


def _read(asked: Asked, uid: UUID) -> Filed:
    with asked.center.store.reading(asked.access) as tx:
        return intelligence_views.get(tx, uid)


def show_one(asked: Asked, *, error: TesseraError | None = None) -> Response:
    """Show a submission, and what this person can do about it."""
    uid = asked.uid("submission")
    filed = _read(asked, uid)
    found, today = filed.submission, day_of(asked.center.clock())
    deeds = _deeds(asked, filed, today)
    return asked.render(
        "intelligence_one.html",
        code=errors.status_of(error) if error else 200,
        under=filed.marking,
        filed=filed,
        problem=errors.explained(error) if error else "",
        lacking=rules.incomplete(found, asked.center.offences) if found.state is State.DRAFT and filed.parts else (),
        nci_beside=True,
        deeds=deeds,
        acts=deeds - {"correct", "text"},
        latest=rules.latest_review(today),
        today=today,
        values=dict(asked.form),
        disclaimer=DISCLAIMER,
        kinds=asked.center.dictionary.kinds,
        labels=_labels(asked),
    )


def _labels(asked: Asked) -> dict[str, str]:
    return {name: term.label for name, term in asked.center.dictionary.kinds["intelligence"].terms.items()}


def _deeds(asked: Asked, filed: Filed, today: str) -> frozenset[str]:
    """Name what is offered: what the rules let this person do as it stands now."""
    found, me, may = filed.submission, person_of(asked.access), asked.may
    mine, trained, readable = found.author == me.account, me.is_trained(today), bool(filed.parts) and not filed.hidden
    draft, active = found.state is State.DRAFT, found.state is State.ACTIVE
    review = Permission.INTELLIGENCE_REVIEW in may and trained and not mine and readable
    offered = {
        "approve": draft and review and not found.gated and not rules.incomplete(found, asked.center.offences),
        "send-back": draft and review,
        "validate": active and review and me.agency == found.agency,
        "correct": (draft or active) and trained and readable and me.agency == found.agency and not filed.hidden
        and Permission.INTELLIGENCE_SUBMIT in may,
        "rewrite": draft and mine and Permission.INTELLIGENCE_SUBMIT in may,
        "withdraw": draft and mine and Permission.INTELLIGENCE_SUBMIT in may,
        "clear": draft and found.gated and not mine and readable and Permission.FLAG_DECIDE in may,
        "hold": found.state not in rules.GONE | {State.LEGAL_HOLD} and Permission.HOLD_MANAGE in may,
        "release": found.state is State.LEGAL_HOLD and Permission.HOLD_MANAGE in may,
        "text": readable and Permission.RECORD_EXPORT in may and found.state in rules.READABLE,
    }  # fmt: skip
    return frozenset(name for name, can in offered.items() if can)
