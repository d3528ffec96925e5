"""Partners are read from a file; a mistake names its line."""

import pytest

from tessera.errors import Invalid
from tessera.model.access import AgencyKind, Purpose
from tessera.model.marking import Regime, Sensitivity, Tlp
from tessera.model.source import Agency, Agreement, Holding, Source
from tessera.receive import read_partners

FILE = """\
sources:
  - name: harbor-incidents
    label: Harbor incidents
    agency: harbor-police
    agreement: agreement-harbor-police
    holding: harbor-records
    marking: {sensitivity: SENSITIVE, tlp: "TLP:AMBER", regimes: [PII], releasable_to: [harbor-center]}
    cadence_hours: 24
    reliability: B
agencies:
  - {name: harbor-police, label: Harbor Police, kind: local}
agreements:
  - name: agreement-harbor-police
    agency: harbor-police
    purposes: [criminal-investigation]
    redissemination: Ask first.
    signed: 2026-01-15
holdings:
  - name: harbor-records
    label: Harbor records
    authority: Harbor Code 12
    retention_days: 1825
    purposes: criminal-investigation
"""


def test_partners_come_in_the_order_in_which_they_need_each_other() -> None:
    agency, agreement, holding, source = read_partners(FILE, "partners.yaml")
    assert isinstance(agency, Agency)
    assert isinstance(agreement, Agreement)
    assert isinstance(holding, Holding)
    assert isinstance(source, Source)
    assert agency.kind is AgencyKind.LOCAL
    assert agreement.signed == "2026-01-15"
    assert holding.purposes == {Purpose.CRIMINAL_INVESTIGATION}
    assert (source.marking.sensitivity, source.marking.tlp) == (Sensitivity.SENSITIVE, Tlp.AMBER)
    assert source.marking.regimes == {Regime.PII}
    assert source.marking.releasable_to == frozenset({"harbor-center"})
    assert (source.cadence_hours, source.reliability, source.mapping) == (24, "B", "")


@pytest.mark.parametrize(
    ("right", "wrong", "where", "said"),
    [
        ("kind: local", "kind: lokal", "partners.yaml:11", "Did you mean 'local'"),
        ("agencies:", "agency:", "partners.yaml:10", "Did you mean 'agencies'"),
        ("label: Harbor records", "lable: Harbor records", "partners.yaml:20", "Did you mean 'label'"),
        ("retention_days: 1825", "retention_days: 0", "partners.yaml:22", "number of days"),
        ("retention_days: 1825", "retention_days: long", "partners.yaml:22", "whole number"),
        ("cadence_hours: 24", "cadence_hours: -1", "partners.yaml:8", "hours"),
        ("reliability: B", "reliability: G", "partners.yaml:9", "A is best"),
        ("signed: 2026-01-15", "signed: 2026-02-31", "partners.yaml:17", "no day"),
        ("sensitivity: SENSITIVE", "sensitivity: SECRET", "partners.yaml:7", "unknown sensitivity"),
        ("regimes: [PII]", "regimes: [PHII]", "partners.yaml:7", "PHII"),
        ("    marking:", "    #", "partners.yaml:2", "needs a marking"),
        ("purposes: criminal-investigation", "purposes: curiosity", "partners.yaml:23", "unknown purpose"),
        ("name: harbor-records", "name: Harbor Records", "partners.yaml:19", "small letters"),
        ("- {name: harbor-police, label: Harbor Police, kind: local}", "harbor-police", "partners.yaml:10", "list"),
    ],
)
def test_a_mistake_names_its_line_and_what_to_do(right: str, wrong: str, where: str, said: str) -> None:
    assert right in FILE
    with pytest.raises(Invalid) as caught:
        read_partners(FILE.replace(right, wrong, 1), "partners.yaml")
    assert caught.value.where == where
    assert said in str(caught.value)


def test_a_file_may_list_some_sorts_of_partners_only() -> None:
    assert read_partners("agencies: []\n", "partners.yaml") == ()
