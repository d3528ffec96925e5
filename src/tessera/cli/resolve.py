"""`tessera resolve`: who is who: models, judgements, entities and the review queue."""

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import UUID

import click

from tessera.cli.questions import end_of
from tessera.cli.session import Session, moment, print_json, print_table, reads_as, say
from tessera.errors import NotFound
from tessera.flow import resolving_all
from tessera.ids import parse_id
from tessera.model.entity import EntityView, ModelComparison
from tessera.model.judgement import Judgement, PairView, Verdict
from tessera.store import entities, judgements, models, trials
from tessera.store import review as queues

P = ParamSpec("P")
R = TypeVar("R")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_REASON = click.option("--reason", required=True, help="Why, in a sentence.")


def _read(command: Callable[P, R]) -> Callable[P, R]:
    return _JSON(reads_as(command))


@click.group()
def resolve() -> None:
    """Who is who: which records are one person, place or thing."""


@resolve.command()
@click.argument("kind")
@_REASON
@reads_as
@click.pass_obj
def train(session: Session, *, kind: str, reason: str, account: str, purpose: str, need_to_know: str) -> None:
    """Learn a new version of a kind's model from its records, without labels. It does not run until it is switched to."""
    access = session.access(account, purpose, need_to_know)
    resolving_all.check(session.center.store, access, kind)
    with session.center.jobs() as jobs:
        uid = jobs.resolve("train", kind, account=access.actor.account, reason=reason)
    with session.center.store.reading(access) as tx:
        found = models.get(tx, uid)
    say(f"Model {found.uid}: learnt from {found.trained_on:,} records. It joins from {found.same:.1f} bits.")
    for name, value in sorted(found.estimates.items()):
        say(f"  {name}: {value:,.4g}")
    say(f"Compare it with the one that runs: tessera resolve compare {found.uid}")


@resolve.command()
@click.argument("kind")
@reads_as
@click.pass_obj
def run(session: Session, *, kind: str, account: str, purpose: str, need_to_know: str) -> None:
    """Resolve all records of a kind that are not resolved yet."""
    access = session.access(account, purpose, need_to_know)
    resolving_all.check(session.center.store, access, kind)
    with session.center.jobs() as jobs:
        uid = jobs.resolve("run", kind, account=access.actor.account)
    say(f"Every record of kind {kind} is resolved by model {uid}.")


@resolve.command("models")
@click.argument("kind", default="")
@_read
@click.pass_obj
def list_models(session: Session, *, kind: str, as_json: bool, account: str, purpose: str, need_to_know: str) -> None:
    """List the versions of models, newest first."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = models.all_of(tx, kind)
    if as_json:
        print_json(found)
        return
    print_table(
        ("model", "kind", "runs", "fits", "learnt from", "joins from", "asks from", "waiting", "left out", "entered", "by"),
        [
            (m.uid, m.kind, m.running, m.fits, m.trained_on, f"{m.same:.1f}", f"{m.possible:.1f}", m.waiting, m.capped,
             moment(m.entered_at), m.entered_by)
            for m in found
        ],
        empty="There is no model yet; the start parameters run from the first record on.",
    )  # fmt: skip


@resolve.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_REASON
@reads_as
@click.pass_obj
def enter(session: Session, *, file: Path, reason: str, account: str, purpose: str, need_to_know: str) -> None:
    """Keep a model from a file, as `tessera resolve export` writes it."""
    with session.center.store.writing(session.access(account, purpose, need_to_know)) as tx:
        found = models.enter(tx, file.read_text(encoding="utf-8"), reason=reason)
    say(f"Model {found.uid} is kept. It does not run until: tessera resolve switch {found.uid}")


@resolve.command()
@click.argument("model")
@reads_as
@click.pass_obj
def export(session: Session, *, model: str, account: str, purpose: str, need_to_know: str) -> None:
    """Print a model as JSON. It holds chances, no values of records."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        say(models.text(tx, model))


