"""`tessera register`: enter who gives data, and under which authority."""

from pathlib import Path

import click

from tessera.cli.session import Session, say
from tessera.errors import Invalid
from tessera.flow.center import OPERATOR
from tessera.receive import read_partners
from tessera.store import parties


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.pass_obj
def register(session: Session, file: Path) -> None:
    """Enter the agencies, agreements, holdings and sources that FILE (YAML) lists.

    All are entered, or none. What is there already with the same values is left alone.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"the file cannot be read ({error})", where=str(file)) from None
    partners = read_partners(text, str(file))
    if not partners:
        raise Invalid(
            "the file lists no partners", where=str(file), advice="Add agencies, agreements, holdings, sources."
        )
    with session.center.store.writing(OPERATOR) as tx:
        parties.register(tx, *partners)
    for partner in partners:
        say(f"{type(partner).__name__.lower()} {partner.name}")
