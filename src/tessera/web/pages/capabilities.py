"""What this center can read: which recognisers are on, which are off and why, and how a reading child is locked in."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.flow.recognisers import capabilities, readable, refused
from tessera.model.access import Permission
from tessera.store.events import Event
from tessera.web.page import Asked, page

ROUTES: list[Route] = []


@page(ROUTES, "/capabilities", needs=Permission.SOURCE_READ)
def show(asked: Asked) -> Response:
    """List every capability with its model, or why it is off and what turns it on."""
    with asked.center.store.reading(asked.access) as tx:
        tx.require(Permission.SOURCE_READ)
        tx.note(Event.SETTINGS_READ, "capabilities")
    return asked.render(
        "capabilities.html",
        capabilities=capabilities(asked.center.recognisers),
        readable=readable(),
        refused=refused(),
    )
