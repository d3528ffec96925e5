"""Versions of a kind's model: entered, compared on what people judged, switched to. None is ever changed or deleted.

A kind that the dictionary declares begins with the start parameters that were shipped, so that the first record is resolved.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, insert, or_, select, update

from tessera.dictionary.resolution import KindModel
from tessera.errors import Conflict, Invalid, NotFound, TesseraError
from tessera.model.access import Permission
from tessera.model.entity import ModelView
from tessera.resolution import TrainedModel, start_model
from tessera.resolution.quick import Scorer
from tessera.resolution.trained import from_json, start_size
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.intake import enter_kinds, kind_ids
from tessera.store.scope import covers
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction

m, w, f, r, n = (
    tables.resolution_model.c,
    tables.resolution_switch.c,
    tables.term_frequency.c,
    tables.record.c,
    tables.node.c,
)
BACKLOG = 50_000
"""Records of a kind from which on a center that is new to resolution leaves them to `tessera resolve run`."""
FEWEST = 5
"""A value that fewer records hold is not kept; it counts as rare as this, so that no single record shows in it."""
LONGEST_REASON = 2000
DIGEST = 16
"""Signs of a declaration's digest that a prepared record carries."""


@dataclass(frozen=True)
class Running:
    """A model version, ready to weigh."""

    id: int
    kind_id: int
    declared: KindModel
    trained: TrainedModel
    frequencies: Mapping[int, float]
    rarest: float

    @property
    def kind(self) -> str:
        """The kind's name."""
        return self.declared.kind

    @property
    def uid(self) -> str:
        """The version's name outside."""
        return self.trained.uid

    @property
    def alone(self) -> "Versions":
        """The same version, where those of several kinds could stand."""
        return {self.kind_id: self}

    @property
    def digest(self) -> str:
        """What records prepared for it carry."""
        return self.declared.digest[:DIGEST]

    @property
    def floor(self) -> float:
        """Bits from which a pair is kept: what people are asked about, and near misses below it."""
        return self.trained.thresholds.possible - NEAR

    @cached_property
    def counted(self) -> frozenset[str]:
        """Fields whose values are weighed by how rare they are."""
        return frozenset(self.declared.frequency_fields())

    @cached_property
    def scorer(self) -> Scorer:
        """The model made ready to weigh many pairs."""
        known = self.frequency if self.frequencies else None
        return Scorer(self.declared, self.trained, known, rarest=self.rarest)

    def frequency(self, name: str, value: str) -> float | None:
        """Say how common a value was when the model was trained; None where nothing was counted."""
        if not self.frequencies or name not in self.counted:
            return None
        return self.frequencies.get(value_key(name, value), self.rarest)


Versions = Mapping[int, Running]
"""The version to weigh by, for the number of each kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A version that runs, and up to which record it has resolved all of its kind."""

    kind_id: int
    key: int
    uid: str
    up_to: int


NEAR = 2.0
"""Bits below the threshold of review down to which a pair is kept as a near miss."""


