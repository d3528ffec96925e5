"""Transparency reports, for everybody: no token is asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field

from tessera.api.needs import Anyone, Door
from tessera.clock import to_datetime
from tessera.flow.center import Center
from tessera.model.transparency import Report
from tessera.store import transparency
from tessera.trust.disclosing import document_of

KEPT_BY_CACHES = "public, max-age=300"


class PublishedReport(BaseModel):
    """One report and the period that it tells of."""

    id: UUID
    since: datetime
    until: datetime
    published: datetime
    taken_down: bool = Field(
        description="True where a later review took it out of public; its tables are not given then."
    )


class Transparency(BaseModel):
    """Every report there was, newest first, and the newest whole."""

    reports: list[PublishedReport]
    newest: dict[str, Any] | None = Field(
        description="The newest report that is public: its period and its tables, each with its definition and query. A count "
        "that is withheld is null. Null where nothing is public."
    )


def door_of(center: Center) -> Door:
    """Make the routes that need no access, for one center."""
    door = Door("Transparency")

    @door.get("/transparency", need=Anyone.EVERYBODY, answers=Transparency)
    def published(response: Response) -> Transparency:
        """Read what the center publishes about itself."""
        response.headers["Cache-Control"] = KEPT_BY_CACHES
        reports = transparency.published(center.store)
        newest = next((report for report in reports if not report.taken_down), None)
        return Transparency(
            reports=[_report(report) for report in reports], newest=document_of(newest) if newest else None
        )

    return door


def _report(report: Report) -> PublishedReport:
    return PublishedReport(
        id=report.uid,
        since=to_datetime(report.since),
        until=to_datetime(report.until),
        published=to_datetime(report.published_at or 0),
        taken_down=report.taken_down,
    )
