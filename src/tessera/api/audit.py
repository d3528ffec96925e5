"""The audit log: entries, signed checkpoints, and whether it is intact."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from tessera.api.needs import Door
from tessera.api.pages import LINK_HEADER, Cursor, Limit, Page, Paged, index_before
from tessera.api.visits import Here, Visit
from tessera.clock import to_datetime
from tessera.errors import NotFound
from tessera.model.access import Permission
from tessera.store import auditing
from tessera.store.events import Event

door = Door("Audit")
Exact = Annotated[str, Query(max_length=200, description="Only entries with exactly this value.")]


class Entry(BaseModel):
    """One line of the log."""

    index: int
    at: datetime
    event: str
    account: str
    agency: str
    purpose: str
    need_to_know: str
    subject: str
    outcome: str
    details: dict[str, Any]


class Checkpoint(BaseModel):
    """A signed statement of the log's size and root."""

    size: int
    root: str = Field(description="SHA-256 in hexadecimal.")
    note: str = Field(description="The signed note (C2SP checkpoint).")
    at: datetime
    verifier_key: str = Field(description="What an outsider needs to check the signature.")


class Verification(BaseModel):
    """What a check of the whole log found."""

    intact: bool
    size: int
    root: str
    checkpoints: int
    findings: list[str] = Field(description="Sentences that name the entry; empty where the log is intact.")


@door.get("/audit/entries", need=Permission.AUDIT_READ, answers=Page[Entry],
          responses={200: {"headers": LINK_HEADER}})  # fmt: skip
def entries(
    visit: Here,
    pager: Paged,
    *,
    event: Annotated[Event | None, Query(description="Only entries of this event.")] = None,
    account: Exact = "",
    subject: Exact = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[Entry]:
    """List entries, newest first."""
    before = index_before(cursor)
    with visit.store.reading(visit.access) as tx:
        found = auditing.entries(
            tx, event=event or "", account=account, subject=subject, before=before, limit=limit + 1
        )
    return pager.cut([_entry(each) for each in found], limit, lambda each: each.index)


@door.get("/audit/checkpoint", need=Permission.AUDIT_READ, answers=Checkpoint, fails=(404,))
def latest(visit: Here) -> Checkpoint:
    """Read the newest signed checkpoint."""
    with visit.store.reading(visit.access) as tx:
        found = auditing.latest_checkpoint(tx)
    if found is None:
        raise NotFound("no checkpoint has been signed yet", advice="POST /audit/checkpoint has one signed.")
    return _checkpoint(visit, found)


@door.post("/audit/checkpoint", need=Permission.AUDIT_CHECKPOINT, answers=Checkpoint, status=201)
def sign(visit: Here) -> Checkpoint:
    """Have the log signed as it stands."""
    with visit.store.writing(visit.access) as tx:
        return _checkpoint(visit, auditing.sign(tx, visit.center.sign_checkpoint))


@door.get("/audit/verification", need=Permission.AUDIT_READ, answers=Verification)
def verify(visit: Here) -> Verification:
    """Recompute the whole log and compare it with its tree and its signed checkpoints."""
    with visit.store.reading(visit.access) as tx:
        tx.note(Event.AUDIT_READ, "verification")
    found = auditing.verify(visit.store, visit.center.check_checkpoint)
    return Verification(
        intact=not found.findings,
        size=found.size,
        root=found.root.hex(),
        checkpoints=found.checkpoints,
        findings=list(found.findings),
    )


def _entry(found: auditing.AuditEntry) -> Entry:
    plain = {name: getattr(found, name) for name in Entry.model_fields if name != "at"}
    return Entry(**plain, at=to_datetime(found.at))


def _checkpoint(visit: Visit, found: auditing.AuditCheckpoint) -> Checkpoint:
    return Checkpoint(
        size=found.size,
        root=found.root.hex(),
        note=found.note,
        at=to_datetime(found.at),
        verifier_key=visit.center.verifier_key,
    )