def value_key(name: str, value: str) -> int:
    """Give the digest under which a value's frequency is kept."""
    digest = hashlib.blake2b(f"{name}\x1f{value}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def running(tx: Transaction, kind: str, *, as_of: int | None = None) -> Running | None:
    """Give the version that runs, or ran at an instant; None where the kind is not resolved, or the version does not fit."""
    declared = tx.dictionary.resolution.get(kind)
    kind_id = kind_ids(tx).get(kind)
    if declared is None or kind_id is None:
        return None
    query = select(w.model_id).where(w.kind_id == kind_id).order_by(w.id.desc()).limit(1)
    found = tx.connection.execute(query if as_of is None else query.where(w.at <= as_of)).scalar_one_or_none()
    return None if found is None else load(tx, found)


def load(tx: Transaction, key: int) -> Running | None:
    """Make a version ready to weigh; None where the dictionary declares the kind otherwise by now."""
    return ready(tx, key, tx.connection.execute(select(m.uid).where(m.id == key)).scalar_one())


def ready(tx: Transaction, key: int, uid: str) -> Running | None:
    """Make the version with this number and this name outside ready to weigh, as `load` does."""
    known = tx.store.weighing.get(key)
    if known is None or known.uid != uid:  # a number can come back with another model, where a transaction was undone
        row = tx.connection.execute(select(tables.resolution_model).where(m.id == key)).one()
        kind = {number: name for name, number in kind_ids(tx).items()}[row.kind_id]
        declared = tx.dictionary.resolution.get(kind)
        if declared is None or declared.digest != row.digest:
            return None
        counted = tx.connection.execute(select(f.value, f.frequency).where(f.model_id == key))
        known = Running(
            id=row.id,
            kind_id=row.kind_id,
            declared=declared,
            trained=from_json(row.value, declared),
            frequencies={line.value: line.frequency for line in counted},
            rarest=FEWEST / max(row.records, FEWEST),
        )
        tx.store.weighing[key] = known
    return known


START = "Start parameters, as shipped."
RESTS = "The dictionary declares this kind otherwise than the version that ran before: start parameters, as shipped."
GROWN = "There are more records by now: start parameters for a larger collection, as shipped."
FITS_AGAIN = "The dictionary declares this kind as this version knows it, again."


def begin(tx: Transaction, kind: str) -> Running:
    """Give the version that runs. Where none fits the dictionary in use, the last that does runs, or the start parameters.

    A version that was trained for another declaration is kept, and rests until somebody trains a new one.
    """
    found = running(tx, kind)
    if found is not None:
        return found
    kind_id, declared = enter_kinds(tx)[kind], tx.dictionary.resolution[kind]
    ran = select(m.id, m.digest).join(tables.resolution_switch, w.model_id == m.id).where(w.kind_id == kind_id)
    before = tx.connection.execute(ran.order_by(w.id.desc())).all()
    key = next((row.id for row in before if row.digest == declared.digest), None)
    reason = FITS_AGAIN if key is not None else RESTS if before else START
    if key is None:
        key = _start(tx, kind_id, declared, records=_records(tx, kind_id), reason=reason, up_to=_behind(tx, kind_id))
    _switch(tx, key, kind_id, reason)
    return _loaded(tx, key)


def _start(tx: Transaction, kind_id: int, declared: KindModel, *, records: int, reason: str, up_to: int) -> int:
    """Enter the start parameters for so many records, unless they are there."""
    trained = start_model(declared, records=start_size(records))
    key = tx.connection.execute(select(m.id).where(m.uid == trained.uid)).scalar_one_or_none()
    return int(key) if key is not None else _insert(tx, trained, kind_id, reason=reason, up_to=up_to)


def larger(tx: Transaction, before: Running, *, records: int) -> Running:
    """Let the start parameters for so many records run, in the place of those for fewer, and go on where those stopped."""
    done = up_to(tx, before.id)
    key = _start(tx, before.kind_id, before.declared, records=records, reason=GROWN, up_to=done)
    tx.connection.execute(update(tables.resolution_model).where(m.id == key).values(up_to=done))
    _switch(tx, key, before.kind_id, GROWN)
    return _loaded(tx, key)


def _records(tx: Transaction, kind_id: int) -> int:
    current = select(func.count()).where(r.kind_id == kind_id, r.known_to.is_(None))
    return int(tx.connection.execute(current).scalar_one())


def _loaded(tx: Transaction, key: int) -> Running:
    found = load(tx, key)
    if found is None:
        raise Conflict("the start parameters do not fit the dictionary", advice="Start the center again.")
    return found


def behind(tx: Transaction, newest: int) -> list[Behind]:
    """Give the versions that run and have not come to the newest record; all others are caught up.

    Where there are records of a kind and no version that fits the dictionary runs, one begins.
    """
    last = select(func.max(w.id)).group_by(w.kind_id)
    query = select(w.kind_id, m.id, m.uid, m.digest, m.up_to).join(tables.resolution_switch, w.model_id == m.id)
    reached = {row.kind_id: row for row in tx.connection.execute(query.where(w.id.in_(last)))}
    stocked = set(tx.connection.execute(select(tables.stock.c.kind_id).distinct()).scalars())
    found = []
    for kind, number in sorted(kind_ids(tx).items()):
        declared, row = tx.dictionary.resolution.get(kind), reached.get(number)
        if declared is not None and _must_begin(tx, declared, row, number, stocked):
            begun = begin(tx, kind)
            found.append(Behind(kind_id=number, key=begun.id, uid=begun.uid, up_to=up_to(tx, begun.id)))
        elif declared is not None and row is not None and row.up_to < newest:
            found.append(Behind(kind_id=number, key=row.id, uid=row.uid, up_to=row.up_to))
    return found


def _must_begin(
    tx: Transaction, declared: KindModel, row: AnyRow | None, kind_id: int, stocked: Collection[int]
) -> bool:
    """Claim that there are records for a kind of which no version runs, or one for another declaration."""
    if row is None:
        return kind_id in stocked
    return bool(row.digest != declared.digest) and _has_newer(tx, kind_id, row.up_to)


def _has_newer(tx: Transaction, kind_id: int, key: int) -> bool:
    query = select(r.id).where(*newer(kind_id, key)).order_by(r.id).limit(1)
    return tx.connection.execute(query).first() is not None


def newer(kind_id: int, key: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Ask for records of a kind with keys above this one, by walking up the keys: what is new are the last of very many.

    The sum keeps the database from reading all records of the kind by its index, and sorting them.
    """
    return r.id > key, r.kind_id + 0 == kind_id


def newer_of_kinds(after: Mapping[int, int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Ask for records of several kinds with keys above the one that is given for each, by walking up the keys in the same way."""
    kinds: dict[int, list[int]] = {}
    for kind_id, key in sorted(after.items()):
        kinds.setdefault(key, []).append(kind_id)
    wanted = [and_(r.id > key, (r.kind_id + 0).in_(some)) for key, some in kinds.items()]
    return r.id > min(kinds), or_(*wanted)


def _behind(tx: Transaction, kind_id: int) -> int:
    """Say up to which record a new model leaves the work to a run: to none where there are few."""
    some = select(r.id).where(r.kind_id == kind_id).limit(BACKLOG + 1).subquery()
    if tx.connection.execute(select(func.count()).select_from(some)).scalar_one() <= BACKLOG:
        return 0
    return newest_record(tx)


def newest_record(tx: Transaction) -> int:
    """Give the key of the newest record. Writers take turns, so none with a smaller key appears later."""
    return int(tx.connection.execute(select(func.max(r.id))).scalar_one() or 0)


def _insert(
    tx: Transaction, trained: TrainedModel, kind_id: int, *, reason: str, up_to: int = 0, records: int = 0
) -> int:
    values = {
        "uid": trained.uid,
        "kind_id": kind_id,
        "digest": trained.digest,
        "value": trained.to_json(),
        "entered_by": tx.access.actor.account,
        "entered_at": tx.at,
        "reason": reason,
        "up_to": up_to,
        "records": records,
    }
    key = tx.connection.execute(insert(tables.resolution_model).values(**values).returning(m.id)).scalar_one()
    tx.note(Event.MODEL_ENTERED, f"model:{trained.uid}", kind=trained.kind, records=records)
    return int(key)


def _switch(tx: Transaction, key: int, kind_id: int, reason: str) -> None:
    values = {"kind_id": kind_id, "model_id": key, "at": tx.at, "account": tx.access.actor.account, "reason": reason}
    tx.connection.execute(insert(tables.resolution_switch).values(**values))
    tx.note(Event.MODEL_SWITCHED, f"model:{key}")


def all_of(tx: Transaction, kind: str = "") -> list[ModelView]:
    """List the versions of a kind's model, or of all kinds', newest first. Needs ENTITY_READ."""
    tx.require(Permission.ENTITY_READ)
    query = _select().order_by(m.id.desc())
    if kind:
        query = query.where(tables.kind.c.name == kind)
    rows = tx.connection.execute(query).all()
    tx.note(Event.MODEL_READ, kind, models=len(rows))
    return [_view(tx, row) for row in rows]


def get(tx: Transaction, uid: str) -> ModelView:
    """Read one version. Needs ENTITY_READ."""
    tx.require(Permission.ENTITY_READ)
    row = _row(tx, uid)
    tx.note(Event.MODEL_READ, f"model:{uid}")
    return _view(tx, row)


def text(tx: Transaction, uid: str) -> str:
    """Give the model file (JSON) of a version. It holds chances, no values of records."""
    tx.require(Permission.ENTITY_READ)
    row = _row(tx, uid)
    tx.note(Event.MODEL_READ, f"model:{uid}", text=True)
    return str(row.value)


def thresholds(tx: Transaction, kind: str) -> dict[str, float]:
    """Give the running model's thresholds in bits: `same`, from which it joins, and `review`, from which people are asked."""
    found = running(tx, kind)
    if found is None:
        return {}
    return {"same": found.trained.thresholds.same, "review": found.trained.thresholds.possible}


def enter(
    tx: Transaction,
    value: str,
    *,
    reason: str,
    frequencies: Mapping[int, float] | None = None,
    records: int = 0,
) -> ModelView:
    """Keep a trained model (JSON, as training writes it). It does not run until it is switched to.

    `frequencies` are those of values that FEWEST records or more hold, of `records`. Invalid: damaged, or of an unknown
    kind. Conflict: trained under another version of the kind's declaration, or entered before.
    """
    tx.require(Permission.RESOLUTION_MANAGE)
    said = check_reason(reason)
    trained = from_json(value, _declared(tx, value))
    if tx.connection.execute(select(m.id).where(m.uid == trained.uid)).first() is not None:
        raise Conflict("this model was entered before", where=trained.uid, advice="Switch to it.")
    key = _insert(tx, trained, enter_kinds(tx)[trained.kind], reason=said, records=records)
    lines = [(key, number, share) for number, share in sorted((frequencies or {}).items())]
    tx.dialect.insert(tx.connection, "term_frequency", ("model_id", "value", "frequency"), lines)
    return _view(tx, _row(tx, trained.uid))


def _declared(tx: Transaction, value: str) -> KindModel:
    try:
        kind = str(json.loads(value)["kind"])
    except (ValueError, KeyError, TypeError):
        raise Invalid("not a trained model", advice="Give the file as training wrote it.") from None
    if kind not in tx.dictionary.resolution:
        known = ", ".join(sorted(tx.dictionary.resolution)) or "none"
        raise Invalid(f"kind {kind!r} is not resolved here", advice=f"The kinds that are: {known}.")
    return tx.dictionary.resolution[kind]


def check_reason(reason: str) -> str:
    """Read a reason; Invalid where there is none or too much of it."""
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise Invalid(
            f"a reason of 1 to {LONGEST_REASON} characters is needed", where="reason", advice="Say why, in a sentence."
        )
    return said


def switch(tx: Transaction, uid: str, *, reason: str) -> ModelView:
    """Let this version run from now on. Conflict where it has not resolved every record yet (`tessera resolve switch` does)."""
    tx.require(Permission.RESOLUTION_MANAGE)
    said = check_reason(reason)
    row = _row(tx, uid)
    if load(tx, row.id) is None:
        raise Conflict("the dictionary declares this kind otherwise by now", where=uid, advice="Train it again.")
    left = waiting(tx, row.kind_id, row.up_to)
    if left:
        raise Conflict(
            f"this model has still to resolve {left:,} records", where=uid, advice=f"Run: tessera resolve switch {uid}"
        )
    now = running(tx, row.kind)
    if now is not None and now.id == row.id:
        raise Conflict("this model runs already", where=uid)
    _switch(tx, row.id, row.kind_id, said)
    return _view(tx, _row(tx, uid))


def waiting(tx: Transaction, kind_id: int, up_to: int, *, all_records: bool = True) -> int:
    """Count the current records of a kind that a model has not resolved; all, or those that this access may see."""
    c = select(func.count()).where(*newer(kind_id, up_to), r.known_to.is_(None))
    if not all_records:
        c = c.where(covers(r.marking_id, tx.scope.visible))
    return int(tx.connection.execute(c).scalar_one())


def resolved(tx: Transaction, keys: Sequence[int], up_to: int) -> None:
    """Put down up to which record these versions have resolved all; one that has come further stays there."""
    these = m.id.in_(keys) & (m.up_to < up_to)
    tx.connection.execute(update(tables.resolution_model).where(these).values(up_to=up_to))


def left_out(tx: Transaction, capped: Mapping[int, int]) -> None:
    """Count what frequent keys left out, by the number of the version."""
    rows = [{"version": key, "more": count} for key, count in sorted(capped.items()) if count]
    if rows:
        added = update(tables.resolution_model).where(m.id == bindparam("version"))
        tx.connection.execute(added.values(capped=m.capped + bindparam("more")), rows)


def reached(tx: Transaction, key: int, newest: int) -> None:
    """Put down that a run has resolved all up to this record; what was further stays."""
    this = (m.id == key) & (m.up_to < newest)
    tx.connection.execute(update(tables.resolution_model).where(this).values(up_to=newest))
    note_run(tx, key, up_to=newest)


def note_run(tx: Transaction, key: int, **counts: int) -> None:
    """Leave an entry of a step of a run."""
    tx.note(Event.RESOLVED, f"model:{key}", **counts)


def kind_of(tx: Transaction, uid: str) -> str:
    """Name the kind that a version is for."""
    return str(_row(tx, uid).kind)


def up_to(tx: Transaction, key: int) -> int:
    """Say up to which record a model has resolved all."""
    return int(tx.connection.execute(select(m.up_to).where(m.id == key)).scalar_one())


def key_of(tx: Transaction, uid: str) -> int:
    """Give the number of a version by its name outside."""
    return int(_row(tx, uid).id)


def uids(tx: Transaction) -> dict[int, str]:
    """Give the name outside of every version."""
    return {row.id: row.uid for row in tx.connection.execute(select(m.id, m.uid))}


def _select() -> Select[tuple[AnyRow, ...]]:
    return select(tables.resolution_model, tables.kind.c.name.label("kind")).join(
        tables.kind, tables.kind.c.id == m.kind_id
    )


def _row(tx: Transaction, uid: str) -> AnyRow:
    row = tx.connection.execute(_select().where(m.uid == uid)).one_or_none()
    if row is None:
        raise NotFound("no such model", where=uid, advice="List them with: tessera resolve models")
    return row


def _view(tx: Transaction, row: AnyRow) -> ModelView:
    now = tx.connection.execute(
        select(w.model_id).where(w.kind_id == row.kind_id).order_by(w.id.desc()).limit(1)
    ).scalar_one_or_none()
    given = json.loads(row.value)
    fits = load_quietly(tx, row.id) is not None
    manages = bool(tx.store.policy.may(tx.access, Permission.RESOLUTION_MANAGE, today=tx.today))
    return ModelView(
        uid=row.uid,
        kind=row.kind,
        digest=row.digest,
        running=now == row.id,
        fits=fits,
        trained_on=int(given.get("trained_on", 0)),
        entered_by=row.entered_by,
        entered_at=row.entered_at,
        reason=row.reason,
        same=float(given["thresholds"]["same"]),
        possible=float(given["thresholds"]["possible"]),
        estimates=dict(given.get("estimates", {})),
        waiting=waiting(tx, row.kind_id, row.up_to, all_records=manages),
        capped=row.capped if manages else 0,
    )


def load_quietly(tx: Transaction, key: int) -> Running | None:
    """Make a version ready to weigh, or say that it cannot be: a damaged one is listed too."""
    try:
        return load(tx, key)
    except TesseraError:
        return None
