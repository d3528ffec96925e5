"""Attacks that every web application meets, tried at every address of this one."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import regions
from browsing import READERS, Browser
from starlette.testclient import TestClient

from tessera.api import build_router
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Permission
from tessera.store import accounts, tokens
from tessera.web.app import build_app
from tessera.web.pages import ROUTES as PAGES

NOBODY = UUID("01890000-0000-7000-8000-000000000000")
SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1 --",
    '") UNION SELECT password_hash FROM account --',
    "NEAR(a b) AND {identifier} : x",
    "%s%n%x",
    "..%2f..%2fetc%2fpasswd",
    "{{7*7}}",
    "\u202e\u0000\ufeff",
    "a\r\nSet-Cookie: x=1",
)
MARKED = regions.rows(
    f'X-1,2026-03-01 14:05,{SCRIPT},"{SCRIPT} by the river",39.15,-75.52,{SCRIPT},302-555-0100,34',
    f'X-2,2026-02-31 14:05,{SCRIPT},"{SCRIPT}",39.15,-75.52,{SCRIPT},302-555-0100,34',
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    """A center whose very data attack."""
    center = regions.new_center(tmp_path_factory.mktemp("security") / "center")
    regions.add_accounts(center)
    who = READERS["privacy"].actor
    with center.store.writing(OPERATOR) as tx:
        account = accounts.Account(
            name=who.account, label=SCRIPT, agency=who.agency, agency_label="", roles=tuple(who.roles), groups=(),
            trained_until=who.trained_until, disabled=False,
        )  # fmt: skip
        accounts.create(tx, account, regions.PASSWORD)
    regions.deliver(center, MARKED, source="open-feed", filename=f"{SCRIPT}.csv")
    yield center
    center.store.dialect.engine.dispose()


@pytest.fixture(scope="module")
def browsers(site: Center) -> dict[str, Browser]:
    app = build_app(site, None, api=build_router(site, None))
    found = {}
    for name in ("steward", "partner", "privacy", "auditor"):
        access = READERS[name]
        found[name] = Browser(TestClient(app, base_url="http://center.example", raise_server_exceptions=False))
        assert found[name].sign_in(access.actor.account, access.purpose.value).status_code == 303
    return found


def readable(method: str) -> list[str]:
    return sorted({route.path for route in PAGES if method in (route.methods or ())})


def at(template: str) -> str:
    return re.sub(r"{\w+(?::\w+)?}", str(NOBODY), template)


@pytest.mark.parametrize("path", [*readable("GET"), "/nothing/here", "/static/tessera.svg", "/api/v1/openapi.json"])
def test_every_answer_carries_the_headers_that_protect(path: str, browsers: dict[str, Browser]) -> None:
    for browser in browsers.values():
        headers = browser.get(at(path)).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


@pytest.mark.parametrize("path", readable("POST"))
def test_no_form_is_taken_without_its_token(path: str, browsers: dict[str, Browser], site: Center) -> None:
    for browser in browsers.values():
        before = changes(site)
        for token in ({}, {"csrf": "x"}, {"csrf": ""}):
            answer = browser.client.post(at(path), data={"reason": "because", **token}, follow_redirects=False)
            assert refused(answer), (path, answer.status_code)
        assert changes(site) == before


@pytest.mark.parametrize("path", readable("POST"))
def test_no_form_is_taken_from_another_site(path: str, browsers: dict[str, Browser]) -> None:
    answer = browsers["steward"].client.post(
        at(path), data={"reason": "x"}, headers={"Origin": "https://evil.example"}, follow_redirects=False
    )
    assert refused(answer)


def refused(answer: Any) -> bool:  # noqa: ANN401 - the test client's answer
    """Whoever is in already is sent on from the pages of coming in, which then do nothing."""
    before = answer.request.url.path in {"/locked", "/sign-in/factor"} and answer.headers.get("location") == "/"
    sent_on = answer.status_code == 303 and (before or answer.headers["location"].startswith("/sign-in"))
    return bool(sent_on or 400 <= answer.status_code < 500)


def changes(site: Center) -> int:
    """Count the entries that say something was done; what is refused or read changes nothing."""
    reading = "'%:read', '%-read', '%:listed', '%:searched', '%:counted', '%:refused'"
    wanted = " AND ".join(f"event NOT LIKE {each}" for each in reading.split(", "))
    with site.store.dialect.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM audit_entry WHERE {wanted}").scalar_one())


@pytest.mark.parametrize("path", readable("GET"))
def test_hostile_words_are_words(path: str, browsers: dict[str, Browser]) -> None:
    """No page breaks on them, none gives them back as markup, and none lets them add a header."""
    names = ("q", "kind", "source", "since", "near", "as_of", "cursor", "next", "record", "said", "day", "limit")
    for word in HOSTILE:
        for who in ("steward", "privacy"):
            answer = browsers[who].client.get(at(path), params=dict.fromkeys(names, word), follow_redirects=False)
            assert answer.status_code < 500, (path, word)
            assert SCRIPT not in answer.text, (path, word)
            assert "onerror=alert(1)>" not in answer.text.replace("&quot;", ""), (path, word)
            assert "x=1" not in answer.headers.get("set-cookie", ""), (path, word)
            assert ">49<" not in answer.text or "{{" not in word


@pytest.mark.parametrize("path", readable("GET"))
def test_what_was_delivered_is_shown_as_text(path: str, browsers: dict[str, Browser]) -> None:
    for browser in browsers.values():
        for address in (at(path), f"{at(path)}?q=alert"):
            answer = browser.get(address)
            if "html" in answer.headers.get("content-type", ""):
                assert SCRIPT not in answer.text, address


def test_a_record_of_hostile_data_shows_it_as_text(browsers: dict[str, Browser]) -> None:
    hits = browsers["steward"].get("/search?q=alert").text
    found = re.findall(r"/records/([0-9a-f-]{36})", hits)
    assert found
    for uid in sorted(set(found)):
        text = browsers["steward"].get(f"/records/{uid}").text
        assert SCRIPT not in text
        assert "&lt;script&gt;" in text


def test_a_download_has_a_name_that_cannot_break_its_header(browsers: dict[str, Browser], site: Center) -> None:
    for path in sorted(set(re.findall(r"/deliveries/[0-9a-f-]{36}", browsers["partner"].get("/deliveries").text))):
        for file in ("/bytes", "/errors.csv"):
            header = browsers["partner"].get(f"{path}{file}").headers.get("content-disposition", "")
            assert "\n" not in header
            assert "<" not in header


@pytest.mark.parametrize("path", [path for path in readable("GET") if path != "/export" and "sign-on" not in path])
def test_looking_changes_nothing(path: str, browsers: dict[str, Browser], site: Center) -> None:
    """An export is a release and says so; a sign-on through another site comes back by GET, guarded by its own secret."""
    for browser in browsers.values():
        before = changes(site)
        browser.get(at(path))
        assert changes(site) == before


@pytest.mark.parametrize("name", ["steward", "auditor"])
def test_a_token_in_the_address_opens_nothing(name: str, site: Center, browsers: dict[str, Browser]) -> None:
    access = READERS[name]
    with site.store.writing(access) as tx:
        secret = tokens.create_token(tx, "x", (Permission.SOURCE_READ,), days=1, purpose=access.purpose)[1]
    client: Any = browsers[name].client
    assert client.get("/api/v1/sources", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    for query in ("token", "access_token", "authorization"):
        assert client.get(f"/api/v1/sources?{query}={secret}").status_code in {401, 422}


ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "HTTPS://evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "\t//evil.example",
    "/%0d%0aLocation: https://evil.example",
    "/\r\nLocation: https://evil.example",
    "@evil.example",
    ".evil.example",
    "/..//evil.example",
)


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nobody_is_sent_to_another_site(place: str, browsers: dict[str, Browser], site: Center) -> None:
    """By no page that reads, whatever it is told to go on to; nor by the forms that go on to where one came from."""
    asked = [
        (path, browsers["steward"].client.get(at(path), params={"next": place}, follow_redirects=False))
        for path in readable("GET")
    ]
    fields = {
        "account": "sam",
        "password": regions.PASSWORD,
        "purpose": "criminal-investigation",
        "acknowledge": "yes",
        "next": place,
    }
    fresh = Browser(TestClient(build_app(site, None), base_url="http://center.example", raise_server_exceptions=False))
    asked.append(("/sign-in", fresh.post("/sign-in", fields, page="/sign-in")))
    asked.append(("/purpose", browsers["auditor"].post("/purpose", {"purpose": "oversight", "next": place})))
    for path, answer in asked:
        goes = answer.headers.get("location", "")
        assert not goes or (goes.startswith("/") and not goes.startswith(("//", "/\\"))), (path, goes)
        assert not re.search(r"[\r\n\t]", goes), (path, goes)


@pytest.mark.parametrize("path", readable("GET"))
def test_nothing_that_tells_of_data_is_kept_by_a_browser(path: str, browsers: dict[str, Browser]) -> None:
    public = path.startswith(("/log/", "/transparency", "/audit/verify_log"))
    for browser in browsers.values():
        assert public or browser.get(at(path)).headers["cache-control"] == "no-store"


QUESTIONS = (
    '"', "'", "%", "_", "*", "a*b", "***", '""', "NEAR(", "NEAR/2", "a NEAR b", "AND", "OR", "NOT", "a AND", "{x}: y", "x:y", "col : x", "^a",
    "(", ")", "((((((((", "-", "--", "-a -b", "a OR OR b", "\\", "$$", "'; DROP TABLE record; --", "' UNION SELECT 1 --", "\x00", "\ud800".encode("utf-8", "replace").decode(),
    "&|!<->", "a <-> b", "a:*", "'a' & 'b'", "%27%20OR%201=1", "x" * 5000, "a " * 3000,
)  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_in_the_language_of_an_index_is_only_words(
    question: str, browsers: dict[str, Browser], site: Center
) -> None:
    """Nothing of FTS5, of tsquery, of LIKE or of SQL gets through; a wild card alone finds no more than is there."""
    for path in ("/search", "/search/facets", "/map/data", "/audit", "/deliveries", "/quarantine", "/disclosures"):
        for name in ("q", "source", "kind", "account", "event", "subject"):
            answer = browsers["steward"].client.get(path, params={name: question}, follow_redirects=False)
            assert answer.status_code < 500, (path, name)
    with site.store.dialect.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM record").scalar_one() > 0


CLIMBING = (
    "../../etc/passwd",
    "..\\..\\etc\\passwd",
    "/etc/passwd",
    "....//....//etc/passwd",
    "a/../../../b.csv",
    "C:\\x.csv",
    "\x00.csv",
    "..",
    "con.csv",
    "x" * 400 + ".csv",
)


@pytest.mark.parametrize("name", CLIMBING)
def test_the_name_of_an_upload_is_a_label_and_no_place(name: str, browsers: dict[str, Browser], site: Center) -> None:
    before = sorted(path for path in site.settings.center.parent.rglob("*") if site.settings.center not in path.parents)
    content = regions.rows(f"U-1,2026-03-01 14:05,x,{len(name)} {ord(name[-1])},39.15,-75.52,,,")
    token = re.search(r'name="csrf" value="([^"]+)"', browsers["steward"].client.get("/upload").text)
    assert token
    answer = browsers["steward"].client.post(
        "/upload",
        data={"csrf": token[1], "source": "open-feed"},
        files={"file": (name, content)},
        follow_redirects=False,
    )
    assert answer.status_code in {303, 400, 422}
    after = sorted(path for path in site.settings.center.parent.rglob("*") if site.settings.center not in path.parents)
    assert after == before
    listed = browsers["steward"].get("/deliveries").text
    assert "../" not in listed.replace("../static", "")
    assert "..\\" not in listed
