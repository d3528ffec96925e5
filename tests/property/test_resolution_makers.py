"""Laws of prepared values, for any text."""

import math

from hypothesis import example, given
from hypothesis import strategies as st

from tessera.resolution.addresses import address_of
from tessera.resolution.emails import email_of
from tessera.resolution.events import squares, windows
from tessera.resolution.identifiers import value_of
from tessera.resolution.letters import plain, words_of
from tessera.resolution.organisations import names_of_body
from tessera.resolution.phones import phone_of
from tessera.resolution.prepare import maker_of, makers
from tessera.resolution.vehicles import check_digit, lookalike, plate_of, vin_of

TEXTS = st.text(max_size=60)
VIN_LETTERS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
VINS = st.text(VIN_LETTERS, min_size=17, max_size=17)
MAKERS = sorted(makers())


@given(
    name=st.sampled_from(MAKERS),
    first=TEXTS,
    second=TEXTS,
    latitude=st.floats(),
    event_time=st.integers(-(2**53), 2**53),
)
def test_every_maker_takes_any_text_and_gives_small_ascii(
    name: str, first: str, second: str, latitude: float, event_time: int
) -> None:
    terms = {"a": first, "b": second, "latitude": latitude, "longitude": -75.0, "event_time": event_time}
    value = maker_of(name)(terms, ("a", "b", "event_time"))
    several = (value,) if isinstance(value, str) else value or ()
    assert all(one.isascii() and one == one.lower() for one in several)
    assert not isinstance(value, tuple) or len(set(value)) == len(value)


@given(text=TEXTS)
def test_plain_is_ascii_and_done_once(text: str) -> None:
    assert plain(text).isascii()
    assert plain(plain(text)) == plain(text)
    assert words_of(" ".join(words_of(text))) == words_of(text)


@given(text=TEXTS)
def test_what_was_read_is_read_the_same_again(text: str) -> None:
    for read in (plate_of, value_of):
        first = read(text)
        assert first is None or read(first) == first
    if email := email_of(text):
        assert email_of(email.address) == email
    if vin := vin_of(text):
        assert vin_of(vin.number) == vin


@given(number=st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True))
@example(number="3025550123")
def test_a_number_read_from_its_international_form_is_itself(number: str) -> None:
    found = phone_of(number)
    assert found is None or not found.e164 or phone_of(found.e164) == found


@given(vin=VINS)
def test_exactly_one_character_fits_in_the_ninth_place(vin: str) -> None:
    fitting = [c for c in "0123456789X" if (read := vin_of(f"{vin[:8]}{c}{vin[9:]}")) and read.sound]
    assert fitting in ([check_digit(vin)], [])
    assert check_digit(f"{vin[:8]}7{vin[9:]}") == check_digit(vin)


@given(vin=VINS, at=st.integers(0, 16), other=st.sampled_from("0123456789"))
def test_no_slip_between_two_digits_passes_the_check(vin: str, at: int, other: str) -> None:
    # 49 CFR 565.15(c): weights and the modulus 11 have no common divisor, so two digits never weigh the same.
    right = f"{vin[:8]}{check_digit(vin)}{vin[9:]}"
    slipped = f"{right[:at]}{other}{right[at + 1 :]}"
    if slipped != right and right[at].isdigit() and at != 8:
        assert check_digit(slipped) != slipped[8]


@given(plate=st.text(VIN_LETTERS + "IOQ", min_size=2, max_size=8))
def test_what_looks_alike_is_found_and_stays_found(plate: str) -> None:
    assert lookalike(lookalike(plate)) == lookalike(plate)
    assert lookalike(plate.replace("O", "0").replace("I", "1")) == lookalike(plate)


@given(second=st.integers(0, 2**33), apart=st.integers(0, 10_000), minutes=st.integers(1, 300))
def test_windows_meet_within_half_and_only_within_the_whole(second: int, apart: int, minutes: int) -> None:
    shared = set(windows(second, minutes)) & set(windows(second + apart, minutes))
    if apart < minutes * 30:
        assert shared
    if shared:
        assert apart < minutes * 60


@given(
    latitude=st.floats(-65, 71), longitude=st.floats(-179, 179),
    north=st.floats(-0.49, 0.49), east=st.floats(-0.49, 0.49), metres=st.sampled_from([200, 1_000]),
)  # fmt: skip
def test_two_points_within_half_a_side_share_a_square(
    latitude: float, longitude: float, north: float, east: float, metres: int
) -> None:
    there = (
        latitude + north * metres / 111_320,
        longitude + 0.98 * east * metres / (111_320 * math.cos(math.radians(latitude))),
    )
    assert set(squares(latitude, longitude, metres)) & set(squares(*there, metres))


@given(text=TEXTS)
def test_an_address_written_out_again_is_the_same_street(text: str) -> None:
    address = address_of(text)
    if address and address.crossing:
        assert address.crossing == tuple(sorted(address.crossing))
        assert not address.number
    if address and address.block:
        assert int(address.block) % 100 == 0
        assert not address.number


@given(name=st.lists(st.sampled_from(["heron", "mfg", "salt", "roofing", "st"]), min_size=1, max_size=4))
def test_a_legal_form_never_changes_the_name(name: list[str]) -> None:
    bare = names_of_body(" ".join(name))[0].core
    for form in ("LLC", "L.L.C.", ", Inc.", "Corp", "Company", "Ltd."):
        assert names_of_body(f"{' '.join(name)} {form}")[0].core == bare
