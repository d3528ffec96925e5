"""Two names, alike or not, and why."""

from pathlib import Path

import pytest

from tessera import bootstrap
from tessera.dictionary import load
from tessera.dictionary.lines import parse
from tessera.dictionary.names import NameSort, read_names
from tessera.errors import Invalid
from tessera.model.marking import FieldClass
from tessera.resolution.name_dates import PartialDate, compare_dates, read_date
from tessera.resolution.name_keys import asked_keys, stored_keys
from tessera.resolution.name_payloads import names_of
from tessera.resolution.name_reading import NameReader
from tessera.resolution.name_romanising import script_of
from tessera.resolution.name_sounds import near, packed, sound
from tessera.resolution.names import ALIKE, Match, compare
from tessera.settings import Settings

WORDS = load(bootstrap.pack_folders(Settings(center=Path()))).names
READER = NameReader(WORDS)
PERSON, ORGANIZATION = NameSort.PERSON, NameSort.ORGANIZATION


def match(left: str, right: str, sort: NameSort = PERSON) -> Match:
    return compare(READER.read(left, sort), READER.read(right, sort))


SAME_PERSON = [
    ("Bill Gates", "William Gates", "'Bill' is a short form of 'William'."),
    ("Pepe Ramirez", "José Ramírez", "'Pepe' is a short form of 'Jose'."),
    ("Smith, John", "John Smith", "The words stand in another order."),
    ("J. Smith", "John Smith", "'J' is the initial of 'John'."),
    ("John Smith", "John Michael Smith", "'Michael' stands only in the name that was found."),
    ("Mohammed Hassan", "Muhamad Hasan", "'Mohammed' and 'Muhamad' are spellings of one name."),
    ("Muammar Qadhafi", "Moammar Gaddafi", "'Qadhafi' and 'Gaddafi' are spellings of one name."),
    ("Vladimir Putin", "Владимир Путин", "It is written in Cyrillic letters."),
    ("Mohammed Saeed", "محمد سعيد", "It is written in Arabic letters."),
    ("Xi Jinping", "习近平", "It is written in Chinese letters."),
    ("Mao Tse-tung", "Mao Zedong", "'Zedong' is written as 'Tse Tung'."),
    ("Deng Xiao Ping", "Deng Xiaoping", "'Xiaoping' is written as 'Xiao Ping'."),
    ("Abdulrahman Saleh", "Abd al-Rahman Saleh", "'Abdul' and 'Abd' are spellings of one name."),
    ("Juan de la Cruz", "Juan Delacruz", "'Cruz' and 'Delacruz' differ by a particle."),
    ("Khaled Halid", "Khaled Khalid", "'Halid' and 'Khalid' are spellings of one name."),
    ("Jonathan Wilson", "Jonathan Wislon", "'Wilson' differs from 'Wislon' by one letter."),
    ("Mary-Jane Watson", "Mary Jane Watson", "The names are the same but for how they are written."),
    ("Dr. Anna Kovács, PhD", "Anna Kovacs", "The names are the same but for how they are written."),
    ("Sean O'Brien", "Sean O Brien", "'Obrien' and 'Brien' differ by a particle."),
]


@pytest.mark.parametrize(("left", "right", "reason"), SAME_PERSON, ids=[f"{a}~{b}" for a, b, _ in SAME_PERSON])
def test_names_of_one_person_are_alike_for_a_reason(left: str, right: str, reason: str) -> None:
    found = match(left, right)
    assert found.score >= ALIKE
    assert reason in found.reasons


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("John Smith", "John Brown"),
        ("Maria Garcia", "Maria Lopez"),
        ("Kim Song Chol", "Kim Yong Nam"),
        ("Ali Hassan", "Omar Hassan"),
        ("Li Wei", "Wang Fang"),
        ("Robert Miller", "Richard Mueller"),
        ("Ahmed Khan", "Ahmad Jan"),
    ],
)
def test_names_of_two_people_are_not_alike(left: str, right: str) -> None:
    assert match(left, right).score < ALIKE


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ("OOO Gazprom", "Gazprom LLC", "The names are the same but for how they are written."),
        ("Intl. Trading Co.", "International Trading Company", "The names are the same but for how they are written."),
        ("CIMEX, S.A.", "Cimex Ltd", "The legal forms differ: SA and LTD."),
        ("Acme", "ACME GmbH", "The legal form GMBH stands in only one of the names."),
        ("IRISL", "Islamic Republic of Iran Shipping Lines", "'IRISL' are the first letters of 'Islamic Republic of Iran Shipping Lines'."),
        ("Northwind Traders & Sons", "Northwind Traders and Sons", "The names are the same but for how they are written."),
    ],
)  # fmt: skip
def test_names_of_one_organisation_are_alike_for_a_reason(left: str, right: str, reason: str) -> None:
    found = match(left, right, ORGANIZATION)
    assert found.score >= ALIKE
    assert reason in found.reasons


def test_what_every_company_has_in_its_name_makes_none_alike() -> None:
    assert match("Daesong Trading Company Ltd", "Haegumgang Trading Company Ltd", ORGANIZATION).score < ALIKE
    assert match("National Bank of Iran", "National Bank of Cuba", ORGANIZATION).score < ALIKE


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    rare, common = match("Xanthe Quillwort", "Quillwort"), match("Mohammed Ali", "Ali")
    assert rare.score > common.score


