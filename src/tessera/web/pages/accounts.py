"""Accounts: who may come in, and as whom; made, changed, stopped and opened again by an administrator.

Each change needs a recent proof that the administrator is there (CJIS IA-11). Nobody changes the own account here (AC-5).
"""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid
from tessera.model.access import Permission, Role
from tessera.store import accounts, authenticators, parties, sessions, sign_ons
from tessera.store.accounts import Account
from tessera.store.transactions import day_of
from tessera.trust import credentials
from tessera.web import errors
from tessera.web.forms import read_choice, read_day, read_name, read_text
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
NEEDS = Permission.ACCOUNT_MANAGE
SHOWN_AGAIN = (
    "account", "label", "agency", "groups", "trained_until", "given_name", "sur_name", "email", "telephone", "expires",
)  # fmt: skip
MOST_GROUPS = 20
LONGEST_EMAIL = 254  # RFC 5321 4.5.3.1.3
ROLES = tuple(role for role in Role if role is not Role.SERVICE)
"""What a person can be; the service role is the center's own pipeline, which signs in nowhere."""


@page(ROUTES, "/accounts", needs=NEEDS)
def index(asked: Asked) -> Response:
    """List the accounts, with the form that adds one."""
    return _show(asked)


@page(ROUTES, "/accounts", method="POST", needs=NEEDS, fresh=True)
def add(asked: Asked) -> Response:
    """Add an account, and show its one-time password this once."""
    password = credentials.new_first_password()
    try:
        account = _account(asked, read_name(asked.field("account").strip(), name="account name"))
        with asked.center.store.writing(asked.access) as tx:
            accounts.create(tx, account, password, first=True)
    except (Conflict, Invalid) as error:
        return _show(asked, problem=errors.explained(error), status=errors.status_of(error))
    return _show(asked, made=(account.name, password))


@page(ROUTES, "/accounts/{name}", needs=NEEDS)
def one(asked: Asked) -> Response:
    """Show one account: what is on record, its sessions, and what can be done."""
    return _show_one(asked)


@page(ROUTES, "/accounts/{name}", method="POST", needs=NEEDS, fresh=True)
def change(asked: Asked) -> Response:
    """Change what is on record."""
    try:
        with asked.center.store.writing(asked.access) as tx:
            accounts.change(tx, _name(asked), _account(asked, _name(asked)))
    except (Conflict, Invalid) as error:
        return _show_one(asked, problem=errors.explained(error), status=errors.status_of(error))
    return redirect(_here(asked), said="account-changed")


@page(ROUTES, "/accounts/{name}/release", method="POST", needs=NEEDS, fresh=True)
def release(asked: Asked) -> Response:
    """Open a closed account again."""
    with asked.center.store.writing(asked.access) as tx:
        accounts.release(tx, _name(asked))
    return redirect(_here(asked), said="released")


@page(ROUTES, "/accounts/{name}/password", method="POST", needs=NEEDS, fresh=True)
def reset_password(asked: Asked) -> Response:
    """Give the person a one-time password, shown this once."""
    password = credentials.new_first_password()
    with asked.center.store.writing(asked.access) as tx:
        accounts.reset_password(tx, _name(asked), password)
    return _show_one(asked, password=password)


@page(ROUTES, "/accounts/{name}/factors/remove", method="POST", needs=NEEDS, fresh=True)
def remove_factors(asked: Asked) -> Response:
    """Remove every second factor of somebody who has lost them."""
    with asked.center.store.writing(asked.access) as tx:
        authenticators.remove_all(tx, _name(asked))
    return redirect(_here(asked), said="factors-removed")


@page(ROUTES, "/accounts/{name}/links", method="POST", needs=NEEDS, fresh=True)
def link(asked: Asked) -> Response:
    """Link a person of the issuer of single sign-on to this account."""
    subject = asked.field("subject").strip()
    try:
        with asked.center.store.writing(asked.access) as tx:
            sign_ons.link(tx, _name(asked), issuer=asked.center.settings.oidc_issuer, subject=subject)
    except (Conflict, Invalid) as error:
        return _show_one(asked, problem=errors.explained(error), status=errors.status_of(error))
    return redirect(_here(asked), said="linked")


