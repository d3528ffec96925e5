"""Finds mentions: all rules, all lists, and what a model of names found, without overlaps."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from tessera.dictionary.gazetteers import Gazetteers
from tessera.extract.mentions import (
    addresses,
    bare_times,
    coins,
    coordinates,
    dates,
    internet,
    money,
    numbers,
    persons,
    phones,
    plates,
    spoken,
    times,
    vehicles,
)
from tessera.extract.mentions.choosing import chosen
from tessera.extract.mentions.dispatch import read_dispatch
from tessera.extract.mentions.look import Look
from tessera.extract.mentions.misread import misread
from tessera.model.found import FoundBy, Mention, MentionType

RULES: Final = (
    *coins.RULES,
    *numbers.RULES,
    *vehicles.RULES,
    *plates.RULES,
    *internet.RULES,
    *coordinates.RULES,
    *phones.RULES,
    *spoken.RULES,
    *dates.RULES,
    *times.RULES,
    *bare_times.RULES,
    *money.RULES,
    *addresses.RULES,
    *persons.RULES,
)
_PART: Final = re.compile(
    r"(?:North|South|East|West|Northern|Southern|Eastern|Western|Central|Upper|Lower|Greater|New)(?:-\w+)? [A-Z]"
)
"""Begins the name of a part of a country, or of a place named after one."""
_BESIDE: Final = 24
"""Characters between a plate and its state."""
_LISTED: Final = 0.98
_AMBIGUOUS: Final = 0.85
_MISSPELLED: Final = 0.95


def find_mentions(
    text: str, words: Gazetteers, names: Sequence[Mention] = (), *, above: str = ""
) -> tuple[Mention, ...]:
    """Give the mentions of a text by their place; none overlaps another.

    `names` are those that a model found in it; `above` is the first row of the table that it is a row of.
    """
    look = Look(text, above)
    found = [mention for rule in RULES for mention in rule.mentions(look)]
    named = _without_states(text, names, found)
    return chosen((*_dispatched(text), *found, *misread(look), *_not_inside(_listed(text, words), named), *named))


def _without_states(text: str, names: Sequence[Mention], found: Sequence[Mention]) -> Sequence[Mention]:
    """Leave out what a model took for a name and is the state of a plate: "with DE plate PC123456"."""
    plates = [mention for mention in found if mention.type is MentionType.PLATE] if names else []
    return [
        name for name in names if not any(_is_state_of(text[name.start : name.end], name, plate) for plate in plates)
    ]


def _is_state_of(said: str, name: Mention, plate: Mention) -> bool:
    apart = max(plate.start - name.end, name.start - plate.end)
    return said.isupper() and apart <= _BESIDE and plate.value.startswith(f"{said} ")


def _not_inside(listed: Iterator[Mention], names: Sequence[Mention]) -> Iterator[Mention]:
    """Leave out a country of a list within a longer name that the model found: the Government of Iraq, Northern Iraq."""
    bodies = [name for name in names if name.type is MentionType.ORGANIZATION or _PART.match(name.value)]
    for mention in listed:
        within = any(body.start <= mention.start and mention.end <= body.end and body != mention for body in bodies)
        if not (within and mention.type is MentionType.PLACE):
            yield mention


def _dispatched(text: str) -> Iterator[Mention]:
    """Read each line that is dispatch text."""
    at = 0
    for line in text.split("\n"):
        if line and line.isascii() and line[:24].upper() == line[:24] and (dispatch := read_dispatch(line)):
            yield from (
                replace(mention, start=mention.start + at, end=mention.end + at) for mention in dispatch.mentions()
            )
        at += len(line) + 1


def _listed(text: str, words: Gazetteers) -> Iterator[Mention]:
    for hit in words.find(text):
        sure = _AMBIGUOUS if hit.phrase.ambiguous else _MISSPELLED if hit.misspelled else _LISTED
        yield Mention(
            start=hit.start,
            end=hit.end,
            type=hit.phrase.type,
            value=hit.phrase.value,
            by=FoundBy.LIST,
            rule=hit.phrase.list,
            confidence=sure,
        )
