"""Which recognisers a center has, and opening them in the child that reads. The page of capabilities asks here too."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from tessera.engines import jail, names, pictures, speech, speech_model, video
from tessera.engines.counties import open_counties
from tessera.engines.geocoding import open_geocoder
from tessera.engines.model_folders import ModelFolder, read_manifest
from tessera.errors import Invalid
from tessera.extract.formats import FileFormat
from tessera.extract.pictures import open_pictures
from tessera.extract.signatures import REFUSED
from tessera.extract.tools import PictureReader, SpeechReader, Tools
from tessera.integrate.things import NOWHERE, Places
from tessera.model.found import Off
from tessera.resolution.addresses import state_of
from tessera.settings import Settings

_Opened = TypeVar("_Opened")
_GROUPS = {
    "containers": "Archives",
    "documents": "Documents",
    "films": "Films",
    "mail": "Mail",
    "mailboxes": "Mail",
    "map_files": "Maps",
    "pictures": "Pictures",
    "recordings": "Recordings",
    "rows": "Tables",
    "web_pages": "Documents",
}
"""What the readers of a module read; a reader of `messages` reads messages of a standard."""
NOT_ASKED = Off(why="Nobody asked for it.", advice="Turn it on in the settings.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognisers:
    """Where the models of a center lie. None stands for the model that comes along."""

    pictures: Path | None = None
    speech: Path | None = None
    names: Path | None = None
    cache: Path | None = None
    """Where a model is kept that had to be put together first."""
    places: Path | None = None
    """The streets that the site loaded."""
    state: str = ""
    """Where the center is, by the two letters of the state."""
    on: bool = False
    """Whether recognisers are asked at all; a purge that looks for rows asks none."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """What a child that reads must be able to open."""
        some = (self.pictures, self.speech, self.names, self.cache, self.places)
        return tuple(path for path in some if path is not None)

    def prepare(self) -> None:
        """Put together what a child could not, because it may not write. A center without speech goes on without."""
        if self.on and self.cache is not None and self.speech is None and speech_model.missing() is None:
            with suppress(Invalid, OSError):  # the page of capabilities says that it is off, and why
                speech_model.prepare(self.cache)

    def open(self) -> Tools:
        """Give the recognisers. Making one is cheap; it loads its model when it is first asked."""
        if not self.on:
            return Tools(pictures=NOT_ASKED, speech=NOT_ASKED, names=NOT_ASKED)
        return _opened(self)

    def find_places(self) -> Places:
        """Give what finds the place of an address."""
        return open_geocoder(self.places, self.state) if self.on else NOWHERE


@cache
def _opened(of: Recognisers) -> Tools:
    """Give the recognisers of this process, the same ones each time, so that a model is loaded once."""
    return Tools(pictures=_pictures(of.pictures), speech=_speech(of), names=names.open_names(of.names))


def _pictures(folder: Path | None) -> PictureReader | Off:
    return _with_folder(
        folder, lambda model: open_pictures(pictures.models_in(model.folder, model.files) if model else None)
    )


def _speech(recognisers: Recognisers) -> SpeechReader | Off:
    cache_folder = recognisers.cache or Path()
    return _with_folder(
        recognisers.speech, lambda model: speech.open_speech(cache_folder, model.folder if model else None)
    )


def _with_folder(folder: Path | None, make: Callable[[ModelFolder | None], _Opened]) -> _Opened | Off:
    """Open a recogniser with the model of a folder, once its manifest holds; else with the model that comes along."""
    try:
        return make(read_manifest(folder) if folder else None)
    except Invalid as error:
        return Off(
            why=f"The model in {folder.name if folder else 'the package'} cannot be used: {error.message}.",
            advice=error.advice,
        )


def recognisers_of(settings: Settings) -> Recognisers:
    """Say where the models of this center lie, as its settings tell."""
    folder = settings.center
    return Recognisers(
        pictures=_folder(folder, settings.pictures_model),
        speech=_folder(folder, settings.speech_model),
        names=_folder(folder, settings.names_model),
        cache=folder / "models",
        places=street_file(settings),
        state=home_state(settings),
        on=True,
    )


def home_state(settings: Settings) -> str:
    """Give the state of the center in two letters; empty where its settings name none. Raises Invalid for one that is none."""
    state = state_of(settings.home_state) if settings.home_state else ""
    if state is None:
        advice = "Give its two letters, such as DE, or its name."
        raise Invalid(f"setting 'home_state': {settings.home_state!r} is no state", advice=advice)
    return state


def street_file(settings: Settings) -> Path:
    """Say where the streets lie that the site loads."""
    return settings.center / "places.sqlite"


def _folder(center: Path, given: str) -> Path | None:
    return center / given if given else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Something that a center can read or not: its model and licence, or why it is off and what turns it on."""

    name: str
    about: str
    is_on: bool = True
    model: str = ""
    licence: str = ""
    why: str = ""
    advice: str = ""


