"""What the shipped policy answers, pinned: who reads what, which fields are masked, which doors open."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tessera.errors import Invalid
from tessera.model.access import Access, Actor, AgencyKind, Permission, Purpose, Role
from tessera.model.marking import ALL_FIELDS, FieldClass, Hold, Marking, Regime, Sensitivity, Tlp
from tessera.model.source import Standing
from tessera.trust.cedar import BASE, split_statements
from tessera.trust.policy import IN_ORDER, Policy, completed, is_complete

TODAY = "2026-06-15"
POLICY = Policy.load(clock=lambda: 1_781_481_600_000)

F = FieldClass
NOTHING: frozenset[FieldClass] = frozenset()
NO_HEALTH = ALL_FIELDS - {F.HEALTH}
PERSONAL = frozenset({F.CONTACT, F.IDENTIFIER, F.PLACE})


def somebody(*roles: Role, agency: str = "center", purpose: Purpose = Purpose.SITUATIONAL_AWARENESS) -> Access:
    actor = Actor(account="somebody", agency=agency, roles=frozenset(roles), trained_until=TODAY)
    return Access(actor=actor, purpose=purpose)


def told(access: Access, *, groups: str = "", trained_until: str = TODAY, need: str = "") -> Access:
    actor = replace(access.actor, groups=frozenset(groups.split()), trained_until=trained_until)
    return replace(access, actor=actor, need_to_know=need)


ANALYST = somebody(Role.ANALYST)
INVESTIGATOR = somebody(Role.ANALYST, purpose=Purpose.CRIMINAL_INVESTIGATION)
WATCH = somebody(Role.WATCH_OFFICER, purpose=Purpose.EMERGENCY_RESPONSE)
STEWARD = somebody(Role.DATA_STEWARD, purpose=Purpose.DATA_STEWARDSHIP)
OFFICER = somebody(Role.PRIVACY_OFFICER, purpose=Purpose.OVERSIGHT)
SHERIFF = somebody(Role.PARTNER, agency="sheriff")
HOSPITAL = somebody(Role.PARTNER, agency="hospital", purpose=Purpose.PUBLIC_HEALTH)
PIPELINE = somebody(Role.SERVICE, purpose=Purpose.DATA_STEWARDSHIP)

PUBLIC = Marking(owners=frozenset({"police"}))
SHARED = Marking(owners=frozenset({"police"}), sensitivity=Sensitivity.INTERNAL, tlp=Tlp.GREEN)
HELD = replace(SHARED, sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER, releasable_to=frozenset())
NAMED = replace(HELD, releasable_to=frozenset({"sheriff"}))
RED = replace(NAMED, tlp=Tlp.RED)
SECRET = replace(HELD, sensitivity=Sensitivity.RESTRICTED)


def under(*regimes: Regime) -> Marking:
    return replace(SHARED, regimes=frozenset(regimes))


def owned_by(marking: Marking, *owners: str) -> Marking:
    return replace(marking, owners=frozenset(owners))


INTELLIGENCE = under(Regime.CFR23)
CLEARED_FOR_INTELLIGENCE = told(INVESTIGATOR, trained_until=TODAY, need="case 7")


@dataclass(frozen=True)
class Case:
    says: str
    access: Access
    marking: Marking
    sees: frozenset[FieldClass]
    standing: Standing = IN_ORDER


CASES = [
    # Public, shared, released
    Case("anybody reads what is public", somebody(Role.ADMINISTRATOR), PUBLIC, NO_HEALTH),
    Case("a person without a role reads what is public", somebody(), PUBLIC, NO_HEALTH),
    Case("an auditor reads not even what is public", somebody(Role.AUDITOR), PUBLIC, NOTHING),
    Case("an auditor of the owner reads nothing", somebody(Role.AUDITOR, agency="police"), SHARED, NOTHING),
    Case("an auditor who is an analyst too reads nothing", somebody(Role.AUDITOR, Role.ANALYST), SHARED, NOTHING),
    Case("a public release list leaves others out", SHERIFF, replace(PUBLIC, releasable_to=frozenset()), NOTHING),
    Case(
        "an administrator reads what is public and released to him",
        somebody(Role.ADMINISTRATOR, agency="sheriff"),
        replace(PUBLIC, releasable_to=frozenset({"sheriff"})),
        NO_HEALTH,
    ),
    Case("an administrator reads nothing that is not public", somebody(Role.ADMINISTRATOR), SHARED, NOTHING),
    Case(
        "an administrator of the owner reads nothing that is not public",
        somebody(Role.ADMINISTRATOR, agency="police"),
        SHARED,
        NOTHING,
    ),
    Case("a partner reads what the community shares", SHERIFF, SHARED, NO_HEALTH - {F.NARRATIVE}),
    Case(
        "TLP:GREEN is not enough for what is sensitive",
        SHERIFF,
        replace(SHARED, sensitivity=Sensitivity.SENSITIVE),
        NOTHING,
    ),
    Case("TLP:AMBER leaves the community out", SHERIFF, replace(SHARED, tlp=Tlp.AMBER), NOTHING),
    Case(
        "a list without its name leaves a partner out",
        SHERIFF,
        replace(SHARED, releasable_to=frozenset({"fire"})),
        NOTHING,
    ),
    Case("a partner reads what is released to it", SHERIFF, NAMED, NO_HEALTH - {F.NARRATIVE}),
    Case("a partner does not read what is held", SHERIFF, HELD, NOTHING),
    Case("TLP:RED is for named agencies", SHERIFF, RED, NO_HEALTH - {F.NARRATIVE}),
    Case("TLP:RED is not for the center", ANALYST, replace(RED, sensitivity=Sensitivity.INTERNAL), NOTHING),
    Case("TLP:RED is for its owner", somebody(Role.PARTNER, agency="police"), RED, ALL_FIELDS),
    Case("TLP:AMBER+STRICT is for the center", ANALYST, replace(HELD, tlp=Tlp.AMBER_STRICT), NO_HEALTH),
    Case("TLP:AMBER+STRICT is not for partners", SHERIFF, replace(HELD, tlp=Tlp.AMBER_STRICT), NOTHING),
    # Owners
    Case(
        "an agency reads its own, names included",
        somebody(Role.PARTNER, agency="police"),
        under(Regime.PII),
        ALL_FIELDS,
    ),
    Case("an agency reads its own when restricted", somebody(Role.DIRECTOR, agency="police"), SECRET, ALL_FIELDS),
    Case(
        "half an owner is no owner",
        somebody(Role.PARTNER, agency="police"),
        owned_by(SECRET, "police", "fire"),
        NOTHING,
    ),
    Case("a secret without an owner is nobody's", somebody(Role.PARTNER, agency="police"), owned_by(SECRET), NOTHING),
    Case("a shared piece without an owner waits", ANALYST, owned_by(SHARED), NOTHING),
    # The center
    Case("an analyst reads what is not restricted", ANALYST, HELD, NO_HEALTH),
    Case("an analyst does not read what is restricted", ANALYST, SECRET, NOTHING),
    Case(
        "an analyst has no business with stewardship",
        somebody(Role.ANALYST, purpose=Purpose.DATA_STEWARDSHIP),
        HELD,
        NOTHING,
    ),
    Case(
        "administration is no reason to read", somebody(Role.ANALYST, purpose=Purpose.ADMINISTRATION), SHARED, NOTHING
    ),
    Case(
        "administration may look at what is public",
        somebody(Role.ANALYST, purpose=Purpose.ADMINISTRATION),
        PUBLIC,
        NO_HEALTH,
    ),
    Case("a steward reads to mend", STEWARD, HELD, NO_HEALTH),
    Case(
        "an intake analyst reads to mend",
        somebody(Role.INTAKE_ANALYST, purpose=Purpose.DATA_STEWARDSHIP),
        HELD,
        NO_HEALTH,
    ),
    Case(
        "a steward does not investigate",
        somebody(Role.DATA_STEWARD, purpose=Purpose.CRIMINAL_INVESTIGATION),
        HELD,
        NOTHING,
    ),
    Case("a privacy officer oversees", OFFICER, HELD, NO_HEALTH),
    Case(
        "a privacy officer does not investigate",
        somebody(Role.PRIVACY_OFFICER, purpose=Purpose.CRIMINAL_INVESTIGATION),
        HELD,
        NOTHING,
    ),
    Case("a director sees what his agency may", somebody(Role.DIRECTOR), HELD, NOTHING),
    Case("a watch officer reads in an emergency", WATCH, HELD, ALL_FIELDS),
    # Purposes
    Case(
        "the marking's purposes bind the center", ANALYST, replace(HELD, purposes=frozenset({"public-health"})), NOTHING
    ),
    Case(
        "the marking's purposes bind the owner",
        somebody(Role.PARTNER, agency="police"),
        replace(HELD, purposes=frozenset({"public-health"})),
        NOTHING,
    ),
    Case(
        "a purpose that fits is enough",
        ANALYST,
        replace(HELD, purposes=frozenset({"situational-awareness"})),
        NO_HEALTH,
    ),
    Case("no purpose at all fits an empty list", ANALYST, replace(PUBLIC, purposes=frozenset()), NOTHING),
    # The pipeline
    Case(
        "the pipeline reads everything to integrate",
        PIPELINE,
        replace(owned_by(SECRET), regimes=frozenset(Regime)),
        ALL_FIELDS,
    ),
    Case(
        "the pipeline reads for nothing else",
        replace(PIPELINE, purpose=Purpose.CRIMINAL_INVESTIGATION),
        PUBLIC,
        NOTHING,
    ),
    Case("an analyst gains nothing by a service role", somebody(Role.SERVICE, Role.ANALYST), HELD, NOTHING),
    # 28 CFR 23
    Case(
        "criminal intelligence is read with need, right and training", CLEARED_FOR_INTELLIGENCE, INTELLIGENCE, NO_HEALTH
    ),
    Case(
        "without a need to know it is not", told(CLEARED_FOR_INTELLIGENCE, trained_until=TODAY), INTELLIGENCE, NOTHING
    ),
    Case(
        "a blank is no need to know",
        told(CLEARED_FOR_INTELLIGENCE, trained_until=TODAY, need="  "),
        INTELLIGENCE,
        NOTHING,
    ),
    Case(
        "training that ended yesterday is over",
        told(INVESTIGATOR, trained_until="2026-06-14", need="case 7"),
        INTELLIGENCE,
        NOTHING,
    ),
    Case(
        "who was never trained does not read it",
        told(INVESTIGATOR, trained_until="", need="case 7"),
        INTELLIGENCE,
        NOTHING,
    ),
    Case(
        "a day that is none is no training",
        told(INVESTIGATOR, trained_until="forever", need="case 7"),
        INTELLIGENCE,
        NOTHING,
    ),
    Case(
        "a watch officer has no right to know", told(WATCH, trained_until=TODAY, need="case 7"), INTELLIGENCE, NOTHING
    ),
    Case(
        "a partner in law enforcement has",
        told(SHERIFF, groups="law-enforcement", trained_until=TODAY, need="case 7"),
        INTELLIGENCE,
        NO_HEALTH,
    ),
    Case("the owner needs them too", somebody(Role.PARTNER, agency="police"), INTELLIGENCE, NOTHING),
    Case(
        "the owner's training must be current for it",
        told(somebody(Role.ANALYST, agency="police"), trained_until="2026-06-14", need="case 7"),
        INTELLIGENCE,
        NOTHING,
    ),
    # Other regimes
    Case("CJI is for the cleared", told(ANALYST, groups="cji-cleared"), under(Regime.CJI), NO_HEALTH),
    Case("CJI is for nobody else", ANALYST, under(Regime.CJI), NOTHING),
    Case(
        "CJI is not even for an owner who is not cleared",
        somebody(Role.PARTNER, agency="police"),
        under(Regime.CJI),
        NOTHING,
    ),
    Case("health information is not for investigations", INVESTIGATOR, under(Regime.PHI), NOTHING),
    Case(
        "health information may protect health",
        somebody(Role.ANALYST, purpose=Purpose.PUBLIC_HEALTH),
        under(Regime.PHI),
        ALL_FIELDS,
    ),
    Case(
        "treatment records are closed",
        somebody(Role.ANALYST, purpose=Purpose.PUBLIC_HEALTH),
        under(Regime.CFR42_2),
        NOTHING,
    ),
    Case(
        "treatment records are closed to the owner's unauthorised",
        HOSPITAL,
        owned_by(under(Regime.CFR42_2), "hospital"),
        NOTHING,
    ),
    Case(
        "treatment records open to the authorised",
        told(HOSPITAL, groups="part2-authorised"),
        owned_by(under(Regime.CFR42_2), "hospital"),
        ALL_FIELDS,
    ),
    Case(
        "treatment records never serve investigations",
        told(INVESTIGATOR, groups="part2-authorised"),
        under(Regime.CFR42_2),
        NOTHING,
    ),
    Case("PCII is for the authorised", told(ANALYST, groups="pcii-authorised"), under(Regime.PCII), NO_HEALTH),
    Case("PCII is for nobody else", ANALYST, under(Regime.PCII), NOTHING),
    Case("operations are not analysed", INVESTIGATOR, under(Regime.OPERATIONS), NOTHING),
    Case(
        "operations are not for a watch without an emergency",
        somebody(Role.WATCH_OFFICER),
        under(Regime.OPERATIONS),
        NOTHING,
    ),
    Case("operations are for the watch in an emergency", WATCH, under(Regime.OPERATIONS), ALL_FIELDS),
    Case(
        "operations are for their owner", somebody(Role.PARTNER, agency="police"), under(Regime.OPERATIONS), ALL_FIELDS
    ),
    # Fields
    Case("a juvenile is masked", ANALYST, under(Regime.JUVENILE), NO_HEALTH - {F.IDENTIFIER, F.NARRATIVE}),
    Case(
        "a juvenile is not masked for the cleared",
        told(ANALYST, groups="juvenile-cleared"),
        under(Regime.JUVENILE),
        NO_HEALTH,
    ),
    Case(
        "a juvenile is not masked for the owner",
        somebody(Role.PARTNER, agency="police"),
        under(Regime.JUVENILE),
        ALL_FIELDS,
    ),
    Case("persons are masked for who keeps watch", ANALYST, under(Regime.PII), NO_HEALTH - PERSONAL),
    Case(
        "persons in what is public are masked for the untrained",
        told(INVESTIGATOR, trained_until=""),
        replace(PUBLIC, regimes=frozenset({Regime.PII})),
        NO_HEALTH - PERSONAL,
    ),
    Case(
        "persons are seen by trained investigators",
        told(INVESTIGATOR, trained_until=TODAY),
        under(Regime.PII),
        NO_HEALTH,
    ),
    Case(
        "persons are masked for trained partners",
        told(SHERIFF, trained_until=TODAY),
        under(Regime.PII),
        NO_HEALTH - PERSONAL - {F.NARRATIVE},
    ),
    Case(
        "a hospital sees health fields of its own for any purpose",
        replace(HOSPITAL, purpose=Purpose.SITUATIONAL_AWARENESS),
        owned_by(SHARED, "hospital"),
        ALL_FIELDS,
    ),
    Case(
        "a data scientist sees open fields and places",
        somebody(Role.DATA_SCIENTIST),
        HELD,
        frozenset({F.OPEN, F.PLACE}),
    ),
    Case(
        "a data scientist of the owner too",
        somebody(Role.DATA_SCIENTIST, agency="police"),
        HELD,
        frozenset({F.OPEN, F.PLACE}),
    ),
    Case(
        "a data scientist does not see where persons live",
        somebody(Role.DATA_SCIENTIST),
        under(Regime.PII),
        frozenset({F.OPEN}),
    ),
    Case(
        "a data scientist who is an analyst sees as one", somebody(Role.DATA_SCIENTIST, Role.ANALYST), HELD, NO_HEALTH
    ),
    Case(
        "a trained partner with a need reads narratives",
        told(SHERIFF, trained_until=TODAY, need="case 7"),
        NAMED,
        NO_HEALTH,
    ),
    Case(
        "training without a need opens no narrative",
        told(SHERIFF, trained_until=TODAY),
        NAMED,
        NO_HEALTH - {F.NARRATIVE},
    ),
    Case(
        "a need without training opens no narrative",
        told(SHERIFF, trained_until="", need="case 7"),
        PUBLIC,
        NO_HEALTH - {F.NARRATIVE},
    ),
    # Training
    Case("without training others' data is closed", told(ANALYST, trained_until=""), SHARED, NOTHING),
    Case("training that ended yesterday closes it too", told(ANALYST, trained_until="2026-06-14"), SHARED, NOTHING),
    Case("training counts on its last day", told(ANALYST, trained_until=TODAY), SHARED, NO_HEALTH),
    Case("without training what is public is open", told(ANALYST, trained_until=""), PUBLIC, NO_HEALTH),
    Case(
        "without training what one's agency owns is open",
        told(somebody(Role.PARTNER, agency="police"), trained_until=""),
        SECRET,
        ALL_FIELDS,
    ),
    Case(
        "without training what one's agency owns in part is closed",
        told(somebody(Role.ANALYST, agency="police"), trained_until=""),
        owned_by(SHARED, "police", "fire"),
        NOTHING,
    ),
]

# What opens a record that is sensitive, TLP:AMBER and owned by another agency to each role at the center.
OPENING_PURPOSES: dict[Role, set[Purpose]] = {
    role: {
        Purpose.CRIMINAL_INVESTIGATION,
        Purpose.EMERGENCY_RESPONSE,
        Purpose.PUBLIC_HEALTH,
        Purpose.SITUATIONAL_AWARENESS,
    }
    for role in (Role.ANALYST, Role.DATA_SCIENTIST, Role.WATCH_OFFICER)
} | {
    Role.ADMINISTRATOR: set(),
    Role.AUDITOR: set(),
    Role.DATA_STEWARD: {Purpose.DATA_STEWARDSHIP, Purpose.SITUATIONAL_AWARENESS},
    Role.DIRECTOR: set(),
    Role.INTAKE_ANALYST: {
        Purpose.CRIMINAL_INVESTIGATION,
        Purpose.DATA_STEWARDSHIP,
        Purpose.EMERGENCY_RESPONSE,
        Purpose.PUBLIC_HEALTH,
        Purpose.SITUATIONAL_AWARENESS,
    },
    Role.PARTNER: set(),
    Role.PRIVACY_OFFICER: {Purpose.DATA_STEWARDSHIP, Purpose.OVERSIGHT, Purpose.SITUATIONAL_AWARENESS},
    Role.SERVICE: {Purpose.DATA_STEWARDSHIP},
}
WORKING = sorted(set(Role) - {Role.ADMINISTRATOR, Role.AUDITOR, Role.SERVICE})
TEXTLESS = frozenset({F.OPEN, F.PLACE})
NO_CENTER_PURPOSE = {Role.PRIVACY_OFFICER: Purpose.PUBLIC_HEALTH, Role.DATA_STEWARD: Purpose.PUBLIC_HEALTH}


def seen_by(role: Role, purpose: Purpose = Purpose.OVERSIGHT) -> frozenset[FieldClass]:
    """What a role sees of another agency's open, unregulated record."""
    if role == Role.DATA_SCIENTIST:
        return TEXTLESS
    healthy = purpose in {Purpose.EMERGENCY_RESPONSE, Purpose.PUBLIC_HEALTH} or role == Role.SERVICE
    return (ALL_FIELDS if healthy else NO_HEALTH) - ({F.NARRATIVE} if role == Role.PARTNER else NOTHING)


