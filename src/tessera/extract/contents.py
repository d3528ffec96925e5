"""From a file that is no table to what is found in it, row by row: facts, passages with their mentions, records, files.

The file's own record comes last, when its language and the parts that nobody understood are known.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from tessera.dictionary.gazetteers import Gazetteers
from tessera.errors import Hostile, Unreadable
from tessera.extract.fingerprints import text_hash
from tessera.extract.formats import FileFormat, find_format, second_nature
from tessera.extract.languages import language_of
from tessera.extract.limits import Limits
from tessera.extract.mentions import find_mentions, find_relations
from tessera.extract.piece import Budget, Piece
from tessera.extract.tools import Tools
from tessera.model.found import (
    Bond,
    Contents,
    Draft,
    Enclosed,
    Facts,
    Finding,
    Mention,
    MentionType,
    Off,
    Passage,
    PassageSort,
    Portion,
    Refused,
    Told,
    Unmapped,
)
from tessera.model.locator import Locator
from tessera.model.marking import Tlp

BLOCK: Final = 100_000
"""Row numbers of a portion, so that one that is left out shifts no other."""
ROWS_AT_ONCE: Final = 2_000
TEXT_AT_ONCE: Final = 2_000_000
"""Characters of passages that are handed over together."""
FILES_AT_ONCE: Final = 100
BYTES_AT_ONCE: Final = 64 * 1024 * 1024
GROUP: Final = 64
"""Passages in which a model looks for names together."""
SAMPLE: Final = 20_000
"""Characters from which the language and the fingerprint of a text are told."""
DEEPEST: Final = 6
"""Files within files, counted from what was handed in."""


class _Reader(Protocol):
    def read(self, piece: Piece, tools: Tools) -> Iterator[Finding]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRead:
    """A file to read, and with what."""

    path: Path
    filename: str
    tools: Tools
    words: Gazetteers
    limits: Limits = field(default_factory=Limits)
    depth: int = 0
    """How many files it lies in."""
    done: int = 0
    """How many pieces were stored before; portions among them are not read again."""
    said: str = ""
    """What those pieces say first, from which the language and the fingerprint are told with what comes after them."""
    folder: Path | None = None
    """Where files that come to light are kept until they are taken; None: where they were unpacked."""


@dataclass(slots=True)
class _State:
    """What is known of the file so far, and what waits to be handed over."""

    number: int = 0
    given: int = 0
    """Pieces that were handed over."""
    facts: Facts | None = None
    told: list[Told] = field(default_factory=list)
    enclosed: list[Enclosed] = field(default_factory=list)
    enclosed_bytes: int = 0
    chars: int = 0
    sample: list[str] = field(default_factory=list)
    sampled: int = 0
    unmapped: Counter[str] = field(default_factory=Counter)
    bonds: list[Bond] = field(default_factory=list)
    """Links about the file itself, told with its own record."""

    @property
    def is_full(self) -> bool:
        return (
            len(self.told) >= ROWS_AT_ONCE
            or self.chars >= TEXT_AT_ONCE
            or len(self.enclosed) >= FILES_AT_ONCE
            or self.enclosed_bytes >= BYTES_AT_ONCE
        )

    def next_row(self) -> int:
        self.number += 1
        return self.number

    def take(self) -> Contents:
        taken = Contents(told=tuple(self.told), enclosed=tuple(self.enclosed))
        self.given += 1
        self.told, self.enclosed, self.enclosed_bytes, self.chars = [], [], 0, 0
        return taken


def format_of(path: Path, filename: str, limits: Limits) -> FileFormat:
    """Say what a file is by its content."""
    return find_format(_piece(path, filename, limits))


def read_contents(file: ToRead) -> Iterator[Contents]:
    """Give what is found, in pieces that can be stored one after the other.

    Raises Unreadable where nothing could be read. Where something was read before, the fault is a row like any other.
    """
    piece = _piece(file.path, file.filename, file.limits)
    sort = find_format(piece)
    state = _State(sample=[file.said] if file.said else [], sampled=len(file.said))
    findings = cast("_Reader", import_module(f"tessera.extract.{sort.reader}")).read(piece, file.tools)
    for found in _guarded(findings, state):
        if isinstance(found, Portion):
            if state.told or state.enclosed:
                yield _finished(state, file)
            yield _read(found, state, file)
            continue
        _note(found, state, file)
        if state.is_full:
            yield _finished(state, file)
    _close(state, file, sort)
    yield _finished(state, file)


def _read(portion: Portion, state: _State, file: ToRead) -> Contents:
    """Read a portion, however much it holds; nothing of one that is stored."""
    state.number = portion.number * BLOCK
    if state.given >= file.done:
        for found in _guarded(portion.read(), state):
            _note(found, state, file)
    state.number = (portion.number + 1) * BLOCK
    return _finished(state, file)


def _piece(path: Path, filename: str, limits: Limits) -> Piece:
    name = Path(filename).name or filename
    return Piece(path=path, filename=name, budget=Budget(left=limits.max_unpacked_bytes), limits=limits)


def _guarded(findings: Iterator[Finding], state: _State) -> Iterator[Finding]:
    """Pass findings on; an error after the first of them loses nothing that was read before."""
    try:
        yield from findings
    except Hostile:
        raise
    except Unreadable as error:
        if not state.number:
            raise
        reason = f"Reading stopped here: {error.message}. {error.advice}".strip()
        yield Refused(reason=reason, locator=Locator())


def _note(found: Finding, state: _State, file: ToRead) -> None:
    match found:
        case Facts():
            state.facts = found if state.facts is None else _joined(state.facts, found)
        case Passage():
            row = state.next_row()
            placed = replace(found, locator=replace(found.locator, passage=row))
            state.told.append(Told(number=row, finding=placed))
            state.chars += len(found.text)
            is_open = found.tlp is Tlp.CLEAR and not found.health  # the file's own record is handled as its delivery
            if state.sampled < SAMPLE and state.given >= file.done and is_open:
                state.sample.append(found.text)
                state.sampled += len(found.text)
        case Draft() | Refused():
            state.told.append(Told(number=state.next_row(), finding=found))
        case Bond():
            _bind(found, state)
        case Unmapped():
            state.unmapped[found.what] += found.count
        case Enclosed():
            _enclose(found, state, file)


def _joined(first: Facts, second: Facts) -> Facts:
    """Add what was learnt later to what was known of the file."""
    notes = [first.terms.get("note", ""), second.terms.get("note", "")]
    note = {"note": " ".join(filter(None, notes))} if any(notes) else {}
    return Facts(
        terms={**first.terms, **second.terms, **note},
        place=second.place or first.place,
        at=first.at if second.at is None else second.at,
    )


def _bind(bond: Bond, state: _State) -> None:
    if state.told:
        last = state.told[-1]
        state.told[-1] = replace(last, bonds=(*last.bonds, bond))
    else:
        state.bonds.append(bond)


def _enclose(found: Enclosed, state: _State, file: ToRead) -> None:
    """Keep a file that came to light until it is taken, and link it to the one that it lay in."""
    if file.depth >= DEEPEST:
        reason = f"Files are packed into one another more than {DEEPEST} deep. Unpack the inner ones and deliver them."
        state.told.append(
            Told(number=state.next_row(), finding=Refused(reason=reason, locator=found.locator, value=found.name))
        )
        return
    if not found.path.stat().st_size:
        reason = "The file is empty (0 bytes). Ask the sender for it again."
        state.told.append(
            Told(number=state.next_row(), finding=Refused(reason=reason, locator=found.locator, value=found.name))
        )
        return
    kept = found
    if file.folder is not None:
        target = file.folder / f"{state.number}-{len(state.enclosed)}-{len(state.bonds)}"
        found.path.replace(target)
        kept = replace(found, path=target)
    state.enclosed.append(kept)
    state.enclosed_bytes += kept.path.stat().st_size
    end = ("file", _digest(kept.path))
    state.bonds.append(Bond(type="encloses", start=("file", ""), end=end))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _close(state: _State, file: ToRead, sort: FileFormat) -> None:
    """Tell of the file itself: what it is, what it said of itself, and what was not understood."""
    digest = _digest(file.path)
    facts = state.facts or Facts(terms={})
    sample = " ".join(state.sample)[:SAMPLE]
    own = {
        "name": file.filename,
        "format": sort.label,
        "size": str(file.path.stat().st_size),
        "digest": digest,
        "language": language_of(sample),
        "text_hash": text_hash(sample),
    }
    notes = [facts.terms.get("note", ""), second_nature(file.path, sort), _unmapped(state.unmapped)]
    terms = {**own, **facts.terms, "note": " ".join(note for note in notes if note)}
    bonds = tuple(replace(bond, start=("file", digest)) if bond.start == ("file", "") else bond for bond in state.bonds)
    told = Facts(terms={name: value for name, value in terms.items() if value}, place=facts.place, at=facts.at)
    state.told.append(Told(number=state.next_row(), finding=told, bonds=bonds))


def _unmapped(counts: Counter[str], most: int = 20) -> str:
    if not counts:
        return ""
    named = ", ".join(f"{what} ({count})" for what, count in counts.most_common(most))
    more = f", and {len(counts) - most} more" if len(counts) > most else ""
    return f"Parts that no term takes, kept in the file: {named}{more}."


def _finished(state: _State, file: ToRead) -> Contents:
    """Hand over what waits, with the mentions of its passages."""
    taken = state.take()
    passages = [told for told in taken.told if isinstance(told.finding, Passage)]
    found = {told.number: mentions for told, mentions in zip(passages, _mentions(passages, file), strict=True)}
    return replace(taken, told=tuple(_with_mentions(told, found.get(told.number, ())) for told in taken.told))


def _mentions(passages: Sequence[Told], file: ToRead) -> list[tuple[Mention, ...]]:
    texts = [cast("Passage", told.finding).text for told in passages]
    names = file.tools.names
    by_model: list[Sequence[Mention]] = [()] * len(texts)
    if not isinstance(names, Off):
        by_model = [one for at in range(0, len(texts), GROUP) for one in names.find(texts[at : at + GROUP])]
    return [
        find_mentions(text, file.words, _likely(told, found, above), above=above)
        for text, told, found, above in zip(texts, passages, by_model, _first_rows(passages), strict=True)
    ]


def _first_rows(passages: Sequence[Told]) -> Iterator[str]:
    """Give, for each passage that is a row, the first row of its table, which may hold the headings."""
    first = ""
    for told in passages:
        passage = cast("Passage", told.finding)
        is_row = passage.sort is PassageSort.ROW
        yield first if is_row else ""
        first = (first or passage.text) if is_row else ""


def _likely(told: Told, by_model: Sequence[Mention], above: str) -> Sequence[Mention]:
    """Leave out single words that the model holds for bodies in a table: without a sentence around them it guesses.

    In the first row, which most often holds headings, it holds them for persons too.
    """
    if cast("Passage", told.finding).sort is not PassageSort.ROW:
        return by_model
    return [m for m in by_model if " " in m.value or (above and m.type is not MentionType.ORGANIZATION)]


def _with_mentions(told: Told, mentions: tuple[Mention, ...]) -> Told:
    if not mentions or not isinstance(told.finding, Passage):
        return told
    return replace(told, mentions=mentions, relations=find_relations(told.finding.text, mentions))
