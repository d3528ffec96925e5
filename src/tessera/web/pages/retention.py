"""What is due: reviewed, kept with a reason, held for a court, or proposed for a purge."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid, NotFound
from tessera.model.access import Permission
from tessera.model.purge import Chosen, Overdue, PurgeBy
from tessera.store import parties, purging, retention
from tessera.store.transactions import Transaction
from tessera.web import errors
from tessera.web.forms import read_choice, read_day, read_text, read_whole_number
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
MOST_DAYS = 3_660
MOST_TEXT = 2_000
SOON = "60"
BY_CHOICE = (PurgeBy.RECORD, PurgeBy.SUBJECT, PurgeBy.DELIVERY, PurgeBy.QUARANTINED)


@page(ROUTES, "/retention", needs=Permission.RETENTION_REVIEW)
def index(asked: Asked) -> Response:
    """List what is due and what is overdue."""
    days = read_whole_number(asked.param("days") or SOON, name="days", most=MOST_DAYS)
    source, holding, chosen = asked.param("source"), asked.param("holding"), asked.param("state")
    state = read_choice(Overdue, chosen, name="state") if chosen else None
    with asked.center.store.reading(asked.access) as tx:
        found = retention.due(tx, within_days=days, source=source, holding=holding, state=state)
        kept = retention.reviews(tx, limit=20)
        holdings = parties.holdings(tx) if Permission.SOURCE_READ in asked.may else []
    return asked.render(
        "retention.html",
        groups=found,
        reviews=kept,
        days=days,
        source=source,
        holding=holding,
        state=chosen,
        holding_names=[(h.name, h.label) for h in holdings],
        purge_after=asked.center.settings.purge_after_days,
    )


@page(ROUTES, "/retention/decide", needs=Permission.RETENTION_REVIEW)
def decide(asked: Asked) -> Response:
    """Show what a decision would be about, and the decisions there are."""
    return _show(asked, asked.param("by"), asked.param("names"))


@page(ROUTES, "/retention/keep", method="POST", needs=Permission.RETENTION_REVIEW)
def keep(asked: Asked) -> Response:
    """Keep what was reviewed until a new day."""
    try:
        until = read_day(asked.field("until"), name="until")
        explanation = read_text(asked.field("explanation"), name="explanation", most=MOST_TEXT)
        with asked.center.store.writing(asked.access) as tx:
            retention.keep(tx, _chosen(asked), until=until, explanation=explanation)
    except (Conflict, Invalid) as error:
        return _again(asked, error)
    return redirect("/retention", said="kept")


@page(ROUTES, "/holds", needs=Permission.HOLD_MANAGE)
def holds(asked: Asked) -> Response:
    """List legal holds."""
    with asked.center.store.reading(asked.access) as tx:
        found = retention.holds(tx)
    return asked.render("holds.html", holds=found)


@page(ROUTES, "/holds", method="POST", needs=Permission.HOLD_MANAGE)
def set_hold(asked: Asked) -> Response:
    """Seal records for a court or counsel."""
    try:
        reference = read_text(asked.field("reference"), name="reference", most=MOST_TEXT)
        reason = read_text(asked.field("reason"), name="reason", most=MOST_TEXT)
        with asked.center.store.writing(asked.access) as tx:
            retention.set_hold(tx, _chosen(asked), reference=reference, reason=reason)
    except (Conflict, Invalid) as error:
        return _again(asked, error)
    return redirect("/holds", said="held")


@page(ROUTES, "/holds/{uid}/lift", method="POST", needs=Permission.HOLD_MANAGE)
def lift(asked: Asked) -> Response:
    """Lift a hold."""
    reason = read_text(asked.field("reason"), name="reason", most=MOST_TEXT)
    with asked.center.store.writing(asked.access) as tx:
        retention.lift_hold(tx, asked.uid("legal hold"), reason=reason)
    return redirect("/holds", said="hold-lifted")


@page(ROUTES, "/purges", method="POST", needs=Permission.RETENTION_REVIEW)
def propose(asked: Asked) -> Response:
    """Propose a purge."""
    try:
        reference = read_text(asked.field("reference"), name="reference", most=MOST_TEXT)
        reason = read_text(asked.field("reason"), name="reason", most=MOST_TEXT)
        with asked.center.store.writing(asked.access) as tx:
            found = purging.propose(tx, _chosen(asked), reason=reason, reference=reference)
    except (Conflict, Invalid) as error:
        return _again(asked, error)
    return redirect(f"/purges/{found.uid}", said="purge-proposed")


def _chosen(asked: Asked) -> Chosen:
    return _read_chosen(asked.field("by"), asked.field("names"), whole_rows=asked.field("whole_rows") == "yes")


def _read_chosen(by: str, names: str, *, whole_rows: bool = False) -> Chosen:
    chosen = read_choice(PurgeBy, by, name="by")
    if chosen not in BY_CHOICE:
        raise Invalid("a rule chooses these, not a person", where="by", advice="Name records or a delivery.")
    found = tuple(dict.fromkeys(names.replace(",", " ").split()))
    if not found:
        raise Invalid(
            "nothing is named", where="names", advice="Give identifiers as the pages of the records show them."
        )
    return Chosen(by=chosen, names=found, whole_rows=whole_rows)


def _again(asked: Asked, error: Conflict | Invalid) -> Response:
    said = errors.explained(error)
    status = errors.status_of(error)
    return _show(asked, asked.field("by"), asked.field("names"), problem=said, status=status)


def _show(asked: Asked, by: str, names: str, *, problem: str = "", status: int = 200) -> Response:
    chosen = _read_chosen(by, names)
    with asked.center.store.reading(asked.access) as tx:
        foreseen = purging.foresee(tx, chosen)
        until = _latest(tx, chosen) if foreseen.records else ""
    values = {name: value[:MOST_TEXT] for name, value in asked.form if name != "csrf"}
    return asked.render(
        "retention_decide.html",
        code=status,
        chosen=chosen,
        names=" ".join(chosen.names),
        foreseen=foreseen,
        latest=until,
        problem=problem,
        values=values,
    )


def _latest(tx: Transaction, chosen: Chosen) -> str:
    try:
        return retention.latest_for(tx, chosen)
    except (Conflict, NotFound):
        return ""
