"""Whose a record is: only the agency that alone owns it may take it back, correct it or release it."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from tessera.errors import NotAllowed
from tessera.model.marking import Marking
from tessera.store import tables
from tessera.store.transactions import Transaction

r, s, d = tables.record.c, tables.source.c, tables.delivery.c
AT_ONCE = 10_000


def parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """Take so many keys at a time as a statement holds."""
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))


def owners_of(marking: Marking, agency: str) -> frozenset[str]:
    """Name the owners; what is public may name none, and then it is of the agency that gave it."""
    return marking.owners or frozenset({agency})


def require_sole_owner(tx: Transaction, keys: Sequence[int]) -> None:
    """Go on only if the agency of who asks alone owns all these records; otherwise say who else must agree."""
    found: set[tuple[int, str]] = set()
    for some in parts(keys):
        chosen = select(r.marking_id, s.agency).join(tables.source, s.id == r.source_id).where(r.id.in_(some))
        found |= {(row.marking_id, row.agency) for row in tx.connection.execute(chosen.distinct())}
    _require(tx, found)


def require_own_delivery(tx: Transaction, delivery_id: int) -> None:
    """Go on only if the agency of who asks alone owns what arrived with this delivery."""
    chosen = select(d.marking_id, s.agency).join(tables.source, s.id == d.source_id).where(d.id == delivery_id)
    _require(tx, {(row.marking_id, row.agency) for row in tx.connection.execute(chosen)})


def _require(tx: Transaction, found: set[tuple[int, str]]) -> None:
    known, own = tx.store.markings(tx), tx.access.actor.agency
    all_owners = frozenset[str]().union(*(owners_of(known[key], agency) for key, agency in found))
    others = ", ".join(sorted(all_owners - {own}))
    if found and own not in all_owners:
        raise NotAllowed(f"this is not {own}'s: its owner is {others}", where="owner", advice=f"Ask {others}.")
    if others:
        raise NotAllowed(
            f"{own} does not own it alone: {others} must do it too", where="owner", advice=f"Ask {others}."
        )
