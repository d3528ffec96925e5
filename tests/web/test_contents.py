"""Pages of what files say: text with its marks, pages as pictures, a record at its place, a redacted copy, capabilities."""

import io
import re
from collections.abc import Iterator

import pytest
import regions
from browsing import Browser
from sqlalchemy import func, select
from starlette.testclient import TestClient

from tessera.flow.center import OPERATOR, Center
from tessera.flow.pipeline import PIPELINE
from tessera.model.access import Access, Purpose, Role
from tessera.model.delivery import Delivery, Via
from tessera.receive import take_in
from tessera.store import tables
from tessera.store.accounts import create
from tessera.store.events import Event
from tessera.web.app import build_app

TEXT = b"A neighbor called (302) 555-0188 about the noise at 12 Oak Ave.\n\n<script>alert(1)</script> said nobody.\n"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Center, Delivery]]:
    center = regions.new_center(tmp_path_factory.mktemp("told") / "center")
    regions.add_accounts(center)
    yield center, regions.deliver(center, TEXT, source="open-feed", filename="note.txt")
    center.store.dialect.engine.dispose()


@pytest.fixture
def analyst(told: tuple[Center, Delivery]) -> Browser:
    made = Browser(
        TestClient(build_app(told[0], None), base_url="http://center.example", raise_server_exceptions=False)
    )
    assert made.sign_in("avery", regions.ANALYST.purpose.value).status_code == 303
    return made


def test_a_file_is_shown_with_its_mentions_marked_and_its_own_marks_as_text(
    analyst: Browser, told: tuple[Center, Delivery]
) -> None:
    page = analyst.get(f"/contents/{told[1].uid}")
    assert page.status_code == 200
    assert re.search(r'class="t-mark t-mark--phone"[^>]*>\(302\) 555-0188</a>', page.text)
    assert "Telephone number" in page.text
    assert "&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text


def test_one_showing_of_a_file_is_one_entry_in_the_log(analyst: Browser, told: tuple[Center, Delivery]) -> None:
    a, uid = tables.audit_entry.c, told[1].uid

    def noted() -> int:
        with told[0].store.reading(PIPELINE) as tx:
            tx.note(Event.DELIVERY_READ)
            query = select(func.count()).where(a.event == Event.RECORD_READ.value, a.subject == f"delivery:{uid}")
            return int(tx.connection.execute(query).scalar_one())

    before = noted()
    assert analyst.get(f"/contents/{uid}").status_code == 200
    assert noted() == before + 1
    assert analyst.get(f"/contents/{uid}?named=phone").status_code == 200
    assert noted() == before + 2


def test_a_mention_leads_to_its_record_and_that_back_to_its_place(
    analyst: Browser, told: tuple[Center, Delivery]
) -> None:
    page = analyst.get(f"/contents/{told[1].uid}").text
    found = re.search(r't-mark--phone"\s+href="(/records/[^"]+)"', page)
    assert found is not None
    record = analyst.get(found[1]).text
    assert "t-mark--here" in record
    assert f"/contents/{told[1].uid}?at=" in record
    assert "passage=" in record


def test_a_delivery_leads_to_what_it_says(analyst: Browser, told: tuple[Center, Delivery]) -> None:
    page = analyst.get(f"/deliveries/{told[1].uid}").text
    assert f'href="/contents/{told[1].uid}"' in page
    assert "Read what it says" in page


