"""The list of offences that may stand in a predicate (28 CFR 23.30)."""

from pathlib import Path

import pytest

from tessera.errors import Invalid
from tessera.trust.offences import Offence, read_offences

SHIPPED = Path(__file__).resolve().parents[2] / "packs" / "public-safety" / "offences.yaml"
ONE = "{code: ring, label: Ring, definition: A ring., threat: true, stakes: true, organised: true, wide: false}"


@pytest.mark.parametrize(
    ("threat", "stakes", "organised", "wide", "eligible"),
    [
        (True, True, True, True, True),
        (True, True, True, False, True),
        (True, True, False, True, True),
        (True, True, False, False, False),
        (False, True, True, True, False),
        (True, False, True, True, False),
        (False, False, False, False, False),
    ],
)
def test_an_offence_is_a_threat_with_stakes_and_organised_or_wide(
    threat: bool, stakes: bool, organised: bool, wide: bool, eligible: bool
) -> None:
    one = Offence(code="a", label="A", definition="A.", threat=threat, stakes=stakes, organised=organised, wide=wide)
    assert one.eligible is eligible


def test_the_shipped_list_is_read_and_keeps_ineligible_offences_out_of_the_choice() -> None:
    found = read_offences(SHIPPED.read_text(encoding="utf-8"))
    codes = [one.code for one in found.eligible]
    assert "drug-trafficking" in codes
    assert not {"petty-theft", "disorderly-conduct"} & set(codes)
    assert {"petty-theft", "disorderly-conduct"} <= set(found.offences)
    assert codes == [one.code for one in sorted(found.eligible, key=lambda each: each.label)]
    assert "terrorism" in found.umbrellas
    assert not set(found.umbrellas) & set(found.offences)


def test_an_offence_that_left_the_list_is_named_by_its_code() -> None:
    found = read_offences(f"offences: [{ONE}]")
    assert found.label_of("ring") == "Ring"
    assert found.label_of("gone") == "gone"
    assert found.umbrellas == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("offences: [", "no YAML"),
        ("- a", "should hold `offences`"),
        ("offences: []", "should hold `offences`"),
        (f"offences: [{ONE}]\nothers: []", "should hold `offences`"),
        (f"offences: [{ONE}, {ONE}]", "there twice"),
        ("offences: [{code: ring}]", "an offence has"),
        (f"offences: [{ONE.replace('threat: true', 'threat: maybe')}]", "threat must be true or false"),
        (f"offences: [{ONE}]\numbrellas: [gang]", "an umbrella has"),
        ("7", "should hold `offences`"),
        ("offences: [7]", "an offence has"),
        (f"offences: [{ONE}]\numbrellas: [7]", "an umbrella has"),
        (f"offences: [{ONE}]\numbrellas: [{{code: gang}}]", "an umbrella has"),
    ],
)
def test_a_wrong_list_says_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_offences(text, "site/offences.yaml")
