import json
from base64 import b64decode
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tessera.errors import Invalid
from tessera.trust import audit

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "standards" / "data"
LEAVES = [audit.leaf_hash(bytes([number])) for number in range(70)]
ROOTS_OF_SMALL_TREES = [
    # The eight leaves and nine roots that implementations of RFC 6962 agree on.
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SMALL_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]


def vectors(name: str) -> dict[str, Any]:
    path = VECTORS / name
    if not path.exists():
        pytest.skip(f"the standard's vectors are not beside this project ({name})")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def raw(text: str | None) -> bytes:
    return b64decode(text or "")


def verify(case: dict[str, Any]) -> bool:
    proof = [raw(step) for step in case["proof"] or ()]
    match case["file"].split("/")[1]:
        case "consistency":
            sizes = case["size1"], case["size2"]
            return audit.verify_consistency(*sizes, raw(case["root1"]), raw(case["root2"]), proof)
        case "inclusion":
            place = case["leafIdx"], case["treeSize"]
            return audit.verify_inclusion(raw(case["leafHash"]), *place, proof, raw(case["root"]))
        case "subtreeconsistency":
            span, roots = (case["start"], case["end"]), (raw(case["root1"]), raw(case["root2"]))
            return audit.verify_subtree_consistency(span, case["size"], *roots, proof)
        case _:
            span = case["start"], case["end"]
            return audit.verify_subtree_inclusion(
                raw(case["leafHash"]), case["leafIdx"], span, proof, raw(case["root"])
            )


def test_every_published_proof_vector_is_judged_as_published() -> None:
    cases = vectors("merkle-proof-vectors.json")["cases"]
    assert len(cases) == 518
    assert [case["file"] for case in cases if verify(case) == case["wantErr"]] == []


def test_the_roots_of_the_published_trees_are_found() -> None:
    found = vectors("rfc6962-vectors.json")
    assert found["root_hash_by_tree_size_hex"] == ROOTS_OF_SMALL_TREES
    assert found["leaf_inputs_hex"] == SMALL_LEAVES


@pytest.mark.parametrize("size", range(9))
def test_a_small_tree_has_the_root_that_everybody_agrees_on(size: int) -> None:
    leaves = [audit.leaf_hash(bytes.fromhex(leaf)) for leaf in SMALL_LEAVES[:size]]
    assert audit.root_of_leaves(leaves).hex() == ROOTS_OF_SMALL_TREES[size]
    one_by_one = audit.Frontier()
    for leaf in leaves:
        one_by_one = one_by_one.append(leaf)
    assert one_by_one.root().hex() == ROOTS_OF_SMALL_TREES[size]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 64, 70])
def test_every_leaf_of_a_tree_can_be_proved_and_no_other(size: int) -> None:
    leaves = LEAVES[:size]
    root = audit.root_of_leaves(leaves)
    for index, leaf in enumerate(leaves):
        proof = audit.inclusion_proof(leaves, index)
        assert audit.verify_inclusion(leaf, index, size, proof, root)
        assert not audit.verify_inclusion(audit.leaf_hash(b"another"), index, size, proof, root)
        assert not audit.verify_inclusion(leaf, index + 1, size, proof, root)


def test_a_tree_that_only_grew_can_be_proved_to_hold_each_earlier_one() -> None:
    root = audit.root_of_leaves(LEAVES)
    for old in range(1, len(LEAVES) + 1):
        proof = audit.consistency_proof(LEAVES, old)
        assert audit.verify_consistency(old, len(LEAVES), audit.root_of_leaves(LEAVES[:old]), root, proof)
        rewritten = audit.root_of_leaves([audit.leaf_hash(b"rewritten"), *LEAVES[1:old]])
        assert not audit.verify_consistency(old, len(LEAVES), rewritten, root, proof)


def test_nothing_can_be_proved_about_leaves_that_are_not_there() -> None:
    with pytest.raises(Invalid, match="no leaf 3"):
        audit.inclusion_proof(LEAVES[:3], 3)
    for size in (0, 4):
        with pytest.raises(Invalid, match=f"did not grow from {size}"):
            audit.consistency_proof(LEAVES[:3], size)


@pytest.mark.parametrize("before", [0, 1, 1000, 1023, 1024, 1025, 3000])
def test_a_frontier_from_stored_hashes_goes_on_as_if_it_had_never_stopped(before: int) -> None:
    leaves = [audit.leaf_hash(number.to_bytes(4, "big")) for number in range(5000)]
    stopped = audit.Frontier().extend(leaves[:before])
    resumed = audit.Frontier(stopped.size, stopped.edge).extend(iter(leaves[before:]))
    assert resumed == audit.Frontier().extend(leaves)
    assert len(resumed.edge) == (5000).bit_count()


@pytest.mark.parametrize(("size", "edge"), [(1, ()), (0, (b"x" * 32,)), (-1, ()), (2, (b"short",)), (3, (b"x" * 32,))])
def test_stored_hashes_that_cannot_be_a_right_edge_are_refused(size: int, edge: tuple[bytes, ...]) -> None:
    with pytest.raises(Invalid, match="cannot be the right edge"):
        audit.Frontier(size, edge)


def test_leaves_and_nodes_are_hashed_apart() -> None:
    left, right = LEAVES[:2]
    assert audit.leaf_hash(left + right) != audit.node_hash(left, right)


def test_equal_entries_have_one_text_in_any_order_of_keys() -> None:
    one = {"who": "dana", "what": {"b": 1, "a": [True, None, "é\u2028"]}, "when": 5}
    other = {"when": 5, "what": {"a": (True, None, "é\u2028"), "b": 1}, "who": "dana"}
    assert audit.canonical(one) == audit.canonical(other)
    assert audit.canonical(one) == '{"what":{"a":[true,null,"é\u2028"],"b":1},"when":5,"who":"dana"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes", {1, 2}, {1: "a"}, "\ud800", object()])
def test_what_json_cannot_say_in_one_way_is_no_entry(value: object) -> None:
    with pytest.raises(Invalid, match="cannot be an audit entry"):
        audit.canonical({"value": value})


def test_a_commitment_is_the_hmac_of_the_entry_under_its_salt() -> None:
    # RFC 4231, test case 2.
    found = audit.commitment(b"Jefe", b"what do ya want for nothing?")
    assert found.hex() == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_roots_of_growing_trees_are_all_different() -> None:
    roots = [audit.root_of_leaves(LEAVES[:size]) for size in range(len(LEAVES))]
    assert len(set(roots)) == len(LEAVES)
    assert all(one != other for one, other in pairwise(roots))
