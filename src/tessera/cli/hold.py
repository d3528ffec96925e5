"""`tessera hold`: seal records for a court or counsel, and open them again."""

import click

from tessera.cli.purge import to_uid
from tessera.cli.session import Session, moment, print_json, print_table, reads_as, say
from tessera.model.purge import Chosen, PurgeBy
from tessera.store import retention


@click.group()
def hold() -> None:
    """Legal holds: records that are sealed, and not purged meanwhile."""


@hold.command("set")
@click.argument("names", metavar="ID…", nargs=-1, required=True)
@click.option("--by", type=click.Choice(["delivery", "record", "subject"]), default="record", show_default=True,
              help="What the identifiers name.")  # fmt: skip
@click.option("--reference", required=True, help="Reference of the order.")
@click.option("--reason", required=True, help="Why, in a sentence that names no person.")
@reads_as
@click.pass_obj
def set_hold(
    session: Session, *, names: tuple[str, ...], by: str, reference: str, reason: str, account: str, purpose: str,
    need_to_know: str,
) -> None:  # fmt: skip
    """Seal records: nobody reads them, and no purge takes them."""
    with session.center.store.writing(session.access(account, purpose, need_to_know)) as tx:
        held = retention.set_hold(tx, Chosen(by=PurgeBy(by), names=names), reference=reference, reason=reason)
    say(f"Hold {held.uid}: {held.records:,} records are sealed.")


@hold.command()
@click.argument("hold_id", metavar="ID")
@click.option("--reason", required=True, help="Why it may be lifted.")
@reads_as
@click.pass_obj
def lift(session: Session, *, hold_id: str, reason: str, account: str, purpose: str, need_to_know: str) -> None:
    """Lift a hold. What became overdue meanwhile is overdue at once."""
    with session.center.store.writing(session.access(account, purpose, need_to_know)) as tx:
        retention.lift_hold(tx, to_uid(hold_id), reason=reason)
    say("The hold is lifted.")


@hold.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def list_holds(session: Session, *, as_json: bool, account: str, purpose: str, need_to_know: str) -> None:
    """List holds, newest first."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = retention.holds(tx)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "set", "by", "order", "records", "lifted"),
        [(h.uid, moment(h.set_at), h.set_by, h.reference, h.records, moment(h.lifted_at)) for h in found],
        empty="There is no legal hold.",
    )
