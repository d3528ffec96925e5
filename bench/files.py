"""Mixed files through the whole way: rate, memory, and that nothing is lost.

    python bench/files.py [FILES]

Invented files of eleven sorts, one in a hundred damaged and one in fifty delivered twice, taken in and read with every recogniser that
is installed. The law: files in = files read + files that could not be read + duplicates, and the same for the rows in each.
"""

import io
import json
import random
import resource
import sys
import time
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage

from docx import Document
from ground import print_table, register, throw_away
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from tessera.flow.center import OPERATOR
from tessera.model.delivery import Delivery, DeliveryState, Via
from tessera.model.marking import Marking
from tessera.model.source import FILES
from tessera.receive import take_in
from tessera.store import deliveries, enclosures, parties

SORTS = {
    "txt": 30,
    "eml": 20,
    "html": 15,
    "pdf": 10,
    "csv": 6,
    "docx": 6,
    "json": 5,
    "xml": 3,
    "zip": 3,
    "png": 1,
    "broken.pdf": 1,
}
WORDS = [
    "the",
    "officer",
    "saw",
    "a",
    "car",
    "near",
    "the",
    "river",
    "house",
    "and",
    "called",
    "for",
    "help",
    "while",
    "two",
    "men",
    "left",
    "north",
    "on",
    "foot",
    "with",
    "bags",
]


def sentence(draw: random.Random) -> str:
    """Write an invented sentence with something in it that is named."""
    phone = f"({draw.randint(201, 989)}) 555-01{draw.randint(10, 99)}"
    named = draw.choice(
        [
            phone,
            f"{draw.randint(1, 999)} Oak Ave",
            "Det. Ana Ruiz",
            "$1,250",
            "heroin",
            "a white 2014 Ford F-150",
            "ann@example.org",
        ]
    )
    return " ".join(draw.choices(WORDS, k=draw.randint(8, 16))).capitalize() + f" {named}."


def text(draw: random.Random, paragraphs: int = 4) -> str:
    """Write some invented paragraphs."""
    return "\n\n".join(" ".join(sentence(draw) for _ in range(4)) for _ in range(paragraphs))


def mail(draw: random.Random) -> bytes:
    """Make a mail with a note attached."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", sentence(draw)[:60]
    message["Date"] = "Sun, 01 Mar 2026 10:00:00 +0000"
    message.set_content(text(draw))
    message.add_attachment(text(draw).encode(), maintype="text", subtype="plain", filename="note.txt")
    return message.as_bytes()


def pdf(draw: random.Random) -> bytes:
    """Make a PDF of two pages."""
    out = io.BytesIO()
    canvas = Canvas(out)
    for page in range(2):
        for at, line in enumerate(text(draw, 3).split(". ")):
            canvas.drawString(40, 780 - 18 * at, f"{page} {line[:95]}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def docx(draw: random.Random) -> bytes:
    """Make a Word document."""
    out = io.BytesIO()
    document = Document()
    for paragraph in text(draw).split("\n\n"):
        document.add_paragraph(paragraph)
    document.save(out)
    return out.getvalue()


def archive(draw: random.Random) -> bytes:
    """Make an archive of two texts in a folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(2):
            packed.writestr(f"folder/{number}.txt", text(draw))
    return out.getvalue()


def picture(draw: random.Random) -> bytes:
    """Make a picture of a line."""
    out = io.BytesIO()
    drawn = Image.new("RGB", (600, 120), "white")
    ImageDraw.Draw(drawn).text((10, 40), sentence(draw)[:70], fill="black")
    drawn.save(out, "PNG")
    return out.getvalue()


def bundle(draw: random.Random) -> bytes:
    """Make a STIX bundle of one indicator."""
    name, whole = (uuid.UUID(int=draw.getrandbits(128), version=4) for _ in range(2))
    at = "2026-01-01T00:00:00.000Z"
    indicator = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{name}",
        "created": at,
        "modified": at,
        "pattern_type": "stix",
        "valid_from": at,
        "pattern": f"[ipv4-addr:value = '198.51.100.{draw.randint(1, 254)}']",
    }
    return json.dumps({"type": "bundle", "id": f"bundle--{whole}", "objects": [indicator]}).encode()


