"""Sound: what a recording states about itself, its samples, where it pauses, and a stretch of it to be played.

PyAV opens every format of `FORMATS`. Without it, WAV is read by Python alone. A recording is decoded block by block and
never held whole. Its name is not believed, and nothing that it refers to is opened.
"""

import wave
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tessera.errors import Unreadable

if TYPE_CHECKING:
    import av

Samples: TypeAlias = NDArray[np.float32]
"""Channels by samples, from -1 to 1."""

FORMATS: Final = "wav,w64,mp3,mov,mp4,m4a,3gp,3g2,mj2,ogg,flac,amr,amrnb,amrwb,aac,aiff,caf,au,gsm,asf,matroska,webm"
"""FFmpeg's names of what is opened. Playlists and lists of other files are not among them."""

RATES: Final = (4_000, 384_000)
MOST_CHANNELS: Final = 16

TARGET_S: Final = 300.0
"""Length of a stretch that is written down and stored at once."""
WINDOW_S: Final = 30.0
"""How long before the target a pause is looked for."""

_LEVEL_S: Final = 0.05
_PAUSE_LEVELS: Final = 8
_STEP_S: Final = 0.1
"""A step in the recording's own clock that is larger than this is a hole; smaller ones are rounding."""
_RUN_IN_S: Final = 1.0
"""How long a decoder runs before the asked second: it needs what went before (MP3, Opus)."""
_PLAY_RATE: Final = 48_000
_MOST_FAULTS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """What a recording states about itself. `duration` is in seconds, 0 where it does not say."""

    duration: float
    rate: int
    channels: int
    exact: bool
    """Whether the duration is counted by the format; elsewhere it is guessed from the size."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What one hearing of the whole recording tells, without understanding a word."""

    duration: float
    """Second at which the last sound ends."""
    peak: float
    """The loudest sample, from 0 to 1."""
    stretches: tuple[tuple[float, float], ...]
    """The recording cut in pauses: each at most `TARGET_S` long, in order. Cut the same way each time."""
    faults: tuple[tuple[float, float], ...]
    """From and to which second nothing could be decoded; the first hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some samples and the second at which they begin. One without samples marks what could not be decoded."""

    time: float
    rate: int
    samples: Samples


def look(recording: Path) -> Sound:
    """Read the header and the tags; raise Unreadable where it is no recording that can be opened."""
    if not _has_av():
        return _look_at_wave(recording)
    with closing(_open(recording)) as container:
        stream = container.streams.audio[0]
        seconds = _in_seconds(stream.duration, stream.time_base)
        counted = seconds is not None
        if seconds is None:
            seconds = (container.duration or 0) / 1e6
        return Sound(
            duration=max(seconds, 0.0),
            rate=stream.rate,
            channels=stream.channels,
            exact=counted and container.format.name.split(",")[0] in {"wav", "mov", "flac", "aiff", "w64"},
            tags={name.lower(): text for name, text in {**stream.metadata, **container.metadata}.items()},
        )


def survey(recording: Path) -> Survey:
    """Hear the whole recording once: how long it is, how loud, where it pauses, and what is damaged."""
    pauses, faults, peak = _Pauses(), _Faults(), 0.0
    for block in blocks(recording):
        faults.hear(block)
        if block.samples.size:
            peak = max(peak, float(np.abs(block.samples).max()))
            pauses.hear(block)
    return Survey(duration=round(pauses.end, 3), peak=peak, stretches=pauses.stretches(), faults=faults.found())


def samples(recording: Path, *, start: float, seconds: float, rate: int = 16_000) -> Samples:
    """Decode a stretch, every channel apart, band-limited to `rate`. What is missing in it is silence."""
    most = round(seconds * rate)
    heard: Samples = np.zeros((0, 0), np.float32)
    filled = 0
    for block in blocks(recording, start=start, rate=rate):
        if not heard.size:
            heard = np.zeros((max(len(block.samples), 1), most), np.float32)
        at = round((block.time - start) * rate)
        if at >= most:
            break
        part = block.samples[: len(heard), max(-at, 0) : most - at]
        heard[: len(part), max(at, 0) : max(at, 0) + part.shape[1]] = part
        filled = max(filled, max(at, 0) + part.shape[1])
    return heard[:, :filled]


