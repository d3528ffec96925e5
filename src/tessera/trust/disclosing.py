"""From what was counted to what everybody may read, and to JSON and back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tessera.clock import isoformat
from tessera.model.transparency import Line, Measured, Report, ReportedRow, ReportedTable
from tessera.trust.small_cells import TOTAL, Cell, Counts, changed_a_little, protect

Shown = Mapping[Cell, int | None]


def may_show(measured: Measured, *, k: int, earlier: Sequence[ReportedTable] = ()) -> ReportedTable:
    """Withhold what must not be shown of one table; `earlier` is the same table in reports published before."""
    before = [shown_of(table) for table in earlier] if measured.stock else []
    shown = _shown(measured, k, before)
    rows = tuple(
        ReportedRow(
            name=row.name,
            label=row.label,
            note=row.note,
            counts=tuple(shown[row.name, column.name] for column in measured.columns),
            total=shown.get((row.name, TOTAL)),
        )
        for row in measured.rows
    )
    totals = tuple(shown[TOTAL, column.name] for column in measured.columns) if measured.adds_up else None
    return ReportedTable(
        name=measured.name, title=measured.title, definition=measured.definition, queries=measured.queries,
        row_head=measured.row_head, columns=measured.columns, rows=rows, people=measured.people, stock=measured.stock,
        totals=totals, total=shown.get((TOTAL, TOTAL)), withheld=sum(count is None for count in shown.values()),
    )  # fmt: skip


def _shown(measured: Measured, k: int, before: Sequence[Shown]) -> Shown:
    names, columns = tuple(row.name for row in measured.rows), tuple(column.name for column in measured.columns)
    counts = {(r, c): measured.counts.get((r, c), 0) for r in names for c in columns}
    if not measured.rows:
        return {(TOTAL, column): 0 for column in columns} if measured.adds_up else {}
    if not measured.adds_up:
        hidden = {cell for cell, n in counts.items() if 0 < n < k or changed_a_little(cell, n, before, k)}
        return {cell: None if measured.people and cell in hidden else n for cell, n in counts.items()}
    table = Counts(rows=names, columns=columns, cells=counts)
    return protect(table, k=k, earlier=before).shown if measured.people else table.with_totals()


def shown_of(table: ReportedTable) -> Shown:
    """Give what a table has shown, cell by cell, totals included."""
    shown: dict[Cell, int | None] = {}
    for row in table.rows:
        shown |= {(row.name, c.name): count for c, count in zip(table.columns, row.counts, strict=True)}
        shown |= {(row.name, TOTAL): row.total} if table.with_row_totals else {}
    shown |= {(TOTAL, c.name): count for c, count in zip(table.columns, table.totals or (), strict=bool(table.totals))}
    return shown | ({(TOTAL, TOTAL): table.total} if table.with_row_totals else {})


def document_of(report: Report) -> dict[str, Any]:
    """Write a published report for programs: its period, who reviewed it when, and every table with its definition."""
    return {
        "id": str(report.uid),
        "from": isoformat(report.since),
        "until": isoformat(report.until),
        "published": isoformat(report.published_at),
        "counts_of_people_withheld_below": report.smallest,
        "withheld_is": None,
        "tables": [to_json(table) for table in report.tables],
    }


def to_json(table: ReportedTable) -> dict[str, Any]:
    """Write a table as it is stored and given out; a count that is withheld is null.

    The columns come with their definition, so that the text explains itself without this program.
    """
    return {
        "name": table.name,
        "title": table.title,
        "definition": table.definition,
        "counted_by": list(table.queries),
        "about_people": table.people,
        "as_of_the_last_day": table.stock,
        "row_head": table.row_head,
        "columns": [_line(column) for column in table.columns],
        "rows": [_row(row, with_total=table.with_row_totals) for row in table.rows],
        "totals": None if table.totals is None else list(table.totals),
        "total": table.total,
        "withheld": table.withheld,
    }


def _line(line: Line) -> dict[str, str]:
    return {"name": line.name, "label": line.label, "note": line.note}


def _row(row: ReportedRow, *, with_total: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {"name": row.name, "label": row.label, "note": row.note, "counts": list(row.counts)}
    return plain | ({"total": row.total} if with_total else {})


def from_json(value: Mapping[str, Any]) -> ReportedTable:
    """Read what `to_json` wrote."""
    return ReportedTable(
        name=value["name"], title=value["title"], definition=value["definition"], queries=tuple(value["counted_by"]),
        row_head=value["row_head"], columns=tuple(Line(**column) for column in value["columns"]),
        rows=tuple(ReportedRow(**(row | {"counts": tuple(row["counts"])})) for row in value["rows"]),
        people=value["about_people"], stock=value["as_of_the_last_day"],
        totals=None if value["totals"] is None else tuple(value["totals"]), total=value["total"],
        withheld=value["withheld"],
    )  # fmt: skip


def csv_rows(tables: Iterable[ReportedTable]) -> list[list[str]]:
    """Write tables as one long table: table, row, column, count. What is withheld is the word, never a blank."""
    lines = [["table", "row", "column", "count"]]
    for table in tables:
        for (row, column), count in sorted(shown_of(table).items()):
            lines.append([table.name, row or "total", column or "total", "withheld" if count is None else str(count)])
    return lines
