"""What a page is: an address, the need that it declares, and a function that parses, calls and renders.

`page` is the only way to make one, and it asks for the need. The need is held here, before the page's own code runs; what
is behind the page is decided again, piece by piece, by `store`.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qsl, quote, unquote
from uuid import UUID

from anyio import CapacityLimiter, from_thread, to_thread
from jinja2 import Environment
from starlette.datastructures import URL
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tessera import __version__
from tessera.errors import Invalid, NotFound, TesseraError, TooMany, Unsigned
from tessera.flow.center import Center
from tessera.flow.jobs import Jobs
from tessera.ids import parse_id
from tessera.model.access import Access, Actor, Permission, Purpose
from tessera.model.marking import Marking, Regime
from tessera.store import notices as store_notices
from tessera.store import sessions as store_sessions
from tessera.store.audit import CAME, Came
from tessera.store.sessions import Session
from tessera.store.transactions import Store, day_of
from tessera.trust import credentials
from tessera.trust.account_life import Stage, is_fresh
from tessera.trust.banner import banner
from tessera.trust.intelligence import DISCLAIMER
from tessera.trust.policy import Policy
from tessera.web import errors, security, sessions
from tessera.web.errors import Explanation
from tessera.web.limits import limited
from tessera.web.multipart import Part, Parts
from tessera.web.navigation import navigate
from tessera.web.proving import proved, show_signing
from tessera.web.sessions import Cookies

LONGEST_FORM = 8 << 20
"""Bytes of a form without files."""
MOST_FIELDS = 2000
MINUTE_MS = 60_000
SEE_OTHER = 303
UNAUTHORIZED = 401
SAID = "said"
OPEN = frozenset({Stage.OPEN})
STAGE_PAGES = {
    Stage.ENROL: "/account/factors",
    Stage.FACTOR: "/sign-in/factor",
    Stage.LOCKED: "/locked",
    Stage.PASSWORD: "/account/password",
}
"""Where each stage before the open one leads on."""
VISITOR = Access(actor=Actor(account="?", agency=""), purpose=Purpose.SITUATIONAL_AWARENESS)
"""Who sends something without having signed in: no agency, no role."""
NOTICES = {
    "account-added": ("success", "The account is made. Tell its owner the password in person; it is kept nowhere."),
    "account-changed": (
        "success",
        "The account is changed. Where its roles, groups or agency changed, its owner signs in again.",
    ),
    "account-stopped": ("success", "The account is stopped. Its sessions and tokens opened their last page."),
    "acknowledged": ("success", "Noted. Who sent the notice sees your answer."),
    "agency-added": ("success", "The agency is entered. Enter its agreement before its first source."),
    "agreement-changed": ("success", "The agreement has changed. What waited for it goes on if it is in force now."),
    "agreement-entered": ("success", "The agreement is entered."),
    "approved": (
        "success",
        "It is criminal intelligence until its day. Those whom its marking allows read it from now on.",
    ),
    "checkpoint": ("success", "The audit log was signed as it stood."),
    "cleared": ("success", "It is cleared: a second trained person can go on with it."),
    "confirmed": ("success", "Thank you. Now do again what you were about to do."),
    "corrected": ("success", "The record is corrected. Whoever was shown the old version is told."),
    "duplicate": ("info", "These bytes had arrived before from this source. This is the delivery that they made then."),
    "factor-added": ("success", "The second factor is added. It is asked for whenever you sign in."),
    "factor-removed": ("success", "The second factor is removed."),
    "factors-removed": ("success", "The second factors are removed. Its owner adds new ones at the next sign-in."),
    "flag-deleted": ("success", "Its purge is proposed. Another person must approve it; until then it stays held."),
    "flag-released": ("success", "It is released. Those whom its marking allows see it again."),
    "held": ("success", "The records are sealed. Nobody reads them, and no purge takes them."),
    "hold-lifted": ("success", "The hold is lifted. What became overdue meanwhile is closed at once."),
    "holding-added": ("success", "The holding is entered."),
    "judged": ("success", "Your decision is noted. It can be taken back at any time."),
    "judged-once": ("info", "Your decision is noted. It counts once a second person has said the same."),
    "judgement-undone": ("success", "The decision is taken back. Both stay in the history."),
    "kept": ("success", "They are kept until the new day; the decision is noted with your name."),
    "linked": ("success", "The person of the issuer signs in to this account from now on."),
    "lifted": ("success", "It is given again. Whoever was told of the recall is told of this too."),
    "marked": ("success", "It is marked anew. Whoever was shown it is told."),
    "mended": ("success", "The corrected values are noted. Replay the row to make records of it."),
    "merged": ("success", "They are held to be one from now on. The decision can be taken back at any time."),
    "model-switching": ("info", "The switch has begun. The version runs once every record is compared by it."),
    "model-training": ("info", "The training has begun. The new version stands among the versions when it is done."),
    "partner-corrected": ("success", "It is corrected; the audit log has who, what and why."),
    "password-changed": ("success", "Your password is changed. Your other sessions have ended."),
    "policy-approved": ("success", "The change is in force, everywhere and at once."),
    "policy-proposed": ("success", "The change is proposed. Compute what it would do; then a second person decides."),
    "policy-rejected": ("info", "The change is rejected. Nothing is different."),
    "policy-tried": ("success", "This is what it would do now, to every account."),
    "policy-withdrawn": ("info", "The change is taken back."),
    "purge-begun": (
        "warning",
        "Nobody can read the records any more. Their bytes are not erased everywhere yet: see below.",
    ),
    "purge-done": ("success", "The records are erased from every copy. The receipt is signed."),
    "purge-proposed": ("success", "The purge is proposed. Another person, a privacy officer, must approve it."),
    "purge-rejected": ("success", "The proposal is turned down. Nothing was purged."),
    "purpose": ("success", "Your purpose has changed. What you see follows it."),
    "recalled": ("success", "It is taken back. Nobody else sees it any more; whoever was shown it is told."),
    "redress-closed": ("success", "The request is closed. What it disputed is no longer flagged."),
    "redress-decided": (
        "success",
        "The decision is noted. Send the letter below; whoever was shown the records is told.",
    ),
    "redress-linked": ("success", "The request's records have changed."),
    "redress-step": ("success", "The step is noted."),
    "registered": (
        "success",
        "The source is registered. Upload its first file, or run: tessera ingest FILE --source NAME",
    ),
    "released": ("success", "The account is open again."),
    "replayed": ("success", "The row fits now. Its records are in the store."),
    "report-drafted": ("success", "A new draft is made. Read every table before you publish it."),
    "report-published": ("success", "The report is public, and does not change any more."),
    "report-reviewed": ("success", "The review is noted."),
    "request-answered": ("success", "The request is answered."),
    "request-sent": ("success", "The owner has your request. Its answer will stand here."),
    "revoked": ("success", "The token is revoked. It opens nothing any more."),
    "rewritten": ("success", "The draft is written anew. What it replaces is erased."),
    "sample-drawn": ("success", "The sample is drawn. Examine each access, then sign it off."),
    "sample-examined": ("success", "The finding is noted."),
    "sample-signed": ("success", "It is signed off."),
    "sar-received": (
        "success",
        "The report is entered. A supervisor looks at it next, or a privacy officer where the gate holds it.",
    ),
    "sar-step": ("success", "It is signed with your name, your training and today."),
    "sent-back": ("success", "The draft is with its author again."),
    "session-ended": ("success", "The session has ended."),
    "set-up": ("success", "The first administrator is set up. Sign in; the overview says what to do next."),
    "signed-out": ("success", "You are signed out."),
    "unlinked": ("success", "The link is removed. That person of the issuer no longer signs in here."),
    "submitted": (
        "success",
        "The draft is entered. A second trained person must approve it before it is criminal intelligence.",
    ),
    "split": (
        "success",
        "They are kept apart from now on, whatever a model says. The decision can be taken back at any time.",
    ),
    "unlocked": ("info", "Welcome back. Everything is as you left it."),
    "validated": ("success", "A new period has begun; the review is noted with your name."),
    "withdrawn": ("success", "The draft is withdrawn, and its content erased."),
}
"""Sentences that an address may ask for by name, so that no address can put words into our mouth."""


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """What all pages share."""

    center: Center
    jobs: Jobs | None
    templates: Environment
    cookies: Cookies
    uploads: CapacityLimiter
    """How many uploads are read at once, so that slow ones leave room for everybody else."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request for a page: who asks, with which parameters and fields."""

    request: Request
    bench: Workbench
    session: Session | None
    secret: str
    """Of the session, or of the visitor where nobody is signed in; it guards the forms."""
    form: tuple[tuple[str, str], ...] = ()

    @property
    def center(self) -> Center:
        """The center that is asked."""
        return self.bench.center

    @property
    def access(self) -> Access:
        """Who asks, and for what purpose."""
        if self.session is None:
            msg = "a page that is open to everybody has no access"
            raise AssertionError(msg)
        return self.session.access

    @property
    def may(self) -> frozenset[Permission]:
        """Permissions of who asks: they decide what is offered, never alone what is done."""
        if self.session is None or self.session.stage is not Stage.OPEN:
            return frozenset()
        return permissions(self.center.policy, self.session.access, day_of(self.center.clock()))

    @property
    def is_fresh(self) -> bool:
        """Claim that the person proved to be there a short while ago, as privileged changes need."""
        return self.session is not None and is_fresh(self.session.confirmed_at, self.center.clock())

    def catching_up(self, kinds: Collection[str]) -> int | None:
        """Say since when all records of one of these kinds are being resolved (milliseconds); None where none are."""
        jobs = self.bench.jobs.resolving(kinds) if self.bench.jobs is not None else []
        return min((job.at for job in jobs if job.running and job.what == "run"), default=None)

    @cached_property
    def params(self) -> tuple[tuple[str, str], ...]:
        """The parameters of the address, in their order; what only chooses a notice is left out."""
        found = _pairs(self.request.url.query)
        return tuple(pair for pair in found if pair[0] != SAID)

    def param(self, name: str) -> str:
        """Give one parameter, or nothing. Twice the same is an error."""
        return _only(self.params, name)

    def field(self, name: str) -> str:
        """Give one field of the form, or nothing. Twice the same is an error."""
        return _only(self.form, name)

    def fields(self, name: str) -> list[str]:
        """Give every value of a field of the form."""
        return [value for key, value in self.form if key == name]

    def uid(self, what: str) -> UUID:
        """Give the identifier in the address. One that is none names nothing."""
        found = parse_id(self.request.path_params["uid"])
        if found is None:
            raise NotFound(f"no such {what}")
        return found

    @contextmanager
    def upload(self) -> Iterator[Iterator[Part]]:
        """Give the parts of an upload as they arrive. The first must be the token that proves the form true."""
        stream = self.request.stream()
        parts = Parts(self.request.headers.get("content-type", ""), lambda: from_thread.run(_next_chunk, stream))
        try:
            incoming = iter(parts)
            first = next(incoming, None)
            security.check_token(self.secret, [(first.field, first.text())] if first else [])
            yield incoming
        finally:
            parts.drain(self.center.settings.upload_limit_mb << 20)

    def render(self, template: str, *, code: int = 200, under: Marking | None = None, **page: Any) -> Response:  # noqa: ANN401 - what templates take
        """Write a page; `under` is the join of the markings of all that is on it."""
        text = self.bench.templates.get_template(template).render(**self._common(under or Marking()), **page)
        return HTMLResponse(text, status_code=code)

    def _common(self, marking: Marking) -> dict[str, object]:
        return {
            "center": self.center.settings.name,
            "session": self.session if self.session and self.session.stage is Stage.OPEN else None,
            "is_fresh": self.is_fresh,
            "may": self.may,
            "nav": navigate(self.request.url.path, self.may),
            "csrf": credentials.csrf_token(self.secret) if self.secret else "",
            "path": self.request.url.path,
            "here": self.here,
            "banner": banner(marking),
            "nci": DISCLAIMER if Regime.NCI in marking.regimes else "",
            "now": self.center.clock(),
            "notices": self._notices(),
            "open_notices": self._open_notices(),
            "version": __version__,
        }

    @property
    def here(self) -> str:
        """Give the address of this page, to come back to. What answers a form is found where the form stood."""
        address = self.request.url
        if self.request.method == "POST":
            address = URL(self.request.headers.get("referer", "/"))
        return security.local_path(_unsaid(quote(unquote(address.path)), address.query))

    def _open_notices(self) -> int:
        """Count the notices of recalls and corrections that wait for this person; looked up once a minute."""
        if self.session is None or Permission.NOTICE_READ not in self.may:
            return 0
        return _count_notices(self.center.store, self.session.access, self.center.clock() // MINUTE_MS)

    def _notices(self) -> tuple[tuple[str, str], ...]:
        said = self.request.query_params.get(SAID, "")
        return (NOTICES[said],) if said in NOTICES else ()


Handler: TypeAlias = Callable[[Asked], Response]


def page(
    routes: list[Route],
    path: str,
    *,
    needs: Permission | None,
    because: str = "",
    method: str = "GET",
    open_to_all: bool = False,
    uploads: bool = False,
    data: bool = False,
    fresh: bool = False,
    signs: str = "",
    stages: frozenset[Stage] = OPEN,
) -> Callable[[Handler], Handler]:
    """Make a page of a function and add it to `routes`.

    `needs` is the permission that the page takes. A page that takes none says `needs=None` and why (`because`); without
    `open_to_all` somebody must be signed in all the same. `uploads`: the handler reads the form itself, by `parts`.
    `data`: a program of ours reads the answer, so it is never sent to the sign-in page.
    `fresh`: a privileged change, for which the person must have proved to be there within 15 minutes (CJIS IA-11).
    `signs`: the form is a signature, and this sentence says of what; without a recent proof the signing page carries it.
    `stages`: how far one must have come in; whoever is elsewhere is led to the page of that stage.
    """
    if (needs is None) != bool(because) or (open_to_all and needs is not None):
        msg = f"{method} {path}: a page takes a permission, or says why it takes none"
        raise ValueError(msg)

    def wrap(handler: Handler) -> Handler:
        need = Need(
            needs=needs,
            because=because,
            open_to_all=open_to_all,
            uploads=uploads,
            data=data,
            fresh=fresh,
            signs=signs,
            stages=stages,
        )

        async def endpoint(request: Request) -> Response:
            bench: Workbench = request.app.state.workbench
            CAME.set(Came(via="page", address=request.client.host if request.client else ""))
            limiter = bench.uploads if uploads else None
            return await to_thread.run_sync(_answer, request, handler, need, limiter=limiter)

        route = Route(
            path, endpoint, methods=[method], name=f"{handler.__module__.rpartition('.')[2]}.{handler.__name__}"
        )
        endpoint.need = need  # type: ignore[attr-defined]  # the house test reads it
        routes.append(route)
        return handler

    return wrap


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a page declares at its head."""

    needs: Permission | None
    because: str
    open_to_all: bool
    uploads: bool
    data: bool
    fresh: bool = False
    signs: str = ""
    stages: frozenset[Stage] = OPEN


def ask(request: Request, *, anonymous: bool = False) -> Asked:
    """Find out who asks. `anonymous`: the page is open to all, so only the visitor's own secret counts."""
    bench: Workbench = request.app.state.workbench
    if not anonymous:
        session, secret = sessions.resume(bench.center.store, bench.cookies, request, bench.center.entry_rules)
        if session is not None:
            return Asked(request=request, bench=bench, session=session, secret=secret)
    secret = bench.cookies.read(request, sessions.VISITOR) or credentials.new_secret()
    return Asked(request=request, bench=bench, session=None, secret=secret)


def _answer(request: Request, handler: Handler, need: Need) -> Response:
    asked = ask(request, anonymous=need.open_to_all)
    try:
        if asked.session is None and not need.open_to_all:
            return _send_to_sign_in(request, data=need.data)
        if asked.session is not None and asked.session.stage not in need.stages:
            return _send_to_stage(request, asked.session.stage, data=need.data)
        asked = _admitted(asked, need)
        if need.fresh and not asked.is_fresh:
            return redirect(f"/account/confirm?next={quote(asked.here)}")  # CJIS IA-11; nothing was done
        response = _signed(asked, handler, need.signs) if need.signs else handler(asked)
    except security.Forged as error:
        response = _refuse_forged(asked, error, data=need.data)
    except TesseraError as error:
        response = _explained(asked, error, data=need.data)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody is there to read it
    if need.open_to_all and isinstance(response, HTMLResponse) and "cache-control" not in response.headers:
        # a page that caches may keep is the same for everybody, so it carries no visitor's secret
        asked.bench.cookies.give(response, sessions.VISITOR, asked.secret)
    return response


def _signed(asked: Asked, handler: Handler, what: str) -> Response:
    """Take a form as a signature; where no recent proof goes with it, ask for one, and keep what was typed."""
    before = asked.secret
    try:
        asked = proved(asked)
        response = handler(asked)
    except Unsigned as error:
        response = show_signing(asked, what, error)
    except TesseraError as error:  # here, so that the browser is given the new secret with whatever it is told
        response = _explained(asked, error)
    if asked.secret != before:
        asked.bench.cookies.give(response, sessions.SESSION, asked.secret)
    return response


def _admitted(asked: Asked, need: Need) -> Asked:
    """Hold the page's need: first that the request is no forgery, then that who asks has the permission."""
    posted = asked.request.method == "POST"
    if posted:
        security.check_origin(asked.request)
    if posted and not need.uploads:
        form = from_thread.run(_read_form, asked.request)
        security.check_token(asked.secret, form)
        asked = replace(asked, form=form)
    if need.needs is not None and need.needs not in asked.may:
        with asked.center.store.reading(asked.access) as tx:  # raises, and notes the refusal
            tx.require(need.needs)
    return asked


def _refuse_forged(asked: Asked, error: TesseraError, *, data: bool) -> Response:
    """Note and refuse a form that did not come from here; who floods us with them is told to wait, and not noted."""
    try:
        limited(asked.request, "forged", per_minute=asked.center.settings.sign_ins_per_minute)
        with asked.center.store.writing(asked.session.access if asked.session else VISITOR) as tx:
            store_sessions.note_forged(tx, asked.request.url.path)
    except TooMany as too_many:
        error = too_many
    return _explained(asked, error, data=data)


def _explained(asked: Asked, error: TesseraError, *, data: bool = False) -> Response:
    said = errors.explain(error)
    response = JSONResponse(asdict(said), said.status) if data else show_error(asked, said)
    response.headers.update(errors.headers_of(error))
    return response


def show_error(asked: Asked, said: Explanation) -> Response:
    """Render the page that explains an error. What is hidden and what does not exist give the same page."""
    if said.status == errors.NOT_FOUND:
        asked = replace(asked, request=Request({**asked.request.scope, "path": "/", "query_string": b""}))
        said = replace(said, where="")
    return asked.render("error.html", code=said.status, **asdict(said))


def redirect(path: str, *, said: str = "") -> Response:
    """Send the browser on to an address of this site, with a notice."""
    mark = "&" if "?" in path else "?"
    return RedirectResponse(f"{path}{mark}{SAID}={said}" if said else path, status_code=SEE_OTHER)


@lru_cache(maxsize=512)
def permissions(policy: Policy, access: Access, today: str) -> frozenset[Permission]:
    """List what this access may use today."""
    return frozenset(p for p in Permission if policy.may(access, p, today=today))


@lru_cache(maxsize=512)
def _count_notices(store: Store, access: Access, _minute: int) -> int:
    with store.reading(access) as tx:
        return store_notices.count_open(tx)


def _send_to_sign_in(request: Request, *, data: bool) -> Response:
    if data:
        said = Explanation(status=UNAUTHORIZED, title="Signed out", message="Your session has ended. Sign in again.")
        return JSONResponse(asdict(said), said.status)
    if request.headers.get("hx-request") == "true":
        came_from = request.headers.get("hx-current-url", "")
        path = "/" + came_from.split("://", 1)[-1].partition("/")[2]
        return Response(status_code=UNAUTHORIZED, headers={"HX-Redirect": _sign_in(security.local_path(path))})
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return redirect(_sign_in(here if request.method in {"GET", "HEAD"} else "/"))


def _send_to_stage(request: Request, stage: Stage, *, data: bool) -> Response:
    """Lead whoever has not come in far enough to the one page that leads on, and then to where they wanted to go."""
    if stage is Stage.OPEN:
        return redirect(security.local_path(request.query_params.get("next", "")))
    if data:
        said = Explanation(status=UNAUTHORIZED, title="Not open", message="Your session is locked or not yet open.")
        return JSONResponse(asdict(said), said.status)
    if request.headers.get("hx-request") == "true":
        return Response(status_code=UNAUTHORIZED, headers={"HX-Redirect": STAGE_PAGES[stage]})
    here = _unsaid(request.url.path, request.url.query)
    wanted = here if request.method in {"GET", "HEAD"} and here != "/" else ""
    return redirect(f"{STAGE_PAGES[stage]}?next={quote(wanted)}" if wanted else STAGE_PAGES[stage])


def _unsaid(path: str, query: str) -> str:
    """Write an address without the notice that it asks for."""
    kept = "&".join(part for part in query.split("&") if part and not part.startswith(f"{SAID}="))
    return f"{path}?{kept}" if kept else path


def _sign_in(path: str) -> str:
    return f"/sign-in?next={quote(path)}" if path != "/" else "/sign-in"


async def _next_chunk(stream: Any) -> bytes:  # noqa: ANN401 - an async generator of bytes
    async for chunk in stream:
        if chunk:
            return cast("bytes", chunk)
    return b""


async def _read_form(request: Request) -> tuple[tuple[str, str], ...]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Invalid("this is no form", advice="Use the form of the page.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise Invalid(f"the form holds more than {LONGEST_FORM >> 20} MiB", advice="Send less at a time.")
    try:
        return _pairs(body.decode("ascii"))
    except UnicodeDecodeError:
        raise Invalid("this is no form", advice="Use the form of the page.") from None


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Invalid("the parameters are not UTF-8 text, or too many", advice="Use the form of the page.") from None


def _only(pairs: tuple[tuple[str, str], ...], name: str) -> str:
    values = [value for key, value in pairs if key == name]
    if len(values) > 1:
        raise Invalid(f"{name!r} is given {len(values)} times", where=name, advice="Give it once.")
    return values[0] if values else ""


def as_json(value: Mapping[str, object]) -> Response:
    """Answer a program of ours."""
    return Response(json.dumps(value, separators=(",", ":"), ensure_ascii=False), media_type="application/json")
