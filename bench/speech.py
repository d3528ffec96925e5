"""Speech: how many words are wrong, and what writing it down costs, beside faster-whisper called with its defaults.

    python bench/speech.py [--lines] [FOLDER ...]

A clip is a sound file with a text of the same name beside it, in any of the folders (else the shared sets). Radio: the
clip between 300 and 3,400 Hz, at 8,000 samples a second, with white noise 10 dB below the speech, drawn anew five times;
the filter was tuned on other draws (seeds 1 to 6). Long: the clips joined, over and over, for five minutes. Both sides
read the same files, and both texts are brought to one form: lower case, no signs, numbers in words, "mister" for "Mr.".
Words wrong: substituted, left out or put in, against the words of the text. Cost: seconds of processor time, all threads
together, for a second of sound, without loading the model. What stands behind ± is the standard error of the words wrong,
by bootstrap over the recordings; draws of noise over one recording are not counted as recordings of their own. With
`--lines`, only what is heard over lines with noises of several kinds, each recording once over each line.
"""

import argparse
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
import speech_noises
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
RADIO = speech_noises.Line("white", 10)
LONG_S = 300
DRAWS = 2_000
"""How often the bootstrap draws."""
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
    """A sound, what is said in it, and the recording that it was made from."""

    path: Path
    text: str
    recording: Path


def clips_in(folders: Sequence[Path]) -> list[Clip]:
    """Find the sound files whose text is known."""
    files = sorted(one for folder in folders for one in folder.rglob("*") if one.suffix.lower() in SUFFIXES)
    told = [(file, file.with_suffix(".txt")) for file in files]
    return [
        Clip(file, text.read_text(encoding="utf-8") if text.exists() else KNOWN[file.stem], file)
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


def over_line(clips: Sequence[Clip], folder: Path, line: speech_noises.Line, seeds: Sequence[int]) -> Iterator[Clip]:
    """Send each clip over a line, once for each seed."""
    heard_here = [heard(clip.path) for clip in clips]
    for seed in seeds:
        for at, clip in enumerate(clips):
            others = heard_here[:at] + heard_here[at + 1 :]
            sound = speech_noises.sent(heard_here[at], line, seed * 1_000 + at, others)
            path = folder / f"{line.noise}{line.below_db}{line.codec}-{seed}-{at}.wav"
            made = speech_noises.coded(path, sound, line.codec) if line.codec else write_wave(path, sound, 8_000)
            yield Clip(made, clip.text, clip.recording)


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
    path = write_wave(folder / "long.wav", np.concatenate(parts), RATE)
    return Clip(path, " ".join(texts), path)


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


def standard_error(counted: Sequence[tuple[Path, int, int]]) -> float | None:
    """Give that of the share of words wrong, by bootstrap: recording, words wrong and words of each clip."""
    recordings = sorted({recording for recording, _, _ in counted})
    if len(recordings) < 2:
        return None
    sums = np.zeros((len(recordings), 2))
    for recording, errors, words in counted:
        sums[recordings.index(recording)] += errors, words
    drawn = sums[np.random.default_rng(1).integers(0, len(recordings), (DRAWS, len(recordings)))].sum(axis=1)
    return float((drawn[:, 0] / drawn[:, 1]).std())


def row(what: str, name: str, clips: Sequence[Clip], write: Write) -> list[object]:
    """Read the clips and count."""
    began = processor()
    written = [write(clip.path) for clip in clips]
    spent = processor() - began
    seconds = sum(sounds.survey(clip.path).duration for clip in clips)
    counted = [
        (clip.recording, wrong(clip.text, text), len(words_of(clip.text)))
        for clip, text in zip(clips, written, strict=True)
    ]
    errors, words = sum(one[1] for one in counted), sum(one[2] for one in counted)
    unsure = standard_error(counted)
    share = f"{errors / words:.1%}" + (f" ± {unsure:.1%}" if unsure is not None else "")
    return [what, name, f"{seconds:,.0f}", f"{words:,}", share, f"{spent / seconds:.3f}"]


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


HEADINGS = ["sound", "read by", "seconds", "words", "words wrong", "processor s per s"]
TITLE = "Speech with Whisper base, int8"


def every_line(clips: Sequence[Clip], folder: Path, model: WhisperModel, reader: Whisper) -> list[list[object]]:
    """Read what each line makes of the clips."""
    rows = []
    for line in speech_noises.LINES:
        made = list(over_line(clips, folder, line, SEEDS[:1]))
        rows += [
            row(str(line), "defaults", made, partial(plain, model)),
            row(str(line), "ours", made, partial(ours, reader)),
        ]
    return rows


def main(folders: Sequence[Path], *, lines: bool) -> None:
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
        if lines:
            ground.print_table(TITLE, HEADINGS, every_line(clips, folder, model, two))
            return
        radio, long = list(over_line(clips, folder, RADIO, SEEDS)), [long_clip(clips, folder)]
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
    ground.print_table(TITLE, HEADINGS, rows)
    ground.print_table("Words invented in a minute without any", ["sound", "defaults", "ours"], invented)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*", type=Path, default=[SHARED])
    parser.add_argument("--lines", action="store_true")
    given = parser.parse_args()
    main(given.folders, lines=given.lines)
