"""How much of anything a delivery may ask of us."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds that a delivery must keep; beyond them it is refused as hostile, or the row is rejected.

    Bytes are counted after unpacking, over all members of all archives of one delivery.
    """

    max_unpacked_bytes: int = 8 * 1024**3
    max_ratio: int = 100
    """Unpacked bytes per packed byte; not weighed below `RATIO_FLOOR` unpacked bytes."""
    max_members: int = 1_000
    """Files in one archive of tables, folders not counted."""
    max_files: int = 20_000
    """Files in one archive whose files become deliveries of their own, folders not counted."""
    max_cell_chars: int = 1_000_000
    max_nesting: int = 64
    """Levels of nested JSON values or XML elements."""
    max_columns: int = 2_000
    max_archive_depth: int = 2
    """Archives within archives; 2 lets a zip hold gzipped tables or one more level of zips."""


RATIO_FLOOR = 1024 * 1024
"""Small files compress as well as they like: a bomb needs size."""

REJECTED_TEXT_BYTES = 64 * 1024
"""How much of a rejected row is kept with its reason."""

BATCH_CHARS = 32 * 1024 * 1024
"""A batch is handed over early when its cells hold this many characters, so that memory stays bounded."""
