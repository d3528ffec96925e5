"""From what was found in a file to records and links: no mapping, because the readers speak the dictionary's language.

A file becomes one `file`, each piece of its text a `passage`, each name in it a `mention`; what is named becomes a thing of
its own kind, once per file, so that resolution can join it with what others say. Rows stay whole: a row is recorded or
faulty, never both.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import NamedTuple

import pyarrow as pa

from tessera.clock import Clock, system_clock, to_datetime
from tessera.dictionary import Dictionary
from tessera.dictionary.values import Value, instant_of, read_value, words_of, write_payload
from tessera.errors import Invalid
from tessera.integrate.mapping import MarkingChange
from tessera.integrate.things import NOWHERE, Places, Thing, described, thing_of
from tessera.model.found import Bond, Contents, Draft, Facts, Mention, Passage, Refused, Told, Word
from tessera.model.located import is_on_earth
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
    places: Places = NOWHERE


@dataclass(slots=True, kw_only=True)
class _Batch:
    """Rows of the tables that are handed to the store, while they are made. `row` is the one that is being made."""

    seen: FileSeen
    row: int = 0
    records: list[dict[str, object]] = field(default_factory=list)
    links: list[dict[str, object]] = field(default_factory=list)
    faults: list[dict[str, object]] = field(default_factory=list)
    changes: list[MarkingChange] = field(default_factory=lambda: [PLAIN])
    threads: set[bytes] = field(default_factory=set)
    """Things that this batch has made already."""

    def variant(self, change: MarkingChange) -> int:
        """Number a change of marking."""
        if change not in self.changes:
            self.changes.append(change)
        return self.changes.index(change)

    def add(self, told: Told) -> None:
        """Make records and links of one row."""
        self.row = told.number
        variant = 0
        match told.finding:
            case Facts():
                self._add_file(told.finding)
            case Passage():
                variant = self._add_passage(told, told.finding)
            case Draft():
                variant = self._add_draft(told.finding)
            case Refused():
                self._fault(told.finding.reason, told.finding.value, told.finding.locator, {})
        for bond in told.bonds:
            self._link(bond, variant=variant)

    def _add_file(self, facts: Facts) -> None:
        """Record the file itself. A fact that does not fit its term goes into the note: it must not keep the file out."""
        terms = self.seen.dictionary.kinds["file"].terms
        values: dict[str, object] = {}
        notes = [facts.terms["note"]] if facts.terms.get("note") else []
        for name, text in facts.terms.items():
            if name == "note":
                continue
            try:
                values[name] = self._value("file", name, text)
            except Invalid as error:
                notes.append(f"{terms[name].label if name in terms else name}: {text[:80]} ({error.message})")
        if notes:
            values["note"] = _clean("; ".join(notes))
        self._record(_Named("file", self.seen.digest), values, Locator(), place=facts.place, at=facts.at)

    def _add_passage(self, told: Told, passage: Passage) -> int:
        """Record what a file says in one place and what is named there; give its change of marking."""
        variant = self.variant(_handling(passage))
        named = _Named("passage", f"{self.seen.digest}/{told.number}")
        values: dict[str, object] = {
            "text": _clean(passage.text),
            "number": told.number,
            "page": passage.locator.page or None,
            "sort": passage.sort.value,
            "means": passage.means.value,
            "language": passage.language or None,
            "confidence": round(passage.confidence, 3) if passage.confidence < 1 else None,
            "layout": write_layout(passage.words) or None,
        }
        self._record(named, values, passage.locator, variant=variant)
        self._link(Bond(type="part-of", start=named, end=("file", self.seen.digest)), variant=variant)
        things = {mention: self._add_mention(passage, named, mention, variant) for mention in told.mentions}
        for relation in told.relations:
            subject, object_ = things.get(relation.subject), things.get(relation.object)
            if subject and object_ and subject != object_:
                bond = Bond(type=relation.type, role=relation.role, start=subject, end=object_)
                self._link(bond, variant=variant)
        return variant

    def _add_mention(self, passage: Passage, within: "_Named", mention: Mention, variant: int) -> "_Named | None":
        """Record a mention and the thing it names; give the thing's kind and key."""
        named = _Named("mention", f"{within.key}:{mention.start}-{mention.end}")
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
        self._record(named, values, place, variant=variant)
        self._link(Bond(type="part-of", start=named, end=within), variant=variant)
        thing = thing_of(mention, self.seen.places)
        if thing is None:
            return None
        made_of = _Named(thing.kind, f"{self.seen.digest}{_apart(passage)}/{thing.kind}/{thing.key}")
        self._add_thing(thing, made_of, place, variant)
        self._link(Bond(type="stands-for", start=named, end=made_of), variant=variant)
        return made_of

    def _add_thing(self, thing: Thing, named: "_Named", place: Locator, variant: int) -> None:
        thread = thread_of(self.seen.source, *named)
        if thread in self.threads:
            return
        self.threads.add(thread)
        values: dict[str, object] = {}
        for name, text in thing.terms.items():
            with suppress(Invalid):  # what the text says stays in the mention
                values[name] = self._value(thing.kind, name, text)
        self._record(named, values, place, place=thing.place, variant=variant)
        bond = Bond(type="about", role="mentioned", start=("file", self.seen.digest), end=named)
        self._link(bond, variant=variant)

    def _add_draft(self, draft: Draft) -> int:
        """Record what a file states outright, or say why it does not fit; give its change of marking."""
        variant = self.variant(_handling(draft))
        values: dict[str, object] = {}
        reasons = [] if draft.kind in self.seen.dictionary.kinds else [f"The dictionary has no kind {draft.kind!r}."]
        for name, text in self._terms_of(draft).items() if not reasons else ():
            try:
                values[name] = self._value(draft.kind, name, text)
            except Invalid as error:
                reasons.append(str(error))
        if reasons:
            self._fault(" ".join(reasons), "", draft.locator, _raw(draft))
        else:
            self._record(_Named(draft.kind, draft.key), values, draft.locator, place=draft.place, variant=variant)
        return variant

    def _terms_of(self, draft: Draft) -> Mapping[str, str]:
        """Give its terms, and for a bare point on the map where that is."""
        is_point = draft.kind == "location" and draft.place is not None
        return described(draft.place, draft.terms, self.seen.places) if is_point and draft.place else draft.terms

    def _value(self, kind: str, name: str, text: str) -> Value | None:
        term = self.seen.dictionary.kinds[kind].terms.get(name)
        if term is None:
            raise Invalid(f"the kind {kind!r} has no term {name!r}", where=name, advice="Check the pack.")
        return read_value(self.seen.dictionary, term, _clean(text), today=self.seen.today)

    def _record(
        self,
        named: "_Named",
        values: Mapping[str, object],
        locator: Locator,
        *,
        place: tuple[float, float] | None = None,
        at: int | None = None,
        variant: int = 0,
    ) -> None:
        kind = self.seen.dictionary.kinds[named.kind]
        words = words_of(self.seen.dictionary, kind, values)
        when = values.get(kind.event_time)
        self.records.append(
            {
                "row": self.row,
                "kind": named.kind,
                "thread": thread_of(self.seen.source, *named),
                "source_key": named.key,
                "payload": write_payload(kind, values),
                "event_time": at if at is not None else instant_of(when if isinstance(when, str) else None),
                "latitude": place[0] if place else None,
                "longitude": place[1] if place else None,
                "marking": variant,
                "locator": str(locator),
                **{f"text_{field_class.value}": words.get(field_class) or None for field_class in FieldClass},
            }
        )

    def _link(self, bond: Bond, *, variant: int = 0) -> None:
        self.links.append(
            {
                "row": self.row,
                "type": bond.type,
                "role": bond.role,
                "from_thread": thread_of(self.seen.source, *bond.start),
                "to_thread": thread_of(self.seen.source, *bond.end),
                "marking": variant,
            }
        )

    def _fault(self, reason: str, value: str, locator: Locator, raw: Mapping[str, str]) -> None:
        where = str(locator)
        self.faults.append(
            {
                "row": self.row,
                "column": "",
                "term": "",
                "reason": f"{reason} (at {where})" if where else reason,
                "value": _clean(value)[:1000],
                "raw": json.dumps({name: _clean(text) for name, text in raw.items()}, ensure_ascii=False),
            }
        )

    def finish(self, rows: int) -> Mapped:
        """Hand the rows over. A part that could not be read is handled like the most protected of those beside it."""
        most = self.variant(reduce(or_, self.changes)) if self.faults else 0
        return Mapped(
            records=pa.Table.from_pylist(self.records, RECORD_SCHEMA),
            links=pa.Table.from_pylist(self.links, LINK_SCHEMA),
            faults=pa.Table.from_pylist([fault | {"marking": most} for fault in self.faults], FAULT_SCHEMA),
            profile=PROFILE_SCHEMA.empty_table(),
            rows=rows,
        )


