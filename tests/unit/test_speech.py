"""Speech is written down with the second of each word, by a model that was checked, and nothing is invented."""

import socket
import sys
from pathlib import Path

import numpy as np
import pytest
from hearing import CLIPS, noise, silence, tone, write_wave
from hypothesis import given
from hypothesis import strategies as st

from tessera.engines import sounds
from tessera.engines.noise import stands_out, without_noise
from tessera.engines.speech import RATE, Whisper, channels_apart, open_speech
from tessera.engines.speech_model import INSTALL, MANIFEST, prepare
from tessera.engines.speech_passages import MOST_CHARS, MOST_SECONDS, Spoken, passages
from tessera.errors import Invalid
from tessera.model.found import Means, Off, Passage, PassageSort

CLIP = CLIPS / "pocketsphinx" / "sense_and_sensibility_01_austen_64kb-0930.wav"
OTHER = CLIPS / "pocketsphinx" / "sense_and_sensibility_01_austen_64kb-0890.wav"

needs_clips = pytest.mark.skipif(not CLIP.exists(), reason="shared/data/audio is not there")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("faster_whisper", reason="the extra 'speech' is not installed")
    folder = tmp_path_factory.mktemp("models")
    prepare(folder)
    return folder


@pytest.fixture(scope="module")
def whisper(cache: Path) -> Whisper:
    opened = open_speech(cache)
    assert isinstance(opened, Whisper)
    return opened


@needs_clips
def test_a_clip_is_written_down_with_its_words_in_time_and_without_a_network(
    whisper: Whisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", None)
    (said,) = whisper.read(CLIP, start=0, seconds=10)
    assert said.text == "He might even have been made amiable himself."
    assert (said.sort, said.means, said.language) == (PassageSort.SPEECH, Means.SPEECH, "en")
    assert 0.8 < said.confidence <= 1
    assert [said.text[word.start : word.end] for word in said.words] == said.text.split()
    seconds = [second for word in said.words for second in word.seconds or ()]
    assert seconds == sorted(seconds)
    assert seconds[-1] <= whisper.duration(CLIP) == pytest.approx(3.29, abs=0.05)


@needs_clips
def test_seconds_count_from_the_beginning_and_the_two_sides_of_a_call_are_read_apart(
    whisper: Whisper, tmp_path: Path
) -> None:
    one, two = (sounds.samples(clip, start=0, seconds=10)[0] for clip in (CLIP, OTHER))
    left = np.concatenate([silence(20), one, silence(len(two) / RATE)])
    right = np.concatenate([silence(20), silence(len(one) / RATE), two]) + 0.01 * left
    call = write_wave(tmp_path / "call.wav", left, right[: len(left)])
    first, second = whisper.read(call, start=15, seconds=60)
    assert first.text.startswith("He might even")
    assert second.text.startswith("Unless to be"), "what leaks from the other side is not written down twice"
    assert first.locator.seconds is not None
    assert 19.8 < first.locator.seconds[0] < 20.5
    assert 22 < first.locator.seconds[1] < 23.5


def test_nothing_is_written_where_nobody_speaks(whisper: Whisper, tmp_path: Path) -> None:
    wail = 0.3 * np.sin(
        2 * np.pi * (700 * np.arange(20 * RATE) / RATE - 160 * np.cos(1.9 * np.arange(20 * RATE) / RATE))
    )
    for sound in (silence(20), noise(20), noise(20, loud=0.001), tone(20), wail):
        assert whisper.read(write_wave(tmp_path / "a.wav", sound), start=0, seconds=20) == []


def test_a_model_with_a_wrong_hash_is_refused(cache: Path) -> None:
    path = prepare(cache) / "vocabulary.txt"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"the", b"eht", 1))
    with pytest.raises(Invalid, match=r"vocabulary\.txt: the speech model is not the one that was checked"):
        prepare(cache)
    path.unlink()
    with pytest.raises(Invalid, match="it is not there"):
        prepare(cache)
    path.write_bytes(content)
    assert prepare(cache) == path.parent
    assert sorted(one.name for one in cache.iterdir()) == [path.parent.name], "nothing else is left behind"
    assert {one.name for one in path.parent.iterdir()} == set(MANIFEST)


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unprepared = open_speech(tmp_path)
    assert isinstance(unprepared, Off)
    assert "model.bin" in unprepared.why
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    off = open_speech(tmp_path)
    assert off == Off(why="faster_whisper not installed.", advice=INSTALL)
    with pytest.raises(Invalid, match="speech is off"):
        prepare(tmp_path)


