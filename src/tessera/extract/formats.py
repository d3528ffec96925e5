"""What a file is: its bytes decide, from the first one on; its name only breaks ties between sorts of text."""

import re
import zipfile
from pathlib import Path
from typing import Final

from tessera.errors import Unreadable
from tessera.extract.packed_formats import HEAD, find_gzip_format, find_ole_format, find_zip_format
from tessera.extract.piece import Piece
from tessera.extract.signatures import OLE, REFUSED, SIGNATURES, FileFormat
from tessera.extract.text_formats import find_text_format

__all__ = ["HEAD", "FileFormat", "find_format", "head_of", "read_as_text", "second_nature"]

_NOT_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1e\x7f]")
_BINARY_SHARE: Final = 0.02
_CHECK: Final = "Check what was delivered. Deliver a document, message, picture, recording, archive or table."
_LATE_PDF: Final = 1024
"""Some programs write a few bytes before a PDF; readers look for its beginning this far."""
_TAIL: Final = 66_000
"""Where the list of a zip ends, its longest comment included."""
_SHOWN: Final = frozenset(
    sort for sort in FileFormat if sort.reader in {"films", "pictures", "recordings"} or sort is FileFormat.PDF
)
"""Sorts of file that have no zip in them by their nature."""


def head_of(path: Path) -> bytes:
    """Read the start of a file."""
    with path.open("rb") as file:
        return file.read(HEAD)


def find_format(piece: Piece) -> FileFormat:
    """Decide what a file is, or say why it cannot be read."""
    head = head_of(piece.path)
    if not head:
        raise Unreadable("the file is empty (0 bytes)", where=piece.where, advice="Ask the sender for it again.")
    _refuse(head, piece)
    found = _by_signature(head)
    if head.startswith(OLE):
        return find_ole_format(piece)
    if found is FileFormat.ZIP:
        return find_zip_format(piece, _peek)
    if found is FileFormat.GZIP:
        return find_gzip_format(piece, _peek)
    return found or _by_text(head, piece)


def read_as_text(head: bytes) -> str | None:
    """Give the beginning of a text in whatever encoding; None where it is no text."""
    text = _text_of(head)
    return None if _is_binary(head, text) else text


def second_nature(path: Path, sort: FileFormat) -> str:
    """Say what else a file is to programs that begin at its end, or look for a beginning further on; empty where nothing.

    Its first bytes decide how it is read; what another program would take it for is worth a look.
    """
    if sort not in _SHOWN:
        return ""
    with path.open("rb") as file:
        head = file.read(_LATE_PDF)
        file.seek(max(path.stat().st_size - _TAIL, 0))
        tail = file.read()
    if b"PK\x05\x06" in tail and zipfile.is_zipfile(path):
        return "It is a zip archive as well, which was not opened. Unpack it as one to see what is in it."
    if sort is not FileFormat.PDF and b"%PDF-" in head:
        return "It is a PDF as well, which was not read. Rename it and open it as one to see what it says."
    return ""


def _refuse(head: bytes, piece: Piece) -> None:
    for start, magic, name, advice in REFUSED:
        if _fits(head, start, magic):
            raise Unreadable(f"the file is {name}, which is not read", where=piece.where, advice=advice)


def _by_signature(head: bytes) -> FileFormat | None:
    found = next((sort for start, magic, sort in SIGNATURES if _fits(head, start, magic)), None)
    if found is FileFormat.MKV and b"webm" in head[:64]:
        return FileFormat.WEBM
    if found is FileFormat.OGG and b"theora" in head[:512]:
        return FileFormat.MKV
    return found


def _fits(head: bytes, start: int, magic: bytes) -> bool:
    """Letters alone may begin a text as well: then something behind them must be no text."""
    if head[start : start + len(magic)] != magic:
        return False
    return not magic.isascii() or not magic.strip().isalnum() or _NOT_TEXT.search(head) is not None


def _by_text(head: bytes, piece: Piece) -> FileFormat:
    text = read_as_text(head)
    if text is None and b"%PDF-" in head[:_LATE_PDF]:
        return FileFormat.PDF
    if text is None:
        raise Unreadable("the file holds binary data of a sort that is not known", where=piece.where, advice=_CHECK)
    return find_text_format(text, piece.suffix, is_whole=len(head) < HEAD)


def _peek(head: bytes, name: str) -> FileFormat | None:
    """Tell what a packed file is by its beginning alone."""
    if not head or any(_fits(head, start, magic) for start, magic, _, _ in REFUSED):
        return None
    found = _by_signature(head)
    if found is FileFormat.GZIP:
        return FileFormat.GZIP_TABLE
    if found is not None:
        return found
    text = read_as_text(head)
    suffix = Path(name.removesuffix(".gz").removesuffix(".GZ")).suffix.lower()
    return None if text is None else find_text_format(text, suffix, is_whole=len(head) < HEAD)


def _text_of(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    half = max(len(head) // 2, 1)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) / half > 0.3 and min(even, odd) * 10 < max(even, odd):  # noqa: PLR2004 - Latin text in UTF-16
        return head.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    return head.decode("utf-8", "replace")


def _is_binary(head: bytes, text: str) -> bool:
    """Whether the bytes are no text: too many control characters for a text with a few damaged places."""
    marks = _NOT_TEXT.findall(text.encode("utf-8", "replace"))
    return len(marks) > max(_BINARY_SHARE * len(text), 8) or (len(head) < HEAD and len(marks) * 4 > len(text))
