"""Who asks, and why. Nothing is read without an `Access`."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person does at the center; policies speak of roles, never of names."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    DATA_SCIENTIST = "data-scientist"
    DATA_STEWARD = "data-steward"
    DIRECTOR = "director"
    INTAKE_ANALYST = "intake-analyst"
    PARTNER = "partner"
    PRIVACY_OFFICER = "privacy-officer"
    SERVICE = "service"
    WATCH_OFFICER = "watch-officer"


class Purpose(StrEnum):
    """Why data is used. Stated at sign-in, written into every audit entry, weighed by every policy."""

    ADMINISTRATION = "administration"
    CRIMINAL_INVESTIGATION = "criminal-investigation"
    DATA_STEWARDSHIP = "data-stewardship"
    EMERGENCY_RESPONSE = "emergency-response"
    OVERSIGHT = "oversight"
    PUBLIC_HEALTH = "public-health"
    SITUATIONAL_AWARENESS = "situational-awareness"


class AgencyKind(StrEnum):
    """What sort of partner organisation an agency is."""

    FEDERAL = "federal"
    LOCAL = "local"
    PRIVATE = "private"
    STATE = "state"
    TERRITORIAL = "territorial"
    TRIBAL = "tribal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person or service that acts, with the attributes that policies may weigh.

    `account` and `agency` are short names (`"dana"`, `"sussex-sheriff"`). `trained_until` is the last day, as ISO
    date, on which the actor's privacy training is current; empty means never trained.
    """

    account: str
    agency: str
    agency_kind: AgencyKind = AgencyKind.STATE
    groups: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()
    trained_until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """By what, and when (milliseconds), a person last proved to be there. A signature needs it to be recent."""

    by: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One actor, for one purpose, with the need to know (case, request, event) where a rule asks for it."""

    actor: Actor
    purpose: Purpose
    need_to_know: str = ""
    scopes: frozenset[str] | None = None
    """Scopes of the API token in use; None means a signed-in person, who has all that policy allows."""
    presence: Presence | None = field(default=None, compare=False)
    """What a signature rests on; None where no person is there, as behind a token. No decision about reading weighs it."""


class Permission(StrEnum):
    """What a door can ask for besides reading data; named resource:action."""

    ACCOUNT_MANAGE = "account:manage"
    ACCOUNT_STOP = "account:stop"
    AGREEMENT_MANAGE = "agreement:manage"
    AUDIT_CHECKPOINT = "audit:checkpoint"
    AUDIT_READ = "audit:read"
    AUDIT_SAMPLE = "audit:sample"
    DELIVERY_CREATE = "delivery:create"
    DELIVERY_READ = "delivery:read"
    DISCLOSURE_READ = "disclosure:read"
    ENTITY_READ = "entity:read"
    EXPOSURE_READ = "exposure:read"
    FLAG_DECIDE = "flag:decide"
    HOLD_MANAGE = "hold:manage"
    INTELLIGENCE_READ = "intelligence:read"
    INTELLIGENCE_REVIEW = "intelligence:review"
    INTELLIGENCE_SUBMIT = "intelligence:submit"
    JUDGEMENT_CREATE = "judgement:create"
    MARKING_CHANGE = "marking:change"
    NOTICE_READ = "notice:read"
    OVERVIEW_READ = "overview:read"
    POLICY_APPROVE = "policy:approve"
    POLICY_PROPOSE = "policy:propose"
    POLICY_READ = "policy:read"
    PURGE_APPROVE = "purge:approve"
    QUARANTINE_MEND = "quarantine:mend"
    QUARANTINE_READ = "quarantine:read"
    RECORD_CORRECT = "record:correct"
    RECORD_EXPORT = "record:export"
    RECORD_READ = "record:read"
    RECORD_RECALL = "record:recall"
    REDRESS_DECIDE = "redress:decide"
    REQUEST_CREATE = "request:create"
    REQUEST_DECIDE = "request:decide"
    RESOLUTION_MANAGE = "resolution:manage"
    RETENTION_REVIEW = "retention:review"
    SAR_READ = "sar:read"
    SAR_SUBMIT = "sar:submit"
    SAR_VET = "sar:vet"
    SETTINGS_READ = "settings:read"
    SOURCE_MANAGE = "source:manage"
    SOURCE_READ = "source:read"
    TOKEN_CREATE = "token:create"  # noqa: S105 - a permission, not a secret
    TRANSPARENCY_PUBLISH = "transparency:publish"
