import hashlib
import re

import pytest
from argon2 import PasswordHasher

from tessera.errors import Invalid
from tessera.trust import credentials

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
GOOD = "seven grey herons wait"
COMMON_WORDS = "e0e1613ccb152a97f083934696e3245a5e80cc35ddeec6ce64bc74e709f98b2c"
"""SHA-256 of the words, sorted, a line each: change it with the list, and say why in the message."""


def test_a_password_is_known_again_and_no_other() -> None:
    stored = credentials.hash_password(GOOD, hasher=CHEAP)
    assert stored.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert credentials.verify_password(stored, GOOD, hasher=CHEAP)
    assert not credentials.verify_password(stored, GOOD + " ", hasher=CHEAP)
    assert not credentials.verify_password(stored, GOOD.upper(), hasher=CHEAP)


def test_equal_passwords_have_different_hashes() -> None:
    assert credentials.hash_password(GOOD, hasher=CHEAP) != credentials.hash_password(GOOD, hasher=CHEAP)


def test_the_end_of_a_long_password_counts() -> None:
    stored = credentials.hash_password("w" * 1023 + "x", hasher=CHEAP)
    assert not credentials.verify_password(stored, "w" * 1023 + "y", hasher=CHEAP)
    assert not credentials.verify_password(stored, "w" * 1023 + "x" * 2, hasher=CHEAP)


def test_the_same_text_typed_on_another_keyboard_is_the_same_password() -> None:
    stored = credentials.hash_password("Cafe\u0301 by the pier", hasher=CHEAP)
    assert credentials.verify_password(stored, "Caf\u00e9 by the pier", hasher=CHEAP)


