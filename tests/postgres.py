"""A real PostgreSQL for the tests: its own port, its own folder, never run by root."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

MISSING = (
    "PostgreSQL is not installed here, so its contract tests are skipped. "
    "On Debian: apt-get install postgresql (make test does it when run as root)."
)


def find_programs() -> Path | None:
    """Find the newest PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which("pg_ctl")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """Start a cluster in a temporary folder; give its URL (database `postgres`); stop and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="tessera-pg-") as name:
        folder = Path(name)
        as_user = _unprivileged(folder)
        port = _free_port()
        data = folder / "data"
        _run(as_user, programs / "initdb", "-D", data, "-U", "tessera", "-A", "trust", "--locale=C", "-E", "UTF8", "-N")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=128MB"
        _run(as_user, programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql://tessera@127.0.0.1:{port}/postgres"
        finally:
            _run(as_user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _unprivileged(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    user = "postgres" if shutil.which("runuser") and _exists("postgres") else "nobody"
    shutil.chown(folder, user)
    return ["runuser", "-u", user, "--"]


def _exists(user: str) -> bool:
    return subprocess.run(["id", user], capture_output=True, check=False).returncode == 0


def _run(as_user: list[str], *command: object) -> None:
    subprocess.run([*as_user, *map(str, command)], check=True, capture_output=True, cwd="/", timeout=60)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextmanager
def fresh_database(server: str, *, like: str = "template1") -> Iterator[str]:
    """Make a database on the server, empty or a copy of the one named `like`, and drop it at the end."""
    name = f"test_{os.urandom(6).hex()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    try:
        yield server.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
