"""Sources: who gives us data, how fresh and how good it is, and why we may have it."""

from functools import reduce
from operator import or_

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import NotFound
from tessera.model.access import Permission
from tessera.model.marking import Marking
from tessera.store import agreements, deliveries, overview, parties
from tessera.web.page import Asked, page

ROUTES: list[Route] = []
NEWEST = 20


@page(ROUTES, "/sources", needs=Permission.SOURCE_READ)
def index(asked: Asked) -> Response:
    """List the sources."""
    with asked.center.store.reading(asked.access) as tx:
        statuses = overview.sources(tx)
        lapsed = agreements.lapsed(tx)
    marking = reduce(or_, (status.source.marking for status in statuses), Marking())
    return asked.render("sources.html", under=marking, statuses=statuses, lapsed=lapsed)


@page(ROUTES, "/sources/{name}", needs=Permission.SOURCE_READ)
def show(asked: Asked) -> Response:
    """Show one source with its agency, agreement and holding."""
    name = asked.request.path_params["name"]
    with asked.center.store.reading(asked.access) as tx:
        status = next((s for s in overview.sources(tx) if s.source.name == name), None)
        if status is None:
            raise NotFound("no such source", advice="It does not exist, or you may not know of it.")
        source = status.source
        agency = next((a for a in parties.agencies(tx) if a.name == source.agency), None)
        holding = next((h for h in parties.holdings(tx) if h.name == source.holding), None)
        agreement = parties.agreement_of(tx, source.agreement)
        lapsed = [one for one in agreements.lapsed(tx) if one.agreement.name == source.agreement]
        may_see = Permission.DELIVERY_READ in asked.may
        arrived = deliveries.recent(tx, source=name, limit=NEWEST) if may_see else []
    return asked.render(
        "source.html",
        under=source.marking,
        status=status,
        agency=agency,
        agreement=agreement,
        lapsed=lapsed,
        holding=holding,
        deliveries=arrived,
    )
