"""The audit tree: RFC 6962 Merkle hashes over salted commitments, with proofs that anyone can check.

A leaf's data is a commitment (32 bytes), not the entry itself. When an entry's details and salt are purged, the leaf
stays, tells nothing, and the tree still verifies.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from tessera.errors import Invalid

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
_LEAF = b"\x00"
_NODE = b"\x01"
_CHUNK = 1024  # leaves folded at once; a power of two
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)


def canonical(entry: Mapping[str, object]) -> bytes:
    """Write an entry as the one JSON text that equal entries share: sorted keys, no spaces, UTF-8.

    >>> canonical({"b": [1, None], "a": "é"}).decode()
    '{"a":"é","b":[1,null]}'
    """
    try:
        _check_keys(entry)
        return _ENCODER.encode(entry).encode()
    except (TypeError, ValueError) as problem:
        message = f"this cannot be an audit entry: {problem}"
        raise Invalid(message, advice="Use texts, whole numbers, true, false, null, lists and objects.") from problem


def commitment(salt: bytes, entry: bytes) -> bytes:
    """Commit to an entry (HMAC-SHA256, 32 bytes): without its salt nobody can guess the entry from it."""
    return hmac.digest(salt, entry, "sha256")


def leaf_hash(data: bytes) -> bytes:
    """Hash one leaf's data (RFC 6962, section 2.1)."""
    return hashlib.sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into their parent."""
    return hashlib.sha256(_NODE + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: all that is needed to append and to know the root.

    `edge` has the root of each perfect subtree, the largest first: one for each 1 bit of `size`.

    >>> Frontier().append(leaf_hash(b"")).root().hex()[:8]
    '6e340b9c'
    """

    size: int = 0
    edge: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.edge) != self.size.bit_count() or any(len(h) != HASH_SIZE for h in self.edge):
            message = f"{len(self.edge)} hashes cannot be the right edge of a tree of {self.size} leaves"
            raise Invalid(message, where="audit", advice="Rebuild it from the stored leaves.")

    def append(self, leaf: bytes) -> "Frontier":
        """Add one leaf hash."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """Add leaf hashes in their order."""
        edge, size = list(self.edge), self.size
        waiting = iter(leaves)
        for chunk in _chunks(waiting, size):
            if len(chunk) == _CHUNK:
                size = _push(edge, size, _fold(chunk), _CHUNK)
                continue
            for leaf in chunk:
                size = _push(edge, size, leaf, 1)
        return Frontier(size, tuple(edge))

    def root(self) -> bytes:
        """Return the tree's root: the hash of nothing for an empty tree."""
        return root_of_subtrees(self.edge)


