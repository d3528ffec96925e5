"""The sorts of file that are told apart, and the bytes that each begins with. There is one table of them, this one."""

from enum import StrEnum
from typing import Final


class FileFormat(StrEnum):
    """What a file is by its content. The value is its short name."""

    AAC = "aac"
    AIFF = "aiff"
    AMR = "amr"
    AVI = "avi"
    BMP = "bmp"
    BZ2 = "bz2"
    CALENDAR = "ics"
    CAP = "cap"
    DELIMITED = "delimited"
    DOC = "doc"
    DOCX = "docx"
    EML = "eml"
    EPUB = "epub"
    FEED = "rss"
    FHIR = "fhir"
    FLAC = "flac"
    GEOJSON = "geojson"
    GEOPACKAGE = "geopackage"
    GIF = "gif"
    GPX = "gpx"
    GZIP = "gzip"
    GZIP_TABLE = "gzip-table"
    HEIC = "heic"
    HTML = "html"
    JPEG = "jpeg"
    JSON = "json"
    KML = "kml"
    KMZ = "kmz"
    M4A = "m4a"
    MBOX = "mbox"
    MISP = "misp"
    MKV = "mkv"
    MOV = "mov"
    MP3 = "mp3"
    MP4 = "mp4"
    MSG = "msg"
    NDJSON = "ndjson"
    NIBRS = "nibrs"
    NIBRS_ERRORS = "nibrs-errors"
    NIBRS_FLAT = "nibrs-flat"
    NIEM = "niem"
    ODP = "odp"
    ODS = "ods"
    ODT = "odt"
    OGG = "ogg"
    OLE_OBJECT = "ole"
    PARQUET = "parquet"
    PDF = "pdf"
    PNG = "png"
    PPT = "ppt"
    PPTX = "pptx"
    RTF = "rtf"
    SHAPEFILE = "shapefile"
    STIX = "stix"
    TAR = "tar"
    TEXT = "text"
    TIFF = "tiff"
    TNEF = "tnef"
    VCARD = "vcard"
    WAV = "wav"
    WEBM = "webm"
    WEBP = "webp"
    XLS = "xls"
    XLSX = "xlsx"
    XML = "xml"
    XZ = "xz"
    ZIP = "zip"
    ZIP_TABLES = "zip-tables"

    @property
    def label(self) -> str:
        """What people call it."""
        return _ABOUT[self][0]

    @property
    def reader(self) -> str:
        """The module below `tessera.extract` that reads it for what it says."""
        return _ABOUT[self][1]

    @property
    def is_table(self) -> bool:
        """Whether the readers of tables take it where the source has a mapping."""
        return self in _TABLES

    @property
    def is_picture(self) -> bool:
        """Whether it is shown as a picture."""
        return self.reader == "pictures"


