"""Recordings: WAV, MP3, M4A, OGG, FLAC, AMR and what else holds sound; what they state of themselves, and what is said.

The recording is cut in pauses into stretches of at most five minutes. Each is decoded, written down and stored by itself,
so memory does not grow with the length, and a restart goes on at the stretch where it stopped.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from tessera.clock import to_millis
from tessera.engines import sounds
from tessera.errors import Unreadable
from tessera.extract.piece import Piece
from tessera.extract.tools import SpeechReader, Tools
from tessera.model.found import Facts, Finding, Off, Portion, Refused
from tessera.model.locator import Locator

SILENT: Final = 2e-4
"""A loudest sample below this is the last bits of a recorder, not sound."""

_SHORTER_S: Final = 1.0
"""A recording that ends earlier than stated by more than this was cut off."""
_MOST_CHARS: Final = 500
_TITLE: Final = ("title",)
_AUTHOR: Final = ("artist", "author", "performer", "album_artist", "originator")
_MAKERS: Final = ("com.apple.quicktime.make", "com.android.manufacturer", "make")
_MODELS: Final = ("com.apple.quicktime.model", "com.android.model", "model")
_MADE: Final = ("com.apple.quicktime.creationdate", "creation_time", "origination_date", "date", "year")
_PLACE: Final = ("com.apple.quicktime.location.iso6709", "location", "location-eng")
_ISO_6709: Final = re.compile(r"([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)(?:[+-][\d.]+)?(?:CRS\w+)?/?")
_NEVER_SET: Final = frozenset({1904, 1970})
"""Years in which clocks begin that nobody set."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")

_AGAIN: Final = "Listen to it there, and ask for the recording again."


def read(piece: Piece, tools: Tools) -> Iterator[Finding]:
    """Give the facts, what is damaged, and then stretch by stretch what is said; at the end the language."""
    sound, survey = _heard(piece)
    yield _facts(sound, survey)
    yield from _damage(sound, survey)
    if isinstance(tools.speech, Off):
        why = f"What is said was not written down: speech is off. {tools.speech.why} {tools.speech.advice}"
        yield Refused(reason=why, locator=Locator(seconds=(0.0, survey.duration)))
    elif survey.peak < SILENT:
        yield Facts(terms={"note": "The recording is silent."})
    else:
        yield from said(piece.path, tools.speech, survey)


def _heard(piece: Piece) -> tuple[sounds.Sound, sounds.Survey]:
    try:
        sound, survey = sounds.look(piece.path), sounds.survey(piece.path)
    except Unreadable as error:
        raise Unreadable(error.message, where=piece.where, advice=error.advice) from error
    if not survey.stretches:
        raise Unreadable("the recording holds no sound", where=piece.where, advice="Ask for it again.")
    return sound, survey


def said(path: Path, speech: SpeechReader, survey: sounds.Survey, *, behind: int = 0) -> Iterator[Finding]:
    """Give each stretch as a portion, numbered on from `behind`, and at the end the language."""
    heard: list[Counter[str]] = []
    for number, (start, end) in enumerate(survey.stretches, start=behind + 1):
        yield Portion(number=number, read=partial(_stretch, path, speech, (start, end), heard))
    languages = sum(heard, Counter[str]())
    if languages:
        yield Facts(terms={"language": languages.most_common(1)[0][0]})
    elif len(heard) == len(survey.stretches):
        yield Facts(terms={"note": "No speech was found."})


def _stretch(
    path: Path, speech: SpeechReader, stretch: tuple[float, float], heard: list[Counter[str]]
) -> Iterator[Finding]:
    """Give what is said in a stretch, and note how much of it in which language."""
    start, end = stretch
    languages: Counter[str] = Counter()
    heard.append(languages)
    try:
        for passage in speech.read(path, start=start, seconds=end - start):
            languages[passage.language] += len(passage.text)
            yield passage
    except Unreadable as error:
        reason = f"This stretch could not be read: {error.message}. {error.advice}".strip()
        yield Refused(reason=reason, locator=Locator(seconds=(start, end)))


def _damage(sound: sounds.Sound, survey: sounds.Survey) -> Iterator[Refused]:
    for start, end in survey.faults:
        reason = f"At second {start:.1f} the recording is damaged and could not be decoded. {_AGAIN}"
        yield Refused(reason=reason, locator=Locator(seconds=(start, end)))
    if sound.exact and sound.duration > survey.duration + _SHORTER_S:
        reason = f"The recording ends at second {survey.duration:.1f}; its header states {sound.duration:.1f} seconds. It was cut off. {_AGAIN}"
        yield Refused(reason=reason, locator=Locator(seconds=(survey.duration, sound.duration)))


def _facts(sound: sounds.Sound, survey: sounds.Survey) -> Facts:
    made_at, at = _moment(sound.tags)
    terms = {
        "title": _first(sound.tags, _TITLE),
        "author": _first(sound.tags, _AUTHOR),
        "camera": " ".join(part for part in (_first(sound.tags, _MAKERS), _first(sound.tags, _MODELS)) if part),
        "made_at": made_at,
        "duration": f"{survey.duration:.2f}",
    }
    place = _place(sound.tags)
    if place:
        terms["place_note"] = "As the recording itself states; it does not say how exactly."
    return Facts(terms={name: text for name, text in terms.items() if text}, place=place, at=at)


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str:
    texts = (_CONTROL.sub(" ", tags.get(name, "")).strip()[:_MOST_CHARS] for name in names)
    return next((text for text in texts if text), "")


def _moment(tags: Mapping[str, str]) -> tuple[str, int | None]:
    """Give the first moment that is stated: in UTC where its zone is, as a day where it is not."""
    for text in (_first(tags, (name,)) for name in _MADE):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        if moment.year in _NEVER_SET:
            continue
        if moment.tzinfo is None:
            return moment.date().isoformat(), None
        whole = moment.astimezone(UTC).replace(microsecond=0)
        return whole.strftime("%Y-%m-%dT%H:%M:%SZ"), to_millis(whole)
    return "", None


def _place(tags: Mapping[str, str]) -> tuple[float, float] | None:
    """Read a point as ISO 6709 writes it: latitude, longitude, perhaps height.

    >>> _place({"location": "+39.1582-075.5244+010.000/"})
    (39.1582, -75.5244)
    """
    found = _ISO_6709.fullmatch(_first(tags, _PLACE))
    if not found:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    known = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0.0, 0.0)  # noqa: PLR2004
    return (latitude, longitude) if known else None
