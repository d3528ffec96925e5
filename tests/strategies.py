"""Random markings and accesses, for every law that must hold whoever asks for whatever."""

from hypothesis import strategies as st

from tessera.model.access import Access, Actor, AgencyKind, Purpose, Role
from tessera.model.marking import Marking, Regime, Sensitivity, Tlp
from tessera.trust.policy import completed

TODAY = "2026-06-15"
AGENCIES = ("center", "hospital", "police", "sheriff")
GROUPS = ("cji-cleared", "juvenile-cleared", "law-enforcement", "part2-authorised", "pcii-authorised")

agencies = st.frozensets(st.sampled_from(AGENCIES), max_size=2)
markings = st.builds(
    Marking,
    holdings=st.frozensets(st.sampled_from(("sar", "tips")), max_size=1),
    owners=agencies,
    purposes=st.none() | st.frozensets(st.sampled_from(list(Purpose)).map(str), min_size=2),
    regimes=st.frozensets(st.sampled_from(list(Regime)), max_size=2),
    releasable_to=st.none() | agencies,
    sensitivity=st.sampled_from(Sensitivity),
    tlp=st.sampled_from(Tlp),
)
complete_markings = st.builds(completed, markings, st.sampled_from(AGENCIES))
accesses = st.builds(
    Access,
    actor=st.builds(
        Actor,
        account=st.just("somebody"),
        agency=st.sampled_from(AGENCIES),
        agency_kind=st.sampled_from(AgencyKind),
        groups=st.frozensets(st.sampled_from(GROUPS)),
        roles=st.frozensets(st.sampled_from(Role), max_size=2),
        trained_until=st.sampled_from(("", "2026-06-14", TODAY)),
    ),
    purpose=st.sampled_from(Purpose),
    need_to_know=st.sampled_from(("", "case 7")),
)
