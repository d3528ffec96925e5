"""What one access may see: decided once per distinct marking, then applied to every query as `marking_id IN …`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement

from tessera.model.marking import ALL_FIELDS, FieldClass


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Readable field classes by marking id. A marking that is not in `fields` may not be read at all."""

    fields: Mapping[int, frozenset[FieldClass]]
    unlisted: frozenset[int] = frozenset()
    """Markings whose records are reached from another record only: no search finds them, and no count has them."""

    @cached_property
    def listed(self) -> "Scope":
        """What may be found and counted."""
        return Scope(fields={key: classes for key, classes in self.fields.items() if key not in self.unlisted})

    @cached_property
    def visible(self) -> frozenset[int]:
        """Markings whose records may be read."""
        return frozenset(self.fields)

    def with_class(self, wanted: FieldClass) -> frozenset[int]:
        """Markings under which fields of this class may be read."""
        return frozenset(m for m, classes in self.fields.items() if wanted in classes)

    @cached_property
    def groups(self) -> tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]:
        """Markings that open the same field classes, together: (classes, marking ids)."""
        together: dict[tuple[str, ...], list[int]] = {}
        for marking, classes in sorted(self.fields.items()):
            together.setdefault(tuple(sorted(c.value for c in classes)), []).append(marking)
        return tuple((classes, tuple(ids)) for classes, ids in sorted(together.items()))


def needed_for_unknown(column_classes: Mapping[str, str]) -> frozenset[FieldClass]:
    """Field classes that must be readable before a cell of unknown meaning is shown, or a row as one text.

    Nobody has said what such a cell tells about people, so it may be anything but what no table of its sort holds:
    health counts only where the table has a column for it.
    """
    return (ALL_FIELDS - {FieldClass.HEALTH}) | {FieldClass(name) for name in column_classes.values()}


def covers(column: ColumnElement[int], markings: Iterable[int]) -> ColumnElement[bool]:
    """Write the access filter. With nothing visible the condition is false, never absent."""
    return column.in_(sorted(markings))
