"""The own second factors: an authenticator app, passkeys, and recovery codes for the day on which they are lost."""

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tessera.engines import qr
from tessera.errors import Conflict, Invalid
from tessera.flow import factors
from tessera.store import authenticators
from tessera.trust import second_factor
from tessera.trust.account_life import Stage
from tessera.web import errors, sessions
from tessera.web.coming_in import wanted
from tessera.web.forms import read_text
from tessera.web.page import Asked, page, redirect
from tessera.web.proving import renewed, site_of

ROUTES: list[Route] = []
HERE = "/account/factors"
ENROLLING = frozenset({Stage.ENROL, Stage.OPEN})
OWN = "everybody has factors of their own, and must be able to add one before the center opens"
LONGEST_LABEL = 60
WRONG_CODE = (
    "This code is not the app's code of now. Check the telephone's clock, wait for the next code, and try again."
)
_GROUP = 4


@page(ROUTES, HERE, needs=None, because=OWN, stages=ENROLLING)
def index(asked: Asked) -> Response:
    """List them, and offer to add one."""
    return _show(asked)


@page(ROUTES, f"{HERE}/app", needs=None, because=OWN, stages=ENROLLING, fresh=True)
def app(asked: Asked) -> Response:
    """Show the key that the app and the center will share, as a picture and as text."""
    return _show_app(asked)


@page(ROUTES, f"{HERE}/app", method="POST", needs=None, because=OWN, stages=ENROLLING, fresh=True)
def add_app(asked: Asked) -> Response:
    """Enrol the app once it shows the right code."""
    label = _label(asked, "Authenticator app")
    secret = factors.add_app(asked.center, asked.access, asked.secret, code=asked.field("code"), label=label)
    return _added(asked, secret) if secret else _show_app(asked, problem=WRONG_CODE)


@page(
    ROUTES, f"{HERE}/passkey/options", method="POST", needs=None, because=OWN, stages=ENROLLING, fresh=True, data=True
)  # fmt: skip
def passkey_options(asked: Asked) -> Response:
    """Give the browser what it needs to make a passkey."""
    text = factors.offer_passkey(asked.center, asked.access, asked.secret, site_of(asked))
    return Response(text, media_type=JSONResponse.media_type)


@page(ROUTES, f"{HERE}/passkey", method="POST", needs=None, because=OWN, stages=ENROLLING, fresh=True)
def add_passkey(asked: Asked) -> Response:
    """Enrol the passkey that the browser made."""
    label = _label(asked, "Passkey")
    try:
        secret = factors.add_passkey(
            asked.center, asked.access, asked.secret, site_of(asked), answer=asked.field("credential"), label=label
        )
    except (Conflict, Invalid) as error:
        return _show(asked, problem=errors.explained(error), status=errors.status_of(error))
    return _added(asked, secret)


@page(ROUTES, f"{HERE}/codes", method="POST", needs=None, because=OWN, stages=ENROLLING, fresh=True)
def make_codes(asked: Asked) -> Response:
    """Make recovery codes and show them this once; older ones no longer count."""
    with asked.center.store.writing(asked.access) as tx:
        if not authenticators.own(tx):
            raise Conflict("recovery codes stand in for a second factor, and there is none", advice="Add one first.")
        codes = authenticators.make_codes(tx)
    return _show(asked, codes=codes)


@page(ROUTES, f"{HERE}/{{uid}}/remove", method="POST", needs=None, because=OWN, fresh=True)
def remove(asked: Asked) -> Response:
    """Remove one of them."""
    try:
        with asked.center.store.writing(asked.access) as tx:
            authenticators.remove(tx, asked.uid("second factor"), required=asked.center.entry_rules.factor_required)
    except Conflict as error:
        return _show(asked, problem=errors.explained(error), status=errors.status_of(error))
    return redirect(HERE, said="factor-removed")


def _label(asked: Asked, otherwise: str) -> str:
    return read_text(asked.field("label"), name="label", most=LONGEST_LABEL, needed=False) or otherwise


def _added(asked: Asked, secret: str) -> Response:
    """Show what there is now; with the first factor come the recovery codes."""
    asked = renewed(asked, secret)
    with asked.center.store.writing(asked.access) as tx:
        codes = () if authenticators.codes_left(tx) else authenticators.make_codes(tx)
    response = _show(asked, codes=codes, added=True)
    asked.bench.cookies.give(response, sessions.SESSION, secret)
    return response


def _show_app(asked: Asked, *, problem: str = "") -> Response:
    with asked.center.store.writing(asked.access) as tx:
        seed = authenticators.offer_totp(tx, asked.center.factor_key)
    text = second_factor.seed_text(seed)
    account, center = asked.access.actor.account, asked.center.settings.name
    return asked.render(
        "factor_app.html",
        code=400 if problem else 200,
        picture=qr.picture(second_factor.seed_address(seed, account=account, center=center)),
        key=" ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP)),
        account=account,
        problem=problem,
        label=asked.field("label")[:LONGEST_LABEL],
        next=wanted(asked),
    )


def _show(
    asked: Asked, *, codes: tuple[str, ...] = (), added: bool = False, problem: str = "", status: int = 200
) -> Response:  # fmt: skip
    with asked.center.store.reading(asked.access) as tx:
        own, left = authenticators.own(tx), authenticators.codes_left(tx)
    return asked.render(
        "factors.html",
        code=status,
        own=own,
        left=left,
        codes=codes,
        added=added,
        required=asked.center.entry_rules.factor_required,
        problem=problem,
        next=wanted(asked),
        account=asked.access.actor.account,
    )
