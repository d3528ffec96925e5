"""Unpack .gz and .zip with bounds: bytes, ratio, members, depth. Names inside an archive are never used as paths."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from tessera.errors import Hostile, Unavailable, Unreadable
from tessera.extract.limits import RATIO_FLOOR
from tessera.extract.piece import Piece

_CHUNK: Final = 1024 * 1024
_AGAIN: Final = "It may be cut off or damaged: ask for it again."
_BOMB: Final = "It looks like a zip bomb. If the data is real, deliver it in smaller files."
DAMAGE: Final = (EOFError, OSError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError)
"""What the library raises where a zip is damaged, or packed in a way that it does not know."""
_ENCRYPTED_FLAG: Final = 0x1


def is_gzip(path: Path) -> bool:
    """Tell a gzip file by its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def unpack_gzip(piece: Piece) -> Piece:
    """Unpack a gzip file; the piece inside keeps the name."""
    check_depth(piece)
    target = piece.new_file()
    try:
        with gzip.open(piece.path) as source:
            copy_member(source, target, piece.path.stat().st_size, piece)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        message = f"the gzip file cannot be unpacked ({error})"
        raise Unreadable(message, where=piece.where, advice=_AGAIN) from error
    return inner(piece, target, piece.within)


def members(piece: Piece) -> Iterator[zipfile.ZipInfo]:
    """List the files of a zip that may hold data; refuse what no honest archive has."""
    with open_zip(piece) as archive:
        found = files_in(archive)
    if len(found) > piece.limits.max_members:
        message = f"the archive holds {len(found):,} files; at most {piece.limits.max_members:,} are taken"
        raise Hostile(message, where=piece.where, advice=_BOMB)
    if not found:
        raise Unreadable("the archive holds no files", where=piece.where, advice="Ask for it again.")
    for info in found:
        if info.flag_bits & _ENCRYPTED_FLAG:
            advice = "Deliver it without a password, or unpack it first."
            raise Unreadable(f"the archive is encrypted ({info.filename})", where=piece.where, advice=advice)
    yield from found


def files_in(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """List the members that may hold data: no folders, and nothing without a name."""
    named = [info for info in archive.infolist() if info.filename and not info.filename.endswith("/")]
    return [info for info in named if not is_litter(info.filename)]


def unpack_member(piece: Piece, name: str) -> Piece:
    """Unpack one member of a zip into a file whose name we choose."""
    check_depth(piece)
    child = inner(piece, piece.new_file(), (*piece.within, name))
    with open_zip(piece) as archive:
        try:
            info = archive.getinfo(name)
            with archive.open(info) as source:
                copy_member(source, child.path, info.compress_size, child)
        except (KeyError, *DAMAGE) as error:
            message = f"the file cannot be unpacked ({error})"
            raise Unreadable(message, where=child.where, advice=_AGAIN) from error
    return child


def check_book(piece: Piece) -> None:
    """Refuse a packed workbook whose sheets unpack to more than the limits allow, before anybody opens it."""
    sink = piece.new_file()
    infos = list(members(piece))
    with open_zip(piece) as archive:
        for info in infos:
            try:
                with archive.open(info) as source:
                    copy_member(source, sink, info.compress_size, piece)
            except DAMAGE as error:
                message = f"the file is damaged ({error})"
                raise Unreadable(message, where=piece.where, advice=_AGAIN) from error
    sink.unlink(missing_ok=True)


def open_zip(piece: Piece) -> zipfile.ZipFile:
    """Open a zip, or say that it is damaged."""
    try:
        return zipfile.ZipFile(piece.path)
    except DAMAGE as error:
        message = f"the archive cannot be opened ({error})"
        raise Unreadable(message, where=piece.where, advice=_AGAIN) from error


def check_depth(piece: Piece) -> None:
    """Refuse archives within archives within archives."""
    if piece.depth >= piece.limits.max_archive_depth:
        raise Hostile("archives are packed into one another too deeply", where=piece.where, advice=_BOMB)


def inner(piece: Piece, path: Path, within: tuple[str, ...]) -> Piece:
    """Describe what was unpacked from a piece."""
    return Piece(
        path=path,
        filename=piece.filename,
        budget=piece.budget,
        limits=piece.limits,
        within=within,
        depth=piece.depth + 1,
        record_path=piece.record_path,
        scratch=piece.scratch,
    )


class _Bytes(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def copy_member(source: _Bytes, target: Path, packed: int, piece: Piece) -> None:
    """Unpack to a file, counting the bytes against the limits of the delivery."""
    written = 0
    try:
        with target.open("wb") as out:
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                _spend(piece, len(chunk), written, packed)
                out.write(chunk)
    except OSError as error:
        if error.errno is None:  # the packed bytes are damaged, and the disk is well
            raise
        message = f"there is no room to unpack the file: {error.strerror or error}"
        raise Unavailable(message, where=piece.where, advice="Free some disk space, then try again.") from error


def _spend(piece: Piece, count: int, written: int, packed: int) -> None:
    piece.budget.left -= count
    if piece.budget.left < 0:
        message = f"the delivery unpacks to more than {piece.limits.max_unpacked_bytes:,} bytes"
        raise Hostile(message, where=piece.where, advice=_BOMB)
    if written > RATIO_FLOOR and written > piece.limits.max_ratio * max(packed, 1):
        message = f"the file unpacks to more than {piece.limits.max_ratio} times its size"
        raise Hostile(message, where=piece.where, advice=_BOMB)


def is_litter(name: str) -> bool:
    """Whether it is what desktop systems leave in archives."""
    last = name.rsplit("/", 1)[-1]
    return name.startswith("__MACOSX/") or last in {".DS_Store", "Thumbs.db", "desktop.ini"}
