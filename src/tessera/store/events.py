"""Every kind of audit entry there is, alphabetical; named stage:subject:action."""

from enum import StrEnum


class Event(StrEnum):
    """What was done. docs/reference/events.md describes each."""

    ACCOUNT_CREATED = "trust:account:created"
    ACCOUNT_LISTED = "trust:account:listed"
    ACCOUNT_LOCKED = "trust:account:locked"
    ACCOUNT_RELEASED = "trust:account:released"
    AUDIT_READ = "trust:audit:read"
    AUDIT_SIGNED = "trust:audit:signed"
    CENTER_CREATED = "trust:center:created"
    DELIVERY_DUPLICATED = "receive:delivery:duplicated"
    DELIVERY_FAILED = "extract:delivery:failed"
    DELIVERY_FINISHED = "integrate:delivery:finished"
    DELIVERY_LISTED = "receive:delivery:listed"
    DELIVERY_READ = "receive:delivery:read"
    DELIVERY_RECEIVED = "receive:delivery:received"
    DELIVERY_STARTED = "extract:delivery:started"
    EVIDENCE_READ = "receive:evidence:read"
    MAP_READ = "analyze:map:read"
    MARKING_CHANGED = "trust:marking:changed"
    NOTICES_ACKNOWLEDGED = "trust:notice:acknowledged"
    NOTICES_READ = "trust:notice:read"
    NOTICES_SENT = "trust:notice:sent"
    OVERVIEW_READ = "analyze:overview:read"
    PARTNER_REGISTERED = "receive:partner:registered"
    PURPOSE_CHANGED = "trust:purpose:changed"
    QUARANTINE_MENDED = "integrate:quarantine:mended"
    QUARANTINE_READ = "integrate:quarantine:read"
    QUARANTINE_REPLAYED = "integrate:quarantine:replayed"
    RECORDS_EXPORTED = "share:records:exported"
    RECORDS_EXPORT_BEGUN = "share:records:export-begun"
    RECORDS_EXPORT_PAGE = "share:records:export-page"
    RECORDS_STORED = "integrate:records:stored"
    RECORD_COUNTED = "analyze:record:counted"
    RECORD_READ = "analyze:record:read"
    RECORD_SEARCHED = "analyze:record:searched"
    REFUSED = "trust:access:refused"
    SESSION_ENDED = "trust:session:ended"
    SIGNED_IN = "trust:session:started"
    SIGN_IN_FAILED = "trust:session:failed"
    SOURCE_LISTED = "receive:source:listed"
    TOKEN_CREATED = "trust:token:created"  # noqa: S105 - an event, not a secret
    TOKEN_LISTED = "trust:token:listed"  # noqa: S105 - an event, not a secret
    TOKEN_REVOKED = "trust:token:revoked"  # noqa: S105 - an event, not a secret
