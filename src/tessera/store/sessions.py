"""Sessions: from the right password over the second factor to an open center, and out again.

Only the digest (SHA-256) of a session's secret is stored. The secret changes whenever the session opens further, so that
one that was known before is worth nothing after (no fixation). Signing in is itself a transaction of the account that
tries, so that a failure is noted as well (CJIS AU-2).
"""

import secrets
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import insert, select, update

from tessera.errors import NotAllowed, NotFound, Unsigned
from tessera.ids import new_id
from tessera.model.access import Access, Actor, Permission, Presence, Purpose
from tessera.store import accounts, tables
from tessera.store.audit import CAME
from tessera.store.events import Event
from tessera.store.tables import AnyRow
from tessera.store.transactions import Store, Transaction, day_of
from tessera.trust import account_life, credentials
from tessera.trust.account_life import MINUTE, Clocks, Stage, Standing

a, s = tables.account.c, tables.session.c

NO_ENTRY = "The account name or the password is wrong, or the account is locked."
NO_LINK = "Your agency says who you are, but no open account of this center belongs to you."
CHALLENGE_BYTES = 32
CHALLENGE_WITHIN = 5 * MINUTE
TOUCH_AFTER = MINUTE
PASSWORD = "password"  # noqa: S105 - the name of a method
SIGN_ON = "single-sign-on"
LONGEST_METHOD = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the site asks of whoever comes in."""

    factor_required: bool = False
    listed: frozenset[bytes] = frozenset()
    """Passwords that are known to be stolen, as `credentials.read_compromised` gives them."""


ANY = Rules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A person who has come in as far as `stage` says: the access it gives once it is open."""

    access: Access
    label: str
    agency_label: str
    started_at: int
    stage: Stage
    uid: UUID
    has_factor: bool
    method: str

    @property
    def confirmed_at(self) -> int:
        """When the person last proved to be there; 0 where that is not known."""
        return self.access.presence.at if self.access.presence else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session as its owner, or an administrator, sees it in a list."""

    uid: UUID
    started_at: int
    last_seen: int
    method: str
    address: str
    purpose: Purpose
    here: bool


def sign_in(
    store: Store, name: str, password: str, purpose: Purpose, need_to_know: str = "", *, rules: Rules = ANY
) -> str:  # fmt: skip
    """Check a password and begin a session; return its secret, to be kept by the browser alone.

    Every wrong attempt looks the same from outside and takes as long, whether the account exists or not.
    """
    with store.reading(_asking(name, purpose)) as tx:
        row = tx.connection.execute(accounts.select_accounts().where(a.name == name)).one_or_none()
        tx.note(Event.ACCOUNT_LISTED, "signing in")
    if row is None:
        credentials.waste_time(password)
    fits = row is not None and credentials.verify_password(row.password_hash, password)
    if row is None or not fits or row.disabled:
        _note_failure(store, name, purpose, known=row is not None and not row.disabled)
        raise NotAllowed(NO_ENTRY, advice="After five failures within 15 minutes an administrator has to release it.")
    with store.writing(accounts.to_access(row, purpose, need_to_know)) as tx:
        secret = _enter(tx, row, PASSWORD)
        if secret:
            _keep_password(tx, row, password, rules)
    if not secret:
        raise NotAllowed(NO_ENTRY, advice="Ask an administrator.")
    return secret


def sign_in_by_issuer(
    store: Store,
    issuer: str,
    subject: str,
    purpose: Purpose,
    need_to_know: str = "",
    *,
    email: str,
    factor: bool,
    proved_at: int = 0,
) -> str:
    """Begin a session for somebody whom an issuer vouches for; return its secret.

    `email` only where the issuer verified it. `factor`: the issuer vouches for a second factor as well, and the site
    takes its word. `proved_at`: when the person proved there to be there (milliseconds); 0 where the issuer does not say,
    and then nothing is signed on its word. No account is made here.
    """
    with store.reading(_asking(f"issuer:{subject}", purpose)) as tx:
        row = _linked(tx, issuer, subject) or _same_email(tx, email)
        tx.note(Event.ACCOUNT_LISTED, "signing in")
    secret = ""
    if row is not None and not row.disabled:
        with store.writing(accounts.to_access(row, purpose, need_to_know)) as tx:
            _link(tx, row.name, issuer, subject, by="email")
            secret = _enter(tx, row, SIGN_ON, factor=factor, proved_at=min(proved_at, tx.at))
    if not secret:
        with store.writing(_asking(row.name if row is not None else f"issuer:{subject}", purpose)) as tx:
            tx.note(Event.SIGN_ON_REFUSED, because="closed" if row is not None else "not linked")
        raise NotAllowed(NO_LINK, advice="Ask an administrator to link you, or sign in with your password.")
    return secret


def _linked(tx: Transaction, issuer: str, subject: str) -> AnyRow:
    k = tables.sign_on_link.c
    query = accounts.select_accounts().join(tables.sign_on_link, k.account == a.name)
    return tx.connection.execute(query.where(k.issuer == issuer, k.subject == subject)).one_or_none()


def _same_email(tx: Transaction, email: str) -> AnyRow:
    """Find the one account with this address; where two have it, none is meant, nor one that another person signs in to."""
    k = tables.sign_on_link.c
    if not email:
        return None
    rows = tx.connection.execute(accounts.select_accounts().where(a.email != "")).all()
    found = [row for row in rows if row.email.casefold() == email.casefold()]
    if len(found) != 1 or tx.connection.execute(select(k.subject).where(k.account == found[0].name)).first():
        return None
    return found[0]


def _link(tx: Transaction, name: str, issuer: str, subject: str, *, by: str) -> None:
    k = tables.sign_on_link.c
    if tx.connection.execute(select(k.account).where(k.issuer == issuer, k.subject == subject)).first():
        return
    tx.connection.execute(
        insert(tables.sign_on_link).values(issuer=issuer, subject=subject, account=name, at=tx.at, by=by)
    )
    tx.note(Event.SIGN_ON_LINKED, f"account:{name}", by=by)


def _enter(
    tx: Transaction, row: AnyRow, method: str, *, factor: bool = False, proved_at: int | None = None
) -> str:  # fmt: skip
    """Begin the session, unless the account has just been closed or has to be closed now ("")."""
    if tx.connection.execute(select(a.disabled).where(a.name == row.name)).scalar_one():
        tx.note(Event.SIGN_IN_FAILED, f"account:{row.name}")
        return ""
    why = accounts.why_closing(row, tx.today, tx.at)
    if why is not None:
        accounts.close(tx, row.name, why)
        tx.note(Event.ACCOUNT_CLOSED, f"account:{row.name}", because=why.value)
        return ""
    secret = credentials.new_secret()
    tx.connection.execute(
        insert(tables.session).values(
            digest=credentials.digest_secret(secret),
            uid=new_id().bytes,
            account=row.name,
            purpose=tx.access.purpose.value,
            need_to_know=tx.access.need_to_know,
            created_at=tx.at,
            last_seen=tx.at,
            confirmed_at=tx.at if proved_at is None else proved_at,
            confirmed_by=method,
            factor_at=tx.at if factor else None,
            method=method,
            address=CAME.get().address[:64],
        )
    )
    if row.factors and not factor:
        tx.note(Event.SESSION_BEGUN, f"account:{row.name}", method=method)
    else:
        _count_as_signed_in(tx, method)
    return secret


def _count_as_signed_in(tx: Transaction, method: str) -> None:
    """Note that somebody is in. Only now do wrong attempts count no longer: else a password would buy guesses of codes."""
    name = tx.access.actor.account
    values = {"failed": 0, "failed_since": None, "active_at": tx.at, "signed_in_at": tx.at}
    tx.connection.execute(update(tables.account).where(a.name == name).values(values))
    tx.note(Event.SIGNED_IN, f"account:{name}", method=method)


def _keep_password(tx: Transaction, row: AnyRow, password: str, rules: Rules) -> None:
    """Hash it anew where the parameters have changed, and ask for another where others know it (CJIS IA-5(1))."""
    kept = row.password_hash
    if credentials.needs_rehash(kept):
        kept = credentials.hash_password(password)
    words = accounts.own_words(row.label, row.agency)
    known = credentials.is_compromised(password, account=row.name, words=words, listed=rules.listed)
    due = bool(row.password_due) or known
    tx.connection.execute(update(tables.account).where(a.name == row.name).values(password_hash=kept, password_due=due))


def _note_failure(store: Store, name: str, purpose: Purpose, *, known: bool) -> None:
    with store.writing(_asking(name, purpose)) as tx:
        tx.note(Event.SIGN_IN_FAILED, f"account:{name[:64]}")
        if known:
            accounts.count_failure(tx, name)


def resume(store: Store, secret: str, *, rules: Rules = ANY) -> Session | None:
    """Find the session of a secret, if it has not ended, and keep it alive. None means: sign in again."""
    digest = credentials.digest_secret(secret)
    columns = (s.uid.label("session_uid"), s.purpose, s.need_to_know, s.created_at.label("started_at"), s.last_seen,
               s.locked_at, s.confirmed_at, s.confirmed_by, s.factor_at, s.method)  # fmt: skip
    with store.dialect.engine.connect() as connection:
        row = connection.execute(
            accounts.select_accounts()
            .add_columns(*columns)
            .join(tables.session, s.account == a.name)
            .where(s.digest == digest, s.ended_at.is_(None), a.disabled.is_(False))
        ).one_or_none()
    now = store.clock()
    stage = account_life.stage_of(_standing(row, rules, now), now) if row is not None else None
    if row is None or stage is None or (row.expires and row.expires < day_of(now)):
        return None
    if stage is not Stage.LOCKED and now - row.last_seen > TOUCH_AFTER:
        _touch(store, digest, last_seen=now)
    access = accounts.to_access(row, Purpose(row.purpose), row.need_to_know)
    proved_at = row.started_at if row.confirmed_at is None else row.confirmed_at
    return Session(
        access=replace(access, presence=Presence(by=row.confirmed_by, at=proved_at)),
        label=row.label,
        agency_label=row.agency_label,
        started_at=row.started_at,
        stage=stage,
        uid=UUID(bytes=bytes(row.session_uid)) if row.session_uid else UUID(int=0),
        has_factor=row.factors > 0,
        method=row.method,
    )


def _standing(row: AnyRow, rules: Rules, now: int) -> Standing:
    by_password = row.method.startswith(PASSWORD)
    old = account_life.password_is_old(row.created_at if row.password_at is None else row.password_at, now)
    return Standing(
        clocks=Clocks(started_at=row.started_at, last_seen=row.last_seen, locked_at=row.locked_at),
        factor_passed=row.factor_at is not None,
        has_factor=row.factors > 0,
        factor_required=rules.factor_required,
        password_due=by_password and (bool(row.password_due) or old),
    )


def _touch(store: Store, digest: bytes, **values: object) -> None:
    """Change what only keeps a session going. Not a change of data, so no entry."""
    with store.dialect.turnstile(), store.dialect.engine.connect() as connection:
        store.dialect.begin(connection, write=True)
        connection.execute(update(tables.session).where(s.digest == digest).values(**values))
        connection.commit()


def challenge(store: Store, secret: str) -> bytes:
    """Give this session a fresh random challenge for a passkey; an older one is worth nothing any more."""
    fresh = secrets.token_bytes(CHALLENGE_BYTES)
    _touch(store, credentials.digest_secret(secret), challenge=fresh, challenge_at=store.clock())
    return fresh


def take_challenge(tx: Transaction, secret: str) -> bytes:
    """Take the challenge out, so that it is good once; empty where there is none or it has grown old."""
    mine = s.digest == credentials.digest_secret(secret)
    row = tx.connection.execute(select(s.challenge, s.challenge_at).where(mine)).one_or_none()
    tx.connection.execute(update(tables.session).where(mine).values(challenge=None, challenge_at=None))
    if row is None or row.challenge is None or tx.at - row.challenge_at > CHALLENGE_WITHIN:
        return b""
    return bytes(row.challenge)


def pass_factor(tx: Transaction, secret: str, by: str) -> str:
    """Let a session go on that has shown its second factor; return its new secret."""
    method = f"{_method(tx, secret)}+{by}"[:LONGEST_METHOD]
    fresh = _rotate(
        tx, secret, factor_at=tx.at, confirmed_at=tx.at, confirmed_by=method, last_seen=tx.at, method=method
    )
    _count_as_signed_in(tx, method)
    return fresh


def enrol_here(tx: Transaction, secret: str, by: str) -> str:
    """Count a factor that was enrolled in this very session as shown; return the session's new secret."""
    method = f"{_method(tx, secret)}+{by}"[:LONGEST_METHOD]
    return _rotate(tx, secret, factor_at=tx.at, confirmed_at=tx.at, confirmed_by=method, method=method)


