"""One real thing as this reader may see it: what its records say, why they are one, what is nearly one, and who decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid
from tessera.ids import parse_id
from tessera.model.access import Permission
from tessera.model.entity import EntityView, NearMiss
from tessera.model.judgement import JudgedBy, Judgement, PairView, Verdict
from tessera.store import entities, judgements, model_figures
from tessera.store.transactions import Transaction
from tessera.web import errors, security
from tessera.web.drawings.cluster import Picture, draw_cluster
from tessera.web.drawings.lifeline import Lifeline, lifeline
from tessera.web.forms import read_as_of, read_text
from tessera.web.page import Asked, page, redirect
from tessera.web.weights import weigh

ROUTES: list[Route] = []
MOST_DRAWN = 26
"""Records that one drawing holds and a person can still follow."""
MOST_EXPLAINED = 12
"""Pairs whose weights are laid out at once; every other pair has a page of its own."""
MOST_NEAR = 8
"""Near misses that are shown: those behind them hardly resemble."""
LONGEST_REASON = 2000
JOINS_FIRST = ("same", "rule")
"""Looks of what joins whatever the model says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One line of the drawing: between which two, what sort, and what it says."""

    left: UUID
    right: UUID
    look: str
    says: str
    weight: float | None = None
    because: str = ""
    holds: bool = True
    """Claim that it is needed: what people and rules say, and of the model's pairs the strongest that reach every record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The drawing of a cluster, and what its table says."""

    picture: Picture[UUID]
    edges: tuple[Edge, ...]
    outside: frozenset[UUID] = frozenset()

    @property
    def needed(self) -> tuple[Edge, ...]:
        """What holds the records together or apart."""
        return tuple(edge for edge in self.edges if edge.holds)

    @property
    def besides(self) -> tuple[Edge, ...]:
        """Pairs of the model that would not be missed."""
        return tuple(edge for edge in self.edges if not edge.holds)

    @property
    def looks(self) -> frozenset[str]:
        """Sorts of lines that are drawn, for the key."""
        return frozenset(edge.look for edge in self.edges)


@page(ROUTES, "/entities/{uid}", needs=Permission.ENTITY_READ)
def show(asked: Asked) -> Response:
    """Show one real thing, as it is known now or as it was known on a day."""
    uid, day = asked.uid("record"), asked.param("as_of").strip()
    as_of = read_as_of(day) if day else None
    with asked.center.store.reading(asked.access) as tx:
        entity = entities.get(tx, uid, as_of=as_of)
        marks = model_figures.thresholds(tx, entity.kind)
    cluster = cluster_of(entity)
    return asked.render(
        "entity.html",
        under=entity.marking,
        entity=entity,
        letters=cluster.picture.letters,
        cluster=cluster,
        why=[(pair, weigh(pair.waterfall, marks)) for pair in _explained(entity, cluster)],
        why_not=[(miss, weigh(miss.pair.waterfall, marks)) for miss in entity.near_misses[:MOST_NEAR]],
        marks=marks,
        lanes=_lanes(entity),
        as_of=as_of,
        as_of_text=day,
        catching_up=asked.catching_up({entity.kind}),
    )


@page(ROUTES, "/entities/{uid}/cluster", needs=Permission.JUDGEMENT_CREATE)
def cluster(asked: Asked) -> Response:
    """Show the records of one thing and its near misses, to part and to join them by hand."""
    return _show_cluster(asked)


@page(ROUTES, "/entities/{uid}/split", method="POST", needs=Permission.JUDGEMENT_CREATE)
def split(asked: Asked) -> Response:
    """Part the ticked records from all others of the thing, for ever, until somebody takes that back."""
    uid = asked.uid("record")
    try:
        leaves, reason = _ticked(asked), _reason(asked)
        with asked.center.store.writing(asked.access) as tx:
            stays = _unticked(tx, uid, leaves)
            judgements.keep_apart(tx, stays, leaves, reason)
    except (Conflict, Invalid) as error:
        return _show_cluster(asked, problem=errors.explained(error), status=errors.status_of(error))
    return redirect(f"/entities/{stays}/cluster", said="split")


@page(ROUTES, "/entities/{uid}/merge", method="POST", needs=Permission.JUDGEMENT_CREATE)
def merge(asked: Asked) -> Response:
    """Judge that the ticked records, or one named by its identifier, are of this thing too."""
    uid = asked.uid("record")
    try:
        others, reason = _ticked(asked, also=asked.field("named")), _reason(asked)
        with asked.center.store.writing(asked.access) as tx:
            judgements.merge(tx, [uid, *others], reason)
    except (Conflict, Invalid) as error:
        return _show_cluster(asked, problem=errors.explained(error), status=errors.status_of(error))
    return redirect(f"/entities/{uid}/cluster", said="merged")


@page(ROUTES, "/judgements/{uid}/undo", method="POST", needs=Permission.JUDGEMENT_CREATE)
def undo(asked: Asked) -> Response:
    """Take a judgement back, whoever made it and however long ago."""
    back = security.local_path(asked.field("next"), otherwise="/review")
    with asked.center.store.writing(asked.access) as tx:
        judgements.undo(tx, asked.uid("judgement"), _reason(asked))
    return redirect(back, said="judgement-undone")


