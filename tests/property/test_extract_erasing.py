"""Laws of rewriting: rows that go are blank, every other row reads as before, and the quick way agrees with the exact one."""

import csv
import io
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tessera import extract
from tessera.model.rows import TablePart

CELLS = st.text(st.sampled_from('ab,"\n 1é'), max_size=6)
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12)
SECRET = "zyxwan"


def rows_of(path: Path, part: TablePart, name: str) -> list[tuple[int, tuple[str | None, ...]]]:
    return extract.read_rows(path, part, 1, 10_000, filename=name)


def written(rows: list[tuple[str, str, str]], secret: set[int]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["first name", "second name", "third name"])
    for number, row in enumerate(rows, start=1):
        writer.writerow([SECRET if number in secret else "x", row[0], f"n{number}{row[1]}"])
    return out.getvalue().encode()


@given(TABLES, st.data(), st.sampled_from(["", "\n", "\r\n"]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_table_without_some_rows_reads_as_before_but_for_them(
    rows: list[tuple[str, str, str]], data: st.DataObject, end: str, stray: bool
) -> None:
    gone = data.draw(st.sets(st.integers(1, len(rows)), min_size=1))
    content = written(rows, gone).removesuffix(b"\n") + end.encode()
    if stray:
        content += b'x,5" pipe,6" pipe\n' if end else b'\nx,5" pipe,6" pipe\n'
    with tempfile.TemporaryDirectory() as name:
        path, out = Path(name) / "a.csv", Path(name) / "out"
        path.write_bytes(content)
        table = next(iter(extract.open_tables(path, filename="a.csv")))
        before = rows_of(path, table.part, "a.csv")
        erased = extract.erase_rows(path, [table.part], [sorted(gone)], out, filename="a.csv")
        after = rows_of(out, erased.parts[0], "a.csv")
        assert erased.in_place
        assert [number for number, _ in after] == [number for number, _ in before]
        for (number, was), (_, now) in zip(before, after, strict=True):
            if number in gone:
                assert not "".join(cell or "" for cell in now).strip()
            else:
                assert now == was
        assert SECRET.encode() not in out.read_bytes()
        if not stray:
            assert out.stat().st_size == path.stat().st_size


@given(st.lists(CELLS, min_size=1, max_size=12), st.data(), st.sampled_from(["\n", "\r\n", "\n\n", "\n \n"]))
@settings(max_examples=100, deadline=None)
def test_json_lines_without_some_lines_read_as_before_but_for_them(
    texts: list[str], data: st.DataObject, between: str
) -> None:
    gone = data.draw(st.sets(st.integers(1, len(texts)), min_size=1))
    lines = [json.dumps({"who": SECRET if n in gone else "x", "what": t}) for n, t in enumerate(texts, start=1)]
    with tempfile.TemporaryDirectory() as name:
        path, out = Path(name) / "a.ndjson", Path(name) / "out"
        path.write_bytes(between.join(lines).encode())
        table = next(iter(extract.open_tables(path, filename="a.ndjson")))
        before = rows_of(path, table.part, "a.ndjson")
        assert extract.erase_in_place(path, [table.part], [sorted(gone)], out)
        after = rows_of(out, table.part, "a.ndjson")
        assert after == [(n, (None, None) if n in gone else was) for n, was in before]
        assert SECRET.encode() not in out.read_bytes()
