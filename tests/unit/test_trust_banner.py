"""The banner of a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.model.marking import Marking, Regime, Sensitivity, Tlp
from tessera.trust.banner import banner

markings = st.builds(
    Marking,
    holdings=st.frozensets(st.sampled_from(["tips", "sar"])),
    owners=st.frozensets(st.sampled_from(["a", "b"])),
    regimes=st.frozensets(st.sampled_from(Regime)),
    sensitivity=st.sampled_from(Sensitivity),
    tlp=st.sampled_from(Tlp),
)


def test_the_least_marking_has_no_banner() -> None:
    assert banner(Marking()) == ""


@pytest.mark.parametrize(
    ("marking", "line"),
    [
        (Marking(owners=frozenset({"dover-police"})), "PUBLIC · TLP:CLEAR"),
        (Marking(sensitivity=Sensitivity.INTERNAL, tlp=Tlp.GREEN), "INTERNAL · TLP:GREEN"),
        (
            Marking(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER, regimes=frozenset({Regime.PII, Regime.CJI})),
            "SENSITIVE · TLP:AMBER · CJI/PII · CUI//SP-CHRI/PRVCY",
        ),
        (
            Marking(sensitivity=Sensitivity.RESTRICTED, tlp=Tlp.AMBER_STRICT, regimes=frozenset({Regime.CFR23})),
            "RESTRICTED · TLP:AMBER+STRICT · 28CFR23 · CUI//INTEL",
        ),
    ],
)
def test_a_banner_names_sensitivity_tlp_regimes_and_cui(marking: Marking, line: str) -> None:
    assert banner(marking) == line


@given(markings, markings)
def test_the_banner_of_two_pieces_names_every_regime_of_both(left: Marking, right: Marking) -> None:
    line = banner(left | right)
    assert all(regime in line for regime in left.regimes | right.regimes)
    assert max(left.tlp, right.tlp).label in (line or "TLP:CLEAR")
