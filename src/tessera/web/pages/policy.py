"""The policy: what it says, in sentences; who proposed and decided what; and what a change would do to whom."""

from collections.abc import Mapping
from itertools import groupby

from starlette.responses import Response
from starlette.routing import Route

from tessera.errors import Conflict, Invalid, NotFound
from tessera.flow.policy_trial import try_proposal
from tessera.model.access import Permission
from tessera.store import policies
from tessera.trust import policy_change
from tessera.trust.banner import handling
from tessera.trust.cedar import Clause
from tessera.trust.policy import Policy
from tessera.web import errors
from tessera.web.forms import read_whole_number
from tessera.web.page import Asked, page, redirect

ROUTES: list[Route] = []
LONGEST_REASON = 2000
MOST_NUMBERS = 1_000_000
HEADINGS = {
    "reading.cedar": "Which records may be read",
    "regimes.cedar": "What bodies of law add",
    "dissemination.cedar": "Dissemination controls of the designating agency",
    "lifecycle.cedar": "What time, holds and agreements close",
    "fields.cedar": "Which fields may be seen",
    "pointers.cedar": "Who may learn whom to ask",
    "permissions.cedar": "Which doors each role may use",
}
NEW_FILE = "site.cedar"
EXAMPLE = """@id("tips-need-a-case")
@reads("Tips may be read only by those who state a case, request or event.")
@shows("holdings, need_to_know")
forbid (principal is User, action == Action::"read", resource)
when { resource.holdings.contains("tips") && principal.need_to_know == "" };
"""


@page(ROUTES, "/policy", needs=Permission.POLICY_READ)
def index(asked: Asked) -> Response:
    """Show the policy in force as text to read, with its versions."""
    with asked.center.store.reading(asked.access) as tx:
        found = policies.versions(tx)
    return asked.render(
        "policy.html",
        chapters=_chapters(asked.center.policy),
        count=len(asked.center.policy.clauses),
        in_force=next((each for each in found if each.state is policy_change.PolicyState.APPROVED), None),
        versions=found,
        waiting=[each for each in found if each.state is policy_change.PolicyState.PROPOSED],
    )


@page(ROUTES, "/policy/propose", needs=Permission.POLICY_PROPOSE)
def form(asked: Asked) -> Response:
    """Show the form that proposes a change of one of the site's files."""
    name = asked.param("file") or NEW_FILE
    return _form(asked, name=name, text=asked.center.policy.site.get(name, EXAMPLE if name == NEW_FILE else ""))


@page(ROUTES, "/policy/propose", method="POST", needs=Permission.POLICY_PROPOSE)
def propose(asked: Asked) -> Response:
    """Check what is proposed, and keep it; or say in which line it is wrong."""
    name, text = asked.field("file").strip(), asked.field("text").replace("\r\n", "\n")
    try:
        with asked.center.store.writing(asked.access) as tx:
            number = policies.propose(tx, {name: text}, _reason(asked))
    except (Conflict, Invalid) as error:
        problem, code = errors.explained(error), errors.status_of(error)
        return _form(asked, name=name, text=text, reason=asked.field("reason"), problem=problem, code=code)
    return redirect(f"/policy/{number}", said="policy-proposed")


@page(ROUTES, "/policy/{number}", needs=Permission.POLICY_READ)
def show(asked: Asked) -> Response:
    """Show one version: what it changes, what that would do, and who decides."""
    return _version(asked)


@page(ROUTES, "/policy/{number}/try", method="POST", needs=Permission.POLICY_PROPOSE)
def try_out(asked: Asked) -> Response:
    """Compute what a proposal would do, and keep it with the proposal."""
    number = _number(asked)
    try_proposal(asked.center.store, asked.access, number)
    return redirect(f"/policy/{number}", said="policy-tried")


@page(
    ROUTES,
    "/policy/{number}/approve",
    method="POST",
    needs=Permission.POLICY_APPROVE,
    signs="You put this change of the policy in force, everywhere and at once.",
)
def approve(asked: Asked) -> Response:
    """Put a proposal of somebody else in force."""
    return _decide(asked, "policy-approved")


