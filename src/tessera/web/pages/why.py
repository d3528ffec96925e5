"""Why: the decision about a record or a permission, with the policies that decided, in sentences."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import NotFound
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.decision import Decision
from tessera.model.marking import FieldClass, Marking
from tessera.model.record import RecordView
from tessera.store import records
from tessera.store.transactions import day_of
from tessera.web.forms import read_choice
from tessera.web.page import Asked, page

ROUTES: list[Route] = []


@page(
    ROUTES, "/why", needs=None, because="whoever is refused may ask why; a record is explained only to who may read it"
)
def show(asked: Asked) -> Response:
    """Explain one decision about who asks, or what they may do at all."""
    if asked.param("record"):
        return _of_record(asked)
    if not asked.param("permission"):
        return _of_doors(asked)
    permission = read_choice(Permission, asked.param("permission"), name="permission")
    return _render(asked, _Explained(subject=f"the permission {permission}", decision=_door(asked, permission)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Explained:
    """One decision, and where it is about a record, its marking and what of its fields may be seen."""

    subject: str
    decision: Decision
    record: RecordView | None = None
    fields: tuple[tuple[FieldClass, Decision], ...] = ()


def _of_doors(asked: Asked) -> Response:
    return asked.render("why_doors.html", doors=[(each, _door(asked, each)) for each in Permission])


def _of_record(asked: Asked) -> Response:
    uid = parse_id(asked.param("record"))
    if uid is None:
        raise NotFound("no such record", advice="It does not exist, or you may not know of it.")
    with asked.center.store.reading(asked.access) as tx:
        record, today, standing = records.get(tx, uid), tx.today, tx.standing
    policy, marking = asked.center.policy, record.marking
    decision = policy.may_read(asked.access, [marking], today=today, standing=standing)[0]
    fields = tuple((c, policy.why_masked(asked.access, marking, c, today=today, standing=standing)) for c in FieldClass)
    return _render(
        asked, _Explained(subject=f"the record {record.uid}", decision=decision, record=record, fields=fields)
    )


def _render(asked: Asked, explained: _Explained) -> Response:
    rules = asked.center.policy.rules()
    marking = explained.record.marking if explained.record else None
    named = [*explained.decision.policies, *(name for _, field in explained.fields for name in field.policies)]
    return asked.render(
        "why.html",
        under=marking or Marking(),
        marking=marking,
        subject=explained.subject,
        decision=explained.decision,
        fields=explained.fields,
        policies=[(name, rules[name]) for name in dict.fromkeys(named) if name in rules],
    )


def _door(asked: Asked, permission: Permission) -> Decision:
    return asked.center.policy.may(asked.access, permission, today=day_of(asked.center.clock()))
