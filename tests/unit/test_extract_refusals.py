import os
import subprocess
import sys
from pathlib import Path

import pytest
from tables import read_all

from tessera import errors, extract


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "picture"),
        (b"\0\0\0\x18ftypmp42", "film"),
        (b"7z\xbc\xaf\x27\x1c\0", "7z archive"),
        (b"\x28\xb5\x2f\xfd\0", "zstd archive"),
        (b"\0\0\x27\x0a" + b"\0" * 100, "shapefile"),
        (b"PAR1" + b"\0" * 20, "Parquet"),
        (b"SQLite format 3\0" + b"\0" * 20, "GeoPackage"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "web page"),
        (bytes(range(256)) * 40, "binary"),
        (os.urandom(100_000), "binary"),
        (b"\0" * 5000, "binary"),
    ],
)
def test_what_is_no_table_is_named_with_advice(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "0a1b2c"
    path.write_bytes(content)
    with pytest.raises(errors.Unreadable, match=said) as caught:
        read_all(path, "calls.csv")
    assert caught.value.where == "calls.csv"
    assert caught.value.advice


def test_a_folder_is_no_delivery(tmp_path: Path) -> None:
    with pytest.raises(errors.Unreadable, match="folder"):
        read_all(tmp_path, "calls")


def test_the_name_never_beats_the_content(tmp_path: Path) -> None:
    path = tmp_path / "0a1b2c"
    path.write_bytes(b'[{"id": 1}]')
    (found,) = read_all(path, "calls.csv")
    assert found.part.format == "json"


def test_only_the_name_is_taken_from_a_given_path(tmp_path: Path) -> None:
    path = tmp_path / "0a1b2c"
    path.write_bytes(b"")
    with pytest.raises(errors.Unreadable) as caught:
        read_all(path, "../../etc/calls.csv")
    assert caught.value.where == "calls.csv"


def test_reading_csv_loads_no_other_reader() -> None:
    code = (
        "import sys; from pathlib import Path; from tessera import extract; "
        "t = list(extract.open_tables(Path(sys.argv[1]), filename='x.csv')); list(t[0].batches(10)); "
        "heavy = {'lxml', 'python_calamine', 'shapely', 'pandas'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    path = Path(extract.__file__).parents[1] / "model" / "rows.py"
    subprocess.run(
        [sys.executable, "-c", code, str(path)], check=True, env=os.environ | {"PYTHONPATH": str(path.parents[2])}
    )
