"""Mail: the header line by line, what was written, and the files that are attached. Nothing is fetched.

A message of the net (EML) and one of Outlook (MSG) become the same `Letter`, which is told the same way.
"""

import base64
import email
import email.errors
import email.policy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Final, NamedTuple

from tessera.errors import Hostile, Unreadable
from tessera.extract.blocks import Block, told
from tessera.extract.formats import FileFormat, find_format
from tessera.extract.paragraphs import passages, split_paragraphs, tidy
from tessera.extract.piece import Piece
from tessera.extract.signed_content import NotSigned, is_signed_data, signed_content
from tessera.extract.tools import Tools
from tessera.extract.web_pages import read_page
from tessera.model.found import Enclosed, Facts, Finding, Passage, PassageSort, Refused
from tessera.model.locator import Locator

MOST_BYTES: Final = 256 * 1024 * 1024
_FAULTS: Final = (
    ValueError, TypeError, LookupError, AttributeError, AssertionError, OverflowError, RecursionError, email.errors.MessageError,
)  # fmt: skip
"""What the library raises over headers and parts that are broken."""
_MOST_PARTS: Final = 5_000
_DEEPEST: Final = 100
_FEW: Final = 20
"""Words; a page that says so many more than the plain text beside it, and twice as many, is the one that is read."""
_SHOWN: Final = ("From", "To", "Cc", "Subject", "Date")
_ID: Final = re.compile(r"<[^<>\s]+>")
LOCKED: Final = (
    "The content is encrypted. Ask for the message unencrypted, or decrypt it in a mail program and deliver that."
)
_EMPTY: Final = "The attachment is empty. Ask the sender for it again."
_BROKEN_SEAL: Final = "The signed content is damaged and cannot be unpacked. Ask the sender for the message again."
_SIGNED: Final = "The message is signed; the signature was not checked."
_SIGNATURES: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_SEALS: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_UNTOLD: Final = _SIGNATURES | {"application/pgp-encrypted"}
"""Parts that say nothing to a reader."""
_PGP: Final = re.compile(
    r"^-----BEGIN PGP MESSAGE-----\s*$.*?(?:^-----END PGP MESSAGE-----\s*$|\Z)", re.MULTILINE | re.DOTALL
)
_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/=\s]|[A-Za-z0-9][ \t]+[A-Za-z0-9]")
_ENDINGS: Final = {"text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "message/rfc822": ".eml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a letter: its name there and its bytes; `refused` says why they cannot be read."""

    name: str
    content: bytes
    refused: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text of a letter: plain, as a web page, or as blocks, where it is rich text."""

    text: str
    is_html: bool = False
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message: its header lines, what was written, and its files."""

    headers: tuple[tuple[str, str], ...]
    """Names as they are shown, and texts, decoded."""
    facts: dict[str, str]
    written: tuple[Written, ...]
    attachments: tuple[Attachment, ...]
    faults: tuple[str, ...] = ()


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:  # noqa: ARG001 - as every reader; a message needs no recogniser
    """Give what the header states, what was written, and the attached files."""
    if piece.path.stat().st_size > MOST_BYTES:
        raise Unreadable(
            f"the message is larger than {MOST_BYTES:,} bytes", where=piece.where, advice="Deliver its files apart."
        )
    sort = find_format(piece)
    if sort is FileFormat.TNEF:
        from tessera.extract.tnef import read_package  # noqa: PLC0415 - loaded only where there is such a package

        yield from tell(read_package(piece.path.read_bytes(), where=piece.where), piece)
    elif sort is FileFormat.MSG:
        from tessera.extract.outlook import read_outlook  # noqa: PLC0415 - loaded only where there is such a message

        yield from tell(read_outlook(piece), piece)
    else:
        yield from tell(read_letter(piece.path.read_bytes()), piece)


def tell(letter: Letter, piece: Piece) -> Iterator[Finding]:
    """Tell of a letter: facts, a passage for each header line and paragraph, files."""
    yield Facts(terms={name: text for name, text in letter.facts.items() if text})
    for name, text in letter.headers:
        if text:
            yield Passage(text=f"{name}: {text}", locator=Locator(), sort=PassageSort.HEADER)
    yield from _body(letter)
    yield from (Refused(reason=fault, locator=Locator()) for fault in letter.faults)
    for attachment in letter.attachments:
        yield _enclosed(attachment, piece)


def read_letter(content: bytes) -> Letter:
    """Read a message of the net, however broken its header or its parts are."""
    message = _parsed(content)
    leaves = list(_leaves(message))
    bodies = [leaf for leaf in leaves if _is_body(leaf.part, is_whole=leaf.part is message)]
    taken = {id(leaf.part) for leaf in bodies}
    others = [leaf.part for leaf in leaves if id(leaf.part) not in taken]
    files = [part for part in others if part.get_content_type() not in _UNTOLD]
    is_signed = any(leaf.is_signed for leaf in leaves) or any(part.get_content_type() in _SIGNATURES for part in others)
    return Letter(
        headers=tuple((name, _header(message, name)) for name in _SHOWN),
        facts={**_facts(message), "note": _SIGNED if is_signed else ""},
        written=tuple(_chosen(bodies)),
        attachments=tuple(_attachment(part, number) for number, part in enumerate(files, start=1)),
        faults=tuple(_faults(message, len(leaves))),
    )


def say_most(plain: Sequence[Written], html: Sequence[Written]) -> Sequence[Written]:
    """Choose between two forms of one text: the plain one, unless the page says far more, as where that only points to it.

    >>> say_most([Written(text="See it in a browser.")], [Written(text="<p>" + "word " * 80, is_html=True)])[0].is_html
    True
    """
    if not html or not any(one.text.strip() for one in plain):
        return html or plain
    said = sum(len(one.text.split()) for one in plain)
    if sum(len(one.text) for one in html) < 2 * said:  # not even its letters, tags among them, are so many
        return plain
    shown = sum(_words_of(one.text) for one in html)
    return html if shown > 2 * said + _FEW else plain


def moment(text: str) -> str:
    """Write the date of a header as ISO 8601 in UTC; empty where it is none or names no zone.

    >>> moment("Mon, 2 Mar 2026 08:00:00 -0500")
    '2026-03-02T13:00:00Z'
    """
    try:
        found = parsedate_to_datetime(text)
    except _FAULTS:
        return ""
    if found.tzinfo is None and text.rstrip().endswith("-0000"):
        found = found.replace(tzinfo=UTC)
    return utc(found) if found.tzinfo else ""


def utc(found: datetime) -> str:
    """Write a moment as it is stored."""
    try:
        return f"{found.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if found.year > 1 else ""
    except (ValueError, OverflowError):
        return ""


def addresses(texts: Sequence[str]) -> str:
    """Write whom a header names, each with the name that it gives.

    >>> addresses(['"Lee, Ann" <ann@a.example>, bob@b.example'])
    'Lee, Ann <ann@a.example>; bob@b.example'
    """
    try:
        found = getaddresses(list(texts))
    except _FAULTS:
        return "; ".join(texts)
    if not all("@" in address for _, address in found):  # names alone, which the library takes apart and loses
        return "; ".join(texts)
    written = [f"{name} <{address}>" if name and name != address else address or name for name, address in found]
    return "; ".join(one for one in written if one)


def _parsed(content: bytes) -> Message:
    """Parse with plain strings as headers, which no broken header can break; a line `From ` above is no header."""
    if content.startswith((b"From ", b">From ")):
        content = content.partition(b"\n")[2]
    try:
        return email.message_from_bytes(content, policy=email.policy.compat32)
    except _FAULTS as error:
        raise Unreadable("the message cannot be read", advice="Export it again from the mail program.") from error


class _Leaf(NamedTuple):
    """A part that holds something. Parts with the same `choice` say one thing in several forms; 0: in one form only."""

    part: Message
    choice: int
    is_signed: bool


def _leaves(message: Message) -> Iterator[_Leaf]:
    """Give the parts that hold something, attached messages whole, and what is packed into a signature."""
    waiting = [(_Leaf(message, 0, is_signed=False), 0)]
    count = 0
    while waiting:
        leaf, depth = waiting.pop()
        count += 1
        if count > _MOST_PARTS or depth > _DEEPEST:
            advice = "No mail program writes this. Ask the sender for it again."
            raise Hostile(f"the message has more than {_MOST_PARTS:,} parts, or nests them too deeply", advice=advice)
        inner = _payload(leaf.part)
        sealed = _unsealed(leaf.part)
        if sealed is not None:
            waiting.append((_Leaf(sealed, leaf.choice, is_signed=True), depth + 1))
        elif leaf.part.get_content_maintype() == "multipart" and isinstance(inner, list):
            choice = count if leaf.part.get_content_subtype() == "alternative" else leaf.choice
            within = [_Leaf(one, choice, leaf.is_signed) for one in reversed(inner) if isinstance(one, Message)]
            waiting += [(one, depth + 1) for one in within]
        else:
            yield leaf


def _unsealed(part: Message) -> Message | None:
    """Give the message that is packed into its signature; None where there is none, or none that can be read."""
    if part.get_content_type() not in _SEALS:
        return None
    try:
        return _parsed(signed_content(_bytes(part)))
    except (NotSigned, Unreadable):
        return None


def _is_body(part: Message, *, is_whole: bool) -> bool:
    """Whether a part is what was written, and no file; `is_whole` where it is all of the message."""
    if str(part.get("Content-Disposition") or "").strip().lower()[:10] == "attachment":
        return False
    if part.get_content_maintype() == "multipart":
        return True  # it says that it has parts, and has none: a text
    is_text = part.get_content_type() in {"text/plain", "text/html"}
    return is_text and (is_whole or not part.get_filename())


def _chosen(bodies: Sequence[_Leaf]) -> Iterator[Written]:
    """Give what was written, in order; of each choice the form that is to be read."""
    groups: dict[int, list[_Leaf]] = {}
    for place, leaf in enumerate(bodies):
        groups.setdefault(leaf.choice or -place - 1, []).append(leaf)
    for choice, leaves in groups.items():
        forms = [_form(leaf.part) for leaf in leaves]
        if choice > 0:
            yield from say_most([one for one in forms if not one.is_html], [one for one in forms if one.is_html])
        else:
            yield from forms


def _form(part: Message) -> Written:
    text = _text(part)
    if part.get_content_type() == "text/html":
        return Written(text=text, is_html=True)
    asked = {name: str(part.get_param(name, "")).lower() for name in ("format", "delsp")}
    return Written(text=unflowed(text, drop=asked["delsp"] == "yes") if asked["format"] == "flowed" else text)


def unflowed(text: str, *, drop: bool) -> str:
    r"""Join the lines of a text that its program broke for show (RFC 3676); `drop` where their last blank is none.

    >>> unflowed("The long \nline.\n> quoted \n> on\n-- \nAnn", drop=False)
    'The long line.\n> quoted on\n-- \nAnn'
    """
    lines: list[str] = []
    depth, flows = 0, False
    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.lstrip(">")
        own, said = len(line) - len(bare), bare.removeprefix(" ")
        is_mark = said == "-- "
        if flows and own == depth and not is_mark:
            lines[-1] += said
        else:
            lines.append(">" * own + " " * (own > 0) + said)
        depth, flows = own, said.endswith(" ") and not is_mark
        if flows and drop:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _text(part: Message) -> str:
    content = _bytes(part)
    try:
        named = str(part.get_param("charset", "utf-8") or "utf-8")
        return content.decode(named.strip("\"' "), "strict")
    except _FAULTS:
        pass
    return _letters(content)


def _letters(content: bytes) -> str:
    """Decode bytes that do not say how, or say it wrongly."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _bytes(part: Message) -> bytes:
    inner = _payload(part)
    if str(part.get("Content-Transfer-Encoding") or "").strip().lower() == "base64" and isinstance(inner, str):
        return _from_base64(inner.encode("utf-8", "surrogateescape"))
    try:
        content = part.get_payload(decode=True)
    except _FAULTS:
        content = None
    if isinstance(content, bytes):
        return content
    return inner.encode("utf-8", "surrogateescape") if isinstance(inner, str) else b""


def _payload(part: Message) -> object:
    """Give the parts of a part, or its text as it stands."""
    try:
        return part.get_payload()
    except _FAULTS:  # what it names as its encoding is none
        content = part.get_payload(decode=True)
        return _letters(content) if isinstance(content, bytes) else ""


def _from_base64(text: bytes) -> bytes:
    """Decode base64 as far as it goes; what says that it is and is not stays as it stands."""
    if _NOT_BASE64.search(text):
        return text
    try:
        return base64.b64decode(text)
    except ValueError:  # cut off
        whole = text.translate(None, b"\r\n\t =")
        return base64.b64decode(whole[: len(whole) // 4 * 4])


def _attachment(part: Message, number: int) -> Attachment:
    name = _filename(part, number)
    sort = part.get_content_type()
    if sort == "message/rfc822" or sort.startswith("message/"):
        inner = _payload(part)
        messages = [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []
        if messages:  # a report on delivery has one for each recipient
            return Attachment(name=name, content=b"\n".join(map(_written, messages)))
    content = _bytes(part)
    if sort in _SEALS:
        return Attachment(name=name, content=b"", refused=_BROKEN_SEAL if is_signed_data(content) else LOCKED)
    if content.lstrip()[:27] == b"-----BEGIN PGP MESSAGE-----":
        return Attachment(name=name, content=b"", refused=LOCKED)
    return Attachment(name=name, content=content)


def _written(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except _FAULTS:
        return str(message.get_payload()).encode("utf-8", "replace")


def _filename(part: Message, number: int) -> str:
    try:
        name = _decoded(part.get_filename() or "")
    except _FAULTS:
        name = ""
    subject = _header(part.get_payload(0), "Subject") if _holds_message(part) else ""  # type: ignore[arg-type]
    ending = _ENDINGS.get(part.get_content_type(), "")
    return name or f"{subject or f'part {number}'}{ending}"


def _holds_message(part: Message) -> bool:
    inner = _payload(part)
    return part.get_content_type() == "message/rfc822" and isinstance(inner, list) and bool(inner)


def _decoded(text: str) -> str:
    """Decode the words of a header that stand for letters beyond ASCII; what cannot be decoded stays as it is."""
    folded = " ".join(text.replace("\0", "").split())
    try:
        plain = str(make_header(decode_header(folded)))
    except _FAULTS:
        plain = folded
    return tidy(_letters(plain.encode("utf-8", "surrogateescape")))


def _all(message: Message, name: str) -> list[str]:
    try:
        found = message.get_all(name) or []
    except _FAULTS:
        return []
    return [_decoded(_raw(one)) for one in found]


def _raw(value: object) -> str:
    """Give a header as text; one with bytes beyond ASCII comes as an object that knows its bytes."""
    chunks = getattr(value, "_chunks", None)
    if not chunks:
        return str(value)
    return "".join(text for text, _ in chunks)


def _header(message: Message, name: str) -> str:
    found = _all(message, name)
    if name in {"From", "To", "Cc"}:
        return addresses(found)
    return found[0] if found else ""


def _facts(message: Message) -> dict[str, str]:
    replied = _ID.findall(" ".join(_all(message, "In-Reply-To")))
    references = _ID.findall(" ".join(_all(message, "References")))
    own = _ID.findall(" ".join(_all(message, "Message-ID"))) or _all(message, "Message-ID")
    answered = (replied or references[-1:] or [""])[0]
    return {
        "subject": _header(message, "Subject"),
        "sender": _header(message, "From"),
        "recipients": _header(message, "To"),
        "copies": _header(message, "Cc"),
        "made_at": moment((_all(message, "Date") or [""])[0]),
        "message_id": own[0].strip("<>") if own else "",
        "in_reply_to": answered.strip("<>"),
        "thread_id": (references[:1] or replied[:1] or own[:1] or [""])[0].strip("<>"),
    }


def _faults(message: Message, parts: int) -> Iterator[str]:
    if message.get_content_type() == "multipart/encrypted":
        yield LOCKED
    if message.get_content_maintype() == "multipart" and not parts:
        yield "The message says that it has parts, and has none. It may be cut off: ask for it again."


def _body(letter: Letter) -> Iterator[Finding]:
    for written in letter.written:
        if written.is_html:
            yield from told(read_page(written.text).blocks)
        elif written.blocks:
            yield from told(written.blocks)
        else:
            yield from _plain(written.text.replace("\r\n", "\n"))


def _plain(text: str) -> Iterator[Finding]:
    """Give the paragraphs; an encrypted stretch is refused in its place."""
    at = 0
    for locked in _PGP.finditer(text):
        yield from _paragraphs(text[at : locked.start()])
        yield Refused(reason=LOCKED, locator=Locator())
        at = locked.end()
    yield from _paragraphs(text[at:])


def _paragraphs(text: str) -> Iterator[Passage]:
    for part in split_paragraphs(text):
        yield from passages(part, Locator())


def _words_of(page: str) -> int:
    """Count the words of a page; one that cannot be read says nothing."""
    try:
        return sum(len(passage.text.split()) for passage in told(read_page(page).blocks))
    except Unreadable:
        return 0


def _enclosed(attachment: Attachment, piece: Piece) -> Finding:
    if attachment.refused or not attachment.content:
        return Refused(reason=attachment.refused or _EMPTY, locator=Locator(), value=attachment.name)
    piece.budget.left -= len(attachment.content)
    if piece.budget.left < 0:
        raise Hostile("the attachments are too large together", where=piece.where, advice="Deliver them apart.")
    target = piece.new_file()
    target.write_bytes(attachment.content)
    return Enclosed(name=attachment.name, path=target)
