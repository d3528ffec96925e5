"""Speech: how many words are wrong, and what writing it down costs, beside faster-whisper called with its defaults.

    python bench/speech.py [FOLDER ...]

A clip is a sound file with a text of the same name beside it, in any of the folders (else the shared sets). Radio: the
clip between 300 and 3,400 Hz, at 8,000 samples a second, with white noise 10 dB below the speech, drawn anew five times;
the filter was tuned on other draws (seeds 1 to 6). Long: the clips joined, over and over, for five minutes. Both sides
read the same files, and both texts are brought to one form: lower case, no signs, numbers in words, "mister" for "Mr.".
Words wrong: substituted, left out or put in, against the words of the text. Cost: seconds of processor time, all threads
together, for a second of sound, without loading the model.
"""

import re
import resource
import sys
import tempfile
import wave
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import ground
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from numpy.typing import NDArray

from tessera.engines import sounds
from tessera.engines.speech import BATCH, BEAM, RATE, Whisper
from tessera.engines.speech_model import prepare

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "audio"
SUFFIXES = (".wav", ".flac", ".mp3", ".m4a", ".ogg")
KNOWN = {
    "jfk": "and so my fellow americans ask not what your country can do for you ask what you can do for your country"
}
SEEDS = range(11, 16)
BELOW_DB = 10
LONG_S = 300
SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

Sound = NDArray[np.floating]
Write = Callable[[Path], str]


class Clip(NamedTuple):
    """A recording and what is said in it."""

    path: Path
    text: str


def clips_in(folders: Sequence[Path]) -> list[Clip]:
    """Find the sound files whose text is known."""
    files = sorted(one for folder in folders for one in folder.rglob("*") if one.suffix.lower() in SUFFIXES)
    told = [(file, file.with_suffix(".txt")) for file in files]
    return [
        Clip(file, text.read_text(encoding="utf-8") if text.exists() else KNOWN[file.stem])
        for file, text in told
        if text.exists() or file.stem in KNOWN
    ]


def in_words(number: int) -> str:
    """Write a number below a million in words."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10 - 2] + (f" {SMALL[number % 10]}" if number % 10 else "")
    unit, name = (100, "hundred") if number < 1_000 else (1_000, "thousand")
    return f"{in_words(number // unit)} {name}" + (f" {in_words(number % unit)}" if number % unit else "")


def words_of(text: str) -> list[str]:
    """Bring a text to the form in which words are compared."""
    plain = re.sub(r"\bmr\b\.?", "mister", text.lower().replace("’", "'"))  # noqa: RUF001 - an apostrophe
    plain = re.sub(r"(?<=\d),(?=\d)", "", plain)
    plain = re.sub(r"\d{1,6}", lambda found: f" {in_words(int(found[0]))} ", plain)
    return re.sub(r"[^\w' ]", " ", plain).split()


def wrong(said: str, written: str) -> int:
    """Count words substituted, left out or put in."""
    one, two = words_of(said), words_of(written)
    row = list(range(len(two) + 1))
    for at, word in enumerate(one, start=1):
        before, row[0] = row[0], at
        for to, other in enumerate(two, start=1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (word != other))
    return row[-1]


def write_wave(path: Path, sound: Sound, rate: int) -> Path:
    """Write one channel."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((sound.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return path


def heard(path: Path) -> Sound:
    """Decode a clip, its loudest channel."""
    channels = sounds.samples(path, start=0, seconds=sounds.survey(path).duration)
    return np.asarray(channels[int(np.abs(channels).max(axis=1).argmax())])


def by_radio(sound: Sound, seed: int) -> Sound:
    """Give 8,000 samples a second of what a telephone lets through, with noise."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    spectrum[(hertz < 300) | (hertz > 3_400)] = 0
    narrow = np.fft.irfft(spectrum, len(sound))[::2]
    loud = np.sqrt((narrow**2).mean() / 10 ** (BELOW_DB / 10))
    return np.asarray(narrow + np.random.default_rng(seed).normal(0, loud, len(narrow)))


def radio_clips(clips: Sequence[Clip], folder: Path) -> Iterator[Clip]:
    """Send each clip by radio, once for each seed."""
    for seed in SEEDS:
        for at, clip in enumerate(clips):
            sound = by_radio(heard(clip.path), seed * 1_000 + at)
            yield Clip(write_wave(folder / f"{seed}-{at}.wav", sound, 8_000), clip.text)


def long_clip(clips: Sequence[Clip], folder: Path) -> Clip:
    """Join the clips, half a second between them, until they are long."""
    parts: list[Sound] = []
    texts: list[str] = []
    at = 0
    while sum(len(part) for part in parts) < LONG_S * RATE:
        clip = clips[at % len(clips)]
        parts += [heard(clip.path), np.zeros(RATE // 2)]
        texts.append(clip.text)
        at += 1
    return Clip(write_wave(folder / "long.wav", np.concatenate(parts), RATE), " ".join(texts))


def ours(reader: Whisper, path: Path) -> str:
    """Read as the platform does: survey, then stretch by stretch."""
    stretches = sounds.survey(path).stretches
    return " ".join(one.text for start, end in stretches for one in reader.read(path, start=start, seconds=end - start))


def plain(model: WhisperModel, path: Path, *, words: bool = False) -> str:
    """Read with the library's defaults."""
    segments, _ = model.transcribe(str(path), word_timestamps=words)
    return " ".join(segment.text for segment in segments)


