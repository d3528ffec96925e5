"""`tessera audit`: check the log, read it, sign it, prove it, hand it on."""

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import Progress

from tessera.cli import witness
from tessera.cli.session import Session, moment, print_json, print_table, reads_as, say
from tessera.clock import isoformat, to_millis
from tessera.errors import Tampered
from tessera.flow import bundles
from tessera.flow.center import OPERATOR, Center
from tessera.store import auditing, proofs
from tessera.store.auditing import Heartbeat, Verification
from tessera.trust.checkpoint import verify_checkpoint
from tessera.trust.proof import write_hashes, write_proof

HOUR_MS = 3_600_000
ENDED = ": ended; "


@click.group()
def audit() -> None:
    """The log of everything that was read, changed and released."""


for command in witness.COMMANDS:
    audit.add_command(command)


@audit.command()
@click.option(
    "--against", default="", metavar="CHECKPOINT", help="A checkpoint that was kept elsewhere: a file, or its text."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def verify(session: Session, against: str, as_json: bool) -> None:
    """Recompute the whole log and compare it with its signed checkpoints. Exit code 1 if anything is wrong.

    With --against, also show that the log is the one that this checkpoint was signed for, grown.
    """
    center = session.center
    with Progress(console=session.console, transient=True) as progress:
        task = progress.add_task("Checking entries", total=None)
        found = auditing.verify(
            center.store,
            center.check_checkpoint,
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    findings = list(found.findings)
    agreed = ""
    if against:
        try:
            agreed = _agrees(center, witness.read_text(against), found)
        except Tampered as error:
            findings.append(str(error))
    _tell(found, findings, agreed, as_json=as_json)
    if findings:
        raise SystemExit(1)


def _tell(found: Verification, findings: list[str], agreed: str, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "size": found.size, "root": found.root.hex(), "checkpoints": found.checkpoints,
                "purged": found.purged, "findings": findings,
            }
        )  # fmt: skip
    elif not findings:
        say(f"The audit log is intact: {found.size:,} entries, {found.checkpoints} signed checkpoints.")
        if found.purged:
            say(f"The details of {found.purged:,} entries were purged; of these only the place in the tree is checked.")
        if agreed:
            say(agreed)
    for finding in findings:
        click.echo(f"tessera: {finding}", err=True)


def _agrees(center: Center, note: str, found: Verification) -> str:
    """Say in a sentence that the log holds what this checkpoint signed; Tampered says what is wrong instead."""
    where = "the checkpoint that was kept elsewhere"
    signed = verify_checkpoint(note, [center.verifier_key])
    if signed.size > found.size:
        message = f"the log was cut: it has {found.size:,} entries, and {signed.size:,} were signed"
        raise Tampered(message, where=where, advice="Restore the database from a backup that has them.")
    if proofs.root_at(center.store, signed.size) != signed.root:
        message = f"the log was forked: its first {signed.size:,} entries are not those that were signed"
        raise Tampered(
            message, where=where, advice="Keep the checkpoint: it is signed by this center's key, and is evidence."
        )
    return f"It holds the {signed.size:,} entries of the checkpoint that was kept elsewhere, unchanged and in their places."


@audit.command()
@click.option("--event", default="", help="Only this event.")
@click.option("--account", "of_account", default="", help="Only of this account.")
@click.option("--subject", default="", help="Only about this subject, such as record:ID.")
@click.option("--since", default=None, type=click.DateTime(["%Y-%m-%d"]), help="First day (UTC).")
@click.option("--until", default=None, type=click.DateTime(["%Y-%m-%d"]), help="Last day (UTC).")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def show(
    session: Session, *, event: str, of_account: str, subject: str, since: datetime | None, until: datetime | None,
    limit: int, as_json: bool, account: str, purpose: str, need_to_know: str,
) -> None:  # fmt: skip
    """List entries, newest first."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = auditing.entries(
            tx,
            event=event,
            account=of_account,
            subject=subject,
            since=to_millis(since.replace(tzinfo=UTC)) if since else None,
            until=to_millis(until.replace(tzinfo=UTC)) + 24 * HOUR_MS if until else None,
            limit=limit,
        )
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


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--hashes-only", is_flag=True, help="Leave out what the entries say; for outsiders.")
@reads_as
@click.pass_obj
def export(session: Session, *, file: Path, hashes_only: bool, account: str, purpose: str, need_to_know: str) -> None:
    """Write the signed part of the log to FILE, for others to check with tools/verify_log.py.

    Without --hashes-only it needs an account that may read the log (--as).
    """
    size = bundles.export(session.center, session.access(account, purpose, need_to_know), file, hashes_only=hashes_only)
    say(
        f"{size:,} entries are in {file}. Check them with: python verify_log.py bundle {file} --key {session.center.verifier_key}"
    )


@audit.command()
@click.argument("index", type=click.IntRange(min=0))
@click.option("--size", default=None, type=click.IntRange(min=1), help="Size of the checkpoint; the newest by default.")
@reads_as
@click.pass_obj
def proof(session: Session, *, index: int, size: int | None, account: str, purpose: str, need_to_know: str) -> None:
    """Prove that entry INDEX is in the signed log: print a proof file (C2SP tlog-proof) that needs no network."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = proofs.inclusion(tx, index, size)
    click.echo(write_proof(found), nl=False)


@audit.command()
@click.argument("old_size", type=click.IntRange(min=1))
@click.option("--size", default=None, type=click.IntRange(min=1), help="Size of the checkpoint; the newest by default.")
@reads_as
@click.pass_obj
def consistency(
    session: Session, *, old_size: int, size: int | None, account: str, purpose: str, need_to_know: str
) -> None:
    """Prove that the log of OLD_SIZE entries only grew: print the hashes, in base64, each on its line."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = proofs.consistency(tx, old_size, size)
    click.echo(write_hashes(found), nl=False)


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def health(session: Session, as_json: bool) -> None:
    """Say when the log was last written, signed and verified. Exit code 1 if something is overdue or an alarm stands."""
    center = session.center
    with center.store.reading(OPERATOR) as tx:
        beat = auditing.heartbeat(tx)
    troubles = [*overdue(center, beat), *standing_alarms(center.settings.center / "alarms.log")]
    required = center.settings.witnesses_required
    if beat.cosigned < required:
        troubles.append(f"the newest checkpoint has {beat.cosigned} of {required} cosignatures of witnesses")
    if as_json:
        print_json({"heartbeat": beat, "troubles": troubles})
    else:
        say(
            f"{beat.size:,} entries, the last {_ago(beat.written_at)}; {beat.signed_size:,} signed {_ago(beat.signed_at)}."
        )
        say(f"Verified {_ago(beat.verified_at)}.")
    for trouble in troubles:
        click.echo(f"tessera: {trouble}", err=True)
    if troubles:
        raise SystemExit(1)


def overdue(center: Center, beat: Heartbeat) -> list[str]:
    """Say what has not been done for twice as long as the settings want."""
    now = center.clock()
    late = []
    every = center.settings.checkpoint_minutes * 60_000
    if beat.size > beat.signed_size and now - (beat.signed_at or 0) > 2 * every:
        late.append(f"the log was last signed {_ago(beat.signed_at)}; is `tessera serve` running?")
    hours = center.settings.audit_verify_hours
    if hours and beat.verified_at is not None and now - beat.verified_at > 2 * hours * HOUR_MS:
        late.append(f"the log was last verified {_ago(beat.verified_at)}; is `tessera serve` running?")
    if beat.verified_findings:
        late.append(f"the last verification has {beat.verified_findings} findings; run: tessera audit verify")
    return late


def standing_alarms(file: Path) -> list[str]:
    """Read from the file of alarms which have not ended, by the last line of each kind."""
    if not file.exists():
        return []
    last: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        last[line.split(" ")[1] if " " in line else ""] = line
    return [line for line in last.values() if ENDED not in line]


def _ago(at: int | None) -> str:
    return f"at {isoformat(at)}" if at is not None else "never"
