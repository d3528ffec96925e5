"""Untrusted bytes are parsed in a child process that may use so much memory and time and no more.

The child sends values over a pipe and waits until they are taken, so it is at most one batch ahead. If it dies, the file
is unreadable, not the center.
"""

import multiprocessing
import resource
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tessera.errors import TesseraError, Unreadable

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tessera.flow.reading"])
MIB = 1 << 20
RESERVED_MB = 6144
"""What engines reserve and never touch. The kernel counts it, so the kernel's limit must lie above it; the memory really
used is watched from outside."""
LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a child may use."""

    memory_mb: int
    seconds: int


@contextmanager
def in_child(produce: Callable[..., Iterable[Any]], *args: object, allowance: Allowance) -> Iterator[Iterator[Any]]:
    """Run a generator function in a child and iterate over what it yields. Leaving the block ends the child."""
    here, there = _context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory(prefix="tessera-") as folder:
        child = _context.Process(target=_run, args=(there, folder, allowance, produce, args), daemon=True)
        child.start()
        there.close()
        try:
            yield _received(here, child, allowance)
        finally:
            child.kill()
            child.join()
            here.close()


def _received(pipe: Connection, child: Any, allowance: Allowance) -> Iterator[Any]:  # noqa: ANN401 - a process of the context
    while True:
        try:
            while not pipe.poll(LOOK_SECONDS):
                if _memory_mb(child.pid) > allowance.memory_mb:
                    child.kill()
            what, value = pipe.recv()
        except (EOFError, ConnectionResetError):
            child.join()
            raise Unreadable(
                "reading the file took more memory or time than a delivery may use",
                where=f"exit {child.exitcode}",
                advice="Split it, or raise reader_memory_mb or reader_seconds in the settings.",
            ) from None
        if what == "end":
            return
        if what == "error":
            raise value
        yield value


def _memory_mb(pid: int) -> float:
    """Say how much memory the process holds, in MiB; 0 where the system does not tell or it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * resource.getpagesize() / MIB


def _run(
    pipe: Connection, folder: str, allowance: Allowance, produce: Callable[..., Iterable[Any]], args: tuple[Any, ...]
) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (allowance.seconds, allowance.seconds))
    most = (allowance.memory_mb + RESERVED_MB) * MIB
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    tempfile.tempdir = folder
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        for value in produce(*args):
            pipe.send(("value", value))
        pipe.send(("end", None))
    except TesseraError as error:
        pipe.send(("error", error))
    except MemoryError:
        pipe.send(("error", Unreadable("the file needs more memory than a delivery may use", advice="Split it.")))
    except BrokenPipeError:
        return
    except Exception as error:  # noqa: BLE001 - whatever a parser throws at strange bytes is the file's fault
        said = f"{type(error).__name__}: {error}"[:500]
        pipe.send(("error", Unreadable(f"the file could not be read ({said})", advice="Check it with its sender.")))
