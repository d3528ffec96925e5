"""Pages of a SQLite file: whether pieces of something that was deleted still stand where no row is.

When SQLite splits a page it can leave a copy of a moved row in the page's unused space. Other rows may rightly hold the
same words, so a find says something only if it lies outside the cells in use (https://www.sqlite.org/fileformat2.html,
sections 1.5 and 1.6).
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

WINDOW: Final = 1 << 24
"""Bytes that are held at a time. Every page size divides it, so no page lies across two windows."""
BLOCK: Final = 1 << 16
"""The largest page, which the head writes as 1; every page size divides it too."""
HEAD: Final = 100
"""Bytes of the file's own header, at the start of the first page."""
INNER_INDEX, INNER_TABLE, LEAF_INDEX, LEAF_TABLE = 2, 5, 10, 13
LONGEST_VARINT: Final = 9

Span = tuple[int, int]


def left_behind(file: int, traces: Sequence[bytes]) -> bool:
    """Claim that one of these pieces stands in the file outside the cells in use. Memory does not grow with the file.

    `file` is an open descriptor, and whoever opened it must not close it while SQLite has the file open in this process:
    that would drop SQLite's own locks (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    size = os.fstat(file).st_size
    if not traces or not size:
        return False
    layout = _layout_of(file)
    return any(_in_window(file, layout, traces, start) for start in range(0, size, WINDOW))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Size of a page, how much of it may be used, and where in the file the pages start that nothing uses."""

    size: int
    usable: int
    free: frozenset[int]


def _layout_of(file: int) -> _Layout:
    head = os.pread(file, HEAD, 0)
    said = int.from_bytes(head[16:18])
    size = BLOCK if said == 1 else said
    free: set[int] = set()
    trunk = int.from_bytes(head[32:36])
    while trunk and (trunk - 1) * size not in free:
        numbers = np.frombuffer(os.pread(file, size, (trunk - 1) * size), ">u4")
        free.add((trunk - 1) * size)
        free.update((number - 1) * size for number in numbers[2 : 2 + int(numbers[1])].tolist())
        trunk = int(numbers[0])
    return _Layout(size=size, usable=size - head[20], free=frozenset(free))


def _in_window(file: int, layout: _Layout, traces: Sequence[bytes], start: int) -> bool:
    window = os.pread(file, WINDOW, start)
    return any(
        _is_in_page(window[at : at + layout.size], layout, traces, start + at)
        for block in _blocks_with(window, traces)
        for at in range(block, min(block + BLOCK, len(window)), layout.size)
    )


def _blocks_with(window: bytes, traces: Sequence[bytes]) -> list[int]:
    """Give where the blocks start that hold one of the pieces; one expression looks for all of them."""
    pattern = "|".join("".join(f"\\x{byte:02x}" for byte in trace) for trace in traces)
    count = -(-len(window) // BLOCK)
    offsets = np.minimum(np.arange(count + 1, dtype=np.int32) * BLOCK, len(window)).astype(np.int32)
    blocks = pa.Array.from_buffers(pa.binary(), count, [None, pa.py_buffer(offsets), pa.py_buffer(window)])
    seen = pc.match_substring_regex(blocks, pattern).to_pylist()
    return [number * BLOCK for number, there in enumerate(seen) if there]


def _is_in_page(page: bytes, layout: _Layout, traces: Sequence[bytes], at: int) -> bool:
    found = [place for trace in traces for place in _places(page, trace)]
    return bool(found) and (at in layout.free or not _are_in_cells(page, found, first=at == 0, usable=layout.usable))


def _places(page: bytes, trace: bytes) -> Iterator[Span]:
    at = page.find(trace)
    while at >= 0:
        yield at, at + len(trace)
        at = page.find(trace, at + 1)


def _are_in_cells(page: bytes, found: Sequence[Span], *, first: bool, usable: int) -> bool:
    """Claim that every find lies within one cell in use. False for pages that have no cells: there nothing can be told."""
    try:
        cells = list(cells_of(page, first=first, usable=usable))
    except IndexError:
        return False
    return all(any(start <= a and b <= end for start, end in cells) for a, b in found)


def cells_of(page: bytes, *, first: bool, usable: int) -> Iterator[Span]:
    """Yield where the cells of a b-tree page lie; none for any other page. Raises IndexError where they cannot."""
    head = HEAD if first else 0
    kind = page[head]
    if kind not in {INNER_INDEX, INNER_TABLE, LEAF_INDEX, LEAF_TABLE}:
        return
    pointers = head + (12 if kind in {INNER_INDEX, INNER_TABLE} else 8)
    for number in range(int.from_bytes(page[head + 3 : head + 5])):
        at = pointers + 2 * number
        start = int.from_bytes(page[at : at + 2])
        yield start, _end_of(page, kind, start, usable)


def _end_of(page: bytes, kind: int, start: int, usable: int) -> int:
    at = start + (4 if kind in {INNER_INDEX, INNER_TABLE} else 0)
    value, at = _varint(page, at)
    if kind == INNER_TABLE:
        return at
    if kind == LEAF_TABLE:
        _, at = _varint(page, at)
    return at + _kept_here(value, usable, is_table=kind == LEAF_TABLE)


def _kept_here(payload: int, usable: int, *, is_table: bool) -> int:
    """Give how many bytes of a payload stand on the page itself, with the number of the page where it goes on."""
    most = usable - 35 if is_table else (usable - 12) * 64 // 255 - 23
    if payload <= most:
        return payload
    least = (usable - 12) * 32 // 255 - 23
    some = least + (payload - least) % (usable - 4)
    return (some if some <= most else least) + 4


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """Read a number of one to nine bytes, of which all but the ninth carry seven bits; also give where it ends."""
    value = 0
    for place in range(at, at + LONGEST_VARINT - 1):
        value = value << 7 | page[place] & 0x7F
        if page[place] < 0x80:  # noqa: PLR2004 - the bit that says that more follows
            return value, place + 1
    return value << 8 | page[at + LONGEST_VARINT - 1], at + LONGEST_VARINT
