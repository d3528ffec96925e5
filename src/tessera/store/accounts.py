"""Accounts, sessions and API tokens: who may come in, and as whom.

Secrets are never stored: passwords as argon2id, session and token secrets as SHA-256. Signing in is itself a transaction
of the account that tries, so that a failure is noted as well (CJIS AU-2).
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.ids import new_id
from tessera.model.access import Access, Actor, AgencyKind, Permission, Purpose, Role
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.tables import AnyRow
from tessera.store.transactions import Store, Transaction
from tessera.trust import credentials

a, s, t = tables.account.c, tables.session.c, tables.token.c

MOST_FAILURES = (
    5  # CJIS AC-7: five invalid attempts within 15 minutes lock the account until an administrator releases it
)
FAILURE_WINDOW_MS = 15 * 60_000
IDLE_MS = 30 * 60_000  # CJIS IA-11 at AAL2: re-authenticate after 30 minutes without activity
LONGEST_SESSION_MS = 12 * 3_600_000  # CJIS IA-11: and every 12 hours
SETUP_CODE = "setup_code"
NO_ENTRY = "The account name or the password is wrong, or the account is locked."


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person's account. `secret` material is never part of it."""

    name: str
    label: str
    agency: str
    agency_label: str
    roles: tuple[Role, ...]
    groups: tuple[str, ...]
    trained_until: str
    disabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in person: the access it gives, and when it ends without further activity."""

    access: Access
    label: str
    agency_label: str
    started_at: int


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


def create(tx: Transaction, account: Account, password: str) -> None:
    """Make an account. The password must follow the rules in `trust.credentials`."""
    tx.require(Permission.ACCOUNT_MANAGE)
    _insert(tx, account, password)


def _insert(tx: Transaction, account: Account, password: str) -> None:
    privileged = Role.ADMINISTRATOR in account.roles
    words = (account.label, account.agency)
    credentials.check_password(password, account=account.name, words=words, privileged=privileged)
    if tx.connection.execute(select(a.name).where(a.name == account.name)).first():
        raise Conflict(f"there is an account {account.name!r} already", advice="Choose another name.")
    agency = tables.agency.c
    if tx.connection.execute(select(agency.name).where(agency.name == account.agency)).first() is None:
        raise Invalid(f"unknown agency {account.agency!r}", advice="Register the agency first.")
    tx.connection.execute(
        insert(tables.account).values(
            name=account.name,
            label=account.label,
            agency=account.agency,
            password_hash=credentials.hash_password(password),
            roles=json.dumps(sorted(account.roles)),
            groups=json.dumps(sorted(account.groups)),
            trained_until=account.trained_until,
            created_at=tx.at,
        )
    )
    tx.note(Event.ACCOUNT_CREATED, f"account:{account.name}", roles=sorted(account.roles))


def everyone(tx: Transaction) -> list[Account]:
    """List the accounts."""
    tx.require(Permission.ACCOUNT_MANAGE)
    tx.note(Event.ACCOUNT_LISTED)
    return [_to_account(row) for row in tx.connection.execute(_select().order_by(a.name))]


def release(tx: Transaction, name: str) -> None:
    """Open a locked account again; the count of its failures starts anew."""
    tx.require(Permission.ACCOUNT_MANAGE)
    disabled = tx.connection.execute(select(a.disabled).where(a.name == name)).scalar_one_or_none()
    if disabled is None:
        raise NotFound(f"no account {name!r}", advice="The list on this page has them all.")
    if not disabled:
        raise Conflict(f"the account {name!r} is not locked", advice="Nothing has to be done.")
    tx.connection.execute(
        update(tables.account).where(a.name == name).values(disabled=False, failed=0, failed_since=None)
    )
    tx.note(Event.ACCOUNT_RELEASED, f"account:{name}")


def sign_in(store: Store, name: str, password: str, purpose: Purpose, need_to_know: str = "") -> str:
    """Check a password and start a session; return its secret, to be kept by the browser alone.

    Every wrong attempt looks the same from outside and takes as long, whether the account exists or not.
    """
    with store.reading(_asking(name, purpose)) as tx:
        row = tx.connection.execute(_select().where(a.name == name)).one_or_none()
        tx.note(Event.ACCOUNT_LISTED, "signing in")
    if row is None:
        credentials.waste_time(password)
    fits = row is not None and credentials.verify_password(row.password_hash, password)
    if row is None or not fits or row.disabled:
        _note_failure(store, name, purpose, known=row is not None and not row.disabled)
        raise NotAllowed(NO_ENTRY, advice="After five failures within 15 minutes an administrator has to release it.")
    with store.writing(_access(row, purpose, need_to_know)) as tx:
        secret = credentials.new_secret()
        kept = credentials.hash_password(password) if credentials.needs_rehash(row.password_hash) else row.password_hash
        tx.connection.execute(
            update(tables.account).where(a.name == name).values(failed=0, failed_since=None, password_hash=kept)
        )
        tx.connection.execute(
            insert(tables.session).values(
                digest=credentials.digest_secret(secret),
                account=name,
                purpose=purpose.value,
                need_to_know=need_to_know,
                created_at=tx.at,
                last_seen=tx.at,
            )
        )
        tx.note(Event.SIGNED_IN, f"account:{name}")
    return secret


def _note_failure(store: Store, name: str, purpose: Purpose, *, known: bool) -> None:
    with store.writing(_asking(name, purpose)) as tx:
        tx.note(Event.SIGN_IN_FAILED, f"account:{name[:64]}")
        if not known:
            return
        row = tx.connection.execute(select(a.failed, a.failed_since).where(a.name == name)).one()
        recent = row.failed_since is not None and tx.at - row.failed_since < FAILURE_WINDOW_MS
        failed = row.failed + 1 if recent else 1
        since = row.failed_since if recent else tx.at
        locked = failed >= MOST_FAILURES
        tx.connection.execute(
            update(tables.account).where(a.name == name).values(failed=failed, failed_since=since, disabled=locked)
        )
        if locked:
            tx.note(Event.ACCOUNT_LOCKED, f"account:{name}", failures=failed)


def resume(store: Store, secret: str) -> Session | None:
    """Find the session of a secret, if it is still good, and keep it alive. None means: sign in again."""
    digest = credentials.digest_secret(secret)
    with store.dialect.engine.connect() as connection:
        row = connection.execute(
            _select()
            .add_columns(s.purpose, s.need_to_know, s.created_at.label("started_at"), s.last_seen)
            .join(tables.session, s.account == a.name)
            .where(s.digest == digest, s.ended_at.is_(None), a.disabled.is_(False))
        ).one_or_none()
        now = store.clock()
        if row is None or now - row.last_seen > IDLE_MS or now - row.started_at > LONGEST_SESSION_MS:
            return None
    access = _access(row, Purpose(row.purpose), row.need_to_know)
    if now - row.last_seen > IDLE_MS // 30:
        _touch(store, digest, now)
    return Session(access=access, label=row.label, agency_label=row.agency_label, started_at=row.started_at)


def _touch(store: Store, digest: bytes, now: int) -> None:
    """Move the session's idle clock; once a minute is enough. Not a change of data, so no entry."""
    with store.dialect.turnstile(), store.dialect.engine.connect() as connection:
        store.dialect.begin(connection, write=True)
        connection.execute(update(tables.session).where(s.digest == digest).values(last_seen=now))
        connection.commit()


