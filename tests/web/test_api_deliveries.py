"""Deliveries and quarantine through the API."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import regions
from api_center import OPEN_ROWS, Door, Value, open_door
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tessera.api import build_router

TEN = regions.rows("10,2026-04-01 10:00,theft,Taken,39.1,-75.5,,,30")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("api") / "center") as door:
        yield door


def listed(door: Door, **params: Value) -> dict[str, Any]:
    found: dict[str, Any] = {each["filename"]: each for each in door.get("/deliveries", **params).json()["items"]}
    return found


def test_plain_bytes_are_kept_and_receipted(door: Door) -> None:
    path = "/deliveries?source=open-feed&filename=ten.csv"
    answer = door.post(path, content=TEN, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert kept["receipt"].startswith("R-")
    assert kept["state"] == "received"
    assert kept["size"] == len(TEN)
    assert kept["via"] == "api"
    assert answer.headers["location"] == f"/api/v1/deliveries/{kept['uid']}"
    assert door.get(f"/deliveries/{kept['uid']}").json() == kept


def test_the_same_bytes_again_are_the_same_delivery(door: Door) -> None:
    path = "/deliveries?source=open-feed"
    first = door.post(path, files={"file": ("a.csv", TEN + b"\n")})
    second = door.post(path, files={"file": ("b.csv", TEN + b"\n")})
    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["duplicate"]
    assert second.json()["uid"] == first.json()["uid"]
    assert first.json()["filename"] == "a.csv"


@pytest.mark.parametrize(
    ("path", "more", "said"),
    [
        ("/deliveries?source=open-feed&filename=e.csv", {"content": b""}, "empty"),
        ("/deliveries?source=nobody&filename=e.csv", {"content": b"x"}, "unknown source"),
        ("/deliveries?filename=e.csv", {"content": b"x"}, "required"),
        ("/deliveries?source=open-feed&colour=red", {"content": b"x"}, "unknown query parameter"),
        ("/deliveries?source=open-feed", {"files": {"other": ("a.csv", b"x")}}, "no file"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_the_reason(
    door: Door, path: str, more: dict[str, Any], said: str
) -> None:
    answer = door.post(path, **more)
    assert answer.status_code == 422
    assert said in answer.json()["detail"].lower()


def test_a_form_that_is_broken_is_refused(door: Door) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = door.post("/deliveries?source=open-feed", content=b"--x\r\nnonsense", headers=kind)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_name_that_climbs_out_of_its_folder_is_cut(door: Door) -> None:
    answer = door.post("/deliveries?source=open-feed&filename=../../etc/x.csv", content=TEN + b"\n\n")
    assert answer.json()["filename"] == "x.csv"


@pytest.mark.parametrize("form", [True, False])
def test_more_than_the_limit_is_refused_and_nothing_is_kept(door: Door, form: bool) -> None:
    settings = replace(door.center.settings, upload_limit_mb=1)
    app = FastAPI(openapi_url=None)
    app.include_router(build_router(replace(door.center, settings=settings), None))
    body: Any = (
        {"files": {"file": ("big.csv", b"a" * (1 << 20) + b"b")}} if form else {"content": iter([b"x" * 900_000] * 2)}
    )
    before = len(listed(door))
    with TestClient(app) as client:
        answer = client.post("/api/v1/deliveries?source=open-feed", headers=door.header("analyst"), **body)
    assert answer.status_code == 413, answer.text
    assert answer.json()["advice"]
    assert len(listed(door)) == before


def test_every_row_of_a_delivery_is_accounted_for(door: Door) -> None:
    found = listed(door, source="open-feed", state="done")["open.csv"]
    assert found["rows_in"] == found["rows_recorded"] + found["rows_quarantined"] + found["rows_duplicate"] == 4
    assert found["rows_quarantined"] == 1


def test_deliveries_come_in_pages(door: Door) -> None:
    first = door.get("/deliveries", limit=1).json()
    second = door.get("/deliveries", limit=1, cursor=first["next_cursor"]).json()
    assert first["items"][0]["uid"] != second["items"][0]["uid"]
    assert door.get("/deliveries", cursor="broken").status_code == 422


def test_the_bytes_come_back_as_they_were_delivered(door: Door) -> None:
    uid = listed(door)["open.csv"]["uid"]
    answer = door.get(f"/deliveries/{uid}/content")
    assert answer.content == OPEN_ROWS
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_bytes_that_hold_what_one_may_not_see_do_not_come_back(door: Door) -> None:
    uid = listed(door)["police.csv"]["uid"]
    answer = door.get(f"/deliveries/{uid}/content", "officer")
    assert answer.status_code in {403, 404}


def test_the_file_of_faults_goes_back_with_the_delivered_columns(door: Door) -> None:
    uid = listed(door)["open.csv"]["uid"]
    rows = list(csv.DictReader(io.StringIO(door.get(f"/deliveries/{uid}/errors.csv").text)))
    assert [(r["error_row"], r["error_column"], r["when"]) for r in rows] == [("4", "when", "the day before")]
    assert door.get("/deliveries/0192f0c1-2345-7000-8000-000000000000/errors.csv").status_code == 404


def test_a_row_is_mended_and_replayed(door: Door) -> None:
    uid = listed(door)["open.csv"]["uid"]
    row = door.get(f"/deliveries/{uid}/quarantine").json()["items"][0]
    assert row["state"] == "open"
    assert [r["uid"] for r in door.get("/quarantine", state="open").json()["items"]] == [row["uid"]]
    assert door.get(f"/quarantine/{row['uid']}").json()["raw"]["when"] == "the day before"

    path = f"/quarantine/{row['uid']}"
    early = door.post(f"{path}/replay", "steward")
    assert early.status_code == 422
    assert "still does not fit" in early.json()["detail"]
    wrong = door.post(f"{path}/mend", "steward", json={"values": {"colour": "red"}})
    assert wrong.status_code == 422
    mended = door.post(f"{path}/mend", "steward", json={"values": {"when": "2026-03-03 13:00"}})
    assert mended.json()["mended"] == {"when": "2026-03-03 13:00"}
    assert mended.json()["raw"]["when"] == "the day before"
    assert door.post(f"{path}/replay", "steward").json() == {"records": 1, "links": 0, "duplicate": False}
    assert door.post(f"{path}/replay", "steward").status_code == 409
    assert door.post(f"{path}/mend", "steward", json={"values": {"when": "x"}}).status_code == 409
    assert len(door.get("/records", q="known").json()["items"]) == 1
    done = door.get(f"/deliveries/{uid}").json()
    assert done["rows_in"] == done["rows_recorded"] + done["rows_quarantined"] + done["rows_duplicate"]
    assert done["rows_quarantined"] == 0


def test_only_those_who_mend_may_mend(door: Door) -> None:
    answer = door.post("/quarantine/0192f0c1-2345-7000-8000-000000000000/mend", json={"values": {"a": "b"}})
    assert answer.status_code == 403
    answer = door.post("/quarantine/0192f0c1-2345-7000-8000-000000000000/mend", "steward", json={"values": {"a": "b"}})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"values": {}}', b'{"values": {"a": 1}}', b'{"values":{"a":"\\ud800"}}']
)
def test_a_mending_that_is_none_is_refused(door: Door, body: bytes) -> None:
    kind = {"Content-Type": "application/json"}
    path = "/quarantine/0192f0c1-2345-7000-8000-000000000000/mend"
    assert door.post(path, "steward", content=body, headers=kind).status_code == 422
