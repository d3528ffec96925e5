"""API tokens: made, listed and revoked by the person whose rights they lend."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid
from tessera.model.access import Permission, Purpose
from tessera.store import tokens as stored
from tessera.web import errors
from tessera.web.forms import read_choice, read_text, read_whole_number
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
LONGEST_LIFE = 365
LONGEST_LABEL = 100


@page(ROUTES, "/tokens", needs=Permission.TOKEN_CREATE)
def index(asked: Asked) -> Response:
    """List the own tokens."""
    return _show(asked)


@page(ROUTES, "/tokens", method="POST", needs=Permission.TOKEN_CREATE)
def create(asked: Asked) -> Response:
    """Make a token, and show its secret this once."""
    try:
        label = read_text(asked.field("label"), name="label", most=LONGEST_LABEL)
        scopes = tuple(read_choice(Permission, scope, name="scopes") for scope in asked.fields("scopes"))
        purpose = read_choice(Purpose, asked.field("purpose"), name="purpose")
        days = read_whole_number(asked.field("days"), name="days", least=1, most=LONGEST_LIFE)
        _check_scopes(scopes, asked.may)
        with asked.center.store.writing(asked.access) as tx:
            _, secret = stored.create_token(tx, label, scopes, days=days, purpose=purpose)
    except Invalid as error:
        return _show(asked, problem=errors.explained(error))
    return _show(asked, secret=secret)


def _check_scopes(scopes: tuple[Permission, ...], may: frozenset[Permission]) -> None:
    beyond = sorted(set(scopes) - may)
    if beyond:
        raise Invalid(f"a token cannot lend what you may not: {', '.join(beyond)}", advice="Choose among your own.")


@page(ROUTES, "/tokens/{uid}/revoke", method="POST", needs=Permission.TOKEN_CREATE)
def revoke(asked: Asked) -> Response:
    """End a token at once."""
    with asked.center.store.writing(asked.access) as tx:
        stored.revoke_token(tx, asked.uid("token"))
    return redirect("/tokens", said="revoked")


def _show(asked: Asked, *, secret: str = "", problem: str = "") -> Response:
    with asked.center.store.reading(asked.access) as tx:
        tokens = stored.tokens(tx)
    return asked.render(
        "tokens.html",
        code=400 if problem else 200,
        tokens=tokens,
        secret=secret,
        problem=problem,
        scopes=[permission for permission in Permission if permission in asked.may],
    )
