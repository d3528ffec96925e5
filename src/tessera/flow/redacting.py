"""Copies of files for release, in which what the releaser chooses is gone: from the text, and from the picture of the page.

A value is hidden wherever it is written in the file, not only where a rule found it. Where a hidden word has no place on its page, the
whole page is black: nothing stays visible because a place is not known.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from tessera.errors import Invalid, Unreadable
from tessera.extract.contents import format_of as find_format
from tessera.extract.formats import FileFormat
from tessera.extract.limits import Limits
from tessera.flow.isolation import in_child
from tessera.flow.looking import Looking
from tessera.model.access import Permission
from tessera.model.locator import Box
from tessera.store import contents, deliveries, handling
from tessera.store.contents import WholePassage
from tessera.store.events import Event

PERSONAL = frozenset(
    {
        "address",
        "bank-routing",
        "date",
        "email",
        "payment-card",
        "person",
        "phone",
        "plate",
        "social-security-number",
        "vin",
    }
)
"""What tells of a person, and is hidden unless somebody chooses otherwise."""
LONGEST_REASON = 2_000
_PNG = b"\x89PNG"
_WHOLE_PAGE = Box(left=0, top=0, width=100, height=100)
Span = tuple[int, int, str]
Places = dict[int, list[Box]]
Words = dict[int, list[tuple[str, Box]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedCopy:
    """A copy for release: its bytes, what they are, and how often each type of mention was hidden."""

    content: bytes
    media_type: str
    filename: str
    hidden: dict[str, int]


def counts(looking: Looking, delivery: UUID) -> dict[str, int]:
    """Count the mentions of each type in the whole file, for the form on which types are chosen."""
    with looking.store.reading(looking.access) as tx:
        tx.require(Permission.RECORD_EXPORT)
        passages = contents.whole(tx, delivery)
        tx.note(Event.RECORD_READ, f"delivery:{delivery}")
    return dict(sorted(Counter(name for passage in passages for name, _, _ in passage.mentions).items()))


def redact(looking: Looking, delivery: UUID, types: frozenset[str], *, reason: str) -> RedactedCopy:
    """Make a copy without what is named by these types, and note it as given out."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid(f"say why in 1 to {LONGEST_REASON} characters", where="reason", advice="A copy is a release.")
    if not types:
        raise Invalid("nothing is chosen to be hidden", where="types", advice="Choose at least one type.")
    with looking.store.reading(looking.access) as tx:
        passages = contents.whole(tx, delivery)
        format_name = contents.format_of(tx, delivery)
        filename = deliveries.get(tx, delivery).filename
        tx.note(Event.RECORD_READ, f"delivery:{delivery}")
    words = hidden_words(passages, types)
    spans = [spans_of(passage, words) for passage in passages]
    content, media_type, ending = _made(looking, delivery, format_name, passages, spans)
    hidden = dict(sorted(Counter(name for some in spans for _, _, name in some).items()))
    with looking.store.writing(looking.access) as tx:
        digest = hashlib.sha256(content).hexdigest()
        contents.note_redacted(tx, delivery, reason=reason.strip(), hidden=hidden, sha256=digest)
    name = f"{Path(filename).stem}-redacted{ending}"
    return RedactedCopy(content=content, media_type=media_type, filename=name, hidden=hidden)


def _made(
    looking: Looking,
    delivery: UUID,
    format_name: str,
    passages: Sequence[WholePassage],
    spans: Sequence[Sequence[Span]],
) -> tuple[bytes, str, str]:
    sort = FileFormat(format_name)
    if sort is FileFormat.PDF:
        content = _painted(looking, delivery, _paint_pdf, places_of(passages, spans), words_left(passages, spans))
        return content, "application/pdf", ".pdf"
    if sort.is_picture:
        content = _painted(looking, delivery, _paint_picture, places_of(passages, spans))
        return (content, "image/png", ".png") if content.startswith(_PNG) else (content, "image/tiff", ".tiff")
    text = "\n\n".join(redacted_text(p.text, some) for p, some in zip(passages, spans, strict=True))
    return text.encode(), "text/plain; charset=utf-8", ".txt"


