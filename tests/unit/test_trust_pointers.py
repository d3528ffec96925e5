"""Who may learn whom to ask: the policies alone, each by itself."""

from dataclasses import replace

import pytest
import regions

from tessera.model.access import Access, Purpose, Role
from tessera.model.marking import Hold, Marking, Regime, Sensitivity, Tlp
from tessera.trust.cedar import read_folders
from tessera.trust.policy import Policy

ASKING = replace(regions.ANALYST, need_to_know="case 26-114")
CLOSED = Marking(
    sensitivity=Sensitivity.RESTRICTED, tlp=Tlp.AMBER_STRICT, regimes=frozenset({Regime.CJI, Regime.PII}),
    owners=frozenset({"sheriff"}), releasable_to=frozenset(),
)  # fmt: skip
OPENED = Policy.from_texts(
    read_folders(())
    | {"z.cedar": '@id("all-know") @reads("All know.") permit (principal, action == Action::"know", resource);'}
)
"""The shipped policies beside one that lets everybody know of everything: what the forbids close stays closed."""


def knows(policy: Policy, access: Access, marking: Marking) -> bool:
    return bool(policy.may_know(access, [marking], today="2026-03-01")[0])


@pytest.fixture(scope="module")
def shipped() -> Policy:
    return Policy.load()


def test_a_trained_analyst_with_a_need_and_a_right_to_know_is_told(shipped: Policy) -> None:
    assert knows(shipped, ASKING, CLOSED)
    assert knows(shipped, ASKING, replace(CLOSED, regimes=frozenset({Regime.CFR23})))
    watch = replace(ASKING.actor, roles=frozenset({Role.WATCH_OFFICER}))
    assert knows(shipped, replace(ASKING, actor=watch, purpose=Purpose.EMERGENCY_RESPONSE), CLOSED)


@pytest.mark.parametrize(
    "reader",
    [
        replace(ASKING, need_to_know=" "),
        replace(ASKING, purpose=Purpose.PUBLIC_HEALTH),
        replace(ASKING, actor=replace(ASKING.actor, groups=frozenset())),
        replace(ASKING, actor=replace(ASKING.actor, trained_until="2026-02-28")),
        replace(ASKING, actor=replace(ASKING.actor, roles=frozenset({Role.PARTNER}))),
    ],
)
def test_without_one_of_these_nothing_is_told(shipped: Policy, reader: Access) -> None:
    assert not knows(shipped, reader, CLOSED)


@pytest.mark.parametrize(
    "marking",
    [replace(CLOSED, regimes=frozenset({r})) for r in Regime if r not in {Regime.CFR23, Regime.CJI, Regime.PII}]
    + [replace(CLOSED, holds=frozenset({hold})) for hold in Hold]
    + [
        replace(CLOSED, tlp=Tlp.RED),
        replace(CLOSED, dissemination=frozenset({"NOFORN"})),
        replace(CLOSED, purposes=frozenset({"public-health"})),
        replace(CLOSED, review_by="2026-02-28"),
    ],
)
def test_no_site_policy_can_open_what_is_never_pointed_to(shipped: Policy, marking: Marking) -> None:
    assert knows(OPENED, ASKING, CLOSED)
    assert not knows(OPENED, ASKING, marking)
    assert not knows(shipped, ASKING, marking)
