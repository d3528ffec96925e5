"""Single sign-on at an issuer (OpenID Connect Core 1.0, authorization code flow with PKCE, RFC 7636).

Only https issuers, save on this very machine, and only addresses that the issuer itself names, so that nobody can have the
center ask elsewhere. The ID token's signature, issuer, audience, time and nonce are checked; nothing else is believed.
"""

import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tessera.errors import Invalid, NotAllowed, Unavailable

SECONDS = 10
MOST_BYTES = 1 << 20
LEEWAY_S = 60
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a public key only: with a shared secret the center could sign for itself."""
REFUSALS = frozenset({400, 401, 403})
"""What a token endpoint answers to a code that it does not accept (RFC 6749 5.2)."""
PROVED_WITHIN_S = 900
"""Seconds: the issuer asks a person again who has proved longer ago to be there (`max_age`, OpenID Connect Core 3.1.2.1)."""
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
SCOPE = "openid email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who vouches, and what they call this center."""

    address: str
    client_id: str
    client_secret: str = ""
    back: str
    """Address of this center that the browser is sent back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A sign-on on its way: where the browser goes, and what has to fit when it is back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """What the issuer says of a person. `email` is empty unless the issuer verified it."""

    issuer: str
    subject: str
    email: str
    methods: frozenset[str]
    """How the person was authenticated there: `amr` and `acr`."""
    proved_at: int = 0
    """When the person proved there to be there, in milliseconds (`auth_time`); 0 where the issuer does not say."""


class _NoRedirect(HTTPRedirectHandler):
    """Follows nothing: an issuer that moves names its new place in the settings."""

    def redirect_request(self, *_: Any, **__: Any) -> None:  # noqa: ANN401 - urllib's own signature
        return None


def require_safe(address: str) -> str:
    """Refuse an address that is not https, or http on this machine."""
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in LOCAL
    if not (local or parts.scheme == "https") or not parts.hostname or parts.username:
        raise Invalid(
            f"{address!r} cannot be an issuer's address", where="oidc_issuer", advice="It must begin with https://."
        )
    return address


def begin(issuer: Issuer) -> Begun:
    """Say where to send the browser."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    proof = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    fields = {
        "response_type": "code",
        "client_id": issuer.client_id,
        "redirect_uri": issuer.back,
        "scope": SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": proof,
        "code_challenge_method": "S256",
        "max_age": str(PROVED_WITHIN_S),
    }
    address = require_safe(str(_discover(issuer)["authorization_endpoint"]))
    mark = "&" if urlsplit(address).query else "?"
    return Begun(address=f"{address}{mark}{urlencode(fields)}", state=state, nonce=nonce, verifier=verifier)


def finish(issuer: Issuer, code: str, *, nonce: str, verifier: str, now: int) -> Vouched:
    """Change the code for an ID token and check it. `now` in milliseconds. NotAllowed where it does not hold."""
    known = _discover(issuer)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": issuer.back, "code_verifier": verifier}
    answer = _ask(str(known["token_endpoint"]), _named(issuer, form, known), _headers(issuer, known))
    keys = _ask(str(known["jwks_uri"]))
    return read_token(issuer, str(answer.get("id_token", "")), keys, nonce=nonce, now=now)


def read_token(issuer: Issuer, token: str, keys: dict[str, Any], *, nonce: str, now: int) -> Vouched:
    """Check an ID token: signature, issuer, audience, time, nonce (OpenID Connect Core 3.1.3.7)."""
    try:
        claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=list(ALGORITHMS)).claims  # type: ignore[arg-type]
        _check(claims, issuer, nonce=nonce, now=now)
        return _vouched(claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _refused(str(error) or type(error).__name__) from None


def _check(claims: dict[str, Any], issuer: Issuer, *, nonce: str, now: int) -> None:
    registry = jwt.JWTClaimsRegistry(
        now=now // 1000,
        leeway=LEEWAY_S,
        iss={"essential": True, "value": issuer.address},
        sub={"essential": True},
        aud={"essential": True, "value": issuer.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    registry.validate(claims)
    audience = claims["aud"]
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != issuer.client_id:
        raise _refused("the token is for several, and not given to this center")


def _vouched(claims: dict[str, Any]) -> Vouched:
    methods = [str(m) for m in claims.get("amr") or []] + ([str(claims["acr"])] if claims.get("acr") else [])
    verified = claims.get("email_verified") is True
    return Vouched(
        issuer=str(claims["iss"])[:255],
        subject=str(claims["sub"])[:255],
        email=str(claims.get("email", "")) if verified else "",
        methods=frozenset(methods),
        proved_at=int(claims.get("auth_time") or 0) * 1000,
    )


def _discover(issuer: Issuer) -> dict[str, Any]:
    address = require_safe(issuer.address).rstrip("/") + "/.well-known/openid-configuration"
    known = _ask(address)
    if known.get("issuer") != issuer.address:
        # OpenID Connect Discovery 4.3: else one issuer could speak for another
        raise Invalid("the issuer calls itself by another name", where="oidc_issuer", advice="Write it exactly so.")
    missing = [n for n in ("authorization_endpoint", "token_endpoint", "jwks_uri") if not isinstance(known.get(n), str)]
    if missing:
        raise Unavailable(f"the issuer names no {missing[0]}", where=issuer.address)
    return known


def _by_header(issuer: Issuer, known: dict[str, Any]) -> bool:
    offered = known.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return bool(issuer.client_secret) and "client_secret_basic" in offered


def _headers(issuer: Issuer, known: dict[str, Any]) -> dict[str, str]:
    """RFC 6749 2.3.1: name and secret are form-encoded before they are joined."""
    if not _by_header(issuer, known):
        return {}
    pair = f"{quote(issuer.client_id, safe='')}:{quote(issuer.client_secret, safe='')}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _named(issuer: Issuer, form: dict[str, str], known: dict[str, Any]) -> dict[str, str]:
    if _by_header(issuer, known):
        return form
    secret = {"client_secret": issuer.client_secret} if issuer.client_secret else {}
    return form | {"client_id": issuer.client_id} | secret


def _ask(address: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """Fetch a small JSON object; `form` is posted."""
    data = urlencode(form).encode() if form is not None else None
    request = Request(require_safe(address), data, {"Accept": "application/json"} | (headers or {}))  # noqa: S310 - checked
    try:
        with build_opener(_NoRedirect).open(request, timeout=SECONDS) as answer:
            found = json.loads(answer.read(MOST_BYTES))
    except HTTPError as error:
        if form is None or error.code not in REFUSALS:
            raise _away(error) from None
        raise _refused(f"it was answered with {error.code}") from None
    except (URLError, OSError, ValueError) as error:
        raise _away(error) from None
    if not isinstance(found, dict):
        raise Unavailable("the issuer's answer is no JSON object", where=address)
    return found


def _away(error: Exception) -> Unavailable:
    return Unavailable(
        f"single sign-on cannot be reached ({error})", advice="Sign in with your password, or try again later."
    )


def _refused(why: str) -> NotAllowed:
    return NotAllowed(
        f"what the issuer says does not hold ({why})", advice="Try again; if it happens again, ask an administrator."
    )
