"""How one record is to be handled: changed by its owner, or closed further by its keepers, with a reason."""

from typing import TypeVar
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid, NotAllowed
from tessera.model.access import Permission
from tessera.model.handling import Handling
from tessera.model.marking import Sensitivity, Tlp
from tessera.store import parties, records, rehandling
from tessera.trust.cui_codes import CONTROLS
from tessera.web import errors
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
_Level = TypeVar("_Level", Sensitivity, Tlp)


@page(ROUTES, "/records/{uid}/marking", needs=Permission.MARKING_CHANGE)
def show(asked: Asked) -> Response:
    """Show how a record is marked, how that came, and the form that changes it."""
    return _show(asked, asked.uid("record"))


@page(ROUTES, "/records/{uid}/marking", method="POST", needs=Permission.MARKING_CHANGE)
def change(asked: Asked) -> Response:
    """Mark it anew."""
    uid = asked.uid("record")
    try:
        wanted = read_handling(asked)
        with asked.center.store.writing(asked.access) as tx:
            rehandling.change(tx, uid, wanted, asked.field("reason"))
    except (Conflict, Invalid, NotAllowed) as error:
        return _show(asked, uid, problem=errors.explained(error), code=errors.status_of(error))
    return redirect(f"/records/{uid}", said="marked")


def read_handling(asked: Asked) -> Handling:
    """Read the form: an empty list of agencies means none besides the owner, unless anybody of its TLP may have it."""
    agencies = frozenset(asked.fields("releasable_to"))
    return Handling(
        sensitivity=_level(Sensitivity, asked.field("sensitivity"), "sensitivity"),
        tlp=_level(Tlp, asked.field("tlp"), "tlp"),
        releasable_to=None if asked.field("community") == "yes" else agencies,
        dissemination=frozenset(asked.fields("dissemination")),
    )


def _level(kind: type[_Level], text: str, name: str) -> _Level:
    if text not in kind.__members__:
        raise Invalid(f"{name!r} cannot be {text[:40]!r}", where=name, advice=f"One of: {', '.join(kind.__members__)}.")
    return kind[text]


def _show(asked: Asked, uid: UUID, *, problem: str = "", code: int = 200) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        view = records.get(tx, uid)
        history = rehandling.history(tx, uid)
        agencies = parties.agencies(tx) if Permission.SOURCE_READ in asked.may else []
    return asked.render(
        "marking.html",
        code=code,
        under=view.marking,
        record=view,
        history=history,
        agencies=[(one.name, one.label) for one in agencies if one.name not in view.marking.owners],
        controls=CONTROLS,
        levels=tuple(Sensitivity),
        colors=tuple(Tlp),
        problem=problem,
        reason=asked.field("reason"),
    )
