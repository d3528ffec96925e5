"""How many rows of a delivery became what, as far as each reader may see.

Whoever gave the data, looks after it or oversees it knows all counts. Everybody else's are of the rows, all of whose records
they may see, so that no count tells of a record that is hidden.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from operator import add as plus
from operator import or_
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, tuple_

from tessera.model.access import Permission, Role
from tessera.store import sums, tables
from tessera.store.scope import covers
from tessera.store.transactions import Transaction

b, d, r, k, s = tables.batch.c, tables.delivery.c, tables.record.c, tables.delivery_stock.c, tables.source.c
BY_MARKING = ("rows_recorded", "rows_quarantined", "rows_duplicate", "records", "links")
KEEPERS = (Permission.AUDIT_READ, Permission.QUARANTINE_MEND, Permission.SOURCE_MANAGE)
AT_ONCE = 5_000
Deltas = Counter[tuple[int, int, str]]
"""How much to add, by delivery, marking and name of the count."""
Place = tuple[int, int]
"""A delivery and a row of it."""


def counts_all(tx: Transaction) -> bool:
    """Claim that this access looks after all rows, or oversees them."""
    service = Role.SERVICE in tx.access.actor.roles
    return service or any(tx.store.policy.may(tx.access, each, today=tx.today) for each in KEEPERS)


def counted(tx: Transaction, names: Iterable[str]) -> list[ColumnElement[int]]:
    """Give these counts of each delivery of a query over `delivery` and `source`, for this reader, each by its name."""
    visible = None if counts_all(tx) else tx.scope.visible
    return [_counted(name, visible, tx.access.actor.agency).label(name) for name in names]


@lru_cache(maxsize=256)
def _counted(name: str, visible: frozenset[int] | None, agency: str) -> ColumnElement[int]:
    """Write a count once for each sort of reader. `visible` are the markings that one may see; None is for one who knows all."""
    whole = _sum(select(func.sum(b[name])).where(b.delivery_id == d.id).correlate(tables.delivery).scalar_subquery())
    if visible is None:
        return whole
    names = BY_MARKING[:3] if name == "rows_in" else (name,)
    parts = reduce(plus, (k[each] for each in names))
    seen = select(func.sum(parts)).where(k.delivery_id == d.id, covers(k.marking_id, visible))
    own = s.agency == agency
    return case((own, whole), else_=_sum(seen.correlate(tables.delivery).scalar_subquery()))


def _sum(found: Any) -> ColumnElement[int]:  # noqa: ANN401 - SQLAlchemy's scalar subquery
    return func.coalesce(found, 0)


def of_rows(tx: Transaction, variants: Mapping[int, frozenset[int]]) -> dict[int, int]:
    """Give each row the key of the join of its records' markings."""
    known = tx.store.markings(tx)
    joined: dict[frozenset[int], int] = {}
    for keys in set(variants.values()):
        joined[keys] = next(iter(keys)) if len(keys) == 1 else _joined(tx, [known[key] for key in keys])
    return {row: joined[keys] for row, keys in variants.items()}


def _joined(tx: Transaction, markings: Sequence[Any]) -> int:
    return tx.store.marking_id(tx, reduce(or_, markings))


def markings_by_row(rows: Sequence[int], markings: Sequence[int]) -> dict[int, frozenset[int]]:
    """Gather the markings of the records of each row."""
    if len(set(markings)) == 1:
        return dict.fromkeys(rows, frozenset(markings[:1]))
    found: dict[int, set[int]] = defaultdict(set)
    for row, marking in zip(rows, markings, strict=True):
        found[row].add(marking)
    return {row: frozenset(keys) for row, keys in found.items()}


def add(tx: Transaction, deltas: Deltas) -> None:
    """Add to the counts by marking; less than nothing takes away."""
    together: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: dict.fromkeys(BY_MARKING, 0))
    for (delivery_id, marking_id, name), count in deltas.items():
        together[delivery_id, marking_id][name] += count
    rows = [
        (delivery_id, marking_id, *(counts[name] for name in BY_MARKING))
        for (delivery_id, marking_id), counts in sorted(together.items())
        if any(counts.values())
    ]
    sums.add(tx, "delivery_stock", keys=("delivery_id", "marking_id"), sums=BY_MARKING, rows=rows)


def standing(tx: Transaction, places: Iterable[Place]) -> Deltas:
    """Count the rows at these places, and their records, as they stand now: take it away before a change, add it after."""
    listed = sorted(set(places))
    found: Deltas = Counter()
    for start in range(0, len(listed), AT_ONCE):
        chosen = tuple_(r.delivery_id, r.row).in_(listed[start : start + AT_ONCE])
        rows = tx.connection.execute(select(r.delivery_id, r.row, r.marking_id).where(chosen)).all()
        by_place: dict[Place, set[int]] = defaultdict(set)
        for row in rows:
            found[row.delivery_id, row.marking_id, "records"] += 1
            by_place[row.delivery_id, row.row].add(row.marking_id)
        numbered = dict(enumerate(by_place.items()))
        joined = of_rows(tx, {number: frozenset(keys) for number, (_, keys) in numbered.items()})
        for number, ((delivery_id, _), _) in numbered.items():
            found[delivery_id, joined[number], "rows_recorded"] += 1
    return found


def taken(deltas: Deltas) -> Deltas:
    """Turn what is to be added into what is to be taken away."""
    return Counter({key: -count for key, count in deltas.items()})
