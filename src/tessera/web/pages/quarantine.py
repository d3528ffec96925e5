"""Rows that did not fit: seen with their reason, mended by a person, replayed."""

from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.delivery import Delivery, DeliveryState, QuarantinedRow, QuarantineState
from tessera.store import deliveries, parties, quarantine
from tessera.store.quarantine import MASKED
from tessera.store.transactions import Transaction
from tessera.web import errors
from tessera.web.forms import read_choice
from tessera.web.page import Asked, page, redirect
from tessera.web.pages.deliveries import after_of, marking_of, sources_of

ROUTES: list[Route] = []
PAGE = 25
MOST_UNREAD = 10
ANY = "any"
CELL = "cell."


@page(ROUTES, "/quarantine", needs=Permission.QUARANTINE_READ)
def index(asked: Asked) -> Response:
    """List rows in quarantine, newest first."""
    source, delivery, state = asked.param("source"), asked.param("delivery"), asked.param("state") or "open"
    with asked.center.store.reading(asked.access) as tx:
        found = quarantine.page(
            tx,
            source=source,
            delivery=_delivery(delivery),
            state=None if state == ANY else read_choice(QuarantineState, state, name="state"),
            limit=PAGE + 1,
            after=after_of(asked),
        )
        sources = sources_of(asked, tx)
        unread = _unread(asked, tx, source) if state in {"open", ANY} and not delivery else []
    rows = found[:PAGE]
    return asked.render(
        "quarantine.html",
        under=marking_of(sources, {row.source for row in rows} | {one.source for one in unread}),
        rows=rows,
        unread=unread[:MOST_UNREAD],
        more_unread=len(unread) > MOST_UNREAD,
        params=asked.params,
        source=source,
        state=state,
        delivery=delivery,
        source_names=[(s.name, s.label) for s in sources],
        next_cursor=str(rows[-1].uid) if len(found) > PAGE else "",
    )


def _unread(asked: Asked, tx: Transaction, source: str) -> list[Delivery]:
    """List whole files of which nothing could be read, newest first, and one more than is shown."""
    if Permission.DELIVERY_READ not in asked.may or asked.param("after"):
        return []
    return deliveries.recent(tx, source=source, state=DeliveryState.FAILED, limit=MOST_UNREAD + 1)


def _delivery(text: str) -> UUID | None:
    found = parse_id(text) if text else None
    if text and found is None:
        raise Invalid("this names no delivery", where="delivery", advice="Follow the link on the delivery's page.")
    return found


@page(ROUTES, "/quarantine/{uid}", needs=Permission.QUARANTINE_READ)
def show(asked: Asked) -> Response:
    """Show one row with its reason, and the form that mends it."""
    return _show(asked, asked.uid("row in quarantine"))


@page(ROUTES, "/quarantine/{uid}/mend", method="POST", needs=Permission.QUARANTINE_MEND)
def mend(asked: Asked) -> Response:
    """Note corrected values, and replay the row if that was asked for."""
    uid = asked.uid("row in quarantine")
    if asked.field("action") not in {"save", "replay"}:
        raise Invalid("'action' must be save or replay", where="action", advice="Use the buttons of the page.")
    with asked.center.store.writing(asked.access) as tx:
        quarantine.mend(tx, uid, _values(asked, quarantine.get(tx, uid)))
    return _replay(asked, uid) if asked.field("action") == "replay" else redirect(f"/quarantine/{uid}", said="mended")


@page(ROUTES, "/quarantine/{uid}/replay", method="POST", needs=Permission.QUARANTINE_MEND)
def replay(asked: Asked) -> Response:
    """Send the row on its way again, as mended."""
    return _replay(asked, asked.uid("row in quarantine"))


def _replay(asked: Asked, uid: UUID) -> Response:
    try:
        asked.center.pipeline.replay(asked.access, uid)
    except Invalid as error:
        return _show(asked, uid, problem=errors.explained(error))
    return redirect(f"/quarantine/{uid}", said="replayed")


def _values(asked: Asked, row: QuarantinedRow) -> dict[str, str]:
    """Read the cells of the form. A cell that is masked for who mends is not theirs to change."""
    cells = [(name.removeprefix(CELL), value) for name, value in asked.form if name.startswith(CELL)]
    if len(dict(cells)) < len(cells):
        raise Conflict("a column is given twice", advice="Load the page again.")
    return {
        column: _as_delivered(value, row.mended.get(column, row.raw.get(column, "")))
        for column, value in cells
        if MASKED not in {row.raw.get(column), row.mended.get(column)}
    }


def _as_delivered(value: str, before: str) -> str:
    r"""Undo what a browser does to the ends of lines (HTML: it sends each as CR LF), so that a mend changes no more.

    >>> _as_delivered("a\r\nb", "a\nb"), _as_delivered("a\r\nb", "a\r\nb")
    ('a\nb', 'a\r\nb')
    """
    return value if "\r\n" in before else value.replace("\r\n", "\n")


def _show(asked: Asked, uid: UUID, *, problem: str = "") -> Response:
    with asked.center.store.reading(asked.access) as tx:
        row = quarantine.get(tx, uid)
        columns = quarantine.columns_of(tx, uid)
        _, _, source = parties.read_source(tx, row.source)
    return asked.render(
        "quarantined.html",
        code=422 if problem else 200,
        under=source.marking,
        row=row,
        columns=columns,
        problem=problem,
        masked=MASKED,
    )
