"""Who may change how a piece is to be handled."""

from dataclasses import replace

from hypothesis import given
from strategies import markings

from tessera.model.marking import Marking, Tlp
from tessera.trust.handling_change import may_change

BEFORE = Marking(owners=frozenset({"sheriff"}), tlp=Tlp.AMBER)


def test_its_owner_opens_and_closes_it() -> None:
    assert may_change("sheriff", BEFORE, replace(BEFORE, tlp=Tlp.CLEAR))
    assert may_change("sheriff", BEFORE, replace(BEFORE, tlp=Tlp.RED)).policies == ("owners-decide-handling",)


def test_others_only_close_it_further() -> None:
    closed = may_change("police", BEFORE, replace(BEFORE, tlp=Tlp.RED))
    assert closed
    assert closed.policies == ("keepers-protect-more",)
    refused = may_change("police", BEFORE, replace(BEFORE, tlp=Tlp.GREEN))
    assert not refused
    assert refused.reason == "Only its owner may open it further: sheriff, not police."
    assert refused.policies == ("keepers-protect-more",)


def test_one_of_two_owners_is_not_the_owner_alone() -> None:
    both = replace(BEFORE, owners=frozenset({"sheriff", "harbor"}))
    assert not may_change("sheriff", both, replace(both, tlp=Tlp.CLEAR))


@given(markings, markings)
def test_whoever_does_not_own_it_never_opens_it(before: Marking, after: Marking) -> None:
    owned = replace(before, owners=before.owners | {"sheriff"})
    if may_change("police", owned, after):
        assert after.protects_at_least(owned)
