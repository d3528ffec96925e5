"""The review queue: pairs of which the model is not sure, those first that would change most."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from tessera.errors import Invalid
from tessera.model.access import Permission
from tessera.model.judgement import Agreement, PairView, ReviewPair, Verdict
from tessera.resolution.scoring import probability_of
from tessera.store import entities, judging, models, tables
from tessera.store.events import Event
from tessera.store.models import Running
from tessera.store.nodes import prepared_of, source_names
from tessera.store.pairs import levels_of, weigh
from tessera.store.scope import covers
from tessera.store.standing import Standing, standing_of
from tessera.store.tables import AnyRow
from tessera.store.transactions import Transaction
from tessera.store.views import to_views
from tessera.store.visible import EDGE
from tessera.store.waterfalls import pair_views, waterfall

r, n, p, j = tables.record.c, tables.node.c, tables.pair.c, tables.judgement.c
left_node, right_node = tables.node.alias("left_node"), tables.node.alias("right_node")
left_record, right_record = tables.record.alias("left_record"), tables.record.alias("right_record")
LOOKED_AT = 300
"""Pairs nearest to even odds, on either side, among which the queue chooses."""
MOST_JUDGED = 5_000
TWO = 2


def queue(tx: Transaction, kind: str = "", *, after: UUID | None = None, limit: int = 20) -> list[ReviewPair]:
    """List the pairs of a kind (or all) that wait for a person, by records joined times uncertainty, most first.

    Needs JUDGEMENT_CREATE. Left out are pairs with a hidden end, pairs that are decided, pairs that the reader has judged,
    and pairs within one entity. `after` is the left record of the last pair of the page before.
    """
    _require(tx)
    found = [(running, row, joins) for running in _running(tx, kind) for row, joins in _chosen(tx, running)]
    found.sort(key=lambda item: (-_effect(item[0], item[1], item[2]), -item[1].id))
    found = _behind(tx, found, after)[:limit]
    tx.note(Event.REVIEW_READ, kind, pairs=len(found))
    return [_show(tx, running, row, joins) for running, row, joins in found]


def _require(tx: Transaction) -> None:
    tx.require(Permission.JUDGEMENT_CREATE)
    tx.require(Permission.RECORD_READ)


def _running(tx: Transaction, kind: str) -> list[Running]:
    kinds = [kind] if kind else sorted(tx.dictionary.resolution)
    return [found for name in kinds if (found := models.running(tx, name)) is not None]


Waiting = tuple[Running, AnyRow, tuple[int, int]]


def _behind(tx: Transaction, found: list[Waiting], after: UUID | None) -> list[Waiting]:
    if after is None:
        return found
    thread = tx.connection.execute(
        select(r.thread).where(r.uid == after.bytes, covers(r.marking_id, tx.scope.listed.visible))
    ).scalar_one_or_none()
    places = [at for at, (_, row, _) in enumerate(found) if thread is not None and row.left_thread == thread]
    return found[places[-1] + 1 :] if places else found


def _chosen(tx: Transaction, running: Running) -> list[tuple[AnyRow, tuple[int, int]]]:
    """Choose the pairs between the thresholds that are still to be decided by this reader."""
    rows = _between(tx, running)
    threads = {bytes(end) for row in rows for end in (row.left_thread, row.right_thread)}
    said = standing_of(tx, threads)
    rows = [row for row in rows if _waits(tx, said.get(_ends(row)))]
    homes = entities.together(tx, running, {bytes(end) for row in rows for end in (row.left_thread, row.right_thread)})
    apart = _parted(said)
    found = []
    for row in rows:
        left, right = (homes.get(bytes(end), (bytes(end).hex(),)) for end in (row.left_thread, row.right_thread))
        if left != right and not _kept_apart(apart, left, right):
            found.append((row, (len(left), len(right))))
    return found


def _ends(row: AnyRow) -> tuple[bytes, bytes]:
    left, right = sorted((bytes(row.left_thread), bytes(row.right_thread)))
    return left, right


def _waits(tx: Transaction, said: Standing | None) -> bool:
    """Claim that a pair still waits for this reader: undecided, and not judged by the same account already."""
    if said is None:
        return True
    own = tx.access.actor.account
    judged = any(row.account == own and row.id not in said.undone for row in said.rows if row.verdict != Verdict.UNDONE)
    return not judged and said.verdict not in {Verdict.SAME, Verdict.DIFFERENT}


def _parted(said: dict[tuple[bytes, bytes], Standing]) -> set[tuple[str, str]]:
    return {(left.hex(), right.hex()) for (left, right), one in said.items() if one.verdict is Verdict.DIFFERENT}


def _kept_apart(apart: set[tuple[str, str]], left: Iterable[str], right: Iterable[str]) -> bool:
    """Claim that a person parted the two groups already, by other records of theirs."""
    others = list(right)
    return any((min(a, b), max(a, b)) in apart for a in left for b in others)


def _between(tx: Transaction, running: Running) -> list[AnyRow]:
    """Give the pairs between the thresholds nearest to even odds, whose both ends this access may see."""
    low, high = running.trained.thresholds.possible, running.trained.thresholds.same
    even = _even(running, low, high)
    above = _pairs(tx, running).where(p.weight >= even, p.weight < high).order_by(p.weight, p.id)
    below = _pairs(tx, running).where(p.weight >= low, p.weight < even).order_by(p.weight.desc(), p.id)
    rows = [*tx.connection.execute(above.limit(LOOKED_AT)), *tx.connection.execute(below.limit(LOOKED_AT))]
    return sorted(rows, key=lambda row: (abs(row.weight - even), row.id))[:LOOKED_AT]


def _even(running: Running, low: float, high: float) -> float:
    """Find the weight at which the odds are even, within the thresholds."""
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if probability_of(middle, running.trained) < 0.5 else (low, middle)  # noqa: PLR2004
    return (low + high) / 2


def _pairs(tx: Transaction, running: Running) -> Select[Any]:
    visible = tx.scope.listed.visible
    return (
        select(*EDGE, left_node.c.thread.label("left_thread"), right_node.c.thread.label("right_thread"))
        .select_from(tables.pair)
        .join(left_node, left_node.c.id == p.left_id)
        .join(right_node, right_node.c.id == p.right_id)
        .join(left_record, left_record.c.id == left_node.c.record_id)
        .join(right_record, right_record.c.id == right_node.c.record_id)
        .where(
            p.model_id == running.id,
            p.known_to.is_(None),
            left_record.c.known_to.is_(None),
            right_record.c.known_to.is_(None),
            covers(left_record.c.marking_id, visible),
            covers(right_record.c.marking_id, visible),
        )
    )


def _effect(running: Running, row: AnyRow, joins: tuple[int, int]) -> float:
    return sum(joins) * uncertainty_of(probability_of(row.weight, running.trained))


def uncertainty_of(probability: float) -> float:
    """Give the entropy of a probability in bits.

    >>> uncertainty_of(0.5), uncertainty_of(1.0)
    (1.0, 0.0)
    """
    if not 0 < probability < 1:
        return 0.0
    other = 1 - probability
    return -probability * math.log2(probability) - other * math.log2(other)


def _show(tx: Transaction, running: Running, row: AnyRow, joins: tuple[int, int]) -> ReviewPair:
    ends = _ends(row)
    records = {thread.hex(): found for thread, found in judging.visible_records(tx, ends).items()}
    return _review(tx, pair_views(tx, running, [row], records)[0], ends, joins)


def _review(tx: Transaction, pair: PairView, ends: tuple[bytes, bytes], joins: tuple[int, int]) -> ReviewPair:
    said = standing_of(tx, ends)
    said = {ends: said[ends]} if ends in said else {}
    newest = said[ends].newest if said else None
    uncertainty = uncertainty_of(pair.waterfall.probability)
    return ReviewPair(
        pair=pair,
        joins=joins,
        uncertainty=uncertainty,
        effect=sum(joins) * uncertainty,
        marking=pair.left.marking | pair.right.marking,
        judgements=tuple(judging.to_judgements(tx, said)),
        seen=UUID(bytes=bytes(newest.uid)) if newest is not None else None,
    )


def one(tx: Transaction, left_uid: UUID, right_uid: UUID) -> ReviewPair:
    """Give any two records of a kind side by side, compared by the running model, whether or not they wait in the queue."""
    tx.require(Permission.ENTITY_READ)
    tx.require(Permission.RECORD_READ)
    left, right = entities.current(tx, left_uid), entities.current(tx, right_uid)
    if bytes(left.thread) == bytes(right.thread) or left.kind_id != right.kind_id:
        raise Invalid("name two records of one kind that are not versions of one", where="records")
    kind = {row.id: row.name for row in tx.connection.execute(select(tables.kind))}[left.kind_id]
    running = models.running(tx, kind)
    if running is None:
        raise Invalid(f"records of kind {kind!r} are not compared", where="records", advice="No model runs for them.")
    pair = _compared(tx, running, left, right)
    threads = [bytes(left.thread), bytes(right.thread)]
    size = entities.size_of(tx, running, threads)
    tx.note(Event.REVIEW_READ, "pair", records=[str(left_uid), str(right_uid)])
    ends = (min(threads), max(threads))
    return _review(tx, pair, ends, (size[threads[0]], size[threads[1]]))


def _compared(tx: Transaction, running: Running, left: AnyRow, right: AnyRow) -> PairView:
    """Compare two records now, in the order in which their pair is stored where there is one."""
    sources = source_names(tx)
    ends = [prepared_of(running.declared, row, sources) for row in (left, right)]
    levels = levels_of(running.declared, weigh(running, ends[0], ends[1]))
    views = to_views(tx, [left, right])
    return PairView(
        left=views[0],
        right=views[1],
        waterfall=waterfall(tx, running, levels, (left, right)),
        model=running.uid,
        known_from=max(left.known_from, right.known_from),
    )


def waiting(tx: Transaction) -> dict[str, int]:
    """Count by kind what waits in the queue for this reader, up to LOOKED_AT for each."""
    _require(tx)
    found = {running.kind: len(_chosen(tx, running)) for running in _running(tx, "")}
    tx.note(Event.REVIEW_READ, "counts")
    return {kind: count for kind, count in found.items() if count}


def agreement(tx: Transaction, kind: str = "") -> Agreement:
    """Say how far people agree, among themselves and with the running model, over pairs that this access may see."""
    tx.require(Permission.ENTITY_READ)
    judged = _judged(tx, kind)
    by_pair = {ends: _latest(said) for ends, said in judged.items()}
    twice = {ends: said for ends, said in by_pair.items() if len(said) >= TWO}
    verdicts = {ends: said.verdict for ends, said in judged.items() if said.verdict is not None}
    with_model, against = _against_model(tx, verdicts)
    tx.note(Event.JUDGEMENT_READ, f"agreement:{kind}", pairs=len(by_pair))
    return Agreement(
        judged=len(verdicts),
        twice=len(twice),
        agreed=sum(len(set(said.values())) == 1 for said in twice.values()),
        kappa=_kappa([list(said.values())[:TWO] for said in twice.values()]),
        with_model=with_model,
        against_model=against,
        by_account=_by_account(by_pair),
    )


Ends = tuple[bytes, bytes]


def _judged(tx: Transaction, kind: str) -> dict[Ends, Standing]:
    """Give what was said of the newest pairs of which this access may see both ends."""
    query = select(j.left_thread, j.right_thread).where(j.left_thread.is_not(None), j.right_thread.is_not(None))
    if kind:
        query = query.join(tables.kind, tables.kind.c.id == j.kind_id).where(tables.kind.c.name == kind)
    rows = tx.connection.execute(query.order_by(j.id.desc()).limit(MOST_JUDGED)).all()
    wanted = {(bytes(row.left_thread), bytes(row.right_thread)) for row in rows}
    threads = {end for ends in wanted for end in ends}
    seen = judging.visible_records(tx, threads).keys()
    said = standing_of(tx, threads & seen)
    return {ends: said[ends] for ends in sorted(wanted) if set(ends) <= seen}


def _latest(said: Standing) -> dict[str, str]:
    """Give what each account says of a pair."""
    left = [row for row in said.rows if row.id not in said.undone and row.verdict != Verdict.UNDONE.value]
    return {row.account: row.verdict for row in left}


def _by_account(by_pair: dict[Ends, dict[str, str]]) -> tuple[tuple[str, int, int], ...]:
    judged: Counter[str] = Counter()
    otherwise: Counter[str] = Counter()
    for said in by_pair.values():
        judged.update(said.keys())
        otherwise.update(account for account, verdict in said.items() if set(said.values()) - {verdict})
    return tuple((account, count, otherwise[account]) for account, count in judged.most_common())


def _kappa(pairs: Sequence[Sequence[str]]) -> float | None:
    """Cohen's kappa (1960), each pair of verdicts taken in both orders, for the judges have no fixed places."""
    if not pairs:
        return None
    shares: dict[str, float] = defaultdict(float)
    for first, second in pairs:
        shares[first] += 1 / (2 * len(pairs))
        shares[second] += 1 / (2 * len(pairs))
    by_chance = math.fsum(share * share for share in shares.values())
    agreed = sum(first == second for first, second in pairs) / len(pairs)
    return None if math.isclose(by_chance, 1.0) else (agreed - by_chance) / (1 - by_chance)