def _handling(found: Draft | Passage) -> MarkingChange:
    """Say what a part of a message adds to the marking of its delivery."""
    return MarkingChange(tlp=found.tlp, regimes=frozenset({Regime.PHI}) if found.health else frozenset())


def _apart(passage: Passage) -> str:
    """Tell things that are named under another handling apart, so that each is handled as the passage that names it."""
    return ("" if passage.tlp is Tlp.CLEAR else f"/{passage.tlp.label}") + ("/health" if passage.health else "")


class _Named(NamedTuple):
    """What tells a record apart at its source."""

    kind: str
    key: str


def integrate_contents(seen: FileSeen, contents: Contents) -> tuple[Mapped, tuple[MarkingChange, ...]]:
    """Make records and links of some rows; say also which changes of marking their `marking` counts through."""
    made = _Batch(seen=seen)
    for told in contents.told:
        made.add(told)
    mapped = made.finish(len(contents.told))
    return mapped, tuple(made.changes)


def today(clock: Clock = system_clock) -> date:
    """Say which day it is."""
    return to_datetime(clock()).date()


KIND, KEY, AT, POINT, TLP, HEALTH = "#kind", "#key", "#at", "#point", "#tlp", "#health"
"""Names under which a faulty record keeps, beside its values, what it is, where it stood, where it lies and how it is to be handled."""
_ASIDE = frozenset({KIND, KEY, AT, POINT, TLP, HEALTH})


