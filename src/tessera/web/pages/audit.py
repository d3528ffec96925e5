"""The audit log: who did what, to what, for which purpose; checked and signed on request."""

from starlette.responses import Response
from starlette.routing import Route

from tessera.model.access import Permission
from tessera.model.marking import Marking, Sensitivity, Tlp
from tessera.store import auditing
from tessera.store.auditing import Verification
from tessera.store.events import Event
from tessera.web.forms import read_choice, read_whole_number
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
PAGE = 50
LOG = Marking(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER)
"""How the log itself is handled: it says who looked for what, in their words."""


@page(ROUTES, "/audit", needs=Permission.AUDIT_READ)
def index(asked: Asked) -> Response:
    """List entries, newest first."""
    return _show(asked)


@page(ROUTES, "/audit/verify", method="POST", needs=Permission.AUDIT_READ)
def verify(asked: Asked) -> Response:
    """Recompute the whole log and say what was found."""
    return _show(asked, verification=auditing.verify(asked.center.store, asked.center.check_checkpoint))


@page(ROUTES, "/audit/checkpoint", method="POST", needs=Permission.AUDIT_CHECKPOINT)
def sign(asked: Asked) -> Response:
    """Sign the log as it stands."""
    with asked.center.store.writing(asked.access) as tx:
        auditing.sign(tx, asked.center.sign_checkpoint)
    return redirect("/audit" if Permission.AUDIT_READ in asked.may else "/", said="checkpoint")


def _show(asked: Asked, *, verification: Verification | None = None) -> Response:
    account, subject, event = (asked.param(name).strip() for name in ("account", "subject", "event"))
    before = asked.param("before")
    with asked.center.store.reading(asked.access) as tx:
        found = auditing.entries(
            tx,
            event=read_choice(Event, event, name="event").value if event else "",
            account=account,
            subject=subject,
            before=read_whole_number(before, name="before") if before else None,
            limit=PAGE + 1,
        )
        newest = auditing.entries(tx, limit=1)
        checkpoint = auditing.latest_checkpoint(tx)
    entries = found[:PAGE]
    return asked.render(
        "audit.html",
        under=LOG,
        entries=entries,
        params=asked.params,
        account=account,
        event=event,
        subject=subject,
        events=list(Event),
        size=newest[0].index + 1 if newest else 0,
        checkpoint=checkpoint,
        verification=verification,
        next_before=str(entries[-1].index) if len(found) > PAGE else "",
    )
