"""What a reader of files may ask for: recognisers of letters, speech and names, where the center has them.

The recognisers are heavy parts of `engines`. Making one is cheap; it loads its model when it is first asked, in the child
that reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tessera.model.found import Mention, Off, Passage


class PictureReader(Protocol):
    """Recognises letters on a picture."""

    def read(self, picture: Path, *, page: int) -> Sequence[Passage]:
        """Give the lines on an upright or turned picture, in reading order, each with its words' boxes and confidence.

        Boxes are in hundredths of the picture as it is shown, before anything was turned to read it.
        """


class SpeechReader(Protocol):
    """Writes down speech."""

    def duration(self, recording: Path) -> float:
        """Give the length in seconds; raise Unreadable where it is no recording."""

    def read(self, recording: Path, *, start: float, seconds: float) -> Sequence[Passage]:
        """Write down a stretch of a recording, with the seconds of each word counted from the recording's beginning."""


class NameFinder(Protocol):
    """Finds names of persons, organisations and places by a model."""

    def find(self, texts: Sequence[str]) -> Sequence[Sequence[Mention]]:
        """Give the mentions of each text, in order, none overlapping another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The recognisers of a center. One that is off stands here with its reason."""

    pictures: PictureReader | Off
    speech: SpeechReader | Off
    names: NameFinder | Off
