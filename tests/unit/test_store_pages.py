"""What stands in a SQLite file outside its rows is told from what rows rightly say."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tessera.store import pages
from tessera.store.pages import WINDOW, cells_of

NAME = b"Zyxwan Quillfeather of the hill"
SIZES = (512, 1024, 4096, 65536)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA secure_delete = OFF")
        yield base


def new_file(path: Path, rows: list[bytes], *, page_size: int = 4096) -> Path:
    """A file with these rows in order. The first page that is filled, and no later one, leaves a copy when it is split."""
    path.unlink(missing_ok=True)
    with opened(path) as base:
        base.execute(f"PRAGMA page_size = {page_size}")
        base.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, words BLOB)")
        base.execute("BEGIN")
        base.executemany("INSERT INTO said (words) VALUES (?)", [(row,) for row in rows])
        base.execute("COMMIT")
    return path


def left_behind(path: Path, traces: list[bytes]) -> bool:
    with path.open("rb") as file:
        return pages.left_behind(file.fileno(), traces)


def delete(path: Path, row: bytes) -> None:
    with opened(path) as base:
        base.execute("DELETE FROM said WHERE words = ?", (row,))


def some(count: int) -> list[bytes]:
    return [b"somebody else, number %07d" % number for number in range(count)]


@pytest.mark.parametrize("page_size", SIZES)
@pytest.mark.parametrize("count", [0, 3, 3000])
def test_what_a_row_says_is_not_left_behind(tmp_path: Path, page_size: int, count: int) -> None:
    file = new_file(tmp_path / "a", [*some(count), NAME, *some(count)], page_size=page_size)
    assert NAME in file.read_bytes()
    assert not left_behind(file, [NAME])


@pytest.mark.parametrize("page_size", SIZES)
@pytest.mark.parametrize("count", [1, 10, 3000])
def test_what_was_deleted_and_not_overwritten_is_left_behind(tmp_path: Path, page_size: int, count: int) -> None:
    row = NAME + b", who is gone"
    file = new_file(tmp_path / "a", [*some(count), row, *some(count)], page_size=page_size)
    delete(file, row)
    assert left_behind(file, [b"not there at all", NAME])


def test_a_copy_that_a_split_left_is_found_when_its_row_is_gone(tmp_path: Path) -> None:
    file = new_file(tmp_path / "a", [*some(50), NAME, *some(3000)])
    with opened(file) as base:
        base.execute("PRAGMA secure_delete = ON")
        base.execute("DELETE FROM said WHERE words = ?", (NAME,))
    assert left_behind(file, [NAME])
    with opened(file) as base:
        base.execute("VACUUM")
    assert not left_behind(file, [NAME])


def test_a_copy_that_is_left_is_found_beside_rows_that_say_the_same(tmp_path: Path) -> None:
    file = new_file(tmp_path / "a", [*some(500), NAME, *some(5), NAME + b", gone", *some(50)])
    assert not left_behind(file, [NAME])
    delete(file, NAME + b", gone")
    assert left_behind(file, [NAME])


@pytest.mark.parametrize("page_size", SIZES)
def test_what_an_index_says_is_told_alike(tmp_path: Path, page_size: int) -> None:
    file = new_file(tmp_path / "a", [*some(3), NAME, *some(2)], page_size=page_size)
    with opened(file) as base:
        base.execute("CREATE INDEX ix_said ON said (words)")
    assert file.read_bytes().count(NAME) == 2
    assert not left_behind(file, [NAME])
    delete(file, NAME)
    assert left_behind(file, [NAME])


def test_words_in_an_inner_page_of_an_index_are_in_use(tmp_path: Path) -> None:
    words = [b"%05d" % number + b"-" * 40 for number in range(400)]
    file = new_file(tmp_path / "a", words, page_size=512)
    with opened(file) as base:
        base.execute("CREATE INDEX ix_said ON said (words)")
    data = file.read_bytes()
    inner = [data[at : at + 512] for at in range(512, len(data), 512) if data[at] == 2]
    assert inner
    for page in inner:
        spans = sorted(cells_of(page, first=False, usable=512))
        assert len(spans) == int.from_bytes(page[3:5])
        assert all(b"-" * 40 in page[start:end] for start, end in spans)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))
        assert spans[-1][1] == 512


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    assert not left_behind(tmp_path / "a", [NAME])


def test_nothing_to_look_for_is_nothing_left(tmp_path: Path) -> None:
    assert not left_behind(new_file(tmp_path / "a", [NAME]), [])


def test_what_is_nowhere_is_not_left_behind(tmp_path: Path) -> None:
    assert not left_behind(new_file(tmp_path / "a", some(3000)), [NAME])


def test_a_row_that_goes_on_elsewhere_cannot_be_told_and_counts(tmp_path: Path) -> None:
    file = new_file(tmp_path / "a", [b"x" * 6000 + NAME])
    assert left_behind(file, [NAME])


def test_bytes_of_every_value_are_found(tmp_path: Path) -> None:
    row = bytes(range(256))
    file = new_file(tmp_path / "a", [*some(5), row, *some(5)])
    pieces = [row[at : at + 16] for at in range(0, 256, 16)]
    assert not left_behind(file, pieces)
    delete(file, row)
    assert all(left_behind(file, [piece]) for piece in pieces[1:])


@pytest.mark.parametrize("others", [0, 1, 15, 16, 200])
def test_one_of_few_and_one_of_many_pieces_is_found(tmp_path: Path, others: int) -> None:
    file = new_file(tmp_path / "a", [*some(500), NAME, *some(5)])
    pieces = [b"nobody at all, number %07d" % number for number in range(others)]
    assert not left_behind(file, [*pieces, NAME])
    delete(file, NAME)
    assert left_behind(file, [*pieces, NAME[6:]])
    assert left_behind(file, [NAME[6:], *pieces])
    assert not left_behind(file, [*pieces, b"and nobody else"])


def test_a_file_longer_than_one_window_is_searched_to_its_end(tmp_path: Path) -> None:
    rows = [b"%07d" % number + b"." * 9000 for number in range(2 * WINDOW // 9000 + 10)]
    file = new_file(tmp_path / "a", [*rows, NAME + b", last", b"z" * 100], page_size=65536)
    assert file.stat().st_size > 2 * WINDOW
    assert not left_behind(file, [NAME])
    delete(file, NAME + b", last")
    assert left_behind(file, [NAME])


def test_a_page_that_says_nonsense_has_no_cells() -> None:
    with pytest.raises(IndexError):
        list(cells_of(bytes([13, 0, 0, 0, 1, 0, 0, 0, 0xFF, 0xFF]) + bytes(100), first=False, usable=110))
    assert not list(cells_of(bytes([1, 0, 0, 0, 1, 0, 0, 0, 0, 10]) + bytes(100), first=False, usable=110))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lengths=st.lists(st.integers(0, 3000) | st.integers(440, 520) | st.integers(4000, 4200), min_size=1, max_size=40),
    page_size=st.sampled_from(SIZES),
    gone=st.integers(0, 39),
)
def test_rows_of_any_length_lie_in_cells_and_a_deleted_one_does_not(
    tmp_path: Path, lengths: list[int], page_size: int, gone: int
) -> None:
    before = [b"!" * 60] * (page_size // 30)
    rows = [b"<%04d|" % number + bytes([97 + number % 26]) * length for number, length in enumerate(lengths)]
    file = new_file(tmp_path / "b", before + rows, page_size=page_size)
    heads = [b"<%04d|" % number for number in range(len(rows))]
    assert not left_behind(file, heads)
    chosen = gone % len(rows)
    delete(file, rows[chosen])
    there = file.read_bytes().count(heads[chosen])
    for number, head in enumerate(heads):
        if number == chosen:
            assert left_behind(file, [head]) == bool(there)
