"""Third stage: bring each source's rows to the agreed language.

In     rows as text (RowBatch), and the mapping of their source
Out    records, links and faults (Mapped), columns only; a profile of every term
Rules  every row is in records or in faults, never both, never lost; a fault says what is wrong and what would fit
Next   store writes what is handed over; resolution judges which records are one thing
"""

from tessera.integrate.compile import CompiledMapping, compile_mapping
from tessera.integrate.contents import FileSeen, integrate_contents, mended_draft, today
from tessera.integrate.mapping import Mapping, MarkingChange
from tessera.integrate.parse import load_mapping, parse_mapping
from tessera.integrate.quality import QualityScore, TermCount, score
from tessera.integrate.report import MappingReport, check_mapping
from tessera.integrate.rules import RULES

__all__ = [
    "RULES",
    "CompiledMapping",
    "FileSeen",
    "Mapping",
    "MappingReport",
    "MarkingChange",
    "QualityScore",
    "TermCount",
    "check_mapping",
    "compile_mapping",
    "integrate_contents",
    "load_mapping",
    "mended_draft",
    "parse_mapping",
    "score",
    "today",
]
