"""Accounts: who may come in, and as whom; how an account is made, changed, closed and opened again.

Passwords are stored as argon2id only. An account is never deleted, so its name is never given to somebody else
(CJIS IA-4: not within a year).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.model.access import Access, Actor, AgencyKind, Permission, Purpose, Role
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.policies import note_account
from tessera.store.tables import AnyRow
from tessera.store.transactions import Store, Transaction
from tessera.trust import account_life, credentials
from tessera.trust.account_life import MOST_FAILURES, Closed, Failures

__all__ = ["MOST_FAILURES", "Account", "create", "everyone"]
a, s, t = tables.account.c, tables.session.c, tables.token.c

SETUP_CODE = "setup_code"
NONE_LISTED: frozenset[bytes] = frozenset()
FIELDS = ("label", "given_name", "sur_name", "email", "telephone", "agency", "trained_until", "expires")
"""Plain attributes that an administrator may change (CJIS AC-2)."""
WEIGHED = frozenset({"agency", "roles", "groups"})
"""What decides about access: whoever it changes for signs in again (CJIS IA-11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person's account. `secret` material is never part of it. `expires` is its last day, or empty."""

    name: str
    label: str
    agency: str
    agency_label: str
    roles: tuple[Role, ...]
    groups: tuple[str, ...]
    trained_until: str
    disabled: bool
    given_name: str = ""
    sur_name: str = ""
    email: str = ""
    telephone: str = ""
    expires: str = ""
    closed: Closed | None = None
    closed_reason: str = ""
    closed_by: str = ""
    closed_at: int | None = None
    signed_in_at: int | None = None
    active_at: int | None = None
    password_due: bool = False
    factors: int = 0
    """How many second factors are enrolled."""

    @property
    def state(self) -> str:
        """Say it in a word: active, locked, or why it is closed."""
        if not self.disabled:
            return "active"
        return "locked" if self.closed in {None, Closed.FAILURES} else str(self.closed)


def create(
    tx: Transaction, account: Account, password: str, *, listed: frozenset[bytes] = NONE_LISTED, first: bool = False
) -> None:
    """Make an account. The password must follow the rules in `trust.credentials`.

    `first`: somebody else chose the password, so its owner has to choose another at the first sign-in.
    """
    tx.require(Permission.ACCOUNT_MANAGE)
    _insert(tx, account, password, listed=listed, first=first)


def _insert(
    tx: Transaction, account: Account, password: str, *, listed: frozenset[bytes] = NONE_LISTED, first: bool = False
) -> None:
    check_new_password(account, password, listed=listed)
    if tx.connection.execute(select(a.name).where(a.name == account.name)).first():
        # CJIS IA-4: a name is not given to another person, closed or not
        raise Conflict(f"there is an account {account.name!r} already", where="account", advice="Choose another name.")
    _require_agency(tx, account.agency)
    tx.connection.execute(
        insert(tables.account).values(
            name=account.name,
            password_hash=credentials.hash_password(password),
            roles=json.dumps(sorted(account.roles)),
            groups=json.dumps(sorted(account.groups)),
            created_at=tx.at,
            active_at=tx.at,
            password_at=tx.at,
            password_due=first,
            **{name: getattr(account, name) for name in FIELDS},
        )
    )
    tx.note(Event.ACCOUNT_CREATED, f"account:{account.name}", roles=sorted(account.roles))
    note_account(tx, account.name)


def check_new_password(account: Account, password: str, *, listed: frozenset[bytes] = NONE_LISTED) -> None:
    """Refuse a password that does not follow the rules for this account."""
    credentials.check_password(
        password,
        account=account.name,
        words=own_words(account.label, account.agency),
        privileged=Role.ADMINISTRATOR in account.roles,
        listed=listed,
    )


def own_words(label: str, agency: str) -> tuple[str, ...]:
    """Give the words that somebody would guess first for this person."""
    return label, agency


def _require_agency(tx: Transaction, name: str) -> None:
    agency = tables.agency.c
    if tx.connection.execute(select(agency.name).where(agency.name == name)).first() is None:
        raise Invalid(f"unknown agency {name!r}", where="agency", advice="Register the agency first.")


def everyone(tx: Transaction) -> list[Account]:
    """List the accounts."""
    tx.require(Permission.ACCOUNT_MANAGE)
    tx.note(Event.ACCOUNT_LISTED)
    return [to_account(row) for row in tx.connection.execute(select_accounts().order_by(a.name))]


def get(tx: Transaction, name: str) -> Account:
    """Read one account: the own, or as an administrator any."""
    if name != tx.access.actor.account:
        tx.require(Permission.ACCOUNT_MANAGE)
    tx.note(Event.ACCOUNT_READ, f"account:{name}")
    return to_account(_row(tx, name))


def change(tx: Transaction, name: str, account: Account) -> None:
    """Change the attributes, roles and groups of somebody else's account; each change is an event with what it was."""
    tx.require(Permission.ACCOUNT_MANAGE)
    before = to_account(_row(tx, name))
    if name == tx.access.actor.account:
        # CJIS AC-5, AC-6: nobody widens what they may do themselves
        raise NotAllowed("nobody changes the own account here", where="roles", advice="Ask another administrator.")
    _require_agency(tx, account.agency)
    changed = [f for f in (*FIELDS, "roles", "groups") if _plain(getattr(before, f)) != _plain(getattr(account, f))]
    if not changed:
        raise Conflict("nothing is different", advice="Change a field, then save.")
    values = {f: _plain(getattr(account, f)) for f in FIELDS}
    values |= {f: json.dumps(_plain(getattr(account, f))) for f in ("roles", "groups")}
    tx.connection.execute(update(tables.account).where(a.name == name).values(values))
    told = {"roles_before": sorted(before.roles), "roles": sorted(account.roles)} if "roles" in changed else {}
    tx.note(Event.ACCOUNT_CHANGED, f"account:{name}", fields=changed, **told)
    note_account(tx, name)
    if WEIGHED & set(changed):
        end_sessions(tx, name)


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, tuple) else value


