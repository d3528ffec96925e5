"""Uploads, read as they arrive: nothing of a file is kept on the way to the store of delivered bytes.

The parts of a form are pulled one after the other. What has not been read of a part is skipped when the next is asked for.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from tessera.errors import Invalid

LONGEST_FIELD = 64 * 1024
MOST_PARTS = 1000
BEGIN, DATA, END = "begin", "data", "end"


class Part:
    """One field or file of a form. Reading it reads the request itself."""

    def __init__(self, parts: "Parts", name: str, filename: str | None) -> None:
        """Stand for the part that `parts` has come to."""
        self._parts = parts
        self._rest = b""
        self._over = False
        self.field = name
        self.filename = filename
        """None for a field that is no file."""

    def read(self, size: int = -1) -> bytes:
        """Give up to `size` bytes, fewer where fewer have arrived; nothing at the part's end."""
        if size < 0:
            return b"".join(iter(lambda: self.read(LONGEST_FIELD), b""))
        while not self._rest and not self._over:
            what, value = self._parts.next_event()
            self._rest, self._over = (value, False) if what == DATA else (b"", True)
        given, self._rest = self._rest[:size], self._rest[size:]
        return given

    def text(self) -> str:
        """Give the whole field as text."""
        collected = b""
        while chunk := self.read(LONGEST_FIELD):
            collected += chunk
            if len(collected) > LONGEST_FIELD:
                raise Invalid(f"the field {self.field!r} is too long", where=self.field)
        try:
            return collected.decode()
        except UnicodeDecodeError:
            raise Invalid(f"the field {self.field!r} is not UTF-8 text", where=self.field) from None

    def skip(self) -> None:
        """Read past what is left of this part."""
        while self.read(LONGEST_FIELD):
            pass


class Parts:
    """The parts of a multipart form, in the order of the request."""

    def __init__(self, content_type: str, next_chunk: Callable[[], bytes]) -> None:
        """Read from `next_chunk`, which gives b"" at the request's end."""
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Invalid("the upload is no multipart form", advice="Use the form of the upload page.")
        self._next_chunk = next_chunk
        self._events: deque[tuple[str, Any]] = deque()
        self._headers: dict[bytes, bytes] = {}
        self._field = self._value = b""
        self._ended = False
        self._parser = self._new_parser(options[b"boundary"])

    def __iter__(self) -> Iterator[Part]:
        """Yield one part after the other."""
        for _ in range(MOST_PARTS):
            what, headers = self.next_event()
            if what == END:
                return
            part = self._part(headers)
            yield part
            part.skip()
        raise Invalid(f"the form has more than {MOST_PARTS} parts", advice="Send fewer files at a time.")

    def next_event(self) -> tuple[str, Any]:
        """Give the next thing that the request says, reading on where needed. (END, None) once it is over."""
        while not self._events:
            if self._ended:
                return END, None
            chunk = self._next_chunk()
            try:
                self._parser.write(chunk) if chunk else self._parser.finalize()
            except FormParserError:
                raise Invalid("the upload is damaged", advice="Send it again.") from None
            if not chunk and not self._events and not self._is_ended():
                raise Invalid("the upload ended too early", advice="Send it again.")
        return self._events.popleft()

    def _is_ended(self) -> bool:
        return self._ended

    def drain(self, most: int) -> None:
        """Read past up to `most` bytes, so that the browser listens to the answer."""
        while most > 0 and (chunk := self._next_chunk()):
            most -= len(chunk)

    def _part(self, headers: dict[bytes, bytes]) -> Part:
        _, options = parse_options_header(headers.get(b"content-disposition", b""))
        name = options.get(b"name")
        if name is None:
            raise Invalid("a part of the upload has no name", advice="Use the form of the upload page.")
        filename = options.get(b"filename")
        return Part(self, _decoded(name), None if filename is None else _decoded(filename))

    def _new_parser(self, boundary: bytes) -> MultipartParser:
        try:
            return MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._on_field,
                    "on_header_value": self._on_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": lambda: self._events.append((BEGIN, self._headers)),
                    "on_part_data": lambda data, start, end: self._events.append((DATA, bytes(data[start:end]))),
                    "on_part_end": lambda: self._events.append((END, None)),
                    "on_end": self._end,
                },
            )
        except FormParserError:
            raise Invalid("the upload is no multipart form", advice="Use the form of the upload page.") from None

    def _begin(self) -> None:
        self._headers, self._field, self._value = {}, b"", b""

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field = self._value = b""

    def _end(self) -> None:
        self._ended = True


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
