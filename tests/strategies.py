"""Random markings, accesses and days, for every law that must hold whoever asks for whatever."""

from hypothesis import strategies as st

from tessera.model.access import Access, Actor, AgencyKind, Purpose, Role
from tessera.model.marking import Hold, Marking, Regime, Sensitivity, Tlp
from tessera.model.source import Standing
from tessera.trust.policy import completed

TODAY = "2026-06-15"
AGENCIES = ("center", "hospital", "police", "sheriff")
AGREEMENTS = ("police-2024", "hospital-2025")
CONTROLS = ("DL ONLY", "FED ONLY", "FEDCON", "NOCON", "NOFORN", "REL TO USA, CAN")
GROUPS = ("cji-cleared", "juvenile-cleared", "law-enforcement", "part2-authorised", "pcii-authorised")
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
