"""Walk through JSON text of any size with a small buffer, one value at a time."""

import json
from collections.abc import Iterator
from json import JSONDecodeError
from typing import Final, TextIO

STEP: Final = 1024 * 1024
LARGEST_VALUE: Final = 64 * 1024 * 1024
"""Characters of one value (a row, or a value beside the rows) that are held at once."""
_SPACE: Final = " \t\n\r"


class Broken(Exception):
    """The text is no JSON from here on. `at` counts characters from the start; `text` is what stands there."""

    def __init__(self, reason: str, at: int, text: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at
        self.text = text


class JsonText:
    """A cursor over JSON text that reads on as it needs."""

    def __init__(self, stream: TextIO, decoder: json.JSONDecoder | None = None) -> None:
        self._stream = stream
        self._decoder = decoder or json.JSONDecoder()
        self._buffer = ""
        self._at = 0
        self._before = 0
        self._ended = False

    def peek(self) -> str:
        """Give the next character that is no space; empty at the end."""
        while True:
            buffer, at, end = self._buffer, self._at, len(self._buffer)
            while at < end and buffer[at] in _SPACE:
                at += 1
            self._at = at
            if at < end:
                return buffer[at]
            if not self._more():
                return ""

    def take(self, mark: str) -> None:
        """Step over one expected character."""
        found = self.peek()
        if found != mark:
            raise self.broken(f"expected {mark!r} but found {found!r}" if found else "the text ends too early")
        self._at += 1

    def value(self) -> tuple[object, str]:
        """Read one whole value; give it and its text."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise self.broken("values are nested too deeply") from None
            except (JSONDecodeError, ValueError) as error:
                if self._worth_reading_on() and self._more():
                    continue
                raise self.broken(_said(error)) from None
            if end == len(self._buffer) and not self._ended and self._more():
                continue  # a number may go on
            text = self._buffer[self._at : end]
            self._at = end
            return found, text

    def entries(self) -> Iterator[tuple[object, str]]:
        """Read an array, item by item."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            if self.peek() != ",":
                break
            self.take(",")
        self.take("]")

    def names(self) -> Iterator[str]:
        """Read an object, name by name; whoever asks must take the value after each name."""
        self.take("{")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            name, text = self.value()
            if not isinstance(name, str):
                raise self.broken(f"expected a name but found {text[:40]}")
            self.take(":")
            yield name
            if self.peek() != ",":
                break
            self.take(",")
        self.take("}")

    def broken(self, reason: str) -> Broken:
        """Say what is wrong at this place."""
        return Broken(reason, self._before + self._at, self._buffer[self._at : self._at + 64 * 1024])

    def _worth_reading_on(self) -> bool:
        return not self._ended and len(self._buffer) - self._at < LARGEST_VALUE

    def _more(self) -> bool:
        """Read on, twice as much each time a value does not fit, so that the work stays linear."""
        chunk = self._stream.read(max(STEP, len(self._buffer) - self._at))
        self._ended = not chunk
        self._before += self._at
        self._buffer = self._buffer[self._at :] + chunk
        self._at = 0
        return bool(chunk)


def _said(error: Exception) -> str:
    return error.msg.lower() if isinstance(error, JSONDecodeError) else str(error)
