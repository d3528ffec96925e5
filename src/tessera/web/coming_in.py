"""What the pages share on which somebody comes in, or proves to be there still."""

from dataclasses import replace

from starlette.responses import Response

from tessera.engines.passkeys import Site
from tessera.errors import Invalid
from tessera.store import sessions as stored
from tessera.trust.account_life import Stage
from tessera.web import sessions
from tessera.web.limits import limited
from tessera.web.page import Asked, redirect
from tessera.web.security import local_path

ANY_STAGE = frozenset(Stage)
COMING_IN = "everybody who has begun to come in goes on here"
A_THIRD = 3


def count_attempt(asked: Asked, account: str = "") -> None:
    """Hold back who tries too often: from one address, and a third of it for one account."""
    most = asked.center.settings.sign_ins_per_minute
    limited(asked.request, "sign-in", per_minute=most)
    if account:
        limited(asked.request, "sign-in-account", per_minute=most and max(1, most // A_THIRD), who=account)


def site_of(asked: Asked) -> Site:
    """Say what passkeys of this center are bound to: the address in the settings, or the one that was asked."""
    address = asked.center.settings.public_url or str(asked.request.base_url)
    return Site.at(address, label=asked.center.settings.name)


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


def renewed(asked: Asked, secret: str) -> Asked:
    """Ask on behalf of the same person under the session's new secret, to render a page at once."""
    session = stored.resume(asked.center.store, secret, rules=asked.center.entry_rules)
    if session is None:
        raise Invalid("your session has ended", advice="Sign in again.")
    return replace(asked, session=session, secret=secret)
