"""Archives: each file in one becomes a file of its own, unpacked with bounds. What may not be unpacked is refused alone.

The names in an archive are told and never used as paths.
"""

import bz2
import gzip
import lzma
import posixpath
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from tessera.errors import Hostile, Unreadable
from tessera.extract.archives import copy_member, files_in, is_litter, open_zip
from tessera.extract.compound import opened
from tessera.extract.embedded import wrapped_file
from tessera.extract.formats import FileFormat, find_format
from tessera.extract.paragraphs import tidy
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Enclosed, Facts, Finding, Refused
from tessera.model.locator import Locator

_AGAIN: Final = "It may be cut off or damaged: ask for it again."
_FAULTS: Final = (
    EOFError, OSError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, tarfile.TarError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
_ENCRYPTED_FLAG: Final = 0x1
_UTF8_FLAG: Final = 0x800
_METHOD: Final = (
    "It is packed by a method that is not read. Unpack the archive, and deliver the file itself or pack it anew."
)
_UNIX: Final = 3
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_ENDINGS: Final = (".gz", ".bz2", ".xz", ".tgz", ".tbz2", ".txz", ".tbz")
_TARS: Final = {".tgz": ".tar", ".tbz2": ".tar", ".tbz": ".tar", ".txz": ".tar"}


class _Opened(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:  # noqa: ARG001 - as every reader; an archive needs no recogniser
    """Give each file of the archive; a file that may not or cannot be unpacked is refused, and the others are given."""
    sort = find_format(piece)
    yield Facts(terms={})
    if sort is FileFormat.TAR:
        yield from _tar(piece)
    elif sort in {FileFormat.BZ2, FileFormat.GZIP, FileFormat.GZIP_TABLE, FileFormat.XZ}:
        yield _single(piece, sort)
    elif sort is FileFormat.OLE_OBJECT:
        yield _object(piece)
    else:
        yield from _zip(piece)


def fault_of(name: str) -> str:
    r"""Say what is wrong with a member's name; empty where nothing is.

    >>> fault_of("reports/2026/may.pdf"), bool(fault_of("../../etc/passwd")), bool(fault_of("C:\\windows\\x"))
    ('', True, True)
    """
    parts = name.replace("\\", "/").split("/")
    if ".." in parts:
        return "Its name climbs out of the archive, which no honest archive does. Ask the sender how it was made."
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        return "Its name is a path of another machine, which no honest archive holds. Ask the sender how it was made."
    return ""


def name_of(info: zipfile.ZipInfo) -> str:
    """Give a member's name as it was meant: many programs write UTF-8 without saying so.

    >>> name_of(zipfile.ZipInfo("señal.txt".encode().decode("cp437"))), name_of(zipfile.ZipInfo("Müller.txt"))
    ('señal.txt', 'Müller.txt')
    """
    if info.flag_bits & _UTF8_FLAG or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _zip(piece: Piece) -> Iterator[Finding]:
    with open_zip(piece) as archive:
        infos = files_in(archive)
        _check_count(len(infos), piece)
        if not infos:
            raise Unreadable("the archive holds no files", where=piece.where, advice="Ask for it again.")
        for info in infos:
            reason = fault_of(name_of(info)) or _zip_fault(info)
            if reason:
                yield _refused(name_of(info), reason)
            else:
                yield _zip_member(archive, info, piece)


def _zip_fault(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _ENCRYPTED_FLAG:
        return "It is encrypted. Deliver it without a password, or unpack the archive first."
    mode = info.external_attr >> 16
    if info.create_system == _UNIX and stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
        return "It is a link or a device, not a file. Deliver the file itself."
    return ""


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, piece: Piece) -> Finding:
    try:
        with archive.open(info) as source:
            return _taken(name_of(info), source, info.compress_size, piece)
    except NotImplementedError:
        return _refused(name_of(info), _METHOD)
    except _FAULTS as error:
        return _damaged(name_of(info), error)


def _tar(piece: Piece) -> Iterator[Finding]:
    """Read a tar from its beginning to its end, once."""
    count = 0
    try:
        with tarfile.open(piece.path, "r:") as archive:
            for info in archive:
                if info.isdir() or is_litter(info.name):
                    continue
                count += 1
                _check_count(count, piece)
                yield _tar_member(archive, info, piece)
    except (*_FAULTS, RecursionError) as error:
        if not count:
            raise Unreadable(f"the archive cannot be opened ({error})", where=piece.where, advice=_AGAIN) from error
        yield _refused("", f"The archive cannot be read to its end ({error}). {_AGAIN}")
    if not count:
        raise Unreadable("the archive holds no files", where=piece.where, advice="Ask for it again.")


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, piece: Piece) -> Finding:
    reason = fault_of(info.name)
    if not reason and not info.isreg():
        reason = "It is a link or a device, not a file. Deliver the file itself."
    if reason:
        return _refused(info.name, reason)
    try:
        source = archive.extractfile(info)
        if source is None:
            return _refused(info.name, f"It cannot be unpacked. {_AGAIN}")
        with source:
            return _taken(info.name, source, info.size, piece)
    except _FAULTS as error:
        return _damaged(info.name, error)


def _single(piece: Piece, sort: FileFormat) -> Finding:
    name = _inner_name(piece.filename)
    try:
        with _opened(piece.path, sort) as source:
            found = _taken(name, source, piece.path.stat().st_size, piece)
    except _FAULTS as error:
        raise Unreadable(f"the file cannot be unpacked ({error})", where=piece.where, advice=_AGAIN) from error
    return found


def _object(piece: Piece) -> Finding:
    with opened(piece) as ole:
        found = wrapped_file(ole)
    if found is None:
        raise Unreadable("the object holds no file", where=piece.where, advice=_AGAIN)
    name, content = found
    target = piece.new_file()
    target.write_bytes(content)
    return Enclosed(name=_shown(name) if name else piece.filename, path=target)


def _opened(path: Path, sort: FileFormat) -> gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile:
    if sort is FileFormat.BZ2:
        return bz2.open(path)
    if sort is FileFormat.XZ:
        return lzma.open(path)
    return gzip.open(path)


def _inner_name(name: str) -> str:
    """Name what is in a packed file.

    >>> _inner_name("calls.csv.gz"), _inner_name("logs.tgz"), _inner_name("x")
    ('calls.csv', 'logs.tar', 'x')
    """
    ending = next((one for one in _ENDINGS if name.lower().endswith(one)), "")
    bare = name[: len(name) - len(ending)]
    return (bare or name) + _TARS.get(ending, "") if ending else name


def _taken(name: str, source: _Opened, packed: int, piece: Piece) -> Finding:
    """Unpack a member into a file whose name we choose. A bomb ends the whole archive."""
    target = piece.new_file()
    copy_member(source, target, packed, piece)
    return Enclosed(name=_shown(name), path=target)


def _shown(name: str) -> str:
    return posixpath.normpath(tidy(name.replace("\\", "/")))[-1_000:]


def _check_count(count: int, piece: Piece) -> None:
    if count > piece.limits.max_files:
        message = f"the archive holds more than {piece.limits.max_files:,} files"
        raise Hostile(message, where=piece.where, advice="If the files are real, deliver them in smaller archives.")


def _refused(name: str, reason: str) -> Refused:
    return Refused(reason=reason, locator=Locator(), value=_shown(name) if name else "")


def _damaged(name: str, error: Exception) -> Refused:
    return _refused(name, f"It cannot be unpacked ({error}). {_AGAIN}")