@page(ROUTES, "/accounts/{name}/links/remove", method="POST", needs=NEEDS, fresh=True)
def unlink(asked: Asked) -> Response:
    """Take such a link away."""
    with asked.center.store.writing(asked.access) as tx:
        sign_ons.unlink(tx, _name(asked), issuer=asked.field("issuer"), subject=asked.field("subject"))
    return redirect(_here(asked), said="unlinked")


def _name(asked: Asked) -> str:
    return str(asked.request.path_params["name"])


def _here(asked: Asked) -> str:
    return f"/accounts/{_name(asked)}"


def _account(asked: Asked, name: str) -> Account:
    return Account(
        name=name,
        label=read_text(asked.field("label"), name="name"),
        agency=read_name(asked.field("agency"), name="agency"),
        agency_label="",
        roles=_roles(asked),
        groups=_groups(asked),
        trained_until=read_day(asked.field("trained_until"), name="training", needed=False),
        disabled=False,
        given_name=read_text(asked.field("given_name"), name="given name", needed=False),
        sur_name=read_text(asked.field("sur_name"), name="surname", needed=False),
        email=_email(asked),
        telephone=read_text(asked.field("telephone"), name="telephone", most=40, needed=False),
        expires=read_day(asked.field("expires"), name="last day", needed=False),
    )


def _email(asked: Asked) -> str:
    text = read_text(asked.field("email"), name="email", most=LONGEST_EMAIL, needed=False)
    before, _, after = text.rpartition("@")
    if text and not (before and after and " " not in text):
        raise Invalid("this is no e-mail address", where="email", advice="Write it as name@agency.example.")
    return text


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


def _asked_for(asked: Asked) -> list[tuple[str, list[str]]]:
    """List the groups that the policy in force asks for, each with the sentences of its rules."""
    policy = asked.center.policy
    return [(name, [policy.clauses[rule].reads for rule in rules]) for name, rules in policy.groups().items()]


def _show(asked: Asked, *, problem: str = "", status: int = 200, made: tuple[str, str] | None = None) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        found = accounts.everyone(tx)
        agencies = parties.agencies(tx) if Permission.SOURCE_READ in asked.may else []
    return asked.render(
        "accounts.html",
        code=status,
        accounts=found,
        agencies=[(agency.name, agency.label) for agency in agencies],
        roles=ROLES,
        groups=_asked_for(asked),
        problem=problem,
        made=made,
        values={name: "" if made else asked.field(name)[:LONGEST_EMAIL] for name in SHOWN_AGAIN},
        chosen=[] if made else asked.fields("roles"),
        today=day_of(asked.center.clock()),
        factor_required=asked.center.entry_rules.factor_required,
    )


def _show_one(asked: Asked, *, problem: str = "", status: int = 200, password: str = "") -> Response:
    with asked.center.store.reading(asked.access) as tx:
        found = accounts.get(tx, _name(asked))
        opened = sessions.sessions_of(tx, found.name)
        links = sign_ons.links_of(tx, found.name)
        agencies = parties.agencies(tx) if Permission.SOURCE_READ in asked.may else []
    typed = bool(problem) and bool(asked.field("label"))
    return asked.render(
        "account_of.html",
        code=status,
        account=found,
        values=_values(asked, found, typed=typed),
        chosen=asked.fields("roles") if typed else found.roles,
        sessions=opened,
        links=links,
        issuer=asked.center.settings.oidc_issuer,
        agencies=[(agency.name, agency.label) for agency in agencies] or [(found.agency, found.agency_label)],
        roles=ROLES,
        groups=_asked_for(asked),
        password=password,
        problem=problem,
        own=found.name == asked.access.actor.account,
        today=day_of(asked.center.clock()),
    )


def _values(asked: Asked, found: Account, *, typed: bool) -> dict[str, str]:
    """Give what the form shows: what was typed where something was wrong with it, else what is on record."""
    if typed:
        return {name: asked.field(name)[:LONGEST_EMAIL] for name in SHOWN_AGAIN}
    plain = {name: str(getattr(found, name)) for name in SHOWN_AGAIN if name not in {"account", "groups"}}
    return plain | {"account": found.name, "groups": ", ".join(sorted(found.groups))}
