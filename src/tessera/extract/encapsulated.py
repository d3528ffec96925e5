r"""Web pages and plain texts that Outlook wrapped into rich text [MS-OXRTFEX]: what was wrapped is given back.

The tags of the page lie in groups of their own, its letters between them; what is said in rich text beside a tag stands
between `\htmlrtf` and `\htmlrtf0` and is left out.
"""

import re
from html import escape
from typing import Final

from tessera.extract.rich_text import Group, Reader

_HEAD: Final = 1_000
"""Bytes within which the head says what was wrapped."""
_WRAPPED: Final = re.compile(rb"\\from(html|text)(?![a-zA-Z])")
_ENDS: Final = frozenset({"page", "par", "sect"})


def is_web_page(content: bytes) -> bool:
    """Whether rich text is wrapped around a web page."""
    return _wrapped(content) == b"html"


def is_plain(content: bytes) -> bool:
    """Whether rich text is wrapped around plain text."""
    return _wrapped(content) == b"text"


def _wrapped(content: bytes) -> bytes:
    found = _WRAPPED.search(content, 0, _HEAD)
    return found[1] if found else b""


def unwrap(content: bytes) -> str:
    """Give the web page or plain text around which rich text is wrapped; raise Hostile where it nests as no program does."""
    reader = _Unwrapping(content, is_page=is_web_page(content))
    reader.run()
    return "".join(reader.written).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Unwrapping(Reader):
    def __init__(self, content: bytes, *, is_page: bool) -> None:
        super().__init__(content)
        self._is_page = is_page
        self.written: list[str] = []

    def _word(self, name: str, number: int | None) -> None:
        if name == "htmlrtf":
            self._flush()
            self._groups[-1].is_shadow = number != 0
        else:
            super()._word(name, number)

    def _purpose(self, name: str, group: Group) -> None:
        if name == "htmltag" and not group.is_passed:
            group.is_markup, group.font = True, -1
        else:
            super()._purpose(name, group)

    def _layout(self, name: str, number: int | None) -> None:  # noqa: ARG002 - as every layout; no line end has a number
        if name in _ENDS:
            self._write("\n")

    def _write(self, text: str) -> None:
        group = self._groups[-1]
        if group.is_passed or group.is_shadow:
            return
        if group.captured is not None:
            group.captured.append(text)
        else:
            self.written.append(escape(text, quote=False) if self._is_page and not group.is_markup else text)