def test_generations_are_told_apart() -> None:
    found = match("Robert Smith Jr", "Robert Smith Sr")
    assert found.score < match("Robert Smith", "Robert Smith Sr").score
    assert "The generations differ: jr and sr." in found.reasons


def test_one_name_in_two_languages_is_weaker_than_two_spellings() -> None:
    assert match("Juan Perez", "John Perez").score < match("Yusuf Perez", "Youssef Perez").score
    assert "'Juan' and 'John' are one name in two languages." in match("Juan Perez", "John Perez").reasons


@pytest.mark.parametrize("text", ["", "   ", "!!!", "-", "\u200b", "🙂"])
def test_what_holds_no_letters_is_like_nothing(text: str) -> None:
    assert match(text, "John Smith") == Match(score=0.0)
    assert not stored_keys(READER.read(text, PERSON))


def test_a_very_long_name_is_read_to_a_limit() -> None:
    name = READER.read("word " * 10_000, PERSON)
    assert len(name.tokens) <= 10


@pytest.mark.parametrize(("left", "right", "_reason"), SAME_PERSON, ids=[f"{a}~{b}" for a, b, _ in SAME_PERSON])
def test_a_name_is_among_the_candidates_of_what_is_like_it(left: str, right: str, _reason: str) -> None:
    asked = asked_keys(READER.read(left, PERSON), WORDS)
    stored = stored_keys(READER.read(right, PERSON))
    assert stored & (asked.exact | asked.near | asked.wide)


def test_sounds_are_coarse_and_keys_are_small() -> None:
    assert sound("gaddafi") == sound("qadhafi") == sound("kadafi")
    assert sound("schmidt") == sound("shmit")
    assert "BRN" in near("BR")
    assert packed("AAAAA") < 1 << 20
    assert max(stored_keys(READER.read("Zzyzx Yyy Xxx", PERSON))) < 1 << 44


def test_scripts_are_named() -> None:
    assert [script_of(text) for text in ("Ana", "Ána", "Ана", "아나", "阿娜")] == [
        "",
        "",
        "Cyrillic",
        "Hangul",
        "Chinese",
    ]


def test_a_record_has_the_names_that_its_terms_hold() -> None:
    terms = WORDS.terms["person"]
    values = {
        "given_name": "Ana",
        "surname": "Nunez",
        "full_name": "Ana Nunez",
        "alias": "La Reina; Annie | Ana Nunez",
        "age": 30,
    }
    assert [(one.text, one.alias) for one in names_of(terms, values)] == [
        ("Ana Nunez", False),
        ("La Reina", True),
        ("Annie", True),
    ]
    assert names_of(terms, {"phone": "+1"}) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1970-03-31", "1970-03-31"), ("1970-03", "1970-03"), ("1970", "1970"), ("circa 1970", "1970"), ("31 Mar 1970", "1970-03-31"),
        ("March 31, 1970", "1970-03-31"), ("Mar 1970", "1970-03"), ("31/03/1970", "1970-03-31"), ("03/31/1970", "1970-03-31"),
        ("31.3.1970", "1970-03-31"), ("1970-03-31 00:00:00", "1970-03-31"),
    ],
)  # fmt: skip
def test_dates_are_read_as_lists_write_them(text: str, read: str) -> None:
    assert str(read_date(text)) == read


@pytest.mark.parametrize("text", ["yesterday", "1970-13-01", "31 Foo 1970", "1970-02-30", "0070", "12"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no date"):
        read_date(text)


def test_nothing_is_no_date() -> None:
    assert read_date("  ") is None


def test_dates_say_same_swapped_part_and_other() -> None:
    day = PartialDate(1970, 4, 3)
    said = [
        compare_dates(day, other)
        for other in (
            day,
            PartialDate(1970, 3, 4),
            PartialDate(1970),
            PartialDate(1970, 4, 9),
            PartialDate(1979, 4, 3),
            PartialDate(1955),
        )
    ]
    assert [one.reason.partition(" (")[0] for one in said] == [
        "The birth dates are the same",
        "The birth dates agree with day and month exchanged",
        "The birth dates agree as far as they are known",
        "The birth dates differ only in the day",
        "The birth dates differ by one digit of the year",
        "The years of birth differ",
    ]
    assert said[0].factor > said[1].factor > said[2].factor > 1 > said[3].factor > said[5].factor


def read(text: str) -> None:
    read_names([parse(text, "names.yaml")], {"person": {"full_name": FieldClass.IDENTIFIER}})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nick_names: {}", "unknown key 'nick_names'"),
        ("kinds: {people: {sort: person, whole: [x]}}", "unknown kind 'people'"),
        ("kinds: {person: {sort: person, whole: [fullname]}}", "unknown term 'fullname'"),
        ("kinds: {person: {sort: robot, whole: [full_name]}}", "unknown sort of names 'robot'"),
        ("kinds: {person: {sort: person}}", "no term of kind 'person' is a name"),
        ("person_words: {often: [ali]}", "unknown key 'often'"),
    ],
)
def test_a_mistake_in_a_pack_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        read(text)
    assert caught.value.where == "names.yaml:1"


def test_the_shipped_words_are_folded_and_agree_with_each_other() -> None:
    words = [
        *WORDS.short_forms,
        *WORDS.full_forms,
        *WORDS.spellings,
        *WORDS.counterparts,
        *WORDS.particles,
        *WORDS.titles,
    ]
    assert not [word for word in words if not word.isascii() or word != word.lower()]
    assert len(WORDS.short_forms) > 300
    assert not [word for word, heads in WORDS.full_forms.items() if word in heads]
