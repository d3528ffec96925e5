"""The first looks of the gate leave out much, and nothing that a closer look would hold."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tessera.integrate.outputs import folded
from tessera.store.flags import FEW, worth_a_look
from tessera.trust.protected import examine, prefilter, shipped
from tessera.trust.protected_lists import read_rules

FOLDER = Path(__file__).parents[1] / "labelled"
LABELLED = [FOLDER / f"protected-{name}.yaml" for name in ("development", "held-out")]
PHRASES = [phrase for rule in shipped().protected for phrase in rule.phrases]
ORDINARY = [
    "a",
    "man",
    "footage",
    "was",
    "requested",
    "taken",
    "at",
    "the",
    "bar",
    "имя",
    "ñandu",
    "chosen",
    "officer",
    "of",
]


@st.composite
def told(draw: st.DrawFn) -> str:
    """Ordinary words, and sometimes those of a phrase, whole or in part."""
    words = draw(st.lists(st.sampled_from(ORDINARY), max_size=8))
    if draw(st.booleans()):
        phrase = [
            draw(st.sampled_from(word.split("/"))) for word in draw(st.sampled_from(PHRASES)).split() if word != "..."
        ]
        chosen = phrase[: draw(st.integers(1, len(phrase)))] if draw(st.booleans()) else phrase
        at = draw(st.integers(0, len(words)))
        ending = draw(st.sampled_from(["", "s", "ers"]))
        words[at:at] = [word.replace("*", ending) for word in chosen]
    return " ".join(words)


def seen(texts: list[str | None]) -> list[int]:
    return list(worth_a_look(pa.chunked_array([pa.array(texts, pa.string())]), shipped()).to_pylist())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(told(), min_size=1, max_size=40))
def test_many_narratives_are_seen_as_each_would_be_alone(texts: list[str]) -> None:
    rules = shipped()
    alone = [number for number, text in enumerate(texts) if rules.may_hold(text)]
    assert seen(list(texts)) == alone
    assert seen([*texts, *["a man was at the bar"] * FEW]) == alone
    assert seen([*["a man was at the bar"] * FEW, *texts]) == [number + FEW for number in alone]


@settings(max_examples=60, deadline=None)
@given(st.lists(told(), min_size=1, max_size=20))
def test_what_is_held_is_seen(texts: list[str]) -> None:
    rows: list[str | None] = [*["a man took footage"] * FEW, None, *(folded(text) for text in texts)]
    held = [number + FEW + 1 for number, text in enumerate(texts) if examine(text).held]
    assert set(held) <= set(seen(rows))


@pytest.mark.parametrize("file", LABELLED, ids=lambda file: file.stem)
def test_labelled_texts_are_seen_as_by_the_whole_expression(file: Path) -> None:
    labelled = yaml.safe_load(file.read_text(encoding="utf-8"))
    texts = [folded(text) for text in [*labelled["held"], *labelled["not_held"]]]
    column = pa.chunked_array([pa.array(texts * (FEW // len(texts) + 2))])
    before = pc.indices_nonzero(pc.match_substring_regex(column, prefilter())).to_pylist()
    assert before
    assert worth_a_look(column, shipped()).to_pylist() == before


def test_narratives_that_are_missing_are_passed_over() -> None:
    assert seen([None, "protesters at the capitol", None]) == [1]
    assert seen([None] * (FEW + 1) + ["protesters at the capitol"]) == [FEW + 1]
    assert seen([]) == []


def test_rules_without_phrases_see_nothing() -> None:
    rules = read_rules({"empty.yaml": "protected: []"})
    assert worth_a_look(pa.chunked_array([pa.array(["a protest"] * (FEW + 5))]), rules).to_pylist() == []
