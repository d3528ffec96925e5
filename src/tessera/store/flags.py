"""Flags of protected activity: what the gate holds at entry and before release, and what privacy officers decide.

28 CFR 23.20(b). A record is held in the transaction that writes it, together with what else its row made, so that nobody
can read it before. A flag keeps the rules and the places of their words in the text, never the words.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Select, insert, select, tuple_, update

from tessera.dictionary import Dictionary
from tessera.errors import Conflict, Invalid, NotFound
from tessera.ids import new_id
from tessera.model.access import Permission
from tessera.model.flag import Flag, FlagState, Ground, Occasion, RuleCount
from tessera.model.marking import FieldClass, Hold, Marking
from tessera.model.purge import Chosen, PurgeBy
from tessera.store import purging, tables
from tessera.store.events import Event
from tessera.store.filed import refuse_filed
from tessera.store.remarking import remark
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.trust.protected import Finding, Rules, examine

f, r, s, h, k = tables.flag.c, tables.record.c, tables.source.c, tables.holding.c, tables.kind.c
LONGEST_REASON = 2000
AT_ONCE = 500
FEW = 300
"""Narratives that are looked at one by one; of more, so many show which words are rare."""
HELD = "Held: it speaks of protected activity and states no crime (28 CFR 23.20(b))."
RELEASED = "A privacy officer released it."


def hold_batch(tx: Transaction, *, delivery_id: int, first_row: int, records: pa.Table) -> int:
    """Hold what this transaction wrote of a batch and the gate does not let pass; return how many records were flagged.

    `records` is the batch as integrated. Its narratives are looked through for the few that are worth a closer look.
    """
    seen = worth_a_look(records["text_narrative"], tx.store.protected)
    rows = sorted({first_row + row for row in records["row"].take(seen).to_pylist()})
    if not rows:
        return 0
    wanted = select(r.id).where(r.delivery_id == delivery_id, r.known_from == tx.at)
    keys = [
        key
        for i in range(0, len(rows), AT_ONCE)
        for key in tx.connection.execute(wanted.where(r.row.in_(rows[i : i + AT_ONCE]))).scalars()
    ]
    return len(hold_records(tx, keys, Occasion.ENTRY))


def worth_a_look(narratives: pa.ChunkedArray, rules: Rules) -> pa.Array:
    """Give the positions of those folded narratives that have words of a protected rule.

    Of many, one short expression leaves out most at first: the rules' own is long, and takes twenty times as long.
    """
    left = pa.array(range(len(narratives)), pa.int64())
    if len(narratives) > FEW:
        sample = narratives.slice(0, FEW).drop_null().to_pylist()
        left = pc.indices_nonzero(pc.match_substring_regex(narratives, rules.telling_words(sample)))
    texts = narratives.take(left).to_pylist()
    return left.filter(pa.array([text is not None and rules.may_hold(text) for text in texts], pa.bool_()))


def check_release(tx: Transaction, record_keys: Sequence[int]) -> list[int]:
    """Examine records again before more people may read them; hold those that do not pass, and return their keys.

    Whoever widens a marking (a lower sensitivity or TLP, a longer release list, a hold lifted) calls this in the same
    transaction. What a privacy officer has released before passes.
    """
    decided = select(f.record_id).where(f.record_id.in_(record_keys), f.state != FlagState.OPEN.value)
    known = set(tx.connection.execute(decided).scalars())
    return hold_records(tx, [key for key in record_keys if key not in known], Occasion.RELEASE)


def hold_records(tx: Transaction, keys: Sequence[int], occasion: Occasion) -> list[int]:
    """Hold those of these records whose narrative the gate does not let pass; return their keys."""
    rows = [row for i in range(0, len(keys), AT_ONCE) for row in _texts(tx, keys[i : i + AT_ONCE])]
    found = [(row, finding) for row in rows if (finding := _examine(tx, row)).held]
    if not found:
        return []
    held = [row.id for row, _ in found]
    flagged = set(
        tx.connection.execute(
            select(f.record_id).where(f.record_id.in_(held), f.state == FlagState.OPEN.value)
        ).scalars()
    )
    fresh = [(row, finding) for row, finding in found if row.id not in flagged]
    if fresh:
        tx.connection.execute(insert(tables.flag), [_flag_row(tx, row, one, occasion) for row, one in fresh])
    remark(tx, _with_siblings(tx, [row for row, _ in found]), _add_hold, reason=HELD)
    rules = Counter(rule for _, finding in fresh for rule in finding.rules)
    tx.note(Event.FLAG_RAISED, f"records:{len(fresh)}", occasion=occasion.value, rules=dict(sorted(rules.items())))
    return held


def _texts(tx: Transaction, keys: Sequence[int]) -> list[AnyRow]:
    """Look up what is to be examined: not what stands in a holding whose authority says that it is not."""
    query = (
        select(r.id, r.delivery_id, r.row, r.payload, r.known_from, k.name.label("kind"))
        .join(tables.kind, k.id == r.kind_id)
        .join(tables.source, s.id == r.source_id)
        .join(tables.holding, h.name == s.holding)
        .where(r.id.in_(keys), h.unexamined_because == "")
        .order_by(r.id)
    )
    return list(tx.connection.execute(query).all())


def _examine(tx: Transaction, row: AnyRow) -> Finding:
    return examine(narrative(tx.dictionary, row.kind, row.payload), tx.store.protected)


def narrative(dictionary: Dictionary, kind: str, payload: str) -> str:
    """Give what a record tells in sentences: its narrative terms in the order of the dictionary, one a line."""
    known = dictionary.kinds.get(kind)
    values = json.loads(payload)
    terms = known.terms.values() if known else ()
    return "\n".join(
        str(values[term.name]) for term in terms if term.field_class is FieldClass.NARRATIVE and term.name in values
    )


def _flag_row(tx: Transaction, row: AnyRow, finding: Finding, occasion: Occasion) -> dict[str, object]:
    return {
        "uid": new_id().bytes,
        "record_id": row.id,
        "delivery_id": row.delivery_id,
        "row": row.row,
        "occasion": occasion.value,
        "rules": json.dumps(finding.rules),
        "categories": json.dumps(finding.categories),
        "places": json.dumps([(one.start, one.end, one.rule) for one in finding.reasons]),
        "at": tx.at,
        "state": FlagState.OPEN.value,
    }


def _with_siblings(tx: Transaction, rows: Iterable[AnyRow]) -> list[int]:
    """Add the other current records of the same delivered rows: who is named on the line that is held is held with it."""
    places = sorted({(row.delivery_id, row.row) for row in rows})
    keys: set[int] = {row.id for row in rows}
    for i in range(0, len(places), AT_ONCE):
        of_rows = tuple_(r.delivery_id, r.row).in_(places[i : i + AT_ONCE])
        keys.update(tx.connection.execute(select(r.id).where(of_rows, r.known_to.is_(None))).scalars())
    return sorted(keys)


def _add_hold(marking: Marking) -> Marking:
    return replace(marking, holds=marking.holds | {Hold.PROTECTED_ACTIVITY})


def _lift_hold(marking: Marking) -> Marking:
    return replace(marking, holds=marking.holds - {Hold.PROTECTED_ACTIVITY})


def page(
    tx: Transaction, *, state: FlagState | None = FlagState.OPEN, limit: int = 20, after: UUID | None = None
) -> list[Flag]:
    """List flags, the longest waiting first, with the text as far as this access may read it."""
    tx.require(Permission.FLAG_DECIDE)
    query = _select().order_by(f.id).limit(limit)
    if state:
        query = query.where(f.state == state.value)
    if after:
        query = query.where(f.id > select(f.id).where(f.uid == after.bytes).scalar_subquery())
    rows = tx.connection.execute(query).all()
    tx.note(Event.FLAG_READ, f"state:{state.value}" if state else "", flags=len(rows))
    return [_to_flag(tx, row) for row in rows]


def count(tx: Transaction) -> dict[FlagState, int]:
    """Count the flags by state."""
    tx.require(Permission.FLAG_DECIDE)
    found = Counter(tx.connection.execute(select(f.state)).scalars())
    tx.note(Event.FLAG_READ, "counts")
    return {state: found[state.value] for state in FlagState}


def get(tx: Transaction, uid: UUID) -> Flag:
    """Read one flag with its text."""
    tx.require(Permission.FLAG_DECIDE)
    row = _row(tx, uid)
    tx.note(Event.FLAG_READ, f"flag:{uid}")
    return _to_flag(tx, row)


def by_rule(tx: Transaction) -> list[RuleCount]:
    """Say of each rule what became of the texts that it held."""
    tx.require(Permission.FLAG_DECIDE)
    found: dict[str, Counter[str]] = {}
    for rules, state, ground in tx.connection.execute(select(f.rules, f.state, f.ground)):
        for rule in json.loads(rules):
            found.setdefault(rule, Counter())[ground or state] += 1
    tx.note(Event.FLAG_READ, "rules", rules=len(found))
    return [
        RuleCount(
            rule=rule,
            open=counts[FlagState.OPEN.value],
            released_nexus=counts[Ground.CRIMINAL_NEXUS.value],
            released_wrong=counts[Ground.NOT_PROTECTED.value],
            deleted=counts[FlagState.DELETED.value],
        )
        for rule, counts in sorted(found.items())
    ]


def hold_together(tx: Transaction, keys: Sequence[int]) -> None:
    """Hold what belongs to a held record, although it came from other rows."""
    remark(tx, keys, _add_hold, reason=HELD)


def let_go_together(tx: Transaction, keys: Sequence[int]) -> None:
    """Lift the hold from all that belongs together, once a privacy officer has released what was flagged of it."""
    remark(tx, keys, _lift_hold, reason=RELEASED)


def release(tx: Transaction, uid: UUID, ground: Ground, reason: str) -> Flag:
    """Let a held record go, with the others of its row. `reason` names the crime, or says why nothing is protected here.

    What belongs to a submission of intelligence or a report of suspicious activity is decided there, where the rules for
    it are known.
    """
    tx.require(Permission.FLAG_DECIDE)
    refuse_filed(tx, [_row(tx, uid).record_id], "Clear it on the page of the submission or report.")
    return let_go(tx, uid, ground, reason)


def let_go(tx: Transaction, uid: UUID, ground: Ground, reason: str) -> Flag:
    """Do what `release` does, whatever the record belongs to."""
    row = _to_decide(tx, uid, reason)
    tx.sign([row.marking_id] if row.record_uid is not None else [])
    _decide(tx, row, FlagState.RELEASED, reason, ground=ground.value)
    keys = _with_siblings(tx, [row])
    still = _still_held(tx, row)
    if not still:
        remark(tx, keys, _lift_hold, reason=RELEASED)
    tx.note(Event.FLAG_RELEASED, f"flag:{uid}", ground=ground.value, rules=json.loads(row.rules), lifted=not still)
    return _to_flag(tx, _row(tx, uid))


def delete(tx: Transaction, uid: UUID, reason: str) -> Flag:
    """Propose the purge of a held record and of the rest of its row. It stays held until somebody else approves the purge."""
    row = _to_decide(tx, uid, reason)
    if row.record_uid is None:
        raise Conflict("the record has been purged already", where=f"flag:{uid}")
    _decide(tx, row, FlagState.DELETED, reason)
    record = str(UUID(bytes=bytes(row.record_uid)))
    chosen = Chosen(by=PurgeBy.RECORD, names=(record,), whole_rows=True)
    purge = purging.propose(
        tx, chosen, reason=f"Protected activity without a criminal nexus. {reason}", reference=f"flag {uid}"
    )
    tx.note(Event.FLAG_DELETED, f"flag:{uid}", purge=str(purge.uid), rules=json.loads(row.rules))
    return _to_flag(tx, _row(tx, uid))


def rules_of(row: AnyRow) -> tuple[str, ...]:
    """Name the rules of a flag's row."""
    return tuple(json.loads(row.rules))


