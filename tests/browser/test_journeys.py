"""What people come for, done as they do it: in a browser, on a served center, from the first page to the last."""

import re

from playwright.sync_api import Page, expect
from windows import PURPOSES, Served, Visit, settled

CALLS = "call_no,received,type_code,lat,lon,block,town\n"


def number(text: str) -> int:
    return int(re.sub(r"[^0-9]", "", text))


def test_from_signing_in_to_the_bytes_a_record_came_from(visit: Visit) -> None:
    page = visit("avery", fresh=True).page
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.get_by_label("Search records").fill("was seen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    expect(page.locator(".t-hits mark").first).to_be_visible()
    with settled(page, "/search?"):
        page.locator("#facets").get_by_label("Document").check()
    expect(page.locator(".t-chips")).to_contain_text("kind: document")
    page.locator(".t-hits h2 a").first.click()
    expect(page.locator(".t-evidence .t-here")).to_have_count(1)
    expect(page.locator(".t-evidence .t-here")).to_contain_text(re.compile("was seen|seen"))
    way = page.locator(".t-way")
    expect(way).to_contain_text("SHA-256")
    expect(way).to_contain_text("demo-")
    way.get_by_role("link").first.click()
    expect(page.get_by_text("Receipt number")).to_be_visible()
    row = [number(text) for text in page.locator(".t-figures dd").all_inner_texts()[:4]]
    assert row[0] == sum(row[1:])


def test_another_purpose_shows_another_picture(visit: Visit) -> None:
    page = visit("avery", fresh=True).page
    before = number(page.locator(".t-figures dd").first.inner_text())
    page.locator(".t-account summary").click()
    page.get_by_label("Purpose of use").select_option("administration")
    page.get_by_role("button", name="Change purpose").click()
    expect(page.get_by_text("Your purpose has changed")).to_be_visible()
    assert number(page.locator(".t-figures dd").first.inner_text()) < before


def test_what_is_uploaded_is_accounted_for_mended_and_found(visit: Visit) -> None:
    watched = visit("morgan")
    page = watched.open("/upload")
    page.get_by_label("Source").select_option("dover-public-calls")
    rows = "".join(f"J-{n},2026-03-01 14:{n % 60:02}:00,THFT,39.15,-75.52,Zephyrine Way,Dover\n" for n in range(300))
    wrong = "J-900,2026-02-31 10:00:00,THFT,39.15,-75.52,Quillwort Row,Dover\n"
    content = (CALLS + rows + wrong).encode()
    page.get_by_label("Files", exact=True).set_input_files(
        {"name": "calls.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Upload").click()
    told = page.locator("[data-sent]")
    expect(told).to_contain_text("301 rows in = 300 recorded + 1 quarantined + 0 duplicates", timeout=30_000)
    told.get_by_role("link").last.click()
    expect(page.locator(".t-figures")).to_contain_text("301")
    page.get_by_role("link", name=re.compile(r"^row ")).click()
    expect(page.get_by_text("written like 2026-03-31 14:05:09").first).to_be_visible()
    page.get_by_label("received (does not fit)").fill("2026-02-28 10:00:00")
    page.get_by_role("button", name="Save and replay").click()
    expect(page.get_by_text("The row fits now")).to_be_visible()
    watched.open("/search?q=Quillwort")
    expect(page.locator(".t-hits h2 a")).to_have_count(1)
    expect(page.locator(".t-hits h2")).to_contain_text("2026-02-28 10:00")


def in_view(page: Page) -> int:
    expect(page.locator("[data-map-said]")).to_contain_text("records in view")
    return number(page.locator("[data-map-said]").inner_text())


def test_the_map_draws_cells_and_a_time_narrows_it(visit: Visit) -> None:
    watched = visit("avery")
    with settled(watched.page, "/map/data"):
        page = watched.open("/map")
    expect(page.locator("[data-map-canvas] canvas")).to_be_visible()
    expect(page.locator("[data-map-legend] li").first).to_contain_text("to")
    expect(page.locator("[data-map-twin] tbody tr").first).to_be_visible()
    before = in_view(page)
    with settled(page, "/map/data"):
        page.get_by_label("From", exact=True).fill("2026-01-01")
    with settled(page, "/map/data"):
        page.get_by_label("To", exact=True).fill("2026-03-31")
    expect(page.locator("[data-map-said]")).not_to_contain_text(f"{before:,} ")
    assert 0 < in_view(page) < before


def test_an_auditor_proves_the_log_and_reads_no_content(visit: Visit) -> None:
    page = visit("quinn").open("/audit")
    page.get_by_role("button", name="Verify the whole log").click()
    expect(page.get_by_text("The log is intact")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main").first).not_to_contain_text("Search")


def test_a_partner_sees_less_than_the_center(visit: Visit) -> None:
    analyst, partner = visit("avery"), visit("harper")
    analyst.open("/search?q=&source=new-castle-rms")
    expect(analyst.page.locator(".t-hits h2").first).to_be_visible()
    partner.open("/search?q=&source=new-castle-rms")
    expect(partner.page.get_by_text("No record that you may see fits")).to_be_visible()
    for watched in (analyst, partner):
        watched.open("/")
    expect(analyst.page.locator("main")).to_contain_text("New Castle records")
    expect(partner.page.locator("main")).not_to_contain_text("New Castle records")
    expect(analyst.page.locator("main")).not_to_contain_text("Overdose visits")
    expect(partner.page.locator("main")).to_contain_text("Overdose visits")


def test_an_administrator_lets_somebody_in_and_registers_a_source(visit: Visit) -> None:
    watched = visit("morgan")
    page = watched.open("/accounts")
    page.get_by_label("Account name").fill("noor")
    page.get_by_label("Name and post").fill("Noor, intake analyst")
    page.get_by_label("Agency").select_option(index=1)
    page.get_by_label("intake analyst", exact=True).check()
    page.get_by_role("button", name="Add the account").click()
    expect(page.get_by_text("One-time password of noor")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("noor"))).to_contain_text("active")
    page = watched.open("/sources/new")
    page.get_by_label("Agency", exact=True).select_option(index=1)
    page.get_by_label("Name of the agreement").fill("agreement-of-test")
    page.get_by_label("Rule for passing it on").fill("ask first")
    page.get_by_label("Signed on").fill("2026-01-31")
    page.get_by_label("public health").check()
    page.get_by_label("Holding", exact=True).select_option(index=1)
    page.get_by_label("Name of the source").fill("Tower log")
    page.locator("#name").fill("tower-log")
    page.get_by_role("button", name="Register the source").click()
    expect(page.get_by_text("The source is registered")).to_be_visible()
    expect(page.get_by_role("heading", name="Tower log")).to_be_visible()


def test_a_search_leaves_as_a_file(visit: Visit) -> None:
    page = visit("avery").open("/search?q=Dover&kind=call-for-service")
    page.get_by_text("Export", exact=True).click()
    with page.expect_download() as leaving:
        page.get_by_role("button", name="Export all that was found").click()
    assert leaving.value.suggested_filename == "call-for-service.csv"
    assert "Dover" in leaving.value.path().read_text()


def tab_to(page: Page, name: str) -> None:
    """Press the tabulator until the field or button of this name has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"{name} is not reached by the keyboard")


def test_signing_in_and_searching_need_only_the_keyboard(visit: Visit, served: Served) -> None:
    page = visit().open("/sign-in")
    for name, text in (("account", "avery"), ("password", served.passwords["avery"])):
        tab_to(page, name)
        page.keyboard.type(text)
    tab_to(page, "purpose")
    page.keyboard.type(PURPOSES["avery"][:4].capitalize())
    tab_to(page, "acknowledge")
    page.keyboard.press("Space")
    tab_to(page, "Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("Dover")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=Dover*")
    first = page.locator(".t-hits h2 a").first
    expect(first).to_be_visible()
    for _ in range(80):
        page.keyboard.press("Tab")
        if first.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".t-evidence .t-here")).to_be_visible()


def test_from_a_search_to_who_is_who_and_why(visit: Visit) -> None:
    page = visit("avery").open("/search?q=&kind=person")
    page.locator(".t-hits h2 a").first.click()
    page.locator("section", has=page.locator("#who")).get_by_role("link").click()
    expect(page.get_by_role("heading", name="What its records say")).to_be_visible()
    expect(page.get_by_role("heading", name="Why these are one")).to_be_visible()
    page.get_by_role("link", name="How records of this kind are compared").click()
    expect(page.get_by_role("heading", name="What is compared")).to_be_visible()
    page.locator("summary", has_text="Birth date").click()
    expect(page.get_by_text("same birth date").first).to_be_visible()


def test_a_pair_is_decided_by_keyboard_and_the_decision_taken_back(visit: Visit) -> None:
    page = visit("avery").open("/review?kind=person")
    pair = page.locator(".t-decide input[name=left]").get_attribute("value")
    page.keyboard.press("o")
    expect(page.get_by_label("Why (a note")).to_be_focused()
    page.keyboard.type("The desk sergeant knows both.")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.get_by_text("Your decision is noted")).to_be_visible()
    mine = page.locator("section", has=page.locator("#mine"))
    expect(mine).to_contain_text("The desk sergeant knows both.")
    mine.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Wrong sergeant.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The decision is taken back")).to_be_visible()
    expect(page.locator(".t-decide input[name=left]")).to_have_attribute("value", str(pair))


def test_single_keys_decide_nothing_while_somebody_types_or_when_they_are_off(visit: Visit) -> None:
    page = visit("avery").open("/review?kind=person")
    page.get_by_label("Why (a note").fill("")
    page.get_by_label("Why (a note").press_sequentially("sdun")
    assert page.get_by_label("Why (a note").input_value() == "sdun"
    page.keyboard.press("Escape")
    page.get_by_label("Single keys decide").uncheck()
    page.keyboard.press("d")
    page.keyboard.press("n")
    expect(page.get_by_label("Why (a note")).to_have_value("sdun")
    page.get_by_label("Single keys decide").check()
    page.keyboard.press("n")
    page.wait_for_url("**/review?*after=*")


def test_from_a_search_to_a_dossier_merged_split_undone_and_told(visit: Visit) -> None:
    """One person's whole way: found, explained, compared, merged, split, taken back; and every step stands in the history."""
    page = visit("avery").open("/review?kind=person")
    name = page.locator(".t-beside thead a").first.inner_text()
    page.goto(page.url.split("/review")[0] + "/search?kind=person&q=" + name.split()[-1])
    page.locator(".t-hits h2 a", has_text=name).first.click()
    page.locator("section", has=page.locator("#who")).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Why these are one")).to_be_visible()
    dossier = page.url
    nearest = page.locator("section", has=page.locator("#why-not")).locator("details").first
    nearest.locator("summary").click()
    expect(nearest.locator("table").first).to_be_visible()
    page.get_by_role("link", name="Merge or split").click()
    history = page.locator("section", has=page.locator("#history"))

    merge = page.locator("section", has=page.locator("#merge"))
    merge.locator("input[type=checkbox]").first.check()
    merge.get_by_label("Why").fill("The file at the desk names both addresses.")
    merge.get_by_role("button", name="Merge").click()
    expect(page.get_by_text("They are held to be one from now on.")).to_be_visible()
    page.goto(dossier + "/cluster")
    expect(history).to_contain_text("The file at the desk names both addresses.")

    split = page.locator("section", has=page.locator("#split"))
    split.locator("input[type=checkbox]").last.check()
    split.get_by_label("Why").fill("Another birth date on paper.")
    split.get_by_role("button", name="Split").click()
    expect(page.get_by_text("They are kept apart from now on")).to_be_visible()
    page.goto(dossier + "/cluster")
    expect(history).to_contain_text("Another birth date on paper.")

    latest = history.locator("li", has_text="Another birth date on paper.").first
    latest.locator("summary").click()
    latest.get_by_label("Why").fill("The paper was another person's.")
    latest.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("The decision is taken back")).to_be_visible()
    expect(history).to_contain_text("taken back")
    expect(history).to_contain_text("The file at the desk names both addresses.")
