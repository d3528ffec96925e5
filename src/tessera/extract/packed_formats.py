"""What a packed file is by what is in it: an office document, a map, or an archive of files or of tables."""

import gzip
import io
import zipfile
from collections.abc import Callable
from typing import Final

import olefile

from tessera.errors import Unreadable
from tessera.extract.archives import DAMAGE, files_in, is_litter, open_zip
from tessera.extract.embedded import WRAPPERS
from tessera.extract.piece import Piece
from tessera.extract.signatures import FileFormat

HEAD: Final = 64 * 1024
_INNER_ZIP: Final = 32 * 1024 * 1024
_PEEKED: Final = 128 * 1024 * 1024
"""Bytes that are unpacked at most to see whether an archive holds tables."""
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_AGAIN: Final = "It may be cut off or damaged: open it in its program, save it again and deliver it again."
_ENCRYPTED_FLAG: Final = 0x1
_OPEN_DOCUMENT: Final = {
    b"application/vnd.oasis.opendocument.text": FileFormat.ODT,
    b"application/vnd.oasis.opendocument.spreadsheet": FileFormat.ODS,
    b"application/vnd.oasis.opendocument.presentation": FileFormat.ODP,
    b"application/epub+zip": FileFormat.EPUB,
}
_OFFICE: Final = (("word/", FileFormat.DOCX), ("ppt/", FileFormat.PPTX), ("xl/", FileFormat.XLSX))
_STREAMS: Final = (
    ("WordDocument", FileFormat.DOC),
    ("Workbook", FileFormat.XLS),
    ("Book", FileFormat.XLS),
    ("PowerPoint Document", FileFormat.PPT),
    ("__properties_version1.0", FileFormat.MSG),
    *((name, FileFormat.OLE_OBJECT) for name in WRAPPERS),
)

Peek = Callable[[bytes, str], FileFormat | None]
"""From the beginning of a member and its name to its format; None where it is none that is read."""


def find_ole_format(piece: Piece) -> FileFormat:
    """Tell what an office file of 1997 to 2003 is by its streams."""
    try:
        with olefile.OleFileIO(str(piece.path)) as ole:
            names = {entry[0] for entry in ole.listdir(streams=True, storages=False)}
    except Exception as error:  # the library raises whatever broken bytes lead to
        if _LOCKED in piece.path.read_bytes():
            raise _encrypted(piece) from error
        raise Unreadable("the office file is damaged", where=piece.where, advice=_AGAIN) from error
    if "EncryptedPackage" in names:
        raise _encrypted(piece)
    found = next((sort for name, sort in _STREAMS if name in names), None)
    if names & {"PP40", "Text_Content"} and "PP97_DUALSTORAGE" not in names:
        advice = "Open it in a newer program, save it as PPTX and deliver that."
        raise Unreadable("the file is a presentation of PowerPoint 95 or older", where=piece.where, advice=advice)
    if found is None:
        raise Unreadable("the office file is of a sort that is not known", where=piece.where, advice=_AGAIN)
    return found


def _encrypted(piece: Piece) -> Unreadable:
    advice = "Open it in its program, remove the password, save it and deliver it again."
    return Unreadable("the file is encrypted with a password", where=piece.where, advice=advice)


def find_zip_format(piece: Piece, peek: Peek) -> FileFormat:
    """Tell what a zip is by the names in it, and by what its members begin with."""
    with open_zip(piece) as archive:
        return _office_format(archive) or _map_format(archive) or _archive_format(archive, piece, peek)


def find_gzip_format(piece: Piece, peek: Peek) -> FileFormat:
    """Tell whether a gzip file holds a table."""
    try:
        with gzip.open(piece.path) as source:
            head = source.read(HEAD)
    except DAMAGE:
        return FileFormat.GZIP_TABLE
    inner = peek(head, piece.filename) if head else FileFormat.DELIMITED
    return FileFormat.GZIP_TABLE if inner and inner.is_table else FileFormat.GZIP


def _office_format(archive: zipfile.ZipFile) -> FileFormat | None:
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        return next((sort for folder, sort in _OFFICE if any(name.startswith(folder) for name in names)), None)
    if "mimetype" not in names:
        return FileFormat.XLSX if any(name.startswith("xl/") for name in names) else None
    named = _head(archive, archive.getinfo("mimetype"))[:100].strip().removesuffix(b"-template")
    return _OPEN_DOCUMENT.get(named) or (FileFormat.ODS if "content.xml" in names else None)


def _map_format(archive: zipfile.ZipFile) -> FileFormat | None:
    ends = {name.lower().rpartition(".")[2] for name in archive.namelist() if not is_litter(name)}
    if {"shp", "dbf"} <= ends:
        return FileFormat.SHAPEFILE
    folded = {name.lower() for name in archive.namelist()}
    return FileFormat.KMZ if "doc.kml" in folded else None


def _archive_format(archive: zipfile.ZipFile, piece: Piece, peek: Peek) -> FileFormat:
    """Tell an archive of nothing but tables, which the readers of tables take as it is, from any other."""
    infos = files_in(archive)
    if len(infos) > piece.limits.max_members or any(info.flag_bits & _ENCRYPTED_FLAG for info in infos):
        return FileFormat.ZIP
    left = _PEEKED
    for info in infos:
        inner = _member_format(archive, info, peek)
        left -= HEAD
        if inner is None or not inner.is_table or left < 0:
            return FileFormat.ZIP
    return FileFormat.ZIP_TABLES if infos else FileFormat.ZIP


def _member_format(archive: zipfile.ZipFile, info: zipfile.ZipInfo, peek: Peek) -> FileFormat | None:
    head = _head(archive, info)
    if not head.startswith(b"PK\x03\x04"):
        return peek(head, info.filename)
    if info.file_size > _INNER_ZIP:
        return None
    try:
        with archive.open(info) as source, zipfile.ZipFile(io.BytesIO(source.read(_INNER_ZIP))) as within:
            return _office_format(within) or _map_format(within)
    except DAMAGE:
        return None


def _head(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as source:
            return source.read(HEAD)
    except DAMAGE:
        return b""