def release(tx: Transaction, name: str) -> None:
    """Open a closed account again; the count of its failures, and its time without use, start anew."""
    tx.require(Permission.ACCOUNT_MANAGE)
    row = _row(tx, name)
    if not row.disabled:
        raise Conflict(f"the account {name!r} is not locked", advice="Nothing has to be done.")
    if name == tx.access.actor.account:
        raise NotAllowed("nobody releases the own account", advice="Ask another administrator.")
    if row.expires and row.expires < tx.today:
        raise Conflict(f"the last day of {name!r} is over", where="expires", advice="Give it a later last day first.")
    values = {"closed_because": "", "closed_reason": "", "closed_at": None, "closed_by": "", "active_at": tx.at}
    values |= {"disabled": False, "failed": 0, "failed_since": None}
    tx.connection.execute(update(tables.account).where(a.name == name).values(values))
    tx.note(Event.ACCOUNT_RELEASED, f"account:{name}", was=row.closed_because or Closed.FAILURES.value)
    note_account(tx, name)


def stop(tx: Transaction, name: str, reason: str) -> tuple[int, int]:
    """Stop an account at once, with all its sessions and tokens; give how many of each ended (CJIS AC-2(13))."""
    tx.require(Permission.ACCOUNT_STOP)
    row = _row(tx, name)
    if not reason.strip():
        raise Invalid("no reason is given", where="reason", advice="Say in a sentence why the account is stopped.")
    if name == tx.access.actor.account:
        raise NotAllowed("nobody stops the own account", advice="Ask another administrator.")
    if row.closed_because == Closed.STOPPED:
        raise Conflict(f"the account {name!r} is stopped already", advice="Nothing has to be done.")
    close(tx, name, Closed.STOPPED, reason=reason.strip())
    ended, revoked = end_sessions(tx, name), _revoke_tokens(tx, name)
    tx.note(Event.ACCOUNT_STOPPED, f"account:{name}", sessions=ended, tokens=revoked)
    return ended, revoked


