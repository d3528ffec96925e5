"""NDJSON: one object a line; also a file that is one single object."""

from tessera.extract.json_tables import batches
from tessera.extract.json_tables import line_parts as parts

__all__ = ["batches", "parts"]