def _show_cluster(asked: Asked, *, problem: str = "", status: int = 200) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        entity = entities.get(tx, asked.uid("record"))
        told = judgements.history(tx, entity.uid)
    near = entity.near_misses[:MOST_NEAR]
    drawn = cluster_of(entity, near)
    return asked.render(
        "entity_cluster.html",
        code=status,
        under=entity.marking,
        entity=entity,
        letters=drawn.picture.letters,
        cluster=drawn,
        near=near,
        history=told,
        problem=problem,
        ticked=asked.fields("record"),
        reason=asked.field("reason"),
        named=asked.field("named"),
    )


def cluster_of(entity: EntityView, near: Sequence[NearMiss] = ()) -> Cluster:
    """Draw the records of one thing, with those outside that nearly belong to it where they are given."""
    inside = [member.uid for member in entity.members[:MOST_DRAWN]]
    outside = [miss.pair.right.uid for miss in near if miss.pair.right.uid not in inside]
    nodes = list(dict.fromkeys([*inside, *outside]))[:MOST_DRAWN]
    drawn = set(nodes)
    edges = _only_needed_hold([e for e in _edges(entity, near) if e.left in drawn and e.right in drawn])
    needed = [(edge.left, edge.right) for edge in edges if edge.holds]
    picture = draw_cluster(nodes, [(edge.left, edge.right) for edge in edges], needed)
    return Cluster(picture=picture, edges=tuple(edges), outside=frozenset(outside))


def _edges(entity: EntityView, near: Sequence[NearMiss]) -> list[Edge]:
    """Every judgement once: what a person says stands before what a rule says, and that before the model."""
    found = {_ends(edge.left, edge.right): edge for edge in map(_by_model, entity.pairs)}
    found |= {
        _ends(miss.pair.left.uid, miss.pair.right.uid): _by_model(miss.pair, look="near", because=miss.because)
        for miss in near
    }
    for cut in entity.cuts:
        found[_ends(cut.left, cut.right)] = Edge(
            left=cut.left, right=cut.right, look="different", says="kept apart", because=cut.reason
        )
    for said in reversed(entity.judgements):
        if said.in_force and said.left and said.right and said.verdict in {Verdict.SAME, Verdict.DIFFERENT}:
            found[_ends(said.left, said.right)] = _by_judge(said, said.left, said.right)
    return list(found.values())


def _only_needed_hold(edges: list[Edge]) -> list[Edge]:
    """Mark the model's pairs that add nothing: a stronger way joins their ends already (a maximum spanning tree)."""
    group: dict[UUID, UUID] = {}

    def root(node: UUID) -> UUID:
        while node in group:
            node = group[node]
        return node

    needed = []
    for edge in sorted(edges, key=lambda e: (e.look not in JOINS_FIRST, -(e.weight or 0.0))):
        left, right = root(edge.left), root(edge.right)
        joins = edge.look in {*JOINS_FIRST, "model"}
        needed.append(replace(edge, holds=edge.look != "model" or left != right))
        if joins and left != right:
            group[left] = right
    return sorted(needed, key=lambda e: not e.holds)


def _explained(entity: EntityView, cluster: Cluster) -> list[PairView]:
    """Choose the pairs whose weights are laid out: those that hold the records together, the strongest first."""
    needed = {_ends(edge.left, edge.right) for edge in cluster.needed}
    return [pair for pair in entity.pairs if _ends(pair.left.uid, pair.right.uid) in needed][:MOST_EXPLAINED]


def _by_model(pair: PairView, *, look: str = "model", because: str = "") -> Edge:
    return Edge(
        left=pair.left.uid,
        right=pair.right.uid,
        look=look,
        says="the model",
        weight=pair.waterfall.weight,
        because=because,
    )


def _by_judge(said: Judgement, left: UUID, right: UUID) -> Edge:
    look = "rule" if said.by is JudgedBy.RULE and said.verdict is Verdict.SAME else said.verdict.value
    weight = said.waterfall.weight if said.waterfall else None
    who = said.account or said.by.value
    return Edge(left=left, right=right, look=look, says=f"{who}: {said.verdict}", weight=weight, because=said.reason)


def _ends(left: UUID, right: UUID) -> frozenset[UUID]:
    return frozenset((left, right))


def _lanes(entity: EntityView) -> Lifeline | None:
    """One lane for each source that says when; a dot for each dated record, own or linked."""
    lanes: dict[str, list[tuple[int, str]]] = {}
    for entry in entity.timeline:
        lanes.setdefault(entry.record.source_label, []).append((entry.at, entry.record.headline))
    return lifeline(sorted(lanes.items()))


def _unticked(tx: Transaction, uid: UUID, leaves: Sequence[UUID]) -> UUID:
    """Give a record that stays; the one that was asked for, if it does."""
    members = sorted(entities.members(tx, uid), key=lambda member: member.uid != uid)
    for member in members:
        if member.uid not in leaves:
            return member.uid
    raise Invalid("all records are ticked", where="record", advice="Leave at least one unticked.")


def _ticked(asked: Asked, *, also: str = "") -> list[UUID]:
    given = [text.strip() for text in [*asked.fields("record"), also] if text.strip()]
    found = [parse_id(text) for text in given]
    if not found or None in found:
        raise Invalid("no record is ticked" if not given else "that is no identifier of a record", where="record")
    return [uid for uid in found if uid is not None]


def _reason(asked: Asked) -> str:
    return read_text(asked.field("reason"), name="reason", most=LONGEST_REASON)
