"""What is typed into a form of the workbench: written as the bytes of a delivery, and as the things that it tells of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tessera.model.marking import FieldClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One record to be. `variant` is the place of its marking among those of the entry; `row` counts from 1."""

    kind: str
    key: str
    row: int
    values: Mapping[str, object]
    variant: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A link to be, between two things of the entry, each by its kind and key."""

    type: str
    role: str
    start: tuple[str, str]
    end: tuple[str, str]
    row: int
    variant: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Everything that one sending of a form tells. `number` makes its bytes different from all others."""

    number: str
    filename: str
    things: tuple[Thing, ...]
    ties: tuple[Tie, ...] = ()
    classes: Mapping[tuple[str, str], FieldClass] = field(default_factory=dict)
    """What each term says about people: by kind and term."""

    @property
    def columns(self) -> dict[str, FieldClass]:
        """The columns of the table as it is kept, with what each tells about people."""
        found = {"entry": FieldClass.OPEN}
        for thing in self.things:
            for term in thing.values:
                found[_column(thing.kind, term)] = self.classes[thing.kind, term]
        return found

    def to_bytes(self) -> bytes:
        """Write it as one JSON object a row: the evidence of what was entered."""
        rows: dict[int, dict[str, object]] = {}
        for thing in self.things:
            row = rows.setdefault(thing.row, {"entry": self.number})
            row |= {_column(thing.kind, term): str(value) for term, value in thing.values.items()}
        return "".join(json.dumps(rows[at], ensure_ascii=False) + "\n" for at in sorted(rows)).encode()


def _column(kind: str, term: str) -> str:
    return f"{kind}_{term}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBytes:
    """Where the bytes of an entry were kept."""

    sha256: str
    size: int
