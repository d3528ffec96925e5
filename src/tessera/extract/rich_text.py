"""Rich text (RTF 1.9.1): groups, control words and letters become paragraphs, headings, rows and pictures.

What a group is for stands at its beginning. Groups that no reader sees are passed over; notes, comments, headers and boxes
are blocks of their own. Hidden text is read, for it was written; text that was deleted while changes were tracked is not.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from tessera.errors import Hostile
from tessera.extract.blocks import Block, Document, row_block
from tessera.extract.compound import encoding_of
from tessera.extract.web_pages import address_shown
from tessera.model.found import PassageSort

_TOKEN: Final = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_DEEPEST: Final = 5_000
_PICTURES: Final = {"pngblip": "png", "jpegblip": "jpeg"}
_APART: Final = frozenset(
    {"annotation", "dptxbxtext", "footer", "footerf", "footerl", "footerr", "footnote"}
    | {"header", "headerf", "headerl", "headerr", "shptxt"}
)
"""Groups whose text is no part of the paragraph in which they stand."""
_STARRED: Final = frozenset(
    {"annotation", "do", "dptxbxtext", "fldinst", "footnote", "nesttableprops", "shpinst", "shppict"}
)
"""Groups that older programs pass over, and that are read here."""
_CAPTURED: Final = frozenset({"author", "fldinst", "fonttbl", "info", "pict", "style", "stylesheet", "title"})
"""Groups whose text is kept apart, or is nothing to be shown."""
_PASSED: Final = frozenset(
    {
        "colortbl",
        "filetbl",
        "listpicture",
        "nonshppict",
        "objdata",
        "private",
        "rxe",
        "shprslt",
        "sp",
        "tc",
        "template",
        "tcn",
        "xe",
    }
)
_SIGNS: Final = {
    "tab": "\t", "line": "\n", "softline": "\n", "emdash": "\u2014", "endash": "\u2013", "bullet": "\u2022", "lquote": "\u2018",
    "rquote": "\u2019", "ldblquote": "\u201c", "rdblquote": "\u201d", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS: Final = {b"~": "\u00a0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\t": "\t"}
_CHARSETS: Final = {
    77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256,
    186: 1257, 204: 1251, 222: 874, 238: 1250, 255: 437,
}  # fmt: skip
"""Code pages of the character sets that a font may name."""
_HEADING: Final = re.compile(r"\s*(heading|title|subtitle)\b", re.IGNORECASE)
_LINK: Final = re.compile(r'\s*HYPERLINK\s+"?([^"\s]{1,2000})')
_HEX: Final = re.compile(r"[^0-9a-fA-F]")


@dataclass(slots=True)
class Group:
    """What holds within a pair of braces."""

    purpose: str = ""
    font: int = -1
    skipped: int = 1
    """Letters that stand for a sign beyond their encoding, for older programs."""
    is_deleted: bool = False
    is_starred: bool = False
    is_passed: bool = False
    is_new: bool = True
    captured: list[str] | None = None
    """Where its text goes, if not to the paragraph."""
    is_apart: bool = False
    keeps: bool = False
    """Whether it is the group whose text is captured, and none within it."""
    number: int = 0
    """What stands behind its first word."""
    begins: int = 0
    """How much of the paragraph was written when it began."""
    link: str = ""
    is_shadow: bool = False
    """Whether it only repeats, for programs that know nothing but rich text, what stands beside it."""
    is_markup: bool = False


@dataclass(slots=True)
class _Paragraph:
    """The paragraph that is being written, and the cells before it in its row."""

    parts: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    in_table: bool = False
    is_heading: bool = False


def read_rich_text(content: bytes) -> Document:
    """Read a document of rich text, however broken; raise Hostile where it nests as no program does."""
    reader = Reader(content)
    reader.run()
    return Document(facts=reader.facts(), blocks=reader.blocks, files=reader.files, objects=reader.objects)


class Reader:
    """Goes through rich text once, word by word; what is special to a sort of it overrides how words are taken and text is written."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._groups = [Group()]
        self._open: list[_Paragraph] = [_Paragraph()]
        self._bytes = bytearray()
        self._left = 0
        """Letters that are still to be passed over, behind a sign that was told in full."""
        self._page = 1252
        self._default_font = -1
        self._fonts: dict[int, int] = {}
        self._headings: set[int] = set()
        self._stated: dict[str, str] = {}
        self._made: dict[str, int] = {}
        self.blocks: list[Block] = []
        self.files: list[tuple[str, bytes]] = []
        self.objects = 0

    def run(self) -> None:
        """Read all of it."""
        at = 0
        while found := _TOKEN.match(self._content, at):
            at = found.end()
            word, number, byte, symbol, brace, letters = found.groups()
            if word:
                name = word.decode("ascii")
                if name == "bin":
                    at += max(int(number or 0), 0)
                else:
                    self._word(name, int(number) if number else None)
            elif byte:
                self._letters(bytes([int(byte, 16)]))
            elif symbol:
                self._symbol(symbol)
            elif brace == b"{":
                self._begin()
            elif brace == b"}":
                self._end()
            elif letters:
                self._letters(letters)
        while len(self._groups) > 1:
            self._end()
        self._paragraph()
        self._row()

    def facts(self) -> dict[str, str]:
        """Give what the document says of itself."""
        made = [self._made.get(name, 0) for name in ("yr", "mo", "dy", "hr", "min")]
        moment = "{:04}-{:02}-{:02}T{:02}:{:02}:00Z".format(*made) if all(made[:3]) else ""
        said = {name: " ".join(text.split()) for name, text in self._stated.items()} | {"made_at": moment}
        return {name: text for name, text in said.items() if text}

    def _begin(self) -> None:
        self._flush()
        if len(self._groups) > _DEEPEST:
            advice = "No program writes this. Ask the sender for it again."
            raise Hostile(f"the document nests more than {_DEEPEST:,} groups in one another", advice=advice)
        above = self._groups[-1]
        begins = len(self._open[-1].parts)
        self._groups.append(
            replace(
                above, purpose="", is_starred=False, is_new=True, link="", is_apart=False, keeps=False, begins=begins
            )
        )
        self._left = 0

    def _end(self) -> None:
        self._flush()
        self._left = 0
        if len(self._groups) == 1:
            return
        group = self._groups.pop()
        above = self._groups[-1]
        if group.is_apart:
            self._paragraph()
            self._row()
            self._open.pop()
        elif group.keeps and group.captured is not None:
            self._take(group, "".join(group.captured), above)
        elif group.purpose == "field" and group.link:
            parts = self._open[-1].parts
            parts.append(address_shown(group.link, "".join(parts[group.begins :])))
        elif group.link and above.purpose != "field":
            above.link = group.link

    def _take(self, group: Group, text: str, above: Group) -> None:
        """Keep what a group says that is not shown where it stands."""
        purpose = group.purpose
        if purpose == "fldinst":
            link = _LINK.match(text)
            above.link = link[1] if link else ""
        elif purpose in _PICTURES:
            digits = _HEX.sub("", text)
            name = f"picture {len(self.files) + 1}.{_PICTURES[purpose]}"
            self.files.append((name, bytes.fromhex(digits[: len(digits) // 2 * 2])))
        elif purpose in {"author", "title"}:
            self._stated.setdefault(purpose, text)
        elif purpose == "style" and _HEADING.match(text):
            self._headings.add(group.number)

    def _word(self, name: str, number: int | None) -> None:
        self._flush()
        if self._left and name != "u":
            self._left -= 1
            return
        group = self._groups[-1]
        if group.is_new:
            group.is_new, group.number = False, number or 0
            self._purpose(name, group)
        if name in _SIGNS:
            self._write(_SIGNS[name])
        elif name in {"u", "uc"}:
            self._unicode(name, number or 0, group)
        elif name in {"ansicpg", "deff", "f", "fcharset", "mac", "plain"}:
            self._font(name, number or 0, group)
        elif name in {"dy", "hr", "min", "mo", "yr"}:
            self._made[name] = number or 0 if group.purpose == "creatim" else self._made.get(name, 0)
        elif name in _PICTURES and group.purpose == "pict":
            group.purpose = name
        elif name == "deleted":
            group.is_deleted = number != 0
        elif not group.is_passed and group.captured is None:
            self._layout(name, number)

    def _font(self, name: str, number: int, group: Group) -> None:
        """Take what tells in which encoding letters are."""
        match name:
            case "ansicpg":
                self._page = number or self._page
            case "mac":
                self._page = 10000
            case "deff":
                self._default_font = number
            case "f":
                group.font = number
            case "fcharset" if self._within("fonttbl"):
                self._fonts[group.font] = _CHARSETS.get(number, 0)
            case "plain":
                group.is_deleted, group.font = False, self._default_font
            case _:
                return

    def _purpose(self, name: str, group: Group) -> None:
        """Say what a group is for, by its first word."""
        group.purpose = "style" if name == "s" and self._within("stylesheet") else name
        self.objects += name == "object"
        if group.is_passed or name in _PASSED or (group.is_starred and name not in _STARRED):
            group.is_passed = True
        elif group.purpose in _CAPTURED:
            group.captured, group.keeps = [], True
        elif name in _APART:
            group.is_apart = True
            self._open.append(_Paragraph())

    def _within(self, purpose: str) -> bool:
        return any(group.purpose == purpose for group in self._groups[-4:])

    def _layout(self, name: str, number: int | None) -> None:
        paragraph = self._open[-1]
        match name:
            case "par" | "page" | "sect" | "column":
                self._paragraph()
            case "cell":
                paragraph.cells.append("\n".join([*paragraph.cell, "".join(paragraph.parts)]))
                paragraph.cell, paragraph.parts = [], []
            case "nestcell" | "nestrow":
                paragraph.parts.append(" ")
            case "row":
                self._row()
            case "pard":
                paragraph.in_table, paragraph.is_heading = False, False
            case "intbl":
                paragraph.in_table = True
            case "s":
                paragraph.is_heading = number in self._headings
            case "outlinelevel":
                paragraph.is_heading = (number or 0) < 9  # noqa: PLR2004 - the tenth level is text
            case _:
                return

    def _symbol(self, symbol: bytes) -> None:
        self._flush()
        if self._left:
            self._left -= 1
        elif symbol == b"*":
            self._groups[-1].is_starred = True
        elif symbol in {b"\n", b"\r"}:
            self._word("par", None)
        else:
            self._write(_SYMBOLS.get(symbol, ""))

    def _unicode(self, name: str, number: int, group: Group) -> None:
        """Take a sign that is told by its number; the letters behind it are for programs that do not know it."""
        if name == "uc":
            group.skipped = max(number, 0)
        else:
            self._write(chr(number & 0xFFFF))
            self._left = group.skipped

    def _letters(self, letters: bytes) -> None:
        skipped = min(self._left, len(letters))
        self._left -= skipped
        self._groups[-1].is_new = False
        self._bytes += letters[skipped:]

    def _flush(self) -> None:
        """Write the letters that wait, in the encoding of their font."""
        if self._bytes:
            font = self._groups[-1].font
            page = self._fonts.get(font if font >= 0 else self._default_font, 0) or self._page
            self._write(self._bytes.decode(encoding_of(page), "replace"))
            self._bytes.clear()

    def _write(self, text: str) -> None:
        group = self._groups[-1]
        if group.is_passed or group.is_deleted:
            return
        (self._open[-1].parts if group.captured is None else group.captured).append(text)

    def _paragraph(self) -> None:
        paragraph = self._open[-1]
        text = _joined("".join(paragraph.parts))
        paragraph.parts = []
        if paragraph.in_table:
            paragraph.cell.append(text)
            return
        self._row()
        if text.strip():
            sort = PassageSort.HEADING if paragraph.is_heading else PassageSort.PARAGRAPH
            self.blocks.append(Block(text=text, sort=sort))

    def _row(self) -> None:
        paragraph = self._open[-1]
        row = row_block([_joined(cell) for cell in [*paragraph.cells, *paragraph.cell]])
        paragraph.cells, paragraph.cell = [], []
        if row:
            self.blocks.append(row)


def _joined(text: str) -> str:
    """Put together the halves of signs beyond the first plane."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
