"""The invented region's dealings with the public: requests for correction in three states, and a published report."""

from uuid import UUID

from tessera.demo import DemoAccount
from tessera.flow.center import Center
from tessera.model.access import Access, Actor, Role
from tessera.model.record import SearchQuery
from tessera.model.redress import Asking
from tessera.store import records, redress, transparency
from tessera.store.redress import VISITOR
from tessera.trust.redress import Stage

REQUESTS = (
    (
        Asking(
            name="Invented Person One",
            reach="General Delivery, Dover (invented)",
            statement="I believe that a report of a theft names me as the person involved. I was abroad on that day. "
            "This request is invented.",
            agency_named="State police",
        ),
        (Stage.ACKNOWLEDGED, Stage.IDENTIFIED, Stage.OPEN),
    ),
    (
        Asking(
            name="Invented Person Two",
            reach="302-555-0148 (invented)",
            statement="My date of birth is wrong in whatever you hold about me. This request is invented.",
        ),
        (Stage.ACKNOWLEDGED,),
    ),
    (
        Asking(
            name="Invented Person Three",
            reach="three@example.org",
            statement="I was photographing a bridge for my work. I want to know whether this was reported, and it should be "
            "deleted. This request is invented.",
        ),
        (),
    ),
)
NOTE = "Every table of the invented region was looked at."


def open_up(center: Center, accounts: tuple[DemoAccount, ...]) -> None:
    """Have people ask for corrections, and publish a report; nothing where that was done before, or nobody may do it."""
    officer = next((_access(one) for one in accounts if Role.PRIVACY_OFFICER in one.roles), None)
    if officer is None or transparency.published(center.store):
        return
    asked = [_ask(center, officer, asking, stages) for asking, stages in REQUESTS]
    _dispute_something(center, officer, asked[0])
    with center.store.writing(officer) as tx:
        draft = transparency.draft(tx, clocks=center.redress_clocks, k=center.settings.small_cell)
        transparency.publish(tx, draft.uid, note=NOTE)


def _access(account: DemoAccount) -> Access:
    actor = Actor(
        account=account.account,
        agency=account.agency,
        roles=frozenset(account.roles),
        groups=frozenset(account.groups),
        trained_until=account.trained_until,
    )
    return Access(actor=actor, purpose=account.purpose)


def _ask(center: Center, officer: Access, asking: Asking, stages: tuple[Stage, ...]) -> UUID:
    with center.store.writing(VISITOR) as tx:
        given = redress.receive(tx, asking)
    with center.store.writing(officer) as tx:
        found = redress.waiting(tx, center.redress_clocks)
        uid = next(one.uid for one in found if one.reference == given.reference)
        for stage in stages:
            redress.advance(tx, uid, stage)
    return uid


def _dispute_something(center: Center, officer: Access, uid: UUID) -> None:
    with center.store.writing(officer) as tx:
        hits = records.search(tx, SearchQuery(kinds=("incident",), limit=1)).hits
        if hits:
            redress.link(tx, uid, hits[0].uid)