def _painted(looking: Looking, delivery: UUID, paint: Callable[..., Iterator[bytes]], *what: Places | Words) -> bytes:
    """Paint in a child. A page shows all that is on it, so only who may see every field of the file can have it painted."""
    with looking.store.reading(looking.access) as tx:
        kept = handling.open_bytes(tx, delivery)
    with (
        looking.blobs.local(kept.sha256) as path,
        in_child(paint, path, *what, allowance=looking.allowance, reads=(path,)) as made,
    ):
        return bytes(next(made))


def _paint_pdf(path: Path, places: Places, words: Words) -> Iterator[bytes]:
    from tessera.engines import redaction  # noqa: PLC0415 - heavy, and needed in the child only

    yield redaction.redacted_pdf(path, places, words)


def _paint_picture(path: Path, places: Places) -> Iterator[bytes]:
    from tessera.engines import redaction  # noqa: PLC0415 - heavy, and needed in the child only

    if not find_format(path, path.name, Limits()).is_picture:
        raise Unreadable("the bytes are no picture any more", where=path.name)
    yield redaction.redacted_picture(path, places)


def hidden_words(passages: Sequence[WholePassage], types: frozenset[str]) -> dict[str, str]:
    """Give every text that is to be hidden, small and with single spaces, and its type."""
    return {
        " ".join(passage.text[start:end].lower().split()): name
        for passage in passages
        for name, start, end in passage.mentions
        if name in types and passage.text[start:end].strip()
    }


def spans_of(passage: WholePassage, words: dict[str, str]) -> list[Span]:
    """Find every place of a passage where a hidden text is written, whatever its letters and spaces; overlaps become one."""
    found: list[Span] = []
    for said, name in words.items():
        pattern = r"\s+".join(re.escape(part) for part in said.split())
        found += [
            (m.start(), m.end(), name) for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", passage.text, re.IGNORECASE)
        ]
    joined: list[Span] = []
    for start, end, name in sorted(found, key=lambda span: (span[0], -span[1])):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]), joined[-1][2])
        else:
            joined.append((start, end, name))
    return joined


def redacted_text(text: str, spans: Sequence[Span]) -> str:
    """Write a type in brackets in the place of each hidden text.

    >>> redacted_text("Ann Lee called.", [(0, 7, "person")])
    '[person] called.'
    """
    out, at = [], 0
    for start, end, name in spans:
        out += [text[at:start], f"[{name}]"]
        at = end
    return "".join([*out, text[at:]])


def places_of(passages: Sequence[WholePassage], spans: Sequence[Sequence[Span]]) -> Places:
    """Give the places on pages that go black. Page 0 stands for every page, where a passage does not say its own."""
    places: Places = {}
    for passage, some in zip(passages, spans, strict=True):
        words = _boxes(passage.layout)
        for start, end, _ in some:
            over = [box for first, last, box in words if first < end and start < last]
            uncovered = any(
                not any(first <= at < last for first, last, _ in words)
                for at in range(start, end)
                if not passage.text[at].isspace()
            )
            places.setdefault(passage.locator.page, []).extend([_WHOLE_PAGE] if uncovered or not over else over)
    return places


def words_left(passages: Sequence[WholePassage], spans: Sequence[Sequence[Span]]) -> Words:
    """Give the words that are not hidden, each with its place, by page: what a copy may say beside what it shows."""
    words: Words = {}
    for passage, some in zip(passages, spans, strict=True):
        for start, end, box in _boxes(passage.layout):
            if not any(start < last and first < end for first, last, _ in some):
                words.setdefault(passage.locator.page, []).append((passage.text[start:end], box))
    return words


def _boxes(layout: str) -> list[tuple[int, int, Box]]:
    """Read where words stand, as `integrate.contents.write_layout` wrote it."""
    found = []
    for word in layout.split():
        chars, mark, box = word.partition("@")
        if mark:
            start, _, end = chars.partition("-")
            left, top, width, height = (float(side) for side in box.split("~")[0].split("!")[0].split(","))
            found.append((int(start), int(end), Box(left=left, top=top, width=width, height=height)))
    return found
