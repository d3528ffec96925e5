"""Proving to be there still: unlocking a locked session, and confirming before a privileged change (CJIS AC-11, IA-11).

A password, or a passkey whose device has verified the person, will do: NIST SP 800-63B 4.2.3 asks at this level for one
of them, beside the secret that the browser holds.
"""

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tessera.flow import factors
from tessera.store import authenticators, sessions
from tessera.trust.account_life import Stage
from tessera.trust.second_factor import FactorKind
from tessera.web.coming_in import COMING_IN, onward, wanted
from tessera.web.page import OPEN, Asked, page, redirect
from tessera.web.proving import NOT_ALLOWED, WRONG, prove, site_of

ROUTES: list[Route] = []
LOCKED = frozenset({Stage.LOCKED})
CONFIRMING = frozenset({Stage.ENROL, Stage.OPEN})
SIGNING = frozenset({Stage.ENROL, Stage.FACTOR, Stage.LOCKED, Stage.OPEN})
CONFIRMS = "everybody who is signed in may prove to be there"


@page(ROUTES, "/lock", method="POST", needs=None, because="everybody who is signed in may lock what is on the screen")
def lock(asked: Asked) -> Response:
    """Lock the session by hand, before one walks away."""
    with asked.center.store.writing(asked.access) as tx:
        sessions.lock(tx, asked.secret)
    return redirect("/locked")


@page(ROUTES, "/locked", needs=None, because=COMING_IN, stages=LOCKED)
def locked(asked: Asked) -> Response:
    """Show nothing but that it is locked, and how to go on."""
    return _show(asked, "locked.html")


@page(ROUTES, "/locked", method="POST", needs=None, because=COMING_IN, stages=LOCKED)
def unlock(asked: Asked) -> Response:
    """Unlock the session for the same person."""
    return _prove(asked, "locked.html", said="unlocked")


@page(ROUTES, "/account/confirm", needs=None, because=CONFIRMS, stages=CONFIRMING)
def confirm_form(asked: Asked) -> Response:
    """Ask for a proof before a privileged change."""
    return redirect(wanted(asked)) if asked.is_fresh else _show(asked, "confirm.html")


@page(ROUTES, "/account/confirm", method="POST", needs=None, because=CONFIRMS, stages=CONFIRMING)
def confirm(asked: Asked) -> Response:
    """Note the proof, and go back to what was to be done."""
    return _prove(asked, "confirm.html", said="confirmed")


@page(
    ROUTES, "/account/passkey/options", method="POST", needs=None, because=COMING_IN, stages=SIGNING, data=True
)  # fmt: skip
def options(asked: Asked) -> Response:
    """Give the browser a fresh challenge for the own passkeys."""
    text = factors.offer_use(asked.center, asked.access, asked.secret, site_of(asked))
    return Response(text, media_type=JSONResponse.media_type)


def _prove(asked: Asked, template: str, *, said: str) -> Response:
    secret = prove(asked, password=asked.field("password"), credential=asked.field("credential"))
    return onward(asked, secret, wanted(asked), said=said) if secret else _show(asked, template, problem=WRONG)


def _show(asked: Asked, template: str, *, problem: str = "") -> Response:
    with asked.center.store.reading(asked.access) as tx:
        kinds = {factor.kind for factor in authenticators.own(tx)}
    return asked.render(
        template,
        code=NOT_ALLOWED if problem else 200,
        problem=problem,
        next=wanted(asked),
        account=asked.access.actor.account,
        passkey=FactorKind.PASSKEY in kinds,
        open=asked.session is not None and asked.session.stage in OPEN,
    )
