"""Who comes in, and with what: the token's access, and the parts of the center that a route works with."""

from dataclasses import dataclass, replace
from typing import Annotated, cast

from fastapi import Depends, Request
from starlette.datastructures import Headers

from tessera.api.needs import Need
from tessera.api.problems import NotSignedIn
from tessera.errors import Invalid
from tessera.flow.center import Center
from tessera.flow.jobs import Jobs
from tessera.model.access import Access, Actor, Permission, Purpose
from tessera.store import tokens
from tessera.store.transactions import Store
from tessera.trust.credentials import digest_secret
from tessera.trust.limits import neighbourhood

NEED_TO_KNOW = "X-Need-To-Know"
LONGEST_NEED_TO_KNOW = 200
NOBODY = Access(actor=Actor(account="?", agency=""), purpose=Purpose.SITUATIONAL_AWARENESS)
"""Who calls with a token that opens nothing: no agency, no role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request by somebody who was let in."""

    center: Center
    jobs: Jobs | None
    access: Access

    @property
    def store(self) -> Store:
        """The tables."""
        return self.center.store

    def may(self, permission: Permission) -> bool:
        """Claim that this access has a further permission."""
        return bool(self.center.policy.may(self.access, permission))


def count_call(center: Center, request: Request) -> None:
    """Count a call by its token, or by the address where it brings none; raises TooMany when there were too many."""
    secret = _bearer(request.headers)
    who = digest_secret(secret).hex() if secret else _address(request)
    center.limits.count("api", who, per_minute=center.settings.api_per_minute)


def count_refused(center: Center, request: Request) -> None:
    """Count and note a call whose token opens nothing, by address: else made-up tokens would each count alone."""
    center.limits.count("api-refused", _address(request), per_minute=center.settings.api_per_minute)
    with center.store.writing(NOBODY) as tx:
        tokens.note_refused(tx)


def _address(request: Request) -> str:
    return neighbourhood(request.client.host) if request.client else ""


def admit(center: Center, jobs: Jobs | None, headers: Headers, need: Need) -> Visit:
    """Let somebody in whose token is good and gives what the route needs. A refusal is noted in the audit log."""
    access = _access(center.store, headers)
    if isinstance(need, Permission) and not center.policy.may(access, need):
        with center.store.reading(access) as tx:
            tx.require(need)
    return Visit(center=center, jobs=jobs, access=access)


def _access(store: Store, headers: Headers) -> Access:
    secret = _bearer(headers)
    if not secret:
        raise NotSignedIn("the request brings no token", where="Authorization", advice="Send: Authorization: Bearer …")
    access = tokens.access_of_token(store, secret)
    if access is None:
        advice = "It is unknown, expired or revoked. Make a new one."
        raise NotSignedIn("the token is not good", where="Authorization", advice=advice)
    return replace(access, need_to_know=_need_to_know(headers))


def _bearer(headers: Headers) -> str:
    scheme, _, secret = headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def _need_to_know(headers: Headers) -> str:
    text = headers.get(NEED_TO_KNOW, "").strip()
    if len(text) > LONGEST_NEED_TO_KNOW or not (text.isascii() and text.isprintable()):
        advice = f"Name the case, request or event in at most {LONGEST_NEED_TO_KNOW} plain characters."
        raise Invalid("the need to know cannot be used", where=NEED_TO_KNOW, advice=advice)
    return text


def visit_of(request: Request) -> Visit:
    """Give the visit that the route let in."""
    return cast("Visit", request.state.visit)


Here = Annotated[Visit, Depends(visit_of)]
