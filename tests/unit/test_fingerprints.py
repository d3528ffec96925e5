"""Fingerprints: alike for what was changed a little, unlike for what is different, and the same in every engine."""

import itertools
import random

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from integrating import words
from PIL import Image, ImageEnhance

from tessera.dictionary.resolution import Condition
from tessera.engines.linking import DuckLinker
from tessera.extract.fingerprints import SIGNS, picture_hash, text_hash
from tessera.resolution import conflict_of, keys_of, prepare, score, start_model
from tessera.resolution.conditions import DUCKDB, holds, sql
from tessera.resolution.fingerprints import bands_of, bits_of, signs_of, text_bands_of
from tessera.resolution.prepare import schema_of
from tessera.resolution.quick import Scorer
from tessera.resolution.rows import row_of

MODEL = words().resolution["file"]
TRAINED = start_model(MODEL, records=1_000)
REPORT = (
    "At about 2210 hours a gray sedan left the lot behind the hardware store at high speed and turned north on Heron "
    "Lane, where a resident saw two men throw a bag over the fence before the car went on toward the river bridge."
)
OTHER = (
    "The owner of the marina called to say that a padlock had been cut on the fuel dock during the night, that nothing "
    "seemed to be missing, and that a camera above the office door may have recorded who came in from the water side."
)


def cloud(seed: int) -> Image.Image:
    waves = np.hypot(np.fft.fftfreq(120)[:, None], np.fft.fftfreq(160)[None, :])
    chance = np.random.default_rng(seed)
    light = np.fft.ifft2(np.exp(2j * np.pi * chance.random(waves.shape)) / np.maximum(waves, 1 / 160) ** 1.3).real
    return Image.fromarray(((light - light.min()) / np.ptp(light) * 255).astype(np.uint8))


def apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def weight(one: dict[str, str], other: dict[str, str]) -> float:
    return score(MODEL, TRAINED, prepare(MODEL, one), prepare(MODEL, other)).weight


def meet(one: dict[str, str], other: dict[str, str]) -> bool:
    return bool(set(keys_of(MODEL, prepare(MODEL, one))) & set(keys_of(MODEL, prepare(MODEL, other))))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_copy_made_smaller_brighter_or_gray_has_nearly_the_same_fingerprint(seed: int) -> None:
    picture = cloud(seed)
    for copy in (picture.resize((80, 60)), ImageEnhance.Brightness(picture).enhance(0.7), picture.convert("RGB")):
        assert apart(picture_hash(picture), picture_hash(copy)) <= 4


def test_different_pictures_have_different_fingerprints() -> None:
    hashes = [picture_hash(cloud(seed)) for seed in range(30)]
    assert min(apart(a, b) for at, a in enumerate(hashes) for b in hashes[:at]) > 10


@pytest.mark.parametrize("color", ["white", "black", "gray"])
def test_a_blank_picture_has_none(color: str) -> None:
    assert picture_hash(Image.new("RGB", (100, 100), color)) == ""


def test_a_fingerprint_of_a_picture_is_pinned() -> None:
    # stored fingerprints are compared with new ones: whoever changes this must compute all of them again
    assert picture_hash(Image.linear_gradient("L").rotate(30)) == "7aa7589740d72956"
    assert text_hash(REPORT)[:16] == "6cb158e38019574e"


def test_an_edited_text_keeps_most_signs_and_another_text_none() -> None:
    edited = REPORT.replace("gray", "blue").upper()
    same = set(signs_of(text_hash(REPORT)))
    assert len(same & set(signs_of(text_hash(edited)))) > SIGNS / 2
    assert not same & set(signs_of(text_hash(OTHER)))


def test_a_short_text_has_none() -> None:
    assert text_hash(" ".join(REPORT.split()[:19])) == ""
    assert text_hash(" ".join(REPORT.split()[:20])) != ""


@given(text=st.text(max_size=300))
def test_a_fingerprint_of_a_text_is_nothing_or_whole(text: str) -> None:
    assert len(text_hash(text)) in {0, 4 * SIGNS}
    assert text_hash(text) == text_hash(text.replace(" ", "  "))


@given(bits=st.integers(0, 2**64 - 1), flipped=st.sets(st.integers(0, 63), max_size=8))
def test_pictures_up_to_eight_bits_apart_always_share_a_band(bits: int, flipped: set[int]) -> None:
    other = bits
    for place in flipped:
        other ^= 1 << place
    assert set(bands_of(bits_of(f"{bits:016x}"))) & set(bands_of(bits_of(f"{other:016x}")))


@given(text=st.text("0123456789abcdefABCDEF g", max_size=20))
def test_what_is_no_fingerprint_has_no_bits(text: str) -> None:
    assert len(bits_of(text)) in {0, 64}
    assert len(text_bands_of(signs_of(text))) == (len(signs_of(text)) + 1) // 2


