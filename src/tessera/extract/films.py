"""Films: what they say about themselves, the letters on pictures out of them, and what is said in them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from tessera.engines import sounds, video
from tessera.errors import Unreadable
from tessera.extract.piece import Piece
from tessera.extract.recordings import SILENT, said
from tessera.extract.tools import PictureReader, SpeechReader, Tools
from tessera.model.found import Facts, Finding, Off, Passage, Portion, Refused
from tessera.model.locator import Locator

MOST_FRAMES: Final = 60
"""Pictures of one film that are looked at, spread over its length."""
_ZONED: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})")
_NEVER: Final = {1904, 1970}
"""Years in which clocks that were never set begin to count."""
_MADE_AT: Final = ("com.apple.quicktime.creationdate", "creation_time", "date")
_APPLE: Final = "com.apple.quicktime."


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give the facts, the lines on pictures with their seconds, and the speech; what cannot be read is refused.

    Raises Unreadable where the file can be read neither as a film nor as a recording.
    """
    if missing := video.why_not():
        yield Facts(terms={})
        yield Refused(reason=f"The film was not looked into. {missing}", locator=Locator())
        return
    if not video.has_pictures(piece.path):  # browsers and telephones keep speech alone in files for films
        from tessera.extract import recordings  # noqa: PLC0415 - loaded only where there is such a file

        yield from recordings.read(piece, tools)
        return
    film = video.film(piece.path)
    yield _facts(film)
    frames = 0
    for found in _letters(piece, tools.pictures, film.seconds):
        frames += isinstance(found, Portion)
        yield found
    if film.has_sound:
        yield from _speech(piece, tools.speech, behind=frames)


def _facts(film: video.Film) -> Facts:
    moment = moment_of(film)
    camera = " ".join(film.tags.get(name) or film.tags.get(_APPLE + name) or "" for name in ("make", "model"))
    terms = {
        "width": str(film.width),
        "height": str(film.height),
        "duration": f"{film.seconds:g}" if film.seconds else "",
        "title": film.tags.get("title", ""),
        "author": film.tags.get("artist") or film.tags.get("author") or "",
        "camera": " ".join(camera.split()),
        "made_at": moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else "",
        "place_note": "Position written by the device that took it; precision not stated." if film.place else "",
    }
    return Facts(
        terms={name: text for name, text in terms.items() if text},
        place=film.place,
        at=round(moment.timestamp() * 1000) if moment else None,
    )


def moment_of(film: video.Film) -> datetime | None:
    """Give when it was taken, where it says so with a time zone; clocks that were never set are not believed."""
    for name in _MADE_AT:
        text = film.tags.get(name, "").strip()
        if _ZONED.fullmatch(text):
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                continue
            if moment.astimezone(UTC).year not in _NEVER:
                return moment
    return None


def _letters(piece: Piece, reader: PictureReader | Off, seconds: float) -> Iterator[Finding]:
    if isinstance(reader, Off):
        yield Refused(reason=f"Letters were not looked for. {reader.why} {reader.advice}", locator=Locator())
        return
    folder = piece.new_file()
    folder.mkdir()
    try:
        frames = video.key_frames(piece.path, folder, most=MOST_FRAMES)
    except Unreadable as error:
        yield Refused(reason=f"{error.message}. {error.advice}", locator=Locator())
        return
    ends = [second for second, _ in frames[1:]] + [seconds]
    for number, ((second, file), end) in enumerate(zip(frames, ends, strict=True), start=1):
        yield Portion(number=number, read=partial(_lines, reader, file, (second, max(second, end))))
        file.unlink()


def _lines(reader: PictureReader, file: Path, seconds: tuple[float, float]) -> Iterator[Passage]:
    yield from (_at(passage, *seconds) for passage in reader.read(file, page=1))


def _at(passage: Passage, start: float, end: float) -> Passage:
    """Put the seconds in the place of the page: the picture stands until the next one that differs."""
    return replace(passage, locator=Locator(box=passage.locator.box, seconds=(start, end)))


def _speech(piece: Piece, reader: SpeechReader | Off, *, behind: int) -> Iterator[Finding]:
    if isinstance(reader, Off):
        yield Refused(reason=f"What is said was not written down. {reader.why} {reader.advice}", locator=Locator())
        return
    try:
        if sound := video.sound_track(piece.path, piece.new_file().with_suffix(".wav")):
            survey = sounds.survey(sound)
            yield from said(sound, reader, survey, behind=behind) if survey.peak >= SILENT else ()
    except Unreadable as error:
        yield Refused(reason=f"{error.message}. {error.advice}", locator=Locator())