CASES += [
    Case(
        f"{role} for {purpose} reads what is held: {purpose in purposes}",
        somebody(role, purpose=purpose),
        HELD,
        seen_by(role, purpose) if purpose in purposes else NOTHING,
    )
    for role, purposes in OPENING_PURPOSES.items()
    for purpose in Purpose
]
for role in WORKING:
    purpose = NO_CENTER_PURPOSE.get(role, Purpose.OVERSIGHT)
    elsewhere = somebody(role, agency="sheriff", purpose=purpose)
    at_owner = replace(elsewhere, actor=replace(elsewhere.actor, agency="police"))
    mine = TEXTLESS if role == Role.DATA_SCIENTIST else ALL_FIELDS
    CASES += [
        Case(f"{role} of the owner reads what is restricted", at_owner, SECRET, mine),
        Case(f"{role} elsewhere reads what is shared", elsewhere, SHARED, seen_by(role, purpose)),
        Case(f"{role} elsewhere reads what is released to it", elsewhere, RED, seen_by(role, purpose)),
        Case(f"{role} elsewhere does not read what is restricted", elsewhere, SECRET, NOTHING),
    ]
    if role != Role.DATA_SCIENTIST:
        both = somebody(Role.DATA_SCIENTIST, role, agency="police")
        CASES += [Case(f"a data scientist who is {role} too sees the owner's fields", both, HELD, ALL_FIELDS)]
    if role not in {Role.DATA_SCIENTIST, Role.DIRECTOR, Role.PARTNER}:
        both = somebody(Role.PARTNER, role, agency="sheriff")
        CASES += [Case(f"a partner who is {role} too reads narratives", both, NAMED, NO_HEALTH)]
