"""Mentions: what a text names, found by rules first, then by lists, then by a model where the center has one.

In     a text, the lists in use, and what a model found in it
Out    mentions in the order of the text, none overlapping another, each with its value, its rule and how sure it is
Rules  a pattern with check digits wins over a pattern, a pattern over a list, a list over a model
Next   integrate makes a record of each, and of what it names
"""

from tessera.extract.mentions.finding import find_mentions
from tessera.extract.mentions.relations import find_relations

__all__ = ["find_mentions", "find_relations"]
