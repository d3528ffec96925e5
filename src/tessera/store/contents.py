"""What files say, for the pages that show them: passages with their mentions, piece by piece under the reader's rules."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from operator import or_ as join
from string import ascii_uppercase
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select, true

from tessera.errors import Invalid, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.contents import Cell, FileContents, FileSummary, LegendEntry, ShownPassage, Stretch
from tessera.model.locator import Locator
from tessera.model.marking import FieldClass, Marking
from tessera.model.record import RecordView
from tessera.model.rows import TableFormat
from tessera.store import tables
from tessera.store.deliveries import parts_of
from tessera.store.events import Event
from tessera.store.scope import covers
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS, to_views

r, d, k = tables.record.c, tables.delivery.c, tables.kind.c
PASSAGES_AT_ONCE = 60
MOST_MENTIONS = 4_000
MOST_OTHERS = 200
MOST_COUNTED = 20_000
"""Mentions of one file that its legend counts."""
BAR = " | "
"""What readers write between the cells of a row whose columns have no names."""
ABOUT_TEXT = ("file", "passage", "mention")


def format_of(tx: Transaction, delivery: UUID) -> str:
    """Say in which format a delivery was read for what it says; empty where it was read as a table. The caller notes."""
    key = tx.connection.execute(select(d.id).where(d.uid == delivery.bytes)).scalar_one_or_none()
    parts = parts_of(tx, {key}).get(key, []) if key is not None else []
    contents = [part for _, part, _ in parts if part.format is TableFormat.CONTENTS]
    return contents[0].options.get("format", "") if contents else ""


def show(
    tx: Transaction,
    delivery: UUID,
    *,
    first_row: int = 1,
    page: int = 0,
    named: str = "",
    here: UUID | None = None,
    most: int = PASSAGES_AT_ONCE,
) -> FileContents:
    """Read some passages of a file from a row on, or from a page on, with the mentions in them.

    `named` is a type of mention: only passages that name such a thing are given. `here` is the record that the reader came
    for: its passage is among them, and marked. A file of which this reader may see nothing, and one that does not exist,
    give the same answer.
    """
    tx.require(Permission.RECORD_READ)
    tx.note(Event.RECORD_READ, f"delivery:{delivery}", contents=True)
    kinds = {row.name: row.id for row in tx.connection.execute(select(tables.kind))}
    spot = _views(tx, select(*VIEW_COLUMNS).where(r.uid == here.bytes), delivery)[:1] if here else []
    start = max(1, _row_of(tx, here) - 3) if spot and here else first_row
    only = _naming(tx, delivery, kinds.get("mention"), named) if named else true()
    if page and not (spot and here):
        start = _row_of_page(tx, delivery, kinds.get("passage"), page)
    passages = _of_kind(tx, delivery, kinds.get("passage"), start, most=most + 1, only=only) if start else []
    shown = passages[:most]
    file = _views(tx, _current(kinds.get("file")), delivery)[:1]
    others = _others(tx, delivery, kinds)
    if not (shown or file or others):
        raise NotFound("no such file", where=str(delivery), advice="It does not exist, or you may not know of it.")
    rows = _rows(tx, [view.uid for view in shown])
    layouts = _layouts(tx, [view.uid for view in shown])
    mentions = _mentions(tx, delivery, kinds.get("mention"), rows)
    cut = [
        _cut(
            tx,
            view,
            row=rows[view.uid],
            mentions=mentions.get(rows[view.uid], []),
            layout=layouts[view.uid],
            here=here,
        )
        for view in shown
    ]
    if spot:
        cut = [replace(one, here=one.here or _tells(one.locator, _place(spot[0]))) for one in cut]
    found = [*shown, *file, *others, *(m for some in mentions.values() for m in some)]
    return FileContents(
        delivery=delivery,
        format=format_of(tx, delivery),
        file=file[0] if file else None,
        passages=tuple(cut),
        legend=_legend(tx, cut),
        previous_row=_before(tx, delivery, kinds.get("passage"), start, only),
        next_row=rows[shown[-1].uid] + 1 if len(passages) > most else 0,
        others=tuple(others),
        marking=reduce(join, (view.marking for view in found), Marking()),
    )


def _current(kind_id: int | None) -> Select[tuple[object, ...]]:
    return select(*VIEW_COLUMNS).where(r.kind_id == (kind_id or 0), r.known_to.is_(None))


def _views(tx: Transaction, query: Select[tuple[object, ...]], delivery: UUID) -> list[RecordView]:
    own = select(d.id).where(d.uid == delivery.bytes).scalar_subquery()
    chosen = query.where(r.delivery_id == own, covers(r.marking_id, tx.scope.visible)).order_by(r.row, r.id)
    return to_views(tx, tx.connection.execute(chosen).all())


def _of_kind(
    tx: Transaction, delivery: UUID, kind_id: int | None, first: int, *, most: int, only: ColumnElement[bool]
) -> list[RecordView]:
    return _views(tx, _current(kind_id).where(r.row >= first, only).limit(most), delivery)


def _naming(tx: Transaction, delivery: UUID, kind_id: int | None, named: str) -> ColumnElement[bool]:
    """Write the condition that a passage names a thing of this type, as far as the reader may read what it names."""
    if named not in tx.dictionary.code_lists["mention-type"].codes:
        raise Invalid(f"{named!r} is no type of mention", where="named", advice="Follow the links of the page.")
    return r.row.in_(_mentioned(tx, delivery, kind_id).where(_is_of(r.payload, named)).with_only_columns(r.row))


def _mentioned(tx: Transaction, delivery: UUID, kind_id: int | None) -> Select[tuple[object, ...]]:
    own = select(d.id).where(d.uid == delivery.bytes).scalar_subquery()
    narrative = tx.scope.visible & tx.scope.with_class(FieldClass.NARRATIVE)
    return select(r.row, r.payload).where(
        r.delivery_id == own, r.kind_id == (kind_id or 0), r.known_to.is_(None), covers(r.marking_id, narrative)
    )


def _is_of(payload: ColumnElement[str], named: str) -> ColumnElement[bool]:
    """Claim that a mention is of a type. Quotation marks inside a text have a backslash before them, so no text looks so."""
    return payload.contains(f'"mention_type":"{named}"', autoescape=True)


def _row_of_page(tx: Transaction, delivery: UUID, kind_id: int | None, page: int) -> int:
    """Give the first row of a page; 0 where no text was found on it."""
    own = select(d.id).where(d.uid == delivery.bytes).scalar_subquery()
    query = select(func.min(r.row)).where(
        r.delivery_id == own,
        r.kind_id == (kind_id or 0),
        r.known_to.is_(None),
        covers(r.marking_id, tx.scope.visible),
        or_(r.locator == f"page={page}", r.locator.startswith(f"page={page}&")),
    )
    return int(tx.connection.execute(query).scalar_one() or 0)


def legend(tx: Transaction, delivery: UUID) -> tuple[LegendEntry, ...]:
    """Count what is named in a whole file, by type; of a very long one, in its first mentions. Stands beside `show`, which notes."""
    tx.require(Permission.RECORD_READ)
    codes = tx.dictionary.code_lists["mention-type"].codes
    kind_id = tx.connection.execute(select(k.id).where(k.name == "mention")).scalar_one_or_none()
    said = _mentioned(tx, delivery, kind_id).limit(MOST_COUNTED).subquery()
    counts = [func.count().filter(_is_of(said.c.payload, name)).label(name) for name in codes]
    row = tx.connection.execute(select(*counts).select_from(said)).mappings().one()
    return tuple(LegendEntry(type=name, label=codes[name].label, count=count) for name, count in row.items() if count)


def summary(tx: Transaction, delivery: UUID) -> FileSummary | None:
    """Say in a line what became of a file; None where it was read as a table, or its record may not be seen."""
    tx.require(Permission.RECORD_READ)
    tx.note(Event.RECORD_READ, f"delivery:{delivery}", contents=True)
    kinds = {row.name: row.id for row in tx.connection.execute(select(tables.kind))}
    file = _views(tx, _current(kinds.get("file")), delivery)[:1]
    if not file:
        return None
    pages = _value(file[0], "pages")
    own = select(d.id).where(d.uid == delivery.bytes).scalar_subquery()
    counted = (
        select(r.kind_id, func.count())
        .where(r.delivery_id == own, r.known_to.is_(None), covers(r.marking_id, tx.scope.visible))
        .group_by(r.kind_id)
    )
    counts = {int(key): int(count) for key, count in tx.connection.execute(counted)}
    return FileSummary(
        format=_value(file[0], "format"),
        language=_value(file[0], "language"),
        pages=int(pages) if pages.isdigit() else 0,
        passages=counts.get(kinds.get("passage", 0), 0),
        mentions=counts.get(kinds.get("mention", 0), 0),
        stated=_stated_count(tx, own, kinds),
    )


def _others(tx: Transaction, delivery: UUID, kinds: dict[str, int]) -> list[RecordView]:
    """Records that the file states itself: those with a place in it that is no place in a passage."""
    return _views(tx, select(*VIEW_COLUMNS).where(_is_stated(kinds)).limit(MOST_OTHERS), delivery)


def _stated_count(tx: Transaction, own: ScalarSelect[object], kinds: dict[str, int]) -> int:
    query = select(func.count()).select_from(tables.record)
    chosen = query.where(r.delivery_id == own, covers(r.marking_id, tx.scope.visible), _is_stated(kinds))
    return int(tx.connection.execute(chosen).scalar_one())


def _is_stated(kinds: dict[str, int]) -> ColumnElement[bool]:
    textual = [kinds[name] for name in ABOUT_TEXT if name in kinds]
    placed = and_(r.locator.is_not(None), r.locator.not_like("%passage=%"))
    return and_(r.kind_id.not_in(textual), r.known_to.is_(None), placed)


def _row_of(tx: Transaction, uid: UUID) -> int:
    return int(tx.connection.execute(select(r.row).where(r.uid == uid.bytes)).scalar_one())


def _rows(tx: Transaction, uids: Sequence[UUID]) -> dict[UUID, int]:
    found = tx.connection.execute(select(r.uid, r.row).where(r.uid.in_([uid.bytes for uid in uids])))
    return {UUID(bytes=bytes(row.uid)): row.row for row in found}


def _layouts(tx: Transaction, uids: Sequence[UUID]) -> dict[UUID, str]:
    """Give where the words of these passages stand. Whoever may not read a passage's text is not shown them."""
    found = tx.connection.execute(select(r.uid, r.payload).where(r.uid.in_([uid.bytes for uid in uids])))
    return {UUID(bytes=bytes(row.uid)): json.loads(row.payload).get("layout", "") for row in found}


