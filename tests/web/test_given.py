"""The pages of owners and recipients: given, disclosures, recall, correction, notices, requests."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import regions
from browsing import OWNER, POLICE_ROWS, PRIVACY, READERS, Browser
from starlette.testclient import TestClient

from tessera.flow.center import OPERATOR, Center
from tessera.model.marking import Marking, Regime, Sensitivity, Tlp
from tessera.store import parties
from tessera.store.accounts import Account, create
from tessera.web.app import build_app
from tessera.web.page import _count_notices

CLOSED = Marking(sensitivity=Sensitivity.RESTRICTED, tlp=Tlp.AMBER_STRICT, regimes=frozenset({Regime.CJI, Regime.PII}))


class Place:
    """A center that the tests of this file may change, and its browsers."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.app = build_app(center, None)

    def browser(self, reader: str, need: str = "") -> Browser:
        made = Browser(TestClient(self.app, base_url="http://center.example", raise_server_exceptions=False))
        access = READERS[reader]
        answer = made.sign_in(access.actor.account, access.purpose.value, need_to_know=need)
        assert answer.status_code == 303
        return made


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    center = regions.new_center(tmp_path / "center")
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, regions.source("closed-feed", of="sheriff", marking=CLOSED))
        for access in (OWNER, regions.ANALYST, PRIVACY, regions.AUDITOR, regions.EPIDEMIOLOGIST, regions.STEWARD):
            who = access.actor
            account = Account(
                name=who.account, label=who.account.title(), agency=who.agency, agency_label="", roles=tuple(who.roles),
                groups=tuple(who.groups), trained_until=who.trained_until, disabled=False,
            )  # fmt: skip
            create(tx, account, regions.PASSWORD)
    regions.deliver(center, POLICE_ROWS, source="police-feed", filename="police-feed.csv")
    regions.deliver(
        center, regions.rows("Z-1,2026-03-03 10:00,Fraud,A long con,39.1,-75.5,Quincy Vandermeer,302-555-0199,50"),
        source="closed-feed", filename="closed.csv",
    )  # fmt: skip
    yield Place(center)
    center.store.dialect.engine.dispose()


def first(browser: Browser, question: str) -> str:
    found = re.search(r'href="/records/([0-9a-f-]{36})', browser.get(f"/search?q={question}&kind=incident").text)
    assert found
    return found[1]


def test_an_owner_sees_what_it_gave_and_who_was_shown_it(place: Place) -> None:
    record = first(place.browser("analyst"), "boathouse")
    owner = place.browser("owner")
    listed = owner.get("/given?source=police-feed&since=2020-01-01")
    assert listed.status_code == 200
    delivery = re.search(r'href="/given/deliveries/([0-9a-f-]{36})', listed.text)
    assert delivery
    page = owner.get(f"/given/deliveries/{delivery[1]}").text
    assert "fusion-unit" in page
    assert "criminal investigation" in page
    one = owner.get(f"/given/records/{record}")
    assert "fusion-unit for criminal investigation" in one.text
    assert owner.get("/given?since=2099-01-01").text.count("/given/deliveries/") == 0
    for path in (f"/given/deliveries/{delivery[1]}", f"/given/records/{record}"):
        assert place.browser("hospital").get(path).status_code == 404


def test_a_recall_closes_a_record_and_its_reader_acknowledges(place: Place) -> None:
    analyst, owner = place.browser("analyst"), place.browser("owner")
    record = first(analyst, "boathouse")
    here = f"/given/records/{record}"
    assert owner.post(f"{here}/recall", {"reason": " "}, page=here).status_code == 400
    done = owner.post(f"{here}/recall", {"reason": "Given in error"}, page=here)
    assert done.headers["location"] == f"{here}?said=recalled"
    assert analyst.get(f"/records/{record}").status_code == 404
    _count_notices.cache_clear()  # what a minute does
    assert "1 notice waits</a> for you" in analyst.get("/search").text.replace(" for you</a>", "</a> for you")
    page = analyst.get("/notices").text
    assert "Given in error." in page
    assert record in page
    uid = re.search(r'action="/notices/([0-9a-f-]{36})/acknowledge"', page)
    assert uid
    kept = analyst.post(f"/notices/{uid[1]}/acknowledge", {"deed": "kept", "note": ""}, page="/notices")
    assert kept.status_code == 400
    assert analyst.post(f"/notices/{uid[1]}/acknowledge", {"deed": "destroyed"}, page="/notices").status_code == 303
    sent = owner.get("/notices/sent").text
    assert "All copies are destroyed" in sent
    lift = re.search(r'action="(/recalls/[0-9a-f-]{36}/lift)"', owner.get("/given").text)
    assert lift
    assert owner.post(lift[1], {"reason": "It was right"}, page="/given").status_code == 303
    assert analyst.get(f"/records/{record}").status_code == 200


