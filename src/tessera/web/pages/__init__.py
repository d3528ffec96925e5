"""One module a subject; each page says at its head which permission it takes."""

from starlette.routing import Route

from tessera.web.pages import (
    accounts,
    audit,
    deliveries,
    export,
    map,  # noqa: A004 - the page's name
    overview,
    quarantine,
    record,
    search,
    setup,
    sign_in,
    source_entry,
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
    *export.ROUTES,
    *record.ROUTES,
    *map.ROUTES,
    *upload.ROUTES,
    *deliveries.ROUTES,
    *quarantine.ROUTES,
    *source_entry.ROUTES,  # before the sources, whose addresses end in a name
    *sources.ROUTES,
    *audit.ROUTES,
    *accounts.ROUTES,
    *tokens.ROUTES,
    *why.ROUTES,
)

__all__ = ["ROUTES"]
