"""The agreed language: kinds, terms, definitions and code lists, read from packs and checked when loaded.

In     folders of packs (YAML)
Out    a frozen Dictionary that every stage speaks
Rules  each word is defined once and has a steward; an error names file, line and term
Next   mappings bring each source's own words to these
"""

from tessera.dictionary.load import load
from tessera.dictionary.words import Code, CodeList, Dictionary, GlossaryEntry, Kind, LinkType, Role, Term, TermType

__all__ = ["Code", "CodeList", "Dictionary", "GlossaryEntry", "Kind", "LinkType", "Role", "Term", "TermType", "load"]
