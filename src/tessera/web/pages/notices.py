"""Notices of recalls, corrections and purges: read, acknowledged with what was done; and how others answered ours."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.model.access import Permission
from tessera.model.notice import Deed
from tessera.store import notices
from tessera.web.forms import read_choice, read_text
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
DEEDS = {
    Deed.DESTROYED: "All copies are destroyed or given back",
    Deed.AMENDED: "All copies are amended",
    Deed.NONE_MADE: "No copy was made",
    Deed.KEPT: "A copy is kept; the note says why",
}
LATE = "late"


@page(ROUTES, "/notices", needs=Permission.NOTICE_READ)
def index(asked: Asked) -> Response:
    """List the own notices, open ones first."""
    with asked.center.store.reading(asked.access) as tx:
        found = notices.of_reader(tx)
    return asked.render("notices.html", found=found, deeds=DEEDS, days=asked.center.settings.notice_days)


@page(ROUTES, "/notices/sent", needs=Permission.DISCLOSURE_READ)
def sent(asked: Asked) -> Response:
    """List how recipients answered what the own agency told them; overseers see all."""
    days, late = asked.center.settings.notice_days, asked.param(LATE) == "yes"
    with asked.center.store.reading(asked.access) as tx:
        found = notices.receipts(tx, days=days, overdue_only=late)
    return asked.render("notices_sent.html", found=found, deeds=DEEDS, days=days, late=late)


@page(ROUTES, "/notices/{uid}/acknowledge", method="POST", needs=Permission.NOTICE_READ)
def acknowledge(asked: Asked) -> Response:
    """Note what was done with copies."""
    deed = read_choice(Deed, asked.field("deed"), name="deed")
    note = read_text(asked.field("note"), name="note", most=notices.LONGEST_NOTE, needed=deed is Deed.KEPT)
    with asked.center.store.writing(asked.access) as tx:
        notices.acknowledge(tx, asked.uid("notice"), deed, note=note)
    return redirect("/notices", said="acknowledged")
