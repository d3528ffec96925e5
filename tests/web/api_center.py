"""A small center behind the API, with tokens for several people."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import regions
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tessera.api import build_router
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Permission, Purpose, Role
from tessera.store import accounts, tokens

Value: TypeAlias = Any
"""A parameter, or an answer of the test client."""
EVERYTHING = tuple(Permission)
PEOPLE = {
    "analyst": regions.ANALYST,
    "deputy": regions.DEPUTY,
    "epidemiologist": regions.EPIDEMIOLOGIST,
    "steward": regions.STEWARD,
    "officer": Access(
        actor=regions.actor("olive", "fusion-unit", Role.PRIVACY_OFFICER, Role.DATA_SCIENTIST),
        purpose=Purpose.OVERSIGHT,
    ),
}
OPEN_ROWS = regions.rows(
    "1,2026-03-01 10:00,theft,A bike was stolen,39.15,-75.52,,,30",
    "2,2026-03-02 11:00,burglary,=cmd| was written on the door,39.16,-75.53,,,30",
    "3,2026-03-03 12:00,theft,A car was stolen,38.77,-75.13,,,30",
    "4,the day before,theft,Time is not known,38.77,-75.13,,,30",
)
POLICE_ROWS = regions.rows(
    "7,2026-03-04 10:00,assault,A quarrel in a bar,39.15,-75.52,,,30",
    "8,2026-03-05 10:00,assault,A quarrel at school,39.15,-75.52,,,15",
)
HEALTH_ROWS = regions.rows("9,2026-03-06 10:00,overdose,Found on a bench,39.74,-75.55,,,30")


@dataclass(frozen=True)
class Door:
    """The API of a center, and a way to ask it as somebody."""

    center: Center
    client: TestClient
    secrets: dict[str, str]

    def header(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secrets[who]}"}

    def get(self, path: str, who: str = "analyst", **params: Value) -> Value:
        return self.client.get(f"/api/v1{path}", params=params, headers=self.header(who))

    def post(self, path: str, who: str = "analyst", **more: Value) -> Value:
        headers = self.header(who) | more.pop("headers", {})
        return self.client.post(f"/api/v1{path}", headers=headers, **more)

    def delete(self, path: str, who: str = "analyst") -> Value:
        return self.client.delete(f"/api/v1{path}", headers=self.header(who))

    def token(self, access: Access, *scopes: Permission) -> dict[str, str]:
        """A header with a token of this person that has only these scopes."""
        return {"Authorization": f"Bearer {make_token(self.center, access, *scopes)}"}

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """What the audit log holds, oldest first."""
        with self.center.store.dialect.engine.connect() as connection:
            rows = connection.exec_driver_sql('SELECT event, details FROM audit_entry ORDER BY "index"').all()
        return [(row[0], json.loads(row[1])) for row in rows]


def make_token(center: Center, access: Access, *scopes: Permission) -> str:
    with center.store.writing(access) as tx:
        return tokens.create_token(tx, "test", scopes, days=30, purpose=access.purpose)[1]


def _add_officer(center: Center) -> None:
    who = PEOPLE["officer"].actor
    account = accounts.Account(
        name=who.account,
        label="Olive",
        agency=who.agency,
        agency_label="",
        roles=tuple(who.roles),
        groups=(),
        trained_until=who.trained_until,
        disabled=False,
    )
    with center.store.writing(OPERATOR) as tx:
        accounts.create(tx, account, regions.PASSWORD)


@contextmanager
def open_door(folder: Path, *, filled: bool = True) -> Iterator[Door]:
    center = regions.new_center(folder)
    regions.add_accounts(center)
    _add_officer(center)
    if filled:
        regions.deliver(center, OPEN_ROWS, source="open-feed", filename="open.csv")
        regions.deliver(center, POLICE_ROWS, source="police-feed", filename="police.csv")
        regions.deliver(center, HEALTH_ROWS, source="health-feed", filename="health.csv")
    app = FastAPI(openapi_url=None)
    app.include_router(build_router(center, None))
    secrets = {name: make_token(center, access, *EVERYTHING) for name, access in PEOPLE.items()}
    with TestClient(app) as client:
        yield Door(center=center, client=client, secrets=secrets)
    center.store.dialect.engine.dispose()
