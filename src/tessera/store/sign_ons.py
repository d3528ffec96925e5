"""Single sign-on: visitors on their way to the issuer and back, and which account a person of the issuer signs in to.

A way back is good once, within minutes, and only in the browser that set out (RFC 6749 10.12, RFC 9700 4.7).
"""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.model.access import Permission, Purpose
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.transactions import Transaction
from tessera.trust.account_life import MINUTE
from tessera.trust.credentials import digest_secret

a, k, w = tables.account.c, tables.sign_on_link.c, tables.sign_on.c
BACK_WITHIN = 10 * MINUTE
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, 2: sub


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """What has to fit when a visitor is back from the issuer, and what they said before they left."""

    nonce: str
    verifier: str
    purpose: Purpose
    need_to_know: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOnLink:
    """A person of an issuer who signs in to an account; `by` says who linked them, or "email"."""

    issuer: str
    subject: str
    at: int
    by: str


def begin(tx: Transaction, underway: Underway, *, state: str, visitor: str) -> None:
    """Keep what has to fit when this visitor comes back; what others left behind for too long is dropped."""
    tx.connection.execute(delete(tables.sign_on).where(w.at < tx.at - BACK_WITHIN))
    tx.connection.execute(
        insert(tables.sign_on).values(
            state=digest_secret(state),
            visitor=digest_secret(visitor),
            nonce=underway.nonce,
            verifier=underway.verifier,
            purpose=underway.purpose.value,
            need_to_know=underway.need_to_know,
            next=underway.next,
            at=tx.at,
        )
    )
    tx.note(Event.SIGN_ON_BEGUN)


def take(tx: Transaction, *, state: str, visitor: str) -> Underway | None:
    """Take out what was kept for this visitor; None, and noted, where there is nothing, or it is another's or too old."""
    here = w.state == digest_secret(state)
    row = tx.connection.execute(select(tables.sign_on).where(here)).one_or_none()
    if row is None or bytes(row.visitor) != digest_secret(visitor) or tx.at - row.at > BACK_WITHIN:
        tx.note(Event.SIGN_ON_REFUSED, because="not begun here")
        return None
    tx.connection.execute(delete(tables.sign_on).where(here))
    tx.note(Event.ACCOUNT_LISTED, "signing in")
    return Underway(
        nonce=row.nonce,
        verifier=row.verifier,
        purpose=Purpose(row.purpose),
        need_to_know=row.need_to_know,
        next=row.next,
    )


def note_refused(tx: Transaction) -> None:
    """Note that what an issuer said did not hold, or that it refused the person."""
    tx.note(Event.SIGN_ON_REFUSED, because="the issuer's answer")


def links_of(tx: Transaction, name: str) -> list[SignOnLink]:
    """List who of which issuer signs in to an account."""
    if name != tx.access.actor.account:
        tx.require(Permission.ACCOUNT_MANAGE)
    rows = tx.connection.execute(select(tables.sign_on_link).where(k.account == name).order_by(k.issuer, k.subject))
    tx.note(Event.ACCOUNT_READ, f"account:{name}", at="links")
    return [SignOnLink(issuer=row.issuer, subject=row.subject, at=row.at, by=row.by) for row in rows]


def link(tx: Transaction, name: str, *, issuer: str, subject: str) -> None:
    """Say that a person of an issuer signs in to this account."""
    _may_link(tx, name)
    if not issuer or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise Invalid(
            "the subject cannot be used", where="subject", advice="It is the `sub` that the issuer gives the person."
        )
    taken = tx.connection.execute(
        select(k.account).where(k.issuer == issuer, k.subject == subject)
    ).scalar_one_or_none()
    if taken is not None:
        raise Conflict(f"this subject signs in to the account {taken!r} already", where="subject")
    by = tx.access.actor.account
    tx.connection.execute(
        insert(tables.sign_on_link).values(issuer=issuer, subject=subject, account=name, at=tx.at, by=by)
    )
    tx.note(Event.SIGN_ON_LINKED, f"account:{name}", by=by)


def unlink(tx: Transaction, name: str, *, issuer: str, subject: str) -> None:
    """Say that a person of an issuer no longer signs in to this account."""
    _may_link(tx, name)
    which = (k.account == name, k.issuer == issuer, k.subject == subject)
    if not tx.connection.execute(delete(tables.sign_on_link).where(*which)).rowcount:
        raise NotFound("no such link", where=subject[:60])
    tx.note(Event.SIGN_ON_UNLINKED, f"account:{name}")


def _may_link(tx: Transaction, name: str) -> None:
    tx.require(Permission.ACCOUNT_MANAGE)
    if name == tx.access.actor.account:
        raise NotAllowed("nobody links the own account", advice="Ask another administrator.")
    if tx.connection.execute(select(a.name).where(a.name == name)).first() is None:
        raise NotFound(f"no account {name!r}", advice="The list of accounts has them all.")
