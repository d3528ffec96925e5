"""`tessera record`: one record with where it comes from."""

import click

from tessera.cli.questions import end_of
from tessera.cli.session import Session, moment, print_json, print_table, reads_as, say
from tessera.errors import NotFound, Unreadable
from tessera.flow import evidence
from tessera.flow.pipeline import allowance
from tessera.ids import parse_id
from tessera.model.record import Evidence, RecordView
from tessera.store import records


@click.command()
@click.argument("record_id", metavar="ID")
@click.option("--as-of", default="", metavar="DATE", help="The version that was known at the end of this day.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def record(
    session: Session, *, record_id: str, as_of: str, as_json: bool, account: str, purpose: str, need_to_know: str
) -> None:
    """Show one record: its values, its links, and the place in the delivery that it came from."""
    uid = parse_id(record_id)
    if uid is None:
        raise NotFound("no such record", where=record_id, advice="An ID looks like those that `tessera search` prints.")
    center = session.center
    access = session.access(account, purpose, need_to_know)
    with center.store.reading(access) as tx:
        found = records.get(tx, uid, as_of=end_of(as_of, "--as-of") if as_of else None)
        links = records.links(tx, found.uid)
    try:
        place = evidence.show(center.store, center.blobs, access, found.uid, allowance=allowance(center.settings))
    except (Unreadable, NotFound) as error:
        place = None
        say(f"The evidence cannot be shown: {error}")
    if as_json:
        print_json({"record": found, "links": links, "evidence": place})
        return
    _print(found)
    print_table(
        ("link", "role", "record", "what"),
        [(link.label, link.role, link.other.uid, link.other.headline) for link in links],
        empty="",
    )
    if place:
        _print_evidence(place)


def _print(found: RecordView) -> None:
    say(f"{found.kind_label}: {found.headline}")
    rows = [(t.label, t.masked_by if t.masked else t.value) for t in found.terms]
    print_table(("term", "value"), rows, empty="")
    say(f"from {found.source} ({found.agency}), delivery {found.delivery} {found.locator}, mapping {found.mapping}")
    until = moment(found.known_to) if found.known_to else "now"
    say(f"known from {moment(found.known_from)} until {until}")
    if found.disputed:
        say("Disputed: somebody has asked for its correction, and the request is open.")


def _print_evidence(place: Evidence) -> None:
    say("Evidence, as delivered:")
    headings = [f"row {row.row}" + (" (here)" if row.here else "") for row in place.rows]
    rows = [
        (column, *("(masked)" if row.cells[at] is None else row.cells[at] for row in place.rows))
        for at, column in enumerate(place.columns)
    ]
    print_table(("column", *headings), rows, empty="")
