"""The gate before protected activity: labelled texts, vignettes of what was criticised, and where it looks."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tessera.trust.protected import Category, examine, held_parts, prefilter, shipped
from tessera.trust.protected_lists import read_rules
from tessera.trust.wording import word_text

LABELLED = Path(__file__).resolve().parents[1] / "labelled"
SETS = {
    name: yaml.safe_load((LABELLED / f"protected-{name}.yaml").read_text(encoding="utf-8"))
    for name in ("development", "held-out")
}
LEAST = {"development": (0.95, 0.95), "held-out": (0.85, 0.95)}
"""Recall and precision below which something was broken; what is reached is written in docs/explanation."""


def measured(name: str) -> tuple[float, float]:
    right = sum(examine(text).held for text in SETS[name]["held"])
    wrong = sum(examine(text).held for text in SETS[name]["not_held"])
    return right / len(SETS[name]["held"]), right / max(right + wrong, 1)


@pytest.mark.parametrize("name", SETS)
def test_labelled_texts_are_told_apart_at_least_so_well(name: str) -> None:
    recall, precision = measured(name)
    assert recall >= LEAST[name][0]
    assert precision >= LEAST[name][1]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Names of those who spoke at the peaceful rally were taken down.", Category.PROTEST),
        ("Attendees of Friday prayers at the mosque were noted.", Category.RELIGIOUS_VIEWS),
        ("Members of the tenants union met at the library; their names follow.", Category.ASSOCIATIONS),
        ("He is suspicious because he is Arab and took a picture.", Category.PROTECTED_TRAITS),
    ],
)
def test_what_was_criticised_in_real_reports_is_held_with_its_category(text: str, category: Category) -> None:
    found = examine(text)
    assert found.held
    assert category in found.categories
    for reason in found.reasons:
        assert text[reason.start : reason.end] == reason.words
        assert reason.rule in str(reason)
        assert reason.sentence.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "Two men were assaulted outside the church after Friday prayers.",
        "A man at the rally threw a brick through the window of the bank and ran.",
        "Rear window forced at the boathouse.",
        "The suspect is described as a white male in a gray coat. He broke the lock and took two bicycles.",
        "",
    ],
)
def test_a_stated_crime_and_a_plain_description_pass(text: str) -> None:
    assert not examine(text).held


@pytest.mark.parametrize(
    "text",
    [
        "They marched peacefully against the quarry. No crime was committed and nobody damaged anything.",
        "At the rally speakers spoke about murder. Names of the organizers were noted.",
    ],
)
def test_a_crime_that_is_denied_or_only_spoken_of_explains_nothing(text: str) -> None:
    assert examine(text).held


def test_places_are_given_once_in_order() -> None:
    found = examine("Names at the peaceful rally. Names at the peaceful rally.")
    parts = list(held_parts(found))
    assert parts == sorted(set(parts))
    assert found.rules == tuple(sorted(set(found.rules)))


@given(
    st.sampled_from([text for texts in SETS.values() for part in texts.values() for text in part]), st.text(max_size=40)
)
def test_the_first_sight_never_lets_pass_what_a_closer_look_would_hold(text: str, beside: str) -> None:
    whole = f"{text} {beside}"
    if examine(whole).held:
        assert re.search(prefilter(), word_text(whole).plain)


def test_the_first_sight_works_on_texts_as_the_pipeline_folds_them() -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    held = [text for texts in SETS.values() for text in texts["held"] if examine(text).held]
    seen = pc.match_substring_regex(pa.array(map(str, [fold(text) for text in held])), prefilter())
    assert all(seen.to_pylist())


def fold(text: str) -> str:
    from tessera.dictionary.values import folded as fold_one

    return fold_one(text)


def test_every_rule_has_a_sentence_that_a_privacy_officer_can_sign() -> None:
    rules = shipped().by_name
    assert rules
    assert all(rule.sentence.endswith(".") and rule.name == name for name, rule in rules.items())


def told(text: str) -> dict[str, list[str]]:
    """What the gate says of a text: where which rule holds it, and where it sees a crime."""
    found = examine(text)
    return {
        "held": [f"{one.rule} {one.start}-{one.end} {one.category}" for one in found.reasons],
        "nexus": [f"{one.rule} {one.start}-{one.end}" for one in found.nexus],
    }


@pytest.mark.parametrize("name", SETS)
def test_the_labelled_texts_are_read_as_somebody_has_seen_them_read(name: str) -> None:
    """`labelled/protected-read.yaml` holds what was found when it was last looked through; look at what differs, then put it in."""
    seen = yaml.safe_load((LABELLED / "protected-read.yaml").read_text(encoding="utf-8"))[name]
    found = {text: told(text) for texts in SETS[name].values() for text in texts}
    assert found == seen


FEW = """
protected:
  - {id: rally, category: protest, sentence: A rally., words: [rally]}
  - {id: flag, category: protest, sentence: A flag., words: [burned flag]}
  - {id: rope, category: lawful-conduct, needs: suspicion, sentence: Rope., words: [bought rope]}
  - {id: trait, category: protected-traits, needs: suspicion, trait: true, sentence: A trait., words: [arab]}
