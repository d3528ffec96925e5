"""Delimited text, record by record, exactly: slower than Arrow, but it takes everything."""

import csv
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

MAX_LINE: Final = 32 * 1024 * 1024
"""Characters of one record that are held at once; a longer line is cut, and its row rejected."""

NEVER_CLOSED: Final = (
    "A quotation mark opens a cell in this row and is never closed. Close it or remove it; the lines after this one "
    "were read as rows of their own."
)
CUT: Final = (
    "The line is longer than 32 million characters. Check that the file has line breaks; only the start is kept."
)


class LineSource(Protocol):
    """A text stream that keeps line ends as they are; the end is an empty line."""

    def readline(self, size: int = -1, /) -> str:
        """Give the next line, or its first `size` characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How cells are set apart. An empty `quote` or `escape` means there is none."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    doubled: bool = True
    """A quotation mark inside a quoted cell is written twice."""


class Record(NamedTuple):
    """One record: its cells and its text; `fault` says why there are no cells."""

    cells: list[str]
    text: str
    fault: str = ""


class _NeverClosed(Exception):
    """The text ended, or went on too long, inside a quoted cell."""


class _Lines:
    """Gives physical lines to the CSV reader, remembers which ones a record took, and can take them back."""

    def __init__(self, stream: LineSource) -> None:
        self._stream = stream
        self._returned: deque[str] = deque()
        self.taken: list[str] = []
        self._size = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.read()
        if not line and not self.taken:
            raise StopIteration
        if not line or self._size > MAX_LINE:
            self._returned.appendleft(line)
            raise _NeverClosed
        self.taken.append(line)
        self._size += len(line)
        return line

    def read(self) -> str:
        if self._returned:
            return self._returned.popleft()
        return self._stream.readline(MAX_LINE)

    def begin(self, line: str) -> None:
        self.taken, self._size = [], 0
        self._returned.appendleft(line)

    def give_back(self, lines: list[str]) -> None:
        self._returned.extendleft(reversed(lines))

    def skip_line(self) -> None:
        while (rest := self._stream.readline(MAX_LINE)) and not rest.endswith(("\n", "\r")):
            pass


def records(stream: LineSource, dialect: Dialect) -> Iterator[Record]:
    r"""Split a text into records. Lines without any character are no records.

    The stream must keep line ends as they are (`newline=""`). A quoted cell that is never closed costs its first line
    only: the lines after it are read again.

    >>> import io
    >>> [record.cells for record in records(io.StringIO('a,"b\nc"\n\n1,2\n'), Dialect())]
    [['a', 'b\nc'], ['1', '2']]
    """
    csv.field_size_limit(sys.maxsize)
    lines = _Lines(stream)
    reader = _reader(lines, dialect)
    quote, escape, delimiter = dialect.quote or "\0", dialect.escape or "\0", dialect.delimiter
    while line := lines.read():
        bare = _without_end(line)
        if not bare:
            continue
        if len(line) >= MAX_LINE and bare == line:
            lines.skip_line()
            yield Record([], line, CUT)
        elif quote in line or escape in line:
            lines.begin(line)
            yield _quoted(lines, reader)
        else:
            yield Record(bare.split(delimiter), line)


def _quoted(lines: _Lines, reader: Iterator[list[str]]) -> Record:
    try:
        cells = next(reader)
    except _NeverClosed:
        first, *rest = lines.taken
        lines.give_back(rest)
        return Record([], first, NEVER_CLOSED)
    except csv.Error as error:
        return Record([], "".join(lines.taken), f"The row cannot be split into cells ({error}). Mend it by hand.")
    return Record(cells, "".join(lines.taken))


def _reader(lines: _Lines, dialect: Dialect) -> Iterator[list[str]]:
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        escapechar=dialect.escape or None,
        doublequote=dialect.doubled,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        strict=False,
    )


def _without_end(line: str) -> str:
    if line.endswith("\r\n"):
        return line[:-2]
    return line[:-1] if line.endswith(("\n", "\r")) else line