def _before(tx: Transaction, delivery: UUID, kind_id: int | None, start: int, only: ColumnElement[bool]) -> int:
    """Give the row from which the page before begins; 0 where there is none."""
    own = select(d.id).where(d.uid == delivery.bytes).scalar_subquery()
    query = (
        select(r.row)
        .where(r.delivery_id == own, r.kind_id == (kind_id or 0), r.known_to.is_(None), r.row < start)
        .where(covers(r.marking_id, tx.scope.visible), only)
        .order_by(r.row.desc())
        .limit(PASSAGES_AT_ONCE)
    )
    rows = list(tx.connection.execute(query).scalars())
    return int(rows[-1]) if rows else 0


def _mentions(
    tx: Transaction, delivery: UUID, kind_id: int | None, rows: dict[UUID, int]
) -> dict[int, list[RecordView]]:
    """Give the mentions of these passages by the row of their passage."""
    if not rows:
        return {}
    query = _current(kind_id).where(r.row.in_(sorted(rows.values()))).limit(MOST_MENTIONS)
    found: dict[int, list[RecordView]] = {}
    for view in _views(tx, query, delivery):
        found.setdefault(_place(view).passage, []).append(view)
    return found


def _value(view: RecordView, term: str) -> str:
    return next((value.value for value in view.terms if value.term == term and not value.masked), "")


