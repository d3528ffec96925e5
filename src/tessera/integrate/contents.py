"""From what was found in a file to records and links: no mapping, because the readers speak the dictionary's language.

A file becomes one `file`, each piece of its text a `passage`, each name in it a `mention`; what is named becomes a thing of
its own kind, once per file, so that resolution can join it with what others say. Rows stay whole: a row is recorded or
faulty, never both.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_

import pyarrow as pa

from tessera.clock import Clock, system_clock, to_datetime
from tessera.dictionary import Dictionary
from tessera.dictionary.values import Value, instant_of, read_value, words_of, write_payload
from tessera.errors import Invalid
from tessera.integrate.mapping import MarkingChange
from tessera.integrate.things import Locate, Thing, nowhere, thing_of
from tessera.model.found import Bond, Contents, Draft, Facts, Mention, Passage, Refused, Told, Word
from tessera.model.locator import Locator
from tessera.model.marking import FieldClass, Regime, Tlp
from tessera.model.rows import FAULT_SCHEMA, LINK_SCHEMA, PROFILE_SCHEMA, RECORD_SCHEMA, Mapped
from tessera.store.choosing import thread_of

PLAIN = MarkingChange()
SENTENCE = 300
"""Characters around a mention that are kept as its sentence, at most."""
_NUL = "\N{SYMBOL FOR NULL}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSeen:
    """The file that is being read: the key of everything in it is made of its digest."""

    source: str
    digest: str
    dictionary: Dictionary
    today: date
    locate: Locate = nowhere


@dataclass(slots=True)
class _Made:
    """Rows of the tables that are handed to the store."""

    records: list[dict[str, object]] = field(default_factory=list)
    links: list[dict[str, object]] = field(default_factory=list)
    faults: list[dict[str, object]] = field(default_factory=list)
    changes: list[MarkingChange] = field(default_factory=lambda: [PLAIN])
    threads: set[bytes] = field(default_factory=set)
    """Things that this batch has made already."""

    def variant(self, change: MarkingChange) -> int:
        if change not in self.changes:
            self.changes.append(change)
        return self.changes.index(change)


def integrate_contents(seen: FileSeen, contents: Contents) -> tuple[Mapped, tuple[MarkingChange, ...]]:
    """Make records and links of some rows; say also which changes of marking their `marking` counts through."""
    made = _Made()
    for told in contents.told:
        _add(seen, told, made)
    highest = _most_protective(made)
    for fault in made.faults:
        fault["marking"] = highest
    mapped = Mapped(
        records=pa.Table.from_pylist(made.records, RECORD_SCHEMA),
        links=pa.Table.from_pylist(made.links, LINK_SCHEMA),
        faults=pa.Table.from_pylist(made.faults, FAULT_SCHEMA),
        profile=PROFILE_SCHEMA.empty_table(),
        rows=len(contents.told),
    )
    return mapped, tuple(made.changes)


def _most_protective(made: _Made) -> int:
    """A part that could not be read may say what the parts beside it say: it is handled like the most protected of them."""
    return made.variant(reduce(or_, made.changes, PLAIN)) if made.faults else 0


def today(clock: Clock = system_clock) -> date:
    """Say which day it is."""
    return to_datetime(clock()).date()


def _add(seen: FileSeen, told: Told, made: _Made) -> None:
    match told.finding:
        case Facts():
            _add_file(seen, told, told.finding, made)
        case Passage():
            _add_passage(seen, told, told.finding, made)
        case Draft():
            _add_draft(seen, told, told.finding, made)
        case Refused():
            made.faults.append(_fault(told.number, told.finding.reason, told.finding.value, told.finding.locator, {}))


def _add_file(seen: FileSeen, told: Told, facts: Facts, made: _Made) -> None:
    """Record the file itself. A fact that does not fit its term goes into the note: it must not keep the file out."""
    kind = seen.dictionary.kinds["file"]
    values: dict[str, object] = {}
    notes = [facts.terms["note"]] if facts.terms.get("note") else []
    for name, text in facts.terms.items():
        if name == "note":
            continue
        try:
            values[name] = read_value(seen.dictionary, kind.terms[name], _clean(text), today=seen.today)
        except Invalid as error:
            notes.append(f"{kind.terms[name].label}: {text[:80]} ({error.message})")
    if notes:
        values["note"] = "; ".join(notes)
    _record(seen, made, told.number, "file", seen.digest, values, Locator(), place=facts.place, at=facts.at)
    _bind(seen, made, told)


def _add_passage(seen: FileSeen, told: Told, passage: Passage, made: _Made) -> None:
    key = f"{seen.digest}/{told.number}"
    recognised = passage.confidence < 1
    values: dict[str, object] = {
        "text": _clean(passage.text),
        "number": told.number,
        "page": passage.locator.page or None,
        "sort": passage.sort.value,
        "means": passage.means.value,
        "language": passage.language or None,
        "confidence": round(passage.confidence, 3) if recognised else None,
        "layout": write_layout(passage.words) or None,
    }
    _record(seen, made, told.number, "passage", key, values, passage.locator)
    _link(seen, made, told.number, Bond(type="part-of", start=("passage", key), end=("file", seen.digest)))
    things = {mention: _add_mention(seen, told, passage, key, mention, made) for mention in told.mentions}
    for relation in told.relations:
        subject, object_ = things.get(relation.subject), things.get(relation.object)
        if subject and object_ and subject != object_:
            _link(seen, made, told.number, Bond(type=relation.type, role=relation.role, start=subject, end=object_))
    _bind(seen, made, told)


def _add_mention(
    seen: FileSeen, told: Told, passage: Passage, passage_key: str, mention: Mention, made: _Made
) -> tuple[str, str] | None:
    """Record a mention and the thing it names; give the thing's kind and key."""
    key = f"{passage_key}:{mention.start}-{mention.end}"
    place = place_of_chars(passage, mention.start, mention.end)
    values: dict[str, object] = {
        "text": _clean(passage.text[mention.start : mention.end]),
        "mention_type": mention.type.value,
        "value": _clean(mention.value),
        "sentence": _clean(sentence_around(passage.text, mention.start, mention.end)),
        "by": mention.by.value,
        "rule": mention.rule,
        "confidence": round(mention.confidence * passage.confidence, 3),
        "page": passage.locator.page or None,
    }
    _record(seen, made, told.number, "mention", key, values, place)
    _link(seen, made, told.number, Bond(type="part-of", start=("mention", key), end=("passage", passage_key)))
    thing = thing_of(mention, seen.locate)
    if thing is None:
        return None
    named = (thing.kind, f"{seen.digest}/{thing.kind}/{thing.key}")
    _add_thing(seen, told, thing, named, place, made)
    _link(seen, made, told.number, Bond(type="stands-for", start=("mention", key), end=named))
    return named


