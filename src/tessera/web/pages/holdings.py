"""Holdings: the bodies of records, the authority for each, and how long they are kept."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid
from tessera.model.access import Permission
from tessera.model.source import Holding
from tessera.store import partners
from tessera.web import errors
from tessera.web.forms import read_name, read_text, read_whole_number
from tessera.web.page import Asked, page, redirect
from tessera.web.pages.partner_fields import MOST_TEXT, read_purposes

ROUTES: list[Route] = []
MOST_DAYS = 36_500


@page(ROUTES, "/holdings", needs=Permission.SOURCE_READ)
def index(asked: Asked) -> Response:
    """List the holdings."""
    return _list(asked, {})


@page(ROUTES, "/holdings", method="POST", needs=Permission.AGREEMENT_MANAGE)
def add(asked: Asked) -> Response:
    """Enter a new one."""
    try:
        fresh = _read(asked, read_name(asked.field("name").strip(), name="short name"))
        with asked.center.store.writing(asked.access) as tx:
            partners.add(tx, fresh)
    except (Conflict, Invalid) as error:
        return _list(asked, dict(asked.form), problem=errors.explained(error), status=errors.status_of(error))
    return redirect(f"/holdings/{fresh.name}", said="holding-added")


def _list(asked: Asked, values: dict[str, str], *, problem: str = "", status: int = 200) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        found = partners.holdings(tx)
    return asked.render(
        "holdings.html",
        code=status,
        holdings=found,
        values=values,
        chosen=asked.fields("purposes"),
        problem=problem,
    )


@page(ROUTES, "/holdings/{name}", needs=Permission.SOURCE_READ)
def show(asked: Asked) -> Response:
    """Show one holding."""
    return _show(asked)


@page(ROUTES, "/holdings/{name}", method="POST", needs=Permission.AGREEMENT_MANAGE)
def correct(asked: Asked) -> Response:
    """Correct what is known of it."""
    name = asked.request.path_params["name"]
    try:
        with asked.center.store.writing(asked.access) as tx:
            partners.correct_holding(tx, _read(asked, name), asked.field("reason"))
    except (Conflict, Invalid) as error:
        return _show(asked, problem=errors.explained(error), status=errors.status_of(error))
    return redirect(f"/holdings/{name}", said="partner-corrected")


def _read(asked: Asked, name: str) -> Holding:
    return Holding(
        name=name,
        label=read_text(asked.field("label"), name="name"),
        authority=read_text(asked.field("authority"), name="authority", most=MOST_TEXT),
        retention_days=read_whole_number(asked.field("retention_days"), name="days kept", least=1, most=MOST_DAYS),
        purposes=read_purposes(asked),
        unexamined_because=read_text(
            asked.field("unexamined_because"), name="why not examined", most=MOST_TEXT, needed=False
        ),
    )


def _show(asked: Asked, *, problem: str = "", status: int = 200) -> Response:
    name = asked.request.path_params["name"]
    with asked.center.store.reading(asked.access) as tx:
        found = partners.holding(tx, name)
        sources = partners.sources_of(tx, holding=name)
    return asked.render("holding.html", code=status, found=found, sources=sources, problem=problem)
