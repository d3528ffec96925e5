"""A center with holdings of each sort behind its pages, and a browser for each of those who work with them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import filing
import regions
from browsing import Browser
from starlette.testclient import TestClient

from tessera.flow.center import OPERATOR, Center
from tessera.store.accounts import Account, create
from tessera.web.app import build_app

Browsers = Callable[[str], Browser]


@contextmanager
def opened(folder: Path) -> Iterator[tuple[Center, Browsers]]:
    """Make it; each browser signs in once, for the purpose and need that its person works for."""
    center = regions.new_center(folder)
    filing.register(center)
    people = {access.actor.account: access for access in (*filing.EVERYBODY, filing.OTHER_OFFICER)}
    with center.store.writing(OPERATOR) as tx:
        for access in people.values():
            who = access.actor
            account = Account(
                name=who.account, label=who.account.title(), agency=who.agency, agency_label="",
                roles=tuple(who.roles), groups=tuple(who.groups), trained_until=who.trained_until, disabled=False,
            )  # fmt: skip
            create(tx, account, regions.PASSWORD)
    app = build_app(center, None)
    known: dict[str, Browser] = {}

    def browser(account: str) -> Browser:
        if account not in known:
            known[account] = Browser(TestClient(app, base_url="http://center.example", raise_server_exceptions=False))
            purpose = people[account].purpose.value
            assert known[account].sign_in(account, purpose, need_to_know="case 7").status_code == 303
        return known[account]

    yield center, browser
    center.store.dialect.engine.dispose()
