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
from tessera.model.access import Access, Permission
from tessera.store import tokens
from tessera.store.transactions import Store

NEED_TO_KNOW = "X-Need-To-Know"
LONGEST_NEED_TO_KNOW = 200


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


def admit(center: Center, jobs: Jobs | None, headers: Headers, need: Need) -> Visit:
    """Let somebody in whose token is good and gives what the route needs. A refusal is noted in the audit log."""
    access = _access(center.store, headers)
    if isinstance(need, Permission) and not center.policy.may(access, need):
        with center.store.reading(access) as tx:
            tx.require(need)
    return Visit(center=center, jobs=jobs, access=access)


def _access(store: Store, headers: Headers) -> Access:
    scheme, _, secret = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise NotSignedIn("the request brings no token", where="Authorization", advice="Send: Authorization: Bearer …")
    access = tokens.access_of_token(store, secret.strip())
    if access is None:
        advice = "It is unknown, expired or revoked. Make a new one."
        raise NotSignedIn("the token is not good", where="Authorization", advice=advice)
    return replace(access, need_to_know=_need_to_know(headers))


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
