"""Text of a message without the marks of HTML, which many senders put into it.

The scan goes through the text once, whatever stands in it: parsers of HTML take minutes for some hundred kilobytes of broken marks.
"""

import html
import re
from collections.abc import Iterator
from typing import Final

_MARKS: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
_NAME: Final = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_BREAKS: Final = frozenset(
    {"blockquote", "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "table", "tr", "ul"}
)
_UNSEEN: Final = frozenset({"script", "style"})


def plain_text(text: str) -> str:
    r"""Take the marks of HTML out of a text; where there are none it stays as it is.

    >>> plain_text("<p>Road <b>closed</b>.</p><p>Use&nbsp;Route 9.</p>")
    'Road closed.\nUse Route 9.'
    >>> plain_text("depth < 3 ft")
    'depth < 3 ft'
    """
    if not _MARKS.search(text):
        return text.strip()
    said = "".join(_said(text))
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in said.splitlines())
    return "\n".join(line for line in lines if line)


def _said(text: str) -> Iterator[str]:
    at = 0
    while (mark := text.find("<", at)) >= 0:
        yield html.unescape(text[at:mark])
        name = _NAME.match(text, mark + 1)
        closing = (
            "-->" if text.startswith("<!--", mark) else ">" if name or text[mark + 1 : mark + 2] in {"!", "?"} else ""
        )
        if not closing:
            yield "<"
            at = mark + 1
            continue
        end = text.find(closing, mark)
        if end < 0:
            yield html.unescape(text[mark:])
            return
        at = end + len(closing)
        tag = name[1].lower() if name else ""
        if tag in _BREAKS:
            yield "\n"
        elif tag in _UNSEEN and text[mark + 1] != "/":
            at = _behind(text, tag, at)
    yield html.unescape(text[at:])


def _behind(text: str, tag: str, at: int) -> int:
    """Step over what no reader sees; without its end it goes to the end of the text."""
    found = re.compile(f"</{tag}", re.IGNORECASE).search(text, at)
    return found.start() if found else len(text)
