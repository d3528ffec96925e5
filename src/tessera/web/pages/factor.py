"""The second step of signing in: a passkey, the code of an app, or a recovery code."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.flow import factors
from tessera.store import authenticators, sessions
from tessera.trust.account_life import Stage
from tessera.trust.second_factor import FactorKind
from tessera.web.coming_in import COMING_IN, onward, wanted
from tessera.web.page import Asked, page
from tessera.web.proving import count_attempt, site_of

ROUTES: list[Route] = []
FACTOR = frozenset({Stage.FACTOR})
NOT_ALLOWED = 403
WRONG = (
    "That was not accepted. After five wrong attempts within 15 minutes an administrator has to release the account."
)
WAYS = ("credential", "code", "recovery")


@page(ROUTES, "/sign-in/factor", needs=None, because=COMING_IN, stages=FACTOR)
def form(asked: Asked) -> Response:
    """Ask for what this person has enrolled."""
    return _show(asked)


@page(ROUTES, "/sign-in/factor", method="POST", needs=None, because=COMING_IN, stages=FACTOR)
def check(asked: Asked) -> Response:
    """Check it; a right one opens the session, under a new secret."""
    count_attempt(asked, asked.access.actor.account)
    secret = _pass(asked)
    return onward(asked, secret, wanted(asked)) if secret else _show(asked, problem=WRONG)


def _pass(asked: Asked) -> str:
    by, typed = next(((way, asked.field(way).strip()) for way in WAYS if asked.field(way).strip()), ("", ""))
    if not by:
        return ""
    with asked.center.store.writing(asked.access) as tx:
        match by:
            case "credential":
                fits, how = factors.passkey_fits(tx, asked.secret, site_of(asked), typed), FactorKind.PASSKEY.value
            case "code":
                fits, how = authenticators.check_totp(tx, asked.center.factor_key, typed), FactorKind.TOTP.value
            case _:
                fits, how = authenticators.use_code(tx, typed), authenticators.RECOVERY
        return sessions.pass_factor(tx, asked.secret, how) if fits else ""


def _show(asked: Asked, *, problem: str = "") -> Response:
    with asked.center.store.reading(asked.access) as tx:
        kinds = {factor.kind for factor in authenticators.own(tx)}
        codes = authenticators.codes_left(tx)
    return asked.render(
        "sign_in_factor.html",
        code=NOT_ALLOWED if problem else 200,
        problem=problem,
        next=wanted(asked),
        account=asked.access.actor.account,
        passkey=FactorKind.PASSKEY in kinds,
        app=FactorKind.TOTP in kinds,
        codes=codes,
    )
