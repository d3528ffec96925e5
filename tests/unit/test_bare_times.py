"""Times of four figures: weighed clues, each of which exists, and what they tell on labelled lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marked import lines

from tessera.dictionary.gazetteers import Gazetteers
from tessera.extract.mentions import bare_times, find_mentions
from tessera.extract.mentions.bare_time_weights import WEIGHTS
from tessera.extract.mentions.look import Look
from tessera.model.found import MentionType


def times(text: str) -> list[str]:
    return [one.value for one in find_mentions(text, Gazetteers()) if one.type is MentionType.TIME]


def test_every_weight_is_of_a_clue_that_can_be_told() -> None:
    assert set(WEIGHTS) - {""} <= bare_times.CLUES


def test_what_the_weights_were_fitted_to_is_told_by_them() -> None:
    right = said = true = 0
    for text, labels in lines("times-development.yaml"):
        wanted = {(label.start, label.value) for label in labels}
        found = {(start, value) for start, _, value in bare_times.RULES[0].find(Look(text))}
        right, said, true = right + len(found & wanted), said + len(found), true + len(wanted)
    assert right / said >= 0.91
    assert right / true >= 0.86


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Operational period 0700 to 1900.", ["07:00", "19:00"]),
        ("Dispatch 1402 Enroute 1404 Arrive 1411 Clear 1455", ["14:02", "14:04", "14:11", "14:55"]),
        ("The log reads: 2210 vehicle at gate, 2216 vehicle turned around, 2231 same vehicle", ["22:10", "22:16", "22:31"]),
        ("03/04/2026,0540,Burglary,1800 Mill Rd,open", ["05:40"]),
        ("Date | Time | Officer\n3/16/26 | 1618 | Hines\n3/16/26 | 1955 | Bodine", ["16:18", "19:55"]),
        ("Between 2300 and 0100 the gate was open.", ["23:00", "01:00"]),
        ("Between 2300 and 2500 tons of salt are left.", []),
        ("In 2014 he moved to 2014 Walnut St.", []),
        ("Since 2019 the unit has handled 1540 cases.", []),
        ("The talks opened on February 2, 2016, and closed March 4, 2019.", []),
    ],
)  # fmt: skip
def test_times_beside_years_amounts_and_numbers(text: str, values: list[str]) -> None:
    assert times(text) == values


@given(st.text(alphabet="0123456789 ,;:/|-\n\tAahrs.", max_size=80))
def test_any_text_is_weighed_and_what_is_found_is_a_time_of_day(text: str) -> None:
    for start, end, value in bare_times.RULES[0].find(Look(text)):
        assert text[start:end] == value.replace(":", "")
        assert value < "24:00"
