"""Documents: how many of their words are read, and how long it takes, beside the bare libraries.

Every document is made here from invented sentences, one to three pages each, so that its words are known. CPU time is of
this process alone, after one document of each format to warm up. Mail is the public mail beside the checkout, where it is.

    python bench/documents.py
"""

import io
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from html import escape
from importlib import import_module
from pathlib import Path

import docx
import kreuzberg
import pypdfium2
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate

from tessera.errors import TesseraError
from tessera.extract.formats import find_format
from tessera.extract.limits import Limits
from tessera.extract.piece import Budget, Piece
from tessera.extract.tools import Tools
from tessera.model.found import Enclosed, Finding, Off, Passage, PassageSort, Refused

COUNT = 40
WORDS = [
    "deputy",
    "saw",
    "two",
    "men",
    "leave",
    "the",
    "warehouse",
    "at",
    "noon",
    "AT&T",
    "café",
    "naïve",
    "Straße",
    "O'Neil's",
    "vehicle",
    "plate",
    "4AB-123",
    "north",
    "county",
    "road",
    "station",
    "report",
    "narcotics",
    "$4,250.00",
    "(302)",
    "555-0147",
    "ann@a.example",
    "“quoted”",
    "<tag>",
    "officer's",
    "file#9",
    "évidence",
    "50%",
    "suspect",
]
MAIL = Path(__file__).resolve().parents[2] / "shared" / "data" / "documents" / "mail"
_OFF = Off(why="no recogniser is used here.", advice="")
TOOLS = Tools(pictures=_OFF, speech=_OFF, names=_OFF)
MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "eml": "message/rfc822",
    "rtf": "application/rtf",
}


def paragraphs(draw: random.Random) -> list[str]:
    """Invent one to three pages of paragraphs."""
    return [
        " ".join(draw.choices(WORDS, k=draw.randrange(20, 90))).capitalize() + "." for _ in range(draw.randrange(6, 22))
    ]


def make_pdf(texts: list[str]) -> bytes:
    """Make a PDF."""
    style = getSampleStyleSheet()["BodyText"]
    stream = io.BytesIO()
    SimpleDocTemplate(stream).build([Paragraph(escape(text, quote=False), style) for text in texts])
    return stream.getvalue()


def make_docx(texts: list[str]) -> bytes:
    """Make a Word document, its last paragraph in a table."""
    document = docx.Document()
    for text in texts[:-1]:
        document.add_paragraph(text)
    document.add_table(rows=1, cols=1).cell(0, 0).text = texts[-1]
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def make_html(texts: list[str]) -> bytes:
    """Make a web page."""
    inner = "\n".join(f"<p>{escape(text)}</p>" for text in texts)
    return f"<!doctype html><meta charset=utf-8><title>T</title><style>p{{}}</style><body>{inner}</body>".encode()


def make_eml(texts: list[str]) -> bytes:
    """Make a message."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ann@a.example", "bob@b.example", "Report"
    message.set_content("\n\n".join(texts))
    return message.as_bytes()


def make_rtf(texts: list[str]) -> bytes:
    """Make an RTF document."""
    escaped = ["".join(char if ord(char) < 128 else f"\\u{ord(char)}?" for char in text) for text in texts]
    return ("{\\rtf1\\ansi " + "\\par ".join(escaped) + "}").encode()


MAKERS: dict[str, Callable[[list[str]], bytes]] = {
    "pdf": make_pdf,
    "docx": make_docx,
    "html": make_html,
    "eml": make_eml,
    "rtf": make_rtf,
}


def findings(path: Path) -> Iterator[Finding]:
    """Read a file as the platform does."""
    piece = Piece(path=path, filename=path.name, budget=Budget(left=10**9), limits=Limits())
    yield from import_module(f"tessera.extract.{find_format(piece).reader}").read(piece, TOOLS)


def read_ours(path: Path, _: str) -> str:
    """Read the text by our reader."""
    return "\n".join(one.text for one in findings(path) if isinstance(one, Passage))


def read_kreuzberg(path: Path, name: str) -> str:
    """Read the text by kreuzberg alone."""
    config = kreuzberg.ExtractionConfig(use_cache=False, disable_ocr=True)  # type: ignore[call-arg]
    return kreuzberg.extract_bytes_sync(path.read_bytes(), MEDIA[name], config).content


def read_pdfium(path: Path, _: str) -> str:
    """Read the text of a PDF by pypdfium2 alone, without the places of words."""
    document = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def recall(texts: list[str], read: str) -> tuple[int, int]:
    """Count the words that were written, and those that were read."""
    written = Counter(word for text in texts for word in text.split())
    found = Counter(re.sub(r"\s+", " ", read).split())
    return sum(min(count, found[word]) for word, count in written.items()), written.total()


def row(name: str, reader: str, read: Callable[[Path, str], str], documents: list[tuple[Path, list[str]]]) -> None:
    """Read all documents by one reader and print its line."""
    read(documents[0][0], name)
    right = total = 0
    begun = time.process_time()
    told = [read(path, name) for path, _ in documents]
    spent = time.process_time() - begun
    for (_, texts), text in zip(documents, told, strict=True):
        one, of = recall(texts, text)
        right, total = right + one, total + of
    print(
        f"{name:6} {reader:12} {len(documents):6} {total:8} {right / total:9.4f} {1000 * spent / len(documents):10.2f}"
    )


def mail(folder: Path) -> None:
    """Read the public mail and say what became of it."""
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    paths = sorted(path for path in folder.iterdir() if "am-" in path.name)
    begun = time.process_time()
    for path in paths:
        try:
            found = list(findings(path))
        except TesseraError as error:
            reasons[error.message] += 1
            continue
        counts["read"] += 1
        counts["with a body"] += any(isinstance(one, Passage) and one.sort is not PassageSort.HEADER for one in found)
        counts["attachments"] += sum(isinstance(one, Enclosed) for one in found)
        reasons.update(one.reason for one in found if isinstance(one, Refused))
    spent = 1000 * (time.process_time() - begun) / len(paths)
    print(f"\nPublic mail: {len(paths)} messages, {dict(counts)}, {spent:.2f} ms CPU each; refused: {dict(reasons)}")


def main() -> None:
    """Print the tables."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    print(f"{COUNT} invented documents of one to three pages for each format, seed {seed}\n")
    print(f"{'format':6} {'reader':12} {'files':>6} {'words':>8} {'recall':>9} {'CPU ms':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for name, make in MAKERS.items():
            draw = random.Random(f"{seed}{name}")
            documents = []
            for number in range(COUNT):
                texts = paragraphs(draw)
                path = Path(folder, f"{number}.{name}")
                path.write_bytes(make(texts))
                documents.append((path, texts))
            row(name, "tessera", read_ours, documents)
            row(name, "kreuzberg", read_kreuzberg, documents)
            if name == "pdf":
                row(name, "pypdfium2", read_pdfium, documents)
    if MAIL.is_dir():
        mail(MAIL)
    else:
        print("\nThe public mail is not beside this checkout; it is left out.")


if __name__ == "__main__":
    main()
