"""Checking the whole audit log: every entry, every node of its tree, every signed checkpoint, every purge.

The log is read in pages of 2^14 entries, so memory does not grow with it. Within a page all levels of the tree are computed
from the entries' leaves and compared with what is stored; the roots at signed sizes fall out on the way.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, select

from tessera.errors import Tampered
from tessera.store import tables
from tessera.store.audit import COLUMNS, LEAF_TEXTS, read_head
from tessera.store.events import Event
from tessera.store.transactions import Store
from tessera.trust.audit import commitment, complete_subtrees, leaf_hash, node_hash, root_of_subtrees

e, n, k = tables.audit_entry.c, tables.audit_node.c, tables.audit_checkpoint.c
PAGE_LEVEL = 14
PAGE = 1 << PAGE_LEVEL
MOST_FINDINGS = 20
_NAMES = COLUMNS[2]
_READ = (*_NAMES, "purged_at", "salt", "leaf")
_FORM, _PURGED, _SALT, _LEAF = (_READ.index(name) for name in ("form", "purged_at", "salt", "leaf"))
_EVENT, _DETAILS, _NEED = (_READ.index(name) for name in ("event", "details", "need_to_know"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of the whole log found. `findings` are sentences that name the entry; empty means it is intact.

    `purged` counts entries whose details were purged: their leaf is taken as it is, because nothing is left to compare.
    """

    size: int
    root: bytes
    checkpoints: int
    findings: tuple[str, ...]
    purged: int = 0


def verify(
    store: Store, check_note: Callable[[str], tuple[int, bytes]], on_progress: Callable[[int, int], None] | None = None
) -> Verification:
    """Recompute the whole log from its entries and compare it with its leaves, nodes, head and signed checkpoints.

    `check_note` verifies a checkpoint's signature and returns its size and root; it raises Tampered. Needs no Access: it
    reveals nothing but whether the log is intact.
    """
    with store.dialect.engine.connect() as connection:
        store.dialect.begin(connection, write=False)
        return _verify(connection, check_note, on_progress)


