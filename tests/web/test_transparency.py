"""Everybody reads what the center publishes; a privacy officer reviews it first; samples are examined on their pages."""

import json
import re
from collections.abc import Callable

import pytest
import regions
from browsing import PRIVACY, Browser
from sqlalchemy import select
from starlette.testclient import TestClient

from tessera import api
from tessera.flow.center import Center
from tessera.model.transparency import Report
from tessera.store import tables, transparency
from tessera.web.app import build_app

Browsers = Callable[[str], Browser]
Strangers = Callable[[], Browser]
OFFICE = "/oversight/transparency"


@pytest.fixture(scope="module")
def published(site: Center) -> Report:
    with site.store.writing(PRIVACY) as tx:
        made = transparency.draft(tx, clocks=site.redress_clocks)
        transparency.publish(tx, made.uid, note="All of it was read.")
    return transparency.published(site.store)[0]


@pytest.mark.parametrize(
    "path",
    ["/transparency", "/transparency/{uid}", "/transparency/{uid}/report.json", "/transparency/{uid}/report.csv"],
)
def test_what_is_public_can_be_kept_by_caches_and_sets_no_cookie(
    path: str, stranger: Strangers, published: Report
) -> None:
    answer = stranger().get(path.format(uid=published.uid))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "set-cookie" not in answer.headers
    assert 'name="csrf"' not in answer.text


def test_a_public_page_is_the_same_for_everybody(stranger: Strangers, browser: Browsers, published: Report) -> None:
    path = f"/transparency/{published.uid}"
    assert stranger().get(path).text == browser("privacy").get(path).text == browser("administrator").get(path).text


def test_small_numbers_are_withheld_on_the_page_in_json_and_in_csv_alike(
    stranger: Strangers, published: Report
) -> None:
    base = f"/transparency/{published.uid}"
    page, plain = stranger().get(base).text, stranger().get(f"{base}/report.csv").text
    document = json.loads(stranger().get(f"{base}/report.json").text)
    people = [table for table in document["tables"] if table["about_people"]]
    counts = [count for table in people for row in table["rows"] for count in row["counts"]]
    assert None in counts
    assert not [count for count in counts if count is not None and 0 < count < published.smallest]
    lines = [line.split(",") for line in plain.split()[1:]]
    names = {table["name"] for table in people}
    assert {count for table, *_, count in lines if table in names and count.isdigit() and 0 < int(count) < 11} == set()
    assert page.count(">withheld</span>") >= counts.count(None)


def test_the_api_tells_everybody_the_same(site: Center, published: Report) -> None:
    client = TestClient(build_app(site, None, api=api.build_router(site, None)))
    answer = client.get("/api/v1/transparency")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert answer.json()["newest"]["id"] == str(published.uid)
    assert answer.json()["newest"]["tables"][0]["name"] == "holdings"


def test_a_report_that_is_not_public_looks_like_none(stranger: Strangers, site: Center, published: Report) -> None:
    with site.store.writing(PRIVACY) as tx:
        draft = transparency.draft(tx, clocks=site.redress_clocks)
    assert draft.uid != published.uid
    nothing = stranger().get("/transparency/01900000-0000-7000-8000-000000000000")
    for end in ("", "/report.json", "/report.csv"):
        answer = stranger().get(f"/transparency/{draft.uid}{end}")
        assert answer.status_code == nothing.status_code == 404
        assert "Health" not in answer.text


def test_a_draft_is_published_only_by_a_privacy_officer_who_confirms_to_have_read_it(
    browser: Browsers, stranger: Strangers, published: Report
) -> None:
    officer = browser("privacy")
    before = stranger().get("/transparency").text
    assert officer.post(f"{OFFICE}/draft", {"since": "", "until": ""}, page=OFFICE).status_code == 303
    page = officer.get(OFFICE).text
    found = re.search(rf'action="({OFFICE}/[0-9a-f-]+/publish)"', page)
    assert found
    assert officer.post(found[1], {"note": "Read."}, page=OFFICE).status_code == 400
    assert browser("analyst").post(found[1], {"note": "Read.", "reviewed": "yes"}, page="/search").status_code == 403
    assert stranger().get("/transparency").text == before
    assert officer.post(found[1], {"note": "Read.", "reviewed": "yes"}, page=OFFICE).status_code == 303
    assert stranger().get("/transparency").text != before
    newest = re.search(rf"{OFFICE}/([0-9a-f-]+)/review", officer.get(OFFICE).text)
    assert newest
    assert newest[1] != str(published.uid)
    review = {"note": "A definition is wrong.", "deed": "take-down"}
    assert officer.post(f"{OFFICE}/{newest[1]}/review", review, page=OFFICE).status_code == 303
    assert stranger().get(f"/transparency/{newest[1]}").status_code == 404
    assert "taken down" in stranger().get("/transparency").text


@pytest.mark.parametrize("reader", ["auditor", "privacy"])
def test_overseers_see_samples_and_weeks(reader: str, browser: Browsers) -> None:
    page = browser(reader).get("/samples")
    assert page.status_code == 200
    assert "The log by weeks" in page.text


def test_a_month_that_has_not_ended_is_not_drawn(browser: Browsers) -> None:
    answer = browser("auditor").post("/samples/draw", {"period": "2099-01"}, page="/samples")
    assert answer.status_code == 400
    assert "2099-01 has not ended" in answer.text


@pytest.mark.parametrize("reader", ["analyst", "partner", "steward", "administrator"])
@pytest.mark.parametrize("path", ["/samples", OFFICE, "/redress"])
def test_others_see_none_of_it(reader: str, path: str, browser: Browsers) -> None:
    assert browser(reader).get(path).status_code == 403


def test_the_access_of_an_open_page_is_nobodys(site: Center, stranger: Strangers, published: Report) -> None:
    """Reading what is public leaves no entry: nobody is asked who they are."""
    with site.store.dialect.engine.connect() as connection:
        head = tables.audit_head.c.size
        before = connection.execute(select(head)).scalar_one()
        stranger().get(f"/transparency/{published.uid}")
        connection.rollback()
        assert connection.execute(select(head)).scalar_one() == before
    assert regions.ANALYST.actor.account not in stranger().get("/transparency").text