_ABOUT: Final[dict[FileFormat, tuple[str, str]]] = {
    FileFormat.AAC: ("AAC recording", "recordings"),
    FileFormat.AIFF: ("AIFF recording", "recordings"),
    FileFormat.AMR: ("AMR recording", "recordings"),
    FileFormat.AVI: ("AVI film", "films"),
    FileFormat.BMP: ("BMP picture", "pictures"),
    FileFormat.BZ2: ("bzip2 archive", "containers"),
    FileFormat.CALENDAR: ("iCalendar file", "documents"),
    FileFormat.CAP: ("CAP alert", "messages.cap"),
    FileFormat.DELIMITED: ("delimited text", "rows"),
    FileFormat.DOC: ("Word 97-2003 document", "documents"),
    FileFormat.DOCX: ("Word document", "documents"),
    FileFormat.EML: ("mail message", "mail"),
    FileFormat.EPUB: ("EPUB book", "documents"),
    FileFormat.FEED: ("RSS or Atom feed", "messages.feeds"),
    FileFormat.FHIR: ("FHIR message", "messages.fhir"),
    FileFormat.FLAC: ("FLAC recording", "recordings"),
    FileFormat.GEOJSON: ("GeoJSON map", "map_files"),
    FileFormat.GEOPACKAGE: ("GeoPackage map", "map_files"),
    FileFormat.GIF: ("GIF picture", "pictures"),
    FileFormat.GPX: ("GPX track", "map_files"),
    FileFormat.GZIP: ("gzip archive", "containers"),
    FileFormat.GZIP_TABLE: ("gzip archive of a table", "containers"),
    FileFormat.HEIC: ("HEIC picture", "pictures"),
    FileFormat.HTML: ("web page", "web_pages"),
    FileFormat.JPEG: ("JPEG picture", "pictures"),
    FileFormat.JSON: ("JSON data", "rows"),
    FileFormat.KML: ("KML map", "map_files"),
    FileFormat.KMZ: ("KMZ map", "map_files"),
    FileFormat.M4A: ("M4A recording", "recordings"),
    FileFormat.MBOX: ("mailbox", "mailboxes"),
    FileFormat.MISP: ("MISP event", "messages.misp"),
    FileFormat.MKV: ("Matroska film", "films"),
    FileFormat.MOV: ("QuickTime film", "films"),
    FileFormat.MP3: ("MP3 recording", "recordings"),
    FileFormat.MP4: ("MP4 film", "films"),
    FileFormat.MSG: ("Outlook message", "mail"),
    FileFormat.NDJSON: ("JSON lines", "rows"),
    FileFormat.NIBRS: ("NIBRS submission", "messages.nibrs"),
    FileFormat.NIBRS_ERRORS: ("NIBRS error data sheet", "messages.nibrs_errors"),
    FileFormat.NIBRS_FLAT: ("NIBRS flat file", "messages.nibrs_flat"),
    FileFormat.NIEM: ("NIEM message", "messages.niem"),
    FileFormat.ODP: ("OpenDocument presentation", "documents"),
    FileFormat.ODS: ("OpenDocument workbook", "rows"),
    FileFormat.ODT: ("OpenDocument text", "documents"),
    FileFormat.OGG: ("Ogg recording", "recordings"),
    FileFormat.OLE_OBJECT: ("embedded object", "containers"),
    FileFormat.PARQUET: ("Parquet table", "rows"),
    FileFormat.PDF: ("PDF document", "documents"),
    FileFormat.PNG: ("PNG picture", "pictures"),
    FileFormat.PPT: ("PowerPoint 97-2003 presentation", "documents"),
    FileFormat.PPTX: ("PowerPoint presentation", "documents"),
    FileFormat.RTF: ("RTF document", "documents"),
    FileFormat.SHAPEFILE: ("shapefile", "map_files"),
    FileFormat.STIX: ("STIX bundle", "messages.stix"),
    FileFormat.TAR: ("tar archive", "containers"),
    FileFormat.TEXT: ("plain text", "documents"),
    FileFormat.TIFF: ("TIFF picture", "pictures"),
    FileFormat.TNEF: ("Outlook package (TNEF)", "mail"),
    FileFormat.VCARD: ("vCard file", "documents"),
    FileFormat.WAV: ("WAV recording", "recordings"),
    FileFormat.WEBM: ("WebM film", "films"),
    FileFormat.WEBP: ("WebP picture", "pictures"),
    FileFormat.XLS: ("Excel 97-2003 workbook", "rows"),
    FileFormat.XLSX: ("Excel workbook", "rows"),
    FileFormat.XML: ("XML data", "rows"),
    FileFormat.XZ: ("xz archive", "containers"),
    FileFormat.ZIP: ("zip archive", "containers"),
    FileFormat.ZIP_TABLES: ("zip archive of tables", "containers"),
}
_TABLES: Final = frozenset(
    {
        FileFormat.DELIMITED,
        FileFormat.GEOJSON,
        FileFormat.GEOPACKAGE,
        FileFormat.GZIP_TABLE,
        FileFormat.JSON,
        FileFormat.KML,
        FileFormat.KMZ,
        FileFormat.NDJSON,
        FileFormat.ODS,
        FileFormat.PARQUET,
        FileFormat.XLS,
        FileFormat.XLSX,
        FileFormat.XML,
        FileFormat.ZIP_TABLES,
    },
)

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Office files of 1997 to 2003, and messages of Outlook: what they are stands in their list of streams."""
SIGNATURES: Final = (
    (0, b"%PDF", FileFormat.PDF),
    (0, b"PK\x03\x04", FileFormat.ZIP),
    (0, b"PK\x05\x06", FileFormat.ZIP),
    (0, b"\x1f\x8b", FileFormat.GZIP),
    (0, b"BZh", FileFormat.BZ2),
    (0, b"\xfd7zXZ\x00", FileFormat.XZ),
    (0, b"PAR1", FileFormat.PARQUET),
    (0, b"SQLite format 3\x00", FileFormat.GEOPACKAGE),
    (0, OLE, FileFormat.XLS),
    (0, b"{\\rtf", FileFormat.RTF),
    (0, b"\x00\x00\x27\x0a", FileFormat.SHAPEFILE),
    (0, b"\x78\x9f\x3e\x22", FileFormat.TNEF),
    (0, b"\x89PNG\r\n", FileFormat.PNG),
    (0, b"\xff\xd8\xff", FileFormat.JPEG),
    (0, b"GIF87a", FileFormat.GIF),
    (0, b"GIF89a", FileFormat.GIF),
    (0, b"II*\x00", FileFormat.TIFF),
    (0, b"MM\x00*", FileFormat.TIFF),
    (0, b"II+\x00", FileFormat.TIFF),
    (0, b"MM\x00+", FileFormat.TIFF),
    (8, b"WEBP", FileFormat.WEBP),
    (8, b"WAVE", FileFormat.WAV),
    (8, b"AVI ", FileFormat.AVI),
    (0, b"BM", FileFormat.BMP),
    (0, b"fLaC", FileFormat.FLAC),
    (0, b"OggS", FileFormat.OGG),
    (0, b"#!AMR", FileFormat.AMR),
    (0, b"ID3", FileFormat.MP3),
    (0, b"\xff\xfb", FileFormat.MP3),
    (0, b"\xff\xfa", FileFormat.MP3),
    (0, b"\xff\xf3", FileFormat.MP3),
    (0, b"\xff\xf2", FileFormat.MP3),
    (0, b"\xff\xf1", FileFormat.AAC),
    (0, b"\xff\xf9", FileFormat.AAC),
    (8, b"AIFF", FileFormat.AIFF),
    (8, b"AIFC", FileFormat.AIFF),
    (0, b"\x1a\x45\xdf\xa3", FileFormat.MKV),
    (4, b"ftypM4A", FileFormat.M4A),
    (4, b"ftypM4B", FileFormat.M4A),
    (4, b"ftypqt", FileFormat.MOV),
    (4, b"ftypheic", FileFormat.HEIC),
    (4, b"ftypheix", FileFormat.HEIC),
    (4, b"ftyphevc", FileFormat.HEIC),
    (4, b"ftypheim", FileFormat.HEIC),
    (4, b"ftypmif1", FileFormat.HEIC),
    (4, b"ftypmsf1", FileFormat.HEIC),
    (4, b"ftypavif", FileFormat.HEIC),
    (4, b"ftyp", FileFormat.MP4),
    (4, b"moov", FileFormat.MOV),
    (4, b"mdat", FileFormat.MOV),
    (4, b"wide", FileFormat.MOV),
    (257, b"ustar", FileFormat.TAR),
)
"""Where in the file, which bytes, what it is then. The first that fits decides; what comes behind it changes nothing."""

_UNPACK: Final = "Unpack it and deliver what is in it, or pack it as .zip."
_PROGRAM: Final = "Programs are not taken. Deliver the data that it would show, as a document or a table."
_FILM: Final = "Deliver it as MP4 or WAV."
_LOCKED: Final = "Ask for it unencrypted, or decrypt it and deliver that."
_NEWER: Final = "Open it in a newer program, save it as DOCX or PPTX and deliver that."
REFUSED: Final = (
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (0, b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive", _UNPACK),
    (0, b"MSCF\x00", "a cabinet archive", _UNPACK),
    (0, b"PK\x07\x08", "a part of an archive in several files", "Join its parts into one archive, or unpack them."),
    (0, b"!<arch>\n", "an ar archive", _UNPACK),
    (0, b"070701", "a cpio archive", _UNPACK),
    (0, b"\xc7\x71", "a cpio archive", _UNPACK),
    (0, b"\x71\xc7", "a cpio archive", _UNPACK),
    (0, b"ARROW1", "an Arrow file", "Deliver it as Parquet."),
    (0, b"!BDN", "a mailbox of Outlook (PST)", "Export its messages as MSG or EML, or as an mbox file."),
    (0, b"-----BEGIN PGP MESSAGE-----", "a message encrypted with PGP", _LOCKED),
    (0, b"\xdb\xa5\x2d\x00", "a document of Word 2", _NEWER),
    (0, b"\x7fELF", "a program", _PROGRAM),
    (0, b"MZ", "a program", _PROGRAM),
    (0, b"\xca\xfe\xba\xbe", "a program", _PROGRAM),
    (0, b"\xfe\xed\xfa\xce", "a program", _PROGRAM),
    (0, b"\xfe\xed\xfa\xcf", "a program", _PROGRAM),
    (0, b"\xce\xfa\xed\xfe", "a program", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", "a program", _PROGRAM),
    (0, b"\x00asm", "a program", _PROGRAM),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media film or recording", _FILM),
    (0, b"FLV\x01", "a Flash film", _FILM),
    (0, b"\x00\x00\x01\xba", "an MPEG film", _FILM),
)
"""Where, which bytes, what it is, and what to deliver instead: sorts of file that nobody reads here."""
