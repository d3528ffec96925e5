"""Documents that other programs wrote: how many of their words are read, and how many stand in the order in which they were written.

    python bench/documents_programs.py [SEED [COUNT]]

Each document is invented here as a web page: headings, prose in one and two columns, lists, a table, a footnote, words that the program
breaks at the end of a line. Chromium, LibreOffice and groff make files of it, as far as they are installed; what a program adds by
itself (numbers of pages and of lists) counts for nothing. The peer is the bare library.
"""

import itertools
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from typing import TypeAlias

import kreuzberg
import pypdfium2
from documents import read_ours

ROOT = Path(__file__).resolve().parents[1]
Block: TypeAlias = tuple[str, list[str]]
"""A sort (h2, p, narrow, ul, ol, table, note), and its texts; five cells are a row of a table."""
ODD = [
    "$4,250.00", "302-555-0147", "4AB-1123", "ann@a.example", "O'Neil's", "café", "naïve", "Straße", "AT&T", "50%", "(seized)",
    "“quoted”", "well-known", "three-day", "file#9", "2026-03-14", "10.0.0.5", "evidence/photo", "i.e.", "U.S.",
]  # fmt: skip
BROWSER = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--no-pdf-header-footer"]  # fmt: skip
STYLE = (
    "body{font:11pt serif;hyphens:auto;text-align:justify}.narrow{columns:2}table{border-collapse:collapse;font-size:9pt}"
    "td{border:1px solid;padding:2px;hyphens:none}.note{font-size:7pt}h2{font-variant:small-caps}"
)


def vocabulary() -> list[str]:
    """Give the words of this project's own documents, which are English."""
    text = " ".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "docs").rglob("*.md")))
    return sorted(set(re.findall(r"(?<![\w`/.-])[a-z]{2,14}(?![\w`/.-])", text)))


def invented(draw: random.Random, words: list[str]) -> list[Block]:
    """Invent a document of two to five pages."""

    def said(low: int, high: int) -> str:
        chosen = [
            draw.choice(ODD) if draw.random() < 0.06 else draw.choice(words) for _ in range(draw.randrange(low, high))
        ]
        return " ".join(chosen).capitalize() + "."

    blocks: list[Block] = []
    for _ in range(draw.randrange(4, 9)):
        blocks.append(("h2", [said(2, 6).rstrip(".")]))
        blocks += [(draw.choice(["p", "p", "narrow"]), [said(40, 160)]) for _ in range(draw.randrange(1, 4))]
        sort = draw.choice(["ul", "ol", "table", "note"])
        texts = [said(1, 4).rstrip(".") for _ in range(5 * draw.randrange(2, 8))] if sort == "table" else []
        blocks.append((sort, texts or [said(6, 20) for _ in range(draw.randrange(2, 6))]))
    return blocks


def page_of(blocks: Iterable[Block]) -> str:
    """Write a document as a web page."""
    parts = []
    for sort, texts in blocks:
        inner = [escape(text) for text in texts]
        if sort in {"ul", "ol"}:
            parts.append(f"<{sort}>" + "".join(f"<li>{text}</li>" for text in inner) + f"</{sort}>")
        elif sort == "table":
            rows = [inner[at : at + 5] for at in range(0, len(inner), 5)]
            parts.append(
                "<table>"
                + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
                + "</table>"
            )
        else:
            tag, kind = ("p", f' class="{sort}"') if sort in {"narrow", "note"} else (sort, "")
            parts += [f"<{tag}{kind}>{text}</{tag}>" for text in inner]
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Report</title><style>{STYLE}</style>{"".join(parts)}</html>'


def manuscript(blocks: Iterable[Block]) -> str:
    """Write a document for groff, in the macros ms."""
    parts = [".nr PO 1i", ".nr LL 6i"]
    for sort, texts in blocks:
        for text in texts:
            said = text.replace("\\", "\\e")
            said = "\\&" + said if said[:1] in ".'" else said
            parts += [{"h2": ".SH", "narrow": ".PP", "ul": ".IP \\(bu 2", "note": ".FS"}.get(sort, ".LP"), said]
            parts += [".FE"] if sort == "note" else []
    return "\n".join(parts) + "\n"


def by_chromium(source: Path, target: Path) -> None:
    """Print a web page."""
    program = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), "chromium")
    run(program, *BROWSER, f"--user-data-dir={target.parent / 'profile'}", f"--print-to-pdf={target}", source.as_uri())


