"""Mentions: what labelled lines hold is found and what only looks like it is not; no text harms the rules."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as some

from tessera import bootstrap
from tessera.dictionary import Dictionary, load
from tessera.dictionary.gazetteers import Gazetteers
from tessera.extract.mentions import find_mentions, find_relations
from tessera.extract.mentions.dispatch import read_dispatch
from tessera.extract.mentions.network import refanged
from tessera.model.found import FoundBy, Mention, MentionType
from tessera.settings import Settings

LABELLED = Path(__file__).parents[1] / "labelled"
SPOKEN = frozenset({MentionType.PERSON, MentionType.ADDRESS, MentionType.VEHICLE, MentionType.UNIT})
"""Types of which the labelled lines say nothing."""


@pytest.fixture(scope="module")
def words() -> Dictionary:
    return load(bootstrap.pack_folders(Settings(center=Path())))


def named(text: str, lists: Gazetteers = Gazetteers(), names: tuple[Mention, ...] = ()) -> set[tuple[str, str]]:  # noqa: B008 - it is frozen
    return {(str(m.type), m.value) for m in find_mentions(text, lists, names)}


@pytest.mark.parametrize("which", ["development", "held-out"])
def test_labelled_identifiers_are_found_and_lookalikes_are_not(which: str) -> None:
    right = said = true = 0
    for line in yaml.safe_load((LABELLED / f"identifiers-{which}.yaml").read_text()):
        found = {(str(m.type), m.value) for m in find_mentions(line["text"], Gazetteers()) if m.type not in SPOKEN}
        wanted = {(kind, value) for kind, value in line["found"]}
        right, said, true = right + len(found & wanted), said + len(found), true + len(wanted)
    assert right / said >= 0.99
    assert right / true >= 0.99


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Suspect DOE, JOHN M (DOB 01/02/1985) a/k/a Johnny Blaze", {("person", "John M Doe"), ("person", "Johnny Blaze"), ("date", "1985-01-02")}),
        ("Det. Sgt. Ana Ruiz spoke first.", {("person", "Ana Ruiz")}),
        ("a white 2014 Ford F-150 left", {("vehicle", "2014 white ford f-150")}),
        ("Ford and Lincoln were presidents.", set()),
        ("at 1200 N. Main St, Apt 4, Dover, DE 19901.", {("address", "1200 N. Main St, Apt 4, Dover, DE 19901")}),
        ("39°44'21\"N 75°32'23\"W", {("coordinates", "39.73917,-75.53972")}),
        ("grid 18SVK8588822509", {("coordinates", "39.95260,-75.16520")}),
    ],
)  # fmt: skip
def test_what_a_text_names_has_one_form(text: str, found: set[tuple[str, str]]) -> None:
    assert named(text) == found


def test_words_of_lists_are_found_and_loose_ones_only_in_context(words: Dictionary) -> None:
    lists = words.gazetteers
    assert named("Three bags of heroin and some ice were found.", lists) >= {
        ("drug", "heroin"),
        ("drug", "methamphetamine"),
    }
    assert not named("Snow fell on the ice near the horse.", lists)
    assert ("drug", "cocaine") in named("Cocanie and heroin toxicity", lists), "one slip of the pen"
    assert ("organization", "Dover Police") in named("He rang Dover Police at once", lists.with_names(["Dover Police"]))


def test_a_rule_wins_over_a_list_and_a_list_over_a_model() -> None:
    text = "Ann Lee called 302-555-0147."
    model = Mention(start=8, end=27, type=MentionType.PERSON, value="x", by=FoundBy.MODEL, rule="m", confidence=0.5)
    assert named(text, names=(model,)) == {("phone", "+13025550147")}


def test_card_and_social_security_numbers_are_never_kept_whole() -> None:
    text = "Card 4111 1111 1111 1111 and SSN 219-09-9999."
    assert named(text) == {("payment-card", "Visa ending in 1111"), ("social-security-number", "***-**-9999")}


@pytest.mark.parametrize(
    ("text", "kind", "address", "cross", "units"),
    [
        ("STRUC FIRE 1200 BLK N MAIN ST X OAK AVE E21 L4 14:32", "STRUC FIRE", "1200 BLK N MAIN ST", ["OAK AVE"], ["E21", "L4"]),
        ("MVA W/ENTRAPMENT RT 13 / RT 404 RESPOND E6 A64 RS60", "MVA", "RT 13 & RT 404", [], ["E6", "A64", "RS60"]),
        ("10-50 PI AT N DUPONT HWY & LOOCKERMAN ST UNITS M5 A41", "10-50 PI", "N DUPONT HWY & LOOCKERMAN ST", [], ["M5", "A41"]),
    ],
)  # fmt: skip
def test_a_dispatch_line_is_taken_apart(text: str, kind: str, address: str, cross: list[str], units: list[str]) -> None:
    told = read_dispatch(text)
    assert told is not None
    assert told.kind.text.startswith(kind)
    assert told.address is not None
    assert told.address.text == address
    assert [c.text for c in told.cross] == cross
    assert [u.text for u in told.units] == units
    for span in (told.kind, *told.cross, *told.units):
        assert text[span.start : span.end] == span.text


@pytest.mark.parametrize("text", ["THE MEETING WAS LONG AND LOUD", "We saw a fire at noon.", "", "FIRE"])
def test_other_lines_are_no_dispatch(text: str) -> None:
    assert read_dispatch(text) is None


def test_a_sentence_that_relates_two_things_links_them_and_a_denial_does_not() -> None:
    text = "Det. Ana Ruiz drove the white 2014 Ford F-150. Officer John Stone does not own the black Honda Civic. Mr. Bo Lee lives at 12 Oak Ave, Dover."
    found = find_mentions(text, Gazetteers())
    told = {(r.subject.value, r.type, r.role, r.object.value) for r in find_relations(text, found)}
    assert told == {
        ("Ana Ruiz", "uses-vehicle", "driver", "2014 white ford f-150"),
        ("Bo Lee", "resides-at", "home", "12 Oak Ave, Dover"),
    }


@given(some.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_mentions_lie_in_the_text_and_never_overlap(text: str) -> None:
    found = find_mentions(text, Gazetteers())
    ends = [0]
    for mention in found:
        assert ends[-1] <= mention.start < mention.end <= len(text)
        assert mention.value
        ends.append(mention.end)


@pytest.mark.parametrize(
    "piece",
    ["a.", "1-", "http://", "@a", "A ", "0x", "1.1.", "[.]", "John ", "12 Main ", "::", "(302) ", "De La ", "1A "],
)
def test_no_repetition_makes_the_rules_slow(piece: str) -> None:
    started = time.process_time()
    find_mentions(piece * 1500, Gazetteers())
    assert time.process_time() - started < 4


@given(some.from_regex(r"[a-z]{3,8}(\.[a-z]{3,8}){0,2}\.(com|net|org)", fullmatch=True))
def test_a_defanged_name_is_the_plain_one(host: str) -> None:
    assert refanged(host.replace(".", "[.]")) == host
    assert refanged(f"hxxps://{host}") == f"https://{host}"
