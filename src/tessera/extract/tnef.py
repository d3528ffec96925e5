"""Packages that Outlook makes of a message for other Outlooks (winmail.dat), as [MS-OXTNEF] lays them out.

What was written, and the files, lie in attributes: some by themselves, some as the properties that a saved message has.
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from tessera.errors import Unreadable
from tessera.extract.compound import encoding_of
from tessera.extract.formatted_bodies import Body, body_of
from tessera.extract.mail import Attachment, Letter
from tessera.extract.paragraphs import tidy
from tessera.extract.web_pages import decode_page

_BEGINS: Final = 6
_HEAD: Final = 9
_MOST: Final = 100_000
"""Attributes, or properties of one attribute."""
_SUBJECT, _BODY, _PROPERTIES, _PAGE = 0x8004, 0x800C, 0x9003, 0x9007
_FILE, _TITLE, _CONTENT, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_NARROW, _WIDE, _BINARY = 0x1E, 0x1F, 0x102
_SIZES: Final = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_MANY: Final = 0x1000
_NAMED: Final = 0x8000
_MESSAGE_SUBJECT, _MESSAGE_BODY, _MESSAGE_HTML, _MESSAGE_RTF = 0x0037, 0x1000, 0x1013, 0x1009
_LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _BYTES = 0x3707, 0x3704, 0x3001, 0x3701
_INNER: Final = bytes.fromhex("0703020000000000c000000000000046")
"""What stands before the bytes of a message that is attached, which is such a package itself."""
_ADVICE: Final = "It may be cut off or damaged: ask the sender to send it as HTML or plain text."


class _Value(NamedTuple):
    sort: int
    content: bytes


class _File:
    """An attached file, as its attributes tell of it one by one."""

    def __init__(self) -> None:
        self.title = b""
        self.content = b""
        self.told: dict[int, _Value] = {}


def read_package(content: bytes, *, where: str) -> Letter:
    """Read what a package says and holds."""
    encoding = "cp1252"
    said: dict[int, bytes] = {}
    told: dict[int, _Value] = {}
    files: list[_File] = []
    for name, value in _attributes(content):
        if name == _PAGE:
            encoding = encoding_of(int.from_bytes(value[:4], "little"))
        elif name == _PROPERTIES:
            told = dict(_values(value))
        elif name == _FILE:
            files.append(_File())
        elif files and name == _TITLE:
            files[-1].title = value
        elif files and name == _CONTENT:
            files[-1].content = value
        elif files and name == _FILE_PROPERTIES:
            files[-1].told = dict(_values(value))
        else:
            said[name] = value
    subject = tidy(_text(told.get(_MESSAGE_SUBJECT), encoding) or _decoded(said.get(_SUBJECT, b""), encoding))
    body = _body(told, said, encoding)
    letter = Letter(
        headers=(("Subject", subject),),
        facts={"subject": subject},
        written=body.written,
        attachments=(*body.attachments, *(_attachment(one, at, encoding) for at, one in enumerate(files, start=1))),
        faults=body.faults,
    )
    if not (subject or letter.attachments or any(one.text.strip() for one in letter.written)):
        raise Unreadable("the package of Outlook holds nothing that can be read", where=where, advice=_ADVICE)
    return letter


def _body(told: dict[int, _Value], said: dict[int, bytes], encoding: str) -> Body:
    plain = _text(told.get(_MESSAGE_BODY), encoding) or _decoded(said.get(_BODY, b""), encoding)
    packed = told.get(_MESSAGE_RTF)
    return body_of(plain, _page(told.get(_MESSAGE_HTML), encoding), packed.content if packed is not None else b"")


def _attachment(file: _File, number: int, encoding: str) -> Attachment:
    names = (_text(file.told.get(name), encoding) for name in (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))
    name = next(filter(None, names), "") or _decoded(file.title, encoding)
    kept = file.told.get(_BYTES)
    content = file.content or (kept.content if kept is not None else b"")
    return Attachment(name=tidy(name) or f"part {number}", content=content.removeprefix(_INNER))


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the name and bytes of each attribute, as far as the package goes."""
    at = _BEGINS
    for _ in range(_MOST):
        if at + _HEAD > len(content):
            return
        _, name, size = struct.unpack_from("<BII", content, at)
        yield name & 0xFFFF, content[at + _HEAD : at + _HEAD + size]
        at += _HEAD + size + 2  # a sum of the bytes follows


def _values(content: bytes) -> Iterator[tuple[int, _Value]]:
    """Give the properties of a message or file, each with its sort, as far as they go."""
    at = 4
    try:
        for _ in range(min(struct.unpack_from("<I", content)[0], _MOST)):
            sort, name = struct.unpack_from("<HH", content, at)
            at += 4
            if name >= _NAMED:
                at = _behind_name(content, at)
            count, bare = 1, sort & ~_MANY
            if sort & _MANY or bare not in _SIZES:
                count, at = struct.unpack_from("<I", content, at)[0], at + 4
            for number in range(min(count, _MOST)):
                start, size = at, _SIZES.get(bare, 0)
                if bare not in _SIZES:
                    start, size = at + 4, struct.unpack_from("<I", content, at)[0]
                if number == 0:
                    yield name, _Value(bare, content[start : start + size])
                at = start + -(-size // 4) * 4
    except struct.error:
        return


def _behind_name(content: bytes, at: int) -> int:
    """Say where the value of a property begins that has a name of its own: behind that name."""
    kind, number = struct.unpack_from("<II", content, at + 16)
    return at + 24 + (-(-number // 4) * 4 if kind else 0)


def _page(value: _Value | None, encoding: str) -> str:
    return decode_page(value.content, encoding) if value and value.sort == _BINARY else _text(value, encoding)


def _text(value: _Value | None, encoding: str) -> str:
    if value is None:
        return ""
    if value.sort == _WIDE:
        return value.content.decode("utf-16-le", "replace").rstrip("\0")
    return _decoded(value.content, encoding) if value.sort in {_NARROW, _BINARY} else ""


def _decoded(content: bytes, encoding: str) -> str:
    return content.decode(encoding, "replace").rstrip("\0")
