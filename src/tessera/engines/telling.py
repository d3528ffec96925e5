"""Ways to tell a person of an alarm: a file in the center's folder, and a program of the site."""

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

SECONDS = 60
"""How long the site's program may take."""


def to_file(file: Path) -> Callable[[str], None]:
    """Append each alarm to a file, one line each."""

    def tell(line: str) -> None:
        try:
            with file.open("a", encoding="utf-8") as out:
                out.write(f"{line}\n")
        except OSError as error:  # a full disk may be what the alarm is about
            sys.stderr.write(f"tessera: the alarm could not be written to {file.name}: {error.strerror}\n")

    return tell


def by_program(command: str) -> Callable[[str], None]:
    """Run a program with the alarm as its last word. It is no shell: nothing in the alarm can become a command."""
    words = shlex.split(command)

    def tell(line: str) -> None:
        Thread(target=_run, args=([*words, line],), daemon=True).start()

    return tell


def _run(words: list[str]) -> None:
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False)  # noqa: S603 - the site's own setting
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"tessera: alarm_command {words[0]!r} told nobody: {error}\n")
        return
    if done.returncode:
        sys.stderr.write(f"tessera: alarm_command {words[0]!r} ended with exit code {done.returncode}\n")
