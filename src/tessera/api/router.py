"""All routes of the API, put together for one center."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.routing import Match

from tessera.api import (
    audit,
    deliveries,
    entities,
    map,  # noqa: A004 - the subject's own word
    names,
    notices,
    quarantine,
    reasons,
    records,
    sources,
    tokens,
    transparency,
    words,
)
from tessera.api.document import openapi, operation, responses
from tessera.api.needs import Anyone, Declared, Door
from tessera.api.routes import DoorRoute
from tessera.flow.center import Center
from tessera.flow.jobs import Jobs

PREFIX = "/api/v1"
SUBJECTS = (records, entities, names, reasons, map, deliveries, quarantine, sources, words, audit, tokens, notices)
ALL_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")


def build_router(center: Center, jobs: Jobs | None) -> APIRouter:
    """Build the routes, with their prefix /api/v1, to be included in an application as they are.

    Without `jobs`, deliveries are kept and receipted, and integrated when a process with a job engine next starts.
    """
    router = APIRouter(prefix=PREFIX, redirect_slashes=False)
    declared = [route for subject in SUBJECTS for route in subject.door] + list(_document(router))
    declared += transparency.door_of(center)
    route_class = _route_class(center, jobs, declared)
    for route in declared:
        _add(router, route, route_class)
    _add_rest(router, center, jobs)
    return router


def _route_class(center: Center, jobs: Jobs | None, declared: list[Declared]) -> type[DoorRoute]:
    parts = {"center": center, "jobs": jobs, "declared": {route.handler: route for route in declared}}
    return type("CenterRoute", (DoorRoute,), parts)


def _add(router: APIRouter, route: Declared, route_class: type[DoorRoute]) -> None:
    router.add_api_route(
        route.path,
        route.handler,
        methods=[route.method],
        status_code=route.status,
        response_model=route.answers,
        responses=responses(route),
        tags=[route.subject],
        operation_id=f"{route.subject.lower()}.{route.handler.__name__}",
        summary=(route.handler.__doc__ or "").partition("\n")[0].rstrip("."),
        description=" ",
        openapi_extra=operation(route),
        route_class_override=route_class,
    )


def _document(router: APIRouter) -> Door:
    door = Door("Document")
    written: dict[str, Any] = {}

    @door.get("/openapi.json", need=Anyone.EVERYBODY, answers=dict[str, Any])
    def document() -> dict[str, Any]:
        """Read this document."""
        if not written:
            written.update(openapi(router.routes, PREFIX))
        return written

    return door


def _add_rest(router: APIRouter, center: Center, jobs: Jobs | None) -> None:
    """Answer whatever else is asked below the prefix with a problem, not with a page."""
    handler = _refuse(router)
    rest = Declared(method="", path="", handler=handler, need=Anyone.EVERYBODY, answers=None, subject="")
    router.add_api_route(
        "/{path:path}",
        handler,
        methods=list(ALL_METHODS),
        include_in_schema=False,
        route_class_override=_route_class(center, jobs, [rest]),
    )


def _refuse(router: APIRouter) -> Callable[[Request], None]:
    known = list(router.routes)

    def refuse(request: Request) -> None:
        allowed = [method for method in ALL_METHODS if _knows(known, request, method)]
        if allowed:
            raise HTTPException(405, f"{request.method} is not for this address", {"Allow": ", ".join(allowed)})
        raise HTTPException(404, "there is no such address")

    return refuse


def _knows(routes: list[Any], request: Request, method: str) -> bool:
    scope = {"type": "http", "method": method, "path": request.url.path, "root_path": "", "headers": []}
    return any(route.matches(scope)[0] is Match.FULL for route in routes)
