"""Recordings are cut in pauses, decoded stretch by stretch, and never believed: not their names, not their headers."""

import struct
import sys
import wave
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hearing import encode, noise, silence, tone, write_wave
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import each

from tessera.engines import sounds
from tessera.errors import Unreadable
from tessera.extract import Limits
from tessera.extract.piece import Budget, Piece
from tessera.extract.recordings import read
from tessera.extract.tools import Tools
from tessera.model.found import Facts, Finding, Means, Off, Passage, PassageSort, Refused
from tessera.model.locator import Locator

OFF = Off(why="The extra is not installed.", advice="Install the extra: tessera[speech].")


class Scribe:
    """Stands in for the port: writes down which stretch it was asked for."""

    def __init__(self, language: str = "es", *, deaf: bool = False) -> None:
        self.asked: list[tuple[float, float]] = []
        self._language, self._deaf = language, deaf

    def duration(self, recording: Path) -> float:
        return sounds.look(recording).duration

    def read(self, recording: Path, *, start: float, seconds: float) -> Sequence[Passage]:
        assert recording.exists()
        self.asked.append((start, seconds))
        said = Passage(
            text=f"From {start:.0f}.",
            locator=Locator(seconds=(start, start + 1)),
            sort=PassageSort.SPEECH,
            means=Means.SPEECH,
            language=self._language,
        )
        return [] if self._deaf else [said]


def found_in(path: Path, speech: Scribe | Off = OFF) -> list[Finding]:
    piece = Piece(path=path, filename=path.name, budget=Budget(left=1 << 30), limits=Limits())
    return list(each(read(piece, Tools(pictures=OFF, speech=speech, names=OFF))))


