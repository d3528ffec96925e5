"""What a person changes through pages: uploads, mended rows, tokens, the log's checkpoints, the first account."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import regions
from browsing import OWNER, Browser, csrf_of
from httpx2 import Response
from starlette.testclient import TestClient

from tessera.flow.center import OPERATOR, Center
from tessera.model.delivery import QuarantinedRow, QuarantineState
from tessera.store import accounts, deliveries, quarantine, tokens
from tessera.web.app import build_app

Browsers = Callable[[str], Browser]
GOOD = regions.rows("U-1,2026-04-01 08:00,Fire,Barn on fire,39.3,-75.6,,,")


def send(browser: Browser, *files: tuple[str, bytes], source: str = "open-feed", csrf: str = "") -> Response:
    token = csrf or csrf_of(browser.get("/upload").text)
    parts = [("file", (name, io.BytesIO(content), "text/csv")) for name, content in files]
    fields = {"csrf": token, "source": source}
    return browser.client.post("/upload", data=fields, files=parts, follow_redirects=False)


def test_an_upload_is_kept_and_gets_a_receipt(browser: Browsers, site: Center) -> None:
    answer = send(browser("partner"), ("../../barn fire.csv", GOOD))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/deliveries/")
    page = browser("partner").get(answer.headers["location"]).text
    assert "R-" in page
    assert "barn fire.csv" in page
    assert ".." not in re.findall(r"<h1>(.*?)</h1>", page)[0]
    uid = answer.headers["location"].rsplit("/", 1)[1]
    with site.store.reading(regions.DEPUTY) as tx:
        delivery = next(d for d in deliveries.recent(tx) if str(d.uid) == uid)
    assert (delivery.size, delivery.via, delivery.received_by) == (len(GOOD), "upload", "sam")


def test_the_same_bytes_twice_are_one_delivery(browser: Browsers) -> None:
    content = regions.rows("U-2,2026-04-01 08:00,Fire,Twice,39.3,-75.6,,,")
    first = send(browser("partner"), ("a.csv", content)).headers["location"]
    second = send(browser("partner"), ("b.csv", content)).headers["location"]
    assert second == f"{first}?said=duplicate"
    assert "had arrived before" in browser("partner").get(second).text


def test_several_files_at_once_are_several_deliveries(browser: Browsers) -> None:
    files = [(f"{n}.csv", regions.rows(f"U-3{n},2026-04-01 08:00,Fire,Many,39.3,-75.6,,,")) for n in range(3)]
    assert send(browser("partner"), *files).headers["location"] == "/deliveries"


@pytest.mark.parametrize(
    ("name", "content", "source", "said"),
    [
        ("empty.csv", b"", "open-feed", "is empty (0 bytes)"),
        ("rows.csv", GOOD, "no-feed", "Unknown source"),
        ("rows.csv", GOOD, "", "No source is chosen."),
    ],
)
def test_an_upload_that_is_refused_says_why(
    name: str, content: bytes, source: str, said: str, browser: Browsers
) -> None:
    answer = send(browser("partner"), (name, content), source=source)
    assert answer.status_code == 422
    assert said in answer.text


def test_an_upload_without_a_file_says_so(browser: Browsers) -> None:
    partner = browser("partner")
    fields = {"csrf": csrf_of(partner.get("/upload").text), "source": "open-feed"}
    answer = partner.client.post("/upload", data=fields, files={"file": ("", b"")}, follow_redirects=False)
    assert answer.status_code == 400
    assert "No file was chosen" in answer.text


def test_a_forged_upload_is_refused_before_anything_is_kept(browser: Browsers, site: Center) -> None:
    before = {path.name for path in (site.settings.center / "blobs").rglob("*")}
    assert send(browser("partner"), ("forged.csv", b"forged"), csrf="x").status_code == 403
    assert {path.name for path in (site.settings.center / "blobs").rglob("*")} == before


def test_a_damaged_upload_is_refused(browser: Browsers) -> None:
    partner = browser("partner")
    token = csrf_of(partner.get("/upload").text)
    head = f'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n'
    cut = head + '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nhalf of'
    for body, kind in ((cut, "multipart/form-data; boundary=b"), (cut, "multipart/form-data"), (cut, "text/plain")):
        answer = partner.client.post("/upload", content=body, headers={"content-type": kind}, follow_redirects=False)
        assert answer.status_code == 422, kind


def test_a_file_larger_than_the_limit_is_refused_and_not_kept(site: Center) -> None:
    from dataclasses import replace

    small = replace(site, settings=replace(site.settings, upload_limit_mb=1))
    someone = Browser(TestClient(build_app(small, None), base_url="http://center.example"))
    someone.sign_in("sam", "criminal-investigation")
    answer = send(someone, ("large.csv", b"x" * ((1 << 20) + 1)))
    assert answer.status_code == 422
    assert "larger than 1 MiB" in answer.text


def open_row(site: Center, value: str) -> QuarantinedRow:
    with site.store.reading(OWNER) as tx:
        rows = quarantine.page(tx, source="police-feed", state=None)
    return next(row for row in rows if row.raw.get("when") == value)


def test_a_row_is_mended_and_replayed(browser: Browsers, site: Center) -> None:
    row = open_row(site, "2026-02-31 10:00")
    page = f"/quarantine/{row.uid}"
    intake = browser("intake")
    wrong = intake.post(f"{page}/mend", {"cell.when": "2026-02-30 10:00", "action": "replay"}, page=page)
    assert wrong.status_code == 422
    assert "still does not fit" in wrong.text
    saved = intake.post(f"{page}/mend", {"cell.when": "2026-02-28 10:00", "action": "save"}, page=page)
    assert saved.headers["location"] == f"{page}?said=mended"
    assert open_row(site, "2026-02-31 10:00").state is QuarantineState.MENDED
    done = intake.post(f"{page}/replay", {}, page=page)
    assert done.headers["location"] == f"{page}?said=replayed"
    again = intake.post(f"{page}/mend", {"cell.when": "2026-02-27 10:00", "action": "save"}, page=page)
    assert again.status_code == 409
    assert "t-hits" in browser("analyst").get("/search?source=police-feed&q=calc").text


def test_a_cell_that_is_masked_cannot_be_overwritten(browser: Browsers, site: Center) -> None:
    row = open_row(site, "2026-03-05 99:00")
    page = f"/quarantine/{row.uid}"
    fields = {"cell.when": "2026-03-05 09:00", "cell.person": "(masked)", "action": "save"}
    assert browser("intake").post(f"{page}/mend", fields, page=page).status_code == 303
    assert open_row(site, "2026-03-05 99:00").mended == {"when": "2026-03-05 09:00"}


def test_only_who_mends_may_mend(browser: Browsers, site: Center) -> None:
    row = open_row(site, "2026-03-05 99:00")
    answer = browser("partner").post(f"/quarantine/{row.uid}/mend", {"cell.when": "x", "action": "save"})
    assert answer.status_code == 403
    assert browser("intake").post(f"/quarantine/{row.uid}/mend", {"action": "burn"}).status_code == 400
    unknown = browser("intake").post(f"/quarantine/{row.uid}/mend", {"cell.colour": "red", "action": "save"})
    assert unknown.status_code == 400
    assert "No column colour" in unknown.text


def test_a_token_shows_its_secret_once_and_can_be_revoked(browser: Browsers, site: Center) -> None:
    analyst = browser("analyst")
    fields = {"label": "nightly", "scopes": "record:read", "purpose": "situational-awareness", "days": "30"}
    made = analyst.post("/tokens", fields, page="/tokens")
    secret = re.findall(r"<code>(tes_[^<]+)</code>", made.text)[0]
    assert tokens.access_of_token(site.store, secret) is not None
    page = analyst.get("/tokens").text
    assert secret not in page
    uid = re.findall(r'action="/tokens/([^/"]+)/revoke"', page)[0]
    assert analyst.post(f"/tokens/{uid}/revoke", {}).status_code == 303
    assert tokens.access_of_token(site.store, secret) is None
    assert browser("partner").post(f"/tokens/{uid}/revoke", {}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"days": "0"}, {"days": "x"}, {"days": "366"}, {"scopes": "audit:read"}, {"scopes": "x"}, {"label": " "}],
)
def test_a_token_that_cannot_be_made_says_why(wrong: dict[str, str], browser: Browsers) -> None:
    fields = {"label": "nightly", "scopes": "record:read", "purpose": "oversight", "days": "30"} | wrong
    answer = browser("analyst").post("/tokens", fields, page="/tokens")
    assert answer.status_code == 400
    assert "usa-alert--error" in answer.text


def test_the_log_is_verified_and_signed_from_its_page(browser: Browsers) -> None:
    auditor = browser("auditor")
    signed = auditor.post("/audit/checkpoint", {}, page="/audit")
    assert signed.headers["location"] == "/audit?said=checkpoint"
    assert "tessera/" in auditor.get("/audit").text
    verified = auditor.post("/audit/verify", {}, page="/audit")
    assert verified.status_code == 200
    assert "The log is intact" in verified.text


def test_what_the_rules_refuse_is_in_the_log_with_its_purpose(browser: Browsers) -> None:
    assert browser("partner").get("/audit").status_code == 403
    page = browser("auditor").get("/audit?event=trust:access:refused&account=sam").text
    assert "audit:read" in page
    assert "criminal investigation" in page


def test_older_entries_follow_by_page(browser: Browsers) -> None:
    page = browser("auditor").get("/audit").text
    older = re.findall(r'href="(/audit\?before=\d+)"', page)[0]
    assert browser("auditor").get(older).status_code == 200
    for wrong in ("/audit?before=x", "/audit?before=-1", "/audit?event=no:such:thing", "/audit?account=a&account=b"):
        assert browser("auditor").get(wrong).status_code == 400


def new_administrator(code: str, **other: str) -> dict[str, str]:
    return {
        "code": code,
        "account": "root-of-trust",
        "label": "Robin Root",
        "agency": "new-unit",
        "agency_label": "New Unit",
        "agency_kind": "state",
        "password": "seven tall ships at anchor",
        "password_again": "seven tall ships at anchor",
    } | other


def test_the_first_administrator_is_set_up_with_the_code_once(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center")
    with center.store.writing(OPERATOR) as tx:
        code = accounts.offer_setup(tx)
    someone = Browser(TestClient(build_app(center, None), base_url="http://center.example"))
    wrong = someone.post("/setup", new_administrator("tes_guess", agency="sheriff"), page="/setup")
    assert wrong.status_code == 403
    assert "exists with other values" not in wrong.text
    differing = someone.post("/setup", new_administrator(code, password_again="another"), page="/setup")
    assert differing.status_code == 400
    weak = someone.post(
        "/setup", new_administrator(code, password="password", password_again="password"), page="/setup"
    )
    assert weak.status_code == 400
    done = someone.post("/setup", new_administrator(code), page="/setup")
    assert done.headers["location"] == "/sign-in?said=set-up"
    assert someone.post("/setup", new_administrator(code, account="second"), page="/setup").status_code == 403
    signed_in = someone.sign_in("root-of-trust", "administration", password="seven tall ships at anchor")
    assert signed_in.status_code == 303
    assert someone.get("/").status_code == 200


def test_versions_of_a_record_answer_as_of_a_day(browser: Browsers, site: Center) -> None:
    regions.deliver(site, regions.rows("V-1,2026-04-02 08:00,Fire,First words,39.3,-75.6,,,"), source="open-feed")
    analyst = browser("analyst")
    first = re.findall(r'href="/records/([0-9a-f-]{36})', analyst.get("/search?q=first+words").text)[0]
    regions.deliver(site, regions.rows("V-1,2026-04-02 08:00,Fire,Other words,39.3,-75.6,,,"), source="open-feed")
    page = analyst.get(f"/records/{first}")
    assert "closed this one on" in page.text
    now = analyst.get(f"/records/{first}?as_of=2099-01-01")
    assert "Other words" in now.text
    before = analyst.get(f"/records/{first}?as_of=2000-01-01")
    assert before.status_code == 404
    assert analyst.get(f"/records/{first}?as_of=31/02/2026").status_code == 400
