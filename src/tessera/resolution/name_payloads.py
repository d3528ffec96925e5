"""The names that a record holds: put together from its parts, as one text, and its aliases."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tessera.dictionary.names import NameTerms

_BETWEEN_ALIASES = re.compile(r"\s*(?:[;|\n]|\ba\.?k\.?a\.?\b|\bf\.?k\.?a\.?\b)\s*", re.IGNORECASE)
MOST_ALIASES = 30
"""Aliases of one record that are looked at."""


@dataclass(frozen=True, slots=True)
class HeldName:
    """A name as a record holds it, and whether it is an alias."""

    text: str
    alias: bool = False


def names_of(terms: NameTerms, values: Mapping[str, object]) -> list[HeldName]:
    """Give the names of a record, each once; several aliases in one value are parted by semicolons, bars or lines."""
    found = [*_leading(terms, values)]
    held = {" ".join(one.casefold().split()) for one in found}
    names = [HeldName(one) for one in found]
    for text in _aliases(terms, values):
        if (folded := text.casefold()) not in held:
            held.add(folded)
            names.append(HeldName(text, alias=True))
    return names


def _leading(terms: NameTerms, values: Mapping[str, object]) -> list[str]:
    parts = [text for term in terms.parts if (text := _text(values, term))]
    put_together = " ".join([*parts, *(_text(values, term) for term in terms.suffix)]).strip() if parts else ""
    found = [put_together, *(_text(values, term) for term in terms.whole)]
    return list(dict.fromkeys(text for text in found if text))


def _aliases(terms: NameTerms, values: Mapping[str, object]) -> Iterator[str]:
    for term in terms.aliases:
        for text in _BETWEEN_ALIASES.split(_text(values, term))[:MOST_ALIASES]:
            if text:
                yield text


def _text(values: Mapping[str, object], term: str) -> str:
    value = values.get(term)
    return value.strip() if isinstance(value, str) else ""
