"""Records found by a name: candidates from the index of sounds, the nearest of them compared word by word, with reasons.

Only records are looked at that the reader may read and whose names are not masked for the reader; the caps on how many are
compared count only these. How much a word tells comes from the packs. So a record that is hidden changes nothing: no hit, no
count, no order, no score.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import select

from tessera.dictionary.names import NameTerms
from tessera.errors import Invalid
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.marking import FieldClass
from tessera.model.naming import ListedName, NameHit, NameList, NameQuery, NamesPage, Screened
from tessera.resolution.name_dates import PartialDate, compare_dates, read_date
from tessera.resolution.name_keys import KEY_BITS, asked_keys
from tessera.resolution.name_payloads import names_of
from tessera.resolution.name_reading import LONGEST_NAME, Name
from tessera.resolution.name_romanising import romanised
from tessera.resolution.names import Match, compare
from tessera.store import tables
from tessera.store.choosing import in_pieces
from tessera.store.events import Event
from tessera.store.intake import kind_ids
from tessera.store.questions import known_at
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import VIEW_COLUMNS, to_views

n, r = tables.name_key.c, tables.record.c
MOST_EXACT, MOST_NEAR, MOST_WIDE = 3000, 1500, 800
"""Rows of the index that are looked at, for keys that are the same, one slip away, and of one word."""
MOST_READ = 800
"""Candidates that are read: those that were found in the most ways."""
MOST_COMPARED = 150
"""Candidates that are compared word by word: those that look nearest."""
POINTS_EXACT, POINTS_NEAR, POINTS_WIDE = 15, 8, 2
MOST_POINTED = 3
MOST_HITS = 200
KEYS_AT_ONCE = 500
COUNTRY_AGREES, COUNTRY_DIFFERS = 1.01, 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question, read."""

    names: Mapping[str, Name]
    """By kind: kinds of different sorts read one text in different ways."""
    born: PartialDate | None
    country: str
    least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    row: AnyRow
    rank: float
    match: Match
    name: str
    by_alias: bool


def search(tx: Transaction, query: NameQuery) -> NamesPage:
    """Find the records whose names are most like this one."""
    tx.require(Permission.RECORD_READ)
    _check(query)
    page = _found(tx, query, _read(tx, query))
    details = {"text": query.text, "kinds": query.kinds, "born": query.born, "country": query.country}
    tx.note(
        Event.NAMES_SEARCHED, details={name: value for name, value in details.items() if value}, hits=len(page.hits)
    )
    return page


def screen(tx: Transaction, names: Sequence[ListedName], query: NameQuery, *, sha256: str) -> list[Screened]:
    """Look for each name of a list. `query` says for which kinds, from which score and how many hits a name.

    The log notes the digest of the list, how many names and how many hits; not the names.
    """
    tx.require(Permission.RECORD_READ)
    found = [_screened(tx, listed, query) for listed in names]
    hits = sum(len(one.page.hits) for one in found)
    tx.note(Event.NAMES_SCREENED, f"list:{sha256}", names=len(names), from_row=names[0].row if names else 0, hits=hits)
    return found


def begin_export(tx: Transaction, listed: NameList) -> tuple[int, str]:
    """Note that a list is screened to a file; return the instant and the number of the export."""
    tx.require(Permission.RECORD_EXPORT)
    tx.require(Permission.RECORD_READ)
    number = str(new_id())
    tx.note(Event.SCREENING_EXPORT_BEGUN, f"export:{number}", list=listed.sha256, names=len(listed.names))
    return tx.at, number


def end_export(tx: Transaction, listed: NameList, *, hits: int, sha256: str) -> None:
    """Note what left: how many hits, and the SHA-256 of the bytes."""
    tx.require(Permission.RECORD_EXPORT)
    tx.note(Event.SCREENING_EXPORTED, f"export:{tx.exporting}", list=listed.sha256, hits=hits, sha256=sha256)


def _screened(tx: Transaction, listed: ListedName, query: NameQuery) -> Screened:
    problem = ""
    try:
        read_date(listed.born)
        born = listed.born
    except Invalid as error:
        born, problem = "", f"{error.message}; the name was looked for without it."
    one = NameQuery(
        text=listed.text, kinds=query.kinds, born=born, country=listed.country, least=query.least, limit=query.limit
    )
    try:
        _check(one)
        return Screened(listed=listed, page=_found(tx, one, _read(tx, one)), problem=problem)
    except Invalid as error:
        return Screened(listed=listed, problem=f"{error.message}.")


