"""Purges: what was proposed, who decides, how far each is, and its signed receipt."""

import json

from starlette.responses import Response
from starlette.routing import Route

from tessera.flow import purging as carried_out
from tessera.model.access import Permission
from tessera.model.purge import PurgeState
from tessera.store import purging
from tessera.web.forms import read_choice
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []


@page(ROUTES, "/purges", needs=Permission.RETENTION_REVIEW)
def index(asked: Asked) -> Response:
    """List purges, newest first."""
    chosen = asked.param("state")
    state = read_choice(PurgeState, chosen, name="state") if chosen else None
    with asked.center.store.reading(asked.access) as tx:
        found = purging.recent(tx, state=state)
    return asked.render("purges.html", purges=found, state=chosen, states=tuple(PurgeState))


@page(ROUTES, "/purges/{uid}", needs=Permission.RETENTION_REVIEW)
def show(asked: Asked) -> Response:
    """Show one purge: what it takes, who decides, and its receipt."""
    uid = asked.uid("purge")
    with asked.center.store.reading(asked.access) as tx:
        found = purging.get(tx, uid)
        receipt = json.loads(purging.receipt(tx, uid)) if found.state is PurgeState.DONE else None
    own = found.proposed_by == asked.access.actor.account
    return asked.render(
        "purge.html",
        purge=found,
        receipt=receipt,
        may_approve=Permission.PURGE_APPROVE in asked.may and not own,
        may_reject=Permission.PURGE_APPROVE in asked.may or own,
        key=asked.center.verifier_key,
    )


@page(
    ROUTES,
    "/purges/{uid}/approve",
    method="POST",
    needs=Permission.PURGE_APPROVE,
    signs="You approve this purge. What it takes is erased from every copy, and cannot be brought back.",
)
def approve(asked: Asked) -> Response:
    """Approve a purge and carry it out."""
    uid = asked.uid("purge")
    done = carried_out.approve(asked.center, asked.access, uid)
    return redirect(f"/purges/{uid}", said="purge-done" if done else "purge-begun")


@page(ROUTES, "/purges/{uid}/reject", method="POST", needs=Permission.RETENTION_REVIEW)
def reject(asked: Asked) -> Response:
    """Turn a proposal down, or take one's own back."""
    uid = asked.uid("purge")
    with asked.center.store.writing(asked.access) as tx:
        purging.reject(tx, uid)
    return redirect(f"/purges/{uid}", said="purge-rejected")


@page(ROUTES, "/purges/{uid}/receipt.json", needs=Permission.RETENTION_REVIEW)
def receipt(asked: Asked) -> Response:
    """Give the signed receipt."""
    uid = asked.uid("purge")
    with asked.center.store.reading(asked.access) as tx:
        text = purging.receipt(tx, uid)
    name = f'attachment; filename="purge-{uid}.json"'
    return Response(text, media_type="application/json", headers={"Content-Disposition": name})