def capabilities(recognisers: Recognisers) -> list[Capability]:
    """List what this center can read, with its models, and what is off."""
    return [
        Capability(name="Tables", about="CSV, workbooks, JSON, XML, Parquet, map tables; through a mapping or row by row."),
        Capability(name="Documents and mail", about="PDF, office documents, web pages, mail with attachments, archives.", model="PDFium", licence="BSD"),
        _told("Letters on pictures", "Reads scans and photographs, whichever way up.", _pictures(recognisers.pictures), recognisers.pictures, ("PP-OCR in rapidocr 3.10", "Apache-2.0")),
        _told("Speech", "Writes down recordings, each word with its second.", _speech(recognisers), recognisers.speech, ("Whisper base", "MIT")),
        _told("Names by model", "Finds persons, organisations and places beside the rules.", names.open_names(recognisers.names), recognisers.names, ("spaCy en_core_web_sm 3.8", "MIT")),
        _films(),
        _places(recognisers),
        _counties(),
        Capability(name="Identifiers", about="Telephones, accounts, vehicles, addresses of networks and coins, by pattern and check digit."),
        *_locks(),
    ]  # fmt: skip


def readable() -> list[tuple[str, list[str]]]:
    """List the sorts of files that are read, by what they are; what a file is, is found from its bytes."""
    groups: dict[str, list[str]] = {}
    for sort in FileFormat:
        groups.setdefault(_GROUPS.get(sort.reader, "Messages of a standard"), []).append(sort.label)
    return sorted((name, sorted(labels, key=str.lower)) for name, labels in groups.items())


def refused() -> list[tuple[str, str]]:
    """List what is not read, and what to deliver instead."""
    return sorted({(name, advice) for _, _, name, advice in REFUSED}, key=lambda one: one[0].lower())


def _told(name: str, about: str, opened: object, folder: Path | None, inside: tuple[str, str]) -> Capability:
    if isinstance(opened, Off):
        return Capability(name=name, about=about, is_on=False, why=opened.why, advice=opened.advice)
    if folder is None:
        return Capability(name=name, about=about, model=inside[0], licence=inside[1])
    known = read_manifest(folder)
    languages = f" ({', '.join(known.languages)})" if known.languages else ""
    return Capability(name=name, about=about, model=known.name + languages, licence=known.licence)


def _places(recognisers: Recognisers) -> Capability:
    loaded = recognisers.places is not None and recognisers.places.exists()
    streets = ", and houses of the streets that were loaded" if loaded else ". Streets: tessera places load"
    home = f" What names no state is sought in {recognisers.state} first." if recognisers.state else ""
    return Capability(name="Places", about=f"Finds ZIP codes, towns and counties of the United States{streets}.{home}")


def _counties() -> Capability:
    found = open_counties()
    about = "Tells the county that a point is in, by the outlines of the map."
    if isinstance(found, Off):
        return Capability(name="Counties", about=about, is_on=False, why=found.why, advice=found.advice)
    return Capability(name="Counties", about=about, model="us-atlas, from the Census", licence="ISC, public domain")


def _films() -> Capability:
    why = video.why_not()
    about = "Key frames and the sound track of films."
    return Capability(name="Films", about=about, is_on=not why, why=why, model="" if why else "FFmpeg in PyAV")


def _locks() -> list[Capability]:
    """Say how a child that reads is locked in."""
    offered = jail.available()
    files = "A process that reads a file can open no other file of the center."
    network = "A process that reads a file can reach no network and start no program."
    missing = " ".join(offered.missing)
    return [
        Capability(name="Files locked", about=files, is_on=offered.files, why=missing, model="Landlock" if offered.files else ""),
        Capability(name="Network locked", about=network, is_on=offered.network, why=missing, model="seccomp" if offered.network else ""),
    ]  # fmt: skip
