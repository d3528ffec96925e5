"""Stub."""
from dataclasses import dataclass
@dataclass(frozen=True)
class Gazetteers:
    x: int = 0
