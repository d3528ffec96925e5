"""Documents that outside libraries open: PDF by PDFium, older office documents by kreuzberg. Nothing here asks a network.

Coordinates of PDFium count from the lower left corner of a page that may be turned; what leaves here is in hundredths of
the page as it is shown, from the upper left.
"""

import ctypes
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tessera.errors import Unreadable
from tessera.model.locator import Box

MOST_PIXELS: Final = 25_000_000
"""Pixels of a page that is drawn, at most: about an A3 page at 300 dots per inch."""
MOST_CHARS: Final = 2_000_000
"""Characters of one page that are looked at, at most."""
_POINTS_PER_INCH: Final = 72
_WHOLE: Final = 10_000_000
_SPAN: Final = 100.0
_HIGHEST: Final = 0x10FFFF
_LINE_ENDS: Final = "\r\n"
_SOFT_HYPHENS: Final = frozenset({0x02, 0xFFFE, 0xAD})
_SURROGATES: Final = range(0xD800, 0xE000)
_DAMAGED: Final = "It may be cut off or damaged: open it, save it again and deliver it again."
_LOCKED: Final = "Open it, remove the password, save it and deliver it again."


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWord:
    """A word on a page, and where it stands."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLine:
    """A line on a page: its words from left to right; `goes_on` where its last word is cut by a hyphen."""

    words: tuple[PageWord, ...]
    box: Box
    goes_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDocument:
    """What kreuzberg makes of a document: its blocks in order, and what the document says of itself.

    A block is a sort (`heading`, `paragraph`, `row`), its text, and the page it stands on, 0 where that is not known.
    """

    blocks: tuple[tuple[str, str, int], ...]
    facts: Mapping[str, str]


class Pdf:
    """An open PDF."""

    def __init__(self, document: Any) -> None:  # noqa: ANN401 - the library has no types
        """Take what the library opened."""
        self._document = document

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._document)

    def facts(self) -> dict[str, str]:
        """Give what the document says of itself: Title, Author, CreationDate and the like."""
        return {name: _clean(value) for name, value in self._document.get_metadata_dict(skip_empty=True).items()}

    def lines(self, page: int) -> list[PageLine]:
        """Give the text of a page (from 1), line by line; a page that cannot be loaded raises Unreadable."""
        with self._page(page) as opened, closing(opened.get_textpage()) as text:
            return list(_lines(opened, text))

    def has_marks(self, page: int, *, pictures_only: bool) -> bool:
        """Tell whether anything is drawn on a page (from 1), or any picture, whatever it says."""
        from pypdfium2 import raw  # noqa: PLC0415 - loaded only where there is a PDF

        with self._page(page) as opened:
            sorts = [raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM] if pictures_only else None
            return next(iter(opened.get_objects(filter=sorts, max_depth=4)), None) is not None

    def draw(self, page: int, *, dpi: int) -> bytes:
        """Draw a page (from 1) as PNG, with fewer dots where it would have too many pixels."""
        with self._page(page) as opened:
            width, height = (max(side, 1.0) for side in opened.get_size())
            scale = min(dpi / _POINTS_PER_INCH, math.sqrt(MOST_PIXELS / (width * height)))
            with closing(opened.render(scale=scale, may_draw_forms=True)) as bitmap:
                return _png(bitmap.to_pil())

    def attachments(self) -> Iterator[tuple[str, bytes]]:
        """Give the files embedded in the document: name and bytes; bytes that cannot be had are empty."""
        for number in range(self._document.count_attachments()):
            yield from _attachment(self._document, number)

    def close(self) -> None:
        """Let go of the file."""
        self._document.close()

    @contextmanager
    def _page(self, page: int) -> Iterator[Any]:
        import pypdfium2 as pdfium  # noqa: PLC0415 - loaded only where there is a PDF

        if not 0 < page <= self.pages:
            raise Unreadable(f"there is no page {page}", advice=f"The document has {self.pages} pages.")
        try:
            with closing(self._document[page - 1]) as opened:
                yield opened
        except pdfium.PdfiumError as error:
            raise Unreadable(f"page {page} cannot be read", advice=_DAMAGED) from error


def around(boxes: Sequence[Box]) -> Box:
    """Give the smallest box around some; at least one."""
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right = max(box.left + box.width for box in boxes)
    bottom = max(box.top + box.height for box in boxes)
    return Box(left=left, top=top, width=round(right - left, 2), height=round(bottom - top, 2))


@contextmanager
def open_pdf(path: Path, *, where: str = "") -> Iterator[Pdf]:
    """Open a PDF; raise Unreadable where it is encrypted or damaged."""
    import pypdfium2 as pdfium  # noqa: PLC0415 - loaded only where there is a PDF

    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) == pdfium.raw.FPDF_ERR_PASSWORD
        message = "the PDF is encrypted with a password" if is_locked else "the PDF cannot be opened"
        raise Unreadable(message, where=where, advice=_LOCKED if is_locked else _DAMAGED) from error
    with closing(document):
        if not len(document):
            raise Unreadable("the PDF has no pages", where=where, advice=_DAMAGED)
        yield Pdf(document)


def page_picture(path: Path, page: int, *, dpi: int) -> bytes:
    """Draw a page of a PDF (from 1) as PNG, for the page that shows evidence."""
    with open_pdf(path) as pdf:
        return pdf.draw(page, dpi=dpi)


def read_document(content: bytes, media_type: str, *, where: str) -> TextDocument:
    """Read an office document by kreuzberg: no recognition of letters, no cache, no network."""
    import kreuzberg  # noqa: PLC0415 - loaded only where there is such a document

    config = kreuzberg.ExtractionConfig(use_cache=False, disable_ocr=True, include_document_structure=True)  # type: ignore[call-arg] # its types lack one
    try:
        found = kreuzberg.extract_bytes_sync(content, media_type, config)
    except kreuzberg.KreuzbergError as error:
        raise Unreadable("the document cannot be read", where=where, advice=_DAMAGED) from error
    blocks = tuple(_blocks(found.document)) if found.document else ()
    return TextDocument(blocks=blocks or tuple(_plain_blocks(found.content)), facts=_facts(dict(found.metadata)))


def _lines(page: Any, text: Any) -> Iterator[PageLine]:  # noqa: ANN401 - the library has no types
    """Cut the characters of a page into words at spaces, and into lines where PDFium ends them."""
    line: list[PageWord] = []
    begun, letters = -1, ""
    shown = _Shown(page, text)
    for at, code in enumerate((*_codes(text), 0x0A)):
        is_hyphen = code in _SOFT_HYPHENS
        char = chr(code) if code and not is_hyphen else ""
        if char > " " and not char.isspace():
            begun, letters = (at if begun < 0 else begun), letters + char
            continue
        if letters and (is_hyphen or char):
            line.append(PageWord(text=_joined(letters), box=shown.box(begun, at - begun)))
            begun, letters = -1, ""
        if line and (is_hyphen or (char and char in _LINE_ENDS)):
            yield PageLine(words=tuple(line), box=around([word.box for word in line]), goes_on=is_hyphen)
            line = []


def _codes(text: Any) -> Sequence[int]:  # noqa: ANN401 - the library has no types
    """Give the UTF-16 codes of a page, one for each character that PDFium counts."""
    from pypdfium2 import raw  # noqa: PLC0415 - loaded only where there is a PDF

    count = min(text.count_chars(), MOST_CHARS)
    buffer = (ctypes.c_ushort * (count + 1))()
    if count and raw.FPDFText_GetText(text, 0, count, buffer) == count + 1:
        return list(buffer)[:count]
    return [min(raw.FPDFText_GetUnicode(text, at), _HIGHEST) for at in range(count)]


class _Shown:
    """Where characters stand on the page as it is shown."""

    def __init__(self, page: Any, text: Any) -> None:  # noqa: ANN401 - the library has no types
        self._text = text
        self._sides = [ctypes.c_double() for _ in range(4)]
        self._places = [ctypes.byref(side) for side in self._sides]
        origin, right, up = (_point(page, x, y) for x, y in ((0, 0), (_SPAN, 0), (0, _SPAN)))
        self._origin = origin
        self._right = ((right[0] - origin[0]) / _SPAN, (right[1] - origin[1]) / _SPAN)
        self._up = ((up[0] - origin[0]) / _SPAN, (up[1] - origin[1]) / _SPAN)

    def box(self, start: int, count: int) -> Box:
        """Give the smallest box around these characters."""
        from pypdfium2 import raw  # noqa: PLC0415 - loaded only where there is a PDF

        found: Box | None = None
        for place in range(max(raw.FPDFText_CountRects(self._text, start, count), 0)):
            raw.FPDFText_GetRect(self._text, place, *self._places)
            one = self._turned(*(side.value for side in self._sides))
            found = one if found is None else found | one
        return found or Box(left=0, top=0, width=0, height=0)

    def _turned(self, left: float, top: float, right: float, bottom: float) -> Box:
        (a, b), (c, d) = self._shown(left, top), self._shown(right, bottom)
        return Box(left=min(a, c), top=min(b, d), width=round(abs(a - c), 2), height=round(abs(b - d), 2))

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        across = self._origin[0] + x * self._right[0] + y * self._up[0]
        down = self._origin[1] + x * self._right[1] + y * self._up[1]
        return round(min(max(across, 0.0), 100.0), 2), round(min(max(down, 0.0), 100.0), 2)


def _point(page: Any, x: float, y: float) -> tuple[float, float]:  # noqa: ANN401 - the library has no types
    """Give a point of the page in hundredths of the page as it is shown."""
    from pypdfium2 import raw  # noqa: PLC0415 - loaded only where there is a PDF

    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, _WHOLE, _WHOLE, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value / _WHOLE * 100, down.value / _WHOLE * 100


def _joined(letters: str) -> str:
    """Put the halves of characters beyond 16 bits together; halves that stand alone become a mark."""
    if not any(ord(char) in _SURROGATES for char in letters):
        return letters
    return letters.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _attachment(document: Any, number: int) -> Iterator[tuple[str, bytes]]:  # noqa: ANN401 - the library has no types
    import pypdfium2 as pdfium  # noqa: PLC0415 - loaded only where there is a PDF

    name = f"attachment {number + 1}"
    try:
        attachment = document.get_attachment(number)
        name = attachment.get_name() or name
        yield _clean(name), bytes(attachment.get_data())
    except pdfium.PdfiumError:
        yield _clean(name), b""


def _png(image: Any) -> bytes:  # noqa: ANN401 - the library has no types
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def _clean(text: str) -> str:
    return _joined("".join(char for char in text if char >= " "))


def _blocks(document: Any) -> Iterator[tuple[str, str, int]]:  # noqa: ANN401 - the library has no types
    for node in document["nodes"]:
        content, page = node["content"], int(node.get("page") or 0)
        match content["node_type"]:
            case "heading" | "title":
                yield "heading", content["text"], page
            case "table":
                yield from (("row", row, page) for row in _rows(content["grid"]))
            case _ if content.get("text"):
                yield "paragraph", content["text"], page
            case _:
                continue


def _rows(grid: Mapping[str, Any]) -> Iterator[str]:
    rows: dict[int, list[str]] = {}
    for cell in grid["cells"]:
        rows.setdefault(cell["row"], []).append(" ".join(cell["content"].split()))
    yield from (" | ".join(cells) for _, cells in sorted(rows.items()) if any(cells))


def _plain_blocks(content: str) -> Iterator[tuple[str, str, int]]:
    yield from (("paragraph", part, 0) for part in content.split("\n\n") if part.strip())


def _facts(metadata: Mapping[str, Any]) -> dict[str, str]:
    authors = metadata.get("authors") or ([metadata["created_by"]] if metadata.get("created_by") else [])
    facts = {
        "title": metadata.get("title"),
        "author": "; ".join(map(str, authors)),
        "made_at": metadata.get("created_at"),
    }
    return {name: _clean(str(value)) for name, value in facts.items() if value}
