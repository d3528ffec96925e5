"""Second factors: the published examples, what is good once, and what a sealed secret gives away."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import Tampered
from tessera.trust import second_factor

RFC_SEED = b"12345678901234567890"
STEP = 30_000
seeds = st.binary(min_size=20, max_size=20)
instants = st.integers(min_value=3 * STEP, max_value=4_102_444_800_000)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B, the last six of its eight digits."""
    assert second_factor.code_at(RFC_SEED, seconds * 1000) == code


@given(seeds, instants)
def test_a_code_is_taken_one_step_early_or_late_and_no_further(seed: bytes, now: int) -> None:
    here = now // STEP
    for drift in (-1, 0, 1):
        code = second_factor.code_at(seed, now + drift * STEP)
        assert second_factor.step_of(seed, code, now=now, last_step=0) in {here - 1, here, here + 1}
    near = {second_factor.code_at(seed, now + drift * STEP) for drift in (-1, 0, 1)}
    far = second_factor.code_at(seed, now + 2 * STEP)
    assert far in near or second_factor.step_of(seed, far, now=now, last_step=0) is None


@given(seeds, instants)
def test_a_code_is_good_once_and_no_older_one_after_it(seed: bytes, now: int) -> None:
    code = second_factor.code_at(seed, now)
    step = second_factor.step_of(seed, code, now=now, last_step=0)
    assert step is not None
    again = second_factor.step_of(seed, code, now=now, last_step=step)
    assert again is None or again > step  # two steps may have the same six digits
    older = second_factor.step_of(seed, second_factor.code_at(seed, now - STEP), now=now, last_step=now // STEP)
    assert older is None or older > now // STEP


@pytest.mark.parametrize("typed", ["", "28708", "2870822", "abcdef", "\uff12\uff18\uff17\uff10\uff18\uff12"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert second_factor.step_of(RFC_SEED, typed, now=59_000, last_step=0) is None


def test_the_address_that_an_app_reads_names_center_account_and_key() -> None:
    seed = second_factor.new_seed()
    address = second_factor.seed_address(seed, account="kim", center="Quay Center")
    assert address.startswith("otpauth://totp/Quay%20Center:kim?")
    assert f"secret={second_factor.seed_text(seed)}" in address
    assert len(seed) * 8 >= 160  # RFC 4226 4, R6


@given(st.binary(max_size=64), st.text(max_size=20))
def test_a_sealed_secret_opens_for_its_owner_under_its_key_only(secret: bytes, owner: str) -> None:
    key = second_factor.new_key()
    sealed = second_factor.seal(key, secret, belongs_to=owner)
    assert second_factor.unseal(key, sealed, belongs_to=owner) == secret
    for other_key, other_owner in ((second_factor.new_key(), owner), (key, f"{owner}x")):
        with pytest.raises(Tampered):
            second_factor.unseal(other_key, sealed, belongs_to=other_owner)


@given(st.integers(min_value=0, max_value=47))
def test_a_sealed_secret_that_was_changed_anywhere_does_not_open(at: int) -> None:
    key = second_factor.new_key()
    sealed = bytearray(second_factor.seal(key, RFC_SEED, belongs_to="kim"))
    sealed[at % len(sealed)] ^= 1
    with pytest.raises(Tampered, match="cannot be opened"):
        second_factor.unseal(key, bytes(sealed), belongs_to="kim")


def test_the_same_secret_is_sealed_differently_each_time() -> None:
    key = second_factor.new_key()
    assert len({second_factor.seal(key, RFC_SEED, belongs_to="kim") for _ in range(20)}) == 20
    assert RFC_SEED not in second_factor.seal(key, RFC_SEED, belongs_to="kim")


def test_recovery_codes_are_ten_of_eighty_bits_each() -> None:
    codes = second_factor.new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", code) for code in codes)
    assert {len(second_factor.plain_recovery_code(code)) * 5 for code in codes} == {80}


@given(st.sampled_from(second_factor.new_recovery_codes()), st.sampled_from([" ", "-", "\u2013", ""]))
def test_a_recovery_code_is_the_same_however_it_is_typed(code: str, between: str) -> None:
    typed = f" {between.join(code.upper().split('-'))} "
    assert second_factor.plain_recovery_code(typed) == second_factor.plain_recovery_code(code)


def test_the_first_steps_of_the_clock_are_steps_too() -> None:
    assert second_factor.step_of(RFC_SEED, "000000", now=0, last_step=-1) is None
    assert second_factor.step_of(RFC_SEED, second_factor.code_at(RFC_SEED, 0), now=0, last_step=-1) == 0


def test_seeds_have_160_bits_and_what_is_sealed_a_nonce_of_96() -> None:
    assert len(second_factor.new_seed()) == 20
    sealed = second_factor.seal(second_factor.new_key(), b"abc", belongs_to="dana")
    assert len(sealed) == 12 + 3 + 16
