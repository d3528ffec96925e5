"""`tessera purge`: propose, approve, carry out, resume, receipts, and again after a restore."""

from pathlib import Path
from uuid import UUID

import click

from tessera.cli.session import Session, moment, print_json, print_table, reads_as, say
from tessera.errors import Invalid, NotFound
from tessera.flow import purging as carried_out
from tessera.flow.center import OPERATOR
from tessera.ids import parse_id
from tessera.model.purge import Chosen, PurgeBy
from tessera.store import purging
from tessera.trust.receipts import read_receipt

BY_CHOICE = (PurgeBy.DELIVERY, PurgeBy.QUARANTINED, PurgeBy.RECORD, PurgeBy.SUBJECT)


@click.group()
def purge() -> None:
    """Erase records from every copy, by decision of two or by rule."""


@purge.command()
@click.argument("names", metavar="ID…", nargs=-1, required=True)
@click.option("--by", type=click.Choice([by.value for by in BY_CHOICE]), default="record", show_default=True,
              help="What the identifiers name.")  # fmt: skip
@click.option("--whole-rows", is_flag=True, help="Take along every record made of the same delivered rows.")
@click.option("--reason", required=True, help="Why, in a sentence that names no person.")
@click.option("--reference", required=True, help="Order, request or rule that asks for it.")
@reads_as
@click.pass_obj
def propose(
    session: Session, *, names: tuple[str, ...], by: str, whole_rows: bool, reason: str, reference: str, account: str,
    purpose: str, need_to_know: str,
) -> None:  # fmt: skip
    """Propose a purge. Somebody else must approve it."""
    chosen = Chosen(by=PurgeBy(by), names=names, whole_rows=whole_rows)
    with session.center.store.writing(session.access(account, purpose, need_to_know)) as tx:
        found = purging.propose(tx, chosen, reason=reason, reference=reference)
        told = purging.foresee(tx, chosen)
    say(f"Purge {found.uid} is proposed: {told.records:,} records in {told.deliveries} deliveries.")
    if told.beside:
        say(f"{told.beside:,} other records were made of the same rows; they stay, and lose their evidence.")


@purge.command()
@click.argument("purge_id", metavar="ID")
@reads_as
@click.pass_obj
def approve(session: Session, *, purge_id: str, account: str, purpose: str, need_to_know: str) -> None:
    """Approve a purge that somebody else proposed, and carry it out. Whoever approves signs with their password."""
    access = session.signing(account, purpose, need_to_know)
    done = carried_out.approve(session.center, access, to_uid(purge_id))
    say("The purge is done; its receipt is signed." if done else _waits(session))


@purge.command()
@click.argument("purge_id", metavar="ID")
@reads_as
@click.pass_obj
def reject(session: Session, *, purge_id: str, account: str, purpose: str, need_to_know: str) -> None:
    """Turn a proposed purge down."""
    with session.center.store.writing(session.access(account, purpose, need_to_know)) as tx:
        purging.reject(tx, to_uid(purge_id))
    say("The proposal is turned down.")


@purge.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reads_as
@click.pass_obj
def list_purges(session: Session, *, as_json: bool, account: str, purpose: str, need_to_know: str) -> None:
    """List purges, newest first."""
    with session.center.store.reading(session.access(account, purpose, need_to_know)) as tx:
        found = purging.recent(tx)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "proposed", "by", "chosen by", "records", "state", "waits for"),
        [(p.uid, moment(p.proposed_at), p.proposed_by, p.chosen.by.value, p.records, p.state.value, p.problem)
         for p in found],
        empty="No purge was ever proposed.",
    )  # fmt: skip


@purge.command()
@click.option("--after-days", type=click.IntRange(0), default=None, help="Overdue for longer; else purge_after_days.")
@click.pass_obj
def overdue(session: Session, *, after_days: int | None) -> None:
    """Purge what has been overdue for too long. The rule decides; legal holds win."""
    days = session.center.settings.purge_after_days if after_days is None else after_days
    count = carried_out.purge_overdue(session.center, OPERATOR, after_days=days)
    say(f"{count} purges were carried out." if count else f"Nothing has been overdue for more than {days} days.")
    if carried_out.complete_all(session.center):
        say(_waits(session))


@purge.command()
@click.pass_obj
def resume(session: Session) -> None:
    """Finish every purge that was begun. Starting the center does this too."""
    waiting = carried_out.complete_all(session.center)
    say(_waits(session) if waiting else "Every purge that was begun is done.")
    if waiting:
        raise SystemExit(1)


@purge.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=None, help="Copy them to this folder.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def receipts(session: Session, *, out: Path | None, as_json: bool) -> None:
    """List the receipts of purges and check their signatures."""
    center = session.center
    found = carried_out.read_receipts(center)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        for name, _ in found:
            (out / name).write_bytes((carried_out.folder_of(center) / name).read_bytes())
    if as_json:
        print_json([facts for _, facts in found])
        return
    print_table(
        ("purge", "done", "records", "rule", "approved by", "reference"),
        [(f["purge"], f["done"][:16], f["records"], f["rule"], f["approved_by"], f["reference"]) for _, f in found],
        empty="No purge was ever done.",
    )


@purge.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--key", required=True, help="The center's verifier key, as `tessera audit` and its page give it.")
def check(file: Path, key: str) -> None:
    """Check a receipt offline: needs no center, only its verifier key."""
    facts = read_receipt(file.read_text(encoding="utf-8"), [key])
    say(f"The receipt is genuine: {facts['records']:,} records purged, done {facts['done']}.")


@purge.command()
@click.option("--receipts", "folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=None,
              help="Folder with receipts; the center's own otherwise.")  # fmt: skip
@click.pass_obj
def replay(session: Session, *, folder: Path | None) -> None:
    """After restoring an older backup: purge again what had been purged."""
    center = session.center
    if not (folder or carried_out.folder_of(center)).is_dir():
        raise Invalid(
            "there are no receipts", advice="Copy the folder `receipts` of the newest backup into the center."
        )
    again = carried_out.replay(center, OPERATOR, folder=folder)
    waiting = carried_out.complete_all(center)
    say("What had been purged is purged again." if again else "Nothing that was purged is back.")
    if waiting:
        say(_waits(session))
        raise SystemExit(1)


def to_uid(text: str) -> UUID:
    """Read an identifier that was given on the command line."""
    found = parse_id(text)
    if found is None:
        raise NotFound(f"{text[:60]!r} is no identifier", advice="List them with: tessera purge list")
    return found


def _waits(session: Session) -> str:
    with session.center.store.reading(OPERATOR) as tx:
        problems = sorted({p.problem for p in purging.recent(tx) if p.problem})
    return "Nobody can read the records any more, but their bytes are not erased everywhere: " + " ".join(problems)
