"""Every error that Tessera raises on purpose, sorted by what the caller should do.

TesseraError
├── NotAllowed        the rules say no; carries the reason; never retried
├── NotFound          there is no such thing, or none that this access may know of
├── Unreadable        the input cannot be used; it goes to quarantine with its reason
│   └── Hostile       the input looks like an attack (bomb, external entity, path traversal)
├── Invalid           the request, file or setting is wrong; says what, where and what to do
├── Conflict          somebody else changed it first, or it exists already
├── Unsigned          a person has to prove first that it is they who sign; nothing was done
├── Tampered          stored evidence or the audit log is not what was signed
├── TooMany           too many requests from one place in a short time; carries how long to wait
└── Unavailable       something outside is down or full; retried with back-off
"""


class TesseraError(Exception):
    """Something that can be explained to the person who asked."""

    def __init__(self, message: str, *, where: str = "", advice: str = "") -> None:
        """Say what is wrong, where (file, line, row, field) and what to do about it."""
        super().__init__(message)
        self.message = message
        self.where = where
        self.advice = advice

    def __str__(self) -> str:
        """Say all three in one line.

        >>> str(Invalid("unknown term 'colour'", where="map.yaml:7", advice="Did you mean 'color'?"))
        "map.yaml:7: unknown term 'colour'. Did you mean 'color'?"
        """
        text = f"{self.where}: {self.message}" if self.where else self.message
        return f"{text.rstrip('.')}. {self.advice}" if self.advice else text

    def __reduce__(self) -> tuple[object, ...]:
        """Cross process borders whole: the child process that parses reports with these."""
        return (_restore, (type(self), self.message, self.where, self.advice))


def _restore(kind: type[TesseraError], message: str, where: str, advice: str) -> TesseraError:
    return kind(message, where=where, advice=advice)


class NotAllowed(TesseraError):
    """The rules say no. Carries the reason; never retried."""


class NotFound(TesseraError):
    """There is no such thing, or none that this access may know of. The two must look the same."""


class Unreadable(TesseraError):
    """The input cannot be used. It is kept, and quarantined with this reason."""


class Hostile(Unreadable):
    """The input looks like an attack: a bomb, an external entity, a path that climbs out."""


class Invalid(TesseraError):
    """The request, file or setting is wrong."""


class Conflict(TesseraError):
    """Somebody else changed it first, or it exists already."""


class Unsigned(TesseraError):
    """What was asked is a signature, and nobody has proved lately to be there. Nothing was done; prove it, and ask again."""


class Tampered(TesseraError):
    """Stored evidence or the audit log is not what was signed."""


class TooMany(TesseraError):
    """Too many requests came from one place in a short time. Nothing was done; wait, then try again."""

    def __init__(self, message: str, *, where: str = "", advice: str = "", wait_s: int = 60) -> None:
        """Say besides how many seconds to wait."""
        super().__init__(message, where=where, advice=advice)
        self.wait_s = wait_s


class Unavailable(TesseraError):
    """Something outside is down, locked or full. Nothing was half-written; try again."""
