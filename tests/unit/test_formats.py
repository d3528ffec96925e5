import gzip
import io
import zipfile
from pathlib import Path

import pytest
from sample_messages import ERROR_SHEET, flat_file

from tessera.errors import Unreadable
from tessera.extract.formats import FileFormat, find_format, second_nature
from tessera.extract.limits import Limits
from tessera.extract.piece import Budget, Piece


def _piece(folder: Path, content: bytes, name: str = "given") -> Piece:
    path = folder / "0a1b"
    path.write_bytes(content)
    return Piece(path=path, filename=name, budget=Budget(left=10**9), limits=Limits())


def _zip(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return stream.getvalue()


CSV = b"id,what,where\n1,fall,Dover\n2,fire,Lewes\n3,theft,Milford\n"
PROSE = (
    b"The deputy saw two men leave the warehouse, and followed them, slowly.\n"
    b"They drove a blue truck, with no plate.\n\nAt noon the truck stopped.\n"
)
MAIL = b"Received: from a.example by b.example; Mon, 2 Mar 2026 08:00:00 -0500\nFrom: a@b.example\nTo: c@d.example\nSubject: Hi\n\nText.\n"
SAMPLES = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "gif": b"GIF89a\x01\0\x01\0\0\0\0",
    "tiff": b"II*\0\x08\0\0\0",
    "webp": b"RIFF\x20\0\0\0WEBPVP8 ",
    "wav": b"RIFF\x20\0\0\0WAVEfmt ",
    "avi": b"RIFF\x20\0\0\0AVI LIST",
    "bmp": b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0",
    "m4a": b"\0\0\0\x18ftypM4A \0\0\0\0",
    "mov": b"\0\0\0\x14ftypqt  \0\0\0\0",
    "mp4": b"\0\0\0\x18ftypisom\0\0\0\0",
    "mkv": b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska",
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm",
    "mp3": b"ID3\x03\0\0\0\0\0\0",
    "flac": b"fLaC\0\0\0\x22",
    "ogg": b"OggS\0\x02\0\0",
    "aac": b"\xff\xf1\x50\x80\x02\x1f\xfc\0",
    "aiff": b"FORM\0\0\0\x40AIFFCOMM\0\0",
    "amr": b"#!AMR\n\x3c\x08\0\0\0\0\0\0\0\0\0",
    "bz2": b"BZh91AY&SY\x01\x02\x03\x04",
    "xz": b"\xfd7zXZ\0\0\x04",
    "parquet": b"PAR1\x15\x04\x15",
    "geopackage": b"SQLite format 3\0\x10\0",
    "rtf": rb"{\rtf1\ansi Hello.}",
    "html": b"<!DOCTYPE html><html><body><p>Hi</p></body></html>",
    "eml": MAIL,
    "mbox": b"From a@b.example Mon Mar  2 08:00:00 2026\n"
    + MAIL
    + b"\n\nFrom a@b.example Mon Mar  2 08:01:00 2026\n"
    + MAIL,
    "ics": b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n",
    "vcard": b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ann\r\n",
    "kml": b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>',
    "gpx": b'<?xml version="1.0"?><gpx version="1.1"><wpt lat="1" lon="2"/></gpx>',
    "cap": b'<?xml version="1.0"?>\n<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier></alert>',
    "rss": b'<rss version="2.0"><channel><title>t</title></channel></rss>',
    "nibrs": b'<nibrs:Submission xmlns:nibrs="http://fbi.gov/cjis/nibrs/4.2"/>',
    "nibrs-errors": ERROR_SHEET.encode(),
    "nibrs-flat": flat_file().encode(),
    "niem": b'<x:Message xmlns:x="http://a.example" xmlns:nc="http://release.niem.gov/niem/niem-core/5.0/"/>',
    "xml": b"<rows><row><id>1</id></row><row><id>2</id></row></rows>",
    "stix": b'{"id": "bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", "objects": [{"a": [1, {"type": "x"}]}], "type": "bundle"}',
    "misp": b'{"Event": {"id": "1", "info": "x", "uuid": "5d0092c5"}}',
    "fhir": b'{"entry": [], "resourceType": "Bundle"}',
    "geojson": b'{"type": "FeatureCollection", "features": []}',
    "json": b'[{"id": 1, "type": "bundle"}]',
    "ndjson": b'{"id": 1}\n{"id": 2}\n',
    "delimited": CSV,
    "text": PROSE,
    "gzip-table": gzip.compress(CSV),
    "gzip": gzip.compress(b"%PDF-1.7\n%\xe2\xe3"),
    "zip-tables": _zip(a_DOT_csv=CSV, b_DOT_csv=CSV),
    "zip": _zip(a_DOT_csv=CSV, b_DOT_pdf=b"%PDF-1.7\n%\xe2\xe3"),
    "kmz": _zip(doc_DOT_kml=b"<kml/>", files__icon_DOT_png=b"\x89PNG\r\n\x1a\n"),
    "shapefile": _zip(a_DOT_shp=b"\0\0\x27\x0a", a_DOT_dbf=b"\x03"),
    "odt": _zip(mimetype=b"application/vnd.oasis.opendocument.text", content_DOT_xml=b"<a/>"),
    "epub": _zip(mimetype=b"application/epub+zip"),
    "tar": b"a.txt".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 300,
}


