"""`tessera audit witness ...`: for who watches a log from outside, and for the center that is watched."""

import time
from pathlib import Path

import click

from tessera.cli.session import Session, moment, print_table, say
from tessera.engines.fetching import fetch, is_url
from tessera.errors import Conflict, Invalid, Unreadable
from tessera.flow import witnessing
from tessera.flow.center import OPERATOR
from tessera.store import witnesses as registered
from tessera.trust.checkpoint import generate_signing_key, load_signing_key
from tessera.trust.proof import read_hashes
from tessera.trust.witness import with_cosignatures, witness_key


@click.command("witness-key")
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def new_key(name: str, file: Path) -> None:
    """Make a key for a witness called NAME and keep it in FILE; print what the center needs to know of it.

    NAME has no spaces and plus signs, such as board.example/witness.
    """
    pem = generate_signing_key()
    public = witness_key(name, load_signing_key(pem))
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise Conflict(f"{file} is there already", advice="Choose another file; a key is never written over.") from None
    file.write_bytes(pem)
    say(public)


@click.command()
@click.argument("checkpoint")
@click.option(
    "--against",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with what you cosigned last; it is kept up to date.",
)
@click.option("--first", is_flag=True, help="You have cosigned nothing of this log yet, and --against is made.")
@click.option(
    "--proof", default="", metavar="FILE", help="Consistency proof. Not needed where CHECKPOINT is an address."
)
@click.option(
    "--log-key", required=True, metavar="KEY", help="The log's verifier key, which you got from the center itself."
)
@click.option("--name", required=True, help="Your name as a witness, as you gave it for the key.")
@click.option(
    "--key",
    "key_file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File with your key.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the cosigned checkpoint here instead of printing it.",
)
def witness(
    checkpoint: str, *, against: Path, first: bool, proof: str, log_key: str, name: str, key_file: Path, out: Path | None
) -> None:  # fmt: skip
    """Cosign CHECKPOINT, a file or the address of a log (https://HOST/log), if the log only grew since you did it last.

    Run it wherever you are: it needs no center. Nothing is signed that is smaller than or inconsistent with what you
    signed before.
    """
    log = checkpoint.rstrip("/")
    note = fetch(f"{log}/checkpoint").decode() if is_url(log) else read_text(checkpoint)
    after = _last(against, first=first)
    hashes = read_hashes(read_text(proof)) if proof else ()
    line = witnessing.cosign_next(
        note,
        after=after,
        log_key=log_key,
        prove=witnessing.prove_from_tiles(log) if is_url(log) else lambda _old, _new: hashes,
        name=name,
        key=load_signing_key(key_file.read_bytes()),
        at=int(time.time()),
    )
    cosigned = with_cosignatures(note, [line])
    _replace(against, note)  # before anybody gets the cosignature: what was signed must never be forgotten
    if out:
        _replace(out, cosigned)
    else:
        click.echo(cosigned, nl=False)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_obj
def cosign(session: Session, file: Path) -> None:
    """Take the cosignatures of registered witnesses from FILE, a checkpoint that they cosigned."""
    with session.center.store.writing(OPERATOR) as tx:
        found = registered.accept(tx, read_text(str(file)))
    for each in found:
        say(f"Cosigned by {each.witness} at {moment(each.at * 1000)} UTC.")


@click.command("witnesses")
@click.option(
    "--add", "key", default="", metavar="KEY", help="Rely on a witness, by the key that `witness-key` printed for it."
)
@click.option("--end", "name", default="", metavar="NAME", help="Rely on this witness no longer.")
@click.pass_obj
def witnesses(session: Session, key: str, name: str) -> None:
    """List the witnesses of this log, with what each cosigned last."""
    store = session.center.store
    if key:
        with store.writing(OPERATOR) as tx:
            registered.register(tx, key)
    if name:
        with store.writing(OPERATOR) as tx:
            registered.end(tx, name)
    with store.reading(OPERATOR) as tx:
        found = registered.listed(tx)
    print_table(
        ("witness", "since", "by", "last cosigned", "at", "ended"),
        [(w.name, moment(w.since), w.by, w.seen, moment(w.seen_at), moment(w.ended_at)) for w in found],
        empty="No witness is registered.",
    )


COMMANDS = (cosign, new_key, witness, witnesses)


def read_text(given: str) -> str:
    """Read a file; or take the text itself, where it has more than one line."""
    if "\n" in given:
        return given
    try:
        return Path(given).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Unreadable(f"{given} is not UTF-8 text", advice="Give the file as it was sent.") from None
    except OSError as error:
        raise Invalid(f"{given} cannot be read ({error.strerror})", advice="Name a file that is there.") from None


def _last(against: Path, *, first: bool) -> str:
    if against.exists():
        return read_text(str(against))
    if not first:
        raise Invalid(
            f"{against} is not there, so nobody can tell what you cosigned last",
            advice="Find it. Only where you have never cosigned anything of this log, add --first.",
        )
    return ""


def _replace(file: Path, text: str) -> None:
    part = file.with_name(file.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)
