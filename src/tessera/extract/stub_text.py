"""Stub."""

from tessera.model.found import *
from tessera.model.locator import Locator


def read(piece, tools):
    yield Facts(terms={"title": piece.filename})
    for p in piece.path.read_text(errors="replace").split("\n\n"):
        if p.strip():
            yield Passage(text=p.strip(), locator=Locator(page=1))