def playable(recording: Path, out: Path, *, start: float, seconds: float) -> None:
    """Write a stretch as a 16-bit WAV of one or two channels, which every browser plays."""
    sound = look(recording)
    rate, channels = min(sound.rate, _PLAY_RATE), min(sound.channels, 2)
    with wave.open(str(out), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate if _has_av() else sound.rate)
        for block in blocks(recording, start=start, rate=rate):
            first = round((start - block.time) * block.rate)
            last = round((start + seconds - block.time) * block.rate)
            if last <= 0:
                break
            file.writeframes(_as_16_bit(block.samples[:, max(first, 0) : last], channels))


def _as_16_bit(heard: Samples, channels: int) -> bytes:
    mixed = heard if len(heard) <= channels else heard.mean(axis=0, keepdims=True).repeat(channels, axis=0)
    return bytes((mixed.clip(-1, 1) * 32767).astype("<i2").T.tobytes())


def blocks(recording: Path, *, start: float = 0.0, rate: int | None = None) -> Iterator[Block]:
    """Decode from about second `start`, never later, block by block; at the recording's own rate where none is asked.

    Without PyAV the rate is always the recording's own.
    """
    if not _has_av():
        yield from _wave_blocks(recording, start)
        return
    if start > _RUN_IN_S:
        begun = _decoded(recording, start - _RUN_IN_S, rate)
        first = next(begun, None)
        if first and first.time <= start:
            yield from chain([first], begun)
            return
    yield from _decoded(recording, 0.0, rate)


def _has_av() -> bool:
    try:
        import av  # noqa: F401, PLC0415 - part of the extra
    except ImportError:
        return False
    return True


def _open(recording: Path) -> "av.container.InputContainer":
    import av  # noqa: PLC0415 - part of the extra, and slow to load

    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    try:
        container = av.open(str(recording), options=options, metadata_errors="ignore")
    except (av.FFmpegError, ValueError) as error:
        raise _unreadable("it does not open as a recording") from error
    try:
        _check(container)
    except Unreadable:
        container.close()
        raise
    return container


def _check(container: "av.container.InputContainer") -> None:
    if not container.streams.audio:
        raise _unreadable("there is no sound in it")
    stream = container.streams.audio[0]
    codec: Any = stream.codec_context  # None where FFmpeg has no decoder
    if codec is None or not codec.rate or not RATES[0] <= codec.rate <= RATES[1]:
        raise _unreadable(f"its header states {codec.rate if codec else 0} samples a second")
    if not 1 <= codec.channels <= MOST_CHANNELS:
        raise _unreadable(f"its header states {codec.channels} channels")


def _unreadable(why: str) -> Unreadable:
    advice = "Play it: where it does not play, ask for it again; where it does, save it as WAV, MP3, M4A, OGG or FLAC."
    return Unreadable(f"the recording cannot be read: {why}", advice=advice)


def _decoded(recording: Path, start: float, rate: int | None) -> Iterator[Block]:
    """Decode from second `start`, or from wherever the format can begin. Blocks are in order and do not overlap."""
    import av  # noqa: PLC0415 - part of the extra

    with closing(_open(recording)) as container:
        stream = container.streams.audio[0]
        if start > 0 and not _seek(container, stream, start):
            return
        origin = _in_seconds(stream.start_time, stream.time_base) or 0.0
        channels, clock = stream.channels, _Clock(trusted=start > 0)
        resampler = _Resampler(rate or stream.rate)
        for frame in _frames(container, stream):
            if isinstance(frame, av.AudioFrame):
                heard = _fitting(resampler.hear(frame), channels)
                stated = None if frame.time is None else frame.time - origin
                yield Block(
                    time=clock.place(stated, heard.shape[1] / resampler.rate), rate=resampler.rate, samples=heard
                )
            else:
                yield Block(time=clock.now, rate=resampler.rate, samples=np.zeros((channels, 0), np.float32))
        rest = _fitting(resampler.rest(), channels)
        if rest.size:
            yield Block(time=clock.place(None, rest.shape[1] / resampler.rate), rate=resampler.rate, samples=rest)


