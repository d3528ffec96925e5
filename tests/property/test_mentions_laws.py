"""Laws of mentions: they lie in the text, never overlap, and no text makes the rules slow."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tessera import bootstrap
from tessera.dictionary import load
from tessera.dictionary.gazetteers import Gazetteers
from tessera.extract.mentions import find_mentions, find_relations, read_dispatch, sentences
from tessera.extract.mentions.internet import refanged
from tessera.settings import Settings

WORDS = load(bootstrap.pack_folders(Settings(center=Path()))).gazetteers
PIECES = some.sampled_from(
    [
        "Mr. ", "Ruiz, ", "Ana ", "302-555-0147 ", "DE plate ", "4K7 321 ", "white ", "Ford ", "F-150 ", "1200 ", "Main St ", "at ", "11/03/2026 ", "14:32 ",
        "$5 ", "owns ", "not ", "heroin ", "ice ", "bag ", "http://", "example.com ", "[.]", "@", "39.7391, ", "-75.5398 ", "E21 ", "FIRE ", "X ", "\n", ". ", "VIN ",
        "é", "İ", "\u00df", "Delaware ", "hours ", "LLC ", "Police ", "CVE-2021-44228 ", "0x", "a/k/a ", "DOB ",
    ]
)  # fmt: skip
TEXTS = some.one_of(some.text(max_size=300), some.lists(PIECES, max_size=30).map("".join))


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_mentions_lie_in_the_text_in_order_and_never_overlap(text: str) -> None:
    found = find_mentions(text, WORDS)
    after = 0
    for mention in found:
        assert after <= mention.start < mention.end <= len(text)
        assert mention.value
        assert 0 < mention.confidence <= 1
        after = mention.end
    for relation in find_relations(text, found):
        assert {relation.subject, relation.object} <= set(found)
        assert relation.start <= min(relation.subject.start, relation.object.start)
        assert max(relation.subject.end, relation.object.end) <= relation.end


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_sentences_are_in_order_and_dispatch_parts_lie_in_the_text(text: str) -> None:
    after = 0
    for start, end in sentences(text):
        assert after <= start <= end <= len(text)
        after = end
    dispatch = read_dispatch(text)
    if dispatch:
        for mention in dispatch.mentions():
            assert 0 <= mention.start < mention.end <= len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "a.", "1-", "http://", "@a", "A ", "0x", "1.1.", "[.]", "John ", "12 Main ", "::", "(302) ", "De La ", "1A ", "a", "9", "A", "Ab", "St. ", "$", "5,", "1 ",
        "plate A", "white ", "Ford ", "Mr. ", "A, B", "0.1234 ", "12:", "may ", "May 1 ", "and ", "Main St and ", "E1 ", "FIRE ", "owns ", "one hundred ", "[at]", "hxxp",
        "Bank of ", "Inc ", "tag ", "heroin ", "a-", "1/", "N ", "1200 BLK ", "°", "1°1'", "VIN ", "fe80:", "a:", "%", "\n", " ", "x@", "Xx-", "O'", "I-1 ",
    ],
)  # fmt: skip
def test_no_repetition_makes_the_rules_slow(piece: str) -> None:
    text = (piece * 30_000)[:30_000]
    started = time.process_time()
    find_relations(text, find_mentions(text, Gazetteers()))
    assert time.process_time() - started < 2, "30,000 characters"


@given(some.from_regex(r"[a-z]{3,8}(\.[a-z]{3,8}){0,2}\.(com|net|org)", fullmatch=True))
def test_a_defanged_name_is_the_plain_one(host: str) -> None:
    for dot in ("[.]", "(.)", "[dot]", " [.] ", "{.}"):
        assert refanged(host.replace(".", dot)) == host
    assert refanged(f"hxxps://{host}") == f"https://{host}"
    assert [m.value for m in find_mentions(f"to hxxp[:]//{host.replace('.', '[.]')}/a", Gazetteers())] == [
        f"http://{host}/a"
    ]
