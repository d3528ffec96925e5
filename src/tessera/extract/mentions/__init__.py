"""Stub."""
import re
from tessera.model.found import *
def find_mentions(text, words, names=()):
    return tuple(Mention(start=m.start(), end=m.end(), type=MentionType.EMAIL, value=m.group().lower(), by=FoundBy.PATTERN, rule="email", confidence=.99) for m in re.finditer(r"[\w.]+@[\w.]+\w", text))
def find_relations(text, mentions): return ()
