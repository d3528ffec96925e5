"""The tables, once, for SQLite and PostgreSQL alike (SQLAlchemy Core).

Instants are integers (milliseconds since the epoch, UTC). `uid` columns hold the 16 bytes of the UUIDv7 that the outside
sees. Structured values are canonical JSON text. The full-text index differs by database; see `dialects`.

`record` and `link` carry no foreign-key constraints: they are written by one function only, in bulk, and a check per row
would cost more than the insert. A house test names each table's marking, source and retention column.
"""

from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

AnyRow: TypeAlias = Any
"""A row of some query; SQLAlchemy's own type would have to count its columns."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)

_Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts by itself only in an INTEGER PRIMARY KEY

agency = Table(
    "agency",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("label", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("jurisdiction", Text, nullable=False),
    Column("contact", Text, nullable=False),
)

agreement = Table(
    "agreement",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("agency", ForeignKey("agency.name"), nullable=False),
    Column("purposes", Text, nullable=False),
    Column("redissemination", Text, nullable=False),
    Column("signed", String(10), nullable=False),
    Column("expires", String(10), nullable=False),
    Column("state", String(16), nullable=False, server_default="current"),
)

holding = Table(
    "holding",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("label", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("retention_days", Integer, nullable=False),
    Column("purposes", Text, nullable=False),
    Column("unexamined_because", Text, nullable=False, server_default=""),
    Column("sort", String(32), nullable=False, server_default="other"),
)

marking = Table(
    "marking",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("value", Text, nullable=False, unique=True),
)

source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("agency", ForeignKey("agency.name"), nullable=False),
    Column("agreement", ForeignKey("agreement.name"), nullable=False),
    Column("holding", ForeignKey("holding.name"), nullable=False),
    Column("marking_id", ForeignKey("marking.id"), nullable=False),
    Column("mapping", String(128), nullable=False),
    Column("cadence_hours", Integer, nullable=False),
    Column("reliability", String(1), nullable=False),
)

kind = Table(
    "kind",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("name", String(64), nullable=False, unique=True),
)

mapping = Table(
    "mapping",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("value", Text, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("receipt", String(16), nullable=False),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("marking_id", ForeignKey("marking.id"), nullable=False),
    Column("filename", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("via", String(16), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("received_by", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("mapping_digest", String(64), nullable=False, server_default=""),
    Column("finished_at", BigInteger),
    Column("worker", String(128), nullable=False, server_default=""),
    UniqueConstraint("source_id", "sha256"),
    Index("ix_delivery_received_at", "received_at"),
)
"""What was handed in. `worker` is the process that took it on: while that lives, no other does."""

delivery_part = Table(
    "delivery_part",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("first_row", BigInteger, nullable=False),
    Column("path", Text, nullable=False),
    Column("format", String(16), nullable=False),
    Column("columns", Text, nullable=False),
    Column("column_classes", Text, nullable=False),
    Column("options", Text, nullable=False),
)

enclosure = Table(
    "enclosure",
    metadata,
    Column("parent_id", ForeignKey("delivery.id"), primary_key=True),
    Column("child_id", ForeignKey("delivery.id"), primary_key=True),
    Column("root_id", BigInteger, nullable=False),
    Column("depth", Integer, nullable=False),
    Index("ix_enclosure_child_id", "child_id"),
    Index("ix_enclosure_root_id", "root_id"),
)
"""Which delivery came in which: a member of an archive, an attachment. `depth` counts from 1 below what was handed in."""

batch = Table(
    "batch",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("rows_in", Integer, nullable=False),
    Column("rows_recorded", Integer, nullable=False),
    Column("rows_quarantined", Integer, nullable=False),
    Column("rows_duplicate", Integer, nullable=False),
    Column("records", Integer, nullable=False),
    Column("links", Integer, nullable=False),
    Column("committed_at", BigInteger, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=False),
    Column("uid", LargeBinary(16), nullable=False),
    Column("thread", LargeBinary(16), nullable=False),
    Column("kind_id", SmallInteger, nullable=False),
    Column("source_id", Integer, nullable=False),
    Column("delivery_id", BigInteger, nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("source_key", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("event_time", BigInteger),
    Column("latitude", Float(53)),
    Column("longitude", Float(53)),
    Column("cell", BigInteger),
    Column("marking_id", Integer, nullable=False),
    Column("known_from", BigInteger, nullable=False),
    Column("known_to", BigInteger),
    Column("locator", Text),
    Index("ix_record_uid", "uid", unique=True),
    Index("ix_record_thread", "thread"),
    Index("ix_record_kind_time", "kind_id", "event_time"),
    Index("ix_record_delivery_row", "delivery_id", "row"),
    Index("ix_record_cell", "cell"),
    Index("ix_record_marking", "marking_id", "kind_id", "id"),
    Index(
        "ix_record_known_to",
        "known_to",
        postgresql_where=text("known_to IS NOT NULL"),
        sqlite_where=text("known_to IS NOT NULL"),
    ),
)

stock = Table(
    "stock",
    metadata,
    Column("marking_id", Integer, primary_key=True, autoincrement=False),
    Column("kind_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("records", BigInteger, nullable=False),
)
"""How many records of each kind were ever stored under each marking. A question without words goes straight to the newest
of each; a question with words learns whether much of what it would find is hidden."""

delivery_stock = Table(
    "delivery_stock",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("marking_id", Integer, primary_key=True, autoincrement=False),
    Column("rows_recorded", BigInteger, nullable=False),
    Column("rows_quarantined", BigInteger, nullable=False),
    Column("rows_duplicate", BigInteger, nullable=False),
    Column("records", BigInteger, nullable=False),
    Column("links", BigInteger, nullable=False),
)
"""What became of a delivery's rows, by marking, so that a reader's counts are of what the reader may see. A row stands under
the join of the markings of all records made of it."""

link = Table(
    "link",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("type", String(64), nullable=False),
    Column("role", String(64), nullable=False),
    Column("from_thread", LargeBinary(16), nullable=False),
    Column("to_thread", LargeBinary(16), nullable=False),
    Column("delivery_id", BigInteger, nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("marking_id", Integer, nullable=False),
    Column("known_from", BigInteger, nullable=False),
    Column("known_to", BigInteger),
    Index("uq_link_ends", "from_thread", "to_thread", "type", "role", "marking_id", unique=True),
    Index("ix_link_to", "to_thread"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("delivery_id", ForeignKey("delivery.id"), nullable=False),
    Column("marking_id", Integer, nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("column", Text, nullable=False),
    Column("term", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("mended", Text, nullable=False, server_default="{}"),
    Column("mended_by", String(64), nullable=False, server_default=""),
    Column("state", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_quarantine_delivery_row", "delivery_id", "row"),
    Index("ix_quarantine_state", "state", "id"),
)

quality = Table(
    "quality",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("term", String(64), primary_key=True),
    Column("rows", BigInteger, nullable=False),
    Column("filled", BigInteger, nullable=False),
    Column("invalid", BigInteger, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("label", Text, nullable=False),
    Column("agency", ForeignKey("agency.name"), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("groups", Text, nullable=False),
    Column("trained_until", String(10), nullable=False),
    Column("disabled", Boolean, nullable=False, server_default=text("false")),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("failed_since", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("given_name", Text, nullable=False, server_default=""),
    Column("sur_name", Text, nullable=False, server_default=""),
    Column("email", Text, nullable=False, server_default=""),
    Column("telephone", Text, nullable=False, server_default=""),
    Column("expires", String(10), nullable=False, server_default=""),
    Column("closed_because", String(16), nullable=False, server_default=""),
    Column("closed_reason", Text, nullable=False, server_default=""),
    Column("closed_at", BigInteger),
    Column("closed_by", String(64), nullable=False, server_default=""),
    Column("active_at", BigInteger),
    Column("signed_in_at", BigInteger),
    Column("password_at", BigInteger),
    Column("password_due", Boolean, nullable=False, server_default=text("false")),
)

session = Table(
    "session",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("account", ForeignKey("account.name"), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("need_to_know", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_seen", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("uid", LargeBinary(16), unique=True),
    Column("method", String(64), nullable=False, server_default="password"),
    Column("confirmed_at", BigInteger),
    Column("confirmed_by", String(64), nullable=False, server_default=""),
    Column("factor_at", BigInteger),
    Column("locked_at", BigInteger),
    Column("challenge", LargeBinary(32)),
    Column("challenge_at", BigInteger),
    Column("address", String(64), nullable=False, server_default=""),
    Index("ix_session_account", "account"),
)

token = Table(
    "token",
    metadata,
    Column("uid", LargeBinary(16), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("account", ForeignKey("account.name"), nullable=False),
    Column("label", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)

center_state = Table(
    "center_state",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("next", BigInteger, nullable=False),
)

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("index", _Key, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("event", String(64), nullable=False),
    Column("account", String(64), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("need_to_know", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("details", Text, nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
    Column("form", SmallInteger, nullable=False, server_default="1"),
    Column("via", String(16), nullable=False, server_default=""),
    Column("address", String(64), nullable=False, server_default=""),
    Column("purged_at", BigInteger),
    Index("ix_audit_entry_subject", "subject"),
    Index("ix_audit_entry_event", "event", "index"),
    Index("ix_audit_entry_at", "at"),
)
"""`form` says which columns the leaf commits to, and in which order (`store.audit`)."""

audit_node = Table(
    "audit_node",
    metadata,
    Column("level", SmallInteger, primary_key=True),
    Column("index", BigInteger, primary_key=True),
    Column("hash", LargeBinary(32), nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
)

audit_checkpoint = Table(
    "audit_checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

remarking = Table(
    "remarking",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("record_id", BigInteger, nullable=False),
    Column("from_marking", Integer, nullable=False),
    Column("to_marking", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_remarking_record_id", "record_id"),
)
"""Every change of a record's marking, so that it can be said who could read it at any time."""

