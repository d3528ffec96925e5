"""A prepared record as a row of texts: one for each field in the order of the declaration, empty where it is missing.

That is how it is kept, and how records are compared as they arrive: half of the time of a comparison would go into reading
JSON, and much of the rest into looking up fields by name.
"""

from tessera.dictionary.resolution import KindModel
from tessera.resolution.prepare import Prepared

FIELD, ITEM = "\x1f", "\x1e"
"""What stands between fields, and before each value of a list; prepared values hold letters and digits."""
Row = list[str]


def row_of(declared: KindModel, prepared: Prepared) -> Row:
    """Write each value as a text, behind a mark those of a list."""
    return [_written(prepared.get(field.name)) for field in declared.fields]


def prepared_of(declared: KindModel, row: Row) -> Prepared:
    """Read what `row_of` wrote; what is missing is left out."""
    names = [field.name for field in declared.fields]
    return {name: value_of(one) for name, one in zip(names, row, strict=True) if one}


def value_of(one: str) -> str | tuple[str, ...]:
    """Read one value that is not missing."""
    return tuple(one.split(ITEM)[1:]) if one[0] == ITEM else one


def items_of(one: str) -> frozenset[str]:
    """Give the values of a list; those of a single value are itself."""
    return frozenset(one.split(ITEM)[1:] if one[0] == ITEM else (one,))


def to_text(row: Row) -> str:
    """Write a row in one line."""
    return FIELD.join(row)


def from_text(text: str) -> Row:
    """Read what `to_text` wrote."""
    return text.split(FIELD)


def _written(value: str | tuple[str, ...] | None) -> str:
    return "".join(ITEM + one for one in value) if isinstance(value, tuple) else value or ""
