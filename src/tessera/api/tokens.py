"""API tokens of the own account: list, make, revoke."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from tessera.api.needs import Door
from tessera.api.pages import Listing
from tessera.api.texts import Text
from tessera.api.visits import Here
from tessera.clock import to_datetime
from tessera.errors import NotAllowed
from tessera.model.access import Access, Permission, Purpose
from tessera.store import tokens as stored

door = Door("Tokens")


class Token(BaseModel):
    """An API token, without its secret."""

    uid: UUID
    label: str
    account: str
    scopes: list[Permission]
    purpose: Purpose
    created_at: datetime
    expires_at: datetime
    state: Literal["valid", "expired", "revoked"]


class NewToken(Token):
    """A token at the one time that its secret is shown."""

    secret: str


class Wish(BaseModel):
    """What a new token shall be good for."""

    label: Annotated[Text, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
    scopes: list[Permission] = Field(min_length=1, max_length=len(Permission))
    days: int = Field(ge=1, le=365, description="How long it lives.")
    purpose: Purpose | None = Field(None, description="What it is used for; without it, the purpose of this token.")


@door.get("/tokens", need=Permission.TOKEN_CREATE, answers=Listing[Token])
def tokens(visit: Here) -> Listing[Token]:
    """List the own tokens, newest first."""
    with visit.store.reading(visit.access) as tx:
        return Listing(items=[Token.model_validate(_plain(token)) for token in stored.tokens(tx)])


@door.post("/tokens", need=Permission.TOKEN_CREATE, answers=NewToken, status=201)
def create(visit: Here, wish: Wish) -> NewToken:
    """Make a token for the own account, no wider than the token that asks; its secret is shown this once."""
    purpose = wish.purpose or visit.access.purpose
    scopes = tuple(dict.fromkeys(wish.scopes))
    with visit.store.writing(visit.access) as tx:
        _check_no_wider(visit.access, scopes, purpose)
        made, secret = stored.create_token(tx, wish.label, scopes, days=wish.days, purpose=purpose)
    return NewToken.model_validate(_plain(made) | {"secret": secret})


@door.delete("/tokens/{uid}", need=Permission.TOKEN_CREATE, status=204, fails=(404,))
def revoke(visit: Here, uid: UUID) -> None:
    """End an own token at once."""
    with visit.store.writing(visit.access) as tx:
        stored.revoke_token(tx, uid)


def _check_no_wider(access: Access, scopes: tuple[Permission, ...], purpose: Purpose) -> None:
    wider = sorted(set(scopes) - (access.scopes or frozenset()))
    if wider:
        advice = "A token makes no wider token; sign in on the page to make one."
        raise NotAllowed(f"this token has not the scope {', '.join(wider)}", where="body.scopes", advice=advice)
    if purpose is not access.purpose:
        advice = "Sign in on the page to make one for another purpose."
        raise NotAllowed(f"this token is for {access.purpose} only", where="body.purpose", advice=advice)


def _plain(token: stored.Token) -> dict[str, object]:
    names = ("uid", "label", "account", "scopes", "purpose", "state")
    instants = {"created_at": to_datetime(token.created_at), "expires_at": to_datetime(token.expires_at)}
    return {name: getattr(token, name) for name in names} | instants
