"""What a reader of messages stores is what the dictionary takes, whatever the message says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tessera.dictionary.values import read_value
from tessera.dictionary.words import Dictionary, Term, TermType
from tessera.extract.messages import stored

WORDS = Dictionary(digest="", kinds={}, link_types={}, code_lists={})
VALUES = some.one_of(
    some.none(), some.booleans(), some.integers(), some.floats(), some.text(max_size=30), some.datetimes().map(str),
    some.datetimes(timezones=some.timezones()).map(lambda each: each.isoformat()), some.dates().map(str),
    some.decimals(allow_nan=True).map(str), some.lists(some.integers(), max_size=2),
)  # fmt: skip


def taken(type_: TermType, said: str) -> bool:
    term = Term(name="x", label="X", definition="X.", type=type_, earliest_year=1, future_days=10**6)
    far = type_ in {TermType.DATE, TermType.DATETIME} and said[:4] > "4000"  # bounds of days are the term's to say
    return not said or far or read_value(WORDS, term, said, today=date(2026, 1, 1)) is not None


@given(VALUES)
def test_times_numbers_and_truths_are_stored_as_the_dictionary_has_them_or_not_at_all(value: object) -> None:
    assert taken(TermType.DATETIME, stored.moment(value))
    assert taken(TermType.DATE, stored.day(value))
    assert taken(TermType.DECIMAL, stored.number(value))
    assert taken(TermType.INTEGER, stored.whole(value))
    assert taken(TermType.BOOLEAN, stored.boolean(value))
    assert "\0" not in stored.text(value)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2016-06-30T23:59:60Z", ""), ("0001-01-01T00:00:00+14:00", ""), ("9999-12-31T23:59:59-14:00", ""), ("20160102", ""),
        ("2016-W01-1", ""), ("2016-01-02 03:04:05+00:00", "2016-01-02T03:04:05Z"), ("٢٠١٦-01-02", ""),
    ],
)  # fmt: skip
def test_odd_times_are_kept_only_where_they_are_certain(said: str, kept: str) -> None:
    assert stored.moment(said) == kept