CASES += [
    Case("a partner who is a director too reads no narratives", somebody(Role.PARTNER, Role.DIRECTOR, agency="sheriff"), NAMED, NO_HEALTH - {F.NARRATIVE}),
    Case("a steward does not read what is restricted", STEWARD, SECRET, NOTHING),
    Case("a privacy officer does not read what is restricted", OFFICER, SECRET, NOTHING),
    Case("persons are seen by trained analysts in an emergency", told(somebody(Role.ANALYST, purpose=Purpose.EMERGENCY_RESPONSE), trained_until=TODAY), under(Regime.PII), ALL_FIELDS),
    Case("administration may not look at TLP:GREEN", somebody(Role.ANALYST, agency="police", purpose=Purpose.ADMINISTRATION), replace(PUBLIC, tlp=Tlp.GREEN), NOTHING),
    Case("administration may not look at what is internal", somebody(Role.ANALYST, agency="police", purpose=Purpose.ADMINISTRATION), replace(PUBLIC, sensitivity=Sensitivity.INTERNAL), NOTHING),
    Case("a public piece needs no owner", ANALYST, Marking(), ALL_FIELDS),
    Case("an internal piece without an owner waits", ANALYST, Marking(sensitivity=Sensitivity.INTERNAL), NOTHING),
    Case("a TLP:GREEN piece without an owner waits", ANALYST, Marking(tlp=Tlp.GREEN), NOTHING),
    Case("a regulated piece without an owner waits", ANALYST, Marking(regimes=frozenset({Regime.PII})), NOTHING),
]  # fmt: skip