def confirm(tx: Transaction, secret: str, by: str) -> str:
    """Note that the same person has proved again to be there, and open a locked session; return its new secret."""
    mine = s.digest == credentials.digest_secret(secret)
    row = tx.connection.execute(select(s.locked_at, s.last_seen, s.created_at).where(mine)).one()
    clocks = Clocks(started_at=row.created_at, last_seen=row.last_seen, locked_at=row.locked_at)
    event = Event.SESSION_UNLOCKED if clocks.is_locked(tx.at) else Event.SESSION_CONFIRMED
    fresh = _rotate(tx, secret, confirmed_at=tx.at, confirmed_by=by, last_seen=tx.at, locked_at=None)
    name = tx.access.actor.account
    tx.connection.execute(update(tables.account).where(a.name == name).values(failed=0, failed_since=None))
    tx.note(event, f"account:{name}", by=by)
    return fresh


def check_password(tx: Transaction, password: str) -> bool:
    """Claim that this is the own password; a wrong one is noted and counted."""
    name = tx.access.actor.account
    stored = tx.connection.execute(select(a.password_hash).where(a.name == name)).scalar_one()
    if credentials.verify_password(stored, password):
        return True
    accounts.count_failure(tx, name)
    tx.note(Event.SIGN_IN_FAILED, f"account:{name}", at="confirm")
    return False


