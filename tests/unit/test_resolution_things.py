"""Telephones, e-mail, vehicles, identifiers, bodies and events in one spelling each."""

import pytest

from tessera.resolution.emails import email_of, website_domain
from tessera.resolution.events import distinct_words, moment_of, number_of_case, squares, windows
from tessera.resolution.identifiers import category_of, value_of
from tessera.resolution.letters import is_filler, letters_and_digits, plain, words_of
from tessera.resolution.organisations import names_of_body
from tessera.resolution.phones import phone_of
from tessera.resolution.prepare import maker_of
from tessera.resolution.vehicles import (
    check_digit,
    color_of,
    lookalike,
    make_of,
    model_of,
    plate_of,
    vin_of,
    words_told,
)


@pytest.mark.parametrize(
    "text", ["302-555-0123", "(302) 555 0123", "+1 302 555 0123", "1.302.555.0123", "3025550123", "tel:+1-302-555-0123"]
)
def test_a_number_has_one_international_form(text: str) -> None:
    found = phone_of(text)
    assert found is not None
    assert (found.e164, found.local, found.extension) == ("+13025550123", "5550123", "")


@pytest.mark.parametrize(
    "text", ["302-555-0123 x4", "302-555-0123 ext. 4", "(302) 555-0123 extension 004", "302-555-0123;ext=4"]
)
def test_an_extension_is_part_of_what_is_dialled(text: str) -> None:
    found = phone_of(text)
    assert found is not None
    assert found.extension == "4"
    assert phone_of("302-555-0123", extension="x 4") == found


@pytest.mark.parametrize(
    "text", ["", "none", "000-000-0000", "999-999-9999", "302-000-0000", "1234567890", "12", "1" * 400]
)
def test_what_is_no_number_or_fills_the_field_is_none(text: str) -> None:
    assert phone_of(text) is None


def test_a_number_without_area_code_keeps_its_local_part() -> None:
    found = phone_of("555-0123")
    assert found is not None
    assert (found.e164, found.local) == ("", "5550123")


def test_a_foreign_number_keeps_its_country() -> None:
    found = phone_of("+44 20 7946 0018")
    assert found is not None
    assert found.e164 == "+442079460018"


def test_e_mail_of_one_mailbox_meets() -> None:
    mailboxes = {email_of(t).mailbox for t in ("A.B+x@gmail.com", "ab@googlemail.com", "mailto:AB@Gmail.com")}  # type: ignore[union-attr]
    assert mailboxes == {"ab@gmail.com"}
    assert email_of("a.b@county.example") != email_of("ab@county.example")


@pytest.mark.parametrize(
    "text", ["", "none", "none@none.com", "noemail@x.org", "a@b", "a b@c.org", "@c.org", "unknown@unknown.com"]
)
def test_what_says_that_there_is_no_e_mail_is_none(text: str) -> None:
    assert email_of(text) is None


def test_a_domain_is_a_bodys_own_or_nothing() -> None:
    own = email_of("info@heron-roofing.biz")
    shared = email_of("heron@gmail.com")
    assert own is not None
    assert shared is not None
    assert (own.organisation, shared.organisation) == ("heron-roofing.biz", "")
    assert website_domain("www.heron-roofing.biz/contact?x=1") == "heron-roofing.biz"
    assert website_domain("http://facebook.com/heron") is None
    assert website_domain("none") is None


# The first is the example of 49 CFR 565's makers; the second is the test number whose every character is 1.
@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "11111111111111111", "5GZCZ43D13S812715"])
def test_check_digits_of_known_vins_hold(vin: str) -> None:
    assert check_digit(vin) == vin[8]


def test_a_vin_that_fails_is_flagged_and_kept() -> None:
    wrong = vin_of("1M8GDM9A1KP042788")
    assert wrong is not None
    assert (wrong.number, wrong.sound) == ("1M8GDM9A1KP042788", False)
    short = vin_of("FJ40-123456")
    assert short is not None
    assert not short.sound


def test_letters_that_no_vin_holds_are_read_as_digits() -> None:
    assert vin_of("1M8GDM9AXKPO42788") == vin_of("1m8gdm9axkp042788")
    assert vin_of("IM8GDM9AXKP042788") == vin_of("1M8GDM9AXKP042788")


@pytest.mark.parametrize("text", ["", "UNKNOWN", "00000000000000000", "11111111111111111", "123", "N/A"])
def test_a_vin_that_tells_nothing_is_none(text: str) -> None:
    assert vin_of(text) is None


def test_plates_alike_are_not_the_same() -> None:
    assert plate_of("ABO 123") != plate_of("AB0-123")
    assert lookalike("ABO123") == lookalike("AB0123")
    assert lookalike("ABC123") != lookalike("ABC124")


@pytest.mark.parametrize(
    "text", ["", "NONE", "no plate", "TEMP TAG", "XXXXXX", "A", "unknown", "ABC123", "THISISNOPLATE"]
)
def test_a_plate_that_tells_nothing_is_none(text: str) -> None:
    assert plate_of(text) is None


