"""Pages of PDF files: their letters with their places, ruling lines, attached files, and pictures of pages.

pdfium does the work. It runs no scripts of a document and fetches nothing. Places are in points from the upper left
corner of the page as it is shown, whatever its rotation.
"""

import ctypes
import io
import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import pypdfium2
import pypdfium2.raw as pdfium

from tessera.errors import Hostile, Unavailable, Unreadable

MOST_PIXELS: Final = 40_000_000
"""A page is drawn with fewer dots an inch where it would have more than this."""
MOST_IMAGE_PIXELS: Final = 250_000_000
"""A picture on a page that claims more than this is a bomb."""
MOST_LETTERS: Final = 400_000
"""Letters of one page that are looked at."""
_SAMPLED: Final = 80
"""Letters looked at to see which way up the text of a page is."""
_MOST_OBJECTS: Final = 20_000
_MOST_SEGMENTS: Final = 4_000
_MOST_LEVELS: Final = 4
_MOST_SIDE: Final = 20_000.0
"""Points; a page may be 14,400 by the standard."""
_FINE: Final = 1_000_000
_THIN: Final = 3.0
_POINTS: Final = 72
_PASSWORD: Final = 4
_CHUNK: Final = 1024 * 1024
_ASCENT, _DESCENT = 0.9, 0.21
"""How far letters of most fonts reach above and below the line on which they stand, in sizes of the font."""
_LOWEST, _HIGHEST = 0.05, 1.6
"""Shares of the size of its font between which a letter's box lies: beyond them the file states no true size."""
_RAISED, _SUNK = 0.3, 0.15
"""Shares of the height of a font between which letters begin above and below its foot: they stand on a fifth of it."""
_HALVES: Final = range(0xD800, 0xE000)
_FIRST_HALVES: Final = range(0xD800, 0xDC00)
"""Signs beyond the first plane come in two halves."""
_AGAIN: Final = "It may be cut off or damaged: ask for it again, or print it to a new PDF."
_IDENTITY: Final = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

Matrix = tuple[float, float, float, float, float, float]


class Letter(NamedTuple):
    """One sign of the text, or the blank or line end that pdfium sees between signs (these have no box)."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Rule(NamedTuple):
    """A straight line on a page, upright or level."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def level(self) -> bool:
        """Whether it runs from left to right."""
        return self.right - self.left >= self.bottom - self.top


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfPage:
    """What stands on one page. `pictured` is the share of the page that pictures cover, at most 1."""

    number: int
    width: float
    height: float
    letters: tuple[Letter, ...]
    rules: tuple[Rule, ...]
    notes: tuple[str, ...]
    """What people wrote into comments on the page."""
    pictured: float
    drawn: bool
    """Whether anything but letters is drawn."""
    quarters: int = 0
    """By how many quarters to the right its text is turned as it is shown; all places are as if it were upright."""


