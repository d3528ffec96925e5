"""Damaged files of each kind go the whole way, through a locked child: each ends in records or in a reason, and soon."""

import io
import random
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from damaging import damaged
from document_samples import (
    doc,
    docx,
    eml,
    epub,
    msg,
    odt,
    old_doc,
    ole,
    pack,
    packed_rtf,
    pdf,
    ppt,
    pptx,
    sealed_mail,
    tnef,
    xlsx,
)
from PIL import Image
from sample_messages import ERROR_SHEET, flat_file

from tessera import bootstrap
from tessera.dictionary import load
from tessera.errors import TesseraError, Unreadable
from tessera.flow.isolation import Allowance, Readers
from tessera.flow.reading import Ground, Reading, read_batches
from tessera.model.source import FILES
from tessera.settings import Settings

ROUNDS = 8
MOST_SECONDS = 10.0
MAIL = eml(html=True)
RICH_TEXT = rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}The van {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 left{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 .}"
IN_TABLE, ENDS_ROW = b"\x16\x24\x01", b"\x16\x24\x01\x17\x24\x01"


def _tar() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name in ("a.txt", "b.csv"):
            entry = tarfile.TarInfo(name)
            entry.size = 2000
            archive.addfile(entry, io.BytesIO(b"id,what\n1,fall\n" * 200))
    return stream.getvalue()


def _picture(form: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(stream, form)
    return stream.getvalue()


SAMPLES = {
    "csv": b"id,what,when\n1,fall,2026-03-01\n2,fire,2026-03-02\n" * 20,
    "doc": doc(("Report\r", 1, b""), ("Plate\x07", 0, IN_TABLE), ("\x07", 0, ENDS_ROW), ("Last.\r", 0, b""), deleted=(2, 4)),
    "docx": docx("AT&T called (302) 555-0147."),
    "eml": MAIL,
    "epub": epub(),
    "geojson": b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[-75.5,39.1]},"properties":{"id":1}}]}',
    "html": b"<html><head><title>T</title></head><body><table><tr><td>a<td>b</table><p>Text <a href='https://x.example'>here</a></body></html>",
    "ics": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Meet\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "jpg": _picture("JPEG"),
    "json": b'[{"id": 1, "what": {"sort": "fall"}}, {"id": 2}]',
    "mbox": b"From a@b.example Mon Mar  2 08:00:00 2026\n" + MAIL + b"\nFrom a@b.example Mon Mar  2 08:00:00 2026\n" + MAIL,
    "msg": msg(),
    "nibrs.txt": flat_file().encode(),
    "objects.doc": ole({"WordDocument": bytes(0x200), "ObjectPool/_1/Workbook": b"x" * 900, "ObjectPool/_2/a/b": b"y"}),
    "odt": odt("<t:h>Head</t:h><t:p>Text<t:s t:c='3'/>more</t:p>"),
    "old.doc": old_doc("One.\rTwo\x07three\x07\x07Four.\r"),
    "packed.tnef": tnef(plain="", packed=packed_rtf(RICH_TEXT, repeated=30)),
    "packed.msg": ole({"__properties_version1.0": bytes(32), "__substg1.0_10090102": packed_rtf(RICH_TEXT)}),
    "pdf": pdf("The deputy saw\ntwo men.", "", attached=b"id\n1\n"),
    "png": _picture("PNG"),
    "ppt": ppt(),
    "pptx": pptx(),
    "rtf": rb"{\rtf1\ansi{\fonttbl{\f0 A;}}{\info{\title T}}Text \u8364? {\footnote a}\par\intbl a\cell b\cell\row{\pict\pngblip 89}}",
    "sealed.eml": sealed_mail(b"Content-Type: text/plain\r\n\r\nThe van was seen.\r\n", indefinite=True),
    "sheet.txt": ERROR_SHEET.encode(),
    "tgz": _tar(),
    "tnef": tnef(html=b"<p>It was seen."),
    "txt": b"# Head\n\nDet. Ana Ruiz called (302) 555-0147.\n\nLast one.\n" * 20,
    "xlsx": xlsx(),
    "xml": b"<rows><row><id>1</id></row><row><id>2</id></row></rows>",
    "zip": pack({"a.txt": "Text.", "b/c.csv": "id\n1\n", "d.docx": docx("Inner")}),
}  # fmt: skip


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    ground = Ground(dictionary=load(bootstrap.pack_folders(Settings(center=Path()))))
    folder = tmp_path_factory.mktemp("readers")
    made = Readers(folder=folder, allowance=Allowance(memory_mb=1500, seconds=int(MOST_SECONDS)), ground=ground)
    yield made
    made.close()


def outcome(readers: Readers, file: Path, name: str) -> TesseraError | None:
    """Read a file the whole way; give the error that it ended with."""
    reading = Reading(
        filename=name, source="feed", mapping_text="", mapping_name=FILES, batch_rows=1000, skip=0, digest="0" * 64
    )
    try:
        with readers.reading("feed", file, read_batches, reading) as made:
            for batch in made:
                assert batch.mapped.records.num_rows or batch.rejected or batch.enclosed, "a batch holds something"
    except TesseraError as error:
        return error
    return None


@pytest.mark.parametrize("name", SAMPLES)
def test_whatever_is_done_to_a_file_it_is_read_or_refused_with_a_reason(
    readers: Readers, tmp_path: Path, name: str
) -> None:
    draw = random.Random(name)
    file = tmp_path / "given"
    file.write_bytes(SAMPLES[name])
    assert outcome(readers, file, f"given.{name}") is None, "the sample itself is good"
    for _ in range(ROUNDS):
        file.unlink()
        file.write_bytes(damaged(SAMPLES[name], draw, SAMPLES))
        began = time.monotonic()
        error = outcome(readers, file, f"given.{name}")
        assert time.monotonic() - began < MOST_SECONDS
        assert error is None or (isinstance(error, Unreadable) and error.advice)
        assert "memory or time" not in str(error), "the child was killed, or died"
        assert "could not be read (" not in str(error), "an error that no reader foresaw"
