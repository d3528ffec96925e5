"""Questions and their answers: hits by page, and counts by kind, source, holding and month."""

from functools import reduce
from operator import or_

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid, NotFound
from tessera.model.access import Permission
from tessera.model.agreement import AgreementStanding
from tessera.model.marking import Marking, Sensitivity, Tlp
from tessera.model.record import Facets, SearchPage, SearchQuery
from tessera.share import FORMATS
from tessera.store import agreements, pointers, records
from tessera.store.pointers import Pointed
from tessera.web import errors
from tessera.web.forms import LONGEST, read_question
from tessera.web.page import Asked, page

ROUTES: list[Route] = []
FACETS = "facets"
POINTER = Marking(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER)
"""How it is handled that some agency holds something about whom was asked for."""
NO_HITS = SearchPage(hits=(), next_cursor="", words=())


@page(ROUTES, "/search", needs=Permission.RECORD_READ)
def show(asked: Asked) -> Response:
    """Answer the question in the address. An address without one asks for it."""
    query, found, counted, pointed, problem = SearchQuery(), None, None, None, ""
    try:
        query = read_question(asked.params, also=(FACETS,))
        if asked.params:
            found, counted, pointed = _answer(asked, query)
    except (Invalid, NotFound) as error:
        query = SearchQuery(text=dict(asked.params).get("q", "")[:LONGEST]) if query == SearchQuery() else query
        found, problem = NO_HITS, errors.explained(error)
    return asked.render(
        "search.html",
        code=400 if problem else 200,
        under=_marking(found, pointed),
        query=query,
        params=asked.params,
        page=found,
        facets=counted,
        pointed=pointed,
        problem=problem,
        lapsed=_lapsed(asked),
        kinds=[(name, kind.label) for name, kind in sorted(asked.center.dictionary.kinds.items())],
        formats=sorted(FORMATS),
        resolved=asked.center.dictionary.resolution if Permission.ENTITY_READ in asked.may else (),
    )


def _lapsed(asked: Asked) -> list[AgreementStanding]:
    """Look up the agreements that are not in force, since they explain why less is found than was."""
    if Permission.SOURCE_READ not in asked.may:
        return []
    with asked.center.store.reading(asked.access) as tx:
        return agreements.lapsed(tx)


def _marking(found: SearchPage | None, pointed: Pointed | None) -> Marking:
    told = POINTER if pointed and pointed.owners else Marking()
    return reduce(or_, (hit.marking for hit in found.hits), told) if found else told


def _answer(asked: Asked, query: SearchQuery) -> tuple[SearchPage, Facets | None, Pointed]:
    with asked.center.store.reading(asked.access) as tx:
        counted = records.facets(tx, query) if asked.param(FACETS) else None
        return records.search(tx, query), counted, pointers.ask(tx, query)


@page(ROUTES, "/search/facets", needs=Permission.RECORD_READ)
def facets(asked: Asked) -> Response:
    """Count what the question finds."""
    query = read_question(asked.params, also=(FACETS,))
    with asked.center.store.reading(asked.access) as tx:
        counted = records.facets(tx, query)
    return asked.render("_facets.html", facets=counted, query=query, params=asked.params)