def test_who_may_not_read_a_file_is_told_so_and_sent_nowhere(told: tuple[Center, Delivery]) -> None:
    center = told[0]
    keeper = Access(actor=regions.actor("kim", "fusion-unit", Role.DATA_STEWARD), purpose=Purpose.DATA_STEWARDSHIP)
    with center.store.writing(OPERATOR) as tx:
        create(tx, regions.account_of(keeper), regions.PASSWORD)
    hidden = regions.deliver(center, TEXT + b"more", source="police-feed", filename="hidden.txt", by=keeper)
    made = Browser(TestClient(build_app(center, None), base_url="http://center.example", raise_server_exceptions=False))
    assert made.sign_in("kim", Purpose.DATA_STEWARDSHIP.value).status_code == 303
    page = made.get(f"/deliveries/{hidden.uid}")
    assert page.status_code == 200
    assert "What it says is read by those whom its marking admits" in page.text
    assert "/contents/" not in page.text
    assert made.get(f"/contents/{hidden.uid}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "?row=x",
        "?at=nobody",
        "?page=-1",
        "/page.png?page=0",
        "/sound.wav?start=x",
        "/sound.wav?start=nan",
        "/frame.png?second=x",
    ],
)
def test_a_wrong_place_is_explained(path: str, analyst: Browser, told: tuple[Center, Delivery]) -> None:
    page = analyst.get(f"/contents/{told[1].uid}{path}")
    assert page.status_code in {400, 404, 422}
    assert "Something went wrong" not in page.text


def test_a_text_has_no_page_picture_and_an_unknown_file_is_not_there(
    analyst: Browser, told: tuple[Center, Delivery]
) -> None:
    assert analyst.get(f"/contents/{told[1].uid}/page.png").status_code == 404
    assert analyst.get("/contents/01890000-0000-7000-8000-000000000000").status_code == 404


def test_a_redacted_copy_is_chosen_by_type_and_comes_as_a_file(analyst: Browser, told: tuple[Center, Delivery]) -> None:
    address = f"/contents/{told[1].uid}/redact"
    form = analyst.get(address).text
    assert 'value="phone" checked' in form
    without = analyst.post(address, {"type": "phone", "reason": ""})
    assert "1 to 2000 characters" in without.text
    copy = analyst.post(address, {"type": "phone", "reason": "For the press."})
    assert "attachment" in copy.headers["content-disposition"]
    assert "[phone]" in copy.text
    assert "555" not in copy.text


def test_a_file_is_read_by_what_it_names(analyst: Browser, told: tuple[Center, Delivery]) -> None:
    address = f"/contents/{told[1].uid}"
    assert f'href="{address}?named=phone"' in analyst.get(address).text
    page = analyst.get(f"{address}?named=phone").text
    assert "Only passages that name" in page
    assert "555-0188" in page
    assert "said nobody" not in page
    assert "No passage names it" in analyst.get(f"{address}?named=vin").text
    assert analyst.get(f"{address}?named=nothing").status_code in {400, 422}


def test_what_became_of_a_file_is_said_in_a_line(analyst: Browser, told: tuple[Center, Delivery]) -> None:
    said = analyst.get(f"/deliveries/{told[1].uid}/progress").text
    assert re.search(r"plain text · (English · )?2 passages", said)
    assert f'href="/contents/{told[1].uid}"' in said


def test_a_file_that_could_not_be_read_is_in_quarantine_with_its_reason_and_its_bytes(
    analyst: Browser, told: tuple[Center, Delivery]
) -> None:
    content = io.BytesIO(b"%PDF-1.7\nnothing more")
    center = told[0]
    with center.jobs() as jobs:
        broken = take_in(
            center.store,
            center.blobs,
            regions.STEWARD,
            content,
            source="open-feed",
            filename="broken.pdf",
            via=Via.API,
        )
        jobs.start(broken)
        jobs.wait(broken.uid)
    page = analyst.get("/quarantine").text
    assert "Files that could not be read" in page
    assert "The delivery is kept. Give a mapping" in page
    assert f"/deliveries/{broken.uid}/bytes" in page
    kept = analyst.get(f"/deliveries/{broken.uid}/bytes")
    assert kept.content == b"%PDF-1.7\nnothing more"
    assert kept.headers["content-type"] == "application/octet-stream"
    assert kept.headers["content-disposition"].startswith("attachment")


def test_a_text_is_no_film(analyst: Browser, told: tuple[Center, Delivery]) -> None:
    assert analyst.get(f"/contents/{told[1].uid}/frame.png").status_code == 404


def test_the_page_of_capabilities_says_what_is_on_and_how_a_child_is_locked_in(analyst: Browser) -> None:
    page = analyst.get("/capabilities").text
    for said in ("Letters on pictures", "Speech", "Names by model", "Files locked", "Network locked"):
        assert said in page
