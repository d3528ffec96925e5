"""Names over the API: a search with reasons, a list, and clear refusals."""

from collections.abc import Iterator
from typing import Any

import pytest
import regions
from api_center import Door, open_door

PEOPLE = regions.rows(
    "20,2026-03-07 10:00,theft,A bag,39.15,-75.52,William Gates,,40",
    "21,2026-03-07 11:00,theft,A hat,39.15,-75.52,Maria Garcia,,41",
)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("api") / "center", filled=False) as door:
        regions.deliver(door.center, PEOPLE, source="open-feed", filename="people.csv")
        regions.deliver(door.center, PEOPLE, source="health-feed", filename="health.csv")
        yield door


def test_a_name_is_found_with_score_reasons_and_record(door: Door) -> None:
    answer = door.get("/names", q="Bill Gates")
    assert answer.status_code == 200
    (hit,) = answer.json()["items"]
    assert hit["name"] == "William Gates"
    assert hit["reasons"] == ["'Bill' is a short form of 'William'."]
    assert hit["record"]["source"] == "open-feed"
    assert 0.75 <= hit["score"] <= 1
    assert answer.json()["more"] is False


def test_a_list_is_screened(door: Door) -> None:
    sent = {"names": [{"name": "Garcia, Maria", "born": "someday"}, {"name": "x"}, {"name": "Zed Quux"}]}
    found = door.post("/names/screen", json=sent).json()
    assert [(one["row"], len(one["hits"]["items"])) for one in found] == [(1, 1), (2, 0), (3, 0)]
    assert "no date" in found[0]["problem"]
    assert "one letter" in found[1]["problem"]


@pytest.mark.parametrize(
    "params", [{}, {"q": ""}, {"q": "x"}, {"q": "Ana", "kind": "incident"}, {"q": "Ana", "least": 2}]
)
def test_what_cannot_be_looked_for_is_refused(door: Door, params: dict[str, Any]) -> None:
    assert door.get("/names", **params).status_code == 422


@pytest.mark.parametrize(
    "sent", [{}, {"names": []}, {"names": [{"name": " "}]}, {"names": [{"name": "Ana"}] * 1001}, {"names": "Ana"}]
)
def test_a_list_that_cannot_be_used_is_refused(door: Door, sent: dict[str, object]) -> None:
    assert door.post("/names/screen", json=sent).status_code == 422


def test_who_may_not_read_records_is_refused(door: Door) -> None:
    assert door.client.get("/api/v1/names", params={"q": "Ana Nunez"}).status_code == 401
