"""A file that is read again after a restart: what was stored is not recognised again, and the rest is the same."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hearing import silence, tone, write_wave
from PIL import Image
from reading import OFF
from reportlab.pdfgen.canvas import Canvas

from tessera.dictionary.gazetteers import Gazetteers
from tessera.engines import sounds
from tessera.extract.contents import BLOCK, ToRead, read_contents
from tessera.extract.tools import Tools
from tessera.model.found import Contents, Means, Passage, PassageSort
from tessera.model.locator import Locator

av = pytest.importorskip("av", reason="PyAV is not installed: make extras")


class Eyes:
    """Stands in for the port: notes each picture that it was given, and reads its shade."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def read(self, picture: Path, *, page: int) -> Sequence[Passage]:
        self.asked.append(page)
        with Image.open(picture) as shown:
            shown.seek(page - 1 if getattr(shown, "n_frames", 1) > 1 else 0)
            shade = int(np.asarray(shown.convert("L")).mean() // 20)
        return [Passage(text=f"shade {shade}", locator=Locator(page=page), means=Means.OCR)]


class Ears:
    """Stands in for the port: notes each stretch that it was given."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    def duration(self, recording: Path) -> float:
        return sounds.look(recording).duration

    def read(self, recording: Path, *, start: float, seconds: float) -> Sequence[Passage]:
        assert recording.exists()
        self.asked.append(start)
        locator = Locator(seconds=(start, start + min(seconds, 1)))
        return [Passage(text=f"from {start:.0f}", locator=locator, sort=PassageSort.SPEECH, language="es")]


def scan(path: Path) -> Path:
    """Make a PDF of eight pages: a text of two pages, three pictures, a text, a picture, a text."""
    canvas = Canvas(str(path), pagesize=(300, 300))
    for page in range(1, 9):
        if page in {3, 4, 5, 7}:
            picture = io.BytesIO()
            Image.new("L", (150, 150), page * 30).save(picture, "PNG")
            canvas.drawInlineImage(Image.open(picture), 0, 0, 300, 300)
        else:
            canvas.drawString(30, 200, f"Words that are written on page {page} as letters")
        canvas.showPage()
    canvas.save()
    return path


def tiff(path: Path) -> Path:
    first, *rest = (Image.new("L", (60, 40), shade) for shade in (20, 80, 140, 200))
    first.save(path, "TIFF", save_all=True, append_images=rest)
    return path


def recording(path: Path) -> Path:
    minute = np.concatenate([tone(50, rate=4_000), silence(10, rate=4_000)])
    return write_wave(path, np.tile(minute, 12), rate=4_000)


def film(path: Path) -> Path:
    """Make a film of eleven minutes with three pictures and a tone."""
    with av.open(str(path), "w", format="matroska") as container:
        pictures = container.add_stream("mpeg4", rate=1, width=64, height=64, pix_fmt="yuv420p")
        pictures.codec_context.gop_size = 20
        sound = container.add_stream("pcm_s16le", rate=4_000, layout="mono")
        for number in range(660):
            picture = Image.new("RGB", (64, 64), (40 + 80 * (number // 220),) * 3)
            container.mux(pictures.encode(av.VideoFrame.from_image(picture)))
            second = (tone(1, rate=4_000) * 20_000).astype("<i2")[None] * (number % 60 < 50)
            frame = av.AudioFrame.from_ndarray(second, format="s16", layout="mono")
            frame.sample_rate, frame.pts = 4_000, number * 4_000
            container.mux(sound.encode(frame))
        container.mux(pictures.encode())
        container.mux(sound.encode())
    return path


def pieces(path: Path, *, done: int = 0, said: str = "") -> tuple[list[Contents], Eyes, Ears]:
    eyes, ears = Eyes(), Ears()
    tools = Tools(pictures=eyes, speech=ears, names=OFF)
    file = ToRead(path=path, filename=path.name, tools=tools, words=Gazetteers(), done=done, said=said)
    return list(read_contents(file)), eyes, ears


def said_in(found: Sequence[Contents]) -> str:
    return " ".join(one.finding.text for piece in found for one in piece.told if isinstance(one.finding, Passage))


@pytest.mark.parametrize(
    ("make", "portions"),
    [(scan, 4), (tiff, 4), (recording, 3), (film, 6)],
    ids=["scan", "tiff", "recording", "film"],
)
def test_what_was_stored_is_not_recognised_again_and_the_rest_is_the_same(
    tmp_path: Path, make: Callable[[Path], Path], portions: int
) -> None:
    path = make(tmp_path / "0a1b")
    whole, eyes, ears = pieces(path)
    costly = len(eyes.asked) + len(ears.asked)
    assert costly == portions
    rows = [one.number for piece in whole for one in piece.told]
    assert rows == sorted(set(rows))
    assert max(rows) < 10**9, "pages of the workbench take nine digits"
    for done in range(1, len(whole)) if make in {scan, tiff} else (len(whole) // 2,):
        again, fewer_eyes, fewer_ears = pieces(path, done=done, said=said_in(whole[:done]))
        assert len(again) == len(whole)
        assert again[done:] == whole[done:]
        left = len(fewer_eyes.asked) + len(fewer_ears.asked)
        stored = sum(map(_is_costly, whole[:done]))
        assert left == costly - stored


def _is_costly(piece: Contents) -> bool:
    return any(
        isinstance(one.finding, Passage) and (one.finding.means is Means.OCR or one.finding.sort is PassageSort.SPEECH)
        for one in piece.told
    )


def test_text_between_pages_that_are_pictures_keeps_its_rows(tmp_path: Path) -> None:
    found, _, _ = pieces(scan(tmp_path / "0a1b"))
    said = [(one.number, one.finding.text) for piece in found for one in piece.told if isinstance(one.finding, Passage)]
    assert [text for _, text in said] == [
        *(f"Words that are written on page {page} as letters" for page in (1, 2)),
        "shade 4",
        "shade 6",
        "shade 7",
        "Words that are written on page 6 as letters",
        "shade 10",
        "Words that are written on page 8 as letters",
    ]
    assert [number for number, _ in said] == [
        *(1, 2, 3 * BLOCK + 1, 4 * BLOCK + 1, 5 * BLOCK + 1, 6 * BLOCK + 1, 7 * BLOCK + 1, 8 * BLOCK + 1)
    ]
