"""A whole kind resolved in bulk, a model trained, another version switched to: jobs whose steps can be done again.

Few records go the way that they go as they arrive. Of many the engine finds which pairs are worth keeping; what they weigh is
then worked out by the model with its own frequencies, so that it is the same whichever way a record came.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from tessera.clock import isoformat
from tessera.dictionary.resolution import KindModel
from tessera.engines.linking import DuckLinker
from tessera.errors import Conflict, Invalid
from tessera.flow.pipeline import PIPELINE, Pipeline
from tessera.model.access import Access, Actor, Permission, Purpose, Role
from tessera.model.entity import ModelView
from tessera.resolution.prepare import Prepared, listed_fields
from tessera.store import growing, models, nodes, pairs
from tessera.store.models import Running
from tessera.store.transactions import Store

FEW = 5_000
"""Records up to which those that are not resolved are compared one by one."""
FEW_AMONG = 10
"""And up to which part of all: the engine goes through all of them, however few are new."""
PREPARED_AT_ONCE = 2_000
WRITTEN_AT_ONCE = 10_000
MARGIN = 6.0
"""Bits below the floor down to which the engine keeps pairs: it counts frequencies on the records of today."""


def steward(account: str) -> Access:
    """Act in a job for an account whose right was checked when the job was begun."""
    actor = Actor(account=account, agency="", roles=frozenset({Role.DATA_STEWARD}), trained_until="9999-12-31")
    return Access(actor=actor, purpose=Purpose.DATA_STEWARDSHIP)


def check(store: Store, access: Access, kind: str) -> None:
    """Go on only if this access may manage resolution and the kind is resolved at all."""
    with store.reading(access) as tx:
        tx.require(Permission.RESOLUTION_MANAGE)
        models.all_of(tx, kind)
    if kind not in store.dictionary.resolution:
        known = ", ".join(sorted(store.dictionary.resolution)) or "none"
        raise Invalid(f"kind {kind!r} is not resolved", where="kind", advice=f"The kinds that are: {known}.")


def is_large(pipeline: Pipeline, kind: str, *, model: str = "") -> bool:
    """Claim that so much waits that the engine does it in bulk. It is decided before anything is done, and then stays."""
    running = _running(pipeline.store, kind, model)
    with pipeline.store.reading(PIPELINE) as tx:
        before = models.up_to(tx, running.id)
        left = models.waiting(tx, running.kind_id, before)
        few = max(FEW, nodes.count(tx, running) // FEW_AMONG)
        fresh = nodes.count_unprepared(tx, running, most=few + 1)
        models.note_run(tx, running.id, waiting=left)
    return (bool(model) and before == 0) or max(left, fresh) > few


def run(pipeline: Pipeline, kind: str, *, model: str = "", bulk: bool | None = None) -> str:
    """Resolve all records of a kind that are not resolved yet, by the model that runs or by a version that is to run.

    `bulk` is what `is_large` said when the work began; it is asked now where nothing is given. Killed at any moment, doing it
    again ends the same. Returns the version.
    """
    store, running = pipeline.store, _running(pipeline.store, kind, model)
    if is_large(pipeline, kind, model=model) if bulk is None else bulk:
        with store.reading(PIPELINE) as tx:
            reached = models.newest_record(tx)
            models.note_run(tx, running.id)
        prepare(store, running)
        in_bulk(pipeline, running)
        with store.writing(PIPELINE) as tx:
            models.reached(tx, running.id, reached)
    else:
        _fill(store, running)
    catch_up(store, running, rows=pipeline.settings.resolve_rows)
    return running.uid


def _running(store: Store, kind: str, model: str) -> Running:
    with store.writing(PIPELINE) as tx:
        running = models.load(tx, models.key_of(tx, model)) if model else growing.fitting(tx, models.begin(tx, kind))
        models.note_run(tx, running.id if running else 0)
    if running is None:
        raise Conflict(
            "the model was trained under another version of the dictionary", where=model or kind,
            advice=f"Run: tessera resolve train {kind}",
        )  # fmt: skip
    return running


def behind(store: Store) -> list[str]:
    """Let a model run for every kind that is resolved, and name the kinds of which records wait for theirs."""
    found = []
    for kind in sorted(store.dictionary.resolution):
        running = _running(store, kind, "")
        with store.reading(PIPELINE) as tx:
            left = models.waiting(tx, running.kind_id, models.up_to(tx, running.id))
            fresh = nodes.unprepared(tx, running, after=0, limit=1)
            models.note_run(tx, running.id, waiting=left)
        if left or fresh:
            found.append(kind)
    return found


def prepare(store: Store, running: Running) -> None:
    """Make every current record of the kind ready to be compared."""
    after: int | None = 0
    while after is not None:
        with store.writing(PIPELINE) as tx:
            rows = nodes.unprepared(tx, running, after=after, limit=PREPARED_AT_ONCE)
            nodes.enter(tx, running, rows)
            models.note_run(tx, running.id, prepared=len(rows))
        after = rows[-1].id if rows else None


def _fill(store: Store, running: Running) -> None:
    """Resolve what was left out among the records up to which the model has come; what is newer is caught up with."""
    after: int | None = 0
    while after is not None:
        with store.writing(PIPELINE) as tx:
            up_to = models.up_to(tx, running.id)
            found = nodes.unprepared(tx, running, after=after, limit=pairs.AT_ONCE)
            rows = [row for row in found if row.id <= up_to]
            if rows:
                pairs.compare(tx, running.alone, nodes.make(tx, running.alone, rows))
            models.note_run(tx, running.id, prepared=len(rows))
        after = rows[-1].id if rows else None


def in_bulk(pipeline: Pipeline, running: Running) -> int:
    """Let the engine find the pairs of a whole kind, and put down what they weigh; return how many are kept."""
    store, folder = pipeline.store, pipeline.settings.center / "run"
    folder.mkdir(exist_ok=True)
    table = table_of(store, running)
    with pipeline.linker(table, running.declared, folder=folder) as linker:
        found = linker.predict(running.trained, running.floor - MARGIN)
    kept = 0
    for batch in found.select(["left", "right"]).to_batches(max_chunksize=WRITTEN_AT_ONCE):
        ends = list(zip(batch["left"].to_pylist(), batch["right"].to_pylist(), strict=True))
        with store.writing(PIPELINE) as tx:
            kept += pairs.put_pairs(tx, running, ends)
    return kept


def catch_up(store: Store, running: Running, *, rows: int) -> None:
    """Resolve by this model what arrived meanwhile."""
    more = True
    while more:
        with store.writing(PIPELINE) as tx:
            done = pairs.resolve(tx, running, most=rows)
            models.note_run(tx, running.id)
        more = done is not None and done.records == rows


def table_of(store: Store, running: Running) -> pa.Table:
    """Put all prepared records of a kind into one table: `node`, and a column for each prepared field."""
    parts = list(_parts(store, running))
    several = listed_fields(running.declared).union(
        name for part in parts for name in part.column_names if pa.types.is_list(part.schema.field(name).type)
    )
    return pa.concat_tables([_with_lists(part, several) for part in parts or [_part(running.declared, [])]])


def _parts(store: Store, running: Running) -> Iterator[pa.Table]:
    after = 0
    while True:
        with store.reading(PIPELINE) as tx:
            some = nodes.page(tx, running, after=after, limit=WRITTEN_AT_ONCE)
            models.note_run(tx, running.id)
        if not some:
            return
        yield _part(running.declared, some)
        after = some[-1][0]


def _part(declared: KindModel, some: Sequence[tuple[int, Prepared]]) -> pa.Table:
    columns: dict[str, pa.Array] = {"node": pa.array([key for key, _ in some], pa.int64())}
    for field in declared.fields:
        values = [prepared.get(field.name) for _, prepared in some]
        several = any(isinstance(value, tuple) for value in values)
        columns[field.name] = pa.array(values, pa.list_(pa.string()) if several else pa.string())
    return pa.table(columns)


def _with_lists(part: pa.Table, several: frozenset[str]) -> pa.Table:
    """Make a list of each value of these fields, also where a part holds single values or none."""
    for at, name in enumerate(part.column_names):
        if name in several and not pa.types.is_list(part.schema.field(name).type):
            values = [[value] if value is not None else None for value in part[name].to_pylist()]
            part = part.set_column(at, name, pa.array(values, pa.list_(pa.string())))
    return part


def train(pipeline: Pipeline, kind: str, *, account: str, reason: str) -> ModelView:
    """Learn a new version of a kind's model from all its records, without labels, and keep it. It does not run yet."""
    store = pipeline.store
    running = _running(store, kind, "")
    prepare(store, running)
    table = table_of(store, running)
    with pipeline.linker(table, running.declared) as linker:
        with store.reading(PIPELINE) as tx:
            now = tx.at
            models.note_run(tx, running.id)
        trained = linker.train(by=account, at=isoformat(now))
        frequencies = _frequencies(linker, running.declared, table.num_rows)
    if trained.trained_on == 0:
        raise Conflict(
            f"{table.num_rows:,} records of kind {kind!r} are too few, or too unlike each other, to learn from",
            where=kind,
            advice="The model that runs stays. Train again when there are more.",
        )
    with store.writing(steward(account)) as tx:
        return models.enter(tx, trained.to_json(), reason=reason, frequencies=frequencies, records=table.num_rows)


