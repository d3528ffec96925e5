"""Makes small recordings, for tests of sound and speech."""

import wave
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from tables import SHARED

CLIPS = SHARED / "audio"

Sound = NDArray[np.floating]


def tone(seconds: float, *, rate: int = 16_000, hertz: float = 440.0, loud: float = 0.5) -> Sound:
    return loud * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def silence(seconds: float, *, rate: int = 16_000) -> Sound:
    return np.zeros(round(seconds * rate))


def noise(seconds: float, *, rate: int = 16_000, loud: float = 0.05) -> Sound:
    return np.random.default_rng(1).normal(0, loud, round(seconds * rate))


def write_wave(path: Path, *channels: Sound, rate: int = 16_000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.stack(channels).clip(-1, 1) * 32767).astype("<i2").T.tobytes())
    return path


def encode(path: Path, sound: Sound, codec: str, *, rate: int = 16_000, tags: dict[str, str] | None = None) -> Path:
    """Write one channel as the format that the name's suffix says."""
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"}) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        samples = (sound.clip(-1, 1) * 32767).astype("<i2")[None]
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        frame.sample_rate = 16_000
        for packet in _packets(stream, frame):
            container.mux(packet)
    return path


def _packets(stream: av.AudioStream, frame: av.AudioFrame) -> "list[av.Packet[av.AudioStream]]":
    made = stream.codec_context
    resampler = av.AudioResampler(
        format=stream.format.name, layout="mono", rate=stream.rate, frame_size=made.frame_size or 1024
    )
    packets: list[av.Packet[av.AudioStream]] = []
    for piece in [*resampler.resample(frame), *resampler.resample(None)]:
        piece.pts = None
        packets += stream.encode(piece)
    return [*packets, *stream.encode(None)]
