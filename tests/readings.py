"""What children of tests produce: they are imported in the child by name."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tessera.errors import Hostile


def lines(path: Path, *_: object) -> Iterator[str]:
    """Give the lines of a file."""
    yield from path.read_text(encoding="utf-8").splitlines()


def told(_: Path, ground: object, more: str) -> Iterator[str]:
    """Give what the child was given when it began, and an argument."""
    yield f"{ground} {more}"


def refuses(path: Path, *_: object) -> Iterator[str]:
    """Refuse after the first line."""
    yield next(lines(path))
    raise Hostile("it looks like an attack", where=path.name, advice="Ask its sender.")


def stumbles(path: Path, *_: object) -> Iterator[str]:
    """Stumble as a parser does over strange bytes."""
    yield next(lines(path))
    raise ZeroDivisionError


def never_ends(*_: object) -> Iterator[str]:
    """Compute for ever."""
    while len(sys.argv) < 10_000:
        pass
    yield ""


def fills_memory(*_: object) -> Iterator[str]:
    """Take more and more memory, and touch it."""
    taken: list[bytearray] = []
    while len(taken) < 10_000:
        taken.append(bytearray(b"x" * (32 << 20)))
    yield ""


def dies(*_: object) -> Iterator[str]:
    """Die as a library does that writes over its own memory."""
    import os
    import signal

    yield "one"
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    os.abort()


def leaves_files(path: Path, *_: object) -> Iterator[Path]:
    """Leave a file in the child's own folder, and say where."""
    import tempfile

    left = Path(tempfile.gettempdir()) / "left"
    left.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    yield left


def looks_around(_: Path, __: object, other: Path) -> Iterator[str]:
    """Try to open a file that was not given."""
    yield other.read_text(encoding="utf-8")


def process(*_: object) -> Iterator[int]:
    """Say which process this is."""
    import os

    yield os.getpid()
