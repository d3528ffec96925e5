"""What a route needs. A route can only be declared together with its need, so none can be open by oversight."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from tessera.model.access import Permission


class Anyone(StrEnum):
    """Needs that are not permissions."""

    EVERYBODY = "everybody"
    """No token; only for what says nothing about the center's data."""
    SIGNED_IN = "signed-in"
    """Any good token, whatever its scopes."""


Need: TypeAlias = Permission | Anyone
_Handler = TypeVar("_Handler", bound=Callable[..., Any])

MOST_JSON_BYTES = 1 << 20
USUAL_FAILURES = (401, 403, 422, 429, 503)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A route as it was declared: where, what it needs, what it answers, how it can fail besides the usual."""

    method: str
    path: str
    handler: Callable[..., Any]
    need: Need
    answers: Any
    subject: str
    status: int = 200
    fails: tuple[int, ...] = ()
    uploads: bool = False
    """Takes a body as large as the setting upload_limit_mb allows, instead of MOST_JSON_BYTES."""
    document: dict[str, Any] = field(default_factory=dict)
    """Further parts of the route's OpenAPI operation."""
    responses: dict[int | str, dict[str, Any]] = field(default_factory=dict)

    @property
    def failures(self) -> tuple[int, ...]:
        """Every status of a failure that this route can answer with."""
        usual = (422, 429, 503) if self.need is Anyone.EVERYBODY else USUAL_FAILURES
        with_body = (400, 413) if self.method == "POST" else ()
        return tuple(sorted({*usual, *with_body, *self.fails}))


class Door:
    """The routes of one subject."""

    def __init__(self, subject: str) -> None:
        """Begin with no routes."""
        self.subject = subject
        self._declared: list[Declared] = []

    def get(self, path: str, *, need: Need, answers: Any = None, **more: Any) -> Callable[[_Handler], _Handler]:  # noqa: ANN401 - a response model; fields of Declared
        """Declare a route that reads."""
        return self._declare("GET", path, need=need, answers=answers, **more)

    def post(self, path: str, *, need: Need, answers: Any = None, **more: Any) -> Callable[[_Handler], _Handler]:  # noqa: ANN401 - a response model; fields of Declared
        """Declare a route that makes or does something."""
        return self._declare("POST", path, need=need, answers=answers, **more)

    def delete(self, path: str, *, need: Need, answers: Any = None, **more: Any) -> Callable[[_Handler], _Handler]:  # noqa: ANN401 - a response model; fields of Declared
        """Declare a route that ends something."""
        return self._declare("DELETE", path, need=need, answers=answers, **more)

    def _declare(self, method: str, path: str, **more: Any) -> Callable[[_Handler], _Handler]:  # noqa: ANN401 - fields of Declared
        def keep(handler: _Handler) -> _Handler:
            self._declared.append(Declared(method=method, path=path, handler=handler, subject=self.subject, **more))
            return handler

        return keep

    def __iter__(self) -> Iterator[Declared]:
        """Give the routes in the order in which they were declared."""
        return iter(self._declared)
