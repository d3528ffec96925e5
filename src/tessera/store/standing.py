"""Which judgement of two things is in force: the newest that is not taken back, of as many people as the center asks for.

A judgement that takes another back can be taken back itself; then the first is in force again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from tessera.model.judgement import Verdict
from tessera.store import tables
from tessera.store.choosing import in_pieces
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

j = tables.judgement.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is said of two things. `verdict` is None while nothing is in force."""

    verdict: Verdict | None
    in_force: frozenset[int]
    """Keys of the judgements that make it so."""
    undone: dict[int, int]
    """Judgements that were taken back, and by which."""
    rows: tuple[AnyRow, ...]
    """All that was said, oldest first."""

    @property
    def newest(self) -> AnyRow | None:
        """The newest judgement that is not taken back and does not take back."""
        left = [row for row in self.rows if row.id not in self.undone and row.verdict != Verdict.UNDONE.value]
        return left[-1] if left else None


def standing_of(
    tx: Transaction, threads: Iterable[bytes], *, as_of: int | None = None
) -> dict[tuple[bytes, bytes], Standing]:
    """Give what is said of these things and any others, by the two things in order. Who asks must check what may be seen."""
    rows: dict[int, AnyRow] = {}
    for piece in in_pieces(sorted(set(threads))):  # type: ignore[arg-type]
        query = select(tables.judgement).where(or_(j.left_thread.in_(piece), j.right_thread.in_(piece)))
        if as_of is not None:
            query = query.where(j.at <= as_of)
        rows |= {row.id: row for row in tx.connection.execute(query)}
    by_ends: dict[tuple[bytes, bytes], list[AnyRow]] = defaultdict(list)
    for key in sorted(rows):
        if rows[key].left_thread is not None and rows[key].right_thread is not None:
            by_ends[bytes(rows[key].left_thread), bytes(rows[key].right_thread)].append(rows[key])
    return {ends: stand(some, tx.store.reviewers) for ends, some in by_ends.items()}


def stand(rows: Sequence[AnyRow], reviewers: int) -> Standing:
    """Say what is in force of all that was said of two things, oldest first."""
    undone: dict[int, int] = {}
    for row in reversed(rows):
        if row.verdict == Verdict.UNDONE.value and row.id not in undone:
            undone[row.undoes] = row.id
    said = [row for row in rows if row.verdict != Verdict.UNDONE.value and row.id not in undone]
    newest = {row.account: row for row in said}
    latest = sorted(newest.values(), key=lambda row: -int(row.id))[:reviewers]
    agreed = len(latest) == reviewers and len({row.verdict for row in latest}) == 1
    return Standing(
        verdict=Verdict(latest[0].verdict) if agreed else None,
        in_force=frozenset(int(row.id) for row in latest) if agreed else frozenset(),
        undone=undone,
        rows=tuple(rows),
    )