def change_purpose(tx: Transaction, secret: str, purpose: Purpose, need_to_know: str = "") -> None:
    """State another purpose for the rest of the session."""
    tx.connection.execute(
        update(tables.session)
        .where(s.digest == credentials.digest_secret(secret))
        .values(purpose=purpose.value, need_to_know=need_to_know)
    )
    tx.note(Event.PURPOSE_CHANGED, f"account:{tx.access.actor.account}", to=purpose.value, need_to_know=need_to_know)


def sign_out(tx: Transaction, secret: str) -> None:
    """End the session."""
    tx.connection.execute(
        update(tables.session).where(s.digest == credentials.digest_secret(secret)).values(ended_at=tx.at)
    )
    tx.note(Event.SESSION_ENDED, f"account:{tx.access.actor.account}")


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
            expires_at=tx.at + days * 86_400_000,
        )
    )
    tx.note(Event.TOKEN_CREATED, f"token:{uid}", scopes=sorted(scopes), days=days)
    return _find_token(tx, uid), secret


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
    _find_token(tx, uid)
    tx.connection.execute(
        update(tables.token).where(t.uid == uid.bytes, t.revoked_at.is_(None)).values(revoked_at=tx.at)
    )
    tx.note(Event.TOKEN_REVOKED, f"token:{uid}")


