"""Second factors in their order: a challenge, what the device answers, the count, and the session that goes on.

A challenge is good once and for five minutes. A wrong answer counts as a wrong attempt to sign in (CJIS AC-7), and a key
that has signed fewer times than before is a copy, and is refused as wrong (WebAuthn 6.1.1).
"""

import hmac

from tessera.engines import passkeys
from tessera.engines.passkeys import Signed, Site
from tessera.errors import Conflict, Invalid
from tessera.flow.center import Center
from tessera.model.access import Access
from tessera.store import authenticators, sessions
from tessera.store.authenticators import Passkey
from tessera.store.transactions import Transaction
from tessera.trust.second_factor import FactorKind

HANDLE = b"tessera passkey handle v1:"


def offer_passkey(center: Center, access: Access, secret: str, site: Site) -> str:
    """Write what the browser needs to make a passkey (JSON). Its handle of the person names nobody."""
    with center.store.reading(access) as tx:
        known = [passkey.credential_id for passkey in authenticators.passkeys(tx)]
    account = access.actor.account
    handle = hmac.digest(center.factor_key, HANDLE + account.encode(), "sha256")
    challenge = sessions.challenge(center.store, secret)
    return passkeys.offer_enrolment(site, account=account, handle=handle, challenge=challenge, known=known)


def add_passkey(center: Center, access: Access, secret: str, site: Site, *, answer: str, label: str) -> str:
    """Enrol what the browser made; return the session's new secret. Invalid where it does not fit."""
    made, problem = None, Invalid("the passkey was not asked for", advice="Load the page again, and try once more.")
    with center.store.writing(access) as tx:
        challenge = sessions.take_challenge(tx, secret)
        try:
            made = passkeys.check_enrolment(site, answer, challenge=challenge) if challenge else None
        except Invalid as error:
            problem = error
        if made is None:
            authenticators.note_failed(tx, FactorKind.PASSKEY, at="enrolment")
        else:
            authenticators.add_passkey(tx, _stored(made), label)
            return sessions.enrol_here(tx, secret, FactorKind.PASSKEY.value)
    raise problem


def _stored(signed: Signed) -> Passkey:
    return Passkey(credential_id=signed.credential_id, public_key=signed.public_key, sign_count=signed.sign_count)


def add_app(center: Center, access: Access, secret: str, *, code: str, label: str) -> str:
    """Enrol the authenticator app that was offered; return the session's new secret, or "" where the code is wrong."""
    with center.store.writing(access) as tx:
        if not authenticators.confirm_totp(tx, center.factor_key, code, label):
            return ""
        return sessions.enrol_here(tx, secret, FactorKind.TOTP.value)


def offer_use(center: Center, access: Access, secret: str, site: Site) -> str:
    """Write what the browser needs to sign with one of the own passkeys (JSON)."""
    with center.store.reading(access) as tx:
        known = [passkey.credential_id for passkey in authenticators.passkeys(tx)]
    if not known:
        raise Conflict("this account has no passkey", advice="Use another way.")
    return passkeys.offer_sign_in(site, challenge=sessions.challenge(center.store, secret), known=known)


def passkey_fits(tx: Transaction, secret: str, site: Site, answer: str) -> bool:
    """Claim that one of the own passkeys has signed this session's challenge; what does not fit is counted."""
    challenge = sessions.take_challenge(tx, secret)
    try:
        signed = _signed(tx, site, answer, challenge) if challenge else None
    except Invalid:
        signed = None
    if signed is None:
        authenticators.fail(tx, FactorKind.PASSKEY.value)
        return False
    authenticators.use_passkey(tx, signed.credential_id, signed.sign_count)
    return True


def _signed(tx: Transaction, site: Site, answer: str, challenge: bytes) -> Signed | None:
    claimed = passkeys.credential_of(answer)
    known = next((p for p in authenticators.passkeys(tx) if p.credential_id == claimed), None)
    if known is None:
        return None
    held = Signed(credential_id=known.credential_id, public_key=known.public_key, sign_count=known.sign_count)
    return passkeys.check_sign_in(site, answer, held, challenge=challenge)
