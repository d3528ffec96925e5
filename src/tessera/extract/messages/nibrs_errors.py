"""NIBRS error data sheets: what the FBI found wrong with a submission, a row for each error, with its agency and incident.

Sheets are written in capitals alone. Their sentences are given in small letters, so that no word of them looks like a name.
"""

import re
from collections.abc import Iterator
from typing import Final

from tessera.errors import Unreadable
from tessera.extract.cells import Cell, row_passages
from tessera.extract.encoding import find_encoding
from tessera.extract.messages.json_message import SHOWN
from tessera.extract.messages.nibrs_layout import ERROR_SHEET, SEGMENTS
from tessera.extract.messages.nibrs_segments import lines
from tessera.extract.nibrs_lines import END, is_error
from tessera.extract.paragraphs import passages, tidy
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Facts, Finding, Refused
from tessera.model.locator import Locator

_CAPITALS: Final = re.compile(r"\b(?:fbi|ibr|leoka|nca\d+|nibrs|ori|ucr)\b", re.IGNORECASE)
_FIELDS: Final = {field.name: slice(*field.span(0)) for field in ERROR_SHEET}


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give each error as a row that names its fields."""
    del tools
    encoding = find_encoding(piece.path)
    first = next((line for _, line in lines(piece, encoding) if is_error(line)), "")
    if not first:
        advice = "Ask for it as the FBI sent it."
        raise Unreadable("no line is an error of NIBRS", where=piece.where, advice=advice)
    yield Facts(terms={"title": f"NIBRS error data sheet for {first[:4]}-{first[4:6]}"})
    for row, line in lines(piece, encoding):
        locator = Locator(row=row)
        if is_error(line):
            yield from row_passages(_cells(line), locator, row=row - 1)
        elif line.startswith(END):
            yield from passages(_sentence(line[_FIELDS["Message"]]), locator)
        else:
            reason = "The line is no error as NIBRS writes one. Ask for the file as the FBI sent it."
            yield Refused(reason=reason, locator=locator, value=line[:SHOWN])


def _cells(line: str) -> Iterator[Cell]:
    """Give the fields that say something; the segment by its name."""
    for column, field in enumerate(ERROR_SHEET):
        said = tidy(line[_FIELDS[field.name]])
        if field.name == "Month":
            said = f"{said[:4]}-{said[4:]}"
        if field.name == "Segment" and said in SEGMENTS:
            said = f"{said} {SEGMENTS[said][0]}"
        if field.name == "Message":
            said = _sentence(said)
        if said:
            yield Cell(column=column, name=field.name, words=[(said, None)])


def _sentence(said: str) -> str:
    """Write what stands in capitals in small letters, save what is an abbreviation.

    >>> _sentence("DATE ORI WENT IBR")
    'Date ORI went IBR'
    """
    return _CAPITALS.sub(lambda found: found[0].upper(), said.strip().capitalize())