def access_of_token(store: Store, secret: str) -> Access | None:
    """Find the access that a token's secret gives, if it is still good."""
    with store.dialect.engine.connect() as connection:
        row = connection.execute(
            _select()
            .add_columns(t.purpose, t.scopes, t.expires_at)
            .join(tables.token, t.account == a.name)
            .where(t.digest == credentials.digest_secret(secret), t.revoked_at.is_(None), a.disabled.is_(False))
        ).one_or_none()
    if row is None or row.expires_at <= store.clock():
        return None
    return _access(row, Purpose(row.purpose), scopes=frozenset(json.loads(row.scopes)))


def access_of(store: Store, name: str, purpose: Purpose, need_to_know: str = "") -> Access:
    """Give the access of an account by name, for the command line of the machine's own operator.

    Who can run the command can read the database file itself; the audit log says on whose behalf it was run.
    """
    with store.dialect.engine.connect() as connection:
        row = connection.execute(_select().where(a.name == name, a.disabled.is_(False))).one_or_none()
    if row is None:
        raise NotFound(f"no account {name!r}", advice="List the accounts on the page of an administrator.")
    return _access(row, purpose, need_to_know)


def offer_setup(tx: Transaction) -> str:
    """Make the code with which the first administrator is set up, once; a new code replaces an unused one."""
    if tx.connection.execute(select(func.count()).select_from(tables.account)).scalar_one():
        raise Conflict("this center has accounts already", advice="Ask an administrator for one.")
    code = credentials.new_secret()
    c = tables.center_state.c
    tx.connection.execute(tables.center_state.delete().where(c.name == SETUP_CODE))
    tx.connection.execute(
        insert(tables.center_state).values(name=SETUP_CODE, value=credentials.digest_secret(code).hex())
    )
    tx.note(Event.CENTER_CREATED, "setup-code")
    return code


def accept_setup(tx: Transaction, code: str, account: Account, password: str) -> None:
    """Make the first administrator for who holds the set-up code."""
    c = tables.center_state.c
    stored = tx.connection.execute(select(c.value).where(c.name == SETUP_CODE)).scalar_one_or_none()
    if stored is None or not credentials.same_secret(bytes.fromhex(stored), code):
        raise NotAllowed("the set-up code is wrong or was used already", advice="Run: tessera init DIR for a new one.")
    tx.connection.execute(tables.center_state.delete().where(c.name == SETUP_CODE))
    _insert(tx, account, password)


def _select() -> Any:  # noqa: ANN401 - SQLAlchemy's generic select
    agency = tables.agency.c
    return select(tables.account, agency.label.label("agency_label"), agency.kind.label("agency_kind")).join(
        tables.agency, agency.name == a.agency
    )


def _access(row: AnyRow, purpose: Purpose, need_to_know: str = "", *, scopes: frozenset[str] | None = None) -> Access:
    return Access(
        actor=Actor(
            account=row.name,
            agency=row.agency,
            agency_kind=AgencyKind(row.agency_kind),
            groups=frozenset(json.loads(row.groups)),
            roles=frozenset(Role(r) for r in json.loads(row.roles)),
            trained_until=row.trained_until,
        ),
        purpose=purpose,
        need_to_know=need_to_know,
        scopes=scopes,
    )


def _asking(name: str, purpose: Purpose) -> Access:
    """Stand for somebody who is not signed in yet: no agency, no role, so no policy gives anything."""
    return Access(actor=Actor(account=f"?{name[:60]}", agency=""), purpose=purpose)


def _to_account(row: AnyRow) -> Account:
    return Account(
        name=row.name,
        label=row.label,
        agency=row.agency,
        agency_label=row.agency_label,
        roles=tuple(Role(r) for r in json.loads(row.roles)),
        groups=tuple(json.loads(row.groups)),
        trained_until=row.trained_until,
        disabled=row.disabled,
    )


def _find_token(tx: Transaction, uid: UUID) -> Token:
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
