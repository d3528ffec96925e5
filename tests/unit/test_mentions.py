"""Mentions: what labelled lines hold is found and what only looks like it is not; a relation is one that a sentence states."""

from pathlib import Path

import pytest
import yaml
from marked import LABELLED, lines

from tessera import bootstrap
from tessera.dictionary import Dictionary, load
from tessera.dictionary.gazetteers import Gazetteers
from tessera.extract.mentions import find_mentions, find_relations, read_dispatch
from tessera.extract.mentions.coins import is_base58check, is_bech32, with_letter_case
from tessera.extract.mentions.keccak import keccak_256
from tessera.model.found import FoundBy, Mention, MentionType
from tessera.settings import Settings

SPOKEN = frozenset(
    [
        MentionType.PERSON,
        MentionType.ADDRESS,
        MentionType.VEHICLE,
        MentionType.UNIT,
        MentionType.PLACE,
        MentionType.ORGANIZATION,
    ]
)
"""Types of which the labelled lines say nothing."""


@pytest.fixture(scope="module")
def words() -> Dictionary:
    return load(bootstrap.pack_folders(Settings(center=Path())))


def named(text: str, lists: Gazetteers = Gazetteers(), names: tuple[Mention, ...] = ()) -> set[tuple[str, str]]:  # noqa: B008 - it is frozen
    return {(str(m.type), m.value) for m in find_mentions(text, lists, names)}


@pytest.mark.parametrize("which", ["development", "held-out"])
def test_labelled_identifiers_are_found_where_they_stand_and_lookalikes_are_not(which: str) -> None:
    right = said = true = 0
    for text, labels in lines(f"identifiers-{which}.yaml"):
        wanted = {(label.type, label.start, label.end, label.value) for label in labels}
        mentions = [m for m in find_mentions(text, Gazetteers()) if m.type not in SPOKEN]
        found = {(str(m.type), m.start, m.end, m.value) for m in mentions}
        right, said, true = right + len(found & wanted), said + len(found), true + len(wanted)
    assert right / said >= 0.99
    assert right / true >= 0.99


def test_persons_bodies_addresses_places_and_vehicles_of_labelled_lines_are_found() -> None:
    right = said = true = 0
    for text, labels in lines("spoken-development.yaml"):
        wanted = {(label.type, label.start, label.end, label.value) for label in labels}
        found = {(str(m.type), m.start, m.end, m.value) for m in find_mentions(text, Gazetteers())}
        right, said, true = right + len(found & wanted), said + len(found), true + len(wanted)
    assert right / said >= 0.9
    assert right / true >= 0.9


