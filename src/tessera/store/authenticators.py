"""Second factors of accounts: enrolled, shown, removed; and the recovery codes that stand in for them.

Seeds of one-time codes are stored sealed under a key that is outside the database; of passkeys there are only public keys;
of recovery codes only digests. A wrong factor counts as a wrong attempt to sign in (CJIS AC-7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, select, update

from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.store import accounts, tables
from tessera.store.events import Event
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.trust import credentials, second_factor
from tessera.trust.second_factor import FactorKind

f, r = tables.authenticator.c, tables.recovery_code.c
MOST_FACTORS = 10
RECOVERY = "recovery-code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """An enrolled second factor, without its secret."""

    uid: UUID
    kind: FactorKind
    label: str
    created_at: int
    used_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """What is needed to check a passkey: its public key (COSE) and how often it has signed."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def own(tx: Transaction) -> list[Factor]:
    """List the own factors, oldest first."""
    tx.note(Event.ACCOUNT_READ, f"account:{_me(tx)}")
    return [
        Factor(
            uid=UUID(bytes=bytes(row.uid)),
            kind=FactorKind(row.kind),
            label=row.label,
            created_at=row.created_at,
            used_at=row.used_at,
        )
        for row in _mine(tx)
    ]


def offer_totp(tx: Transaction, key: bytes) -> bytes:
    """Give the seed that is to be enrolled; the same one until it is confirmed, so that a page may be loaded twice."""
    row = _pending(tx)
    if row is not None:
        tx.note(Event.ACCOUNT_READ, f"account:{_me(tx)}", at="enrolment")
        return second_factor.unseal(key, row.secret, belongs_to=_me(tx))
    seed = second_factor.new_seed()
    _insert(tx, FactorKind.TOTP, "", second_factor.seal(key, seed, belongs_to=_me(tx)), confirmed_at=None)
    tx.note(Event.ACCOUNT_READ, f"account:{_me(tx)}", at="enrolment")
    return seed


def confirm_totp(tx: Transaction, key: bytes, code: str, label: str) -> bool:
    """Enrol the offered seed once a code proves that the app has it. False where the code is wrong."""
    row = _pending(tx)
    if row is None:
        raise Conflict("there is nothing to confirm", advice="Load the page again, and add its picture to the app.")
    _require_room(tx)
    seed = second_factor.unseal(key, row.secret, belongs_to=_me(tx))
    step = second_factor.step_of(seed, code, now=tx.at, last_step=0)
    if step is None:
        note_failed(tx, FactorKind.TOTP, at="enrolment")
        return False
    values = {"confirmed_at": tx.at, "last_step": step, "label": label}
    tx.connection.execute(update(tables.authenticator).where(f.id == row.id).values(values))
    tx.note(Event.FACTOR_ADDED, f"account:{_me(tx)}", kind=FactorKind.TOTP.value)
    return True


def check_totp(tx: Transaction, key: bytes, code: str) -> bool:
    """Claim that a code is that of one of the own apps, now, and was not used before; a wrong one is counted."""
    for row in _mine(tx, FactorKind.TOTP):
        seed = second_factor.unseal(key, row.secret, belongs_to=_me(tx))
        step = second_factor.step_of(seed, code, now=tx.at, last_step=row.last_step)
        if step is not None:
            # RFC 6238 5.2: the second use of a code is refused
            values = {"last_step": step, "used_at": tx.at}
            tx.connection.execute(update(tables.authenticator).where(f.id == row.id).values(values))
            return True
    fail(tx, FactorKind.TOTP.value)
    return False


def passkeys(tx: Transaction) -> list[Passkey]:
    """List the own passkeys, as they are needed to check one."""
    tx.note(Event.ACCOUNT_READ, f"account:{_me(tx)}", at="passkeys")
    return [
        Passkey(credential_id=bytes(row.credential_id), public_key=bytes(row.secret), sign_count=row.sign_count)
        for row in _mine(tx, FactorKind.PASSKEY)
    ]


def add_passkey(tx: Transaction, passkey: Passkey, label: str) -> None:
    """Enrol a passkey whose ceremony was checked."""
    _require_room(tx)
    if tx.connection.execute(select(f.id).where(f.credential_id == passkey.credential_id)).first():
        raise Conflict("this passkey is enrolled already", advice="Use another device or security key.")
    _insert(tx, FactorKind.PASSKEY, label, passkey.public_key, confirmed_at=tx.at, passkey=passkey)
    tx.note(Event.FACTOR_ADDED, f"account:{_me(tx)}", kind=FactorKind.PASSKEY.value)


def use_passkey(tx: Transaction, credential_id: bytes, sign_count: int) -> None:
    """Note that a passkey of the own account has signed; a copy that counts less is found out by it."""
    mine = (f.credential_id == credential_id, f.account == _me(tx))
    values = {"sign_count": sign_count, "used_at": tx.at}
    tx.connection.execute(update(tables.authenticator).where(*mine).values(values))


def note_failed(tx: Transaction, kind: FactorKind, *, at: str) -> None:
    """Note that something went wrong with an own factor; whoever enrols guesses nothing, so it is not counted."""
    tx.note(Event.FACTOR_FAILED, f"account:{_me(tx)}", kind=kind.value, at=at)


