"""Web pages: title, and what a reader sees, block by block; nothing is run, and nothing is fetched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tessera.errors import Hostile, Unreadable
from tessera.extract.blocks import Block, row_block, told
from tessera.extract.encoding import find_encoding
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Facts, Finding, PassageSort

_MOST_BYTES: Final = 64 * 1024 * 1024
_INVISIBLE: Final = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "svg",
        "math",
        "iframe",
        "object",
        "select",
        "datalist",
        "canvas",
    },
)
_INLINE: Final = frozenset(
    {
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
    }
    | {"label", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time"}
    | {"tt", "u", "var", "wbr", "button", "output", "nobr", "center-text"},
)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CELLS: Final = frozenset({"td", "th"})
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET: Final = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,30})""", re.IGNORECASE)
_SEVEN_BIT: Final = re.compile(rb"iso-2022-|hz-|hz$|utf-7", re.IGNORECASE)
"""Encodings whose bytes are all ASCII, so that only the page can tell of them."""
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_NEVER_OPEN: Final = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "dd",
        "dt",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "option",
        "p",
        "source",
        "td",
        "th",
        "tr",
        "wbr",
    },
)
"""Elements that hold nothing, or that the next of their sort ends."""
_DEEPEST: Final = 5_000
"""Elements within elements: the parser needs time in the square of it."""
_MARK: Final = re.compile(r"\s*[\[(]?(?:\d{1,4}|[ivxl]{1,6}|[a-z]|[*†‡§¶]{1,3})[\])]?\s*")
"""What a note is called by where it is mentioned."""
_DATE_NAMES: Final = frozenset({"article:published_time", "date", "dc.date", "dcterms.created", "datepublished"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """What a page says of itself, and its blocks."""

    title: str
    author: str
    made_at: str
    blocks: tuple[Block, ...]


@dataclass(slots=True)
class _Writing:
    """The block that is being written, and those that are done."""

    done: list[Block] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    sort: PassageSort = PassageSort.PARAGRAPH
    cells: list[str] | None = None
    """The cells of the row that is being written; None outside a table."""
    preformatted: int = 0

    def write(self, text: str) -> None:
        """Write on; outside of what is preformatted, two blanks are one."""
        self.parts.append(text.lstrip(" ") if not self.preformatted and self.is_parted() else text)

    def part(self) -> None:
        """Set what was written apart from what follows."""
        if not self.is_parted():
            self.parts.append(" ")

    def is_parted(self) -> bool:
        """Whether a blank was written last."""
        return next((part for part in reversed(self.parts) if part), "").endswith(" ")

    def text(self) -> str:
        """Take what was written of the block: spaces as a browser shows them."""
        lines = "".join(self.parts).split("\v")
        self.parts.clear()
        return "\n".join(line.strip(" ") for line in lines).strip()

    def end(self) -> None:
        """End the block; inside a row the cell goes on."""
        if self.cells is not None:
            if self.parts:
                self.part()
            return
        if text := self.text():
            self.done.append(Block(text=text, sort=self.sort))
        self.sort = PassageSort.PARAGRAPH

    def end_cell(self) -> None:
        """End a cell of a row."""
        if self.cells is not None:
            self.cells.append(" ".join(self.text().split()))

    def end_row(self) -> None:
        """End a row of a table."""
        if self.cells is None:
            return
        self.end_cell()
        row = row_block(self.cells)
        self.cells = None
        if row and sum(map(bool, row.cells)) > 1:
            self.done.append(row)
        elif row:  # a page that is laid out by a table
            self.done.append(Block(text="".join(row.cells)))


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:  # noqa: ARG001 - as every reader; a page needs no recogniser
    """Give the page's title, and its blocks."""
    if piece.path.stat().st_size > _MOST_BYTES:
        advice = "Deliver it in smaller files."
        raise Unreadable(f"the web page is larger than {_MOST_BYTES:,} bytes", where=piece.where, advice=advice)
    page = read_page(_decoded(piece))
    facts = {"title": page.title, "author": page.author, "made_at": page.made_at}
    yield Facts(terms={name: text for name, text in facts.items() if text})
    yield from told(page.blocks)


def read_page(text: str) -> WebPage:
    """Read a page of HTML, however broken; raise Hostile where it is nested as no page is."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - loaded only where there is HTML

    if _depth(text) > _DEEPEST:
        message = f"the web page nests more than {_DEEPEST:,} elements in one another"
        raise Hostile(message, advice="No program for web pages writes this. Ask the sender for it again.")
    parsed = LexborHTMLParser(text.replace("\0", ""))
    writing = _Writing()
    for node, is_end in _walk(parsed.root):
        (_leave if is_end else _enter)(node, writing)
    writing.end_row()
    writing.end()
    stated = _stated(parsed)
    title = parsed.css_first("title")
    return WebPage(
        title=" ".join((title.text() if title else "").split()),
        author=stated.get("author", ""),
        made_at=next((stated[name] for name in sorted(_DATE_NAMES) if name in stated), ""),
        blocks=tuple(writing.done),
    )


def _depth(text: str) -> int:
    depth = deepest = 0
    for closes, name in _TAG.findall(text):
        if name.lower() not in _NEVER_OPEN:
            depth = max(depth - 1, 0) if closes else depth + 1
            deepest = max(deepest, depth)
    return deepest


def _decoded(piece: Piece) -> str:
    return decode_page(piece.path.read_bytes(), find_encoding(piece.path))


def decode_page(content: bytes, encoding: str) -> str:
    """Decode a page in the encoding that it names, where that can be; else in this one."""
    named = _CHARSET.search(content[:4096])
    is_seven_bit = named is not None and _SEVEN_BIT.match(named[1]) is not None
    if named and (is_seven_bit or not encoding.startswith("utf")):
        try:
            return content.decode(named[1].decode("ascii"), "replace")
        except (LookupError, UnicodeError):
            pass
    return content.decode(encoding, "replace")


def _stated(parsed: Any) -> dict[str, str]:  # noqa: ANN401 - the library has no types
    """Give what the page says of itself in `meta`: name, in lower case, to content."""
    found: dict[str, str] = {}
    for node in parsed.css("meta[content]"):
        name = (
            node.attributes.get("name") or node.attributes.get("property") or node.attributes.get("itemprop") or ""
        ).lower()
        found.setdefault(name, " ".join((node.attributes.get("content") or "").split()))
    return found


def _walk(root: Any) -> Iterator[tuple[Any, bool]]:  # noqa: ANN401 - the library has no types
    """Give each node at its beginning and its end, without descending into what is not shown; as deep as the page is."""
    open_nodes: list[Any] = []
    node = root
    while node is not None:
        yield node, False
        if node.child is not None and not _is_invisible(node):
            open_nodes.append(node)
            node = node.child
            continue
        yield node, True
        while node.next is None and open_nodes:
            node = open_nodes.pop()
            yield node, True
        node = node.next if open_nodes else None


def _is_invisible(node: Any) -> bool:  # noqa: ANN401 - the library has no types
    if node.tag in _INVISIBLE:
        return True
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))


def _enter(node: Any, writing: _Writing) -> None:  # noqa: ANN401 - the library has no types
    tag = node.tag
    if tag == "-text":
        text = node.text_content or ""
        writing.write(text.replace("\n", "\v") if writing.preformatted else _SPACES.sub(" ", text))
    elif tag == "a" and _is_mark(node):
        writing.part()
    elif tag == "br":
        writing.parts.append("\v")
    elif tag == "img":
        if (alt := (node.attributes.get("alt") or "").strip()) and not _is_invisible(node):
            writing.parts.append(alt)
    elif tag == "tr":
        writing.end_row()
        writing.end()
        writing.cells = []
    elif tag in _CELLS:
        writing.end()
    elif tag not in _INLINE and not tag.startswith(("-", "_", "!")):
        writing.end()
        writing.preformatted += tag in {"pre", "textarea"}
        if tag in _HEADINGS:
            writing.sort = PassageSort.HEADING


def _leave(node: Any, writing: _Writing) -> None:  # noqa: ANN401 - the library has no types
    tag = node.tag
    if tag == "a":
        writing.parts.append(_target(node))
        if _is_mark(node):
            writing.part()
    elif tag in _CELLS:
        writing.end_cell()
    elif tag in {"tr", "table"}:
        writing.end_row()
        writing.end()
    elif tag not in _INLINE and not tag.startswith(("-", "_", "!")) and tag not in {"br", "img"}:
        writing.end()
        writing.preformatted -= tag in {"pre", "textarea"}


def _is_mark(node: Any) -> bool:  # noqa: ANN401 - the library has no types
    """Whether a link is the mark of a note: a number or sign that leads to another place of the page or book."""
    return "#" in (node.attributes.get("href") or "") and _MARK.fullmatch(node.text()) is not None


def _target(node: Any) -> str:  # noqa: ANN401 - the library has no types
    return address_shown(node.attributes.get("href") or "", node.text())


def address_shown(address: str, shown: str) -> str:
    """Write where a link leads, unless what is shown says so itself, or it leads nowhere outside.

    >>> address_shown("https://a.example/b", "our page"), address_shown("mailto:ann@a.example", "ann@a.example")
    (' (https://a.example/b)', '')
    """
    address = address.strip()
    if not address.lower().startswith(("http:", "https:", "ftp:", "mailto:", "tel:")):
        return ""
    bare = re.sub(r"^(https?://|mailto:|tel:)", "", address, flags=re.IGNORECASE).rstrip("/")
    said = " ".join(shown.split())
    return "" if not said or (bare and bare in said) else f" ({address})"
