"""Files of many sorts dropped together, followed to what they say, to the place of a mention, and out as a redacted copy."""

import re
from functools import cache
from pathlib import Path

import pypdf
import pytest
from hearing import CLIPS
from mixed_files import MIXED
from playwright.sync_api import FilePayload, Page, expect
from test_accessibility import faults
from windows import WIDE, Visit

from tessera.engines import speech_model

CLIP = CLIPS / "whisper" / "jfk.flac"
SLOW = 90_000
"""Milliseconds that reading may take where the recognisers are loaded first."""


@cache
def files() -> list[FilePayload]:
    return [{"name": name, "mimeType": sort, "buffer": make()} for name, (sort, make) in MIXED.items()]


def send(page: Page, *chosen: FilePayload) -> None:
    """Choose files, send them, and wait until each is read."""
    page.get_by_label("Source").select_option("fusion-files")
    page.get_by_label("Files", exact=True).set_input_files(list(chosen))
    expect(page.locator("[data-chosen]")).to_contain_text(chosen[0]["name"])
    page.get_by_role("button", name="Upload").click()
    lines = page.locator("[data-sent] > li")
    expect(lines).to_have_count(len(chosen))
    expect(lines.locator("progress")).to_have_count(0, timeout=SLOW)


def line(page: Page, name: str) -> str:
    """Give what the page says of a file that was sent."""
    return page.locator("[data-sent] > li", has_text=name).first.inner_text()


def open_said(page: Page, name: str) -> None:
    page.locator("[data-sent] > li", has_text=name).get_by_role("link", name="Read what it says").click()
    page.wait_for_url("**/contents/*")


@pytest.fixture
def sent(visit: Visit) -> Page:
    """Everything sent; the same bytes twice are one delivery, so each test may send them."""
    page = visit("avery").open("/upload")
    send(page, *files())
    return page


def test_files_dropped_together_are_followed_to_their_places_and_out_as_a_redacted_copy(sent: Page) -> None:
    page = sent
    assert "PDF document · 3 pages · English" in line(page, "report.pdf")
    assert "PNG picture" in line(page, "stop.png")
    assert "mail message" in line(page, "truck.eml")
    assert "web page" in line(page, "night.html")
    assert "cannot be opened" in line(page, "broken.pdf")
    assert "The bytes are kept unchanged" in line(page, "broken.pdf")
    open_said(page, "report.pdf")
    legend = page.get_by_role("navigation", name=re.compile("What the colours mean"))
    expect(legend.get_by_role("link", name="Telephone number")).to_be_visible()
    expect(page.locator(".t-spoken table tbody tr", has_text="Spare wheel")).to_contain_text("Fentanyl, bags")
    told = page.url
    legend.get_by_role("link", name="E-mail address").click()
    expect(page.locator(".t-spoken__p")).to_have_count(1)
    page.get_by_role("link", name="in its place").click()
    expect(page.locator(".t-spoken__p--here")).to_contain_text("desk@example.org")
    page.goto(told)
    mark = page.locator(".t-mark--phone", has_text="(302) 555-0147")
    color = "mark => getComputedStyle(mark).backgroundColor"
    assert mark.evaluate(color) != page.locator(".t-spoken .t-mark--person").first.evaluate(color)
    mark.click()
    expect(page.locator(".t-mark--here")).to_have_text("(302) 555-0147")
    picture = page.locator(".t-page")
    expect(picture).to_have_attribute("alt", re.compile("with a frame around this place"))
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("picture => picture.naturalWidth") > 500
    page.locator(".t-linked").get_by_role("link", name="+13025550147").click()
    page.locator("section", has=page.locator("#who")).get_by_role("link").click()
    expect(page.get_by_role("heading", name="What its records say")).to_be_visible()
    page.goto(f"{told}/redact")
    expect(page.get_by_label("Telephone number (1)")).to_be_checked()
    page.get_by_label("Why, and for whom").fill("For the press.")
    with page.expect_download() as leaving:
        page.get_by_role("button", name="Make the copy").click()
    assert leaving.value.suggested_filename == "report-redacted.pdf"
    copy = pypdf.PdfReader(leaving.value.path())
    assert len(copy.pages) == 3
    text = "".join(one.extract_text() for one in copy.pages)
    assert "555-0147" not in text
    assert "Ford F-150" in text
    page.goto(told.split("/contents")[0] + "/quarantine")
    broken = page.locator("section", has=page.locator("#unread")).get_by_role("row", name=re.compile("broken.pdf"))
    expect(broken).to_contain_text("It may be cut off or damaged")
    with page.expect_download() as kept:
        broken.get_by_role("link", name="Download the file as delivered").click()
    assert kept.value.path().read_bytes().startswith(b"%PDF-1.7\nnothing more")


