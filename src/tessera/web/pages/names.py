"""Names: records found by a name that is spelt, shortened or turned round otherwise, each with its reasons."""

from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid
from tessera.model.access import Permission
from tessera.model.marking import Marking
from tessera.model.naming import NameHit, NameQuery, NamesPage
from tessera.store import names
from tessera.web import errors
from tessera.web.page import Asked, page

ROUTES: list[Route] = []
LEASTS = (("0.65", "0.65: far"), ("0.75", "0.75: usual"), ("0.85", "0.85: near"), ("0.95", "0.95: nearly the same"))
USUAL = "0.75"
LIMITS = ("10", "20", "50", "100")
USUAL_LIMIT = "20"
KNOWN = frozenset({"q", "kind", "born", "country", "least", "limit"})


@page(ROUTES, "/names", needs=Permission.RECORD_READ)
def show(asked: Asked) -> Response:
    """Look for the name in the address. An address without one asks for it."""
    found: NamesPage | None = None
    problem = ""
    try:
        if asked.params:
            query = read_query(asked)
            with asked.center.store.reading(asked.access) as tx:
                found = names.search(tx, query)
    except Invalid as error:
        problem = errors.explained(error)
    return asked.render(
        "names.html",
        code=400 if problem else 200,
        under=marking_of(found.hits) if found else None,
        asked=dict(asked.params),
        found=found,
        problem=problem,
        resolved=resolved_of(asked),
        kinds=kinds_of(asked),
        leasts=LEASTS,
        usual=USUAL,
        limits=LIMITS,
        usual_limit=USUAL_LIMIT,
    )


def read_query(asked: Asked) -> NameQuery:
    """Read what is asked for; a parameter that means nothing is refused."""
    unknown = sorted({name for name, _ in asked.params} - KNOWN)
    if unknown:
        raise Invalid(f"unknown parameter {unknown[0]!r}", advice=f"The parameters are: {', '.join(sorted(KNOWN))}.")
    return query_of({name: asked.param(name) for name in KNOWN})


def query_of(given: dict[str, str]) -> NameQuery:
    """Make a question of what a form says."""
    return NameQuery(
        text=given.get("q", ""),
        kinds=(given["kind"],) if given.get("kind") else (),
        born=given.get("born", ""),
        country=given.get("country", ""),
        least=_chosen(given.get("least") or USUAL, [value for value, _ in LEASTS], "least"),
        limit=int(_chosen(given.get("limit") or USUAL_LIMIT, LIMITS, "limit")),
    )


def _chosen(text: str, choices: Sequence[str], name: str) -> float:
    if text not in choices:
        raise Invalid(f"{name!r} cannot be {text[:40]!r}", where=name, advice=f"Choose of: {', '.join(choices)}.")
    return float(text)


def kinds_of(asked: Asked) -> list[tuple[str, str]]:
    """List the kinds that have names."""
    words = asked.center.dictionary
    return [(kind, words.kinds[kind].label) for kind in sorted(words.names.terms)]


def resolved_of(asked: Asked) -> Collection[str]:
    """List the kinds whose records lead to an entity that who asks may see."""
    return asked.center.dictionary.resolution if Permission.ENTITY_READ in asked.may else ()


def marking_of(hits: Sequence[NameHit]) -> Marking:
    """Join the markings of what is shown."""
    return reduce(or_, (hit.record.marking for hit in hits), Marking())
