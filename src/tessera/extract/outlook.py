"""Messages that Outlook saved (MSG): properties in streams of an OLE file, as [MS-OXMSG] lays them out."""

import email.policy
import struct
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from typing import Final, TypeAlias

import olefile

from tessera.extract.compound import AGAIN, encoding_of, moment, opened, stream
from tessera.extract.embedded import wrapped_file
from tessera.extract.formatted_bodies import body_of
from tessera.extract.mail import LOCKED, Attachment, Letter, read_letter
from tessera.extract.paragraphs import tidy
from tessera.extract.piece import Piece
from tessera.extract.signed_content import is_signed_data
from tessera.extract.web_pages import decode_page

_MOST_INNER: Final = 20
"""Messages within messages."""
_RECIPIENT: Final = "__recip_version1.0_"
_ATTACHED: Final = "__attach_version1.0_"
_PROPERTIES: Final = "__properties_version1.0"
_INNER: Final = "__substg1.0_3701000D"
_ENTRY: Final = 16

_SUBJECT, _BODY, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_TO, _CC, _HEADERS, _CLASS = 0x0E04, 0x0E03, 0x007D, 0x001A
_MESSAGE_ID, _REPLY_TO, _REFERENCES = 0x1035, 0x1042, 0x1039
_SENT, _RECEIVED = 0x0039, 0x0E06
_NAME, _ADDRESS, _SMTP, _ROLE = 0x3001, 0x3003, 0x39FE, 0x0C15
_FILENAME, _SHORT_NAME, _CONTENT = 0x3707, 0x3704, 0x3701
_CODE_PAGE, _NET_CODE_PAGE = 0x3FFD, 0x3FDE


class _Storage:
    """A folder of the OLE file whose streams are properties."""

    def __init__(
        self, ole: olefile.OleFileIO, path: tuple[str, ...], head: int, listed: "_Listed | None" = None
    ) -> None:
        self._ole, self.path = ole, path
        self._listed = listed if listed is not None else _list(ole)
        own = [entry for entry in self._listed.get(path, ()) if entry.startswith("__substg1.0_")]
        self._streams = {entry[12:].upper(): [*path, entry] for entry in own}
        self.fixed = dict(self._numbers(head))

    def _numbers(self, head: int) -> Iterator[tuple[int, bytes]]:
        """Give the properties of fixed length, each with its eight bytes."""
        content = stream(self._ole, [*self.path, _PROPERTIES])
        for at in range(head, len(content) - _ENTRY + 1, _ENTRY):
            yield struct.unpack_from("<H", content, at + 2)[0], content[at + 8 : at + _ENTRY]

    def raw(self, prop: int, sort: str) -> bytes:
        """Give the bytes of a property; empty where there is none."""
        entry = self._streams.get(f"{prop:04X}{sort}")
        return stream(self._ole, entry) if entry else b""

    def text(self, prop: int, encoding: str) -> str:
        """Give a property that is text."""
        wide = self.raw(prop, "001F")
        return (
            wide.decode("utf-16-le", "replace") if wide else self.raw(prop, "001E").decode(encoding, "replace")
        ).rstrip("\0")

    def number(self, prop: int) -> int:
        """Give a property that is a number; 0 where there is none."""
        return int.from_bytes(self.fixed.get(prop, b"")[:4], "little")

    def folders(self, begin: str) -> list[tuple[str, ...]]:
        """Name the storages in this one that begin so."""
        return sorted((*self.path, name) for name in self._listed.get(self.path, ()) if name.startswith(begin))

    def holds_message(self) -> bool:
        """Whether the storage that is attached is a message; else it is an object of some program."""
        return bool(self._ole.exists([*self.path, _INNER, _PROPERTIES]))

    def file(self) -> tuple[str, bytes] | None:
        """Give the name and bytes of the file in an object."""
        return wrapped_file(self._ole, self.path)

    def within(self, path: tuple[str, ...], head: int) -> "_Storage":
        """Open a storage in this one."""
        return _Storage(self._ole, path, head, self._listed)


_Listed: TypeAlias = dict[tuple[str, ...], list[str]]
"""What lies in each storage, by its path."""


def _list(ole: olefile.OleFileIO) -> _Listed:
    found: _Listed = {}
    for entry in ole.listdir(streams=True, storages=True):
        found.setdefault(tuple(entry[:-1]), []).append(entry[-1])
    return found


def read_outlook(piece: Piece) -> Letter:
    """Read a message of Outlook."""
    with opened(piece) as ole:
        return _letter(_Storage(ole, (), 32), 0)


