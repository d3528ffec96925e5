"""A center that asks for a second factor, with a clock that tests move, and people who come in step by step."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyotp
import regions
from authenticator import SoftKey
from browsing import Browser
from httpx2 import Response
from starlette.testclient import TestClient

from tessera.api import build_router
from tessera.clock import system_clock
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Role
from tessera.store import accounts, auditing
from tessera.store.accounts import Account
from tessera.store.events import Event
from tessera.web.app import build_app

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
ADMINISTRATOR = "ada"
FACTORS = "/account/factors"
OPTIONS = "/account/passkey/options"


@dataclass
class Watch:
    """A clock that goes only when it is told to."""

    now: int = field(default_factory=system_clock)

    def __call__(self) -> int:
        return self.now

    def forward(self, millis: int) -> None:
        self.now += millis


@dataclass
class House:
    """The center, its clock, and windows on it."""

    center: Center
    watch: Watch

    def window(self) -> Browser:
        app = build_app(self.center, None, api=build_router(self.center, None))
        return Browser(TestClient(app, base_url="http://center.example", raise_server_exceptions=False), signs=False)

    def person(self, name: str, *roles: Role, first: bool = False, email: str = "") -> "Person":
        """Make an account, unless there is one, and a person at a browser for it."""
        given = roles or (Role.ANALYST,)
        account = Account(
            name=name, label=name.title(), agency="fusion-unit", agency_label="", roles=given, groups=(),
            trained_until="2099-12-31", disabled=False, email=email,
        )  # fmt: skip
        with self.center.store.writing(OPERATOR) as tx:
            if name not in {one.name for one in accounts.everyone(tx)}:
                accounts.create(tx, account, regions.PASSWORD, first=first)
        return Person(name=name, house=self, browser=self.window())

    def events(self, event: Event) -> list[str]:
        with self.center.store.reading(regions.AUDITOR) as tx:
            return [entry.subject for entry in auditing.entries(tx, event=event, limit=200)]

    def names(self) -> list[str]:
        with self.center.store.reading(OPERATOR) as tx:
            return [one.name for one in accounts.everyone(tx)]

    def on_record(self, name: str) -> Account:
        with self.center.store.reading(OPERATOR) as tx:
            return next(one for one in accounts.everyone(tx) if one.name == name)


@dataclass
class Person:
    """Somebody at a browser."""

    name: str
    house: House
    browser: Browser
    seed: str = ""
    key: SoftKey = field(default_factory=SoftKey)

    def sign_in(self, **fields: str) -> Response:
        return self.browser.sign_in(self.name, "oversight", **fields)

    def get(self, path: str) -> Response:
        return self.browser.get(path)

    def post(self, path: str, fields: Mapping[str, object] | None = None, *, page: str = "/") -> Response:
        return self.browser.post(path, fields or {}, page=page)

    @property
    def secret(self) -> str:
        return str(self.browser.client.cookies["tessera-session"])

    @property
    def code(self) -> str:
        return pyotp.TOTP(self.seed).at(self.house.watch.now // 1000)

    def add_app(self) -> Response:
        page = self.get(f"{FACTORS}/app").text
        self.seed = re.findall(r'<code class="t-key">([A-Z2-7 ]+)</code>', page)[0].replace(" ", "")
        return self.post(f"{FACTORS}/app", {"code": self.code, "label": "telephone"}, page=f"{FACTORS}/app")

    def options(self, path: str = OPTIONS, *, page: str = "/") -> dict[str, Any]:
        answer = self.post(path, page=page)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def add_passkey(self) -> Response:
        made = self.key.make(self.options(f"{FACTORS}/passkey/options", page=FACTORS))
        return self.post(f"{FACTORS}/passkey", {"credential": made, "label": "blue key"}, page=FACTORS)

    def come_in(self) -> None:
        """Sign in, and show or enrol the app, until the center is open."""
        assert self.sign_in().status_code == 303
        where = self.get("/").headers.get("location", "")
        if where == FACTORS:
            assert self.add_app().status_code == 200
        elif where == "/sign-in/factor":
            self.house.watch.forward(MINUTE)
            assert self.post("/sign-in/factor", {"code": self.code}).status_code == 303
        assert self.get("/").status_code == 200


@contextmanager
def open_house(folder: Path, *, required: bool = True, **settings: Any) -> Iterator[House]:  # noqa: ANN401 - values of settings
    watch = Watch()
    center = regions.new_center(folder / "center", clock=watch)
    regions.add_accounts(center)
    changed = replace(center.settings, second_factor="required" if required else "offered", **settings)
    yield House(center=replace(center, settings=changed), watch=watch)
    center.store.dialect.engine.dispose()
