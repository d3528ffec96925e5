"""Records compared in bulk on DuckDB: which pairs, how they compare, what is learnt of them, and who is who.

The weight of a pair is Splink's, held equal by a test. Blocking, learning, thresholds and clusters are our own, because
plain ones lose up to a third of the true pairs, find their threshold only by labels, and chain strangers together.
"""

# ruff: noqa: S608 - names come from a checked dictionary, values are numbers

import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import duckdb
import numpy as np
import pyarrow as pa

from tessera.dictionary.resolution import KindModel
from tessera.engines import linking_sql as written
from tessera.engines.linking_sql import NODE
from tessera.errors import Unavailable
from tessera.ids import new_id
from tessera.resolution import calibration, learning
from tessera.resolution.clustering import Clustering, Cut, Oversize, Pair, Rules, cluster
from tessera.resolution.trained import Thresholds, TrainedModel, start_model

DRAWN = 100_000
"""Pairs drawn at random to count how strangers compare."""
LEARNT_ON = 400_000
"""Compared pairs that chances are learnt on; of more, a sample is taken."""
PAIRS_A_RECORD = 6
"""Compared pairs a record, on average, in a large batch: wide keys are left out beyond it."""
SMALL = 3_000_000
"""Up to so many pairs no key is left out for the sake of time."""
DENSE = 300
"""Up to so many records of one part, all their pairs are compared before it is clustered."""
_SEED = 20_011
_FEWEST = 50
"""Of fewer records nothing is learnt, and how common a value is among them says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Keys of one blocking rule that too many records share; those records meet by other rules, or not at all."""

    rule: str
    over: int
    keys: int
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The outcome of a batch: `labels` (node, cluster), the cuts, what goes to review, and what blocking left out."""

    labels: pa.Table
    cuts: tuple[Cut, ...]
    review: tuple[Oversize, ...]
    left_out: tuple[LeftOut, ...]
    pairs: int
    """Pairs that were compared."""


def _too_large() -> Unavailable:
    return Unavailable(
        "the records of this kind need more memory than a run over all of them may hold",
        where="resolve_memory_mb",
        advice="Raise the setting (800 MiB for each million records), start the center again, and resolve again. Nothing was changed.",
    )


class DuckLinker:
    """One set of records of one kind, loaded to be compared. Use it in `with`.

    `table` has a column `node` and one for each prepared field (text, or a list of texts), and may have `told_by`. DuckDB holds at most `memory_mb`
    and writes what is over into `folder`.
    """

    def __init__(
        self,
        table: pa.Table,
        model: KindModel,
        *,
        one_each: Collection[str] = (),
        memory_mb: int = 1024,
        threads: int = 0,
        folder: Path | None = None,
    ) -> None:
        """Load the records. `one_each` names sources that tell each thing once: no two of their records are the same."""
        self._model = model
        self._one_each = tuple(sorted(one_each))
        self._folder = tempfile.TemporaryDirectory(prefix="tessera-linking-", dir=folder)
        self._db = duckdb.connect(config={"memory_limit": f"{memory_mb}MB", "temp_directory": self._folder.name})
        if threads:
            self._db.execute(f"SET threads = {threads}")
        self._db.execute("SET preserve_insertion_order = false")
        self.left_out: tuple[LeftOut, ...] = ()
        try:
            self._load(table)
        except duckdb.OutOfMemoryException as error:
            self.close()
            raise _too_large() from error
        self.records = self._count("nodes")
        self._listed = frozenset(name for name in table.column_names if pa.types.is_list(table.schema.field(name).type))
        self._pairs: int | None = None

    def _load(self, table: pa.Table) -> None:
        self._db.register("given", table)
        self._db.execute(written.given(self._model, table.schema))
        self._db.unregister("given")
        for field in self._model.frequency_fields():
            self._db.execute(written.frequencies(field, _FEWEST))
        self._db.execute(written.nodes(self._model))
        self._db.execute("DROP TABLE bare")

    def __enter__(self) -> Self:
        """Give the linker itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the database and what it wrote. Unavailable where the memory was not enough."""
        self.close()
        if isinstance(error, duckdb.OutOfMemoryException):
            raise _too_large() from error

    def close(self) -> None:
        """Let go of the database and what it wrote."""
        self._db.close()
        self._folder.cleanup()

    def _count(self, table: str) -> int:
        return int(self._value(f"SELECT count(*) FROM {table}"))

    def _value(self, query: str) -> float:
        row = self._db.execute(query).fetchone()
        return float(row[0]) if row and row[0] is not None else 0.0

    def frequencies(self, field: str) -> pa.Table:
        """Give how common each value of a field is: `value`, `share`."""
        return self._db.execute(
            f'SELECT "{field}" AS value, "tf_{field}" AS share FROM "frequency_{field}"'
        ).to_arrow_table()

    def block(self, *, new_from: int | None = None) -> int:
        """Find the pairs to compare, each once; return how many. With `new_from`, only pairs with a record from there on."""
        if self._pairs is None:
            budget = max(SMALL, PAIRS_A_RECORD * self.records)
            self._pairs = self._pair(self._caps(self._sizes(), budget), new_from)
        return self._pairs

    def _sizes(self) -> dict[int, list[tuple[int, int]]]:
        """Count the keys of each blocking rule by how many records share them: (records, keys)."""
        sizes = {}
        for number, rule in enumerate(self._model.blocking):
            self._db.execute(f"CREATE TABLE keys_{number} AS " + written.keys(rule, self._listed))
            rows = self._db.execute(written.key_sizes(number)).fetchall()
            sizes[number] = [(int(size), int(keys)) for size, keys in rows]
        return sizes

    def _pair(self, caps: dict[int, int], new_from: int | None) -> int:
        """Make the table of pairs, by keys of up to so many records of each rule; return how many."""
        self._db.execute("CREATE TABLE pairs AS " + written.pairs(self._model, caps, self._one_each, new_from=new_from))
        for number, _ in enumerate(self._model.blocking):
            self._db.execute(f"DROP TABLE IF EXISTS keys_{number}")
        return self._count("pairs")

    def _caps(self, sizes: dict[int, list[tuple[int, int]]], budget: int) -> dict[int, int]:
        """Choose the largest key of each rule so that all together keep the budget; narrow rules are served first."""
        caps, left_out = {}, []
        order = sorted(sizes, key=lambda number: (_cost(sizes[number], self._model.blocking[number].most), number))
        for place, number in enumerate(order):
            rule = self._model.blocking[number]
            caps[number] = _largest(sizes[number], rule.most, budget // (len(order) - place))
            budget -= _cost(sizes[number], caps[number])
            over = [(size, keys) for size, keys in sizes[number] if size > caps[number]]
            if over:
                many = sum(size * keys for size, keys in over)
                left_out.append(LeftOut(rule=rule.name, over=caps[number], keys=sum(k for _, k in over), records=many))
        self.left_out = tuple(left_out)
        return caps

    def _compared(self, pairs: str, scale: float = 1.0) -> learning.Compared:
        """Level the pairs of a table, as numbers, in the order of the pairs."""
        query = f"SELECT * FROM ({written.compared(self._model, pairs)}) ORDER BY id_l, id_r"
        found = self._db.execute(query).fetchnumpy()
        levels = [found[f"level_{at}"].astype(np.int8) for at, _ in enumerate(self._model.comparisons)]
        common = [
            np.ma.filled(found[f"common_{at}"].astype(float), np.nan) if comparison.frequency else _nothing(levels[at])
            for at, comparison in enumerate(self._model.comparisons)
        ]
        return learning.Compared(levels=np.stack(levels, 1), common=np.stack(common, 1), scale=scale)

    def train(self, *, by: str = "", at: str = "") -> TrainedModel:
        """Learn the chances, the priors and the thresholds, without labels. Of few records, give the start parameters."""
        start = start_model(self._model, records=self.records)
        if self.records < _FEWEST:
            return start
        drawn = self._compared(self._drawn())
        equal = [self._equality(number) for number, _ in enumerate(self._model.comparisons)]
        u = learning.strangers(self._model, drawn.levels, equal)
        count = self.block()
        rules = self._sampled(count)
        compared = self._compared("sample", max(1.0, count / max(len(rules), 1)))
        learnt = learning.learn(self._model, compared, u, records=self.records, possible=self._possible())
        if not learnt.settled or not _believable(learnt.prior, self.records):
            return start
        trained = _trained(self._model, learnt, records=self.records, by=by, at=at)
        return _with_thresholds(self._model, trained, compared, rules)

    def _possible(self) -> float:
        """Count the pairs that could be the same."""
        apart = sum(self._value(query) for query in written.apart(self._one_each))
        return self.records * (self.records - 1) / 2.0 - apart

    def _drawn(self) -> str:
        """Draw pairs at random; of few records take all pairs."""
        self._db.execute("DROP TABLE IF EXISTS drawn")
        if self.records * (self.records - 1) // 2 <= DRAWN:
            left, right = np.triu_indices(self.records, 1)
        else:
            chance = np.random.default_rng(_SEED)
            ends = chance.integers(0, self.records, (2, DRAWN))
            left, right = ends[:, ends[0] != ends[1]]
        self._db.register("ends", pa.table({"join_key_l": left, "join_key_r": right}))
        self._db.execute("CREATE TABLE drawn AS SELECT join_key_l, join_key_r, '0' AS match_key FROM ends")
        self._db.unregister("ends")
        return "drawn"

    def _equality(self, number: int) -> float | None:
        """Give the exact chance that two records agree, for a comparison whose first level is equality of one field."""
        first = self._model.comparisons[number].levels[0].when
        if first is None or first.op != "exact":
            return None
        row = self._db.execute(written.equality(first.fields[0])).fetchone()
        if row is None or row[1] is None or row[1] < 2:  # noqa: PLR2004 - a pair
            return None
        filled = float(row[1])
        return max(float(row[0] or 0.0), 1.0 / (filled * (filled - 1.0) / 2.0))

    def _sampled(self, count: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Take the pairs to learn on; return how many rules found each."""
        self._db.execute("DROP TABLE IF EXISTS sample")
        self._sample(max(1, count // LEARNT_ON))
        found = self._db.execute("SELECT rules FROM sample ORDER BY join_key_l, join_key_r").fetchnumpy()
        return cast("np.ndarray[tuple[int], np.dtype[np.int64]]", found["rules"].astype(np.int64))

    def _sample(self, every: int) -> None:
        """Make the table of one in so many pairs."""
        self._db.execute(
            f"CREATE TABLE sample AS SELECT * FROM pairs WHERE hash(join_key_l, join_key_r) % {every} = 0"
            " ORDER BY join_key_l, join_key_r"
        )

    def predict(self, trained: TrainedModel, floor: float, *, new_from: int | None = None) -> pa.Table:
        """Weigh all pairs that share a key.

        Returns `left`, `right` (left < right), `weight` (log2 of the odds) from `floor` on, and `levels`, one name a
        comparison. `new_from` is the row from which records are new: pairs among the older are not compared again.
        """
        self.block(new_from=new_from)
        weighed = self._weighed(trained, "pairs", floor)
        found = self._db.execute(written.named(self._model, weighed)).to_arrow_table()
        self._db.execute(f"DROP TABLE {weighed}")
        return found

    def _weighed(self, trained: TrainedModel, pairs: str, floor: float) -> str:
        """Weigh a table of pairs into another: id_l, id_r, weight, places."""
        table = f"weighed_{pairs}"
        self._db.execute(f"DROP TABLE IF EXISTS {table}")
        self._db.execute(f"CREATE TABLE {table} AS " + written.weighed(self._model, trained, pairs, floor))
        return table

    def resolve(
        self,
        trained: TrainedModel,
        same: Iterable[tuple[str, str]] = (),
        different: Iterable[tuple[str, str]] = (),
    ) -> Resolved:
        """Weigh all pairs and cluster the records; people's judgements name nodes."""
        compared = self.block()
        weighed = self._weighed(trained, "pairs", trained.thresholds.same)
        found = self._db.execute(f"SELECT id_l, id_r, weight FROM {weighed}").fetchnumpy()
        left, right = found["id_l"].astype(np.int64), found["id_r"].astype(np.int64)
        said = self._ids(same), self._ids(different)
        heads = components(self.records, np.append(left, _side(said[0], 0)), np.append(right, _side(said[0], 1)))
        hard = self._hard(heads, left, [*said[0], *said[1]])
        cuts, review = self._settle(trained, heads, hard, said)
        labels = self._labels(heads)
        return Resolved(labels=labels, cuts=cuts, review=review, left_out=self.left_out, pairs=compared)

    def _ids(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[int, int]]:
        given = list(pairs)
        if not given:
            return []
        nodes = pa.table({"l": pa.array([str(p[0]) for p in given]), "r": pa.array([str(p[1]) for p in given])})
        self._db.register("said", nodes)
        rows = self._db.execute(written.said()).fetchall()
        self._db.unregister("said")
        return [(int(a), int(b)) for a, b in rows]

    def _hard(self, heads: "Ints", left: "Ints", said: Sequence[tuple[int, int]]) -> "Ints":
        """Name the parts that need more than joining: not all pairs strong, a guard speaks, or a person did."""
        sizes = np.bincount(heads, minlength=self.records)
        strong = np.bincount(heads[left], minlength=self.records)
        need = (sizes * (sizes - 1) // 2 != strong) & (sizes > 1)
        need |= sizes > self._model.most_members
        for a, b in said:
            need[heads[a]] = need[heads[b]] = True
        if self._model.guards:
            guarded = self._db.execute(written.guarded(self._model, "weighed_pairs")).fetchnumpy()["id_l"]
            need[heads[guarded.astype(np.int64)]] = True
        return np.flatnonzero(need)

    def _settle(
        self,
        trained: TrainedModel,
        heads: "Ints",
        hard: "Ints",
        said: tuple[list[tuple[int, int]], list[tuple[int, int]]],
    ) -> tuple[tuple[Cut, ...], tuple[Oversize, ...]]:
        """Cluster the hard parts by all their pairs, and write the outcome into `heads`."""
        members = np.flatnonzero(np.isin(heads, hard))
        if not len(members):
            return (), ()
        pairs = self._pairs_within(trained, heads, members)
        conflicts = {(a, b): why for a, b, why in self._conflicts()}
        rules = Rules(same=trained.thresholds.same, most_members=self._model.most_members)
        done = cluster(
            [_name(at) for at in members.tolist()],
            pairs,
            rules,
            [(_name(a), _name(b)) for a, b in said[0]],
            [(_name(a), _name(b)) for a, b in said[1]],
            conflict=lambda a, b: conflicts.get((int(a), int(b))),
        )
        for node, label in done.label.items():
            heads[int(node)] = int(label)
        return self._told(done)

    def _pairs_within(self, trained: TrainedModel, heads: "Ints", members: "Ints") -> list[Pair]:
        """Weigh every pair inside the hard parts, also those that share no key; very large parts by their keys only."""
        self._db.register("inside", pa.table({"id": members, "head": heads[members]}))
        self._db.execute("DROP TABLE IF EXISTS within")
        self._gather(heads, members)
        self._db.execute(written.within(DENSE))
        self._db.unregister("inside")
        weighed = self._weighed(trained, "within", -1e9)
        found = self._db.execute(f"SELECT id_l, id_r, weight FROM {weighed} ORDER BY id_l, id_r").fetchnumpy()
        rows = zip(found["id_l"].tolist(), found["id_r"].tolist(), found["weight"].tolist(), strict=True)
        return [Pair(_name(a), _name(b), weight) for a, b, weight in rows]

    def _gather(self, heads: "Ints", members: "Ints") -> None:
        """Get the pairs of very large parts at hand, where they are elsewhere."""

    def _conflicts(self) -> list[tuple[int, int, str]]:
        if not self._model.guards and not self._one_each:
            return []
        return self._db.execute(written.conflicts(self._model, "within", self._one_each)).fetchall()

    def _told(self, done: Clustering) -> tuple[tuple[Cut, ...], tuple[Oversize, ...]]:
        """Give the nodes their own names again."""
        ids = sorted(
            {int(n) for cut in done.cuts for n in (cut.left, cut.right)}
            | {int(n) for o in done.review for n in o.members}
        )
        self._db.register("asked", pa.table({"id": pa.array(ids, pa.int64())}))
        rows = self._db.execute(f'SELECT id, "{NODE}" FROM nodes SEMI JOIN asked USING (id)').fetchall()
        self._db.unregister("asked")
        names = {_name(at): str(node) for at, node in rows}
        cuts = tuple(Cut(left=names[c.left], right=names[c.right], why=_renamed(c.why, names)) for c in done.cuts)
        review = tuple(Oversize(members=tuple(names[n] for n in o.members), why=o.why) for o in done.review)
        return cuts, review

    def _labels(self, heads: "Ints") -> pa.Table:
        self._db.register("heads", pa.table({"id": np.arange(self.records), "head": heads}))
        found = self._db.execute(written.labels()).to_arrow_table()
        self._db.unregister("heads")
        return found


Ints = np.ndarray[tuple[int], np.dtype[np.int64]]


def components(count: int, left: Ints, right: Ints) -> Ints:
    """Give each of `count` nodes the smallest node that it is connected with (hooking and pointer jumping)."""
    heads = np.arange(count)
    while True:
        ends = heads[left], heads[right]
        low, high = np.minimum(*ends), np.maximum(*ends)
        if (low == high).all():
            return heads
        np.minimum.at(heads, high, low)
        while not np.array_equal(jumped := heads[heads], heads):
            heads = jumped


def _name(at: int) -> str:
    """Name a row so that names sort as rows do."""
    return f"{at:012d}"


def _renamed(why: str, names: dict[str, str]) -> str:
    return " ".join(names.get(word, word) for word in why.split(" "))


def _side(pairs: Sequence[tuple[int, int]], which: int) -> Ints:
    return np.array([pair[which] for pair in pairs], dtype=np.int64)


def _nothing(like: np.ndarray[tuple[int], np.dtype[np.int8]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.full(len(like), np.nan)


def _cost(sizes: Sequence[tuple[int, int]], most: int) -> int:
    """Count the pairs that keys of up to `most` records make."""
    return sum(keys * size * (size - 1) // 2 for size, keys in sizes if size <= most)


def _largest(sizes: Sequence[tuple[int, int]], most: int, budget: int) -> int:
    """Give the size of the largest key that the budget allows, at most `most`."""
    spent = 0
    for size, keys in sorted(sizes):
        spent += keys * size * (size - 1) // 2
        if size > most or spent > budget:
            return min(most, size - 1)
    return most


def _believable(prior: float, records: int) -> bool:
    """Refuse a prior by which each record would have more than a hundred others of the same."""
    return 0.0 < prior * (records - 1) < 100.0  # noqa: PLR2004 - larger clusters are a failure of learning


def _trained(model: KindModel, learnt: learning.Learnt, *, records: int, by: str, at: str) -> TrainedModel:
    return TrainedModel(
        kind=model.kind,
        digest=model.digest,
        uid=str(new_id()),
        prior=learnt.prior,
        companions=learnt.companions,
        chances=learning.chances_of(model, learnt),
        thresholds=Thresholds(same=0.0, possible=-4.0),
        estimates={"rounds": float(learnt.rounds)},
        trained_on=records,
        trained_by=by,
        trained_at=at,
    )


def _with_thresholds(
    model: KindModel,
    trained: TrainedModel,
    compared: learning.Compared,
    rules: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> TrainedModel:
    """Set the thresholds and tell what the model expects of them."""
    weights = learning.weights_of(model, trained, compared)
    chances = calibration.probabilities(weights)
    missed = calibration.unseen(chances, rules)
    found = calibration.thresholds(weights, missed)
    told = calibration.at_threshold(weights, found.same, missed)
    same = float(chances.sum())
    estimates = {
        **trained.estimates,
        "precision": told.precision,
        "recall": told.recall,
        "f1": told.f1,
        "blocking_recall": same / (same + missed) if same else 1.0,
        "pairs_same": same * compared.scale,
        "pairs_compared": len(weights) * compared.scale,
    }
    fields = {slot: getattr(trained, slot) for slot in TrainedModel.__slots__}
    return TrainedModel(**{**fields, "thresholds": found, "estimates": estimates})