def _raw(draft: Draft) -> dict[str, str]:
    """Write a draft as the values of a row, so that it can be mended and made a record after all."""
    aside = {
        KIND: draft.kind,
        KEY: draft.key,
        AT: str(draft.locator),
        POINT: f"{draft.place[0]},{draft.place[1]}" if draft.place else "",
        TLP: draft.tlp.label,
        HEALTH: "yes" if draft.health else "no",
    }
    return {**draft.terms, **aside}


def mended_draft(values: Mapping[str, str]) -> Draft:
    """Make a record's draft again of the values of its quarantined row, as they were mended; in doubt, protect more."""
    terms = {name: value for name, value in values.items() if name not in _ASIDE and value}
    return Draft(
        kind=values.get(KIND, ""),
        key=values.get(KEY, ""),
        terms=terms,
        locator=Locator.read(values.get(AT, "")),
        place=_point(values.get(POINT, "")),
        tlp=next((level for level in Tlp if level.label == values.get(TLP)), Tlp.RED),
        health=values.get(HEALTH, "yes") == "yes",
    )


def _point(text: str) -> tuple[float, float] | None:
    """Read latitude and longitude in degrees as they are kept aside; None where there are none, or they are not on Earth.

    >>> _point("39.15,-75.52"), _point(""), _point("95,10"), _point("here")
    ((39.15, -75.52), None, None, None)
    """
    try:
        latitude, longitude = map(float, text.split(","))
    except ValueError:
        return None
    return (latitude, longitude) if is_on_earth(latitude, longitude) else None


def _clean(text: str) -> str:
    return text.replace("\x00", _NUL).encode("utf-8", "replace").decode()


def sentence_around(text: str, start: int, end: int) -> str:
    """Cut out the sentence in which a stretch stands, or as much of it as is worth keeping.

    >>> sentence_around("It rained. Ann Lee drove off. He ran.", 11, 18)
    'Ann Lee drove off.'
    """
    left = max(text.rfind(mark, max(0, start - SENTENCE), start) for mark in (". ", "! ", "? ", "\n"))
    found = [at for mark in (". ", "! ", "? ", "\n") if (at := text.find(mark, end, end + SENTENCE)) >= 0]
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
