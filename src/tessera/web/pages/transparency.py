"""What the center tells everybody about itself, and how a privacy officer reviews and publishes it."""

import csv
import io

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tessera.errors import Invalid, NotFound
from tessera.model.access import Permission
from tessera.model.transparency import Report
from tessera.store import transparency
from tessera.trust.disclosing import csv_rows, document_of
from tessera.web import errors
from tessera.web.forms import read_instant
from tessera.web.page import Asked, page, redirect
from tessera.web.public import KEPT_BY_CACHES

ROUTES: list[Route] = []
LOG = "/log/checkpoint"
OPEN = "the public reads how it is watched; only what was published for everybody is here"


@page(ROUTES, "/transparency", needs=None, because=OPEN, open_to_all=True)
def index(asked: Asked) -> Response:
    """Show the newest report."""
    reports = transparency.published(asked.center.store)
    newest = next((report for report in reports if not report.taken_down), None)
    return _public(asked, reports, newest)


@page(ROUTES, "/transparency/{uid}", needs=None, because=OPEN, open_to_all=True)
def older(asked: Asked) -> Response:
    """Show one report."""
    return _public(asked, transparency.published(asked.center.store), _public_one(asked))


@page(ROUTES, "/transparency/{uid}/report.json", needs=None, because=OPEN, open_to_all=True)
def as_json(asked: Asked) -> Response:
    """Give a report to programs."""
    return _kept(JSONResponse(document_of(_public_one(asked))))


@page(ROUTES, "/transparency/{uid}/report.csv", needs=None, because=OPEN, open_to_all=True)
def as_csv(asked: Asked) -> Response:
    """Give a report as one long table."""
    out = io.StringIO()
    report = _public_one(asked)
    csv.writer(out).writerows(csv_rows(report.tables))
    name = f'attachment; filename="transparency-{report.uid}.csv"'
    return _kept(Response(out.getvalue(), media_type="text/csv", headers={"Content-Disposition": name}))


@page(ROUTES, "/oversight/transparency", needs=Permission.TRANSPARENCY_PUBLISH)
def drafts(asked: Asked) -> Response:
    """Show the draft as it would be published, and what was published."""
    return _show(asked)


@page(ROUTES, "/oversight/transparency/draft", method="POST", needs=Permission.TRANSPARENCY_PUBLISH)
def draft(asked: Asked) -> Response:
    """Compute a new draft."""
    settings = asked.center.settings
    try:
        since, until = (_day(asked, name, end=name == "until") for name in ("since", "until"))
        with asked.center.store.writing(asked.access) as tx:
            transparency.draft(tx, clocks=asked.center.redress_clocks, since=since, until=until, k=settings.small_cell)
    except Invalid as error:
        return _show(asked, problem=errors.explained(error))
    return redirect("/oversight/transparency", said="report-drafted")


@page(ROUTES, "/oversight/transparency/{uid}/publish", method="POST", needs=Permission.TRANSPARENCY_PUBLISH)
def publish(asked: Asked) -> Response:
    """Publish a draft that was reviewed."""
    try:
        _check_reviewed(asked)
        with asked.center.store.writing(asked.access) as tx:
            transparency.publish(tx, asked.uid("report"), note=asked.field("note"))
    except Invalid as error:
        return _show(asked, problem=errors.explained(error))
    return redirect("/oversight/transparency", said="report-published")


@page(ROUTES, "/oversight/transparency/{uid}/review", method="POST", needs=Permission.TRANSPARENCY_PUBLISH)
def review(asked: Asked) -> Response:
    """Note a later review: it stays, or it is taken down."""
    try:
        with asked.center.store.writing(asked.access) as tx:
            transparency.review(
                tx, asked.uid("report"), kept=asked.field("deed") != "take-down", note=asked.field("note")
            )
    except Invalid as error:
        return _show(asked, problem=errors.explained(error))
    return redirect("/oversight/transparency", said="report-reviewed")


def _check_reviewed(asked: Asked) -> None:
    if asked.field("reviewed") != "yes":
        raise Invalid("the review is not confirmed", where="reviewed", advice="Read every table, then tick the box.")


def _day(asked: Asked, name: str, *, end: bool) -> int | None:
    text = asked.field(name).strip()
    return read_instant(text, name=name, end=end) if text else None


def _public_one(asked: Asked) -> Report:
    uid = asked.uid("report")
    found = [one for one in transparency.published(asked.center.store) if one.uid == uid and not one.taken_down]
    if not found:
        raise NotFound("no such report")
    return found[0]


def _public(asked: Asked, reports: list[Report], shown: Report | None) -> Response:
    answer = asked.render("transparency.html", reports=reports, report=shown, log=LOG)
    return _kept(answer)


def _kept(response: Response) -> Response:
    response.headers["Cache-Control"] = KEPT_BY_CACHES
    return response


def _show(asked: Asked, *, problem: str = "") -> Response:
    with asked.center.store.reading(asked.access) as tx:
        waiting, reports = transparency.all_reports(tx)
    return asked.render(
        "oversight_transparency.html",
        code=400 if problem else 200,
        problem=problem,
        draft=waiting,
        reports=reports,
        due=transparency.due(reports, asked.center.clock()),
        last_review=transparency.last_review,
    )
