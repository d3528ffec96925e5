"""Entities as a reader sees them: who is one, worked out at reading, from what that reader may see and nothing else."""

from collections.abc import Sequence
from uuid import UUID

from tessera.model.entity import EntityView, NearMiss
from tessera.model.record import RecordView
from tessera.store.transactions import Transaction


def get(tx: Transaction, uid: UUID, *, as_of: int | None = None) -> EntityView:
    """Read the entity that this record belongs to, now or as it was known at an instant (milliseconds UTC).

    Needs ENTITY_READ. NotFound where the record is hidden or unknown; the two look the same. A record of a kind without
    a model is an entity of its own. At most MOST_MEMBERS records are looked at; `bounded` says so in a sentence.
    """
    raise NotImplementedError


def near_misses(tx: Transaction, uid: UUID, *, as_of: int | None = None, limit: int = 20) -> list[NearMiss]:
    """Give records that are nearly part of this record's entity, the nearest first, with the reason they are not."""
    raise NotImplementedError


def members(tx: Transaction, uid: UUID, *, as_of: int | None = None) -> list[RecordView]:
    """Give the records of this record's entity alone, newest first: what a search hit or a page of links needs."""
    raise NotImplementedError


def sizes(tx: Transaction, uids: Sequence[UUID]) -> dict[UUID, int]:
    """Say of each record how many records its entity holds for this reader; 1 where it stands alone."""
    raise NotImplementedError