def _place(view: RecordView) -> Locator:
    return Locator.read(view.locator.partition("#")[2])


def _tells(passage: Locator, place: Locator) -> bool:
    """Claim that a passage tells of a record that the file states: in the same row, or at the same part of a message."""
    same = (passage.page, passage.row, passage.pointer) == (place.page, place.row, place.pointer)
    return same and not place.passage and bool(place.row or place.pointer)


def _cut(
    tx: Transaction,
    view: RecordView,
    *,
    row: int,
    mentions: Sequence[RecordView],
    layout: str,
    here: UUID | None,
) -> ShownPassage:
    """Cut the text of a passage where mentions begin and end."""
    masked = next((value.masked_by for value in view.terms if value.term == "text" and value.masked), "")
    text = _value(view, "text")
    confidence = _value(view, "confidence")
    page, sort, times = _value(view, "page"), _value(view, "sort"), _times(layout)
    cells = _cell_spans(text, layout) if sort == "row" and not masked else []
    return ShownPassage(
        uid=view.uid,
        row=row,
        page=int(page) if page.isdigit() else 0,
        sort=sort,
        means=_value(view, "means"),
        confidence=float(confidence) if confidence else None,
        locator=_place(view),
        stretches=tuple(_stretches(tx, text, (0, len(text)), mentions, times=times, here=here)) if not masked else (),
        cells=tuple(
            Cell(
                column=column,
                name=name,
                stretches=tuple(_stretches(tx, text, span, mentions, times=times, here=here)),
            )
            for column, name, span in cells
        ),
        masked_by=masked,
        here=view.uid == here,
    )


