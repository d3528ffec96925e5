"""What the own agency gave, and what became of it; taken back and corrected from here."""

from functools import reduce
from operator import or_
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid, NotFound
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.marking import Marking
from tessera.store import corrections, deliveries, given, recalls, records
from tessera.store.given import GivenQuery
from tessera.store.transactions import Transaction
from tessera.web import errors
from tessera.web.forms import read_instant
from tessera.web.page import Asked, page, redirect
from tessera.web.pages.deliveries import after_of

ROUTES: list[Route] = []
PAGE = 25
TERM = "term."


@page(ROUTES, "/given", needs=Permission.DELIVERY_READ)
def index(asked: Asked) -> Response:
    """List what the own agency delivered, newest first, and its recalls."""
    since, until = asked.param("since").strip(), asked.param("until").strip()
    query = GivenQuery(
        source=asked.param("source"),
        since=read_instant(since, name="since") if since else None,
        until=read_instant(until, name="until", end=True) if until else None,
        limit=PAGE + 1,
        after=after_of(asked),
    )
    with asked.center.store.reading(asked.access) as tx:
        found = given.given_deliveries(tx, query)
        sources = given.sources(tx)
        taken = recalls.page(tx) if Permission.DISCLOSURE_READ in asked.may else []
    rows = found[:PAGE]
    return asked.render(
        "given.html",
        rows=rows,
        sources=sources,
        query=query,
        days={"since": since, "until": until},
        params=asked.params,
        recalls=[one for one in taken if one.agency == asked.access.actor.agency],
        next_after=str(rows[-1].uid) if len(found) > PAGE else "",
    )


@page(ROUTES, "/given/deliveries/{uid}", needs=Permission.RECORD_READ)
def delivery(asked: Asked) -> Response:
    """List the records of one delivery by row, each with its state and who was shown it."""
    return _delivery(asked)


def _delivery(asked: Asked, *, problem: str = "") -> Response:
    uid, after = asked.uid("delivery"), _place(asked.param("after"))
    with asked.center.store.reading(asked.access) as tx:
        found = given.of_delivery(tx, uid, limit=PAGE + 1, after=after)
        (one,) = deliveries.some(tx, [uid])
    rows = found[:PAGE]
    last = rows[-1][0] if len(found) > PAGE else None
    return asked.render(
        "given_delivery.html",
        code=400 if problem else 200,
        under=_join([row.record.marking for _, row in rows]),
        delivery=one,
        rows=[row for _, row in rows],
        problem=problem,
        next_after=f"{last[0]}.{last[1]}" if last else "",
        later=bool(asked.param("after")),
    )


def _place(text: str) -> tuple[int, int]:
    row, _, key = text.partition(".")
    if not text:
        return (-1, 0)
    if not (row.isdecimal() and key.isdecimal() and len(text) < len(str(2**63))):
        raise Invalid("this page mark is damaged", where="after", advice="Start again from the first page.")
    return int(row), int(key)


def _join(markings: list[Marking]) -> Marking:
    return reduce(or_, markings, Marking())


@page(ROUTES, "/given/records/{uid}", needs=Permission.RECORD_READ)
def record(asked: Asked) -> Response:
    """Show what became of one record, with the forms that take it back or correct it."""
    return _record(asked)


def _record(asked: Asked, *, problem: str = "", wrong: dict[str, str] | None = None) -> Response:
    uid = asked.uid("record")
    with asked.center.store.reading(asked.access) as tx:
        one = given.one(tx, uid)
        taken = recalls.of_record(tx, uid)
        corrected = corrections.of_record(tx, uid)
        versions = records.versions(tx, uid)
    kind = asked.center.dictionary.kinds[one.record.kind]
    return asked.render(
        "given_record.html",
        code=400 if problem or wrong else 200,
        under=_join([v.marking for v in versions]),
        given=one,
        record=one.record,
        recalls=taken,
        corrections=corrected,
        problem=problem,
        wrong=wrong or {},
        kind=kind,
        codes={name: term for name, term in kind.terms.items() if term.code_list},
        code_lists=asked.center.dictionary.code_lists,
        typed={name.removeprefix(TERM): value for name, value in asked.form if name.startswith(TERM)},
        reason=asked.field("reason"),
    )


@page(ROUTES, "/given/records/{uid}/recall", method="POST", needs=Permission.RECORD_RECALL)
def recall(asked: Asked) -> Response:
    """Take one record back."""
    try:
        with asked.center.store.writing(asked.access) as tx:
            recalls.recall(tx, [asked.uid("record")], asked.field("reason"))
    except Invalid as error:
        return _record(asked, problem=errors.explained(error))
    return redirect(f"/given/records/{asked.uid('record')}", said="recalled")


@page(ROUTES, "/given/deliveries/{uid}/recall", method="POST", needs=Permission.RECORD_RECALL)
def recall_delivery(asked: Asked) -> Response:
    """Take back a whole delivery, or the records of it that are ticked."""
    chosen = [found for text in asked.fields("record") if (found := parse_id(text)) is not None]
    try:
        with asked.center.store.writing(asked.access) as tx:
            _recall(asked, tx, chosen)
    except Invalid as error:
        return _delivery(asked, problem=errors.explained(error))
    return redirect(f"/given/deliveries/{asked.uid('delivery')}", said="recalled")


def _recall(asked: Asked, tx: Transaction, chosen: list[UUID]) -> None:
    if asked.field("what") == "all":
        recalls.recall_delivery(tx, asked.uid("delivery"), asked.field("reason"))
    elif chosen:
        recalls.recall(tx, chosen, asked.field("reason"))
    else:
        raise Invalid("no record is ticked", where="record", advice="Tick some, or take back the whole delivery.")


@page(ROUTES, "/recalls/{uid}/lift", method="POST", needs=Permission.RECORD_RECALL)
def lift(asked: Asked) -> Response:
    """Give again what a recall took back."""
    with asked.center.store.writing(asked.access) as tx:
        recalls.lift(tx, asked.uid("recall"), asked.field("reason"))
    return redirect("/given", said="lifted")


@page(ROUTES, "/given/records/{uid}/correct", method="POST", needs=Permission.RECORD_CORRECT)
def correct(asked: Asked) -> Response:
    """Correct values of a record; what cannot be entered is said beside its field."""
    uid = asked.uid("record")
    with asked.center.store.reading(asked.access) as tx:
        view = records.get(tx, uid)
        values = _changed(asked, {t.term: t.value for t in view.terms})
        wrong = corrections.check(tx, uid, values)
    if wrong:
        return _record(asked, wrong=wrong)
    try:
        with asked.center.store.writing(asked.access) as tx:
            fresh = corrections.correct(tx, uid, values, asked.field("reason"))
    except Invalid as error:
        return _record(asked, problem=errors.explained(error))
    return redirect(_still_open(asked, fresh, view.delivery), said="corrected")


def _still_open(asked: Asked, fresh: UUID, delivery: UUID) -> str:
    """Go on to the new version; where its text is held for a privacy officer, to its delivery."""
    try:
        with asked.center.store.reading(asked.access) as tx:
            given.one(tx, fresh)
    except NotFound:
        return f"/given/deliveries/{delivery}"
    return f"/given/records/{fresh}"


def _changed(asked: Asked, shown: dict[str, str]) -> dict[str, str]:
    """Take the fields that differ from what stood there; a browser ends lines in its own way."""
    typed = {name.removeprefix(TERM): text.replace("\r\n", "\n") for name, text in asked.form if name.startswith(TERM)}
    return {name: text for name, text in typed.items() if text.strip() != shown.get(name, "").strip()}