def test_a_folder_without_a_tokenizer_is_off_and_nothing_is_fetched(cache: Path, tmp_path: Path) -> None:
    for name in ("model.bin", "config.json"):
        (tmp_path / name).symlink_to(cache / "whisper-base" / name)
    off = open_speech(cache, tmp_path)
    assert isinstance(off, Off)
    assert "tokenizer.json" in off.why


def test_channels_that_say_the_same_are_read_once_and_silent_ones_never() -> None:
    talk = np.concatenate([tone(1), silence(0.5), tone(0.7), silence(1)]).astype(np.float32)
    answer = np.concatenate([silence(1), tone(0.5), silence(0.7), tone(1)]).astype(np.float32)
    same, apart = np.stack([talk, -0.5 * talk]), np.stack([talk, answer])
    assert len(channels_apart(same)) == 1
    assert len(channels_apart(apart)) == 2
    assert len(channels_apart(np.stack([talk, np.zeros_like(talk)]))) == 1
    assert channels_apart(np.zeros((2, 0), np.float32)) == []


def test_steady_noise_is_taken_out_and_the_rest_stays_in_its_place() -> None:
    talk = np.concatenate([silence(1), tone(1), silence(1), tone(1), silence(1)])
    noisy = (talk + noise(5)).astype(np.float32)
    clear = without_noise(noisy)
    assert clear.shape == noisy.shape
    assert stands_out(clear, RATE) > stands_out(noisy, RATE) + 8
    assert np.corrcoef(clear, talk)[0, 1] > 0.98
    assert without_noise(np.zeros(100, np.float32)).shape == (100,)


spoken = st.builds(
    lambda text, start, length, sure: Spoken(f" {text}", start, start + length, sure),
    st.from_regex(r"[A-Za-z]{1,12}[.?!,]?", fullmatch=True),
    st.floats(0, 100),
    st.floats(0, 2),
    st.floats(0, 1),
)


@given(st.lists(spoken, max_size=120).map(lambda words: sorted(words, key=lambda word: word.start)))
def test_passages_hold_every_word_once_at_its_characters_and_stay_short(words: list[Spoken]) -> None:
    found = passages(words, "en")
    assert [word for one in found for word in one.text.split()] == [word.text.strip() for word in words]
    assert [one.text[word.start : word.end] for one in found for word in one.words] == [w.text.strip() for w in words]
    for one in found:
        assert len(one.text) <= MOST_CHARS
        assert 0 <= one.confidence <= 1
        assert len(one.words) == 1 or length(one) <= MOST_SECONDS


def length(passage: Passage) -> float:
    start, end = passage.locator.seconds or (0.0, 0.0)
    return end - start


def test_a_passage_is_a_sentence_and_a_title_does_not_end_one() -> None:
    words = ["Unit", "4,", "see", "Mr.", "Cole", "at", "St.", "Paul.", "He", "is", "out!", "What", "now?"]
    found = passages([Spoken(f" {word}", at, at + 1, 0.9) for at, word in enumerate(words)], "en")
    assert [one.text for one in found] == ["Unit 4, see Mr. Cole at St. Paul.", "He is out!", "What now?"]
    assert [one.locator.seconds for one in found] == [(0, 8), (8, 11), (11, 13)]


def test_a_long_silence_parts_passages() -> None:
    found = passages([Spoken(" Copy", 0, 1, 0.5), Spoken(" that", 4, 5, 1.0)], "en")
    assert [(one.text, one.confidence) for one in found] == [("Copy", 0.5), ("that", 1.0)]


def test_scripts_without_blanks_are_joined_as_they_are_written() -> None:
    (found,) = passages([Spoken("警察", 0, 1, 0.9), Spoken("です。", 1, 2, 0.9)], "ja")
    assert found.text == "警察です。"
    assert [(word.start, word.end) for word in found.words] == [(0, 2), (2, 5)]
