"""In and out: the notice of use, the purpose that everybody states, and the end of a session."""

import json
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tessera.errors import Invalid, NotAllowed
from tessera.flow.center import Center
from tessera.flow.region import ACCOUNTS_FILE
from tessera.model.access import Purpose
from tessera.store import sessions as stored
from tessera.web import errors, sessions
from tessera.web.coming_in import ANY_STAGE, onward
from tessera.web.forms import read_choice, read_text
from tessera.web.page import Asked, page, redirect
from tessera.web.proving import count_attempt
from tessera.web.security import local_path

ROUTES: list[Route] = []
UNWELL = 503
NOTICE = (
    # what CJIS AC-8 asks a notice to say: whose system, watched, misuse punished, use is consent
    "This system belongs to the center named above and is for authorised work only.",
    "All that you do here is watched and recorded, with the purpose that you state; it may be audited at any time.",
    "Use without authority, or for another purpose than the stated one, is forbidden and may be punished.",
    "By going on you agree to this.",
)
LONGEST_NEED = 200
OF_ONE_VIEW = frozenset({"after", "before", "cursor"})
"""Marks of a page in a list, which mean nothing once another purpose shows another list."""


@page(
    ROUTES,
    "/healthz",
    needs=None,
    because="a process monitor has no account; it learns only that we live",
    open_to_all=True,
)
def healthz(asked: Asked) -> Response:
    """Say that the server answers, and that the audit log can be written; otherwise only that it is not well."""
    if asked.center.store.alarms.standing:
        return PlainTextResponse("alarm\n", UNWELL)
    return PlainTextResponse("ok\n")


@page(ROUTES, "/sign-in", needs=None, because="whoever signs in is not signed in yet", open_to_all=True)
def form(asked: Asked) -> Response:
    """Show the form; who is signed in already goes on."""
    go_on = local_path(asked.param("next"))
    session, _ = sessions.resume(asked.center.store, asked.bench.cookies, asked.request, asked.center.entry_rules)
    return redirect(go_on) if session else show(asked, next_path=go_on)


@page(ROUTES, "/sign-in", method="POST", needs=None, because="whoever signs in is not signed in yet", open_to_all=True)
def sign_in(asked: Asked) -> Response:
    """Check account, password and purpose, and begin a session with a secret of its own."""
    go_on = local_path(asked.field("next"))
    count_attempt(asked, asked.field("account").strip()[:LONGEST_NEED])
    try:
        secret = _begin(asked)
    except (Invalid, NotAllowed) as error:
        return show(asked, next_path=go_on, problem=errors.explained(error), status=errors.status_of(error))
    end_older(asked)
    response = onward(asked, secret, go_on)
    asked.bench.cookies.take_back(response, sessions.VISITOR)
    return response


def _begin(asked: Asked) -> str:
    purpose, need = stated(asked)
    name, rules = asked.field("account").strip(), asked.center.entry_rules
    return stored.sign_in(asked.center.store, name, asked.field("password"), purpose, need, rules=rules)


def stated(asked: Asked) -> tuple[Purpose, str]:
    """Read the purpose of somebody who comes in, once the notice of use is agreed to (CJIS AC-8)."""
    if asked.field("acknowledge") != "yes":
        raise Invalid("the notice of use is not agreed to", advice="Read it and tick the box.")
    return _stated(asked)


def _stated(asked: Asked) -> tuple[Purpose, str]:
    """Read the purpose, and the need to know where one is given."""
    if not asked.field("purpose"):
        raise Invalid("no purpose is stated", advice="Choose why you use the data.")
    purpose = read_choice(Purpose, asked.field("purpose"), name="purpose")
    return purpose, read_text(asked.field("need_to_know"), name="need_to_know", most=LONGEST_NEED, needed=False)


def end_older(asked: Asked) -> None:
    """End the session that this browser had before: a new secret, and only that, opens the center."""
    session, secret = sessions.resume(asked.center.store, asked.bench.cookies, asked.request, asked.center.entry_rules)
    if session is not None:
        with asked.center.store.writing(session.access) as tx:
            stored.sign_out(tx, secret)


def show(asked: Asked, *, next_path: str, problem: str = "", status: int = 200) -> Response:
    """Show the form, with what was wrong."""
    return asked.render(
        "sign_in.html",
        code=status,
        account=asked.field("account")[:100],
        purpose=asked.field("purpose"),
        problem=problem,
        next=next_path,
        notice=NOTICE,
        demo=demo_accounts(asked.center),
        factor_required=asked.center.entry_rules.factor_required,
        issuer=asked.center.settings.oidc_label if asked.center.settings.oidc_issuer else "",
    )


def demo_accounts(center: Center) -> tuple[tuple[str, str, str], ...]:
    """Read the accounts that the demo's loader has left, if this center is a demonstration."""
    file = center.settings.center / ACCOUNTS_FILE
    if not file.exists():
        return ()
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return tuple((str(name), str(secret), str(what)) for name, secret, what in rows)
    except (OSError, ValueError, TypeError):
        return ()


@page(ROUTES, "/purpose", method="POST", needs=None, because="everybody who is signed in states a purpose")
def change_purpose(asked: Asked) -> Response:
    """State another purpose, and see the same page under it."""
    purpose, need = _stated(asked)
    with asked.center.store.writing(asked.access) as tx:
        stored.change_purpose(tx, asked.secret, purpose, need)
    return redirect(_same_view(local_path(asked.field("next"))), said="purpose")


def _same_view(path: str) -> str:
    parts = urlsplit(path)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in OF_ONE_VIEW]
    return f"{parts.path}?{urlencode(kept)}" if kept else parts.path


@page(
    ROUTES, "/sign-out", method="POST", needs=None, because="everybody who is signed in may leave", stages=ANY_STAGE
)  # fmt: skip
def sign_out(asked: Asked) -> Response:
    """End the session."""
    with asked.center.store.writing(asked.access) as tx:
        stored.sign_out(tx, asked.secret)
    response = redirect("/sign-in", said="signed-out")
    asked.bench.cookies.take_back(response, sessions.SESSION)
    return response
