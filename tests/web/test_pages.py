"""Every page, for every sort of reader."""

from collections.abc import Callable

import pytest
import regions
from browsing import READERS, Browser
from starlette.routing import Mount, Route

from tessera.flow.center import Center
from tessera.model.access import Permission
from tessera.store import deliveries, quarantine
from tessera.web.app import build_app
from tessera.web.pages import ROUTES
from tessera.web.security import CONTENT_SECURITY_POLICY

Browsers = Callable[[str], Browser]
Find = Callable[..., list[str]]

PAGES = {
    "/": Permission.OVERVIEW_READ,
    "/search": Permission.RECORD_READ,
    "/search?q=river": Permission.RECORD_READ,
    "/search?q=&facets=1&order=event-time": Permission.RECORD_READ,
    "/search?kind=incident&source=open-feed&since=2026-03-01&until=2026-03-02": Permission.RECORD_READ,
    "/search?near=39.15,-75.52,5&as_of=2099-01-01": Permission.RECORD_READ,
    "/search/facets?q=river": Permission.RECORD_READ,
    "/map": Permission.RECORD_READ,
    "/map?bbox=-76,38,-75,40&zoom=9&since=2026-03-01T06:00:00Z": Permission.RECORD_READ,
    "/map/data?bbox=-76,38,-75,40&zoom=9": Permission.RECORD_READ,
    "/upload": Permission.DELIVERY_CREATE,
    "/deliveries": Permission.DELIVERY_READ,
    "/deliveries?source=open-feed&state=done": Permission.DELIVERY_READ,
    "/quarantine": Permission.QUARANTINE_READ,
    "/quarantine?state=any&source=police-feed": Permission.QUARANTINE_READ,
    "/sources": Permission.SOURCE_READ,
    "/audit": Permission.AUDIT_READ,
    "/audit?event=trust:session:started&account=avery": Permission.AUDIT_READ,
    "/sources/new": Permission.SOURCE_MANAGE,
    "/export?kind=incident&format=csv": Permission.RECORD_EXPORT,
    "/accounts": Permission.ACCOUNT_MANAGE,
    "/tokens": Permission.TOKEN_CREATE,
    "/why?permission=audit:read": None,
}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("reader", READERS)
def test_each_page_opens_to_exactly_those_who_have_its_permission(
    path: str, reader: str, browser: Browsers, site: Center
) -> None:
    need = PAGES[path]
    allowed = need is None or bool(site.policy.may(READERS[reader], need))
    answer = browser(reader).get(path)
    assert answer.status_code == (200 if allowed else 403)
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["cache-control"] == "no-store"


def test_the_pages_behind_a_list_open_too(browser: Browsers, site: Center, find: Find) -> None:
    with site.store.reading(regions.ANALYST) as tx:
        delivery = deliveries.recent(tx, source="police-feed")[0].uid
        row = quarantine.page(tx, source="police-feed")[0].uid
    record = find(regions.ANALYST, "police-feed")[0]
    paths = [
        f"/deliveries/{delivery}",
        f"/deliveries/{delivery}/progress",
        f"/quarantine/{row}",
        f"/records/{record}",
        f"/records/{record}?as_of=2099-01-01",
        f"/why?record={record}",
        "/sources/police-feed",
    ]
    answers = {path: browser("analyst").get(path).status_code for path in paths}
    assert set(answers.values()) == {200}, answers


def test_a_record_shows_its_evidence_and_the_marking_of_all_on_the_page(browser: Browsers, find: Find) -> None:
    record = find(regions.ANALYST, "police-feed")[-1]
    page = browser("analyst").get(f"/records/{record}").text
    assert "Rear window forced at the boathouse" in page
    assert "another record, masked for you" not in page.split("Rear window")[0].rsplit("t-here", 1)[-1]
    assert "TLP:AMBER" in page
    assert "CJI/PII" in page


def test_a_partner_sees_on_the_overview_only_what_is_theirs(browser: Browsers) -> None:
    page = browser("hospital").get("/").text
    assert "health-feed" in page
    assert "police-feed" not in page


def test_a_question_that_is_wrong_is_explained_above_no_hits(browser: Browsers) -> None:
    for query in (
        "since=31/02/2026",
        "near=1,2",
        "bbox=a,b,c,d",
        "order=best",
        "kindd=incident",
        "q=-only",
        "cursor=!!",
    ):
        answer = browser("analyst").get(f"/search?{query}")
        assert answer.status_code == 400, query
        assert "usa-alert--error" in answer.text


def test_empty_values_count_as_absent(browser: Browsers) -> None:
    answer = browser("analyst").get("/search?q=&since=&until=&near=&as_of=&order=received")
    assert answer.status_code == 200
    assert "Nothing found" not in answer.text


def test_a_page_that_does_not_exist_is_explained(browser: Browsers) -> None:
    answer = browser("analyst").get("/nowhere")
    assert answer.status_code == 404
    assert "There is no page at this address." in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_head_answers_like_get_and_other_methods_are_refused_with_what_fits(browser: Browsers) -> None:
    client = browser("analyst").client
    assert client.head("/search").status_code == 200
    refused = client.request("DELETE", "/sign-in")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "GET, HEAD, POST"
    assert refused.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_what_nobody_expected_is_told_without_details(site: Center, stranger: Callable[[], Browser]) -> None:
    signed_in = stranger()
    signed_in.sign_in("avery", "situational-awareness")
    workbench = signed_in.client.app.state.workbench  # type: ignore[attr-defined]
    cracked = build_app(site, None)
    cracked.state.workbench = workbench

    def crack(*_: object) -> None:
        raise RuntimeError("the secret inside")

    cracked.router.routes.insert(0, Route("/crack", crack))
    signed_in.client.app = cracked
    answer = Browser(type(signed_in.client)(cracked, raise_server_exceptions=False)).get("/crack")
    assert answer.status_code == 500
    assert "the secret inside" not in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fsettings.py", "/static//etc/passwd"]
)
def test_no_file_outside_the_built_front_end_is_served(path: str, stranger: Callable[[], Browser]) -> None:
    assert stranger().get(path).status_code in {404, 405}


def test_hashed_files_are_kept_and_the_others_asked_for_again(stranger: Callable[[], Browser]) -> None:
    page = stranger().get("/sign-in").text
    style = page.split('rel="stylesheet" href="', 1)[1].split('"', 1)[0]
    assert "immutable" in stranger().get(style).headers["cache-control"]
    assert stranger().get("/static/manifest.json").headers["cache-control"] == "no-cache"


def test_every_route_but_the_static_files_declares_its_need(site: Center) -> None:
    app = build_app(site, None)
    declared = [route for route in app.routes if isinstance(route, Route)]
    assert len(declared) == len(ROUTES)
    assert all(hasattr(route.endpoint, "need") for route in declared)
    assert [route.path for route in app.routes if isinstance(route, Mount)] == ["/static"]


def test_a_page_cannot_be_made_without_a_need_or_a_reason() -> None:
    from tessera.web.page import page

    with pytest.raises(ValueError, match="takes a permission, or says why"):
        page([], "/free", needs=None)
    with pytest.raises(ValueError, match="takes a permission, or says why"):
        page([], "/open", needs=Permission.RECORD_READ, open_to_all=True)
