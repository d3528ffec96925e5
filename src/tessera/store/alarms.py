"""Alarms: what is wrong with the audit log now. Raised where it is noticed, told at once, and told again while it lasts.

CJIS AU-5: a person is told within the hour when events can no longer be logged. How a person is told is given by
`bootstrap`; this module remembers, and writes a line to the standard error output in any case.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from tessera.clock import Clock, isoformat

TOLD_AGAIN_MS = 15 * 60_000


class AlarmKind(StrEnum):
    """What an alarm is about."""

    TAMPERED = "audit-tampered"
    UNWRITTEN = "audit-unwritten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something that a person must look at. `at`: since when, in milliseconds."""

    kind: AlarmKind
    message: str
    at: int

    @property
    def line(self) -> str:
        """The alarm in one line."""
        return f"{isoformat(self.at)} {self.kind}: {' '.join(self.message.split())}"


class Alarms:
    """The alarms that stand in this process."""

    def __init__(self, clock: Clock, *tellers: Callable[[str], None]) -> None:
        """Begin with none. `tellers` are given a line and tell a person; they must not raise and not take long."""
        self._clock = clock
        self._tellers = tellers
        self._standing: dict[AlarmKind, Alarm] = {}
        self._told: dict[AlarmKind, int] = {}
        self._lock = Lock()

    @property
    def standing(self) -> tuple[Alarm, ...]:
        """The alarms that nobody has cleared, oldest first."""
        return tuple(sorted(self._standing.values(), key=lambda alarm: alarm.at))

    def sound(self, kind: AlarmKind, message: str) -> None:
        """Raise an alarm; one that stands already is told again only after a while."""
        now = self._clock()
        with self._lock:
            alarm = self._standing.setdefault(kind, Alarm(kind=kind, message=message, at=now))
            due = kind not in self._told or now - self._told[kind] >= TOLD_AGAIN_MS
            if due:
                self._told[kind] = now
        if due:
            self._tell(alarm)

    def clear(self, kind: AlarmKind) -> None:
        """Say that it is well again, if it was not."""
        if kind not in self._standing:
            return
        with self._lock:
            gone = self._standing.pop(kind, None)
            self._told.pop(kind, None)
        if gone is not None:
            self._tell(Alarm(kind=kind, message=f"ended; it stood since {isoformat(gone.at)}", at=self._clock()))

    def _tell(self, alarm: Alarm) -> None:
        sys.stderr.write(f"tessera: alarm: {alarm.line}\n")
        for tell in self._tellers:
            tell(alarm.line)