def test_an_event_of_misp_is_told_though_it_stands_by_itself(tmp_path: Path) -> None:
    bare = b'{"Attribute": [{"Tag": [], "category": "Other", "to_ids": false}], "info": "x", "uuid": "5d0092c5"}'
    assert find_format(_piece(tmp_path, bare, "event.json")) == "misp"


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("filename", ["given", "letter.txt"])
def test_content_decides_what_a_file_is(tmp_path: Path, name: str, filename: str) -> None:
    assert find_format(_piece(tmp_path, SAMPLES[name], filename)) == name


@pytest.mark.parametrize(
    "content",
    [
        b"\x7fELF\x02\x01\x01\0",
        b"MZ\x90\0\x03\0",
        b"\xca\xfe\xba\xbe\0\0",
        b"\xcf\xfa\xed\xfe\x07\0",
        b"Rar!\x1a\x07\x01\0",
        b"7z\xbc\xaf\x27\x1c\0\0",
    ],
)
def test_programs_and_foreign_archives_are_refused_with_advice(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        find_format(_piece(tmp_path, content))
    assert caught.value.advice


def test_a_second_signature_behind_the_first_changes_nothing(tmp_path: Path) -> None:
    assert find_format(_piece(tmp_path, SAMPLES["pdf"] + SAMPLES["zip"])) == "pdf"
    assert find_format(_piece(tmp_path, SAMPLES["gif"] + SAMPLES["html"])) == "gif"
    assert find_format(_piece(tmp_path, SAMPLES["png"] + SAMPLES["pdf"])) == "png"


@pytest.mark.parametrize(
    "text",
    [
        "BM is short for bench mark, says the report.",
        "MZ was seen at noon. He left, and came back.",
        "ID3 is a name of a tag.",
        "A single line, with a comma",
        "# Heading\n\nSome text, with commas, and so on.\n\n- one, two\n- three, four, five\n",
        "Dear Sir,\nthe truck, blue, was seen.\nYours,\nAnn\n",
        "Note: he left\nTime: noon\n\nNothing else.",
    ],
)
def test_prose_is_plain_text(tmp_path: Path, text: str) -> None:
    assert find_format(_piece(tmp_path, text.encode())) is FileFormat.TEXT


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("id\n1\n2\n", "ids.csv"),
        ("id;note\n1;a, b, c\n2;d, e\n", "given"),
        ("id\tnote\n1\tHe said: go.\n2\tShe left.\n", "given"),
        (
            'id,note,place\n1,"He left, then came back, and sat.",Dover\n2,"Two men, one truck, no plate.",Lewes\n',
            "given",
        ),
        ("id, what, where\n1, fall, Dover\n2, fire, Lewes\n", "given"),
        ("a|b|c\n1|2|3\n", "given"),
        ("id,when,lat,lon\n", "given"),
    ],
)
def test_a_table_is_delimited_text(tmp_path: Path, text: str, name: str) -> None:
    assert find_format(_piece(tmp_path, text.encode(), name)) is FileFormat.DELIMITED


def test_a_note_with_a_comma_in_each_line_is_no_table(tmp_path: Path) -> None:
    note = "Gate log: 2210 vehicle at gate, 2216 it turned around.\nBank,RTN\nKiln,055058036\nDelaware plate, call before noon.\n"
    assert find_format(_piece(tmp_path, note.encode(), "notes.txt")) is FileFormat.TEXT
    table = "id, what\n1, it fell.\n2, it burned.\n3, it sank.\n"
    assert find_format(_piece(tmp_path, table.encode(), "given")) is FileFormat.DELIMITED


def test_only_tables_go_to_the_readers_of_tables() -> None:
    tables = {sort.value for sort in FileFormat if sort.is_table}
    expected = "delimited geojson geopackage gzip-table json kml kmz ndjson ods parquet xls xlsx xml zip-tables"
    assert tables == set(expected.split())
    assert all(sort.label and sort.reader for sort in FileFormat)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(100) + _zip(a=b"x"), "zip archive"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"%PDF-1.4\n", "PDF"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(100), ""),
        (_zip(a=b"\0"), ""),
    ],
)
def test_a_file_that_is_two_things_is_read_as_the_first_and_the_other_is_noted(
    tmp_path: Path, content: bytes, said: str
) -> None:
    piece = _piece(tmp_path, content)
    found = second_nature(piece.path, find_format(piece))
    assert said in found
    assert bool(found) == bool(said)