def held(hold: Hold) -> Marking:
    return replace(SHARED, holds=frozenset({hold}))


def grouped(access: Access, *groups: str) -> Access:
    """The same person in these groups besides."""
    return replace(access, actor=replace(access.actor, groups=access.actor.groups | set(groups)))


def limited(control: str, marking: Marking = SHARED) -> Marking:
    return replace(marking, dissemination=frozenset({control}))


def of_kind(access: Access, kind: AgencyKind) -> Access:
    return replace(access, actor=replace(access.actor, agency_kind=kind))


AT_OWNER = somebody(Role.PARTNER, agency="police")
OVERDUE = replace(SHARED, review_by="2026-06-14")
UNDER_AGREEMENT = replace(SHARED, agreements=frozenset({"police-2024"}))
LAPSED = Standing(lapsed=frozenset({"police-2024"}))
UNBOUND = Standing(unbound=frozenset({"sheriff"}))
FEDERAL = of_kind(somebody(Role.PARTNER, agency="bureau"), AgencyKind.FEDERAL)
CONTRACTOR = of_kind(somebody(Role.PARTNER, agency="contractor"), AgencyKind.PRIVATE)
TO_CONTRACTOR = replace(NAMED, releasable_to=frozenset({"bureau", "contractor", "sheriff"}))
HEALTH_WATCH = somebody(Role.ANALYST)
DEPUTY_WATCH = told(HEALTH_WATCH, groups="law-enforcement")
HEALTH_HELD = replace(SHARED, holdings=frozenset({"public-health"}))
SUBMITTED = held(Hold.SUBMISSION)
SEEN = NO_HEALTH - {F.NARRATIVE}
OFFICIAL = grouped(SHERIFF, "government-employee")
EMPLOYED = grouped(FEDERAL, "government-employee")
CASES += [
    # What time, holds and agreements close
    Case("what is overdue is closed", ANALYST, OVERDUE, NOTHING),
    Case("what is overdue is closed to its owner", AT_OWNER, OVERDUE, NOTHING),
    Case("what is overdue is closed though it is public", ANALYST, replace(PUBLIC, review_by="2026-06-14"), NOTHING),
    Case("the last day counts", ANALYST, replace(SHARED, review_by=TODAY), NO_HEALTH),
    Case("a legal hold seals", ANALYST, held(Hold.LEGAL), NOTHING),
    Case("a legal hold seals for its owner", AT_OWNER, held(Hold.LEGAL), NOTHING),
    Case("a legal hold seals for privacy officers", OFFICER, held(Hold.LEGAL), NOTHING),
    Case("protected activity is held", ANALYST, held(Hold.PROTECTED_ACTIVITY), NOTHING),
    Case("protected activity is held from its owner", AT_OWNER, held(Hold.PROTECTED_ACTIVITY), NOTHING),
    Case("protected activity is decided in oversight", OFFICER, held(Hold.PROTECTED_ACTIVITY), NO_HEALTH),
    Case("protected activity is not watched", somebody(Role.PRIVACY_OFFICER), held(Hold.PROTECTED_ACTIVITY), NOTHING),
    Case("what is recalled is closed", ANALYST, held(Hold.RECALLED), NOTHING),
    Case("what is recalled is its owner's", AT_OWNER, held(Hold.RECALLED), ALL_FIELDS),
    Case("what is recalled can be overseen", OFFICER, held(Hold.RECALLED), NO_HEALTH),
    Case("a submission waits for trained analysts", told(ANALYST, need="case 7"), SUBMITTED, NO_HEALTH),
    Case("a submission needs a need to know", ANALYST, SUBMITTED, NOTHING),
    Case("a submission is not for its owner's partners", told(AT_OWNER, need="case 7"), SUBMITTED, NOTHING),
    Case(
        "a submission is not for the owner's untrained analysts",
        told(somebody(Role.ANALYST, agency="police"), trained_until="", need="case 7"),
        SUBMITTED,
        NOTHING,
    ),
    Case("a partner without an agreement reads nothing shared", SHERIFF, SHARED, NOTHING, UNBOUND),
    Case("a partner without an agreement reads what is public", SHERIFF, PUBLIC, SEEN, UNBOUND),
    Case("a partner without an agreement reads its own", SHERIFF, owned_by(SECRET, "sheriff"), ALL_FIELDS, UNBOUND),
    Case("other agencies' agreements do not matter", replace(SHERIFF, actor=replace(SHERIFF.actor, agency="fire")), SHARED, SEEN, UNBOUND),
    Case("what a lapsed agreement gave is closed", ANALYST, UNDER_AGREEMENT, NOTHING, LAPSED),
    Case("what an agreement in force gave is open", ANALYST, UNDER_AGREEMENT, NO_HEALTH),
    Case("what a lapsed agreement gave is its owner's", AT_OWNER, UNDER_AGREEMENT, ALL_FIELDS, LAPSED),
    Case("what a lapsed agreement gave can be overseen", OFFICER, UNDER_AGREEMENT, NO_HEALTH, LAPSED),
    # Dissemination controls
    Case("FED ONLY is for federal employees", EMPLOYED, limited("FED ONLY"), SEEN),
    Case("FED ONLY is not for a contractor at a federal agency", FEDERAL, limited("FED ONLY"), NOTHING),
    Case("FED ONLY is not for a sheriff's employee", OFFICIAL, limited("FED ONLY"), NOTHING),
    Case("FED ONLY is not for the center", ANALYST, limited("FED ONLY"), NOTHING),
    Case("FED ONLY is for its owner", AT_OWNER, limited("FED ONLY"), ALL_FIELDS),
    Case("FEDCON is for federal agencies", FEDERAL, limited("FEDCON"), SEEN),
    Case("FEDCON is not for a sheriff on the list", SHERIFF, limited("FEDCON", TO_CONTRACTOR), NOTHING),
    Case("FEDCON is for a contractor on the list", CONTRACTOR, limited("FEDCON", TO_CONTRACTOR), SEEN),
    Case("FEDCON is not for every private organisation", CONTRACTOR, limited("FEDCON"), NOTHING),
    Case("FEDCON is for its owner", AT_OWNER, limited("FEDCON"), ALL_FIELDS),
    Case("NOCON is not for a contractor on the list", CONTRACTOR, limited("NOCON", TO_CONTRACTOR), NOTHING),
    Case("NOCON is for a sheriff's employee", OFFICIAL, limited("NOCON"), SEEN),
    Case("NOCON is not for whom the sheriff has hired", SHERIFF, limited("NOCON"), NOTHING),
    Case("NOCON is for a private owner", CONTRACTOR, owned_by(limited("NOCON"), "contractor"), ALL_FIELDS),
    Case("DL ONLY is for those on the list", SHERIFF, limited("DL ONLY", NAMED), SEEN),
    Case("DL ONLY is not for the center", ANALYST, limited("DL ONLY", NAMED), NOTHING),
    Case("DL ONLY without a list is for nobody else", SHERIFF, limited("DL ONLY"), NOTHING),
    Case("DL ONLY is for its owner", AT_OWNER, limited("DL ONLY"), ALL_FIELDS),
    *(
        Case(f"{control} is {shown}", access, limited(control), seen)
        for control in ("NOFORN", "RELIDO", "REL TO USA, CAN", "DISPLAY ONLY USA, CAN")
        for shown, access, seen in (
            ("for citizens", grouped(SHERIFF, "us-citizen"), SEEN),
            ("not for whom nobody has said to be one", SHERIFF, NOTHING),
            ("not for its owner's foreign nationals", AT_OWNER, NOTHING),
            ("for its owner's citizens", grouped(AT_OWNER, "us-citizen"), ALL_FIELDS),
        )
    ),
    *(
        Case(f"{control} is {shown}", access, limited(control), seen)
        for control in ("Attorney-Client", "Attorney-WP")
        for shown, access, seen in (
            ("for counsel", grouped(SHERIFF, "legal-counsel"), SEEN),
            ("not for those beside them", SHERIFF, NOTHING),
            ("for its owner", AT_OWNER, ALL_FIELDS),
        )
    ),
    Case("what is controlled must name its owner", FEDERAL, limited("FEDCON", Marking()), NOTHING),
    # Public health
    Case("public health data is not for investigations", INVESTIGATOR, HEALTH_HELD, NOTHING),
    Case("public health data is not for law enforcement on watch", DEPUTY_WATCH, HEALTH_HELD, NOTHING),
    Case("public health data may be watched by others", HEALTH_WATCH, HEALTH_HELD, NO_HEALTH),
    Case("public health data opens to protect health", replace(DEPUTY_WATCH, purpose=Purpose.PUBLIC_HEALTH), HEALTH_HELD, ALL_FIELDS),
    Case("health information is not for law enforcement on watch", DEPUTY_WATCH, under(Regime.PHI), NOTHING),
    Case("health information of one's own is not for investigations", replace(AT_OWNER, purpose=Purpose.CRIMINAL_INVESTIGATION), under(Regime.PHI), NOTHING),
]  # fmt: skip


