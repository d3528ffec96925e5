"""One module a subject; each page says at its head which permission it takes."""

from starlette.routing import Route

from tessera.web.pages import (
    accounts,
    audit,
    correction,
    deliveries,
    disclosures,
    export,
    given,
    log,
    map,  # noqa: A004 - the page's name
    notices,
    overview,
    purges,
    quarantine,
    record,
    redress,
    requests,
    retention,
    samples,
    search,
    setup,
    sign_in,
    source_entry,
    sources,
    tokens,
    transparency,
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
    *given.ROUTES,
    *disclosures.ROUTES,
    *notices.ROUTES,
    *requests.ROUTES,
    *upload.ROUTES,
    *deliveries.ROUTES,
    *quarantine.ROUTES,
    *retention.ROUTES,
    *purges.ROUTES,
    *source_entry.ROUTES,  # before the sources, whose addresses end in a name
    *sources.ROUTES,
    *audit.ROUTES,
    *log.ROUTES,
    *samples.ROUTES,
    *redress.ROUTES,
    *correction.ROUTES,
    *transparency.ROUTES,
    *accounts.ROUTES,
    *tokens.ROUTES,
    *why.ROUTES,
)

__all__ = ["ROUTES"]
