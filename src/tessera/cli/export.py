"""`tessera export`: records of one kind to a file, streamed, disclosed in the audit log."""

import sys
from pathlib import Path

import click

from tessera import share
from tessera.cli.questions import question_options, to_query
from tessera.cli.session import Session, reads_as
from tessera.errors import Unavailable


@click.command()
@click.argument("query", default="")
@question_options
@click.option("--format", "form", required=True, type=click.Choice(list(share.FORMATS)))
@click.option("--out", type=click.Path(path_type=Path), help="File to write; standard output otherwise.")
@reads_as
@click.pass_obj
def export(
    session: Session, *, query: str, kinds: tuple[str, ...], sources: tuple[str, ...], since: str, until: str, near: str,
    as_of: str, form: str, out: Path | None, account: str, purpose: str, need_to_know: str,
) -> None:  # fmt: skip
    """Write records of one kind (--kind) as csv, ndjson, geojson or parquet. There is no cap."""
    center = session.center
    asked = to_query(query, kinds=kinds, sources=sources, since=since, until=until, near=near, as_of=as_of)
    access = session.access(account, purpose, need_to_know)
    chunks = share.export(center.store, access, asked, form, center.dictionary)
    if out is None:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        return
    partial = out.with_name(out.name + ".part")
    try:
        with partial.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        partial.replace(out)
    except OSError as error:
        raise Unavailable(
            f"cannot write {out} ({error.strerror})", advice="Free some space, or choose another file."
        ) from None
    finally:
        partial.unlink(missing_ok=True)
