"""Films: what they say about themselves, pictures out of them, and their sound (PyAV, which the extra `speech` brings).

Only whole pictures of the film (key frames) are decoded. Nothing that a film refers to outside itself is opened.
"""

import io
import re
import wave
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from tessera.engines.picture_files import MOST_POINTS
from tessera.engines.speech_model import INSTALL
from tessera.errors import Hostile, Unreadable

MISSING: Final = f"PyAV is not installed, which opens films. {INSTALL}"
SOUND_RATE: Final = 16_000
"""Samples a second of the sound track, in one channel of 16 bits."""
LONGEST_SOUND_S: Final = 6 * 3_600.0
_FORMATS: Final = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,asf,flv,ogg"
_WIDEST: Final = 1_920
_TINY: Final = 24
_OTHER: Final = 16
_NEW: Final = 0.01
"""A picture shows something new where so large a share of its fields is brighter or darker by 16 of 255."""
_QUALITY: Final = 92
_ROUNDED: Final = 0.01
_AGAIN: Final = "It may be cut off or damaged: ask for it again."
_ISO6709: Final = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """What a film says about itself. `seconds` is 0 where it does not say how long it is."""

    seconds: float
    width: int
    height: int
    has_sound: bool
    tags: Mapping[str, str]

    @property
    def place(self) -> tuple[float, float] | None:
        """Where it was taken, as telephones write it (ISO 6709); None where it does not say, or says 0, 0."""
        text = self.tags.get("com.apple.quicktime.location.iso6709") or self.tags.get("location") or ""
        found = _ISO6709.match(text)
        place = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
        return place if place != (0.0, 0.0) and abs(place[0]) <= 90 and abs(place[1]) <= 180 else None  # noqa: PLR2004


def why_not() -> str:
    """Say what is missing to open films; empty where nothing is."""
    return "" if find_spec("av") else MISSING


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    import av  # noqa: PLC0415 - loaded only where there are films

    av.logging.set_level(None)
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": "file", "enable_drefs": "0"}
    try:
        with av.open(str(path), options=options) as container:
            yield container
    except (av.error.FFmpegError, ValueError, OverflowError, MemoryError) as error:
        why = getattr(error, "strerror", "") or error  # the whole of it names a path of this machine
        raise Unreadable(f"the film cannot be read ({why})", where=path.name, advice=_AGAIN) from error


def has_pictures(path: Path) -> bool:
    """Whether it holds a moving picture, and not sound alone. Raises Unreadable where it cannot be opened."""
    with _opened(path) as container:
        return bool(container.streams.video)


def film(path: Path) -> Film:
    """Read what a film says about itself. Raises Unreadable where it holds no moving picture."""
    with _opened(path) as container:
        stream = _pictures(container, path)
        tags = {**stream.metadata, **container.metadata}
        return Film(
            seconds=_length(container, stream),
            width=stream.codec_context.width,
            height=stream.codec_context.height,
            has_sound=bool(container.streams.audio),
            tags={str(name).lower(): str(text)[:500] for name, text in tags.items()},
        )


def key_frames(path: Path, out: Path, *, most: int) -> list[tuple[float, Path]]:
    """Write at most so many pictures, spread over the film, each unlike the one before, as JPEG files into a folder.

    Gives the second of each and its file. Pictures that cannot be decoded are passed over; raises Unreadable where the film
    cannot be opened, and Hostile where its pictures are too large.
    """
    found: list[tuple[float, Path]] = []
    last: npt.NDArray[np.int16] | None = None
    with _opened(path) as container:
        stream = _pictures(container, path)
        for second, frame in _spread(container, stream, most):
            picture = _upright(frame)
            tiny = np.asarray(picture.convert("L").resize((_TINY, _TINY), Image.Resampling.BOX), np.int16)
            if last is not None and float((np.abs(tiny - last) > _OTHER).mean()) < _NEW:
                continue
            last, file = tiny, out / f"frame-{len(found) + 1}.jpg"
            picture.save(file, "JPEG", quality=_QUALITY)
            found.append((second, file))
    return found


