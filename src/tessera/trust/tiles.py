"""Tiles: the hashes of the audit tree in pieces of 256, at addresses that never change their content (C2SP tlog-tiles).

Pure arithmetic. A tile at level L has nodes of level 8 L of the tree; a partial one has fewer than 256, and which partial
tiles there are follows from the size of the tree.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tessera.errors import Invalid, Tampered
from tessera.trust.audit import HASH_SIZE, complete_subtrees, node_hash, root_of_subtrees

WIDTH = 256
HEIGHT = 8
_MOST_LEVEL = 63
_PATH = re.compile(
    r"(?P<level>0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?", re.ASCII
)
_MOST_DIGITS = 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """Which tile: its level, its number within the level, and how many hashes it has (256: it is full)."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is served, below `tile/`.

        >>> Tile(level=0, number=1234067).path, Tile(level=1, number=1, width=17).path
        ('0/x001/x234/067', '1/001.p/17')
        """
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"{self.level}/{_number_path(self.number)}{partial}"

    @property
    def nodes(self) -> range:
        """Indexes of its nodes at level 8 x `level` of the tree."""
        return range(self.number * WIDTH, self.number * WIDTH + self.width)

    @property
    def end_index(self) -> int:
        """How many entries a tree must have for it to have this tile."""
        return self.nodes.stop << (HEIGHT * self.level)


def parse_path(path: str) -> Tile | None:
    """Read what `Tile.path` wrote; None for anything else, also for another way to write the same."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    digits = re.sub(r"[x/]", "", found["number"])
    width = int(found["width"] or WIDTH)
    level = int(found["level"])
    if level > _MOST_LEVEL or len(digits) > _MOST_DIGITS or (found["width"] and width >= WIDTH):
        return None
    tile = Tile(level=level, number=int(digits), width=width)
    return tile if tile.path == path else None


def tiles_of(size: int) -> Iterator[Tile]:
    """List the tiles of a tree of this size: the full ones of each level, then the partial one."""
    for level in range(_MOST_LEVEL + 1):
        nodes = size >> (HEIGHT * level)
        if not nodes:
            return
        yield from (Tile(level=level, number=number) for number in range(nodes // WIDTH))
        if nodes % WIDTH:
            yield Tile(level=level, number=nodes // WIDTH, width=nodes % WIDTH)


def tile_with(level: int, index: int, size: int) -> Tile:
    """Name the tile that holds, or whose hashes fold into, the node at this level and index of a tree of this size.

    >>> tile_with(9, 3, 70_000)
    Tile(level=1, number=0, width=256)
    """
    if (index + 1) << level > size:
        message = f"a tree of {size} entries has no complete node {index} at level {level}"
        raise Invalid(message, where="tiles", advice="Ask for nodes within the tree.")
    tile_level, above = divmod(level, HEIGHT)
    number = (index << above) // WIDTH
    width = min(WIDTH, (size >> (HEIGHT * tile_level)) - number * WIDTH)
    return Tile(level=tile_level, number=number, width=width)


def hashes_of(content: bytes, tile: Tile) -> list[bytes]:
    """Cut what was served for a tile into its hashes; Tampered where it has another length."""
    if len(content) != tile.width * HASH_SIZE:
        message = f"tile {tile.path} has {len(content)} bytes instead of {tile.width * HASH_SIZE}"
        raise Tampered(message, where="tiles", advice="Fetch it again; if it stays so, it is not this log's.")
    return [content[i : i + HASH_SIZE] for i in range(0, len(content), HASH_SIZE)]


def roots_of_spans(spans: Iterable[tuple[int, int]], size: int, fetch: Callable[[Tile], bytes]) -> list[bytes]:
    """Compute the roots over these spans of leaves from the tiles of a tree of this size; each tile is fetched once."""
    known: dict[Tile, list[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        tile = tile_with(level, index, size)
        if tile not in known:
            known[tile] = hashes_of(fetch(tile), tile)
        above = level - tile.level * HEIGHT
        first = (index << above) - tile.nodes.start
        return _fold(known[tile][first : first + (1 << above)])

    return [root_of_subtrees([node(*each) for each in complete_subtrees(*span)]) for span in spans]


def _fold(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _number_path(number: int) -> str:
    digits = str(number)
    digits = digits.zfill((len(digits) + 2) // 3 * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