def _against_model(tx: Transaction, verdicts: dict[Ends, Verdict]) -> tuple[int, int]:
    """Count judgements that go with and against the running model, at even odds."""
    counted: Counter[bool] = Counter()
    for running, ends, weight in weights_of(tx, verdicts):
        joins = probability_of(weight, running.trained) >= 0.5  # noqa: PLR2004 - even odds
        if verdicts[ends] in {Verdict.SAME, Verdict.DIFFERENT}:
            counted[joins == (verdicts[ends] is Verdict.SAME)] += 1
    return counted[True], counted[False]


def weights_of(
    tx: Transaction, wanted: Iterable[Ends], model: Running | None = None
) -> list[tuple[Running, Ends, float]]:
    """Weigh pairs of things, of which this access may see both ends, by the running model of their kind or by another."""
    chosen = sorted(wanted)
    records = judging.visible_records(tx, {end for ends in chosen for end in ends})
    sources = source_names(tx)
    kinds = {row.id: row.name for row in tx.connection.execute(select(tables.kind))}
    by_kind = {key: model or models.running(tx, kinds[key]) for key in {row.kind_id for row in records.values()}}
    found = []
    for left, right in chosen:
        running = by_kind.get(records[left].kind_id) if left in records and right in records else None
        if running is not None and running.kind_id == records[left].kind_id:
            ends = [prepared_of(running.declared, records[end], sources) for end in (left, right)]
            found.append((running, (left, right), weigh(running, ends[0], ends[1]).weight))
    return found


def judged_pairs(tx: Transaction, kind: str) -> dict[Ends, Verdict]:
    """Give the pairs of a kind that people judged the same or different, of which this access may see both ends."""
    said = {ends: one.verdict for ends, one in _judged(tx, kind).items()}
    return {ends: verdict for ends, verdict in said.items() if verdict in {Verdict.SAME, Verdict.DIFFERENT}}
