"""Stopping an account at once (CJIS AC-2(13)). It must be fast, so nothing is asked first but whose and why."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.model.access import Permission
from tessera.store import accounts
from tessera.web import errors
from tessera.web.forms import read_name, read_text
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
LONGEST_REASON = 500
LONGEST_NAME = 64


@page(ROUTES, "/stop-account", needs=Permission.ACCOUNT_STOP)
def form(asked: Asked) -> Response:
    """Ask whose account, and why."""
    return _show(asked, account=asked.param("account")[:LONGEST_NAME])


@page(ROUTES, "/stop-account", method="POST", needs=Permission.ACCOUNT_STOP)
def stop(asked: Asked) -> Response:
    """Stop it, with its sessions and tokens."""
    typed = asked.field("account").strip()
    try:
        name = read_name(typed, name="account")
        reason = read_text(asked.field("reason"), name="reason", most=LONGEST_REASON)
        with asked.center.store.writing(asked.access) as tx:
            accounts.stop(tx, name, reason)
    except (Conflict, Invalid, NotAllowed, NotFound) as error:
        return _show(
            asked, account=typed[:LONGEST_NAME], problem=errors.explained(error), status=errors.status_of(error)
        )
    manages = Permission.ACCOUNT_MANAGE in asked.may
    return redirect(f"/accounts/{name}" if manages else "/stop-account", said="account-stopped")


def _show(asked: Asked, *, account: str, problem: str = "", status: int = 200) -> Response:
    reason = asked.field("reason")[:LONGEST_REASON]
    return asked.render("stop_account.html", code=status, account=account, reason=reason, problem=problem)
