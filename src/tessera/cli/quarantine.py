"""`tessera quarantine`: rows that did not fit: list, show, mend, replay."""

from uuid import UUID

import click

from tessera.cli.session import Session, moment, print_json, print_table, reads_as, say
from tessera.errors import Invalid, NotFound
from tessera.ids import parse_id
from tessera.model.access import Access
from tessera.model.delivery import QuarantineState
from tessera.store import quarantine as stored

STATES = [*(s.value for s in QuarantineState), "any"]


@click.group()
def quarantine() -> None:
    """Rows that did not fit, kept with their reason."""


@quarantine.command("list")
@click.option("--source", default="", help="Only of this source.")
@click.option("--state", type=click.Choice(STATES), default=QuarantineState.OPEN.value, show_default=True)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def list_rows(
    session: Session, *, source: str, state: str, limit: int, as_json: bool, account: str, purpose: str,
    need_to_know: str,
) -> None:  # fmt: skip
    """List rows in quarantine, newest first."""
    wanted = None if state == "any" else QuarantineState(state)
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = stored.page(tx, source=source, state=wanted, limit=limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "when", "source", "where", "column", "value", "reason", "state"),
        [(q.uid, moment(q.at), q.source, q.locator, q.column, q.value[:40], q.reason, q.state.value) for q in found],
        empty="Nothing is in quarantine that this account may see.",
    )


@quarantine.command()
@click.argument("row_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def show(session: Session, *, row_id: str, as_json: bool, account: str, purpose: str, need_to_know: str) -> None:
    """Show one row as it was delivered, and why it did not fit."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = stored.get(tx, to_uid(row_id))
    if as_json:
        print_json(found)
        return
    say(f"{found.source} {found.locator}: {found.reason} [{found.state.value}]")
    columns = found.raw | found.mended
    print_table(
        ("column", "delivered", "mended"),
        [(column, found.raw.get(column, ""), found.mended.get(column, "")) for column in columns],
        empty="The row could not be split into columns.",
    )


@quarantine.command()
@click.argument("row_id", metavar="ID")
@click.option("--set", "changes", multiple=True, required=True, metavar="COLUMN=VALUE", help="A corrected value.")
@click.option("--replay", is_flag=True, help="Replay the row at once.")
@reads_as
@click.pass_obj
def mend(
    session: Session, *, row_id: str, changes: tuple[str, ...], replay: bool, account: str, purpose: str,
    need_to_know: str,
) -> None:  # fmt: skip
    """Note corrected values. The row as delivered stays as it is."""
    values = dict(_change(text) for text in changes)
    access = session.access(account, purpose, need_to_know)
    with session.center.store.writing(access) as tx:
        stored.mend(tx, to_uid(row_id), values)
    say("The corrections are noted.")
    if replay:
        counts = session.center.pipeline.replay(access, to_uid(row_id))
        say(f"The row is out of quarantine: {counts.records} new records.")


@quarantine.command()
@click.argument("row_ids", metavar="ID…", nargs=-1)
@click.option("--source", default="", help="Replay every open or mended row of this source.")
@reads_as
@click.pass_obj
def replay(
    session: Session, *, row_ids: tuple[str, ...], source: str, account: str, purpose: str, need_to_know: str
) -> None:
    """Integrate rows again, as mended."""
    access = session.access(account, purpose, need_to_know)
    if bool(row_ids) == bool(source):
        raise Invalid("say which rows to replay", advice="Give their IDs, or --source NAME.")
    wanted = [to_uid(row_id) for row_id in row_ids] or _all_of(session, access, source)
    out, left = 0, []
    for uid in wanted:
        try:
            session.center.pipeline.replay(access, uid)
            out += 1
        except Invalid as error:
            left.append((uid, error))
    say(f"{out} of {len(wanted)} rows are out of quarantine.")
    for uid, problem in left:
        click.echo(f"{uid}: {problem}", err=True)
    if left:
        raise SystemExit(1)


def _all_of(session: Session, access: Access, source: str) -> list[UUID]:
    found: list[UUID] = []
    rows: set[tuple[UUID, int]] = set()
    for state in (QuarantineState.OPEN, QuarantineState.MENDED):
        after = None
        while True:
            with session.center.store.reading(access) as tx:
                page = stored.page(tx, source=source, state=state, limit=1000, after=after)
            for q in page:
                if (q.delivery, q.row) not in rows:
                    rows.add((q.delivery, q.row))
                    found.append(q.uid)
            if not page:
                break
            after = page[-1].uid
    return found


def to_uid(text: str) -> UUID:
    """Read the ID of a row."""
    uid = parse_id(text)
    if uid is None:
        raise NotFound("no such row in quarantine", where=text, advice="List them with: tessera quarantine list")
    return uid


def _change(text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not sign or not column:
        raise Invalid(f"{text!r} is not COLUMN=VALUE", where="--set")
    return column, value
