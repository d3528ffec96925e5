"""Text of a message without the marks of HTML, which many senders put into it."""

import re
from html.parser import HTMLParser
from typing import Final

_MARKS: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
_BREAKS: Final = frozenset(
    {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"}
)
_UNSEEN: Final = frozenset({"script", "style"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._unseen += tag in _UNSEEN
        if tag in _BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in _BREAKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.said.append(data)


def plain_text(text: str) -> str:
    r"""Take the marks of HTML out of a text; where there are none it stays as it is.

    >>> plain_text("<p>Road <b>closed</b>.</p><p>Use&nbsp;Route 9.</p>")
    'Road closed.\nUse Route 9.'
    >>> plain_text("depth < 3 ft")
    'depth < 3 ft'
    """
    if not _MARKS.search(text):
        return text.strip()
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in "".join(reader.said).splitlines())
    return "\n".join(line for line in lines if line)
