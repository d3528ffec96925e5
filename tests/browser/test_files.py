"""Files of any kind, as people come for them: dropped, read, looked at in their place, given out redacted."""

import io
import re
from email.message import EmailMessage

import document_samples
import pypdf
import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import FilePayload, Page, expect
from test_accessibility import faults
from windows import WIDE, Visit

SECRET = "302-555-0147"
REPORT = f"Detective Ana Quillwort called {SECRET}\nabout a white 2014 Ford F-150\nat 1200 N Main St, Dover, DE 19901."
LONGEST_MS = 90_000


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ann@example.org", "bo@example.org", "What was seen"
    message["Date"] = "Sun, 01 Mar 2026 10:00:00 +0000"
    message.set_content("The list is attached. Call 302-555-0199.")
    message.add_attachment(b"A note about heroin.", maintype="text", subtype="plain", filename="note.txt")
    return message.as_bytes()


def picture() -> bytes:
    drawn = Image.new("RGB", (900, 200), "white")
    ImageDraw.Draw(drawn).text((20, 60), "Seen near 302-555-0188", fill="black", font=ImageFont.load_default(48))
    out = io.BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


FILES = {
    "report.pdf": document_samples.pdf(REPORT, "The second page says nothing else."),
    "message.eml": mail(),
    "sign.png": picture(),
    "broken.pdf": b"%PDF-1.7\n" + bytes(range(200)),
}


@pytest.fixture(scope="module")
def places() -> dict[str, str]:
    return {}


def read(visit: Visit, places: dict[str, str]) -> dict[str, str]:
    """Drop the files once, see what became of each, and give the address of each delivery."""
    if places:
        return places
    page = visit("morgan").open("/upload")
    page.get_by_label("Source").select_option("fusion-files")
    page.get_by_label("Files", exact=True).set_input_files(
        [FilePayload(name=name, mimeType="application/octet-stream", buffer=content) for name, content in FILES.items()]
    )
    page.get_by_role("button", name="Upload").click()
    sent = page.locator("[data-sent] li")
    expect(sent).to_have_count(len(FILES))
    for name in FILES:
        line = sent.filter(has_text=name)
        said = "cannot be opened" if name == "broken.pdf" else "rows in"
        expect(line).to_contain_text(said, timeout=LONGEST_MS)
        places[name] = str(line.get_by_role("link").last.get_attribute("href"))
    return places


def contents(watched_page: Page, places: dict[str, str], name: str) -> str:
    return "/contents/" + places[name].rpartition("/")[2]


def test_the_pages_of_a_file_have_no_barrier(visit: Visit, places: dict[str, str]) -> None:
    read(visit, places)
    watched = visit("avery")
    told = faults(watched.open("/capabilities"), "/capabilities")
    for name in ("report.pdf", "message.eml", "sign.png"):
        watched.page.set_viewport_size(WIDE)
        path = contents(watched.page, places, name)
        told += faults(watched.open(path), f"contents of {name}")
        watched.page.set_viewport_size(WIDE)
        watched.page.locator(".t-spoken a.t-mark").first.click()
        told += faults(watched.page, f"a mention of {name}")
        watched.page.set_viewport_size(WIDE)
        told += faults(watched.open(f"{path}/redact"), f"a redacted copy of {name}")
    watched.page.set_viewport_size(WIDE)
    told += faults(watched.open(places["broken.pdf"]), "a file that could not be read")
    assert not told, "\n".join(told)


def test_from_a_file_to_what_it_says_and_to_the_place_on_its_page(visit: Visit, places: dict[str, str]) -> None:
    read(visit, places)
    watched = visit("avery")
    page = watched.open(contents(watched.page, places, "report.pdf"))
    expect(page.get_by_label("What the colours mean")).to_contain_text("Telephone")
    mark = page.locator("a.t-mark", has_text=SECRET)
    expect(mark).to_have_class(re.compile("t-mark--phone"))
    mark.click()
    expect(page.locator(".t-mark--here")).to_have_text(SECRET)
    frame = page.locator("img.t-page")
    expect(frame).to_have_attribute("src", re.compile("at="))
    assert frame.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    page = watched.open(contents(watched.page, places, "message.eml"))
    page.get_by_role("link", name="note.txt").first.click()
    expect(page.locator("a.t-mark--drug").first).to_have_text("heroin")
    page = watched.open(contents(watched.page, places, "sign.png"))
    expect(page.locator("a.t-mark--phone")).to_contain_text("0188")


def test_a_redacted_copy_leaves_without_what_was_chosen(visit: Visit, places: dict[str, str]) -> None:
    read(visit, places)
    watched = visit("avery")
    page = watched.open(contents(watched.page, places, "report.pdf"))
    page.get_by_role("link", name="Make a redacted copy").click()
    page.get_by_label("Why, and for whom").fill("A request for public records")
    with page.expect_download() as leaving:
        page.get_by_role("button", name="Make the copy").click()
    copy = leaving.value.path().read_bytes()
    text = "\n".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(copy)).pages)
    assert SECRET not in text
    assert "Quillwort" not in text
    assert "second page" in text


def test_what_could_not_be_read_says_why_and_stays(visit: Visit, places: dict[str, str]) -> None:
    read(visit, places)
    page = visit("morgan").open(places["broken.pdf"])
    expect(page.get_by_text("the document cannot be opened").first).to_be_visible()
