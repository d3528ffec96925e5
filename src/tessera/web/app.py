"""The web application: the pages, the built front end, and beside them the API that `bootstrap` brings along."""

from dataclasses import asdict

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from tessera import __version__
from tessera.errors import TesseraError
from tessera.flow.center import Center
from tessera.flow.jobs import Jobs
from tessera.trust.banner import handling
from tessera.web import errors
from tessera.web.assets import STATIC, Assets
from tessera.web.errors import Explanation
from tessera.web.page import Asked, Workbench, ask, show_error
from tessera.web.pages import ROUTES
from tessera.web.security import Protected, protect
from tessera.web.sessions import Cookies
from tessera.web.templating import make_templates

API = "/api/"
HASHED = "assets/"
"""Folder of files whose names change with their content, so a browser may keep them."""
KEPT = "public, max-age=31536000, immutable"
ASKED_AGAIN = "no-cache"
UPLOADS_AT_ONCE = 8
PROBLEM = "application/problem+json"
NOT_KNOWN_METHOD = 405
SHOWN = 5
"""Faults of one call that are told at once."""


def build_app(center: Center, jobs: Jobs | None, *, api: APIRouter | None = None) -> FastAPI:
    """Put the application together. Without `jobs`, uploads are kept and wait for a process that has them."""
    app = FastAPI(
        title=f"{center.settings.name}: Tessera",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # the API describes itself
        routes=[*ROUTES, Mount("/static", Static(directory=STATIC), name="static")],
    )
    app.add_exception_handler(Exception, _unexpected)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(TesseraError, _explained)
    secure = center.settings.secure_cookies
    app.state.workbench = Workbench(
        center=center,
        jobs=jobs,
        templates=make_templates(Assets.read(), handling=handling),
        cookies=Cookies(secure=secure),
        uploads=CapacityLimiter(UPLOADS_AT_ONCE),
    )
    app.add_middleware(Protected, https=secure)
    if api is not None:
        app.router.routes.extend(api.routes)  # flat, so that every address of the application can be listed
    return app


class Static(StaticFiles):
    """The built front end. Hashed files may be kept for a year; the others are asked for again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = KEPT if path.startswith(HASHED) else ASKED_AGAIN
        return response


def _explained(request: Request, error: Exception) -> Response:
    """Answer an error that can be explained and that nobody else has explained yet."""
    return _say(request, errors.explain(error) if isinstance(error, TesseraError) else errors.UNEXPECTED)


def _refused(request: Request, error: Exception) -> Response:
    """Answer what the server itself refuses: an unknown address, a method that a page does not know."""
    status, headers = (error.status_code, dict(error.headers or {})) if isinstance(error, HTTPException) else (500, {})
    if status == NOT_KNOWN_METHOD:
        headers["Allow"] = ", ".join(sorted(methods_at(request.app.routes, request.scope)))
    response = _say(request, errors.of_http(status))
    response.headers.update(headers)
    return response


def _malformed(request: Request, error: Exception) -> Response:
    """Answer a call whose values do not fit the API's description."""
    found = error.errors()[:SHOWN] if isinstance(error, RequestValidationError) else []
    said = Explanation(
        status=422,
        title="Invalid request",
        message="; ".join(str(one["msg"]) for one in found),
        where=", ".join(".".join(str(part) for part in one["loc"]) for one in found),
    )
    return _say(request, said)


def _unexpected(request: Request, _error: Exception) -> Response:
    """Answer what nobody expected, without details; the server logs them. This answer passes no middleware."""
    response = _say(request, errors.UNEXPECTED, signed_in=False)
    protect(response.headers, https=request.app.state.workbench.cookies.secure)
    return response


def _say(request: Request, said: Explanation, *, signed_in: bool = True) -> Response:
    """Say it to a program as RFC 9457 wants it, to a person as a page."""
    if request.url.path.startswith(API):
        body = {"type": "about:blank", "detail": said.message} | asdict(said)
        del body["message"]
        return JSONResponse(body, said.status, media_type=PROBLEM)
    return show_error(_whoever(request) if signed_in else ask(request, anonymous=True), said)


def _whoever(request: Request) -> Asked:
    """Find out who asks, for the head of an error page; where that fails too, nobody does."""
    try:
        return ask(request)
    except TesseraError:
        return ask(request, anonymous=True)


def methods_at(routes: list[BaseRoute], scope: Scope) -> set[str]:
    """List the methods that some page knows at this address."""
    found = [route for route in routes if isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE]
    return {method for route in found for method in route.methods or ()}
