"""Names that are looked for, and what is found: on a page, by a program, for a whole list."""

from dataclasses import dataclass, field

from tessera.model.record import RecordView


@dataclass(frozen=True, slots=True, kw_only=True)
class NameQuery:
    """A name to look for. `least` is the lowest score of a hit, in [0, 1]; no kinds means all that have names."""

    text: str
    kinds: tuple[str, ...] = ()
    born: str = ""
    """Birth date, as a list writes it: a day, a month or a year. It weighs, and excludes nothing."""
    country: str = ""
    """Name, adjective or code of a country. It weighs, and excludes nothing."""
    least: float = 0.75
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NameHit:
    """One record that was found by a name."""

    record: RecordView
    score: float
    """How alike the names are, birth date and country weighed in; in [0, 1]."""
    name: str
    """The name of the record that is most alike, as its source writes it."""
    by_alias: bool
    reasons: tuple[str, ...]
    """Sentences, the most telling first; never empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesPage:
    """Hits, the most alike first. `capped`: so many names sound like this one that not all of them were compared."""

    hits: tuple[NameHit, ...]
    capped: bool = False
    more: bool = False
    """There are more hits than were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedName:
    """One name of a list that is screened, with the row of the list that it stands in (from 1, headings not counted)."""

    row: int
    text: str
    born: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameList:
    """A list to screen. `skipped` are rows without a name."""

    names: tuple[ListedName, ...]
    sha256: str
    skipped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What was found for one name of a list. `problem` says what of its row could not be used."""

    listed: ListedName
    page: NamesPage = field(default_factory=lambda: NamesPage(hits=()))
    problem: str = ""