def _stretches(
    tx: Transaction,
    text: str,
    span: tuple[int, int],
    mentions: Iterable[RecordView],
    *,
    times: dict[int, float],
    here: UUID | None,
) -> Iterable[Stretch]:
    """Cut the characters of a span where mentions begin and end. A mention that reaches over its end is cut there."""
    placed = []
    for mention in mentions:
        chars = Locator.read(mention.locator.partition("#")[2]).chars
        if chars and 0 <= chars[0] < chars[1] <= len(text) and chars[0] < span[1] and span[0] < chars[1]:
            placed.append((max(chars[0], span[0]), min(chars[1], span[1]), mention))
    at = span[0]
    for start, end, mention in sorted(placed, key=lambda one: one[:2]):
        if start < at:
            continue
        yield from _plain(text, at, start, times)
        name = _value(mention, "mention_type")
        label = f"{_label(tx, 'mention-type', name)}: {_value(mention, 'value')}. {_label(tx, 'found-by', _value(mention, 'by'))}"
        yield Stretch(
            text=text[start:end],
            type=name,
            label=label,
            mention=mention.uid,
            seconds=times.get(start),
            here=mention.uid == here,
        )
        at = end
    yield from _plain(text, at, span[1], times)


def _plain(text: str, start: int, end: int, times: dict[int, float]) -> Iterable[Stretch]:
    """Give text without mentions; in a recording, word by word, so that it can be played from each."""
    cuts = [start, *(at for at in sorted(times) if start < at < end), end]
    for first, last in pairwise(cuts):
        if first < last:
            yield Stretch(text=text[first:last], seconds=times.get(first))


def _times(layout: str) -> dict[int, float]:
    """Read when words are spoken: the second by the character at which the word begins."""
    found = {}
    for word in layout.split():
        chars, mark, times = word.partition("~")
        if mark:
            found[int(chars.partition("-")[0])] = float(times.partition(",")[0])
    return found


def _cell_spans(text: str, layout: str) -> list[tuple[str, str, tuple[int, int]]]:
    """Give the cells of a row: the column's letter, its name where the text has it before the cell, and from where to where.

    >>> _cell_spans("Plate: PC1; State: DE", "7-10!A2 19-21!B2")
    [('A', 'Plate', (7, 10)), ('B', 'State', (19, 21))]
    >>> _cell_spans("Glock | 1", "")
    [('A', '', (0, 5)), ('B', '', (8, 9))]
    """
    spans: dict[str, tuple[int, int]] = {}
    for word in layout.split():
        place, mark, cell = word.partition("!")
        if mark:
            first, _, last = place.partition("@")[0].partition("~")[0].partition("-")
            spans[cell] = (spans[cell][0] if cell in spans else int(first), int(last))
    if not spans:
        return _cells_between_bars(text)
    found, at = [], 0
    for cell, (start, end) in spans.items():
        before = text[at:start].strip().removeprefix(";").strip()
        found.append(
            (cell.rstrip("0123456789"), before.removesuffix(":") if before.endswith(":") else "", (start, end))
        )
        at = end
    return found


