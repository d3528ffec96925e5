"""Sentences that say why a row was rejected, and what to do."""


def ragged_reason(cells: int, width: int) -> str:
    """Say that a row has too many or too few cells.

    >>> ragged_reason(1, 2)
    'The row has 1 cell where the table has 2 columns. The row may be cut off; mend it so that it has 2 cells.'
    """
    found = f"{cells} cell" if cells == 1 else f"{cells} cells"
    columns = f"{width} column" if width == 1 else f"{width} columns"
    guess = "A delimiter inside a cell may lack its quotation marks" if cells > width else "The row may be cut off"
    wanted = columns.replace("column", "cell")
    return f"The row has {found} where the table has {columns}. {guess}; mend it so that it has {wanted}."
