"""Corrections: an owner puts right what its record says. The old version is closed, and who saw it is told.

The delivered bytes stay the evidence of what arrived; the correction is evidence of its own: who, when, why, which terms
(28 CFR 23.20(h): recipients are advised of changes that correct errors).
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import func, insert, select, update

from tessera.dictionary import Kind
from tessera.dictionary.values import Value, instant_of, read_value, words_of, write_payload
from tessera.errors import Conflict, Invalid, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.flag import Occasion
from tessera.model.notice import NoticeKind
from tessera.model.recall import Correction
from tessera.store import intake, notices, rowcounts, tables
from tessera.store.dialects import TEXT_CLASSES
from tessera.store.events import Event
from tessera.store.filed import refuse_submitted
from tessera.store.flags import hold_records
from tessera.store.name_index import write_keys
from tessera.store.owners import require_sole_owner
from tessera.store.pairs import resolve_next
from tessera.store.remarking import count_stock
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.words import marking_word

c, r, b = tables.correction.c, tables.record.c, tables.batch.c
MASKED = "(masked)"
LONGEST_REASON = 1000
COPIED = (
    "thread", "kind_id", "source_id", "delivery_id", "row", "source_key", "latitude", "longitude", "cell", "marking_id",
)  # fmt: skip
"""What a corrected version has in common with the one that it replaces."""


def check(tx: Transaction, uid: UUID, values: Mapping[str, str]) -> dict[str, str]:
    """Say what is wrong with each typed value, by term; nothing where all can be entered."""
    tx.require(Permission.RECORD_CORRECT)
    row, kind = _current(tx, uid)
    tx.note(Event.CORRECTIONS_READ, f"record:{uid}")
    wrong = {}
    for name, text in values.items():
        try:
            _read(tx, row, kind, name, text)
        except Invalid as error:
            wrong[name] = f"{error.message}. {error.advice}".strip()
    return wrong


def correct(tx: Transaction, uid: UUID, values: Mapping[str, str], reason: str) -> UUID:
    """Make a corrected version of a record of the own agency; return its identifier. Empty text takes a value away.

    A new text that speaks of protected activity is held for a privacy officer (28 CFR 23.20(b)).
    """
    tx.require(Permission.RECORD_CORRECT)
    row, _ = _current(tx, uid)
    refuse_submitted(tx, [row.id], "Correct it on the page of the submission.")
    return put_right(tx, uid, values, reason)


def put_right(tx: Transaction, uid: UUID, values: Mapping[str, str], reason: str) -> UUID:
    """Do what `correct` does. The caller has decided that this access may."""
    text = _reason(reason)
    row, kind = _current(tx, uid)
    require_sole_owner(tx, [row.id])
    before = json.loads(row.payload)
    after = before | {name: _read(tx, row, kind, name, typed) for name, typed in values.items()}
    changed = sorted(name for name in values if after.get(name) != before.get(name))
    if not changed:
        raise Invalid("nothing is changed", where="values", advice="Change at least one value.")
    key, fresh = write_version(tx, row, kind, after)
    _enter(tx, row, key, changed, text)
    held = hold_records(tx, [key], Occasion.CORRECTION)
    labels = ", ".join(kind.terms[name].label for name in changed)
    told = notices.tell(
        tx, NoticeKind.CORRECTION, [row.id], f"Its owner corrected: {labels}. {text} Amend or destroy every copy."
    )
    if tx.dictionary.resolution:
        resolve_next(tx)
    tx.note(Event.CORRECTED, f"record:{fresh}", replaces=str(uid), terms=changed, told=told, held=len(held))
    return fresh


def _current(tx: Transaction, uid: UUID) -> tuple[AnyRow, Kind]:
    k = tables.kind.c
    row = tx.connection.execute(
        select(tables.record, k.name.label("kind"))
        .join(tables.kind, k.id == r.kind_id)
        .where(r.uid == uid.bytes, covers(r.marking_id, tx.scope.visible))
    ).one_or_none()
    if row is None:
        raise NotFound("no such record", where=str(uid))
    if row.known_to is not None:
        raise Conflict("a newer version closed this one", where=str(uid), advice="Correct the newest.")
    return row, tx.dictionary.kinds[row.kind]


def _read(tx: Transaction, row: AnyRow, kind: Kind, name: str, text: str) -> Value | None:
    term = kind.terms.get(name)
    if term is None:
        raise Invalid("there is no such term", where=name, advice=f"The terms are: {', '.join(kind.terms)}.")
    if term.field_class not in tx.scope.fields[row.marking_id]:
        raise Invalid("this value is masked for you", where=name, advice="Somebody who may see it must correct it.")
    if text.strip() == MASKED:
        raise Invalid(f"{MASKED} stands for a value that was hidden", where=name, advice="Write the value itself.")
    return read_value(tx.dictionary, term, text, today=date.fromisoformat(tx.today))


def _reason(text: str) -> str:
    plain = " ".join(text.split())
    if not plain or len(plain) > LONGEST_REASON:
        raise Invalid(
            f"a reason of at most {LONGEST_REASON} characters is needed",
            where="reason",
            advice="Say why in a sentence that names no person.",
        )
    return plain if plain.endswith((".", "!", "?")) else plain + "."


def write_version(tx: Transaction, row: AnyRow, kind: Kind, values: Mapping[str, object]) -> tuple[int, UUID]:
    """Write the new version beside the old one, which it closes; words, stock and counts follow."""
    place = [(row.delivery_id, row.row)]
    rowcounts.add(tx, rowcounts.taken(rowcounts.standing(tx, place)))
    key, uid = tx.dialect.take_ids(tx.connection, 1)[0], new_id()
    before = json.loads(row.payload)
    dated = values.get(kind.event_time) != before.get(kind.event_time)
    when = values.get(kind.event_time)
    fresh = {name: getattr(row, name) for name in COPIED} | {
        "id": key,
        "uid": uid.bytes,
        "payload": write_payload(kind, values),
        "event_time": instant_of(when if isinstance(when, str) else None) if dated else row.event_time,
        "known_from": tx.at,
        "known_to": None,
    }
    tx.connection.execute(insert(tables.record).values(**fresh))
    words = words_of(tx.dictionary, kind, values)
    text = {field_class.value: words.get(field_class) or None for field_class in words}
    line = (key, *(text.get(name) for name in TEXT_CLASSES), marking_word(row.marking_id))
    tx.dialect.insert_words(tx.connection, [line])
    write_keys(tx, [(key, row.kind_id, kind.name, row.marking_id, fresh["payload"])])
    intake.close_older(tx, [row.id])
    count_stock(tx, Counter({(row.marking_id, row.kind_id): 1}))
    rowcounts.add(tx, rowcounts.standing(tx, place))
    last = select(func.max(b.number)).where(b.delivery_id == row.delivery_id).scalar_subquery()
    grown = update(tables.batch).where(b.delivery_id == row.delivery_id, b.number == last).values(records=b.records + 1)
    tx.connection.execute(grown)
    return key, uid


def _enter(tx: Transaction, row: AnyRow, key: int, terms: list[str], reason: str) -> None:
    actor = tx.access.actor
    tx.connection.execute(
        insert(tables.correction).values(
            uid=new_id().bytes,
            thread=row.thread,
            record_id=key,
            delivered_id=row.id,
            terms=json.dumps(terms),
            standing=json.dumps(terms),
            at=tx.at,
            account=actor.account,
            agency=actor.agency,
            reason=reason,
        )
    )


def of_record(tx: Transaction, uid: UUID) -> list[Correction]:
    """List the corrections of a record that this access may see, newest first."""
    tx.require(Permission.RECORD_READ)
    made, old = tables.record.alias("made"), tables.record.alias("old")
    thread = select(r.thread).where(r.uid == uid.bytes, covers(r.marking_id, tx.scope.visible)).scalar_subquery()
    rows = tx.connection.execute(
        select(tables.correction, made.c.uid.label("made_uid"), old.c.uid.label("old_uid"))
        .join(made, made.c.id == c.record_id, isouter=True)
        .join(old, old.c.id == c.delivered_id, isouter=True)
        .where(c.thread == thread)
        .order_by(c.id.desc())
    ).all()
    tx.note(Event.CORRECTIONS_READ, f"record:{uid}", corrections=len(rows))
    return [_correction(row) for row in rows]


def _correction(row: AnyRow) -> Correction:
    return Correction(
        uid=UUID(bytes=bytes(row.uid)),
        at=row.at,
        account=row.account,
        agency=row.agency,
        reason=row.reason,
        terms=tuple(json.loads(row.terms)),
        corrected=UUID(bytes=bytes(row.made_uid)) if row.made_uid else None,
        delivered=UUID(bytes=bytes(row.old_uid)) if row.old_uid else None,
        ended_at=row.ended_at,
    )
