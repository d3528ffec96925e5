"""The page that changes how a record is to be handled."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import regions
from browsing import OWNER, POLICE_ROWS, Browser
from starlette.testclient import TestClient

from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access
from tessera.store.accounts import Account, create
from tessera.web.app import build_app

TIGHTER = {"sensitivity": "RESTRICTED", "tlp": "RED", "reason": "A witness is at risk."}
WIDER = {"sensitivity": "PUBLIC", "tlp": "CLEAR", "community": "yes", "reason": "It is in the news."}


@pytest.fixture
def center(tmp_path: Path) -> Iterator[Center]:
    made = regions.new_center(tmp_path / "center")
    with made.store.writing(OPERATOR) as tx:
        for access in (OWNER, regions.ANALYST, regions.STEWARD):
            who = access.actor
            account = Account(
                name=who.account, label=who.account.title(), agency=who.agency, agency_label="", roles=tuple(who.roles),
                groups=tuple(who.groups), trained_until=who.trained_until, disabled=False,
            )  # fmt: skip
            create(tx, account, regions.PASSWORD)
    regions.deliver(made, POLICE_ROWS, source="police-feed")
    yield made
    made.store.dialect.engine.dispose()


def enter(center: Center, access: Access) -> Browser:
    browser = Browser(TestClient(build_app(center, None), base_url="http://center.example"))
    assert browser.sign_in(access.actor.account, access.purpose.value).status_code == 303
    return browser


def path_of(browser: Browser) -> str:
    found = re.search(r'href="(/records/[0-9a-f-]{36})', browser.get("/search?q=boathouse&kind=incident").text)
    assert found
    return f"{found[1]}/marking"


def test_an_owner_marks_anew_and_the_page_keeps_the_history(center: Center) -> None:
    owner, analyst = enter(center, OWNER), enter(center, regions.ANALYST)
    path = path_of(owner)
    assert "It has the marking that it came with" in owner.get(path).text
    assert analyst.get(path).status_code == 403
    assert analyst.get(path.removesuffix("/marking")).status_code == 200
    answer = owner.post(path, TIGHTER, page=path)
    assert (answer.status_code, answer.headers["location"]) == (303, path.removesuffix("/marking") + "?said=marked")
    assert analyst.get(path.removesuffix("/marking")).status_code == 404
    page = owner.get(path).text
    assert "A witness is at risk." in page
    assert "TLP:RED" in page


def test_who_does_not_own_it_is_told_that_only_the_owner_opens_it(center: Center) -> None:
    steward = enter(center, regions.STEWARD)
    path = path_of(steward)
    answer = steward.post(path, WIDER, page=path)
    assert answer.status_code == 403
    assert "Only its owner may open it further: sheriff, not fusion-unit." in answer.text
    assert "It is in the news." in answer.text  # what was typed stays


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        ({"tlp": "PURPLE"}, 400, "One of: CLEAR"),
        ({"reason": ""}, 400, "reason"),
        ({"dissemination": "EYES ONLY"}, 400, "Unknown LDC"),
    ],
)
def test_a_marking_that_cannot_be_says_why(center: Center, wrong: dict[str, str], status: int, says: str) -> None:
    owner = enter(center, OWNER)
    path = path_of(owner)
    answer = owner.post(path, TIGHTER | wrong, page=path)
    assert answer.status_code == status
    assert says in answer.text
