"""API tokens: made, listed and revoked by the person whose rights they lend; stored as SHA-256 only."""

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select, update

from tessera.errors import Invalid, NotAllowed, NotFound
from tessera.ids import new_id
from tessera.model.access import Access, Permission, Purpose
from tessera.store import accounts, tables
from tessera.store.events import Event
from tessera.store.tables import AnyRow
from tessera.store.transactions import Store, Transaction, day_of
from tessera.trust import credentials
from tessera.trust.account_life import DAY

a, t = tables.account.c, tables.token.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """An API token, without its secret. `state` is "valid", "expired" or "revoked"."""

    uid: UUID
    label: str
    account: str
    scopes: tuple[Permission, ...]
    purpose: Purpose
    created_at: int
    expires_at: int
    state: str


def create_token(
    tx: Transaction, label: str, scopes: tuple[Permission, ...], *, days: int, purpose: Purpose
) -> tuple[Token, str]:
    """Make an API token for the own account; its secret is shown this once. It never allows more than its owner may."""
    tx.require(Permission.TOKEN_CREATE)
    if not 1 <= days <= 365:  # noqa: PLR2004 - CJIS IA-5: secrets are changed at least yearly
        raise Invalid("a token lives 1 to 365 days", advice="Give a number of days in that range.")
    wider = sorted(set(scopes) - tx.access.scopes) if tx.access.scopes is not None else []
    if wider:
        raise NotAllowed(f"a token cannot make one that may do more: {', '.join(wider)}", where="scopes")
    if tx.access.scopes is not None and purpose is not tx.access.purpose:
        raise NotAllowed("a token cannot make one for another purpose", where="purpose")
    if not scopes:
        raise Invalid("a token needs at least one scope", advice=f"Choose of: {', '.join(Permission)}.")
    secret = credentials.new_secret()
    uid = new_id()
    tx.connection.execute(
        insert(tables.token).values(
            uid=uid.bytes,
            digest=credentials.digest_secret(secret),
            account=tx.access.actor.account,
            label=label,
            scopes=json.dumps(sorted(scopes)),
            purpose=purpose.value,
            created_at=tx.at,
            expires_at=tx.at + days * DAY,
        )
    )
    tx.note(Event.TOKEN_CREATED, f"token:{uid}", scopes=sorted(scopes), days=days)
    return _find(tx, uid), secret


def tokens(tx: Transaction) -> list[Token]:
    """List the own tokens, newest first."""
    tx.require(Permission.TOKEN_CREATE)
    rows = tx.connection.execute(
        select(tables.token).where(t.account == tx.access.actor.account).order_by(t.created_at.desc())
    )
    tx.note(Event.TOKEN_LISTED)
    return [_to_token(row, tx.at) for row in rows]


def revoke_token(tx: Transaction, uid: UUID) -> None:
    """End an own token at once."""
    tx.require(Permission.TOKEN_CREATE)
    _find(tx, uid)
    tx.connection.execute(
        update(tables.token).where(t.uid == uid.bytes, t.revoked_at.is_(None)).values(revoked_at=tx.at)
    )
    tx.note(Event.TOKEN_REVOKED, f"token:{uid}")


def access_of_token(store: Store, secret: str) -> Access | None:
    """Find the access that a token's secret gives, if it is still good and its account is open."""
    with store.dialect.engine.connect() as connection:
        row = connection.execute(
            accounts.select_accounts()
            .add_columns(t.purpose, t.scopes, t.expires_at)
            .join(tables.token, t.account == a.name)
            .where(t.digest == credentials.digest_secret(secret), t.revoked_at.is_(None), a.disabled.is_(False))
        ).one_or_none()
    now = store.clock()
    if row is None or row.expires_at <= now or accounts.why_closing(row, day_of(now), now):
        return None
    if now - (row.active_at or row.created_at) > DAY:
        _touch(store, row.name, now)
    return accounts.to_access(row, Purpose(row.purpose), scopes=json.loads(row.scopes))


def note_refused(tx: Transaction) -> None:
    """Note that a token opened nothing (CJIS AU-2: failed authentication)."""
    tx.note(Event.TOKEN_REFUSED)


def _touch(store: Store, name: str, now: int) -> None:
    """Note that the account is in use; once a day is enough. Not a change of data, so no entry."""
    with store.dialect.turnstile(), store.dialect.engine.connect() as connection:
        store.dialect.begin(connection, write=True)
        connection.execute(update(tables.account).where(a.name == name).values(active_at=now))
        connection.commit()


def _find(tx: Transaction, uid: UUID) -> Token:
    row = tx.connection.execute(
        select(tables.token).where(t.uid == uid.bytes, t.account == tx.access.actor.account)
    ).one_or_none()
    if row is None:
        raise NotFound("no such token", where=str(uid))
    return _to_token(row, tx.at)


def _to_token(row: AnyRow, at: int) -> Token:
    state = "revoked" if row.revoked_at else "expired" if row.expires_at <= at else "valid"
    return Token(
        uid=UUID(bytes=bytes(row.uid)),
        label=row.label,
        account=row.account,
        scopes=tuple(Permission(p) for p in json.loads(row.scopes)),
        purpose=Purpose(row.purpose),
        created_at=row.created_at,
        expires_at=row.expires_at,
        state=state,
    )