def fail(tx: Transaction, kind: str) -> None:
    """Note and count a wrong second factor."""
    tx.note(Event.FACTOR_FAILED, f"account:{_me(tx)}", kind=kind)
    accounts.count_failure(tx, _me(tx))


def make_codes(tx: Transaction) -> tuple[str, ...]:
    """Make recovery codes, shown this once; older ones no longer count."""
    codes = second_factor.new_recovery_codes()
    tx.connection.execute(tables.recovery_code.delete().where(r.account == _me(tx)))
    tx.connection.execute(
        insert(tables.recovery_code),
        [{"digest": _digest(code), "account": _me(tx), "created_at": tx.at} for code in codes],
    )
    tx.note(Event.FACTOR_CODES_MADE, f"account:{_me(tx)}", codes=len(codes))
    return codes


def codes_left(tx: Transaction) -> int:
    """Count the recovery codes that are still good."""
    tx.note(Event.ACCOUNT_READ, f"account:{_me(tx)}", at="recovery codes")
    query = select(func.count()).select_from(tables.recovery_code).where(r.account == _me(tx), r.used_at.is_(None))
    return int(tx.connection.execute(query).scalar_one())


def use_code(tx: Transaction, typed: str) -> bool:
    """Take a recovery code, which is good once; a wrong one is counted."""
    good = (r.digest == _digest(typed), r.account == _me(tx), r.used_at.is_(None))
    if tx.connection.execute(update(tables.recovery_code).where(*good).values(used_at=tx.at)).rowcount:
        tx.note(Event.FACTOR_CODE_USED, f"account:{_me(tx)}")
        return True
    fail(tx, RECOVERY)
    return False


def remove(tx: Transaction, uid: UUID, *, required: bool) -> None:
    """Remove one of the own factors; the last one only where none is required."""
    rows = _mine(tx)
    if uid not in {UUID(bytes=bytes(row.uid)) for row in rows}:
        raise NotFound("no such second factor", where=str(uid))
    if required and len(rows) == 1:
        raise Conflict("this is your last second factor, and one is required", advice="Add another one first.")
    _remove(tx, (f.uid == uid.bytes,))
    tx.note(Event.FACTOR_REMOVED, f"account:{_me(tx)}")


def remove_all(tx: Transaction, name: str) -> int:
    """Remove every factor of somebody who has lost them; the sessions end, and the next sign-in enrols anew."""
    tx.require(Permission.ACCOUNT_MANAGE)
    if name == _me(tx):
        raise NotAllowed("nobody removes all the own factors here", advice="Ask another administrator.")
    removed = _remove(tx, (f.account == name,))
    tx.connection.execute(tables.recovery_code.delete().where(r.account == name))
    if not removed:
        raise Conflict(f"the account {name!r} has no second factor", advice="Nothing has to be done.")
    accounts.end_sessions(tx, name)
    tx.note(Event.FACTOR_REMOVED, f"account:{name}", removed=removed)
    return removed


def _remove(tx: Transaction, which: Sequence[object]) -> int:
    """The row stays as a trace; its secret goes."""
    query = update(tables.authenticator).where(*which, f.removed_at.is_(None))  # type: ignore[arg-type]
    values = {"removed_at": tx.at, "secret": b"", "credential_id": None}
    return tx.connection.execute(query.values(values)).rowcount


def _me(tx: Transaction) -> str:
    return tx.access.actor.account


def _mine(tx: Transaction, kind: FactorKind | None = None) -> list[AnyRow]:
    query = select(tables.authenticator).where(
        f.account == _me(tx), f.confirmed_at.is_not(None), f.removed_at.is_(None)
    )
    if kind is not None:
        query = query.where(f.kind == kind.value)
    return list(tx.connection.execute(query.order_by(f.id)))


def _pending(tx: Transaction) -> AnyRow:
    query = select(tables.authenticator).where(
        f.account == _me(tx), f.confirmed_at.is_(None), f.removed_at.is_(None), f.kind == FactorKind.TOTP.value
    )
    return tx.connection.execute(query.order_by(f.id.desc()).limit(1)).one_or_none()


def _require_room(tx: Transaction) -> None:
    if len(_mine(tx)) >= MOST_FACTORS:
        raise Invalid(f"an account has at most {MOST_FACTORS} second factors", advice="Remove one first.")


def _insert(
    tx: Transaction, kind: FactorKind, label: str, secret: bytes, *, confirmed_at: int | None,
    passkey: Passkey | None = None,
) -> None:  # fmt: skip
    tx.connection.execute(
        insert(tables.authenticator).values(
            uid=new_id().bytes,
            account=_me(tx),
            kind=kind.value,
            label=label,
            secret=secret,
            credential_id=passkey.credential_id if passkey else None,
            sign_count=passkey.sign_count if passkey else 0,
            created_at=tx.at,
            confirmed_at=confirmed_at,
        )
    )


def _digest(code: str) -> bytes:
    return credentials.digest_secret(second_factor.plain_recovery_code(code))
