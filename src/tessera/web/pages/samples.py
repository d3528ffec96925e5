"""Random samples of accesses: drawn by a signed checkpoint, examined one by one; and the weekly review of the log."""

from datetime import date, timedelta

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid
from tessera.model.access import Permission
from tessera.store import samples
from tessera.store.samples import Finding
from tessera.store.transactions import day_of
from tessera.trust.sampling import month_before
from tessera.web import errors
from tessera.web.forms import read_choice, read_whole_number
from tessera.web.page import Asked, page, redirect
from tessera.web.pages.audit import LOG

ROUTES: list[Route] = []
WEEKS_SHOWN = 4


@page(ROUTES, "/samples", needs=Permission.AUDIT_SAMPLE)
def index(asked: Asked) -> Response:
    """List samples and the last weeks of the log, and what is overdue."""
    return _list(asked)


@page(ROUTES, "/samples/draw", method="POST", needs=Permission.AUDIT_SAMPLE)
def draw(asked: Asked) -> Response:
    """Draw the next sample of a month."""
    try:
        with asked.center.store.writing(asked.access) as tx:
            made = samples.draw(tx, asked.field("period").strip(), size=asked.center.settings.sample_size)
    except (Invalid, Conflict) as error:
        return _list(asked, problem=errors.explained(error))
    return redirect(f"/samples/{made.uid}", said="sample-drawn")


@page(
    ROUTES,
    "/samples/weeks/sign",
    method="POST",
    needs=Permission.AUDIT_SAMPLE,
    signs="You sign that this week of the audit log was reviewed.",
)
def sign_week(asked: Asked) -> Response:
    """Sign that a week of the log was reviewed."""
    try:
        with asked.center.store.writing(asked.access) as tx:
            samples.sign_week(tx, asked.field("week"), asked.field("remark"))
    except (Invalid, Conflict) as error:
        return _list(asked, problem=errors.explained(error))
    return redirect("/samples", said="sample-signed")


@page(ROUTES, "/samples/{uid}", needs=Permission.AUDIT_SAMPLE)
def show(asked: Asked) -> Response:
    """Show a sample with the accesses that it drew."""
    return _show(asked)


@page(ROUTES, "/samples/{uid}/sample.json", needs=Permission.AUDIT_SAMPLE)
def as_json(asked: Asked) -> Response:
    """Give what an outsider needs to draw the sample again."""
    with asked.center.store.reading(asked.access) as tx:
        found = samples.get(tx, asked.uid("sample"))
    name = f'attachment; filename="sample-{found.period}-{found.round}.json"'
    return JSONResponse(samples.document_of(found), headers={"Content-Disposition": name})


@page(ROUTES, "/samples/{uid}/examine", method="POST", needs=Permission.AUDIT_SAMPLE)
def examine(asked: Asked) -> Response:
    """Put down what was found about one access."""
    uid = asked.uid("sample")
    try:
        position = read_whole_number(asked.field("position"), name="position")
        finding = read_choice(Finding, asked.field("finding"), name="finding")
        with asked.center.store.writing(asked.access) as tx:
            samples.examine(tx, uid, position, finding, asked.field("remark"))
    except (Invalid, Conflict) as error:
        return _show(asked, problem=errors.explained(error))
    return redirect(f"/samples/{uid}", said="sample-examined")


@page(
    ROUTES,
    "/samples/{uid}/sign",
    method="POST",
    needs=Permission.AUDIT_SAMPLE,
    signs="You sign that every access of this sample was examined.",
)
def sign(asked: Asked) -> Response:
    """Sign the whole sample off."""
    uid = asked.uid("sample")
    try:
        with asked.center.store.writing(asked.access) as tx:
            samples.sign_off(tx, uid, asked.field("remark"))
    except (Invalid, Conflict) as error:
        return _show(asked, problem=errors.explained(error))
    return redirect(f"/samples/{uid}", said="sample-signed")


def _list(asked: Asked, *, problem: str = "") -> Response:
    today = day_of(asked.center.clock())
    with asked.center.store.reading(asked.access) as tx:
        found = samples.all_samples(tx)
        due = samples.due(tx)
        weeks = [samples.digest(tx, week) for week in _weeks(today)]
    return asked.render(
        "samples.html",
        code=400 if problem else 200,
        under=LOG,
        problem=problem,
        samples=found,
        due=due,
        weeks=weeks,
        this_week=samples.week_of(today),
        period=asked.field("period") or month_before(today),
        size=asked.center.settings.sample_size,
    )


def _weeks(today: str) -> list[str]:
    days = [date.fromisoformat(today) - timedelta(weeks=back) for back in range(WEEKS_SHOWN)]
    return [samples.week_of(day.isoformat()) for day in days]


def _show(asked: Asked, *, problem: str = "") -> Response:
    with asked.center.store.reading(asked.access) as tx:
        found = samples.get(tx, asked.uid("sample"))
    return asked.render(
        "sample.html",
        code=400 if problem else 200,
        under=LOG,
        problem=problem,
        sample=found,
        findings=list(Finding),
        me=asked.access.actor.account,
        verifier_key=asked.center.verifier_key,
    )
