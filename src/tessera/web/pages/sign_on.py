"""Single sign-on: to the issuer and back (OpenID Connect). The purpose is stated, and the notice agreed to, before.

The browser is sent on by a page that refreshes, not by a redirect: a redirect that answers a form may leave this site only
where the policy of content says so, and an issuer's own redirects cannot be named in advance.
"""

from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.routing import Route

from tessera.engines import sign_on
from tessera.engines.sign_on import Issuer, Vouched
from tessera.errors import Invalid, NotAllowed, NotFound, Unavailable
from tessera.store import sessions as stored
from tessera.store import sign_ons
from tessera.store.sign_ons import Underway
from tessera.web import errors, sessions
from tessera.web.coming_in import address_here, onward
from tessera.web.page import VISITOR, Asked, page
from tessera.web.pages import sign_in
from tessera.web.proving import count_attempt
from tessera.web.security import local_path

ROUTES: list[Route] = []
BACK = "/sign-in/sso/back"
BECAUSE = "whoever signs in is not signed in yet"
LONGEST_CODE = 4096


@page(ROUTES, "/sign-in/sso", method="POST", needs=None, because=BECAUSE, open_to_all=True)
def begin(asked: Asked) -> Response:
    """Keep what has to fit later, and send the browser to the issuer."""
    go_on = local_path(asked.field("next"))
    count_attempt(asked)
    try:
        purpose, need = sign_in.stated(asked)
        begun = sign_on.begin(_issuer(asked))
        kept = Underway(nonce=begun.nonce, verifier=begun.verifier, purpose=purpose, need_to_know=need, next=go_on)
        with asked.center.store.writing(VISITOR) as tx:
            sign_ons.begin(tx, kept, state=begun.state, visitor=asked.secret)
    except (Invalid, Unavailable) as error:
        return sign_in.show(asked, next_path=go_on, problem=errors.explained(error), status=errors.status_of(error))
    response = asked.render("sign_on.html", address=begun.address, issuer=urlsplit(begun.address).netloc)
    response.headers["Refresh"] = f"0; url={begun.address}"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@page(ROUTES, BACK, needs=None, because=BECAUSE, open_to_all=True)
def back(asked: Asked) -> Response:
    """Check what the issuer says of the person, and begin a session of the account that is linked."""
    count_attempt(asked)
    issuer = _issuer(asked)
    try:
        underway = _take(asked)
        secret = _enter(asked, underway, _vouched(asked, issuer, underway))
    except (NotAllowed, Unavailable) as error:
        return sign_in.show(asked, next_path="/", problem=errors.explained(error), status=errors.status_of(error))
    sign_in.end_older(asked)
    response = onward(asked, secret, underway.next)
    asked.bench.cookies.take_back(response, sessions.VISITOR)
    return response


def _issuer(asked: Asked) -> Issuer:
    settings = asked.center.settings
    if not settings.oidc_issuer:
        raise NotFound("this center has no single sign-on", advice="Sign in with account and password.")
    return Issuer(
        address=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        back=address_here(asked, BACK),
    )


def _take(asked: Asked) -> Underway:
    with asked.center.store.writing(VISITOR) as tx:
        found = sign_ons.take(tx, state=asked.param("state")[:LONGEST_CODE], visitor=asked.secret)
    if found is None:
        raise NotAllowed("this sign-on was not begun here, or too long ago", advice="Begin again.")
    return found


def _vouched(asked: Asked, issuer: Issuer, underway: Underway) -> Vouched:
    try:
        code = _code(asked, issuer)
        return sign_on.finish(issuer, code, nonce=underway.nonce, verifier=underway.verifier, now=asked.center.clock())
    except (Invalid, NotAllowed) as error:
        with asked.center.store.writing(VISITOR) as tx:
            sign_ons.note_refused(tx)
        raise NotAllowed(error.message, advice=error.advice) from None


def _code(asked: Asked, issuer: Issuer) -> str:
    """Read what the issuer has sent back; one that names another issuer is refused (RFC 9207)."""
    code, named = asked.param("code"), asked.param("iss")
    if not 0 < len(code) <= LONGEST_CODE or asked.param("error"):
        raise NotAllowed("the issuer did not sign you in", advice="Begin again, or use your password.")
    if named and named != issuer.address:
        raise NotAllowed("another issuer has answered", advice="Begin again.")
    return code


def _enter(asked: Asked, underway: Underway, vouched: Vouched) -> str:
    trusted = frozenset(asked.center.settings.oidc_second_factor.split())
    return stored.sign_in_by_issuer(
        asked.center.store, vouched.issuer, vouched.subject, underway.purpose, underway.need_to_know,
        email=vouched.email, factor=bool(trusted & vouched.methods), proved_at=vouched.proved_at,
    )  # fmt: skip