def _to_decide(tx: Transaction, uid: UUID, reason: str) -> AnyRow:
    tx.require(Permission.FLAG_DECIDE)
    row = _row(tx, uid)
    if row.state != FlagState.OPEN.value:
        raise Conflict(f"this flag is {row.state} already", where=f"flag:{uid}", advice="Look at who decided, and why.")
    if row.record_uid is not None and row.marking_id not in tx.scope.visible:
        raise NotFound(
            "no such flag", where=str(uid), advice="Privacy officers decide on flags, for the purpose of oversight."
        )
    if not reason.strip() or len(reason) > LONGEST_REASON:
        advice = "State the criminal conduct it relates to, or why nothing here is protected. Name no person."
        raise Invalid(f"a reason of 1 to {LONGEST_REASON} characters is needed", where="reason", advice=advice)
    return row


def _still_held(tx: Transaction, row: AnyRow) -> bool:
    """Claim that another record of the same row is flagged and not released; then the row stays held."""
    others = select(f.id).where(
        f.delivery_id == row.delivery_id, f.row == row.row, f.id != row.id, f.state != FlagState.RELEASED.value
    )
    return tx.connection.execute(others).first() is not None


def _decide(tx: Transaction, row: AnyRow, state: FlagState, reason: str, *, ground: str = "") -> None:
    done = update(tables.flag).where(f.id == row.id, f.state == FlagState.OPEN.value)
    by = tx.access.actor.account
    tx.connection.execute(
        done.values(state=state.value, ground=ground, decided_by=by, decided_at=tx.at, reason=reason.strip())
    )


