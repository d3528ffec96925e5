"""What a mapping says, as plain frozen values: how the rows of one file become records and links."""

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from enum import StrEnum

from tessera.dictionary import Dictionary, Kind, Term
from tessera.model.marking import Marking, Regime, Sensitivity, Tlp

CONTENT = "content"


class OnInvalid(StrEnum):
    """What happens to a row with a value that does not fit its term."""

    DROP_VALUE = "drop_value"
    """The record is made without the value; the profile counts it as invalid."""
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A claim about one column. Exactly one of the tests is set.

    `less_than` and `greater_than` also hold for a value that is there and is no number: a condition protects, and what
    cannot be read is protected.
    """

    column: str
    equals: str | None = None
    one_of: tuple[str, ...] | None = None
    less_than: float | None = None
    greater_than: float | None = None
    matches: str | None = None
    present: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRule:
    """Where a value comes from and how it is read. `where` is the line of the mapping that says so."""

    where: str
    columns: tuple[str, ...] = ()
    constant: str | None = None
    separator: str = " "
    """Stands between several columns."""
    split: tuple[str, int] | None = None
    """Separator and part: 1 is the first, -1 the last."""
    extract: str | None = None
    """A pattern (RE2); its first group is the value, or all of it where it has none."""
    extract_group: int = 0
    clean: tuple[str, ...] = ()
    null_values: tuple[str, ...] = ()
    codes: MappingOf[str, str] | None = None
    otherwise: str | None = None
    formats: tuple[str, ...] = ()
    zone: str = "UTC"
    decimal_comma: bool = False
    words_true: tuple[str, ...] = ("true", "t", "yes", "y", "1")
    words_false: tuple[str, ...] = ("false", "f", "no", "n", "0")
    required: bool = False
    on_invalid: OnInvalid = OnInvalid.QUARANTINE


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRule:
    """What tells the things of a source apart. `parts` are column names, or constants where `constants` says so."""

    parts: tuple[tuple[str, bool], ...] = ()
    """(column, False) or (constant, True), in order; none means the content of the whole row."""
    separator: str = "|"
    clean: tuple[str, ...] = ()

    @property
    def is_content(self) -> bool:
        """Claim that the key is a digest of the whole row."""
        return not self.parts

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the key is made of."""
        return tuple(part for part, constant in self.parts if not constant)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRule:
    """Where a record is on the ground: degrees, WGS 84. `bounds` is west, south, east, north."""

    latitude: ValueRule
    longitude: ValueRule
    bounds: tuple[float, float, float, float] | None = None
    zero_is_missing: bool = False
    on_invalid: OnInvalid = OnInvalid.QUARANTINE


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRule:
    """One record that a row makes, under a name that links and markings of this mapping use."""

    name: str
    kind: Kind
    key: KeyRule
    terms: MappingOf[str, ValueRule]
    """By term, in dictionary order."""
    when: tuple[Condition, ...] = ()
    place: PlaceRule | None = None
    event_time: str = ""
    where: str = ""

    def term(self, name: str) -> Term:
        """Look a term up."""
        return self.kind.terms[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRule:
    """A record made elsewhere, found by its source (empty: this one), kind and key."""

    kind: str
    key: KeyRule
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRule:
    """A link that a row makes. An end is a record of this mapping, by name, or one made elsewhere."""

    type: str
    start: str | ThreadRule
    end: str | ThreadRule
    role: ValueRule | None = None
    when: tuple[Condition, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkingChange:
    """What some rows add to their source's marking. It can only protect more, never less."""

    cui: frozenset[str] = frozenset()
    dissemination: frozenset[str] = frozenset()
    regimes: frozenset[Regime] = frozenset()
    sensitivity: Sensitivity = Sensitivity.PUBLIC
    tlp: Tlp = Tlp.CLEAR

    def apply(self, marking: Marking) -> Marking:
        """Mark a row of this variant, given its source's marking."""
        return marking | Marking(
            cui=self.cui,
            dissemination=self.dissemination,
            regimes=self.regimes,
            sensitivity=self.sensitivity,
            tlp=self.tlp,
        )

    def __or__(self, other: "MarkingChange") -> "MarkingChange":
        """Make both changes."""
        return MarkingChange(
            cui=self.cui | other.cui,
            dissemination=self.dissemination | other.dissemination,
            regimes=self.regimes | other.regimes,
            sensitivity=max(self.sensitivity, other.sensitivity),
            tlp=max(self.tlp, other.tlp),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkingRule:
    """A change for the rows of which all conditions hold; `records` names those it touches, none means all."""

    when: tuple[Condition, ...]
    change: MarkingChange
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How the rows of one file become records of the agreed language. `digest` is the SHA-256 of its text."""

    name: str
    version: int
    description: str
    digest: str
    dictionary: Dictionary = field(repr=False)
    columns: tuple[str, ...] = ()
    """Columns that a file must have."""
    optional_columns: tuple[str, ...] = ()
    null_values: tuple[str, ...] = ()
    records: tuple[RecordRule, ...] = ()
    links: tuple[LinkRule, ...] = ()
    markings: tuple[MarkingRule, ...] = ()

    @property
    def marking_variants(self) -> tuple[MarkingChange, ...]:
        """Every set of marking rules that can hold together; bit i of a variant's index is rule i. The first changes nothing."""
        variants = [MarkingChange()]
        for rule in self.markings:
            variants += [variant | rule.change for variant in variants]
        return tuple(variants)

    def record(self, name: str) -> RecordRule:
        """Look a record rule up by its name."""
        return next(rule for rule in self.records if rule.name == name)
