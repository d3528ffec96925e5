"""Locks a process in before it reads untrusted bytes: no network, no programs, no files but those it is given.

Linux offers two locks that need no rights and that nobody can take off again: Landlock (since 5.13) for files and TCP,
and a seccomp filter for everything else that leads out. Sources: landlock(7), seccomp(2), and the kernel's system call
tables. Where the kernel lacks one, `lock` says so, and the center tells it on its page of capabilities.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG: Final = 1
_PATH_BENEATH: Final = 1
_NO_NEW_PRIVS: Final = 38
_SET_SECCOMP: Final = 22
_FILTER_MODE: Final = 2

_EXECUTE, _WRITE, _READ, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_ALL_FILES: Final = (1 << 13) - 1
"""The first thirteen rights of Landlock: read, write, make and remove files and folders of every sort."""
_REFER, _TRUNCATE, _DEVICE = 1 << 13, 1 << 14, 1 << 15
_ONLY_FILES: Final = _EXECUTE | _WRITE | _READ | _TRUNCATE | _DEVICE
"""Rights that a rule about a single file may name."""
_TCP: Final = 3
_SIGNALS_AND_SOCKETS: Final = 3
_TCP_SINCE, _SCOPE_SINCE = 4, 6

_SYSTEM: Final = (
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/fonts",
    "/etc/mime.types",
)
_KERNEL: Final = (
    "/dev/null", "/dev/urandom", "/dev/zero", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat",
    "/sys/devices/system/cpu", "/sys/fs/cgroup",
)  # fmt: skip

_DENIED: Final[dict[str, tuple[int, tuple[int, ...]]]] = {
    "x86_64": (
        0xC000003E,
        (
            41,
            42,
            43,
            49,
            50,
            288,
            59,
            322,
            101,
            310,
            311,
            62,
            200,
            434,
            165,
            166,
            272,
            308,
            321,
            250,
            298,
            425,
            323,
            175,
            313,
            90,
            91,
            268,
            452,
            92,
            93,
            94,
            260,
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            198,
            203,
            202,
            200,
            201,
            242,
            221,
            281,
            117,
            270,
            271,
            129,
            130,
            434,
            40,
            39,
            97,
            268,
            280,
            219,
            241,
            425,
            282,
            105,
            273,
            52,
            53,
            452,
            54,
            55,
        ),
    ),
}
"""Audit number of the architecture, and the calls refused: socket, connect, accept, bind, listen, accept4, execve, execveat,
ptrace, process_vm_readv and writev, kill, tkill, pidfd_open, mount, umount2, unshare, setns, bpf, keyctl, perf_event_open,
io_uring_setup, userfaultfd, init_module, finit_module, and whatever changes the mode or owner of a file."""
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06


@dataclass(frozen=True, slots=True, kw_only=True)
class Locks:
    """Which locks hold; the sentence for each that does not."""

    files: bool
    network: bool
    missing: tuple[str, ...] = ()


@cache
def available() -> Locks:
    """Say which locks this machine offers."""
    version = _landlock_version()
    filters = platform.machine() in _DENIED and sys.platform == "linux"
    missing = []
    if version < 1:
        missing.append("The kernel has no Landlock: a reading child could open other files of this account.")
    if not filters:
        missing.append("There is no seccomp filter for this machine: a reading child could reach the network.")
    return Locks(files=version >= 1, network=filters, missing=tuple(missing))


def lock(*, read: Sequence[Path], write: Sequence[Path]) -> None:
    """Lock this process in, for good: it reads `read` and the program itself, writes `write`, and does nothing else."""
    offered = available()
    libc = ctypes.CDLL(None, use_errno=True)
    if offered.files or offered.network:
        _checked(libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
    if offered.files:
        _restrict_files(libc, read, write)
    if offered.network:
        _filter_calls(libc)


def _restrict_files(libc: ctypes.CDLL, read: Sequence[Path], write: Sequence[Path]) -> None:
    version = _landlock_version()
    handled = _ALL_FILES | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)  # noqa: PLR2004 - see landlock(7)
    net = _TCP if version >= _TCP_SINCE else 0
    scoped = _SIGNALS_AND_SOCKETS if version >= _SCOPE_SINCE else 0
    attributes = struct.pack("=QQQ", handled, net, scoped)
    size = 24 if version >= _SCOPE_SINCE else 16 if version >= _TCP_SINCE else 8
    ruleset = _checked(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), 0))
    try:
        for path in _program():
            _allow(libc, ruleset, path, _READ | _READ_DIR | _EXECUTE)
        for path in (*map(Path, _KERNEL), *read):
            _allow(libc, ruleset, path, _READ | _READ_DIR)
        for path in write:
            _allow(libc, ruleset, path, handled)
        _allow(libc, ruleset, Path("/dev/null"), _READ | _WRITE)
        _checked(libc.syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _program() -> Iterable[Path]:
    """Where the interpreter, its packages and this program lie."""
    own = {Path(sys.prefix), Path(sys.base_prefix), Path(__file__).parents[2], Path(sysconfig.get_paths()["stdlib"])}
    packs = Path(__file__).parents[3] / "packs"
    return [path for path in (*own, packs, *map(Path, _SYSTEM)) if path.exists()]


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    if not path.exists():
        return
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        wanted = rights if path.is_dir() else rights & _ONLY_FILES
        _checked(libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", wanted, handle), 0))
    finally:
        os.close(handle)


def _filter_calls(libc: ctypes.CDLL) -> None:
    """Refuse the calls that lead out: with an error, so that a library which merely asks goes on."""
    architecture, denied = _DENIED[platform.machine()]
    steps = [
        _step(_LOAD, 4),
        _step(_EQUAL, architecture, hit=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, 0),
        *(_step(_EQUAL, number, hit=len(denied) - at) for at, number in enumerate(denied)),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _REFUSE),
    ]
    code = b"".join(steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HxxxxxxP", len(steps), ctypes.addressof(buffer))
    _checked(libc.prctl(_SET_SECCOMP, _FILTER_MODE, program, 0, 0))


def _step(code: int, value: int, *, hit: int = 0) -> bytes:
    return struct.pack("=HBBI", code, hit, 0, value)


def _landlock_version() -> int:
    if sys.platform != "linux":
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)))


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
