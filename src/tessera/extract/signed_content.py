"""What a signature of S/MIME is wrapped around: the message within signed data of CMS (RFC 5652). No signature is checked."""

from collections.abc import Iterator
from typing import Final, NamedTuple

_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
"""The object identifier 1.2.840.113549.1.7.2 as it stands in the file."""
_HEAD: Final = 32
"""The identifier stands within the first bytes, behind the lengths of what is around it."""
_CONSTRUCTED, _TAGGED, _OCTETS = 0x20, 0xA0, 0x04
_LONG: Final = 0x80
_MOST_LENGTH_BYTES: Final = 8
_DEEPEST: Final = 12
_MOST_VALUES: Final = 100_000


class NotSigned(Exception):
    """The bytes are no signed data, or are damaged."""


class _Value(NamedTuple):
    """A value of BER: its tag, where its content begins and ends, and where the next value begins."""

    tag: int
    start: int
    end: int
    after: int


def is_signed_data(content: bytes) -> bool:
    """Whether the bytes begin as signed data does, whole or not."""
    return _SIGNED_DATA in content[:_HEAD]


def signed_content(content: bytes) -> bytes:
    """Give the message that was signed; raise NotSigned where there is none."""
    if not is_signed_data(content):
        raise NotSigned
    try:
        outer = next(_values(content, 0, len(content)))
        wrapped = [one for one in _inside(content, outer) if one.tag == _TAGGED]
        signed = next(_inside(content, wrapped[0]))
        # SignedData: version, digest algorithms (a set), the content (the first sequence), certificates, signers
        packed = next(one for one in _inside(content, signed) if one.tag == 0x30)  # noqa: PLR2004 - a sequence
        held = next(one for one in _inside(content, packed) if one.tag == _TAGGED)
        return b"".join(_octets(content, held, 0))
    except (IndexError, StopIteration) as error:
        raise NotSigned from error


def _octets(content: bytes, value: _Value, depth: int) -> Iterator[bytes]:
    if depth > _DEEPEST:
        raise NotSigned
    for one in _inside(content, value):
        if one.tag == _OCTETS:
            yield content[one.start : one.end]
        elif one.tag & _CONSTRUCTED:
            yield from _octets(content, one, depth + 1)


def _inside(content: bytes, value: _Value) -> Iterator[_Value]:
    return _values(content, value.start, value.end)


def _values(content: bytes, at: int, end: int, depth: int = 0) -> Iterator[_Value]:
    """Give the values that stand one behind the other, up to the two zeros that end a value of no given length."""
    count = 0
    while at < end and content[at : at + 2] != b"\0\0":
        count += 1
        if count > _MOST_VALUES or depth > _DEEPEST:
            raise NotSigned
        one = _value(content, at, end, depth)
        yield one
        at = one.after


def _value(content: bytes, at: int, end: int, depth: int) -> _Value:
    tag, length, start = content[at], content[at + 1], at + 2
    if length == _LONG:
        close = start
        for inner in _values(content, start, end, depth + 1):
            close = inner.after
        return _Value(tag, start, close, close + 2)
    if length > _LONG:
        count = length - _LONG
        if count > _MOST_LENGTH_BYTES:
            raise NotSigned
        length, start = int.from_bytes(content[start : start + count], "big"), start + count
    if start + length > end:
        raise NotSigned
    return _Value(tag, start, start + length, start + length)
