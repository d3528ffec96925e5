"""`tessera sources`: who feeds the center, how fresh and how good."""

import click

from tessera.cli.session import Session, moment, print_json, print_table, reads_as
from tessera.store import overview


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def sources(session: Session, *, as_json: bool, account: str, purpose: str, need_to_know: str) -> None:
    """List the sources: freshness against their cadence, quality, quarantine."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = overview.sources(tx)
    if as_json:
        print_json(found)
        return
    print_table(
        ("source", "agency", "freshness", "last received", "rows", "records", "quarantine", "quality"),
        [
            (s.source.name, s.source.agency, s.freshness, moment(s.last_received), s.rows_in, s.records, s.quarantined,
             "" if s.quality is None else f"{s.quality:.0%}")
            for s in found
        ],
        empty="No source is visible to this account. Name another with --as.",
    )  # fmt: skip
