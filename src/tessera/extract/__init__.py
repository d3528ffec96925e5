"""Second stage: turn the bytes of a delivery into rows of text, each with its place.

In     a local file with the delivered bytes, and the name it came with
Out    tables (a file, sheet, layer or archive member) whose rows come in Arrow batches, numbered from 1
Rules  content decides over file names; no row is dropped: what cannot be split is rejected with its reason
Next   integrate maps the rows to the dictionary; read_rows shows the same rows again as evidence
"""

from tessera.extract.erasing import Erased, erase_in_place, erase_rows
from tessera.extract.limits import Limits
from tessera.extract.opening import open_tables, read_rows
from tessera.extract.table import OpenTable

__all__ = ["Erased", "Limits", "OpenTable", "erase_in_place", "erase_rows", "open_tables", "read_rows"]
