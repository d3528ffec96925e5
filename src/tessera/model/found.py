"""What is found in a file that is no table: facts about it, passages of what it says, mentions, records, files in it.

Readers of `extract` give these, one after another, in the order of the file. `Finding` is any of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from tessera.model.locator import Box, Locator
from tessera.model.marking import Tlp


class Means(StrEnum):
    """How words came out of a file."""

    OCR = "ocr"
    """Recognised on a picture."""
    SPEECH = "speech"
    """Recognised in a recording."""
    TEXT = "text"
    """Written in the file as text."""


class PassageSort(StrEnum):
    """What a passage is in its file."""

    HEADER = "header"
    """A line about the file or message: sender, subject."""
    HEADING = "heading"
    LINE = "line"
    """A line on a picture."""
    PARAGRAPH = "paragraph"
    ROW = "row"
    """One row of a table; the cells are told apart in `words`."""
    SPEECH = "speech"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Where some characters of a passage stand: on the page or picture, in time, or in a cell.

    `start` and `end` count characters of the passage's text from 0, the end not included.
    """

    start: int
    end: int
    box: Box | None = None
    seconds: tuple[float, float] | None = None
    cell: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about a file as a whole: terms of the kind `file`, and where it was made if it says so.

    A reader gives it once, first. `place` is latitude and longitude in degrees, WGS 84; `at` is milliseconds UTC.
    """

    terms: Mapping[str, str]
    place: tuple[float, float] | None = None
    at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of what a file says: a paragraph, a row of a table, a line on a picture, a stretch of speech."""

    text: str
    locator: Locator
    sort: PassageSort = PassageSort.PARAGRAPH
    means: Means = Means.TEXT
    language: str = ""
    """ISO 639-1 code; empty where it is not known."""
    confidence: float = 1.0
    """How sure the recogniser is, from 0 to 1; 1 for what is written as text."""
    words: tuple[Word, ...] = ()
    tlp: Tlp = Tlp.CLEAR
    health: bool = False
    """How a message says it is to be handled, as for a `Draft`; what is found in the passage is handled alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A file inside the file: a member of an archive, an attachment. It becomes a delivery of its own.

    `name` is what the outer file calls it, folders included, never used as a path. `path` is where it lies, unpacked,
    until the reader goes on.
    """

    name: str
    path: Path
    locator: Locator = field(default_factory=Locator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A record that a file states outright, as a message does: an indicator, a patient, an alert.

    `terms` are dictionary terms of the kind, as texts in the form in which they are stored. `key` tells the things of a
    source apart (the standard's own identifier where it has one). What the standard says about handling only ever adds
    to the delivery's marking: `tlp`, and `health` for what falls under health privacy law.
    """

    kind: str
    key: str
    terms: Mapping[str, str]
    locator: Locator
    place: tuple[float, float] | None = None
    tlp: Tlp = Tlp.CLEAR
    health: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """A link between two records of this source, each named by kind and key. `type` and `role` are the dictionary's."""

    type: str
    start: tuple[str, str]
    end: tuple[str, str]
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A part of a file that could not be read: it goes to quarantine with its reason, and the rest is read."""

    reason: str
    """A sentence or two: what is wrong, and what to do."""
    locator: Locator
    value: str = ""
    """The part as it stood, or its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmapped:
    """Parts of a message that no term takes: counted and named, so that nothing is dropped in silence."""

    what: str
    """The standard's name of the part, such as `x_mitre_platforms`."""
    count: int
    locator: Locator


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """A part of a file that is costly to read, such as a page that is a picture: read when its turn comes, and stored by itself.

    After a restart those that were stored are not read again. `number` counts from 1 and grows with the place in the file; each
    portion has a block of row numbers of its own, and what stands between two portions needs a number between theirs.
    """

    number: int
    read: Callable[[], Iterator["Finding"]]


Finding: TypeAlias = Facts | Passage | Enclosed | Draft | Bond | Refused | Unmapped | Portion


@dataclass(frozen=True, slots=True, kw_only=True)
class Off:
    """A recogniser that is not there: why, and what would turn it on, for the capabilities page and for quarantine."""

    why: str
    advice: str


class MentionType(StrEnum):
    """What a mention in a text is of. The values are the codes of the code list `mention-type`."""

    ADDRESS = "address"
    BANK_ROUTING = "bank-routing"
    CARD = "payment-card"
    COIN = "coin-address"
    COORDINATES = "coordinates"
    CVE = "cve"
    DATE = "date"
    DOMAIN = "domain"
    DRUG = "drug"
    EMAIL = "email"
    HASH = "hash"
    IP = "ip-address"
    MAC = "mac-address"
    MONEY = "money"
    ORGANIZATION = "organization"
    PERSON = "person"
    PHONE = "phone"
    PLACE = "place"
    PLATE = "plate"
    SSN = "social-security-number"
    TIME = "time"
    UNIT = "unit"
    """A unit that was sent, as dispatch centers write it."""
    URL = "url"
    VEHICLE = "vehicle"
    VIN = "vin"
    WEAPON = "weapon"


class FoundBy(StrEnum):
    """What found a mention."""

    CHECKSUM = "checksum"
    """A pattern whose check digits hold."""
    LIST = "list"
    """A word of a list that the center keeps."""
    MODEL = "model"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A stretch of a text that names something. `value` is the thing in its one form, such as +13025550147.

    `start` and `end` count characters of the text from 0, the end not included.
    """

    start: int
    end: int
    type: MentionType
    value: str
    by: FoundBy
    rule: str
    """The pattern, list or model that found it, with its version where it has one."""
    confidence: float
    """How often such a find is right, from 0 to 1, as measured on labelled lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Two mentions of one text that it relates: `type` and `role` are those of a link. `start`, `end`: the sentence."""

    type: str
    subject: Mention
    object: Mention
    start: int
    end: int
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding that makes a row of its delivery, with what its text names. `number` is the row, from 1."""

    number: int
    finding: Facts | Passage | Draft | Refused
    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    bonds: tuple[Bond, ...] = ()
    """Links that the reader stated right after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Some rows of a file that is no table, and the files that came to light in it."""

    told: tuple[Told, ...]
    enclosed: tuple[Enclosed, ...] = ()
