"""Letters read on spoilt pages: character error rate and processor seconds, beside rapidocr called plainly.

    python bench/ocr.py [--tune] [--pages N] [--fonts FOLDER] [--variants NAME,...] [--no-peer]

Pages are A4 at 200 dots an inch, filled with invented text, drawn in the DejaVu fonts that fontconfig finds, and spoilt. With
--tune they are those on which figures were chosen; without, text and fonts are others. --fonts draws them in the TrueType
fonts of a folder instead. The rate is Levenshtein's distance over the characters of the page, line breaks and runs of spaces
counted as one space. Both read on one thread.
"""

import argparse
import logging
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
from ground import print_table
from ocr_pages import DEVELOPMENT, HELD_OUT, VARIANTS, Sheet, Style, drawn, fonts
from rapidfuzz.distance import Levenshtein

from tessera.engines.pictures import LetterReader, models_inside

Read = Callable[[Path], str]
STYLES = {
    True: (("DejaVu Sans Book", 30, 1), ("DejaVu Serif Book", 28, 1), ("DejaVu Sans Mono Book", 26, 1), ("DejaVu Sans Condensed", 24, 2)),
    False: (
        ("DejaVu Serif Condensed", 30, 1),
        ("DejaVu Sans Oblique", 26, 1),
        ("DejaVu Sans Mono Bold", 28, 1),
        ("DejaVu Serif Condensed Italic", 24, 2),
    ),
}  # fmt: skip
FIRST_SEED = {True: 100, False: 9_000}


@dataclass
class Tally:
    """What was read of one variant."""

    wrong: int = 0
    characters: int = 0
    seconds: float = 0.0
    pages: int = 0

    def add(self, read: str, said: str, seconds: float) -> None:
        """Count one page."""
        self.wrong += Levenshtein.distance(read, said)
        self.characters += len(said)
        self.seconds += seconds
        self.pages += 1

    @property
    def rate(self) -> str:
        """Characters wrong in a hundred."""
        return f"{100 * self.wrong / self.characters:.2f} %"

    @property
    def cost(self) -> str:
        """Processor seconds a page."""
        return f"{self.seconds / self.pages:.2f}"


def plain(text: str) -> str:
    """Count line breaks and runs of spaces as one space."""
    return " ".join(text.split())


def ours() -> Read:
    """Read as Tessera does."""
    models = models_inside()
    if models is None:
        raise SystemExit("the package rapidocr, which brings the models, is not installed")
    reader = LetterReader(models)
    return lambda path: "\n".join(passage.text for passage in reader.read(path, page=1))


def peer() -> Read:
    """Read with rapidocr as it comes, but on one thread."""
    from rapidocr import RapidOCR  # noqa: PLC0415 - loaded only where it is compared

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    engine = RapidOCR(params={"Global.log_level": "error", "EngineConfig.onnxruntime.intra_op_num_threads": 1})
    return lambda path: "\n".join(getattr(engine(str(path)), "txts", None) or ())


def styles(*, tune: bool, folder: Path | None) -> Sequence[Style]:
    """Name the fonts and sizes to draw with."""
    if folder:
        files = sorted(folder.rglob("*.ttf"))
        return [
            Style(name=file.stem, font=file, size=24 + 3 * (at % 3), columns=1 + at % 2)
            for at, file in enumerate(files)
        ]
    there = fonts()
    return [
        Style(name=name, font=there[name], size=size, columns=columns)
        for name, size, columns in STYLES[tune]
        if name in there
    ]


def timed(read: Read, path: Path) -> tuple[str, float]:
    """Read a picture, and say how many processor seconds that took."""
    begun = time.process_time()
    text = read(path)
    return plain(text), time.process_time() - begun


def main() -> None:
    """Draw, spoil, read, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tune", action="store_true", help="the pages on which figures were chosen")
    parser.add_argument("--pages", type=int, default=1, help="pages of each style")
    parser.add_argument("--fonts", type=Path, help="a folder of TrueType fonts")
    parser.add_argument("--variants", default=",".join(VARIANTS))
    parser.add_argument("--no-peer", action="store_true")
    given = parser.parse_args()
    drawing = styles(tune=given.tune, folder=given.fonts)
    if not drawing:
        raise SystemExit("fontconfig finds no DejaVu fonts; name a folder of fonts with --fonts")
    readers = {"tessera": ours()} | ({} if given.no_peer else {"rapidocr": peer()})
    wording, seed = DEVELOPMENT if given.tune else HELD_OUT, FIRST_SEED[given.tune]
    sheets = [drawn(wording, style, seed + at) for at, style in enumerate(drawing * given.pages)]
    characters = sum(len(plain(" ".join(sheet.lines))) for sheet in sheets) // len(sheets)
    print(", ".join(f"{style.name} {style.size} px in {style.columns}" for style in drawing))
    headings = ["variant", *(f"{name} {what}" for name in readers for what in ("CER", "CPU-s a page"))]
    title = f"{len(sheets)} pages of {characters:,} characters"
    print_table(title, headings, measured(sheets, readers, given.variants))
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB, all readers together")


def measured(sheets: Sequence[Sheet], readers: dict[str, Read], variants: str) -> list[list[object]]:
    """Read every page in every variant with every reader."""
    table: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        for variant in variants.split(","):
            tallies: dict[str, Tally] = defaultdict(Tally)
            for sheet in sheets:
                cv2.imwrite(str(path), VARIANTS[variant](sheet.pixels))
                for name, read in readers.items():
                    text, seconds = timed(read, path)
                    tallies[name].add(text, plain(" ".join(sheet.lines)), seconds)
            table.append(
                [variant, *(figure for name in readers for figure in (tallies[name].rate, tallies[name].cost))]
            )
    return table


if __name__ == "__main__":
    main()
