"""`tessera account`: accounts, from the center's own machine: also when no administrator can come in any more."""

from dataclasses import replace

import click

from tessera.cli.session import Session, moment, print_json, print_table, say
from tessera.errors import NotFound
from tessera.flow import account_keeping
from tessera.flow.center import OPERATOR
from tessera.model.access import Role
from tessera.store import accounts, authenticators, sessions, sign_ons
from tessera.store.accounts import Account
from tessera.trust import credentials

ROLES = click.Choice([r.value for r in Role if r is not Role.SERVICE])
ONE_TIME = "One-time password of {name}, shown this once; it is changed at the first sign-in:"


@click.group()
def account() -> None:
    """Keep accounts: add, change, stop, release, help who is locked out."""


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
    heads = ("account", "name", "agency", "roles", "trained until", "last signed in", "factors", "state")
    print_table(
        heads,
        [
            (a.name, a.label, a.agency, ", ".join(a.roles), a.trained_until, moment(a.signed_in_at), a.factors, a.state)
            for a in found
        ],
        empty="There are no accounts yet. Add one with: tessera account add",
    )


@account.command()
@click.argument("name")
@click.option("--label", required=True, help="The person's name.")
@click.option("--agency", required=True, help="Short name of the person's agency.")
@click.option("--role", "roles", multiple=True, type=ROLES)
@click.option("--group", "groups", multiple=True, help="Clearance that policies know, such as cji-cleared.")
@click.option("--trained-until", default="", metavar="YYYY-MM-DD", help="Last day of current training.")
@click.option("--expires", default="", metavar="YYYY-MM-DD", help="Last day of the account.")
@click.option("--email", default="", help="Address; single sign-on links a person whose verified address it is.")
@click.option("--password", default="", help="First password, instead of one that is made and printed.")
@click.pass_obj
def add(
    session: Session, *, name: str, label: str, agency: str, roles: tuple[str, ...], groups: tuple[str, ...],
    trained_until: str, expires: str, email: str, password: str,
) -> None:  # fmt: skip
    """Add an account. Its owner changes the first password at the first sign-in."""
    fresh = Account(
        name=name, label=label, agency=agency, agency_label="", roles=tuple(Role(r) for r in roles), groups=groups,
        trained_until=trained_until, expires=expires, email=email, disabled=False,
    )  # fmt: skip
    given = password or credentials.new_first_password()
    listed = session.center.entry_rules.listed
    with session.center.store.writing(OPERATOR) as tx:
        accounts.create(tx, fresh, given, listed=listed, first=True)
    say(f"Account {name} is made.")
    _tell(name, "" if password else given)


def _tell(name: str, password: str) -> None:
    if password:
        say(ONE_TIME.format(name=name))
        say(f"  {password}")


@account.command()
@click.argument("name")
@click.option("--label", help="The person's name.")
@click.option("--agency", help="Short name of the person's agency.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="All the roles from now on.")
@click.option("--group", "groups", multiple=True, help="All the groups from now on.")
@click.option("--no-groups", is_flag=True, help="No group from now on.")
@click.option("--trained-until", metavar="YYYY-MM-DD", help="Last day of current training.")
@click.option("--expires", metavar="YYYY-MM-DD", help="Last day of the account; empty: none.")
@click.option("--email", help="Address.")
@click.pass_obj
def change(
    session: Session, /, *, name: str, roles: tuple[str, ...], groups: tuple[str, ...], no_groups: bool,
    **fields: str | None,
) -> None:  # fmt: skip
    """Change what is on record; what is not named stays. Where agency, roles or groups change, its sessions end."""
    wanted: dict[str, object] = {field: value for field, value in fields.items() if value is not None}
    if roles:
        wanted["roles"] = tuple(Role(r) for r in roles)
    if groups or no_groups:
        wanted["groups"] = groups
    with session.center.store.writing(OPERATOR) as tx:
        accounts.change(tx, name, replace(accounts.get(tx, name), **wanted))  # type: ignore[arg-type]
    say(f"Account {name} is changed.")


@account.command()
@click.argument("name")
@click.option("--reason", required=True, help="Why; stays on record.")
@click.pass_obj
def stop(session: Session, *, name: str, reason: str) -> None:
    """Stop an account at once, with its sessions and tokens."""
    with session.center.store.writing(OPERATOR) as tx:
        ended, revoked = accounts.stop(tx, name, reason)
    say(f"Account {name} is stopped; {ended} sessions and {revoked} tokens have ended.")


@account.command()
@click.argument("name")
@click.pass_obj
def release(session: Session, *, name: str) -> None:
    """Open a closed account again."""
    with session.center.store.writing(OPERATOR) as tx:
        accounts.release(tx, name)
    say(f"Account {name} is open again.")


@account.command("reset-password")
@click.argument("name")
@click.pass_obj
def reset_password(session: Session, *, name: str) -> None:
    """Give somebody who has forgotten their password a one-time password; their sessions end."""
    password = credentials.new_first_password()
    with session.center.store.writing(OPERATOR) as tx:
        accounts.reset_password(tx, name, password)
    _tell(name, password)


@account.group()
def factors() -> None:
    """Second factors of somebody's account."""


@factors.command()
@click.argument("name")
@click.pass_obj
def remove(session: Session, *, name: str) -> None:
    """Remove every second factor of somebody who has lost them; the next sign-in enrols anew."""
    with session.center.store.writing(OPERATOR) as tx:
        removed = authenticators.remove_all(tx, name)
    say(f"{removed} second factors of {name} are removed.")


@account.command("sessions")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def list_sessions(session: Session, *, name: str, as_json: bool) -> None:
    """List the open sessions of an account."""
    with session.center.store.reading(OPERATOR) as tx:
        accounts.get(tx, name)
        found = sessions.sessions_of(tx, name)
    if as_json:
        print_json(found)
        return
    print_table(
        ("begun", "last request", "from", "by", "purpose"),
        [(moment(s.started_at), moment(s.last_seen), s.address, s.method, s.purpose.value) for s in found],
        empty=f"{name} has no open session.",
    )


@account.command()
@click.argument("name")
@click.argument("subject")
@click.option("--remove", "away", is_flag=True, help="Take the link away.")
@click.pass_obj
def link(session: Session, *, name: str, subject: str, away: bool) -> None:
    """Say that a person of the issuer (its `sub`) signs in to an account, or no longer does."""
    issuer = session.center.settings.oidc_issuer
    if not issuer:
        raise NotFound("this center has no single sign-on", advice="Set oidc_issuer and oidc_client_id.")
    with session.center.store.writing(OPERATOR) as tx:
        (sign_ons.unlink if away else sign_ons.link)(tx, name, issuer=issuer, subject=subject)
    say(f"{subject} {'no longer signs' if away else 'signs'} in to {name}.")


@account.command()
@click.pass_obj
def sweep(session: Session) -> None:
    """Close what is past its last day or unused for 90 days, as `tessera serve` does every day."""
    for name, why in account_keeping.sweep(session.center):
        say(f"Account {name} is closed: {why.value}.")
