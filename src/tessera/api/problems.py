"""Errors as RFC 9457 problem details: every refusal says what, where and what to do."""

import logging
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from tessera.errors import (
    Conflict,
    Hostile,
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

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "5"


class NotSignedIn(TesseraError):
    """The request brings no token, or one that is not good."""


class TooLarge(HTTPException):
    """The body is larger than this route takes. Starlette's own kind, because FastAPI hides any other while it reads."""

    def __init__(self, most: int) -> None:
        """Say how many bytes would have been taken."""
        super().__init__(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {most:,} bytes")


class Fault(BaseModel):
    """One of several things that are wrong with a request."""

    model_config = ConfigDict(title="Fault")

    where: str = Field(description="The part of the request, as a path with dots.")
    detail: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: str = Field(description="A URN that names the sort of problem; it does not change.")
    title: str = Field(description="The sort of problem in a few words.")
    status: int = Field(description="The HTTP status.", ge=400, le=599)
    detail: str = Field(description="What is wrong here.")
    advice: str = Field(description="What to do about it; may be empty.")
    where: str = Field(description="Parameter, field, row, file or identifier concerned; may be empty.")
    errors: list[Fault] = Field(default=[], description="Each fault, where a request has several.")


_SORTS: tuple[tuple[type[TesseraError], int, str, str], ...] = (
    (NotSignedIn, 401, "not-signed-in", "A good token is needed"),
    (NotAllowed, 403, "not-allowed", "The rules say no"),
    (Unsigned, 403, "unsigned", "A person has to sign"),
    (NotFound, 404, "not-found", "There is no such thing"),
    (Conflict, 409, "conflict", "It exists or was changed already"),
    (Hostile, 422, "hostile", "The input looks like an attack"),
    (Unreadable, 422, "unreadable", "The input cannot be used"),
    (Invalid, 422, "invalid", "The request is wrong"),
    (Tampered, 500, "tampered", "Stored evidence is not what was signed"),
    (TooMany, 429, "too-many", "Too many requests"),
    (Unavailable, 503, "unavailable", "Something is busy or down"),
)
_ADVICE = {
    400: "Send a body of the form that the OpenAPI document describes, in UTF-8.",
    404: "Look the address up in the OpenAPI document.",
    405: "Use one of the methods in the Allow header.",
    413: "Send less at once, or have the setting upload_limit_mb raised.",
}


def explain(error: Exception) -> JSONResponse:
    """Answer with the problem that this error is. One nobody foresaw is logged, and told without its inner details."""
    if isinstance(error, TesseraError):
        return _known(error)
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        return _http(error)
    if isinstance(error, OSError):
        return _known(Unavailable(f"the machine refused ({error.strerror or type(error).__name__})"))
    log.error("unforeseen", exc_info=error)
    return _answer(500, "unforeseen", "Something went wrong here", "an error that nobody foresaw; it has been logged")


def _known(error: TesseraError) -> JSONResponse:
    status, sort, title = next((s, n, t) for kind, s, n, t in _SORTS if isinstance(error, kind))
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="tessera"'
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.wait_s)
    return _answer(status, sort, title, error.message, advice=error.advice, where=error.where, headers=headers)


def _invalid(error: RequestValidationError) -> JSONResponse:
    faults = [Fault(where=".".join(str(part) for part in e["loc"]), detail=str(e["msg"])) for e in error.errors()]
    first = faults[0] if faults else Fault(where="", detail="the request does not fit")
    return _answer(
        422,
        "invalid",
        "The request is wrong",
        first.detail,
        where=first.where,
        advice="Correct it as the OpenAPI document says.",
        errors=faults,
    )


def _http(error: HTTPException) -> JSONResponse:
    title = HTTPStatus(error.status_code).phrase
    sort = title.lower().replace(" ", "-")
    advice = _ADVICE.get(error.status_code, "")
    return _answer(error.status_code, sort, title, str(error.detail), advice=advice, headers=dict(error.headers or {}))


def _answer(
    status: int,
    sort: str,
    title: str,
    detail: str,
    *,
    advice: str = "",
    where: str = "",
    errors: list[Fault] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    problem = Problem(
        type=f"urn:tessera:problem:{sort}",
        title=title,
        status=status,
        detail=detail,
        advice=advice,
        where=where,
        errors=errors or [],
    )
    return JSONResponse(problem.model_dump(), status, headers={"Cache-Control": "no-store"} | (headers or {}),
                        media_type=MEDIA_TYPE)  # fmt: skip