def _verify(
    connection: Connection,
    check_note: Callable[[str], tuple[int, bytes]],
    on_progress: Callable[[int, int], None] | None,
) -> Verification:
    size, head_peaks = read_head(connection)
    signed, findings = _signed_roots(connection, check_note)
    check = _Recomputing(signed)
    for rows in _pages(connection):
        check.take(rows, _nodes(connection, check.expected // PAGE) if check.whole else {})
        if on_progress:
            on_progress(check.expected, size)
    if check.whole:
        check.compare_upper(lambda level: _level(connection, level))
    findings += check.all_findings()
    if check.expected != size:
        findings.append(f"the log ends at entry {check.expected - 1}, but its head says {size} entries")
    elif check.whole and check.peaks() != head_peaks:
        findings.append("the log's leaves do not add up to its head")
    findings += [f"checkpoint {s} signs more entries than there are" for s in sorted(signed) if s > check.expected]
    return Verification(
        size=check.expected,
        root=root_of_subtrees(check.peaks()),
        checkpoints=len(signed),
        findings=tuple(findings[:MOST_FINDINGS]),
        purged=len(check.purged),
    )


@dataclass
class _Recomputing:
    """Folds the log's entries again, in order, and compares with what is stored and what was signed on the way."""

    signed: dict[int, bytes]
    expected: int = 0
    whole: bool = True
    """False once an entry is missing: from then on there is no tree to compare."""
    changed: list[int] = field(default_factory=list)
    purged: set[int] = field(default_factory=set)
    announced: set[int] = field(default_factory=set)
    """Entries that some entry of the log says were purged."""
    findings: list[str] = field(default_factory=list)
    _before: list[list[bytes]] = field(default_factory=list)
    """Full pages and what they fold into: the roots at each level from PAGE_LEVEL up."""
    _page: list[list[bytes]] = field(default_factory=list)
    """The levels of the page at hand, below PAGE_LEVEL."""
    _agreed: int = 0

    def take(self, rows: Sequence[Sequence[Any]], stored: dict[int, list[bytes]]) -> None:
        """Take the next page of entries, with the nodes that are stored for it, by level."""
        first, leaves = self.expected, []
        for row in rows:
            index = row[0]
            if index != self.expected:
                last = f" to {index - 1}" if index - 1 > self.expected else ""
                self.findings.append(f"entry {self.expected}{last} is missing")
                self.expected, self.whole = index, False
            leaves.append(row[_LEAF])
            self._check(index, row, leaves[-1])
            self.expected += 1
        if not self.whole:
            return
        self._page = _levels(leaves)
        self._compare_nodes(first, stored)
        if len(leaves) == PAGE:
            self._close_page()
        for size in sorted(s for s in self.signed if first < s <= self.expected):
            self._compare_root(size)

    def compare_upper(self, stored: Callable[[int], list[bytes]]) -> None:
        """Compare the levels above a page with what is stored for each."""
        for above, hashes in enumerate(self._before[1:], start=PAGE_LEVEL + 1):
            if stored(above) != hashes:
                self.findings.append(f"level {above} of the tree is not what its entries give")

    def peaks(self) -> list[bytes]:
        """The roots of the complete subtrees up to here, largest first."""
        return [self._node(level, index) for level, index in complete_subtrees(0, self.expected if self.whole else 0)]

    def all_findings(self) -> list[str]:
        """What was found, with the entries that were changed and the purges that do not add up."""
        hidden = sorted(self.purged - self.announced)[:MOST_FINDINGS]
        refilled = sorted(self.announced - self.purged)[:MOST_FINDINGS]
        return [
            *self.findings,
            *(f"entry {index} was changed after it was written" for index in self.changed[:MOST_FINDINGS]),
            *(f"entry {index} was emptied, but no entry of the log tells of its purge" for index in hidden),
            *(f"entry {index} was purged, as the log tells, and yet has details again" for index in refilled),
        ]

    def _check(self, index: int, row: Sequence[Any], leaf: bytes) -> None:
        if row[_PURGED] is not None:
            self.purged.add(index)
            if row[_SALT] or row[_DETAILS] or row[_NEED]:
                self.findings.append(f"entry {index} was purged, and yet has details")
            return
        text = LEAF_TEXTS.get(row[_FORM])
        if text is None or leaf_hash(commitment(row[_SALT], text(*row[: len(_NAMES)]).encode())) != leaf:
            self.changed.append(index)
        elif row[_EVENT] == Event.AUDIT_PURGED.value:
            self.announced.update(purged_by(row[_DETAILS]))

    def _compare_nodes(self, first: int, stored: dict[int, list[bytes]]) -> None:
        for level, hashes in enumerate(self._page):
            found = stored.get(level, [])
            if found == hashes:
                continue
            wrong = next((i for i, (a, b) in enumerate(zip(hashes, found, strict=False)) if a != b), len(found))
            name = (first >> level) + wrong
            self.findings.append(
                f"entry {name} and its leaf in the tree differ" if level == 0
                else f"node {name} at level {level} of the tree is not what its entries give"
            )  # fmt: skip
            return

    def _compare_root(self, size: int) -> None:
        root = root_of_subtrees([self._node(*place) for place in complete_subtrees(0, size)])
        if root == self.signed[size]:
            self._agreed = size
            return
        self.findings.append(f"entries {self._agreed} to {size - 1} are not the ones that checkpoint {size} signed")

    def _node(self, level: int, index: int) -> bytes:
        """Give a node of the tree up to here that is complete."""
        if level > PAGE_LEVEL or (level == PAGE_LEVEL and index < len(self._before[0] if self._before else ())):
            return self._before[level - PAGE_LEVEL][index]
        return self._page[level][index - (self._page_number() << (PAGE_LEVEL - level))]

    def _page_number(self) -> int:
        """Number of the page that `_page` has."""
        return (self.expected - 1) // PAGE if self.expected else 0

    def _close_page(self) -> None:
        node, index, level = self._page[PAGE_LEVEL][0], self._page_number(), 0
        while True:
            if len(self._before) == level:
                self._before.append([])
            self._before[level].append(node)
            if not index & 1:
                return
            node = node_hash(self._before[level][-2], node)
            index, level = index >> 1, level + 1


def purged_by(details: str) -> set[int]:
    """Read from a purge's own entry which entries it emptied."""
    return {i for first, last in json.loads(details)["entries"] for i in range(first, last + 1)}


def _levels(leaves: list[bytes]) -> list[list[bytes]]:
    """Compute every complete node above these leaves, by level."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(left, right) for left, right in zip(below[::2], below[1::2], strict=False)])
    return levels


def _signed_roots(
    connection: Connection, check_note: Callable[[str], tuple[int, bytes]]
) -> tuple[dict[int, bytes], list[str]]:
    signed: dict[int, bytes] = {}
    findings = []
    for row in connection.execute(select(tables.audit_checkpoint).order_by(k.size)):
        try:
            size, root = check_note(row.note)
        except Tampered as error:
            findings.append(f"checkpoint {row.size}: {error.message}")
            continue
        signed[size] = root
        if size != row.size or root != bytes(row.root):
            findings.append(f"checkpoint {row.size} does not say what its signed note says")
    return signed, findings


def _pages(connection: Connection) -> Iterator[Sequence[Sequence[Any]]]:
    """Read the log in order, by pages, so that memory does not grow with it."""
    columns = [e[name] for name in _READ]
    after = -1
    while True:
        end = after - after % PAGE + PAGE if after >= 0 else PAGE
        query = select(*columns).where(e.index > after).order_by(e.index)
        rows = _fetch(connection, query.where(e.index < end)) or _fetch(connection, query.limit(PAGE))
        if not rows:
            return
        yield rows
        after = rows[-1][0]


def _nodes(connection: Connection, page: int) -> dict[int, list[bytes]]:
    """Read the nodes that are stored for one page of entries, by level."""
    found: dict[int, list[bytes]] = {}
    for level in range(PAGE_LEVEL + 1):
        width = PAGE >> level
        found[level] = _level(connection, level, page * width, (page + 1) * width - 1)
    return found


def _level(connection: Connection, level: int, first: int = 0, last: int = 1 << 62) -> list[bytes]:
    within = (n.level == level) & n.index.between(first, last)
    return [row[0] for row in _fetch(connection, select(n.hash).where(within).order_by(n.index))]


def _fetch(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """Read rows as the driver gives them: making SQLAlchemy's rows of a million would take as long as hashing them."""
    return list(connection.execute(query).cursor.fetchall())
