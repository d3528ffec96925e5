"""Anybody asks for a correction without an account; the privacy officer answers; nobody else sees who asked."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from browsing import PRIVACY, READERS, Browser, csrf_of, timeless
from httpx2 import Response
from starlette.testclient import TestClient

from tessera.flow.center import Center
from tessera.model.access import Access
from tessera.store import tables
from tessera.store.events import Event
from tessera.store.redress import VISITOR
from tessera.web.app import build_app
from tessera.web.security import CONTENT_SECURITY_POLICY

Browsers = Callable[[str], Browser]
Strangers = Callable[[], Browser]
Find = Callable[[Access, str], list[str]]
ASKING = {
    "name": "Elena Munoz",
    "reach": "12 Harbour Road\r\nDover",
    "statement": "I am listed as present at the boathouse.\r\nI was abroad.",
    "record_named": "",
    "agency_named": "",
}
CODE = re.compile(r"<code>([A-Z0-9-]+)</code>")


@pytest.fixture(scope="module")
def passer_by(site: Center) -> Strangers:
    """Visitors, each from an address of its own, because forms are counted by address."""
    app, numbers = build_app(site, None), count(1)

    def visitor() -> Browser:
        address = (f"198.51.{next(numbers)}.7", 50000)
        return Browser(TestClient(app, base_url="http://center.example", raise_server_exceptions=False, client=address))

    return visitor


def send(passer_by: Browser, **changes: str) -> Response:
    return passer_by.post("/correction", ASKING | changes, page="/correction")


def receipt(passer_by: Browser, **changes: str) -> tuple[str, str]:
    answer = send(passer_by, **changes)
    assert answer.status_code == 200, answer.text
    reference, secret = CODE.findall(answer.text)
    return reference, secret


def look_up(passer_by: Browser, reference: str, secret: str) -> Response:
    fields = {"reference": reference, "secret": secret}
    return passer_by.post("/correction/status", fields, page="/correction/status")


def case(officer: Browser, reference: str) -> str:
    found = re.search(rf'href="(/redress/[0-9a-f-]+)">{reference}<', officer.get("/redress?closed=yes").text)
    assert found
    return found[1]


def step(officer: Browser, path: str, *steps: str) -> None:
    for name in steps:
        assert officer.post(f"{path}/step", {"step": name, "note": ""}, page=path).status_code == 303


@pytest.mark.parametrize("path", ["/correction", "/correction/status", "/transparency"])
def test_a_public_page_opens_without_a_cookie_and_is_protected(path: str, passer_by: Strangers) -> None:
    answer = passer_by().get(path)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert '<nav class="t-nav"' not in answer.text


def test_a_request_gets_a_number_and_a_secret_that_show_how_far_it_is(passer_by: Strangers, browser: Browsers) -> None:
    visitor, officer = passer_by(), browser("privacy")
    reference, secret = receipt(visitor)
    assert "received, not confirmed yet" in look_up(visitor, reference, secret).text
    step(officer, case(officer, reference), "acknowledged")
    typed = look_up(passer_by(), reference.lower(), secret.replace("-", " ").lower())
    assert "we wait for proof of who you are" in typed.text


def test_every_wrong_number_or_secret_gets_one_and_the_same_answer(passer_by: Strangers) -> None:
    visitor = passer_by()
    reference, secret = receipt(visitor)
    tries = [(reference, "AAAAA"), ("CR-AAAAA-AAAAA", secret), ("", ""), ("x" * 500, "y" * 500), (reference, "")]
    answers = [look_up(visitor, *pair) for pair in tries]
    assert {answer.status_code for answer in answers} == {404}
    assert len({without_token(answer) for answer in answers}) == 1


def without_token(answer: Response) -> str:
    page = timeless(answer)
    return page.replace(csrf_of(page), "")


@pytest.mark.parametrize("field", ["name", "reach", "statement"])
def test_a_request_without_what_is_needed_says_which_field(field: str, passer_by: Strangers) -> None:
    answer = send(passer_by(), **{field: " "})
    assert answer.status_code == 400
    assert f"'{field}' is empty".replace("'", "&#39;") in answer.text
    assert "boathouse" in answer.text or field == "statement"


@pytest.mark.parametrize(("field", "text"), [("name", "x" * 201), ("statement", "x" * 4001), ("name", "a\x00b")])
def test_too_much_or_unprintable_text_is_refused(field: str, text: str, passer_by: Strangers) -> None:
    assert send(passer_by(), **{field: text}).status_code == 400


def test_a_forged_form_is_refused(passer_by: Strangers) -> None:
    visitor = passer_by()
    visitor.get("/correction")
    assert visitor.client.post("/correction", data=ASKING | {"csrf": "made-up"}).status_code == 403
    elsewhere = {"origin": "http://elsewhere.example"}
    assert visitor.post("/correction", ASKING, page="/correction", headers=elsewhere).status_code == 403


def test_the_same_answer_whether_something_is_held_or_not(passer_by: Strangers) -> None:
    pages = [
        CODE.sub("", send(passer_by(), name=name).text).replace("\n", "")
        for name in ("Elena Munoz", "Nobody Whosoever")
    ]
    assert pages[0] == pages[1]


def test_nobody_but_the_privacy_officer_sees_requests(browser: Browsers, passer_by: Strangers) -> None:
    reference, _ = receipt(passer_by())
    path = case(browser("privacy"), reference)
    for reader in ("analyst", "partner", "steward", "auditor", "administrator", "intake"):
        for address in ("/redress", path, f"{path}/letter/acknowledgement"):
            answer = browser(reader).get(address)
            assert answer.status_code == 403, (reader, address)
            assert "Munoz" not in answer.text


def test_the_log_names_the_request_and_never_the_person(browser: Browsers, passer_by: Strangers) -> None:
    reference, secret = receipt(passer_by())
    page = browser("auditor").get("/audit?event=trust:redress:received").text
    assert "redress:" in page
    for told in ("Munoz", "Harbour Road", "boathouse", reference, secret):
        assert told not in page


def test_a_record_is_disputed_for_every_reader_while_the_request_is_open(
    browser: Browsers, passer_by: Strangers, find: Find
) -> None:
    officer = browser("privacy")
    record = find(PRIVACY, "open-feed")[0]
    reference, _ = receipt(passer_by())
    path = case(officer, reference)
    step(officer, path, "acknowledged", "identified", "open")
    assert "Disputed" not in browser("partner").get(f"/records/{record}").text
    assert officer.post(f"{path}/records", {"record": record}, page=path).status_code == 303
    for reader in ("analyst", "partner", "privacy", "hospital"):
        assert "<strong>Disputed.</strong>" in browser(reader).get(f"/records/{record}").text, reader
    assert (
        '<span class="t-state t-state--open">disputed</span>' in browser("partner").get("/search?source=open-feed").text
    )
    decision = {"outcome": "granted", "remedies": "marked", "refusal": "", "explanation": "You were abroad."}
    assert officer.post(f"{path}/decide", decision, page=path).status_code == 303
    shown = officer.get(path).text
    assert "Your request is granted." in shown
    assert f"/records/{record}" in shown
    assert officer.post(f"{path}/close", {"closing": "done"}, page=path).status_code == 303
    assert "Disputed" not in browser("partner").get(f"/records/{record}").text


def test_a_record_hidden_from_the_officer_cannot_be_linked_nor_told_from_none(
    browser: Browsers, passer_by: Strangers, find: Find
) -> None:
    officer = browser("privacy")
    path = case(officer, receipt(passer_by())[0])
    hidden = find(READERS["hospital"], "health-feed")[0]
    nothing = "01900000-0000-7000-8000-000000000000"
    answers = [officer.post(f"{path}/records", {"record": uid}, page=path) for uid in (hidden, nothing)]
    assert [answer.status_code for answer in answers] == [400, 400]
    texts = [without_token(a).replace(uid, "") for a, uid in zip(answers, (hidden, nothing), strict=True)]
    assert texts[0] == texts[1]


def test_a_letter_is_plain_text_and_the_acknowledgement_says_nothing_of_what_is_held(
    browser: Browsers, passer_by: Strangers
) -> None:
    officer = browser("privacy")
    reference, _ = receipt(passer_by())
    path = case(officer, reference)
    answer = officer.get(f"{path}/letter/acknowledgement")
    assert answer.headers["content-type"].startswith("text/plain")
    assert reference in answer.text
    assert "does not say whether we hold any information" in answer.text.replace("\n", " ")
    assert officer.get(f"{path}/letter/decision").status_code == 404


def test_a_request_without_an_answer_in_time_comes_first(browser: Browsers, passer_by: Strangers, site: Center) -> None:
    late, _ = receipt(passer_by())
    with site.store.writing(VISITOR) as tx:
        tx.connection.execute(
            tables.redress.update()
            .where(tables.redress.c.reference == late)
            .values(received_at=tx.at - 60 * 86_400_000)
        )
        tx.note(Event.REDRESS_READ)
    page = browser("privacy").get("/redress").text
    assert "late</span>" in page
    assert re.findall(r">(CR-[A-Z0-9-]+)<", page)[0] == late


def test_who_sends_too_many_forms_has_to_wait(passer_by: Strangers, site: Center) -> None:
    visitor = passer_by()
    answers = [look_up(visitor, "CR-AAAAA-AAAAA", "x").status_code for _ in range(site.settings.forms_per_minute + 1)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert send(passer_by()).status_code == 200