def test_makes_models_and_colors_meet() -> None:
    assert {make_of(t) for t in ("VW", "volk", "Volkswagen")} == {"volkswagen"}
    assert {make_of(t) for t in ("Harley-Davidson", "HD", "harley")} == {"harley davidson"}
    assert make_of("Corvane") == "corvane"
    assert model_of("F-150") == model_of("f150")
    assert color_of("SIL") == color_of("grey") == color_of("Gray")
    assert words_told("a silver 2009 Ford F-150 pickup") == ("2009", "gray", "ford", "f150")
    assert words_told("") == (None, None, None, None)


def test_values_and_sorts_of_identifiers_meet() -> None:
    assert value_of("AB 12-34") == value_of("ab1234") == "AB1234"
    assert value_of("00123") != value_of("123")
    assert {category_of(t) for t in ("Passport No.", "passport number", "PP")} == {"passport"}
    assert category_of("") is None


@pytest.mark.parametrize(
    ("text", "core", "form"),
    [
        ("Saltwind Roofing LLC", "saltwind roofing", "llc"),
        ("SALTWIND ROOFING, L.L.C.", "saltwind roofing", "llc"),
        ("Saltwind Roofing Limited Liability Company", "saltwind roofing", "llc"),
        ("The Saltwind Roofing Co., Inc.", "saltwind roofing", "inc"),
        ("Saltwind Roofing Company", "saltwind roofing", "co"),
        ("Heron Catering & Sons", "heron catering sons", ""),
        ("J. B. Hunt Transp. Svcs", "jb hunt transport services", ""),
        ("J.B. Hunt Transport Services", "jb hunt transport services", ""),
        ("Limited", "limited", ""),
        ("Núñez Bros", "nunez brothers", ""),
        ("Dover Police Dept.", "dover police department", ""),
    ],
)
def test_a_body_is_known_without_its_form(text: str, core: str, form: str) -> None:
    first = names_of_body(text)[0]
    assert (first.core, first.form) == (core, form)


@pytest.mark.parametrize(
    "text",
    [
        "Heron Holdings LLC dba Heron Works", "Heron Holdings LLC d/b/a Heron Works", "Heron Holdings LLC (D.B.A. Heron Works)",
        "Heron Holdings LLC, doing business as Heron Works", "Heron Holdings LLC t/a Heron Works",
    ],
)  # fmt: skip
def test_a_trade_name_is_a_name_of_its_own(text: str) -> None:
    assert [name.core for name in names_of_body(text)] == ["heron holdings", "heron works"]


def test_a_body_that_is_not_named_is_none() -> None:
    assert names_of_body("") == names_of_body("N/A") == names_of_body("unknown") == ()


def test_initials_stand_for_long_names_only() -> None:
    assert names_of_body("Delaware Solid Waste Authority")[0].initials == "dswa"
    assert names_of_body("Heron Works")[0].initials == ""


def test_moments_know_whether_they_know_the_hour() -> None:
    day, hour = moment_of("2026-03-01"), moment_of("2026-03-01T14:05:00-05:00")
    assert day is not None
    assert hour is not None
    assert (day.whole_day, hour.whole_day) == (True, False)
    assert hour.second - day.second == (14 * 60 + 5 + 300) * 60
    assert moment_of("last night") is None
    assert maker_of("minute")({"t": 1_772_391_900_000}, ("t",)) == str(1_772_391_900 // 60)
    assert maker_of("minute")({"t": "2026-03-01"}, ("t",)) is None
    assert maker_of("utc-day")({"t": "2026-03-01"}, ("t",)) == "2026-03-01"


def test_case_numbers_meet_over_dashes_and_zeros() -> None:
    assert number_of_case("NC26-000123") == number_of_case("nc26/123") == "NC26-123"
    assert number_of_case("26-1") != number_of_case("261")


def test_words_that_every_report_holds_tell_nothing() -> None:
    assert distinct_words("The victim said that the suspect left.") == ()
    assert "qx10001" in distinct_words("A car with plate QX10001 was seen by the police")


def test_windows_and_squares_far_apart_share_nothing() -> None:
    assert not set(windows(0, 60)) & set(windows(3_600, 60))
    assert not set(squares(39.0, -75.0, 200)) & set(squares(39.002, -75.0, 200))


def test_a_point_at_zero_is_no_place() -> None:
    for name in ("latitude", "longitude", "squares-200m"):
        assert maker_of(name)({"latitude": 0.0, "longitude": 0.0}, ("latitude", "longitude")) is None
        assert maker_of(name)({}, ("latitude", "longitude")) is None


def test_texts_fold_to_ascii() -> None:
    assert plain("Łódź Ærø ﬁ") == "Lodz AEro fi"
    assert words_of("O\u2019Brien\u2014Núñez") == ["obrien", "nunez"]
    assert letters_and_digits("é-1 ²") == "E12"
    assert is_filler("none")
    assert not is_filler("1224567")