def by_office(source: Path, target: Path) -> None:
    """Convert by LibreOffice."""
    forms = {"pdf": "pdf:writer_web_pdf_Export" if source.suffix == ".html" else "pdf", "docx": "docx:Office Open XML Text", "doc": "doc:MS Word 97",
             "rtf": "rtf:Rich Text Format", "odt": "odt:writer8", "epub": "epub:EPUB"}  # fmt: skip
    filters = [] if source.suffix != ".html" else ["--infilter=HTML (StarWriter)"]
    form = forms[target.suffix[1:]].replace("writer_web_pdf_Export", "writer_pdf_Export")
    run("soffice", "--headless", f"-env:UserInstallation=file://{target.parent / 'office'}", *filters, "--convert-to", form,
        "--outdir", str(target.parent / "made"), str(source))  # fmt: skip
    (target.parent / "made" / f"{source.stem}{target.suffix}").replace(target)


def by_groff(source: Path, target: Path) -> None:
    """Set by groff."""
    target.write_bytes(run("groff", "-k", "-ms", "-Tpdf", str(source)))


def run(*command: str) -> bytes:
    """Run a program and give what it writes."""
    return subprocess.run(command, check=True, capture_output=True, timeout=180).stdout


def words_of(text: str) -> list[str]:
    """Cut a text into words; apostrophes and hyphens in the middle do not part. Programs write apostrophes in two ways."""
    return re.findall(r"\w+(?:[-'.,/@&#:]\w+)*", text.lower().replace("\u2019", "'"))


def measure(blocks: list[Block], read: str) -> tuple[int, int, int, int]:
    """Count the words that were written, those that were read, the pairs that were written, and those that were read."""
    found = words_of(read)
    counts, pairs = Counter(found), Counter(itertools.pairwise(found))
    written, neighbours = Counter[str](), Counter[tuple[str, str]]()
    for _, texts in blocks:
        for text in texts:
            said = words_of(text)
            written.update(said)
            neighbours.update(itertools.pairwise(said))
    return (
        written.total(), sum(min(count, counts[word]) for word, count in written.items()),
        neighbours.total(), sum(min(count, pairs[pair]) for pair, count in neighbours.items()),
    )  # fmt: skip


def bare(path: Path) -> str:
    """Read the text by the library alone."""
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    return kreuzberg.extract_file_sync(path, config=kreuzberg.ExtractionConfig(use_cache=False)).content


def ways() -> Iterator[tuple[str, str, str, Callable[[Path, Path], None]]]:
    """Give what can be made here: a name, the endings of source and target, and how."""
    yield from [("web page", "html", "html", lambda source, target: target.write_bytes(source.read_bytes()) and None)]
    if shutil.which("chromium") or shutil.which("google-chrome"):
        yield "PDF by Chromium", "html", "pdf", by_chromium
    if shutil.which("groff"):
        yield "PDF by groff", "ms", "pdf", by_groff
    if shutil.which("soffice"):
        for ending in ("docx", "odt", "rtf", "doc", "pdf"):
            yield f"{ending.upper()} by LibreOffice", "html", ending, by_office


def main() -> None:
    """Print a line for each program and format."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    words, show = vocabulary(), "--show" in sys.argv
    print(f"{count} invented documents for each, seed {seed}\n")
    print(f"{'':24} {'words':>8} {'read':>8} {'in order':>9}   {'bare':>8} {'in order':>9}")
    with tempfile.TemporaryDirectory() as name:
        for way, source_ending, ending, make in ways():
            draw = random.Random(f"{seed}{way}")
            ours, theirs = [0, 0, 0, 0], [0, 0, 0, 0]
            for number in range(count):
                blocks = invented(draw, words)
                source, target = Path(name, f"{number}.{source_ending}"), Path(name, f"out-{number}.{ending}")
                source.write_text((manuscript if source_ending == "ms" else page_of)(blocks), encoding="utf-8")
                make(source, target)
                for totals, text in ((ours, read_ours(target, "")), (theirs, bare(target))):
                    for at, one in enumerate(measure(blocks, text)):
                        totals[at] += one
                if show:
                    lost = Counter(w for _, ts in blocks for t in ts for w in words_of(t)) - Counter(
                        words_of(read_ours(target, ""))
                    )
                    print(way, number, lost.most_common(12))
            print(
                f"{way:24} {ours[0]:8} {ours[1] / ours[0]:8.4f} {ours[3] / ours[2]:9.4f}   {theirs[1] / theirs[0]:8.4f} {theirs[3] / theirs[2]:9.4f}"
            )


if __name__ == "__main__":
    main()