def _add_thing(seen: FileSeen, told: Told, thing: Thing, named: tuple[str, str], place: Locator, made: _Made) -> None:
    thread = thread_of(seen.source, *named)
    if thread in made.threads:
        return
    made.threads.add(thread)
    values: dict[str, object] = {}
    for name, text in thing.terms.items():
        try:
            values[name] = read_value(
                seen.dictionary, seen.dictionary.kinds[thing.kind].terms[name], _clean(text), today=seen.today
            )
        except Invalid:
            values[name] = None
    _record(seen, made, told.number, thing.kind, named[1], values, place, place=thing.place)
    about = Bond(type="about", role="mentioned", start=("file", seen.digest), end=named)
    _link(seen, made, told.number, about)


def _add_draft(seen: FileSeen, told: Told, draft: Draft, made: _Made) -> None:
    kind = seen.dictionary.kinds.get(draft.kind)
    if kind is None:
        made.faults.append(_fault(told.number, f"The dictionary has no kind {draft.kind!r}.", "", draft.locator, {}))
        return
    values: dict[str, object] = {}
    reasons: list[str] = []
    for name, text in draft.terms.items():
        try:
            values[name] = _value_of(seen, draft.kind, name, text)
        except Invalid as error:
            reasons.append(str(error))
    if reasons:
        raw = dict(draft.terms) | {
            KIND: draft.kind,
            KEY: draft.key,
            AT: str(draft.locator),
            TLP: draft.tlp.label,
            HEALTH: "yes" if draft.health else "no",
        }
        made.faults.append(_fault(told.number, " ".join(reasons), "", draft.locator, raw))
        return
    change = MarkingChange(tlp=draft.tlp, regimes=frozenset({Regime.PHI}) if draft.health else frozenset())
    variant = made.variant(change) if draft.tlp is not Tlp.CLEAR or draft.health else 0
    _record(seen, made, told.number, draft.kind, draft.key, values, draft.locator, place=draft.place, variant=variant)
    _bind(seen, made, told, variant=variant)


KIND, KEY, AT, TLP, HEALTH = "#kind", "#key", "#at", "#tlp", "#health"
"""Names under which a faulty record keeps, beside its values, what it is, where it stood and how it is to be handled."""
_ASIDE = frozenset({KIND, KEY, AT, TLP, HEALTH})


def _value_of(seen: FileSeen, kind: str, name: str, text: str) -> Value | None:
    term = seen.dictionary.kinds[kind].terms.get(name)
    if term is None:
        raise Invalid(f"the kind {kind!r} has no term {name!r}", where=name, advice="Check the pack.")
    return read_value(seen.dictionary, term, _clean(text), today=seen.today)


