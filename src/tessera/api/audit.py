"""The audit log: entries, signed checkpoints, and whether it is intact."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from tessera.api.moments import Instant
from tessera.api.needs import Door
from tessera.api.pages import LINK_HEADER, Cursor, Limit, Listing, Page, Paged, index_before
from tessera.api.visits import Here, Visit
from tessera.clock import to_datetime
from tessera.errors import Invalid, NotFound, Tampered
from tessera.flow import log_keeping
from tessera.model.access import Permission
from tessera.store import auditing, proofs, witnesses
from tessera.store.events import Event
from tessera.trust.proof import write_hashes, write_proof

door = Door("Audit")
Moment = Annotated[Instant | None, Query(description="An instant with its zone (RFC 3339); `until` is left out.")]
Number = Annotated[int, Query(ge=0, le=1 << 53)]
Size = Annotated[
    int | None, Query(ge=0, le=1 << 53, description="Size of the signed checkpoint; the newest by default.")
]
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
    via: str = Field(description="Door that it came in by: page, api or command; empty for the center's own jobs.")
    address: str = Field(description="Network address that it came from, where there was one.")
    purged_at: datetime | None = Field(description="When the details were purged; null where they were not.")


class Checkpoint(BaseModel):
    """A signed statement of the log's size and root."""

    size: int
    root: str = Field(description="SHA-256 in hexadecimal.")
    note: str = Field(description="The signed note (C2SP checkpoint).")
    at: datetime
    verifier_key: str = Field(description="What an outsider needs to check the signature.")
    cosigned: int = Field(description="Witnesses whose signatures are below it.")


class Verification(BaseModel):
    """What a check of the whole log found."""

    intact: bool
    size: int
    root: str
    checkpoints: int
    findings: list[str] = Field(description="Sentences that name the entry; empty where the log is intact.")
    purged: int = Field(
        description="Entries whose details were purged; of these only the place in the tree is checked."
    )


class Cosigned(BaseModel):
    """A checkpoint that witnesses signed."""

    note: str = Field(max_length=100_000, description="The checkpoint as served, with the witnesses' lines below ours.")


class AcceptedCosignature(BaseModel):
    """A cosignature that the center keeps."""

    witness: str
    at: datetime = Field(description="When the witness signed, by its own clock.")


class InclusionProof(BaseModel):
    """That an entry is in the signed log."""

    index: int
    hashes: list[str] = Field(description="From the leaf up, base64.")
    tlog_proof: str = Field(description="The same as a proof file that needs no network (c2sp.org/tlog-proof@v1).")


class ConsistencyProof(BaseModel):
    """That the log only grew."""

    old_size: int
    hashes: list[str] = Field(description="In the order of RFC 6962, base64.")


@door.get("/audit/entries", need=Permission.AUDIT_READ, answers=Page[Entry],
          responses={200: {"headers": LINK_HEADER}})  # fmt: skip
def entries(
    visit: Here,
    pager: Paged,
    *,
    event: Annotated[Event | None, Query(description="Only entries of this event.")] = None,
    account: Exact = "",
    subject: Exact = "",
    since: Moment = None,
    until: Moment = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[Entry]:
    """List entries, newest first."""
    before = index_before(cursor)
    with visit.store.reading(visit.access) as tx:
        found = auditing.entries(
            tx,
            event=event or "",
            account=account,
            subject=subject,
            since=since,
            until=until,
            before=before,
            limit=limit + 1,
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
    found = log_keeping.verify(visit.center, visit.access)
    return Verification(
        intact=not found.findings,
        size=found.size,
        root=found.root.hex(),
        checkpoints=found.checkpoints,
        findings=list(found.findings),
        purged=found.purged,
    )


@door.post("/audit/cosignatures", need=Permission.AUDIT_CHECKPOINT, answers=Listing[AcceptedCosignature])
def cosign(visit: Here, body: Cosigned) -> Listing[AcceptedCosignature]:
    """Hand in the cosignatures of registered witnesses."""
    try:
        with visit.store.writing(visit.access) as tx:
            found = witnesses.accept(tx, body.note)
    except Tampered as wrong:  # what is handed in is wrong, not what we keep
        raise Invalid(wrong.message, where="note", advice=wrong.advice) from wrong
    return Listing(items=[AcceptedCosignature(witness=each.witness, at=to_datetime(each.at * 1000)) for each in found])


@door.get("/audit/proofs/inclusion", need=Permission.AUDIT_READ, answers=InclusionProof, fails=(404,))
def inclusion(visit: Here, index: Number, size: Size = None) -> InclusionProof:
    """Prove that an entry is in the signed log."""
    with visit.store.reading(visit.access) as tx:
        found = proofs.inclusion(tx, index, size)
    return InclusionProof(index=index, hashes=_written(found.hashes), tlog_proof=write_proof(found))


@door.get("/audit/proofs/consistency", need=Permission.AUDIT_READ, answers=ConsistencyProof, fails=(404,))
def consistency(visit: Here, old_size: Number, size: Size = None) -> ConsistencyProof:
    """Prove that the log only grew since it had `old_size` entries."""
    with visit.store.reading(visit.access) as tx:
        found = proofs.consistency(tx, old_size, size)
    return ConsistencyProof(old_size=old_size, hashes=_written(found))


def _written(hashes: Sequence[bytes]) -> list[str]:
    return write_hashes(hashes).splitlines()


def _entry(found: auditing.AuditEntry) -> Entry:
    plain = {name: getattr(found, name) for name in Entry.model_fields if name not in {"at", "purged_at"}}
    purged_at = to_datetime(found.purged_at) if found.purged_at is not None else None
    return Entry(**plain, at=to_datetime(found.at), purged_at=purged_at)


def _checkpoint(visit: Visit, found: auditing.AuditCheckpoint) -> Checkpoint:
    return Checkpoint(
        size=found.size,
        root=found.root.hex(),
        note=found.note,
        at=to_datetime(found.at),
        verifier_key=visit.center.verifier_key,
        cosigned=found.cosigned,
    )
