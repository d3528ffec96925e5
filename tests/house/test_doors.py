"""No door is open by oversight: each page and route declares what it needs, and there is no other way to make one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from fastapi import FastAPI

from tessera import api, bootstrap, web
from tessera.api.needs import Anyone
from tessera.model.access import Permission
from tessera.web.page import Need
from tessera.web.page import page as make_page
from tessera.web.pages import ROUTES as PAGES

Routes: TypeAlias = list[Any]
"""Routes of FastAPI and Starlette, with what our doors put on them."""
ROUTES: Routes = list(PAGES)
OPEN_PAGES = {
    "/correction",
    "/correction/status",
    "/healthz",
    "/log/checkpoint",
    "/log/tile/{path:path}",
    "/setup",
    "/sign-in",
    "/sign-in/sso",
    "/sign-in/sso/back",
    "/transparency",
    "/transparency/{uid}",
    "/transparency/{uid}/report.csv",
    "/transparency/{uid}/report.json",
}
"""Pages that show nothing of what the center holds and that must work before anybody is signed in."""
OPEN_ROUTES = {("GET", "/openapi.json"), ("GET", "/transparency")}
OUTSIDE = {"/static", "/favicon.ico"}
"""Files of the front end; the same for everybody."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    center = bootstrap.create_center(tmp_path_factory.mktemp("house") / "center")
    yield web.build_app(center, None, api=api.build_router(center, None))
    center.store.dialect.engine.dispose()


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Routes]:
    center = bootstrap.create_center(tmp_path_factory.mktemp("house") / "center")
    yield api.build_router(center, None).routes
    center.store.dialect.engine.dispose()


def test_every_page_declares_its_need() -> None:
    silent = [route.path for route in ROUTES if not isinstance(getattr(route.endpoint, "need", None), Need)]
    assert not silent


def test_a_page_open_to_all_is_one_of_those_we_know() -> None:
    opened = {route.path for route in ROUTES if route.endpoint.need.open_to_all}
    assert opened == OPEN_PAGES


def test_a_page_that_takes_no_permission_says_why() -> None:
    silent = [r.path for r in ROUTES if r.endpoint.need.needs is None and len(r.endpoint.need.because) < 10]
    assert not silent


def test_a_page_without_a_need_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="takes a permission"):
        make_page([], "/oversight", needs=None)


def test_every_route_of_the_api_declares_its_need(routes: Routes) -> None:
    silent = [route.path for route in routes if route.endpoint not in getattr(route, "declared", {})]
    assert not silent


def test_an_open_route_of_the_api_is_one_of_those_we_know(routes: Routes) -> None:
    declared = [route.declared[route.endpoint] for route in routes]
    opened = {(d.method, d.path) for d in declared if d.need is Anyone.EVERYBODY and d.path}
    assert opened == OPEN_ROUTES


def test_the_application_has_no_address_besides_pages_api_and_static_files(app: FastAPI) -> None:
    routes: Routes = list(app.routes)
    others = {
        route.path
        for route in routes
        if not hasattr(getattr(route, "endpoint", None), "need")
        and not route.path.startswith("/api/v1")
        and route.path not in OUTSIDE
    }
    assert not others


def test_every_permission_opens_some_door(routes: Routes) -> None:
    needed = {route.endpoint.need.needs for route in ROUTES} | {r.declared[r.endpoint].need for r in routes}
    stages = "\n".join(p.read_text() for p in (Path(bootstrap.__file__).parent / "store").glob("*.py"))
    idle = [p for p in Permission if p not in needed and f"Permission.{p.name}" not in stages]
    assert not idle