def close(tx: Transaction, name: str, because: Closed, *, reason: str = "") -> None:
    """Close an account, so that it opens nothing until an administrator releases it."""
    by = tx.access.actor.account
    values = {"closed_because": because.value, "closed_reason": reason, "closed_at": tx.at, "closed_by": by}
    tx.connection.execute(update(tables.account).where(a.name == name).values(disabled=True, **values))
    note_account(tx, name)


def sweep(tx: Transaction) -> list[tuple[str, Closed]]:
    """Close the accounts that are past their last day, and those that nobody has used for 90 days (CJIS AC-2(3))."""
    tx.require(Permission.ACCOUNT_MANAGE)
    found = [(row.name, why) for row in _open_rows(tx) if (why := why_closing(row, tx.today, tx.at))]
    for name, why in found:
        close(tx, name, why)
        end_sessions(tx, name)
        tx.note(Event.ACCOUNT_CLOSED, f"account:{name}", because=why.value)
    tx.note(Event.ACCOUNT_LISTED, "sweep", closed=len(found))
    return found


def why_closing(row: AnyRow, today: str, now: int) -> Closed | None:
    """Say why this open account has to be closed, if so."""
    used = row.created_at if row.active_at is None else row.active_at
    return account_life.closes(expires=row.expires, active_at=used, today=today, now=now)


def _open_rows(tx: Transaction) -> list[AnyRow]:
    return list(tx.connection.execute(select_accounts().where(a.disabled.is_(False)).order_by(a.name)))


def end_sessions(tx: Transaction, name: str, *, but: bytes = b"") -> int:
    """End the sessions of an account, all but one; give how many."""
    query = update(tables.session).where(s.account == name, s.ended_at.is_(None), s.digest != but)
    return tx.connection.execute(query.values(ended_at=tx.at)).rowcount


def _revoke_tokens(tx: Transaction, name: str) -> int:
    query = update(tables.token).where(t.account == name, t.revoked_at.is_(None))
    return tx.connection.execute(query.values(revoked_at=tx.at)).rowcount


def count_failure(tx: Transaction, name: str) -> None:
    """Count a wrong attempt; the fifth within a quarter of an hour locks the account (CJIS AC-7)."""
    row = tx.connection.execute(select(a.failed, a.failed_since, a.disabled).where(a.name == name)).one()
    failures = Failures(count=row.failed, since=row.failed_since).one_more(tx.at)
    values = {"failed": failures.count, "failed_since": failures.since}
    tx.connection.execute(update(tables.account).where(a.name == name).values(values))
    if failures.lock and not row.disabled:
        close(tx, name, Closed.FAILURES)
        tx.note(Event.ACCOUNT_LOCKED, f"account:{name}", failures=failures.count)


def change_password(
    tx: Transaction, old: str, new: str, *, keep: bytes, listed: frozenset[bytes] = NONE_LISTED
) -> bool:
    """Change the own password. False, and counted, where the old one is wrong. Every other session of the account ends."""
    name = tx.access.actor.account
    row = _row(tx, name)
    if not credentials.verify_password(row.password_hash, old):
        count_failure(tx, name)
        tx.note(Event.SIGN_IN_FAILED, f"account:{name}", at="password")
        return False
    if credentials.verify_password(row.password_hash, new):
        raise Invalid("the new password is the old one", where="password", advice="Choose another.")
    check_new_password(to_account(row), new, listed=listed)
    values = {"password_hash": credentials.hash_password(new), "password_at": tx.at, "password_due": False}
    tx.connection.execute(update(tables.account).where(a.name == name).values(failed=0, failed_since=None, **values))
    tx.note(Event.PASSWORD_CHANGED, f"account:{name}", sessions_ended=end_sessions(tx, name, but=keep))
    return True


