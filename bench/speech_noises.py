"""What stands behind speech and what a line makes of it, for bench/speech.py: noises, the telephone band, two codecs.

White noise is the receiver's own: it is added after the band is cut. Pink noise, an engine and babble stand around the
speaker and go through the same band as the voice. How far a noise lies below the speech is counted over the whole clip,
pauses included, in what comes through. AMR at 12.2 kbit/s is the mobile telephone's codec, µ-law the fixed line's.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
from numpy.typing import NDArray

RATE = 16_000
LINE_RATE = 8_000
BAND = (300, 3_400)
VOICES = 6
"""How many talk at once in babble."""

Sound = NDArray[np.floating]
Draw = np.random.Generator


class Line(NamedTuple):
    """A noise, by how many decibels it lies below the speech, and the codec that both go through."""

    noise: str
    below_db: int
    codec: str = ""

    def __str__(self) -> str:
        """Name the line for a table."""
        return f"{self.noise}, {self.below_db} dB" + (f", {self.codec}" if self.codec else "")


LINES = (
    Line("white", 5),
    Line("white", 10),
    Line("white", 15),
    Line("pink", 10),
    Line("engine", 10),
    Line("babble", 10),
    Line("white", 15, "AMR"),
    Line("white", 15, "µ-law"),
)


def through_band(sound: Sound) -> Sound:
    """Give 8,000 samples a second of what a telephone lets through."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    spectrum[(hertz < BAND[0]) | (hertz > BAND[1])] = 0
    return np.asarray(np.fft.irfft(spectrum, len(sound))[::2])


def loudness(speech: Sound, below_db: float) -> float:
    """Give how loud a noise is that lies so far below the speech."""
    return float(np.sqrt((speech**2).mean() / 10 ** (below_db / 10)))


def sent(speech: Sound, line: Line, seed: int, others: Sequence[Sound]) -> Sound:
    """Send speech over a line; `others` talk where the noise is babble. The codec is left to `coded`."""
    draw, narrow = np.random.default_rng(seed), through_band(speech)
    loud = loudness(narrow, line.below_db)
    if line.noise == "white":
        return np.asarray(narrow + draw.normal(0, loud, len(narrow)))
    noise = through_band(NOISES[line.noise](len(speech), draw, others))
    return np.asarray(narrow + noise * (loud / max(noise.std(), 1e-6)))


def pink(length: int, draw: Draw, _: Sequence[Sound]) -> Sound:
    """Make noise that falls by 3 dB an octave."""
    spectrum = np.fft.rfft(draw.normal(0, 1, length))
    return np.asarray(np.fft.irfft(spectrum / np.sqrt(np.maximum(np.fft.rfftfreq(length, 1 / RATE), 20)), length))


def engine(length: int, draw: Draw, others: Sequence[Sound]) -> Sound:
    """Make the harmonics of an engine whose speed sways, in wind."""
    time = np.arange(length) / RATE
    turns = np.cumsum(draw.uniform(25, 60) * (1 + 0.02 * np.sin(1.9 * time))) / RATE
    hum = np.zeros(length)
    for at in range(1, 60):
        hum += draw.uniform(0.3, 1) / np.sqrt(at) * np.sin(2 * np.pi * (at * turns + draw.uniform()))
    wind = pink(length, draw, others)
    return np.asarray(hum / hum.std() + 0.5 * wind / wind.std())


def babble(length: int, draw: Draw, others: Sequence[Sound]) -> Sound:
    """Let others talk at once, each from a moment of its own."""
    talk = np.zeros(length)
    for at in draw.choice(len(others), min(VOICES, len(others)), replace=False):
        voice = np.roll(np.resize(others[at], length), int(draw.integers(0, length)))
        talk += voice / max(voice.std(), 1e-6)
    return talk


NOISES: Mapping[str, Callable[[int, Draw, Sequence[Sound]], Sound]] = {"babble": babble, "engine": engine, "pink": pink}

_CODECS = {"AMR": ("libopencore_amrnb", ".amr", 12_200), "µ-law": ("pcm_mulaw", ".wav", 64_000)}


def coded(path: Path, sound: Sound, codec: str) -> Path:
    """Write a sound of 8,000 samples a second as the codec keeps it."""
    name, suffix, bits = _CODECS[codec]
    out = path.with_suffix(suffix)
    loud = np.clip(sound / max(np.abs(sound).max(), 1e-9) * 0.8, -1, 1)
    with av.open(str(out), "w") as container:
        stream = container.add_stream(name, rate=LINE_RATE)
        assert isinstance(stream, av.AudioStream)
        stream.layout, stream.bit_rate = "mono", bits
        frame = av.AudioFrame.from_ndarray((loud * 32_767).astype("<i2")[None], format="s16", layout="mono")
        frame.sample_rate = LINE_RATE
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=LINE_RATE, frame_size=160)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            piece.pts = None
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return out
