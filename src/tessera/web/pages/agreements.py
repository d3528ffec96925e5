"""Agreements: how they stand, their history, what hangs on them, and what is done to them."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid
from tessera.model.access import Permission
from tessera.model.source import Agreement
from tessera.store import agreements, partners
from tessera.store.transactions import Transaction, day_of
from tessera.web import errors
from tessera.web.forms import read_day, read_name, read_text
from tessera.web.page import Asked, page, redirect
from tessera.web.pages.partner_fields import MOST_TEXT, read_purposes

ROUTES: list[Route] = []
DEEDS: dict[str, Callable[[Transaction, str, str], Agreement]] = {
    "end": agreements.end,
    "resume": agreements.resume,
    "suspend": agreements.suspend,
}


@page(ROUTES, "/agreements", needs=Permission.SOURCE_READ)
def index(asked: Asked) -> Response:
    """List the agreements; those not in force first."""
    return _list(asked, {})


@page(ROUTES, "/agreements", method="POST", needs=Permission.AGREEMENT_MANAGE)
def enter(asked: Asked) -> Response:
    """Enter a new agreement."""
    try:
        fresh = Agreement(
            name=read_name(asked.field("name").strip(), name="short name"),
            agency=read_name(asked.field("agency").strip(), name="agency"),
            purposes=read_purposes(asked),
            redissemination=read_text(asked.field("redissemination"), name="rule for passing on", most=MOST_TEXT),
            signed=read_day(asked.field("signed"), name="signed on"),
            expires=read_day(asked.field("expires"), name="ends on", needed=False),
        )
        with asked.center.store.writing(asked.access) as tx:
            agreements.enter(tx, fresh, asked.field("reason"))
    except (Conflict, Invalid) as error:
        return _list(asked, dict(asked.form), problem=errors.explained(error), status=errors.status_of(error))
    _go_on(asked)
    return redirect(f"/agreements/{fresh.name}", said="agreement-entered")


def _list(asked: Asked, values: dict[str, str], *, problem: str = "", status: int = 200) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        found = agreements.listed(tx)
        known = partners.agencies(tx)
    return asked.render(
        "agreements.html",
        code=status,
        agreements=found,
        agencies=[(one.agency.name, one.agency.label) for one in known],
        problem=problem,
        values=values,
        chosen=asked.fields("purposes"),
        today=day_of(asked.center.clock()),
    )


@page(ROUTES, "/agreements/{name}", needs=Permission.SOURCE_READ)
def show(asked: Asked) -> Response:
    """Show one agreement."""
    return _show(asked)


@page(ROUTES, "/agreements/{name}", method="POST", needs=Permission.AGREEMENT_MANAGE)
def change(asked: Asked) -> Response:
    """Renew, suspend, resume or end it; what waited for it goes on."""
    name, deed = asked.request.path_params["name"], asked.field("deed")
    try:
        with asked.center.store.writing(asked.access) as tx:
            _do(tx, asked, name, deed)
    except (Conflict, Invalid) as error:
        return _show(asked, problem=errors.explained(error), status=errors.status_of(error))
    _go_on(asked)
    return redirect(f"/agreements/{name}", said="agreement-changed")


def _do(tx: Transaction, asked: Asked, name: str, deed: str) -> None:
    reason = asked.field("reason")
    if deed == "renew":
        agreements.renew(tx, name, read_day(asked.field("expires"), name="new last day", needed=False), reason)
    elif deed in DEEDS:
        DEEDS[deed](tx, name, reason)
    else:
        raise Invalid("nothing is chosen", where="deed", advice="Choose what is to be done.")


def _go_on(asked: Asked) -> None:
    """Let the deliveries go on that waited for an agreement which is in force now."""
    if asked.bench.jobs is not None:
        asked.bench.jobs.resume_waiting()


def _show(asked: Asked, *, problem: str = "", status: int = 200) -> Response:
    name = asked.request.path_params["name"]
    with asked.center.store.reading(asked.access) as tx:
        found = agreements.get(tx, name)
        steps = agreements.history(tx, name)
        sources, records, readers = agreements.hanging(tx, name)
    return asked.render(
        "agreement.html",
        code=status,
        found=found,
        steps=steps,
        sources=sources,
        records=records,
        readers=readers,
        problem=problem,
        today=day_of(asked.center.clock()),
    )
