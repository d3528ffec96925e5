"""Who may hand in data for which agency."""

from regions import ANALYST, AUDITOR, DEPUTY, EPIDEMIOLOGIST, STEWARD

from tessera.trust.contribution import may_deliver_for


def test_a_partner_hands_in_its_own_agencys_data_only() -> None:
    assert may_deliver_for(DEPUTY, "sheriff")
    refused = may_deliver_for(EPIDEMIOLOGIST, "sheriff")
    assert not refused
    assert "sheriff" in refused.reason


def test_the_center_takes_in_for_any_agency_but_oversight_does_not() -> None:
    assert may_deliver_for(ANALYST, "sheriff")
    assert may_deliver_for(STEWARD, "hospital")
    assert not may_deliver_for(AUDITOR, "hospital")
