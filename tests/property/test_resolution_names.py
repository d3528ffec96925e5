"""Laws of names: no order of asking, bounds, reasons wherever a score is high, and a name always finds itself."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessera import bootstrap
from tessera.dictionary import load
from tessera.dictionary.names import NameSort
from tessera.resolution.name_dates import PartialDate, compare_dates
from tessera.resolution.name_keys import asked_keys, stored_keys
from tessera.resolution.name_reading import NameReader
from tessera.resolution.names import ALIKE, compare
from tessera.settings import Settings

WORDS = load(bootstrap.pack_folders(Settings(center=Path()))).names
READER = NameReader(WORDS)
KNOWN = sorted(
    {*WORDS.short_forms, *WORDS.spellings, *WORDS.full_forms, *WORDS.particles, *WORDS.titles, "smith", "o", "j"}
)
words = st.one_of(
    st.sampled_from(KNOWN), st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9), st.text(max_size=8)
)
texts = st.lists(words, min_size=0, max_size=5).map(" ".join)
sorts = st.sampled_from(list(NameSort))
dates = st.builds(PartialDate, st.integers(1900, 1905), st.integers(0, 3), st.integers(0, 3))


@settings(max_examples=400)
@given(texts, texts, sorts)
def test_the_order_of_two_names_does_not_matter(left: str, right: str, sort: NameSort) -> None:
    one, other = READER.read(left, sort), READER.read(right, sort)
    assert compare(one, other).score == pytest.approx(compare(other, one).score)


@settings(max_examples=400)
@given(texts, texts, sorts)
def test_a_score_lies_between_0_and_1_and_a_high_one_has_its_reasons(left: str, right: str, sort: NameSort) -> None:
    found = compare(READER.read(left, sort), READER.read(right, sort))
    assert 0 <= found.score <= 1
    if found.score >= ALIKE:
        assert found.reasons
    assert all(reason.endswith(".") and reason.strip() == reason for reason in found.reasons)


@settings(max_examples=300)
@given(texts, sorts)
def test_a_name_is_itself_and_finds_itself(text: str, sort: NameSort) -> None:
    name = READER.read(text, sort)
    if name.tokens:
        assert compare(name, name).score == pytest.approx(1.0)
    stored = stored_keys(name)
    asked = asked_keys(name, WORDS)
    if stored:
        assert stored & (asked.exact | asked.wide)


@given(dates, dates)
def test_what_two_dates_say_does_not_depend_on_their_order(one: PartialDate, other: PartialDate) -> None:
    assert compare_dates(one, other).factor == compare_dates(other, one).factor