def _in_seconds(ticks: int | None, time_base: Fraction | None) -> float | None:
    return None if ticks is None or time_base is None else float(ticks * time_base)


def _seek(container: "av.container.InputContainer", stream: "av.AudioStream", start: float) -> bool:
    import av  # noqa: PLC0415 - part of the extra

    with suppress(av.FFmpegError, OverflowError):
        container.seek(int(start / (stream.time_base or 1)) + (stream.start_time or 0), stream=stream)
        return True
    return False


def _frames(container: "av.container.InputContainer", stream: "av.AudioStream") -> Iterator["av.AudioFrame | None"]:
    """Give the frames; None where something could not be decoded."""
    import av  # noqa: PLC0415 - part of the extra

    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.FFmpegError:
            yield None
            return
        try:
            yield from packet.decode()
        except av.EOFError:
            return
        except av.FFmpegError:
            yield None


class _Resampler:
    """Turns frames into samples from -1 to 1 at one rate, band-limited by swresample; what they are may change midway."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._shape: tuple[str, str, int] | None = None
        self._made: Any = None

    def hear(self, frame: "av.AudioFrame") -> Samples:
        import av  # noqa: PLC0415 - part of the extra

        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            self._shape = shape
            self._made = av.AudioResampler(format="fltp", layout=frame.layout, rate=self.rate)
        frame.pts = None
        return self._joined(self._made.resample(frame), len(frame.layout.channels))

    def rest(self) -> Samples:
        return self._joined(self._made.resample(None), 1) if self._made else np.zeros((1, 0), np.float32)

    @staticmethod
    def _joined(frames: "list[av.AudioFrame]", channels: int) -> Samples:
        parts = [frame.to_ndarray().astype(np.float32, copy=False) for frame in frames]
        return np.concatenate(parts, axis=1) if parts else np.zeros((channels, 0), np.float32)


def _fitting(heard: Samples, channels: int) -> Samples:
    """Give as many channels as the recording began with, and nothing that is no number."""
    fitting = heard[:channels] if len(heard) >= channels else np.repeat(heard[:1], channels, axis=0)
    return np.nan_to_num(fitting, nan=0.0, posinf=1.0, neginf=-1.0).clip(-1, 1)


class _Clock:
    """Counts seconds by samples, and follows the recording's own clock over holes, never backwards."""

    def __init__(self, *, trusted: bool) -> None:
        self.now = 0.0
        self._begun = not trusted

    def place(self, stated: float | None, seconds: float) -> float:
        """Give the second at which the next samples begin. After a jump, the first stated second is believed."""
        if stated is not None and (not self._begun or stated > self.now + _STEP_S):
            self.now = stated
        elif not self._begun:
            self.now = float("inf")
        self._begun = True
        placed = self.now
        self.now += seconds
        return placed


