"""In and out: cookies, forged forms, wrong passwords, and where one goes on to."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
import regions
from browsing import Browser, csrf_of

from tessera.flow.center import OPERATOR, Center
from tessera.store import accounts
from tessera.web.app import build_app
from tessera.web.security import local_path

Strangers = Callable[[], Browser]


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_comes_back(stranger: Strangers) -> None:
    someone = stranger()
    sent = someone.get("/search?q=river&kind=incident")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/sign-in?next=/search%3Fq%3Driver%26kind%3Dincident"
    page = someone.get(sent.headers["location"]).text
    assert 'name="next" value="/search?q=river&amp;kind=incident"' in page
    answer = someone.sign_in("avery", "criminal-investigation", next="/search?q=river")
    assert answer.headers["location"] == "/search?q=river"
    assert someone.get("/search?q=river").status_code == 200


def test_parts_of_a_page_and_data_say_that_the_session_has_ended(stranger: Strangers) -> None:
    part = stranger().get(
        "/search/facets?q=x", headers={"HX-Request": "true", "HX-Current-URL": "http://center.example/search?q=x"}
    )
    assert part.status_code == 401
    assert part.headers["hx-redirect"] == "/sign-in?next=/search%3Fq%3Dx"
    data = stranger().get("/map/data")
    assert data.status_code == 401
    assert data.json()["title"] == "Signed out"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_of_other_sites(stranger: Strangers) -> None:
    cookie = stranger().sign_in("avery", "situational-awareness").headers.get_list("set-cookie")[0]
    assert cookie.startswith("tessera-session=tes_")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


def test_over_https_the_cookies_are_bound_to_this_host(site: Center) -> None:
    from starlette.testclient import TestClient

    secure = replace(site, settings=replace(site.settings, secure_cookies=True))
    someone = Browser(TestClient(build_app(secure, None), base_url="https://center.example"))
    answer = someone.sign_in("avery", "situational-awareness")
    cookie = answer.headers.get_list("set-cookie")[0]
    assert cookie.startswith("__Host-tessera-session=tes_")
    assert "Secure" in cookie
    assert "domain" not in cookie.lower()
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    assert someone.get("/").status_code == 200


def test_signing_in_makes_a_new_secret_and_ends_the_older_session(stranger: Strangers) -> None:
    someone = stranger()
    someone.sign_in("avery", "situational-awareness")
    older = someone.client.cookies["tessera-session"]
    page = stranger()
    token, visitor = csrf_of(page.get("/sign-in").text), page.client.cookies["tessera-visitor"]
    someone.client.cookies.set("tessera-visitor", visitor, domain="center.example")
    fields = {"account": "avery", "password": "a quiet harbour in winter", "purpose": "oversight", "acknowledge": "yes"}
    someone.client.post("/sign-in", data={"csrf": token, "next": "/"} | fields, follow_redirects=False)
    assert someone.client.cookies["tessera-session"] != older
    again = stranger()
    again.client.cookies.set("tessera-session", older)
    assert again.get("/").status_code == 303


def test_signing_out_ends_the_session_on_the_server_too(stranger: Strangers) -> None:
    someone = stranger()
    someone.sign_in("avery", "situational-awareness")
    secret = someone.client.cookies["tessera-session"]
    answer = someone.post("/sign-out", {})
    assert answer.headers["location"] == "/sign-in?said=signed-out"
    assert "You are signed out." in someone.get("/sign-in?said=signed-out").text
    someone.client.cookies.set("tessera-session", secret)
    assert someone.get("/").status_code == 303


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"password": "a wrong password"}, 403, "wrong, or the account is locked"),
        ({"account": "nobody"}, 403, "wrong, or the account is locked"),
        ({"purpose": ""}, 400, "No purpose is stated."),
        ({"purpose": "curiosity"}, 400, "cannot be"),
        ({"acknowledge": ""}, 400, "notice of use is not agreed to"),
    ],
)
def test_a_failed_sign_in_says_what_is_wrong(
    fields: dict[str, str], status: int, said: str, stranger: Strangers
) -> None:
    someone = stranger()
    given = {"account": "avery", "purpose": "oversight"} | fields
    answer = someone.sign_in(given.pop("account"), given.pop("purpose"), **given)
    assert answer.status_code == status
    assert said in answer.text
    assert "tessera-session" not in someone.client.cookies


def test_five_failures_lock_the_account(stranger: Strangers) -> None:
    someone = stranger()
    for _ in range(5):
        assert someone.sign_in("flo", "oversight", password="not it at all").status_code == 403
    assert someone.sign_in("flo", "oversight").status_code == 403


def test_an_account_that_is_not_there_answers_like_one_that_is(stranger: Strangers, site: Center) -> None:
    """The same page and, within the noise of a machine, the same time: whoever guesses names learns none."""

    def tried(account: str) -> tuple[int, str, float]:
        someone = stranger()
        token = csrf_of(someone.get("/sign-in").text)
        fields = {"account": account, "password": "not it at all", "purpose": "oversight", "acknowledge": "yes"}
        began = time.perf_counter()
        answer = someone.client.post("/sign-in", data={"csrf": token, **fields}, follow_redirects=False)
        took = time.perf_counter() - began
        plain = answer.text.replace(account, "ACCOUNT").replace(csrf_of(answer.text), "TOKEN")
        return answer.status_code, plain, took

    with site.store.writing(OPERATOR) as tx:
        accounts.create(tx, replace(accounts.get(tx, "avery"), name="ghost-not"), regions.PASSWORD)
    there, away = [tried("ghost-not") for _ in range(3)], [tried(f"ghost-{n}xx") for n in range(3)]
    assert {one[:2] for one in there} == {one[:2] for one in away}
    quick, slow = min(one[2] for one in away), min(one[2] for one in there)
    assert slow / 2 < quick < slow * 2


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "/\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_one_goes_on_only_within_this_site(wanted: str, stranger: Strangers) -> None:
    assert local_path(wanted) == "/"
    assert stranger().sign_in("avery", "oversight", next=wanted).headers["location"] == "/"


def test_a_form_without_its_token_is_refused(browser: Callable[[str], Browser]) -> None:
    client = browser("steward").client
    fields = {"purpose": "oversight", "need_to_know": "", "next": "/"}
    for token in ({}, {"csrf": ""}, {"csrf": "x" * 43}):
        assert client.post("/purpose", data=fields | token, follow_redirects=False).status_code == 403
    assert client.post("/sign-out", follow_redirects=False).status_code == 400
    assert browser("steward").get("/").status_code == 200


def test_a_token_of_another_session_is_refused(browser: Callable[[str], Browser]) -> None:
    token = csrf_of(browser("analyst").get("/").text)
    assert browser("steward").client.post("/sign-out", data={"csrf": token}, follow_redirects=False).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_that_another_site_sends_is_refused(headers: dict[str, str], browser: Callable[[str], Browser]) -> None:
    answer = browser("steward").post("/purpose", {"purpose": "oversight", "next": "/"}, headers=headers)
    assert answer.status_code == 403
    own = {"Origin": "http://center.example", "Sec-Fetch-Site": "same-origin"}
    fields = {"purpose": "data-stewardship", "need_to_know": "", "next": "/"}
    assert browser("steward").post("/purpose", fields, headers=own).status_code == 303


def test_before_signing_in_forms_are_guarded_by_a_cookie_of_the_visitor(stranger: Strangers) -> None:
    token = csrf_of(stranger().get("/sign-in").text)
    answer = stranger().client.post("/sign-in", data={"csrf": token, "account": "avery"}, follow_redirects=False)
    assert answer.status_code == 403


def test_another_purpose_shows_another_picture(stranger: Strangers) -> None:
    someone = stranger()
    someone.sign_in("harper", "situational-awareness")
    assert "Revived" not in someone.get("/search?q=revived").text.split("t-hits", 1)[-1]
    answer = someone.post(
        "/purpose",
        {"purpose": "public-health", "need_to_know": "case 7", "next": "/search?q=revived&cursor=abc"},
    )
    assert answer.headers["location"] == "/search?q=revived&said=purpose"
    page = someone.get(answer.headers["location"]).text
    assert "Your purpose has changed." in page
    assert "t-hits" in page


def test_the_demo_accounts_show_only_where_the_demo_has_left_them(site: Center, stranger: Strangers) -> None:
    assert "Demo accounts" not in stranger().get("/sign-in").text
    file = site.settings.center / "demo-accounts.json"
    file.write_text('[["dana", "a password", "sees <everything>"]]')
    try:
        page = stranger().get("/sign-in").text
    finally:
        file.unlink()
    assert "Demo accounts" in page
    assert "sees &lt;everything&gt;" in page


def test_the_process_monitor_gets_its_answer_without_an_account(stranger: Strangers) -> None:
    assert stranger().get("/healthz").text == "ok\n"


def test_what_answers_a_form_leads_back_to_where_the_form_stood(browser: Callable[[str], Browser]) -> None:
    fields = {"label": "", "purpose": "oversight", "days": "1"}
    for referer, here in (("http://center.example/tokens?said=revoked", "/tokens"), ("https://evil.example//x", "/")):
        answer = browser("analyst").post("/tokens", fields, page="/tokens", headers={"Referer": referer})
        assert f'name="next" value="{here}"' in answer.text