def _frequencies(linker: DuckLinker, declared: KindModel, records: int) -> dict[int, float]:
    """Keep how common values are that models.FEWEST records or more hold."""
    found = {}
    for name in declared.frequency_fields():
        for row in linker.frequencies(name).to_pylist():
            if row["share"] * records >= models.FEWEST:
                found[models.value_key(name, str(row["value"]))] = float(row["share"])
    return found


def plan(pipeline: Pipeline, what: str, name: str) -> bool:
    """Say whether a job is to be done in bulk; noted before it begins, so that it stays so whenever it goes on."""
    match what:
        case "train":
            return True
        case "switch":
            return is_large(pipeline, _kind_of(pipeline.store, name), model=name)
        case _:
            return is_large(pipeline, name)


def do(pipeline: Pipeline, what: str, name: str, *, bulk: bool, account: str, reason: str) -> str:
    """Do the work of one job, which may have been begun before; return the version of the model that it was about."""
    match what:
        case "train":
            return train(pipeline, name, account=account, reason=reason).uid
        case "switch":
            return switch(pipeline, name, account=account, reason=reason, bulk=bulk).uid
        case _:
            return run(pipeline, name, bulk=bulk)


def switch(pipeline: Pipeline, uid: str, *, account: str, reason: str, bulk: bool | None = None) -> ModelView:
    """Resolve every record by this version, then let it run. What the version before it weighed is kept."""
    store = pipeline.store
    kind = _kind_of(store, uid)
    run(pipeline, kind, model=uid, bulk=bulk)
    with store.writing(steward(account)) as tx:
        running = models.load(tx, models.key_of(tx, uid))
        if running is not None:
            pairs.resolve(tx, running)
        return models.switch(tx, uid, reason=reason)


def _kind_of(store: Store, uid: str) -> str:
    with store.reading(PIPELINE) as tx:
        models.note_run(tx, 0)
        return models.kind_of(tx, uid)
