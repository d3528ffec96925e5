"""A site's own lists of the gate: what is wrong is said, with the file."""

import pytest

from tessera.errors import Invalid
from tessera.trust.protected_lists import read_rules

RULE = "{id: rally, category: protest, sentence: It speaks of a rally., words: [rally]}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("protected: [", "the file is no YAML"),
        ("- rally", "should hold lists by name"),
        ("rallies: []", "'rallies' is no list of the gate"),
        ("protected: rally", "'protected' is no list of the gate"),
        ("protected: [rally]", "needs id, sentence and words"),
        ("protected: [{id: rally, sentence: A., words: [rally], colour: red}]", "needs id, sentence and words"),
        (f"protected: [{RULE.replace('id: rally', 'id: A Rally!')}]", "needs a short name and phrases"),
        (f"protected: [{RULE.replace('[rally]', '[]')}]", "needs a short name and phrases"),
        (f"protected: [{RULE.replace('[rally]', '[yes]')}]", "True is no phrase"),
        (f"protected: [{RULE.replace('protest', 'weather')}]", "has no category"),
        (f"protected: [{RULE.replace('category: protest, ', '')}]", "has no category"),
        (f"protected: [{RULE.replace('sentence', 'needs: much, sentence')}]", "needs 'much'"),
        (f"protected: [{RULE}, {RULE}]", "is there twice"),
    ],
)
def test_a_wrong_list_says_what_is_wrong_and_where(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as refused:
        read_rules({"site/own.yaml": text})
    assert refused.value.where == ("" if "twice" in said else "site/own.yaml")


def test_lists_of_several_files_add_up() -> None:
    other = RULE.replace("id: rally", "id: march").replace("[rally]", "[march]")
    found = read_rules({"a.yaml": f"protected: [{RULE}]", "b.yaml": f"protected: [{other}]"})
    assert sorted(found.by_name) == ["march", "rally"]
    assert not found.by_name["rally"].needs_suspicion
    asks = read_rules({"a.yaml": f"protected: [{RULE.replace('sentence', 'needs: suspicion, sentence')}]"})
    assert asks.by_name["rally"].needs_suspicion


def test_a_list_without_phrases_finds_nothing() -> None:
    rules = read_rules({"a.yaml": f"protected: [{RULE}]"})
    assert rules.topic.search("any words at all") is None
    assert rules.may_hold("a rally began")
    assert not read_rules({"a.yaml": "topic: [about]"}).may_hold("a rally began")
