"""Untrusted bytes are parsed in a child process: locked in, with so much memory, time and output and no more.

A child sends values over a pipe, one ahead at most: it sends the next when the one before was taken. If it dies, the file
is unreadable, not the center. `in_child` makes one child for one task. `Readers` keeps children warm between files of the
same source, because loading a recogniser costs more than reading a page; a child never sees files of two sources.
"""

import multiprocessing
import os
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock, Timer
from typing import Any, TypeAlias

from tessera.engines import jail
from tessera.errors import TesseraError, Unreadable

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tessera.flow.reading"])
MIB = 1 << 20
RESERVED_MB = 6144
"""What engines reserve and never touch. The kernel counts it, so the kernel's limit must lie above it; the memory really
used is watched from outside."""
LOOK_SECONDS = 0.2
LONGEST_LIFE = 500
"""Files that one child reads before a fresh one takes its place."""
IDLE_SECONDS = 30.0
"""How long a child waits for another file of its source."""
MOST_CHILDREN = 2
"""Children that wait at the same time, as many as deliveries are read side by side."""

GROUND = "<ground>"
"""Stands among the arguments of a task where the child puts what it was given when it began."""
Produce: TypeAlias = Callable[..., Iterable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a child may use for one file: memory, CPU time, and bytes in one file that it writes."""

    memory_mb: int
    seconds: int
    output_mb: int = 8192


@contextmanager
def in_child(
    produce: Produce, *args: object, allowance: Allowance, reads: Sequence[Path] = (), writes: Sequence[Path] = ()
) -> Iterator[Iterator[Any]]:
    """Run a generator function in a child and iterate over what it yields. Leaving the block ends the child.

    The child reads `reads` and writes `writes`, and no other file of the center.
    """
    with _one_child(allowance, reads=reads, writes=writes) as child:
        child.begin(produce, args)
        yield child.values()


@contextmanager
def _one_child(allowance: Allowance, *, reads: Sequence[Path], writes: Sequence[Path]) -> Iterator["_Child"]:
    with tempfile.TemporaryDirectory(prefix="tessera-") as folder:
        child = _Child(Path(folder), allowance, reads=reads, writes=(Path(folder), *writes))
        try:
            yield child
        finally:
            child.end()


class _Child:
    """A process that runs one task after another, each under the allowance."""

    def __init__(
        self,
        folder: Path,
        allowance: Allowance,
        *,
        reads: Sequence[Path],
        writes: Sequence[Path],
        ground: object = None,
    ) -> None:
        self.folder = folder
        self.tasks = 0
        self._allowance = allowance
        self._pipe, there = _context.Pipe()
        args = (there, allowance, (tuple(reads), tuple(writes)), ground)
        self._process = _context.Process(target=_serve, args=args, daemon=True)
        self._process.start()
        there.close()
        self.busy = False

    def begin(self, produce: Produce, args: tuple[object, ...]) -> None:
        """Give it a task; `values` then gives what it makes."""
        self.tasks += 1
        self.busy = True
        self._started = _cpu_seconds(self._process.pid)
        with suppress(BrokenPipeError):  # it died; whoever asks for values is told
            self._pipe.send((produce, args))

    def values(self) -> Iterator[Any]:
        while True:
            what, value = self._receive()
            if what == "end":
                self.busy = False
                return
            if what == "error":
                self.busy = False
                raise value
            yield value
            with suppress(BrokenPipeError):
                self._pipe.send("taken")

    def _receive(self) -> Any:  # noqa: ANN401 - whatever was produced
        pid = self._process.pid
        try:
            while not self._pipe.poll(LOOK_SECONDS):
                if _memory_mb(pid) > self._allowance.memory_mb or self._spent(pid) > self._allowance.seconds:
                    self._process.kill()
            return self._pipe.recv()
        except (EOFError, ConnectionResetError):
            self._process.join()
            raise Unreadable(
                "reading the file took more memory or time than a delivery may use",
                where=f"exit {self._process.exitcode}",
                advice="Split it, or raise reader_memory_mb or reader_seconds in the settings.",
            ) from None

    def _spent(self, pid: int | None) -> float:
        return _cpu_seconds(pid) - self._started

    @property
    def is_fit(self) -> bool:
        """Claim that it may read another file."""
        return not self.busy and self.tasks < LONGEST_LIFE and self._process.is_alive()

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


@dataclass(kw_only=True)
class Readers:
    """The children of one process that read files, kept warm for a while, each for one source.

    `folder` is where each has a folder of its own: `in`, where it may read, and `work`, where it may write.
    """

    folder: Path
    allowance: Allowance
    ground: object = None
    """What every file is read with; it goes to a child once, and is the second argument of every task."""
    reads: tuple[Path, ...] = ()
    """What every child may read besides, such as models."""
    _idle: list[tuple[str, _Child]] = field(default_factory=list)
    """The children that wait, each with its source; the one that came last is last."""
    _lock: Lock = field(default_factory=Lock)
    _timer: Timer | None = None

    @contextmanager
    def reading(self, source: str, file: Path, produce: Produce, *args: object) -> Iterator[Iterator[Any]]:
        """Let a child read one file: `produce(path, ground, *args)`, where `path` is where the child finds it."""
        child = self._take(source)
        inner = child.folder / "in" / f"file{child.tasks}"
        try:
            _link(file, inner)
            child.begin(produce, (inner, GROUND, *args))
            yield child.values()
        finally:
            self._give_back(source, child)
            inner.unlink(missing_ok=True)

    def close(self) -> None:
        """End the children that wait."""
        with self._lock:
            idle, self._idle = [child for _, child in self._idle], []
            if self._timer:
                self._timer.cancel()
        for child in idle:
            _end(child)

    def _take(self, source: str) -> _Child:
        while (child := self._idle_of(source)) is not None:
            if child.is_fit:
                return child
            _end(child)
        self.folder.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="reader-", dir=self.folder))
        for name in ("in", "work"):
            (folder / name).mkdir()
        reads = (folder / "in", *self.reads)
        return _Child(folder, self.allowance, reads=reads, writes=(folder / "work",), ground=self.ground)

    def _idle_of(self, source: str) -> _Child | None:
        """Take the child of a source that began to wait last."""
        with self._lock:
            found = [at for at, (name, _) in enumerate(self._idle) if name == source]
            return self._idle.pop(found[-1])[1] if found else None

    def _give_back(self, source: str, child: _Child) -> None:
        ended = []
        with self._lock:
            if child.is_fit:
                self._idle.append((source, child))
                ended += [one for _, one in self._idle[:-MOST_CHILDREN]]
                self._idle = self._idle[-MOST_CHILDREN:]
            else:
                ended.append(child)
            if self._timer:
                self._timer.cancel()
            self._timer = Timer(IDLE_SECONDS, self.close)
            self._timer.daemon = True
            self._timer.start()
        for one in ended:
            _end(one)


def _end(child: _Child) -> None:
    child.end()
    shutil.rmtree(child.folder, ignore_errors=True)


def _link(file: Path, inner: Path) -> None:
    """Put the file where the child may read it. It may not write there, so the bytes are safe though they are shared."""
    try:
        os.link(file, inner)
    except OSError:
        shutil.copyfile(file, inner)


def _memory_mb(pid: int | None) -> float:
    """Say how much memory the process holds, in MiB; 0 where the system does not tell or it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return 0.0
    return pages * resource.getpagesize() / MIB


def _cpu_seconds(pid: int | None) -> float:
    """Say how much CPU time the process has used; 0 where the system does not tell or it has ended."""
    try:
        numbers = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime, proc(5)
    except (OSError, IndexError, ValueError):
        return 0.0


def _serve(
    pipe: Connection, allowance: Allowance, paths: tuple[tuple[Path, ...], tuple[Path, ...]], ground: object
) -> None:
    """Be the child: lock the door, then do one task after another until the pipe is closed.

    `paths` are those it may read and those it may write; the first of these is its own folder.
    """
    reads, writes = paths
    work = writes[0]
    tempfile.tempdir = str(work)
    for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME"):
        os.environ[name] = str(work)
    most = (allowance.memory_mb + RESERVED_MB) * MIB
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (allowance.output_mb * MIB, allowance.output_mb * MIB))
    os.chdir(work)
    jail.lock(read=reads, write=writes)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            produce, args = pipe.recv()
            _clear(work)
            _limit_time(allowance.seconds)
            _run(pipe, produce, tuple(ground if isinstance(arg, str) and arg == GROUND else arg for arg in args))


def _clear(folder: Path) -> None:
    """Remove what the task before left."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _limit_time(seconds: int) -> None:
    """Let the kernel end the process when this task has taken its CPU time, though nobody should look."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _run(pipe: Connection, produce: Produce, args: tuple[object, ...]) -> None:
    """Do one task. The next value is made while the one before is being stored, and sent when that was taken."""
    untaken = False
    for what, value in _told(produce, args):
        if untaken:
            pipe.recv()
        pipe.send((what, value))
        untaken = what == "value"


def _told(produce: Produce, args: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    """Give what a task makes, and how it ended."""
    try:
        for value in produce(*args):
            yield "value", value
        yield "end", None
    except TesseraError as error:
        yield "error", error
    except MemoryError:
        yield "error", Unreadable("the file needs more memory than a delivery may use", advice="Split it.")
    except Exception as error:  # noqa: BLE001 - whatever a parser throws at strange bytes is the file's fault
        said = f"{type(error).__name__}: {error}"[:500]
        yield "error", Unreadable(f"the file could not be read ({said})", advice="Check it with its sender.")