@page(ROUTES, "/policy/{number}/reject", method="POST", needs=Permission.POLICY_APPROVE)
def reject(asked: Asked) -> Response:
    """Turn down a proposal of somebody else."""
    return _decide(asked, "policy-rejected")


@page(ROUTES, "/policy/{number}/withdraw", method="POST", needs=Permission.POLICY_PROPOSE)
def withdraw(asked: Asked) -> Response:
    """Take one's own proposal back."""
    return _decide(asked, "policy-withdrawn")


_DECISIONS = {
    "policy-approved": policies.approve,
    "policy-rejected": policies.reject,
    "policy-withdrawn": policies.withdraw,
}


def _decide(asked: Asked, said: str) -> Response:
    number = _number(asked)
    try:
        with asked.center.store.writing(asked.access) as tx:
            _DECISIONS[said](tx, number, _reason(asked))
    except (Conflict, Invalid) as error:
        return _version(asked, problem=errors.explained(error), code=errors.status_of(error))
    return redirect(f"/policy/{number}", said=said)


def _version(asked: Asked, *, problem: str = "", code: int = 200) -> Response:
    number = _number(asked)
    with asked.center.store.reading(asked.access) as tx:
        found = policies.version(tx, number)
        base = policies.version(tx, found.base) if found.base else None
        markings = policies.markings_of(tx, found.tried) if found.tried else {}
        in_force = asked.center.store.policy_number
    own = found.proposed_by == asked.access.actor.account
    return asked.render(
        "policy_version.html",
        code=code,
        version=found,
        before=base.texts if base else {},
        changes=_changes(base.texts if base else {}, found),
        tried=found.tried,
        stale=found.tried is not None and found.tried.base != in_force,
        lines={key: handling(marking) or "PUBLIC · TLP:CLEAR" for key, marking in markings.items()},
        fewest=policy_change.FEWEST_DECIDERS,
        own=own,
        reason=asked.field("reason"),
        problem=problem,
    )


def _changes(before: Mapping[str, str], found: policies.PolicyVersion) -> list[tuple[str, str, str]]:
    """Name each file that differs, with its text before and after."""
    names = sorted(found.changes) or sorted({*before, *found.texts})
    after = {**found.texts, **{name: text for name, text in found.changes.items() if text.strip()}}
    return [
        (name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def _form(asked: Asked, *, name: str, text: str, reason: str = "", problem: str = "", code: int = 200) -> Response:
    with asked.center.store.reading(asked.access) as tx:
        newest = next((v for v in policies.versions(tx) if v.state is policy_change.PolicyState.APPROVED), None)
    return asked.render(
        "policy_propose.html",
        code=code,
        name=name,
        text=text,
        reason=reason,
        problem=problem,
        files=sorted(asked.center.policy.site),
        folder=newest.folder if newest else (),
    )


def _chapters(policy: Policy) -> list[tuple[str, str, list[Clause]]]:
    """Group the rules by file: the shipped ones in the order in which they are best read, then the site's own."""
    order = {name: place for place, name in enumerate(HEADINGS)}
    rules = sorted(
        policy.clauses.values(), key=lambda c: (c.file in policy.site, order.get(c.file, 99), c.file, _line(c))
    )
    return [
        (name, HEADINGS.get(name, _heading(name, site=name in policy.site)), list(some))
        for name, some in groupby(rules, key=lambda clause: clause.file)
    ]


def _heading(name: str, *, site: bool) -> str:
    plain = name.removesuffix(".cedar").replace("-", " ").replace("_", " ")
    return f"Added by this center: {plain}" if site else plain.capitalize()


def _line(clause: Clause) -> int:
    return int(clause.where.rpartition(":")[2])


def _number(asked: Asked) -> int:
    try:
        return read_whole_number(asked.request.path_params["number"], name="number", most=MOST_NUMBERS)
    except Invalid:
        raise NotFound("there is no such policy version") from None


def _reason(asked: Asked) -> str:
    reason = asked.field("reason").strip()
    if not reason:
        raise Invalid("a reason is needed", where="reason", advice="Say why, in a sentence.")
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            f"the reason is longer than {LONGEST_REASON} characters", where="reason", advice="Say it shorter."
        )
    return reason
