"""`tessera sample`: draw a random sample of accesses that nobody could choose, show it, and draw it again."""

import json
from pathlib import Path

import click

from tessera.cli.session import Session, moment, print_json, print_table, reads_as, say
from tessera.errors import Invalid, NotFound
from tessera.store import samples
from tessera.store.samples import Sample
from tessera.trust import sampling


@click.group()
def sample() -> None:
    """Random samples of accesses, chosen by a signed checkpoint of the audit log."""


@sample.command()
@click.argument("period", metavar="MONTH")
@reads_as
@click.pass_obj
def draw(session: Session, *, period: str, account: str, purpose: str, need_to_know: str) -> None:
    """Draw the next sample of MONTH (such as 2026-10), which must have ended."""
    center = session.center
    with center.store.writing(session.access(account, purpose, need_to_know)) as tx:
        made = samples.draw(tx, period, size=center.settings.sample_size)
    say(f"Sample {made.label}: {made.size} of {made.population:,} accesses, by checkpoint {made.checkpoint_size:,}.")


@sample.command()
@click.argument("label", required=False, metavar="[MONTH/ROUND]")
@click.option("--json", "as_json", is_flag=True, help="Print what an outsider needs to draw it again.")
@reads_as
@click.pass_obj
def show(session: Session, *, label: str | None, as_json: bool, account: str, purpose: str, need_to_know: str) -> None:
    """List samples, or the accesses that one of them drew."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = samples.all_samples(tx)
        one = samples.get(tx, _named(found, label).uid) if label else None
    if one is None:
        if as_json:
            raise Invalid("no sample is named", where="MONTH/ROUND", advice="Name one, such as 2026-10/1.")
        rows = [(s.label, moment(s.drawn_at), s.population, f"{s.examined} of {s.size}", s.signed_by) for s in found]
        print_table(("sample", "drawn", "of", "examined", "signed off by"), rows, empty="No sample is drawn yet.")
        return
    if as_json:
        print_json(samples.document_of(one))
        return
    print_table(
        ("entry", "when", "event", "account", "agency", "purpose", "need to know", "subject", "finding"),
        [
            (i.entry.index, moment(i.entry.at), i.entry.event, i.entry.account, i.entry.agency, i.entry.purpose,
             i.entry.need_to_know, i.entry.subject, i.finding or "")
            for i in one.items
        ],
        empty="It drew nothing.",
    )  # fmt: skip


@sample.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", default="", help="Verifier key of the log. Default: that of this center.")
@click.pass_obj
def verify(session: Session, *, file: Path, key: str) -> None:
    """Draw the sample in FILE again from its checkpoint alone. Exit code 1 if it does not fit."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise Invalid(
            f"not a JSON file: {error}", where=str(file), advice="Write it with: sample show --json"
        ) from None
    wrong = sampling.redraw(document, [key or session.center.verifier_key])
    for sentence in wrong:
        click.echo(f"tessera: {sentence}", err=True)
    if wrong:
        raise SystemExit(1)
    say(f"The checkpoint chooses exactly these {len(document['drawn'])} of {document['population']:,} accesses.")


def _named(found: list[Sample], label: str) -> Sample:
    for one in found:
        if label == one.label:
            return one
    known = ", ".join(one.label for one in found) or "none"
    raise NotFound(f"no sample {label!r}", where=label, advice=f"There are: {known}.")
