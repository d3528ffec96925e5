"""Read a file for what it says, as the frame does, but in this process and without recognisers."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

from tessera.extract.formats import find_format
from tessera.extract.limits import Limits
from tessera.extract.piece import Budget, Piece
from tessera.extract.tools import Tools
from tessera.model.found import Facts, Finding, Off, Passage, Portion, Refused

OFF = Off(why="no recogniser is installed.", advice="Install one.")
HELD: list[Piece] = []
"""The file that was read last: what was unpacked from it lies there as long as somebody holds it."""
NO_TOOLS = Tools(pictures=OFF, speech=OFF, names=OFF)


def piece_of(folder: Path, content: bytes, name: str = "given", limits: Limits | None = None) -> Piece:
    """Lay a file down."""
    path = folder / "0a1b"
    path.write_bytes(content)
    limits = limits or Limits()
    return Piece(path=path, filename=name, budget=Budget(left=limits.max_unpacked_bytes), limits=limits)


def read_piece(piece: Piece, tools: Tools = NO_TOOLS) -> list[Finding]:
    """Read it with the reader of its format."""
    HELD[:] = [piece]
    return list(each(import_module(f"tessera.extract.{find_format(piece).reader}").read(piece, tools)))


def each(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Give the findings one by one, those of each portion when its turn comes."""
    for found in findings:
        yield from each(found.read()) if isinstance(found, Portion) else (found,)


def texts(found: list[Finding]) -> list[str]:
    """Give what the passages say."""
    return [one.text for one in found if isinstance(one, Passage)]


def facts(found: list[Finding]) -> dict[str, str]:
    """Give what the file says of itself."""
    return dict(found[0].terms) if isinstance(found[0], Facts) else {}


def refusals(found: list[Finding]) -> list[str]:
    """Give the reasons for which parts were refused."""
    return [one.reason for one in found if isinstance(one, Refused)]
