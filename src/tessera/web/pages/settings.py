"""How the center is set: every setting, its value in use, and what it is. Changed in a file, never on a page."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.model.access import Permission
from tessera.settings import FILE, PREFIX, describe
from tessera.store.events import Event
from tessera.web.page import Asked, page

ROUTES: list[Route] = []


@page(ROUTES, "/settings", needs=Permission.SETTINGS_READ)
def show(asked: Asked) -> Response:
    """Show every setting. Secrets are named and not shown."""
    with asked.center.store.reading(asked.access) as tx:
        tx.require(Permission.SETTINGS_READ)
        tx.note(Event.SETTINGS_READ)
    return asked.render("settings.html", settings=describe(asked.center.settings), file=FILE, prefix=PREFIX)