def page(draw: random.Random) -> bytes:
    """Make a web page."""
    paragraphs = "".join(f"<p>{p}</p>" for p in text(draw).split("\n\n"))
    return f"<!doctype html><html><title>Report</title><body>{paragraphs}</body></html>".encode()


def table(draw: random.Random) -> bytes:
    """Make a table of twenty rows."""
    rows = [f"{i},{sentence(draw)},302-555-0{draw.randint(100, 199)}" for i in range(20)]
    return "\n".join(["id,what,phone", *rows]).replace("$1,250", "$1250").encode()


def feed(draw: random.Random) -> bytes:
    """Make a feed of five items."""
    items = "".join(f"<item><title>{sentence(draw)}</title><guid>{draw.random()}</guid></item>" for _ in range(5))
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'.encode()


MAKERS: dict[str, Callable[[random.Random], bytes]] = {
    "broken.pdf": lambda draw: b"%PDF-1.7\n" + draw.randbytes(200),
    "csv": table,
    "docx": docx,
    "eml": mail,
    "html": page,
    "json": bundle,
    "pdf": pdf,
    "png": picture,
    "txt": lambda draw: text(draw).encode(),
    "xml": feed,
    "zip": archive,
}


def files(count: int) -> Iterator[tuple[str, bytes]]:
    """Draw files; every fiftieth comes a second time under another name."""
    draw = random.Random(7)
    sorts = draw.choices(list(SORTS), weights=list(SORTS.values()), k=count)
    last = b""
    for number, sort in enumerate(sorts):
        last = last if number % 50 == 49 else MAKERS[sort](draw)
        yield f"{number}.{sort}", last


def main(count: int) -> None:
    """Take files in, read them, and count what became of them."""
    with throw_away(resolving=True) as center:
        register(center, "mixed", Marking())
        with center.store.writing(OPERATOR) as tx:
            like = parties.read_source(tx, "mixed")[2]
            parties.register(tx, replace(like, name="any", label="any", mapping=FILES))
        made = list(files(count))
        started, spent = time.perf_counter(), time.process_time()
        duplicates = 0
        taken: list[Delivery] = []
        with center.jobs() as jobs:
            for name, data in made:
                delivery = take_in(
                    center.store, center.blobs, OPERATOR, io.BytesIO(data), source="any", filename=name, via=Via.COMMAND
                )
                duplicates += delivery.duplicate
                if not delivery.duplicate:
                    taken.append(delivery)
                    jobs.start(delivery)
            for delivery in taken:
                jobs.wait(delivery.uid)
            for delivery in taken:
                jobs.wait_for_enclosed(delivery.uid)
            seconds, cpu = time.perf_counter() - started, time.process_time() - spent
        with center.store.reading(OPERATOR) as tx:
            done = [deliveries.get(tx, delivery.uid) for delivery in taken]
            inside = [enclosures.counts_below(tx, delivery.uid) for delivery in taken]
    states = Counter(str(one.state) for one in done)
    lost = [d for d in done if d.rows_in != d.rows_recorded + d.rows_quarantined + d.rows_duplicate]
    read_inside = sum(one.files for one in inside)
    assert count == states[DeliveryState.DONE] + states[DeliveryState.FAILED] + duplicates, states
    assert not lost
    rows: list[list[object]] = [
        ["files in", count],
        ["= read", states[DeliveryState.DONE]],
        ["+ not readable, with their reason", states[DeliveryState.FAILED]],
        ["+ duplicates", duplicates],
        ["files that lay in them", read_inside],
        ["records", sum(d.records for d in done) + sum(one.records for one in inside)],
        ["files a second (with those inside)", (count + read_inside) / seconds],
        ["CPU ms a file, the center", 1000 * cpu / (count + read_inside)],
        ["peak of the center, MiB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024],
    ]
    print_table("Mixed files, whole way", ["what", "figure"], rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