@resolve.command()
@click.argument("model")
@_read
@click.pass_obj
def compare(session: Session, *, model: str, as_json: bool, account: str, purpose: str, need_to_know: str) -> None:
    """Hold a version against the one that runs, on pairs that people judged."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = trials.compare(tx, model)
    if as_json:
        print_json(found)
        return
    _print_comparison(found)


def _print_comparison(found: ModelComparison) -> None:
    print_table(
        ("model", "judged pairs", "precision", "recall", "surprise, bits a pair"),
        [
            (t.model, t.pairs, _share(t.precision), _share(t.recall), _share(t.log_loss))
            for t in (found.running, found.other)
        ],
        empty="",
    )
    print_table(
        ("left", "right", "weight by the other"),
        [(p.left.headline, p.right.headline, f"{p.waterfall.weight:.1f}") for p in found.disagreements],
        empty="The two decide every judged pair alike.",
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


@resolve.command()
@click.argument("model")
@_REASON
@reads_as
@click.pass_obj
def switch(session: Session, *, model: str, reason: str, account: str, purpose: str, need_to_know: str) -> None:
    """Resolve every record by another version, then let it run. What was before is kept."""
    access = session.access(account, purpose, need_to_know)
    with session.center.store.reading(access) as tx:
        kind = models.get(tx, model).kind
    resolving_all.check(session.center.store, access, kind)
    with session.center.jobs() as jobs:
        uid = jobs.resolve("switch", model, account=access.actor.account, reason=reason)
    say(f"Model {uid} runs for kind {kind}.")


@resolve.command()
@click.argument("left")
@click.argument("right")
@click.argument("verdict", type=click.Choice([v.value for v in Verdict if v is not Verdict.UNDONE]))
@_REASON
@reads_as
@click.pass_obj
def judge(
    session: Session, *, left: str, right: str, verdict: str, reason: str, account: str, purpose: str, need_to_know: str
) -> None:
    """Say whether two records are of one person, place or thing."""
    with session.center.store.writing(session.access(account, purpose, need_to_know)) as tx:
        made = judgements.judge(tx, _uid(left), _uid(right), Verdict(verdict), reason)
    say(f"Judgement {made.uid}: {made.verdict}." + ("" if made.in_force else " It waits for a second reviewer."))


@resolve.command()
@click.argument("judgement")
@_REASON
@reads_as
@click.pass_obj
def undo(session: Session, *, judgement: str, reason: str, account: str, purpose: str, need_to_know: str) -> None:
    """Take a judgement back, whoever made it and however long ago."""
    with session.center.store.writing(session.access(account, purpose, need_to_know)) as tx:
        made = judgements.undo(tx, _uid(judgement), reason)
    say(f"Judgement {made.undoes} is taken back by {made.uid}.")


@resolve.command()
@click.argument("record")
@_read
@click.pass_obj
def history(session: Session, *, record: str, as_json: bool, account: str, purpose: str, need_to_know: str) -> None:
    """List everything that people and models said of a record, newest first."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = judgements.history(tx, _uid(record))
    if as_json:
        print_json(found)
        return
    _print_judgements(found)


def _print_judgements(found: list[Judgement]) -> None:
    print_table(
        ("judgement", "when", "by", "says", "left", "right", "reason", "in force"),
        [
            (j.uid if j.account else "", moment(j.at), j.account or j.by, j.verdict, j.left_headline, j.right_headline,
             j.reason, j.in_force)
            for j in found
        ],
        empty="Nobody has said anything of it that you may see.",
    )  # fmt: skip


@resolve.command()
@click.argument("record")
@click.option("--as-of", default="", metavar="DATE", help="As it was known at the end of this day.")
@_read
@click.pass_obj
def entity(
    session: Session, *, record: str, as_of: str, as_json: bool, account: str, purpose: str, need_to_know: str
) -> None:
    """Show the person, place or thing that a record speaks of, made of all records that you may see."""
    instant = end_of(as_of, "--as-of") if as_of else None
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = entities.get(tx, _uid(record), as_of=instant)
    if as_json:
        print_json(found)
        return
    _print_entity(found)


def _print_entity(found: EntityView) -> None:
    say(f"{found.kind_label}: {found.headline}")
    if found.aliases:
        say(f"also: {'; '.join(found.aliases)}")
    print_table(
        ("record", "what", "source", "known from"),
        [(one.uid, one.headline, one.source, moment(one.known_from)) for one in found.members],
        empty="",
    )
    rows = [
        (term.label, value.value, ", ".join(value.sources), "conflict" if term.conflicting else "")
        for term in found.profile
        for value in term.values
    ]
    print_table(("term", "value", "says", ""), rows, empty="")
    print_table(("joined by", "with", "bits"), [_pair_row(pair) for pair in found.pairs], empty="")
    print_table(("kept apart", "from", "why"), [(c.left, c.right, c.reason) for c in found.cuts], empty="")
    near = [(*_pair_row(miss.pair), miss.because) for miss in found.near_misses]
    print_table(("nearly", "with", "bits", "why not"), near, empty="")
    if found.bounded:
        say(found.bounded)


def _pair_row(pair: PairView) -> tuple[str, str, str]:
    return pair.left.headline, pair.right.headline, f"{pair.waterfall.weight:.1f}"


@resolve.command()
@click.argument("kind", default="")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200))
@_read
@click.pass_obj
def review(
    session: Session, *, kind: str, limit: int, as_json: bool, account: str, purpose: str, need_to_know: str
) -> None:
    """List pairs that wait for a person, those first that would change most."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = queues.queue(tx, kind, limit=limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ("left", "right", "left is", "right is", "bits", "records"),
        [
            (r.pair.left.uid, r.pair.right.uid, r.pair.left.headline, r.pair.right.headline,
             f"{r.pair.waterfall.weight:.1f}", sum(r.joins))
            for r in found
        ],
        empty="Nothing waits for you.",
    )  # fmt: skip


def _uid(text: str) -> UUID:
    found = parse_id(text)
    if found is None:
        raise NotFound(
            "no such record or judgement", where=text, advice="An ID looks like those that are printed here."
        )
    return found
