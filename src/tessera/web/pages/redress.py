"""Requests for correction, for the privacy officer who answers them."""

from collections.abc import Callable
from uuid import UUID

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tessera.errors import Invalid, NotFound
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.marking import Marking, Regime, Sensitivity, Tlp
from tessera.model.record import RecordView, SearchQuery
from tessera.store import records, redress
from tessera.store.redress import LONGEST_EXPLANATION, LONGEST_NOTE, Request
from tessera.store.transactions import day_of
from tessera.trust import letters
from tessera.trust.letters import Heading
from tessera.trust.redress import (
    CLOSES,
    FOLLOWS,
    Closing,
    Outcome,
    Refusal,
    Remedy,
    Ruling,
    Stage,
    add_days,
)
from tessera.web import errors
from tessera.web.forms import read_choice
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
CASES = Marking(sensitivity=Sensitivity.RESTRICTED, tlp=Tlp.RED, regimes=frozenset({Regime.PII}))
"""How requests are handled: people write about themselves, for the privacy officer alone."""
MOST_FOUND = 10
STEPS = {
    Stage.ACKNOWLEDGED: "Note that it is acknowledged",
    Stage.IDENTIFIED: "Note that the person is identified",
    Stage.OPEN: "Open it: look into what is disputed",
    Stage.APPEALED: "Enter an appeal",
}


@page(ROUTES, "/redress", needs=Permission.REDRESS_DECIDE)
def index(asked: Asked) -> Response:
    """List requests, what is overdue first."""
    everything = asked.param("closed") == "yes"
    with asked.center.store.reading(asked.access) as tx:
        found = redress.waiting(tx, asked.center.redress_clocks, closed=everything)
    return asked.render("redress.html", under=CASES, requests=found, everything=everything)


@page(ROUTES, "/redress/{uid}", needs=Permission.REDRESS_DECIDE)
def show(asked: Asked) -> Response:
    """Show one request, and what can be done next."""
    return _show(asked)


@page(ROUTES, "/redress/{uid}/step", method="POST", needs=Permission.REDRESS_DECIDE)
def step(asked: Asked) -> Response:
    """Take a step that needs no reason."""

    def work(uid: UUID) -> None:
        then = read_choice(Stage, asked.field("step"), name="step")
        with asked.center.store.writing(asked.access) as tx:
            redress.advance(tx, uid, then, note=asked.field("note"))

    return _do(asked, work, said="redress-step")


@page(ROUTES, "/redress/{uid}/decide", method="POST", needs=Permission.REDRESS_DECIDE)
def decide(asked: Asked) -> Response:
    """Decide with a reason."""

    def work(uid: UUID) -> None:
        with asked.center.store.writing(asked.access) as tx:
            redress.decide(tx, uid, _ruling(asked))

    return _do(asked, work, said="redress-decided")


@page(ROUTES, "/redress/{uid}/close", method="POST", needs=Permission.REDRESS_DECIDE)
def close(asked: Asked) -> Response:
    """Close a request."""

    def work(uid: UUID) -> None:
        closing = read_choice(Closing, asked.field("closing"), name="closing")
        with asked.center.store.writing(asked.access) as tx:
            redress.close(tx, uid, closing)

    return _do(asked, work, said="redress-closed")


@page(ROUTES, "/redress/{uid}/records", method="POST", needs=Permission.REDRESS_DECIDE)
def link(asked: Asked) -> Response:
    """Flag a record as disputed, or take the flag off again."""

    def work(uid: UUID) -> None:
        record = parse_id(asked.field("record").strip())
        if record is None:
            raise Invalid("this is no identifier of a record", where="record", advice="Copy it from the record's page.")
        change = redress.unlink if asked.field("deed") == "unlink" else redress.link
        with asked.center.store.writing(asked.access) as tx:
            change(tx, uid, record)

    return _do(asked, work, said="redress-linked")


@page(ROUTES, "/redress/{uid}/letter/{kind}", needs=Permission.REDRESS_DECIDE)
def letter(asked: Asked) -> Response:
    """Give a letter as plain text."""
    with asked.center.store.reading(asked.access) as tx:
        found = redress.get(tx, asked.uid("request"), asked.center.redress_clocks)
    text = _letters(asked, found).get(asked.request.path_params["kind"])
    if text is None:
        raise NotFound("no such letter")
    name = f"{found.reference}-{asked.request.path_params['kind']}.txt"
    return PlainTextResponse(text, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _do(asked: Asked, work: Callable[[UUID], None], *, said: str) -> Response:
    uid = asked.uid("request")
    try:
        work(uid)
    except (Invalid, NotFound) as error:
        return _show(asked, problem=errors.explained(error))
    return redirect(f"/redress/{uid}", said=said)


def _ruling(asked: Asked) -> Ruling:
    refusal = asked.field("refusal")
    return Ruling(
        outcome=read_choice(Outcome, asked.field("outcome"), name="outcome"),
        explanation=asked.field("explanation").replace("\r\n", "\n"),
        remedies=frozenset(read_choice(Remedy, name, name="remedies") for name in asked.fields("remedies")),
        refusal=read_choice(Refusal, refusal, name="refusal") if refusal else None,
    )


def _show(asked: Asked, *, problem: str = "") -> Response:
    words = asked.param("q").strip()
    with asked.center.store.reading(asked.access) as tx:
        found = redress.get(tx, asked.uid("request"), asked.center.redress_clocks)
        hits: tuple[RecordView, ...] = ()
        if words and Permission.RECORD_READ in asked.may:
            hits = records.search(tx, SearchQuery(text=words, limit=MOST_FOUND)).hits
    return asked.render(
        "redress_request.html",
        code=400 if problem else 200,
        under=CASES,
        problem=problem,
        request=found,
        words=words,
        hits=[hit for hit in hits if hit.uid not in {one.uid for one in found.disputed if one.lifted_at is None}],
        letters=_letters(asked, found),
        steps=[(then, text) for then, text in STEPS.items() if _can(found, then)],
        correct_at="/given/records/{uid}",
        purge_at="/retention/decide?by=record&names={uid}",
        can_decide=_can(found, Stage.DECIDED),
        only_identity=found.stage is Stage.ACKNOWLEDGED,
        closings=sorted(CLOSES[found.stage]),
        outcomes=list(Outcome),
        remedies=list(Remedy),
        refusals=letters.REFUSALS,
        most_note=LONGEST_NOTE,
        most_explanation=LONGEST_EXPLANATION,
        entered={name: asked.field(name) for name in ("explanation", "outcome", "refusal")},
        chosen=asked.fields("remedies"),
    )


def _can(found: Request, then: Stage) -> bool:
    again = then is Stage.APPEALED and found.appealed_at is not None
    return then in FOLLOWS[found.stage] and not again


def _letters(asked: Asked, found: Request) -> dict[str, str]:
    """Write the letters that this request has come to; without an addressee there are none."""
    if found.asking is None:
        return {}
    clocks, today = asked.center.redress_clocks, day_of(asked.center.clock())
    received = day_of(found.received_at)
    heading = Heading(
        center=asked.center.settings.name, reference=found.reference, day=today, to=found.asking.name.strip()
    )
    decide_by = add_days(received, clocks.within)
    made = {"acknowledgement": letters.acknowledgement(heading, received=received, decide_by=decide_by)}
    if found.ruling is not None and found.decided_at is not None:
        appeal_by = "" if found.appealed_at is not None else add_days(day_of(found.decided_at), clocks.within)
        made["decision"] = letters.decision(heading, found.ruling, appeal_by=appeal_by)
    return made
