import pytest

from tessera.errors import Invalid, Tampered
from tessera.trust.tiles import Tile, hashes_of, parse_path, tile_with, tiles_of


def test_the_tiles_of_70_000_entries_are_those_of_the_standard() -> None:
    tiles = list(tiles_of(70_000))
    full = [t for t in tiles if t.width == 256]
    partial = [(t.level, t.width) for t in tiles if t.width < 256]
    assert [sum(t.level == level for t in full) for level in (0, 1, 2)] == [273, 1, 0]
    assert partial == [(0, 112), (1, 17), (2, 1)]
    assert [t.path for t in tiles if t.width < 256] == ["0/273.p/112", "1/001.p/17", "2/000.p/1"]


def test_a_tree_of_256_has_a_full_tile_and_a_partial_one_above_it() -> None:
    assert [t.path for t in tiles_of(256)] == ["0/000", "1/000.p/1"]
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(level=0, number=1234067), "0/x001/x234/067"),
        (Tile(level=63, number=999, width=255), "63/999.p/255"),
        (Tile(level=1, number=1000, width=1), "1/x001/000.p/1"),
    ],
)
def test_an_address_is_written_and_read_back(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "0", "0/", "0/1", "0/0001", "00/001", "64/001", "-1/001", "0/001.p/0", "0/001.p/256", "0/001.p/01", "0/001.p/",
        "0/x000/001", "0/001/x002", "0/x001/002.p/300", "0/001/", "/0/001", "0/001\n", "0/\u0661\u0661\u0661", "entries/000",
        "0/x" + "999/x" * 9 + "999/999", "0/../001",
    ],
)  # fmt: skip
def test_any_other_address_names_no_tile(path: str) -> None:
    assert parse_path(path) is None


def test_a_node_outside_the_tree_has_no_tile() -> None:
    assert tile_with(0, 4, 5) == Tile(level=0, number=0, width=5)
    with pytest.raises(Invalid, match="no complete node"):
        tile_with(0, 5, 5)


def test_a_tile_of_another_length_is_refused() -> None:
    with pytest.raises(Tampered, match="has 31 bytes instead of 32"):
        hashes_of(bytes(31), Tile(level=0, number=0, width=1))