def mended_draft(values: Mapping[str, str]) -> Draft:
    """Make a record's draft again of the values of its quarantined row, as they were mended; in doubt, protect more."""
    terms = {name: value for name, value in values.items() if name not in _ASIDE and value}
    return Draft(
        kind=values.get(KIND, ""),
        key=values.get(KEY, ""),
        terms=terms,
        locator=Locator.read(values.get(AT, "")),
        tlp=next((level for level in Tlp if level.label == values.get(TLP)), Tlp.RED),
        health=values.get(HEALTH, "yes") == "yes",
    )


def _bind(seen: FileSeen, made: _Made, told: Told, *, variant: int = 0) -> None:
    for bond in told.bonds:
        _link(seen, made, told.number, bond, variant=variant)


def _record(
    seen: FileSeen,
    made: _Made,
    row: int,
    kind_name: str,
    key: str,
    values: Mapping[str, object],
    locator: Locator,
    *,
    place: tuple[float, float] | None = None,
    at: int | None = None,
    variant: int = 0,
) -> None:
    kind = seen.dictionary.kinds[kind_name]
    words = words_of(seen.dictionary, kind, values)
    when = values.get(kind.event_time)
    made.records.append(
        {
            "row": row,
            "kind": kind_name,
            "thread": thread_of(seen.source, kind_name, key),
            "source_key": key,
            "payload": write_payload(kind, values),
            "event_time": at if at is not None else instant_of(when if isinstance(when, str) else None),
            "latitude": place[0] if place else None,
            "longitude": place[1] if place else None,
            "marking": variant,
            "locator": str(locator),
            **{f"text_{field_class.value}": words.get(field_class) or None for field_class in FieldClass},
        }
    )


def _link(seen: FileSeen, made: _Made, row: int, bond: Bond, *, variant: int = 0) -> None:
    made.links.append(
        {
            "row": row,
            "type": bond.type,
            "role": bond.role,
            "from_thread": thread_of(seen.source, *bond.start),
            "to_thread": thread_of(seen.source, *bond.end),
            "marking": variant,
        }
    )


def _fault(row: int, reason: str, value: str, locator: Locator, raw: Mapping[str, str]) -> dict[str, object]:
    where = str(locator)
    return {
        "row": row,
        "column": "",
        "term": "",
        "reason": f"{reason} (at {where})" if where else reason,
        "value": _clean(value)[:1000],
        "raw": json.dumps({name: _clean(text) for name, text in raw.items()}, ensure_ascii=False),
    }


def _clean(text: str) -> str:
    return text.replace("\x00", _NUL).encode("utf-8", "replace").decode()


def sentence_around(text: str, start: int, end: int) -> str:
    """Cut out the sentence in which a stretch stands, or as much of it as is worth keeping.

    >>> sentence_around("It rained. Ann Lee drove off. He ran.", 11, 18)
    'Ann Lee drove off.'
    """
    left = max(text.rfind(mark, max(0, start - SENTENCE), start) for mark in (". ", "! ", "? ", "\n"))
    found = [at for mark in (". ", "! ", "? ", "\n") if 0 <= (at := text.find(mark, end, end + SENTENCE))]
    first = left + 2 if left >= 0 and text[left] != "\n" else left + 1 if left >= 0 else max(0, start - SENTENCE)
    last = min(found) + 1 if found else min(len(text), end + SENTENCE)
    return text[first:last].strip()


def place_of_chars(passage: Passage, start: int, end: int) -> Locator:
    """Say where characters of a passage stand: on the page, in time, in the table, as far as its words tell."""
    at, words = passage.locator, [word for word in passage.words if word.start < end and start < word.end]
    boxes = [word.box for word in words if word.box]
    box = at.box
    if boxes:
        box = boxes[0]
        for other in boxes[1:]:
            box |= other
    times = [word.seconds for word in words if word.seconds]
    cells = [word.cell for word in words if word.cell]
    return Locator(
        page=at.page,
        passage=at.passage,
        chars=(start, end),
        box=box,
        seconds=(times[0][0], times[-1][1]) if times else at.seconds,
        row=at.row,
        cell=cells[0] if cells else at.cell,
        pointer=at.pointer,
    )


def write_layout(words: Sequence[Word]) -> str:
    """Write where words stand, compactly: one part a word, `start-end@left,top,width,height` or `start-end~from,to`.

    >>> from tessera.model.locator import Box
    >>> write_layout([Word(start=0, end=3, box=Box(left=1, top=2, width=3.25, height=4))])
    '0-3@1,2,3.25,4'
    >>> write_layout([Word(start=0, end=3, seconds=(1.5, 2)), Word(start=4, end=6, cell="B7")])
    '0-3~1.5,2 4-6!B7'
    """
    return " ".join(_word(word) for word in words if word.box or word.seconds or word.cell)


def _word(word: Word) -> str:
    box = f"@{word.box}" if word.box else ""
    seconds = f"~{word.seconds[0]:g},{word.seconds[1]:g}" if word.seconds else ""
    cell = f"!{word.cell}" if word.cell else ""
    return f"{word.start}-{word.end}{box}{seconds}{cell}"
