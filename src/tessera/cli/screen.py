"""`tessera screen`: look for every name of a list."""

import sys
from pathlib import Path

import click

from tessera import share
from tessera.cli.session import Session, reads_as
from tessera.errors import Unavailable
from tessera.flow import screening
from tessera.model.naming import NameQuery

LEAST = click.FloatRange(0, 1, min_open=True)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--kind", "kinds", multiple=True, help="Kind of record; can be given more than once.")
@click.option("--least", default=0.75, show_default=True, type=LEAST, help="Lowest score of a hit.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 200), help="Most hits for each name.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write; standard output otherwise.")
@reads_as
@click.pass_obj
def screen(
    session: Session, *, file: Path, kinds: tuple[str, ...], least: float, limit: int, out: Path | None, account: str,
    purpose: str, need_to_know: str,
) -> None:  # fmt: skip
    """Look for every name of a list (CSV, XLSX …) and write the hits, with reasons, as CSV."""
    center = session.center
    listed = screening.read_file(center, file, file.name)
    query = NameQuery(text="-", kinds=kinds, least=least, limit=limit)
    access = session.access(account, purpose, need_to_know)
    chunks = share.screening_csv(center.store, access, listed, query)
    if out is None:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        return
    try:
        with out.open("wb") as written:
            for chunk in chunks:
                written.write(chunk)
    except OSError as error:
        raise Unavailable(f"cannot write {out} ({error.strerror})", advice="Choose another file.") from None
