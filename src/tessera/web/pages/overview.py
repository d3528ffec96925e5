"""The first page: what arrived, from whom, how fresh and how good it is, and what waits for a person."""

from collections import Counter
from functools import reduce
from operator import or_

from starlette.responses import Response
from starlette.routing import Route

from tessera.model.access import Permission
from tessera.model.delivery import Delivery
from tessera.model.marking import Marking
from tessera.store import agreements, deliveries, overview, quarantine
from tessera.store.events import Event
from tessera.web.page import Asked, page

ROUTES: list[Route] = []
NEWEST_DELIVERIES = 8
NEWEST_ROWS = 6
COUNTED_DELIVERIES = 200
DAY_MS = 86_400_000
SHOWN_DAYS = 30


@page(ROUTES, "/", needs=Permission.OVERVIEW_READ)
def show(asked: Asked) -> Response:
    """Show each part that this reader may see."""
    may = asked.may
    with asked.center.store.reading(asked.access) as tx:
        tx.note(Event.OVERVIEW_READ)
        statuses = overview.sources(tx) if Permission.SOURCE_READ in may else []
        arrived = deliveries.recent(tx, limit=COUNTED_DELIVERIES) if Permission.DELIVERY_READ in may else []
        waiting = quarantine.page(tx, limit=NEWEST_ROWS) if Permission.QUARANTINE_READ in may else []
        lapsed = agreements.lapsed(tx) if Permission.SOURCE_READ in may else []
        visible = overview.visible_count(tx) if Permission.RECORD_READ in may else 0
    return asked.render(
        "overview.html",
        under=reduce(or_, (status.source.marking for status in statuses), Marking()),
        statuses=statuses,
        lapsed=lapsed,
        deliveries=arrived[:NEWEST_DELIVERIES],
        quarantine=waiting,
        visible=visible,
        alarms=asked.center.store.alarms.standing if Permission.AUDIT_CHECKPOINT in may else (),
        arrivals=by_day(arrived, until=asked.center.clock()),
    )


def by_day(arrived: list[Delivery], *, until: int) -> list[tuple[int, int]]:
    """Count the rows that came on each of the last SHOWN_DAYS days (UTC, in milliseconds), oldest first."""
    rows: Counter[int] = Counter()
    for delivery in arrived:
        rows[delivery.received_at // DAY_MS] += delivery.rows_in
    today = until // DAY_MS
    days = range(today - SHOWN_DAYS + 1, today + 1)
    return [(day * DAY_MS, rows[day]) for day in days] if any(rows[day] for day in days) else []
