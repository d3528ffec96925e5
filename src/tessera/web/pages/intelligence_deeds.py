"""What is done to a submission of criminal intelligence: each deed a form, a rule and an entry of the audit log."""

from collections.abc import Callable
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid, NotAllowed
from tessera.flow import entering
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.store import intelligence
from tessera.store.intelligence_shape import IDENTIFIERS
from tessera.store.transactions import Transaction
from tessera.web.forms import read_day
from tessera.web.page import Asked, page, redirect
from tessera.web.pages.intelligence import show_one

ROUTES: list[Route] = []


@page(
    ROUTES,
    "/intelligence/{uid}/approve",
    method="POST",
    needs=Permission.INTELLIGENCE_REVIEW,
    signs="You find that this draft meets 28 CFR 23.20(c), and make it criminal intelligence until its day.",
)
def approve(asked: Asked) -> Response:
    """Approve a draft until a day."""

    def work(tx: Transaction, uid: UUID) -> None:
        until = read_day(asked.field("until"), name="day to review it by")
        intelligence.approve(tx, uid, until=until, offences=asked.center.offences)

    return _do(asked, work, said="approved")


@page(ROUTES, "/intelligence/{uid}/send-back", method="POST", needs=Permission.INTELLIGENCE_REVIEW)
def send_back(asked: Asked) -> Response:
    """Give a draft back to its author."""
    return _do(asked, lambda tx, uid: intelligence.send_back(tx, uid, reason=asked.field("reason")), said="sent-back")


@page(
    ROUTES,
    "/intelligence/{uid}/clear",
    method="POST",
    needs=Permission.FLAG_DECIDE,
    signs="You find that what is protected in this draft relates directly to criminal conduct.",
)
def clear(asked: Asked) -> Response:
    """Clear a draft that the gate holds."""
    return _do(asked, lambda tx, uid: intelligence.clear(tx, uid, rationale=asked.field("rationale")), said="cleared")


@page(
    ROUTES,
    "/intelligence/{uid}/validate",
    method="POST",
    needs=Permission.INTELLIGENCE_REVIEW,
    signs="You find that its subjects are still reasonably suspected, and begin a new period.",
)
def validate(asked: Asked) -> Response:
    """Begin a new period."""

    def work(tx: Transaction, uid: UUID) -> None:
        until = read_day(asked.field("until"), name="day to review it by")
        said = {"explanation": asked.field("explanation"), "basis": asked.field("basis")}
        intelligence.validate(tx, uid, until=until, **said)

    return _do(asked, work, said="validated")


@page(ROUTES, "/intelligence/{uid}/correct", method="POST", needs=Permission.INTELLIGENCE_SUBMIT)
def correct(asked: Asked) -> Response:
    """Put identifiers right."""

    def work(tx: Transaction, uid: UUID) -> None:
        record = parse_id(asked.field("record"))
        if record is None:
            raise Invalid("this is no identifier of a record", where="record", advice="Use the form of the page.")
        known = {name for names in IDENTIFIERS.values() for name in names}
        values = {name: value for name, value in asked.form if name in known}
        intelligence.correct(tx, uid, record, values, reason=asked.field("reason"))

    return _do(asked, work, said="corrected")


@page(ROUTES, "/intelligence/{uid}/withdraw", method="POST", needs=Permission.INTELLIGENCE_SUBMIT)
def withdraw(asked: Asked) -> Response:
    """Take one's own draft back."""
    try:
        entering.withdraw(asked.center, asked.access, asked.uid("submission"), reason=asked.field("reason"))
    except (Conflict, Invalid, NotAllowed) as error:
        return show_one(asked, error=error)
    return redirect(f"/intelligence/{asked.uid('submission')}", said="withdrawn")


@page(ROUTES, "/intelligence/{uid}/hold", method="POST", needs=Permission.HOLD_MANAGE)
def hold(asked: Asked) -> Response:
    """Seal it for a court or counsel."""

    def work(tx: Transaction, uid: UUID) -> None:
        intelligence.hold(tx, uid, reference=asked.field("reference"), reason=asked.field("reason"))

    return _do(asked, work, said="held")


@page(ROUTES, "/intelligence/{uid}/release", method="POST", needs=Permission.HOLD_MANAGE)
def release(asked: Asked) -> Response:
    """Lift a hold."""
    return _do(asked, lambda tx, uid: intelligence.release(tx, uid, reason=asked.field("reason")), said="hold-lifted")


def _do(asked: Asked, work: Callable[[Transaction, UUID], None], *, said: str) -> Response:
    uid = asked.uid("submission")
    try:
        with asked.center.store.writing(asked.access) as tx:
            work(tx, uid)
    except (Conflict, Invalid, NotAllowed) as error:
        return show_one(asked, error=error)
    return redirect(f"/intelligence/{uid}", said=said)
