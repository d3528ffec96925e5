"""Mailboxes: each message of an mbox file is a file of its own, taken one after the other however many there are."""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO, Final

from tessera.errors import Hostile
from tessera.extract.mail import MOST_BYTES
from tessera.extract.piece import Piece
from tessera.extract.tools import Tools
from tessera.model.found import Enclosed, Facts, Finding, Refused
from tessera.model.locator import Locator

_BEGIN: Final = re.compile(rb"From \S.*\d{4}")
_QUOTED: Final = re.compile(rb">+From ")
_LINE: Final = 1024 * 1024
_TOO_LARGE: Final = (
    "This message is larger than the limit. Save it on its own without its attachments, and deliver them apart."
)


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:  # noqa: ARG001 - as every reader; a mailbox needs no recogniser
    """Give each message as a file, `1.eml` and so on, without the line that begins it."""
    yield Facts(terms={})
    with piece.path.open("rb") as file:
        messages = groupby(_numbered(file), key=itemgetter(0))
        for number, lines in messages:
            yield _kept((line for _, line in lines), number, piece)


def _numbered(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Give each line with the number of its message. A message begins after a blank line, or at the very beginning."""
    number, is_after_blank = 0, True
    while line := file.readline(_LINE):
        if is_after_blank and _BEGIN.match(line):
            number += 1
        elif number:
            yield number, line[1:] if _QUOTED.match(line) else line
        is_after_blank = line in {b"\n", b"\r\n"}


def _kept(lines: Iterator[bytes], number: int, piece: Piece) -> Finding:
    target = piece.new_file()
    size = 0
    with target.open("wb") as out:
        for line in lines:
            size += len(line)
            if size <= MOST_BYTES:
                out.write(line)
    piece.budget.left -= size
    if piece.budget.left < 0:
        raise Hostile("the mailbox is too large", where=piece.where, advice="Deliver it in smaller files.")
    if size > MOST_BYTES:
        return Refused(reason=_TOO_LARGE, locator=Locator(row=number), value=f"{number}.eml")
    return Enclosed(name=f"{number}.eml", path=target, locator=Locator(row=number))