suspicion: [suspicious]
ground: [because]
description: [described]
service:
  - {id: parking, sentence: Parking., words: [parking]}
  - {id: dog, sentence: A dog., words: [lost dog]}
collecting: [names taken]
nexus:
  - {id: arson, sentence: Arson., words: [burned, set fire, plan b, rope, bought]}
  - {id: threats, firm: true, sentence: A threat., words: [threat]}
doubt_before: [never]
hypothetical_before: [might]
past_before: [formerly]
past_after: [years ago, since]
denied_after: [unfounded]
clause_breaks: [but]
topic: [about]
speech: [spoke]
"""
"""A few rules, so that each turn of the reading can be shown by one text."""


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("The rally went on.", True),
        ("At the rally it burned.", False),
        ("The rally. It never burned.", True),
        ("The rally. It never rained but it burned.", False),
        ("The rally. It burned unfounded.", True),
        ("The rally. He set fire unfounded.", True),
        ("The rally. He has plan b unfounded.", True),
        ("The rally. It burned. Unfounded talk went on.", False),
        ("The rally. It formerly burned.", True),
        ("The rally. It burned years ago.", True),
        ("The rally. Formerly. It burned.", False),
        ("The rally. Formerly a b c d e burned.", True),
        ("The rally. Formerly a b c d e f burned.", False),
        ("The rally. It burned a b c d since.", True),
        ("The rally. It burned a b c d e since.", False),
        ("The rally. They spoke about a b burned.", True),
        ("The rally. They spoke about a b c burned.", False),
        ("The rally. Spoke a b c d e f about it burned.", True),
        ("The rally. Spoke a b c d e f g about it burned.", False),
        ("The rally. It might have burned.", True),
        ("The rally. It might be a threat.", False),
        ("The rally. Rain fell. It burned.", False),
        ("The rally. Rain fell. It went on. It burned.", True),
        ("Rain fell. It went on. The rally came. It burned.", False),
        ("It burned. He was named because he is arab.", True),
        ("It burned. The rally grew because of it.", False),
        ("It burned. He burned it because he is arab.", False),
        ("It burned. He was described as arab because of it.", False),
        ("It burned because of it. He is arab.", False),
        ("He is arab and suspicious.", True),
        ("He is arab. That is suspicious.", True),
        ("He is arab. He left. That is suspicious.", False),
        ("The rally had parking.", False),
        ("The rally had parking. Names taken.", True),
        ("He bought rope and looked suspicious.", True),
        ("He bought rope burned and looked suspicious.", False),
        ("He burned flag.", False),
    ],
)
def test_each_turn_of_the_reading_holds_or_lets_pass(text: str, held: bool) -> None:
    assert examine(text, read_rules({"few.yaml": FEW})).held is held
