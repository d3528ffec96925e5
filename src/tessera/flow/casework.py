"""The invented region's casework: submissions of criminal intelligence and reports of suspicious activity, in several states."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from tessera.demo import DemoAccount
from tessera.flow import entering
from tessera.flow.center import Center
from tessera.model.access import Access, Actor, Presence, Role
from tessera.store import intelligence, intelligence_views, suspicious_activity
from tessera.store.intelligence_shape import Draft, DraftSubject, Named
from tessera.store.suspicious_activity_shape import Observation, Seen
from tessera.trust.intelligence import Labels, Method, Nature, Reliability, SensitivityLevel, Validity, latest_review
from tessera.trust.suspicious_activity import Finding

FORMS, REPORTS = "intelligence-desk", "suspicious-activity-desk"
NEED = "invented case 2026-17"
SOON_DAYS = 25
FEWEST_ANALYSTS = 3
_LABELS = Labels(
    sensitivity=SensitivityLevel.SENSITIVE,
    reliability=Reliability.USUALLY_RELIABLE,
    validity=Validity.PROBABLE,
    nature=Nature.INVESTIGATOR,
    control_official="Lieutenant of the intelligence desk (invented)",
)


def _person(name: str, born: str) -> Named:
    return Named(kind="person", values={"full_name": name, "birth_date": born})


RING = DraftSubject(
    named=_person("Invented Person Alder", "1979-04-11"),
    offence="cargo-theft",
    umbrella="organised-crime",
    facts="On four nights in May he was seen loading catalytic converters from two counties into the same rented truck. This is invented.",
    relevance="The converters were sold on by one dealer, whose books name him as the supplier.",
    others=(Named(kind="person", values={"full_name": "Invented Person Birch", "phone": "302-555-0161"}),),
)
TRUCK = DraftSubject(
    named=Named(
        kind="vehicle", values={"plate": "INV 4471", "plate_state": "DE", "make": "Invented", "model": "Box truck"}
    ),
    offence="cargo-theft",
    facts="The truck was rented under his name on each of the four nights. This is invented.",
    relevance="It carried what was stolen across the county line.",
)
FRAUD = DraftSubject(
    named=Named(kind="organization", values={"name": "Invented Harbor Loans", "city": "Dover"}),
    offence="fraud-scheme",
    facts="Eleven complainants paid a fee in advance for loans that none of them received. This is invented.",
    relevance="All payments went to one account, which was emptied on the same day.",
)
UNFINISHED = DraftSubject(
    named=_person("Invented Person Cedar", "1988-09-30"), offence="", facts="Seen near the yard.", relevance=""
)
RALLY = DraftSubject(
    named=_person("Invented Person Dogwood", "1991-01-05"),
    offence="infrastructure-attack",
    facts="She spoke at a peaceful rally against the quarry and handed out leaflets of her party. This is invented.",
    relevance="Her speeches bear on what the group will ask for next.",
)
FENCE = "A man walked along the fence of the pumping station for an hour, measured it and photographed its cameras. This is invented."
CALLER = "A caller asked three utilities on the same day how many guards work at night. This is invented."
WAITED = "A man waited in a van at the gate of the pumping station for an hour. This is invented."
MARCH = "Members of a union marched to the plant with banners and their names were taken down. This is invented."


def do_casework(center: Center, wanted: tuple[DemoAccount, ...]) -> None:
    """File them; nothing where that was done before, or where too few work there to do it."""
    now = center.clock()
    people = [_access(one, now) for one in wanted if Role.ANALYST in one.roles]
    officer = next((_access(one, now) for one in wanted if Role.PRIVACY_OFFICER in one.roles), None)
    if len(people) < FEWEST_ANALYSTS or officer is None:
        return
    with center.store.reading(people[0]) as tx:
        known = {name for name, _ in intelligence_views.sources(tx)}
        done = bool(intelligence_views.page(tx))
    if done or FORMS not in known:
        return
    _submissions(center, people)
    _reports(center, people, officer)


def _access(account: DemoAccount, now: int) -> Access:
    """Stand for an invented person. What they "sign" says in the audit log that it is invented."""
    actor = Actor(
        account=account.account,
        agency=account.agency,
        roles=frozenset(account.roles),
        groups=frozenset(account.groups),
        trained_until=account.trained_until,
    )
    return Access(actor=actor, purpose=account.purpose, need_to_know=NEED, presence=Presence(by="invented", at=now))


def _draft(*subjects: DraftSubject) -> Draft:
    return Draft(
        source=FORMS,
        subjects=subjects,
        labels=_LABELS,
        method=Method.OBSERVATION,
        authority="Invented Code § 11",
        attested=True,
        supporting="Invented file 2026-17, drawer 3",
    )


def _submissions(center: Center, people: list[Access]) -> None:
    first, second, third = people[:3]
    longest = entering.submit(center, first, _draft(RING, TRUCK))
    soon = entering.submit(center, second, _draft(FRAUD))
    with center.store.writing(second) as tx:
        intelligence.approve(tx, longest, until=latest_review(tx.today), offences=center.offences)
    with center.store.writing(third) as tx:
        until = (date.fromisoformat(tx.today) + timedelta(days=SOON_DAYS)).isoformat()
        intelligence.approve(tx, soon, until=until, offences=center.offences)
    entering.submit(center, second, _draft(replace(FRAUD, others=RING.others)))
    entering.submit(center, third, _draft(UNFINISHED))
    entering.submit(center, second, _draft(RALLY))


def _reports(center: Center, people: list[Access], officer: Access) -> None:
    first, second, third = people[:3]
    seen = (Seen(kind="person", values={"description": "About forty, gray coat, walks with a cane."}),)
    shared = _vetted(center, people, _observation(FENCE, seen), Finding.NEXUS)
    with center.store.writing(officer) as tx:
        suspicious_activity.check(tx, shared, detailed=False, rationale="It rests on what was done at the fence alone.")
    with center.store.writing(first) as tx:
        suspicious_activity.share(tx, shared, recipients=["three-counties-power", "federal-liaison"])
    _vetted(center, people, _observation(CALLER), Finding.NEXUS)
    _vetted(center, people, _observation(WAITED), Finding.UNFOUNDED)
    waiting = entering.receive(center, second, _observation(CALLER.replace("three", "two")))
    with center.store.writing(third) as tx:
        suspicious_activity.pass_on(tx, waiting, note="Two reports agree.")
    entering.receive(center, first, _observation(FENCE.replace("A man", "Somebody")))
    entering.receive(center, first, _observation(MARCH))


def _observation(text: str, seen: tuple[Seen, ...] = ()) -> Observation:
    values = {"text": text, "city": "Dover", "sector": "water", "nature_of_source": "private sector"}
    return Observation(source=REPORTS, values=values, seen=seen)


def _vetted(center: Center, people: list[Access], given: Observation, finding: Finding) -> UUID:
    first, second, third = people[:3]
    uid = entering.receive(center, first, given)
    with center.store.writing(second) as tx:
        suspicious_activity.pass_on(tx, uid, note="Complete.")
        facts = "It was seen by two people who work there, and lasted longer than any errand."
        suspicious_activity.vet_first(tx, uid, behaviors=["SURVL", "ELICIT"], facts=facts)
    with center.store.writing(third) as tx:
        context = "The same place had an attempt at its gate in May, as its log shows."
        more = "A second plant of the same company reported the like within a week."
        suspicious_activity.vet_second(tx, uid, finding=finding, context=context, more=more)
    return uid
