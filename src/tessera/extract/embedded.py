"""Files that a program wrapped into an object of another document: packages of the desktop, office files, and PDF."""

import struct
from typing import Final

import olefile

from tessera.extract.compound import stream

_NATIVE, _PACKAGE, _CONTENTS = "\x01Ole10Native", "Package", "CONTENTS"
WRAPPERS: Final = (_NATIVE, _PACKAGE, _CONTENTS)
"""Streams that hold a file as it is."""


def wrapped_file(ole: olefile.OleFileIO, path: tuple[str, ...] = ()) -> tuple[str, bytes] | None:
    """Give the name and bytes of the file that the object at this path is wrapped around; None where it is of another kind."""
    native = stream(ole, [*path, _NATIVE])
    if native:
        return _native(native)
    content = next(filter(None, (stream(ole, [*path, name]) for name in (_PACKAGE, _CONTENTS))), b"")
    return ("", content) if content else None


def _native(content: bytes) -> tuple[str, bytes]:
    """Take apart what the desktop packs: a label, two paths, and the bytes; else all bytes are the file."""
    total = int.from_bytes(content[:4], "little")
    try:
        label, at = _text(content, 6)
        _, at = _text(content, at)
        at += 8 + struct.unpack_from("<I", content, at + 4)[0]
        size = struct.unpack_from("<I", content, at)[0]
    except (struct.error, ValueError):
        return "", content[4 : 4 + total]
    if at + 4 + size > len(content):
        return "", content[4 : 4 + total]
    return label, content[at + 4 : at + 4 + size]


def _text(content: bytes, at: int) -> tuple[str, int]:
    end = content.index(b"\0", at)
    return content[at:end].decode("cp1252", "replace"), end + 1
