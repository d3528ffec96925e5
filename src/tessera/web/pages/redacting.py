"""A copy of a file for release, in which chosen types of mentions are gone."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid
from tessera.flow import redacting
from tessera.flow.redacting import PERSONAL
from tessera.model.access import Permission
from tessera.store import contents
from tessera.web import errors
from tessera.web.page import Asked, page
from tessera.web.pages.contents import PICTURES, of
from tessera.web.pages.deliveries import as_file

ROUTES: list[Route] = []


@page(ROUTES, "/contents/{uid}/redact", needs=Permission.RECORD_EXPORT)
def form(asked: Asked) -> Response:
    """Choose what is to be hidden."""
    return _form(asked, chosen=PERSONAL)


@page(ROUTES, "/contents/{uid}/redact", method="POST", needs=Permission.RECORD_EXPORT)
def give(asked: Asked) -> Response:
    """Make the copy and give it; it is noted as given out."""
    uid, chosen = asked.uid("delivery"), frozenset(value for name, value in asked.form if name == "type")
    try:
        copy = redacting.redact(of(asked), uid, chosen, reason=asked.field("reason"))
    except Invalid as error:
        return _form(asked, chosen=chosen, problem=errors.explained(error), status=errors.status_of(error))
    return Response(copy.content, media_type=copy.media_type, headers=as_file(copy.filename))


def _form(asked: Asked, *, chosen: frozenset[str], problem: str = "", status: int = 200) -> Response:
    uid = asked.uid("delivery")
    found = redacting.counts(of(asked), uid)
    with asked.center.store.reading(asked.access) as tx:
        shown = contents.show(tx, uid, most=1)
        codes = tx.dictionary.code_lists["mention-type"].codes
    return asked.render(
        "redact.html",
        code=status,
        under=shown.marking,
        delivery=uid,
        name=shown.file.headline if shown.file else "File",
        makes="pdf" if shown.format == "pdf" else "picture" if shown.format in PICTURES else "text",
        types=[
            (name, codes[name].label if name in codes else name, count, name in chosen) for name, count in found.items()
        ],
        reason=asked.field("reason") if asked.form else "",
        problem=problem,
    )
