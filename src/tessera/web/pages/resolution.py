"""How records of a kind are compared: what, with which weights, from which pairs, how well, for whom worse; and its versions."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.dictionary.resolution import KindModel
from tessera.errors import Conflict, Invalid, NotFound, Unavailable
from tessera.flow import resolving_all
from tessera.flow.jobs import Jobs
from tessera.model.access import Permission
from tessera.model.marking import Marking
from tessera.resolution.scoring import probability_of
from tessera.resolution.subgroups import FEWEST
from tessera.store import group_figures, handling, model_figures, models, review, trials
from tessera.web import errors
from tessera.web.beside import beside
from tessera.web.forms import read_text
from tessera.web.model_drawing import expect, tables_of
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
LONGEST_REASON = 2000
ESTIMATES = {
    "precision": "Of the pairs that it joins, expected to be right",
    "recall": "Of the true pairs that it compares, expected to be joined",
    "blocking_recall": "Of the true pairs, expected to be compared at all",
}
"""Figures that training writes into a model, in words."""


@page(ROUTES, "/resolution", needs=Permission.ENTITY_READ)
def index(asked: Asked) -> Response:
    """List the kinds that are resolved, with the model that runs for each."""
    with asked.center.store.reading(asked.access) as tx:
        running = {view.kind: view for view in model_figures.versions(tx) if view.running}
    kinds, declared = asked.center.dictionary.kinds, asked.center.dictionary.resolution
    return asked.render(
        "resolution.html",
        kinds=[(name, kinds[name].label, declared[name], running.get(name)) for name in sorted(declared)],
        others=sorted(kind.label for name, kind in kinds.items() if name not in declared),
    )


@page(ROUTES, "/resolution/{kind}", needs=Permission.ENTITY_READ)
def show(asked: Asked) -> Response:
    """Show how records of one kind are compared, by the version that runs or by one that is named."""
    return _show(asked, _declared(asked))


@page(ROUTES, "/resolution/{kind}/compare", needs=Permission.RESOLUTION_MANAGE)
def compare(asked: Asked) -> Response:
    """Hold a version against the running one, on the pairs that people have judged."""
    kind = _declared(asked).kind
    with asked.center.store.reading(asked.access) as tx:
        versions = {view.uid: view for view in model_figures.versions(tx, kind)}
        other = versions.get(asked.param("version"))
        if other is None:
            raise NotFound("no such version")
        found = trials.compare(tx, other.uid)
    marking = Marking()
    for pair in found.disagreements:
        marking |= pair.left.marking | pair.right.marking
    return asked.render(
        "resolution_compare.html",
        under=marking,
        kind=kind,
        label=asked.center.dictionary.kinds[kind].label,
        found=found,
        running=versions[found.running.model],
        other=other,
        disagreements=[(pair, beside(pair.left, pair.right)) for pair in found.disagreements],
    )


@page(ROUTES, "/resolution/{kind}/train", method="POST", needs=Permission.RESOLUTION_MANAGE)
def train(asked: Asked) -> Response:
    """Begin to learn a new version from all records of the kind; it does not run until somebody switches."""
    return _begin(asked, "train", _declared(asked).kind)


@page(ROUTES, "/resolution/{kind}/switch", method="POST", needs=Permission.RESOLUTION_MANAGE)
def switch(asked: Asked) -> Response:
    """Begin to resolve every record by another version, and then let it run."""
    return _begin(asked, "switch", asked.field("version"))


def _begin(asked: Asked, what: str, name: str) -> Response:
    declared = _declared(asked)
    try:
        reason = read_text(asked.field("reason"), name="reason", most=LONGEST_REASON)
        resolving_all.check(asked.center.store, asked.access, declared.kind)
        if what == "switch":
            with asked.center.store.reading(asked.access) as tx:
                models.get(tx, name)
        _jobs(asked).begin_resolving(what, name, account=asked.access.actor.account, reason=reason)
    except (Conflict, Invalid, Unavailable) as error:
        return _show(asked, declared, problem=errors.explained(error), status=errors.status_of(error))
    return redirect(f"/resolution/{declared.kind}", said="model-training" if what == "train" else "model-switching")


def _jobs(asked: Asked) -> Jobs:
    if asked.bench.jobs is None:
        raise Unavailable("no jobs run in this process", advice="Use the command: tessera resolve.")
    return asked.bench.jobs


def _declared(asked: Asked) -> KindModel:
    found = asked.center.dictionary.resolution.get(asked.request.path_params["kind"])
    if found is None:
        raise NotFound("no such model", advice="Only some kinds are resolved; the list of models has them.")
    return found


def _show(asked: Asked, declared: KindModel, *, problem: str = "", status: int = 200) -> Response:
    wanted = asked.param("version")
    with asked.center.store.reading(asked.access) as tx:
        versions = model_figures.versions(tx, declared.kind)
        view = next((v for v in versions if (v.uid == wanted if wanted else v.running)), None)
        if view is None:
            raise NotFound("no such version")
        trained = model_figures.trained(tx, view.uid)
        counts = model_figures.weights(tx, declared.kind)
        groups = group_figures.subgroups(tx, declared.kind, same=view.same, possible=view.possible)
        blocking = model_figures.blocking(tx, declared.kind, same=view.same)
        agreement = review.agreement(tx, declared.kind)
        marking = handling.of_visible(tx)
    return asked.render(
        "resolution_kind.html",
        code=status,
        under=marking,
        kind=declared.kind,
        label=asked.center.dictionary.kinds[declared.kind].label,
        declared=declared,
        view=view,
        trained=trained,
        estimates=[(ESTIMATES[name], value) for name, value in sorted(view.estimates.items()) if name in ESTIMATES],
        comparisons=tables_of(declared, trained) if trained else (),
        expected=expect(
            counts, lambda bits: probability_of(bits, trained), {"same": view.same, "review": view.possible}
        )
        if trained
        else None,
        blocking=blocking,
        groups=groups,
        fewest=FEWEST,
        agreement=agreement,
        versions=versions,
        jobs=asked.bench.jobs.resolving({declared.kind, *(v.uid for v in versions)}) if asked.bench.jobs else [],
        problem=problem,
        reason=asked.field("reason"),
    )
