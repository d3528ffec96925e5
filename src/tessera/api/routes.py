"""How every route of the API is entered and left: who asks comes first, then the request's form, then the work."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.types import Message, Receive

from tessera.api.needs import MOST_JSON_BYTES, Anyone, Declared
from tessera.api.problems import NotSignedIn, TooLarge, explain
from tessera.api.visits import Visit, admit, count_call, count_refused
from tessera.errors import Invalid
from tessera.flow.center import Center
from tessera.flow.jobs import Jobs
from tessera.store.audit import CAME, Came

MIB = 1 << 20


class DoorRoute(APIRoute):
    """A route that lets in only who brings what it needs, and that answers every error with a problem."""

    center: Center
    jobs: Jobs | None
    declared: dict[Callable[..., Any], Declared]

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's own handler."""
        answer = super().get_route_handler()
        declared = self.declared[self.endpoint]
        known = frozenset(_query_names(self.dependant))

        async def handle(request: Request) -> Response:
            CAME.set(Came(via="api", address=request.client.host if request.client else ""))
            try:
                count_call(self.center, request)
                if declared.need is not Anyone.EVERYBODY:
                    request.state.visit = await run_in_threadpool(_let_in, self, request, declared)
                _check_query(request, known)
                most = self.center.settings.upload_limit_mb * MIB if declared.uploads else MOST_JSON_BYTES
                response = await answer(Request(request.scope, limited(request, most)))
            except Exception as error:  # noqa: BLE001 - the door: whatever happens, the caller gets a problem
                return explain(error)
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("X-Content-Type-Options", "nosniff")
            return response

        return handle


def _let_in(route: DoorRoute, request: Request, declared: Declared) -> Visit:
    try:
        return admit(route.center, route.jobs, request.headers, declared.need)
    except NotSignedIn:
        if "Authorization" in request.headers:
            count_refused(route.center, request)
        raise


def limited(request: Request, most: int) -> Receive:
    """Read the body until it is longer than `most` bytes, by what its header claims or by what arrives."""
    claimed = request.headers.get("Content-Length", "0")
    if claimed.isdecimal() and int(claimed) > most:
        raise TooLarge(most)
    receive, seen = request.receive, 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLarge(most)
        return message

    return counted


def _query_names(dependant: Dependant) -> Iterator[str]:
    """Name the query parameters that the route and what it depends on read; a model stands for its fields."""
    for parameter in dependant.query_params:
        annotation = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from (about.alias or name for name, about in annotation.model_fields.items())
        else:
            yield parameter.alias
    for part in dependant.dependencies:
        yield from _query_names(part)


def _check_query(request: Request, known: frozenset[str]) -> None:
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        advice = f"The parameters are: {', '.join(sorted(known))}." if known else "This address takes no parameters."
        raise Invalid(f"unknown query parameter {unknown[0]!r}", where=f"query.{unknown[0]}", advice=advice)
    for name, value in request.query_params.multi_items():
        if "\x00" in value:
            raise Invalid("a NUL character cannot be searched for", where=f"query.{name}", advice="Leave it out.")
