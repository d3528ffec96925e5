"""From a question to SQL: one builder for hits, counts, map cells and exports, so that all are filtered alike.

Field classes decide what a word or a place may be matched on. Markings that open the same classes are asked together;
the answers of these few groups are disjoint and are united.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, func, or_, select, union_all

from tessera.errors import Invalid
from tessera.model.marking import FieldClass
from tessera.model.record import Order, SearchQuery
from tessera.store import places, tables
from tessera.store.intake import kind_ids
from tessera.store.scope import covers
from tessera.store.transactions import Transaction
from tessera.store.words import Question, parse_question

r = tables.record.c
MOSTLY = 0.8
MOST_NAMED = 64
MOST_BRANCHES = 200
"""How many pairs of marking and kind are looked up one by one; SQLite unites 500 at most."""


@dataclass(frozen=True, slots=True)
class _Group:
    classes: tuple[str, ...]
    markings: tuple[int, ...]
    named: tuple[int, ...]
    """Markings that the word index is told to look under; empty where it looks everywhere."""


def hits(
    tx: Transaction,
    query: SearchQuery,
    columns: Sequence[ColumnElement[Any]],
    *,
    limit: int,
    after: int | None = None,
    placed: bool = False,
) -> CompoundSelect[Any] | Select[Any] | None:
    """Select `columns` of the newest `limit` hits that this access may see; None where there can be none.

    `after` is the record key behind which to go on. `placed` keeps only records whose place may be seen: for answers
    that show where something is.
    """
    question = parse_question(query.text)
    if question is None and _is_plain(query):
        return _newest(tx, query, columns, limit=limit, after=after, placed=placed)
    if query.text.strip() and question is None:
        raise Invalid("the search has no letters or digits to look for", advice="Type a word, a name or a number.")
    wanted = _common(tx, query)
    if after is not None:
        wanted.append(_behind(query.order, after))
    # the word index gives its rows newest first, but only if it is asked by its own key
    key = r.id if question is None else tx.dialect.words_key
    selects = [
        _ordered(_group_select(tx, question, group, columns).where(*wanted), query.order, key).limit(limit)
        for group in _groups(tx, question, placed=placed or query.near is not None or query.box is not None)
    ]
    if not selects:
        return None
    if len(selects) == 1:
        return selects[0]
    united = union_all(*(select(s.subquery()) for s in selects)).subquery()
    return _ordered_union(united, query.order).limit(limit)


def _is_plain(query: SearchQuery) -> bool:
    """Claim that the question filters by nothing but kind, source and holding, and wants the newest."""
    asked = (query.text.strip(), query.since, query.until, query.near, query.box)
    return query.order is Order.RECEIVED and not any(part not in {"", None} for part in asked)


def _newest(
    tx: Transaction,
    query: SearchQuery,
    columns: Sequence[ColumnElement[Any]],
    *,
    limit: int,
    after: int | None,
    placed: bool,
) -> Select[Any] | None:
    """Take the newest of each visible marking and kind from the index, then the newest of these.

    The time this takes does not depend on how much there is that may not be seen.
    """
    s = tables.stock.c
    markings = tx.scope.listed.with_class(FieldClass.PLACE) if placed else tx.scope.listed.visible
    sorts = select(s.marking_id, s.kind_id).where(covers(s.marking_id, markings))
    if query.kinds:
        known = kind_ids(tx)
        sorts = sorts.where(s.kind_id.in_([known[name] for name in query.kinds if name in known]))
    wanted = [known_at(query.as_of)]
    if query.sources or query.holdings:
        wanted.append(r.source_id.in_(_source_ids(query)))
    if after is not None:
        wanted.append(r.id < after)
    pairs = tx.connection.execute(sorts.order_by(s.marking_id, s.kind_id)).all()
    if not pairs:
        return None
    if len(pairs) > MOST_BRANCHES:
        kinds = sorted({kind_id for _, kind_id in pairs})
        return _scan(columns, [covers(r.marking_id + 0, markings), r.kind_id.in_(kinds), *wanted], limit)
    tops = [
        select(r.id.label("_id"))
        .where(r.marking_id == marking_id, r.kind_id == kind_id, *wanted)
        .order_by(r.id.desc())
        .limit(limit)
        for marking_id, kind_id in pairs
    ]
    newest = union_all(*(select(top.subquery().c["_id"]) for top in tops)).subquery()
    chosen = select(newest.c["_id"]).order_by(newest.c["_id"].desc()).limit(limit).subquery()
    return (
        select(*columns, r.id.label("_id"), r.event_time.label("_time"))
        .join(chosen, chosen.c["_id"] == r.id)
        .order_by(r.id.desc())
    )


def _scan(columns: Sequence[ColumnElement[Any]], wanted: Sequence[ColumnElement[bool]], limit: int) -> Select[Any]:
    """Walk back from the newest record; the sum in the filter keeps the planner from sorting by an index instead."""
    chosen = select(*columns, r.id.label("_id"), r.event_time.label("_time")).where(*wanted)
    return chosen.order_by(r.id.desc()).limit(limit)


def matching(
    tx: Transaction, query: SearchQuery, columns: Sequence[ColumnElement[Any]], *, placed: bool = False
) -> CompoundSelect[Any] | Select[Any] | None:
    """Select `columns` of everything that the query finds, in no order: for counting."""
    question = parse_question(query.text)
    wanted = _common(tx, query)
    placed = placed or query.near is not None or query.box is not None
    selects = [
        _group_select(tx, question, group, columns).where(*wanted) for group in _groups(tx, question, placed=placed)
    ]
    return union_all(*selects) if selects else None


def _groups(tx: Transaction, question: Question | None, *, placed: bool) -> list[_Group]:
    """Put together the visible markings that open the same field classes, leaving out those that have no records."""
    s = tables.stock.c
    rows = tx.connection.execute(select(s.marking_id, func.sum(s.records)).group_by(s.marking_id))
    stock = {key: int(count) for key, count in rows if count}
    if question is None:
        markings = tx.scope.listed.with_class(FieldClass.PLACE) if placed else tx.scope.listed.visible
        return _group((), markings, stock)
    open_to = [(c, m) for c, m in tx.scope.listed.groups if FieldClass.PLACE in c or not placed]
    return [group for classes, markings in open_to for group in _group(classes, markings, stock)]


def _group(classes: tuple[str, ...], markings: Iterable[int], stock: Mapping[int, int]) -> list[_Group]:
    """Make one group, or none where nothing is stored under its markings.

    Its markings are named to the word index where much is hidden from it: without that, a common word that occurs mostly in
    hidden records would be looked up in each of them.
    """
    kept = tuple(key for key in sorted(markings) if key in stock)
    seen = sum(stock[key] for key in kept)
    worth_naming = seen < MOSTLY * sum(stock.values()) and len(kept) <= MOST_NAMED
    return [_Group(classes, kept, kept if worth_naming else ())] if kept else []


def _group_select(
    tx: Transaction, question: Question | None, group: _Group, columns: Sequence[ColumnElement[Any]]
) -> Select[Any]:
    order_keys = [r.id.label("_id"), r.event_time.label("_time")]
    chosen = select(*columns, *order_keys).where(covers(r.marking_id, group.markings))
    if question is None:
        return chosen.select_from(tables.record)
    contains = tx.dialect.contains(question, list(group.classes), group.named)
    return chosen.select_from(tx.dialect.words_join()).where(contains)


def _common(tx: Transaction, query: SearchQuery) -> list[ColumnElement[bool]]:
    wanted = [known_at(query.as_of)]
    if query.kinds or query.since is not None or query.until is not None:
        known = kind_ids(tx)
        names = query.kinds or tuple(known)
        # naming the kinds lets the index on kind and time work
        wanted.append(r.kind_id.in_([known[name] for name in names if name in known]))
    if query.sources or query.holdings:
        wanted.append(r.source_id.in_(_source_ids(query)))
    if query.since is not None:
        wanted.append(r.event_time >= query.since)
    if query.until is not None:
        wanted.append(r.event_time < query.until)
    if query.box is not None:
        wanted += places.in_box(query.box)
    if query.near is not None:
        wanted += places.near(*query.near)
    return wanted


def _source_ids(query: SearchQuery) -> Select[Any]:
    s = tables.source.c
    chosen = select(s.id)
    if query.sources:
        chosen = chosen.where(s.name.in_(query.sources))
    if query.holdings:
        chosen = chosen.where(s.holding.in_(query.holdings))
    return chosen


def known_at(as_of: int | None) -> ColumnElement[bool]:
    """Keep what was known at that instant; without one, what is known now."""
    if as_of is None:
        return r.known_to.is_(None)
    return and_(r.known_from <= as_of, or_(r.known_to.is_(None), r.known_to > as_of))


def _behind(order: Order, after: int) -> ColumnElement[bool]:
    if order is Order.RECEIVED:
        return r.id < after
    time = select(r.event_time).where(r.id == after).scalar_subquery()
    undated = and_(time.is_(None), r.event_time.is_(None), r.id < after)
    earlier = and_(time.is_not(None), or_(r.event_time < time, r.event_time.is_(None)))
    same = and_(r.event_time == time, r.id < after)
    return or_(undated, earlier, same)


def _ordered(chosen: Select[Any], order: Order, key: ColumnElement[int]) -> Select[Any]:
    if order is Order.RECEIVED:
        return chosen.order_by(key.desc())
    return chosen.order_by(r.event_time.desc().nulls_last(), key.desc())


def _ordered_union(united: Any, order: Order) -> Select[Any]:  # noqa: ANN401 - SQLAlchemy's generic subquery
    if order is Order.RECEIVED:
        return select(united).order_by(united.c["_id"].desc())
    return select(united).order_by(united.c["_time"].desc().nulls_last(), united.c["_id"].desc())
