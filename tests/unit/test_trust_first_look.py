"""Which words tell at first sight that a text may hold a phrase."""

import re

import pytest

from tessera.trust.phrases import NOTHING, telling_words
from tessera.trust.protected_lists import read_rules


@pytest.mark.parametrize(
    ("phrases", "sample", "expected"),
    [
        (["attend* ... church*"], [], r"\b(?:attend)"),
        (["attend* ... church"], ["attended"], r"\b(?:church\b)"),
        (["attend* ... church"], ["church", "attend"], r"\b(?:attend)"),
        (["attend ... church"], ["churches attendees"], r"\b(?:attend\b)"),
        (["a/vigil prayer"], [], r"\b(?:prayer\b)"),
        (["march/rally of"], ["of the rally of"], r"\b(?:march\b|rally\b)"),
        (["march/rally of"], ["march", "rally", "of"], r"\b(?:of\b)"),
        (["vigil", "a vigil"], [], r"\b(?:vigil\b)"),
        (["attend* vigil"], ["attending attended", "vigil"], r"\b(?:vigil\b)"),
        (["attend church"], ["attend attend church"], r"\b(?:church\b)"),
        (["attend vigil"], ["vigil attends attends"], r"\b(?:attend\b)"),
        (["vig*/attended prayer"], [], r"\b(?:prayer\b)"),
        ([], ["anything"], NOTHING),
    ],
)
def test_of_each_phrase_the_rarest_and_then_the_longest_word_tells(
    phrases: list[str], sample: list[str], expected: str
) -> None:
    assert telling_words(phrases, sample) == expected
    re.compile(expected)


LISTS = "protected: [{id: rally, category: protest, sentence: A., words: [march* of, a banner]}]"


def test_the_words_that_tell_are_those_of_the_protected_rules() -> None:
    rules = read_rules({"one.yaml": LISTS})
    assert rules.telling_words(["of a"]) == r"\b(?:march|banner\b)"