disclosure = Table(
    "disclosure",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("need_to_know", Text, nullable=False),
    Column("event", String(64), nullable=False),
    Column("records", Integer, nullable=False),
    Column("export", String(36), nullable=False, server_default=""),
    Index("ix_disclosure_at", "at"),
    Index("ix_disclosure_account", "account", "at"),
    Index(
        "ix_disclosure_export",
        "export",
        postgresql_where=text("export <> ''"),
        sqlite_where=text("export <> ''"),
    ),
)
"""Who was shown records, when, and why (28 CFR 23.20(g))."""

disclosure_record = Table(
    "disclosure_record",
    metadata,
    Column("disclosure_id", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_disclosure_record_record_id", "record_id"),
)
"""Which records each disclosure showed."""

notice = Table(
    "notice",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_notice_agency", "agency", "id"),
)
"""What those who were shown records are told about them afterwards."""

notice_record = Table(
    "notice_record",
    metadata,
    Column("notice_id", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    Column("record_uid", LargeBinary(16), nullable=False),
    Index("ix_notice_record_record_id", "record_id"),
)
"""Which records a notice is about. The identifier is kept, so that copies can be found after a purge."""

notice_recipient = Table(
    "notice_recipient",
    metadata,
    Column("notice_id", BigInteger, primary_key=True, autoincrement=False),
    Column("account", String(64), primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("acknowledged_at", BigInteger),
    Column("deed", String(16), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Index("ix_notice_recipient_account", "account", "acknowledged_at"),
)
"""Who is told, and what they say they did with their copies."""

recall = Table(
    "recall",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("records", Integer, nullable=False),
    Column("lifted_at", BigInteger),
    Column("lifted_by", String(64), nullable=False, server_default=""),
    Column("lift_reason", Text, nullable=False, server_default=""),
    Index("ix_recall_agency", "agency", "id"),
)
"""What owners took back, and why; and why they gave it again."""

recall_record = Table(
    "recall_record",
    metadata,
    Column("recall_id", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_recall_record_record_id", "record_id"),
)
"""Which records each recall took back."""

correction = Table(
    "correction",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("thread", LargeBinary(16), nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("delivered_id", BigInteger, nullable=False),
    Column("terms", Text, nullable=False),
    Column("standing", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_at", BigInteger),
    Index("ix_correction_thread", "thread", "id"),
    Index("ix_correction_ended_at", "ended_at"),
)
"""Which terms of which record its owner corrected. It holds no value: these are in the version that was corrected and in the
one that the correction made."""

request = Table(
    "request",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("question", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("need_to_know", Text, nullable=False),
    Column("call_back", Text, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("answered_at", BigInteger),
    Column("answered_by", String(64), nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default=""),
    Column("released", Integer, nullable=False, server_default="0"),
    Index("ix_request_owner", "owner", "id"),
    Index("ix_request_agency", "agency", "id"),
    Index("ix_request_account", "account", "at"),
)
"""What somebody who may not read a record asks its owner, and what the owner answers."""

disclosure_owner = Table(
    "disclosure_owner",
    metadata,
    Column("disclosure_id", BigInteger, primary_key=True, autoincrement=False),
    Column("owner", String(64), primary_key=True),
    Column("records", Integer, nullable=False),
    Index("ix_disclosure_owner_owner", "owner", "disclosure_id"),
)
"""How many of the records that each disclosure showed were of which agency."""

redress = Table(
    "redress",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("reference", String(16), nullable=False, unique=True),
    Column("secret_digest", LargeBinary(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("acknowledged_at", BigInteger),
    Column("identified_at", BigInteger),
    Column("opened_at", BigInteger),
    Column("decided_at", BigInteger),
    Column("decided_by", String(64), nullable=False, server_default=""),
    Column("outcome", String(16), nullable=False, server_default=""),
    Column("remedies", Text, nullable=False, server_default=""),
    Column("refusal", String(32), nullable=False, server_default=""),
    Column("explanation", Text, nullable=False, server_default=""),
    Column("appealed_at", BigInteger),
    Column("first_decided_by", String(64), nullable=False, server_default=""),
    Column("closed_at", BigInteger),
    Column("closing", String(16), nullable=False, server_default=""),
    Index("ix_redress_state", "state", "id"),
)
"""Requests of people who believe that something about them is held and wrong; what they wrote is in `redress_person`."""

redress_person = Table(
    "redress_person",
    metadata,
    Column("redress_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("reach", Text, nullable=False),
    Column("statement", Text, nullable=False),
    Column("record_named", Text, nullable=False),
    Column("agency_named", Text, nullable=False),
)
"""Who asks for redress and in what words. A row is deleted some days after its request is closed."""

redress_record = Table(
    "redress_record",
    metadata,
    Column("redress_id", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    Column("record_uid", LargeBinary(16), nullable=False),
    Column("thread", LargeBinary(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("lifted_at", BigInteger),
    Index("ix_redress_record_thread", "thread", "lifted_at"),
)
"""Which records a request disputes. Every version of the same thing from the same source counts as disputed."""

redress_step = Table(
    "redress_step",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("redress_id", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("step", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_redress_step_redress_id", "redress_id", "id"),
)
"""What was done about a request for redress, in order."""

transparency_report = Table(
    "transparency_report",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("published_at", BigInteger),
    Column("published_by", String(64), nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Index("ix_transparency_report_published_at", "published_at"),
)
"""Reports as everybody may read them, small numbers already withheld. One that is not published is a draft."""

transparency_review = Table(
    "transparency_review",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("report_id", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("kept", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_transparency_review_report_id", "report_id", "id"),
)
"""Later reviews of published reports (CJIS AC-22): kept in public, or taken down."""

sample = Table(
    "sample",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("period", String(7), nullable=False),
    Column("round", Integer, nullable=False),
    Column("drawn_at", BigInteger, nullable=False),
    Column("drawn_by", String(64), nullable=False),
    Column("checkpoint_size", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("population", BigInteger, nullable=False),
    Column("population_digest", String(64), nullable=False),
    Column("signed_at", BigInteger),
    Column("signed_by", String(64), nullable=False, server_default=""),
    Column("remark", Text, nullable=False, server_default=""),
    UniqueConstraint("period", "round"),
)
"""Random samples of accesses; `note` is the signed checkpoint that chose them."""

sample_item = Table(
    "sample_item",
    metadata,
    Column("sample_id", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("entry", BigInteger, nullable=False),
    Column("finding", String(16), nullable=False, server_default=""),
    Column("remark", Text, nullable=False, server_default=""),
    Column("examined_at", BigInteger),
    Column("examined_by", String(64), nullable=False, server_default=""),
)
"""Which entries of the audit log a sample drew, and what was found."""

audit_digest = Table(
    "audit_digest",
    metadata,
    Column("week", String(8), primary_key=True),
    Column("counts", Text, nullable=False),
    Column("signed_at", BigInteger, nullable=False),
    Column("signed_by", String(64), nullable=False),
    Column("remark", Text, nullable=False),
)
"""Weekly reviews of the audit log that were signed off (CJIS AU-6)."""

witness = Table(
    "witness",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("key", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("ended_at", BigInteger),
)
"""Who outside the center watches that the audit log only grows. A name is given once; its key never changes."""

cosignature = Table(
    "cosignature",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("witness", ForeignKey("witness.name"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("line", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
)
"""Signature lines of witnesses under our checkpoints (C2SP tlog-cosignature)."""

review = Table(
    "review",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("subject", Text, nullable=False),
    Column("records", Integer, nullable=False),
    Column("from_day", String(10), nullable=False),
    Column("to_day", String(10), nullable=False),
    Column("explanation", Text, nullable=False),
    Column("reviewer", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_review_subject", "subject"),
)
"""Every decision to keep what was due: reviewer, date, explanation (28 CFR 23.20(h))."""

legal_hold = Table(
    "legal_hold",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("reference", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("set_by", String(64), nullable=False),
    Column("set_at", BigInteger, nullable=False),
    Column("lifted_by", String(64), nullable=False, server_default=""),
    Column("lifted_at", BigInteger),
    Column("lifted_reason", Text, nullable=False, server_default=""),
)

legal_hold_record = Table(
    "legal_hold_record",
    metadata,
    Column("hold_id", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_legal_hold_record_record_id", "record_id"),
)
"""Which records each hold covers. A record can be under several; it opens when the last is lifted."""

purge = Table(
    "purge",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("chosen_by", String(16), nullable=False),
    Column("names", Text, nullable=False),
    Column("whole_rows", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    Column("decided_by", String(64), nullable=False, server_default=""),
    Column("decided_at", BigInteger),
    Column("records", Integer, nullable=False, server_default="0"),
    Column("done_at", BigInteger),
    Column("problem", Text, nullable=False, server_default=""),
    Column("work", Text, nullable=False, server_default="{}"),
    Column("receipt", Text, nullable=False, server_default=""),
    Index("ix_purge_state", "state"),
)
"""Every purge: proposed, decided, begun, done. `work` holds what is still to do and is emptied at the end."""

purge_blob = Table(
    "purge_blob",
    metadata,
    Column("purge_id", BigInteger, primary_key=True, autoincrement=False),
    Column("delivery_id", BigInteger, primary_key=True, autoincrement=False),
    Column("search", Boolean, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("old_sha256", String(64), nullable=False),
    Column("new_sha256", String(64), nullable=False, server_default=""),
    Column("done_at", BigInteger),
    Index("ix_purge_blob_delivery_id", "delivery_id"),
)
"""Whose delivered bytes a purge rewrites; while it is not done, nobody reads those bytes."""

erased_row = Table(
    "erased_row",
    metadata,
    Column("delivery_id", BigInteger, primary_key=True, autoincrement=False),
    Column("row", BigInteger, primary_key=True, autoincrement=False),
    Column("purge_id", BigInteger, nullable=False),
)
"""Rows of deliveries whose bytes are gone."""

delivery_bytes = Table(
    "delivery_bytes",
    metadata,
    Column("delivery_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("in_place", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_delivery_bytes_sha256", "sha256"),
)
"""Bytes of deliveries that a purge rewrote: what is kept now. No digest: nothing is left."""

policy_version = Table(
    "policy_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("texts", Text, nullable=False),
    Column("shipped", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("base", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", String(64), nullable=False, server_default=""),
    Column("decided_at", BigInteger),
    Column("decision", Text, nullable=False, server_default=""),
    Column("from_at", BigInteger),
    Column("until_at", BigInteger),
    Column("what_if", Text, nullable=False, server_default=""),
    Column("what_if_base", Integer, nullable=False, server_default="0"),
    Index("ix_policy_version_from_at", "from_at"),
)
"""Every policy that was proposed or in force. `texts` are the site's own files, `folder` which of them the operator keeps."""

account_version = Table(
    "account_version",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("account", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("agency", String(64), nullable=False),
    Column("agency_kind", String(16), nullable=False),
    Column("roles", Text, nullable=False),
    Column("groups", Text, nullable=False),
    Column("trained_until", String(10), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Index("ix_account_version_account", "account", "id"),
)
"""Accounts as they were, as far as policies weigh them."""

agreement_version = Table(
    "agreement_version",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("agreement", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("agency", String(64), nullable=False),
    Column("signed", String(10), nullable=False),
    Column("expires", String(10), nullable=False),
    Column("state", String(16), nullable=False),
    Index("ix_agreement_version_agreement", "agreement", "id"),
)
"""Agreements as they were, so that it can be said which were in force on a day."""

intelligence_submission = Table(
    "intelligence_submission",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("author", String(64), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("entered_on", String(10), nullable=False, server_default=""),
    Column("period_from", String(10), nullable=False),
    Column("review_by", String(10), nullable=False),
    Column("reviewed_by", String(64), nullable=False, server_default=""),
    Index("ix_intelligence_submission_state", "state", "id"),
)
"""Where each submission of criminal intelligence stands. What it says stands in its records, and nowhere else."""

intelligence_member = Table(
    "intelligence_member",
    metadata,
    Column("submission_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread", LargeBinary(16), primary_key=True),
    Column("number", SmallInteger, nullable=False),
    Column("role", String(16), nullable=False),
    Index("ix_intelligence_member_thread", "thread"),
)
"""Which things a submission is made of: each subject, why it is suspected, and who is named only to identify it."""

intelligence_step = Table(
    "intelligence_step",
    metadata,
    Column("submission_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("deed", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("on", String(10), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("at", BigInteger, nullable=False),
)
"""What was done to a submission; a purge takes the notes and leaves who did what when."""

activity_report = Table(
    "activity_report",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("author", String(64), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("state", String(24), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("behaviors", Text, nullable=False, server_default="[]"),
    Column("due", String(10), nullable=False, server_default=""),
    Column("detailed", Boolean, nullable=False, server_default=text("false")),
    Column("shared_with", Text, nullable=False, server_default="[]"),
    Index("ix_activity_report_state", "state", "id"),
)
"""Where each report of suspicious activity stands in its vetting. What it says stands in its records, and nowhere else."""

activity_member = Table(
    "activity_member",
    metadata,
    Column("report_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread", LargeBinary(16), primary_key=True),
    Column("role", String(16), nullable=False),
    Index("ix_activity_member_thread", "thread"),
)
"""Which things a report is made of: what was observed, and who or what was seen."""

activity_step = Table(
    "activity_step",
    metadata,
    Column("report_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("deed", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("on", String(10), nullable=False),
    Column("trained_until", String(10), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("at", BigInteger, nullable=False),
)
"""Who decided what about a report, with the training that stood on that day; a purge takes the notes."""

promotion = Table(
    "promotion",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("from_record", LargeBinary(16), nullable=False),
    Column("from_holding", String(64), nullable=False),
    Column("to_sort", String(32), nullable=False),
    Column("to_uid", LargeBinary(16), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_promotion_from_record", "from_record"),
    Index("ix_promotion_to_uid", "to_uid"),
)
"""Who took a record of one holding as the ground for an entry in another, and why. Nothing was copied."""

flag = Table(
    "flag",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("record_id", BigInteger, nullable=False),
    Column("delivery_id", BigInteger, nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("occasion", String(16), nullable=False),
    Column("rules", Text, nullable=False),
    Column("categories", Text, nullable=False),
    Column("places", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("ground", String(16), nullable=False, server_default=""),
    Column("decided_by", String(64), nullable=False, server_default=""),
    Column("decided_at", BigInteger),
    Column("reason", Text, nullable=False, server_default=""),
    Index("ix_flag_state", "state", "id"),
    Index("ix_flag_record_id", "record_id"),
)
"""What the gate held for a privacy officer, by which rules, and where in the text their words stand; never the words."""

agreement_step = Table(
    "agreement_step",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("agreement", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("step", String(16), nullable=False),
    Column("expires", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_agreement_step_agreement", "agreement", "id"),
)
"""Who entered, renewed, suspended, resumed or ended an agreement, when and why."""

authenticator = Table(
    "authenticator",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("account", ForeignKey("account.name"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("label", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("credential_id", LargeBinary, unique=True),
    Column("sign_count", BigInteger, nullable=False, server_default="0"),
    Column("last_step", BigInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("confirmed_at", BigInteger),
    Column("used_at", BigInteger),
    Column("removed_at", BigInteger),
    Index("ix_authenticator_account", "account"),
)
"""Second factors: sealed seeds of one-time codes, public keys of passkeys."""

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("account", ForeignKey("account.name"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Index("ix_recovery_code_account", "account"),
)
"""Digests of codes that stand in for a second factor, each once."""

sign_on = Table(
    "sign_on",
    metadata,
    Column("state", LargeBinary(32), primary_key=True),
    Column("visitor", LargeBinary(32), nullable=False),
    Column("nonce", Text, nullable=False),
    Column("verifier", Text, nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("need_to_know", Text, nullable=False),
    Column("next", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""Visitors who are on their way to the issuer of single sign-on and back; a row is taken out when it is used."""

sign_on_link = Table(
    "sign_on_link",
    metadata,
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("account", ForeignKey("account.name"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_sign_on_link_account", "account"),
)
"""Which account a person of an issuer signs in to."""

resolution_model = Table(
    "resolution_model",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uid", String(64), nullable=False, unique=True),
    Column("kind_id", SmallInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("value", Text, nullable=False),
    Column("entered_by", String(64), nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("up_to", BigInteger, nullable=False, server_default="0"),
    Column("capped", BigInteger, nullable=False, server_default="0"),
    Column("records", BigInteger, nullable=False, server_default="0"),
    Index("ix_resolution_model_kind_id", "kind_id", "id"),
)
"""Every version of a kind's model, as JSON. All records up to the key `up_to` are resolved by it; `capped` comparisons
were left out because a blocking key is too frequent."""

resolution_switch = Table(
    "resolution_switch",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("kind_id", SmallInteger, nullable=False),
    Column("model_id", ForeignKey("resolution_model.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("account", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_resolution_switch_kind_id", "kind_id", "id"),
)
"""Which model ran from when on; the newest of a kind runs."""

term_frequency = Table(
    "term_frequency",
    metadata,
    Column("model_id", ForeignKey("resolution_model.id"), primary_key=True),
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("frequency", Float(53), nullable=False),
)
"""How common the values of a field were when a model was trained: digests of field and value, none that few records hold."""

node = Table(
    "node",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("thread", LargeBinary(16), nullable=False, unique=True),
    Column("kind_id", SmallInteger, nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("digest", String(16), nullable=False),
    Column("prepared", Text, nullable=False),
    Column("block_keys", Text, nullable=False),
    Index("ix_node_kind_id", "kind_id", "id"),
    Index("ix_node_record_id", "record_id"),
)
"""One thing as one source knows it, made ready to be compared: the payload of `record_id`, prepared as the declaration
with this digest (its first 16 digits) says. `block_keys` are its rows of block_key, JSON: pairs of key and lane."""

block_key = Table(
    "block_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("lane", BigInteger, primary_key=True, autoincrement=False),
    Column("node_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Nodes by blocking key. A lane is the marking under which a node came in, but for its dates: whether a key is too frequent is
counted within a lane, so that a hidden record never keeps two from being compared that may be seen. A lane that holds more
than are compared takes in no more of those that arrive: it says nothing, and would be most of the table."""

pair = Table(
    "pair",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("left_id", BigInteger, nullable=False),
    Column("right_id", BigInteger, nullable=False),
    Column("model_id", Integer, nullable=False),
    Column("weight", Float(53), nullable=False),
    Column("levels", Text, nullable=False),
    Column("known_from", BigInteger, nullable=False),
    Column("known_to", BigInteger),
    Index("ix_pair_left_id", "left_id", "model_id"),
    Index("ix_pair_right_id", "right_id", "model_id"),
    Index(
        "ix_pair_model_id_weight",
        "model_id",
        "weight",
        postgresql_where=text("known_to IS NULL"),
        sqlite_where=text("known_to IS NULL"),
    ),
)
"""Two nodes (the smaller key left) as a model weighs them. Never changed: a newer weight closes the row and adds one.
`levels` is JSON: for each comparison the level's number (-1: missing) and the weight of its rarity."""

judgement = Table(
    "judgement",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=True),
    Column("uid", LargeBinary(16), nullable=False, unique=True),
    Column("kind_id", SmallInteger, nullable=False),
    Column("left_thread", LargeBinary(16)),
    Column("right_thread", LargeBinary(16)),
    Column("verdict", String(16), nullable=False),
    Column("by", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("weights", Text, nullable=False),
    Column("model_id", Integer),
    Column("account", String(64), nullable=False),
    Column("agency", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("undoes", BigInteger),
    Column("purged_at", BigInteger),
    Index("ix_judgement_left_thread", "left_thread"),
    Index("ix_judgement_right_thread", "right_thread"),
    Index("ix_judgement_account", "account", "id"),
)
"""What people said about two things. Rows are only added; a purge of either empties what names it, and leaves who and when."""

name_key = Table(
    "name_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("marking_id", Integer, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_name_key_record_id", "record_id"),
    sqlite_with_rowid=False,
)
"""Records by how their names sound (resolution.name_keys). The upper bits of a key are the kind. The marking is the record's own,
so that a reader's search looks only where the reader may look, and what is hidden takes no place in it."""
