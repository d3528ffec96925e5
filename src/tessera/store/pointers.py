"""Pointers: a search by name or number may be told that an owner holds something which the reader may not read.

Only the owner's name comes of it, once, whether one record answers or many; no count, kind or time. It is asked on the search
page alone, never for facets, counts, maps, suggestions, exports or the API. Each such question is an event and counts
against a limit, so that nobody can go through a list of names.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from tessera.model.access import Permission
from tessera.model.marking import FieldClass
from tessera.model.record import SearchQuery
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.owners import owners_of
from tessera.store.questions import MOST_NAMED
from tessera.store.scope import covers
from tessera.store.transactions import Transaction
from tessera.store.words import Question, parse_question
from tessera.trust.pointers import Asked, owners_to_name, points

r, s, a = tables.record.c, tables.source.c, tables.audit_entry.c
PER_HOUR = 60
"""How many questions of this sort one account may ask within an hour."""
HOUR_MS = 3_600_000
LOOKED_BACK = 5_000
IDENTIFIER = [FieldClass.IDENTIFIER.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """What may be said beside the hits: (name, label, contact) of each owner to ask; `limited` if none was looked for."""

    owners: tuple[tuple[str, str, str], ...] = ()
    limited: bool = False


NOTHING = Pointed()


def asked_of(query: SearchQuery) -> tuple[Asked, Question | None]:
    """Tell a question apart for the rule. A filter makes it more than plain words: it would tell kind, time or place."""
    question = parse_question(query.text)
    filters = (
        query.kinds, query.sources, query.holdings, query.since, query.until, query.near, query.box, query.as_of, query.cursor,
    )  # fmt: skip
    clauses = question.clauses if question else ()
    simple = all(not c.negated and len(c.phrases) == 1 and not c.phrases[0].prefix for c in clauses)
    plain = simple and not any(part not in {None, (), ""} for part in filters)
    return Asked(phrases=tuple(phrase.words for c in clauses for phrase in c.phrases), plain=plain), question


def ask(tx: Transaction, query: SearchQuery) -> Pointed:
    """Name the owners of hidden records that answer this question and that the reader may know of.

    Ask it in the transaction of the search itself: a question that points nowhere is noted as that search and no more.
    """
    tx.require(Permission.RECORD_READ)
    asked, question = asked_of(query)
    if question is None or not points(asked) or not _may_ask(tx):
        return NOTHING
    if _asked_within_the_hour(tx) >= PER_HOUR:
        tx.note(Event.POINTER_ASKED, limited=True)
        return Pointed(limited=True)
    names = _owners(tx, question, knowable(tx))
    tx.note(Event.POINTER_ASKED, question=query.text, owners=list(names))
    g = tables.agency.c
    rows = tx.connection.execute(select(g.name, g.label, g.contact).where(g.name.in_(names)).order_by(g.name))
    return Pointed(owners=tuple((row.name, row.label, row.contact) for row in rows))


def _may_ask(tx: Transaction) -> bool:
    """Only who can go on to ask the owner is told of one, and only who says what for."""
    may = tx.store.policy.may(tx.access, Permission.REQUEST_CREATE, today=tx.today)
    return bool(may) and bool(tx.access.need_to_know.strip())


def knowable(tx: Transaction) -> list[int]:
    """Find the markings whose records this access may know of and may not read."""
    known = sorted((key, m) for key, m in tx.store.markings(tx).items() if key not in tx.scope.visible)
    decided = tx.store.policy.may_know(
        tx.access, [marking for _, marking in known], today=tx.today, standing=tx.standing
    )
    return [key for (key, _), decision in zip(known, decided, strict=True) if decision]


def _owners(tx: Transaction, question: Question, markings: Sequence[int]) -> tuple[str, ...]:
    """Find whose the records are that the word index gives for this question under these markings."""
    named = markings if len(markings) <= MOST_NAMED else ()
    chosen = (
        select(r.marking_id, s.agency)
        .select_from(tx.dialect.words_join())
        .join(tables.source, s.id == r.source_id)
        .where(
            tx.dialect.contains(question, IDENTIFIER, named),
            covers(r.marking_id, markings),
            r.known_to.is_(None),
        )
        .distinct()
    )
    known, found = tx.store.markings(tx), tx.connection.execute(chosen)
    return owners_to_name(tx.access.actor.agency, [owners_of(known[row.marking_id], row.agency) for row in found])


def _asked_within_the_hour(tx: Transaction) -> int:
    latest = (
        select(a.at, a.account)
        .where(a.event == Event.POINTER_ASKED.value)
        .order_by(a.index.desc())
        .limit(LOOKED_BACK)
        .subquery()
    )
    counted = select(func.count()).where(latest.c.at > tx.at - HOUR_MS, latest.c.account == tx.access.actor.account)
    return int(tx.connection.execute(counted).scalar_one())
