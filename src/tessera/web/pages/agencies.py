"""Agencies: who the partners are, and what each has here."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid
from tessera.model.access import AgencyKind, Permission
from tessera.model.source import Agency
from tessera.store import agreements, partners
from tessera.web import errors
from tessera.web.forms import read_choice, read_name, read_text
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []


@page(ROUTES, "/agencies", needs=Permission.SOURCE_READ)
def index(asked: Asked) -> Response:
    """List the partner organisations."""
    return _list(asked, {})


@page(ROUTES, "/agencies", method="POST", needs=Permission.AGREEMENT_MANAGE)
def add(asked: Asked) -> Response:
    """Enter a new one."""
    try:
        fresh = _read(asked, read_name(asked.field("name").strip(), name="short name"))
        with asked.center.store.writing(asked.access) as tx:
            partners.add(tx, fresh)
    except (Conflict, Invalid) as error:
        return _list(asked, dict(asked.form), problem=errors.explained(error), status=errors.status_of(error))
    return redirect(f"/agencies/{fresh.name}", said="agency-added")


def _list(asked: Asked, values: dict[str, str], *, problem: str = "", status: int = 200) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        found = partners.agencies(tx)
    return asked.render(
        "agencies.html", code=status, agencies=found, kinds=tuple(AgencyKind), values=values, problem=problem
    )


@page(ROUTES, "/agencies/{name}", needs=Permission.SOURCE_READ)
def show(asked: Asked) -> Response:
    """Show one agency."""
    return _show(asked)


@page(ROUTES, "/agencies/{name}", method="POST", needs=Permission.AGREEMENT_MANAGE)
def correct(asked: Asked) -> Response:
    """Correct what is known of it."""
    name = asked.request.path_params["name"]
    try:
        with asked.center.store.writing(asked.access) as tx:
            partners.correct_agency(tx, _read(asked, name), asked.field("reason"))
    except (Conflict, Invalid) as error:
        return _show(asked, problem=errors.explained(error), status=errors.status_of(error))
    return redirect(f"/agencies/{name}", said="partner-corrected")


def _read(asked: Asked, name: str) -> Agency:
    return Agency(
        name=name,
        label=read_text(asked.field("label"), name="name"),
        kind=read_choice(AgencyKind, asked.field("kind"), name="kind"),
        jurisdiction=read_text(asked.field("jurisdiction"), name="jurisdiction", needed=False),
        contact=read_text(asked.field("contact"), name="contact", needed=False),
    )


def _show(asked: Asked, *, problem: str = "", status: int = 200) -> Response:
    name = asked.request.path_params["name"]
    with asked.center.store.reading(asked.access) as tx:
        found = partners.agency(tx, name)
        sources = partners.sources_of(tx, agency=name)
        signed = [one for one in agreements.listed(tx) if one.agreement.agency == name]
    return asked.render(
        "agency.html",
        code=status,
        found=found,
        sources=sources,
        agreements=signed,
        kinds=tuple(AgencyKind),
        problem=problem,
    )
