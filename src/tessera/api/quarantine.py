"""Rows in quarantine: list, read, mend, replay."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from tessera.api.delivery_answers import Mending, QuarantinedRow, Replayed
from tessera.api.needs import Door
from tessera.api.pages import LINK_HEADER, Cursor, Limit, Page, Paged, uid_after
from tessera.api.visits import Here
from tessera.model.access import Permission
from tessera.model.delivery import QuarantineState
from tessera.store import quarantine

door = Door("Quarantine")
State = Annotated[QuarantineState | None, Query(description="Only rows in this state; without it, all.")]


@door.get("/quarantine", need=Permission.QUARANTINE_READ, answers=Page[QuarantinedRow],
          responses={200: {"headers": LINK_HEADER}})  # fmt: skip
def rows(
    visit: Here,
    pager: Paged,
    *,
    source: Annotated[str, Query(max_length=64)] = "",
    delivery: UUID | None = None,
    state: State = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[QuarantinedRow]:
    """List rows that did not fit, newest first."""
    after = uid_after(cursor)
    with visit.store.reading(visit.access) as tx:
        found = quarantine.page(tx, source=source, delivery=delivery, state=state, limit=limit + 1, after=after)
    return pager.cut([QuarantinedRow.of(row) for row in found], limit, lambda row: row.uid)


@door.get("/quarantine/{uid}", need=Permission.QUARANTINE_READ, answers=QuarantinedRow, fails=(404,))
def one(visit: Here, uid: UUID) -> QuarantinedRow:
    """Read one row that did not fit."""
    with visit.store.reading(visit.access) as tx:
        return QuarantinedRow.of(quarantine.get(tx, uid))


@door.post("/quarantine/{uid}/mend", need=Permission.QUARANTINE_MEND, answers=QuarantinedRow, fails=(404, 409))
def mend(visit: Here, uid: UUID, mending: Mending) -> QuarantinedRow:
    """Note corrected values. The row as delivered stays as it is."""
    with visit.store.writing(visit.access) as tx:
        return QuarantinedRow.of(quarantine.mend(tx, uid, mending.values))


@door.post("/quarantine/{uid}/replay", need=Permission.QUARANTINE_MEND, answers=Replayed, fails=(404, 409))
def replay(visit: Here, uid: UUID) -> Replayed:
    """Send a mended row on; 422 with the reasons where it still does not fit."""
    return Replayed.of(visit.center.pipeline.replay(visit.access, uid))