def test_a_dropped_file_and_a_chosen_folder_are_sent_each_with_its_line(visit: Visit, tmp_path: Path) -> None:
    page = visit("avery").open("/upload")
    page.get_by_label("Source").select_option("fusion-files")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("[data-sent] > li")).to_have_count(0)
    drop = page.evaluate_handle(
        "() => { const given = new DataTransfer(); given.items.add(new File(['Ann Lee saw it.'], 'drop.txt')); return given; }"
    )
    page.locator("[data-drop]").dispatch_event("drop", {"dataTransfer": drop})
    expect(page.locator("[data-chosen]")).to_contain_text("1 file, 15 B: drop.txt")
    inside = tmp_path / "case" / "notes"
    inside.mkdir(parents=True)
    (tmp_path / "case" / "one.txt").write_text("The deputy called 302-555-0171 at noon.\n")
    (inside / "two.txt").write_text("The deputy called 302-555-0172 at night.\n")
    (inside / ".DS_Store").write_text("nothing")
    page.get_by_label("A whole folder").set_input_files(tmp_path / "case")
    expect(page.locator("[data-chosen]")).to_contain_text("2 files")
    page.get_by_role("button", name="Upload").click()
    lines = page.locator("[data-sent] > li")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("case/notes/two.txt")
    expect(lines.first).to_contain_text("1 passage · ", timeout=SLOW)
    expect(lines.last).to_contain_text("1 passage · ", timeout=SLOW)


def test_pages_of_files_have_no_barrier(sent: Page) -> None:
    page, site = sent, sent.url.split("/upload")[0]
    told = faults(page, "/upload, with files sent")
    read = [
        page.locator("[data-sent] > li", has_text=name)
        .get_by_role("link", name="Read what it says")
        .get_attribute("href")
        for name in ("report.pdf", "stop.png", "truck.eml", "night.html")
    ]
    places = [".t-mark--phone", ".t-spoken__table .t-mark", ".t-mark--plate"]
    for path in [*read, f"{read[0]}?named=person", f"{read[0]}/redact", "/capabilities", "/quarantine"]:
        page.set_viewport_size(WIDE)
        page.goto(f"{site}{path}")
        told += faults(page, str(path))
    for path, mark in ((read[0], places[0]), (read[0], places[1]), (read[1], places[2])):
        page.set_viewport_size(WIDE)
        page.goto(f"{site}{path}")
        page.locator(f".t-spoken {mark}").first.click()
        expect(page.locator(".t-mark--here")).to_be_visible()
        told += faults(page, f"a mention of {path}")
    assert not told, "\n".join(told)


def test_a_delivered_web_page_is_never_run(sent: Page) -> None:
    open_said(sent, "night.html")
    assert sent.title() != "ran"
    path = sent.url.replace("/contents/", "/deliveries/") + "/bytes"
    answer = sent.request.get(path)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.skipif(
    not CLIP.exists() or speech_model.missing() is not None, reason="the clip, or the model of speech, is not here"
)
def test_a_recording_plays_from_any_word_by_pointer_and_by_keyboard(visit: Visit) -> None:
    page = visit("avery").open("/upload")
    send(page, {"name": CLIP.name, "mimeType": "audio/flac", "buffer": CLIP.read_bytes()})
    open_said(page, CLIP.name)
    told = faults(page, "a recording")
    page.set_viewport_size(WIDE)
    words = page.locator(".t-word")
    with page.expect_response(re.compile(r"sound\.wav\?start=")) as first:
        words.nth(4).click()
    assert first.value.headers["content-type"] == "audio/wav"
    page.keyboard.press("ArrowRight")
    expect(words.nth(5)).to_be_focused()
    with page.expect_response(re.compile(r"sound\.wav\?start=")) as second:
        page.keyboard.press("Enter")
    assert second.value.url != first.value.url
    expect(page.locator(".t-word--now")).to_have_count(1)
    assert not told, "\n".join(told)