@settings(max_examples=12, deadline=None)
@given(
    pairs=st.lists(
        st.tuples(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=13)), min_size=1, max_size=20
    )
)
def test_bits_that_differ_are_counted_alike_in_python_and_sql(pairs: list[tuple[int, set[int]]]) -> None:
    condition = Condition(op="hamming", fields=("picture",), value=10.0)
    rows = [(f"{bits:064b}", f"{bits ^ sum(1 << place for place in flipped):064b}") for bits, flipped in pairs]
    wanted = [len(flipped) <= 10 for _, flipped in pairs]
    assert [holds(condition, {"picture": left}, {"picture": right}) for left, right in rows] == wanted
    values = ", ".join(f"({at}, '{left}', '{right}')" for at, (left, right) in enumerate(rows))
    with duckdb.connect() as db:
        asked = f"SELECT {sql(condition, DUCKDB)} FROM (VALUES {values}) t(n, picture_l, picture_r) ORDER BY n"
        assert [row[0] for row in db.execute(asked).fetchall()] == wanted


def test_a_copy_of_a_picture_is_found_and_joined_and_another_picture_is_not() -> None:
    picture = {"picture_hash": picture_hash(cloud(1)), "digest": "a" * 64}
    copy = {"picture_hash": picture_hash(cloud(1).resize((64, 48))), "digest": "b" * 64}
    other = {"picture_hash": picture_hash(cloud(2)), "digest": "c" * 64}
    assert meet(picture, copy)
    assert weight(picture, copy) > TRAINED.thresholds.same
    assert weight(picture, other) < TRAINED.thresholds.possible


def test_an_edited_report_is_found_and_joined_and_another_report_is_not() -> None:
    edited = REPORT.replace("a gray sedan", "a blue sedan").replace(",", " -").upper()
    report, copy, other = ({"text_hash": text_hash(text)} for text in (REPORT, edited, OTHER))
    assert meet(report, copy)
    assert weight(report, copy) > TRAINED.thresholds.same
    assert not meet(report, other)
    assert weight(report, other) < TRAINED.thresholds.possible


def files() -> list[dict[str, str]]:
    """Copies and strangers: pictures up to 14 bits apart, texts edited more and more."""
    draw, made = random.Random(5), []
    for at in range(8):
        bits = draw.getrandbits(64)
        for flips in (0, 4, 6, 10, 14):
            other = bits
            for place in draw.sample(range(64), flips):
                other ^= 1 << place
            made.append({"picture_hash": f"{other:016x}", "digest": f"{at}{flips:02}" * 16})
    for share in (0.0, 0.02, 0.06, 0.1):
        words = [draw.choice(OTHER.split()) if draw.random() < share else word for word in (REPORT + OTHER).split()]
        made.append({"text_hash": text_hash(" ".join(words)), "digest": f"t{share}" * 16})
    return made


def test_files_are_weighed_alike_one_by_one_as_they_arrive_and_in_bulk() -> None:
    prepared = [prepare(MODEL, terms) for terms in files()]
    wanted = {
        (a, b): score(MODEL, TRAINED, prepared[a], prepared[b]).weight
        for a, b in itertools.combinations(range(len(prepared)), 2)
        if set(keys_of(MODEL, prepared[a])) & set(keys_of(MODEL, prepared[b]))
    }
    assert len(wanted) > 40
    rows = {at: row_of(MODEL, one) for at, one in enumerate(prepared)}
    arriving = Scorer(MODEL, TRAINED).weigh(rows, list(wanted), -1e9)
    assert {ends: one.weight for ends, one in arriving.items()} == pytest.approx(wanted)
    schema = pa.schema([("node", pa.string()), *schema_of(MODEL)])
    table = pa.Table.from_pylist([{"node": f"{at:03}", **one} for at, one in enumerate(prepared)], schema)
    with DuckLinker(table, MODEL, threads=1) as linker:
        found = linker.predict(TRAINED, -1e9).to_pylist()
    assert {(int(row["left"]), int(row["right"])): row["weight"] for row in found} == pytest.approx(wanted)


def test_forms_that_look_alike_and_say_different_things_are_kept_apart() -> None:
    form = {"picture_hash": picture_hash(cloud(1)), "digest": "a" * 64}
    one, other = form | {"text_hash": text_hash(REPORT)}, form | {"text_hash": text_hash(OTHER), "digest": "b" * 64}
    assert (
        conflict_of(MODEL, prepare(MODEL, one), prepare(MODEL, other))
        == "the pictures are alike, and the words on them differ"
    )
    assert conflict_of(MODEL, prepare(MODEL, one), prepare(MODEL, one)) is None
