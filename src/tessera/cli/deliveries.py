"""`tessera deliveries`: what arrived and what became of its rows."""

import click

from tessera.cli.session import Session, moment, print_json, print_table, reads_as
from tessera.store import deliveries as stored


@click.command()
@click.option("--source", default="", help="Only of this source.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def deliveries(
    session: Session, *, source: str, limit: int, as_json: bool, account: str, purpose: str, need_to_know: str
) -> None:
    """List deliveries, newest first, with every row accounted for."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = stored.recent(tx, source=source, limit=limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ("receipt", "received", "source", "file", "state", "rows", "recorded", "quarantine", "duplicates", "reason"),
        [
            (d.receipt, moment(d.received_at), d.source, d.filename, d.state.value, d.rows_in, d.rows_recorded,
             d.rows_quarantined, d.rows_duplicate, d.reason)
            for d in found
        ],
        empty="No delivery is visible to this account.",
    )  # fmt: skip
