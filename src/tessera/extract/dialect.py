"""Find out how a delimited text is written: delimiter, quoting, and whether its first row names the columns."""

import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Final

from tessera.extract.records import Dialect, Record, records

SAMPLE_ROWS: Final = 200
SAMPLE_CHARS: Final = 256 * 1024
_MOST_PREAMBLE: Final = 20
_DELIMITERS: Final = (",", "\t", ";", "|", "^", "~", "\x1f", "\x01")
_HINTS: Final = {".csv": ",", ".psv": "|", ".tab": "\t", ".tsv": "\t"}
_VALUE: Final = re.compile(
    r"""[+-]?[$€£]?\d[\d,. ]*([eE][+-]?\d+)?\s?%?     # number, money, share
    |\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ].*)?         # date, with or without time
    |\d{1,2}:\d{2}(:\d{2})?.*                         # time
    |true|false|yes|no|null|nan|n/?a                  # answers
    |[^@\s]+@[^@\s]+\.\w+|https?://.*                 # addresses on the net
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MOSTLY: Final = 0.8


def find_dialect(sample: str, suffix: str) -> Dialect:
    """Choose the dialect under which the sample's rows agree best on their number of cells."""
    named = re.match(r"sep=(.)\r?\n", sample)
    if named:
        return Dialect(delimiter=named[1])
    candidates = [
        Dialect(delimiter=delimiter, quote=quote, escape=escape, doubled=not escape)
        for delimiter in _DELIMITERS
        if delimiter in sample
        for quote, escape in _quotings(sample, delimiter)
    ]
    scored = [(_agreement(sample, each) * _hinted(each, suffix), -rank, each) for rank, each in enumerate(candidates)]
    best = max(scored, default=(0.0, 0, Dialect()), key=lambda found: found[:2])
    return best[2] if best[0] > 0 else Dialect()


def sample_records(sample: str, dialect: Dialect) -> list[Record]:
    """Split the sample; its last record may be cut and is left out where the sample is."""
    found = list(islice(records(io.StringIO(sample, newline=""), dialect), SAMPLE_ROWS))
    whole = len(sample) < SAMPLE_CHARS or len(found) == SAMPLE_ROWS
    return found if whole or len(found) == 1 else found[:-1]


def preamble_length(found: Sequence[Record]) -> int:
    """Count the rows above the table: a title, a note, `sep=;`. They have far fewer cells than the table."""
    width = usual_width(found)
    for place, record in enumerate(found[: _MOST_PREAMBLE + 1]):
        filled = sum(1 for cell in record.cells if cell.strip())
        if record.fault:
            return 0
        if len(record.cells) == width and filled * 2 > width:
            return place
        if filled * 2 > width:
            return 0
    return 0


def usual_width(found: Sequence[Record]) -> int:
    """Give the number of cells that most rows have."""
    widths = Counter(len(record.cells) for record in found if not record.fault)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def first_row_is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Judge whether the first row names the columns.

    It does not where one of its cells is a value (number, date, time, answer) above a column of such values, or stands
    again in its own column often. A first row of names above values is a header; text above text is taken for a header
    if all its cells are different words that do not come again.

    >>> first_row_is_header([["lat", "what"], ["40.1", "fall"], ["40.2", "fire"]])
    True
    >>> first_row_is_header([["40.0", "fall"], ["40.1", "fall"], ["40.2", "fire"]])
    False
    """
    head, *rest = rows
    votes = [_vote(cell, [row[place] for row in rest if place < len(row)]) for place, cell in enumerate(head)]
    if not rest:
        return not any(_is_value(cell) for cell in head)
    if any(votes):
        return sum(votes) > 0
    words = [cell.strip() for cell in head if cell.strip()]
    return bool(words) and len(set(words)) == len(words)


def _vote(cell: str, below: list[str]) -> int:
    filled = [value for value in below if value.strip()]
    if not filled or not cell.strip():
        return 0
    values = sum(1 for value in filled if _is_value(value))
    if values >= _MOSTLY * len(filled):
        return -2 if _is_value(cell) else 2
    return -1 if cell in filled or _is_value(cell) else 0


def _is_value(cell: str) -> bool:
    return bool(_VALUE.fullmatch(cell.strip()))


def _quotings(sample: str, delimiter: str) -> list[tuple[str, str]]:
    single = re.compile(rf"(^|{re.escape(delimiter)})'[^'\n]*'({re.escape(delimiter)}|\r?$)", re.MULTILINE)
    if '"' not in sample and single.search(sample):
        return [('"', ""), ("'", "")]
    # a mark behind a backslash, and no end of a cell behind it: where marks are doubled this cannot stand
    escaped = re.search(rf'\\"(?!["\r\n]|{re.escape(delimiter)}|\Z)', sample)
    return [('"', "\\"), ('"', "")] if escaped else [('"', "")]


def _agreement(sample: str, dialect: Dialect) -> float:
    """Score: how many rows agree (counts most), how many cells they have, whether the first row agrees."""
    found = sample_records(sample, dialect)
    width = usual_width(found)
    if width < 2:  # noqa: PLR2004 - a delimiter that never divides is none
        return 0.0
    agreeing = sum(1 for record in found if len(record.cells) == width) / len(found)
    first = 1.0 if len(found[0].cells) == width else 0.4
    quoted = 1.2 if dialect.quote == "'" or (dialect.escape and not _doubled(sample)) else 1.0
    return float(agreeing**4 * width.bit_length() ** 0.5 * first * quoted)


def _doubled(sample: str) -> bool:
    return bool(re.search(r'[^,;|\t\r\n"\\]""', sample))


def _hinted(dialect: Dialect, suffix: str) -> float:
    return 1.5 if _HINTS.get(suffix) == dialect.delimiter else 1.0
