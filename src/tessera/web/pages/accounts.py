"""Accounts: who may come in; made, and released after five wrong passwords, by an administrator."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid
from tessera.model.access import Permission, Role
from tessera.store import accounts, parties
from tessera.store.accounts import Account
from tessera.store.transactions import day_of
from tessera.web import errors
from tessera.web.forms import read_choice, read_day, read_name, read_text
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
SHOWN_AGAIN = ("account", "label", "agency", "groups", "trained_until")
MOST_GROUPS = 20
ROLES = tuple(role for role in Role if role is not Role.SERVICE)
"""What a person can be; the service role is the center's own pipeline, which signs in nowhere."""


@page(ROUTES, "/accounts", needs=Permission.ACCOUNT_MANAGE)
def index(asked: Asked) -> Response:
    """List the accounts, with the form that adds one."""
    return _show(asked)


@page(ROUTES, "/accounts", method="POST", needs=Permission.ACCOUNT_MANAGE)
def add(asked: Asked) -> Response:
    """Add an account."""
    try:
        account, password = _account(asked), _password(asked)
        with asked.center.store.writing(asked.access) as tx:
            accounts.create(tx, account, password)
    except (Conflict, Invalid) as error:
        return _show(asked, problem=errors.explained(error), status=errors.status_of(error))
    return redirect("/accounts", said="account-added")


@page(ROUTES, "/accounts/{name}/release", method="POST", needs=Permission.ACCOUNT_MANAGE)
def release(asked: Asked) -> Response:
    """Open a locked account again."""
    with asked.center.store.writing(asked.access) as tx:
        accounts.release(tx, asked.request.path_params["name"])
    return redirect("/accounts", said="released")


def _account(asked: Asked) -> Account:
    return Account(
        name=read_name(asked.field("account").strip(), name="account name"),
        label=read_text(asked.field("label"), name="name"),
        agency=read_name(asked.field("agency"), name="agency"),
        agency_label="",
        roles=_roles(asked),
        groups=_groups(asked),
        trained_until=read_day(asked.field("trained_until"), name="training", needed=False),
        disabled=False,
    )


def _roles(asked: Asked) -> tuple[Role, ...]:
    roles = tuple(dict.fromkeys(read_choice(Role, role, name="roles") for role in asked.fields("roles")))
    if not roles or Role.SERVICE in roles:
        raise Invalid(
            "no role is chosen", where="roles", advice="Choose at least one; roles decide what an account may do."
        )
    return roles


def _groups(asked: Asked) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(asked.field("groups").replace(",", " ").split()))
    if len(names) > MOST_GROUPS:
        raise Invalid(f"there are more than {MOST_GROUPS} groups", where="groups")
    return tuple(read_name(name, name="groups") for name in names)


def _password(asked: Asked) -> str:
    if asked.field("password") != asked.field("password_again"):
        raise Invalid("the two passwords differ", advice="Type the same twice.")
    return asked.field("password")


def _show(asked: Asked, *, problem: str = "", status: int = 200) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        found = accounts.everyone(tx)
        agencies = parties.agencies(tx) if Permission.SOURCE_READ in asked.may else []
    return asked.render(
        "accounts.html",
        code=status,
        accounts=found,
        agencies=[(agency.name, agency.label) for agency in agencies],
        roles=ROLES,
        problem=problem,
        values={name: asked.field(name)[:200] for name in SHOWN_AGAIN},
        chosen=asked.fields("roles"),
        today=day_of(asked.center.clock()),
    )
