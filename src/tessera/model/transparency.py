"""A transparency report: tables of counts, each with its definition and with the query that counted it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row or column of a table: its short name, what people call it, and what else is to be known of it."""

    name: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One table as it was counted, before anything is withheld. What is not in `counts` is 0."""

    name: str
    title: str
    definition: str
    queries: tuple[str, ...]
    row_head: str
    rows: tuple[Line, ...]
    counts: Mapping[tuple[str, str], int]
    columns: tuple[Line, ...] = (Line(name="count", label="Count"),)
    people: bool = True
    """True where the counts are of people or of records about people: then small ones are withheld."""
    adds_up: bool = True
    """False where the rows count different things, so that no total is told."""
    stock: bool = False
    """True where it counts what is there on a day; two such counts can be subtracted, so earlier ones are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRow:
    """A row as everybody may read it; a count that is withheld is None."""

    name: str
    label: str
    note: str
    counts: tuple[int | None, ...]
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTable:
    """A table as everybody may read it. Without `totals`, its rows count different things."""

    name: str
    title: str
    definition: str
    queries: tuple[str, ...]
    row_head: str
    columns: tuple[Line, ...]
    rows: tuple[ReportedRow, ...]
    people: bool
    stock: bool
    totals: tuple[int | None, ...] | None = None
    total: int | None = None
    withheld: int = 0

    @property
    def with_row_totals(self) -> bool:
        """Claim that each row has a total of its own."""
        return self.totals is not None and len(self.columns) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A later review of a published report (CJIS AC-22)."""

    at: int
    account: str
    kept: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report, as a draft or published. Its period is from `since` to before `until`, milliseconds UTC."""

    uid: UUID
    since: int
    until: int
    smallest: int
    """Counts of people from 1 up to one less than this are withheld."""
    made_at: int
    made_by: str
    tables: tuple[ReportedTable, ...]
    published_at: int | None = None
    published_by: str = ""
    note: str = ""
    reviews: tuple[Review, ...] = ()

    @property
    def taken_down(self) -> bool:
        """Claim that its last review took it down."""
        return bool(self.reviews) and not self.reviews[-1].kept