@pytest.mark.parametrize("which", ["development", "held-out"])
def test_values_of_other_labelled_lines_are_found(which: str) -> None:
    right = said = true = 0
    for line in yaml.safe_load((LABELLED / f"identifier-values-{which}.yaml").read_text()):
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
        ("a white 2014 Ford F-150 left", {("vehicle", "white 2014 ford f-150")}),
        ("Ford and Lincoln were presidents.", set()),
        ("at 1200 N. Main St, Apt 4, Dover, DE 19901.", {("address", "1200 N. Main St, Apt 4, Dover, DE 19901")}),
        ("39°44'21\"N 75°32'23\"W", {("coordinates", "39.73917,-75.53972")}),
        ("grid 18SVK8588822509", {("coordinates", "39.95260,-75.16520")}),
        ("from 2200-0600 hours", {("time", "22:00"), ("time", "06:00")}),
        ("He left on November 3-5, 2026.", {("date", "2026-11-03/2026-11-05")}),
        ("Two thousand five hundred dollars", {("money", "USD 2500.00")}),
        ("DE plate 4K7 321", {("plate", "DE 4K7321")}),
        ("Blue Heron Logistics LLC owns it.", {("organization", "Blue Heron Logistics LLC")}),
    ],
)  # fmt: skip
def test_what_a_text_names_has_one_form(text: str, found: set[tuple[str, str]]) -> None:
    assert named(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He left at 6 in the evening.", {("time", "18:00")}),
        ("Shots at six in the morning, again about 10 at night.", {("time", "06:00"), ("time", "22:00")}),
        ("We met at quarter past 9 in the morning.", {("time", "09:15")}),
        ("It was 7:30 in the evening, then 2:15 this morning.", {("time", "19:30"), ("time", "02:15")}),
        ("Half past six in the evening, at 8 o'clock.", {("time", "18:30"), ("time", "08:00")}),
        ("There were 3 in the afternoon group.", set()),
        ("Turn at 3 o'clock position, 12 o'clock high.", set()),
        ("On Mar. 4, '26 he left; on 4 Mar '27 he returned.", {("date", "2026-03-04"), ("date", "2027-03-04")}),
        (
            "Open January 1 to 3, 2026, closed November the 8th.",
            {("date", "2026-01-01/2026-01-03"), ("date", "--11-08")},
        ),
        ("June 1 to 15 people came; March 3 to 5 PM.", {("date", "--06-01"), ("date", "--03-03"), ("time", "17:00")}),
        ("The phone number is 3 0 2 5 5 5 0 1 7 7.", {("phone", "+13025550177")}),
        ("Tel. 302/555/0177, call 302 . 555 . 0178.", {("phone", "+13025550177"), ("phone", "+13025550178")}),
        ("Count 3 0 2 5 5 5 0 1 7 7 on the wall.", set()),
        (
            "Call (302)555-0142x7, he rang 302-555-0143 x3.",
            {("phone", "+13025550142;ext=7"), ("phone", "+13025550143")},
        ),
        ("0044 20 7946 0958 or +52 1 55 1234 5678", {("phone", "+442079460958"), ("phone", "+525512345678")}),
        ("20260304 2215 login", {("date", "2026-03-04"), ("time", "22:15")}),
        ("A sum of ₹5,00,000 was sent.", {("money", "INR 500000.00")}),
        ("Shift 7:00-15:00, mix 3:1-2:1.", {("time", "07:00"), ("time", "15:00")}),
        (
            "6/11 - neg. CI paid (6/4), purchased 12/23 around 2:40 pm.",
            {("date", "--06-11"), ("date", "--06-04"), ("date", "--12-23"), ("time", "14:40")},
        ),
        ("5/4 1940 SB, then left", {("date", "--05-04"), ("time", "19:40")}),
        ("On May 4 1940 he was born.", {("date", "1940-05-04")}),
        ("He fired 00 buck.", set()),
        ("Rang at 5 minutes to midnight and ten minutes past 6.", {("time", "23:55"), ("time", "06:10")}),
        ("It took 5 minutes to 6 miles, 20 minutes after two men left.", set()),
        ("His Social written on the card by hand: 115 04 1836.", {("social-security-number", "***-**-1836")}),
        ("Changed by phone, acct 0044817723.", set()),
        (
            "Her landline is 555-0142, the same exchange as ours, 555-0107.",
            {("phone", "5550142"), ("phone", "5550107")},
        ),
        ("This one (sussexmarrsh.us) is another, see (e.g.us) and (main.py).", {("domain", "sussexmarrsh.us")}),
        (
            "His social is 651 03 4814, the ID card says 422-53-6520.",
            {("social-security-number", "***-**-4814"), ("social-security-number", "***-**-6520")},
        ),
        ("Part P/N 219-44-8812 was replaced.", set()),
        ("The tag expired 11/2025; the ratio was 11/2025.", {("date", "2025-11")}),
        ("The handset called +44 20 7946 0018 31 times.", {("phone", "+442079460018")}),
        (
            "085245563 and 112958684 are the routing numbers.",
            {("bank-routing", "085245563"), ("bank-routing", "112958684")},
        ),
        ("5K results: Dunn 21:47, Park 22:03, Chief 31:10, and the dog unofficially 17:55.", set()),
        ("He had 75 cents and fifty cents, 5 cents on the dollar.", {("money", "USD 0.75"), ("money", "USD 0.50")}),
    ],
)
def test_times_dates_numbers_and_change_as_people_say_them(text: str, found: set[tuple[str, str]]) -> None:
    assert named(text) == found


def test_published_vectors_hold() -> None:
    assert keccak_256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    assert keccak_256(b"x" * 136) != keccak_256(b"x" * 135)
    for address in ("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"):
        assert with_letter_case(address.lower()) == address
    assert is_bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    assert is_bech32("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0")
    assert not is_bech32("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5")
    assert is_base58check("1BoatSLRHtKNngkdXEeobR76b53LETtpyT")


