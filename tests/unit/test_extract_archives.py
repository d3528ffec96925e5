import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest
from tables import read_all, read_one

from tessera import errors, extract

CSV = b"id,name\n1,x\n2,y\n"
OTHER = b"id,name\n3,z\n"


def _zip(folder: Path, files: dict[str, bytes], name: str = "given.zip") -> Path:
    path = folder / name
    path.write_bytes(_zipped(files))
    return path


def _zipped(files: dict[str, bytes]) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return sink.getvalue()


def test_each_file_of_a_zip_is_a_part(tmp_path: Path) -> None:
    path = _zip(
        tmp_path, {"a.csv": CSV, "sub/": b"", "sub/b.csv": OTHER, "__MACOSX/._a.csv": b"\0", ".DS_Store": b"\0"}
    )
    first, second = read_all(path)
    assert (first.part.path, second.part.path) == ("a.csv", "sub/b.csv")
    assert second.part.locator(1) == "sub/b.csv#row=1"
    assert second.cells == [("3", "z")]
    assert extract.read_rows(path, second.part, 1, 9, filename="given.zip") == [(1, ("3", "z"))]


def test_a_zip_within_a_zip_is_opened_once(tmp_path: Path) -> None:
    path = _zip(tmp_path, {"in.zip": _zipped({"b.csv": OTHER}), "c.csv.gz": gzip.compress(CSV)})
    first, second = read_all(path)
    assert first.part.path == "in.zip!b.csv"
    assert second.part.path == "c.csv.gz"
    assert extract.read_rows(path, first.part, 1, 1, filename="x")[0] == (1, ("3", "z"))
    assert extract.read_rows(path, second.part, 2, 2, filename="x")[0] == (2, ("2", "y"))


def test_zips_within_zips_within_zips_are_hostile(tmp_path: Path) -> None:
    inner = _zipped({"b.csv": OTHER})
    for _ in range(3):
        inner = _zipped({"in.zip": inner})
    (tmp_path / "deep").write_bytes(inner)
    with pytest.raises(errors.Hostile, match="too deeply"):
        read_all(tmp_path / "deep")


@pytest.mark.parametrize("name", ["../../out.csv", "/etc/out.csv", "..\\out.csv", "a\x1b[31m.csv"])
def test_names_that_climb_out_write_nothing_outside(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    found = read_one(_zip(folder, {name: CSV}))
    assert len(found.rows) == 2
    assert not list(tmp_path.rglob("out.csv"))
    assert not Path("/etc/out.csv").exists()


def test_unpacked_copies_go_when_the_tables_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    tables = list(extract.open_tables(_zip(tmp_path, {"a.csv": CSV, "b.csv": OTHER}), filename="x.zip"))
    assert [batch.table.num_rows for table in tables for batch in table.batches(10)] == [2, 1]
    assert list((tmp_path / "scratch").iterdir())
    tables.clear()
    del tables
    import gc

    gc.collect()
    assert not list((tmp_path / "scratch").iterdir())


@pytest.mark.parametrize("pack", ["gz", "zip"])
def test_a_bomb_is_hostile(tmp_path: Path, pack: str) -> None:
    content = b"0," * 10_000_000
    path = tmp_path / "bomb"
    path.write_bytes(gzip.compress(content) if pack == "gz" else _zipped({"a.csv": content}))
    with pytest.raises(errors.Hostile, match="more than 100 times its size"):
        read_all(path)


def test_the_bytes_of_all_members_are_counted_together(tmp_path: Path) -> None:
    files = {f"{n}.csv": b"id,noise\n1," + os.urandom(50_000).hex().encode() for n in range(10)}
    with pytest.raises(errors.Hostile, match="more than 500,000 bytes"):
        read_all(_zip(tmp_path, files), limits=extract.Limits(max_unpacked_bytes=500_000))


def test_too_many_members_are_hostile(tmp_path: Path) -> None:
    with pytest.raises(errors.Hostile, match="11 files"):
        read_all(_zip(tmp_path, {f"{n}.csv": CSV for n in range(11)}), limits=extract.Limits(max_members=10))


@pytest.mark.parametrize("cut", [5, 15, 30])
def test_a_truncated_gzip_is_unreadable(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(CSV)[:cut])
    with pytest.raises(errors.Unreadable, match="gzip"):
        read_all(path, "x.csv.gz")


def test_a_truncated_or_empty_zip_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(_zipped({"a.csv": CSV})[:-30])
    with pytest.raises(errors.Unreadable, match="cannot be opened"):
        read_all(path, "x.zip")
    with pytest.raises(errors.Unreadable, match="no files"):
        read_all(_zip(tmp_path, {}))


def test_a_damaged_member_is_unreadable(tmp_path: Path) -> None:
    packed = bytearray(_zipped({"a.csv": CSV * 50}))
    packed[45] ^= 0xFF
    path = tmp_path / "x"
    path.write_bytes(bytes(packed))
    with pytest.raises(errors.Unreadable):
        read_all(path, "x.zip")


def test_an_encrypted_zip_is_unreadable(tmp_path: Path) -> None:
    packed = bytearray(_zipped({"a.csv": CSV}))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    path = tmp_path / "x"
    path.write_bytes(bytes(packed))
    with pytest.raises(errors.Unreadable, match="encrypted"):
        read_all(path, "x.zip")


def test_a_text_document_is_not_a_table(tmp_path: Path) -> None:
    with pytest.raises(errors.Unreadable, match="Word document"):
        read_all(_zip(tmp_path, {"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}, "x.docx"))
