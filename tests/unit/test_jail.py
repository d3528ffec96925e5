"""A process that was locked in reads what it was given, and nothing else; it reaches nobody."""

import multiprocessing
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tessera.engines import jail

pytestmark = pytest.mark.skipif(not jail.available().files, reason="the kernel has no Landlock")
CONTEXT = multiprocessing.get_context("fork")


def outcome(attempt: Callable[[], object], read: list[Path], write: list[Path]) -> str:
    """Try something in a process that is locked in; say what came of it."""
    here, there = CONTEXT.Pipe()

    def run() -> None:
        jail.lock(read=read, write=write)
        try:
            attempt()
        except OSError as error:
            there.send(type(error).__name__)
        else:
            there.send("done")

    child = CONTEXT.Process(target=run)
    child.start()
    assert here.poll(20)
    said = here.recv()
    child.join()
    return str(said)


def test_it_reads_what_it_was_given_and_writes_in_its_own_folder(tmp_path: Path) -> None:
    given, own = tmp_path / "given", tmp_path / "own"
    given.write_text("words")
    own.mkdir()

    def work() -> None:
        (own / "copy").write_text(given.read_text())

    assert outcome(work, [given], [own]) == "done"
    assert (own / "copy").read_text() == "words"


def test_it_cannot_change_what_it_may_read(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_text("words")
    assert outcome(lambda: given.write_text("others"), [given], []) == "PermissionError"
    assert outcome(lambda: given.chmod(0o777), [given], []) == "PermissionError"
    assert given.read_text() == "words"


def test_it_opens_no_other_file_of_the_machine(tmp_path: Path) -> None:
    secret = tmp_path / "keys" / "audit.pem"
    secret.parent.mkdir()
    secret.write_text("secret")
    assert outcome(secret.read_text, [], []) == "PermissionError"
    assert outcome(Path("/etc/passwd").read_text, [], []) == "PermissionError"
    assert outcome(lambda: (tmp_path / "new").write_text("x"), [], []) == "PermissionError"


def test_it_reaches_no_network_and_starts_no_program() -> None:
    assert outcome(socket.socket, [], []) == "PermissionError"
    assert outcome(lambda: subprocess.run(["/bin/true"], check=True), [], []) == "PermissionError"
    assert outcome(lambda: os.kill(os.getppid(), 0), [], []) == "PermissionError"


def test_it_still_loads_the_packages_that_it_needs(tmp_path: Path) -> None:
    def work() -> None:
        import xml.dom.minidom

        assert xml.dom.minidom.parseString("<a/>")

    assert outcome(work, [], [tmp_path]) == "done"