def _check(query: NameQuery) -> None:
    if not 1 <= query.limit <= MOST_HITS:
        raise Invalid(f"a page holds 1 to {MOST_HITS} hits, not {query.limit}", where="limit")
    if not 0 < query.least <= 1:
        raise Invalid("the least score lies above 0 and is at most 1", where="least", advice="0.75 is a good start.")
    if not query.text.strip():
        raise Invalid("no name is given", where="name", advice="Type a name.")
    if len(query.text) > LONGEST_NAME:
        raise Invalid(
            f"a name has at most {LONGEST_NAME} characters", where="name", advice="Leave out what is no name."
        )


def _read(tx: Transaction, query: NameQuery) -> _Asked:
    known = tx.dictionary.names.terms
    unknown = sorted(set(query.kinds) - set(known))
    if unknown:
        advice = f"The kinds that have names are: {', '.join(sorted(known))}."
        raise Invalid(f"{', '.join(unknown)} is no kind that has names", where="kind", advice=advice)
    reader = tx.store.name_reader
    names = {kind: reader.read(query.text, known[kind].sort) for kind in query.kinds or sorted(known)}
    if not any(len(token.text) > 1 for name in names.values() for token in name.tokens):
        raise Invalid(
            "one letter, or none, is too little to find a name by",
            where="name",
            advice="Type at least one whole word of the name.",
        )
    return _Asked(
        names=names,
        born=read_date(query.born),
        country=_country(tx, query.country),
        least=query.least,
    )


def _found(tx: Transaction, query: NameQuery, asked: _Asked) -> NamesPage:
    candidates: Counter[int] = Counter()
    capped = False
    for kind, name in asked.names.items():
        some, too_many = _candidates(tx, kind, name)
        candidates.update(some)
        capped = capped or too_many
    capped = capped or sum(points >= POINTS_EXACT for points in candidates.values()) > MOST_READ
    rows = _nearest(tx, asked, Counter(dict(candidates.most_common(MOST_READ))))
    scored = [best for row in rows if (best := _score(tx, asked, *row)) is not None]
    scored.sort(key=lambda one: (-one.rank, -one.row.id))
    chosen = scored[: query.limit]
    views = to_views(tx, [one.row for one in chosen])
    hits = tuple(
        NameHit(
            record=view,
            score=round(min(1.0, one.rank), 3),
            name=one.name,
            by_alias=one.by_alias,
            reasons=one.match.reasons,
        )
        for one, view in zip(chosen, views, strict=True)
    )
    return NamesPage(hits=hits, capped=capped, more=len(scored) > len(chosen))


def _open_to(tx: Transaction, classes: frozenset[FieldClass]) -> frozenset[int]:
    """Give the markings under which fields of all these classes may be read."""
    return reduce(frozenset.__and__, (tx.scope.listed.with_class(one) for one in classes), tx.scope.listed.visible)


def _candidates(tx: Transaction, kind: str, name: Name) -> tuple[Counter[int], bool]:
    """Look keys up; return the records with points for each way in which they were found, and whether a cap counts.

    What shares one word of several, or is a slip away, is beside the point where a cap is met: it ranks last.
    """
    kind_id = kind_ids(tx).get(kind)
    markings = _open_to(tx, tx.dictionary.names.terms[kind].classes)
    points: Counter[int] = Counter()
    if kind_id is None or not markings:
        return points, False
    keys = asked_keys(name, tx.dictionary.names)
    capped = False
    for some, most, worth in (
        (keys.exact, MOST_EXACT, POINTS_EXACT),
        (keys.near, MOST_NEAR, POINTS_NEAR),
        (keys.wide, MOST_WIDE, POINTS_WIDE),
    ):
        found = _look_up(tx, [kind_id << KEY_BITS | key for key in sorted(some)], markings, most)
        telling = some is keys.exact or (some is keys.wide and not keys.exact)
        capped = capped or (telling and len(found) == most)
        for key, times in Counter(found).items():
            points[key] += worth * min(times, MOST_POINTED)
    return points, capped


def _look_up(tx: Transaction, keys: Sequence[int], markings: frozenset[int], most: int) -> list[int]:
    found: list[int] = []
    for i in range(0, len(keys), KEYS_AT_ONCE):
        some = select(n.record_id).where(n.key.in_(keys[i : i + KEYS_AT_ONCE]), covers(n.marking_id + 0, markings))
        chosen = some.order_by(n.key, n.marking_id, n.record_id).limit(most - len(found))
        found += tx.connection.execute(chosen).scalars()
        if len(found) >= most:
            break
    return found


