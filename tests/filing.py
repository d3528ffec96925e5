"""Holdings of each sort, the people who work with them, and entries as their forms give them; shared by several tests."""

from dataclasses import replace
from uuid import UUID

import regions

from tessera.flow import entering
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Purpose, Role
from tessera.model.marking import Marking, Regime, Sensitivity, Tlp
from tessera.model.source import Holding, HoldingSort
from tessera.store import intelligence, parties, suspicious_activity
from tessera.store.intelligence_shape import Draft, DraftSubject, Named
from tessera.store.suspicious_activity_shape import Observation, Seen
from tessera.trust.intelligence import Labels, Method, Nature, Reliability, SensitivityLevel, Validity, latest_review
from tessera.trust.suspicious_activity import Finding

PURPOSES = frozenset({Purpose.CRIMINAL_INVESTIGATION, Purpose.OVERSIGHT})
INTEL, SARS, TIPS = "intel-forms", "sar-forms", "tips-line"
_CRIME = Purpose.CRIMINAL_INVESTIGATION


def _who(name: str, agency: str, *roles: Role, groups: tuple[str, ...] = (), purpose: Purpose = _CRIME) -> Access:
    actor = regions.actor(name, agency, *roles, groups=groups)
    return Access(actor=actor, purpose=purpose, need_to_know="case 7", presence=regions.HERE)


LAW = ("law-enforcement", "cji-cleared")
AUTHOR = _who("avery", "fusion-unit", Role.ANALYST, groups=LAW)
SECOND = _who("blake", "fusion-unit", Role.ANALYST, groups=LAW)
THIRD = _who("casey", "fusion-unit", Role.ANALYST, groups=LAW)
OFFICER = _who("pat", "fusion-unit", Role.PRIVACY_OFFICER, purpose=Purpose.OVERSIGHT)
OTHER_OFFICER = _who("noa", "fusion-unit", Role.PRIVACY_OFFICER, purpose=Purpose.OVERSIGHT)
DEPUTY = _who("sam", "sheriff", Role.PARTNER, groups=LAW)
STEWARD = _who("morgan", "fusion-unit", Role.DATA_STEWARD, Role.ADMINISTRATOR, purpose=Purpose.DATA_STEWARDSHIP)
EVERYBODY = (AUTHOR, SECOND, THIRD, OFFICER, DEPUTY, STEWARD, regions.AUDITOR, regions.EPIDEMIOLOGIST)

FACTS = "Sold counterfeit titles for Zorbex vans on four dates to two undercover buyers."
RELEVANCE = "The sales are the trade of the ring that steals the vans."
RALLY = "She spoke at a peaceful rally against the quarry and carried a banner of her party."
SPEECHES = "What she says there bears on what the group will ask for next."
OTHER = "Wilhelmina Ottergaard"
SUBJECT = "Barnabas Quillfeather"


def register(center: Center) -> None:
    """Enter the holdings that are never mixed, each with a source of the center's own."""
    sorts = {"intel": HoldingSort.INTELLIGENCE, "sars": HoldingSort.SUSPICIOUS_ACTIVITY, "leads": HoldingSort.TIPS}
    holdings = [
        Holding(
            name=name,
            label=name.title(),
            authority=f"Test Code {name}",
            retention_days=1825,
            purposes=PURPOSES,
            sort=sort,
        )
        for name, sort in sorts.items()
    ]
    close = Marking(
        sensitivity=Sensitivity.RESTRICTED,
        tlp=Tlp.AMBER_STRICT,
        regimes=frozenset({Regime.PII}),
        purposes=frozenset(str(purpose) for purpose in PURPOSES),
        releasable_to=frozenset({"fusion-unit"}),
    )
    # 28 CFR 23 closes more than PII does; with both, partners would read of a subject whose name is masked
    given = replace(close, regimes=frozenset(), releasable_to=frozenset({"fusion-unit", "sheriff"}))
    sources = [
        regions.source(INTEL, of="fusion-unit", marking=given, holding="intel"),
        regions.source(SARS, of="fusion-unit", marking=close, holding="sars"),
        regions.source(TIPS, of="fusion-unit", marking=close, holding="leads"),
    ]
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, *holdings, *sources)


def subject(**changes: object) -> DraftSubject:
    made = DraftSubject(
        named=Named(kind="person", values={"full_name": SUBJECT, "birth_date": "1980-02-03"}),
        offence="vehicle-theft-ring",
        facts=FACTS,
        relevance=RELEVANCE,
        others=(Named(kind="person", values={"full_name": OTHER, "phone": "302-555-0142"}),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def draft(*subjects: DraftSubject, **changes: object) -> Draft:
    made = Draft(
        source=INTEL,
        subjects=subjects or (subject(),),
        labels=Labels(
            sensitivity=SensitivityLevel.SENSITIVE,
            reliability=Reliability.USUALLY_RELIABLE,
            validity=Validity.PROBABLE,
            nature=Nature.INVESTIGATOR,
            control_official="Lieutenant, intelligence desk",
        ),
        method=Method.OBSERVATION,
        authority="Test Code 9",
        attested=True,
        supporting="File 2026-114",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def submitted(center: Center, *subjects: DraftSubject, by: Access = AUTHOR) -> UUID:
    return entering.submit(center, by, draft(*subjects))


def approved(center: Center, *subjects: DraftSubject, until: str = "") -> UUID:
    uid = submitted(center, *subjects)
    with center.store.writing(SECOND) as tx:
        intelligence.approve(tx, uid, until=until or latest_review(tx.today), offences=center.offences)
    return uid


def observation(**changes: object) -> Observation:
    made = Observation(
        source=SARS,
        values={
            "observed_at": "2026-03-05T09:00:00Z",
            "text": "A man measured the fence of the pumping station and photographed its cameras at dawn.",
            "city": "Dover",
            "source_reliability": "reliable",
            "content_validity": "cannot be judged",
            "nature_of_source": "private sector",
        },
        seen=(
            Seen(
                kind="person",
                values={"description": "Tall, gray coat, walks with a Zilbermann cane."},
                role="mentioned",
            ),
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


FACTS_SEEN = "He measured the fence twice and left when a guard came."
CONTEXT = "The station had a break-in attempt at the same fence in May."
MORE = "The van's plate was reported at two other stations that week."


def checked(center: Center, *, detailed: bool = False, given: Observation | None = None) -> UUID:
    """A report on its whole way to where it may be shared."""
    uid = entering.receive(center, AUTHOR, given or observation())
    with center.store.writing(SECOND) as tx:
        suspicious_activity.pass_on(tx, uid, note="Complete.")
    with center.store.writing(SECOND) as tx:
        suspicious_activity.vet_first(tx, uid, behaviors=["SURVL", "PHOTO"], facts=FACTS_SEEN)
    with center.store.writing(THIRD) as tx:
        suspicious_activity.vet_second(tx, uid, finding=Finding.NEXUS, context=CONTEXT, more=MORE)
    with center.store.writing(OFFICER) as tx:
        suspicious_activity.check(tx, uid, detailed=detailed, rationale="It rests on conduct alone.")
    return uid
