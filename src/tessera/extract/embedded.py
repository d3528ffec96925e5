"""Files that lie in objects of another document: packages of the desktop, office files of any age, and PDF."""

import io
import struct
from typing import Final

import olefile

from tessera.extract.compound import stream
from tessera.extract.compound_copy import copy_of

_NATIVE, _PACKAGE, _CONTENTS = "\x01Ole10Native", "Package", "CONTENTS"
WRAPPERS: Final = (_NATIVE, _PACKAGE, _CONTENTS)
"""Streams that hold a file as it is."""
_WHOLE: Final = {
    "WordDocument": "document.doc",
    "Workbook": "workbook.xls",
    "Book": "workbook.xls",
    "PowerPoint Document": "presentation.ppt",
}
"""Streams of documents that lie in an object as storages, and how such a document is called."""


def wrapped_file(ole: olefile.OleFileIO, path: tuple[str, ...] = ()) -> tuple[str, bytes] | None:
    """Give the name and bytes of the file in the object at this path, wrapped or as a storage; None where it holds none."""
    native = stream(ole, [*path, _NATIVE])
    if native:
        return _native(native)
    content = next(filter(None, (stream(ole, [*path, name]) for name in (_PACKAGE, _CONTENTS))), b"")
    if content:
        return "", content
    name = next((name for within, name in _WHOLE.items() if path and ole.exists([*path, within])), "")
    copied = copy_of(ole, path) if name else None
    return (name, copied) if copied is not None else None


def file_in(content: bytes) -> tuple[str, bytes] | None:
    """Give the name and bytes of the file in an object that is a compound file itself; None where it holds none."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            name = next((name for within, name in _WHOLE.items() if ole.exists(within)), "")
            return (name, content) if name else wrapped_file(ole)
    except Exception:  # noqa: BLE001 - the library raises whatever broken bytes lead to
        return None


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
