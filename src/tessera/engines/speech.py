"""Speech, written down by faster-whisper with the second of each word. Nothing is downloaded, nobody is recognised.

In each stretch the speech is found first (Silero's detector, inside faster-whisper); pauses are left out, so that silence
is neither paid for nor filled with invented words. What is left goes through the model in windows of up to half a minute,
several at once. Channels that say different things, as the two sides of a telephone call do, are read apart.
"""

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from tessera.engines import sounds
from tessera.engines.noise import NOISY_DB, Track, stands_out, without_noise
from tessera.engines.speech_model import FOLDER, missing
from tessera.engines.speech_passages import Spoken, passages
from tessera.model.found import Off, Passage

if TYPE_CHECKING:
    from faster_whisper.transcribe import Segment

RATE: Final = 16_000
BATCH: Final = 4
"""Windows read at once; more saves little time and costs memory."""
BEAM: Final = 5
THREADS: Final = 2
WINDOW_S: Final = 29.0
"""The model hears 30 seconds at once."""

FILES: Final = ("config.json", "model.bin", "tokenizer.json")
"""Without its own tokenizer, faster-whisper would fetch one."""

_SILENT: Final = 2e-4
"""Samples below this are the last bits of a recorder, not sound."""
_LOUD: Final = 0.3
_MOST_RAISED: Final = 100.0
_ALIKE: Final = 0.5
"""Channels whose loudness rises and falls together more than this are one voice, or one room."""
_STEP: Final = RATE // 10
_CROSSTALK: Final = 10.0
"""A channel this many times fainter than another, over half a second, holds what leaks from the other."""
_DETECTOR: Final[dict[str, Any]] = {
    "threshold": 0.15,
    "neg_threshold": 0.08,
    "min_speech_duration_ms": 250,
    "min_silence_duration_ms": 1_500,
    "speech_pad_ms": 0,
}
"""Telephone bands and noise make the detector unsure: it is asked to miss nothing, and the model says what is no speech."""
_TILT: Final = (0.2 * 0.9 ** np.arange(64)).astype(np.float32)
"""Raises low tones against high ones. A telephone takes low tones away, and without them the detector misses voices."""
_LOOPING: Final = 2.4
"""Text that packs better than this repeats itself; speech does not."""
_NO_SPEECH: Final = 0.6
_UNSURE: Final = -1.0
"""Mean logarithm of the probability of a token."""
_REST: Final = np.zeros(RATE // 10, np.float32)
"""Laid behind the last window: clips that end where the sound ends are refused when rounding makes them longer."""
_DOUBTFUL: Final = -0.3
"""Noisy windows of which the model is less sure are read a second time."""
_OTHER_CODES: Final = {"jw": "jv", "yue": "zh", "haw": ""}
"""Codes of Whisper that are not ISO 639-1."""

_AROUND: Final = RATE // 2
"""What the model hears before and behind speech."""
_SOFT: Final = RATE // 10
"""How much earlier and later than it is detected a word may begin and end."""


class Span(NamedTuple):
    """Samples that the model hears, and between which of them somebody speaks; the last is not included."""

    start: int
    end: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class _Window:
    """What the model hears at once: spans of the track, laid end to end."""

    spans: tuple[Span, ...]

    @property
    def length(self) -> int:
        return sum(span.end - span.start for span in self.spans)

    def laid(self, track: Track) -> Track:
        return np.concatenate([track[span.start : span.end] for span in self.spans])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What the model made of one window, which began at second `offset` of what it was given."""

    offset: float
    segments: list["Segment"]

    @property
    def sure(self) -> float:
        return min((segment.avg_logprob for segment in self.segments), default=float("-inf"))

    @property
    def loops(self) -> bool:
        return any(segment.compression_ratio > _LOOPING for segment in self.segments)


class Whisper:
    """A model of Whisper's family in a folder. It is loaded when first asked."""

    def __init__(self, folder: Path, *, threads: int = THREADS, language: str = "") -> None:
        """Read with the CTranslate2 model in `folder`. Without `language` it is heard from the first speech."""
        self._folder, self._threads, self._given = folder, threads, language
        self._loaded: Any = None
        self._heard: tuple[Path, str] | None = None

    def duration(self, recording: Path) -> float:
        """Give the length in seconds, as the recording states it, or counted where it does not."""
        return sounds.look(recording).duration or sounds.survey(recording).duration

    def read(self, recording: Path, *, start: float, seconds: float) -> Sequence[Passage]:
        """Write down a stretch: passages in the order in which they begin, each of one channel."""
        heard = sounds.samples(recording, start=start, seconds=seconds, rate=RATE)
        found = [one for track in channels_apart(heard) for one in self._written(recording, track, start)]
        return sorted(found, key=lambda one: one.locator.seconds or (0.0, 0.0))

    def _written(self, recording: Path, track: Track, start: float) -> list[Passage]:
        raised = _raised(track)
        noisy = stands_out(raised, RATE) < NOISY_DB
        clear = without_noise(raised) if noisy else raised
        windows = _windows(_speech(raised), clear)
        if not windows:
            return []
        laid = [window.laid(clear) for window in windows]
        language = self._language(recording, laid)
        readings = self._readings(laid, language)
        if noisy:
            between = (clear + raised) * np.float32(0.5)
            self._read_again(readings, [window.laid(between) for window in windows], language)
        spoken = _spoken(windows, readings, start)
        return passages(spoken, _OTHER_CODES.get(language, language))

    def _read_again(self, readings: list[_Reading], laid: Sequence[Track], language: str) -> None:
        """Read doubtful windows with half of the noise left, and keep what the model is surer of."""
        doubtful = [at for at, reading in enumerate(readings) if reading.sure < _DOUBTFUL]
        if doubtful:
            again = self._readings([laid[at] for at in doubtful], language)
            for at, other in zip(doubtful, again, strict=True):
                readings[at] = max(readings[at], other, key=lambda reading: reading.sure)

    def _readings(self, laid: Sequence[Track], language: str) -> list[_Reading]:
        """Read windows; those that go round in circles a second time, without repeating any three words."""
        readings = self._transcribed(laid, language)
        looping = [at for at, reading in enumerate(readings) if reading.loops]
        if looping:
            again = self._transcribed([laid[at] for at in looping], language, no_repeat_ngram_size=3)
            for at, other in zip(looping, again, strict=True):
                readings[at] = other
        return readings

    def _transcribed(self, laid: Sequence[Track], language: str, **options: int) -> list[_Reading]:
        offsets = [0, *accumulate(len(one) for one in laid)]
        segments, _ = self._pipeline().transcribe(
            np.concatenate([*laid, _REST]),
            language=language,
            beam_size=BEAM,
            batch_size=BATCH,
            vad_filter=False,
            clip_timestamps=[{"start": one / RATE, "end": two / RATE} for one, two in pairwise(offsets)],
            word_timestamps=True,
            without_timestamps=True,
            **options,
        )
        readings = [_Reading(offset=offset / RATE, segments=[]) for offset in offsets[:-1]]
        for segment in segments:
            readings[bisect_right(offsets[:-1], (segment.seek + 1) * RATE // 100) - 1].segments.append(segment)
        return readings

    def _language(self, recording: Path, laid: Sequence[Track]) -> str:
        if self._given:
            return self._given
        if self._heard is None or self._heard[0] != recording:
            model = self._pipeline().model
            language, probability = "en", 1.0
            if model.model.is_multilingual:
                language, probability, _ = model.detect_language(
                    np.concatenate(laid[:2]), language_detection_segments=2
                )
            if probability < 0.5:  # noqa: PLR2004 - as likely wrong as right: asked again in the next stretch
                return str(language)
            self._heard = (recording, str(language))
        return self._heard[1]

    def _pipeline(self) -> Any:  # noqa: ANN401 - faster-whisper states no types
        if self._loaded is None:
            os.environ["HF_HUB_OFFLINE"] = "1"  # read when huggingface_hub is loaded, which faster-whisper does
            from faster_whisper import BatchedInferencePipeline, WhisperModel  # noqa: PLC0415 - slow to load

            model = WhisperModel(
                str(self._folder), device="cpu", compute_type="int8", cpu_threads=self._threads, local_files_only=True
            )
            self._loaded = BatchedInferencePipeline(model)
        return self._loaded


def open_speech(cache: Path, folder: Path | None = None, *, threads: int = THREADS) -> Whisper | Off:
    """Give the reader of speech: with the center's own model folder (checked before), else with the prepared model."""
    off = missing(weights=folder is None)
    if off:
        return off
    used = folder or cache / FOLDER
    gone = [name for name in FILES if not (used / name).is_file()]
    if gone:
        advice = "Put a CTranslate2 model of Whisper there." if folder else "Restart the center: it prepares the model."
        return Off(why=f"the speech model has no {', '.join(gone)}.", advice=advice)
    return Whisper(used, threads=threads)


def channels_apart(heard: sounds.Samples) -> list[Track]:
    """Give the channels that say something of their own, the loudest of those that say the same.

    Where one channel is much louder than another, what the other holds is taken to be crosstalk, and silenced.
    """
    kept: list[Track] = []
    for track in sorted((one for one in heard if _peak(one) >= _SILENT), key=_peak, reverse=True):
        if all(_together(track, other) < _ALIKE for other in kept):
            kept.append(track)
    levels = [_levels(track, _STEP) for track in kept]
    return [_without_crosstalk(track, own, levels) for track, own in zip(kept, levels, strict=True)]


def _without_crosstalk(track: Track, own: Track, levels: Sequence[Track]) -> Track:
    if len(levels) < 2 or not len(own):  # noqa: PLR2004 - nobody to overhear
        return track
    heard = np.convolve(own, np.ones(5) / 5, mode="same")
    others = np.convolve(np.max(levels, axis=0), np.ones(5) / 5, mode="same")
    open_gate = np.repeat(heard * _CROSSTALK >= others, _STEP)
    return track * np.pad(open_gate, (0, max(len(track) - len(open_gate), 0)), mode="edge")[: len(track)]


def _peak(track: Track) -> float:
    return float(np.abs(track).max(initial=0.0))


def _together(left: Track, right: Track) -> float:
    """Correlate how loud two channels are, in tenths of a second."""
    levels = [_levels(track, _STEP) for track in (left, right)]
    if len(levels[0]) < 2 or any(one.std() < _SILENT for one in levels):  # noqa: PLR2004 - nothing rises or falls
        return 1.0
    first, second = ((one - one.mean()) / one.std() for one in levels)
    return float((first * second).mean())


def _levels(track: Track, step: int) -> Track:
    whole = track[: len(track) - len(track) % step].reshape(-1, step)
    return np.asarray(np.sqrt((whole**2).mean(axis=1)), np.float32)


def _raised(track: Track) -> Track:
    """Make faint sound as loud as speech usually is."""
    loud = float(np.quantile(np.abs(track[:: RATE // 1000]), 0.99)) if len(track) else 0.0
    if loud >= _LOUD / 4:
        return track
    return (track * np.float32(min(_LOUD / max(loud, _SILENT), _MOST_RAISED))).clip(-1, 1)


def _speech(track: Track) -> list[Span]:
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # noqa: PLC0415 - slow to load

    if not len(track):
        return []
    tilted = np.convolve(track, _TILT)[: len(track)].astype(np.float32)
    found = [(int(one["start"]), int(one["end"])) for one in get_speech_timestamps(tilted, VadOptions(**_DETECTOR))]
    return [
        Span(
            max(first - _AROUND, 0),
            min(last + _AROUND, len(track)),
            max(first - _SOFT, 0),
            min(last + _SOFT, len(track)),
        )
        for first, last in found
    ]


def _windows(speech: Sequence[Span], track: Track) -> list[_Window]:
    """Pack spans of speech into as few windows as hold them in order."""
    most = int(WINDOW_S * RATE)
    windows: list[_Window] = []
    for span in (part for one in speech for part in _cut(one, track, most)):
        if windows and windows[-1].length + span.end - span.start <= most:
            windows[-1] = _Window((*windows[-1].spans, span))
        else:
            windows.append(_Window((span,)))
    return windows


def _cut(span: Span, track: Track, most: int) -> Iterator[Span]:
    """Cut speech that goes on for longer than a window, at the quietest moment of its later half."""
    rest = span
    while rest.end - rest.start > most:
        levels = _levels(track[rest.start + most // 2 : rest.start + most], _STEP // 2)
        quiet = np.convolve(levels, np.ones(4) / 4, mode="same")
        cut = rest.start + most // 2 + int(quiet.argmin()) * (_STEP // 2) + _STEP // 4
        yield rest._replace(end=cut, ends=min(rest.ends, cut))
        rest = rest._replace(start=cut, begins=max(rest.begins, cut))
    yield rest


def _placed(window: _Window, start: float, end: float) -> tuple[float, float]:
    """Turn seconds of a window into seconds of its stretch; a word lies in the span that holds its middle."""
    offsets = [0, *accumulate(span.end - span.start for span in window.spans[:-1])]
    at = bisect_right(offsets, max((start + end) / 2, 0.0) * RATE) - 1
    span = window.spans[at]
    shift = (span.start - offsets[at]) / RATE
    first = min(max(start + shift, span.begins / RATE), span.ends / RATE)
    return first, max(min(end + shift, span.ends / RATE), first)


def _spoken(windows: Sequence[_Window], readings: Sequence[_Reading], start: float) -> Iterator[Spoken]:
    for window, reading in zip(windows, readings, strict=True):
        for segment in reading.segments:
            for word in () if _is_invented(segment) else segment.words or ():
                times = (float(word.start) - reading.offset, float(word.end) - reading.offset)
                first, last = _placed(window, *times)
                yield Spoken(word.word, round(start + first, 2), round(start + last, 2), float(word.probability))


def _is_invented(segment: "Segment") -> bool:
    """Whether the model wrote where nobody spoke: it says so itself, is very unsure, or goes round in circles."""
    return bool(
        segment.compression_ratio > _LOOPING
        or segment.avg_logprob < 1.5 * _UNSURE
        or (segment.no_speech_prob > _NO_SPEECH and segment.avg_logprob < _UNSURE)
    )
