"""What is hidden looks like what does not exist."""

from collections.abc import Callable
from uuid import UUID

import pytest
import regions
from browsing import OWNER, POLICE_ROWS, Browser, timeless

from tessera.flow.center import Center
from tessera.ids import new_id
from tessera.store import deliveries, quarantine

Browsers = Callable[[str], Browser]


@pytest.mark.parametrize("query", ["", "?as_of=2026-01-01", "?as_of=2099-01-01"])
def test_a_hidden_record_answers_byte_for_byte_like_none(
    query: str, browser: Browsers, find: Callable[..., list[str]]
) -> None:
    hidden = find(regions.EPIDEMIOLOGIST, "health-feed")[0]
    reader = browser("partner")
    answers = [reader.get(f"/records/{uid}{query}") for uid in (hidden, str(new_id()))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert timeless(answers[0]) == timeless(answers[1])
    same = {"date"}
    headers = [{k: v for k, v in answer.headers.items() if k not in same} for answer in answers]
    assert headers[0] == headers[1]


def test_a_hidden_delivery_and_its_files_answer_like_none(browser: Browsers, site: Center) -> None:
    with site.store.reading(regions.EPIDEMIOLOGIST) as tx:
        hidden = deliveries.recent(tx, source="health-feed")[0].uid
    reader = browser("partner")
    for path in ("", "/progress", "/errors.csv", "/bytes"):
        answers = [reader.get(f"/deliveries/{uid}{path}") for uid in (hidden, new_id())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert timeless(answers[0]) == timeless(answers[1])


def test_why_explains_a_hidden_record_no_more_than_one_that_is_not(
    browser: Browsers, find: Callable[..., list[str]]
) -> None:
    hidden = find(regions.EPIDEMIOLOGIST, "health-feed")[0]
    answers = [browser("partner").get(f"/why?record={uid}") for uid in (hidden, new_id())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert timeless(answers[0]) == timeless(answers[1])


def test_a_hidden_source_answers_like_none(browser: Browsers) -> None:
    answers = [browser("partner").get(f"/sources/{name}") for name in ("health-feed", "no-feed")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert timeless(answers[0]) == timeless(answers[1])


def test_an_identifier_that_is_none_names_nothing(browser: Browsers) -> None:
    for path in ("/records/x", "/deliveries/%2e%2e", "/quarantine/1", "/records/%00", "/records/" + "9" * 5000):
        assert browser("analyst").get(path).status_code in {400, 404}


def police_delivery(site: Center) -> UUID:
    with site.store.reading(OWNER) as tx:
        return next(d.uid for d in deliveries.recent(tx, source="police-feed") if d.filename == "police-feed.csv")


def test_the_bytes_as_delivered_go_only_to_who_may_see_every_field(browser: Browsers, site: Center) -> None:
    uid = police_delivery(site)
    own = browser("owner").get(f"/deliveries/{uid}/bytes")
    assert own.content == POLICE_ROWS
    assert own.headers["content-disposition"].startswith('attachment; filename="police-feed.csv"')
    assert own.headers["content-type"] == "application/octet-stream"
    assert browser("owner").client.head(f"/deliveries/{uid}/bytes").headers["content-length"] == str(len(POLICE_ROWS))
    for reader in ("steward", "intake"):
        refused = browser(reader).get(f"/deliveries/{uid}/bytes")
        assert refused.status_code == 403
        assert "masked for you" in refused.text


def test_the_error_file_has_every_row_and_no_formula(browser: Browsers, site: Center) -> None:
    uid = police_delivery(site)
    answer = browser("owner").get(f"/deliveries/{uid}/errors.csv")
    with site.store.reading(OWNER) as tx:
        rows = quarantine.page(tx, delivery=uid, state=None)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == len(rows) + 1
    assert lines[0].startswith("error_row,error_place,error_column")
    assert not any(cell.startswith("=") for line in lines for cell in line.split(","))
