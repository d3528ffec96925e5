"""What the pages share on which somebody comes in, or proves to be there still."""

from starlette.responses import Response

from tessera.trust.account_life import Stage
from tessera.web import sessions
from tessera.web.page import Asked, redirect
from tessera.web.security import local_path

ANY_STAGE = frozenset(Stage)
COMING_IN = "everybody who has begun to come in goes on here"


def address_here(asked: Asked, path: str) -> str:
    """Write the address of a page as browsers outside reach it."""
    return (asked.center.settings.public_url or str(asked.request.base_url)).rstrip("/") + path


def wanted(asked: Asked) -> str:
    """Say where the person wants to go on to, on this site."""
    return local_path(asked.field("next") if asked.request.method == "POST" else asked.param("next"))


def onward(asked: Asked, secret: str, path: str, *, said: str = "") -> Response:
    """Send the browser on with the session's new secret."""
    response = redirect(path, said=said)
    asked.bench.cookies.give(response, sessions.SESSION, secret)
    return response
