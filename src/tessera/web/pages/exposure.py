"""Exposure: who could read a record on a day, and who did."""

from collections import Counter

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid, NotFound
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.store import exposure
from tessera.store.transactions import day_of
from tessera.web import errors
from tessera.web.forms import read_instant
from tessera.web.page import Asked, page

ROUTES: list[Route] = []


@page(ROUTES, "/exposure", needs=Permission.EXPOSURE_READ)
def show(asked: Asked) -> Response:
    """Ask by record and day; answer for everybody who had an account then."""
    record, day = asked.param("record").strip(), asked.param("on").strip()
    found, problem, code = None, "", 200
    if record:
        try:
            found = _found(asked, record, day)
        except (Invalid, NotFound) as error:
            problem, code = errors.explained(error), errors.status_of(error)
    return asked.render(
        "exposure.html",
        code=code,
        record=record,
        day=day,
        today=day_of(asked.center.clock()),
        found=found,
        readings=Counter(each.account for each in found.did) if found else Counter(),
        problem=problem,
    )


def _found(asked: Asked, record: str, day: str) -> exposure.Exposure:
    uid = parse_id(record)
    if uid is None:
        raise Invalid("this is no identifier of a record", where="record", advice="Copy it from the record's page.")
    with asked.center.store.reading(asked.access) as tx:
        at = min(read_instant(day, name="on", end=True) - 1, tx.at) if day and day <= tx.today else tx.at
        if day > tx.today:
            at = read_instant(day, name="on", end=True)
        return exposure.exposure(tx, uid, at)
