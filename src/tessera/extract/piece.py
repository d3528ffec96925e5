"""A file to read: the delivery itself, or something unpacked from it."""

import shutil
import tempfile
import weakref
from dataclasses import dataclass, field
from pathlib import Path

from tessera.extract.limits import Limits


class Scratch:
    """A folder for what must be unpacked; it goes when nobody holds this value any more."""

    def __init__(self) -> None:
        """Make the folder where the system keeps temporary files (TMPDIR decides)."""
        self.folder = Path(tempfile.mkdtemp(prefix="tessera-extract-"))
        self._gone = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self._count = 0

    def new_file(self) -> Path:
        """Name a file that is not there yet."""
        self._count += 1
        return self.folder / f"{self._count}"


@dataclass(kw_only=True)
class Budget:
    """How many bytes may still be unpacked from this delivery."""

    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One file: where it lies, the name it came with, and the archive members that lead to it."""

    path: Path
    filename: str
    budget: Budget
    limits: Limits
    within: tuple[str, ...] = ()
    depth: int = 0
    """How many archives were opened to get here."""
    record_path: str = ""
    """XPath of the element that is one record, where the caller knows it."""
    scratch: list[Scratch] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Name of this piece inside the delivery; empty for the delivery itself."""
        return "!".join(self.within)

    @property
    def where(self) -> str:
        """What to call this piece in a message."""
        return "!".join((self.filename, *self.within)) if self.within else self.filename

    @property
    def suffix(self) -> str:
        """Last part of the name after the dot, lower case: a hint, never a proof."""
        last = self.within[-1] if self.within else self.filename
        return Path(last.removesuffix(".gz").removesuffix(".GZ")).suffix.lower()

    def part_path(self, inner: str = "") -> str:
        """Name a table of this piece: the piece, and the sheet, layer or folder inside it."""
        return "!".join(step for step in (self.name, inner) if step)

    def new_file(self) -> Path:
        """Name a file in the scratch folder, which is made when first needed."""
        if not self.scratch:
            self.scratch.append(Scratch())
        return self.scratch[0].new_file()