def confirm_by_password(store: Store, access: Access, password: str) -> Access:
    """Note that a person proved, without a session, to be there; give the access under which they sign. Unsigned if wrong."""
    with store.writing(access) as tx:
        fits = check_password(tx, password)
        if fits:
            tx.note(Event.SESSION_CONFIRMED, f"account:{access.actor.account}", by=PASSWORD)
    if not fits:
        raise Unsigned("that is not the password", where="signature", advice="Nothing was done. Try again.")
    return replace(access, presence=Presence(by=PASSWORD, at=tx.at))


def lock(tx: Transaction, secret: str) -> None:
    """Lock the own session by hand, before one walks away (CJIS AC-11)."""
    mine = s.digest == credentials.digest_secret(secret)
    tx.connection.execute(update(tables.session).where(mine).values(locked_at=tx.at))
    tx.note(Event.SESSION_LOCKED, f"account:{tx.access.actor.account}")


def _method(tx: Transaction, secret: str) -> str:
    query = select(s.method).where(s.digest == credentials.digest_secret(secret))
    return str(tx.connection.execute(query).scalar_one())


def _rotate(tx: Transaction, secret: str, **values: object) -> str:
    fresh = credentials.new_secret()
    tx.connection.execute(
        update(tables.session)
        .where(s.digest == credentials.digest_secret(secret))
        .values(digest=credentials.digest_secret(fresh), challenge=None, challenge_at=None, **values)
    )
    return fresh


