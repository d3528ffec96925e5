"""From rows of judgements to what a reader sees of them: only where both ends may be read."""

import json
from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from tessera.model.judgement import JudgedBy, Judgement, Verdict, Waterfall
from tessera.model.record import RecordView
from tessera.store import models, tables
from tessera.store.choosing import in_pieces
from tessera.store.questions import known_at
from tessera.store.scope import covers
from tessera.store.standing import Standing, standing_of
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS, to_views
from tessera.store.waterfalls import waterfall

r = tables.record.c


def about(tx: Transaction, threads: Iterable[bytes], *, as_of: int | None = None) -> list[Judgement]:
    """Give what people said of these things and of others that this access may see, newest first."""
    return to_judgements(tx, standing_of(tx, threads, as_of=as_of), as_of=as_of)


def to_judgements(
    tx: Transaction, said: Mapping[tuple[bytes, bytes], Standing], *, as_of: int | None = None
) -> list[Judgement]:
    """Show judgements by the things that they are about, newest first; those with an end that is hidden are left out."""
    rows = visible_records(tx, {end for ends in said for end in ends}, as_of=as_of)
    views = dict(zip(rows, to_views(tx, list(rows.values())), strict=True))
    uids, every = models.uids(tx), [row for standing in said.values() for row in standing.rows]
    names = {row.id: UUID(bytes=bytes(row.uid)) for row in every}
    shown = [
        (
            row.id,
            _view(
                tx,
                row,
                standing,
                views=(views[left], views[right]),
                ends=(rows[left], rows[right]),
                names=(uids, names),
            ),
        )
        for (left, right), standing in said.items()
        if left in rows and right in rows
        for row in standing.rows
    ]
    return [view for _, view in sorted(shown, key=lambda item: -item[0])]


def visible_records(tx: Transaction, threads: Iterable[bytes], *, as_of: int | None = None) -> dict[bytes, AnyRow]:
    """Give the records of these things that this access may see: rows of VIEW_COLUMNS."""
    found: dict[bytes, AnyRow] = {}
    for piece in in_pieces(sorted(threads)):  # type: ignore[arg-type]
        query = select(*VIEW_COLUMNS).where(
            r.thread.in_(piece), known_at(as_of), covers(r.marking_id, tx.scope.visible)
        )
        found |= {bytes(row.thread): row for row in tx.connection.execute(query.order_by(r.id))}
    return found


def _view(
    tx: Transaction,
    row: AnyRow,
    standing: Standing,
    *,
    views: tuple[RecordView, RecordView],
    ends: tuple[AnyRow, AnyRow],
    names: tuple[Mapping[int, str], Mapping[int, UUID]],
) -> Judgement:
    uids, others = names
    undone = standing.undone.get(row.id)
    return Judgement(
        uid=UUID(bytes=bytes(row.uid)),
        left=views[0].uid,
        right=views[1].uid,
        left_headline=views[0].headline,
        right_headline=views[1].headline,
        verdict=Verdict(row.verdict),
        by=JudgedBy(row.by),
        reason=row.reason,
        account=row.account,
        agency=row.agency,
        at=row.at,
        model=uids.get(row.model_id, ""),
        waterfall=_waterfall(tx, row, ends),
        undoes=others.get(row.undoes),
        undone_by=others.get(undone) if undone is not None else None,
        in_force=row.id in standing.in_force,
    )


def _waterfall(tx: Transaction, row: AnyRow, ends: tuple[AnyRow, AnyRow]) -> Waterfall | None:
    kept = json.loads(row.weights)
    running = models.load(tx, row.model_id) if row.model_id is not None and "levels" in kept else None
    return waterfall(tx, running, json.dumps(kept["levels"]), ends) if running else None
