"""The bytes that are kept of a delivery now: as delivered, or rewritten by a purge."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from tessera.errors import Invalid, NotFound, Unavailable
from tessera.store import tables
from tessera.store.transactions import Transaction

d, k, e, b = tables.delivery.c, tables.delivery_bytes.c, tables.erased_row.c, tables.purge_blob.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept. `sha256` is empty where nothing is left."""

    sha256: str
    size: int
    rewritten_at: int | None = None
    """When a purge rewrote them; None while they are as delivered."""
    in_place: bool = True
    """Rows stand where they stood, in the format that was delivered."""


def state_of(tx: Transaction, delivery_id: int) -> Kept:
    """Say what is kept of a delivery."""
    row = tx.connection.execute(
        select(d.sha256, d.size, k.sha256.label("now"), k.size.label("size_now"), k.in_place, k.at)
        .select_from(tables.delivery)
        .join(tables.delivery_bytes, k.delivery_id == d.id, isouter=True)
        .where(d.id == delivery_id)
    ).one()
    if row.at is None:
        return Kept(sha256=row.sha256, size=row.size)
    return Kept(sha256=row.now, size=row.size_now, rewritten_at=row.at, in_place=row.in_place)


def to_read(tx: Transaction, delivery_id: int) -> Kept:
    """Say which bytes to read. Raises Unavailable while a purge rewrites them, NotFound where nothing is left.

    Until they are rewritten, the old bytes hold what was purged: they are sealed for every door.
    """
    if delivery_id in sealed(tx):
        raise Unavailable(
            "a purge is rewriting the bytes of this delivery, and nobody may read them meanwhile",
            advice="Try again when it is done; tessera purge list says what it waits for.",
        )
    found = state_of(tx, delivery_id)
    if not found.sha256:
        raise NotFound("all bytes of this delivery were purged")
    return found


def to_integrate(tx: Transaction, delivery_id: int) -> Kept:
    """Say which bytes to integrate; Invalid where a purge left them in another form than they were delivered in."""
    found = to_read(tx, delivery_id)
    if not found.in_place:
        raise Invalid(
            "the bytes of this delivery were rewritten by a purge, so it cannot be integrated again",
            advice="Have its giver deliver what is missing as a new file.",
        )
    return found


def sealed(tx: Transaction) -> frozenset[int]:
    """Give the deliveries whose bytes a purge has not rewritten yet."""
    return frozenset(tx.connection.execute(select(b.delivery_id).where(b.done_at.is_(None))).scalars())


def erased_rows(tx: Transaction, delivery_id: int, rows: Iterable[int]) -> frozenset[int]:
    """Give those of the rows whose bytes were purged."""
    found = select(e.row).where(e.delivery_id == delivery_id, e.row.in_(list(rows)))
    return frozenset(tx.connection.execute(found).scalars())
