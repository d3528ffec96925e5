"""Films: pictures out of them, their sound, and what they say about themselves."""

import wave
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from pictures import NOTHING, OFF, piece, reader, written
from reading import each

from tessera.engines import video
from tessera.engines.video import Film
from tessera.errors import Unreadable
from tessera.extract.films import moment_of, read
from tessera.extract.tools import Tools
from tessera.model.found import Facts, Passage, Refused

av = pytest.importorskip("av", reason="PyAV is not installed: make extras")
SAYS = ("PLATE 7KLM 204", "DOOR 12 OPEN")
RATE = 10


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of one picture, four of another, with a tone of 440 Hz."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    with av.open(str(path), "w") as container:
        container.metadata.update({"creation_time": "2024-03-09T22:14:05.000000Z", "location": "+39.1582-075.5244/"})
        pictures = container.add_stream("mpeg4", rate=RATE, width=320, height=200, pix_fmt="yuv420p")
        pictures.codec_context.gop_size = RATE
        sound = container.add_stream("aac", rate=16_000, layout="mono")
        for number in range(8 * RATE):
            picture = written((SAYS[number // (4 * RATE)],), size=(320, 200), letters=28)
            container.mux(pictures.encode(av.VideoFrame.from_image(picture)))
        container.mux(pictures.encode())
        tone = (np.sin(np.arange(8 * 16_000) * 2 * np.pi * 440 / 16_000) * 8_000).astype(np.int16)
        for start in range(0, len(tone), 1_024):
            frame = av.AudioFrame.from_ndarray(tone[None, start : start + 1_024], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 16_000, start, Fraction(1, 16_000)
            container.mux(sound.encode(frame))
        container.mux(sound.encode())
    return path


def test_a_film_says_when_where_and_how_long(taken: Path) -> None:
    facts = next(iter(read(piece(taken), NOTHING)))
    assert isinstance(facts, Facts)
    assert facts.terms["made_at"] == "2024-03-09T22:14:05Z"
    assert (facts.terms["width"], facts.terms["height"]) == ("320", "200")
    assert float(facts.terms["duration"]) == pytest.approx(8, abs=0.2)
    assert facts.place == (39.1582, -75.5244)


def test_letters_on_the_pictures_come_with_their_seconds(taken: Path) -> None:
    found = [
        one
        for one in each(read(piece(taken), Tools(pictures=reader(), speech=OFF, names=OFF)))
        if isinstance(one, Passage)
    ]
    assert [one.text for one in found] == list(SAYS)
    seconds = [one.locator.seconds for one in found]
    assert seconds[0] == pytest.approx((0, 4), abs=0.01)
    assert seconds[1] == pytest.approx((4, 8), abs=0.2)


def test_recognisers_that_are_off_are_named(taken: Path) -> None:
    reasons = [one.reason for one in read(piece(taken), NOTHING) if isinstance(one, Refused)]
    assert reasons == [
        "Letters were not looked for. Not here. Put it here.",
        "What is said was not written down. Not here. Put it here.",
    ]


def test_pictures_that_show_nothing_new_are_left_out_and_their_number_is_bounded(taken: Path, tmp_path: Path) -> None:
    assert [second for second, _ in video.key_frames(taken, tmp_path, most=8)] == [0, pytest.approx(4)]
    assert len(video.key_frames(taken, tmp_path, most=1)) == 1


def test_the_picture_at_a_second_is_the_one_that_stands_then(taken: Path) -> None:
    pictures = [video.picture_at(taken, second) for second in (0, 3.5, 3.995, 5)]
    assert all(picture.startswith(b"\xff\xd8") for picture in pictures)
    assert pictures[2] == pictures[3]
    assert pictures[0] != pictures[3]


def test_the_sound_is_one_channel_of_sixteen_kilohertz(taken: Path, tmp_path: Path) -> None:
    out = video.sound_track(taken, tmp_path / "sound.wav")
    assert out is not None
    with wave.open(str(out)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, 16_000)
        assert sound.getnframes() / 16_000 == pytest.approx(8, abs=0.2)
        samples = np.frombuffer(sound.readframes(16_000), "<i2")
    assert np.argmax(np.abs(np.fft.rfft(samples))) == pytest.approx(440, abs=2)


def test_a_film_cut_off_is_unreadable_or_gives_what_is_there(taken: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    path.write_bytes(taken.read_bytes()[:3_000])
    with pytest.raises(Unreadable, match="cannot be read"):
        list(read(piece(path), NOTHING))


def test_a_list_of_other_files_is_not_followed(taken: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.mp4"
    path.write_text(f"ffconcat version 1.0\nfile {taken}\n")
    with pytest.raises(Unreadable):
        video.film(path)


def test_clocks_that_were_never_set_are_not_believed() -> None:
    def at(**tags: str) -> Film:
        return Film(seconds=1, width=2, height=2, has_sound=False, tags=tags)

    assert moment_of(at(creation_time="1904-01-01T00:00:00Z")) is None
    assert moment_of(at(creation_time="2024-03-09T22:14:05")) is None
    assert moment_of(at(creation_time="2024-13-09T22:14:05Z")) is None
    found = moment_of(
        at(**{"creation_time": "2024-03-09T22:14:05Z", "com.apple.quicktime.creationdate": "2024-03-09T17:14:05-0500"})
    )
    assert found is not None
    assert found.isoformat() == "2024-03-09T17:14:05-05:00"


def test_a_place_at_nought_is_none() -> None:
    assert Film(seconds=1, width=2, height=2, has_sound=False, tags={"location": "+00.0000+000.0000/"}).place is None


def test_sound_alone_in_a_file_for_films_is_read_as_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "said.webm"
    with av.open(str(path), "w") as container:
        sound = container.add_stream("libopus", rate=48_000, layout="mono")
        tone = (np.sin(np.arange(48_000) * 2 * np.pi * 440 / 48_000) * 8_000).astype(np.int16)
        for start in range(0, len(tone), 960):
            frame = av.AudioFrame.from_ndarray(tone[None, start : start + 960], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = 48_000, start, Fraction(1, 48_000)
            container.mux(sound.encode(frame))
        container.mux(sound.encode())
    facts, refused = read(piece(path), NOTHING)
    assert isinstance(facts, Facts)
    assert float(facts.terms["duration"]) == pytest.approx(1, abs=0.1)
    assert isinstance(refused, Refused)
    assert "speech is off" in refused.reason


def test_the_reason_for_which_a_film_cannot_be_read_names_no_path(taken: Path, tmp_path: Path) -> None:
    path = tmp_path / "half.mp4"
    path.write_bytes(taken.read_bytes()[:3_000])
    with pytest.raises(Unreadable) as caught:
        list(read(piece(path), NOTHING))
    assert str(tmp_path) not in str(caught.value)
