"""Children that read: what they make comes out in order, and no child harms more than its own file."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import readings

from tessera.errors import Hostile, Unreadable
from tessera.flow import isolation
from tessera.flow.isolation import Allowance, Readers, in_child

TESTS = Path(readings.__file__).parent
SMALL = Allowance(memory_mb=300, seconds=2)


@pytest.fixture
def readers(tmp_path: Path) -> Iterator[Readers]:
    made = Readers(folder=tmp_path / "readers", allowance=SMALL, ground="ground", reads=(TESTS,))
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file.txt"
    path.write_text("one\ntwo\nthree\n")
    return path


def test_what_a_child_makes_comes_out_in_order(file: Path, readers: Readers) -> None:
    with in_child(readings.lines, file, allowance=SMALL, reads=(TESTS, file)) as made:
        assert list(made) == ["one", "two", "three"]
    with readers.reading("a", file, readings.lines) as made:
        assert list(made) == ["one", "two", "three"]


def test_a_child_is_given_its_ground_once_and_each_task_the_rest(file: Path, readers: Readers) -> None:
    for more in ("first", "second"):
        with readers.reading("a", file, readings.told, more) as made:
            assert list(made) == [f"ground {more}"]


def test_a_warm_child_reads_the_next_file_of_its_source_and_never_one_of_another(file: Path, readers: Readers) -> None:
    seen = []
    for source in ("a", "a", "b", "a"):
        with readers.reading(source, file, readings.process) as made:
            seen += list(made)
    assert seen[0] == seen[1] == seen[3]
    assert seen[2] != seen[0]


def test_two_files_of_one_source_are_read_side_by_side_and_both_children_stay_warm(
    file: Path, readers: Readers
) -> None:
    def pids() -> set[int]:
        with readers.reading("a", file, readings.process) as one, readers.reading("a", file, readings.process) as two:
            return {*one, *two}

    before = pids()
    assert len(before) == isolation.MOST_CHILDREN
    assert pids() == before


@pytest.mark.parametrize(
    ("task", "error", "said"),
    [(readings.refuses, Hostile, "attack"), (readings.stumbles, Unreadable, "ZeroDivisionError")],
)
def test_an_error_comes_out_after_what_was_made_before_it(
    task: object, error: type[Unreadable], said: str, file: Path, readers: Readers
) -> None:
    with readers.reading("a", file, task) as made:  # type: ignore[arg-type]
        assert next(made) == "one"
        with pytest.raises(error, match=said):
            next(made)


@pytest.mark.parametrize("task", [readings.never_ends, readings.fills_memory, readings.dies])
def test_a_file_that_takes_too_much_or_kills_its_child_is_unreadable_and_the_next_is_read(
    task: object, file: Path, readers: Readers
) -> None:
    with pytest.raises(Unreadable, match="memory or time"), readers.reading("a", file, task) as made:  # type: ignore[arg-type]
        list(made)
    with readers.reading("a", file, readings.lines) as made:
        assert list(made) == ["one", "two", "three"]


def test_a_child_opens_no_file_that_it_was_not_given(tmp_path: Path, file: Path, readers: Readers) -> None:
    other = tmp_path / "other"
    other.write_text("secret")
    with (
        pytest.raises(Unreadable, match="PermissionError"),
        readers.reading("a", file, readings.looks_around, other) as made,
    ):
        list(made)


def test_files_that_it_leaves_last_until_its_next_file_and_no_longer(file: Path, readers: Readers) -> None:
    with readers.reading("a", file, readings.leaves_files) as made:
        left = list(made)
    assert left[0].read_text() == file.read_text()
    with readers.reading("a", file, readings.lines) as made:
        list(made)
    assert not left[0].exists()


def test_leaving_in_the_middle_ends_the_child(file: Path, readers: Readers) -> None:
    with readers.reading("a", file, readings.process) as made:
        first = next(made)
    with readers.reading("a", file, readings.process) as made:
        assert list(made) != [first]


def test_a_child_that_nobody_needs_ends_after_a_while(
    file: Path, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "IDLE_SECONDS", 0.1)
    with readers.reading("a", file, readings.process) as made:
        [child] = list(made)
        left = [Path(f"/proc/{child}"), *readers.folder.iterdir()]
    assert len(left) == 2
    until = time.monotonic() + 20
    while any(path.exists() for path in left) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [path for path in left if path.exists()]
