"""Pointers: the pure rule as laws, and what the store answers is what the rule says."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import regions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from regions import ANALYST, deliver, rows

from tessera.flow.center import OPERATOR, Center
from tessera.model.marking import Marking, Regime, Sensitivity, Tlp
from tessera.model.record import SearchQuery
from tessera.store import parties, pointers, records
from tessera.trust.pointers import Asked, meets, owners_to_name, points

if TYPE_CHECKING:
    from pathlib import Path

WORD = st.sampled_from(["ann", "bell", "cole", "dunn", "7", "42", "4711", "a1b2", "x"])
PHRASES = st.lists(st.lists(WORD, min_size=1, max_size=2).map(tuple), min_size=1, max_size=3).map(tuple)
ASKED = st.builds(Asked, phrases=PHRASES, plain=st.booleans())
LAW = Marking(sensitivity=Sensitivity.RESTRICTED, tlp=Tlp.AMBER_STRICT, regimes=frozenset({Regime.PII}))
ASKING = replace(ANALYST, need_to_know="case 26-114")
PEOPLE = {
    "feed-one": ("Ann Bell", "Cole Dunn"),
    "feed-two": ("Bell Ann", "Dunn A1b2"),
    "feed-three": ("Ann Bell 4711",),
}
AGENCIES = {"feed-one": "sheriff", "feed-two": "hospital", "feed-three": "sheriff"}


@given(ASKED)
def test_only_plain_questions_that_name_something_point(asked: Asked) -> None:
    words = {word for phrase in asked.phrases for word in phrase}
    if points(asked):
        assert asked.plain
        assert len(words) >= 2 or any(c.isdigit() for c in "".join(words))
    assert not points(replace(asked, plain=False))


@given(ASKED, st.lists(WORD, max_size=5))
def test_more_words_in_a_question_never_meet_more(asked: Asked, identifiers: list[str]) -> None:
    longer = replace(asked, phrases=(*asked.phrases, ("dunn",)))
    if points(asked) and meets(longer, identifiers):
        assert meets(asked, identifiers)


@given(st.lists(st.frozensets(st.sampled_from("abc"), min_size=1)), st.sampled_from("abc"))
def test_how_many_records_answer_makes_no_difference(found: list[frozenset[str]], asking: str) -> None:
    named = owners_to_name(asking, found)
    assert named == owners_to_name(asking, [*found, *found])
    assert asking not in named


@pytest.fixture(scope="module")
def center(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    folder: Path = tmp_path_factory.mktemp("pointers")
    made = regions.new_center(folder / "center")
    for name, people in PEOPLE.items():
        with made.store.writing(OPERATOR) as tx:
            parties.register(tx, regions.source(name, of=AGENCIES[name], marking=LAW))
        lines = [f"N{i},2026-03-01 10:00,theft,bell dunn,39,-75,{who},,40" for i, who in enumerate(people)]
        deliver(made, rows(*lines), source=name)
    yield made
    made.store.dialect.engine.dispose()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(phrases=PHRASES)
def test_what_the_store_answers_is_what_the_rule_says(center: Center, phrases: tuple[tuple[str, ...], ...]) -> None:
    pointers_per_hour, pointers.PER_HOUR = pointers.PER_HOUR, 10**6
    text = " ".join(f'"{" ".join(phrase)}"' for phrase in phrases)
    asked = Asked(phrases=phrases, plain=True)
    with center.store.reading(ASKING) as tx:
        assert not records.search(tx, SearchQuery(text=text)).hits
        told = tuple(name for name, _, _ in pointers.ask(tx, SearchQuery(text=text)).owners)
    pointers.PER_HOUR = pointers_per_hour
    people = [(AGENCIES[feed], who.lower().split()) for feed, named in PEOPLE.items() for who in named]
    incidents = [(agency, [f"n{i}"]) for feed, agency in AGENCIES.items() for i in range(len(PEOPLE[feed]))]
    expected = {agency for agency, words in [*people, *incidents] if meets(asked, words)}
    assert told == tuple(sorted(expected))