@dataclass(frozen=True)
class Knowing:
    says: str
    access: Access
    marking: Marking
    knows: bool
    standing: Standing = IN_ORDER


ASKS = told(INVESTIGATOR, groups="law-enforcement", need="case 7")
NOT_FOR_ASKER = under(Regime.CJI)
KNOWING = [
    Knowing("a trained investigator may learn whom to ask", ASKS, NOT_FOR_ASKER, knows=True),
    Knowing("whoever states no need may not", told(INVESTIGATOR, groups="law-enforcement"), NOT_FOR_ASKER, knows=False),
    Knowing("whoever is not in law enforcement may not", told(INVESTIGATOR, need="case 7"), NOT_FOR_ASKER, knows=False),
    Knowing("whoever's training has lapsed may not", told(ASKS, groups="law-enforcement", trained_until="", need="case 7"), NOT_FOR_ASKER, knows=False),
    Knowing("who keeps watch may not", replace(ASKS, purpose=Purpose.SITUATIONAL_AWARENESS), NOT_FOR_ASKER, knows=False),
    Knowing("an auditor may not", replace(ASKS, actor=replace(ASKS.actor, roles=frozenset({Role.ANALYST, Role.AUDITOR}))), NOT_FOR_ASKER, knows=False),
    *(
        Knowing(f"{regime} is not pointed to", ASKS, under(regime), knows=False)
        for regime in (Regime.CFR42_2, Regime.JUVENILE, Regime.OPERATIONS, Regime.PCII, Regime.PHI)
    ),
    *(Knowing(f"what is held ({hold}) is not pointed to", ASKS, held(hold), knows=False) for hold in Hold),
    Knowing("TLP:RED is not pointed to", ASKS, RED, knows=False),
    Knowing("what is under a dissemination control is not pointed to", ASKS, limited("NOFORN"), knows=False),
    Knowing("other purposes are not pointed to", ASKS, replace(HELD, purposes=frozenset({"public-health"})), knows=False),
    Knowing("what is overdue is not pointed to", ASKS, OVERDUE, knows=False),
    Knowing("what a lapsed agreement gave is not pointed to", ASKS, UNDER_AGREEMENT, knows=False, standing=LAPSED),
    Knowing(
        "an agency without an agreement is pointed to nothing",
        replace(ASKS, actor=replace(ASKS.actor, agency="sheriff", roles=frozenset({Role.ANALYST, Role.PARTNER}))),
        SHARED, knows=False, standing=UNBOUND,
    ),
]  # fmt: skip

