"""From rows to what a reader sees: terms masked by policy, headline, source, locator."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tessera.dictionary.words import TermType
from tessera.model.marking import FieldClass, Marking
from tessera.model.record import RecordView, TermValue
from tessera.model.rows import TablePart
from tessera.store import tables
from tessera.store.deliveries import parts_of
from tessera.store.disputes import disputed_among
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

r = tables.record.c
LONGEST_HEADLINE = 240
"""Characters of the line that names a record; a passage of a text is longer."""
VIEW_COLUMNS = (
    r.id, r.uid, r.kind_id, r.source_id, r.delivery_id, r.row, r.payload, r.event_time, r.latitude, r.longitude,
    r.marking_id, r.known_from, r.known_to, r.thread, r.locator,
)  # fmt: skip


def to_views(tx: Transaction, rows: Sequence[AnyRow]) -> list[RecordView]:
    """Compute what this reader sees of these rows. The rows must have come through the access filter."""
    if not rows:
        return []
    tx.show(row.id for row in rows)
    markings, fields = tx.store.markings(tx), tx.scope.fields
    kinds = {row.id: row.name for row in tx.connection.execute(select(tables.kind))}
    sources = {row.id: row for row in tx.connection.execute(select(tables.source))}
    deliveries = _deliveries(tx, {row.delivery_id for row in rows})
    parts = parts_of(tx, set(deliveries))
    disputed = disputed_among(tx, (bytes(row.thread) for row in rows))
    return [
        _view(
            tx,
            row,
            kind=kinds[row.kind_id],
            source=sources[row.source_id],
            delivery=deliveries[row.delivery_id],
            parts=parts[row.delivery_id],
            marking=markings[row.marking_id],
            readable=fields[row.marking_id],
            disputed=bytes(row.thread) in disputed,
        )
        for row in rows
    ]


def _deliveries(tx: Transaction, keys: set[int]) -> dict[int, AnyRow]:
    d, m = tables.delivery.c, tables.mapping.c
    found = tx.connection.execute(
        select(d.id, d.uid, m.name, m.version)
        .join(tables.mapping, m.digest == d.mapping_digest, isouter=True)
        .where(d.id.in_(keys))
    )
    return {row.id: row for row in found}


def _view(
    tx: Transaction,
    row: AnyRow,
    *,
    kind: str,
    source: AnyRow,
    delivery: AnyRow,
    parts: list[tuple[int, TablePart, dict[str, str]]],
    marking: Marking,
    readable: frozenset[FieldClass],
    disputed: bool,
) -> RecordView:
    told = terms_of(tx, kind, json.loads(row.payload), marking, readable)
    drawn = tx.dictionary.kinds[kind].outline if kind in tx.dictionary.kinds else ""
    terms = tuple(term for term in told if term.term != drawn)
    may_place = FieldClass.PLACE in readable
    return RecordView(
        uid=UUID(bytes=bytes(row.uid)),
        kind=kind,
        kind_label=tx.dictionary.kinds[kind].label if kind in tx.dictionary.kinds else kind,
        headline=headline_of(tx, kind, terms),
        terms=terms,
        source=source.name,
        source_label=source.label,
        agency=source.agency,
        holding=source.holding,
        marking=marking,
        event_time=row.event_time,
        latitude=row.latitude if may_place else None,
        longitude=row.longitude if may_place else None,
        outline=next((term for term in told if term.term == drawn), None),
        delivery=UUID(bytes=bytes(delivery.uid)),
        locator=locator_of(parts, row.row, row.locator),
        mapping=f"{delivery.name}@{delivery.version}" if delivery.name else "",
        known_from=row.known_from,
        known_to=row.known_to,
        disputed=disputed,
    )


def terms_of(
    tx: Transaction, kind: str, payload: dict[str, Any], marking: Marking, readable: frozenset[FieldClass]
) -> tuple[TermValue, ...]:
    """Label, order and mask the values of a record. A term the dictionary no longer knows is treated as narrative."""
    known = tx.dictionary.kinds[kind].terms if kind in tx.dictionary.kinds else {}
    terms = []
    told = (name for name in payload if name not in known or known[name].type is not TermType.TECHNICAL)
    for name in sorted(told, key=lambda n: list(known).index(n) if n in known else len(known)):
        field_class = known[name].field_class if name in known else FieldClass.NARRATIVE
        hidden = field_class not in readable
        terms.append(
            TermValue(
                term=name,
                label=known[name].label if name in known else name,
                value="" if hidden else _plain(payload[name]),
                field_class=field_class,
                masked=hidden,
                masked_by=why_masked(tx, marking, field_class) if hidden else "",
            )
        )
    return tuple(terms)


def why_masked(tx: Transaction, marking: Marking, field_class: FieldClass) -> str:
    """Say in a sentence why fields of this class are masked for this reader."""
    return tx.store.why_masked(tx.access, marking, field_class, tx.today, tx.standing)


def headline_of(tx: Transaction, kind: str, terms: Sequence[TermValue]) -> str:
    """Name the record by what may be seen of it."""
    seen = {t.term: t.value for t in terms if not t.masked}
    known = tx.dictionary.kinds.get(kind)
    line = (known.headline_for(seen) if known else "") or (known.label if known else kind)
    return line if len(line) <= LONGEST_HEADLINE else line[: LONGEST_HEADLINE - 1].rstrip() + "…"


def locator_of(parts: list[tuple[int, TablePart, dict[str, str]]], row: int, own: str | None = None) -> str:
    """Say where a record stands: in which part, and where there. `own`: the place it brought itself, else its row's."""
    first_row, part, _ = part_at(parts, row)
    return part.locator(row - first_row) if own is None else f"{part.path}#{own}"


def part_at(parts: list[tuple[int, TablePart, dict[str, str]]], row: int) -> tuple[int, TablePart, dict[str, str]]:
    """Find the part that row `row` of the whole delivery is in."""
    return next(found for found in reversed(parts) if found[0] < row)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value)
