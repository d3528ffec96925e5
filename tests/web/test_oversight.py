"""What waits for whoever oversees: each sort for those who decide it, what is late on top."""

import re
from collections.abc import Iterator

import filing
import pytest
import regions
from filed_center import Browsers, opened

from tessera.flow import entering
from tessera.flow.center import Center
from tessera.web.pages.oversight import SORTS, Waiting, in_order

Own = tuple[Center, Browsers]
RALLY = regions.rows(f"R-1,2026-03-01 10:00,Information,{filing.RALLY},39.17,-75.54,,,")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    with opened(tmp_path_factory.mktemp("oversight") / "center") as (center, browser):
        regions.deliver(center, RALLY, source="open-feed")
        filing.submitted(center)
        entering.receive(center, filing.AUTHOR, filing.observation(values={"text": filing.RALLY}))
        yield center, browser


def labels(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page)


def test_each_sort_is_shown_to_those_who_decide_it_and_to_nobody_else(own: Own) -> None:
    privacy = labels(own[1]("pat").get("/oversight").text)
    steward = labels(own[1]("morgan").get("/oversight").text)
    assert {"Flags of protected activity", "Records to review or purge", "Purges to approve"} <= set(privacy)
    assert "Drafts of criminal intelligence" in privacy
    assert "Reports of suspicious activity" in privacy
    assert "Flags of protected activity" not in steward
    assert "Drafts of criminal intelligence" not in steward
    assert "Records to review or purge" in steward
    for account in ("avery", "sam", "harper", "quinn"):
        assert own[1](account).get("/oversight").status_code == 403


def test_it_counts_what_waits(own: Own) -> None:
    page = own[1]("pat").get("/oversight").text
    rows = dict(
        re.findall(
            r'<th scope="row"><a href="[^"]+">([^<]+)</a></th>\s*<td class="t-num" data-head="Waiting">(\d+)', page
        )
    )
    assert rows["Flags of protected activity"] == "2"
    assert rows["Drafts of criminal intelligence"] == "1"
    assert rows["Reports of suspicious activity"] == "1"


def test_what_is_late_stands_first_then_what_waits_then_the_rest() -> None:
    idle = Waiting(label="idle", href="/a", waiting=0)
    waits = Waiting(label="waits", href="/b", waiting=3)
    late = Waiting(label="late", href="/c", waiting=1, late=1)
    later = Waiting(label="later", href="/d", waiting=9, late=5)
    assert in_order([idle, waits, late, later]) == [late, later, waits, idle]


def test_each_sort_leads_to_a_page(own: Own) -> None:
    page = own[1]("pat").get("/oversight").text
    for href in re.findall(r'<th scope="row"><a href="([^"]+)"', page):
        assert own[1]("pat").get(href).status_code == 200, href


def test_every_sort_has_a_permission_that_somebody_has(own: Own) -> None:
    granted = set()
    for access in (*filing.EVERYBODY,):
        granted |= {permission for permission, _ in SORTS if own[0].policy.may(access, permission)}
    assert {permission for permission, _ in SORTS} <= granted