def reset_password(tx: Transaction, name: str, password: str) -> int:
    """Give somebody who has forgotten their password another one, which they change when they sign in; sessions end."""
    tx.require(Permission.ACCOUNT_MANAGE)
    row = _row(tx, name)
    if name == tx.access.actor.account:
        raise NotAllowed("nobody resets the own password", advice="Change it on the page of your account.")
    check_new_password(to_account(row), password)
    values = {"password_hash": credentials.hash_password(password), "password_at": tx.at, "password_due": True}
    tx.connection.execute(update(tables.account).where(a.name == name).values(values))
    ended = end_sessions(tx, name)
    tx.note(Event.PASSWORD_RESET, f"account:{name}", sessions_ended=ended)
    return ended


def access_of(store: Store, name: str, purpose: Purpose, need_to_know: str = "") -> Access:
    """Give the access of an account by name, for the command line of the machine's own operator.

    Who can run the command can read the database file itself; the audit log says on whose behalf it was run.
    """
    with store.dialect.engine.connect() as connection:
        row = connection.execute(select_accounts().where(a.name == name, a.disabled.is_(False))).one_or_none()
    if row is None:
        raise NotFound(f"no account {name!r}", advice="List the accounts on the page of an administrator.")
    return to_access(row, purpose, need_to_know)


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


def accept_setup(
    tx: Transaction, code: str, account: Account, password: str, *, listed: frozenset[bytes] = NONE_LISTED
) -> None:
    """Make the first administrator for who holds the set-up code."""
    c = tables.center_state.c
    stored = tx.connection.execute(select(c.value).where(c.name == SETUP_CODE)).scalar_one_or_none()
    if stored is None or not credentials.same_secret(bytes.fromhex(stored), code):
        raise NotAllowed("the set-up code is wrong or was used already", advice="Run: tessera init DIR for a new one.")
    tx.connection.execute(tables.center_state.delete().where(c.name == SETUP_CODE))
    _insert(tx, account, password, listed=listed)


def select_accounts() -> Any:  # noqa: ANN401 - SQLAlchemy's generic select
    """Select accounts with their agency, and how many second factors they have."""
    agency, factor = tables.agency.c, tables.authenticator.c
    factors = (
        select(func.count())
        .where(factor.account == a.name, factor.confirmed_at.is_not(None), factor.removed_at.is_(None))
        .scalar_subquery()
    )
    columns = (tables.account, agency.label.label("agency_label"), agency.kind.label("agency_kind"))
    return select(*columns, factors.label("factors")).join(tables.agency, agency.name == a.agency)


def _row(tx: Transaction, name: str) -> AnyRow:
    row = tx.connection.execute(select_accounts().where(a.name == name)).one_or_none()
    if row is None:
        raise NotFound(f"no account {name!r}", advice="The list on this page has them all.")
    return row


def to_access(row: AnyRow, purpose: Purpose, need_to_know: str = "", *, scopes: Iterable[str] | None = None) -> Access:
    """Give the access of an account's row; `scopes` where it comes by a token."""
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
        scopes=None if scopes is None else frozenset(scopes),
    )


def to_account(row: AnyRow) -> Account:
    """Give the account of a row."""
    return Account(
        name=row.name,
        agency_label=row.agency_label,
        roles=tuple(Role(r) for r in json.loads(row.roles)),
        groups=tuple(json.loads(row.groups)),
        disabled=row.disabled,
        closed=Closed(row.closed_because) if row.closed_because else None,
        closed_reason=row.closed_reason,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
        signed_in_at=row.signed_in_at,
        active_at=row.active_at,
        password_due=bool(row.password_due),
        factors=row.factors,
        **{name: getattr(row, name) for name in FIELDS},
    )