def _select() -> Select[Any]:
    return (
        select(
            tables.flag,
            r.uid.label("record_uid"),
            r.payload,
            r.marking_id,
            s.name.label("source"),
            k.name.label("kind"),
        )
        .join(tables.record, r.id == f.record_id, isouter=True)
        .join(tables.source, s.id == r.source_id, isouter=True)
        .join(tables.kind, k.id == r.kind_id, isouter=True)
    )


def _row(tx: Transaction, uid: UUID) -> AnyRow:
    row = tx.connection.execute(_select().where(f.uid == uid.bytes)).one_or_none()
    if row is None:
        raise NotFound("no such flag", where=str(uid))
    return row


def _to_flag(tx: Transaction, row: AnyRow) -> Flag:
    readable = row.record_uid is not None and FieldClass.NARRATIVE in tx.scope.fields.get(row.marking_id, frozenset())
    if readable:
        tx.show([row.record_id])
    return Flag(
        uid=UUID(bytes=bytes(row.uid)),
        record=UUID(bytes=bytes(row.record_uid)) if row.record_uid else None,
        source=row.source or "",
        kind=row.kind or "",
        occasion=Occasion(row.occasion),
        rules=tuple(json.loads(row.rules)),
        categories=tuple(json.loads(row.categories)),
        places=tuple((start, end, rule) for start, end, rule in json.loads(row.places)),
        at=row.at,
        state=FlagState(row.state),
        ground=row.ground,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        text=narrative(tx.dictionary, row.kind, row.payload) if readable else "",
    )


def markings_of(tx: Transaction, flags: Iterable[Flag]) -> Marking:
    """Join the markings of the records whose text is shown, for the banner of the page."""
    uids = [flag.record.bytes for flag in flags if flag.record and flag.text]
    known, joined = tx.store.markings(tx), Marking()
    query = select(r.marking_id).where(r.uid.in_(uids), covers(r.marking_id, tx.scope.visible)).distinct()
    for key in tx.connection.execute(query).scalars():
        joined |= known[key]
    return joined