def _nearest(tx: Transaction, asked: _Asked, points: Counter[int]) -> list[tuple[AnyRow, str, dict[str, Any]]]:
    """Read the candidates and keep those that look nearest, by points and by their letters."""
    kinds = {key: name for name, key in kind_ids(tx).items()}
    rows = [
        row
        for piece in in_pieces(sorted(points))
        for row in tx.connection.execute(
            select(*VIEW_COLUMNS).where(
                r.id.in_(piece), known_at(None), covers(r.marking_id + 0, tx.scope.listed.visible)
            )
        )
    ]
    read = [(row, kinds[row.kind_id], json.loads(row.payload)) for row in rows]
    if len(read) <= MOST_COMPARED:
        return read
    texts = [_plain(tx.dictionary.names.terms[kind], values) for _, kind, values in read]
    wanted = romanised(next(iter(asked.names.values())).said).lower()
    likeness = process.cdist([wanted], texts, scorer=fuzz.token_set_ratio, workers=1)[0].tolist()
    rank = [alike + points[row.id] for alike, (row, _, _) in zip(likeness, read, strict=True)]
    return [read[at] for at in sorted(range(len(read)), key=lambda at: -rank[at])[:MOST_COMPARED]]


def _plain(terms: NameTerms, values: dict[str, Any]) -> str:
    return romanised(" ".join(str(values[term]) for term in terms.named if term in values)).lower()


def _score(tx: Transaction, asked: _Asked, row: AnyRow, kind: str, values: dict[str, Any]) -> _Scored | None:
    terms, reader = tx.dictionary.names.terms[kind], tx.store.name_reader
    if kind not in asked.names:
        return None
    best: _Scored | None = None
    for held in names_of(terms, values):
        match = compare(asked.names[kind], reader.read(held.text, terms.sort))
        if best is None or match.score > best.match.score:
            best = _Scored(row=row, rank=match.score, match=match, name=held.text, by_alias=held.alias)
    if best is None or best.match.score < asked.least * COUNTRY_DIFFERS:
        return None
    return _weighed(tx, asked, terms, values, best)


def _weighed(tx: Transaction, asked: _Asked, terms: NameTerms, values: dict[str, Any], best: _Scored) -> _Scored | None:
    """Weigh birth date and country in, where both sides have them and the reader may see them."""
    readable = tx.scope.listed.fields[best.row.marking_id]
    factor, reasons = 1.0, list(best.match.reasons)
    if best.by_alias:
        reasons.append(f"It is found by its alias {best.name!r}.")
    born = next((date for term in terms.born if (date := _date(tx, terms.kind, term, values, readable))), None)
    if asked.born and born:
        told = compare_dates(asked.born, born)
        factor *= told.factor
        reasons.append(told.reason)
    lands = {_country(tx, str(values[t])) for t in terms.countries if t in values and _may(tx, terms.kind, t, readable)}
    if asked.country and lands - {""}:
        same = asked.country in lands
        factor *= COUNTRY_AGREES if same else COUNTRY_DIFFERS
        both = f"({asked.country.upper()}, {', '.join(sorted(lands)).upper()})"
        reasons.append("The countries agree." if same else f"The countries differ {both}.")
    rank = best.match.score * factor
    if rank < asked.least:
        return None
    match = Match(score=min(1.0, rank), reasons=tuple(reasons))
    return _Scored(row=best.row, rank=rank, match=match, name=best.name, by_alias=best.by_alias)


def _may(tx: Transaction, kind: str, term: str, readable: frozenset[FieldClass]) -> bool:
    return tx.dictionary.kinds[kind].terms[term].field_class in readable


def _date(
    tx: Transaction, kind: str, term: str, values: dict[str, Any], readable: frozenset[FieldClass]
) -> PartialDate | None:
    if not isinstance(values.get(term), str) or not _may(tx, kind, term, readable):
        return None
    try:
        return read_date(values[term])
    except Invalid:
        return None


def _country(tx: Transaction, text: str) -> str:
    """Give the two-letter code of a country; what is not known stands for itself."""
    folded = " ".join(romanised(text).lower().replace(".", " ").replace(",", " ").split())
    return tx.dictionary.names.countries.get(folded, folded)
