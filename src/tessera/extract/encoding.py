"""Which encoding a text file has, and the same text as UTF-8."""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessera.errors import Unavailable

CHUNK: Final = 4 * 1024 * 1024
_UTF16_SHARE: Final = 0.3
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_WIDE: Final = re.compile("[^\x00-\x7f]")
_UNDEFINED_1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_KEEP_BYTES: Final = "tessera-keep-bytes"


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    """Turn bytes that are no text into lone surrogates, which no good row holds."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return "".join(chr(0xDC80 | (byte & 0x7F)) for byte in wrong), error.end


codecs.register_error(_KEEP_BYTES, _keep_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFacts:
    """What one pass over the bytes of a UTF-8 file tells."""

    has_nul: bool
    is_utf8: bool
    quotes: int
    """How many double quotation marks; an odd number means that one was never closed."""


def find_encoding(path: Path, facts: TextFacts | None = None) -> str:
    """Find the encoding of a text: by its byte order mark, by its zero bytes, else by trying UTF-8 to the end.

    A text that is not UTF-8 is Windows-1252, or ISO 8859-1 where it has bytes that Windows-1252 does not know. A text
    with a few bad bytes among many good UTF-8 characters stays UTF-8, so that only the bad rows are rejected. `facts`
    saves a pass where they are known already.
    """
    with path.open("rb") as file:
        head = file.read(64 * 1024)
    return _by_mark(head) or _by_zeros(head) or _by_trying(path, facts or text_facts(path))


def _by_mark(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""


def _by_zeros(head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    if odd / half > _UTF16_SHARE and even * 10 < odd:
        return "utf-16-le"
    return "utf-16-be" if even / half > _UTF16_SHARE and odd * 10 < even else ""


def _by_trying(path: Path, facts: TextFacts) -> str:
    if facts.is_utf8:
        return "utf-8"
    good = bad = 0
    undefined = False
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            if not text.isascii():
                undefined = undefined or bool(_UNDEFINED_1252.search(chunk))
                wrong = len(_SURROGATES.findall(text))
                bad += wrong
                good += len(_WIDE.findall(text)) - wrong
    bad += len(decoder.decode(b"", final=True))
    if good >= bad:
        return "utf-8"
    return "iso-8859-1" if undefined else "cp1252"


def text_facts(path: Path) -> TextFacts:
    """Look through a UTF-8 file once for what the fast reader cannot take."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    has_nul, is_utf8, quotes = False, True, 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            has_nul = has_nul or b"\0" in chunk
            quotes += chunk.count(b'"')
            is_utf8 = is_utf8 and _decodes(decoder, chunk)
    return TextFacts(has_nul=has_nul, is_utf8=is_utf8 and _decodes(decoder, b"", final=True), quotes=quotes)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final=final)
    except UnicodeDecodeError:
        return False
    return True


def as_utf8(path: Path, encoding: str, new_file: Callable[[], Path]) -> Path:
    """Give the same text as a UTF-8 file; bytes that are no text stay bytes that are no UTF-8.

    A file in UTF-8 is given as it is, its byte order mark included.
    """
    if encoding.startswith("utf-8"):
        return path
    copy = new_file()
    decoder = codecs.getincrementaldecoder(encoding)(_KEEP_BYTES)
    try:
        with path.open("rb") as source, copy.open("wb") as out:
            while chunk := source.read(CHUNK):
                out.write(decoder.decode(chunk).encode("utf-8", "surrogateescape"))
            out.write(decoder.decode(b"", final=True).encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise Unavailable(f"no room to unpack: {error.strerror}", advice="Free some disk space; try again.") from error
    return copy
