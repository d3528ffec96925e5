"""`tessera account`: accounts, from the center's own machine."""

import click

from tessera.cli.session import Session, print_json, print_table, say
from tessera.flow.center import OPERATOR
from tessera.model.access import Role
from tessera.store import accounts
from tessera.store.accounts import Account


@click.group()
def account() -> None:
    """List and add accounts."""


@account.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_accounts(session: Session, as_json: bool) -> None:
    """List the accounts."""
    with session.center.store.reading(OPERATOR) as tx:
        found = accounts.everyone(tx)
    if as_json:
        print_json(found)
        return
    print_table(
        ("account", "name", "agency", "roles", "trained until", "locked"),
        [(a.name, a.label, a.agency, ", ".join(a.roles), a.trained_until, a.disabled) for a in found],
        empty="There are no accounts yet. Add one with: tessera account add",
    )


@account.command()
@click.argument("name")
@click.option("--label", required=True, help="The person's name.")
@click.option("--agency", required=True, help="Short name of the person's agency.")
@click.option("--role", "roles", multiple=True, type=click.Choice([r.value for r in Role if r is not Role.SERVICE]))
@click.option("--group", "groups", multiple=True, help="Clearance that policies know, such as cji-cleared.")
@click.option("--trained-until", default="", metavar="YYYY-MM-DD", help="Last day of current privacy training.")
@click.password_option(help="The password; asked for when it is not given.")
@click.pass_obj
def add(
    session: Session, *, name: str, label: str, agency: str, roles: tuple[str, ...], groups: tuple[str, ...],
    trained_until: str, password: str,
) -> None:  # fmt: skip
    """Add an account."""
    fresh = Account(
        name=name, label=label, agency=agency, agency_label="", roles=tuple(Role(r) for r in roles), groups=groups,
        trained_until=trained_until, disabled=False,
    )  # fmt: skip
    with session.center.store.writing(OPERATOR) as tx:
        accounts.create(tx, fresh, password)
    say(f"Account {name} is made.")
