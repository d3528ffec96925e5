"""The audit log: who did what, to what, for which purpose; checked, signed and watched by witnesses."""

from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from tessera.flow import log_keeping
from tessera.model.access import Permission
from tessera.model.marking import Marking, Sensitivity, Tlp
from tessera.store import auditing, proofs, witnesses
from tessera.store.auditing import Verification
from tessera.store.events import Event
from tessera.trust.proof import write_proof
from tessera.web.forms import read_choice, read_instant, read_whole_number
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
PAGE = 50
SHORT = 10
LOG = Marking(sensitivity=Sensitivity.SENSITIVE, tlp=Tlp.AMBER)
"""How the log itself is handled: it says who looked for what, in their words."""


@page(ROUTES, "/audit", needs=Permission.AUDIT_READ)
def index(asked: Asked) -> Response:
    """List entries, newest first."""
    return _show(asked)


@page(ROUTES, "/audit/verify", method="POST", needs=Permission.AUDIT_READ)
def verify(asked: Asked) -> Response:
    """Recompute the whole log, note the result, and say what was found."""
    return _show(asked, verification=log_keeping.verify(asked.center, asked.access))


@page(ROUTES, "/audit/checkpoint", method="POST", needs=Permission.AUDIT_CHECKPOINT)
def sign(asked: Asked) -> Response:
    """Sign the log as it stands."""
    with asked.center.store.writing(asked.access) as tx:
        auditing.sign(tx, asked.center.sign_checkpoint)
    return redirect("/audit" if Permission.AUDIT_READ in asked.may else "/", said="checkpoint")


@page(ROUTES, "/audit/verify_log.py", needs=None, because="the program is the same for everybody and holds no data")
def program(asked: Asked) -> Response:
    """Hand out the program with which others check what this center signed."""
    return FileResponse(asked.center.verifier_program, media_type="text/x-python", filename="verify_log.py")


@page(ROUTES, "/audit/proof/{index:int}", needs=Permission.AUDIT_READ)
def proof(asked: Asked) -> Response:
    """Hand out the proof that an entry is in the signed log."""
    number = asked.request.path_params["index"]
    with asked.center.store.reading(asked.access) as tx:
        found = proofs.inclusion(tx, number)
    name = f"entry-{number}.tlog-proof"
    return PlainTextResponse(write_proof(found), headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _show(asked: Asked, *, verification: Verification | None = None) -> Response:
    account, subject, event = (asked.param(name).strip() for name in ("account", "subject", "event"))
    since, until, before = (asked.param(name).strip() for name in ("since", "until", "before"))
    required = asked.center.settings.witnesses_required
    with asked.center.store.reading(asked.access) as tx:
        found = auditing.entries(
            tx,
            event=read_choice(Event, event, name="event").value if event else "",
            account=account,
            subject=subject,
            since=read_instant(since, name="since") if since else None,
            until=read_instant(until, name="until", end=True) if until else None,
            before=read_whole_number(before, name="before") if before else None,
            limit=PAGE + 1,
        )
        newest = auditing.entries(tx, limit=1)
        checkpoint = auditing.latest_checkpoint(tx)
        short = witnesses.short_of(tx, required, limit=SHORT) if required else []
        watched = witnesses.listed(tx)
    entries = found[:PAGE]
    return asked.render(
        "audit.html",
        under=LOG,
        entries=entries,
        params=asked.params,
        account=account,
        event=event,
        subject=subject,
        since=since,
        until=until,
        events=list(Event),
        size=newest[0].index + 1 if newest else 0,
        checkpoint=checkpoint,
        verifier_key=asked.center.verifier_key,
        required=required,
        short=short,
        witnesses=watched,
        alarms=asked.center.store.alarms.standing,
        verification=verification,
        next_before=str(entries[-1].index) if len(found) > PAGE else "",
    )