P = Permission
DOORS: dict[Role | None, set[Permission]] = {
    None: set(),
    Role.ADMINISTRATOR: {
        P.ACCOUNT_MANAGE, P.ACCOUNT_STOP, P.AGREEMENT_MANAGE, P.AUDIT_CHECKPOINT, P.NOTICE_READ, P.OVERVIEW_READ,
        P.POLICY_READ, P.RESOLUTION_MANAGE, P.SETTINGS_READ, P.SOURCE_MANAGE, P.SOURCE_READ, P.TOKEN_CREATE,
    },
    Role.ANALYST: {
        P.DELIVERY_CREATE, P.DELIVERY_READ, P.ENTITY_READ, P.INTELLIGENCE_READ, P.INTELLIGENCE_REVIEW,
        P.INTELLIGENCE_SUBMIT, P.JUDGEMENT_CREATE, P.NOTICE_READ, P.OVERVIEW_READ, P.POLICY_READ, P.QUARANTINE_READ,
        P.RECORD_EXPORT, P.RECORD_READ, P.REQUEST_CREATE, P.REQUEST_DECIDE, P.SAR_READ, P.SAR_SUBMIT, P.SAR_VET,
        P.SOURCE_READ, P.TOKEN_CREATE,
    },
    Role.AUDITOR: {
        P.AUDIT_CHECKPOINT, P.AUDIT_READ, P.AUDIT_SAMPLE, P.DISCLOSURE_READ, P.EXPOSURE_READ, P.NOTICE_READ,
        P.OVERVIEW_READ, P.POLICY_READ, P.SETTINGS_READ, P.SOURCE_READ, P.TOKEN_CREATE,
    },
    Role.DATA_SCIENTIST: {
        P.DELIVERY_READ, P.ENTITY_READ, P.NOTICE_READ, P.OVERVIEW_READ, P.POLICY_READ, P.RECORD_EXPORT, P.RECORD_READ,
        P.SOURCE_READ, P.TOKEN_CREATE,
    },
    Role.DATA_STEWARD: {
        P.DELIVERY_CREATE, P.DELIVERY_READ, P.DISCLOSURE_READ, P.ENTITY_READ, P.JUDGEMENT_CREATE, P.MARKING_CHANGE,
        P.NOTICE_READ, P.OVERVIEW_READ, P.POLICY_READ, P.QUARANTINE_MEND, P.QUARANTINE_READ, P.RECORD_CORRECT,
        P.RECORD_EXPORT, P.RECORD_READ, P.RECORD_RECALL, P.REQUEST_DECIDE, P.RESOLUTION_MANAGE, P.RETENTION_REVIEW,
        P.SOURCE_MANAGE, P.SOURCE_READ, P.TOKEN_CREATE,
    },
    Role.DIRECTOR: {
        P.AGREEMENT_MANAGE, P.AUDIT_READ, P.DELIVERY_READ, P.DISCLOSURE_READ, P.ENTITY_READ, P.NOTICE_READ,
        P.OVERVIEW_READ, P.POLICY_APPROVE, P.POLICY_PROPOSE, P.POLICY_READ, P.RECORD_READ, P.REQUEST_DECIDE,
        P.SOURCE_READ, P.TOKEN_CREATE,
    },
    Role.INTAKE_ANALYST: {
        P.DELIVERY_CREATE, P.DELIVERY_READ, P.ENTITY_READ, P.JUDGEMENT_CREATE, P.NOTICE_READ, P.OVERVIEW_READ,
        P.POLICY_READ, P.QUARANTINE_MEND, P.QUARANTINE_READ, P.RECORD_READ, P.REQUEST_CREATE, P.SAR_READ,
        P.SAR_SUBMIT, P.SOURCE_READ, P.TOKEN_CREATE,
    },
    Role.PARTNER: {
        P.DELIVERY_CREATE, P.DELIVERY_READ, P.DISCLOSURE_READ, P.ENTITY_READ, P.MARKING_CHANGE, P.NOTICE_READ,
        P.OVERVIEW_READ, P.POLICY_READ, P.QUARANTINE_READ, P.RECORD_CORRECT, P.RECORD_EXPORT, P.RECORD_READ,
        P.RECORD_RECALL, P.REQUEST_CREATE, P.REQUEST_DECIDE, P.SAR_READ, P.SAR_SUBMIT, P.SOURCE_READ, P.TOKEN_CREATE,
    },
    Role.PRIVACY_OFFICER: {
        P.ACCOUNT_STOP, P.AGREEMENT_MANAGE, P.AUDIT_CHECKPOINT, P.AUDIT_READ, P.AUDIT_SAMPLE, P.DELIVERY_READ,
        P.DISCLOSURE_READ, P.ENTITY_READ, P.EXPOSURE_READ, P.FLAG_DECIDE, P.HOLD_MANAGE, P.INTELLIGENCE_READ,
        P.MARKING_CHANGE, P.NOTICE_READ, P.OVERVIEW_READ, P.POLICY_APPROVE, P.POLICY_PROPOSE, P.POLICY_READ,
        P.PURGE_APPROVE, P.QUARANTINE_READ, P.RECORD_CORRECT, P.RECORD_EXPORT, P.RECORD_READ, P.RECORD_RECALL,
        P.REDRESS_DECIDE, P.RETENTION_REVIEW, P.SAR_READ, P.SETTINGS_READ, P.SOURCE_READ, P.TOKEN_CREATE,
        P.TRANSPARENCY_PUBLISH,
    },
    Role.SERVICE: {
        P.DELIVERY_CREATE, P.DELIVERY_READ, P.QUARANTINE_READ, P.RECORD_READ, P.SOURCE_READ,
    },
    Role.WATCH_OFFICER: {
        P.DELIVERY_CREATE, P.DELIVERY_READ, P.ENTITY_READ, P.NOTICE_READ, P.OVERVIEW_READ, P.POLICY_READ,
        P.QUARANTINE_READ, P.RECORD_EXPORT, P.RECORD_READ, P.REQUEST_CREATE, P.SAR_READ, P.SAR_SUBMIT, P.SAR_VET,
        P.SOURCE_READ, P.TOKEN_CREATE,
    },
}  # fmt: skip
NARROW = replace(ANALYST, scopes=frozenset({"record:read", "audit:read"}))


def sees(policy: Policy, case: Case) -> frozenset[FieldClass]:
    return policy.readable_fields(case.access, [case.marking], today=TODAY, standing=case.standing)[0]


def knows(policy: Policy, case: Knowing) -> bool:
    return bool(policy.may_know(case.access, [case.marking], today=TODAY, standing=case.standing)[0])


def doors(policy: Policy, access: Access) -> set[Permission]:
    return {permission for permission in Permission if policy.may(access, permission, today=TODAY)}


def with_role(role: Role | None) -> Access:
    return somebody(*([role] if role else []))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_pinned_reading(case: Case) -> None:
    assert sees(POLICY, case) == case.sees
    decision = POLICY.may_read(case.access, [case.marking], today=TODAY, standing=case.standing)[0]
    assert decision.allowed == bool(case.sees)
    assert decision.reason
    for field in FieldClass:
        why = POLICY.why_masked(case.access, case.marking, field, today=TODAY, standing=case.standing)
        assert why.allowed == (field in case.sees)


@pytest.mark.parametrize("case", KNOWING, ids=lambda case: case.says)
def test_pinned_pointers(case: Knowing) -> None:
    assert knows(POLICY, case) is case.knows


@pytest.mark.parametrize("role", DOORS, ids=str)
def test_pinned_doors(role: Role | None) -> None:
    assert doors(POLICY, with_role(role)) == DOORS[role]


TRAINED_DOORS = {P.INTELLIGENCE_READ, P.INTELLIGENCE_REVIEW, P.INTELLIGENCE_SUBMIT, P.SAR_VET}
"""Doors that open only while privacy training is current."""


