"""The review queue: pairs of which the model is not sure, side by side, for a person to decide by keyboard or by button."""

from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid, NotFound
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.judgement import ReviewPair, Verdict
from tessera.model.marking import Marking
from tessera.store import judgements, model_figures, review
from tessera.web import errors
from tessera.web.beside import beside
from tessera.web.forms import read_choice
from tessera.web.page import Asked, page, redirect
from tessera.web.templating import link
from tessera.web.weights import weigh

ROUTES: list[Route] = []
LISTED = 12
"""Pairs of the queue that stand beside the one in hand."""
MINE = 8
UNSAID = {
    Verdict.SAME: "judged the same",
    Verdict.DIFFERENT: "judged different",
    Verdict.UNSURE: "looked at, and unsure",
}


@page(ROUTES, "/review", needs=Permission.JUDGEMENT_CREATE)
def index(asked: Asked) -> Response:
    """Show the pair whose decision would change most, and what waits behind it."""
    kind, after = asked.param("kind"), asked.param("after")
    with asked.center.store.reading(asked.access) as tx:
        if kind and kind not in tx.dictionary.kinds:
            raise Invalid(f"unknown kind {kind[:40]!r}", where="kind", advice="Choose one of the list.")
        waiting = review.waiting(tx)
        found = review.queue(tx, kind, after=parse_id(after) if after else None, limit=LISTED + 1)
        mine = judgements.recent(tx, account=asked.access.actor.account, limit=MINE)
        agreement = review.agreement(tx, kind)
        marks = model_figures.thresholds(tx, found[0].pair.left.kind) if found else {}
    hand = found[0] if found else None
    return asked.render(
        "review.html",
        under=_marking(found),
        kind=kind,
        kinds=[(name, asked.center.dictionary.kinds[name].label, count) for name, count in sorted(waiting.items())],
        hand=hand,
        rows=beside(hand.pair.left, hand.pair.right) if hand else (),
        weighed=weigh(hand.pair.waterfall, marks) if hand else None,
        marks=marks,
        behind=found[1:],
        after=after,
        mine=mine,
        agreement=agreement,
        catching_up=asked.catching_up({kind} if kind else asked.center.dictionary.resolution.keys()),
        problem="",
        reason="",
    )


@page(ROUTES, "/pairs/{left}/{right}", needs=Permission.ENTITY_READ)
def pair(asked: Asked) -> Response:
    """Show any two records of a kind side by side, whether or not they wait in the queue."""
    return _show_pair(asked, _end(asked, "left"), _end(asked, "right"))


@page(ROUTES, "/judgements", method="POST", needs=Permission.JUDGEMENT_CREATE)
def judge(asked: Asked) -> Response:
    """Note what a person says of two records; then go on to the next pair, or back to this one."""
    left, right = _named(asked, "left"), _named(asked, "right")
    try:
        verdict = read_choice(Verdict, asked.field("verdict"), name="verdict")
        reason = asked.field("reason").strip() or UNSAID.get(verdict, "")
        seen = asked.field("seen")
        with asked.center.store.writing(asked.access) as tx:
            said = judgements.judge(tx, left, right, verdict, reason, seen=parse_id(seen) if seen else None)
    except (Conflict, Invalid) as error:
        return _show_pair(asked, left, right, problem=errors.explained(error), status=errors.status_of(error))
    told = "judged" if said.in_force or verdict is Verdict.UNSURE else "judged-once"
    if asked.field("then") == "queue":
        return redirect(link("/review", [("kind", asked.field("kind"))]), said=told)
    return redirect(f"/pairs/{left}/{right}", said=told)


def _show_pair(asked: Asked, left: UUID, right: UUID, *, problem: str = "", status: int = 200) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        hand = review.one(tx, left, right)
        marks = model_figures.thresholds(tx, hand.pair.left.kind)
    return asked.render(
        "pair.html",
        code=status,
        under=_marking([hand]),
        hand=hand,
        rows=beside(hand.pair.left, hand.pair.right),
        weighed=weigh(hand.pair.waterfall, marks),
        marks=marks,
        problem=problem,
        reason=asked.field("reason"),
    )


def _marking(pairs: list[ReviewPair]) -> Marking:
    """Join the markings of every record that is on the page."""
    joined = Marking()
    for one in pairs:
        joined |= one.marking | one.pair.left.marking | one.pair.right.marking
    return joined


def _end(asked: Asked, side: str) -> UUID:
    """Read one record of the address. One that is none names nothing."""
    found = parse_id(asked.request.path_params[side])
    if found is None:
        raise NotFound("no such record")
    return found


def _named(asked: Asked, side: str) -> UUID:
    found = parse_id(asked.field(side))
    if found is None:
        raise Invalid(
            f"{side!r} names no record", where=side, advice="Go back, load the page again, and decide once more."
        )
    return found
