"""Which recognisers a center has, and opening them in the child that reads. The page of capabilities asks here too."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tessera.extract.tools import Tools
from tessera.integrate.things import Locate, nowhere
from tessera.model.found import Off
from tessera.settings import Settings

NOT_ASKED = Off(why="Nobody asked for it.", advice="Turn it on in the settings.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognisers:
    """Where the models of a center lie. An empty path stands for the model that comes along."""

    pictures: Path | None = None
    speech: Path | None = None
    names: Path | None = None
    cache: Path | None = None
    """Where a model is kept that had to be put together first."""
    places: Path | None = None
    """The streets that the site loaded."""
    on: bool = False
    """Whether recognisers are asked at all; a purge that looks for rows asks none."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """What a child that reads must be able to open."""
        some = (self.pictures, self.speech, self.names, self.cache, self.places)
        return tuple(path for path in some if path is not None)

    def open(self, *, done: int = 0) -> Tools:
        """Give the recognisers. Making one is cheap; it loads its model when it is first asked."""
        if not self.on:
            return Tools(pictures=NOT_ASKED, speech=NOT_ASKED, names=NOT_ASKED, done=done)
        return Tools(pictures=NOT_ASKED, speech=NOT_ASKED, names=NOT_ASKED, done=done)

    def locate(self) -> Locate:
        """Give what finds the place of an address."""
        return nowhere


def recognisers_of(settings: Settings) -> Recognisers:
    """Say where the models of this center lie, as its settings tell."""
    folder = settings.center
    return Recognisers(
        pictures=_folder(folder, settings.pictures_model),
        speech=_folder(folder, settings.speech_model),
        names=_folder(folder, settings.names_model),
        cache=folder / "models",
        places=folder / "places.sqlite",
        on=True,
    )


def _folder(center: Path, given: str) -> Path | None:
    return center / given if given else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Something that a center can read or not: its model and licence, or why it is off and what turns it on."""

    name: str
    about: str
    is_on: bool
    model: str = ""
    licence: str = ""
    why: str = ""
    advice: str = ""


def capabilities(recognisers: Recognisers) -> list[Capability]:
    """List what this center can read."""
    return []