@pytest.mark.parametrize("role", DOORS, ids=str)
def test_pinned_doors_of_the_untrained(role: Role | None) -> None:
    for day in ("", "2026-06-14"):
        assert doors(POLICY, told(with_role(role), trained_until=day)) == DOORS[role] - TRAINED_DOORS


def test_every_role_has_its_doors_pinned() -> None:
    assert set(DOORS) == {None, *Role}


def test_the_scopes_of_a_token_only_narrow() -> None:
    assert doors(POLICY, NARROW) == {P.RECORD_READ}
    assert doors(POLICY, replace(ANALYST, scopes=frozenset())) == set()
    assert doors(POLICY, replace(ANALYST, scopes=frozenset(Permission))) == DOORS[Role.ANALYST]


EVERYBODY = '@id("site")\n@reads("A site points everybody to everything.")\npermit (principal, action == Action::"know", resource);'


def careless(policy: Policy) -> Policy:
    """The policy of a site that points everybody to everything, so that only what forbids is left to close."""
    return Policy.from_texts({**policy.texts, "site.cedar": EVERYBODY})


CLOSED_EVEN_SO = (
    *(under(regime) for regime in (Regime.CFR42_2, Regime.JUVENILE, Regime.OPERATIONS, Regime.PCII, Regime.PHI)),
    *(held(hold) for hold in Hold),
    OVERDUE,
    RED,
    limited("NOFORN"),
)


@pytest.mark.parametrize("marking", CLOSED_EVEN_SO, ids=str)
def test_a_site_cannot_point_to_what_the_base_keeps_to_itself(marking: Marking) -> None:
    assert not careless(POLICY).may_know(ASKS, [marking], today=TODAY)[0]


def without(name: str) -> Policy:
    """The shipped policy with one rule taken out."""
    texts = {
        file: "\n".join(text for _, text in split_statements(whole) if f'@id("{name}")' not in text)
        for file, whole in POLICY.texts.items()
    }
    return Policy.from_texts(texts)


@pytest.mark.parametrize("name", POLICY.rules())
def test_no_policy_is_idle(name: str) -> None:
    weaker = without(name)
    assert len(weaker.rules()) == len(POLICY.rules()) - 1
    assert (
        any(sees(weaker, case) != case.sees for case in CASES)
        or any(knows(weaker, case) is not case.knows for case in KNOWING)
        or any(careless(weaker).may_know(ASKS, [marking], today=TODAY)[0] for marking in CLOSED_EVEN_SO)
        or doors(weaker, NARROW) != {P.RECORD_READ}
        or any(doors(weaker, with_role(role)) != DOORS[role] for role in DOORS)
    )


def test_a_person_may_be_many_markings_away_from_an_answer_and_gets_them_in_order() -> None:
    markings = [SECRET, PUBLIC, HELD, SECRET, PUBLIC]
    assert [bool(d) for d in POLICY.may_read(ANALYST, markings, today=TODAY)] == [False, True, True, False, True]
    assert POLICY.readable_fields(ANALYST, markings, today=TODAY) == [NOTHING, NO_HEALTH, NO_HEALTH, NOTHING, NO_HEALTH]
    assert POLICY.may_read(ANALYST, [], today=TODAY) == []
    assert POLICY.readable_fields(ANALYST, [], today=TODAY) == []


def test_todays_date_comes_from_the_clock_unless_it_is_given() -> None:
    assert POLICY.may_read(CLEARED_FOR_INTELLIGENCE, [INTELLIGENCE])[0]
    assert not POLICY.may_read(CLEARED_FOR_INTELLIGENCE, [INTELLIGENCE], today="2026-06-16")[0]


def test_an_allowed_reading_names_its_rules_with_the_values_that_mattered() -> None:
    decision = POLICY.may_read(SHERIFF, [NAMED], today=TODAY)[0]
    assert decision.policies == ("named-agency-reads-released",)
    assert decision.reason == (
        "An agency may read what the owner has released to it by name (your agency: sheriff; released to: sheriff)."
    )


def test_a_refusal_names_every_rule_that_forbids() -> None:
    decision = POLICY.may_read(told(INVESTIGATOR, trained_until="2025-01-31"), [INTELLIGENCE], today=TODAY)[0]
    assert decision.policies == ("28cfr23-need-to-know", "28cfr23-training", "training-must-be-current")
    assert "(your need to know: not stated)." in decision.reason
    assert "(your training is current until: 2025-01-31; today: 2026-06-15)." in decision.reason


@pytest.mark.parametrize(
    ("access", "marking", "missing"),
    [
        (SHERIFF, HELD, "your agency (sheriff) is not its only owner (police); your agency is not on its release list (no agency)"),
        (SHERIFF, replace(SHARED, tlp=Tlp.AMBER), "it is internal and TLP:AMBER and its owner has released it to no agency by name"),
        (ANALYST, SECRET, "it is restricted, which a role at the center alone does not open"),
        (somebody(Role.ANALYST, purpose=Purpose.OVERSIGHT), HELD, "your purpose (oversight) does not go with your roles (analyst)"),
        (somebody(Role.ADMINISTRATOR), SHARED, "your roles (administrator) read no content"),
        (somebody(), SHARED, "your roles (none) read no content"),
        (replace(PIPELINE, purpose=Purpose.OVERSIGHT), PUBLIC, "the pipeline reads for data-stewardship only, not for oversight"),
    ],
)  # fmt: skip
def test_a_refusal_without_a_rule_says_what_is_missing(access: Access, marking: Marking, missing: str) -> None:
    decision = POLICY.may_read(access, [marking], today=TODAY)[0]
    assert not decision
    assert decision.policies == ()
    assert decision.reason.startswith("No rule permits this: ")
    assert missing in decision.reason


def test_a_masked_field_says_why() -> None:
    decision = POLICY.why_masked(ANALYST, under(Regime.JUVENILE, Regime.PII), F.IDENTIFIER, today=TODAY)
    assert decision.policies == ("juvenile-masked", "personal-fields-masked")
    assert "field: identifier" in decision.reason
    of_closed_record = POLICY.why_masked(ANALYST, SECRET, F.OPEN, today=TODAY)
    assert of_closed_record == POLICY.may_read(ANALYST, [SECRET], today=TODAY)[0]


def test_a_closed_door_says_why() -> None:
    assert POLICY.may(ANALYST, P.AUDIT_READ, today=TODAY).reason == "No rule gives audit:read to your roles (analyst)."
    narrowed = POLICY.may(NARROW, P.RECORD_EXPORT, today=TODAY)
    assert narrowed.policies == ("token-scope-narrows",)
    assert "asked for: record:export; scopes: audit:read, record:read" in narrowed.reason


def test_every_rule_has_a_sentence_that_somebody_can_sign() -> None:
    assert len(POLICY.rules()) > 30
    assert [name for name, sentence in POLICY.rules().items() if not sentence.endswith(".") or len(sentence) < 20] == []


def test_names_that_look_like_code_change_nothing() -> None:
    strange = somebody(Role.PARTNER, agency='sheriff"]) || true || ["')
    assert not POLICY.may_read(strange, [HELD], today=TODAY)[0]
    assert POLICY.may_read(strange, [replace(HELD, releasable_to=frozenset({strange.actor.agency}))], today=TODAY)[0]