class Pdf:
    """An open PDF file."""

    def __init__(self, path: Path, *, where: str = "") -> None:
        """Open it; raise Unreadable where it is encrypted or damaged."""
        self._path = path
        self._where = where or path.name
        try:
            self._document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            raise self._closed(error) from error
        if self._document.get_formtype() != pdfium.FORMTYPE_NONE:
            with suppress(pypdfium2.PdfiumError):
                self._document.init_forms()

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._document.close()

    def __len__(self) -> int:
        """How many pages it has."""
        return len(self._document)

    def stated(self) -> dict[str, str]:
        """What the file states about itself: Title, Author, CreationDate and so on."""
        return {
            name: value for name, value in self._document.get_metadata_dict(skip_empty=True).items() if value.strip()
        }

    def has_scripts(self) -> bool:
        """Whether it holds JavaScript, which is never run."""
        if pdfium.FPDFDoc_GetJavaScriptActionCount(self._document) > 0:
            return True
        with self._path.open("rb") as file:
            return any(b"/JavaScript" in chunk for chunk in iter(lambda: file.read(_CHUNK), b""))

    def attached(self) -> Iterator[tuple[str, bytes]]:
        """Give the files that are packed into the document."""
        for at in range(self._document.count_attachments()):
            with suppress(pypdfium2.PdfiumError):
                found = self._document.get_attachment(at)
                yield found.get_name(), bytes(found.get_data())

    def page(self, number: int) -> PdfPage:
        """Read the page with this number, from 1."""
        page, notes = self._shown(number)
        shown_turned = page.get_rotation()
        try:
            width, height = self._size(page, number)
            text = page.get_textpage()
            quarters = (shown_turned - _upright_turn(text, shown_turned)) // 90 % 4
            if quarters:
                text, width, height = _turned_text(page, shown_turned - 90 * quarters)
            shown = _shown_matrix(page, width, height)
            letters = tuple(_letters(text, shown))
            drawing = _Drawing(shown)
            drawing.look(page)
            return PdfPage(
                number=number,
                width=width,
                height=height,
                letters=letters,
                rules=tuple(drawing.rules),
                notes=notes,
                pictured=min(drawing.pictured / (width * height), 1.0),
                drawn=drawing.count > 0,
                quarters=quarters,
            )
        except pypdfium2.PdfiumError as error:
            raise self._damaged(number, error) from error
        finally:
            page.set_rotation(shown_turned)
            page.close()

    def picture(self, number: int, *, dpi: int) -> bytes:
        """Draw a page as PNG with this many dots an inch, fewer where the page is very large."""
        page, _ = self._shown(number)
        try:
            width, height = self._size(page, number)
            _check_pictures(page, f"{self._where}, page {number}")
            scale = min(dpi / _POINTS, math.sqrt(MOST_PIXELS / (width * height)))
            drawn = page.render(scale=scale, may_draw_forms=True).to_pil()
        except pypdfium2.PdfiumError as error:
            raise self._damaged(number, error) from error
        finally:
            page.close()
        sink = io.BytesIO()
        drawn.convert("L" if drawn.mode == "L" else "RGB").save(sink, "PNG", compress_level=1)
        return sink.getvalue()

    def _shown(self, number: int) -> tuple[Any, tuple[str, ...]]:
        """Open a page with what is written into its forms drawn on it as text."""
        try:
            page = self._document[number - 1]
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise self._damaged(number, error) from error
        notes = tuple(_notes(page))
        if pdfium.FPDFPage_GetAnnotCount(page) and _flatten(page):
            page.close()
            page = self._document[number - 1]
        return page, notes

    def _size(self, page: Any, number: int) -> tuple[float, float]:  # noqa: ANN401 - the library has no types
        width, height = page.get_size()
        if not (0 < width <= _MOST_SIDE and 0 < height <= _MOST_SIDE):
            message = f"page {number} claims a size of {width:.0f} by {height:.0f} points"
            raise Hostile(message, where=self._where, advice="Print it to a new PDF with ordinary pages.")
        return width, height

    def _closed(self, error: pypdfium2.PdfiumError) -> Unreadable:
        if error.err_code == _PASSWORD:
            advice = "Save it without a password and deliver it again."
            return Unreadable(
                "the document is encrypted: it opens with a password only", where=self._where, advice=advice
            )
        return Unreadable(f"the document cannot be opened ({_plainly(error)})", where=self._where, advice=_AGAIN)

    def _damaged(self, number: int, error: Exception) -> Unreadable:
        return Unreadable(f"page {number} cannot be read ({_plainly(error)})", where=self._where, advice=_AGAIN)


def _flatten(page: Any) -> bool:  # noqa: ANN401 - the library has no types
    """Draw forms and stamps on the page, so that their words are words of the page; say whether that changed it."""
    return bool(pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS)


def page_picture(path: Path, page: int, *, dpi: int) -> bytes:
    """Draw one page of a PDF, counted from 1, as PNG with this many dots an inch."""
    with Pdf(path) as document:
        if not 1 <= page <= len(document):
            message = f"the document has {len(document)} pages, and none with the number {page}"
            raise Unreadable(message, where=path.name, advice="Ask for a page that it has.")
        return document.picture(page, dpi=dpi)


def _shown_matrix(page: Any, width: float, height: float) -> Matrix:  # noqa: ANN401 - the library has no types
    """Say how places of the file become points from the upper left corner of the page as it is shown."""
    origin, along, up = (_device(page, x, y, width, height) for x, y in ((0, 0), (1000, 0), (0, 1000)))
    return (
        (along[0] - origin[0]) / 1000,
        (along[1] - origin[1]) / 1000,
        (up[0] - origin[0]) / 1000,
        (up[1] - origin[1]) / 1000,
        origin[0],
        origin[1],
    )