def rotate(tx: Transaction, secret: str) -> str:
    """Give the session a new secret after a change of what it can do."""
    return _rotate(tx, secret)


def open_sessions(tx: Transaction, here: UUID) -> list[OpenSession]:
    """List the own sessions that have not ended, newest first."""
    return _alive(tx, tx.access.actor.account, here)


def sessions_of(tx: Transaction, name: str) -> list[OpenSession]:
    """List the sessions of somebody's account that have not ended, newest first."""
    tx.require(Permission.ACCOUNT_MANAGE)
    return _alive(tx, name, UUID(int=0))


def _alive(tx: Transaction, name: str, here: UUID) -> list[OpenSession]:
    query = select(tables.session).where(s.account == name, s.ended_at.is_(None), s.uid.is_not(None))
    rows = tx.connection.execute(query.order_by(s.created_at.desc())).all()
    tx.note(Event.ACCOUNT_READ, f"account:{name}", at="sessions")
    alive = [r for r in rows if not Clocks(started_at=r.created_at, last_seen=r.last_seen).has_ended(tx.at)]
    return [
        OpenSession(
            uid=UUID(bytes=bytes(row.uid)),
            started_at=row.created_at,
            last_seen=row.last_seen,
            method=row.method,
            address=row.address,
            purpose=Purpose(row.purpose),
            here=bytes(row.uid) == here.bytes,
        )
        for row in alive
    ]


def end(tx: Transaction, uid: UUID) -> None:
    """End one of the own sessions."""
    name = tx.access.actor.account
    mine = update(tables.session).where(s.uid == uid.bytes, s.account == name, s.ended_at.is_(None))
    if not tx.connection.execute(mine.values(ended_at=tx.at)).rowcount:
        raise NotFound("no such session", where=str(uid))
    tx.note(Event.SESSION_ENDED, f"account:{name}")


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


def note_forged(tx: Transaction, path: str) -> None:
    """Note that a form was refused which did not come from a page of this center."""
    tx.note(Event.FORM_REFUSED, path[:200])


def _asking(name: str, purpose: Purpose) -> Access:
    """Stand for somebody who is not signed in yet: no agency, no role, so no policy gives anything."""
    return Access(actor=Actor(account=f"?{name[:60]}", agency=""), purpose=purpose)
