"""Gazetteers: files of lists are read with errors to the line, and their words are found fold for fold."""

from collections.abc import Iterator

import pytest

from tessera.dictionary.gazetteers import Gazetteers, folded, read_gazetteers
from tessera.dictionary.lines import parse
from tessera.errors import Invalid

HEAD = "name: tools\nlabel: Tools\ndefinition: Things to work with.\ntype: weapon\n"
FILE = HEAD + "context: [stabbed]\nentries:\n  crow bar: [crowbar, pry-bar]\nambiguous:\n  hammer: [mallet]\n"


def lists(text: str = FILE) -> Gazetteers:
    return read_gazetteers([parse(text, "list.yaml")])


def hits(text: str, words: Gazetteers) -> Iterator[tuple[str, str]]:
    return ((text[hit.start : hit.end], hit.phrase.value) for hit in words.find(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A Crow Bar lay there.", [("Crow Bar", "crow bar")]),
        ("Two crow-bars and a pry bar", [("crow-bars", "crow bar"), ("pry bar", "crow bar")]),
        ("CRÖWBAR", [("CRÖWBAR", "crow bar")]),
        ("scarecrow barn", []),
        ("crow\nbar", [("crow\nbar", "crow bar")]),
        ("crow. A bar", []),
        ("with a mallet", []),
        ("stabbed with a mallet", [("mallet", "hammer")]),
    ],
)
def test_words_are_found_whole_whatever_case_accents_and_number(text: str, found: list[tuple[str, str]]) -> None:
    assert list(hits(text, lists())) == found


@pytest.mark.parametrize("text", ["İstanbul ẞ ﬁn", "Ünïcödé", "ABC"])
def test_a_folded_text_is_as_long_as_it_was(text: str) -> None:
    assert len(folded(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "where", "message"),
    [
        (HEAD.replace("weapon", "wepon"), "list.yaml:4", "unknown type of mention 'wepon'"),
        (HEAD.replace("label: Tools\n", ""), "list.yaml:1", "'label' is missing"),
        (HEAD + "colour: red\n", "list.yaml:5", "unknown key 'colour'"),
        (HEAD + "entries:\n  a tool: [bat]\n  a thing: [bat]\n", "list.yaml:7", "takes 'bat' for 'a tool' and for 'a thing'"),
        (HEAD + "entries:\n  a tool: ['--']\n", "list.yaml:6", "holds no word"),
        (HEAD + "ambiguous:\n  bat: [club]\n", "list.yaml:5", "has ambiguous words and no context"),
        (HEAD + "cased: perhaps\n", "list.yaml:5", "true or false"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(text: str, where: str, message: str) -> None:
    with pytest.raises(Invalid, match=message) as error:
        lists(text)
    assert error.value.where == where


def test_names_of_the_center_are_added_and_count_only_with_a_capital() -> None:
    words = lists().with_names(["Bay  Patrol", "Bay Patrol", ""])
    assert list(hits("The Bay Patrol, not the bay patrol", words)) == [("Bay Patrol", "Bay Patrol")]
    assert list(hits("a crowbar", words)) == [("crowbar", "crow bar")]


def test_a_later_file_may_add_to_a_list() -> None:
    more = HEAD + "entries:\n  spade: [shovel]\n"
    words = read_gazetteers([parse(FILE, "a.yaml"), parse(more, "b.yaml")])
    assert list(hits("a shovel and a crowbar", words)) == [("shovel", "spade"), ("crowbar", "crow bar")]


def test_a_tolerant_list_forgives_one_letter_of_a_long_word_in_context() -> None:
    words = lists(
        HEAD + "tolerant: true\ncontext: [bag]\nnot: [hammering]\nentries:\n  hammering tool: [sledgehammer]\n"
    )
    for slip in ("slegehammer", "sledgehamer", "sledgehammmer", "sledgehmamer", "sladgehammer"):
        assert [hit.misspelled for hit in words.find(f"a {slip} in a bag")] == [True], slip
        assert not list(words.find(f"a {slip} alone"))
    assert not list(words.find("a sladgehamer in a bag"))


def test_a_slip_in_the_later_words_of_a_phrase_is_forgiven_without_context() -> None:
    words = lists(HEAD + "tolerant: true\ncontext: [bag]\nentries:\n  sledgehammer: []\n  great sledgehammer: []\n")
    assert list(hits("a Great Slegdehammer alone", words)) == [("Great Slegdehammer", "great sledgehammer")]
    assert list(hits("a great sledgehammer, a great hammer", words)) == [("great sledgehammer", "great sledgehammer")]
    assert not list(hits("a grate slegdehammer alone", words))
