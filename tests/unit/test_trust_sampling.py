"""A sample can be drawn again by anybody, and no entry is likelier than another."""

import hashlib
from collections import Counter
from itertools import combinations

import pytest

from tessera.errors import Invalid, Tampered
from tessera.trust.checkpoint import generate_signing_key, load_signing_key, sign_checkpoint, sign_note
from tessera.trust.sampling import below, draw, label_of, month_before, population_digest, seed_of

KEY = load_signing_key(generate_signing_key())
OTHER = load_signing_key(generate_signing_key())
NOTE = sign_checkpoint("log.example", 1000, b"r" * 32, KEY)
VECTORS = [
    (b"\x00" * 32, 10, 3, (3, 6, 7)),
    (bytes(range(32)), 1000, 5, (51, 219, 284, 326, 497)),
]
"""Seed, population, size and what is drawn; the blocks were hashed with sha256sum and divided by hand."""


def by_the_book(seed: bytes, population: int, size: int) -> tuple[int, ...]:
    """The same draw, written down a second time from the description."""
    picks: list[int] = []
    block = 0
    for last in range(population - size, population):
        while True:
            number = int(hashlib.sha256(seed + block.to_bytes(8, "big")).hexdigest(), 16)
            block += 1
            if number < 2**256 // (last + 1) * (last + 1):
                break
        pick = number % (last + 1)
        picks.append(last if pick in picks else pick)
    return tuple(sorted(picks))


@pytest.mark.parametrize("size", [1, 3, 20])
@pytest.mark.parametrize("population", [20, 1000, 10**9])
def test_the_draw_is_the_one_that_is_described(population: int, size: int) -> None:
    seed = hashlib.sha256(b"a seed").digest()
    assert draw(seed, population, size) == by_the_book(seed, population, size)


@pytest.mark.parametrize(("seed", "population", "size", "drawn"), VECTORS)
def test_the_draw_of_the_test_vectors(seed: bytes, population: int, size: int, drawn: tuple[int, ...]) -> None:
    assert draw(seed, population, size) == drawn


def test_every_set_is_as_likely_as_every_other() -> None:
    seen = Counter(draw(hashlib.sha256(b"%d" % n).digest(), 5, 2) for n in range(10_000))
    assert set(seen) == set(combinations(range(5), 2))
    assert max(abs(count - 1000) for count in seen.values()) < 150  # five times the spread that chance has


def test_a_number_that_would_favour_the_small_ones_is_thrown_away() -> None:
    assert below(iter([2**256 - 1, 7]), 3) == 1
    assert below(iter([2**256 - 2]), 3) == 2


@pytest.mark.parametrize(
    ("population", "size", "drawn"), [(0, 5, ()), (3, 3, (0, 1, 2)), (3, 9, (0, 1, 2)), (5, 0, ())]
)
def test_what_is_too_few_is_drawn_whole(population: int, size: int, drawn: tuple[int, ...]) -> None:
    assert draw(b"s" * 32, population, size) == drawn


def test_the_seed_hangs_on_the_checkpoint_and_on_the_label() -> None:
    longer = sign_checkpoint("log.example", 1001, b"r" * 32, KEY)
    elsewhere = sign_checkpoint("log.example", 1000, b"s" * 32, KEY)
    seeds = [seed_of(NOTE, "2026-10/1"), seed_of(NOTE, "2026-10/2"), seed_of(longer, "2026-10/1")]
    assert len({*seeds, seed_of(elsewhere, "2026-10/1")}) == 4
    body, _, signature = NOTE.rpartition("\n\n")
    assert seeds[0] == hashlib.sha256(f"tessera sample v1\n{body}\n{signature}2026-10/1\n".encode()).digest()


def test_signatures_that_witnesses_add_do_not_change_the_seed() -> None:
    body = NOTE.rpartition("\n\n")[0] + "\n"
    witnessed = NOTE + sign_note(body, "witness.example", OTHER).rpartition("\n\n")[2]
    assert seed_of(witnessed, "2026-10/1") == seed_of(NOTE, "2026-10/1")


def test_a_checkpoint_that_the_log_did_not_sign_once_gives_no_seed() -> None:
    with pytest.raises(Tampered, match="0 signatures"):
        seed_of(sign_note(NOTE.rpartition("\n\n")[0] + "\n", "witness.example", OTHER), "2026-10/1")
    with pytest.raises(Tampered, match="2 signatures"):
        seed_of(NOTE + NOTE.rpartition("\n\n")[2], "2026-10/1")


@pytest.mark.parametrize("period", ["2026-13", "2026", "26-10", "2026-10-01", "2026-10\n"])
def test_a_draw_is_of_a_month(period: str) -> None:
    with pytest.raises(Invalid, match="no month"):
        label_of(period, 1)


def test_rounds_are_counted_from_one() -> None:
    with pytest.raises(Invalid, match="round 0"):
        label_of("2026-10", 0)


def test_the_last_month_that_ended() -> None:
    assert [month_before(day) for day in ("2026-11-01", "2026-11-30", "2027-01-15")] == [
        "2026-10",
        "2026-10",
        "2026-12",
    ]


def test_the_population_is_summed_up_in_its_order() -> None:
    assert population_digest([1, 2]) == hashlib.sha256(b"1\n2\n").hexdigest()
    assert population_digest([12]) != population_digest([1, 2])
