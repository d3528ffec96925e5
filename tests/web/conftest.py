"""A small center behind its pages, and browsers that are signed in to it."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pytest
import regions
from browsing import HEALTH_ROWS, OPEN_ROWS, POLICE_ROWS, READERS, Browser
from starlette.testclient import TestClient
from town import Town

from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access
from tessera.model.record import SearchQuery
from tessera.store import records
from tessera.store.accounts import Account, create
from tessera.trust.account_life import LOCK_AFTER
from tessera.web.app import build_app


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    """A center with deliveries of three markings, which no test changes except by adding to it."""
    center = regions.new_center(tmp_path_factory.mktemp("site") / "center")
    with center.store.writing(OPERATOR) as tx:
        for access in READERS.values():
            who = access.actor
            account = Account(
                name=who.account, label=who.account.title(), agency=who.agency, agency_label="",
                roles=tuple(who.roles), groups=tuple(who.groups), trained_until=who.trained_until, disabled=False,
            )  # fmt: skip
            create(tx, account, regions.PASSWORD)
    for source, content in (("open-feed", OPEN_ROWS), ("police-feed", POLICE_ROWS), ("health-feed", HEALTH_ROWS)):
        regions.deliver(center, content, source=source, filename=f"{source}.csv")
    yield center
    center.store.dialect.engine.dispose()


@pytest.fixture(scope="session")
def quiet_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A center in which several agencies know the same people; no test changes it."""
    made = Town.built(tmp_path_factory.mktemp("town"))
    yield made
    made.close()


@pytest.fixture
def town(quiet_town: Town, tmp_path: Path) -> Iterator[Town]:
    """The same, for a test that judges."""
    made = quiet_town.copied(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def stranger(site: Center) -> Callable[[], Browser]:
    """Browsers that nobody has signed in with."""
    app = build_app(site, None)
    return lambda: Browser(TestClient(app, base_url="http://center.example", raise_server_exceptions=False))


@pytest.fixture(scope="session")
def browser(stranger: Callable[[], Browser]) -> Callable[[str], Browser]:
    """Browsers signed in as one of READERS. Whose session could have locked meanwhile signs in anew."""
    known: dict[str, tuple[Browser, float]] = {}

    def signed_in(reader: str) -> Browser:
        person, until = known.get(reader, (None, 0.0))
        if person is None or time.monotonic() > until:
            person, access = stranger(), READERS[reader]
            assert person.sign_in(access.actor.account, access.purpose.value).status_code == 303
        known[reader] = person, time.monotonic() + LOCK_AFTER / 1000 / 2
        return person

    return signed_in


@pytest.fixture(scope="session")
def find(site: Center) -> Callable[[Access, str], list[str]]:
    """The identifiers of the records that this access finds from a source, by kind `incident`."""

    def found(access: Access, source: str) -> list[str]:
        with site.store.reading(access) as tx:
            page = records.search(tx, SearchQuery(sources=(source,), kinds=("incident",)))
        return [str(hit.uid) for hit in page.hits]

    return found
