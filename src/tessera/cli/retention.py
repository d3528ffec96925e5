"""`tessera retention`: what is due for review, and the decision to keep it."""

import click

from tessera.cli.session import Session, print_json, print_table, reads_as, say
from tessera.model.purge import Chosen, Overdue, PurgeBy
from tessera.store import retention as stored


@click.group()
def retention() -> None:
    """Reviews of what is due: keep it with a reason, or let it go."""


@retention.command("list")
@click.option("--days", default=60, show_default=True, type=click.IntRange(0), help="Due within so many days.")
@click.option("--source", default="", help="Only of this source.")
@click.option("--holding", default="", help="Only of this holding.")
@click.option("--overdue", is_flag=True, help="Only what nobody may read any more.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def list_due(
    session: Session, *, days: int, source: str, holding: str, overdue: bool, as_json: bool, account: str, purpose: str,
    need_to_know: str,
) -> None:  # fmt: skip
    """List what is due and what is overdue, by delivery."""
    state = Overdue.OVERDUE if overdue else None
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = stored.due(tx, within_days=days, source=source, holding=holding, state=state)
    if as_json:
        print_json(found)
        return
    print_table(
        ("delivery", "file", "source", "holding", "review by", "days left", "records", "held", "state"),
        [(g.delivery, g.filename, g.source, g.holding, g.review_by, str(g.days), g.records, g.held, g.state.value)
         for g in found],
        empty=f"Nothing is due within {days} days.",
    )  # fmt: skip


@retention.command()
@click.argument("names", metavar="ID…", nargs=-1, required=True)
@click.option("--by", type=click.Choice(["delivery", "record"]), default="delivery", show_default=True,
              help="What the identifiers name.")  # fmt: skip
@click.option("--until", required=True, metavar="DAY", help="New day to review it by, as 2027-03-31.")
@click.option("--explanation", required=True, help="Why it is still needed.")
@reads_as
@click.pass_obj
def keep(
    session: Session, *, names: tuple[str, ...], by: str, until: str, explanation: str, account: str, purpose: str,
    need_to_know: str,
) -> None:  # fmt: skip
    """Keep reviewed records until a new day."""
    with session.center.store.writing(session.access(account, purpose, need_to_know)) as tx:
        count = stored.keep(tx, Chosen(by=PurgeBy(by), names=names), until=until, explanation=explanation)
    say(f"{count:,} records are kept until {until}.")
