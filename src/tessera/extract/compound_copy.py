"""Storages taken out of a compound file [MS-CFB]: written as compound files of their own, in which programs find what is at their root."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import olefile

from tessera.extract.compound import MOST_STREAM, size_of, stream

_SMALL: Final = 4096
"""Streams below it lie in sectors of 64 bytes."""
_MINI: Final = 64
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_LISTED: Final = 109
"""Sectors of the allocation table whose places the head lists."""
_MOST_SHORT: Final = 6 * 1024 * 1024
"""Bytes that the head can list in sectors of 512."""
_MOST_ENTRIES: Final = 10_000


@dataclass(slots=True)
class _Entry:
    """A storage or stream, and which entries lie in it."""

    name: str
    sort: int
    content: bytes = b""
    owner: bytes = bytes(16)
    inner: list[int] = field(default_factory=list)
    before: int = _NONE
    behind: int = _NONE
    first: int = _NONE
    """Of what lies in it, the one at which a search begins."""


def copy_of(ole: olefile.OleFileIO, path: tuple[str, ...]) -> bytes | None:
    """Write the storage at a path, with all that lies in it, as a file; None where it claims to hold more than the whole file."""
    depth = len(path)
    within = [tuple(one) for one in ole.listdir(streams=True, storages=True) if tuple(one[:depth]) == path]
    within = sorted((one for one in within if len(one) > depth), key=len)
    streams = [one for one in within if ole.get_type(list(one)) == _STREAM]
    if len(within) > _MOST_ENTRIES or sum(ole.get_size(list(one)) for one in streams) > min(size_of(ole), MOST_STREAM):
        return None
    entries = [_Entry("Root Entry", _ROOT, owner=_owner(ole, path))]
    places = {path: 0}
    for one in within:
        is_stream = ole.get_type(list(one)) == _STREAM
        content = stream(ole, list(one)) if is_stream else b""
        places[one] = len(entries)
        entries[places[one[:-1]]].inner.append(len(entries))
        owner = bytes(16) if is_stream else _owner(ole, one)
        entries.append(_Entry(one[-1], _STREAM if is_stream else _STORAGE, content, owner))
    return _written(entries)


def _owner(ole: olefile.OleFileIO, path: Sequence[str]) -> bytes:
    """Give the class of the program that the storage belongs to."""
    named = ole.getclsid(list(path)) if path else ole.root.clsid
    return UUID(named).bytes_le if named else bytes(16)


class _Sectors:
    """The body of the file: sectors, and for each the one that follows it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.parts: list[bytes] = []
        self.next: list[int] = []

    def add(self, content: bytes) -> int:
        """Append content; give where it begins."""
        if not content:
            return _END
        begin, count = len(self.next), -(-len(content) // self.size)
        self.parts.append(content.ljust(count * self.size, b"\0"))
        self.next += [*range(begin + 1, begin + count), _END]
        return begin


def _written(entries: list[_Entry]) -> bytes:
    is_long = sum(len(one.content) for one in entries) > _MOST_SHORT
    sectors = _Sectors(4096 if is_long else 512)
    small, small_next, starts = bytearray(), list[int](), list[int]()
    for one in entries:
        if len(one.content) >= _SMALL or not one.content:
            starts.append(sectors.add(one.content))
            continue
        starts.append(len(small_next))
        count = -(-len(one.content) // _MINI)
        small += one.content.ljust(count * _MINI, b"\0")
        small_next += [*range(starts[-1] + 1, starts[-1] + count), _END]
    starts[0] = sectors.add(bytes(small))
    per = sectors.size // 4
    small_fats = -(-len(small_next) // per)
    small_fat = sectors.add(_numbers(small_next, small_fats * per))
    for one in entries:
        one.first = _searched(entries, sorted(one.inner, key=lambda at: _order(entries[at].name)))
    sizes = [len(small), *(len(one.content) for one in entries[1:])]
    listed = b"".join(map(_listed, entries, starts, sizes))
    begin = sectors.add(listed)
    folders = -(-len(listed) // sectors.size) if is_long else 0
    fats = next(count for count in range(1, _LISTED + 1) if len(sectors.next) + count <= count * per)
    first = len(sectors.next)
    table = _numbers([*sectors.next, *[_FAT] * fats], fats * per)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 4 if is_long else 3, 0xFFFE, 12 if is_long else 9, 6)
    head += struct.pack("<9I", folders, fats, begin, 0, _SMALL, small_fat, small_fats, _END, 0)
    head += _numbers(list(range(first, first + fats)), _LISTED)
    return b"".join([head.ljust(sectors.size, b"\0"), *sectors.parts, table])


def _numbers(known: Sequence[int], count: int) -> bytes:
    return struct.pack(f"<{count}I", *known, *[_FREE] * (count - len(known)))


def _order(name: str) -> tuple[int, str]:
    """Sort as the format does: shorter names first, then by capital letters."""
    return len(name.encode("utf-16-le")), name.upper()


def _searched(entries: list[_Entry], listed: Sequence[int]) -> int:
    """Lay sorted entries out as a tree in which a search halves them; give its root."""
    if not listed:
        return _NONE
    middle = len(listed) // 2
    entry = entries[listed[middle]]
    entry.before, entry.behind = _searched(entries, listed[:middle]), _searched(entries, listed[middle + 1 :])
    return listed[middle]


def _listed(entry: _Entry, start: int, size: int) -> bytes:
    name = entry.name.encode("utf-16-le")[:62] + b"\0\0"
    told = name.ljust(64, b"\0") + struct.pack("<HBB", len(name), entry.sort, 1)
    told += struct.pack("<III", entry.before, entry.behind, entry.first) + entry.owner + bytes(20)
    return told + struct.pack("<IQ", 0 if entry.sort == _STORAGE else start, size)
