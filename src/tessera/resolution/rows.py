"""A prepared record as one line of text: a cell for each field in the order of the declaration, empty where it is missing.

That is how it is kept, and how records are compared as they arrive: half of the time of a comparison would go into reading
JSON, and much of the rest into looking up fields by name. `columns` parts many lines at once.
"""

from tessera.dictionary.resolution import KindModel
from tessera.resolution.prepare import Prepared

FIELD, ITEM = "\x1f", "\x1e"
"""What stands between cells, and before each value of a list; prepared values hold letters and digits."""
Row = str


def row_of(declared: KindModel, prepared: Prepared) -> Row:
    """Write each value into its cell, behind a mark those of a list."""
    return FIELD.join([_written(prepared.get(field.name)) for field in declared.fields])


def prepared_of(declared: KindModel, row: Row) -> Prepared:
    """Read what `row_of` wrote; what is missing is left out."""
    cells = zip(declared.fields, cells_of(row), strict=True)
    return {field.name: value_of(cell) for field, cell in cells if cell}


def cells_of(row: Row) -> list[str]:
    """Part a row into its cells."""
    return row.split(FIELD)


def value_of(one: str) -> str | tuple[str, ...]:
    """Read one value that is not missing."""
    return tuple(one.split(ITEM)[1:]) if one[0] == ITEM else one


def items_of(one: str) -> frozenset[str]:
    """Give the values of a list; those of a single value are itself."""
    return frozenset(one.split(ITEM)[1:] if one[0] == ITEM else (one,))


def _written(value: str | tuple[str, ...] | None) -> str:
    return "".join([ITEM + one for one in value]) if isinstance(value, tuple) else value or ""
