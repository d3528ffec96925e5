"""The privacy officer's page: what the gate held, by which rules, and the decision about it."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid
from tessera.ids import parse_id
from tessera.model.access import Permission, Purpose
from tessera.model.flag import FlagState, Ground
from tessera.store import flags
from tessera.trust.protected import examine
from tessera.web import errors
from tessera.web.forms import read_choice
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
SHOWN = 10
LONGEST_TEXT = 20_000
Piece = tuple[str, str]
"""Some text, and the rule that held it, or nothing."""


@page(ROUTES, "/flags", needs=Permission.FLAG_DECIDE)
def index(asked: Asked) -> Response:
    """Show the open flags, the longest waiting first; or those that were decided."""
    return _show(asked)


@page(ROUTES, "/flags/try", method="POST", needs=Permission.FLAG_DECIDE)
def try_text(asked: Asked) -> Response:
    """Say what the gate makes of a text. Nothing of it is kept."""
    text = asked.field("text")
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"the text is longer than {LONGEST_TEXT:,} characters", where="text", advice="Try a part of it.")
    return _show(asked, tried=text)


@page(
    ROUTES,
    "/flags/{uid}/release",
    method="POST",
    needs=Permission.FLAG_DECIDE,
    signs="You release a text that the gate held.",
)
def release(asked: Asked) -> Response:
    """Let a held text go."""
    try:
        ground = read_choice(Ground, asked.field("ground"), name="ground")
        with asked.center.store.writing(asked.access) as tx:
            flags.release(tx, asked.uid("flag"), ground, asked.field("reason"))
    except (Conflict, Invalid) as error:
        return _show(asked, problem=errors.explained(error), status=errors.status_of(error))
    return redirect("/flags", said="flag-released")


@page(ROUTES, "/flags/{uid}/delete", method="POST", needs=Permission.FLAG_DECIDE)
def delete(asked: Asked) -> Response:
    """Propose to purge a held text."""
    try:
        with asked.center.store.writing(asked.access) as tx:
            flags.delete(tx, asked.uid("flag"), asked.field("reason"))
    except (Conflict, Invalid) as error:
        return _show(asked, problem=errors.explained(error), status=errors.status_of(error))
    return redirect("/flags", said="flag-deleted")


def _show(asked: Asked, *, problem: str = "", status: int = 200, tried: str = "") -> Response:
    chosen = asked.param("state") or FlagState.OPEN.value
    state = read_choice(FlagState, chosen, name="state")
    after = asked.param("after")
    with asked.center.store.reading(asked.access) as tx:
        found = flags.page(tx, state=state, limit=SHOWN + 1, after=parse_id(after) if after else None)
        counts = flags.count(tx)
        rules = flags.by_rule(tx)
        marking = flags.markings_of(tx, found[:SHOWN])
    shown = found[:SHOWN]
    finding = examine(tried, asked.center.store.protected) if tried.strip() else None
    known = asked.center.store.protected.by_name
    return asked.render(
        "flags.html",
        code=status,
        under=marking,
        flags=[(flag, pieces(flag.text, flag.places)) for flag in shown],
        more=str(shown[-1].uid) if len(found) > SHOWN else "",
        state=state,
        states=tuple(FlagState),
        counts=counts,
        rules=rules,
        sentences={name: rule.sentence for name, rule in known.items()},
        problem=problem,
        may_read=asked.access.purpose is Purpose.OVERSIGHT,
        tried=tried,
        finding=finding,
        tried_pieces=pieces(tried, tuple((one.start, one.end, one.rule) for one in finding.reasons)) if finding else [],
    )


def pieces(text: str, places: tuple[tuple[int, int, str], ...]) -> list[Piece]:
    """Cut a text where a rule found words, so that a page can mark them. Where two places overlap, the first is marked."""
    found: list[Piece] = []
    at = 0
    for start, end, rule in sorted(places):
        if start < at or end > len(text):
            continue
        found += [(text[at:start], ""), (text[start:end], rule)]
        at = end
    return [piece for piece in [*found, (text[at:], "")] if piece[0]]
