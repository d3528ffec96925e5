"""Laws of the audit tree: what was appended cannot be changed, dropped or moved without another root."""

from hypothesis import assume, given
from hypothesis import strategies as st

from tessera.trust import audit

SALT = b"s" * 32
entries = st.lists(st.binary(max_size=20), min_size=1, max_size=40)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=10,
)


def root(entries: list[bytes]) -> bytes:
    return audit.root_of_leaves(leaves(entries))


def leaves(entries: list[bytes]) -> list[bytes]:
    return [audit.leaf_hash(audit.commitment(SALT, entry)) for entry in entries]


@given(entries, st.data())
def test_any_changed_bit_changes_the_root(entries: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    assume(entries[place])
    bit = data.draw(st.integers(0, len(entries[place]) * 8 - 1))
    changed = bytearray(entries[place])
    changed[bit // 8] ^= 1 << (bit % 8)
    assert root([*entries[:place], bytes(changed), *entries[place + 1 :]]) != root(entries)


@given(entries, st.data())
def test_any_dropped_or_doubled_entry_changes_the_root(entries: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entries) - 1))
    assert root(entries[:place] + entries[place + 1 :]) != root(entries)
    assert root(entries[: place + 1] + entries[place:]) != root(entries)


@given(entries, st.randoms(use_true_random=False))
def test_any_other_order_changes_the_root(entries: list[bytes], random: object) -> None:
    moved = sorted(entries)
    assume(moved != entries)
    assert root(moved) != root(entries)


@given(entries, st.integers(0, 40))
def test_appending_in_any_pieces_gives_one_tree(entries: list[bytes], cut: int) -> None:
    hashes = leaves(entries)
    in_pieces = audit.Frontier().extend(hashes[:cut]).extend(hashes[cut:])
    assert in_pieces.root() == root(entries)
    assert in_pieces.size == len(entries)


@given(entries, st.data())
def test_every_proof_of_a_tree_verifies_and_a_changed_one_does_not(entries: list[bytes], data: st.DataObject) -> None:
    hashes, whole = leaves(entries), root(entries)
    index = data.draw(st.integers(0, len(entries) - 1))
    proof = audit.inclusion_proof(hashes, index)
    assert audit.verify_inclusion(hashes[index], index, len(entries), proof, whole)
    old = audit.root_of_leaves(hashes[: index + 1])
    grown = audit.consistency_proof(hashes, index + 1)
    assert audit.verify_consistency(index + 1, len(entries), old, whole, grown)
    assume(proof)
    spoiled = data.draw(st.integers(0, len(proof) - 1))
    proof[spoiled] = audit.leaf_hash(proof[spoiled])
    assert not audit.verify_inclusion(hashes[index], index, len(entries), proof, whole)


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), values, max_size=5))
def test_the_text_of_an_entry_does_not_depend_on_the_order_of_its_keys(entry: dict[str, object]) -> None:
    assert audit.canonical(dict(reversed(entry.items()))) == audit.canonical(entry)


@given(st.binary(), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_another_salt_is_another_commitment(entry: bytes, one: bytes, other: bytes) -> None:
    assume(one != other)
    assert audit.commitment(one, entry) != audit.commitment(other, entry)