SOLANA = "7v91N7iZ9mNicL8WfG6cgSCKyRXydQjLh6UYBWwm6y1Q"
MONERO = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", ""),
        ("t3Vz22vK5z2LcKEdg16Yv4FFneEL1zg9ojd", ""),
        (MONERO, ""),
        ("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", ""),
        (
            "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
            "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
        ),
        ("addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8", ""),
        ("GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H", ""),
    ],
)
def test_addresses_of_coins_hold_their_checks(words: str, value: str) -> None:
    assert named(f"It went to {words}, tag 4417.") == {("coin-address", value or words)}
    for at in (len(words) - 1, len(words) // 2 + 6):
        other = "2" if words[at] != "2" else "3"
        assert not named(f"It went to {words[:at]}{other}{words[at + 1 :]}."), "one letter wrong"


def test_an_address_without_a_check_needs_a_word_for_its_coin() -> None:
    assert named(f"Solana wallet {SOLANA}") == {("coin-address", SOLANA)}
    assert not named(f"session {SOLANA} closed")
    assert not named(f"Solana wallet {SOLANA[:-1]}"[:-3])


def test_words_of_lists_are_found_and_ambiguous_ones_only_in_context(words: Dictionary) -> None:
    lists = words.gazetteers
    assert named("Three bags of heroin and some ice were found.", lists) >= {
        ("drug", "heroin"),
        ("drug", "methamphetamine"),
    }
    assert not named("Snow fell on the ice near the horse.", lists)
    assert ("drug", "cocaine") in named("Cocanie and heroin toxicity", lists), "one slip of the pen"
    assert ("drug", "fentanyl") in named("combined effects ofFentanyl and heroin", lists), "a lost space"
    assert ("organization", "Dover Police") in named("He rang Dover Police at once", lists.with_names(["Dover Police"]))


def test_a_rule_wins_over_a_list_and_a_list_over_a_model(words: Dictionary) -> None:
    text = "Ann Lee called 302-555-0147."
    model = Mention(start=8, end=27, type=MentionType.PERSON, value="x", by=FoundBy.MODEL, rule="m", confidence=0.5)
    assert named(text, names=(model,)) == {("phone", "+13025550147")}
    place = Mention(
        start=0, end=8, type=MentionType.PERSON, value="Delaware", by=FoundBy.MODEL, rule="m", confidence=0.5
    )
    assert named("Delaware is small.", words.gazetteers, (place,)) == {("place", "Delaware")}


def test_a_country_within_the_name_of_a_body_does_not_break_it(words: Dictionary) -> None:
    text = "the Government of Iraq"
    body = Mention(
        start=4, end=22, type=MentionType.ORGANIZATION, value=text[4:], by=FoundBy.MODEL, rule="m", confidence=0.7
    )
    assert named(text, words.gazetteers, (body,)) == {("organization", "Government of Iraq")}


def test_card_and_social_security_numbers_are_never_kept_whole() -> None:
    text = "Card 4111 1111 1111 1111 and SSN 219-09-9998."
    assert named(text) == {("payment-card", "Visa ending in 1111"), ("social-security-number", "***-**-9998")}


@pytest.mark.parametrize(
    ("text", "call", "address", "cross", "units"),
    [
        ("STRUC FIRE 1200 BLK N MAIN ST X OAK AVE E21 L4 14:32", "structure fire", "1200 BLK N MAIN ST", ["OAK AVE"], ["E21", "L4"]),
        ("MVA W/ENTRAPMENT RT 13 / RT 404 RESPOND E6 A64 RS60", "motor vehicle accident with entrapment", "RT 13 / RT 404", [], ["E6", "A64", "RS60"]),
        ("10-50 PI at N DUPONT HWY & LOOCKERMAN ST UNITS M5 A41", "10-50 personal injury", "N DUPONT HWY & LOOCKERMAN ST", [], ["M5", "A41"]),
        ("CARDIAC ARREST 44 CEDAR LN APT 4B DOVER BTWN ELM ST AND OAK ST MEDIC 6 ENGINE 21", "cardiac arrest", "44 CEDAR LN APT 4B DOVER", ["ELM ST", "OAK ST"], ["M6", "E21"]),
        ("Fire: GAS-ODOR/LEAK - HAWS AVE; NORRISTOWN; STATION 308A", "fire gas-odor leak", "HAWS AVE", [], ["STATION 308A"]),
        ("SHOTS FIRED 500 BLK W 4TH ST UNITS 12A3 14C2", "shots fired", "500 BLK W 4TH ST", [], ["12A3", "14C2"]),
    ],
)  # fmt: skip
def test_a_dispatch_line_is_taken_apart(text: str, call: str, address: str, cross: list[str], units: list[str]) -> None:
    told = read_dispatch(text)
    assert told is not None
    assert told.call_type is not None
    assert told.address is not None
    assert (told.call_type.value, told.address.value) == (call, address)
    assert [street.value for street in told.cross_streets] == cross
    assert [unit.value for unit in told.units] == units
    assert text[told.address.start : told.address.end] == address


@pytest.mark.parametrize("text", ["THE MEETING WAS LONG AND LOUD", "We saw a fire at noon.", "", "FIRE"])
def test_other_lines_are_no_dispatch(text: str) -> None:
    assert read_dispatch(text) is None


def test_a_dispatch_line_gives_its_place_units_and_time_as_mentions() -> None:
    text = "Log of the night:\nSTRUC FIRE 1200 BLK N MAIN ST X OAK AVE E21 L4 14:32\nEnd."
    assert named(text) == {
        ("address", "1200 BLK N MAIN ST"),
        ("address", "OAK AVE"),
        ("unit", "E21"),
        ("unit", "L4"),
        ("time", "14:32"),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Det. Ana Ruiz drove the white 2014 Ford F-150.", {("Ana Ruiz", "uses-vehicle", "driver", "white 2014 ford f-150")}),
        ("Officer John Stone does not own the black Honda Civic.", set()),
        ("Mr. Bo Lee lives at 12 Oak Ave, Dover, DE.", {("Bo Lee", "resides-at", "home", "12 Oak Ave, Dover, DE")}),
        ("Mr. Lee used to live at 9 Oak Ave.", {("Lee", "resides-at", "former-home", "9 Oak Ave")}),
        ("The black 2010 Honda Accord is registered to Mr. Carl Voss.", {("Carl Voss", "uses-vehicle", "owner", "black 2010 honda accord")}),
        ("Mrs. Ito rode in a red van.", {("Ito", "uses-vehicle", "passenger", "red van")}),
        ("Witness Ana Ruiz called from 302-555-0147.", {("Ana Ruiz", "uses-phone", "", "+13025550147")}),
        ("Mr. Gray is reachable at (302) 555-0199.", {("Gray", "uses-phone", "", "+13025550199")}),
        ("Dr. Omar Haddad works for Blue Heron Logistics LLC.", {("Omar Haddad", "employed-by", "", "Blue Heron Logistics LLC")}),
        ("Victim Dana Fox, W/F, 34, resides at 12 Elm St.", {("Dana Fox", "resides-at", "home", "12 Elm St")}),
        ("Mr. Smith denied that he owns the blue Ford Focus.", set()),
        ("Mr. Pike never worked for Blue Heron Logistics LLC.", set()),
        ("Did Mr. Pike own the gray Toyota Camry?", set()),
        (
            "Mr. Lee is employed by the Kent County Sheriff's Office and drives a gray Toyota Camry.",
            {("Lee", "employed-by", "", "Kent County Sheriff's Office"), ("Lee", "uses-vehicle", "driver", "gray toyota camry")},
        ),
    ],
)  # fmt: skip
def test_a_sentence_that_relates_two_things_links_them_and_a_denial_does_not(
    text: str, told: set[tuple[str, ...]]
) -> None:
    found = find_relations(text, find_mentions(text, Gazetteers()))
    assert {(r.subject.value, r.type, r.role, r.object.value) for r in found} == told
    assert all(text[r.start : r.end] == text for r in found)


def test_links_that_relations_name_are_those_of_the_dictionary(words: Dictionary) -> None:
    from tessera.extract.mentions.relations import SAYINGS

    for saying in SAYINGS:
        link = words.link_types[saying.type]
        assert saying.role in {"", *link.roles}
