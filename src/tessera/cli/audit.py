"""`tessera audit`: check the log, read it, sign it."""

import click
from rich.progress import Progress

from tessera.cli.session import Session, moment, print_json, print_table, reads_as, say
from tessera.flow.center import OPERATOR
from tessera.store import auditing


@click.group()
def audit() -> None:
    """The log of everything that was read, changed and released."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def verify(session: Session, as_json: bool) -> None:
    """Recompute the whole log and compare it with its signed checkpoints. Exit code 1 if anything is wrong."""
    center = session.center
    with Progress(console=session.console, transient=True) as progress:
        task = progress.add_task("Checking entries", total=None)
        found = auditing.verify(
            center.store,
            center.check_checkpoint,
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    if as_json:
        print_json(
            {"size": found.size, "root": found.root.hex(), "checkpoints": found.checkpoints, "findings": found.findings}
        )
    elif not found.findings:
        say(f"The audit log is intact: {found.size:,} entries, {found.checkpoints} signed checkpoints.")
    for finding in found.findings:
        click.echo(f"tessera: {finding}", err=True)
    if found.findings:
        raise SystemExit(1)


@audit.command()
@click.option("--event", default="", help="Only this event.")
@click.option("--account", "of_account", default="", help="Only of this account.")
@click.option("--subject", default="", help="Only about this subject, such as record:ID.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def show(
    session: Session, *, event: str, of_account: str, subject: str, limit: int, as_json: bool, account: str,
    purpose: str, need_to_know: str,
) -> None:  # fmt: skip
    """List entries, newest first."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = auditing.entries(tx, event=event, account=of_account, subject=subject, limit=limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ("entry", "when", "event", "account", "agency", "purpose", "subject", "outcome"),
        [(e.index, moment(e.at), e.event, e.account, e.agency, e.purpose, e.subject, e.outcome) for e in found],
        empty="No entries.",
    )


@audit.command()
@click.pass_obj
def checkpoint(session: Session) -> None:
    """Sign the log as it stands, and print the signed checkpoint (C2SP format) for a witness to keep."""
    center = session.center
    with center.store.writing(OPERATOR) as tx:
        signed = auditing.sign(tx, center.sign_checkpoint)
    click.echo(signed.note, nl=False)
