"""Random markings, accesses and days, for every law that must hold whoever asks for whatever."""

from hypothesis import strategies as st

from tessera.model.access import Access, Actor, AgencyKind, Purpose, Role
from tessera.model.marking import Hold, Marking, Regime, Sensitivity, Tlp
from tessera.model.source import Standing
from tessera.trust.policy import completed

TODAY = "2026-06-15"
AGENCIES = ("center", "hospital", "police", "sheriff")
AGREEMENTS = ("police-2024", "hospital-2025")
CONTROLS = ("Attorney-WP", "DL ONLY", "FED ONLY", "FEDCON", "NOCON", "NOFORN", "REL TO USA, CAN")
GROUPS = (
    "cji-cleared", "government-employee", "juvenile-cleared", "law-enforcement", "legal-counsel", "part2-authorised",
    "pcii-authorised", "us-citizen",
)  # fmt: skip
HOLDINGS = ("public-health", "sar", "tips")

agencies = st.frozensets(st.sampled_from(AGENCIES), max_size=2)
markings = st.builds(
    Marking,
    agreements=st.frozensets(st.sampled_from(AGREEMENTS), max_size=1),
    cui=st.frozensets(st.sampled_from(("INV", "LEI", "SP-CHRI", "SP-PCII")), max_size=2),
    dissemination=st.just(frozenset[str]()) | st.frozensets(st.sampled_from(CONTROLS), max_size=1),
    holdings=st.frozensets(st.sampled_from(HOLDINGS), max_size=1),
    holds=st.just(frozenset[Hold]()) | st.frozensets(st.sampled_from(Hold), max_size=1),
    owners=agencies,
    purposes=st.none() | st.frozensets(st.sampled_from(list(Purpose)).map(str), min_size=2),
    regimes=st.frozensets(st.sampled_from(list(Regime)), max_size=2),
    releasable_to=st.none() | agencies,
    review_by=st.sampled_from(("", "", "2026-06-14", TODAY, "2027-01-01")),
    sensitivity=st.sampled_from(Sensitivity),
    tlp=st.sampled_from(Tlp),
)
complete_markings = st.builds(completed, markings, st.sampled_from(AGENCIES))
standings = st.builds(
    Standing,
    lapsed=st.frozensets(st.sampled_from(AGREEMENTS), max_size=1),
    unbound=st.frozensets(st.sampled_from(AGENCIES), max_size=1),
)
accesses = st.builds(
    Access,
    actor=st.builds(
        Actor,
        account=st.just("somebody"),
        agency=st.sampled_from(AGENCIES),
        agency_kind=st.sampled_from(AgencyKind),
        groups=st.frozensets(st.sampled_from(GROUPS)),
        roles=st.frozensets(st.sampled_from(Role), max_size=2),
        trained_until=st.sampled_from(("", "2026-06-14", TODAY, TODAY)),
    ),
    purpose=st.sampled_from(Purpose),
    need_to_know=st.sampled_from(("", "case 7")),
)

_ATOMS = st.sampled_from(
    (
        'principal.agency == "police"',
        'principal.agency_kind == "federal"',
        'principal.groups.contains("law-enforcement")',
        'principal.need_to_know == ""',
        'principal.roles.containsAny(["analyst", "partner"])',
        "principal.trained_until >= context.today",
        "principal.trained_until + 1 > context.today",
        "principal.trained_until * 9223372036854775807 > 0",
        "principal.groups.isEmpty()",
        '["criminal-investigation", "oversight"].contains(context.purpose)',
        "context.unbound.contains(principal.agency)",
    )
)
_MARKING_ATOMS = st.sampled_from(
    (
        "[principal.agency].containsAll(resource.owners)",
        "resource.agreements.containsAny(context.lapsed)",
        'resource.cui.contains("LEI")',
        'resource.dissemination.contains("NOFORN")',
        "resource.has_release_list && resource.releasable_to.contains(principal.agency)",
        'resource.holdings.contains("tips")',
        "resource.holds.isEmpty()",
        "resource.overdue",
        "resource.purposes.contains(context.purpose)",
        'resource.regimes.containsAny(["CJI", "PII"])',
        "resource.sensitivity < 2",
        "resource.tlp >= principal.trained_until - context.today",
        "if resource.has_purposes then resource.tlp < 3 else principal.groups.contains(principal.agency)",
    )
)
_FIELD_ATOMS = st.just('["identifier", "narrative"].contains(context.field_class)')
_DOOR_ATOMS = st.sampled_from(('context.permission == "record:export"', 'context.permission like "policy:*"'))
_ABOUT = {
    "know": _ATOMS | _MARKING_ATOMS,
    "read": _ATOMS | _MARKING_ATOMS,
    "read_field": _ATOMS | _MARKING_ATOMS | _FIELD_ATOMS,
    "use": _ATOMS.filter(lambda atom: "unbound" not in atom) | _DOOR_ATOMS,
}


@st.composite
def site_texts(draw: st.DrawFn) -> dict[str, str]:
    """A site's own Cedar file: one to four permits and forbids over random tests of attributes."""
    rules = []
    for number in range(draw(st.integers(1, 4))):
        action = draw(st.sampled_from(sorted(_ABOUT)))
        atoms = _ABOUT[action].map(lambda atom: f"({atom})")
        tests = st.recursive(
            atoms,
            lambda inner: st.one_of(
                inner.map(lambda test: f"!({test})"),
                st.tuples(inner, st.sampled_from(("&&", "||")), inner).map(lambda two: f"({' '.join(two)})"),
            ),
            max_leaves=4,
        )
        effect, kind = (
            draw(st.sampled_from(("forbid", "permit"))),
            draw(st.sampled_from(("principal", "principal is User"))),
        )
        unless = f"\nunless {{ {draw(tests)} }}" if draw(st.booleans()) else ""
        rules.append(
            f'@id("site-{number}")\n@reads("Rule {number} of a site, drawn by lot.")\n'
            f'{effect} ({kind}, action == Action::"{action}", resource)\nwhen {{ {draw(tests)} }}{unless};\n'
        )
    return {"site.cedar": "\n".join(rules)}
