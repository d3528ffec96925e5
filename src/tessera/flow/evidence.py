"""A record's evidence: the rows around its place, read again from the delivered bytes, masked cell by cell."""

from uuid import UUID

from tessera.engines.blobs import Blobs
from tessera.flow.isolation import Allowance, in_child
from tessera.flow.reading import read_rows
from tessera.model.access import Access
from tessera.model.record import Evidence, EvidenceRow
from tessera.store import evidence
from tessera.store.evidence import Place
from tessera.store.transactions import Store

AROUND = 3


def show(store: Store, blobs: Blobs, access: Access, uid: UUID, *, allowance: Allowance) -> Evidence:
    """Read the place that a record came from. Cells and rows that this access may not see come back empty."""
    with store.reading(access) as tx:
        place = evidence.place_of(tx, uid, around=AROUND)
    first, last = max(1, place.row - AROUND), place.row + AROUND
    with (
        blobs.local(place.sha256) as path,
        in_child(
            read_rows, path, place.filename, place.part, first, last, allowance=allowance, reads=(path,)
        ) as answers,
    ):
        rows = next(answers)
    return Evidence(
        locator=place.part.locator(place.row),
        columns=place.part.columns,
        rows=tuple(_masked(place, number, cells) for number, cells in rows),
        marking=place.marking,
        masked_columns=tuple(c for c in place.part.columns if not place.cell_shown(place.row, c)),
    )


def _masked(place: Place, number: int, cells: tuple[str | None, ...]) -> EvidenceRow:
    shown = [place.cell_shown(number, column) for column in place.part.columns]
    return EvidenceRow(
        row=number,
        cells=tuple((cell or "") if seen else None for cell, seen in zip(cells, shown, strict=False)),
        here=number == place.row,
        hidden=not any(shown),
        erased=number in place.erased,
    )