def _device(page: Any, x: float, y: float, width: float, height: float) -> tuple[float, float]:  # noqa: ANN401
    across, down = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, across, down):
        raise Unavailable("pdfium does not say where a page lies", advice="Print it to a new PDF.")
    return across.value * width / _FINE, down.value * height / _FINE


def _turned(matrix: Matrix, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
    """Give left, top, right and bottom of a rectangle under a matrix."""
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(xs), min(ys), max(xs), max(ys)


def _upright_turn(text: Any, turned: int) -> int:  # noqa: ANN401 - the library has no types
    """Say by how many degrees to the right a page is to be turned for its letters to stand upright; as it is without any."""
    matrix = pdfium.FS_MATRIX()
    count = text.count_chars()
    seen = [0, 0, 0, 0]
    for at in range(0, count, max(count // _SAMPLED, 1)):
        sign = chr(pdfium.FPDFText_GetUnicode(text.raw, at))
        if not sign.isspace() and pdfium.FPDFText_GetMatrix(text.raw, at, matrix):
            across, up = matrix.a, matrix.b
            seen[(0 if across > 0 else 2) if abs(across) >= abs(up) else (1 if up > 0 else 3)] += 1
    return 90 * seen.index(max(seen)) if any(seen) else turned


def _turned_text(page: Any, degrees: int) -> tuple[Any, float, float]:  # noqa: ANN401 - the library has no types
    """Turn a page so that its text is upright, and give that text, the width and the height."""
    page.set_rotation(degrees % 360)
    return (page.get_textpage(), *page.get_size())


def _letters(text: Any, shown: Matrix) -> Iterator[Letter]:  # noqa: ANN401 - the library has no types
    box = pdfium.FS_RECTF()
    raw = text.raw
    upright = shown[1] == 0 == shown[2]
    a, _, _, d, e, f = shown
    high = ""
    reach: tuple[float, float] | None = None
    begins = True
    for at in range(min(text.count_chars(), MOST_LETTERS)):
        code = pdfium.FPDFText_GetUnicode(raw, at)
        sign = _sign(code)
        if code in _HALVES:
            high, sign = (sign, "") if code in _FIRST_HALVES else ("", _joined(high, sign))
            if not sign:
                continue
        if sign in "\r\n" or not pdfium.FPDFText_GetLooseCharBox(raw, at, box):
            yield Letter(sign, 0.0, 0.0, 0.0, 0.0)
        elif upright and a > 0 > d:
            if (begins or (reach and _is_beside(box, reach))) and not sign.isspace():
                reach = _reach(raw, at, box)
            top, bottom = reach or (box.top, box.bottom)
            yield Letter(sign, a * box.left + e, d * top + f, a * box.right + e, d * bottom + f)
        else:
            yield Letter(sign, *_turned(shown, box.left, box.bottom, box.right, box.top))
        begins = sign.isspace()


def _is_beside(box: Any, reach: tuple[float, float]) -> bool:  # noqa: ANN401 - the library has no types
    """Whether a sign stands above the foot of its word, as the mark of a note does, or on another line."""
    top, bottom = reach
    return not -_SUNK < (box.bottom - bottom) / (top - bottom) < _RAISED


def _reach(raw: Any, at: int, box: Any) -> tuple[float, float] | None:  # noqa: ANN401 - the library has no types
    """Give top and bottom of a word as high as its font: pdfium's boxes are as low as each letter in some files.

    None where the letter is turned, or the file states no true size.
    """
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFText_GetMatrix(raw, at, matrix):
        return None
    size = pdfium.FPDFText_GetFontSize(raw, at) * matrix.d
    if matrix.b or matrix.c or matrix.a <= 0 or not _LOWEST * size < box.top - box.bottom < _HIGHEST * size:
        return None
    x, y = ctypes.c_double(), ctypes.c_double()
    if not pdfium.FPDFText_GetCharOrigin(raw, at, x, y):
        return None
    return y.value + _ASCENT * size, y.value - _DESCENT * size


def _sign(code: int) -> str:
    return chr(code) if code else "\ufffd"


def _joined(high: str, low: str) -> str:
    if not high:
        return "\ufffd"
    return (high + low).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _notes(page: Any) -> Iterator[str]:  # noqa: ANN401 - the library has no types
    for at in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST_OBJECTS)):
        note = pdfium.FPDFPage_GetAnnot(page, at)
        if not note:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(note)
            if kind not in {pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_FREETEXT}:
                said = _annotation_text(note)
                if said:
                    yield said
        finally:
            pdfium.FPDFPage_CloseAnnot(note)


def _annotation_text(note: Any) -> str:  # noqa: ANN401 - the library has no types
    size = pdfium.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
    if size <= 2:  # noqa: PLR2004 - only the closing zero
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()
    pdfium.FPDFAnnot_GetStringValue(note, b"Contents", buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").strip()


class _Drawing:
    """Goes through what is drawn on a page: straight lines, and how much of it pictures cover."""

    def __init__(self, shown: Matrix) -> None:
        self._shown = shown
        self.rules: list[Rule] = []
        self.pictured = 0.0
        self.count = 0
        self._left = _MOST_SEGMENTS

    def look(self, page: Any) -> None:  # noqa: ANN401 - the library has no types
        for at in range(min(pdfium.FPDFPage_CountObjects(page), _MOST_OBJECTS)):
            self._take(pdfium.FPDFPage_GetObject(page, at), self._shown, _MOST_LEVELS)

    def _take(self, thing: Any, matrix: Matrix, levels: int) -> None:  # noqa: ANN401
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_FORM and levels and self.count < _MOST_OBJECTS:
            inner = _times(_matrix(thing), matrix)
            for at in range(min(pdfium.FPDFFormObj_CountObjects(thing), _MOST_OBJECTS)):
                self._take(pdfium.FPDFFormObj_GetObject(thing, at), inner, levels - 1)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self.count += 1
            left, top, right, bottom = _turned(matrix, *_bounds(thing))
            self.pictured += (right - left) * (bottom - top)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            self.count += 1
            self._rule(thing, matrix)

    def _rule(self, path: Any, matrix: Matrix) -> None:  # noqa: ANN401
        box = Rule(*_turned(matrix, *_bounds(path)))
        wide, high = box.right - box.left, box.bottom - box.top
        if min(wide, high) <= _THIN:
            if max(wide, high) > _THIN:
                self.rules.append(box)
        elif _is_stroked(path) and self._left > 0:
            self._segments(path, _times(_matrix(path), matrix))

    def _segments(self, path: Any, matrix: Matrix) -> None:  # noqa: ANN401
        x, y = ctypes.c_float(), ctypes.c_float()
        before: tuple[float, float] | None = None
        first: tuple[float, float] | None = None
        for at in range(min(pdfium.FPDFPath_CountSegments(path), self._left)):
            self._left -= 1
            segment = pdfium.FPDFPath_GetPathSegment(path, at)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            here = (x.value, y.value)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                first = here
            elif kind == pdfium.FPDF_SEGMENT_LINETO and before:
                self._line(before, here, matrix)
            if first and pdfium.FPDFPathSegment_GetClose(segment):
                self._line(here, first, matrix)
            before = here

    def _line(self, start: tuple[float, float], end: tuple[float, float], matrix: Matrix) -> None:
        line = Rule(*_turned(matrix, *start, *end))
        wide, high = line.right - line.left, line.bottom - line.top
        if min(wide, high) <= 1 and max(wide, high) > _THIN:
            self.rules.append(line)


def _is_stroked(path: Any) -> bool:  # noqa: ANN401 - the library has no types
    filled, stroked = ctypes.c_int(), pdfium.FPDF_BOOL()
    return bool(pdfium.FPDFPath_GetDrawMode(path, filled, stroked) and stroked.value)


def _bounds(thing: Any) -> tuple[float, float, float, float]:  # noqa: ANN401 - the library has no types
    """Give left, bottom, right and top of an object in its own space."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _matrix(thing: Any) -> Matrix:  # noqa: ANN401 - the library has no types
    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, found):
        return _IDENTITY
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _check_pictures(page: Any, where: str) -> None:  # noqa: ANN401 - the library has no types
    """Refuse to draw a page with a picture that would fill the memory."""
    for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_MOST_LEVELS):
        width, height = picture.get_px_size()
        if width * height > MOST_IMAGE_PIXELS:
            message = f"a picture on the page claims {width:,} by {height:,} dots"
            raise Hostile(message, where=where, advice="It looks like an image bomb. Print it to a new PDF.")


def _plainly(error: Exception) -> str:
    """Give what the library says of it, as part of a sentence."""
    return str(error).rstrip(". ")
