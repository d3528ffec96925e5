"""Second factors: one-time codes by the clock, recovery codes, and how a secret is sealed before it is stored.

Sources: RFC 6238 (six digits, 30 seconds, SHA-1, as every authenticator app has it), RFC 4226 7.2 (a code is good once),
NIST SP 800-63B 5.1.4 and 5.1.2; CJIS Security Policy 6.0 IA-2(1), IA-2(2) and IA-2(8) (replay resistant).
"""

import hmac
import secrets
from base64 import b32encode
from dataclasses import dataclass
from enum import StrEnum

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tessera.errors import Tampered

STEP_S = 30
DRIFT = 1
"""Steps that the other clock may be early or late."""
SEED_BYTES = 20  # RFC 4226: 160 bits
KEY_BYTES = 32
NONCE_BYTES = 12
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_GROUP = 4


class FactorKind(StrEnum):
    """What somebody has besides a password."""

    PASSKEY = "passkey"
    TOTP = "totp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A secret under the center's key, bound to what it belongs to; worthless without the key file."""

    nonce: bytes
    content: bytes

    def to_bytes(self) -> bytes:
        """Write it as one column."""
        return self.nonce + self.content

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Sealed":
        """Read what `to_bytes` wrote."""
        return cls(nonce=stored[:NONCE_BYTES], content=stored[NONCE_BYTES:])


def new_key() -> bytes:
    """Make the key under which seeds are sealed (AES-256)."""
    return AESGCM.generate_key(bit_length=8 * KEY_BYTES)


def seal(key: bytes, secret: bytes, *, belongs_to: str) -> bytes:
    """Seal a secret (AES-256-GCM, FIPS 197 and SP 800-38D) so that it opens for its owner only."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(nonce=nonce, content=AESGCM(key).encrypt(nonce, secret, belongs_to.encode())).to_bytes()


def unseal(key: bytes, stored: bytes, *, belongs_to: str) -> bytes:
    """Open a sealed secret; Tampered where it was changed, moved to somebody else, or sealed under another key."""
    sealed = Sealed.from_bytes(stored)
    try:
        return AESGCM(key).decrypt(sealed.nonce, sealed.content, belongs_to.encode())
    except InvalidTag:
        raise Tampered(
            "the sealed second factor cannot be opened",
            where=belongs_to,
            advice="Restore the file keys/factors.key that belongs to this database, or remove the factor.",
        ) from None


def new_seed() -> bytes:
    """Make the seed that an authenticator app and the center share."""
    return secrets.token_bytes(SEED_BYTES)


def seed_text(seed: bytes) -> str:
    """Write a seed as people type it into an app (base32)."""
    return b32encode(seed).decode().rstrip("=")


def seed_address(seed: bytes, *, account: str, center: str) -> str:
    """Write a seed as the address that apps read from a picture (otpauth://)."""
    return pyotp.TOTP(seed_text(seed)).provisioning_uri(name=account, issuer_name=center)


def code_at(seed: bytes, now: int) -> str:
    """Give the code of an instant (milliseconds).

    RFC 6238 appendix B: at 59 seconds the eight digits are 94287082, of which six are used here.

    >>> code_at(b"12345678901234567890", 59_000)
    '287082'
    """
    return pyotp.TOTP(seed_text(seed)).generate_otp(now // 1000 // STEP_S)


def step_of(seed: bytes, code: str, *, now: int, last_step: int) -> int | None:
    """Find the step whose code this is, one step early or late; never one that was used, or an older one.

    >>> step_of(b"12345678901234567890", "287 082", now=59_000, last_step=0)
    1
    """
    plain = "".join(code.split())
    here = now // 1000 // STEP_S
    counter = pyotp.TOTP(seed_text(seed))
    found = [
        step
        for step in range(here - DRIFT, here + DRIFT + 1)
        if step >= 0 and hmac.compare_digest(counter.generate_otp(step).encode(), plain.encode())
    ]
    return next((step for step in reversed(found) if step > last_step), None)


def new_recovery_codes() -> tuple[str, ...]:
    """Make codes, each good once, for the day on which every other factor is lost (80 random bits each)."""
    return tuple(
        _grouped(b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()) for _ in range(RECOVERY_CODES)
    )


def plain_recovery_code(typed: str) -> str:
    """Bring what a person types into the form that is digested.

    >>> plain_recovery_code(" ABCD-efgh ")
    'abcdefgh'
    """
    return "".join(c for c in typed.lower() if c.isalnum())


def _grouped(text: str) -> str:
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
