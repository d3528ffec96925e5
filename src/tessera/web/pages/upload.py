"""Upload: files in through the browser, kept unchanged as they arrive, each with a receipt."""

from collections.abc import Iterator
from typing import IO, cast

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid, NotFound, Unreadable
from tessera.model.access import Permission
from tessera.model.delivery import Delivery, Via
from tessera.model.source import Source
from tessera.receive import take_in
from tessera.store import overview
from tessera.web import errors
from tessera.web.multipart import Part
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
MIB = 1 << 20
REFUSED = (Conflict, Invalid, NotFound, Unreadable)


@page(ROUTES, "/upload", needs=Permission.DELIVERY_CREATE)
def form(asked: Asked) -> Response:
    """Show the form."""
    return _form(asked, source=asked.param("source"))


@page(ROUTES, "/upload", method="POST", needs=Permission.DELIVERY_CREATE, uploads=True)
def upload(asked: Asked) -> Response:
    """Take in each file as it arrives and start its job. A file that is refused does not stop the next."""
    taken: list[Delivery] = []
    problems: list[str] = []
    source = ""
    try:
        with asked.upload() as parts:
            for part in parts:
                if part.filename is None:
                    source = part.text() if part.field == "source" else source
                elif part.field == "file":
                    _take(asked, part, source, taken, problems)
    except (Invalid, Unreadable) as error:
        problems.append(errors.explained(error))
    if problems or not taken:
        problem = " ".join(problems) or "No file was chosen. Choose one."
        return _form(asked, source=source, problem=problem, status=422 if problems else 400)
    if len(taken) > 1:
        return redirect("/deliveries")
    return redirect(f"/deliveries/{taken[0].uid}", said="duplicate" if taken[0].duplicate else "")


def _take(asked: Asked, part: Part, source: str, taken: list[Delivery], problems: list[str]) -> None:
    name = part.filename or ""
    if not name:
        return  # a form whose file field was left empty
    center = asked.center
    try:
        if not source:
            raise Invalid("no source is chosen", advice="Choose the feed that this file belongs to.")
        delivery = take_in(
            center.store,
            center.blobs,
            asked.access,
            cast("IO[bytes]", part),
            source=source,
            filename=name,
            via=Via.UPLOAD,
            limit=center.settings.upload_limit_mb * MIB,
        )
    except REFUSED as error:
        problems.append(f"{name}: {errors.explained(error)}")
        return
    if asked.bench.jobs is not None:
        asked.bench.jobs.start(delivery)
    taken.append(delivery)


def _form(asked: Asked, *, source: str, problem: str = "", status: int = 200) -> Response:
    return asked.render(
        "upload.html",
        code=status,
        sources=list(_sources(asked)),
        source=source,
        problem=problem,
        limit=asked.center.settings.upload_limit_mb * MIB,
    )


def _sources(asked: Asked) -> Iterator[Source]:
    """The feeds to choose from, those of the own agency first."""
    if Permission.SOURCE_READ not in asked.may:
        return
    with asked.center.store.reading(asked.access) as tx:
        statuses = overview.sources(tx)
    own = asked.access.actor.agency
    yield from sorted((s.source for s in statuses), key=lambda s: (s.agency != own, s.label))
