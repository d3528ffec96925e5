"""`tessera init`: make a center, or bring one up to date."""

from pathlib import Path

import click

from tessera.cli.session import Session, say
from tessera.errors import Conflict
from tessera.flow.center import OPERATOR
from tessera.store import accounts


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--name", default="", help="Name of the center, shown on every page.")
@click.pass_obj
def init(session: Session, folder: Path, name: str) -> None:
    """Make a center in DIR, or bring its database up to date.

    Prints the code with which the first administrator is set up. Running it again is harmless.
    """
    center = session.openers.create_center(folder, name=name)
    say(f"The center is ready in {folder}.")
    say(f"Key to verify its audit log: {center.verifier_key}")
    try:
        with center.store.writing(OPERATOR) as tx:
            code = accounts.offer_setup(tx)
    except Conflict:
        return
    address = f"http://{center.settings.host}:{center.settings.port}"
    say()
    say("It has no accounts yet. Set the first administrator up:")
    say(f"  1. tessera --center {folder} serve")
    say(f"  2. open {address}/setup and give this code, which works once:")
    say(f"     {code}")
