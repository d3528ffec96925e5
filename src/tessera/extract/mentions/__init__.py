"""What a text names: persons, things, places, times and amounts, each with its place, its one form and what found it."""

from tessera.extract.mentions.dispatch import Dispatch, Part, read_dispatch
from tessera.extract.mentions.finding import find_mentions
from tessera.extract.mentions.relations import find_relations, sentences

__all__ = ["Dispatch", "Part", "find_mentions", "find_relations", "read_dispatch", "sentences"]