def _cells_between_bars(text: str) -> list[tuple[str, str, tuple[int, int]]]:
    """Cut a row that was written with bars between its cells; one without bars is no row of several cells."""
    parts = text.split(BAR)
    if not 1 < len(parts) <= len(ascii_uppercase):
        return []
    found, at = [], 0
    for letter, part in zip(ascii_uppercase, parts, strict=False):
        found.append((letter, "", (at, at + len(part))))
        at += len(part) + len(BAR)
    return found


def _legend(tx: Transaction, passages: Iterable[ShownPassage]) -> tuple[LegendEntry, ...]:
    counts = Counter(part.type for passage in passages for part in passage.stretches if part.type)
    return tuple(
        LegendEntry(type=name, label=_label(tx, "mention-type", name), count=count)
        for name, count in sorted(counts.items())
    )


def _label(tx: Transaction, code_list: str, code: str) -> str:
    codes = tx.dictionary.code_lists.get(code_list)
    return codes.codes[code].label if codes and code in codes.codes else code


def first_words(tx: Transaction, delivery_id: int, *, most: int) -> str:
    """Give what the passages that were stored of a delivery say first, for the pipeline that goes on reading it. The caller notes."""
    kind_id = tx.connection.execute(select(k.id).where(k.name == "passage")).scalar_one_or_none()
    query = select(r.payload).where(r.delivery_id == delivery_id, r.kind_id == (kind_id or 0)).order_by(r.row)
    texts, length = list[str](), 0
    with tx.connection.execute(query) as found:
        for payload in found.scalars():
            texts.append(json.loads(payload).get("text", ""))
            length += len(texts[-1])
            if length >= most:
                break
    return " ".join(texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholePassage:
    """A passage of a file with the places of its words, and the mentions in it: type, first and last character."""

    text: str
    locator: Locator
    layout: str
    mentions: tuple[tuple[str, int, int], ...] = ()


def whole(tx: Transaction, delivery: UUID) -> list[WholePassage]:
    """Read every passage of a file that this access may see, in order, to make a copy of it. The caller notes why."""
    tx.require(Permission.RECORD_EXPORT)
    tx.exporting = str(new_id())
    kinds = {row.name: row.id for row in tx.connection.execute(select(tables.kind))}
    mentions: dict[int, list[tuple[str, int, int]]] = {}
    for view in _views(tx, _current(kinds.get("mention")), delivery):
        place = Locator.read(view.locator.partition("#")[2])
        name = _value(view, "mention_type")
        if place.chars and name:
            mentions.setdefault(place.passage, []).append((name, *place.chars))
    passages = _views(tx, _current(kinds.get("passage")), delivery)
    layouts = {}
    for view in passages:
        row = tx.connection.execute(select(r.payload).where(r.uid == view.uid.bytes)).scalar_one()
        layouts[view.uid] = json.loads(row).get("layout", "")
    if not passages:
        raise NotFound(
            "no such file", where=str(delivery), advice="It does not exist, holds no text, or you may not know of it."
        )
    return [
        WholePassage(
            text=_value(view, "text"),
            locator=Locator.read(view.locator.partition("#")[2]),
            layout=layouts[view.uid] if _value(view, "text") else "",
            mentions=tuple(mentions.get(Locator.read(view.locator.partition("#")[2]).passage, ())),
        )
        for view in passages
    ]


def note_redacted(tx: Transaction, delivery: UUID, *, reason: str, hidden: Mapping[str, int], sha256: str) -> None:
    """Note that a copy went out, why, what was hidden in it, and the SHA-256 of its bytes."""
    tx.require(Permission.RECORD_EXPORT)
    tx.note(Event.FILE_REDACTED, f"delivery:{delivery}", reason=reason, hidden=dict(hidden), sha256=sha256)


def spot_of(tx: Transaction, uid: UUID) -> tuple[UUID, str, Locator]:
    """Say where a record stands that this access may see: its delivery, the delivery's format, and the place in it."""
    tx.require(Permission.RECORD_READ)
    query = select(r.locator, d.uid).join(tables.delivery, d.id == r.delivery_id)
    row = tx.connection.execute(query.where(r.uid == uid.bytes, covers(r.marking_id, tx.scope.visible))).one_or_none()
    if row is None:
        raise NotFound("no such record", where=str(uid))
    tx.note(Event.EVIDENCE_READ, f"record:{uid}")
    delivery = UUID(bytes=bytes(row.uid))
    return delivery, format_of(tx, delivery), Locator.read(row.locator or "")
