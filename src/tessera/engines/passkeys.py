"""Passkeys (W3C Web Authentication, level 3) behind four functions: offer and check, to enrol and to sign in.

A ceremony's options go to the browser as JSON; what comes back is JSON as well. The person must be verified by the device
(PIN, fingerprint at the device; nothing of it comes here). The origin and the name of this site are checked, and the
count of signatures must grow, which finds a copied key.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tessera.errors import Invalid

LONGEST = 16_384
"""Characters of an answer of a browser; real ones have about a thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a passkey is bound to: the origin that browsers see, and the site's name (RP id)."""

    origin: str
    rp_id: str
    label: str

    @classmethod
    def at(cls, address: str, *, label: str) -> "Site":
        """Read both off an address of this center.

        >>> Site.at("https://tessera.example.gov:8443/x", label="Center").rp_id
        'tessera.example.gov'
        """
        parts = urlsplit(address)
        return cls(origin=f"{parts.scheme}://{parts.netloc}", rp_id=parts.hostname or "", label=label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A passkey that has shown itself: its public key (COSE) when it is new, and how often it has signed."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def offer_enrolment(site: Site, *, account: str, handle: bytes, challenge: bytes, known: Sequence[bytes]) -> str:
    """Write what the browser needs to make a passkey; devices in `known` are not asked again."""
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.label,
        user_id=handle,
        user_name=account,
        user_display_name=account,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_descriptors(known),
    )
    return webauthn.options_to_json(options)


def check_enrolment(site: Site, answer: str, *, challenge: bytes) -> Signed:
    """Check what the browser made; Invalid where it is not for this site, this challenge or a verified person."""
    try:
        made = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _refused(error) from None
    return Signed(credential_id=made.credential_id, public_key=made.credential_public_key, sign_count=made.sign_count)


def offer_sign_in(site: Site, *, challenge: bytes, known: Sequence[bytes]) -> str:
    """Write what the browser needs to sign with one of the known passkeys."""
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def credential_of(answer: str) -> bytes:
    """Say which passkey an answer claims to come from."""
    try:
        return base64url_to_bytes(str(_read(answer)["id"]))
    except (ValueError, KeyError, TypeError) as error:
        raise _refused(error) from None


def check_sign_in(site: Site, answer: str, known: Signed, *, challenge: bytes) -> Signed:
    """Check a signature against the known passkey; Invalid where anything does not fit."""
    try:
        signed = webauthn.verify_authentication_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise _refused(error) from None
    return Signed(credential_id=signed.credential_id, public_key=known.public_key, sign_count=signed.new_sign_count)


def _descriptors(known: Sequence[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in known]


def _read(answer: str) -> dict[str, object]:
    found = json.loads(answer) if len(answer) <= LONGEST else None
    if not isinstance(found, dict):
        msg = "no answer of a browser"
        raise ValueError(msg)  # noqa: TRY004 - what was sent is wrong, not what was called
    return found


def _refused(error: Exception) -> Invalid:
    return Invalid(
        f"the passkey was not accepted ({error})", where="credential", advice="Try again, or use another factor."
    )
