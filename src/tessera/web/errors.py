"""From an error that can be explained to the page, or the few lines of JSON, that explains it."""

from dataclasses import dataclass
from http import HTTPStatus

from tessera.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Tampered,
    TesseraError,
    TooMany,
    Unavailable,
    Unreadable,
    Unsigned,
)

NOT_FOUND = 404
STATUS: tuple[tuple[type[TesseraError], int, str], ...] = (
    (NotAllowed, 403, "Not allowed"),
    (Unsigned, 403, "Not signed yet"),
    (NotFound, NOT_FOUND, "Not found"),
    (Unreadable, 422, "This cannot be read"),
    (Invalid, 400, "Something is not right"),
    (Conflict, 409, "Somebody was first"),
    (Tampered, 500, "Evidence was changed"),
    (TooMany, 429, "Too many requests"),
    (Unavailable, 503, "Not available just now"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What an error page says."""

    status: int
    title: str
    message: str
    where: str = ""
    advice: str = ""


UNEXPECTED = Explanation(
    status=500,
    title="Something went wrong",
    message="The page could not be made. Nothing was half-written.",
    advice="Try again. If it happens again, tell the administrator when it happened.",
)


def status_of(error: TesseraError) -> int:
    """Give the HTTP status of an error."""
    return explain(error).status


def explain(error: TesseraError) -> Explanation:
    """Say what an error page says of this error."""
    status, title = next(((s, t) for kind, s, t in STATUS if isinstance(error, kind)), (500, UNEXPECTED.title))
    return Explanation(
        status=status, title=title, message=sentence(error.message), where=error.where, advice=error.advice
    )


def headers_of(error: TesseraError) -> dict[str, str]:
    """Give the headers that go with an error: when to try again, where that is known."""
    return {"Retry-After": str(error.wait_s)} if isinstance(error, TooMany) else {}


def explained(error: TesseraError) -> str:
    """Say an error in one line beside a form: what is wrong and what to do."""
    return " ".join(part for part in (sentence(error.message), error.advice) if part)


def sentence(message: str) -> str:
    """Begin with a capital and end with a full stop.

    >>> sentence("no such record")
    'No such record.'
    """
    text = message.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".") if text else ""


def of_http(status: int) -> Explanation:
    """Say what the server itself refuses: an unknown address, a method that a page does not know."""
    if status == NOT_FOUND:
        return Explanation(status=status, title="Not found", message="There is no page at this address.")
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Refused"
    return Explanation(status=status, title=phrase, message=f"{phrase}.")