def root_of_leaves(leaves: Iterable[bytes]) -> bytes:
    """Return the root over a stream of leaf hashes, in memory that does not grow with it."""
    return Frontier().extend(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from leaf `index` (from 0) to the root of these leaf hashes."""
    return [root_of_leaves(leaves[start:end]) for start, end in inclusion_spans(index, len(leaves))]


def inclusion_spans(index: int, size: int) -> list[tuple[int, int]]:
    """Name the subtrees (from leaf, to before leaf) whose roots lead from leaf `index` to the root of `size` leaves."""
    if not 0 <= index < size:
        message = f"a tree of {size} leaves has no leaf {index}"
        raise Invalid(message, where="audit", advice="Count leaves from 0.")
    start, end, spans = 0, size, list[tuple[int, int]]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the hashes that show that the tree of the first `old_size` leaves only grew (RFC 6962, 2.1.2)."""
    return [root_of_leaves(leaves[start:end]) for start, end in consistency_spans(old_size, len(leaves))]


def consistency_spans(old_size: int, size: int) -> list[tuple[int, int]]:
    """Name the subtrees whose roots show that the tree of the first `old_size` leaves only grew to `size`."""
    if not 0 < old_size <= size:
        message = f"a tree of {size} leaves did not grow from {old_size}"
        raise Invalid(message, where="audit", advice="Ask from 1 up to the size of the tree.")
    start, end, spans = 0, size, list[tuple[int, int]]()
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start > 0:
        spans.append((start, end))
    return spans[::-1]


def complete_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Cut a span of leaves into complete subtrees, largest first: (level, index) of each one's root.

    `start` must be where the whole span may hang under one node, as the spans above do.

    >>> complete_subtrees(0, 7)
    [(2, 0), (1, 2), (0, 6)]
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def root_of_subtrees(roots: Sequence[bytes]) -> bytes:
    """Fold the roots of complete subtrees, largest first, into the one above them (RFC 6962, 2.1)."""
    if not roots:
        return EMPTY_ROOT
    *rest, root = roots
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Claim that the leaf hash stands at `index` (from 0) of the tree of `size` leaves that has this root."""
    if not 0 <= index < size or not _are_hashes(leaf, *proof):
        return False
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(step, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, step)
        node, last = node >> 1, last >> 1
    return last == 0 and hmac.compare_digest(found, root)


def verify_subtree_inclusion(
    leaf: bytes, index: int, span: tuple[int, int], proof: Sequence[bytes], root: bytes
) -> bool:
    """Claim that the leaf hash stands at `index` of the whole tree, within the subtree `span` that has this root."""
    start, end = span
    return is_subtree(start, end) and verify_inclusion(leaf, index - start, end - start, proof, root)


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Claim that the tree of `new_size` leaves holds the tree of `old_size` (1 or more) leaves unchanged."""
    return old_size > 0 and verify_subtree_consistency((0, old_size), new_size, old_root, new_root, proof)


def verify_subtree_consistency(
    span: tuple[int, int], size: int, subtree_root: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Claim that the tree of `size` leaves with `root` holds the subtree over the leaves from start to before end.

    An empty subtree has the root of nothing, is part of every tree, and proves nothing about it.
    """
    start, end = span
    if not is_subtree(start, end) or end > size or not _are_hashes(*proof):
        return False
    if start == end:
        return not proof and hmac.compare_digest(subtree_root, EMPTY_ROOT)
    first, node, last = start, end - 1, size - 1
    while first != node and (node & 1 or node == last):
        first, node, last = first >> 1, node >> 1, last >> 1
    steps = iter(proof)
    seed = subtree_root if first == node else next(steps, None)
    if seed is None:
        return False
    return _climb(seed, (first, node, last), steps, (subtree_root, root))


def is_subtree(start: int, end: int) -> bool:
    """Claim that leaves from start to before end hang under one node of some tree, or are none at all."""
    size = end - start
    return 0 <= start <= end and start % (1 << max(size - 1, 0).bit_length()) == 0


def _climb(seed: bytes, place: tuple[int, int, int], steps: Iterator[bytes], roots: tuple[bytes, bytes]) -> bool:
    """Follow the steps from a node up to both roots; `place` has the subtree's first and last node and the tree's."""
    first, node, last = place
    inner = outer = seed
    for step in steps:
        if last == 0:
            return False
        if node & 1 or node == last:
            inner = node_hash(step, inner) if first < node else inner
            outer = node_hash(step, outer)
            while not node & 1 and node:
                first, node, last = first >> 1, node >> 1, last >> 1
        else:
            outer = node_hash(outer, step)
        first, node, last = first >> 1, node >> 1, last >> 1
    return last == 0 and hmac.compare_digest(inner, roots[0]) and hmac.compare_digest(outer, roots[1])


def _check_keys(value: object) -> None:
    """Refuse a key that is no text: JSON would turn it into one, silently."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                message = f"the key {key!r} is not a text"
                raise TypeError(message)
            _check_keys(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check_keys(item)


def _chunks(leaves: Iterator[bytes], size: int) -> Iterator[list[bytes]]:
    """Cut so that each full chunk begins where a perfect subtree of that many leaves may stand."""
    chunk = list(islice(leaves, -size % _CHUNK))
    if chunk:
        yield chunk
    while chunk := list(islice(leaves, _CHUNK)):
        yield chunk


def _fold(hashes: list[bytes]) -> bytes:
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [sha256(_NODE + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def _push(edge: list[bytes], size: int, root: bytes, count: int) -> int:
    """Add a perfect subtree of `count` leaves at the right, in place; return the new size."""
    carry = size // count
    while carry & 1:
        root = node_hash(edge.pop(), root)
        carry >>= 1
    edge.append(root)
    return size + count


def _split(size: int) -> int:
    """Return the largest power of two smaller than `size` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(each) == HASH_SIZE for each in hashes)
