"""Changing how records are marked: the one way, so that every change is an event with a reason.

The record, the word index and the stock of its marking move together. The record's key, words and place stay as they are.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from sqlalchemy import insert, select

from tessera.errors import Invalid, NotAllowed
from tessera.model.marking import Marking
from tessera.store import rowcounts, sums, tables
from tessera.store.events import Event
from tessera.store.name_index import remark_keys
from tessera.store.transactions import Transaction
from tessera.store.words import marking_word
from tessera.trust import cui

r = tables.record.c
AT_ONCE = 10_000


def remark(tx: Transaction, keys: Sequence[int], change: Callable[[Marking], Marking], *, reason: str) -> int:
    """Give these records the marking that `change` makes of theirs; return how many changed.

    The caller has decided that this access may do so. `reason` is a sentence for whoever asks why; it names no person.
    """
    if not reason.strip():
        raise Invalid("a change of marking needs a reason", where="reason", advice="Say why, in a sentence.")
    changed = sum(_remark(tx, keys[i : i + AT_ONCE], change, reason) for i in range(0, len(keys), AT_ONCE))
    tx.note(Event.MARKING_CHANGED, f"records:{changed}", reason=reason)
    return changed


def _remark(tx: Transaction, keys: Sequence[int], change: Callable[[Marking], Marking], reason: str) -> int:
    columns = (r.id, r.marking_id, r.kind_id, r.delivery_id, r.row)
    rows = tx.connection.execute(select(*columns).where(r.id.in_(keys))).all()
    known = tx.store.markings(tx)
    changed = {key: change(known[key]) for key in {row.marking_id for row in rows}}
    for key, marking in changed.items():
        if not (decision := cui.may_change_controls(tx.access.actor.agency, known[key], marking)):
            raise NotAllowed(decision.reason, where="dissemination")
    becomes = {key: tx.store.marking_id(tx, marking) for key, marking in changed.items()}
    moved = [row for row in rows if becomes[row.marking_id] != row.marking_id]
    places = {(row.delivery_id, row.row) for row in moved}
    rowcounts.add(tx, rowcounts.taken(rowcounts.standing(tx, places)))
    for new in sorted({becomes[row.marking_id] for row in moved}):
        chosen = [row.id for row in moved if becomes[row.marking_id] == new]
        tx.connection.execute(tables.record.update().where(r.id.in_(chosen)).values(marking_id=new))
        tx.dialect.remark_words(tx.connection, chosen, marking_word(new))
        remark_keys(tx, chosen, new)
    rowcounts.add(tx, rowcounts.standing(tx, places))
    count_stock(tx, Counter((becomes[row.marking_id], row.kind_id) for row in moved))
    count_stock(tx, Counter({key: -n for key, n in Counter((row.marking_id, row.kind_id) for row in moved).items()}))
    if moved:
        tx.connection.execute(
            insert(tables.remarking),
            [
                {
                    "record_id": row.id,
                    "from_marking": row.marking_id,
                    "to_marking": becomes[row.marking_id],
                    "at": tx.at,
                    "account": tx.access.actor.account,
                    "reason": reason,
                }
                for row in moved
            ],
        )
    return len(moved)


def count_stock(tx: Transaction, added: Counter[tuple[int, int]]) -> None:
    """Add to (or take from) the number of records under each (marking, kind)."""
    rows = [(marking_id, kind_id, count) for (marking_id, kind_id), count in sorted(added.items())]
    sums.add(tx, "stock", keys=("marking_id", "kind_id"), sums=("records",), rows=rows)
