"""What messages say in prose, as passages of a paragraph's size, so that what is named in them is found."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tessera.errors import Unreadable
from tessera.model.found import Bond, Draft, Finding, Passage, PassageSort
from tessera.model.locator import Locator
from tessera.model.marking import Tlp

LONGEST: Final = 2_000
"""Characters of a passage, so that what is found in it is near what was looked for."""
LEAST: Final = 4
"""Words of a text that is worth looking over."""
_PROSE: Final = ("title", "text", "description", "instruction")
"""Terms in which records of messages tell in sentences."""
_ENDS: Final = re.compile(r"\n+|(?<=[.!?]) ")


def passages(text: str, locator: Locator, *, tlp: Tlp = Tlp.CLEAR, health: bool = False) -> Iterator[Passage]:
    """Give a text as passages, parted at lines and sentences, or anywhere where there are none.

    >>> [len(each.text) for each in passages("A sentence. " * 300, Locator())]
    [1991, 1607]
    """
    start = 0
    text = text.strip()
    while len(text) - start > LONGEST:
        ends = [found.end() for found in _ENDS.finditer(text, start + 1, start + LONGEST)]
        end = ends[-1] if ends else start + LONGEST
        yield Passage(text=text[start:end].strip(), locator=locator, tlp=tlp, health=health)
        start = end
    if text[start:].strip():
        yield Passage(text=text[start:].strip(), locator=locator, tlp=tlp, health=health)


def with_prose(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Give after each record what it tells in sentences, once, handled as the record is.

    >>> draft = Draft(kind="alert", key="1", terms={"text": "A white Ford was seen in Dover."}, locator=Locator())
    >>> [getattr(each, "text", "") for each in with_prose(iter([draft]))]
    ['', 'A white Ford was seen in Dover.']
    """
    waiting: list[Passage] = []
    around = Draft(kind="", key="", terms={}, locator=Locator())
    try:
        for found in findings:
            if not isinstance(found, Bond):  # links follow their record
                yield from waiting
                waiting = []
            yield found
            if isinstance(found, Draft):
                told = _is_within(found, around)
                waiting, around = ([], around) if told else (list(_prose(found)), found)
    except Unreadable:
        yield from waiting
        raise
    yield from waiting


def _is_within(draft: Draft, around: Draft) -> bool:
    """Claim that a record stands inside another and tells only what that tells, as an alert inside an entry of a feed."""
    inside = draft.locator.pointer.startswith(f"{around.locator.pointer}/") and around.locator.pointer
    own = [draft.terms[name] for name in _PROSE if name in draft.terms]
    handled_alike = (draft.tlp, draft.health) == (around.tlp, around.health)
    return bool(inside) and handled_alike and all(text in around.terms.values() for text in own)


def _prose(draft: Draft) -> Iterator[Passage]:
    texts = [(name, draft.terms[name]) for name in _PROSE if len(draft.terms.get(name, "").split()) >= LEAST]
    for name, text in texts:
        if any(text in other for beside, other in texts if beside != name and len(other) > len(text)):
            continue
        sort = PassageSort.HEADING if name == "title" else PassageSort.PARAGRAPH
        for passage in passages(text, draft.locator, tlp=draft.tlp, health=draft.health):
            yield replace(passage, sort=sort)