def _letter(storage: _Storage, depth: int) -> Letter:
    page = storage.number(_NET_CODE_PAGE) or storage.number(_CODE_PAGE)
    encoding = encoding_of(page)

    def text(prop: int) -> str:
        return tidy(storage.text(prop, encoding))

    to, copies = _recipients(storage, encoding)
    sender = _address(text(_SENDER), text(_SENDER_SMTP) or text(_SENDER_ADDRESS))
    stated = read_letter(text(_HEADERS).encode()).facts if text(_HEADERS) else {}
    facts = {
        **stated,
        "subject": text(_SUBJECT) or stated.get("subject", ""),
        "sender": sender or stated.get("sender", ""),
        "recipients": to or text(_TO),
        "copies": copies or text(_CC),
        "made_at": moment(int.from_bytes(storage.fixed.get(_SENT) or storage.fixed.get(_RECEIVED) or b"", "little"))
        or stated.get("made_at", ""),
        "message_id": text(_MESSAGE_ID).strip("<>") or stated.get("message_id", ""),
        "in_reply_to": text(_REPLY_TO).strip("<>") or stated.get("in_reply_to", ""),
    }
    begun = text(_REFERENCES).split()
    facts["thread_id"] = (begun[0].strip("<>") if begun else "") or facts["in_reply_to"] or facts["message_id"]
    shown = {"From": "sender", "To": "recipients", "Cc": "copies", "Subject": "subject", "Date": "made_at"}
    body, html = storage.text(_BODY, encoding), _html(storage, encoding)
    headers = tuple((name, facts[term]) for name, term in shown.items())
    if "SMIME" in text(_CLASS).upper():
        return _secured(storage, headers, facts)
    said = body_of(body, html, storage.raw(_RTF, "0102"))
    return Letter(
        headers=headers,
        facts=facts,
        written=said.written,
        attachments=(*said.attachments, *_attachments(storage, encoding, depth)),
        faults=said.faults,
    )


def _secured(storage: _Storage, headers: tuple[tuple[str, str], ...], facts: dict[str, str]) -> Letter:
    """Read a message of S/MIME: all of it lies in its one attachment, signed or encrypted."""
    content = next((storage.within(path, 8).raw(_CONTENT, "0102") for path in storage.folders(_ATTACHED)), b"")
    if is_signed_data(content):
        content = b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n" + b64encode(content)
    if not content.lstrip()[:12].lower().startswith((b"content-", b"mime-")):
        return Letter(headers=headers, facts=facts, written=(), attachments=(), faults=(LOCKED,))
    inner = read_letter(content)
    return replace(inner, headers=headers, facts={**facts, "note": inner.facts["note"]})


def _html(storage: _Storage, encoding: str) -> str:
    return decode_page(storage.raw(_HTML, "0102"), encoding) or storage.text(_HTML, encoding)


def _recipients(storage: _Storage, encoding: str) -> tuple[str, str]:
    """Give whom the message is to and who got a copy."""
    told: dict[int, list[str]] = {}
    for path in storage.folders(_RECIPIENT):
        one = storage.within(path, 8)
        address = one.text(_SMTP, encoding) or one.text(_ADDRESS, encoding)
        told.setdefault(one.number(_ROLE), []).append(_address(tidy(one.text(_NAME, encoding)), tidy(address)))
    return "; ".join(told.get(1, [])), "; ".join(told.get(2, []))


def _address(name: str, address: str) -> str:
    """Write a name and an address; names of a directory, which are no addresses, are left out where there is a name."""
    if "@" not in address:
        return name or address
    return f"{name} <{address}>" if name and name.strip("'\"") != address else address


def _attachments(storage: _Storage, encoding: str, depth: int) -> Iterator[Attachment]:
    for number, path in enumerate(storage.folders(_ATTACHED), start=1):
        one = storage.within(path, 8)
        name = tidy(one.text(_FILENAME, encoding) or one.text(_SHORT_NAME, encoding) or one.text(_NAME, encoding))
        if one.folders(_INNER) and depth >= _MOST_INNER:
            refused = "Messages are attached to one another too deeply. Deliver the inner ones apart."
            yield Attachment(name=f"{name or f'message {number}'}.eml", content=b"", refused=refused)
        elif one.folders(_INNER) and not one.holds_message():
            yield _object(one.within((*path, _INNER), 24), name or f"object {number}")
        elif one.folders(_INNER):
            inner = _letter(one.within((*path, _INNER), 24), depth + 1)
            name = name or inner.facts["subject"] or f"message {number}"
            yield Attachment(name=f"{name}.eml", content=_written(inner))
        else:
            yield _file(one, name or f"part {number}")


def _object(storage: _Storage, name: str) -> Attachment:
    found = storage.file()
    if found is None:
        refused = "An object lies in the message, and what is in it cannot be read there. Open it, and deliver that by itself."
        return Attachment(name=name, content=b"", refused=refused)
    return Attachment(name=found[0] or name, content=found[1])


def _file(storage: _Storage, name: str) -> Attachment:
    try:
        return Attachment(name=name, content=storage.raw(_CONTENT, "0102"))
    except (OSError, ValueError):
        return Attachment(name=name, content=b"", refused=f"The attachment is damaged. {AGAIN}")


def _written(letter: Letter) -> bytes:
    """Write a letter as a message of the net, so that it can be kept as a file."""
    message = EmailMessage(policy=email.policy.SMTP)
    facts = letter.facts
    names = {"From": "sender", "To": "recipients", "Cc": "copies", "Subject": "subject"}
    kept = [(name, " ".join(facts[term].replace("; ", ", ").split())) for name, term in names.items() if facts[term]]
    lines = [f"{name}: {text}" for name, text in kept]
    lines += [f"Message-ID: <{facts['message_id']}>"] * bool(facts["message_id"])
    lines += [f"In-Reply-To: <{facts['in_reply_to']}>"] * bool(facts["in_reply_to"])
    if facts["made_at"]:
        lines.append(f"Date: {datetime.fromisoformat(facts['made_at']):%a, %d %b %Y %H:%M:%S +0000}")
    for one in letter.written[:1]:
        message.set_content(one.text, subtype="html" if one.is_html else "plain", cte="base64")
    for file in letter.attachments:
        message.add_attachment(file.content, maintype="application", subtype="octet-stream", filename=file.name)
    return "\r\n".join(lines).encode() + b"\r\n" + message.as_bytes()