def picture_at(path: Path, second: float) -> bytes:
    """Give the key frame that stands at a second, as JPEG. Raises Unreadable where none can be decoded."""
    with _opened(path) as container:
        stream = _pictures(container, path)
        begun = (stream.start_time or 0) * stream.time_base
        # places are written to hundredths of a second, so that one may lie a little before its picture
        container.seek(int((begun + second + _ROUNDED) / stream.time_base), stream=stream)
        for _, frame in _first(container, stream, 1):
            made = io.BytesIO()
            _upright(frame).save(made, "JPEG", quality=_QUALITY)
            return made.getvalue()
    raise Unreadable("the film shows no picture there", where=path.name, advice=_AGAIN)


def sound_track(path: Path, out: Path) -> Path | None:
    """Write the sound as WAV, 16 kHz in one channel of 16 bits; None where the film has none. At most six hours are taken."""
    import av  # noqa: PLC0415 - loaded only where there are films

    with _opened(path) as container:
        if not container.streams.audio:
            return None
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SOUND_RATE)
        left = round(LONGEST_SOUND_S * SOUND_RATE)
        with wave.open(str(out), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SOUND_RATE)
            for samples in _samples(container, resampler):
                file.writeframes(samples[:left].astype("<i2").tobytes())
                left -= len(samples)
                if left <= 0:
                    break
    return out


def _samples(container: Any, resampler: Any) -> Iterator[npt.NDArray[np.int16]]:  # noqa: ANN401 - PyAV's own values
    import av  # noqa: PLC0415 - loaded only where there are films

    stream = container.streams.audio[0]
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        for frame in frames:
            for part in resampler.resample(frame):
                yield part.to_ndarray()[0]


def _pictures(container: Any, path: Path) -> Any:  # noqa: ANN401 - PyAV's own values
    if not container.streams.video:
        raise Unreadable("the file holds no moving picture", where=path.name, advice="Deliver it as a recording.")
    stream = container.streams.video[0]
    context = stream.codec_context
    if context.width * context.height > MOST_POINTS:
        message = f"the film's pictures have {context.width:,} times {context.height:,} points"
        raise Hostile(message, where=path.name, advice="If the film is real, deliver it in a smaller size.")
    context.skip_frame = "NONKEY"
    context.thread_count = 1
    return stream


def _length(container: Any, stream: Any) -> float:  # noqa: ANN401 - PyAV's own values
    if container.duration:
        return round(int(container.duration) / 1_000_000, 3)
    return round(float(stream.duration * stream.time_base), 3) if stream.duration and stream.time_base else 0.0


def _spread(container: Any, stream: Any, most: int) -> Iterator[tuple[float, Any]]:  # noqa: ANN401 - PyAV's own values
    """Give key frames with their seconds: the first behind each of `most` even steps, or the first ones of all."""
    length = _length(container, stream)
    if not length:
        yield from _first(container, stream, most)
        return
    begun, seen = (stream.start_time or 0) * stream.time_base, -1.0
    for step in range(most):
        container.seek(int((begun + length * step / most) / stream.time_base), stream=stream)
        for second, frame in _first(container, stream, 1):
            if second > seen:
                seen = second
                yield second, frame


def _first(container: Any, stream: Any, most: int) -> Iterator[tuple[float, Any]]:  # noqa: ANN401 - PyAV's own values
    import av  # noqa: PLC0415 - loaded only where there are films

    given = 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        for frame in frames:
            begun = float((stream.start_time or 0) * stream.time_base)
            yield round(max(0.0, (frame.time or 0.0) - begun), 3), frame
            given += 1
            if given >= most:
                return


def _upright(frame: Any) -> Image.Image:  # noqa: ANN401 - PyAV's own values
    scale = min(1.0, _WIDEST / max(frame.width, frame.height))
    picture: Image.Image = frame.to_image(
        width=max(2, round(frame.width * scale)), height=max(2, round(frame.height * scale))
    )
    return picture.rotate(frame.rotation, expand=True) if frame.rotation else picture
