"""Why: the decision about a record or a permission, with the policies that decided, in sentences."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Invalid, NotFound
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.decision import Decision
from tessera.model.marking import Marking
from tessera.store import records
from tessera.store.transactions import day_of
from tessera.web.forms import read_choice
from tessera.web.page import Asked, page

ROUTES: list[Route] = []


@page(
    ROUTES, "/why", needs=None, because="whoever is refused may ask why; a record is explained only to who may read it"
)
def show(asked: Asked) -> Response:
    """Explain one decision about who asks."""
    if asked.param("record"):
        return _of_record(asked)
    if not asked.param("permission"):
        raise Invalid("nothing is asked for", advice="Ask for a record or a permission.")
    permission = read_choice(Permission, asked.param("permission"), name="permission")
    decision = asked.center.policy.may(asked.access, permission, today=_today(asked))
    return _render(asked, f"the permission {permission}", decision)


def _of_record(asked: Asked) -> Response:
    uid = parse_id(asked.param("record"))
    if uid is None:
        raise NotFound("no such record", advice="It does not exist, or you may not know of it.")
    with asked.center.store.reading(asked.access) as tx:
        record = records.get(tx, uid)
    decision = asked.center.policy.may_read(asked.access, [record.marking], today=_today(asked))[0]
    return _render(asked, f"the record {record.uid}", decision, record.marking)


def _render(asked: Asked, subject: str, decision: Decision, marking: Marking | None = None) -> Response:
    rules = asked.center.policy.rules()
    return asked.render(
        "why.html",
        under=marking or Marking(),
        marking=marking,
        subject=subject,
        decision=decision,
        policies=[(name, rules[name]) for name in decision.policies if name in rules],
    )


def _today(asked: Asked) -> str:
    return day_of(asked.center.clock())
