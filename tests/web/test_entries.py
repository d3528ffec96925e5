"""Accounts and sources are entered on pages; a search leaves as a file."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import regions
from browsing import Browser
from starlette.testclient import TestClient

from tessera.bootstrap import create_center
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Purpose
from tessera.store import accounts, auditing, overview
from tessera.store.accounts import MOST_FAILURES
from tessera.store.events import Event
from tessera.web.app import build_app

Browsers = Callable[[str], Browser]
ACCOUNT = {
    "account": "noor",
    "label": "Noor, analyst",
    "agency": "fusion-unit",
    "roles": ["analyst"],
    "groups": "law-enforcement, cji-cleared",
    "trained_until": "2099-12-31",
}
SOURCE = {
    "agency": "",
    "agency_label": "Harbor Patrol",
    "agency_name": "harbor-patrol",
    "agency_kind": "local",
    "agreement": "agreement-harbor",
    "redissemination": "only with the giver's consent",
    "signed": "2026-01-31",
    "purposes": ["criminal-investigation"],
    "holding": "incidents",
    "label": "Harbor log",
    "name": "harbor-log",
    "cadence_hours": "24",
    "reliability": "B",
    "sensitivity": "SENSITIVE",
    "tlp": "AMBER",
    "regimes": ["CJI"],
}


def stranger(site: Center) -> Browser:
    return Browser(TestClient(build_app(site, None), base_url="http://center.example", raise_server_exceptions=False))


def test_an_account_is_added_locked_by_wrong_passwords_and_released(browser: Browsers, site: Center) -> None:
    administrator = browser("administrator")
    made = administrator.post("/accounts", ACCOUNT, page="/accounts")
    assert "One-time password of noor" in made.text
    secret = re.findall(r"<code>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</code>", made.text)[0]
    assert secret not in administrator.get("/accounts").text
    someone = stranger(site)
    for _ in range(MOST_FAILURES):
        assert someone.sign_in("noor", "oversight", password="wrong").status_code == 403
    assert "locked" in administrator.get("/accounts").text
    assert someone.sign_in("noor", "oversight", password=secret).status_code == 403
    freed = administrator.post("/accounts/noor/release", {}, page="/accounts")
    assert freed.headers["location"] == "/accounts/noor?said=released"
    assert someone.sign_in("noor", "oversight", password=secret).status_code == 303
    assert someone.get("/").headers["location"] == "/account/password"
    assert administrator.post("/accounts/noor/release", {}, page="/accounts").status_code == 409
    assert administrator.post("/accounts/nobody/release", {}, page="/accounts").status_code == 404
    with site.store.reading(regions.AUDITOR) as tx:
        noted = auditing.entries(tx, event=Event.ACCOUNT_RELEASED, limit=5)
    assert [entry.subject for entry in noted] == ["account:noor"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"account": "Noor!"}, "cannot be"),
        ({"roles": []}, "No role is chosen"),
        ({"roles": ["service"]}, "No role is chosen"),
        ({"roles": ["king"]}, "cannot be"),
        ({"agency": "nowhere"}, "Unknown agency"),
        ({"trained_until": "31/12/2099"}, "is no day"),
        ({"expires": "soon"}, "is no day"),
        ({"email": "noor at home"}, "no e-mail address"),
        ({"account": "avery"}, "already"),
    ],
)
def test_an_account_that_cannot_be_made_says_why(wrong: dict[str, object], said: str, browser: Browsers) -> None:
    answer = browser("administrator").post("/accounts", ACCOUNT | {"account": "other"} | wrong, page="/accounts")
    assert answer.status_code in {400, 409}
    assert "usa-alert--error" in answer.text
    assert said in answer.text
    assert "One-time password" not in answer.text


def test_the_first_administrator_is_told_what_to_do_next(tmp_path: Path) -> None:
    (tmp_path / "center").mkdir()
    (tmp_path / "center" / "settings.toml").write_text('second_factor = "offered"\n')
    center = create_center(tmp_path / "center")
    with center.store.writing(OPERATOR) as tx:
        code = accounts.offer_setup(tx)
    someone = stranger(center)
    fields = {"code": code, "agency": "harbor", "agency_label": "Harbor", "agency_kind": "local", "account": "kim"}
    words = {"label": "Kim", "password": regions.PASSWORD, "password_again": regions.PASSWORD}
    assert someone.post("/setup", fields | words, page="/setup").headers["location"] == "/sign-in?said=set-up"
    someone.sign_in("kim", "administration")
    page = someone.get("/").text
    assert "What to do next" in page
    for path in ("/accounts", "/sources/new"):
        assert f'href="{path}"' in page
        assert someone.get(path).status_code == 200
    center.store.dialect.engine.dispose()


def test_only_administrators_manage_accounts(browser: Browsers) -> None:
    assert browser("analyst").post("/accounts", ACCOUNT).status_code == 403
    assert browser("auditor").post("/accounts/avery/release", {}).status_code == 403


def test_a_source_is_registered_with_its_agency_and_agreement(browser: Browsers, site: Center) -> None:
    made = browser("steward").post("/sources/new", SOURCE, page="/sources/new")
    assert made.headers["location"] == "/sources/harbor-log?said=registered"
    with site.store.reading(regions.STEWARD) as tx:
        source = next(s.source for s in overview.sources(tx) if s.source.name == "harbor-log")
    assert source.marking.owners == {"harbor-patrol"}
    assert source.marking.holdings == {"incidents"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "Harbor Log"}, "cannot be"),
        ({"signed": ""}, "is no day"),
        ({"purposes": []}, "No purpose is chosen"),
        ({"holding": "", "retention_days": "0"}, "is empty"),
        ({"mapping": "nothing-like-it"}, "Unknown mapping"),
        ({"cadence_hours": "-1"}, "whole number"),
        ({"reliability": "Z"}, "letter from A to F"),
        ({"tlp": "BLUE"}, "marking is not complete"),
        ({"agency": "nowhere"}, "unknown agency"),
        ({"agency_label": "Another name"}, "exists with other values"),
    ],
)
def test_a_source_that_cannot_be_registered_says_why_and_enters_nothing(
    wrong: dict[str, object], said: str, browser: Browsers, site: Center
) -> None:
    browser("steward").post("/sources/new", SOURCE, page="/sources/new")
    answer = browser("steward").post("/sources/new", SOURCE | {"name": "second", "agreement": "second"} | wrong)
    assert answer.status_code in {400, 409}
    assert said in answer.text
    assert "Harbor log" in answer.text
    with site.store.reading(regions.STEWARD) as tx:
        assert "second" not in {s.source.name for s in overview.sources(tx)}


def test_what_a_search_finds_is_exported_as_its_reader_sees_it(browser: Browsers, site: Center) -> None:
    answer = browser("analyst").get("/export?kind=incident&source=police-feed&format=csv&q=boathouse")
    assert answer.headers["content-disposition"].startswith('attachment; filename="incident.csv"')
    assert [row["incident_number"] for row in csv.DictReader(io.StringIO(answer.text))] == ["P-1"]
    nothing = browser("hospital").get("/export?kind=incident&source=police-feed&format=csv&q=boathouse")
    assert "P-1" not in nothing.text
    with site.store.reading(regions.AUDITOR) as tx:
        noted = auditing.entries(tx, event=Event.RECORDS_EXPORTED, limit=5)
    assert {entry.purpose for entry in noted} >= {Purpose.CRIMINAL_INVESTIGATION}


@pytest.mark.parametrize("query", ["format=csv", "kind=incident", "kind=incident&format=docx", "kind=cat&format=csv"])
def test_an_export_that_cannot_be_made_says_why(query: str, browser: Browsers) -> None:
    answer = browser("analyst").get(f"/export?{query}")
    assert answer.status_code == 400
    assert "attachment" not in answer.headers.get("content-disposition", "")


def test_asking_only_for_the_head_of_an_export_exports_nothing(browser: Browsers, site: Center) -> None:
    with site.store.reading(regions.AUDITOR) as tx:
        before = auditing.entries(tx, event=Event.RECORDS_EXPORT_BEGUN, limit=200)
    assert browser("analyst").client.head("/export?kind=incident&format=csv").status_code == 200
    with site.store.reading(regions.AUDITOR) as tx:
        assert auditing.entries(tx, event=Event.RECORDS_EXPORT_BEGUN, limit=200) == before