@pytest.fixture(scope="module")
def long_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve minutes: 50 seconds of sound, 10 of silence, again and again."""
    minute = np.concatenate([tone(50, rate=4_000), silence(10, rate=4_000)])
    return write_wave(tmp_path_factory.mktemp("long") / "long.wav", np.tile(minute, 12), rate=4_000)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.wav", "pcm_s16le", 16_000),
        ("a.mp3", "libmp3lame", 16_000),
        ("a.m4a", "aac", 16_000),
        ("a.ogg", "libopus", 16_000),
        ("a.flac", "flac", 16_000),
        ("a.amr", "libopencore_amrnb", 8_000),
    ],
)
def test_every_format_gives_the_same_second_wherever_reading_begins(
    tmp_path: Path, name: str, codec: str, rate: int
) -> None:
    sound = np.concatenate([silence(20.5), tone(0.2), silence(9.3)])
    path = encode(tmp_path / name, sound, codec, rate=rate)
    assert sounds.survey(path).duration == pytest.approx(30, abs=0.15)
    for start in (0.0, 15.3, 20.0):
        heard = sounds.samples(path, start=start, seconds=8)
        loud = np.flatnonzero(np.abs(heard[0]) > 0.2)
        if start > 12:
            assert start + loud[0] / 16_000 == pytest.approx(20.5, abs=0.1)
            assert start + loud[-1] / 16_000 == pytest.approx(20.7, abs=0.1)
        else:
            assert not loud.size


def test_sound_is_resampled_within_its_band(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "high.wav", tone(1, rate=48_000, hertz=11_000), rate=48_000)
    heard = sounds.samples(path, start=0, seconds=1)
    assert np.abs(heard[0, 2_000:-2_000]).max() < 0.01, (
        "what 16,000 samples cannot hold does not come back as another tone"
    )


def test_a_long_recording_is_cut_in_its_pauses(long_recording: Path) -> None:
    stretches = sounds.survey(long_recording).stretches
    assert [round(end) % 60 for _, end in stretches[:-1]] == pytest.approx([55] * (len(stretches) - 1), abs=5)
    assert stretches == sounds.survey(long_recording).stretches, "it is cut the same way each time"


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.floats(1, 350), st.floats(0, 20)), min_size=1, max_size=3))
def test_stretches_cover_the_recording_without_a_hole_and_none_is_too_long(
    tmp_path_factory: pytest.TempPathFactory, talk: list[tuple[float, float]]
) -> None:
    sound = np.concatenate(
        [part for said, pause in talk for part in (tone(said, rate=4_000), silence(pause, rate=4_000))]
    )
    survey = sounds.survey(write_wave(tmp_path_factory.mktemp("talk") / "talk.wav", sound, rate=4_000))
    stretches = survey.stretches
    assert stretches[0][0] == 0
    assert stretches[-1][1] == pytest.approx(len(sound) / 4_000, abs=0.01)
    assert all(end == start for (_, end), (start, _) in pairwise(stretches))
    assert all(0 < end - start <= sounds.TARGET_S + 0.01 for start, end in stretches)


def test_only_what_is_asked_is_held(long_recording: Path) -> None:
    assert sounds.samples(long_recording, start=600, seconds=5, rate=4_000).shape == (1, 20_000)
    assert sounds.samples(long_recording, start=10_000, seconds=5).size == 0


def test_facts_come_first_then_stretch_by_stretch_and_the_language_last(long_recording: Path) -> None:
    scribe = Scribe()
    facts, *rest, last = found_in(long_recording, scribe)
    assert isinstance(facts, Facts)
    assert facts.terms["duration"] == "720.00"
    assert [type(one) for one in rest] == [Passage] * 3
    assert last == Facts(terms={"language": "es"})
    assert sum(seconds for _, seconds in scribe.asked) == pytest.approx(720, abs=0.01)


def test_without_speech_the_facts_are_given_and_what_is_off_is_said(tmp_path: Path) -> None:
    facts, refused = found_in(write_wave(tmp_path / "a.wav", tone(2)))
    assert isinstance(facts, Facts)
    assert facts.terms == {"duration": "2.00"}
    assert isinstance(refused, Refused)
    assert OFF.why in refused.reason
    assert OFF.advice in refused.reason


def test_without_pyav_wav_is_still_measured_cut_and_played(
    tmp_path: Path, long_recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = long_recording
    survey = sounds.survey(path)
    monkeypatch.setitem(sys.modules, "av", None)
    without = sounds.survey(path)
    assert without.duration == survey.duration
    assert np.array(without.stretches) == pytest.approx(np.array(survey.stretches), abs=0.5)
    sounds.playable(path, tmp_path / "out.wav", start=45, seconds=10)
    assert length_and_loudest(tmp_path / "out.wav") == pytest.approx([10.0, 0.5], abs=0.01)
    (tmp_path / "a.mp3").write_bytes(b"\xff\xfb\x90\x00" * 100)
    with pytest.raises(Unreadable, match="only plain WAV"):
        sounds.look(tmp_path / "a.mp3")


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_without_pyav_every_width_of_whole_numbers_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    full = (1 << 8 * width - 1) - 1
    values = np.array([0, full, -full, full // 2])
    data = b"".join(int(v + 128 if width == 1 else v).to_bytes(width, "little", signed=width > 1) for v in values)
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setparams((1, width, 8_000, 4, "NONE", ""))
        file.writeframes(data)
    monkeypatch.setitem(sys.modules, "av", None)
    (block,) = sounds.blocks(tmp_path / "a.wav")
    assert block.samples[0] == pytest.approx([0, 1, -1, 0.5], abs=0.02)


def length_and_loudest(path: Path) -> list[float]:
    with wave.open(str(path), "rb") as file:
        assert file.getsampwidth() == 2
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        return [file.getnframes() / file.getframerate(), float(np.abs(data).max() / 32767)]


def test_a_stretch_to_be_played_begins_at_the_asked_second(tmp_path: Path) -> None:
    sound = np.concatenate([silence(8), tone(2), silence(2)])
    path = encode(tmp_path / "a.mp3", sound, "libmp3lame")
    sounds.playable(path, tmp_path / "on.wav", start=8.5, seconds=1)
    sounds.playable(path, tmp_path / "off.wav", start=6, seconds=1.5)
    assert length_and_loudest(tmp_path / "on.wav") == pytest.approx([1.0, 0.5], abs=0.1)
    assert length_and_loudest(tmp_path / "off.wav") == pytest.approx([1.5, 0], abs=0.01)


def test_many_channels_are_played_as_two(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "logger.wav", *[tone(1)] * 6)
    sounds.playable(path, tmp_path / "out.wav", start=0, seconds=1)
    assert length_and_loudest(tmp_path / "out.wav") == pytest.approx([1.0, 0.5], abs=0.05)
    assert sounds.samples(path, start=0, seconds=1).shape == (6, 16_000)


def test_what_a_recording_states_of_itself_becomes_terms(tmp_path: Path) -> None:
    tags = {
        "title": "Call\x00 17",
        "artist": "Desk 4",
        "com.apple.quicktime.make": "Invented",
        "com.apple.quicktime.model": "Recorder 2",
        "com.apple.quicktime.creationdate": "2026-03-01T14:05:00-05:00",
        "com.apple.quicktime.location.ISO6709": "+39.1582-075.5244+010.000/",
    }
    facts = found_in(encode(tmp_path / "a.m4a", tone(2), "aac", tags=tags))[0]
    assert isinstance(facts, Facts)
    assert facts.terms["title"].startswith("Call")
    assert facts.terms["author"] == "Desk 4"
    assert facts.terms["camera"] == "Invented Recorder 2"
    assert facts.terms["made_at"] == "2026-03-01T19:05:00Z"
    assert facts.at == 1_772_391_900_000
    assert facts.place == (39.1582, -75.5244)


@pytest.mark.parametrize(("date", "expected"), [("2026-03-01", "2026-03-01"), ("2026-03-01 14:05:00", "2026-03-01"), ("soon", None), ("1904-01-01", None)])  # fmt: skip
def test_a_moment_without_a_zone_is_a_day_and_a_clock_never_set_is_none(
    tmp_path: Path, date: str, expected: str | None
) -> None:
    facts = found_in(encode(tmp_path / "a.flac", tone(1), "flac", tags={"date": date}))[0]
    assert isinstance(facts, Facts)
    assert facts.terms.get("made_at") == expected


def test_silence_is_said_to_be_silence_and_never_given_to_a_recogniser(tmp_path: Path) -> None:
    scribe = Scribe()
    assert found_in(write_wave(tmp_path / "a.wav", silence(3)), scribe)[-1] == Facts(
        terms={"note": "The recording is silent."}
    )
    assert not scribe.asked


def test_sound_without_speech_is_said_to_hold_none(tmp_path: Path) -> None:
    found = found_in(write_wave(tmp_path / "a.wav", noise(3)), Scribe(deaf=True))
    assert found[-1] == Facts(terms={"note": "No speech was found."})


def test_a_name_proves_nothing(tmp_path: Path) -> None:
    path = write_wave(tmp_path / "a.wav", tone(2)).rename(tmp_path / "notes.txt")
    assert isinstance(found_in(path)[0], Facts)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"RIFF",
        b"no sound at all " * 1000,
        b"#EXTM3U\n#EXTINF:9,\n/etc/passwd\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n",
    ],
)
def test_what_is_no_recording_or_only_points_at_one_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(Unreadable, match=r"a\.wav"):
        found_in(tmp_path / "a.wav")


def header(*, rate: int, channels: int, size: int) -> bytes:
    form = struct.pack("<HHIIHH", 1, channels & 0xFFFF, rate, rate, (channels * 2) & 0xFFFF, 16)
    return b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", size)  # fmt: skip


@pytest.mark.parametrize(
    ("rate", "channels"), [(4_294_967_295, 1), (1, 1), (0, 1), (16_000, 65_535), (16_000, 0), (16_000, 64)]
)
@pytest.mark.parametrize("with_av", [True, False])
def test_headers_that_ask_for_too_much_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rate: int, channels: int, *, with_av: bool
) -> None:
    (tmp_path / "a.wav").write_bytes(header(rate=rate, channels=channels, size=1000) + bytes(1000))
    if not with_av:
        monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(Unreadable):
        found_in(tmp_path / "a.wav")


def test_a_header_that_states_more_than_there_is_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(header(rate=16_000, channels=1, size=0x7FFFFFFF) + b"\x00\x10" * 32_000)
    facts, *rest = found_in(tmp_path / "a.wav", Scribe())
    assert isinstance(facts, Facts)
    assert facts.terms["duration"] == "2.00"
    assert sum(isinstance(one, Passage) for one in rest) == 1


def test_of_a_recording_cut_off_the_beginning_is_read_and_the_second_is_named(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.flac", np.concatenate([tone(6), noise(6)]), "flac")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found = found_in(path, Scribe())
    assert any(isinstance(one, Passage) for one in found)
    refused = [one for one in found if isinstance(one, Refused)]
    assert any("cut off" in one.reason for one in refused)
    assert all(one.locator.seconds for one in refused)


def test_behind_damage_reading_goes_on(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.ogg", tone(20), "libopus")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4_000] = bytes(4_000)
    path.write_bytes(content)
    assert sounds.survey(path).duration > 18
    assert np.abs(sounds.samples(path, start=16, seconds=2)).max() > 0.3


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["flac", "mp3", "ogg", "m4a"]), st.binary(min_size=1, max_size=64), st.floats(0, 1))
def test_whatever_is_damaged_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, rubbish: bytes, where: float
) -> None:
    codec = {"flac": "flac", "mp3": "libmp3lame", "ogg": "libopus", "m4a": "aac"}[suffix]
    folder = tmp_path_factory.mktemp("damaged")
    content = bytearray(encode(folder / f"a.{suffix}", tone(2), codec).read_bytes())
    at = round(where * (len(content) - 1))
    content[at : at + len(rubbish)] = rubbish
    (folder / f"b.{suffix}").write_bytes(content)
    try:
        found = found_in(folder / f"b.{suffix}", Scribe())
    except Unreadable:
        return
    assert isinstance(found[0], Facts)
