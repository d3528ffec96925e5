"""What waits for a decision of whoever oversees: one line each, the late ones first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response
from starlette.routing import Route

from tessera.flow.center import Center
from tessera.model.access import Permission
from tessera.model.flag import FlagState
from tessera.model.purge import Overdue, PurgeState
from tessera.store import (
    flags,
    intelligence_views,
    notices,
    policies,
    purging,
    redress,
    retention,
    samples,
    suspicious_activity_views,
    transparency,
)
from tessera.store.transactions import Transaction
from tessera.trust.policy_change import PolicyState
from tessera.web.page import Asked, page

ROUTES: list[Route] = []
SOON_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One sort of decision: how many wait, how many of them are late, and where they are decided."""

    label: str
    href: str
    waiting: int
    late: int = 0
    says: tuple[str, ...] = ()


@page(ROUTES, "/oversight", needs=Permission.RETENTION_REVIEW)
def show(asked: Asked) -> Response:
    """Show what waits, as far as this person decides it."""
    with asked.center.store.reading(asked.access) as tx:
        found = [made(tx, asked.center) for permission, made in SORTS if permission in asked.may]
    return asked.render("oversight.html", sorts=in_order(found))


def in_order(found: list[Waiting]) -> list[Waiting]:
    """Put what is late first, then what waits, then the rest; alike ones stay as they are."""
    return sorted(found, key=lambda each: (not each.late, not each.waiting))


def _flags(tx: Transaction, _center: Center) -> Waiting:
    return Waiting(label="Flags of protected activity", href="/flags", waiting=flags.count(tx).get(FlagState.OPEN, 0))


def _retention(tx: Transaction, _center: Center) -> Waiting:
    groups = retention.due(tx, within_days=SOON_DAYS)
    late = sum(group.records for group in groups if group.state is Overdue.OVERDUE)
    due = sum(group.records for group in groups) - late
    says: tuple[str, ...] = (f"{due:,} records are to be reviewed within {SOON_DAYS} days.",) if due else ()
    says += (f"{late:,} records are overdue: nobody reads them, and they wait for their purge.",) if late else ()
    return Waiting(label="Records to review or purge", href="/retention", waiting=due + late, late=late, says=says)


def _purges(tx: Transaction, _center: Center) -> Waiting:
    proposed = len(purging.recent(tx, state=PurgeState.PROPOSED))
    begun = len(purging.recent(tx, state=PurgeState.BEGUN))
    says = (f"{begun} begun and not completed; run: tessera purge resume",) if begun else ()
    return Waiting(label="Purges to approve", href="/purges", waiting=proposed + begun, late=begun, says=says)


def _redress(tx: Transaction, center: Center) -> Waiting:
    found = redress.waiting(tx, center.redress_clocks)
    late = sum(request.due is not None and request.due.overdue for request in found)
    return Waiting(label="Requests for correction", href="/redress", waiting=len(found), late=late)


def _notices(tx: Transaction, center: Center) -> Waiting:
    late = len(notices.receipts(tx, days=center.settings.notice_days, overdue_only=True))
    return Waiting(label="Notices not acknowledged in time", href="/notices/sent", waiting=late, late=late)


def _intelligence(tx: Transaction, _center: Center) -> Waiting:
    soon = (date.fromisoformat(tx.today) + timedelta(days=SOON_DAYS)).isoformat()
    counts = intelligence_views.count_waiting(tx, soon=soon)
    says: tuple[str, ...] = ()
    if counts["due"]:
        says += (f"{counts['due']} to be validated within {SOON_DAYS} days.",)
    if counts["late"]:
        says += (f"{counts['late']} overdue: nobody reads what is overdue, and it waits for its purge.",)
    return Waiting(
        label="Drafts of criminal intelligence",
        href="/intelligence",
        waiting=counts["drafts"] + counts["due"] + counts["late"],
        late=counts["late"],
        says=says,
    )


def _sar(tx: Transaction, _center: Center) -> Waiting:
    counts = suspicious_activity_views.count_waiting(tx)
    says = (f"For the privacy officer: {counts['privacy']}.",) if counts["privacy"] else ()
    return Waiting(
        label="Reports of suspicious activity",
        href="/sar",
        waiting=counts["vetting"] + counts["privacy"] + counts["late"],
        late=counts["late"],
        says=says,
    )


def _samples(tx: Transaction, _center: Center) -> Waiting:
    said = tuple(samples.due(tx))
    return Waiting(
        label="Reviews of accesses and of the log", href="/samples", waiting=len(said), late=len(said), says=said
    )


def _transparency(tx: Transaction, _center: Center) -> Waiting:
    _, reports = transparency.all_reports(tx)
    said = tuple(transparency.due(reports, tx.at))
    return Waiting(label="Public reports", href="/oversight/transparency", waiting=len(said), late=len(said), says=said)


def _policy(tx: Transaction, _center: Center) -> Waiting:
    proposed = [version for version in policies.versions(tx) if version.state is PolicyState.PROPOSED]
    return Waiting(label="Changes of policy to approve", href="/policy", waiting=len(proposed))


SORTS: tuple[tuple[Permission, Callable[[Transaction, Center], Waiting]], ...] = (
    (Permission.FLAG_DECIDE, _flags),
    (Permission.INTELLIGENCE_READ, _intelligence),
    (Permission.SAR_READ, _sar),
    (Permission.RETENTION_REVIEW, _retention),
    (Permission.RETENTION_REVIEW, _purges),
    (Permission.REDRESS_DECIDE, _redress),
    (Permission.EXPOSURE_READ, _notices),
    (Permission.AUDIT_SAMPLE, _samples),
    (Permission.TRANSPARENCY_PUBLISH, _transparency),
    (Permission.POLICY_APPROVE, _policy),
)
"""Who decides what: a sort is shown to those who have its permission."""
