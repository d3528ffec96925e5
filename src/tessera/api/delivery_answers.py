"""Deliveries and quarantine as the API writes them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from tessera.api.moments import moment
from tessera.api.texts import Text
from tessera.clock import to_datetime
from tessera.model import delivery as model
from tessera.model.delivery import DeliveryState, QuarantineState, Via
from tessera.store.intake import BatchCounts


class Delivery(BaseModel):
    """Bytes that arrived, and what became of their rows."""

    uid: UUID
    receipt: str
    source: str
    filename: str
    sha256: str
    size: int = Field(description="Bytes.")
    via: Via
    received_at: datetime
    received_by: str
    state: DeliveryState
    reason: str = Field(description="Why it could not be read; else empty.")
    mapping: str
    mapping_digest: str
    rows_in: int = Field(description="When done: the sum of the three that follow.")
    rows_recorded: int
    rows_quarantined: int
    rows_duplicate: int
    records: int
    links: int
    finished_at: datetime | None
    duplicate: bool = Field(description="These bytes had arrived from this source before.")

    @classmethod
    def of(cls, found: model.Delivery) -> "Delivery":
        """Write a delivery."""
        instants = {"received_at": to_datetime(found.received_at), "finished_at": moment(found.finished_at)}
        return cls.model_validate({name: getattr(found, name) for name in cls.model_fields} | instants)


class QuarantinedRow(BaseModel):
    """A row that did not fit."""

    uid: UUID
    delivery: UUID
    source: str
    locator: str
    row: int
    column: str
    term: str
    reason: str
    value: str
    raw: dict[str, str] = Field(description="The row as delivered, by column; masked for the reader.")
    mended: dict[str, str] = Field(description="Corrected values by column.")
    state: QuarantineState
    at: datetime
    mended_by: str

    @classmethod
    def of(cls, found: model.QuarantinedRow) -> "QuarantinedRow":
        """Write a row."""
        plain = {name: getattr(found, name) for name in cls.model_fields if name != "at"}
        return cls(**plain, at=to_datetime(found.at))


class Replayed(BaseModel):
    """What a mended row became."""

    records: int
    links: int
    duplicate: bool = Field(description="All of it was known already.")

    @classmethod
    def of(cls, counts: BatchCounts) -> "Replayed":
        """Write what a replay did."""
        return cls(records=counts.records, links=counts.links, duplicate=counts.rows_duplicate > 0)


class Mending(BaseModel):
    """Corrected values of a row."""

    values: dict[Text, Text] = Field(min_length=1, description="Corrected values by column.")