def batched(model: WhisperModel, path: Path, *, words: bool = False) -> str:
    """Read with the library's own batches, as large as ours."""
    pipeline = BatchedInferencePipeline(model)
    segments, _ = pipeline.transcribe(str(path), batch_size=BATCH, beam_size=BEAM, word_timestamps=words)
    return " ".join(segment.text for segment in segments)


def processor() -> float:
    """Give the seconds of processor time of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def row(what: str, name: str, clips: Sequence[Clip], write: Write) -> list[object]:
    """Read the clips and count."""
    began = processor()
    written = [write(clip.path) for clip in clips]
    spent = processor() - began
    seconds = sum(sounds.survey(clip.path).duration for clip in clips)
    errors = sum(wrong(clip.text, text) for clip, text in zip(clips, written, strict=True))
    words = sum(len(words_of(clip.text)) for clip in clips)
    return [what, name, f"{seconds:,.0f}", f"{words:,}", f"{errors / words:.1%}", f"{spent / seconds:.3f}"]


def unspoken(folder: Path) -> Iterator[tuple[str, Path]]:
    """Make a minute each of what holds no words."""
    time, draw = np.arange(60 * RATE) / RATE, np.random.default_rng(3)
    made = {
        "silence": np.zeros(len(time)),
        "hiss": draw.normal(0, 0.05, len(time)),
        "faint hiss": draw.normal(0, 0.001, len(time)),
        "hum": 0.3 * np.sin(2 * np.pi * 60 * time),
        "bursts of noise": draw.normal(0, 0.1, len(time)) * (np.sin(4.4 * time) > 0.6),
        "siren": 0.3 * np.sin(2 * np.pi * 700 * time - 160 * np.cos(1.9 * time)),
        "chords": np.sin(2 * np.pi * np.outer((261, 329, 392), time)).sum(axis=0) * 0.1 * (1 + np.sin(3 * time)),
    }
    for name, sound in made.items():
        yield name, write_wave(folder / "unspoken.wav", sound, RATE)


def main(folders: Sequence[Path]) -> None:
    """Print the tables."""
    clips = clips_in(folders)
    if not clips:
        sys.exit(f"No clips with their texts in {', '.join(map(str, folders))}: nothing was measured.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model_folder = prepare(folder)
        model = WhisperModel(str(model_folder), device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True)
        two, one = Whisper(model_folder), Whisper(model_folder, threads=1)
        for loading in (two, one):
            loading.read(clips[0].path, start=0, seconds=10)
        radio, long = list(radio_clips(clips, folder)), [long_clip(clips, folder)]
        rows = [
            row("real clips", "defaults", clips, partial(plain, model)),
            row("real clips", "ours", clips, partial(ours, two)),
            row("radio, 10 dB", "defaults", radio, partial(plain, model)),
            row("radio, 10 dB", "ours", radio, partial(ours, two)),
            row("long", "defaults, no word times", long, partial(plain, model)),
            row("long", "defaults, word times", long, partial(plain, model, words=True)),
            row("long", "its batches, no word times", long, partial(batched, model)),
            row("long", "its batches, word times", long, partial(batched, model, words=True)),
            row("long", "ours, word times", long, partial(ours, two)),
            row("long", "ours, word times, one thread", long, partial(ours, one)),
        ]
        invented = [
            [what, len(words_of(plain(model, path))), len(words_of(ours(two, path)))] for what, path in unspoken(folder)
        ]
    headings = ["sound", "read by", "seconds", "words", "words wrong", "processor s per s"]
    ground.print_table("Speech with Whisper base, int8", headings, rows)
    ground.print_table("Words invented in a minute without any", ["sound", "defaults", "ours"], invented)


if __name__ == "__main__":
    main([Path(folder) for folder in sys.argv[1:]] or [SHARED])
