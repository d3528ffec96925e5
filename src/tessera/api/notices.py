"""Notices of recalls and corrections, for programs that pull records: the recipient of an export is its account."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from tessera.api.moments import moment
from tessera.api.needs import Door
from tessera.api.pages import Listing
from tessera.api.texts import Text
from tessera.api.visits import Here
from tessera.clock import to_datetime
from tessera.model import notice as model
from tessera.model.access import Permission
from tessera.model.notice import Deed, NoticeKind
from tessera.store import notices

door = Door("Notices")


class Notice(BaseModel):
    """What became of records that this account was shown."""

    uid: UUID
    kind: NoticeKind
    at: datetime
    teller: str = Field(description="Agency that tells.")
    text: str
    records: list[UUID] = Field(description="At most the first 50 of them.")
    count: int = Field(description="How many records it is about that this account was shown.")
    acknowledged_at: datetime | None
    deed: Deed | None
    note: str

    @classmethod
    def of(cls, found: model.Notice) -> "Notice":
        """Write a notice."""
        return cls(
            uid=found.uid,
            kind=found.kind,
            at=to_datetime(found.at),
            teller=found.teller,
            text=found.text,
            records=list(found.records),
            count=found.count,
            acknowledged_at=moment(found.acknowledged_at),
            deed=found.deed,
            note=found.note,
        )


class Acknowledgement(BaseModel):
    """What was done with copies."""

    deed: Deed
    note: Annotated[Text, StringConstraints(max_length=notices.LONGEST_NOTE)] = ""


@door.get("/notices", need=Permission.NOTICE_READ, answers=Listing[Notice])
def index(visit: Here) -> Listing[Notice]:
    """List the own notices, those that are not acknowledged first."""
    with visit.store.reading(visit.access) as tx:
        return Listing(items=[Notice.of(one) for one in notices.of_reader(tx)])


@door.post("/notices/{uid}", need=Permission.NOTICE_READ, status=204, fails=(404, 409))
def acknowledge(visit: Here, uid: UUID, said: Acknowledgement) -> None:
    """Acknowledge a notice, and say what was done with copies."""
    with visit.store.writing(visit.access) as tx:
        notices.acknowledge(tx, uid, said.deed, note=said.note)
