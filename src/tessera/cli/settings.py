"""`tessera settings`: every setting, its value in use, and what it is."""

import click

from tessera.cli.session import Session, print_json, print_table
from tessera.settings import describe


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def settings(session: Session, as_json: bool) -> None:
    """Show every setting, its value in use, and what it is."""
    found = describe(session.center.settings)
    if as_json:
        print_json({name: str(value) if name == "center" else value for name, value, _ in found})
        return
    print_table(("setting", "value", "meaning"), found, empty="")
