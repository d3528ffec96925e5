"""The own account: what is on record, the sessions that are open, and the password."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid
from tessera.model.access import Role
from tessera.store import accounts, authenticators, sessions, sign_ons
from tessera.store.transactions import day_of
from tessera.trust.account_life import Stage
from tessera.trust.credentials import MIN_LENGTH, MIN_LENGTH_PRIVILEGED, digest_secret
from tessera.web import errors
from tessera.web.coming_in import onward, wanted
from tessera.web.page import Asked, page, redirect
from tessera.web.proving import count_attempt

ROUTES: list[Route] = []
OWN = "everybody who is signed in has an account"
CHANGING = frozenset({Stage.OPEN, Stage.PASSWORD})


@page(ROUTES, "/account", needs=None, because=OWN)
def index(asked: Asked) -> Response:
    """Show it."""
    session = asked.session
    name = asked.access.actor.account
    with asked.center.store.reading(asked.access) as tx:
        found = accounts.get(tx, name)
        opened = sessions.open_sessions(tx, session.uid) if session else []
        own, left = authenticators.own(tx), authenticators.codes_left(tx)
        links = sign_ons.links_of(tx, name)
    return asked.render(
        "account.html",
        account=found,
        sessions=opened,
        own=own,
        left=left,
        links=links,
        required=asked.center.entry_rules.factor_required,
        today=day_of(asked.center.clock()),
    )


@page(ROUTES, "/account/sessions/{uid}/end", method="POST", needs=None, because=OWN)
def end_session(asked: Asked) -> Response:
    """End one of the own sessions, at once."""
    with asked.center.store.writing(asked.access) as tx:
        sessions.end(tx, asked.uid("session"))
    return redirect("/account", said="session-ended")


@page(ROUTES, "/account/password", needs=None, because=OWN, stages=CHANGING)
def password_form(asked: Asked) -> Response:
    """Show the form, with the rules before one types."""
    return _show_password(asked)


@page(ROUTES, "/account/password", method="POST", needs=None, because=OWN, stages=CHANGING)
def change_password(asked: Asked) -> Response:
    """Change the password; the other sessions end, and this one goes on under a new secret."""
    count_attempt(asked, asked.access.actor.account)
    new = asked.field("new")
    if new != asked.field("again"):
        return _show_password(asked, where="again", problem="The two differ. Type the same twice.")
    listed = asked.center.entry_rules.listed
    try:
        with asked.center.store.writing(asked.access) as tx:
            keep = digest_secret(asked.secret)
            fits = accounts.change_password(tx, asked.field("old"), new, keep=keep, listed=listed)
            secret = sessions.rotate(tx, asked.secret) if fits else ""
    except Invalid as error:
        return _show_password(asked, where="new", problem=errors.explained(error))
    if not secret:
        return _show_password(asked, where="old", problem="This is not your password.")
    return onward(asked, secret, wanted(asked), said="password-changed")


def _show_password(asked: Asked, *, where: str = "", problem: str = "") -> Response:
    privileged = Role.ADMINISTRATOR in asked.access.actor.roles
    return asked.render(
        "account_password.html",
        code=400 if problem else 200,
        where=where,
        problem=problem,
        least=MIN_LENGTH_PRIVILEGED if privileged else MIN_LENGTH,
        due=asked.session is not None and asked.session.stage is Stage.PASSWORD,
        account=asked.access.actor.account,
        next=wanted(asked),
    )
