"""Where a record stands in the delivered bytes, and how much of that place this reader may see."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from sqlalchemy import select

from tessera.errors import NotFound
from tessera.model.access import Permission
from tessera.model.marking import ALL_FIELDS, FieldClass, Marking
from tessera.model.rows import TablePart
from tessera.store import kept, tables
from tessera.store.deliveries import parts_of
from tessera.store.events import Event
from tessera.store.scope import covers, needed_for_unknown
from tessera.store.transactions import Transaction
from tessera.store.views import part_at

r, d = tables.record.c, tables.delivery.c
NOTHING: frozenset[FieldClass] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A row of a delivered table with its neighbours. Row numbers count within the part, from 1."""

    sha256: str
    filename: str
    part: TablePart
    row: int
    column_classes: dict[str, str]
    """Field class by column name; a column that feeds no term is missing."""
    readable: dict[int, frozenset[FieldClass]]
    """By row: the field classes that may be shown; an empty set hides the whole row."""
    marking: Marking
    """The join of the markings of all rows that are shown."""
    erased: frozenset[int] = frozenset()
    """Rows whose bytes were purged."""

    def cell_shown(self, row: int, column: str) -> bool:
        """Claim that this cell may be shown."""
        readable = self.readable.get(row, NOTHING)
        name = self.column_classes.get(column)
        return readable >= needed_for_unknown(self.column_classes) if name is None else FieldClass(name) in readable


def place_of(tx: Transaction, uid: UUID, *, around: int = 3) -> Place:
    """Find the place of a record this access may see, with `around` rows before and after it."""
    tx.require(Permission.RECORD_READ)
    found = tx.connection.execute(
        select(r.delivery_id, r.row, d.filename, d.marking_id)
        .join(tables.delivery, d.id == r.delivery_id)
        .where(r.uid == uid.bytes, covers(r.marking_id, tx.scope.visible))
    ).one_or_none()
    if found is None:
        raise NotFound("no such record", where=str(uid))
    first_row, part, column_classes = part_at(parts_of(tx, {found.delivery_id})[found.delivery_id], found.row)
    rows = range(max(found.row - around, first_row + 1), found.row + around + 1)
    readable, marking = _readable(tx, found.delivery_id, rows, unjudged=(found.marking_id, column_classes))
    tx.note(Event.EVIDENCE_READ, f"record:{uid}", rows=[rows.start - first_row, rows.stop - 1 - first_row])
    erased = kept.erased_rows(tx, found.delivery_id, rows)
    return Place(
        sha256=kept.to_read(tx, found.delivery_id).sha256,
        erased=frozenset(row - first_row for row in erased),
        filename=found.filename,
        part=part,
        row=found.row - first_row,
        column_classes=column_classes,
        readable={row - first_row: classes for row, classes in readable.items()},
        marking=marking,
    )


def _readable(
    tx: Transaction, delivery_id: int, rows: range, *, unjudged: tuple[int, dict[str, str]]
) -> tuple[dict[int, frozenset[FieldClass]], Marking]:
    """Decide row by row what every record made of the row allows, and join the markings of what is shown.

    A row that made no record (quarantined, duplicate) is shown only to who may see everything under the delivery's own
    marking: nobody has judged what it says.
    """
    fields, markings = tx.scope.fields, tx.store.markings(tx)
    own, column_classes = unjudged
    seen = fields.get(own, NOTHING)
    readable = dict.fromkeys(rows, seen if seen >= needed_for_unknown(column_classes) else NOTHING)
    judged: dict[int, frozenset[FieldClass]] = {}
    made_of: dict[int, set[int]] = {}
    keys: dict[int, int] = {}
    for key, row, marking_id in tx.connection.execute(
        select(r.id, r.row, r.marking_id).where(r.delivery_id == delivery_id, r.row.in_(rows))
    ):
        judged[row] = judged.get(row, ALL_FIELDS) & fields.get(marking_id, NOTHING)
        made_of.setdefault(row, set()).add(marking_id)
        keys[key] = row
    readable |= judged
    tx.show(key for key, row in keys.items() if readable[row])
    shown = {key for row, classes in readable.items() if classes for key in made_of.get(row, {own})}
    return readable, reduce(or_, (markings[key] for key in shown), Marking())
