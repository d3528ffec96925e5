"""The dissemination record: to whom records were shown; as a list, summed up, and as a file."""

from dataclasses import replace
from uuid import UUID

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tessera.errors import Invalid
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.disclosure import DisclosureQuery
from tessera.model.marking import Marking, Sensitivity, Tlp
from tessera.share import disclosures_csv
from tessera.store import disclosures, notices
from tessera.web.forms import read_instant, read_whole_number
from tessera.web.page import Asked, page
from tessera.web.pages.deliveries import as_file

ROUTES: list[Route] = []
PAGE = 50
LOG = Marking(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER)
"""How the record of disclosures is handled: it says who looked at what, and why."""


@page(ROUTES, "/disclosures", needs=Permission.DISCLOSURE_READ)
def index(asked: Asked) -> Response:
    """List disclosures, newest first, with who received the most."""
    query = _query(asked)
    with asked.center.store.reading(asked.access) as tx:
        found = disclosures.page(tx, replace(query, limit=PAGE + 1))
        summed = disclosures.by_recipient(tx, query) if asked.param("sums") else None
        all_agencies = notices.oversees(tx)
    rows = found[:PAGE]
    return asked.render(
        "disclosures.html",
        under=LOG,
        rows=rows,
        summed=summed,
        params=asked.params,
        query=query,
        days={name: asked.param(name) for name in ("since", "until")},
        all_agencies=all_agencies,
        next_before=str(rows[-1].number) if len(found) > PAGE else "",
    )


@page(ROUTES, "/disclosures.csv", needs=Permission.DISCLOSURE_READ)
def as_csv(asked: Asked) -> Response:
    """Stream the same as a file."""
    lines = disclosures_csv(asked.center.store, asked.access, _query(asked))
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=as_file("disclosures.csv"))


@page(ROUTES, "/disclosures/{number}", needs=Permission.DISCLOSURE_READ)
def show(asked: Asked) -> Response:
    """Name the records that one disclosure showed, by their identifiers alone."""
    number = read_whole_number(asked.request.path_params["number"], name="number")
    with asked.center.store.reading(asked.access) as tx:
        found = disclosures.records_of(tx, number)
    return asked.render("disclosure.html", under=LOG, number=number, records=found, most=disclosures.MOST)


def _query(asked: Asked) -> DisclosureQuery:
    since, until, before = (asked.param(name).strip() for name in ("since", "until", "before"))
    return DisclosureQuery(
        record=_record(asked.param("record").strip()),
        owner=asked.param("owner").strip(),
        recipient=asked.param("recipient").strip(),
        account=asked.param("account").strip(),
        export=asked.param("export").strip(),
        since=read_instant(since, name="since") if since else None,
        until=read_instant(until, name="until", end=True) if until else None,
        within=asked.param("within") == "yes",
        limit=PAGE,
        before=read_whole_number(before, name="before") if before else None,
    )


def _record(text: str) -> UUID | None:
    found = parse_id(text) if text else None
    if text and found is None:
        raise Invalid(
            "this names no record", where="record", advice="Give a record's identifier, as its page shows it."
        )
    return found
