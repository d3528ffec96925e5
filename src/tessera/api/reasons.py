"""Who am I here, and why: every decision with its sentence."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from tessera.api.needs import Anyone, Door
from tessera.api.pages import Listing
from tessera.api.record_answers import Marking
from tessera.api.visits import Here, Visit
from tessera.model.access import AgencyKind, Permission, Purpose, Role
from tessera.model.decision import Decision as DecisionValue
from tessera.model.marking import FieldClass
from tessera.model.marking import Marking as MarkingValue
from tessera.model.source import Standing
from tessera.store import records
from tessera.store.events import Event

door = Door("Reasons")


class Decision(BaseModel):
    """An answer that explains itself."""

    allowed: bool
    policies: list[str] = Field(description="The rules that decided; none where the default, no, did.")
    reason: str


class Right(Decision):
    """Whether this access has a permission, and why."""

    permission: Permission


class Me(BaseModel):
    """Who asks, for what purpose, and what that gives."""

    account: str
    agency: str
    agency_kind: AgencyKind
    roles: list[Role]
    groups: list[str]
    trained_until: str
    purpose: Purpose
    need_to_know: str
    scopes: list[str]
    rights: list[Right]


class FieldDecision(Decision):
    """Whether fields of a class may be seen, and why."""

    field_class: FieldClass


class Reading(BaseModel):
    """Whether what carries a marking may be read, and which of its fields."""

    record: Decision
    fields: list[FieldDecision]


class Rule(BaseModel):
    """One rule of the policy in a sentence."""

    name: str
    reads: str


@door.get("/whoami", need=Anyone.SIGNED_IN, answers=Me)
def whoami(visit: Here) -> Me:
    """Say who asks, and what this token allows."""
    actor, access = visit.access.actor, visit.access
    return Me(
        account=actor.account,
        agency=actor.agency,
        agency_kind=actor.agency_kind,
        roles=sorted(actor.roles),
        groups=sorted(actor.groups),
        trained_until=actor.trained_until,
        purpose=access.purpose,
        need_to_know=access.need_to_know,
        scopes=sorted(access.scopes or ()),
        rights=[_right(visit, permission) for permission in Permission],
    )


@door.get("/why", need=Anyone.SIGNED_IN, answers=Right)
def why(visit: Here, permission: Annotated[Permission, Query(description="What is asked for.")]) -> Right:
    """Explain why this access has or has not a permission."""
    return _right(visit, permission)


@door.post("/why", need=Anyone.SIGNED_IN, answers=Reading)
def why_marking(visit: Here, marking: Marking) -> Reading:
    """Explain whether this access could read what carries a marking. Says nothing about what there is."""
    with visit.store.reading(visit.access) as tx:
        standing = tx.standing
        tx.note(Event.POLICY_READ)
    return _reading(visit, MarkingValue.from_json(marking.model_dump(mode="json")), standing)


@door.get("/records/{uid}/why", need=Permission.RECORD_READ, answers=Reading, fails=(404,))
def why_record(visit: Here, uid: UUID) -> Reading:
    """Explain what of a record may be seen, and why."""
    with visit.store.reading(visit.access) as tx:
        marking, standing = records.get(tx, uid).marking, tx.standing
    return _reading(visit, marking, standing)


@door.get("/policy", need=Anyone.SIGNED_IN, answers=Listing[Rule])
def policy(visit: Here) -> Listing[Rule]:
    """List the rules that decide, each in a sentence."""
    return Listing(items=[Rule(name=name, reads=reads) for name, reads in visit.center.policy.rules().items()])


def _right(visit: Visit, permission: Permission) -> Right:
    return Right.model_validate(_plain(visit.center.policy.may(visit.access, permission)) | {"permission": permission})


def _reading(visit: Visit, marking: MarkingValue, standing: Standing) -> Reading:
    rules = visit.center.policy
    fields = [(c, rules.why_masked(visit.access, marking, c, standing=standing)) for c in FieldClass]
    return Reading(
        record=Decision.model_validate(_plain(rules.may_read(visit.access, [marking], standing=standing)[0])),
        fields=[FieldDecision.model_validate(_plain(decision) | {"field_class": c}) for c, decision in fields],
    )


def _plain(decision: DecisionValue) -> dict[str, object]:
    return {"allowed": decision.allowed, "policies": list(decision.policies), "reason": decision.reason}
