"""Laws of tiles and proofs: tiles rebuild every root and every proof, for all pairs of sizes."""

from hypothesis import given
from hypothesis import strategies as st

from tessera.trust import audit
from tessera.trust.tiles import Tile, parse_path, roots_of_spans, tile_with, tiles_of

SALT = b"tiles"


def leaves_of(size: int) -> list[bytes]:
    return [audit.leaf_hash(SALT + n.to_bytes(4, "big")) for n in range(size)]


LEAVES = leaves_of(1500)


def served(leaves: list[bytes]) -> dict[Tile, bytes]:
    """What a log of these leaves serves, computed from the definition."""
    return {
        tile: b"".join(
            audit.root_of_leaves(leaves[n << (8 * tile.level) : (n + 1) << (8 * tile.level)]) for n in tile.nodes
        )
        for tile in tiles_of(len(leaves))
    }


@given(st.integers(1, 1500))
def test_tiles_rebuild_the_root(size: int) -> None:
    leaves = LEAVES[:size]
    (root,) = roots_of_spans([(0, size)], size, served(leaves).__getitem__)
    assert root == audit.root_of_leaves(leaves)


@given(st.integers(1, 1500), st.data())
def test_tiles_prove_that_the_log_only_grew_between_any_two_sizes(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    leaves = LEAVES[:size]
    proof = roots_of_spans(audit.consistency_spans(old, size), size, served(leaves).__getitem__)
    before, after = audit.root_of_leaves(leaves[:old]), audit.root_of_leaves(leaves)
    assert audit.verify_consistency(old, size, before, after, proof)
    assert proof == audit.consistency_proof(leaves, old)
    assert proof == [] or not audit.verify_consistency(old, size, bytes(32), after, proof)


@given(st.integers(1, 1500), st.data())
def test_tiles_prove_where_an_entry_stands(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    proof = roots_of_spans(audit.inclusion_spans(index, size), size, served(leaves).__getitem__)
    assert audit.verify_inclusion(leaves[index], index, size, proof, audit.root_of_leaves(leaves))


def test_consistency_holds_for_all_pairs_of_small_sizes() -> None:
    for size in range(1, 40):
        for old in range(1, size + 1):
            proof = audit.consistency_proof(LEAVES[:size], old)
            before, after = audit.root_of_leaves(LEAVES[:old]), audit.root_of_leaves(LEAVES[:size])
            assert audit.verify_consistency(old, size, before, after, proof)


@given(st.integers(0, 63), st.integers(0, 10**18), st.integers(1, 256))
def test_an_address_names_one_tile_and_a_tile_has_one_address(level: int, number: int, width: int) -> None:
    tile = Tile(level=level, number=number, width=width)
    assert parse_path(tile.path) == tile


@given(st.integers(1, 10**7), st.data())
def test_every_node_of_a_tree_is_in_a_tile_of_that_tree(size: int, data: st.DataObject) -> None:
    level = data.draw(st.integers(0, size.bit_length() - 1))
    index = data.draw(st.integers(0, (size >> level) - 1))
    tile = tile_with(level, index, size)
    assert tile.end_index <= size
    start, end = index << level, (index + 1) << level
    first = tile.nodes.start << (8 * tile.level)
    assert first <= start < end <= tile.end_index


@given(st.lists(st.integers(0, 400), min_size=1, max_size=4))
def test_complete_subtrees_cover_a_prefix_once(sizes: list[int]) -> None:
    for size in sizes:
        covered = [n for level, i in audit.complete_subtrees(0, size) for n in range(i << level, (i + 1) << level)]
        assert covered == list(range(size))
