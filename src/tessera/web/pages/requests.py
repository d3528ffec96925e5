"""Requests to owners: somebody who may not read a record asks its owner, who answers."""

from functools import reduce
from operator import or_

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.marking import Marking, Sensitivity, Tlp
from tessera.model.record import RecordView
from tessera.model.request import RequestState
from tessera.store import parties, requests
from tessera.web import errors
from tessera.web.forms import read_choice
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
EITHER = "whoever may ask or answer sees the own agency's requests; the store holds that"
ASKED = Marking(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER)
"""How requests are handled: they say whom somebody looks for."""


@page(ROUTES, "/requests", needs=None, because=EITHER)
def index(asked: Asked) -> Response:
    """List requests that the own agency sent and got."""
    return _index(asked)


def _index(asked: Asked, *, problem: str = "") -> Response:
    with asked.center.store.reading(asked.access) as tx:
        found = requests.page(tx)
        agencies = parties.agencies(tx) if Permission.SOURCE_READ in asked.may else []
    own = asked.access.actor.agency
    return asked.render(
        "requests.html",
        code=400 if problem else 200,
        under=ASKED,
        got=[one for one in found if one.owner == own],
        sent=[one for one in found if one.agency == own],
        agencies=[(agency.name, agency.label) for agency in agencies if agency.name != own],
        problem=problem,
        values={name: asked.field(name) or asked.param(name) for name in ("owner", "question", "why", "call_back")},
    )


@page(ROUTES, "/requests", method="POST", needs=Permission.REQUEST_CREATE)
def create(asked: Asked) -> Response:
    """Send a request to an owner."""
    try:
        with asked.center.store.writing(asked.access) as tx:
            made = requests.create(
                tx,
                owner=asked.field("owner"),
                question=asked.field("question"),
                why=asked.field("why"),
                call_back=asked.field("call_back"),
            )
    except Invalid as error:
        return _index(asked, problem=errors.explained(error))
    return redirect(f"/requests/{made.uid}", said="request-sent")


@page(ROUTES, "/requests/{uid}", needs=None, because=EITHER)
def show(asked: Asked) -> Response:
    """Show one request; to the owner, with the own records that it meets."""
    return _show(asked)


def _show(asked: Asked, *, problem: str = "") -> Response:
    uid, met = asked.uid("request"), list[RecordView]()
    with asked.center.store.reading(asked.access) as tx:
        one = requests.get(tx, uid)
        decides = one.owner == asked.access.actor.agency and Permission.REQUEST_DECIDE in asked.may
        if decides:
            met = requests.meets(tx, uid)
    return asked.render(
        "request.html",
        code=400 if problem else 200,
        under=reduce(or_, (view.marking for view in met), ASKED),
        one=one,
        met=met,
        decides=decides,
        problem=problem,
        answer=asked.field("answer"),
    )


@page(ROUTES, "/requests/{uid}/answer", method="POST", needs=Permission.REQUEST_DECIDE)
def answer(asked: Asked) -> Response:
    """Answer a request: release records, give a contact, or say no."""
    uid = asked.uid("request")
    try:
        state = read_choice(RequestState, asked.field("state"), name="state")
        chosen = [found for text in asked.fields("record") if (found := parse_id(text)) is not None]
        with asked.center.store.writing(asked.access) as tx:
            if state is RequestState.RELEASED:
                requests.release(tx, uid, chosen, asked.field("answer"))
            else:
                requests.answer(tx, uid, state, asked.field("answer"))
    except Invalid as error:
        return _show(asked, problem=errors.explained(error))
    return redirect(f"/requests/{uid}", said="request-answered")