class _Pauses:
    """Cuts a recording in pauses while it is heard."""

    def __init__(self) -> None:
        self.end = 0.0
        self._start: float | None = None
        self._cuts: list[tuple[float, float]] = []
        self._last: deque[float] = deque(maxlen=_PAUSE_LEVELS)
        self._quietest = (float("inf"), 0.0)

    def hear(self, block: Block) -> None:
        step = max(round(block.rate * _LEVEL_S), 1)
        power = (block.samples**2).max(axis=0)
        for at in range(0, len(power), step):
            part = power[at : at + step]
            self._level(block.time + at / block.rate, len(part) / block.rate, float(part.mean()))

    def _level(self, time: float, seconds: float, level: float) -> None:
        if self._start is None:
            self._start = time
        if time + seconds > self._start + TARGET_S:
            self._cut(time)
        self.end = time + seconds
        self._last.append(level)
        quiet = sum(self._last) / len(self._last)
        if self.end >= self._start + TARGET_S - WINDOW_S and quiet < self._quietest[0]:
            self._quietest = (quiet, self.end - seconds * len(self._last) / 2)

    def _cut(self, time: float) -> None:
        start = self._start or 0.0
        cut = self._quietest[1] if self._quietest[1] > start else self.end
        cut = round(min(cut, start + TARGET_S), 3)
        self._cuts.append((start, cut))
        self._start = time if time > self.end + _STEP_S else cut
        self._quietest = (float("inf"), 0.0)

    def stretches(self) -> tuple[tuple[float, float], ...]:
        last = [] if self._start is None or self.end <= self._start else [(self._start, round(self.end, 3))]
        return (*self._cuts, *last)


class _Faults:
    """Joins what could not be decoded into few stretches."""

    def __init__(self) -> None:
        self._found: list[tuple[float, float]] = []
        self._now = 0.0

    def hear(self, block: Block) -> None:
        if not block.samples.size:
            self._add(self._now, self._now)
        elif block.time > self._now + _STEP_S and self._found and self._found[-1][1] == self._now:
            self._found[-1] = (self._found[-1][0], block.time)
        if block.samples.size:
            self._now = block.time + block.samples.shape[1] / block.rate

    def _add(self, start: float, end: float) -> None:
        if self._found and start <= self._found[-1][1] + 1:
            self._found[-1] = (self._found[-1][0], end)
        elif len(self._found) < _MOST_FAULTS:
            self._found.append((start, end))

    def found(self) -> tuple[tuple[float, float], ...]:
        return tuple(self._found)


def _look_at_wave(recording: Path) -> Sound:
    with closing(_open_wave(recording)) as file:
        rate, channels = file.getframerate(), file.getnchannels()
        return Sound(duration=file.getnframes() / rate, rate=rate, channels=channels, exact=True)


def _open_wave(recording: Path) -> wave.Wave_read:
    try:
        file = wave.open(str(recording), "rb")  # noqa: SIM115 - handed on, and closed by who asked
    except (wave.Error, EOFError, OSError) as error:
        raise _unreadable("without the extra 'speech' only plain WAV is read") from error
    if not RATES[0] <= file.getframerate() <= RATES[1] or not 1 <= file.getnchannels() <= MOST_CHANNELS:
        file.close()
        raise _unreadable(f"its header states {file.getframerate()} samples a second in {file.getnchannels()} channels")
    return file


def _wave_blocks(recording: Path, start: float) -> Iterator[Block]:
    with closing(_open_wave(recording)) as file:
        rate, channels, width = file.getframerate(), file.getnchannels(), file.getsampwidth()
        at = min(round(start * rate), file.getnframes())
        file.setpos(at)
        while data := file.readframes(rate):
            whole = len(data) - len(data) % (width * channels)
            heard = _numbers(data[:whole], width).reshape(-1, channels).T
            yield Block(time=at / rate, rate=rate, samples=heard)
            at += heard.shape[1]


def _numbers(data: bytes, width: int) -> Samples:
    """Read whole numbers of 1 to 4 bytes as WAV writes them: one byte without a sign, more with it, low byte first."""
    if width == 1:
        return ((np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128).astype(np.float32)
    padded = np.zeros((len(data) // width, 4), np.uint8)
    padded[:, 4 - width :] = np.frombuffer(data, np.uint8).reshape(-1, width)
    return (padded.view("<i4")[:, 0] / 2**31).astype(np.float32)
