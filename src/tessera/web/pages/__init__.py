"""One module a subject; each page says at its head which permission it takes."""

from starlette.routing import Route

from tessera.web.pages import (
    audit,
    deliveries,
    map,  # noqa: A004 - the page's name
    overview,
    quarantine,
    record,
    search,
    setup,
    sign_in,
    sources,
    tokens,
    upload,
    why,
)

ROUTES: tuple[Route, ...] = (
    *sign_in.ROUTES,
    *setup.ROUTES,
    *overview.ROUTES,
    *search.ROUTES,
    *record.ROUTES,
    *map.ROUTES,
    *upload.ROUTES,
    *deliveries.ROUTES,
    *quarantine.ROUTES,
    *sources.ROUTES,
    *audit.ROUTES,
    *tokens.ROUTES,
    *why.ROUTES,
)

__all__ = ["ROUTES"]
