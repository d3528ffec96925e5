"""Entities, judgements and the review queue, for programs."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field, StringConstraints

from tessera.api.entity_answers import Entity, Judgement, NearMiss, ReviewPair
from tessera.api.moments import Instant
from tessera.api.needs import Door
from tessera.api.pages import Listing
from tessera.api.texts import Text
from tessera.api.visits import Here
from tessera.model.access import Permission
from tessera.model.judgement import Verdict
from tessera.store import entities, judgements, review
from tessera.store.models import LONGEST_REASON

door = Door("Entities")
AsOf = Annotated[Instant | None, Query(description="As it was known at this instant.")]
Some = Annotated[int, Query(ge=1, le=200, description="Items at most.")]
Reason = Annotated[Text, StringConstraints(min_length=1, max_length=LONGEST_REASON)]


class NewJudgement(BaseModel):
    """What is said of two records."""

    left: UUID
    right: UUID
    verdict: Literal["same", "different", "unsure"]
    reason: Reason
    seen: UUID | Literal["any"] | None = Field(
        "any", description="The newest judgement that was read; null for none, `any` not to mind."
    )


class Undoing(BaseModel):
    """Why a judgement is taken back."""

    reason: Reason


@door.get("/entities/{uid}", need=Permission.ENTITY_READ, answers=Entity, fails=(404,))
def get(visit: Here, uid: UUID, as_of: AsOf = None) -> Entity:
    """Read the person, place or thing that a record speaks of, made of all records that this access may see."""
    with visit.store.reading(visit.access) as tx:
        return Entity.of(entities.get(tx, uid, as_of=as_of))


@door.get("/entities/{uid}/near-misses", need=Permission.ENTITY_READ, answers=Listing[NearMiss], fails=(404,))
def near_misses(visit: Here, uid: UUID, limit: Some = 20) -> Listing[NearMiss]:
    """List records that are nearly part of an entity."""
    with visit.store.reading(visit.access) as tx:
        return Listing(items=[NearMiss.of(miss) for miss in entities.near_misses(tx, uid, limit=limit)])


@door.get("/entities/{uid}/history", need=Permission.ENTITY_READ, answers=Listing[Judgement], fails=(404,))
def history(visit: Here, uid: UUID, limit: Some = 200) -> Listing[Judgement]:
    """List what people and models said of a record, newest first."""
    with visit.store.reading(visit.access) as tx:
        return Listing(items=[Judgement.of(one) for one in judgements.history(tx, uid, limit=limit)])


@door.get("/judgements", need=Permission.ENTITY_READ, answers=Listing[Judgement])
def recent(
    visit: Here,
    account: Annotated[Text, Query(max_length=64, description="Only of this account.")] = "",
    limit: Some = 50,
) -> Listing[Judgement]:
    """List judgements of people, newest first."""
    with visit.store.reading(visit.access) as tx:
        return Listing(items=[Judgement.of(one) for one in judgements.recent(tx, account=account, limit=limit)])


@door.post("/judgements", need=Permission.JUDGEMENT_CREATE, answers=Judgement, status=201, fails=(404, 409))
def judge(visit: Here, said: NewJudgement) -> Judgement:
    """Say whether two records are of one thing."""
    seen = judgements.ANY if said.seen == "any" else said.seen
    with visit.store.writing(visit.access) as tx:
        return Judgement.of(
            judgements.judge(
                tx,
                said.left,
                said.right,
                Verdict(said.verdict),
                said.reason,
                seen=seen if isinstance(seen, UUID) else None,
            )
        )


@door.post("/judgements/{uid}/undo", need=Permission.JUDGEMENT_CREATE, answers=Judgement, status=201, fails=(404, 409))
def undo(visit: Here, uid: UUID, said: Undoing) -> Judgement:
    """Take a judgement back."""
    with visit.store.writing(visit.access) as tx:
        return Judgement.of(judgements.undo(tx, uid, said.reason))


@door.get("/review", need=Permission.JUDGEMENT_CREATE, answers=Listing[ReviewPair])
def queue(
    visit: Here,
    kind: Annotated[Text, Query(max_length=64, description="Only of this kind.")] = "",
    limit: Some = 20,
) -> Listing[ReviewPair]:
    """List pairs that wait for a person, those first that would change most."""
    with visit.store.reading(visit.access) as tx:
        return Listing(items=[ReviewPair.of(one) for one in review.queue(tx, kind, limit=limit)])
