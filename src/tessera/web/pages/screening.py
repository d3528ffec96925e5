"""Screening: a list of names looked for in one go, and the answer as a page or as a file. The list itself is kept nowhere."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tessera import share
from tessera.errors import Invalid, Unreadable
from tessera.flow import screening
from tessera.flow.list_reading import MOST_NAMES
from tessera.model.access import Permission
from tessera.model.naming import NameList, NameQuery, Screened
from tessera.web import errors
from tessera.web.multipart import Part
from tessera.web.page import Asked, page
from tessera.web.pages.deliveries import as_file
from tessera.web.pages.names import LEASTS, USUAL, kinds_of, marking_of, query_of, resolved_of

ROUTES: list[Route] = []
PER_NAME = "10"
MOST_SHOWN = 200
"""Names with hits that the page shows; the file has all."""
LARGEST = 16 << 20
"""Bytes of a list."""
CHUNK = 1 << 16


@page(ROUTES, "/screening", needs=Permission.RECORD_READ)
def form(asked: Asked) -> Response:
    """Show the form."""
    return _form(asked, {})


@page(ROUTES, "/screening", method="POST", needs=Permission.RECORD_READ, uploads=True)
def screen(asked: Asked) -> Response:
    """Screen the list that was sent, as a file or as lines, and show what was found."""
    fields: dict[str, str] = {}
    try:
        listed = _received(asked, fields)
        found = list(screening.screen(asked.center, asked.access, listed, _query(fields)))
    except (Invalid, Unreadable) as error:
        return _form(asked, fields, problem=errors.explained(error))
    return _shown(asked, fields, listed, found)


@page(ROUTES, "/screening/file", method="POST", needs=Permission.RECORD_EXPORT)
def file(asked: Asked) -> Response:
    """Screen the same list again and send all that is found as a file."""
    listed = screening.read_lines(asked.field("list"))
    query = _query({name: asked.field(name) for name in ("kind", "least")})
    chunks = share.screening_csv(asked.center.store, asked.access, listed, query)
    return StreamingResponse(chunks, media_type=share.media_type("csv"), headers=as_file("screening.csv"))


def _query(fields: dict[str, str]) -> NameQuery:
    return query_of({"q": "-", "kind": fields.get("kind", ""), "least": fields.get("least", ""), "limit": PER_NAME})


def _received(asked: Asked, fields: dict[str, str]) -> NameList:
    """Read the form as it arrives; a file wins over typed lines."""
    listed: NameList | None = None
    with TemporaryDirectory(prefix="tessera-list-") as folder, asked.upload() as parts:
        for part in parts:
            if part.filename is None:
                fields[part.field] = part.text()
            elif part.filename:
                path = Path(folder) / "list"
                _keep(part, path)
                listed = screening.read_file(asked.center, path, part.filename)
    if listed is None and not fields.get("names", "").strip():
        raise Invalid("no list was sent", advice="Choose a file, or type names, one a line.")
    return screening.read_lines(fields["names"]) if listed is None else listed


def _keep(part: Part, path: Path) -> None:
    size = 0
    with path.open("wb") as out:
        while chunk := cast("IO[bytes]", part).read(CHUNK):
            size += len(chunk)
            if size > LARGEST:
                raise Invalid(
                    f"the list is larger than {LARGEST >> 20} MiB", advice="Send only the columns that are needed."
                )
            out.write(chunk)


def _form(asked: Asked, fields: dict[str, str], *, problem: str = "") -> Response:
    return asked.render(
        "screening.html",
        code=422 if problem else 200,
        fields=fields,
        problem=problem,
        kinds=kinds_of(asked),
        leasts=LEASTS,
        usual=USUAL,
        most=MOST_NAMES,
        largest=LARGEST,
        listed=None,
    )


def _shown(asked: Asked, fields: dict[str, str], listed: NameList, found: list[Screened]) -> Response:
    hit = sorted((one for one in found if one.page.hits), key=lambda one: -one.page.hits[0].score)
    return asked.render(
        "screening.html",
        under=marking_of([h for one in hit[:MOST_SHOWN] for h in one.page.hits]),
        fields=fields,
        problem="",
        kinds=kinds_of(asked),
        leasts=LEASTS,
        usual=USUAL,
        most=MOST_NAMES,
        largest=LARGEST,
        listed=listed,
        lines=screening.to_lines(listed),
        hit=hit[:MOST_SHOWN],
        resolved=resolved_of(asked),
        hit_names=len(hit),
        hits=sum(len(one.page.hits) for one in hit),
        problems=[one for one in found if one.problem],
        capped=[one for one in found if one.page.capped],
    )