@pytest.mark.parametrize("stored", ["", "!", "plain", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$", "$2b$12$abc"])
def test_a_stored_text_that_is_no_hash_matches_nothing(stored: str) -> None:
    assert not credentials.verify_password(stored, GOOD, hasher=CHEAP)
    assert not credentials.verify_password(stored, stored, hasher=CHEAP)


def test_a_hash_with_older_parameters_asks_to_be_made_anew() -> None:
    stored = credentials.hash_password(GOOD, hasher=CHEAP)
    assert not credentials.needs_rehash(stored, hasher=CHEAP)
    assert credentials.needs_rehash(stored)
    assert credentials.needs_rehash("no hash at all")


def test_the_parameters_in_use_are_those_of_the_recommendation() -> None:
    hasher = credentials.HASHER
    assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) == (65_536, 3, 1)
    assert hasher.type.name == "ID"


def test_an_account_that_is_not_there_costs_a_hash_too() -> None:
    hashed: list[str | bytes] = []

    class Counting(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            hashed.append(password)
            return super().hash(password, salt=salt)

    counting = Counting(time_cost=1, memory_cost=8, parallelism=1)
    credentials.waste_time(GOOD, hasher=counting)
    credentials.waste_time("x" * 1025, hasher=counting)
    assert hashed == [GOOD]


def test_a_password_that_is_too_long_to_be_right_is_not_hashed_at_all() -> None:
    stored = credentials.hash_password("x" * 1024, hasher=CHEAP)
    assert credentials.verify_password(stored, "x" * 1024, hasher=CHEAP)
    assert not credentials.verify_password(stored, "x" * 1025, hasher=CHEAP)


@pytest.mark.parametrize(
    "password", [GOOD, "mXq 9-:~", "日本語のパスワード", "ŷ" * 4 + "bnhr", "x7! k2_ p9", "q" * 900 + GOOD]
)
def test_any_printable_text_of_eight_characters_will_do(password: str) -> None:
    credentials.check_password(password, account="dana")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("seven77", "it needs 8 or more"),
        ("", "it needs 8 or more"),
        ("é" * 7, "it needs 8 or more"),
        ("herons\tgrey", "cannot be printed"),
        ("herons\x00grey", "cannot be printed"),
        ("herons\ngrey", "cannot be printed"),
        ("x" * 1025, "more than 1024"),
        ("heron \ud800 grey", "not valid text"),
        ("password", "guessed first"),
        ("P@ssw0rd2026!", "guessed first"),
        ("Welcome123", "guessed first"),
        ("letmein letmein", "guessed first"),
        ("Summer2026", "guessed first"),
        ("qwertyuiop", "guessed first"),
        ("asdfghjkl", "guessed first"),
        ("zyxwvuts", "guessed first"),
        ("12345678", "guessed first"),
        ("1qaz2wsx", "guessed first"),
        ("aaaaaaaaaa", "guessed first"),
        ("abababab", "guessed first"),
        ("Tessera!", "guessed first"),
        ("tessera-2026", "guessed first"),
        ("fusion center", "guessed first"),
        ("dana.miller", "guessed first"),
        ("Dana Miller 1", "guessed first"),
        ("sussex-sheriff", "guessed first"),
        ("Sussex Sheriff 26", "guessed first"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        credentials.check_password(password, account="dana.miller", words=["sussex-sheriff"])


def test_those_who_run_the_system_need_longer_passwords() -> None:
    credentials.check_password("grey heron", account="dana")
    with pytest.raises(Invalid, match="it needs 12 or more"):
        credentials.check_password("grey heron", account="dana", privileged=True)
    credentials.check_password("grey herons!", account="dana", privileged=True)


def test_secrets_are_long_different_and_easy_to_find_by_a_scanner() -> None:
    secrets = {credentials.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(secret.startswith("tes_") and len(secret) == 47 for secret in secrets)


def test_only_the_secret_itself_fits_its_digest() -> None:
    secret = credentials.new_secret()
    digest = credentials.digest_secret(secret)
    assert len(digest) == 32
    assert credentials.same_secret(digest, secret)
    assert not credentials.same_secret(digest, secret + "x")
    assert not credentials.same_secret(digest, "\udc80")
    assert not credentials.same_secret(b"", secret)


def test_the_digest_of_a_secret_is_its_sha_256() -> None:
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert credentials.digest_secret("abc").hex() == expected


def test_a_form_token_belongs_to_one_session() -> None:
    mine, theirs = credentials.new_secret(), credentials.new_secret()
    token = credentials.csrf_token(mine)
    assert credentials.check_csrf(mine, token)
    assert not credentials.check_csrf(theirs, token)
    for wrong in ("", token[:-1], mine, "é", "\ud800"):
        assert not credentials.check_csrf(mine, wrong)


def test_a_form_token_tells_nothing_of_the_session() -> None:
    secret = credentials.new_secret()
    token = credentials.csrf_token(secret)
    assert secret not in token
    assert token != credentials.digest_secret(secret).hex()
    assert token == credentials.csrf_token(secret)


def test_the_common_words_are_those_that_were_looked_through() -> None:
    words = "\n".join(sorted(credentials.COMMON))
    assert len(credentials.COMMON) == 77
    assert hashlib.sha256(words.encode()).hexdigest() == COMMON_WORDS


@pytest.mark.parametrize("word", sorted(credentials.COMMON))
def test_a_common_word_with_signs_and_a_year_is_guessed_first(word: str) -> None:
    with pytest.raises(Invalid, match="guessed first"):
        credentials.check_password(f"{word.capitalize()}!-2026-!")


@pytest.mark.parametrize(
    "password",
    [
        "fusion centre",
        "sun3shine",
        "5ecret99",
        "ABCDEFGH",
        "poiuytrewq",
        "lkjhgfdsa",
        "mnbvcxzmnb",
        "vwxyzabcd",
        "890123456",
        "2wsx3edc4rfv",
        "jomaster",
        "masterjo",
        "JOMASTER",
    ],
)
def test_runs_of_keys_and_words_put_together_are_guessed_first(password: str) -> None:
    with pytest.raises(Invalid, match="guessed first"):
        credentials.check_password(password, account="Jo")


@pytest.mark.parametrize("password", ["adminheron", "heronadmin", "masterx2", "mkwpzmkwpz", "x" * 512 + "yz" * 256])
def test_what_only_looks_like_it_will_do(password: str) -> None:
    credentials.check_password(password, account="x")


def test_a_stolen_password_is_found_as_text_and_as_digest_with_or_without_its_count() -> None:
    digest = hashlib.sha1(b"grey herons wait", usedforsecurity=False).hexdigest()
    for line in ("grey herons wait", digest, digest.upper(), f"{digest.upper()}:1205"):
        listed = credentials.read_compromised(["", line + "\r\n", ""])
        assert len(listed) == 1
        assert credentials.is_compromised("grey herons wait", listed=listed)
        assert not credentials.is_compromised("Grey herons wait", listed=listed)
        with pytest.raises(Invalid, match="known to be stolen"):
            credentials.check_password("grey herons wait", listed=listed)
    assert credentials.read_compromised(["two:parts"]) == credentials.read_compromised(["two:parts\n"])
    assert credentials.is_compromised("two:parts", listed=credentials.read_compromised(["two:parts"]))
    assert not credentials.is_compromised("grey herons wait")


def test_the_longest_password_is_as_good_as_any() -> None:
    credentials.check_password("heron " * 170 + "grey")
    hashed: list[str | bytes] = []

    class Counting(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            hashed.append(password)
            return super().hash(password, salt=salt)

    credentials.waste_time("x" * 1024, hasher=Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert len(hashed) == 1


def test_a_first_password_is_four_groups_of_four_readable_signs() -> None:
    made = {credentials.new_first_password() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){3}", one) for one in made)


def test_a_hash_is_32_bytes_long_and_its_salt_16() -> None:
    assert (credentials.HASHER.hash_len, credentials.HASHER.salt_len) == (32, 16)
