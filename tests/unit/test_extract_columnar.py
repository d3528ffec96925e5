import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tables import read_one

from tessera import errors, extract
from tessera.model.rows import TableFormat


def _write(folder: Path, table: pa.Table) -> Path:
    path = folder / "given"
    pq.write_table(table, path, row_group_size=1000)
    return path


def test_every_type_is_written_in_one_canonical_form(tmp_path: Path) -> None:
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, 500_000, tzinfo=dt.UTC)
    table = pa.table(
        {
            "n": [7, None],
            "f": [1.0, 0.1],
            "flag": [True, False],
            "day": [dt.date(2026, 1, 2), None],
            "at": [moment, moment.replace(microsecond=0)],
            "ns": pa.array([0, 1], pa.timestamp("ns")),
            "s": pa.array([10, 60], pa.timestamp("s")),
            "money": [Decimal("1.50"), None],
            "raw": [b"text", b"\xff\x00"],
            "who": [{"name": "Ann", "age": {"years": 3}}, None],
            "tags": [["a", "b"], []],
            "kind": pa.array(["x", ""]).dictionary_encode(),
            "none": pa.nulls(2),
        }
    )
    found = read_one(_write(tmp_path, table))
    assert found.part.format is TableFormat.PARQUET
    assert found.rows[1] == {
        "n": "7",
        "f": "1",
        "flag": "true",
        "day": "2026-01-02",
        "at": "2026-01-02T03:04:05.5Z",
        "ns": "1970-01-01T00:00:00",
        "s": "1970-01-01T00:00:10",
        "money": "1.50",
        "raw": "text",
        "who.name": "Ann",
        "who.age.years": "3",
        "tags": '["a", "b"]',
        "kind": "x",
        "none": None,
    }
    assert found.rows[2]["at"] == "2026-01-02T03:04:05Z"
    assert found.rows[2]["f"] == "0.1"
    assert found.rows[2]["ns"] == "1970-01-01T00:00:00.000000001"
    assert found.rows[2]["s"] == "1970-01-01T00:01:00"
    assert found.rows[2]["raw"] == "ff00"
    assert found.rows[2]["kind"] is None


def test_rows_are_numbered_across_row_groups(tmp_path: Path) -> None:
    path = _write(tmp_path, pa.table({"n": list(range(3500))}))
    found = read_one(path, size=800)
    assert found.rows[3500] == {"n": "3499"}
    assert extract.read_rows(path, found.part, 2000, 2001, filename="x") == [(2000, ("1999",)), (2001, ("2000",))]


def test_a_truncated_file_is_unreadable(tmp_path: Path) -> None:
    path = _write(tmp_path, pa.table({"n": list(range(3500))}))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(errors.Unreadable, match="Parquet"):
        read_one(path)


def test_a_damaged_page_is_unreadable(tmp_path: Path) -> None:
    path = _write(tmp_path, pa.table({"n": ["word"] * 10 + [str(n) for n in range(3500)]}))
    content = bytearray(path.read_bytes())
    content[4:400] = b"\xff" * 396
    path.write_bytes(bytes(content))
    with pytest.raises(errors.Unreadable, match="damaged"):
        read_one(path)


def test_a_table_without_columns_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(errors.Unreadable, match="no columns"):
        read_one(_write(tmp_path, pa.table({})))


def test_bytes_that_are_no_text_reject_their_row_only(tmp_path: Path) -> None:
    raw = pa.array([b"fine", b"a\xffb", b"a\x00b"], pa.binary())
    text = pa.StringArray.from_buffers(3, raw.buffers()[1], raw.buffers()[2])
    found = read_one(_write(tmp_path, pa.table({"t": text, "n": [1, 2, 3]})))
    assert found.rows == {1: {"t": "fine", "n": "1"}}
    assert sorted(found.rejected) == [2, 3]