RULE = '@id("extra")\n@reads("Extra.")\n'


def site(tmp_path: Path, text: str, name: str = "site.cedar") -> Policy:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return Policy.load([tmp_path])


def test_a_site_adds_rules_that_can_close_what_was_open(tmp_path: Path) -> None:
    policy = site(
        tmp_path,
        f'{RULE}forbid (principal is User, action == Action::"read", resource)\nwhen {{ resource.holdings.contains("tips") }};',
    )
    tips = replace(SHARED, holdings=frozenset({"tips"}))
    decision = policy.may_read(ANALYST, [SHARED, tips], today=TODAY)
    assert [bool(each) for each in decision] == [True, False]
    assert decision[1].policies == ("extra",)
    assert decision[1].reason == "Extra."
    assert policy.version != POLICY.version
    assert "site.cedar" in policy.texts


@pytest.mark.parametrize(
    ("text", "where", "why"),
    [
        ("// a remark\n\npermit (principal, action resource);", "site.cedar:3", "unexpected token"),
        (f"{RULE}permit (principal,\n  action,\n  resorce);", "site.cedar:5", "not a Cedar policy"),
        (f"{RULE}permit (principal, action, resource)", "site.cedar:3", "unexpected end of input"),
        (f'{RULE}permit (principal, action, resource) when {{ "open', "site.cedar:3", "invalid token"),
        ("permit (principal, action, resource);", "site.cedar:1", "needs a name and a sentence"),
        ('@id("x")\npermit (principal, action, resource);', "site.cedar:1", "needs a name and a sentence"),
        (f'{RULE}permit (principal, action == Action::"read", resource) when {{ resource.colour == 1 }};', "site.cedar:1", "`colour`"),
        (f'{RULE}permit (principal, action == Action::"write", resource);', "site.cedar:1", "write"),
        (f'{RULE}permit (principal == User::"dana", action == Action::"read", resource);', "site.cedar:1", "not of one person"),
        (f'{RULE}permit (principal, action == Action::"read", resource == Marking::"1");', "site.cedar:1", "not of one person"),
        (f'{RULE}permit (principal, action == Action::"read", resource) when {{ principal == User::"dana" }};', "site.cedar:1", "not of one person"),
        (f"{RULE}permit (principal == ?principal, action, resource);", "site.cedar:1", "slots"),
        ('@id("extra")\n@reads("x")\n@shows("shoe_size")\nforbid (principal, action, resource);', "site.cedar:1", "'shoe_size'"),
        (f"{RULE}forbid (principal, action, resource);\n{RULE}forbid (principal, action, resource);", "site.cedar:4", "used twice"),
        ('@id("x")\n@id("y")\nforbid (principal, action, resource);', "site.cedar:3", "duplicate annotation"),
    ],
)  # fmt: skip
def test_a_wrong_policy_is_refused_with_its_place(tmp_path: Path, text: str, where: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as caught:
        site(tmp_path, text)
    assert caught.value.where.startswith(where)
    assert caught.value.advice


def test_policy_files_must_be_there_be_text_and_have_names_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no such folder"):
        Policy.load([tmp_path / "missing"])
    with pytest.raises(Invalid, match="another policy file has this name"):
        site(tmp_path, "", name="reading.cedar")
    (tmp_path / "reading.cedar").unlink()
    (tmp_path / "latin.cedar").write_bytes(b"// caf\n// caf\xe9\n")
    with pytest.raises(Invalid, match="not UTF-8") as caught:
        Policy.load([tmp_path])
    assert caught.value.where.endswith("latin.cedar:2")


def test_a_policy_that_fails_while_it_is_weighed_refuses() -> None:
    overflow = f'{RULE}forbid (principal, action == Action::"read", resource) when {{ resource.sensitivity + 9223372036854775807 > 0 }};'
    permit = '@id("all")\n@reads("All.")\npermit (principal, action, resource);'
    policy = Policy.from_texts({"a": overflow, "b": permit})
    assert not policy.may_read(ANALYST, [SHARED], today=TODAY)[0]


def test_without_policies_nothing_is_allowed() -> None:
    empty = Policy.from_texts({})
    assert not empty.may_read(ANALYST, [Marking()], today=TODAY)[0]
    assert not empty.may(ANALYST, P.RECORD_READ, today=TODAY)
    reading = Policy.from_texts({"reading.cedar": (BASE / "reading.cedar").read_text(encoding="utf-8")})
    assert reading.readable_fields(ANALYST, [SHARED], today=TODAY) == [NOTHING]
    assert reading.why_masked(ANALYST, SHARED, F.OPEN, today=TODAY).reason == "No rule opens open fields to you."


def test_the_version_follows_the_texts_and_their_names() -> None:
    assert Policy.load().version == POLICY.version
    assert Policy.from_texts({"a": "", "b": "// x"}).version != Policy.from_texts({"a": "// x", "b": ""}).version
    assert Policy.from_texts({"b": "", "a": ""}).version == Policy.from_texts({"a": "", "b": ""}).version


def test_a_cache_key_changes_with_everything_that_is_weighed() -> None:
    accesses = [
        ANALYST,
        INVESTIGATOR,
        SHERIFF,
        told(ANALYST, groups="cji-cleared"),
        told(ANALYST, trained_until="2026-12-31"),
        told(ANALYST, need="case 7"),
    ]
    assert len({POLICY.reader_key(access, today=TODAY) for access in accesses}) == len(accesses)
    assert POLICY.reader_key(ANALYST, today=TODAY) != POLICY.reader_key(ANALYST, today="2026-06-16")


def test_a_marking_is_completed_with_its_owner_and_an_empty_list() -> None:
    bare = Marking(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER)
    assert not is_complete(bare)
    assert completed(bare, "police") == HELD
    assert is_complete(HELD)
    assert completed(Marking(), "police") == Marking()
    assert completed(SHARED, "fire") == SHARED
    assert completed(Marking(regimes=frozenset({Regime.PII})), "police").owners == {"police"}
    assert completed(replace(SHARED, tlp=Tlp.AMBER), "fire").releasable_to == frozenset()
    assert completed(replace(SHARED, sensitivity=Sensitivity.SENSITIVE), "fire").releasable_to == frozenset()
    assert is_complete(Marking())
    assert not is_complete(owned_by(SHARED))
    assert not is_complete(replace(HELD, releasable_to=None))


def test_it_says_which_groups_its_rules_ask_for() -> None:
    found = POLICY.groups()
    assert found["government-employee"] == ("fed-only", "nocon")
    assert found["us-citizen"] == ("no-foreign-nationals",)
    site = """@id("either") @reads("Either.") @shows("groups")
    forbid (principal is User, action == Action::"read", resource)
    unless { principal.groups.containsAny(["wardens", "legal-counsel"]) };"""
    assert POLICY.with_site({"site.cedar": site}).groups()["legal-counsel"] == ("attorneys", "either")
    assert "wardens" not in found