def test_ticked_records_and_whole_deliveries_go_back(place: Place) -> None:
    owner, analyst = place.browser("owner"), place.browser("analyst")
    record = first(analyst, "boathouse")
    delivery = re.findall(r'href="/given/deliveries/([0-9a-f-]{36})', owner.get("/given?source=police-feed").text)[0]
    here = f"/given/deliveries/{delivery}"
    assert "No record is ticked" in owner.post(f"{here}/recall", {"reason": "x", "what": "ticked"}, page=here).text
    assert (
        owner.post(f"{here}/recall", {"reason": "x", "what": "ticked", "record": record}, page=here).status_code == 303
    )
    assert analyst.get(f"/records/{record}").status_code == 404
    assert owner.get(here).text.count('type="checkbox"') == 3
    assert owner.post(f"{here}/recall", {"reason": "x", "what": "all"}, page=here).status_code == 303
    assert owner.get(here).text.count('type="checkbox"') == 0


def test_a_wrong_value_is_said_beside_its_field_and_a_right_one_makes_a_version(place: Place) -> None:
    owner = place.browser("owner")
    record = first(owner, "boathouse")
    here = f"/given/records/{record}"
    wrong = owner.post(f"{here}/correct", {"term.occurred_at": "yesterday", "reason": "x"}, page=here)
    assert wrong.status_code == 400
    assert 'id="wrong-occurred_at"' in wrong.text
    assert 'value="yesterday"' in wrong.text
    done = owner.post(f"{here}/correct", {"term.text": "Front door forced", "reason": "Misread"}, page=here)
    assert done.status_code == 303
    page = owner.get(done.headers["location"]).text
    assert "Misread." in page
    assert owner.get("/search?q=front").text.count("Nothing found") == 0


def test_auditors_see_disclosures_without_content_and_owners_only_their_own(place: Place) -> None:
    record = first(place.browser("analyst"), "boathouse")
    seen = place.browser("auditor").get("/disclosures?sums=yes")
    assert seen.status_code == 200
    assert "avery" in seen.text
    assert "boathouse" not in seen.text
    number = re.search(r'href="/disclosures/(\d+)"', seen.text)
    assert number
    assert record in place.browser("auditor").get(f"/disclosures/{number[1]}").text
    answer = place.browser("owner").get("/disclosures.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["owner"] for row in rows} == {"sheriff"}
    assert {row["agency"] for row in rows} == {"fusion-unit"}
    assert "avery" not in place.browser("hospital").get("/disclosures").text
    assert place.browser("hospital").get(f"/disclosures/{number[1]}").status_code == 404
    assert place.browser("hospital").get(f"/disclosures?record={record}").status_code == 404
    assert place.browser("analyst").get("/disclosures").status_code == 403


def test_a_hidden_record_points_to_its_owner_who_releases_it(place: Place) -> None:
    analyst, owner = place.browser("analyst", need="case 26-114"), place.browser("owner")
    page = analyst.get("/search?q=quincy+vandermeer").text
    assert "Sheriff holds a record that answers this question" in page
    assert "Nothing found" in page
    assert "TLP:AMBER" in page
    assert "holds a record" not in place.browser("analyst").get("/search?q=quincy+vandermeer").text
    assert "holds a record" not in analyst.get("/search?q=vandermeer").text
    given = {"owner": "sheriff", "question": "quincy vandermeer", "why": "a fraud ring", "call_back": "x 12"}
    assert "Why is empty" in analyst.post("/requests", given | {"why": ""}, page="/requests").text
    sent = analyst.post("/requests", given, page="/requests").headers["location"].partition("?")[0]
    assert "not yet" in analyst.get(sent).text
    assert "Your records" not in analyst.get(sent).text
    shown = owner.get(sent).text
    record = re.findall(r'name="record" value="([0-9a-f-]{36})"', shown)
    assert record
    assert "Choose at least one" in owner.post(f"{sent}/answer", {"state": "released", "answer": "ok"}, page=sent).text
    answered = owner.post(f"{sent}/answer", {"state": "released", "answer": "Call first", "record": record}, page=sent)
    assert answered.status_code == 303
    assert "Call first" in analyst.get(sent).text
    assert "Quincy" in analyst.get("/search?q=quincy+vandermeer").text
    assert place.browser("hospital").get(sent).status_code == 404


def test_the_watermark_of_a_file_leads_to_its_disclosures(place: Place) -> None:
    content = place.browser("analyst", need="case 9").get("/export?kind=incident&format=csv").text
    handling = next(csv.DictReader(io.StringIO(content)))["handling"]
    assert "by avery, fusion-unit, for criminal-investigation, need to know: case 9" in handling
    export = handling.rpartition("export ")[2]
    page = place.browser("owner").get(f"/disclosures?export={export}").text
    assert export in page
    assert "avery" in page
