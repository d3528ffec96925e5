"""The first administrator of a new center, set up by who holds the code that `tessera init` printed."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid, NotAllowed, TesseraError
from tessera.flow.center import OPERATOR
from tessera.model.access import AgencyKind, Role
from tessera.model.source import Agency
from tessera.store import accounts, parties
from tessera.store.accounts import Account
from tessera.store.transactions import Transaction
from tessera.web import errors
from tessera.web.forms import read_choice, read_name, read_text
from tessera.web.page import Asked, page, redirect
from tessera.web.proving import count_attempt

ROUTES: list[Route] = []
SHOWN_AGAIN = ("code", "account", "label", "agency", "agency_label", "agency_kind")


@page(ROUTES, "/setup", needs=None, because="a new center has no account; the code proves who asks", open_to_all=True)
def form(asked: Asked) -> Response:
    """Show the form."""
    return asked.render("setup.html", problem="", values={})


@page(
    ROUTES,
    "/setup",
    method="POST",
    needs=None,
    because="a new center has no account; the code proves who asks",
    open_to_all=True,
)
def set_up(asked: Asked) -> Response:
    """Make the first administrator and the agency they belong to."""
    count_attempt(asked)
    try:
        agency, account, password = _agency(asked), _account(asked), _password(asked)
        listed = asked.center.entry_rules.listed
        with asked.center.store.writing(OPERATOR) as tx:
            wrong = _register(tx, agency)
            accounts.accept_setup(tx, asked.field("code").strip(), account, password, listed=listed)
            if wrong is not None:
                raise wrong  # told only to who has the right code; nothing is kept
    except (Conflict, Invalid, NotAllowed) as error:
        values = {name: asked.field(name)[:200] for name in SHOWN_AGAIN}
        problem = errors.explained(error)
        return asked.render("setup.html", code=errors.status_of(error), problem=problem, values=values)
    return redirect("/sign-in", said="set-up")


def _agency(asked: Asked) -> Agency:
    return Agency(
        name=read_name(asked.field("agency").strip(), name="agency"),
        label=read_text(asked.field("agency_label"), name="agency_label"),
        kind=read_choice(AgencyKind, asked.field("agency_kind"), name="agency_kind"),
    )


def _account(asked: Asked) -> Account:
    return Account(
        name=read_name(asked.field("account").strip(), name="account"),
        label=read_text(asked.field("label"), name="label"),
        agency=asked.field("agency").strip(),
        agency_label="",
        roles=(Role.ADMINISTRATOR,),
        groups=(),
        trained_until="",
        disabled=False,
    )


def _password(asked: Asked) -> str:
    if asked.field("password") != asked.field("password_again"):
        raise Invalid("the two passwords differ", advice="Type the same twice.")
    return asked.field("password")


def _register(tx: Transaction, agency: Agency) -> TesseraError | None:
    try:
        parties.register(tx, agency)
    except (Conflict, Invalid) as error:
        return error
    return None
